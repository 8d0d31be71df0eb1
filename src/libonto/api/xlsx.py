"""Plain Excel files made in memory: the workers have no disk.

A bold first row that stays, filters, widths; a text is never a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from libonto.profile.interchange.table_writer import FIRST_DAY, LONGEST_CELL, new_workbook

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 100_000
"""More than that is nothing for people, and costs more memory than a worker should have."""
_WIDEST = 60

Value = str | int | float | date


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its rows, and whether the first of them holds headings.

    `above` are texts that stand above the rows, each in a row of its own.
    """

    name: str
    rows: Sequence[Sequence[Value]]
    has_headings: bool = True
    above: Sequence[str] = ()


def workbook(sheets: Sequence[Sheet], day_form: str = "yyyy-mm-dd") -> bytes:
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


def _fill(page: Worksheet, sheet: Sheet, text: Format, head: Format, day: Format) -> None:
    widths: dict[int, int] = {}
    first = len(sheet.above)
    for number, said in enumerate(sheet.above):
        page.write_string(number, 0, _cell(said))
    for number, row in enumerate(sheet.rows):
        for place, value in enumerate(row):
            form = head if _is_head(sheet, number) else text
            _write(page, first + number, place, value, form, day)
            widths[place] = max(widths.get(place, 0), len(str(value)))
    for place, width in widths.items():
        page.set_column(place, place, min(_WIDEST, width + 3))
    if sheet.has_headings and widths:
        page.freeze_panes(first + 1, 0)
        page.autofilter(first, 0, first + len(sheet.rows) - 1, max(widths))


def _is_head(sheet: Sheet, number: int) -> bool:
    return sheet.has_headings and number == 0


def _write(page: Any, number: int, place: int, value: Value, text: Format, day: Format) -> None:
    if isinstance(value, date) and value >= FIRST_DAY:
        page.write_datetime(number, place, value, day)
    elif isinstance(value, int | float):
        page.write_number(number, place, value, text)
    else:
        page.write_string(number, place, _cell(str(value)), text)


def _cell(text: str) -> str:
    """A text as a cell can hold it: one that is longer ends with “…”, so that it is seen."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
