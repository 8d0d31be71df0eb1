"""An answer on the page for one person: Enter, Back, reload and the language, in a browser."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser


def opened(
    browser: Any, server: Any, *, scripts: bool = True, path: str = "/check?lang=en&sample=1"
) -> tuple[Any, list[str]]:
    page = browser.page(java_script_enabled=scripts)
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(f"{server.url}{path}", wait_until="load")
    return page, addresses


@pytest.mark.parametrize("scripts", [True, False])
def test_enter_in_a_field_judges(browser: Any, server: Any, scripts: bool) -> None:
    page, _ = opened(browser, server, scripts=scripts)
    page.fill("#name", "Serik")
    page.press("#name", "Enter")
    page.wait_for_selector("#verdict")
    assert "Serik" in page.inner_text("#answer")
    assert page.get_attribute("html", "lang") == "en"


def test_an_answer_survives_back_reload_and_the_language(browser: Any, server: Any) -> None:
    page, addresses = opened(browser, server)
    page.fill("#name", "Serik")
    page.press("#name", "Enter")
    page.wait_for_selector("#verdict")
    assert page.url == f"{server.url}/check/answer?lang=en"
    page.reload()
    page.wait_for_selector("#verdict")
    assert "Serik" in page.inner_text("#answer")
    page.click(".languages button[lang=ru]")
    page.wait_for_selector("html[lang=ru] #verdict")
    assert "Serik" in page.inner_text("#answer")
    page.goto(f"{server.url}/law?lang=ru", wait_until="load")
    page.go_back()
    page.wait_for_selector("html[lang=ru] #verdict")
    assert "Serik" in page.inner_text("#answer")
    page.go_back()
    page.wait_for_selector("#profile:not(:has(#what-if))")
    page.wait_for_selector("#name[value=Serik]")
    assert not page.query_selector("#verdict")
    page.go_forward()
    page.wait_for_selector("#verdict")
    assert "Serik" in page.inner_text("#answer")
    assert not [address for address in addresses if "Serik" in address]


def test_what_was_changed_below_an_answer_is_kept_too(browser: Any, server: Any) -> None:
    page, _ = opened(browser, server)
    page.press("#name", "Enter")
    page.wait_for_selector("#verdict")
    page.fill("#name", "Dana")
    page.dispatch_event("#profile", "change")
    page.wait_for_selector("#answer:has-text('Dana')")
    page.wait_for_timeout(200)
    page.reload()
    page.wait_for_selector("#verdict")
    assert "Dana" in page.inner_text("#answer")


def test_without_scripts_the_form_comes_back_filled(browser: Any, server: Any) -> None:
    page, _ = opened(browser, server, scripts=False)
    page.fill("#name", "Serik")
    page.press("#name", "Enter")
    page.wait_for_selector("#verdict")
    page.go_back()
    assert page.input_value("#name") == "Serik"


def test_the_sample_on_the_first_page_is_an_answer_with_an_address(
    browser: Any, server: Any
) -> None:
    page, _ = opened(browser, server, path="/?lang=ru")
    page.click("button[name=sample]")
    page.wait_for_selector("#verdict:has-text('соответствует')")
    page.wait_for_url(f"{server.url}/check/answer?lang=ru")
    page.reload()
    page.wait_for_selector("#verdict:has-text('соответствует')")
