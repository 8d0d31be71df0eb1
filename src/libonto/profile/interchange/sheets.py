"""A table as rows of cells, whatever the file: delimited text here, workbooks elsewhere."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, cast

from libonto.errors import Place, Problem, SyntaxFault, TooLargeError, UsageError
from libonto.profile.account import problem
from libonto.profile.interchange.headings import meaning_of, sheet_kind

ERRORS = re.compile(
    r"#(N/A|Н/Д|GETTING_DATA|[^\W\d_]+(/0)?[!?])|(Err:|Ошибка:|Қате:|Error:)\d{3}",
    re.IGNORECASE,
)
"""What a spreadsheet shows in the place of a value that it could not compute: #REF!, #ДЕЛ/0!, …"""
INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")
"""What nobody sees in a cell, and what no word differs by."""

YEARS = range(1900, 2101)
"""The whole numbers that are years, in a column of days."""


@dataclass(frozen=True)
class ErrorCell:
    """A cell that holds an error in the place of a value."""

    text: str

    def __str__(self) -> str:
        """What the spreadsheet shows."""
        return self.text


Cell = str | float | bool | date | datetime | time | timedelta | ErrorCell
Merged = tuple[int, int, int, int]
"""A range of cells: first row, first column, last row, last column; columns from 0."""

MAX_LINE = 1024 * 1024
"""The most bytes that a line of a delimited file may have."""

ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16",
    "windows-1251": "cp1251",
    "cp1251": "cp1251",
    "kz-1048": "kz1048",
    "kz1048": "kz1048",
}
"""The encodings that can be stated; KZ-1048 is the Kazakh variant of Windows-1251."""

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_FORMULA = re.compile(r"(^|[,;|\t] *)(?='*[=+\-@\t\r])")
_ESCAPED = re.compile(r"(^|[,;|\t] *)'(?='*[=+\-@\t\r])")
_UNREADABLE = re.compile("[\0\ud800-\udfff]")
"""What no text holds, and what stands for a byte that could not be decoded."""
_LEADING_LINES = 10


@dataclass
class Row:
    """A row: its number as spreadsheets show it, its cells, and why it cannot be read."""

    number: int
    cells: list[Cell]
    fault: Problem | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return self.fault is None and all(is_blank(cell) for cell in self.cells)

    def cell(self, index: int) -> Cell:
        """The cell of a column; an empty one where the row has ended."""
        return self.cells[index] if index < len(self.cells) else ""

    @property
    def excerpt(self) -> str:
        """The first cell that is not empty, for messages."""
        return next((str(cell) for cell in self.cells if not is_blank(cell)), "")

    def error_cells(self, place: Place, headings: Mapping[int, str]) -> Iterator[Problem]:
        """A problem for each cell that holds an error; `headings` are those of the columns."""
        for index, cell in enumerate(self.cells):
            text = str(cell).strip() if isinstance(cell, str | ErrorCell) else ""
            if isinstance(cell, ErrorCell) or ERRORS.fullmatch(text):
                yield problem("error-cell", place.at(index, headings.get(index, "")), value=text)


@dataclass
class Sheet:
    """A table before its headings are known.

    `formulas` and `merged` are places (row from 1, column from 0) of what a workbook
    computes, and of ranges; `hidden` are the rows and `hidden_columns` the columns that it
    does not show.
    `exact_width`: a row with another number of cells than the heading is broken. `delimiter`
    is what stands between the cells of a delimited file.
    """

    file: str
    title: str
    rows: Iterator[Row]
    kind: str | None = None
    formulas: Collection[tuple[int, int]] = ()
    merged: Sequence[Merged] = ()
    hidden: Collection[int] = ()
    hidden_columns: Sequence[range] = ()
    exact_width: bool = False
    lossy: bool = False
    delimiter: str = ""

    def place(self, row: int = 0) -> Place:
        """A place in this sheet."""
        return Place(self.file, self.title, row)


def is_blank(cell: Cell) -> bool:
    """Whether a cell is empty or holds only white space."""
    return isinstance(cell, str) and not cell.translate(INVISIBLE).strip()


def named_encoding(name: str) -> str:
    """The encoding called so; UsageError for one that is not offered."""
    encoding = ENCODINGS.get(name.strip().lower().replace("_", "-"))
    if encoding is None:
        known = "utf-8, utf-16, windows-1251, kz-1048"
        raise UsageError("encoding-unknown", value=name, known=known)
    return encoding


def named_delimiter(name: str) -> str:
    """The delimiter by its name or as the character itself; UsageError for another one."""
    if name in DELIMITERS.values() or name == "\\t":
        return "\t" if name == "\\t" else name
    if name.lower() not in DELIMITERS:
        raise UsageError("delimiter-unknown", value=name, known=", ".join(DELIMITERS))
    return DELIMITERS[name.lower()]


def ends_with_returns(start: bytes) -> bool:
    """Whether the lines of a file that begins so end with a carriage return alone."""
    return b"\r" in start and b"\n" not in start


def delimited_sheet(
    stream: BinaryIO, name: str, *, encoding: str | None = None, delimiter: str | None = None
) -> Sheet:
    """The one table of a delimited file; it is read row by row and never held whole.

    A byte order mark tells UTF-8 and UTF-16; Windows-1251 and KZ-1048 are only read when
    they are stated, since no file can tell them apart. Raises SyntaxFault for a text in
    another encoding, as it is reached.
    """
    codec = named_encoding(encoding) if encoding else None
    lines = _decoded(stream, codec)
    first = list(islice(lines, _LEADING_LINES))
    skipped = 0
    character = named_delimiter(delimiter) if delimiter else ""
    if first and (match := re.fullmatch(r'"?sep=(.)"?\s*', first[0])):  # as Excel reads and writes
        character = character or match[1]
        first = first[1:]
        skipped = 1
    kind = sheet_kind(Path(name).stem) if name else None
    character = character or _guess_delimiter(first, kind or "candidate", name)
    return Sheet(
        file=name,
        title="",
        rows=_records(chain(first, lines), character, skipped, name),
        kind=kind,
        exact_width=True,
        lossy=codec in {"cp1251", "kz1048"},
        delimiter=character,
    )


def _decoded(stream: BinaryIO, stated_encoding: str | None) -> Iterator[str]:
    """The lines of a text, of a bounded length; SyntaxFault where one cannot be decoded."""
    file = io.BufferedReader(cast(io.RawIOBase, stream), MAX_LINE)
    start = file.peek()
    encoding = stated_encoding or "utf-8"
    for mark, marked in _BOMS:
        if start.startswith(mark):
            if stated_encoding not in {None, marked}:
                conflict = {"stated": stated_encoding, "found": marked.upper()}
                raise SyntaxFault("encoding-conflict", **conflict)
            encoding = marked
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    is_returned = ends_with_returns(start.decode(codec, "replace").encode())
    errors = "surrogatepass" if encoding == "utf-16" else "surrogateescape"
    text = io.TextIOWrapper(file, codec, errors, "" if is_returned else "\n")
    try:
        yield from _checked(text, encoding)
    finally:
        # The caller closes the stream, not this reader; of one that is closed nothing can be lost.
        with suppress(ValueError):
            text.detach().detach()


def _checked(text: io.TextIOWrapper, encoding: str) -> Iterator[str]:
    """The lines, as long as each is whole and holds no byte that could not be decoded."""
    wrong = "table-not-utf8" if encoding == "utf-8" else "encoding-wrong"
    number = 0
    try:
        while line := text.readline(MAX_LINE):
            number += 1
            if len(line) >= MAX_LINE and not line.endswith(("\n", "\r")):
                raise TooLargeError("line-too-long", line=number, limit=MAX_LINE)
            if unreadable := _UNREADABLE.search(line):
                if unreadable[0] == "\0":
                    raise SyntaxFault("table-nul", line=number)
                before = line[: unreadable.start()].encode(encoding, "surrogateescape")
                column = 1 if encoding == "utf-16" else len(before) + 1
                raise SyntaxFault(wrong, line=number, column=column, encoding=encoding)
            yield line
    except UnicodeError as error:  # of UTF-16, in which a byte may be half of a character
        raise SyntaxFault(wrong, line=number + 1, column=1, encoding=encoding) from error


def _guess_delimiter(lines: list[str], kind: str, name: str) -> str:
    """The delimiter under which most cells of a line are known headings."""
    preferred = "\t" if name.lower().endswith((".tsv", ".tab")) else ","
    scores: dict[str, int] = {}
    for delimiter in dict.fromkeys((preferred, *DELIMITERS.values())):
        for line in lines:
            try:
                cells = next(csv.reader([line], delimiter=delimiter), [])
            except csv.Error:
                continue
            known = sum(1 for cell in cells if meaning_of(cell, kind))
            scores[delimiter] = max(scores.get(delimiter, 0), known)
    return max(scores, key=lambda delimiter: scores[delimiter], default=preferred)


def _records(lines: Iterable[str], delimiter: str, skipped: int, name: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = skipped
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            place = Place(name, "", number)
            fault = problem("row-quotes", place, line=reader.line_num + skipped, detail=error)
            yield Row(number, [], fault)
            continue
        yield Row(number, [_unescaped(cell) for cell in cells])


def _unescaped(cell: str) -> str:
    """The text of a cell that was written so that no spreadsheet takes it for a formula."""
    return _ESCAPED.sub(r"\1", cell)


def escaped(text: str) -> str:
    """A text as a cell of a delimited file that no spreadsheet takes for a formula.

    A spreadsheet may cut a line at another separator than it was written with, inside quotes too.
    """
    return _FORMULA.sub(r"\1'", text)
