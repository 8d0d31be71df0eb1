"""“Assess a list”: the template, good rows and wrong ones, the files, and too much of anything."""

import csv
import io
import re
from html import unescape
from typing import Any

import pytest
from openpyxl import load_workbook

HEAD = "id,name,level,field,awarded,position,start,end,knowledge,appliesFor"
GOOD = "1,Айгүл,higher,library-science,2015-06-30,school-librarian,2018-09-01,,,"
WRONG = "2,Иван,higherr,library-science,2015-06-30,school-librarian,2018-09-31,,,"
FORMULA = '3,"=1+1",higher,pedagogy,2010-06-30,school-librarian,2001-09-01,,,'
LANGUAGES = ("kk", "ru", "en")


def table(*rows: str) -> dict[str, Any]:
    return {"file": ("people.csv", "\n".join([HEAD, *rows]).encode(), "text/csv")}


def kept(text: str) -> dict[str, str]:
    """The hidden fields of the answer's form, as a browser would send them again."""
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text)
    return {name: unescape(value) for name, value in pairs}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_template_comes_in_the_pages_language(server: Any, lang: str) -> None:
    found = server.http.get(f"/list/template.xlsx?lang={lang}")
    assert found.status_code == 200
    assert f"libonto-{lang}.xlsx" in found.headers["content-disposition"]
    book = load_workbook(io.BytesIO(found.content))
    words = {"kk": "Нұсқау", "ru": "Инструкц", "en": "nstruc"}
    assert any(words[lang] in name for name in book.sheetnames), book.sheetnames


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_delimited_template_is_read_back_and_its_example_is_not(server: Any, lang: str) -> None:
    found = server.http.get(f"/list/template.csv?lang={lang}")
    assert found.headers["content-type"].startswith("text/csv")
    heads, example = csv.reader(io.StringIO(found.content.decode("utf-8-sig")))
    row = dict.fromkeys(heads, "")
    row[heads[0]], row[heads[1]] = "1", "Айгүл"
    for head, value in zip(heads[3:], example[3:], strict=True):
        row[head] = value  # the example's own words are understood
    text = io.StringIO()
    csv.writer(text).writerows([heads, example, list(row.values())])
    files = {"file": ("p.csv", text.getvalue().encode(), "text/csv")}
    answer = server.http.post(f"/list?lang={lang}", files=files).text
    assert answer.count("<tr data-status=") == 1
    assert '<tr data-status="met">' in answer or '<tr data-status="not-met">' in answer
    assert 'id="errors"' not in answer


def test_a_template_of_another_kind_is_not_there(server: Any) -> None:
    assert server.http.get("/list/template.doc").status_code == 404


def test_a_wrong_day_is_said_at_its_field_and_the_table_is_kept(server: Any) -> None:
    response = server.http.post("/list?lang=en", files=table(GOOD), data={"on": "31.02.2024"})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    again = {**kept(response.text), "on": "01.03.2024"}
    assert "Айгүл" in server.http.post("/list?lang=en", data=again).text


def test_good_rows_are_judged_and_wrong_ones_named_by_cell(server: Any) -> None:
    text = server.http.post("/list?lang=en", files=table(GOOD, WRONG)).text
    assert text.count('<tr data-status="') == 1
    assert "Айгүл" in text
    assert re.search(r'<th scope="row">C3</th><td translate="no"[^>]*>level</td>', text)
    assert re.search(r'<th scope="row">G3</th><td translate="no"[^>]*>start</td>', text)
    assert "Postgraduate" in text or "Higher education" in text  # what is allowed
    assert "Rows with mistakes: 1." in text


def test_headings_that_say_nothing_are_a_mistake_too(server: Any) -> None:
    files = {"file": ("p.csv", b"colour,shape\nred,round\n", "text/csv")}
    response = server.http.post("/list?lang=en", files=files)
    assert "What needs to be corrected" in response.text or response.status_code == 422
    assert "<tr data-status" not in response.text


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not a workbook", b"\xff\xfe\x00\x01"])
def test_what_is_no_table_is_said_and_not_judged(server: Any, data: bytes) -> None:
    files = {"file": ("people.xlsx", data, "application/octet-stream")}
    response = server.http.post("/list?lang=ru", files=files)
    assert response.status_code in {400, 415, 422}
    assert 'role="alert"' in response.text
    assert 'id="upload"' in response.text


def test_no_file_is_asked_for(server: Any) -> None:
    response = server.http.post("/list?lang=en", data={"category": ""})
    assert response.status_code == 422
    assert "No file was chosen" in response.text


def test_the_answer_comes_in_another_language_without_a_second_upload(server: Any) -> None:
    text = server.http.post("/list?lang=en", files=table(GOOD, WRONG)).text
    assert 'form="kept" formaction="/list?lang=kk#content"' in text
    again = server.http.post("/list?lang=kk", data=kept(text)).text
    assert "Бағаланған адам: 1. Қатесі бар жол: 1." in again


def test_the_files_hold_every_person_and_no_formula(server: Any) -> None:
    data = kept(server.http.post("/list?lang=en", files=table(GOOD, WRONG, FORMULA)).text)
    found = server.http.post("/list/download?lang=en", data={**data, "format": "csv"})
    assert found.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(found.content.decode("utf-8-sig"))))
    assert rows[0][0].startswith("The text judged by") and len(rows[0]) == 1
    assert [row[1] for row in rows[1:]] == ["Name", "Айгүл", "'=1+1"]
    found = server.http.post("/list/download?lang=en", data={**data, "format": "xlsx"})
    book = load_workbook(io.BytesIO(found.content))
    assert book.sheetnames == ["Verdicts", "Mistakes"]
    assert book["Verdicts"]["A1"].value == rows[0][0]
    assert book["Verdicts"].freeze_panes == "A3"
    cell = book["Verdicts"]["B4"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert [cell.value for cell in book["Mistakes"][2]][1:4] == [3, "C", "level"]


def test_the_workbook_has_days_that_excel_knows(server: Any) -> None:
    data = kept(server.http.post("/list?lang=kk", files=table(GOOD)).text)
    asked = {**data, "category": "librarian/higher-second", "on": "01.01.2021", "format": "xlsx"}
    found = server.http.post("/list/download?lang=kk", data=asked)
    cells = [cell for row in load_workbook(io.BytesIO(found.content)).active for cell in row]
    days = [cell for cell in cells if cell.is_date]
    assert [f"{cell.value:%Y-%m-%d}" for cell in days] == ["2021-09-01"]
    assert days[0].number_format == "dd.mm.yyyy"


def test_a_category_for_all_and_a_day_change_the_verdict(server: Any) -> None:
    data = kept(server.http.post("/list?lang=en", files=table(GOOD)).text)
    asked = {**data, "category": "librarian/higher-second"}
    before = server.http.post("/list?lang=en", data={**asked, "on": "2021-08-31"}).text
    after = server.http.post("/list?lang=en", data={**asked, "on": "2021-09-01"}).text
    assert 'data-status="not-met"' in before
    assert "1 September 2021" in before
    assert 'data-status="not-shown"' in after


def test_a_list_that_unpacks_to_too_much_is_refused(server: Any) -> None:
    import base64
    import zlib

    bomb = base64.b64encode(zlib.compress(b"a" * 30_000_000)).decode()
    response = server.http.post(
        "/list?lang=en", data={"kept": bomb, "name": "a.csv"}, headers={"Accept": "text/html"}
    )
    assert response.status_code == 413
    broken = server.http.post("/list?lang=en", data={"kept": "%%%", "name": "a.csv"})
    assert broken.status_code == 422


def test_names_are_escaped(server: Any) -> None:
    text = server.http.post("/list?lang=en", files=table(GOOD.replace("Айгүл", "<b>x</b>"))).text
    assert "<b>x" not in text
    assert "&lt;b&gt;x" in text


def test_the_notice_of_the_edition_stands_before_the_verdicts(server: Any) -> None:
    def answer(day: str) -> str:
        data = {"on": day}
        text: str = server.http.post("/list?lang=en", data=data, files=table(GOOD)).text
        return text

    later, then = answer("2026-11-22"), answer("2022-03-30")
    assert later.index("The text judged by") < later.index('<tr data-status="')
    assert '<tr data-status="' in then and "The text judged by" not in then
