"""Answers to questions as the page shows them: a table with its bar charts, or statements.

Lengths in a chart are in per cent and in ems, so that it fits every width and grows with the text.
The table stands beside it: a chart adds no information of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from libonto.api.readable import Cell, CellPart, Readable, ResultTable, Subject
from libonto.api.workbook import text_of
from libonto.errors import AnswerTooLarge
from libonto.graph.queries import SavedQuery, run
from libonto.graph.questions import Question, tokens
from libonto.graph.terms import ID
from libonto.pages.site import OF_EVERYTHING, Page, two_lines

ROWS = 500
"""Rows of an answer on one page."""
MOST_COLUMNS = 60
MOST_SORTED = 20_000
"""Rows of a long answer that are filtered and sorted here; of more the query has to."""
_LIKE = str.maketrans("әқңөұүһіғёй", "акноуухигеи")
"""A Kazakh letter is found by the Russian one that people type in its place."""
MOST_THINGS = 60
MOST_STATEMENTS = 3000
MOST_EDGES = 40
"""Connections in the picture of a graph: of more, none can be followed."""
_CLAUSE = ID + "clause/"
TABLE_FILES = (("Excel", "xlsx"), ("CSV", "csv"), ("JSON", "json"))
GRAPH_FILES = (("Turtle", "turtle"), ("JSON-LD", "jsonld"), ("RDF/XML", "rdfxml"))


MOST_BARS = 40
_MOST_CHARTS = 2
_LONGEST_LINE = 42
_FULL = 82
"""Per cent of the width that the longest bar takes: its number stands beside it."""
_LINE, _BAR, _GAP = 1.35, 0.9, 1.1
"""Ems: a line of a label, a bar, and what is left free below it."""
_PLACES = {"start", "end", "span_start", "span_end"}
"""Columns of places in a text: numbers, but no quantities."""


@dataclass(frozen=True)
class Bar:
    """A bar: its label on one or two lines with their heights, its width and its number."""

    lines: tuple[tuple[str, float], ...]
    title: str
    top: float
    width: float
    number: str


@dataclass(frozen=True)
class Chart:
    """A chart of one column's numbers; `height` in ems."""

    id: str
    heading: str
    names: str
    bars: tuple[Bar, ...]
    height: float
    bar: float = _BAR


@dataclass(frozen=True)
class View:
    """The part of a long table to show: its rows with some words, in an order, and which page."""

    number: int = 1
    words: str = ""
    sort: str = ""
    """A column's name; with a minus before it the other way round."""


@dataclass(frozen=True)
class AnswerPage:
    """What a question's answer shows; `more` are things that are left out."""

    table: ResultTable | None = None
    subjects: tuple[Subject, ...] = ()
    more: int = 0
    is_cut: bool = False
    """Whether only the first MOST_STATEMENTS of a graph were looked at."""
    charts: list[Chart] = field(default_factory=list)
    numbers: frozenset[str] = frozenset()
    """The columns that hold numbers alone."""
    files: tuple[tuple[str, str], ...] = TABLE_FILES
    """What it can be downloaded as: name, and `format`."""
    view: View = View()
    """Which of the table's rows these are."""
    rows: int = 0
    """How many rows there are without the words of the view."""

    @property
    def is_sorted_here(self) -> bool:
        """Whether a long table is filtered and sorted over all its rows."""
        return ROWS < self.rows <= MOST_SORTED

    @property
    def pages(self) -> list[int]:
        """The pages of a long table to choose among: the first, those around this, and the last."""
        last = -(-self.table.total // ROWS) if self.table else 0
        near = {1, self.view.number - 1, self.view.number, self.view.number + 1, last}
        return [number for number in sorted(near) if last > 1 and 1 <= number <= last]


def saved_answer(
    page: Page, query: SavedQuery, values: Mapping[str, str], view: View
) -> AnswerPage:
    """A page of the answer to a saved query; UsageError for a wrong value."""
    readable = Readable(page.graph, page.lang, values.get("position", ""))
    result = run(query, values, page.graph)
    if isinstance(result.raw, QuerySolutions):
        return _of_table(page, readable.saved(result.raw, result.hidden), view)
    if isinstance(result.raw, QueryBoolean):
        return AnswerPage(readable.truth(bool(result.raw)))
    return _of_graph(*readable.statements(result.raw, MOST_THINGS))


def own_answer(page: Page, question: Question, content: bytes, view: View) -> AnswerPage:
    """A page of the answer to a query that was typed: SPARQL's JSON, or N-Triples.

    AnswerTooLarge for a table that is too wide: it is laid out in the server itself.
    """
    readable = Readable(page.graph, page.lang)
    if question.is_graph:
        quads = parse(content, format=RdfFormat.N_TRIPLES)
        triples = [quad.triple for quad in islice(quads, MOST_STATEMENTS)]
        is_cut = next(quads, None) is not None
        return _of_graph(*readable.statements(triples, MOST_THINGS), is_cut=is_cut)
    results = parse_query_results(content, format=QueryResultsFormat.JSON)
    if isinstance(results, QueryBoolean):
        return AnswerPage(readable.truth(bool(results)))
    if len(results.variables) > MOST_COLUMNS:
        raise AnswerTooLarge("answer-too-many-columns", limit=MOST_COLUMNS)
    variables = (token.text[1:] for token in tokens(question.text) if token.kind == "variable")
    order = list(dict.fromkeys(variables))
    whole = view.words or view.sort
    table = readable.own(results, slice(MOST_SORTED) if whole else _rows(view), order)
    if whole and table.total > MOST_SORTED:
        view, table = View(), replace(table, rows=table.rows[:ROWS])
    return _of_table(page, table, view, is_cut=not whole)


def _rows(view: View) -> slice:
    return slice((view.number - 1) * ROWS, view.number * ROWS)


def address(page: Page, part: CellPart) -> str:
    """Where a part of an answer leads: a clause by its id to its place in the law's text."""
    if part.iri.startswith(_CLAUSE) and part.same:
        name = part.iri.rpartition("/")[2]
        return page.url("/law", clause=name) + f"#{name}"
    return page.link(part.iri) if part.iri else ""


def picture(page: Page, answer: AnswerPage) -> dict[str, Any]:
    """What is connected in a graph that was answered: nodes, and edges with their words.

    `more` counts the edges that are left out of the picture.
    """
    edges = [
        (subject.name, property_, value)
        for subject in answer.subjects
        if subject.name.iri
        for property_, values in subject.statements
        if property_.iri not in OF_EVERYTHING
        for value in values
        if value.iri and page.described(value.iri) and value.iri != subject.name.iri
    ]
    drawn = edges[:MOST_EDGES]
    nodes = {part.iri: part.text for start, _, end in drawn for part in (start, end)}
    return {
        "nodes": [
            {"id": iri, "label": label, "href": page.link(iri)} for iri, label in nodes.items()
        ],
        "edges": [
            {
                "source": start.iri,
                "target": end.iri,
                "label": property_.text,
                "back": page.wording.reverse(property_.iri),
            }
            for start, property_, end in drawn
        ],
        "more": len(edges) - len(drawn),
    }


def name_of(page: Page, part: CellPart) -> str:
    """The text of a part of a cell: of a category its short name."""
    whole = part.iri and part.text == page.label(part.iri)
    return page.short(part.iri) if whole else part.text


def sort_key(page: Page, cell: Cell) -> str:
    """What a cell is sorted by, where that is not its words: its number, day, or place in order."""
    if not cell:
        return ""
    part = cell[0]
    if part.number is not None:
        return f"{part.number:g}"
    if part.day is not None:
        return part.day.isoformat()
    if not part.iri or not page.described(part.iri):
        return ""
    place = page.graph.number(part.iri, "schema:position")
    return f"{place:06d} {part.text}" if place else ""


def _of_table(page: Page, table: ResultTable, view: View, *, is_cut: bool = False) -> AnswerPage:
    """The rows of a view; of a table that `is_cut` they were chosen before."""
    rows = table.total
    if not is_cut:
        table = _arranged(page, table, view)
        table = replace(table, rows=table.rows[_rows(view)])
    numbers = frozenset(
        column.name
        for place, column in enumerate(table.columns)
        if any(row[place] for row in table.rows)
        and all(len(row[place]) < 2 for row in table.rows)
        and all(part.number is not None for row in table.rows for part in row[place])
    )
    all_charts = charts(table) if len(table.rows) == table.total else []
    return AnswerPage(table, charts=all_charts, numbers=numbers, view=view, rows=rows)


def _arranged(page: Page, table: ResultTable, view: View) -> ResultTable:
    """The rows that hold the view's words, in its order; what is empty stands last in any."""
    words = _folded(view.words).split()

    def matches(row: tuple[Cell, ...]) -> bool:
        text = _folded(" ".join(name_of(page, part) for cell in row for part in cell))
        return all(word in text for word in words)

    rows = list(filter(matches, table.rows) if words else table.rows)
    names = [column.name for column in table.columns]
    if (name := view.sort.removeprefix("-")) in names:
        place = names.index(name)

        def key(row: tuple[Cell, ...]) -> tuple[float, str]:
            number, text = row[place][0].number, sort_key(page, row[place])
            if number is not None:
                return number, ""
            return float("inf"), _folded(text or ", ".join(p.text for p in row[place]))

        filled = sorted((r for r in rows if r[place]), key=key, reverse=view.sort != name)
        rows = [*filled, *(row for row in rows if not row[place])]
    return replace(table, rows=tuple(rows), total=len(rows))


def _folded(text: str) -> str:
    """A text as it is compared: in small letters, Kazakh ones as Russian, without accents."""
    plain = unicodedata.normalize("NFD", text.casefold().translate(_LIKE))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _of_graph(subjects: tuple[Subject, ...], more: int, *, is_cut: bool = False) -> AnswerPage:
    return AnswerPage(subjects=subjects, more=more, is_cut=is_cut, files=GRAPH_FILES)


def charts(table: ResultTable) -> list[Chart]:
    """A chart for each column of quantities, where the first column names every row; or none."""
    if not 2 <= len(table.rows) <= MOST_BARS or len(table.columns) < 2:
        return []
    names = [text_of(row[0]) for row in table.rows]
    if any(_number(row[0]) is not None for row in table.rows) or len(set(names)) < len(names):
        return []
    drawn = []
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in table.rows]
        known = [number for cell in cells if (number := _number(cell)) is not None]
        if column.name in _PLACES or not known or min(known) < 0 or min(known) == max(known):
            continue
        if any(cell and _number(cell) is None for cell in cells):
            continue
        bars, height = _bars(names, cells, max(known))
        names_heading = table.columns[0].heading
        drawn.append(Chart(f"chart-{place}", column.heading, names_heading, bars, height))
    return drawn if len(drawn) <= _MOST_CHARTS else []


def _bars(
    names: Sequence[str], cells: Sequence[Cell], most: float
) -> tuple[tuple[Bar, ...], float]:
    """The bars of a chart, and its height in ems."""
    bars, top = [], 0.0
    for name, cell in zip(names, cells, strict=True):
        lines = [
            line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"
            for line in two_lines(name, _LONGEST_LINE)
        ]
        placed = tuple((line, round(top + _LINE * (n + 0.75), 2)) for n, line in enumerate(lines))
        under = top + _LINE * len(lines)
        share = _FULL * (_number(cell) or 0) / most
        bars.append(Bar(placed, name, round(under, 2), round(share, 2), text_of(cell) or "–"))
        top = under + _BAR + _GAP
    return tuple(bars), round(top, 2)


def _number(cell: Cell) -> float | None:
    return cell[0].number if len(cell) == 1 else None
