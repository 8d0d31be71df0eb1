"""Browsing: a page for everything, relations in both directions, search, and the pictures."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from pyoxigraph import NamedNode
from tests.own_graph import graph
from tests.pages.test_browser import opened
from tests.pages.test_languages import foreign
from tests.sizes import some

from libonto.graph.description import Wording, describe
from libonto.graph.terms import ID, NS
from libonto.locales import LANGUAGES, sentences
from libonto.pages.browse import HITS
from libonto.pages.search import Index

PICTURED = (
    "/id/category/librarian/higher-second.html",
    "/id/position/librarian.html",
    "/id/knowledge/bibliography.html",
    "/id/act/K950001000_.html",
    "/ns/CategoryLevel",
    "/about?iri=http://data.europa.eu/snb/eqf/6",
)
FAST = "?lang=en"
LIBRARIAN_OF_ESCO = "http://data.europa.eu/esco/occupation/60f7eb23-a7ea-4cbe-98a5-1248291f62d5"
SYMMETRIC = ("Match", "inverseOf", "disjointWith", "differentFrom")


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(graph())


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
        ("ESCO librarian", LIBRARIAN_OF_ESCO),
        ("кітапханашы ESCO", LIBRARIAN_OF_ESCO),
        ("ISCO 2622", "http://data.europa.eu/esco/isco/C2622"),
    ],
)
def test_a_word_finds_what_it_means(index: Index, wanted: str, slug: str) -> None:
    iri = slug if slug.startswith("http") else ID + slug
    assert iri in [match.iri for match in index.matches(wanted)[:5]]


def test_a_word_of_the_classification_comes_first_with_its_own_concept(index: Index) -> None:
    assert index.matches("ESCO librarian")[0].iri == LIBRARIAN_OF_ESCO
    assert index.matches("librarian")[0].iri == ID + "position/librarian"
    assert [match.iri for match in index.matches("2622")] != []
    assert all(match.iri.rpartition("/")[2] != "C262" for match in index.matches("ISCO 2622"))


def test_the_number_of_what_was_found_is_the_true_one_and_all_of_it_can_be_reached(
    server: Any,
) -> None:
    text = server.http.get("/browse?q=library&lang=en").text
    (told,) = re.findall(r"Found: (\d+)<", text)
    total = int(told)
    assert total > 100
    seen: list[str] = []
    for number in range(1, -(-total // HITS) + 1):
        page = server.http.get(f"/browse?q=library&lang=en&page={number}").text
        hits = page.partition('class="plain hits"')[2].partition("</ul>")[0]
        seen += re.findall(r'<li><a href="([^"]+)"', hits)
    assert len(seen) == len(set(seen)) == total
    for odd in ("0", "-1", "x", "99999", "77"):
        assert server.http.get(f"/browse?q=library&lang=en&page={odd}").status_code == 200


def test_a_term_is_found_by_its_name_in_the_vocabulary(index: Index) -> None:
    assert index.matches("CategoryLevel")[0].iri == NS + "CategoryLevel"
    assert index.matches("category level")[0].iri == NS + "CategoryLevel"


def test_the_exact_word_comes_before_its_neighbours(index: Index) -> None:
    scores = [match.score for match in index.matches("педагогика")]
    assert scores == sorted(scores, reverse=True)
    assert index.matches("педагогика")[0].iri in {ID + "knowledge/pedagogy", ID + "field/pedagogy"}


@pytest.mark.parametrize("wanted", ["", "   ", "!?", "xyzzyq", "абвгдежз", "'; DROP TABLE"])
def test_nonsense_finds_nothing(index: Index, wanted: str) -> None:
    assert index.matches(wanted) == []


def test_words_of_a_clause_find_it_with_the_passage(server: Any) -> None:
    text = server.http.get("/browse?q=әлеуметтік&lang=kk").text
    assert "Табылғаны" in text
    text = server.http.get("/browse?q=китапхана&lang=ru").text
    assert 'lang="kk">Кітапхана' in text


def test_what_was_looked_for_is_escaped(server: Any) -> None:
    text = server.http.get("/browse", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in text


# Pages


def test_the_position_is_a_tree_down_to_its_clauses(server: Any) -> None:
    text = server.http.get("/browse?lang=en").text
    tree = text.partition('id="lo-Position"')[2].partition('class="tree"')[0]
    step = tree.partition("/id/category/librarian/higher-first.html")[2].partition("</ul>")[0]
    assert "/id/requirement/librarian/" in step
    assert 'href="/law?clause=X02&amp;lang=en#X02"' in step
    frameworks = text.partition('id="skos-ConceptScheme"')[2].partition('class="tree"')[0]
    group = frameworks.partition(quoted_iri("http://data.europa.eu/esco/isco/C262"))[2]
    assert quoted_iri("http://data.europa.eu/esco/isco/C2622") in group.partition("</ul>")[0]


def quoted_iri(iri: str) -> str:
    return f'href="/about?iri={quote(iri, safe="")}&amp;lang=en"'


def test_the_language_of_the_content_is_chosen_apart_from_that_of_the_page(server: Any) -> None:
    path = "/id/knowledge/bibliography.html"
    text = server.http.get(f"{path}?lang=en&content=kk").text
    assert '<html lang="en">' in text
    assert '<h1 lang="kk">Библиография</h1>' in text
    assert "What is stated" in text
    assert "content=kk&amp;lang=en" in text, "links to other things keep it"
    assert "content=" not in text.partition("<header")[2].partition('href="/check')[2][:40]
    assert '<h1 lang="en">' in server.http.get(f"{path}?lang=en&content=xx").text


@pytest.mark.browser
def test_the_search_suggests_while_one_types_and_is_used_by_keyboard(
    browser: Any, server: Any
) -> None:
    page, wrong = opened(browser, server, "/browse", "ru")
    page.fill("#q", "ESCO librarian")
    page.wait_for_selector("#q-found [role=option]")
    assert page.get_attribute("#q", "aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert page.get_attribute("#q", "aria-expanded") == "false"
    page.focus("#q")
    page.keyboard.type("s")
    page.wait_for_selector("#q-found [role=option]")
    page.keyboard.press("ArrowDown")
    option = page.get_attribute("#q", "aria-activedescendant")
    assert page.get_attribute(f"#{option}", "aria-selected") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url("**/about?iri=*esco*")
    assert wrong == []


def test_everything_that_people_see_is_listed_and_has_a_page(server: Any) -> None:
    listed = server.http.get(f"/browse{FAST}").text
    for class_ in ("Position", "Ladder", "CategoryLevel", "Duty", "KnowledgeItem", "Reading"):
        for iri in graph().instances(f"lo:{class_}"):
            assert f'href="/id/{iri.removeprefix(ID)}.html{FAST}"' in listed
    for iri in (i for i in graph().defined if i.startswith(NS)):
        assert f'href="/ns/{iri.removeprefix(NS)}{FAST}"' in listed
    concepts = [n.value for n, _ in graph().pairs("skos:inScheme") if isinstance(n, NamedNode)]
    assert len(concepts) > 100
    for iri in concepts[::10]:
        page = server.http.get("/about", params={"iri": iri, "lang": "kk"})
        assert page.status_code == 200


@pytest.mark.parametrize("lang", LANGUAGES)
def test_relations_have_names_in_both_directions(lang: str) -> None:
    wording = Wording(graph(), lang)
    seen = set()
    for iri in (i for i in graph().defined if "/shape/" not in i):
        about = describe(graph(), iri)
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
        assert graph().translations(node, "skos:definition")[lang] in text


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
  const place = document.querySelector('[data-graph]').getBoundingClientRect();
  return [...document.querySelectorAll('.node :is(.by, .node-box):not(:empty)')].map((one) => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    const inside = right <= place.right && left >= place.left;
    const fits = inside && one.scrollWidth <= one.clientWidth + 1;
    return [one.textContent, left, top, right, bottom, fits];
  });
}"""


@pytest.mark.browser
@pytest.mark.sampled(1)
@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("path", PICTURED)
def test_no_words_of_the_picture_overlap_or_leave_it(
    browser: Any, server: Any, path: str, width: int
) -> None:
    for lang in some(LANGUAGES, 1):
        page, wrong = opened(browser, server, path, lang, viewport={"width": width, "height": 800})
        page.wait_for_selector(".node")
        boxes = page.evaluate(BOXES)
        assert len(boxes) > 2
        for place, (label, x1, y1, x2, y2, fits) in enumerate(boxes):
            assert fits, (lang, label)
            for other, u1, v1, u2, v2, _ in boxes[:place]:
                apart = x2 <= u1 or u2 <= x1 or y2 <= v1 or v2 <= y1
                assert apart, (lang, label, other)
        assert wrong == []


@pytest.mark.browser
def test_the_picture_is_walked_through_by_keyboard(browser: Any, server: Any) -> None:
    page, wrong = opened(browser, server, "/id/knowledge/psychology.html", "en")
    page.locator(".node button:has-text('Psychology')").first.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(".graph-said:has-text('→ requires')")
    before = page.locator(".node").count()
    chosen = ".node.is-chosen button"
    assert page.get_attribute(chosen, "aria-expanded") == "false"
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{chosen}[aria-expanded=true]")
    assert page.locator(".node").count() > before
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{chosen}[aria-expanded=false]")
    assert page.locator(".node").count() == before
    to = page.get_attribute(".node.is-chosen a", "href")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{to}")
    assert wrong == []


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
