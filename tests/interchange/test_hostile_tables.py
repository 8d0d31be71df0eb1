"""Tables that are broken or made to do harm: one clear message, and nothing else happens."""

import io
import tracemalloc
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from libonto.errors import (
    FormatError,
    InputError,
    ProfileError,
    SyntaxFault,
    TooLargeError,
    UsageError,
)
from libonto.graph.terms import ID
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.sheets import MAX_LINE, delimited_sheet, escaped
from libonto.profile.interchange.table_writer import TableWriter
from libonto.profile.interchange.workbooks import Archive, scan_excel, workbook_sheets
from libonto.profile.model import Candidate, Employment

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = "</sheetData></worksheet>"
ODS = (
    '<?xml version="1.0"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body>"
    "</office:document-content>"
)


def saved(workbook: Workbook) -> bytes:
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def book(*rows: list[object]) -> Workbook:
    workbook = Workbook()
    for row in rows:
        workbook.worksheets[0].append(row)
    return workbook


def with_sheet(xml: str, **more: str | bytes) -> bytes:
    """A workbook whose one sheet is written by hand, and with further parts."""
    source = zipfile.ZipFile(io.BytesIO(saved(book(["ID"]))))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            own = name == "xl/worksheets/sheet1.xml"
            target.writestr(name, xml if own else source.read(name))
        for name, content in more.items():
            target.writestr(name.replace("__", "/"), content)
    return data.getvalue()


def open_document(*rows: str, name: str = "Persons") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        body = f'<table:table table:name="{name}">{"".join(rows)}</table:table>'
        archive.writestr("content.xml", ODS.format(body))
        namespace = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{namespace}"/>')
    return data.getvalue()


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def cell(text: str, more: str = "") -> str:
    value = 'office:value-type="string"'
    return f"<table:table-cell {value} {more}><text:p>{text}</text:p></table:table-cell>"


def inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


# What is too much


def test_a_bomb_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBONTO_MAX_INPUT_BYTES", "1000000")
    data = with_sheet(SHEET + END, xl__media="0" * 9_000_000)
    assert len(data) < 100_000
    with pytest.raises(TooLargeError) as caught:
        workbook_sheets(io.BytesIO(data), "bomb.xlsx")
    assert "unpacks to more than 7.6 MiB" in caught.value.message("en")


def lying(data: bytes, size: int, stated: int) -> bytes:
    """The archive, with another size stated for its last part."""
    changed = bytearray(data)
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.rfind(mark)
        assert int.from_bytes(data[place + at : place + at + 4], "little") == size
        changed[place + at : place + at + 4] = stated.to_bytes(4, "little")
    return bytes(changed)


def test_a_bomb_whose_directory_lies_about_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBONTO_MAX_INPUT_BYTES", "1000000")
    data = lying(with_sheet(SHEET + END, xl__media="0" * 9_000_000), 9_000_000, 10)
    with pytest.raises(TooLargeError):
        workbook_sheets(io.BytesIO(data), "bomb.xlsx")


@pytest.mark.parametrize("stated", [10, 90_000])
def test_a_part_of_another_size_than_stated(stated: int) -> None:
    data = lying(with_sheet(SHEET + END, xl__media="0" * 50_000), 50_000, stated)
    with pytest.raises(SyntaxFault) as caught:
        workbook_sheets(io.BytesIO(data), "lying.xlsx")
    assert "its size is not the stated one" in caught.value.message("en")


def test_a_cell_at_the_end_of_the_sheet(people) -> None:
    far = '<row r="1048576">' + inline("XFD1048576", "x") + "</row>"
    with pytest.raises(TooLargeError) as caught:
        people(with_sheet(f'{SHEET}<row r="1">{inline("A1", "ID")}</row>{far}{END}'), "far.xlsx")
    assert "cells" in caught.value.message("en")


def test_sheets_without_a_name_and_links_to_nothing_take_no_memory() -> None:
    many = 200_000
    workbook = "<workbook>" + "<sheet/>" * many + "</workbook>"
    links = "<Relationships>" + "<Relationship/>" * many + "</Relationships>"
    parts = {"xl/workbook.xml": workbook, "xl/_rels/workbook.xml.rels": links}
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    archive = Archive(data, 1 << 24)
    tracemalloc.start()
    try:
        assert scan_excel(archive, 1000) == {}
        assert tracemalloc.get_traced_memory()[1] < 10 * many  # bytes: nothing for each of them
    finally:
        tracemalloc.stop()


def test_formats_down_to_the_end_of_the_sheet_do_no_harm(people) -> None:
    styled = "".join(f'<row r="{n}"><c r="XFD{n}" s="1"/></row>' for n in (3, 1048576))
    heads, cells = inline("A1", "ID") + inline("B1", "Knows"), inline("A2", "7")
    cells += inline("B2", "economics")
    rows = f'<row r="1">{heads}</row><row r="2">{cells}</row>{styled}'
    [(candidate, problems)] = people(with_sheet(SHEET + rows + END), "styled.xlsx")
    assert candidate and candidate.iri == "urn:libonto:person:7", problems


def test_one_long_text_that_every_cell_refers_to(people, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBONTO_MAX_INPUT_BYTES", "400000")
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 2000))
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<si><t>{'x' * 100_000}</t></si></sst>"
    )
    data = with_sheet(SHEET + cells + END, **{"xl__sharedStrings.xml": strings})
    with pytest.raises(TooLargeError):
        people(data, "shared.xlsx")


@pytest.mark.parametrize(
    "rows",
    [
        [row(cell("ID")), row(cell("1"), more='table:number-rows-repeated="900000000"')],
        [row(cell("ID"), cell("x", 'table:number-columns-repeated="900000000"'))],
    ],
    ids=["rows", "columns"],
)
def test_repetitions_without_end(people, rows: list[str]) -> None:
    with pytest.raises(TooLargeError):
        people(open_document(*rows), "repeated.ods")


def test_empty_rows_to_the_end_of_an_open_document(people) -> None:
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    data = open_document(
        row(cell("ID"), cell("Name"), cell("Knows")),
        row(cell("1"), cell("Айгүл"), cell("economics")),
        row(empty, more='table:number-rows-repeated="1048574"'),
    )
    [(candidate, _)] = people(data, "empty.ods")
    assert candidate and candidate.name == "Айгүл"


def test_a_line_without_end(people) -> None:
    with pytest.raises(TooLargeError) as caught:
        people("ID,Name\n1," + "x" * MAX_LINE)
    assert "line 2" in caught.value.message("en")


# What is broken


@pytest.mark.parametrize(
    "xml",
    [
        SHEET + "<row><c>",
        f'<!DOCTYPE x [<!ENTITY a "b">]>{SHEET}{END}',
        f'{SHEET}<row r="x">{inline("A1", "ID")}</row>{END}',
        f'{SHEET}<row r="1"><c r="A1" t="s"><v>99</v></c></row>{END}',
        f'{SHEET}<row r="{"9" * 30}"><c t="n"><v>1</v></c></row>{END}',
        "",
    ],
    ids=["unclosed", "doctype", "no-row-number", "no-such-string", "row-number", "nothing"],
)
def test_broken_xml(people, xml: str) -> None:
    with pytest.raises(InputError) as caught:
        people(with_sheet(xml), "broken.xlsx")
    assert caught.value.message("en").startswith("broken.xlsx: The workbook cannot be read")


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04", b"", saved(book(["ID"]))[:-40], b"x" * 1000],
    ids=["begun", "empty", "cut", "text"],
)
def test_no_archive(people, data: bytes) -> None:
    with pytest.raises(SyntaxFault):
        people(data, "broken.xlsx")


def test_an_old_or_protected_workbook(people) -> None:
    with pytest.raises(FormatError) as caught:
        people(b"\xd0\xcf\x11\xe0" + bytes(1000), "old.xlsx")
    assert "Save it as .xlsx without a password" in caught.value.message("en")


def test_another_archive(people) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.txt", "b")
    with pytest.raises(FormatError):
        people(data.getvalue(), "archive.xlsx")


def test_two_parts_of_one_name(people) -> None:
    data = io.BytesIO(saved(book(["ID"], ["1"])))
    with zipfile.ZipFile(data, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", SHEET + END)
    with pytest.raises(SyntaxFault):
        people(data.getvalue(), "twice.xlsx")


# What a sheet hides


def test_a_formula_is_not_taken_for_its_value(people) -> None:
    data = saved(book(["ID", "Name", "Knows"], ["1", "=1+1", "economics"], ["2", "b", "economics"]))
    found = people(data, "formula.xlsx")
    assert "row 2, column B (“Name”): The cell holds a formula" in found[0][1][0]
    assert found[1][0] is not None


def test_a_formula_of_an_open_document(people) -> None:
    formula = cell("1", 'table:formula="of:=1+1"')
    data = open_document(row(cell("ID"), cell("Knows")), row(formula, cell("economics")))
    assert "holds a formula" in people(data, "formula.ods")[0][1][0]


def test_an_error_in_a_cell(people) -> None:
    found = people("ID,Name\n1,#N/A\n")
    assert "holds an error (#N/A)" in found[0][1][0]


def test_cells_merged_across_columns(people) -> None:
    workbook = book(
        ["ID", "Name", "Level", "Field"],
        ["1", "a", "higher", None],
        ["2", "b", "higher", "pedagogy"],
    )
    workbook.worksheets[0].merge_cells("C2:D2")
    found = people(saved(workbook), "merged.xlsx")
    assert "The cells C2:D2 are merged" in found[0][1][0]
    assert found[1][0] is not None


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_with_values_is_not_passed_over(people, state: str) -> None:
    workbook = book(["ID"], ["1"])
    hidden = workbook.create_sheet("more")
    hidden.append(["ID"])
    hidden.sheet_state = state
    with pytest.raises(ProfileError) as caught:
        people(saved(workbook), "hidden.xlsx")
    assert "sheet “more”: The sheet is hidden" in caught.value.message("en")


def test_a_sheet_in_parentheses_and_an_empty_one_are_passed_over(people) -> None:
    workbook = book(["ID", "Knows"], ["1", "economics"])
    workbook.create_sheet("(notes)").append(["what I like"])
    workbook.create_sheet("empty").sheet_state = "hidden"
    assert len(people(saved(workbook), "notes.xlsx")) == 1


def test_a_sheet_that_is_no_table_is_said(people) -> None:
    workbook = book(["ID"], ["1"])
    workbook.create_sheet("Employments").append(["what I like", "and more"])
    with pytest.raises(ProfileError) as caught:
        people(saved(workbook), "notes.xlsx")
    assert "sheet “Employments”, row 1: No row of headings was found" in caught.value.message("en")


def test_macros_are_data_that_nobody_reads(people) -> None:
    heads, cells = inline("A1", "Knows"), inline("A2", "economics")
    rows = f'<row r="1">{heads}</row><row r="2">{cells}</row>'
    data = with_sheet(SHEET + rows + END, **{"xl__vbaProject.bin": b"\xd0\xcf\x11\xe0evil"})
    assert len(people(data, "macros.xlsm")) == 1


# Encodings


def test_another_encoding_is_said_with_its_place(people) -> None:
    with pytest.raises(SyntaxFault) as caught:
        people("ID,Name\n1,a\n2,Марат\n".encode("cp1251"))
    assert "line 3, column 3: The text is not UTF-8" in caught.value.message("en")


@pytest.mark.parametrize(
    ("encoding", "name"), [("windows-1251", "Марат"), ("KZ-1048", "Әйгерім"), ("utf-16", "Әйгерім")]
)
def test_an_encoding_that_is_stated(people, encoding: str, name: str) -> None:
    data = f"ID;Name;Knows\n1;{name};economics\n".encode(
        {"windows-1251": "cp1251"}.get(encoding, encoding)
    )
    [(candidate, _)] = people(data, encoding=encoding)
    assert candidate and candidate.name == name


def test_utf_16_tells_itself(people) -> None:
    [(candidate, _)] = people(
        "ID\tName\tKnows\n1\tӨмірзақ ਊ\teconomics\n".encode("utf-16"), "people.tsv"
    )
    assert candidate and candidate.name == "Өмірзақ ਊ"


def test_letters_that_windows_1251_has_lost(people) -> None:
    data = "ID;Name;Knows\n1;Айгүл;economics\n2;Кто?;economics\n".encode("cp1251", errors="replace")
    found = people(data, encoding="windows-1251")
    assert "Letters have been lost: “Айг?л”" in found[0][1][0]
    assert found[1][0] is not None


def test_an_encoding_that_the_file_denies(people) -> None:
    with pytest.raises(SyntaxFault):
        people("\ufeffID,Name\n1,a\n", encoding="windows-1251")


@pytest.mark.parametrize("data", [b"ID,Name\n1,\0\n", b"\x89PNG\r\n\x1a\n\0\0"])
def test_what_is_no_text(people, data: bytes) -> None:
    with pytest.raises(SyntaxFault):
        people(data)


def test_options_that_are_unknown(people) -> None:
    with pytest.raises(UsageError):
        people("ID\n1\n", encoding="latin-9")
    with pytest.raises(UsageError):
        people("ID\n1\n", delimiter="dash")


# What we write


@pytest.mark.parametrize("text", ["=1+1", "+7", "-1", "@a", "\ta", "'=x", "''=x", "'x", "=\n1"])
def test_no_cell_of_ours_is_a_formula_to_a_spreadsheet(text: str) -> None:
    written = escaped(text)
    assert written[0] not in "=+-@\t\r"
    sheet = delimited_sheet(io.BytesIO(f'ID\n"{written}"\n'.encode()), "x.csv")
    next(sheet.rows)
    assert next(sheet.rows).cells == [text]


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+7", "-1", "@a"])
def test_nor_in_a_workbook(names: Names, text: str) -> None:
    from openpyxl import load_workbook

    candidate = Candidate("urn:example:1", name=text, knowledge=(ID + "knowledge/economics",))
    data = TableWriter(names, "en").workbook([candidate])
    found = load_workbook(io.BytesIO(data))["Persons"]["B2"]
    assert (found.value, found.data_type, found.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize("text", ["", " ", "x" * 40_000, "#REF!"])
def test_what_a_table_cannot_hold_is_not_left_out(names: Names, text: str) -> None:
    candidate = Candidate("urn:example:1", name=text)
    with pytest.raises(ProfileError) as caught:
        TableWriter(names, "en").delimited([candidate])
    assert "cannot be written into a table" in caught.value.message("en")


def test_a_day_before_excel_is_written_as_text(names: Names, people) -> None:
    work = Employment("http://example.org/teacher", date(1899, 1, 1), date(1905, 7, 7))
    data = TableWriter(names, "ru").workbook([Candidate("urn:example:1", employments=(work,))])
    [(candidate, _)] = people(data, "people.xlsx")
    assert candidate and candidate.employments == (work,)


@pytest.mark.parametrize("flag", [0x20, 0x40])
def test_an_archive_of_a_kind_that_is_not_read_is_a_broken_workbook(people, flag: int) -> None:
    data = bytearray(saved(book(["ID"])))
    place = -1
    while (place := data.find(b"PK\x01\x02", place + 1)) >= 0:
        data[place + 8] |= flag  # of the directory: patched data, strong encryption
    with pytest.raises(SyntaxFault) as caught:
        people(bytes(data), "people.xlsx")
    assert caught.value.key == "workbook-broken"


def test_half_a_character_of_utf_16_is_told_by_its_line() -> None:
    lines = ["ID;ФИО"] + [f"A{n};Иванова" for n in range(300)]
    data = bytearray("\n".join(lines).encode("utf-16"))
    place = data.index("A48".encode("utf-16-le"))  # its line is the 50th
    data[place : place + 2] = b"\x00\xd8"
    sheet = delimited_sheet(io.BytesIO(bytes(data)), "people.csv")
    with pytest.raises(SyntaxFault) as caught:
        list(sheet.rows)
    assert caught.value.params["line"] == 50
