"""What the first screen says with the verdict: the edition, the readings, what is held."""

import json
import re
from html import unescape
from typing import Any

import pytest
from tests.pages.test_lists import GOOD, table
from tests.pages.test_screens import DIPLOMA

SUPERSEDED = "was superseded on 31 March 2022"
PROFILE = {
    "credentials": [DIPLOMA],
    "employments": [{"position": "school-librarian", "start": "2018-09-01"}],
    "knowledge": ["bibliography"],
    "appliesFor": "librarian/higher-second",
    "holds": [{"category": "librarian/higher-none", "granted": "2019-05-20"}],
}


def judged(server: Any, **fields: str) -> str:
    sent = {"document": json.dumps(PROFILE), "on": "2026-11-22", **fields}
    text: str = server.http.post("/check?lang=en", data=sent).text
    return text


@pytest.mark.parametrize(
    ("path", "verdict"),
    [
        ("/", 'class="ladders"'),
        ("/law", 'class="law-page'),
        ("/id/position/librarian.html", "<section"),
        ("/id/category/librarian/higher-first.html", "<section"),
    ],
)
def test_the_edition_is_told_before_what_the_text_says(
    server: Any, path: str, verdict: str
) -> None:
    text = server.http.get(f"{path}?lang=en", headers={"Accept": "text/html"}).text
    assert 0 < text.find(SUPERSEDED) < text.find(verdict)


def test_the_edition_is_told_before_the_verdict(server: Any) -> None:
    text = judged(server)
    assert 0 < text.find(SUPERSEDED) < text.find('id="verdict"')
    assert SUPERSEDED not in judged(server, on="2022-03-30")
    for day, told in (("2026-11-22", True), ("2022-03-30", False)):
        text = server.http.post("/list?lang=en", files=table(GOOD), data={"on": day}).text
        assert (0 < text.find(SUPERSEDED) < text.find("<tr data-status")) == told


def test_a_reading_other_than_the_default_is_told_with_the_verdict(server: Any) -> None:
    told = "By a reading other than the default"
    assert told not in judged(server)
    text = judged(server, **{"reading-college-service": "counted"})
    assert told in text.partition('id="verdict"')[2].partition("</header>")[0]


def test_what_is_held_is_told_apart_from_what_is_met(server: Any) -> None:
    text = judged(server)
    assert text.count('class="flag-held">held<') == 1
    assert "20 May 2019" in text
    assert "stands here" not in text
    met = judged(server, category="", document=json.dumps({**PROFILE, "holds": []}))
    assert "flag-held" not in met


def test_the_crosswalk_begins_from_a_position_and_can_be_taken_away(server: Any) -> None:
    page = server.http.get("/crosswalk?lang=en").text
    assert 'value="https://w3id.org/libonto/id/position/librarian"' in page
    shown = server.http.get("/crosswalk?lang=en&from=position/librarian").text
    assert "http%3A%2F%2Fdata.europa.eu%2Fesco%2F" in shown
    [file] = [
        unescape(a) for a in re.findall(r'href="(/api/crosswalk[^"]*format=csv[^"]*)"', shown)
    ]
    assert "esco" in server.http.get(file).text


@pytest.mark.browser
def test_a_wrong_day_takes_the_old_verdict_away(browser: Any, server: Any) -> None:
    page = browser.page()
    page.goto(f"{server.url}/check?lang=en&sample=1", wait_until="load")
    page.press("#name", "Enter")
    page.wait_for_selector("#verdict")
    page.fill("#on", "31.02.2024")
    page.dispatch_event("#on", "change")
    page.wait_for_selector("#answer #problems")
    assert not page.query_selector("#verdict")
    assert "Not judged" in page.inner_text("#now")
    page.fill("#on", "01.02.2024")
    page.dispatch_event("#on", "change")
    page.wait_for_selector("#verdict")
    assert "Not judged" not in page.inner_text("#now")
