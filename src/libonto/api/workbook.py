"""Plain Excel files made in memory: the workers have no disk.

A query's answer is readable, with the question on a sheet of its own. A bold first row that
stays, filters, widths; a text is never a formula or a link.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import QueryResultsFormat, QuerySolutions, Variable, parse_query_results

from libonto.api.readable import Cell, Readable, ResultTable
from libonto.errors import AnswerTooLarge
from libonto.graph.queries import Result, SavedQuery, bind
from libonto.graph.store import Graph
from libonto.locales import sentence
from libonto.profile.interchange.table_writer import Value, new_workbook, write_cell

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


MOST_ROWS = 100_000
"""More than that is nothing for people, and costs more memory than a worker should have."""
_WIDEST = 60


@dataclass(frozen=True)
class SheetContent:
    """A sheet: its name, its rows, and whether the first of them holds headings.

    `above` are texts that stand above the rows, each in a row of its own.
    """

    name: str
    rows: Sequence[Sequence[Value]]
    has_headings: bool = True
    above: Sequence[str] = ()


def saved_workbook(
    query: SavedQuery, arguments: Mapping[str, str], result: Result, graph: Graph, lang: str
) -> bytes:
    """A saved query's answer; AnswerTooLarge for too many rows."""
    readable = Readable(graph, lang, arguments.get("position", ""))
    about = [(sentence("pages.ask-question", lang), query.summary(lang))]
    values = bind(query, arguments, graph)
    for parameter in query.parameters:
        if parameter.type != "lang":
            name = sentence(f"pages.ask-param-{parameter.type}", lang)
            about.append((name, text_of(readable.value(values[Variable(parameter.name)]))))
    if isinstance(result.raw, QuerySolutions):
        return as_workbook(readable.saved(result.raw, result.hidden), about, lang)
    return as_workbook(readable.truth(bool(result.raw)), about, lang)


def own_workbook(text: str, content: bytes, graph: Graph, lang: str) -> bytes:
    """The answer (SPARQL's JSON) to a query that was typed; AnswerTooLarge as above."""
    readable = Readable(graph, lang)
    results = parse_query_results(content, format=QueryResultsFormat.JSON)
    table = (
        readable.own(results)
        if isinstance(results, QuerySolutions)
        else readable.truth(bool(results))
    )
    return as_workbook(table, [("SPARQL", text)], lang)


def as_workbook(table: ResultTable, about: Sequence[tuple[str, str]], lang: str) -> bytes:
    """The table on one sheet, and on another the question: names and values."""
    if len(table.rows) > MOST_ROWS:
        raise AnswerTooLarge("answer-too-many-rows", limit=MOST_ROWS)
    headings = [column.heading for column in table.columns]
    rows = [[_value(cell) for cell in row] for row in table.rows]
    return workbook(
        [
            SheetContent(sentence("pages.ask-sheet", lang), [headings, *rows]),
            SheetContent(sentence("pages.ask-about", lang), about, has_headings=False),
        ]
    )


def text_of(cell: Cell) -> str:
    """A cell's words as one text; clauses and the like with commas between."""
    return ", ".join(part.text for part in cell)


def _value(cell: Cell) -> Value:
    if len(cell) == 1:
        day, number = cell[0].day, cell[0].number
        if day is not None:
            return day
        if number is not None and math.isfinite(number):
            return int(number) if number.is_integer() and abs(number) < 2**53 else number
    return text_of(cell)


def workbook(sheets: Sequence[SheetContent], day_form: str = "yyyy-mm-dd") -> bytes:
    """The sheets as one file; the same sheets give the same bytes.

    Raises UsageError where the extra “tables” is not installed.
    """
    data = io.BytesIO()
    book = new_workbook(data)
    plain = {"text_wrap": True, "valign": "top"}
    text, head = book.add_format(plain), book.add_format({**plain, "bold": True})
    day = book.add_format({"num_format": day_form, "valign": "top"})
    for sheet in sheets:
        _fill(book.add_worksheet(sheet.name[:31]), sheet, text, head, day)
    book.close()
    return data.getvalue()


def _fill(page: Worksheet, sheet: SheetContent, text: Format, head: Format, day: Format) -> None:
    widths: dict[int, int] = {}
    first = len(sheet.above)
    for number, line in enumerate(sheet.above):
        write_cell(page, number, 0, line)
    for number, row in enumerate(sheet.rows):
        form = head if sheet.has_headings and number == 0 else text
        for place, value in enumerate(row):
            write_cell(page, first + number, place, value, form, day)
            widths[place] = max(widths.get(place, 0), len(str(value)))
    for place, width in widths.items():
        page.set_column(place, place, min(_WIDEST, width + 3))
    if sheet.has_headings and widths:
        page.freeze_panes(first + 1, 0)
        page.autofilter(first, 0, first + len(sheet.rows) - 1, max(widths))
