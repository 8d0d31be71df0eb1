"""“Ask”: questions by subject, readable answers with charts and files, and the editor."""

import io
import re
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from tests.pages.test_browser import opened
from tests.pages.test_languages import foreign

from libonto.api.readable import CellPart, ResultColumn, ResultTable
from libonto.graph.catalogue import Catalogue
from libonto.graph.queries import saved_queries
from libonto.locales import LANGUAGES, sentences
from libonto.pages.answers import MOST_COLUMNS, charts

QUERIES = saved_queries(Catalogue.of(()))
EXAMPLES = {"education": "higher", "string": "кітапхана"}
QUOTING = {
    "text-defects",
    "text-notes",
    "vocabulary-terms",
    "diplomas-by-country",
    "foreign-diplomas",
}
"""Questions whose answers speak about words of another language."""
LEVELS = """PREFIX lo: <https://w3id.org/libonto/ns#>
SELECT ?level ?years WHERE { ?level lo:hasRequirement/lo:minimumYears ?years } ORDER BY ?level"""


def address(name: str, lang: str) -> str:
    wanted = "".join(
        f"&{p.name}={EXAMPLES[p.type]}"
        for p in QUERIES[name].parameters
        if p.type in EXAMPLES and (p.type != "string" or p.default is None)
    )
    return f"/ask?question={name}&lang={lang}{wanted}"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", QUERIES)
def test_every_saved_question_is_answered_in_words_of_the_language(
    server: Any, name: str, lang: str
) -> None:
    response = server.http.get(address(name, lang))
    assert response.status_code == 200
    text = response.text
    assert 'class="error"' not in text
    assert "<td" in text or 'class="thing"' in text
    if name not in QUOTING:
        assert [w for w in foreign(text, lang) if w != EXAMPLES["string"]] == []
    headings = re.findall(r"<th scope=\"col\"[^>]*>([^<]*)</th>", text)
    assert len(set(headings)) == len(headings)  # none stands there twice


def test_the_questions_stand_by_subject(server: Any) -> None:
    text = server.http.get("/ask?lang=ru").text
    names = [n for key, n in sentences("ru", "subjects").items() if key != "other"]
    assert re.findall(r"<h3>(.*?)</h3>", text) == names
    assert {query.subject for query in QUERIES.values()} == {*sentences("ru", "subjects")} - {
        "other"
    }


def test_a_chart_stands_beside_a_table_that_is_made_for_one(server: Any) -> None:
    text = server.http.get("/ask?question=category-levels&lang=en").text
    assert text.count("<svg") == 1
    assert re.search(r"<desc[^>]*>.*Higher level, second category: 3; ", text)
    assert "<svg" not in server.http.get("/ask?question=clauses&lang=en").text


def table(*rows: tuple[str, float | None]) -> ResultTable:
    cells = tuple(
        ((CellPart(name),), () if number is None else (CellPart(str(number), number=number),))
        for name, number in rows
    )
    return ResultTable(
        (ResultColumn("what", "What"), ResultColumn("years", "Years")), cells, len(cells)
    )


def test_bars_are_as_long_as_their_numbers() -> None:
    (chart,) = charts(table(("a", 4), ("b", 2), ("c", None)))
    assert [bar.width for bar in chart.bars] == [82, 41, 0]
    assert [bar.number for bar in chart.bars] == ["4", "2", "–"]
    tops = [bar.top for bar in chart.bars]
    assert tops == sorted(tops)
    assert chart.height > tops[-1]


@pytest.mark.parametrize(
    "rows",
    [
        [("a", 1.0)],
        [("a", 1.0), ("a", 2.0)],
        [("a", -1.0), ("b", 2.0)],
        [("a", 0.0), ("b", 0.0)],
        [("a", None), ("b", None)],
        [(str(n), 1.0) for n in range(60)],
    ],
)
def test_a_table_that_a_chart_would_not_help_has_none(
    rows: list[tuple[str, float | None]],
) -> None:
    assert charts(table(*rows)) == []


def test_long_labels_are_cut_to_two_lines() -> None:
    (chart,) = charts(table(("слово " * 40, 1), ("ұзынсөз" * 20, 2)))
    assert all(len(bar.lines) <= 2 for bar in chart.bars)
    assert all(len(line) <= 42 for bar in chart.bars for line, _ in bar.lines)


# A query of the reader's own, without scripts


def test_an_own_query_is_answered_with_labels_for_iris(server: Any) -> None:
    text = server.http.get("/ask", params={"query": LEVELS, "lang": "kk"}).text
    assert 'title="Біліктілігі жоғары деңгейдегі екінші санатты маман">Жоғары · II</a>' in text
    assert "/id/category/librarian/higher-second.html?lang=kk" in text
    assert "<svg" in text
    assert "SELECT ?level ?years" in text  # it stands in the field to be changed


def test_an_own_query_is_answered_as_a_form_too(server: Any) -> None:
    response = server.http.post("/ask?lang=en", data={"query": "ASK { ?s ?p ?o }"})
    assert "<span>yes</span></td>" in response.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * WHERE { ?s ?p }", "строка 1"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE"),
        ("DELETE WHERE { ?s ?p ?o }", ""),
    ],
)
def test_what_is_wrong_with_a_query_is_said_and_the_query_is_kept(
    server: Any, query: str, said: str
) -> None:
    response = server.http.get("/ask", params={"query": query, "lang": "ru"})
    assert response.status_code == 400
    assert said in response.text
    assert 'class="error"' in response.text
    assert query.split("{")[0] in response.text


def test_values_are_escaped(server: Any) -> None:
    query = 'SELECT ?x WHERE { BIND("<script>alert(1)</script>" AS ?x) }'
    text = server.http.get("/ask", params={"query": query, "lang": "en"}).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    address = "SELECT ?x WHERE { BIND(<javascript:alert(1)> AS ?x) }"
    assert 'href="javascript' not in server.http.get("/ask", params={"query": address}).text


def test_many_rows_stand_on_several_pages_and_none_is_left_out(server: Any) -> None:
    query = "SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 1250"
    pages = [
        server.http.post("/ask?lang=en", data={"query": query, "page": n}).text for n in (1, 2, 3)
    ]
    assert [text.count("<tr>") - 1 for text in pages] == [500, 500, 250]
    assert all("Rows: 1250" in text for text in pages)
    assert "Rows 1001–1250" in pages[0] and "Rows 501–1000" in pages[0]
    assert 'value="3" aria-current="page"' in pages[2]
    few = server.http.post("/ask?lang=en", data={"query": query.replace("1250", "500")}).text
    assert 'name="page"' not in few and few.count("<tr>") == 501


DIGITS = " ".join("0123456789")
THOUSAND = f"""SELECT ?n ?even WHERE {{
  VALUES ?a {{ {DIGITS} }} VALUES ?b {{ {DIGITS} }} VALUES ?c {{ {DIGITS} }}
  BIND(?a * 100 + ?b * 10 + ?c AS ?n)
  OPTIONAL {{ VALUES ?c {{ 0 2 4 6 8 }} BIND("Әйел" AS ?even) }}
}}"""


def test_filter_and_order_of_a_long_answer_concern_all_its_rows(server: Any) -> None:
    def numbers(**wanted: str | int) -> list[int]:
        data = {"query": THOUSAND, **{name: str(value) for name, value in wanted.items()}}
        text = server.http.post("/ask?lang=en", data=data).text.partition('id="own-answer"')[2]
        return [int(n) for n in re.findall(r'<tr><td data-label="n"[^>]*><span>(\d+)', text)]

    assert numbers(sort="n") == list(range(500))
    assert numbers(sort="n", page=2) == list(range(500, 1000))
    assert numbers(sort="-n") == list(range(999, 499, -1))
    assert numbers(sort="n", words="99") == [*range(99, 990, 100), *range(990, 999), 999]
    assert numbers(sort="-n", words="аиел 97") == [978, 976, 974, 972, 970]
    for sort in ("even", "-even"):  # what is empty stands last in any order
        assert all(n % 2 == 0 for n in numbers(sort=sort))
        assert all(n % 2 for n in numbers(sort=sort, page=2))


def test_a_page_beyond_the_last_row_has_none_and_leads_back(server: Any) -> None:
    query = "SELECT ?s WHERE { ?s ?p ?o } LIMIT 650"
    text = server.http.get("/ask", params={"query": query, "lang": "en", "page": 9}).text
    assert "<tr>" not in text.partition('id="own-answer"')[2]
    assert "Rows 1–500" in text and "Rows 501–650" in text


def test_a_graph_is_shown_as_statements(server: Any) -> None:
    query = "DESCRIBE <https://w3id.org/libonto/id/knowledge/bibliography>"
    text = server.http.get("/ask", params={"query": query, "lang": "en"}).text
    assert ">Bibliography</a>" in text
    assert "<dt>" in text
    assert 'value="turtle"' in text


@pytest.mark.parametrize(
    ("format_", "media", "suffix"),
    [("csv", "text/csv", "csv"), ("json", "application/sparql-results+json", "json")],
)
def test_an_own_answer_is_a_file(server: Any, format_: str, media: str, suffix: str) -> None:
    data = {"query": LEVELS, "format": format_}
    response = server.http.post("/ask/download?lang=en", data=data)
    assert response.headers["content-type"].startswith(media)
    assert f'filename="libonto.{suffix}"' in response.headers["content-disposition"]
    assert b"higher-second" in response.content


def test_an_own_answer_is_an_excel_file_with_labels_and_the_query(server: Any) -> None:
    data = {"query": LEVELS, "format": "xlsx"}
    response = server.http.post("/ask/download?lang=kk", data=data)
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    rows = [[cell.value for cell in row] for row in book["Жауап"].iter_rows()]
    assert rows[0] == ["level", "years"]
    assert ["Біліктілігі жоғары деңгейдегі екінші санатты маман", 3] in rows
    assert book["Не сұралды"]["B1"].value == LEVELS


def test_a_form_that_the_answer_cannot_take_is_refused(server: Any) -> None:
    data = {"query": LEVELS, "format": "turtle"}
    answer = server.http.post("/ask/download?lang=en", data=data)
    assert answer.status_code == 406
    assert "The format turtle does not suit this query" in answer.json()["detail"]


@pytest.mark.parametrize(("columns", "status"), [(MOST_COLUMNS, 200), (MOST_COLUMNS + 1, 507)])
def test_a_page_shows_so_many_columns(server: Any, columns: int, status: int) -> None:
    names = " ".join(f"?v{number}" for number in range(columns))
    answer = server.http.post("/ask?lang=en", data={"query": f"SELECT {names} {{ ?v0 ?p ?o }}"})
    assert answer.status_code == status
    assert (f"more than {MOST_COLUMNS} columns" in answer.text) == (status == 507)


@pytest.mark.parametrize(
    "links",
    [
        [(one, other) for one in range(16) for other in range(16) if one != other],
        [(number, number + 1) for number in range(1500)],
    ],
    ids=["each-with-each", "a-long-chain"],
)
def test_things_without_a_name_that_refer_to_each_other_are_shown_once(
    server: Any, links: list[tuple[int, int]]
) -> None:
    graph = " ".join(f"_:b{one} <urn:x:p> _:b{other} ." for one, other in links)
    query = f"CONSTRUCT {{ <urn:x:s> <urn:x:p> _:b0 . {graph} }} {{}}"
    answer = server.http.post("/ask?lang=en", data={"query": query})
    assert answer.status_code == 200
    assert 0 < answer.text.count("urn:x:p") < 20 * len(links)


# The editor, in a browser


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "label"), [("kk", "Жоғары · II"), ("ru", "Высший · II")])
def test_the_editor_answers_with_labels_and_a_chart(
    browser: Any, server: Any, lang: str, label: str
) -> None:
    page, wrong = opened(browser, server, "/ask", lang)
    page.click("#own button.primary")
    page.wait_for_selector("#own-answer table")
    assert label in page.inner_text("#own-answer tbody")
    assert page.locator("#own-answer svg rect").count() == 6
    with page.expect_download() as download:
        page.click("#own-answer button:has-text('Excel')")
    assert download.value.suggested_filename == "libonto.xlsx"
    assert wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_the_editor_has_no_word_of_the_librarys(browser: Any, server: Any, lang: str) -> None:
    page, wrong = opened(browser, server, "/ask", lang)
    page.evaluate(
        "document.querySelector('.CodeMirror').CodeMirror.setValue('SELECT * WHERE } ?s')"
    )
    page.wait_for_selector(".parseErrorIcon")
    page.hover(".parseErrorIcon")
    page.wait_for_timeout(200)
    assert not page.is_visible(".yasqe_tooltip")
    said = page.eval_on_selector_all(
        ".yasqe [title], .yasqe [aria-label]",
        "all => all.map(e => e.getAttribute('aria-label') || e.title)",
    )
    assert said
    assert not re.search("[A-Za-z]{3,}", re.sub("SPARQL", "", " ".join(said)))
    buttons = page.eval_on_selector_all(
        ".yasqe button", "all => all.filter(b => b.checkVisibility()).length"
    )
    assert buttons == 0
    assert wrong == []


@pytest.mark.browser
def test_a_link_opens_the_query_again_also_in_another_language(browser: Any, server: Any) -> None:
    text = "ASK { ?a ?b 1 }"
    page, wrong = opened(browser, server, "/ask", "ru")
    page.evaluate(f"document.querySelector('.CodeMirror').CodeMirror.setValue('{text}')")
    page.wait_for_url("**#query=*")
    link = page.url
    assert quote("ASK { ?a ?b 1 }", safe="").replace("%20", "+") in link
    page.click(".languages a[lang=en]")
    page.wait_for_load_state()
    value = "document.querySelector('.CodeMirror').CodeMirror.getValue()"
    assert "lang=en" in page.url
    assert page.evaluate(value) == text
    other = page.context.new_page()
    other.goto(link)
    assert other.evaluate(value) == text
    assert wrong == []


@pytest.mark.browser
def test_completion_knows_labels_and_declares_the_prefix(browser: Any, server: Any) -> None:
    page, wrong = opened(browser, server, "/ask", "ru")
    page.evaluate(
        "(() => { const e = document.querySelector('.CodeMirror').CodeMirror;"
        "e.setValue('SELECT * WHERE { ?x a Кандидат'); e.focus(); e.setCursor(0, 99); })()"
    )
    for _ in range(100):  # until the vocabulary has come
        page.keyboard.press("Control+Space")
        if page.query_selector(".CodeMirror-hints"):
            break
        page.wait_for_timeout(100)
    assert "lo:Candidate" in page.inner_text(".CodeMirror-hints")
    page.click(".CodeMirror-hint:has-text('lo:Candidate') >> nth=0")
    value = page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    assert "a lo:Candidate" in value
    assert "PREFIX lo: <https://w3id.org/libonto/ns#>" in value
    assert wrong == []


@pytest.mark.browser
def test_the_keyboard_gets_out_of_the_editor_and_asks_from_it(browser: Any, server: Any) -> None:
    page, _ = opened(browser, server, "/ask", "en")
    page.click(".CodeMirror-line >> nth=0")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Get the answer"
    page.click(".CodeMirror-line >> nth=0")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#own-answer table")


@pytest.mark.browser
def test_a_wrong_query_is_explained_in_the_readers_language(browser: Any, server: Any) -> None:
    page, _ = opened(browser, server, "/ask", "ru")
    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('SELECT')")
    page.click("#own button.primary")
    page.wait_for_selector("#own-answer .error")
    assert "строка 1" in page.inner_text("#own-answer .error")


@pytest.mark.browser
def test_without_scripts_a_question_is_asked_changed_and_asked_again(
    browser: Any, server: Any
) -> None:
    page, _ = opened(browser, server, "/ask", "en", java_script_enabled=False)
    page.click(".subject summary:has-text('Knowledge')")
    page.click("text=Of whom a given knowledge item is required")
    page.select_option("[name=item]", "psychology")
    page.click("section.card button.primary")
    assert "item=psychology" in page.url
    assert page.locator("section.card tbody tr").count() == 8
    page.click("summary:has-text('Change this question')")
    assert "knowledge/psychology" in page.input_value("[name=query]")
    page.click("#own button.primary")
    assert page.locator("#own-answer tbody tr").count() == 8


def test_columns_of_everything_stand_in_the_order_of_the_query(server: Any) -> None:
    text = "SELECT * { ?subject a ?kind ; ?about ?it } LIMIT 2"
    page = server.http.get("/ask", params={"query": text, "lang": "en"}).text
    places = [page.index(f">{name}<") for name in ("subject", "kind", "about", "it")]
    assert places == sorted(places)


def test_a_limit_is_told_in_units_that_people_use(server: Any) -> None:
    query = f"ASK {{}} #{'x' * 65536}"
    text = server.http.post("/ask?lang=ru", data={"query": query}).text.partition('role="alert"')[2]
    assert "64 КиБ" in text.partition("</div>")[0]


def test_an_undeclared_prefix_is_told_with_its_declaration(server: Any) -> None:
    page = server.http.get("/ask", params={"query": "SELECT * { ?s a lo:Duty }", "lang": "ru"}).text
    assert "PREFIX lo: &lt;https://w3id.org/libonto/ns#&gt;" in page
    assert "expected one of" not in page


def test_equal_numbers_are_no_picture(server: Any) -> None:
    text = "SELECT ?c (1 AS ?n) { ?c a <https://w3id.org/libonto/ns#CategoryLevel> }"
    page = server.http.get("/ask", params={"query": text, "lang": "en"}).text
    assert "<svg" not in page
