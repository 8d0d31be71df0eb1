"""Excel and OpenDocument workbooks as sheets; measured first, then read by calamine."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from libonto.errors import FormatError, ProfileError, SyntaxFault, UsageError
from libonto.profile.account import Place, problem
from libonto.profile.document import limit
from libonto.profile.interchange.archive import Archive
from libonto.profile.interchange.headings import is_comment, sheet_kind
from libonto.profile.interchange.sheets import Cell, Row, Sheet, is_blank
from libonto.profile.interchange.workbook_scan import Facts, scan_excel, scan_open_document

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx under a password


def workbook_sheets(stream: BinaryIO, name: str) -> list[Sheet]:
    """The sheets that are to be read, in order; macros are never run.

    A sheet whose name stands in parentheses is left out, and so is an empty one. Raises
    SyntaxFault, FormatError, TooLargeError, and ProfileError for a hidden sheet with values.
    """
    start = stream.read(4)
    stream.seek(0)
    if start.startswith(_OLD_EXCEL):
        raise FormatError("workbook-old")
    most = limit()
    archive = Archive(stream, 8 * most)
    if "xl/workbook.xml" in archive:
        facts = scan_excel(archive, most // 8)
    elif "content.xml" in archive:
        facts = scan_open_document(archive, most // 8)
    else:
        raise FormatError("workbook-unknown")
    stream.seek(0)
    return _sheets(_opened(stream), facts, name)


def _opened(stream: BinaryIO) -> CalamineWorkbook:
    try:
        from python_calamine import CalamineWorkbook
    except ImportError as error:
        raise UsageError("tables-missing") from error
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(stream.read()))
    except BaseException as error:
        raise _fault(error) from error


def _fault(error: BaseException) -> BaseException:
    """What calamine raised, as ours; a panic of its Rust code is no Exception."""
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        return SyntaxFault("workbook-broken", detail=str(error))
    return error


def _sheets(workbook: CalamineWorkbook, facts: dict[str, Facts], file: str) -> list[Sheet]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    found = []
    for index, metadata in enumerate(workbook.sheets_metadata):
        title = metadata.name
        if is_comment(title):
            continue
        place = Place(file, title)
        if metadata.typ != SheetTypeEnum.WorkSheet:
            raise ProfileError([problem("sheet-kind", place)])
        try:
            sheet = workbook.get_sheet_by_index(index)
        except BaseException as error:
            raise _fault(error) from error
        if sheet.start is None:
            continue
        if metadata.visible != SheetVisibleEnum.Visible:
            raise ProfileError([problem("sheet-hidden", place)])
        known = facts.get(title, Facts())
        found.append(
            Sheet(
                file=file,
                title=title,
                rows=_rows(sheet, known),
                kind=sheet_kind(title),
                formulas=frozenset(known.formulas),
                merged=known.merged,
            )
        )
    return found


def _rows(sheet: CalamineSheet, facts: Facts) -> Iterator[Row]:
    """The rows; a cell that is merged downwards has its value in each of its rows."""
    left: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    down = [m for m in facts.merged if m[0] < m[2] and m[1] == m[3]]
    carried: dict[tuple[int, int, int, int], Cell] = {}
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row = [*left, *cells]  # calamine leaves out the empty columns at the left, not the rows
        for merged in down:
            first, column, last, _ = merged
            if first == number and column < len(row):
                carried[merged] = row[column]
            elif first < number <= last and merged in carried and is_blank(row[column]):
                row[column] = carried[merged]
        yield Row(number, row)
