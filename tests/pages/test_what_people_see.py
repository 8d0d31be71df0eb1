"""What readers must see without looking for it, in a browser: the text's state, years, ESCO."""

import json
from typing import Any

import pytest
from tests.pages.test_browser import opened
from tests.pages.test_list_table import DAY, PEOPLE
from tests.pages.test_lists import GOOD, table
from tests.pages.test_paper_and_phone import BROKEN_WORDS
from tests.pages.test_screens import SITUATIONS

IN_A_COLLEGE = {
    **SITUATIONS["all met"],
    "credentials": [{"level": "technical-vocational", "field": "library-science"}],
    "employments": [{"position": "college-librarian", "start": "2010-09-01"}],
    "appliesFor": "librarian/middle-second",
}

pytestmark = pytest.mark.browser


def judged(browser: Any, server: Any, profile: dict[str, Any]) -> Any:
    page, _ = opened(browser, server, "/check", "en")
    page.fill("#paste textarea", json.dumps(profile))
    page.click("#paste button.primary")
    page.wait_for_selector("#verdict")
    return page


def top(page: Any, selector: str) -> float:
    """How far down the page an element begins, in pixels."""
    return float(
        page.evaluate("s => document.querySelector(s).getBoundingClientRect().top", selector)
    )


@pytest.mark.sampled(1)
@pytest.mark.parametrize("lang", ["kk", "ru"])
@pytest.mark.parametrize("width", [375, 1024, 1280])
def test_no_word_of_a_judged_list_is_broken_and_no_column_cut_off(
    browser: Any, server: Any, width: int, lang: str
) -> None:
    page, _ = opened(browser, server, "/list", lang, viewport={"width": width, "height": 800})
    unknown = GOOD.replace("1,", "11,", 1)
    name, content, kind = table(*PEOPLE, unknown)["file"]
    page.set_input_files("input[type=file]", {"name": name, "mimeType": kind, "buffer": content})
    page.fill("#on", DAY["on"])
    page.click("#upload button.primary")
    page.wait_for_selector("#people .sort")
    assert page.evaluate(BROKEN_WORDS, "#people") == []
    scroll = "document.querySelector('.scroll:has(#people)')"
    assert page.evaluate(f"{scroll}.scrollWidth <= {scroll}.clientWidth")


def test_the_verdict_comes_after_the_state_of_the_text_and_says_what_would_turn_it(
    browser: Any, server: Any
) -> None:
    page = judged(browser, server, IN_A_COLLEGE)
    assert "superseded" in page.inner_text(".before")
    assert top(page, ".before") < top(page, "#verdict") < top(page, "#turns")
    assert "Another reading would change this" in page.inner_text(".verdict")
    page.click("#turns button")
    page.wait_for_selector("#verdict:has-text(': met')")
    assert "By a reading other than the default" in page.inner_text(".verdict")


def test_what_is_met_is_told_apart_from_what_is_held(browser: Any, server: Any) -> None:
    held = {"holds": [{"category": "librarian/higher-first", "granted": "2021-05-20"}]}
    page = judged(browser, server, {**SITUATIONS["service from a day"], **held})
    assert page.inner_text(".step-1 .flags") == "met by this text"
    assert page.inner_text(".step-3 .flags") == "held"


def test_the_staircase_leads_to_the_years_in_words(browser: Any, server: Any) -> None:
    page, _ = opened(browser, server, "/", "ru")
    page.click("main a:has-text('Высший · II')")
    page.wait_for_selector("#requirements")
    assert page.locator("#requirements tr:visible:has-text('не менее 3 лет')").count() == 1


def test_esco_and_isced_are_a_click_away_and_found_by_their_names(
    browser: Any, server: Any
) -> None:
    page, _ = opened(browser, server, "/", "en")
    page.click("nav.wide a:has-text('Frameworks')")
    page.select_option("[name=from]", label="Librarian")
    page.click("main form button[type=submit]")
    page.wait_for_selector("#counterparts tr:has-text('ESCO')")
    assert page.is_visible(".actions a[download]:has-text('CSV')")
    assert page.is_visible(".picture:has-text('ISCED 2011')")
    page.goto(f"{server.url}/browse?q=ESCO+librarian&lang=en")
    page.click("main li a >> nth=0")
    page.wait_for_selector("h1:has-text('librarian')")
    assert "/about?iri=http%3A%2F%2Fdata.europa.eu%2Fesco%2Foccupation" in page.url
    page.goto(f"{server.url}/id/position/librarian.html?lang=en")
    assert page.is_visible("#matches tr:has-text('ESCO') a:has-text('librarian')")


def test_a_russian_reader_has_the_translation_beside_and_the_table_in_sight(
    browser: Any, server: Any
) -> None:
    page, _ = opened(browser, server, "/law", "ru")
    beside = "s => document.querySelector(s).getBoundingClientRect().right"
    left = "s => document.querySelector(s).getBoundingClientRect().left"
    assert page.evaluate(beside, "p.law") <= page.evaluate(left, "p.translated")
    page.click("nav.tabs a:has-text('Таблица')")
    page.wait_for_selector("#clauses")
    assert top(page, "#clauses") < 800
