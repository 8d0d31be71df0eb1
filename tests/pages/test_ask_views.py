"""“Ask” in a browser: the editor beside the questions, its tabs, views of an answer, the graph."""

from typing import Any
from urllib.parse import quote

import pytest
from tests.pages.test_ask import THOUSAND
from tests.pages.test_browser import opened

pytestmark = pytest.mark.browser
EDITOR = "document.querySelector('.CodeMirror').CodeMirror"


@pytest.mark.parametrize("width", [1024, 1280])
def test_the_editor_stands_beside_the_questions(browser: Any, server: Any, width: int) -> None:
    page, wrong = opened(browser, server, "/ask", "ru", viewport={"width": width, "height": 800})
    editor, questions = (page.locator(q).bounding_box() for q in (".CodeMirror", "#questions"))
    assert editor["x"] > questions["x"] + questions["width"] / 2
    assert editor["y"] < 500
    assert wrong == []


def test_an_undeclared_prefix_is_declared_by_one_click(browser: Any, server: Any) -> None:
    page, _ = opened(browser, server, "/ask", "ru")
    page.evaluate(f"{EDITOR}.setValue('SELECT * {{ ?s a lo:Position }}')")
    page.click("#own button.primary")
    page.click("#own-answer .error button")
    page.wait_for_selector("#own-answer table")
    assert page.evaluate(f"{EDITOR}.getValue()").startswith("PREFIX lo:")


def test_without_scripts_the_prefix_is_declared_by_one_click_too(browser: Any, server: Any) -> None:
    query = "SELECT%20*%20%7B%20%3Fs%20a%20lo%3APosition%20%7D"
    page, _ = opened(browser, server, f"/ask?query={query}", "en", java_script_enabled=False)
    page.click(".error button")
    assert page.locator("#own-answer tbody tr").count() > 3


def test_queries_stay_in_tabs_of_this_browser(browser: Any, server: Any) -> None:
    page, wrong = opened(browser, server, "/ask", "en")
    page.evaluate(f"{EDITOR}.setValue('ASK {{ ?first ?b 1 }}')")
    page.click("#tabs [aria-label='Another query']")
    page.evaluate(f"{EDITOR}.setValue('ASK {{ ?second ?b 1 }}')")
    page.click("#tabs >> text=Query 1")
    assert "?first" in page.evaluate(f"{EDITOR}.getValue()")
    other = page.context.new_page()
    other.goto(f"{server.url}/ask?lang=kk")
    other.wait_for_selector("#tabs button")
    other.click("#tabs button >> nth=1")
    assert "?second" in other.evaluate(f"{EDITOR}.getValue()")
    other.click("#tabs [aria-label='Бұл сұрауды жабу']")
    assert "?second" not in other.evaluate("localStorage.getItem('libonto.queries')")
    assert wrong == []


def test_an_answer_is_a_table_or_a_chart_one_at_a_time(browser: Any, server: Any) -> None:
    page, wrong = opened(browser, server, "/ask?question=category-levels", "en")
    assert page.is_visible("[data-view=table]")
    assert not page.is_visible("[data-view=chart]")
    page.click(".view-bar >> text=Chart")
    assert page.is_visible("[data-view=chart] svg")
    assert not page.is_visible("[data-view=table]")
    assert wrong == []


def test_a_graph_is_a_picture_whose_things_expand(browser: Any, server: Any) -> None:
    page, wrong = opened(browser, server, "/ask?question=level-graph", "en")
    page.wait_for_selector(".node")
    before = page.locator(".node").count()
    assert before > 10
    page.click(".node button >> nth=-1")
    page.wait_for_selector(".node button[aria-expanded=true]")
    assert page.locator(".node").count() > before
    assert page.inner_text(".graph-said")
    assert "/id/" in page.get_attribute(".node.is-chosen a", "href")
    page.emulate_media(media="print")
    assert page.is_visible("details.thing")
    page.emulate_media(media="screen")
    assert not page.is_visible("details.thing")
    page.click(".view-bar >> text=List")
    assert page.is_visible("details.thing")
    assert wrong == []


def test_a_long_answer_is_sorted_by_its_headings_over_all_rows(browser: Any, server: Any) -> None:
    page, wrong = opened(browser, server, f"/ask?query={quote(THOUSAND)}", "en")
    page.click("#own-rows th:has-text('n') button >> nth=0")
    page.wait_for_selector("#own-rows th[aria-sort=ascending]")
    assert page.get_attribute("html", "lang") == "en"
    page.fill("#own-parts input[name=words]", "99")
    page.press("#own-parts input[name=words]", "Enter")
    page.wait_for_selector("[role=status]:has-text('of 1000')")
    assert page.locator("#own-rows th[aria-sort=ascending]").count() == 1
    assert wrong == []


def test_a_long_table_turns_its_pages_and_paper_has_all_of_it(browser: Any, server: Any) -> None:
    page, wrong = opened(browser, server, "/law?view=table", "ru")
    rows = page.locator("#clauses tbody tr:visible")
    assert rows.count() == 50
    page.click("#clauses-table .next")
    assert rows.count() == 42
    page.fill("#clauses-filter", "библиограф")
    assert 0 < rows.count() < 10
    page.fill("#clauses-filter", "")
    page.emulate_media(media="print")
    assert rows.count() == 92
    assert wrong == []
