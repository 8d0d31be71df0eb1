"""Excel files made in memory: two readers understand them, and no text is a formula."""

import io
import warnings
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import python_calamine
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from libonto.api.readable import Readable
from libonto.api.workbook import SheetContent, workbook
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.profile.interchange.table_writer import LONGEST_CELL

ROWS = [
    ["Атауы", "n", "day"],
    ["=1+1", 3, date(2026, 2, 28)],
    ["Әділ & <b> \x01", 0.5, date(1899, 1, 1)],
    ["@SUM(A1)\nнемесе", -2, "–"],
]


def test_what_is_written_is_read() -> None:
    data = workbook(
        [SheetContent("Жауап", ROWS), SheetContent("B", [["a", "b"]], has_headings=False)]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Жауап", "B"]
    sheet = book["Жауап"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0] == ROWS[0]
    assert cells[1] == ["=1+1", 3, datetime(2026, 2, 28)]
    assert cells[2] == ["Әділ & <b> _x0001_", 0.5, "1899-01-01"]
    assert cells[3] == ["@SUM(A1)\nнемесе", -2, "–"]
    assert {sheet.cell(row, 1).data_type for row in (2, 4)} == {"s"}  # no formula
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C4"
    assert sheet["A1"].font.bold
    assert not book["B"]["A1"].font.bold
    read = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert read.get_sheet_by_name("Жауап").to_python()[1] == ["=1+1", 3.0, date(2026, 2, 28)]


def test_what_excel_would_take_for_an_escaped_character_is_escaped() -> None:
    # ECMA-376 part 1, 22.9.2.19: `_x0041_` in a text is a character.
    data = workbook([SheetContent("A", [["_x0041_ x_y"]])])
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert ">_x005F_x0041_ x_y<" in file.read("xl/sharedStrings.xml").decode()


def test_a_text_that_no_cell_holds_ends_with_a_sign_that_it_goes_on() -> None:
    whole, longer = "a" * LONGEST_CELL, "b" * (LONGEST_CELL + 1)
    data = workbook([SheetContent("A", [[whole, longer]], above=[longer])])
    above, [first, second] = list(openpyxl.load_workbook(io.BytesIO(data))["A"].iter_rows())
    assert first.value == whole
    for cell in (second, above[0]):
        assert (len(cell.value), cell.value[-2:]) == (LONGEST_CELL, "b…")


def test_the_same_sheets_give_the_same_bytes() -> None:
    assert workbook([SheetContent("A", ROWS)]) == workbook([SheetContent("A", ROWS)])


def test_columns_after_z_have_two_letters() -> None:
    data = workbook([SheetContent("A", [[str(n) for n in range(30)]])])
    sheet = openpyxl.load_workbook(io.BytesIO(data))["A"]
    assert (sheet["Z1"].value, sheet["AA1"].value, sheet["AD1"].value) == ("25", "26", "29")


def test_a_saved_query_is_an_excel_file_in_the_language_asked_for(server: Any) -> None:
    path = "/api/queries/category-levels"
    answer = server.http.get(f"{path}?format=xlsx&lang=ru")
    assert answer.headers["content-disposition"] == 'attachment; filename="category-levels.xlsx"'
    assert answer.headers["content-language"] == "ru"
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [[cell.value for cell in row] for row in book["Ответ"].iter_rows()]
    years = rows[0].index("Лет")
    assert rows[2][0] == "Специалист высшего уровня квалификации второй категории"
    assert rows[2][years] == 3
    assert book["Что спрошено"]["B2"].value == "Библиотекарь"
    kind = answer.headers["content-type"]
    other = server.http.get(path, headers={"Accept": kind, "Accept-Language": "en"})
    assert other.headers["content-type"] == kind
    assert other.headers["etag"] != answer.headers["etag"]
    assert openpyxl.load_workbook(io.BytesIO(other.content)).sheetnames[0] == "Answer"


def test_a_graph_is_no_excel_file(server: Any) -> None:
    assert server.http.get("/api/queries/level-graph?format=xlsx").status_code == 406


def test_terms_are_read_as_people_write_them() -> None:
    graph = Graph(Catalogue.of(()))
    xsd = "http://www.w3.org/2001/XMLSchema#"
    values = [
        {"type": "uri", "value": "https://w3id.org/libonto/id/knowledge/bibliography"},
        {"type": "uri", "value": "http://www.w3.org/2004/02/skos/core#prefLabel"},
        {"type": "literal", "value": "2026-11-22", "datatype": f"{xsd}date"},
        {"type": "literal", "value": "2026-02-30", "datatype": f"{xsd}date"},
        {"type": "literal", "value": "0.85", "datatype": f"{xsd}decimal"},
        {"type": "literal", "value": "true", "datatype": f"{xsd}boolean"},
        {"type": "literal", "value": "library", "xml:lang": "en"},
        {"type": "bnode", "value": "b"},
    ]
    import json

    names = [f"v{n}" for n in range(len(values))]
    document = {
        "head": {"vars": names},
        "results": {"bindings": [dict(zip(names, values, strict=True))]},
    }
    found = parse_query_results(json.dumps(document).encode(), format=QueryResultsFormat.JSON)
    assert isinstance(found, QuerySolutions)
    table = Readable(graph, "ru").own(found)
    parts = [cell[0] for cell in table.rows[0]]
    assert [part.text for part in parts] == [
        "Библиография",
        "название",
        "22 ноября 2026 г.",
        "2026-02-30",
        "0,85",
        "да",
        "library",
        "(без имени)",
    ]
    assert parts[2].day == date(2026, 11, 22)
    assert parts[4].number == 0.85
    assert parts[6].lang == "en"
    assert parts[0].iri == values[0]["value"]
