"""Excel and OpenDocument workbooks as sheets: measured and scanned, then read by calamine.

Workbook files are ZIP archives. What they unpack to is measured before any library opens them:
the declared sizes of an archive can lie, so each part is unpacked here in small chunks, under one
limit for all of them, and its real size must be the declared one. XML with a document type
declaration is refused. A few bytes can also claim the last cell of a sheet of 17 thousand
million cells, repeat a row a million times, or refer to one long text from every cell; that is
counted from the XML as it streams by. So is what calamine does not tell: it gives a cell with
an error as an empty one, and says nothing of formulas and of what is hidden.
"""

from __future__ import annotations

import io
import posixpath
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, TypeVar
from xml.parsers import expat

from libonto.errors import FormatError, Place, ProfileError, SyntaxFault, TooLargeError, UsageError
from libonto.profile.account import problem
from libonto.profile.document import limit
from libonto.profile.interchange.headings import is_comment, sheet_kind
from libonto.profile.interchange.sheets import (
    ERRORS,
    YEARS,
    Cell,
    ErrorCell,
    Merged,
    Row,
    Sheet,
    is_blank,
)

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

T = TypeVar("T")

MAX_PARTS = 5000
_CHUNK = 256 * 1024
_ENCRYPTED = 0x1

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)
"""What `zipfile` raises for an archive that it cannot read."""


class Archive:
    """A ZIP archive whose parts unpack to at most `most` bytes together."""

    def __init__(self, stream: BinaryIO, most: int) -> None:
        """Read the directory; SyntaxFault when it is none, TooLargeError."""
        self._most = most
        self._unpacked = 0
        try:
            self._archive = zipfile.ZipFile(stream)
        except _BROKEN as error:
            raise SyntaxFault("workbook-broken", detail=str(error)) from error
        infos = self._archive.infolist()
        if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > most:
            raise TooLargeError("workbook-too-large", limit=most)
        self._infos = {info.filename: info for info in infos}
        if len(self._infos) < len(infos):
            raise SyntaxFault("workbook-broken", detail="a part stands twice in the archive")
        for info in infos:
            if info.flag_bits & _ENCRYPTED:
                raise FormatError("workbook-protected")
            if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise FormatError("workbook-compression", name=info.filename)
            for _ in self.chunks(info.filename):
                pass
        self._unpacked = 0

    def __contains__(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return name in self._infos

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part's bytes, chunk by chunk; its real size must be the declared one."""
        info = copy(self._infos[name])
        declared, info.file_size = info.file_size, sys.maxsize  # else zipfile stops where it says
        size = 0
        try:
            with self._archive.open(info) as part:
                while chunk := part.read(_CHUNK):
                    size += len(chunk)
                    self._unpacked += len(chunk)
                    if self._unpacked > self._most:
                        raise TooLargeError("workbook-too-large", limit=self._most)
                    yield chunk
        except _BROKEN as error:
            raise SyntaxFault("workbook-broken", detail=f"{name}: {error}") from error
        if size != declared:
            raise SyntaxFault("workbook-broken", detail=f"{name}: its size is not the stated one")

    def parse(
        self,
        name: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Feed a part to handlers; SyntaxFault where it is missing, bad XML, or a document type."""
        if name not in self._infos:
            raise SyntaxFault("workbook-broken", detail=f"{name or 'a sheet'} is missing")

        def refuse(*_: object) -> None:
            raise SyntaxFault("workbook-broken", detail=f"{name}: DOCTYPE")

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = refuse
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        try:
            for chunk in self.chunks(name):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise SyntaxFault("workbook-broken", detail=f"{name}: {error}") from error


_EPOCHS = date(1899, 12, 30), date(1904, 1, 1)
"""The days that a workbook of Excel numbers 0, by its choice."""
_BUILT_IN = {"17": "mmm-yy", **dict.fromkeys(("18", "19", "20", "21", "45", "46", "47"), "h:mm")}
"""Formats of numbers that every workbook has: those of a month, and of times of day."""
_NO_SIGNS = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]')
"""What of a format of numbers stands for itself or for a condition."""
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MAX_MARKED = 200_000
"""How many formulas, merged ranges, errors and hidden rows or columns a sheet may have."""
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_CELLS = {_TABLE + "table-cell", _TABLE + "covered-table-cell"}
_LONGEST_ERROR = 40
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_ODS_VALUES = {
    **dict.fromkeys(("float", "percentage", "currency"), "value"),
    **{kind: f"{kind}-value" for kind in ("date", "time", "boolean")},
}
"""The attribute that holds the value of a cell, by its type; a text may stand as content."""
_RELATIONSHIPS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships ",
    "http://purl.oclc.org/ooxml/officeDocument/relationships ",
)


@dataclass
class Facts:
    """One sheet: formulas, merged ranges, cells with an error, hidden rows and columns.

    Rows count from 1, columns from 0. `errors` has the text of each, such as #N/A; `without_day`
    how much of a date is left (characters of `2018-09-01`) in a cell whose format shows no day.
    `epoch` is the day from which Excel counts.
    """

    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: list[Merged] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    without_day: dict[tuple[int, int], int] = field(default_factory=dict)
    epoch: date | None = None

    def check_size(self) -> None:
        """TooLargeError where there is more of these than anybody writes."""
        marked = (self.formulas, self.merged, self.errors, self.hidden, self.hidden_columns)
        if max(*map(len, marked), len(self.without_day)) > _MAX_MARKED:
            raise TooLargeError("workbook-cells", limit=_MAX_MARKED)


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]


def column_index(letters: str) -> int:
    """A column's index from its name: A is 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


class _Extent:
    """The rectangle of a sheet's filled cells, under the limit for all sheets of a workbook."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.cells = 0
        self.text = 0
        self._rows = self._columns = 0

    def cell(self, row: int, column: int) -> None:
        if row > self._rows or column > self._columns:
            self._rows, self._columns = max(row, self._rows), max(column, self._columns)
            if self.cells + self._rows * self._columns > self.most:
                raise TooLargeError("workbook-cells", limit=self.most)

    def add_text(self, length: int) -> None:
        self.text += length
        if self.text > 8 * self.most:
            raise TooLargeError("workbook-cells", limit=self.most)

    def next_sheet(self) -> None:
        self.cells += self._rows * self._columns
        self._rows = self._columns = 0


def scan_excel(archive: Archive, most: int) -> dict[str, Facts]:
    """The sheets of an Excel workbook by name; `most` cells, all sheets together."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}
    shared: list[int] = []  # the lengths of the texts that cells share
    epoch = _EPOCHS[0]

    def relationship(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "Relationship":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.join("xl", target)
            targets[attributes.get("Id", "")] = posixpath.normpath(path)

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        nonlocal epoch
        if _local(tag) == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            epoch = _EPOCHS[1]
        if _local(tag) == "sheet" and "name" in attributes:
            links = (attributes.get(namespace + "id") for namespace in _RELATIONSHIPS)
            sheets[attributes["name"]] = targets.get(next(filter(None, links), ""), "")

    def string(tag: str, _: dict[str, str]) -> None:
        if _local(tag) == "si":
            shared.append(0)

    def text(data: str) -> None:
        if shared:
            shared[-1] += len(data)

    archive.parse("xl/_rels/workbook.xml.rels", relationship)
    archive.parse("xl/workbook.xml", sheet)
    if "xl/sharedStrings.xml" in archive:
        archive.parse("xl/sharedStrings.xml", string, text=text)
    styles = _styles_without_day(archive)
    extent = _Extent(most)
    facts: dict[str, Facts] = {}
    for name, part in sheets.items():
        handlers = _ExcelSheet(shared, extent, styles)
        handlers.facts.epoch = epoch
        archive.parse(part, handlers.start, handlers.end, handlers.text)
        extent.next_sheet()
        facts[name] = handlers.facts
    return facts


def _styles_without_day(archive: Archive) -> dict[str, int]:
    """The styles of cells (their numbers as texts) that show of a date no day: what they leave."""
    formats = dict(_BUILT_IN)
    styles: list[str] = []
    inside = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        name = _local(tag)
        if name == "numFmt" and inside != "dxfs":  # those of conditional formats count apart
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and inside == "cellXfs":
            styles.append(attributes.get("numFmtId", ""))
        elif name in {"cellXfs", "cellStyleXfs", "dxfs"}:
            inside = name

    if "xl/styles.xml" in archive:
        archive.parse("xl/styles.xml", start)
    lengths = {number: _length_shown(code) for number, code in formats.items()}
    return {
        str(n): length for n, of in enumerate(styles) if (length := lengths.get(of)) is not None
    }


def _length_shown(code: str) -> int | None:
    """How much of `2018-09-01` a format of dates or times shows that shows no day; else None."""
    signs = set(_NO_SIGNS.sub("", code).casefold())
    if "d" in signs or signs.isdisjoint("ymhs"):
        return None
    return 0 if "y" not in signs else len("2018-09") if "m" in signs else len("2018")


class _ExcelSheet:
    """Handlers for one sheet's XML."""

    def __init__(self, shared: list[int], extent: _Extent, styles: Mapping[str, int]) -> None:
        self.facts = Facts()
        self._styles = styles
        self._style = ""
        self._shared = shared
        self._extent = extent
        self._row = self._column = 0
        self._kind = ""
        self._value = ""
        self._inside = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        is_hidden = attributes.get("hidden") in {"1", "true"}
        if name == "c":
            if match := _REFERENCE.fullmatch(attributes.get("r", "")):
                self._column, self._row = column_index(match[1]) + 1, int(match[2])
            else:
                self._column += 1
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            if self._kind == "e":
                self._note_error("")
        elif name == "row":
            self._row = _number(attributes.get("r")) or self._row + 1
            self._column = 0
            if is_hidden:
                self.facts.hidden.add(self._row)
        elif name == "col" and is_hidden:
            first, last = (_number(attributes.get(end)) for end in ("min", "max"))
            self.facts.hidden_columns.append(range(first - 1, last))
            self.facts.check_size()
        elif name == "f":
            self._extent.cell(self._row, self._column)
            self.facts.formulas.add((self._row, self._column - 1))
            self.facts.check_size()
        elif name in {"v", "t"}:
            self._extent.cell(self._row, self._column)
            self._inside = name
        elif name == "mergeCell":
            ends = [_REFERENCE.fullmatch(end) for end in attributes.get("ref", "").split(":")]
            corners = [(int(end[2]), column_index(end[1])) for end in ends if end]
            if len(corners) == len(ends) == 2:
                self.facts.check_size()
                self.facts.merged.append((*corners[0], *corners[1]))

    def text(self, data: str) -> None:
        if self._inside == "t":
            self._extent.add_text(len(data))
        elif self._inside == "v":
            self._value += data[:20]

    def _note_error(self, text: str) -> None:
        """Note that the cell holds an error."""
        self.facts.errors[self._row, self._column - 1] = text or "#"
        self.facts.check_size()

    def end(self, tag: str) -> None:
        name = _local(tag)
        # calamine takes a value in the place of an inline text for an empty cell
        if name == "v" and (self._kind == "e" or (self._kind == "inlineStr" and self._value)):
            self._note_error(self._value.strip())
        if name == "v" and self._kind == "n" and self._style in self._styles:
            self.facts.without_day[self._row, self._column - 1] = self._styles[self._style]
            self.facts.check_size()
        if name == "v" and self._kind == "s" and self._value.strip().isdecimal():
            index = int(self._value)
            if index < len(self._shared):
                self._extent.add_text(self._shared[index])
        if name in {"v", "t"}:
            self._inside = self._value = ""


class _OpenDocument:
    """Handlers for `content.xml` of an OpenDocument spreadsheet."""

    def __init__(self, extent: _Extent) -> None:
        self.sheets: dict[str, Facts] = {}
        self._extent = extent
        self._facts = Facts()
        self._row = self._column = self._rows = 0
        self._across = 1
        self._is_error, self._has_value = False, True
        self._text = ""
        self._noted = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == _TABLE + "table":
            self._facts = self.sheets.setdefault(attributes.get(_TABLE + "name", ""), Facts())
            self._row = self._rows = self._column = 0
        elif tag == _TABLE + "table-column":
            repeated = _count(attributes, "number-columns-repeated")
            if attributes.get(_TABLE + "visibility", "visible") != "visible":
                self._facts.hidden_columns.append(range(self._column, self._column + repeated))
                self._facts.check_size()
            self._column += repeated
        elif tag == _TABLE + "table-row":
            self._row += self._rows
            self._rows = _count(attributes, "number-rows-repeated")
            self._column = 0
            if attributes.get(_TABLE + "visibility", "visible") != "visible":
                self._facts.hidden |= {*range(self._row + 1, self._row + 1 + min(self._rows, 1000))}
                self._facts.check_size()
        elif tag in _CELLS:
            self._cell(attributes)
        elif tag == _OFFICE + "annotation":
            self._noted += 1

    def _cell(self, attributes: dict[str, str]) -> None:
        repeated = _count(attributes, "number-columns-repeated")
        self._across = repeated
        kinds = (attributes.get(namespace + "value-type", "") for namespace in (_CALC, _OFFICE))
        kind = next(filter(None, kinds), "")
        self._is_error = kind == "error"
        self._has_value = kind == "string" or _OFFICE + _ODS_VALUES.get(kind, "") in attributes
        self._text = ""
        has_formula = (_TABLE + "formula") in attributes
        if has_formula or (_OFFICE + "value-type") in attributes:
            self._extent.cell(self._row + self._rows, self._column + repeated)
        if has_formula:
            self._facts.formulas.add((self._row + 1, self._column))
        down = _count(attributes, "number-rows-spanned")
        across = _count(attributes, "number-columns-spanned")
        if down > 1 or across > 1:
            top, left = self._row + 1, self._column
            self._facts.merged.append((top, left, top + down - 1, left + across - 1))
        self._facts.check_size()
        self._column += repeated

    def text(self, data: str) -> None:
        self._extent.add_text(len(data) * self._across * self._rows)
        if not self._noted and len(self._text) < _LONGEST_ERROR:
            self._text += data

    def end(self, tag: str) -> None:
        if tag in _CELLS:
            self._check_value(self._text.strip())
        elif tag == _OFFICE + "annotation":
            self._noted -= 1
        if tag == _TABLE + "table":
            self._extent.next_sheet()

    def _check_value(self, text: str) -> None:
        """An error, and a text without a value: calamine takes either for an empty cell."""
        if self._is_error or ERRORS.fullmatch(text) or (text and not self._has_value):
            for row in range(self._row + 1, self._row + 1 + self._rows):
                for column in range(self._column - self._across, self._column):
                    self._facts.errors[row, column] = text or "#"
                    self._facts.check_size()


def _number(text: str | None) -> int:
    """The number of a row or a column, 0 where none is stated; SyntaxFault for what is none."""
    if text is None:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise SyntaxFault("workbook-broken", detail=f"{text[:20]} is no number")
    return int(text)


def _count(attributes: dict[str, str], name: str) -> int:
    value = attributes.get(_TABLE + name, "1")
    return int(value) if value.isdecimal() and len(value) < 10 else 1


def scan_open_document(archive: Archive, most: int) -> dict[str, Facts]:
    """The sheets of an OpenDocument spreadsheet by name; `most` cells, all sheets together."""
    handlers = _OpenDocument(_Extent(most))
    archive.parse("content.xml", handlers.start, handlers.end, handlers.text)
    return handlers.sheets


_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx under a password


def workbook_sheets(stream: BinaryIO, name: str) -> list[Sheet]:
    """The sheets, in order; macros are never run.

    One whose name stands in parentheses has no rows, and an empty one is left out. Raises
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
    try:
        from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum
    except ImportError as error:
        raise UsageError("tables-missing") from error
    stream.seek(0)
    workbook = _guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(stream.read())))
    sheets = []
    for index, metadata in enumerate(workbook.sheets_metadata):
        title = metadata.name
        if is_comment(title):
            sheets.append(Sheet(name, title, iter(())))
            continue
        place = Place(name, title)
        if metadata.typ != SheetTypeEnum.WorkSheet:
            raise ProfileError([problem("sheet-kind", place)])
        sheet = _guarded(partial(workbook.get_sheet_by_index, index))
        known = facts.get(title, Facts())
        if sheet.start is None and not known.errors:
            continue
        if metadata.visible != SheetVisibleEnum.Visible:
            raise ProfileError([problem("sheet-hidden", place)])
        sheets.append(
            Sheet(
                file=name,
                title=title,
                rows=_rows(sheet, known),
                kind=sheet_kind(title),
                formulas=known.formulas,
                merged=known.merged,
                hidden=known.hidden,
                hidden_columns=known.hidden_columns,
            )
        )
    return sheets


def _guarded(call: Callable[[], T]) -> T:
    """What calamine gives; what it raises as ours. A panic of its Rust code is no Exception."""
    try:
        return call()
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise SyntaxFault("workbook-broken", detail=str(error)) from error
        raise


def _rows(sheet: CalamineSheet, facts: Facts) -> Iterator[Row]:
    """The rows; a cell that is merged downwards has its value in each of its rows."""
    left: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    down = [m for m in facts.merged if m[0] < m[2] and m[1] == m[3]]
    carried: dict[Merged, Cell] = {}
    errors: dict[int, list[tuple[int, str]]] = {}
    for (number, column), text in facts.errors.items():
        errors.setdefault(number, []).append((column, text))
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        # calamine leaves out the empty columns at the left, not the rows
        row = _with_errors([*left, *cells], errors.pop(number, []))
        if facts.epoch:
            row = [_shown_day(c, facts, (number, index)) for index, c in enumerate(row)]
        for merged in down:
            first, column, last, _ = merged
            if first == number and column < len(row):
                carried[merged] = row[column]
            elif first < number <= last and merged in carried and is_blank(row[column]):
                row[column] = carried[merged]
        yield Row(number, row)
    for number in sorted(errors):  # below what calamine takes for the last row
        yield Row(number, _with_errors([], errors[number]))


def _shown_day(cell: Cell, facts: Facts, place: tuple[int, int]) -> Cell:
    """What a cell with a day says: a year, if its number is one; no more than its format shows."""
    if type(cell) is not date or facts.epoch is None:
        return cell
    serial = (cell - facts.epoch).days
    length = facts.without_day.get(place)
    if serial in YEARS or length == 0:
        return float(serial)
    return cell.isoformat()[:length] if length else cell


def _with_errors(row: list[Cell], errors: list[tuple[int, str]]) -> list[Cell]:
    """A row with its errors, by column, in the places that calamine leaves empty."""
    for column, text in errors:
        row += [""] * (column + 1 - len(row))
        row[column] = ErrorCell(text)
    return row
