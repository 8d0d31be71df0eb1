"""Profiles as tables that read back as the same profiles, and the template to fill in.

Tables are delimited text and workbooks; the template has drop-downs in one language, of what the
graph has, an example and instructions, on sheets whose names are in parentheses: they are not read.

A cell that a spreadsheet would take for a formula is written so that it stays text. What no
table can hold (an empty text, lost letters) is an error, and is not left out.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO

from pyoxigraph import NamedNode

from libonto.errors import Place, ProfileError, UsageError, column_letters
from libonto.graph.table import delimited
from libonto.locales import sentence, sentences
from libonto.profile.account import problem
from libonto.profile.interchange.fragments import is_readable
from libonto.profile.interchange.headings import PARTS, Meaning, meanings, written
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.sheets import DELIMITERS, escaped
from libonto.profile.model import Candidate, Part
from libonto.profile.vocabulary import PROPERTIES, values_of

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST_CELL = 32_767
"""The most characters that a cell of Excel holds."""
_PARTS = tuple(p for p in PROPERTIES["Candidate"] if p.how in PROPERTIES)
_ID = meanings("candidate")["id"]
Value = str | int | float | date
FIRST_DAY = date(1905, 10, 1)
"""The first day whose number is no year: earlier ones are written as text."""

_UNWRITABLE = re.compile(r"[\0\ufffe\uffff]")
"""What XML cannot hold; the other control characters are written as Excel does, as _xHHHH_."""
_FORMULA = re.compile(r"[=+\-@\t\r]")


Row = dict[Meaning, str | date]
"""The cells of a row by what their columns hold."""


class TableWriter:
    """Writes profiles with the headings and labels of one language."""

    def __init__(self, names: Names, lang: str) -> None:
        """`lang` is kk, ru or en."""
        self._names = names
        self._lang = lang

    def delimited(self, candidates: Iterable[Candidate], delimiter: str = "comma") -> str:
        """One row a person; further credentials and employments stand in numbered columns."""
        rows = [self._row(candidate) for candidate in candidates]
        fields = _fields(rows)
        heads = [self.heading(field, "candidate") for field in fields]
        cells = ([row.get(field, "") for field in fields] for row in rows)
        return _delimited([heads, *cells], DELIMITERS[delimiter])

    def workbook(self, candidates: Sequence[Candidate]) -> bytes:
        """A workbook (.xlsx) with sheets for persons, credentials and employments."""
        data = io.BytesIO()
        book = new_workbook(data)
        self._sheet(book, "candidate", [self._person(c) for c in candidates])
        for property_ in _PARTS:
            rows = [
                {_ID: candidate.iri, **self._cells(part, candidate)}
                for candidate in candidates
                for part in getattr(candidate, property_.attribute)
            ]
            if rows or property_.how in {"Credential", "Employment"}:
                self._sheet(book, PARTS[property_.how], rows)
        book.close()
        return data.getvalue()

    def heading(self, field: Meaning, kind: str) -> str:
        """A column's heading in a table of a kind; numbers only where they are needed."""
        text = written(f"{field.part}-{field.key}", self._lang)
        if field.part in {"candidate", kind}:
            return text if field.value == 1 else f"{text} {field.value}"
        if field.value > 1:
            return f"{text} {field.number} {field.value}"
        return text if field.number == 1 else f"{text} {field.number}"

    def _row(self, candidate: Candidate) -> Row:
        row = self._person(candidate)
        for property_, parts in values_of(candidate):
            for number, part in enumerate(parts if property_ in _PARTS else (), start=1):
                cells = self._cells(part, candidate)
                row |= {replace(field, number=number): text for field, text in cells.items()}
        return row

    def _person(self, candidate: Candidate) -> Row:
        cells = {_ID: candidate.iri, **self._cells(candidate, candidate)}
        # a reader of tables passes over a row that states nothing
        if not any(property_.how != "text" for property_, _ in values_of(candidate)):
            raise ProfileError([problem("unwritable-row", Place(candidate.iri))])
        return cells

    def _cells(self, part: Candidate | Part, candidate: Candidate) -> Row:
        """The cells of the candidate, or of a credential, an employment, …"""
        columns = meanings(PARTS[type(part).__name__])
        cells: Row = {}
        if not isinstance(part, Candidate) and part.node:
            cells[columns["id"]] = part.node
        for property_, value in values_of(part):
            if property_.how in PROPERTIES:
                continue
            column = columns[property_.key]
            if property_.attribute == "details":
                for place, text in enumerate(value, start=1):
                    cells[replace(column, value=place)] = _checked(text, candidate)
            elif property_.how in {"award", "date"}:
                cells[column] = value
            elif property_.how == "text":
                cells[column] = _checked(value, candidate)
            else:
                iris = value if isinstance(value, tuple) else (value,)
                how = "education" if property_.how == "framework" else property_.how
                cells[column] = "; ".join(self._label(how, iri) for iri in iris)
        return cells

    def _label(self, kind: str, iri: str) -> str:
        label = self._names.label(kind, iri, self._lang)
        return iri if re.search(r"[;\n\r]", label) else label

    def _sheet(self, book: Workbook, part: str, rows: Sequence[Row]) -> None:
        sheet = book.add_worksheet(written(f"sheet-{part}", self._lang))
        write = CellWriter(book, sheet)
        for column, field in enumerate(_fields(rows) or [_ID]):
            write.cell(0, column, self.heading(field, part))
            for number, row in enumerate(rows, start=1):
                if field in row:
                    write.cell(number, column, row[field])
        sheet.freeze_panes(1, 0)


def _fields(rows: Iterable[Row]) -> list[Meaning]:
    """The columns of some rows: the parts in turn, each with its keys in their order."""
    parts = {part: list(meanings(part)) for part in PARTS.values()}

    def order(field: Meaning) -> tuple[int, int, int, int]:
        key = parts[field.part].index(field.key)
        return list(parts).index(field.part), field.number, key, field.value

    return sorted({field for row in rows for field in row}, key=order)


def _delimited(rows: Iterable[Iterable[str | date]], delimiter: str = ",") -> str:
    """Delimited text of which no spreadsheet takes a cell for a formula."""
    cells = (
        [cell.isoformat() if isinstance(cell, date) else escaped(cell) for cell in row]
        for row in rows
    )
    return delimited(cells, delimiter)


def new_workbook(file: BinaryIO) -> Workbook:
    """A workbook without sheets, held in memory; UsageError where xlsxwriter is not installed."""
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise UsageError("tables-missing") from error
    book = Workbook(file, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1)})  # the same input gives the same bytes
    return book


def write_cell(
    sheet: Worksheet,
    row: int,
    column: int,
    value: Value,
    text: Format | None = None,
    day: Format | None = None,
) -> None:
    """Write a text (never a formula), a number or a day, in a format for texts or for days.

    A day whose number would be read as a year is a text. Of a text that is too long for a
    cell the end is left out, with “…” in its place.
    """
    if isinstance(value, date) and value >= FIRST_DAY:
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, text)
    else:
        words = str(value)
        if len(words) > LONGEST_CELL:
            words = words[: LONGEST_CELL - 1] + "…"
        sheet.write_string(row, column, words, text)


class CellWriter:
    """Writes the cells of one sheet so that each is read back as it is; rows count from 0."""

    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._text = book.add_format({"num_format": "@"})
        self._quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})

    def cell(self, row: int, column: int, value: str | date) -> None:
        """Write a text or a day; what looks like a formula is marked as a text."""
        text = self._quoted if _FORMULA.match(str(value)) else self._text
        write_cell(self._sheet, row, column, value, text, self._day)


def _checked(text: str, candidate: Candidate) -> str:
    if is_readable(text) and len(text) <= LONGEST_CELL and not _UNWRITABLE.search(text):
        return text
    raise ProfileError([problem("unwritable", Place(candidate.iri), value=text)])


ROWS = 1000
"""How many rows below the headings have drop-downs and formats."""

_SHEETS = {
    "candidate": ("id", "name", "appliesFor"),
    "credential": (
        *("level", "field", "awarded", "country", "recognised", "awardedBy"),
        *("evidence", "evidence"),
    ),
    "employment": ("position", "start", "end", "employer", "workload", "evidence"),
    "grant": ("category", "granted", "evidence"),
}
_ELSEWHERE = frozenset({"awardedBy", "evidence", "employer", "workload"})
"""What the table of delimited text leaves out: no verdict rests on it."""
_WIDTHS = {"id": 16, "field": 26, "level": 32, "name": 34, "position": 34}
_WIDTHS |= {"appliesFor": 36, "category": 36}
_WIDEST_ITEM = 14
_FILL = "#DDE7F0"
_OPEN = {"field", "level", "country"}
"""What may be something else than the list has: an ISCED-F address, a framework's level, a code."""
_ANY_DAY: dict[str, object] = {
    "validate": "date",
    "criteria": "between",
    "minimum": date(1900, 1, 1),
    "maximum": date(2100, 1, 1),
}
_LIST_LIMIT = 255  # characters of a list that stands in the validation itself


class TemplateWriter:
    """Writes the template in one language."""

    def __init__(self, names: Names, lang: str) -> None:
        """`lang` is kk, ru or en."""
        self._names = names
        self._lang = lang
        self._lists: dict[str, str] = {}

    def delimited(self, position: str) -> bytes:
        """The same as one table of delimited text that Excel opens: a line for each person.

        It has one diploma and one employment, and an example that is not read.
        """
        items = self._items(position)
        rows = self._examples(items, self._categories(position))
        heads = [written(f"candidate-{key}", self._lang) for key in _SHEETS["candidate"]]
        heads += [self._names.label("knowledge", item, self._lang) for item in items]
        cells = list(rows["candidate"])
        for part in ("credential", "employment", "grant"):
            keys = [key for key in _SHEETS[part] if key not in _ELSEWHERE]
            heads += [written(f"{part}-{key}", self._lang) for key in keys]
            examples = dict(zip(_SHEETS[part], rows[part][1:], strict=True))
            cells += [examples[key] for key in keys]
        return _delimited([heads, cells]).encode("utf-8-sig")

    def workbook(self, position: str) -> bytes:
        """The template for those who apply for a position's categories (its IRI)."""
        data = io.BytesIO()
        book = new_workbook(data)
        self._instructions(book)
        names, categories, items = self._names, self._categories(position), self._items(position)
        levels = names.vocabulary.framework_levels.values()
        lists = {
            kind: [names.label(kind, iri, self._lang) for iri in iris]
            for kind, iris in (
                ("category", categories),
                *((kind, names.members(kind)) for kind in ("education", "field", "position")),
            )
        }
        lists["education"] += sorted(names.label("education", iri, self._lang) for iri in levels)
        countries = names.vocabulary.countries.values()
        lists["country"] = sorted(labels[self._lang] for labels in countries)
        title = written("sheet-lists", self._lang)
        for column, (kind, values) in enumerate(lists.items()):
            letters, quoted = column_letters(column), title.replace("'", "''")
            self._lists[kind] = f"='{quoted}'!${letters}$1:${letters}${len(values)}"
        examples = self._examples(items, categories)
        for part in _SHEETS:
            self._sheet(book, part, items if part == "candidate" else [], examples[part])
        sheet = book.add_worksheet(title)
        write = CellWriter(book, sheet)
        for column, values in enumerate(lists.values()):
            for row, text in enumerate(values):
                write.cell(row, column, text)
        sheet.hide()
        book.close()
        return data.getvalue()

    def _categories(self, position: str) -> list[str]:
        """The categories of the position, in order."""
        of, members = self._names.vocabulary.graph.iris, self._names.members("category")
        return [iri for iri in members if position in of(iri, "lo:ofPosition")]

    def _items(self, position: str) -> list[str]:
        """The knowledge items that some category of the position asks for, in order."""
        graph = self._names.vocabulary.graph
        items = {
            item
            for requirement in graph.subjects("lo:forPosition", position)
            for item in graph.iris(requirement, "lo:requiresKnowledge")
        }
        return [iri for iri in self._names.members("knowledge") if iri in items]

    def _counted(self) -> str:
        """The position that the most requirements count."""
        counted = Counter(
            value.value
            for _, value in self._names.vocabulary.graph.pairs("lo:countsPosition")
            if isinstance(value, NamedNode)
        )
        return max(counted, key=lambda iri: (counted[iri], iri))

    def _sheet(
        self, book: Workbook, part: str, items: Sequence[str], example: Sequence[str | date]
    ) -> None:
        """The sheet of one part, with its headings, drop-downs, and an example."""
        sheet = book.add_worksheet(written(f"sheet-{part}", self._lang))
        head = book.add_format(
            {"bold": True, "bg_color": _FILL, "text_wrap": True, "valign": "vcenter"}
        )
        day, text = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "@"))
        keys = _SHEETS[part] if part == "candidate" else ("id", *_SHEETS[part])
        hows = [meanings(part)[key].how for key in keys]
        yes_no = [written(f"word-{word}", self._lang) for word in ("yes", "no")]
        for column, (key, how) in enumerate(zip(keys, hows, strict=True)):
            own = part if key != "id" else "candidate"
            heading = written(f"{own}-{key}", self._lang)
            heading += f" {keys[:column].count(key) + 1}" if key in keys[:column] else ""
            sheet.write_string(0, column, heading, head)
            form = day if how in {"date", "award"} else text if key == "id" else None
            sheet.set_column(column, column, _WIDTHS.get(key, 20), form)
            if (kind := "country" if key == "country" else how) in self._lists:
                self._drop_down(sheet, column, self._lists[kind], open_=key in _OPEN)
            elif how in {"date", "award"}:
                self._check(sheet, column, "date", **_ANY_DAY, error_type="warning")
            elif key == "id" and part != "candidate":
                title = written("sheet-candidate", self._lang).replace("'", "''")
                persons = f"='{title}'!$A$2:$A${ROWS + 1}"
                self._check(sheet, column, "person", validate="list", source=persons)
        for column, item in enumerate(items, start=len(keys)):
            label = self._names.label("knowledge", item, self._lang)
            sheet.write_string(0, column, label, head)
            sheet.set_column(column, column, _WIDEST_ITEM)
            self._drop_down(sheet, column, yes_no)
        sheet.set_row(0, 62 if items else 32)
        sheet.freeze_panes(1, 2 if part == "candidate" else 1)
        write = CellWriter(book, sheet)
        for column, value in enumerate(example):
            if value:
                write.cell(1, column, value)
        if part == "candidate":
            sheet.activate()

    def _drop_down(
        self, sheet: Worksheet, column: int, source: str | list[str], *, open_: bool = False
    ) -> None:
        """A list to choose from; where it is `open_`, something else is allowed, with a warning."""
        kind = "warning" if open_ else "stop"
        self._check(sheet, column, "choose", validate="list", source=source, error_type=kind)

    def _check(self, sheet: Worksheet, column: int, key: str, **rule: object) -> None:
        """A check of what is written into a column."""
        error = sentence(f"template.{key}", self._lang)[:_LIST_LIMIT]
        sheet.data_validation(1, column, ROWS, column, {**rule, "error_message": error})

    def _examples(
        self, items: Sequence[str], categories: Sequence[str]
    ) -> dict[str, Sequence[str | date]]:
        """An example of each part, under an identifier in parentheses: it is not read."""

        def say(key: str) -> str:
            return sentence(f"template.{key}", self._lang)

        def label(kind: str, iris: Sequence[str]) -> str:
            return self._names.label(kind, iris[0], self._lang) if iris else ""

        own = say("example-id")
        yes = [written("word-yes", self._lang) for _ in items]
        level = label("education", self._names.members("education")[-2:])
        field = label("field", self._names.members("field"))
        diploma = ("", "", say("example-university"), say("example-diploma"), "")
        employer = (say("example-employer"), say("example-workload"), say("example-order"))
        position = label("position", [self._counted()])
        category = label("category", categories[1:])
        return {
            "candidate": [own, say("example-name"), label("category", categories), *yes],
            "credential": [own, level, field, date(2015, 6, 30), *diploma],
            "employment": [own, position, date(2018, 9, 1), "", *employer],
            "grant": [own, category, date(2021, 5, 20), ""],
        }

    def _instructions(self, book: Workbook) -> None:
        sheet = book.add_worksheet(written("sheet-instructions", self._lang))
        title = book.add_format({"bold": True, "font_size": 14})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_string(0, 0, sentence("template.title", self._lang), title)
        sheet.set_column(0, 0, 100)
        steps = sorted(k for k in sentences(self._lang, "template") if k.startswith("step-"))
        for row, key in enumerate(steps, start=2):
            sheet.write_string(row, 0, sentence(f"template.{key}", self._lang), text)
