"""The pages in a real browser: three languages, phone and desktop, scripts and none, axe."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/check?sample=1",
    "/check?step=answer",
    "/list",
    "/law?clause=E02",
    "/law/compare",
    "/browse?q=библиография",
    "/id/position/librarian.html",
    "/ask",
    "/ask?question=category-levels",
    "/ask?question=level-graph",
    "/browse",
    "/ns/CategoryLevel",
    "/ns.html",
    "/build?run=query",
    "/crosswalk?from=education/higher",
    "/compare",
    "/id/act/K950001000_.html",
    "/id/category/librarian/higher-second.html",
    "/diploma?country=DE",
    "/diploma?level=eqf/6",
    "/law?view=table",
    "/draft",
)
WIDTHS = (375, 1024, 1280)
UNSEEN = """() => [...document.querySelectorAll(
  ".data-table tbody tr:not(.is-elsewhere, [hidden]) > :not(:empty)"
)].filter((cell) => !cell.closest("details:not([open])") && !cell.checkVisibility()).length"""


def opened(
    browser: Any, server: Any, path: str, lang: str, **options: Any
) -> tuple[Any, list[str]]:
    """A page, and what went wrong on it: console errors and requests to other hosts."""
    page = browser.page(**options)
    wrong: list[str] = []
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda r: None if r.url.startswith((server.url, "data:", "blob:")) else wrong.append(r.url),
    )
    page.goto(f"{server.url}{path}{'&' if '?' in path else '?'}lang={lang}")
    return page, wrong


@pytest.mark.sampled(8)
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_works_in_a_language_at_a_width(
    browser: Any, server: Any, path: str, width: int, lang: str
) -> None:
    """Nothing breaks the content policy, or leaves the screen with letters of twice the size."""
    from axe_playwright_python.sync_playwright import Axe

    page, wrong = opened(browser, server, path, lang, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "too wide"
    assert page.evaluate(UNSEEN) == 0
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "too wide at 200 %"
    page.emulate_media(media="print")
    assert page.evaluate(UNSEEN) == 0, "on paper"
    assert wrong == []


def test_the_path_of_a_methodologist(browser: Any, server: Any) -> None:
    page, wrong = opened(browser, server, "/law", "en")
    page.click("#E02")
    page.wait_for_selector(".clause.is-chosen")
    assert "text breaks off" in page.inner_text(".beside")
    page.click(".beside a:has-text('Truncated alternative')")
    page.wait_for_selector("h1 >> text=Truncated alternative")
    assert "E02" in page.inner_text("main")
    page.goto(
        f"{server.url}/law/compare?lang=en&left=librarian/higher-second&right=librarian/higher-first"
    )
    assert "KS08" in page.inner_text(".pairs >> nth=0")
    assert wrong == []


def test_keyboard_alone_reaches_the_content(browser: Any, server: Any) -> None:
    page, _ = opened(browser, server, "/check", "en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
