"""Profiles as tables that read back as the same profiles: delimited text and workbooks.

A cell that a spreadsheet would take for a formula is written so that it stays text. What no
table can hold (an empty text, lost letters) is an error, and is not left out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from libonto.errors import Place, ProfileError, UsageError
from libonto.profile.account import problem
from libonto.profile.interchange.fragments import is_readable
from libonto.profile.interchange.headings import PARTS, meanings, written
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.sheets import DELIMITERS, escaped
from libonto.profile.model import Candidate, Credential, Part
from libonto.profile.vocabulary import PROPERTIES

if TYPE_CHECKING:
    from xlsxwriter import Workbook

LONGEST_CELL = 32_767
"""The most characters that a cell of Excel holds."""
_PARTS = tuple(p for p in PROPERTIES["Candidate"] if p.how in PROPERTIES)
FIRST_DAY = date(1900, 3, 1)
"""The first day that every spreadsheet counts in the same way."""

_UNWRITABLE = re.compile(r"[\0\ufffe\uffff]")
"""What XML cannot hold; the other control characters are written as Excel does, as _xHHHH_."""
_FORMULA = re.compile(r"[=+\-@\t\r]")


@dataclass(frozen=True)
class Field:
    """A column: the part and its number, the key, and which of several values."""

    part: str
    key: str
    number: int = 1
    value: int = 1

    @property
    def order(self) -> tuple[int, int, int, int]:
        """Where the column stands: the parts in turn, each with its keys in their order."""
        parts = list(PARTS.values())
        return (parts.index(self.part), self.number, _KEYS[self.part].index(self.key), self.value)


_KEYS = {part: list(meanings(part)) for part in PARTS.values()}
Row = dict[Field, str | date]


class TableWriter:
    """Writes profiles with the headings and labels of one language."""

    def __init__(self, names: Names, lang: str) -> None:
        """Take the names, and the language (kk, ru or en)."""
        self._names = names
        self._lang = lang

    def delimited(self, candidates: Iterable[Candidate], delimiter: str = "comma") -> str:
        """One row a person; further credentials and employments stand in numbered columns."""
        rows = [self._row(candidate) for candidate in candidates]
        fields = sorted({field for row in rows for field in row}, key=lambda f: f.order)
        text = io.StringIO()
        writer = csv.writer(text, delimiter=DELIMITERS[delimiter], lineterminator="\r\n")
        writer.writerow([self.heading(field, "candidate") for field in fields])
        for row in rows:
            cells = (row.get(field, "") for field in fields)
            writer.writerow([c.isoformat() if isinstance(c, date) else escaped(c) for c in cells])
        return text.getvalue()

    def workbook(self, candidates: Sequence[Candidate]) -> bytes:
        """A workbook (.xlsx) with sheets for persons, credentials and employments."""
        data = io.BytesIO()
        book = new_workbook(data)
        self._sheet(book, "candidate", [self._person(c) for c in candidates])
        for stated in _PARTS:
            rows = [
                {Field("candidate", "id"): candidate.iri, **self._cells(part, candidate)}
                for candidate in candidates
                for part in getattr(candidate, stated.attribute)
            ]
            if rows or stated.how in {"Credential", "Employment"}:
                self._sheet(book, PARTS[stated.how], rows)
        book.close()
        return data.getvalue()

    def heading(self, field: Field, kind: str) -> str:
        """A column's heading in a table of a kind; numbers only where they are needed."""
        text = written(f"{field.part}-{field.key}", self._lang)
        if field.part in {"candidate", kind}:
            return text if field.value == 1 else f"{text} {field.value}"
        if field.value > 1:
            return f"{text} {field.number} {field.value}"
        return text if field.number == 1 else f"{text} {field.number}"

    def _row(self, candidate: Candidate) -> Row:
        row = self._person(candidate)
        for stated in _PARTS:
            for number, part in enumerate(getattr(candidate, stated.attribute), start=1):
                cells = self._cells(part, candidate)
                row |= {replace(field, number=number): text for field, text in cells.items()}
        return row

    def _person(self, candidate: Candidate) -> Row:
        cells = {Field("candidate", "id"): candidate.iri, **self._cells(candidate, candidate)}
        stated = (candidate.knowledge, candidate.applies_for)
        if not any((*stated, *(getattr(candidate, p.attribute) for p in _PARTS))):
            # a reader of tables passes over a row that states nothing
            raise ProfileError([problem("unwritable-row", Place(candidate.iri))])
        return cells

    def _cells(self, part: Candidate | Part, candidate: Candidate) -> Row:
        """The cells of the candidate, or of a credential, an employment, …"""
        class_ = type(part).__name__
        kind = PARTS[class_]
        cells: Row = {}
        if not isinstance(part, Candidate) and part.node:
            cells[Field(kind, "id")] = part.node
        for stated in PROPERTIES[class_]:
            value = getattr(part, stated.attribute)
            if stated.attribute == "details":
                texts = [text for name, text in value if name == stated.name]
                for place, text in enumerate(texts, start=1):
                    cells[Field(kind, stated.key, value=place)] = _checked(text, candidate)
            elif stated.how in PROPERTIES or value in (None, ()):
                continue
            elif stated.how == "award" and isinstance(part, Credential):
                whole = part.precision == "day"
                cells[Field(kind, stated.key)] = value if whole else part.awarded_text
            elif isinstance(value, date):
                cells[Field(kind, stated.key)] = value
            elif stated.how == "text":
                cells[Field(kind, stated.key)] = _checked(value, candidate)
            elif value:
                iris = value if isinstance(value, tuple) else (value,)
                how = "education" if stated.how == "framework" else stated.how
                cells[Field(kind, stated.key)] = "; ".join(self._label(how, iri) for iri in iris)
        return cells

    def _label(self, kind: str, iri: str) -> str:
        label = self._names.label(kind, iri, self._lang)
        return iri if re.search(r"[;\n\r]", label) else label

    def _sheet(self, book: Workbook, part: str, rows: Sequence[Row]) -> None:
        sheet = book.add_worksheet(written(f"sheet-{part}", self._lang))
        write = CellWriter(book, sheet)
        fields = sorted({field for row in rows for field in row}, key=lambda f: f.order)
        fields = fields or [Field("candidate", "id")]
        for column, field in enumerate(fields):
            write.cell(0, column, self.heading(field, part))
            for number, row in enumerate(rows, start=1):
                if field in row:
                    write.cell(number, column, row[field])
        sheet.freeze_panes(1, 0)


def new_workbook(file: BinaryIO) -> Workbook:
    """A workbook without sheets, held in memory; UsageError where xlsxwriter is not installed."""
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise UsageError("tables-missing") from error
    book = Workbook(file, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1)})  # the same input gives the same bytes
    return book


class CellWriter:
    """Writes the cells of one sheet; a text is never a formula, whatever it begins with."""

    def __init__(self, book: Workbook, sheet: Any) -> None:
        """Take the sheet; rows and columns count from 0."""
        self._sheet = sheet
        self._text = book.add_format({"num_format": "@"})
        self._quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})

    def cell(self, row: int, column: int, value: str | date) -> None:
        """Write a text or a day; a day that not every spreadsheet counts alike is a text."""
        if isinstance(value, date) and value >= FIRST_DAY:
            self._sheet.write_datetime(row, column, value, self._day)
            return
        text = value.isoformat() if isinstance(value, date) else value
        self._sheet.write_string(
            row, column, text, self._quoted if _FORMULA.match(text) else self._text
        )


def _checked(text: str, candidate: Candidate) -> str:
    if is_readable(text) and len(text) <= LONGEST_CELL and not _UNWRITABLE.search(text):
        return text
    raise ProfileError([problem("unwritable", Place(candidate.iri), value=text)])
