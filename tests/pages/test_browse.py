"""Browsing: a page for everything, relations in both directions, search, and the pictures."""

import re
from typing import Any

import pytest
from pyoxigraph import NamedNode
from tests.pages.test_browser import opened
from tests.pages.test_languages import foreign
from tests.sizes import some

from libonto.graph.catalogue import Catalogue
from libonto.graph.description import describe
from libonto.graph.store import Graph
from libonto.graph.terms import ID, NS
from libonto.graph.wording import Wording
from libonto.locales import LANGUAGES, sentences
from libonto.pages.search import Index

GRAPH = Graph(Catalogue.of(()))
PICTURED = (
    "/id/category/librarian/higher-second.html",
    "/id/position/librarian.html",
    "/id/knowledge/bibliography.html",
    "/id/act/K950001000_.html",
    "/ns/CategoryLevel",
    "/about?iri=http://data.europa.eu/snb/eqf/6",
)
FAST = "?lang=en"
SYMMETRIC = ("Match", "inverseOf", "disjointWith", "differentFrom")


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(GRAPH)


# Search


@pytest.mark.parametrize(
    ("wanted", "slug"),
    [
        ("кітапханашы", "position/librarian"),
        ("китапханашы", "position/librarian"),  # Kazakh letters typed as Russian ones
        ("КІТАПХАНАШЫ", "position/librarian"),
        ("kitaphanashy", "position/librarian"),
        ("библиотекарь", "position/librarian"),
        ("bibliotekar", "position/librarian"),
        ("libraian", "position/librarian"),
        ("библеография", "knowledge/bibliography"),
        ("bibliogrpahy", "knowledge/bibliography"),
        ("biblio", "knowledge/bibliography"),
        ("библиoграфия", "knowledge/bibliography"),  # with a Latin o
        ("Педогогика", "knowledge/pedagogy"),
        ("fire safety", "knowledge/fire-safety"),
        ("safety fire", "knowledge/fire-safety"),
        ("орт кауипсиздиги", "knowledge/fire-safety"),
        ("конституцыя", "knowledge/constitution"),
        ("college-service", "reading/college-service"),
        ("E02", "clause/order-338/librarian/E02"),
        ("e02", "clause/order-338/librarian/E02"),
    ],
)
def test_a_word_finds_what_it_means(index: Index, wanted: str, slug: str) -> None:
    assert ID + slug in [found.iri for found in index.found(wanted)[:5]]


def test_a_term_is_found_by_its_name_in_the_vocabulary(index: Index) -> None:
    assert index.found("CategoryLevel")[0].iri == NS + "CategoryLevel"
    assert index.found("category level")[0].iri == NS + "CategoryLevel"


def test_the_exact_word_comes_before_its_neighbours(index: Index) -> None:
    scores = [found.score for found in index.found("педагогика")]
    assert scores == sorted(scores, reverse=True)
    assert index.found("педагогика")[0].iri in {ID + "knowledge/pedagogy", ID + "field/pedagogy"}


@pytest.mark.parametrize("wanted", ["", "   ", "!?", "xyzzyq", "абвгдежз", "'; DROP TABLE"])
def test_nonsense_finds_nothing(index: Index, wanted: str) -> None:
    assert index.found(wanted) == []


def test_words_of_a_clause_find_it_with_the_passage(server: Any) -> None:
    text = server.http.get("/browse?q=әлеуметтік&lang=kk").text
    assert "Табылғаны" in text
    text = server.http.get("/browse?q=китапхана&lang=ru").text
    assert 'lang="kk">Кітапхана' in text


def test_what_was_looked_for_is_escaped(server: Any) -> None:
    text = server.http.get("/browse", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in text


# Pages


def test_everything_that_people_see_is_listed_and_has_a_page(server: Any) -> None:
    listed = server.http.get(f"/browse{FAST}").text
    for class_ in ("Position", "Ladder", "CategoryLevel", "Duty", "KnowledgeItem", "Reading"):
        for iri in GRAPH.instances(f"lo:{class_}"):
            assert f'href="/id/{iri.removeprefix(ID)}.html{FAST}"' in listed
    for iri in (i for i in GRAPH.defined if i.startswith(NS)):
        assert f'href="/ns/{iri.removeprefix(NS)}{FAST}"' in listed
    concepts = [n.value for n, _ in GRAPH.pairs("skos:inScheme") if isinstance(n, NamedNode)]
    assert len(concepts) > 100
    for iri in concepts[::10]:
        page = server.http.get("/about", params={"iri": iri, "lang": "kk"})
        assert page.status_code == 200


@pytest.mark.parametrize("lang", LANGUAGES)
def test_relations_have_names_in_both_directions(lang: str) -> None:
    wording = Wording(GRAPH, lang)
    seen = set()
    for iri in (i for i in GRAPH.defined if "/shape/" not in i):
        about = describe(GRAPH, iri)
        for predicate, _ in about.references:
            seen.add(predicate)
            said = wording.reverse(predicate)
            assert not said.startswith(("http", "← http")), predicate
            assert said != wording.word(predicate) or predicate.endswith(SYMMETRIC)
    assert len(seen) > 40
    unnamed = [p for p in seen if wording.reverse(p).startswith("←") and p.startswith(NS)]
    assert unnamed == []


def test_the_names_of_inverse_relations_are_the_same_in_three_languages() -> None:
    keys = [sentences(lang, "inverses").keys() for lang in LANGUAGES]
    assert keys[0] == keys[1] == keys[2]


def test_a_knowledge_item_quotes_the_clauses_of_its_requirement(server: Any) -> None:
    text = server.http.get("/id/knowledge/bibliography.html?lang=en").text
    assert "<mark>библиографияны</mark>" in text
    assert "/law?clause=KS02&amp;lang=en#KS02" in text
    assert "required by" in text
    act = server.http.get("/id/act/K950001000_.html?lang=en").text
    assert "KL01" in act
    assert "knowledge items that name it" in act


def test_definitions_stand_in_three_languages(server: Any) -> None:
    text = server.http.get("/ns/Candidate?lang=ru").text
    for lang in LANGUAGES:
        node = NamedNode(NS + "Candidate")
        assert GRAPH.translations(node, "skos:definition")[lang] in text


@pytest.mark.parametrize("path", ["/ns/Candidate", "/about?iri=http://data.europa.eu/snb/eqf/6"])
def test_every_page_is_there_as_data(server: Any, path: str) -> None:
    text = server.http.get(path).text
    links = re.findall(r'<a class="button" href="([^"]+)" download>', text)
    assert len(links) == 4
    for link in links:
        response = server.http.get(link.replace("&amp;", "&"))
        assert response.status_code == 200
        assert b"Candidate" in response.content or b"eqf" in response.content


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PICTURED)
def test_a_page_is_in_the_readers_language(server: Any, path: str, lang: str) -> None:
    joint = "&" if "?" in path else "?"
    assert foreign(server.http.get(f"{path}{joint}lang={lang}").text, lang) == []


# Pictures

BOXES = """() => {
  const cy = document.getElementById('graph')._cyreg.cy;
  const edge = document.getElementById('graph').clientWidth;
  return cy.nodes().map(n => {
    const b = n.boundingBox({ includeLabels: true, includeOverlays: false });
    return [n.data('label'), b.x1, b.y1, b.x2, b.y2, edge];
  });
}"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("path", PICTURED)
def test_no_words_of_the_picture_overlap_or_leave_it(
    browser: Any, server: Any, path: str, width: int
) -> None:
    for lang in some(LANGUAGES, 1):
        page, wrong = opened(browser, server, path, lang, viewport={"width": width, "height": 800})
        page.wait_for_selector("#graph canvas")
        boxes = page.evaluate(BOXES)
        assert len(boxes) > 2
        for place, (label, x1, y1, x2, y2, edge) in enumerate(boxes):
            assert x1 > -4 and x2 < edge + 4, (lang, label)
            for other, u1, v1, u2, v2, _ in boxes[:place]:
                apart = x2 <= u1 + 2 or u2 <= x1 + 2 or y2 <= v1 + 4 or v2 <= y1 + 4
                assert apart, (lang, label, other)
        assert wrong == []
        page.context.close()


@pytest.mark.browser
def test_the_picture_is_walked_through_by_keyboard(browser: Any, server: Any) -> None:
    page, wrong = opened(browser, server, "/id/knowledge/bibliography.html", "en")
    page.wait_for_selector("#graph canvas")
    page.focus("#graph")
    page.keyboard.press("ArrowDown")
    first = page.inner_text("#graph-said")
    assert first == "required by: Librarian"
    page.keyboard.press("ArrowDown")
    assert page.inner_text("#graph-said") != first
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/id/position/librarian.html*")
    assert wrong == []
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [375, 1280])
def test_the_words_of_the_crosswalk_stay_in_their_boxes(
    browser: Any, server: Any, width: int
) -> None:
    for lang in some(LANGUAGES, 1):
        page, _ = opened(
            browser, server, "/crosswalk", lang, viewport={"width": width, "height": 800}
        )
        outside = page.eval_on_selector_all(
            ".picture svg a",
            """links => links.filter(a => a.checkVisibility()).filter(a => {
              const box = a.querySelector('rect').getBoundingClientRect();
              const text = a.querySelector('text').getBoundingClientRect();
              return text.right > box.right || text.bottom > box.bottom + 1
                || text.top < box.top - 1;
            }).map(a => a.textContent)""",
        )
        assert outside == [], lang
        sizes = page.eval_on_selector_all(
            ".picture svg a text",
            "all => all.filter(t => t.checkVisibility()).map(t => t.getBoundingClientRect().height"
            " / t.querySelectorAll('tspan').length)",
        )
        assert sizes
        assert min(sizes) > 11  # pixels a line: readable without zooming
        heads = page.eval_on_selector_all(
            ".picture svg:has(.head)",
            """all => all.filter(s => s.checkVisibility()).flatMap(s => {
              const edge = s.getBoundingClientRect().right;
              return [...s.querySelectorAll('.head')].filter(
                h => h.getBoundingClientRect().right > edge + 1).map(h => h.textContent);
            })""",
        )
        assert heads == [], lang
        page.context.close()
