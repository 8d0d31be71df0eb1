"""Excel and OpenDocument workbooks as sheets: measured and looked through, then read by calamine.

Workbook files are ZIP archives. What they unpack to is measured before anyone opens them: the
declared sizes of an archive can lie, so each part is unpacked here in small pieces, under one
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
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO
from xml.parsers import expat

from libonto.errors import FormatError, ProfileError, SyntaxFault, TooLargeError, UsageError
from libonto.profile.account import Place, problem
from libonto.profile.document import limit
from libonto.profile.interchange.headings import is_comment, sheet_kind
from libonto.profile.interchange.sheets import (
    ERRORS,
    Cell,
    ErrorCell,
    Merged,
    Row,
    Sheet,
    is_blank,
)

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

MAX_PARTS = 5000
_CHUNK = 256 * 1024
_LOCAL = struct.Struct("<4s5H3I2H")
_ENCRYPTED = 0x1


class Archive:
    """A ZIP archive whose parts unpack to at most `most` bytes together."""

    def __init__(self, stream: BinaryIO, most: int) -> None:
        """Read the directory; SyntaxFault when it is none, TooLargeError."""
        self._stream = stream
        self._most = most
        self._unpacked = 0
        try:
            with zipfile.ZipFile(stream) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise SyntaxFault("workbook-broken", detail=str(error)) from error
        if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > most:
            raise TooLargeError("workbook-too-large", limit=most)
        self._infos = {info.filename: info for info in infos}
        if len(self._infos) < len(infos):
            raise SyntaxFault("workbook-broken", detail="a part stands twice in the archive")
        for info in infos:
            if info.flag_bits & _ENCRYPTED:
                raise FormatError("workbook-protected")
            for _ in self.pieces(info.filename):
                pass
        self._unpacked = 0

    def __contains__(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return name in self._infos

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part's bytes, piece by piece; its real size must be the declared one."""
        info = self._infos[name]
        found = 0
        for piece in self._inflated(info):
            found += len(piece)
            self._unpacked += len(piece)
            if self._unpacked > self._most:
                raise TooLargeError("workbook-too-large", limit=self._most)
            yield piece
        if found != info.file_size:
            raise SyntaxFault("workbook-broken", detail=f"{name}: its size is not the stated one")

    def _inflated(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        self._stream.seek(info.header_offset)
        head = self._stream.read(_LOCAL.size)
        if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
            raise SyntaxFault("workbook-broken", detail=f"{info.filename}: no local header")
        *_, name_length, extra_length = _LOCAL.unpack(head)
        self._stream.seek(name_length + extra_length, io.SEEK_CUR)
        left = info.compress_size
        if info.compress_type == zipfile.ZIP_STORED:
            while left > 0 and (piece := self._stream.read(min(left, _CHUNK))):
                left -= len(piece)
                yield piece
            return
        if info.compress_type != zipfile.ZIP_DEFLATED:
            raise FormatError("workbook-compression", name=info.filename)
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            while left > 0 and not inflater.eof and (data := self._stream.read(min(left, _CHUNK))):
                left -= len(data)
                while data and not inflater.eof:
                    yield inflater.decompress(data, _CHUNK)
                    data = inflater.unconsumed_tail
            while piece := inflater.decompress(inflater.unconsumed_tail, _CHUNK):
                yield piece
        except zlib.error as error:
            raise SyntaxFault("workbook-broken", detail=f"{info.filename}: {error}") from error

    def parse(self, name: str, parser: expat.XMLParserType) -> None:
        """Feed a part to a parser; SyntaxFault for bad XML and for a document type."""

        def refuse(*_: object) -> None:
            raise SyntaxFault("workbook-broken", detail=f"{name}: DOCTYPE")

        parser.StartDoctypeDeclHandler = refuse
        try:
            for piece in self.pieces(name):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise SyntaxFault("workbook-broken", detail=f"{name}: {error}") from error


_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MAX_MARKED = 200_000
"""How many formulas, merged ranges, errors and hidden rows or columns a sheet may have."""
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_CELLS = {_TABLE + "table-cell", _TABLE + "covered-table-cell"}
_LONGEST_ERROR = 40
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships "
_RELATIONSHIP_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships "


@dataclass
class Facts:
    """One sheet: formulas, merged ranges, cells with an error, hidden rows and columns.

    Rows count from 1, columns from 0. `errors` has the text of each, such as #N/A.
    """

    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: list[Merged] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)

    def check_size(self) -> None:
        """TooLargeError where there is more of these than anybody writes."""
        marked = (self.formulas, self.merged, self.errors, self.hidden, self.hidden_columns)
        if max(map(len, marked)) > _MAX_MARKED:
            raise TooLargeError("workbook-cells", limit=_MAX_MARKED)


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]


def _parser(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    if end:
        parser.EndElementHandler = end
    if text:
        parser.CharacterDataHandler = text
    return parser


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
    targets = _relationships(archive)
    sheets: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "sheet" and "name" in attributes:
            link = attributes.get(_RELATIONSHIP + "id") or attributes.get(
                _RELATIONSHIP_STRICT + "id", ""
            )
            sheets[attributes["name"]] = targets.get(link, "")

    archive.parse("xl/workbook.xml", _parser(start))
    shared = _shared_strings(archive)
    extent = _Extent(most)
    return {name: _excel_sheet(archive, part, shared, extent) for name, part in sheets.items()}


def _relationships(archive: Archive) -> dict[str, str]:
    targets: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "Relationship":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.join("xl", target)
            targets[attributes.get("Id", "")] = posixpath.normpath(path)

    for part in ("xl/_rels/workbook.xml.rels", "xl/workbook.xml"):
        if part not in archive:
            raise SyntaxFault("workbook-broken", detail=f"{part} is missing")
    archive.parse("xl/_rels/workbook.xml.rels", _parser(start))
    return targets


def _shared_strings(archive: Archive) -> list[int]:
    """The lengths of the texts that cells share."""
    lengths: list[int] = []

    def start(tag: str, _: dict[str, str]) -> None:
        if _local(tag) == "si":
            lengths.append(0)

    def text(data: str) -> None:
        if lengths:
            lengths[-1] += len(data)

    if "xl/sharedStrings.xml" in archive:
        archive.parse("xl/sharedStrings.xml", _parser(start, text=text))
    return lengths


class _ExcelSheet:
    """Handlers for one sheet's XML."""

    def __init__(self, shared: list[int], extent: _Extent) -> None:
        self.facts = Facts()
        self._shared = shared
        self._extent = extent
        self._row = self._column = 0
        self._kind = ""
        self._value = ""
        self._inside = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "c":
            self._cell(attributes)
        elif name == "row":
            self._row = _number(attributes.get("r")) or self._row + 1
            self._column = 0
            if attributes.get("hidden") in {"1", "true"}:
                self.facts.hidden.add(self._row)
        elif name == "col" and attributes.get("hidden") in {"1", "true"}:
            ends = [_number(attributes.get(end)) for end in ("min", "max")]
            self.facts.hidden_columns.append(range(ends[0] - 1, ends[1]))
            self.facts.check_size()
        elif name == "f":
            self._mark_formula()
        elif name in {"v", "t"}:
            self._extent.cell(self._row, self._column)
            self._inside = name
            if self._kind == "e":
                self.facts.errors[self._row, self._column - 1] = "#"
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _cell(self, attributes: dict[str, str]) -> None:
        found = _REFERENCE.fullmatch(attributes.get("r", ""))
        if found:
            self._column, self._row = column_index(found[1]) + 1, int(found[2])
        else:
            self._column += 1
        self._kind = attributes.get("t", "n")

    def _mark_formula(self) -> None:
        self._extent.cell(self._row, self._column)
        self.facts.formulas.add((self._row, self._column - 1))
        self.facts.check_size()

    def _merge(self, reference: str) -> None:
        ends = [_REFERENCE.fullmatch(end) for end in reference.split(":")]
        if len(ends) == 2 and ends[0] and ends[1]:
            self.facts.check_size()
            first, last = ends[0], ends[1]
            self.facts.merged.append(
                (int(first[2]), column_index(first[1]), int(last[2]), column_index(last[1]))
            )

    def text(self, data: str) -> None:
        if self._inside == "t":
            self._extent.add_text(len(data))
        elif self._inside == "v":
            self._value += data[:20]

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name == "v" and self._kind == "e":
            self.facts.errors[self._row, self._column - 1] = self._value.strip()
            self.facts.check_size()
        if name == "v" and self._kind == "s" and self._value.strip().isdecimal():
            index = int(self._value)
            if index < len(self._shared):
                self._extent.add_text(self._shared[index])
        if name in {"v", "t"}:
            self._inside = self._value = ""


def _excel_sheet(archive: Archive, part: str, shared: list[int], extent: _Extent) -> Facts:
    handlers = _ExcelSheet(shared, extent)
    if part not in archive:
        raise SyntaxFault("workbook-broken", detail=f"{part or 'a sheet'} is missing")
    archive.parse(part, _parser(handlers.start, handlers.end, handlers.text))
    extent.next_sheet()
    return handlers.facts


class _OpenDocument:
    """Handlers for `content.xml` of an OpenDocument spreadsheet."""

    def __init__(self, extent: _Extent) -> None:
        self.sheets: dict[str, Facts] = {}
        self._extent = extent
        self._facts = Facts()
        self._row = self._column = self._rows = 0
        self._across = 1
        self._typed = ""
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
        self._typed = attributes.get(_CALC + "value-type") or attributes.get(
            _OFFICE + "value-type", ""
        )
        self._text = ""
        filled = (_OFFICE + "value-type") in attributes or (_TABLE + "formula") in attributes
        if filled:
            self._extent.cell(self._row + self._rows, self._column + repeated)
        if (_TABLE + "formula") in attributes:
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
        """An error, and a text without a type: calamine takes either for an empty cell."""
        if self._typed == "error" or ERRORS.fullmatch(text) or (text and not self._typed):
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
    if "content.xml" not in archive:
        raise SyntaxFault("workbook-broken", detail="content.xml is missing")
    archive.parse("content.xml", _parser(handlers.start, handlers.end, handlers.text))
    return handlers.sheets


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
        known = facts.get(title, Facts())
        if sheet.start is None and not known.errors:
            continue
        if metadata.visible != SheetVisibleEnum.Visible:
            raise ProfileError([problem("sheet-hidden", place)])
        found.append(
            Sheet(
                file=file,
                title=title,
                rows=_rows(sheet, known),
                kind=sheet_kind(title),
                formulas=frozenset(known.formulas),
                merged=known.merged,
                hidden=frozenset(known.hidden),
                hidden_columns=tuple(known.hidden_columns),
            )
        )
    return found


def _rows(sheet: CalamineSheet, facts: Facts) -> Iterator[Row]:
    """The rows; a cell that is merged downwards has its value in each of its rows."""
    left: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    down = [m for m in facts.merged if m[0] < m[2] and m[1] == m[3]]
    carried: dict[Merged, Cell] = {}
    errors: dict[int, list[tuple[int, str]]] = {}
    for (number, column), text in facts.errors.items():
        errors.setdefault(number, []).append((column, text))
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row = [*left, *cells]  # calamine leaves out the empty columns at the left, not the rows
        for column, text in errors.pop(number, []):
            row += [""] * (column + 1 - len(row))
            row[column] = ErrorCell(text)
        for merged in down:
            first, column, last, _ = merged
            if first == number and column < len(row):
                carried[merged] = row[column]
            elif first < number <= last and merged in carried and is_blank(row[column]):
                row[column] = carried[merged]
        yield Row(number, row)
    for number in sorted(errors):  # below what calamine takes for the last row
        found: list[Cell] = [""] * (1 + max(column for column, _ in errors[number]))
        for column, text in errors[number]:
            found[column] = ErrorCell(text)
        yield Row(number, found)
