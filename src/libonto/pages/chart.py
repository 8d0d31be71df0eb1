"""A bar chart of a table that is made for one: a name and a number in each row.

Lengths are in per cent and in ems, so that the picture fits every width and grows with the text.
The table stands beside it: the chart adds no information of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from libonto.api.readable import Cell, Table
from libonto.api.workbook import said

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


def charts(table: Table) -> list[Chart]:
    """A chart for each column of quantities, where the first column names every row; or none."""
    if not 2 <= len(table.rows) <= MOST_BARS or len(table.columns) < 2:
        return []
    names = [said(row[0]) for row in table.rows]
    if any(_number(row[0]) is not None for row in table.rows) or len(set(names)) < len(names):
        return []
    found = []
    for place, column in enumerate(table.columns):
        numbers = [_number(row[place]) for row in table.rows]
        known = [number for number in numbers if number is not None]
        if column.name in _PLACES or not known or min(known) < 0 or min(known) == max(known):
            continue
        if any(row[place] and _number(row[place]) is None for row in table.rows):
            continue
        cells = [row[place] for row in table.rows]
        found.append(
            _chart(f"chart-{place}", column.heading, table.columns[0].heading, names, cells)
        )
    return found if len(found) <= _MOST_CHARTS else []


def _chart(
    id_: str, heading: str, heading_of_names: str, names: Sequence[str], cells: Sequence[Cell]
) -> Chart:
    most = max(_number(cell) or 0 for cell in cells)
    bars, top = [], 0.0
    for name, cell in zip(names, cells, strict=True):
        lines = _lines(name)
        placed = tuple((line, round(top + _LINE * (n + 0.75), 2)) for n, line in enumerate(lines))
        under = top + _LINE * len(lines)
        share = _FULL * (_number(cell) or 0) / most
        bars.append(Bar(placed, name, round(under, 2), round(share, 2), said(cell) or "–"))
        top = under + _BAR + _GAP
    return Chart(id_, heading, heading_of_names, tuple(bars), round(top, 2))


def _number(cell: Cell) -> float | None:
    return cell[0].number if len(cell) == 1 else None


def _lines(label: str) -> list[str]:
    lines = [""]
    for word in label.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _LONGEST_LINE:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines = [lines[0], lines[1][: _LONGEST_LINE - 1].rstrip() + "…"]
    return [
        line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…" for line in lines
    ]
