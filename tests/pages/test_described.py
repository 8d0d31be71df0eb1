"""The pages of the position and its categories say what is asked for, not triples."""

from typing import Any

import pytest

from libonto.locales import LANGUAGES

PAGE = "/id/category/librarian/{}.html"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_category_says_what_it_asks_for_and_what_it_adds(server: Any, lang: str) -> None:
    text = server.http.get(PAGE.format("higher-second"), params={"lang": lang}).text
    human, _, data = text.partition("as-data")
    assert "еңбек өтілі 3 жылдан кем емес" in human
    assert human.count('class="badge"') == 1  # the years are all that this category adds
    assert human.index('id="kind-education"') < human.index('id="kind-knowledge"')
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


def test_the_sample_is_answered_at_once(server: Any) -> None:
    answer = server.http.post("/check?lang=en", data={"sample": "1"})
    assert answer.status_code == 200
    assert 'id="verdict"' in answer.text
