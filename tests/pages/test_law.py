"""“Read the law”: from the text to what it states and back, translations, acts, two steps."""

import re
from pathlib import Path
from typing import Any

import pytest
from tests.pages.test_browser import opened


def chosen(text: str) -> list[str]:
    return re.findall(r'<a class="clause[^"]*is-marked[^"]*" id="(\w+)"', text)


def test_a_clause_leads_to_what_it_states_and_that_leads_back(server: Any) -> None:
    text = server.http.get("/law?clause=X02&lang=en").text
    assert "/id/requirement/librarian/" in text.partition('id="beside"')[2].partition("</aside>")[0]
    name = re.search(r'href="/law\?of=(requirement[^"&]*)', text)
    assert name
    back = server.http.get("/law", params={"of": name[1].replace("%2F", "/"), "lang": "en"}).text
    assert "X02" in chosen(back)
    assert len(chosen(back)) > 1


@pytest.mark.parametrize(
    ("of", "clauses"),
    [
        ("reading/truncated-alternative", {"E02"}),
        ("category/librarian/higher-first", {"X02", "KS08", "KS09"}),
        ("act/K950001000_", {"KL01"}),
        ("knowledge/bibliography", {"KS02"}),
    ],
)
def test_a_thing_is_found_in_the_text(server: Any, of: str, clauses: set[str]) -> None:
    assert clauses <= set(chosen(server.http.get("/law", params={"of": of}).text))


def test_everything_that_can_be_looked_for_is_found(server: Any) -> None:
    text = server.http.get("/law?lang=en").text
    options = re.findall(r'<option value="([^"]+)"', text)
    assert len(options) > 30
    for option in options:
        assert chosen(server.http.get("/law", params={"of": option, "lang": "en"}).text), option


def test_what_the_text_does_not_speak_of_is_not_there(server: Any) -> None:
    headers = {"Accept": "text/html"}
    assert server.http.get("/law?of=act/none", headers=headers).status_code == 404
    assert server.http.get("/law?of=education/higher", headers=headers).status_code == 404


def test_the_translation_stands_below_its_paragraph_and_the_place_is_kept(server: Any) -> None:
    text = server.http.get("/law?clause=X01&view=ru&lang=en").text
    assert 'lang="ru"' in text
    assert "стаж работы в должности библиотекаря школы не менее 3 лет" in text
    assert "clause=X01&amp;view=en" in text
    assert "clause=X02&amp;view=ru" in text


def test_defects_and_readings_are_marked_in_the_text_and_said_in_words(server: Any) -> None:
    text = server.http.get("/law?lang=en").text
    clause = re.search(r'id="E02".*?</a>', text)
    assert clause
    assert 'aria-label="the text has a defect here"' in clause[0]
    assert 'aria-label="this can be read in more than one way"' in clause[0]
    plain = re.search(r'id="KS05".*?</a>', text)
    assert plain
    assert "aria-label" not in plain[0]


def test_the_acts_have_a_status_and_a_successor(server: Any) -> None:
    acts = server.http.get("/law?lang=en").text.partition('id="acts"')[2]
    rows = re.findall(r"<tr><th.*?</tr>", acts, re.DOTALL)
    constitution = next(row for row in rows if "(1995)" in row)
    assert "no longer in force since 1 July 2026" in constitution
    assert "Constitution of the Republic of Kazakhstan (2026)" in constitution
    education = next(row for row in rows if "On Education" in row)
    assert "in force" in education
    assert "no longer" not in education


def test_of_two_steps_what_differs_comes_first(server: Any) -> None:
    path = "/law/compare?left=librarian/higher-second&right=librarian/higher-first&lang=en"
    text = server.http.get(path).text
    different, _, same = text.partition("<h2>In both")
    assert set(re.findall(r">(KS0\d|X0\d)</a>", different)) == {"X02", "KS08", "KS09"}
    assert "not required" in different
    assert "not required" not in same
    path = "/law/compare?left=librarian/higher-none&right=librarian/higher-none&lang=en"
    assert "The requirements are the same." in server.http.get(path).text


@pytest.mark.browser
def test_on_a_phone_the_clause_is_explained_below_it(browser: Any, server: Any) -> None:
    phone = {"width": 375, "height": 800}
    page, wrong = opened(browser, server, "/law", "kk", viewport=phone)
    page.click("#E02")
    page.wait_for_selector("#E02.is-chosen")
    ends, begins = page.evaluate(
        "['#E02', '#beside'].map((of, n) =>"
        " document.querySelector(of).getBoundingClientRect()[n ? 'top' : 'bottom'])"
    )
    assert 0 < begins - ends < 80
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert wrong == []


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_another_reader_has_the_translation_beside_the_text(server: Any, lang: str) -> None:
    assert f'class="translated" lang="{lang}"' in server.http.get(f"/law?lang={lang}").text
    assert 'class="translated"' not in server.http.get("/law?lang=kk").text
    assert 'class="translated"' not in server.http.get(f"/law?lang={lang}&view=original").text


def test_the_table_stands_in_the_place_of_the_text(server: Any) -> None:
    text = server.http.get("/law?lang=ru&view=table").text
    assert '<div class="law-page' not in text
    assert text.count('<td class="law" lang="kk">') > 50


def test_circles_and_requirements_of_no_kind_in_added_data_do_no_harm(
    serve: Any, tmp_path: Path
) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "added.ttl").write_text(
        "@prefix lo: <https://w3id.org/libonto/ns#> .\n"
        "@base <https://w3id.org/libonto/id/> .\n"
        "<category/librarian/higher-second> lo:inherits <category/librarian/higher-first> .\n"
        "<category/bare/one> a lo:CategoryLevel ; lo:ofPosition <position/bare> ;"
        " lo:hasRequirement <requirement/bare/of-no-kind> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "<http://example.org/own> a skos:ConceptScheme ; skos:inScheme <http://example.org/own> ;"
        " skos:broader <http://example.org/own> ; skos:prefLabel 'Own'@en .\n",
        "utf-8",
    )
    server = serve("--data", str(tmp_path))
    for left, right in (("librarian/higher-first", "librarian/higher-second"), ("bare/one",) * 2):
        answer = server.http.get(f"/law/compare?left={left}&right={right}&lang=en")
        assert answer.status_code == 200 and "The requirements are the same." in answer.text
    answer = server.http.get("/browse?lang=en")
    assert answer.status_code == 200 and ">Own<" in answer.text
    assert server.stop() == 0
