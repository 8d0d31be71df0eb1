"""Six people's ways through the pages from start to end, with what each costs them.

A walk counts what a person does: clicks (links and buttons), fields (typed or chosen) and, for
the one without a mouse, keys. The most that each may cost stands beside it; what it cost is
recorded in the report of the run.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.pages.test_browser import opened
from tests.pages.test_lists import GOOD, HEAD

pytestmark = pytest.mark.browser


class Walk:
    """A person at a page: what is done is counted."""

    def __init__(self, browser: Any, server: Any, lang: str, **options: Any) -> None:
        self.page, self.wrong = opened(browser, server, "/", lang, **options)
        self.clicks = self.fields = self.keys = 0

    def click(self, selector: str) -> None:
        self.page.click(selector)
        self.clicks += 1

    def fill(self, selector: str, value: str) -> None:
        self.page.fill(selector, value)
        self.fields += 1

    def choose(self, selector: str, value: str) -> None:
        self.page.select_option(selector, value)
        self.fields += 1

    def see(self, selector: str) -> None:
        self.page.wait_for_selector(selector)

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.keys += times

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.fields += 1

    def tab_to(self, selector: str, most: int = 60) -> None:
        """Go on with Tab until an element has the focus."""
        for _ in range(most):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"{selector} is not reached with {most} Tabs")

    def download(self, selector: str) -> Path:
        with self.page.expect_download() as download:
            self.click(selector)
        return Path(download.value.path())


def step(walk: Walk, name: str) -> None:
    """On to the next step of the guided form."""
    walk.click(f".onward button[value={name}]")
    walk.see(f"#step-{name}:not([hidden])")


def officer(walk: Walk) -> None:
    """From the first page to a verdict, another reading, and the paper for the commission."""
    walk.click("main a:has-text('Оценить работника') >> nth=0")
    walk.fill("#name", "Айгүл Серікқызы")
    walk.choose("#credential-1-level", "higher")
    walk.choose("#credential-1-field", "library-science")
    walk.fill("#credential-1-awarded", "30.06.2015")
    step(walk, "work")
    walk.choose("#employment-1-position", "college-librarian")
    walk.fill("#employment-1-start", "01.09.2015")
    step(walk, "knowledge")
    walk.click("#knowledge > .actions button")
    step(walk, "answer")
    walk.see("#bearing:has-text('текст называет только библиотекаря школы')")
    walk.choose("#category", "librarian/higher-second")
    walk.fill("#on", "22.11.2026")
    walk.click("#step-answer button.primary")
    walk.see("#verdict:has-text('не соответствует')")
    walk.click("#turns button")
    walk.see("#verdict:has-text(': соответствует')")
    assert walk.download("#kept button[value=pdf]").read_bytes().startswith(b"%PDF-")


def librarian(walk: Walk) -> None:
    """On a phone: what do I reach today, and what and when is next?"""
    walk.click("main a:has-text('Қызметкерді бағалау') >> nth=0")
    walk.choose("#credential-1-level", "higher")
    walk.choose("#credential-1-field", "library-science")
    step(walk, "work")
    walk.choose("#employment-1-position", "school-librarian")
    walk.fill("#employment-1-start", "01.09.2024")
    step(walk, "knowledge")
    walk.click("#knowledge > .actions button")
    walk.click("#assess")
    walk.see("#verdict:has-text('жоғары деңгейдегі санаты жоқ маман')")
    said = walk.page.inner_text(".verdict")
    assert "2027 жылғы 1 қыркүйек" in said
    assert walk.page.evaluate("document.documentElement.scrollHeight") <= 3000
    assert walk.page.evaluate("document.documentElement.scrollWidth") <= 375
    walk.click(".verdict button[name=try]")
    walk.see("#verdict:has-text('екінші санатты')")


def secretary(walk: Walk) -> None:
    """A list: the template, the table, a row's reasons, and the result as a workbook."""
    walk.click(".grid a:has-text('Оценить список')")
    assert walk.download("main a:has-text('Excel')").read_bytes().startswith(b"PK")
    rows = [HEAD, GOOD, GOOD.replace("1,Айгүл", "2,Қасымова")]
    content = "\n".join(rows).encode()
    walk.page.set_input_files(
        "input[type=file]", {"name": "p.csv", "mimeType": "text/csv", "buffer": content}
    )
    walk.fields += 1
    walk.click("#upload button.primary")
    walk.see("#people:has-text('Қасымова')")
    walk.fill("#people-filter", "кас")
    walk.page.wait_for_selector("#people tr:has-text('Айгүл')", state="hidden")
    walk.click("#people tr:has-text('Қасымова') summary")
    walk.see("#people tr:has-text('Қасымова') .reasons li")
    assert walk.download("#files button[value=xlsx]").read_bytes().startswith(b"PK")


def methodologist(walk: Walk) -> None:
    """From a place in the law to its ambiguity, to a category, and to two of them compared."""
    walk.click(".grid a:has-text('Читать текст')")
    walk.click("#E02")
    walk.see(".clause.is-chosen")
    walk.click(".beside a:has-text('Оборванная альтернатива')")
    walk.see("h1:has-text('Оборванная альтернатива')")
    walk.click(".brand")
    walk.click(".stairs a >> nth=2")
    walk.see("h1:has-text('первой категории')")
    assert "не менее 4 лет" in walk.page.inner_text("main")
    walk.page.go_back()
    walk.clicks += 1
    walk.click(".grid a:has-text('Читать текст')")
    walk.click("main a:has-text('Сравнить две категории')")
    walk.choose("select[name=left]", "librarian/higher-second")
    walk.choose("select[name=right]", "librarian/higher-first")
    walk.click(".find button")
    walk.see(".pairs:has-text('KS08')")


def integrator(walk: Walk) -> None:
    """From an example that runs to the reference and the files to take away."""
    walk.click(".grid a[href^='/build']")
    walk.click("#assess a.button")
    walk.see("#assess .ran:has-text('\"highest\"')")
    assert walk.download("a[href='/download/context.jsonld']").read_bytes().startswith(b"{")
    walk.click("aside a[href^='/docs']")
    walk.see(".opblock-summary-path:has-text('assess')")


def without_scripts(walk: Walk) -> None:
    """Keys alone, and no script: from the skip link to the verdict."""
    walk.press("Tab")
    walk.press("Enter")
    walk.tab_to("main a[href^='/check']")
    walk.press("Enter")
    walk.see("#credential-1-level")
    walk.tab_to("#name")
    walk.type("Serik")
    walk.tab_to("#credential-1-level")
    walk.type("Higher")
    walk.tab_to("#credential-1-field")
    walk.type("Library")
    walk.tab_to(".onward .primary")
    walk.press("Enter")
    walk.see("#step-work:not([hidden])")
    walk.tab_to("#employment-1-position")
    walk.type("School l")
    walk.tab_to("#employment-1-start")
    walk.type("01.09.2018")
    walk.press("Enter")  # in a field it judges
    walk.see("#verdict")
    assert "Serik" in walk.page.inner_text(".who")
    assert "no category" in walk.page.inner_text("#answer")


PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True}
WALKS: dict[str, tuple[Callable[[Walk], None], str, dict[str, Any], tuple[int, int, int]]] = {
    "officer": (officer, "ru", {}, (8, 8, 0)),
    "librarian": (librarian, "kk", PHONE, (6, 4, 0)),
    "secretary": (secretary, "ru", {}, (5, 2, 0)),
    "methodologist": (methodologist, "ru", {}, (9, 2, 0)),
    "integrator": (integrator, "en", {}, (4, 0, 0)),
    "without scripts": (without_scripts, "en", {"java_script_enabled": False}, (0, 5, 45)),
}
"""Each walk, its language, its browser, and the most clicks, fields and keys that it may cost."""


@pytest.mark.parametrize("name", WALKS)
def test_a_walk_from_start_to_end_costs_no_more_than_this(
    browser: Any, server: Any, name: str, record_property: Any
) -> None:
    goes, lang, options, most = WALKS[name]
    walk = Walk(browser, server, lang, **options)
    goes(walk)
    cost = (walk.clicks, walk.fields, walk.keys)
    record_property("clicks, fields, keys", cost)
    assert all(one <= other for one, other in zip(cost, most, strict=True)), (cost, most)
    assert walk.wrong == []
