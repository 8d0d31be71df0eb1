"""The whole path of an HR officer in a real browser, with scripts and without."""

from pathlib import Path
from typing import Any

import pytest
from tests.pages.test_browser import opened

pytestmark = pytest.mark.browser


def judged(page: Any, scripts: bool, words: str) -> None:
    """Wait for a verdict that says so; without scripts the form has to be sent."""
    if not scripts:
        page.click("form#profile button.primary")
    page.wait_for_selector(f"#verdict:has-text('{words}')")


@pytest.mark.sampled(1)
@pytest.mark.parametrize("scripts", [True, False])
def test_one_person_from_the_first_page_to_the_file(
    browser: Any, server: Any, scripts: bool
) -> None:
    page, wrong = opened(browser, server, "/", "ru", java_script_enabled=scripts)
    page.click("main a:has-text('Оценить работника') >> nth=0")
    page.fill("#name", "Айгүл Серікқызы")
    # Step by step; what was stated stands beside the form.
    page.select_option("[name=credential-1-level]", "higher")
    page.select_option("[name=credential-1-field]", "library-science")
    # A row too many comes and goes.
    page.click("button[value=credential]")
    page.wait_for_selector("[name=credential-2-level]")
    page.click("button[value=credential-2]")
    page.wait_for_selector("[name=credential-2-level]", state="detached")
    page.click(".onward button[value=work]")
    page.wait_for_selector("#step-work:not([hidden])")
    assert "Библиотечное дело" in page.inner_text("#summary")
    page.select_option("[name=employment-1-position]", "college-librarian")
    page.fill("[name=employment-1-start]", "31.02.2015")
    # The mistake is named, reached by its link, and put right; the rest is still there.
    page.click(".onward button[value=knowledge]")
    page.wait_for_selector("#problems")
    if scripts:
        page.wait_for_function("document.activeElement.id === 'problems'")
    page.click("#problems a")
    assert page.input_value("#name") == "Айгүл Серікқызы"
    page.fill("[name=employment-1-start]", "01.09.2015")
    page.click(".onward button[value=knowledge]")
    page.click("#step-knowledge:not([hidden]) button[name=more][value=knowledge]")
    page.click(".onward button[value=answer]")
    # The reading that bears on this work is explained before the answer.
    page.wait_for_selector("#bearing:has-text('текст называет только библиотекаря школы')")
    page.fill("#on", "01.09.2021")
    page.select_option("#category", "librarian/higher-second")
    page.click("#step-answer button[type=submit]")
    page.wait_for_selector("#answer")
    assert "не соответствует" in page.inner_text("h1")
    assert "Стаж работы в колледже" in page.inner_text(".turns")
    # What if the commission reads the text otherwise? One press.
    page.click(".turns button")
    page.wait_for_selector("#verdict:has-text(': соответствует')")
    assert page.input_value("[name=reading-college-service]") == "counted"
    # What if the day were an earlier one?
    page.fill("#on", "31.08.2018")
    page.press("#on", "Tab")
    judged(page, scripts, "не соответствует")
    with page.expect_download() as download:
        page.click("#kept button[value=pdf]")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert download.value.suggested_filename.startswith("Айгүл Серікқызы ")
    # In another language it is the same verdict on the same person.
    page.click(".languages button[lang=kk]")
    page.wait_for_selector("#verdict:has-text('сәйкес емес')")
    assert page.input_value("#name") == "Айгүл Серікқызы"
    assert page.input_value("#on") == "31.08.2018"
    assert page.input_value("[name=reading-college-service]") == "counted"
    assert [w for w in wrong if "422" not in w] == []


@pytest.mark.sampled(1)
@pytest.mark.parametrize("scripts", [True, False])
def test_a_line_opens_to_the_clause_and_on_to_the_text(
    browser: Any, server: Any, scripts: bool
) -> None:
    page, wrong = opened(browser, server, "/check?sample=1", "en", java_script_enabled=scripts)
    page.click("#assess")
    page.wait_for_selector("#answer")
    page.click("details.all > summary")
    line = page.locator("details.all .requirement").filter(has_text="at least 3 years")
    line.locator("summary").click()
    quoted = "мектеп кітапханашысының қызметіндегі еңбек өтілі 3 жылдан кем емес."
    assert line.locator("mark").inner_text() == quoted
    assert "Біліктілікке қойылатын талаптар" in line.locator("blockquote").inner_text()
    assert "not less than 3 years" in line.inner_text()
    line.locator("figcaption a").click()
    page.wait_for_selector(".clause.is-chosen")
    assert page.inner_text(".clause.is-chosen >> nth=0").startswith(quoted)
    assert wrong == []


def test_a_changed_form_is_judged_by_itself_and_what_is_open_stays_open(
    browser: Any, server: Any
) -> None:
    page, wrong = opened(browser, server, "/check?sample=1", "en")
    page.click("#assess")
    page.wait_for_selector("#answer")
    page.click("details.all > summary")
    page.select_option("#category", "librarian/higher-first")
    page.wait_for_selector("#now:has-text('not shown')")
    assert page.get_attribute("details.all", "open") is not None
    # A wrong day is said beside its field; the answer stays.
    page.fill("#on", "soon")
    page.press("#on", "Tab")
    page.wait_for_selector("#on-wrong")
    assert page.get_attribute("#on", "aria-invalid") == "true"
    assert page.is_visible("#answer")
    page.fill("#on", "")
    page.press("#on", "Tab")
    page.wait_for_selector("#on-wrong", state="detached")
    # What is missing is assumed to be known: one press each.
    page.click("button[value='knowledge=library-work-issues']")
    page.wait_for_selector("input[value=library-work-issues]:checked")
    page.click("button[value='knowledge=librarianship-fundamentals']")
    page.wait_for_selector("#verdict:has-text(': met')")
    assert page.evaluate("document.activeElement.id") == "verdict"
    assert [w for w in wrong if "422" not in w] == []


def test_the_answer_is_one_sheet_of_paper(browser: Any, server: Any) -> None:
    page, _ = opened(browser, server, "/check?sample=1", "kk")
    page.click("#assess")
    page.wait_for_selector("#answer")
    paper = page.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") == 1
