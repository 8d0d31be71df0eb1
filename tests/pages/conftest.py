"""A real browser for the pages: Debian's chromium, driven by playwright."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DESKTOP = {"width": 1280, "height": 800}


def _then_loaded(page: Any, act: Callable[..., None]) -> Callable[..., None]:
    """This act, ended when the page that it may have led to is loaded.

    By itself it ends when the new address is known: what is counted right after it on a busy
    machine is the beginning of a page.
    """

    def acted(*args: Any, **options: Any) -> None:
        act(*args, **options)
        page.wait_for_load_state()

    return acted


class Tabs:
    """Pages of one browser, whose contexts are kept between tests.

    What was loaded once (typeface, styles, scripts) is not loaded again; cookies and what pages
    keep are cleared after each test.
    """

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._contexts: dict[str, Any] = {}
        self._fresh: list[Any] = []

    def page(
        self,
        *,
        viewport: dict[str, int] = DESKTOP,
        color_scheme: str = "light",
        fresh: bool = False,
        **options: bool,
    ) -> Any:
        """A new page, in a context with these options; one that is `fresh` has loaded nothing."""
        name = repr(sorted(options.items()))
        context = None if fresh else self._contexts.get(name)
        if context is None:
            context = self._browser.new_context(**options)
            if fresh:
                self._fresh.append(context)
            else:
                self._contexts[name] = context
        page = context.new_page()
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme, reduced_motion="reduce")
        for name in ("click", "press"):
            setattr(page, name, _then_loaded(page, getattr(page, name)))
        return page

    def clear(self) -> None:
        """Close the pages, and forget what they kept."""
        for context in self._fresh:
            context.close()
        self._fresh = []
        for context in self._contexts.values():
            for page in context.pages:
                origin = "/".join(page.url.split("/")[:3])
                what = {"origin": origin, "storageTypes": "local_storage"}
                context.new_cdp_session(page).send("Storage.clearDataForOrigin", what)
                page.close()
            context.clear_cookies()


@pytest.fixture(scope="module")
def _tabs() -> Iterator[Tabs]:
    """The browser; where there is none the test says so.

    It lives no longer than a module's tests: playwright keeps an event loop running in this thread
    meanwhile, in which no other test could start one of its own.
    """
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: install Debian's package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield Tabs(browser)
        browser.close()


@pytest.fixture
def browser(_tabs: Tabs) -> Iterator[Tabs]:
    """Pages for a test, cleared after it."""
    yield _tabs
    _tabs.clear()
