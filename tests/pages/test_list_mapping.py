"""“Assess a list” with a table that others designed: its mapping is made on the page."""

import re
from html import unescape
from pathlib import Path
from typing import Any

LIST = Path(__file__).parents[1] / "fixtures" / "brought" / "commission-list.xlsx"
FILES = {"file": ("commission-list.xlsx", LIST.read_bytes())}
DECISIONS = {
    "библиотекарь": "school-librarian",
    "зав. библиотекой": "school-library-head",
    "колледж": "technical-vocational",
    "Казахский язык и литература": "pedagogy",
    "да": "all",
}


def form_of(text: str) -> dict[str, str]:
    """The fields of the mapping's form as a browser without scripts would send them."""
    form = text[text.index('<details id="mapping"') :]
    form = form[: form.index("</form>")]
    found = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', form))
    for name, options in re.findall(r'<select name="([\w-]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.findall(r'<option value="([^"]*)"(?: selected)?>', options)
        selected = re.findall(r'<option value="([^"]*)" selected>', options)
        found[name] = (selected or chosen)[0]
    return {name: unescape(value) for name, value in found.items()}


def decided(fields: dict[str, str]) -> dict[str, str]:
    made = {**fields, "dates": "day-first"}
    for name, word in fields.items():
        if name.startswith("word-") and word in DECISIONS:
            made["value-" + name.removeprefix("word-")] = DECISIONS[word]
    return made


def people(text: str) -> int:
    return text.count("<tr data-status=")


def test_a_commissions_list_is_judged_by_the_page_alone(server: Any) -> None:
    first = server.http.post("/list?lang=en", files=FILES).text
    assert people(first) == 5
    assert '<details id="mapping" open>' in first
    fields = form_of(first)
    assert fields["column-1"] == "candidate-name"
    assert sum(name.startswith("word-") for name in fields) == len(DECISIONS)
    again = server.http.post("/list?lang=en", data=decided(fields)).text
    assert people(again) == 20
    assert '<details id="mapping">' in again  # nothing is left to decide
    assert "“Итого”" in again and "row 36" in again


def test_a_column_headed_by_a_knowledge_item_is_not_shown_as_open(server: Any) -> None:
    table = "ФИО,Библиография,Место\nА.,да,1\n"
    text = server.http.post("/list?lang=en", files={"file": ("list.csv", table.encode())}).text
    first = re.findall(r'id="column-[0-9]+"><option value="">([^<]*)</option>', text)
    assert first == ["– not decided –", "Knowledge", "– not decided –"]


def test_mistakes_stand_together_by_their_cause(server: Any) -> None:
    text = server.http.post("/list?lang=en", files=FILES).text
    [cell] = re.findall(r'<th scope="row">([^<]*)</th>[^“]*“колледж” does', text)
    assert cell == "Список 2026, C12, C22, C32 (3)"


def test_the_mapping_can_be_downloaded_and_given_again(server: Any) -> None:
    fields = decided(form_of(server.http.post("/list?lang=en", files=FILES).text))
    found = server.http.post("/list/download", data={**fields, "format": "toml"})
    assert found.headers["content-type"].startswith("application/toml")
    assert '"библиотекарь" = "school-librarian"' in found.text
    again = server.http.post("/list?lang=en", files=FILES, data={"mapping": found.text})
    assert people(again.text) == 20


def test_a_mapping_that_cannot_be_used_is_said(server: Any) -> None:
    answer = server.http.post("/list?lang=en", files=FILES, data={"mapping": "[colums]"})
    assert answer.status_code == 422
    assert "no part “colums”" in unescape(answer.text)


def preview(text: str) -> list[list[str]]:
    """The rows of “as they are understood”, cell by cell."""
    rows = re.search(r'<table id="understood".*?<tbody>(.*?)</tbody>', text, re.S)
    assert rows
    return [
        [unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<t[dh].*?</t[dh]>", row)]
        for row in re.findall(r"<tr>.*?</tr>", rows[1], re.S)
    ]


def test_five_rows_are_shown_as_they_are_understood_before_anybody_is_judged(server: Any) -> None:
    first = server.http.post("/list?lang=en", files=FILES, data={"look": "1"}).text
    assert people(first) == 0
    assert "Nobody has been assessed yet." in first
    assert len(preview(first)) == 5
    wrong = [row[1] for row in preview(first) if len(row) == 2]
    assert wrong and all("row" in said for said in wrong)
    fields = {**decided(form_of(first)), "look": "1"}
    again = server.http.post("/list?lang=en", data=fields).text
    assert people(again) == 0
    rows = preview(again)
    assert len(rows) == 5
    understood = next(row for row in rows if len(row) > 2 and "School librarian" in row[3])
    assert understood[0].isdecimal()
    assert "education" in understood[2]
    assert re.search(r"School librarian: \d+ \w+ \d{4} – ", understood[3])
    judged = server.http.post("/list?lang=en", data=decided(form_of(again))).text
    assert people(judged) == 20
    assert preview(judged) == rows
