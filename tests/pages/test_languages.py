"""No word of another language stands on a page, but for names and what says that it is one."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from libonto.graph.catalogue import Catalogue
from libonto.graph.queries import saved_queries
from libonto.locales import sentences

PAGES = (
    "/",
    "/check?sample=1",
    "/list",
    "/law?clause=E02",
    "/law?view=table",
    "/law/compare",
    "/browse",
    "/browse?q=библиография",
    "/browse?q=kitapkhana",
    "/ask",
    "/ask?question=category-levels",
    "/ask?question=experience-thresholds",
    "/ask?question=acts-no-longer-in-force",
    "/ask?question=level-requirements",
    "/ask?question=readings",
    "/ask?question=level-differences",
    "/ask?question=duties-by-clause",
    "/build",
    "/build?run=crosswalk",
    "/ask?query=ASK{}",
    "/crosswalk?from=education/higher",
    "/diploma?country=RU&diploma=https://w3id.org/libonto/id/qualification/ru-nrk/master",
    "/id/position/librarian.html",
    "/id/category/librarian/higher-second.html",
    "/id/knowledge/bibliography.html",
    "/id/reading/college-service.html",
    "/id/clause/order-338/librarian/E02.html",
    "/ns/Candidate",
    "/compare",
    "/id/act/K950001000_.html",
    "/id/duty/librarian/planning.html",
    "/about?iri=http://data.europa.eu/esco/occupation/60f7eb23-a7ea-4cbe-98a5-1248291f62d5",
    "/nothing-there",
)
NAMES = frozenset(
    """
    libonto lib onto SPARQL API OpenAPI IRI URL Excel OpenDocument CSV TSV XLSX ODS JSON LD RDF XML
    Turtle HQ LV MQ DiS
    TriG Triples Quads VoID DCAT HTML PDF Python CC BY Apache Ctrl English SHA SHACL OWL SKOS ELI
    ISCED EQF ESCO NQF QF EHEA FIT ISCO batch kk ru en Query Enter Accept TOML profile map SSSOM
    AQRF AzNQF BelQF DQR EKR FiNQF LKI LTKS MNQF NFQ NLQF NQR NSK PRK RQF SCQF TY ENIC Kazakhstan
    ELM CTDL schema org ARWU QS THE Doctorat Entry Grade II III IV Licence Master de
    """.split()
)
"""What is written in Latin letters in every language: names, formats, what one types."""
RUSSIAN = frozenset("и в во на для или как по из что нет это при от".split())
QUIET = {"script", "style", "code", "pre", "textarea", "title", "option"}
VOID = {"meta", "link", "input", "br", "img", "hr"}
KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)


class Words(HTMLParser):
    """Gathers the text that a reader sees in the page's own language."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._quiet: list[bool] = []
        self._lang = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        lang = about.get("lang") or ""
        if tag == "html":
            self._lang = lang
        if tag in VOID:
            return
        outside = bool(self._quiet and self._quiet[-1])
        foreign = bool(lang) and lang != self._lang
        same = about.get("translate") == "no"
        self._quiet.append(outside or foreign or same or tag in QUIET)
        self.texts += [v for k, v in attrs if k in {"aria-label", "title"} and v and not outside]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._quiet:
            self._quiet.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self._quiet and self._quiet[-1]):
            self.texts.append(data)


def foreign(html: str, lang: str) -> list[str]:
    """The words of a page that are of another language."""
    parser = Words()
    parser.feed(html)
    found = []
    for text in parser.texts:
        # Addresses, identifiers, and codes with digits.
        prose = re.sub(r"\S*(?:://|[/:_@#=])\S*|\b[A-Za-z]*\d[\w.-]*", " ", text)
        if lang != "kk":  # a word of the text that is quoted
            prose = re.sub(r"[«“][^«»“”]*[әғқңөұүһі][^«»“”]*[»”]", " ", prose)
        if lang != "en":  # what a foreign system calls something
            prose = re.sub(r"[«“][A-Za-z][A-Za-z ,.'’-]*[»”]", " ", prose)
        if lang == "en":
            found += re.findall("[а-яёәғқңөұүһі]+", prose, re.IGNORECASE)
            continue
        found += [w for w in re.findall(r"[A-Za-z]{2,}", prose) if w not in NAMES]
        words = re.findall(r"[^\W\d_]+", prose)
        if lang == "ru":
            found += [word for word in words if KAZAKH.search(word)]
        else:
            found += [word for word in words if word in RUSSIAN]
    return found


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_word_is_of_the_pages_language(server: Any, path: str, lang: str) -> None:
    joint = "&" if "?" in path else "?"
    headers = {"Accept": "text/html"}
    page = server.http.get(f"{path}{joint}lang={lang}", headers=headers).text
    allowed = {"библиография", "библеография", "kitapkhana"} if "q=" in path else set()
    assert [w for w in foreign(page, lang) if w.lower() not in allowed] == []


def test_the_test_can_tell() -> None:
    assert foreign('<html lang="ru"><p>Слово level <b lang="kk">деңгей</b>', "ru") == ["level"]
    assert foreign('<html lang="ru"><p>деңгей, CSV', "ru") == ["деңгей"]
    assert foreign('<html lang="kk"><p>деңгей и саты', "kk") == ["и"]
    assert foreign('<html lang="en"><p>Level <i title="уровень">', "en") == ["уровень"]


def test_every_column_of_a_saved_question_has_a_name() -> None:
    known = sentences("en", "columns")
    missing = []
    for name, query in saved_queries(Catalogue.of(())).items():
        head = re.search(r"^SELECT(.*?)^WHERE", query.text, re.DOTALL | re.MULTILINE)
        outer = (
            re.sub(r"\((?:[^()]|\([^()]*(?:\([^()]*\))?[^()]*\))* AS (\?\w+)\)", r"\1", head[1])
            if head
            else ""
        )
        columns = re.findall(r"\?(\w+)", outer)
        for name_ in columns:
            column = name_.removesuffix("_label")
            if column not in known and query.parameter(name_) is None:
                missing.append((name, column))
    assert missing == []


@pytest.mark.every_case
@pytest.mark.parametrize(
    "path",
    [
        "/search.json?q=bibliography",
        "/graph.json?iri=https://w3id.org/libonto/id/position/librarian",
        "/vocabulary.json",
        "/compare/librarian.json",
    ],
)
def test_an_answer_for_scripts_says_that_it_follows_the_reader_s_language(
    server: Any, path: str
) -> None:
    said = {}
    for lang in ("kk", "ru"):
        answer = server.http.get(path, headers={"Accept-Language": lang})
        assert "Accept-Language" in answer.headers["Vary"]
        said[lang] = answer.text
    assert said["kk"] != said["ru"]


@pytest.mark.parametrize("path", [*PAGES, "/ns.html"])
def test_an_id_stands_once_on_a_page(server: Any, path: str) -> None:
    text = server.http.get(path, headers={"Accept": "text/html"}).text
    ids = re.findall(r'<[^>]+\sid="([^"]+)"', text)
    assert ids and len(ids) == len(set(ids))
    assert re.search(r'class="skip" href="#([^"]+)"', text)[1] in ids
