"""The pages of the position and its categories say what is asked for, not triples."""

import re
from typing import Any

import pytest
from tests.pages.test_browse import LIBRARIAN_OF_ESCO

from libonto.locales import LANGUAGES

PAGE = "/id/category/librarian/{}.html"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_category_says_what_it_asks_for_and_what_it_adds(server: Any, lang: str) -> None:
    text = server.http.get(PAGE.format("higher-second"), params={"lang": lang}).text
    human, _, data = text.partition("as-data")
    assert "еңбек өтілі 3 жылдан кем емес" in human
    assert human.count('class="badge"') == 1  # the years are all that this category adds
    rows = human.partition('id="requirements"')[2].partition("</table>")[0].split("<tr>")[2:]
    assert len(rows) == 19 and "education-higher" in rows[0] and ">X01<" in rows[1]
    assert "/check?category=librarian%2Fhigher-second" in human
    assert 'id="statements"' in data
    lowest = server.http.get(PAGE.format("higher-none"), params={"lang": lang}).text
    assert 'class="badge"' not in lowest.partition("as-data")[0]


def test_the_form_begins_with_the_category_of_the_page(server: Any) -> None:
    text = server.http.get("/check?category=librarian/higher-first&lang=en").text
    assert '<option value="librarian/higher-first" selected>' in text


def test_a_position_lists_its_duties_and_categories(server: Any) -> None:
    human = server.http.get("/id/position/librarian.html?lang=en").text.partition("as-data")[0]
    assert human.count("/id/duty/librarian/") == 9
    assert human.count('href="/id/category/librarian/') == 8


def test_a_position_lists_every_requirement_with_the_categories_that_ask_first(
    server: Any,
) -> None:
    text = server.http.get("/id/position/librarian.html?lang=en").text
    rows = text.partition('id="requirements"')[2].partition("</table>")[0].split("<tr>")[2:]
    assert len(rows) == 25
    (years,) = [row for row in rows if "at least 4 years" in row]
    assert "on: Higher · I; Middle · I<" in years and ">X02<" in years
    assert sum("All categories" in row for row in rows) == 17


@pytest.mark.parametrize("path", ["/", "/id/position/librarian.html"])
def test_the_questions_that_the_act_leaves_open_are_answered(server: Any, path: str) -> None:
    text = server.http.get(f"{path}?lang=en").text
    assert "What this act does not decide" in text
    for question in ("Is a school librarian a pedagogue?", "How long is a category valid?"):
        assert question in text
    assert "/id/act/order-83-2016" in text


def test_a_question_left_open_is_found_by_its_words(server: Any) -> None:
    found = server.http.get("/browse?q=зарплата&lang=ru").text
    assert "Сколько мне платят?" in found


def test_the_sample_is_answered_at_once(server: Any) -> None:
    answer = server.http.post("/check?lang=en", data={"sample": "1"})
    assert answer.status_code == 200
    assert 'id="verdict"' in answer.text


def human_of(server: Any, path: str, lang: str = "en") -> str:
    answer = server.http.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    assert answer.status_code == 200
    text: str = answer.text
    assert text.index('class="as-data"') < text.index('id="statements"'), "triples are folded up"
    return text.partition('class="as-data"')[0]


def test_an_act_says_whether_it_is_in_force_and_who_must_know_it(server: Any) -> None:
    human = human_of(server, "/id/act/K950001000_.html")
    assert "no longer in force since 1 July 2026" in human
    assert "Constitution of the Republic of Kazakhstan (2026)" in human
    assert "/id/knowledge/constitution.html" in human
    assert "All categories" in human


def test_a_knowledge_item_says_of_whom_it_is_required_and_a_duty_whose_it_is(server: Any) -> None:
    added = human_of(server, "/id/knowledge/library-work-issues.html")
    assert "/id/category/librarian/higher-first.html" in added
    assert "/id/category/librarian/higher-second.html" not in added
    assert "All categories" in human_of(server, "/id/knowledge/bibliography.html")
    assert "/id/position/librarian.html" in human_of(server, "/id/duty/librarian/planning.html")


def test_an_occupation_of_esco_says_what_of_it_is_covered_here(server: Any) -> None:
    path = f"/about?iri={LIBRARIAN_OF_ESCO}"
    human = human_of(server, path)
    assert "2622.2" in human
    assert human.count('class="glyph met"') == 10
    assert human.count('class="glyph not-shown"') == 5
    text = server.http.get(f"{path}&lang=en").text
    assert "esco:" not in text
    assert "Higher ladder" in text.partition('id="matches"')[2]
    assert "aHR0" not in re.sub(r'href="[^"]*"', "", text), "an address is no name"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_category_stands_beside_the_frameworks_with_their_strength(
    server: Any, lang: str
) -> None:
    text = server.http.get(PAGE.format("higher-second"), params={"lang": lang}).text
    table = text.partition('id="matches"')[2].partition("</table>")[0]
    for iri in (
        "http%3A%2F%2Fdata.europa.eu%2Fsnb%2Feqf%2F6",
        "/id/framework/kz-nqf/6.html",
        "/id/framework/isced-2011/6.html",
        "http%3A%2F%2Fdata.europa.eu%2Fesco%2Fisco%2FC2622",
        LIBRARIAN_OF_ESCO.replace(":", "%3A").replace("/", "%2F"),
    ):
        assert iri in table
    position = server.http.get("/id/position/librarian.html", params={"lang": lang}).text
    assert LIBRARIAN_OF_ESCO.replace(":", "%3A").replace("/", "%2F") in position


def test_who_meets_a_category_is_asked_on_its_page(server: Any) -> None:
    stated = {
        "category": "librarian/higher-second",
        "credential-1-level": "higher",
        "credential-1-field": "library-science",
        "employment-1-position": "school-librarian",
        "employment-1-start": "01.09.2010",
    }
    text = server.http.get(PAGE.format("higher-second"), params={"lang": "en"}).text
    assert all(f'name="{name}"' in text.partition('class="card who-meets"')[2] for name in stated)
    answer = server.http.post("/check?lang=en", data=stated)
    assert answer.status_code == 200
    assert 'id="verdict"' in answer.text


@pytest.mark.parametrize("form", ["elm", "ctdl", "schema.org", "protege", "turtle", "json"])
def test_a_position_is_compared_and_exported_on_a_page(server: Any, form: str) -> None:
    text = server.http.get("/compare?lang=en").text
    assert "8 of 9 (88%)" in text
    (href,) = re.findall(rf'href="(/compare/librarian\.{re.escape(form)}\?[^"]*)"', text)
    found = server.http.get(href.replace("&amp;", "&"))
    assert found.status_code == 200
    assert "attachment" in found.headers["Content-Disposition"]
    assert "bibliography" in found.text


def test_what_cannot_be_compared_is_told(server: Any) -> None:
    for path in ("/compare?framework=x", "/compare?position=x", "/compare?framework=de-dqr"):
        assert server.http.get(path, headers={"Accept": "text/html"}).status_code == 400
    assert server.http.get("/compare/librarian.exe").status_code == 404
