"""What a workbook holds, found out before it is opened: its extent, formulas, merged cells.

A few bytes can claim the last cell of a sheet of 17 thousand million cells, repeat a row a
million times, or refer to one long text from every cell. All that is counted here from the
XML, as it streams by, and refused beyond a limit.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from libonto.errors import SyntaxFault, TooLargeError
from libonto.profile.interchange.archive import Archive

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MAX_MARKED = 10_000
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships "
_RELATIONSHIP_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships "


@dataclass
class Facts:
    """One sheet: formulas and merged ranges (rows from 1, columns from 0)."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


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
            self._row = _row_number(attributes.get("r")) or self._row + 1
            self._column = 0
        elif name == "f":
            self._mark_formula()
        elif name in {"v", "t"}:
            self._extent.cell(self._row, self._column)
            self._inside = name
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
        if len(self.facts.formulas) < _MAX_MARKED:
            self.facts.formulas.add((self._row, self._column - 1))

    def _merge(self, reference: str) -> None:
        ends = [_REFERENCE.fullmatch(end) for end in reference.split(":")]
        if len(ends) == 2 and ends[0] and ends[1]:
            if len(self.facts.merged) >= _MAX_MARKED:
                raise TooLargeError("workbook-cells", limit=_MAX_MARKED)
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
        self._depth = 0
        self._repeats = 1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == _TABLE + "table":
            self._facts = self.sheets.setdefault(attributes.get(_TABLE + "name", ""), Facts())
            self._row = self._rows = 0
        elif tag == _TABLE + "table-row":
            self._row += self._rows
            self._rows = _count(attributes, "number-rows-repeated")
            self._column = 0
        elif tag in {_TABLE + "table-cell", _TABLE + "covered-table-cell"}:
            self._cell(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        repeated = _count(attributes, "number-columns-repeated")
        filled = (_OFFICE + "value-type") in attributes or (_TABLE + "formula") in attributes
        self._repeats = repeated * self._rows
        if filled:
            self._extent.cell(self._row + self._rows, self._column + repeated)
        if (_TABLE + "formula") in attributes and len(self._facts.formulas) < _MAX_MARKED:
            self._facts.formulas.add((self._row + 1, self._column))
        down = _count(attributes, "number-rows-spanned")
        across = _count(attributes, "number-columns-spanned")
        if (down > 1 or across > 1) and len(self._facts.merged) < _MAX_MARKED:
            top, left = self._row + 1, self._column
            self._facts.merged.append((top, left, top + down - 1, left + across - 1))
        self._column += repeated

    def text(self, data: str) -> None:
        self._extent.add_text(len(data) * self._repeats)

    def end(self, tag: str) -> None:
        if tag == _TABLE + "table":
            self._extent.next_sheet()


def _row_number(text: str | None) -> int:
    """A row's number, 0 where none is stated; SyntaxFault for what is no number."""
    if text is None:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise SyntaxFault("workbook-broken", detail=f"row {text[:20]}")
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
