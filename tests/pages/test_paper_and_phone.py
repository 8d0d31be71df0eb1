"""An answer on a phone and on paper, its file's name, and the typeface of all pages."""

import io
import json
from typing import Any
from urllib.parse import unquote

import pytest
from tests.pages.test_first_screen import PROFILE
from tests.pages.test_what_if import Fields

PHONE = {"width": 375, "height": 800}
LETTERS = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"
BROKEN_WORDS = """(within) => {
  const broken = [];
  const walker = document.createTreeWalker(document.querySelector(within), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const word of node.data.matchAll(/[\\p{L}]+/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (range.getClientRects().length > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""


def answered(browser: Any, server: Any, lang: str, **options: Any) -> Any:
    page = browser.page(**options)
    page.goto(f"{server.url}/check?lang={lang}", wait_until="load")
    page.fill("#paste textarea", json.dumps({**PROFILE, "name": "Айгүл Қасымова"}))
    page.click("#paste button.primary")
    page.wait_for_selector("#verdict")
    return page


@pytest.mark.browser
@pytest.mark.sampled(1)
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_on_a_phone_an_answer_is_short_and_breaks_no_word(
    browser: Any, server: Any, lang: str
) -> None:
    page = answered(browser, server, lang, viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollHeight") <= 3000
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    broken = page.evaluate(BROKEN_WORDS, "#answer")
    assert broken == []
    page.click('a[href="#what-if"]')
    assert page.is_visible("#profile #name")


@pytest.mark.browser
def test_an_answer_and_a_position_are_one_page_of_paper_each(browser: Any, server: Any) -> None:
    from pypdf import PdfReader

    page = answered(browser, server, "ru")
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(printed) == 1
    words = " ".join(printed[0].extract_text().split())
    assert "колледже: не" in words, "a reading and its option run together"
    page.goto(f"{server.url}/id/position/librarian.html?lang=ru")
    assert len(PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages) <= 2


@pytest.mark.browser
def test_paper_has_the_staircase_and_no_tools(browser: Any, server: Any) -> None:
    page = browser.page()
    page.goto(f"{server.url}/?lang=kk")
    page.emulate_media(media="print")
    assert page.is_visible(".ladder >> nth=1")
    for path in ("/law", "/law/compare"):
        page.goto(f"{server.url}{path}?lang=kk")
        assert page.is_visible("h1")
        assert not page.is_visible(".find")
        assert not page.query_selector(".beside") or not page.is_visible(".beside")


@pytest.mark.browser
def test_the_typeface_has_the_kazakh_letters_and_the_pages_stay_light(
    browser: Any, server: Any
) -> None:
    page = browser.page(fresh=True)
    sizes: dict[str, int] = {}
    page.on(
        "requestfinished",
        lambda r: sizes.update({r.url: r.sizes()["responseBodySize"]}),
    )
    page.goto(f"{server.url}/?lang=kk", wait_until="load")
    shown = page.evaluate(
        "async letters => (await document.fonts.ready)"
        ".check(`16px 'Golos Text'`, letters)"
        " && [...document.fonts].filter(f => f.status === 'loaded').length",
        LETTERS,
    )
    assert shown == 3, "the three parts of the typeface"
    assert sum(sizes.values()) <= 200_000, sizes


def test_a_file_has_the_name_of_the_person_and_the_day(server: Any) -> None:
    sent = {"document": json.dumps({**PROFILE, "name": "Айгүл Қасымова"}), "on": "22.11.2026"}
    fields = Fields("kept")
    fields.feed(server.http.post("/check?lang=kk", data=sent).text)
    found = server.http.post(
        "/check/download?lang=kk", data=dict([*fields.pairs, ("format", "html")])
    )
    disposition = found.headers["content-disposition"]
    assert "Айгүл Қасымова 2026-11-22.html" in unquote(disposition)
    assert 'filename="libonto-2026-11-22.html"' in disposition
    long = {"document": json.dumps(PROFILE), "name": "ә" * 10_000, "format": "json"}
    assert len(server.http.post("/check/download", data=long).headers["content-disposition"]) < 1000
    assert "urn:libonto:candidate" not in found.text


@pytest.mark.browser
def test_without_scripts_a_row_more_returns_to_its_place(browser: Any, server: Any) -> None:
    page = browser.page(java_script_enabled=False)
    page.goto(f"{server.url}/check?lang=en&step=work", wait_until="load")
    page.click('button[name="more"][value="employment"]')
    page.wait_for_selector("#employment-2-start")
    assert page.url.endswith("#employments")


@pytest.mark.browser
def test_the_editor_stands_beside_the_questions_where_there_is_room(
    browser: Any, server: Any
) -> None:
    page = browser.page(viewport={"width": 1280, "height": 800})
    page.goto(f"{server.url}/ask?lang=ru", wait_until="load")
    top = "document.querySelector('.{}').getBoundingClientRect().top"
    assert page.evaluate(top.format("asking")) == page.evaluate(top.format("questions"))
