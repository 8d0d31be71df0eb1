"""A real browser for the pages: Debian's chromium, driven by playwright."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DESKTOP = {"width": 1280, "height": 800}


def _then_loaded(page: Any, act: Callable[..., Any], *, scripts: bool) -> Callable[..., Any]:
    """This act, ended when the page that it may have led to is loaded.

    By itself it ends when the new address is known: what is counted right after it on a busy
    machine is the beginning of a page. A page that was written in the place of another one is
    loaded when its scripts have run too: a press before that would not be theirs.
    """

    def acted(*args: Any, **options: Any) -> Any:
        found = act(*args, **options)
        page.wait_for_load_state()
        if scripts:
            page.wait_for_function("document.readyState === 'complete'", polling=20)
        return found

    return acted


class Tabs:
    """Pages of one browser: a context and a page of it are kept for the next test.

    A new page costs more than all that a test does on it, and what was loaded once (typeface,
    styles, scripts) is not loaded again. After each test cookies, what pages keep and listeners are
    taken away.
    """

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._contexts: dict[str, Any] = {}
        self._free: dict[str, Any] = {}
        self._in_use: dict[str, Any] = {}
        self._fresh: list[Any] = []
        self._listeners: list[tuple[Any, str, Callable[..., None]]] = []

    def page(
        self,
        *,
        viewport: dict[str, int] = DESKTOP,
        color_scheme: str = "light",
        fresh: bool = False,
        **options: bool,
    ) -> Any:
        """A page, in a context with these options; one that is `fresh` has loaded nothing."""
        name = repr(sorted(options.items()))
        page = None if fresh else self._free.pop(name, None)
        if page is None:
            page = self._new(None if fresh else name, options)
        if not fresh:
            self._in_use.setdefault(name, page)
        page.set_viewport_size(viewport)
        page.emulate_media(media="null", color_scheme=color_scheme, reduced_motion="reduce")
        return page

    def _new(self, name: str | None, options: dict[str, bool]) -> Any:
        context = self._contexts.get(name) if name is not None else None
        if context is None:
            context = self._browser.new_context(**options)
            if name is None:
                self._fresh.append(context)
            else:
                self._contexts[name] = context
        page = context.new_page()
        scripts = options.get("java_script_enabled", True)
        for act in ("click", "press", "wait_for_selector"):
            setattr(page, act, _then_loaded(page, getattr(page, act), scripts=scripts))
        page.on = self._noted(page, page.on)
        return page

    def _noted(self, page: Any, on: Callable[..., None]) -> Callable[..., None]:
        def noted(event: str, listener: Callable[..., None]) -> None:
            on(event, listener)
            self._listeners.append((page, event, listener))

        return noted

    def clear(self) -> None:
        """Forget what pages kept, and close all but one of each context."""
        for context in self._fresh:
            context.close()
        self._fresh = []
        for page, event, listener in self._listeners:
            page.remove_listener(event, listener)
        self._listeners = []
        for context in self._contexts.values():
            for page in context.pages:
                origin = "/".join(page.url.split("/")[:3])
                what = {"origin": origin, "storageTypes": "local_storage"}
                session = context.new_cdp_session(page)
                session.send("Storage.clearDataForOrigin", what)
                session.detach()
                if page in self._in_use.values():
                    page.goto("about:blank")
                elif page not in self._free.values():
                    page.close()
            context.clear_cookies()
        self._free |= {name: page for name, page in self._in_use.items() if not page.is_closed()}
        self._in_use = {}


@pytest.fixture(scope="package")
def _tabs() -> Iterator[Tabs]:
    """The browser; where there is none the test says so.

    It lives no longer than the tests of this folder: playwright keeps an event loop running in this
    thread meanwhile, in which no other test could start one of its own.
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
