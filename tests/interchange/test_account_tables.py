"""Nothing that was stated is dropped: the law over the cells of workbooks, and over RDF.

A cell of every kind is put into every column. Afterwards it is told of by its place, or the
profile says something else than without it; and hidden and merged cells are taken for what they
say.
"""

from typing import Any

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from tests.interchange.test_account import intake, people
from tests.interchange.test_brought import HEADS, ROW, saved
from tests.interchange.test_hostile_tables import cell, open_document, row

from libonto.profile.account import ProfileEntry
from libonto.profile.document import Document

OTHER = ["008", "Каримов Б.", *ROW[2:]]
PHONE = HEADS.index("Телефон")


def read(data: bytes, name: str = "list.xlsx") -> list[ProfileEntry]:
    return list(intake().documents([Document(data, name)]))


def table(column: int, value: Any, edit: Any = None) -> list[ProfileEntry]:
    return read(saved([HEADS, [*ROW[:column], value, *ROW[column + 1 :]], OTHER], edit))


def told(found: list[ProfileEntry], column: int) -> bool:
    """Whether something is said of a cell of the second row, or of its column."""
    letters = f"column {'ABCDEF'[column]}"
    problems = [p.message("en") for e in found for p in e.problems]
    notes = [f"{n.place.message('en')} {n.message('en')}" for e in found for n in e.notes]
    return any("row 2" in t and letters in t for t in problems) or any(
        HEADS[column] in text for text in notes
    )


KINDS: dict[str, Any] = {
    "number": 17,
    "year": 2021,
    "serial": 44439.5,
    "yes": True,
    "no": False,
    "error": "#N/A",
    "formula": "=A1",
    "rich": CellRichText(TextBlock(InlineFont(b=True), "31.08"), ".2021"),
    "word": "x",
}


@pytest.mark.parametrize("column", range(len(HEADS)))
@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_of_every_kind_in_every_column(kind: str, column: int) -> None:
    found, without = table(column, KINDS[kind]), table(column, None)
    is_free = column == PHONE and kind not in {"error", "formula"}
    if people(found) == people(without) or is_free:
        assert told(found, column), (kind, column)
    if is_free:  # what is passed over changes nothing
        assert people(found) == people(without)
    assert "Каримов Б." in [c.name for c in people(found)]  # and costs nobody else


def test_rich_text_is_the_text() -> None:
    [first, _] = people(table(4, KINDS["rich"]))
    [plain, _] = people(table(4, "31.08.2021"))
    assert first == plain


def typed(kind: str, text: str, value: str = "", inner: str = "") -> str:
    """A cell of an open document, of a type and with a value of it."""
    inner = inner or f"<text:p>{text}</text:p>"
    return f'<table:table-cell office:value-type="{kind}" {value}>{inner}</table:table-cell>'


OPEN_KINDS = {
    "number": typed("float", "17", 'office:value="17"'),
    "year": typed("float", "2021", 'office:value="2021"'),
    "serial": typed("float", "44439.5", 'office:value="44439.5"'),
    "share": typed("percentage", "50%", 'office:value="0.5"'),
    "money": typed("currency", "17", 'office:value="17" office:currency="KZT"'),
    "yes": typed("boolean", "TRUE", 'office:boolean-value="true"'),
    "no": typed("boolean", "FALSE", 'office:boolean-value="false"'),
    "time": typed("time", "08:30", 'office:time-value="PT08H30M00S"'),
    "instant": typed("date", "31.08.2021 8:30", 'office:date-value="2021-08-31T08:30:00"'),
    "formula": '<table:table-cell table:formula="of:=[.A1]"/>',
    "annotation": typed(
        "string",
        "x",
        inner="<office:annotation><text:p>y</text:p></office:annotation><text:p>x</text:p>",
    ),
    "rich": typed("string", "", inner="<text:p><text:span>31.08</text:span>.2021</text:p>"),
    "word": cell("x"),
}


def open_table(column: int, value: str) -> list[ProfileEntry]:
    cells = [*map(cell, ROW[:column]), value, *map(cell, ROW[column + 1 :])]
    other = row(*map(cell, OTHER))
    return read(open_document(row(*map(cell, HEADS)), row(*cells), other), "list.ods")


@pytest.mark.parametrize("column", range(len(HEADS)))
@pytest.mark.parametrize("kind", OPEN_KINDS)
def test_a_cell_of_every_kind_in_every_column_of_an_open_document(kind: str, column: int) -> None:
    found = open_table(column, OPEN_KINDS[kind])
    without = open_table(column, "<table:table-cell/>")
    is_free = column == PHONE and kind != "formula"
    if people(found) == people(without) or is_free:
        assert told(found, column), (kind, column)
    if is_free:
        assert people(found) == people(without)
    assert "Каримов Б." in [c.name for c in people(found)]


def test_rich_text_of_an_open_document_is_the_text() -> None:
    assert people(open_table(4, OPEN_KINDS["rich"])) == people(open_table(4, cell("31.08.2021")))


@pytest.mark.parametrize("kind", ["typed", "cached", "text"])
@pytest.mark.parametrize("column", range(len(HEADS)))
def test_an_error_cell_in_every_column_of_an_open_document(kind: str, column: int) -> None:
    broken = {
        "typed": '<table:table-cell calcext:value-type="error"><text:p>#N/A</text:p>'
        "</table:table-cell>",
        "cached": cell("", 'table:formula="of:=NA()"').replace(
            "<text:p></text:p>", "<text:p>#N/A</text:p>"
        ),
        "text": cell("#N/A"),
    }[kind].replace("calcext:value-type", "office:value-type")
    cells = [*map(cell, ROW[:column]), broken, *map(cell, ROW[column + 1 :])]
    found = read(open_document(row(*map(cell, HEADS)), row(*cells)), "list.ods")
    assert not people(found)
    assert told(found, column)


@pytest.mark.parametrize("what", ["row", "column"])
@pytest.mark.parametrize("index", range(1, len(HEADS)))
def test_what_is_hidden_is_taken(what: str, index: int) -> None:
    def hide(sheet: Any) -> None:
        if what == "row":
            sheet.row_dimensions[2].hidden = True
        else:
            sheet.column_dimensions["ABCDEF"[index]].hidden = True

    found = table(0, ROW[0], hide)
    assert people(found) == people(table(0, ROW[0]))
    hidden = [note for entry in found for note in entry.notes if note.key == "row-hidden"]
    assert len(hidden) == (what == "row")
    columns = [n.value for e in found for n in e.notes if n.key == "columns-hidden"]
    assert columns == [HEADS[index]] * (what == "column" and index != PHONE)


@pytest.mark.parametrize("index", range(len(HEADS) - 1))
def test_a_hidden_column_of_an_open_document_is_taken(index: int) -> None:
    columns = (
        f'<table:table-column table:number-columns-repeated="{index}"/>' * bool(index)
        + '<table:table-column table:visibility="collapse"/>'
        + '<table:table-column table:number-columns-repeated="1000"/>'
    )
    rows = [row(*map(cell, cells)) for cells in (HEADS, ROW)]
    found = read(open_document(columns, *rows), "list.ods")
    assert people(found) == people(read(open_document(*rows), "list.ods"))
    notes = [n.value for e in found for n in e.notes if n.key == "columns-hidden"]
    assert notes == [HEADS[index]]


@pytest.mark.parametrize("column", range(len(HEADS)))
def test_a_cell_merged_downwards_says_the_same_in_each_row(column: int) -> None:
    def merge(sheet: Any) -> None:
        letter = "ABCDEF"[column]
        sheet.merge_cells(f"{letter}2:{letter}3")

    found = read(saved([HEADS, ROW, OTHER], merge))
    repeated = [*OTHER[:column], ROW[column], *OTHER[column + 1 :]]
    written = read(saved([HEADS, ROW, repeated]))
    assert people(found) == people(written)


@pytest.mark.parametrize("column", range(len(HEADS) - 1))
def test_a_cell_merged_across_columns_is_told(column: int) -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_cells(f"{'ABCDEF'[column]}2:{'ABCDEF'[column + 1]}2")

    found = read(saved([HEADS, ROW, OTHER], merge))
    assert [c.name for c in people(found)] == ["Каримов Б."]
    assert any("merged across" in p.message("en") for e in found for p in e.problems)


# RDF

PROFILE = """
@prefix lo: <https://w3id.org/libonto/ns#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<urn:x:1> a lo:Candidate ; lo:name "A" CANDIDATE ;
    lo:hasCredential [ a lo:Credential ;
        lo:educationLevel <https://w3id.org/libonto/id/education/higher> ;
        lo:fieldOfStudy <https://w3id.org/libonto/id/field/library-science> CREDENTIAL ] .
OTHERS
"""


def graph(**places: str) -> list[ProfileEntry]:
    text = PROFILE
    for place in ("CANDIDATE", "CREDENTIAL", "OTHERS"):
        text = text.replace(place, places.get(place, ""))
    return read(text.encode(), "profile.ttl")


VALUES = ["5", "true", '"x"', '"2021-08-31"', "<urn:y>", "[]", "( 1 )", '"x"@ru']


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("place", ["CANDIDATE", "CREDENTIAL"])
@pytest.mark.parametrize(
    "predicate", ["foaf:age", "lo:awardedOn", "lo:appliesFor", "lo:colour", "lo:hasKnowledgeOf"]
)
def test_every_statement_is_accounted_for(predicate: str, place: str, value: str) -> None:
    found, without = graph(**{place: f"; {predicate} {value}"}), graph()
    said = [note for entry in found for note in entry.notes if note.kind == "ignored"]
    if people(found) == people(without):
        assert predicate == "foaf:age"
        assert any("http://xmlns.com/foaf/0.1/age" in note.place.path for note in said)
    else:
        assert predicate != "foaf:age"
        assert people(found) or any(entry.problems for entry in found)


def test_statements_about_others_are_told_of() -> None:
    found = graph(OTHERS="<urn:y> foaf:age 5 . [] a foaf:Person .")
    assert people(found) == people(graph())
    paths = {note.place.path for entry in found for note in entry.notes}
    assert "urn:y <http://xmlns.com/foaf/0.1/age>" in paths
    assert any("Person" in path for path in paths)
