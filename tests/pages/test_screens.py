"""The answer in the situations that people are in: its words, its looks, its access."""

import json
from typing import Any

import pytest
from tests.pages.test_browser import opened
from tests.pages.test_languages import foreign
from tests.pages.test_pages import GENERAL

LANGUAGES = ("kk", "ru", "en")
DIPLOMA = {"level": "higher", "field": "library-science", "awarded": "2015-06-30"}
SITUATIONS: dict[str, dict[str, Any]] = {
    "all met": {
        "credentials": [DIPLOMA],
        "employments": [{"position": "school-librarian", "start": "2010-09-01"}],
        "knowledge": [*GENERAL, "library-work-issues", "librarianship-fundamentals"],
        "appliesFor": "librarian/higher-highest",
    },
    "service from a day": {
        "credentials": [DIPLOMA],
        "employments": [{"position": "school-librarian", "start": "2024-01-10"}],
        "knowledge": GENERAL,
    },
    "knowledge not shown": {
        "credentials": [DIPLOMA],
        "employments": [{"position": "school-librarian", "start": "2018-09-01"}],
        "knowledge": ["constitution"],
        "appliesFor": "librarian/higher-second",
    },
    "depends on a reading": {
        "credentials": [DIPLOMA],
        "employments": [{"position": "college-librarian", "start": "2015-09-01"}],
        "knowledge": GENERAL,
        "appliesFor": "librarian/middle-second",
    },
    "nothing stated": {},
}
MANY = [SITUATIONS["nothing stated"], SITUATIONS["knowledge not shown"]]


def asked(profile: Any) -> dict[str, str]:
    return {"document": json.dumps(profile), "on": "2026-11-22"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("situation", [*SITUATIONS, "many"])
def test_every_word_of_an_answer_is_of_the_pages_language(
    server: Any, situation: str, lang: str
) -> None:
    profile = SITUATIONS.get(situation, MANY)
    response = server.http.post(f"/check?lang={lang}", data=asked(profile))
    assert response.status_code == 200
    assert foreign(response.text, lang) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_about_a_mistake_is_of_the_pages_language(server: Any, lang: str) -> None:
    wrong = {"on": "31.02.2024", "credential-1-level": "higher", "employment-1-start": "1"}
    text = server.http.post(f"/check?lang={lang}", data={**wrong, "name": ""}).text
    assert 'id="problems"' in text
    assert foreign(text, lang) == []
    files = {"file": ("p.csv", b"id,level,field\n1,higher,pedagogy\n", "text/csv")}
    assert foreign(server.http.post(f"/list?lang={lang}", files=files).text, lang) == []


def test_in_each_situation_the_first_sentence_says_what_is_the_case(server: Any) -> None:
    said = {
        name: server.http.post("/check?lang=en", data=asked(profile)).text
        for name, profile in SITUATIONS.items()
    }
    assert "Higher level, highest category: met." in said["all met"]
    assert "all requirements are met" in said["all met"]
    assert "service suffices from 10 January 2027" in said["service from a day"]
    assert 'value="on=2027-01-10"' in said["service from a day"]
    assert ": not shown." in said["knowledge not shown"]
    assert "Knowledge that is not shown: 16" in said["knowledge not shown"]
    turns = said["depends on a reading"].partition('class="turns"')[2]
    together = "reading-above-technical-on-middle-ladder=accepted&amp;reading-college-service"
    assert together in turns
    assert "The requirements of no category are met." in said["nothing stated"]
    assert "However the text is read, the verdict is the same." in said["knowledge not shown"]


@pytest.mark.browser
@pytest.mark.sampled(1)
@pytest.mark.parametrize(("lang", "scheme"), [("kk", "light"), ("ru", "dark"), ("en", "light")])
@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("situation", [*SITUATIONS, "many"])
def test_an_answer_can_be_used_by_everyone(
    browser: Any, server: Any, situation: str, width: int, lang: str, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    profile = SITUATIONS.get(situation, MANY)
    page, wrong = opened(
        browser,
        server,
        "/check",
        lang,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
    )
    page.fill("#paste textarea", json.dumps(profile))
    page.click("#paste button")
    page.wait_for_selector("#answer")
    page.evaluate("for (const d of document.querySelectorAll('main details')) d.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, lang
    found = Axe().run(page).response["violations"]
    serious = [
        (v["id"], v["nodes"][0]["target"]) for v in found if v["impact"] in {"serious", "critical"}
    ]
    assert serious == [], lang
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, (lang, "200 %")
    assert wrong == [], lang


@pytest.mark.browser
def test_nothing_jumps_while_an_answer_is_loaded(browser: Any, server: Any) -> None:
    page, _ = opened(browser, server, "/check?sample=1", "kk")
    page.evaluate("document.getElementById('paste').remove()")
    page.click("#assess")
    page.wait_for_selector("#answer")
    page.wait_for_timeout(500)
    moved = page.evaluate(
        "new Promise(said => new PerformanceObserver(list => said(list.getEntries()"
        ".filter(e => !e.hadRecentInput).reduce((sum, e) => sum + e.value, 0)))"
        ".observe({type: 'layout-shift', buffered: true}) || setTimeout(() => said(0), 300))"
    )
    assert moved < 0.1
