"""A query's answer as an Excel file: readable, with what was asked on a sheet of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pyoxigraph import QueryResultsFormat, QuerySolutions, Variable, parse_query_results

from libonto.api.readable import Cell, Readable, Table
from libonto.api.xlsx import MOST_ROWS, Sheet, Value, workbook
from libonto.errors import AnswerTooLarge
from libonto.graph.queries import Result, SavedQuery, bind
from libonto.graph.store import Graph
from libonto.locales import sentence


def saved_workbook(
    query: SavedQuery, given: Mapping[str, str], found: Result, graph: Graph, lang: str
) -> bytes:
    """A saved query's answer; AnswerTooLarge for too many rows."""
    readable = Readable(graph, lang, given.get("position", ""))
    about = [(sentence("pages.ask-question", lang), query.summary(lang))]
    values = bind(query, given, graph)
    for parameter in query.parameters:
        if parameter.type != "lang":
            name = sentence(f"pages.ask-param-{parameter.type}", lang)
            about.append((name, said(readable.value(values[Variable(parameter.name)]))))
    if isinstance(found.raw, QuerySolutions):
        return as_workbook(readable.saved(found.raw, found.hidden), about, lang)
    return as_workbook(readable.truth(bool(found.raw)), about, lang)


def own_workbook(text: str, content: bytes, graph: Graph, lang: str) -> bytes:
    """The answer (SPARQL's JSON) to a query that was typed; AnswerTooLarge as above."""
    readable = Readable(graph, lang)
    found = parse_query_results(content, format=QueryResultsFormat.JSON)
    table = (
        readable.own(found) if isinstance(found, QuerySolutions) else readable.truth(bool(found))
    )
    return as_workbook(table, [("SPARQL", text)], lang)


def as_workbook(table: Table, about: Sequence[tuple[str, str]], lang: str) -> bytes:
    """The table on one sheet, and on another what was asked: names and values."""
    if len(table.rows) > MOST_ROWS:
        raise AnswerTooLarge("answer-too-many-rows", limit=MOST_ROWS)
    headings = [column.heading for column in table.columns]
    rows = [[_value(cell) for cell in row] for row in table.rows]
    return workbook(
        [
            Sheet(sentence("pages.ask-sheet", lang), [headings, *rows]),
            Sheet(sentence("pages.ask-about", lang), about, has_headings=False),
        ]
    )


def said(cell: Cell) -> str:
    """A cell's words as one text; clauses and the like with commas between."""
    return ", ".join(part.text for part in cell)


def _value(cell: Cell) -> Value:
    if len(cell) == 1:
        day, number = cell[0].day, cell[0].number
        if day is not None:
            return day
        if number is not None and math.isfinite(number):
            return int(number) if number.is_integer() and abs(number) < 2**53 else number
    return said(cell)
