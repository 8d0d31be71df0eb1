"""Plain Excel files (Office Open XML, ECMA-376) made in memory: worker processes have no disk.

Only what a table needs: text, numbers and days, a bold first row that stays, filters and widths.
Texts are inline strings, so that none can be a formula.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 100_000
"""More than that is nothing for people, and costs more memory than a worker should have."""
_LONGEST_TEXT = 32_767
_WIDEST = 60
_FIRST_DAY = date(1900, 3, 1)
"""From this day on Excel's count of days is right; earlier days are written as text."""
_ZERO = date(1899, 12, 30)
_TEXT, _HEAD, _DAY = 0, 1, 2
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What Excel would read as an escaped character; the mark itself can be escaped."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs>"
    '<xf applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf fontId="1" applyFont="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="164" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>'
    '</cellXfs><cellStyles><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)

Value = str | int | float | date


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its rows, and whether the first of them holds headings."""

    name: str
    rows: Sequence[Sequence[Value]]
    has_headings: bool = True


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as one file; the same sheets give the same bytes."""
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
            f'ContentType="{_KIND}.worksheet+xml"/>'
            for n in numbers
        )
        + "</Types>",
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(
            f'<sheet name={quoteattr(sheet.name[:31])} sheetId="{n}" r:id="rId{n}"/>'
            for n, sheet in zip(numbers, sheets, strict=True)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [
                *(("worksheet", f"worksheets/sheet{n}.xml") for n in numbers),
                ("styles", "styles.xml"),
            ]
        ),
        "xl/styles.xml": _STYLES,
    }
    data = io.BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(_entry(name), _document(content))
        for n, sheet in zip(numbers, sheets, strict=True):
            file.writestr(
                _entry(f"xl/worksheets/sheet{n}.xml"), _document("".join(_worksheet(sheet)))
            )
    return data.getvalue()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)  # without the time of day
    entry.compress_type = ZIP_DEFLATED
    return entry


def _document(content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{content}'


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(targets, start=1)
        )
        + "</Relationships>"
    )


def _worksheet(sheet: Sheet) -> Iterator[str]:
    columns = max(map(len, sheet.rows), default=0)
    yield f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    if sheet.has_headings:
        yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    yield "</sheetView></sheetViews>"
    if columns:
        yield "<cols>"
        for place in range(columns):
            longest = max(len(str(row[place])) for row in sheet.rows if place < len(row))
            width = min(_WIDEST, longest + 3)
            yield f'<col min="{place + 1}" max="{place + 1}" width="{width}" customWidth="1"/>'
        yield "</cols>"
    yield "<sheetData>"
    for number, row in enumerate(sheet.rows, start=1):
        is_head = sheet.has_headings and number == 1
        cells = (_cell(f"{_letters(n)}{number}", v, is_head) for n, v in enumerate(row))
        yield f'<row r="{number}">{"".join(cells)}</row>'
    yield "</sheetData>"
    if sheet.has_headings and columns:
        yield f'<autoFilter ref="A1:{_letters(columns - 1)}{len(sheet.rows)}"/>'
    yield "</worksheet>"


def _cell(place: str, value: Value, is_head: bool) -> str:
    if isinstance(value, date) and value >= _FIRST_DAY:
        return f'<c r="{place}" s="{_DAY}"><v>{(value - _ZERO).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}" s="{_TEXT}"><v>{value!r}</v></c>'
    text = _ESCAPE.sub("_x005F_", _UNFIT.sub("\N{REPLACEMENT CHARACTER}", str(value)))
    style = _HEAD if is_head else _TEXT
    shown = escape(text[:_LONGEST_TEXT])
    return (
        f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'
    )


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
