"""From a row to what it says of a person: values, credentials and employments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from libonto.locales import LANGUAGES
from libonto.profile.account import Place, PlacedProblem, column_letters, problem
from libonto.profile.checks import XSD_DATE
from libonto.profile.interchange.headings import Column, is_comment, normal, said, written
from libonto.profile.interchange.layout import Table, is_id
from libonto.profile.interchange.names import DateFault, Names, as_iri, parse_date
from libonto.profile.interchange.sheets import Cell, Row, is_blank
from libonto.profile.raw import RawNode, Value

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_ERRORS = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|GETTING_DATA)", re.IGNORECASE)
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_YES_SIGNS = {"+", "x", "х", "✓", "✔", "1", "1.0"}
_NO_SIGNS = {"-", "0", "0.0"}
_DASHES = {"-", "..."}
_RESOURCES = {"education", "field", "position", "category"}


class CellFault(ValueError):
    """A cell that cannot be read; the key of its sentence and what fills that in."""

    def __init__(self, key: str, **params: object) -> None:
        """Take the key and the parameters of the sentence."""
        super().__init__(key)
        self.key = key
        self.params = params


@dataclass(frozen=True)
class Stated:
    """One value of a property, and the cell it stands in."""

    property: str
    value: Value
    heading: str
    place: Place


@dataclass
class Part:
    """A credential or an employment of a row; `places` by heading."""

    node: RawNode
    place: Place
    places: dict[str, Place] = field(default_factory=dict)


@dataclass
class Fragment:
    """What one row says; `key` is the person's identifier, for comparison.

    `repeats`: the row stands in a table of persons, where further rows of a person may
    repeat what an earlier one says.
    """

    place: Place
    key: str = ""
    id_text: str = ""
    id_place: Place = field(default_factory=Place)
    repeats: bool = True
    person: list[Stated] = field(default_factory=list)
    parts: dict[str, list[Part]] = field(
        default_factory=lambda: {"credential": [], "employment": []}
    )
    problems: list[PlacedProblem] = field(default_factory=list)


class FragmentReader:
    """Reads the rows of tables."""

    def __init__(self, names: Names) -> None:
        """Take the names that cells may hold."""
        self._names = names

    def fragments(self, table: Table) -> Iterator[Fragment]:
        """What each row says; a row that cannot be read is a problem.

        Empty rows are left out, and those whose identifier stands in parentheses.
        """
        across = [m for m in table.sheet.merged if m[1] < m[3]]
        identifiers = [column.index for column in table.columns if is_id(column.meaning)]
        for row in table.rows:
            named = [str(_cell(row, index)) for index in identifiers]
            if not row.empty and not any(map(is_comment, named)):
                yield self._fragment(table, row, across)

    def _fragment(
        self, table: Table, row: Row, across: list[tuple[int, int, int, int]]
    ) -> Fragment:
        place = table.sheet.place(row.number)
        found = Fragment(place, id_place=place, repeats=table.sheet.kind in {None, "candidate"})
        fault = row.fault or _width_fault(table, row, place) or _merged_fault(row, place, across)
        if fault:
            found.problems.append(fault)
        else:
            _check_unheaded(table, row, place, found)
            for (part, number), columns in table.groups.items():
                if part == "candidate":
                    self._person(found, table, row, columns)
                else:
                    self._part(found, table, row, part, number, columns)
        if table.has_id and not found.key and not found.problems:
            column = next(c for c in table.columns if is_id(c.meaning))
            found.problems.append(problem("no-id", place.at(column.index, column.heading)))
        return found

    def _person(self, found: Fragment, table: Table, row: Row, columns: list[Column]) -> None:
        for column in columns:
            for value in self._values(found, table, row, column):
                if is_id(column.meaning):
                    found.id_text = " ".join(value.value.split())
                    found.key = found.id_text
                    found.id_place = found.place.at(column.index, column.heading)
                else:
                    where = found.place.at(column.index, column.heading)
                    property_ = column.meaning.property
                    found.person.append(Stated(property_, value, column.heading, where))

    def _part(
        self,
        found: Fragment,
        table: Table,
        row: Row,
        part: str,
        number: int,
        columns: list[Column],
    ) -> None:
        if all(is_blank(_cell(row, column.index)) for column in columns):
            return
        made = Part(RawNode(), found.place)
        for column in columns:
            meaning = column.meaning
            made.places[column.heading] = found.place.at(column.index, column.heading)
            for value in self._values(found, table, row, column):
                if meaning.key == "id":
                    made.node.iri = value.value
                else:
                    made.node.add(meaning.property, value)
            made.node.named.setdefault(meaning.property, column.heading)
        found.parts[part].append(made)

    def _values(self, found: Fragment, table: Table, row: Row, column: Column) -> list[Value]:
        """The values of a cell; what is wrong with it goes to the row's problems."""
        place = found.place.at(column.index, column.heading)
        cell = _cell(row, column.index)
        try:
            if (row.number, column.index) in table.sheet.formulas:
                raise CellFault("formula")
            return self.read(cell, column, lossy=table.sheet.lossy)
        except CellFault as fault:
            found.problems.append(problem(fault.key, place, **fault.params))
            return []

    def read(self, cell: Cell, column: Column, *, lossy: bool = False) -> list[Value]:
        """The values of a cell; CellFault where it cannot be read.

        `lossy`: letters may have been lost before the text came to us.
        """
        if is_blank(cell):
            return []
        if isinstance(cell, str):
            _check_text(cell, lossy=lossy)
        how = column.meaning.how
        if how == "date":
            return _date_values(cell, ongoing=column.meaning.key == "end")
        if how == "item":
            return [Value("iri", column.meaning.item)] if _is_yes(cell) else []
        text = _text(cell)
        if how == "id":
            return [_identifier(text, column)]
        if how == "knowledge":
            return self._several(text)
        if how in _RESOURCES:
            return [self._resource(how, text)]
        return [Value("text", text, _XSD_STRING)]

    def _resource(self, kind: str, text: str) -> Value:
        found = self._names.find(kind, text)
        if len(found) == 1:
            return Value("iri", found[0], shown=text.strip())
        if found:
            raise CellFault("ambiguous-value", value=text, allowed="; ".join(found))
        near = self._names.nearest(kind, text)
        key = "unknown-value-nearest" if near else "unknown-value"
        raise CellFault(key, value=_short(text), nearest=near, allowed=self._names.allowed(kind))

    def _several(self, text: str) -> list[Value]:
        """Knowledge items, one after the other: between `;`, line ends, or commas."""
        found: list[Value] = []
        for piece in re.split(r"[;\n\r]", text):
            if not piece.strip():
                continue
            commas = [part for part in piece.split(",") if part.strip()]
            if self._names.find("knowledge", piece) or len(commas) < 2:
                found.append(self._resource("knowledge", piece.strip()))
            else:
                found += [self._resource("knowledge", part.strip()) for part in commas]
        return found


def _cell(row: Row, index: int) -> Cell:
    return row.cells[index] if index < len(row.cells) else ""


def _width_fault(table: Table, row: Row, place: Place) -> PlacedProblem | None:
    """Whether a delimited row is broken; spreadsheets write every row to the same width."""
    if not table.sheet.exact_width:
        return None
    if len(row.cells) < table.width:
        return problem("row-short", place, found=len(row.cells), expected=table.width)
    if any(not is_blank(cell) for cell in row.cells[table.width :]):
        return problem("row-long", place, found=len(row.cells), expected=table.width)
    return None


def _merged_fault(
    row: Row, place: Place, across: list[tuple[int, int, int, int]]
) -> PlacedProblem | None:
    for top, left, bottom, right in across:
        if top <= row.number <= bottom:
            name = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
            return problem("merged", place.at(left), range=name)
    return None


def _check_unheaded(table: Table, row: Row, place: Place, found: Fragment) -> None:
    """A value below no heading would be lost."""
    for index in range(table.width, len(row.cells)):
        if not is_blank(row.cells[index]):
            found.problems.append(problem("heading-empty", place.at(index)))
    for index in table.unheaded:
        if not is_blank(_cell(row, index)):
            found.problems.append(problem("heading-empty", place.at(index)))


def is_readable(text: str) -> bool:
    """Whether a cell with this text is read as this text."""
    try:
        _check_text(text, lossy=False)
    except CellFault:
        return False
    return not is_blank(text)


def _check_text(text: str, *, lossy: bool) -> None:
    if _ERRORS.fullmatch(text.strip()):
        raise CellFault("error-cell", value=text.strip())
    if lossy and _LOST.search(text) and not as_iri(text):
        raise CellFault("letters-lost", value=_short(text))


def _text(cell: Cell) -> str:
    if isinstance(cell, bool | date | datetime | time | timedelta):
        raise CellFault("text-number", value=str(cell))
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)


def _identifier(text: str, column: Column) -> Value:
    own = column.meaning.part == "candidate"
    stripped = text.strip()
    if _CONTROL.search(stripped) or len(stripped) > 500 or not (own or as_iri(stripped)):
        raise CellFault("id-form", value=_short(stripped))
    return Value("text", stripped)


def _date_values(cell: Cell, *, ongoing: bool) -> list[Value]:
    if isinstance(cell, datetime):
        if cell.time() != time(0):
            raise CellFault("date-time", value=cell.isoformat(sep=" "))
        day = cell.date()
    elif isinstance(cell, date):
        day = cell
    elif isinstance(cell, str):
        form = normal(cell)
        if ongoing and (form in said("word-ongoing") or form in _DASHES):
            return []
        try:
            day = parse_date(cell)
        except DateFault as error:
            raise CellFault(str(error), value=_short(cell)) from error
    elif isinstance(cell, float) and not isinstance(cell, bool):
        raise CellFault("date-number", value=_text(cell))
    else:
        raise CellFault("date-form", value=str(cell))
    return [Value("text", day.isoformat(), XSD_DATE, shown=str(cell))]


def _is_yes(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    form = normal(str(cell))
    if form in said("word-yes") or form in _YES_SIGNS:
        return True
    if form in said("word-no") or form in _NO_SIGNS:
        return False
    raise CellFault(
        "yes-no",
        value=_short(str(cell)),
        yes={lang: written("word-yes", lang) for lang in LANGUAGES},
    )


def _short(text: str) -> str:
    """A text as a message shows it."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:57] + "…"
