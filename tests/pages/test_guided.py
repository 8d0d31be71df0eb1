"""The guided form: steps, Back, what is stated so far, days, editions, foreign diplomas."""

import re
from typing import Any

import pytest
from tests.pages.test_answer_address import opened
from tests.pages.test_pages import FORM, GENERAL
from tests.pages.test_what_if import sent

STEPS = ("education", "work", "knowledge", "answer")
BACHELOR = {
    "credential-1-level": "",
    "credential-1-field": "library-science",
    "credential-1-awarded": "2015",
    "credential-1-country": "Германия",
    "knowledge": GENERAL,
    "on": "2026-11-22",
}


def offered(text: str, name: str) -> list[str]:
    """The values that a field of choice offers."""
    [options] = re.findall(rf'<select name="{name}".*?</select>', text, re.DOTALL)
    return re.findall(r'<option value="([^"]*)"', options)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_shows_itself_alone_and_carries_every_field(server: Any, step: str) -> None:
    data = {**FORM, "knowledge": GENERAL, "at": "education", "step": step}
    text = server.http.post("/check?lang=en", data=data).text
    hidden = dict(re.findall(r'id="step-(\w+)"( hidden)?', text))
    assert hidden == {each: "" if each == step else " hidden" for each in STEPS}
    fields = sent(text)
    assert fields["at"] == step
    assert fields["credential-1-level"] == "higher"
    assert fields["employment-1-start"] == "01.09.2018"
    assert set(fields["knowledge"]) == set(GENERAL)


def test_a_mistake_holds_its_own_step_back_and_no_other(server: Any) -> None:
    wrong = {**FORM, "employment-1-start": "31.02.2018"}
    for at, step, status in (
        ("education", "work", 200),
        ("work", "knowledge", 422),
        ("work", "education", 200),
    ):
        response = server.http.post("/check?lang=en", data={**wrong, "at": at, "step": step})
        shown = step if status == 200 else at
        assert response.status_code == status, (at, step)
        assert f'<section class="step-part" id="step-{shown}">' in response.text


def test_only_the_readings_on_which_this_person_turns_are_explained(server: Any) -> None:
    data = {**FORM, "knowledge": GENERAL, "at": "knowledge", "step": "answer"}
    bearing = 'id="bearing"'
    college = {**data, "employment-1-position": "college-librarian"}
    text = server.http.post("/check?lang=en", data=college).text
    explained = text.partition(bearing)[2].partition("</fieldset>")[0]
    assert "since the text names only the school librarian" in explained
    assert 'name="reading-fundamentals-are-one"' not in explained
    other = {**data, "employment-1-position": "other-position"}
    assert "names only the school" not in server.http.post("/check?lang=en", data=other).text


def test_a_country_offers_its_diplomas_and_levels_and_a_diploma_sets_its_level(
    server: Any,
) -> None:
    text = server.http.post("/check?lang=ru", data={**BACHELOR, "more": "country"}).text
    levels = offered(text, "credential-1-level")
    assert len(levels) > len(offered(server.http.get("/check?lang=ru").text, "credential-1-level"))
    [bachelor] = [iri for iri in offered(text, "credential-1-diploma") if "bachelor" in iri]
    assert 'value="Германия"' in text
    text = server.http.post(
        "/check?lang=ru", data={**BACHELOR, "credential-1-diploma": bachelor, "more": "country"}
    ).text
    chosen = sent(text)
    assert chosen["credential-1-level"] in levels
    assert "DQR: уровень 6" in text.partition('id="summary"')[2]
    # Not recognised, it shows nothing yet; from its recognition on it counts.
    text = server.http.post("/check?lang=ru", data=chosen).text
    assert "step-1 is-not-shown" in text
    recognised = {**chosen, "credential-1-recognised": "01.02.2020"}
    text = server.http.post("/check?lang=ru", data=recognised).text
    assert "step-1 is-met" in text
    again = sent(text)
    assert again["credential-1-country"] == "Германия"
    assert again["credential-1-recognised"] == "01.02.2020"
    assert again["credential-1-awarded"] == "2015"


@pytest.mark.parametrize("country", ["DE", "de", "Германия", "germany"])
def test_a_country_is_named_in_any_of_the_languages(server: Any, country: str) -> None:
    data = {**BACHELOR, "credential-1-country": country, "more": "country"}
    assert 'value="Germany"' in server.http.post("/check?lang=en", data=data).text


def test_a_country_that_has_another_code_is_told_which(server: Any) -> None:
    data = {**FORM, "credential-1-country": "UK"}
    text = server.http.post("/check?lang=en", data=data).text
    assert "“UK” is no country code of ISO 3166-1. Write GB." in text


def test_a_country_that_there_is_not_is_said_at_its_field(server: Any) -> None:
    data = {**FORM, "credential-1-country": "Atlantis"}
    response = server.http.post("/check?lang=en", data=data)
    assert response.status_code == 422
    assert 'id="credential-1-country-wrong"' in response.text
    assert "There is no known country “Atlantis”" in response.text


@pytest.mark.parametrize(
    ("typed", "status"), [("2015", 200), ("06.2015", 200), ("2015-06", 200), ("13.2015", 422)]
)
def test_a_diploma_may_be_dated_to_its_month_or_year(server: Any, typed: str, status: int) -> None:
    data = {**FORM, "credential-1-awarded": typed}
    response = server.http.post("/check?lang=en", data=data)
    assert response.status_code == status
    shown = "06.2015" if typed == "2015-06" else typed  # the month before the year, as for days
    assert f'id="credential-1-awarded" value="{shown}"' in response.text


def test_an_edition_is_chosen_in_the_form_and_kept(server: Any) -> None:
    text = server.http.get("/check?lang=en&step=answer").text
    [by_day, edition] = offered(text, "edition")
    assert by_day == ""
    data = {**FORM, "knowledge": GENERAL, "edition": edition}
    text = server.http.post("/check?lang=en", data=data).text
    assert sent(text)["edition"] == sent(text, "kept")["edition"] == edition
    response = server.http.post("/check?lang=en", data={**data, "edition": "none-such"})
    assert response.status_code in {400, 422}
    assert 'id="problems"' in response.text


OTHERS = {
    "credential-1-level": "higher",
    "credential-1-field": "other-field",
    "credential-1-evidence": "Physics, diploma ЖБ-1",
    "employment-1-position": "other-position",
    "employment-1-start": "01.09.2018",
    "employment-1-evidence": "Archivist, city archive",
}


def test_what_other_means_stands_in_the_answer_and_in_the_report(server: Any) -> None:
    text = server.http.post("/check?lang=en&step=answer", data={**OTHERS, "step": "answer"}).text
    assert "Archivist, city archive" in text.partition('id="summary"')[2]
    answer = server.http.post("/check?lang=en", data=OTHERS).text
    lacking, _, rest = answer.partition('class="stated"')
    assert "Physics, diploma ЖБ-1" in lacking
    kept = {**sent(answer, "kept"), "format": "html"}
    report = server.http.post("/check/download?lang=en", data=kept)
    for stated in ("Physics, diploma ЖБ-1", "Archivist, city archive"):
        assert stated in rest.partition("</details>")[0]
        assert stated in report.text


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_which_other_is_asked_where_other_is_chosen(
    browser: Any, server: Any, scripts: bool
) -> None:
    page, _ = opened(browser, server, scripts=scripts, path="/check?lang=en&step=work")
    page.select_option("#employment-1-position", "school-librarian")
    assert not page.is_visible("#employment-1-evidence")
    page.select_option("#employment-1-position", "other-position")
    assert page.is_visible("#employment-1-evidence")


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_back_leads_to_the_step_before_with_what_stood_in_it(
    browser: Any, server: Any, scripts: bool
) -> None:
    page, _ = opened(browser, server, scripts=scripts, path="/check?lang=en")
    page.fill("#name", "Serik")
    page.select_option("#credential-1-level", "higher")
    page.select_option("#credential-1-field", "pedagogy")
    page.click(".onward button[value=work]")
    page.wait_for_selector("#step-work:not([hidden])")
    page.select_option("#employment-1-position", "school-librarian")
    page.fill("#employment-1-start", "2018-09-01")
    page.click(".onward button[value=knowledge]")
    page.wait_for_selector("#step-knowledge:not([hidden])")
    assert "Serik" not in page.url
    page.go_back()
    page.wait_for_selector("#step-work:not([hidden])")
    assert page.input_value("#employment-1-start") in {"01.09.2018", "2018-09-01"}
    page.go_back()
    page.wait_for_selector("#step-education:not([hidden])")
    assert page.input_value("#credential-1-field") == "pedagogy"


@pytest.mark.browser
def test_a_day_is_typed_or_chosen_and_the_summary_follows(browser: Any, server: Any) -> None:
    page, _ = opened(browser, server, path="/check?lang=en")
    page.click("#credentials .picker")  # the browser's own calendar opens
    page.eval_on_selector(
        "#credentials .calendar",
        "calendar => { calendar.value = '2015-06-30';"
        " calendar.dispatchEvent(new Event('change', {bubbles: true})); }",
    )
    assert page.input_value("#credential-1-awarded") == "30.06.2015"
    page.select_option("#credential-1-level", "higher")
    page.wait_for_selector("#summary:has-text('Higher education, 30.06.2015')")
    # A country's diplomas come as soon as it is named; a diploma sets its level.
    page.click(".foreign summary")
    page.fill("#credential-1-country", "Germany")
    page.press("#credential-1-country", "Tab")
    page.wait_for_selector("#credential-1-diploma")
    page.select_option("#credential-1-diploma", index=8)
    page.wait_for_selector("#summary:has-text('DQR')")
    assert page.input_value("#credential-1-level").startswith("http")
