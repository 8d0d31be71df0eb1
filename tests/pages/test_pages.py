"""The pages as a browser without scripts gets them: language, links, form, answer, errors."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from tests.sizes import some

from libonto.pages.form import MOST_ROWS, from_fields, from_profile

PAGES = (
    "/",
    "/check",
    "/check?sample=1",
    "/law",
    "/law?clause=E02",
    "/law?view=table",
    "/law/compare",
    "/browse",
    "/browse?q=библиография",
    "/ask",
    "/ask?question=category-levels",
    "/ask?question=acts-no-longer-in-force",
    "/build",
    "/crosswalk",
    "/crosswalk?from=education/higher",
    "/diploma?country=RU&diploma=https://w3id.org/libonto/id/qualification/ru-nrk/master",
    "/id/position/librarian.html",
    "/id/clause/order-338/librarian/E02.html",
    "/id/act/K950001000_.html",
    "/ns/Candidate",
    "/about?iri=http://data.europa.eu/snb/eqf/6",
)
LANGUAGES = ("kk", "ru", "en")
FORM = {
    "name": "Айгүл",
    "credential-1-level": "higher",
    "credential-1-field": "library-science",
    "credential-1-awarded": "2015-06-30",
    "employment-1-position": "school-librarian",
    "employment-1-start": "2018-09-01",
    "on": "2021-09-01",
    "category": "librarian/higher-second",
}
GENERAL = (
    "constitution law-education law-child-rights law-languages law-anti-corruption "
    "education-regulations library-guidance library-work-fundamentals bibliography "
    "library-technology-processes reader-work pedagogy psychology economics "
    "labour-legislation occupational-safety fire-safety"
).split()


class Links(HTMLParser):
    """Gathers what a page refers to, and the language that it is in."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.loaded: list[str] = []
        self.lang = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag == "html":
            self.lang = about.get("lang") or ""
        if tag == "a" and about.get("href"):
            self.hrefs.append(str(about["href"]))
        for name in ("src", "href"):
            if tag in {"script", "img", "link", "iframe"} and about.get(name):
                self.loaded.append(str(about[name]))


def parsed(text: str) -> Links:
    links = Links()
    links.feed(text)
    return links


def with_lang(path: str, lang: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={lang}"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_comes_in_every_language_and_loads_nothing_from_elsewhere(
    server: Any, path: str, lang: str
) -> None:
    response = server.http.get(with_lang(path, lang))
    assert response.status_code == 200
    assert response.headers["content-language"] == lang
    assert (
        "unsafe-inline"
        not in re.search(r"script-src[^;]*", response.headers["content-security-policy"]).group()
    )
    page = parsed(response.text)
    assert page.lang == lang
    assert all(address.startswith("/") for address in page.loaded), page.loaded
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|style=\"", response.text)


def test_the_language_follows_accept_language_and_the_switch_keeps_the_place(server: Any) -> None:
    headers = {"Accept-Language": "de, ru;q=0.8, en;q=0.5"}
    response = server.http.get("/law?clause=X04", headers=headers)
    assert response.headers["content-language"] == "ru"
    assert "/law?clause=X04&amp;lang=kk" in response.text


@pytest.mark.parametrize("path", ["/", "/law?clause=E02", "/browse", "/ask", "/build"])
def test_no_link_of_ours_is_dead(server: Any, path: str) -> None:
    hrefs = parsed(server.http.get(with_lang(path, "en")).text).hrefs
    own = sorted({h.partition("#")[0] for h in hrefs if h.startswith("/")} - {""})
    assert len(own) > 5
    for href in some(own[:60], min(15, len(own))):
        assert server.http.get(href, follow_redirects=True).status_code == 200, href


@pytest.mark.parametrize(("on", "status"), [("2021-09-01", "is-met"), ("2021-08-31", "is-not-met")])
def test_a_filled_form_is_judged_on_the_day_and_the_day_before(
    server: Any, on: str, status: str
) -> None:
    response = server.http.post("/check?lang=en", data={**FORM, "on": on, "knowledge": GENERAL})
    assert response.status_code == 200
    assert re.search(rf'class="step step-2 {status} is-asked[ "]', response.text)
    assert response.headers["cache-control"] == "no-store"


def test_the_answer_quotes_the_clause_with_its_translation(server: Any) -> None:
    data = {**FORM, "on": "2021-08-31", "knowledge": GENERAL}
    text = server.http.post("/check?lang=ru", data=data).text
    assert (
        "<mark>мектеп кітапханашысының қызметіндегі еңбек өтілі 3 жылдан кем емес.</mark>" in text
    )
    assert "стаж работы в должности библиотекаря школы не менее 3 лет" in text
    assert "1 сентября 2021" in text


def test_what_helps_says_more_than_the_heading_above_it(server: Any) -> None:
    known = [item for item in GENERAL if item != "bibliography"]
    text = server.http.post("/check?lang=en", data={**FORM, "knowledge": known}).text
    lacking = text.partition('<span class="what">Must know: Bibliography</span>')[2]
    helps = lacking.partition(">What helps</dt>")[2].partition("</dd>")[0]
    assert "<button" in helps
    assert "Bibliography" not in helps


def test_what_was_entered_stands_in_the_form_again(server: Any) -> None:
    data = {**FORM, "knowledge": GENERAL, "reading-college-service": "counted"}
    text = server.http.post("/check?lang=kk", data=data).text
    assert 'value="01.09.2018"' in text
    assert '<option value="counted" selected>' in text
    assert text.count(" checked") == len(GENERAL)


def test_rows_come_and_go_without_scripts(server: Any) -> None:
    text = server.http.post("/check?lang=en", data={**FORM, "more": "employment"}).text
    assert 'name="employment-2-start"' in text
    assert "Assess again" not in text
    second = {"employment-2-position": "college-librarian", "employment-2-start": "01.02.2020"}
    text = server.http.post("/check?lang=en", data={**FORM, **second, "less": "employment-1"}).text
    assert 'name="employment-2-start"' not in text
    assert 'name="employment-1-start" id="employment-1-start" value="01.02.2020"' in text
    none_such = "employment-" + "9" * 5000
    assert server.http.post("/check?lang=en", data={**FORM, "less": none_such}).status_code == 200


def test_a_group_of_items_is_ticked_without_scripts(server: Any) -> None:
    laws = server.http.post("/check?lang=en", data={**FORM, "more": "knowledge-knowledge-law"}).text
    every = server.http.post("/check?lang=en", data={**FORM, "more": "knowledge"}).text
    assert 0 < laws.count(" checked") < every.count(" checked")
    assert re.search(r'value="constitution" checked', laws)
    assert not re.search(r'value="bibliography" checked', laws)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("employment-1-end", "30.02.2018", "There is no such day as “30.02.2018”"),
        ("employment-1-end", "2018-02-30", "There is no such day as “2018-02-30”"),
        ("employment-1-end", "soon", "“soon” is no date"),
        ("employment-1-start", "09/01/2018", "“09/01/2018” is no date"),
        ("employment-1-end", "31.08.2018", "before it starts (1 September 2018)"),
        ("employment-1-start", "", "This must be stated."),
        ("credential-1-field", "", "This must be stated."),
        ("on", "tomorrow", "“tomorrow” is no date"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    server: Any, field: str, value: str, said: str
) -> None:
    response = server.http.post("/check?lang=en", data={**FORM, field: value})
    assert response.status_code == 422
    assert f'<a href="#{field}">' in response.text
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', response.text)
    assert response.text.count(said) == 2  # in the summary and beside the field
    assert 'value="Айгүл"' in response.text
    assert not value or f'value="{value}"' in response.text


@pytest.mark.parametrize("typed", ["01.09.2021", "1.9.2021", "01,09,2021", "01 09 2021"])
def test_a_day_may_be_typed_as_people_write_it(server: Any, typed: str) -> None:
    data = {**FORM, "on": typed, "knowledge": GENERAL}
    assert "· 1 September 2021" in server.http.post("/check?lang=en", data=data).text


def test_an_empty_form_is_asked_to_be_filled(server: Any) -> None:
    response = server.http.post("/check?lang=ru", data={"name": "Айгүл"})
    assert response.status_code == 422
    assert "Пока ничего не указано" in response.text


def test_a_pasted_profile_is_judged_and_downloaded(server: Any) -> None:
    document = '{"credentials": [{"level": "higher", "field": "pedagogy"}]}'
    text = server.http.post("/check?lang=en", data={"document": document}).text
    assert "step-1 is-not-shown" in text
    found = server.http.post(
        "/check/download?lang=en", data={"document": document, "format": "json"}
    )
    assert found.headers["content-disposition"].startswith("attachment")
    assert found.json()["highest"] == {"higher": None, "middle": None}
    report = server.http.post(
        "/check/download?lang=en", data={"document": document, "format": "turtle"}
    )
    assert "sh:ValidationReport" in report.text


def test_an_uploaded_file_is_judged(server: Any) -> None:
    files = {"file": ("p.json", b'[{"name": "A"}, {"name": "B"}]', "application/json")}
    text = server.http.post("/check?lang=en", files=files).text
    assert "People in the file: 2" in text
    assert text.count('name="pick"') == 2


def test_names_are_escaped(server: Any) -> None:
    data = {**FORM, "name": "<script>alert(1)</script>"}
    text = server.http.post("/check?lang=en", data=data).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_what_is_not_there_gets_a_page_that_says_so(server: Any) -> None:
    headers = {"Accept": "text/html", "Accept-Language": "kk"}
    response = server.http.get("/law?clause=E99", headers=headers)
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert 'lang="kk"' in response.text


def test_search_is_tolerant(server: Any) -> None:
    assert "Библиография" in server.http.get("/browse?q=библеография&lang=ru").text
    assert "Библиография" in server.http.get("/browse?q=BIBLIOGRAPHY&lang=ru").text


def test_static_files_are_kept_and_change_their_address_with_their_content(server: Any) -> None:
    page = parsed(server.http.get("/?lang=en").text)
    style = next(address for address in page.loaded if address.endswith(".css"))
    response = server.http.get(style)
    assert response.status_code == 200
    assert "immutable" in response.headers["cache-control"]
    assert re.fullmatch(r"/static/[0-9a-f]{12}/(typeface|site)\.css", style)
    assert server.http.get("/static/0/../../pyproject.toml").status_code in {400, 404}
    for unit in ("items=0-1", "bytes=zz"):  # ignored (RFC 9110, 14.2)
        assert server.http.get(style, headers={"Range": unit}).status_code == 200


def test_the_first_page_is_small(server: Any) -> None:
    import gzip

    page = parsed(server.http.get("/?lang=kk").text)
    size = len(gzip.compress(server.http.get("/?lang=kk").content))
    size += sum(len(gzip.compress(server.http.get(a).content)) for a in page.loaded)
    assert size < 200_000


def test_a_name_is_kept_whole() -> None:
    """What a browser limits by `maxlength` comes longer from a profile that was pasted."""
    name = "А" * 300
    assert from_fields([("name", name)]).profile()["name"] == name


@pytest.mark.parametrize("count", [MOST_ROWS, MOST_ROWS + 1, 100])
def test_what_is_more_than_the_form_shows_is_carried_along(server: Any, count: int) -> None:
    employment = {"position": "school-librarian", "start": "2018-09-01", "end": "2018-09-02"}
    profile = {"credentials": [], "employments": [employment] * count, "knowledge": []}
    form = from_profile(profile)
    assert len(form.rows["employment"]) == MOST_ROWS
    assert form.profile() == profile
    fields = {
        f"employment-{number}-{key}": value
        for number, row in enumerate(form.rows["employment"], 1)
        for key, value in row.items()
    }
    text = server.http.post("/check?lang=en", data={**fields, "rest": form.rest}).text
    assert text.count('aria-label="Remove employment') == MOST_ROWS
    assert (f"{count - MOST_ROWS} more" in text) == (count > MOST_ROWS)


def test_a_form_that_is_full_can_be_sent(server: Any) -> None:
    """With what it does not show of every row, and every knowledge item and reading."""
    credential = {"level": "higher", "field": "library-science", "country": "DE", "awardedBy": "x"}
    employment = {"position": "school-librarian", "start": "2018-09-01", "employer": "x"}
    profile = {
        "credentials": [credential] * MOST_ROWS,
        "employments": [employment] * MOST_ROWS,
        "knowledge": [],
    }
    text = server.http.post("/check?lang=en", data={"document": json.dumps(profile)}).text
    form = next(part for part in text.split("<form") if 'name="credential-1-level"' in part)
    form = form.partition("</form>")[0]
    names = re.findall(r'<(?:input|select|textarea)\s[^>]*?\bname="([\w-]+)"', form)
    assert {"credential-30-rest", "employment-30-rest", "knowledge"} <= set(names)
    fields = {name: [""] * names.count(name) for name in names}
    answer = server.http.post("/check?lang=en", data=fields)
    assert answer.status_code == 422  # it is read: nothing stands in it


def test_a_row_more_than_the_form_shows_is_taken() -> None:
    """A browser's script adds rows to as many as there are."""
    rows = [
        (f"employment-{number}-{key}", value)
        for number in range(1, MOST_ROWS + 2)
        for key, value in (("position", "school-librarian"), ("start", f"{number:02}.01.2018"))
    ]
    assert len(from_fields(rows[:-2]).profile()["employments"]) == MOST_ROWS
    assert from_fields(rows).profile()["employments"][-1]["start"] == "2018-01-31"


@pytest.mark.parametrize(
    ("lang", "words"), [("kk", "аттап өтілді"), ("ru", "пропущен"), ("en", "passed over")]
)
def test_what_of_a_file_was_passed_over_is_said(server: Any, lang: str, words: str) -> None:
    profile = {"basics": {"name": "A", "email": "a@example.org"}, "work": [], "education": []}
    answer = server.http.post(f"/check?lang={lang}", data={"document": json.dumps(profile)})
    assert answer.status_code == 200
    assert "email" in answer.text and words in answer.text.lower()
