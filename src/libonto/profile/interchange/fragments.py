"""From a row to what it says of a person: values, credentials and employments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import cycle

from libonto.locales import LANGUAGES
from libonto.profile.account import Note, Place, PlacedProblem, column_letters, problem
from libonto.profile.checks import XSD_DATE, XSD_STRING
from libonto.profile.interchange.dates import DateFault, written_day, written_end, written_period
from libonto.profile.interchange.headings import (
    Column,
    heading_key,
    is_comment,
    normal,
    said,
    written,
)
from libonto.profile.interchange.layout import Table
from libonto.profile.interchange.names import RESOURCES, DiplomaFault, Names, as_iri
from libonto.profile.interchange.sheets import (
    ERRORS,
    INVISIBLE,
    Cell,
    ErrorCell,
    Merged,
    Row,
    is_blank,
)
from libonto.profile.raw import RawNode, Value

_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]")
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,3}", re.IGNORECASE)
"""How a spreadsheet shows a long number, and writes it into CSV: its last digits are gone."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_YES_SIGNS = {"+", "x", "х", "✓", "✔", "1", "1.0"}
_NO_SIGNS = {"-", "0", "0.0"}
_ALPHABETS = ("абвгдежз", "аәбвгғде", "abcdefgh")
_YEARS = range(1900, 2101)
"""The whole numbers that are years, in a column of days."""
_MOST_MERGED = 10_000
_PERIOD = ("startedOn", "endedOn")


class CellFault(ValueError):
    """A cell that cannot be read; the key of its sentence and what fills that in."""

    def __init__(self, key: str, **params: object) -> None:
        """Take the key and the parameters of the sentence."""
        super().__init__(key)
        self.key = key
        self.params = params


@dataclass
class Fragment:
    """What one row says; `key` is the person's identifier, for comparison.

    `repeats`: the row stands in a table of persons, where further rows of a person may
    repeat what an earlier one says. `group` names the cells that are merged over the rows of
    one person. `states`: it says something of the person besides what they are called;
    `shown` is how a row that does not is shown. A value of kind `other` names one category of
    several ladders: it waits for what the person's other cells say.
    """

    place: Place
    key: str = ""
    id_place: Place = field(default_factory=Place)
    repeats: bool = True
    group: str = ""
    states: bool = False
    shown: str = ""
    person: RawNode = field(default_factory=RawNode)
    parts: dict[str, list[RawNode]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    problems: list[PlacedProblem] = field(default_factory=list)

    @property
    def called(self) -> str:
        """The person's name as it is written."""
        return next(map(str, self.person.values.get("name", ())), "")

    @property
    def name(self) -> str:
        """The person's name, for comparison."""
        return normal(next((v.value for v in self.person.values.get("name", ())), ""))


class FragmentReader:
    """Reads the rows of tables."""

    def __init__(self, names: Names) -> None:
        """Take the names that cells may hold."""
        self._names = names

    def fragments(self, table: Table) -> Iterator[Fragment]:
        """What each row says; a row that cannot be read is a problem.

        Empty rows are left out, and those whose identifier stands in parentheses.
        """
        sheet = table.sheet
        across = [m for m in sheet.merged if m[1] < m[3]]
        columns = {c.index: c for c in table.columns if c.meaning.key in {"id", "name"}}
        callers = {i: c for i, c in columns.items() if c.meaning.part == "candidate"}
        down = {
            row: f"{sheet.title}!{merged}"
            for merged in sheet.merged
            if merged[1] == merged[3] and merged[1] in callers
            for row in range(merged[0], min(merged[2], merged[0] + _MOST_MERGED) + 1)
        }
        above: Fragment | None = None
        for row in table.rows:
            if reason := _passed_row(table, row):
                place = sheet.place(row.number)
                yield Fragment(place, notes=[Note("ignored", place, "", reason)])
                continue
            named = [str(_cell(row, i)) for i, c in callers.items() if c.meaning.key == "id"]
            if row.empty:
                continue
            if any(map(is_comment, named)):
                place = sheet.place(row.number)
                note = Note("ignored", place, named[0].strip(), "row-in-parentheses")
                yield Fragment(place, notes=[note])
                continue
            above = self._fragment(table, row, across, down.get(row.number, ""), above)
            yield above

    def _fragment(
        self,
        table: Table,
        row: Row,
        across: list[Merged],
        group: str,
        above: Fragment | None,
    ) -> Fragment:
        place = table.sheet.place(row.number)
        found = Fragment(place, id_place=place, repeats=table.sheet.kind in {None, "candidate"})
        found.group = group
        stating = [c for c in table.columns if _states(_cell(row, c.index), c, table, row)]
        found.states = not all(_is_dash(_cell(row, c.index), c, table, row) for c in stating)
        found.shown = next((str(cell) for cell in row.cells if not is_blank(cell)), "")
        if stating and not found.states:
            found.notes.append(Note("ignored", place, found.shown, "row-of-dashes"))
        if row.number in table.sheet.hidden and found.states:
            found.notes.append(Note("caveat", place, "", "row-hidden"))
        fault = row.fault or _width_fault(table, row, place)
        if not fault and found.states:
            fault = _merged_fault(row, place, across)
        if fault:
            found.problems.append(fault)
            return found
        _check_errors(table, row, place, found)
        if found.problems:
            return found
        if found.states:
            _check_unheaded(table, row, place, found)
        for (part, _), columns in table.groups.items():
            if part == "candidate":
                found.person = self._node(found, table, row, columns)
                found.key = " ".join((found.person.iri or "").split())
                if found.key and table.id_column:
                    found.id_place = place.at(table.id_column.index, table.id_column.heading)
            elif found.states and any(_states(_cell(row, c.index), c, table, row) for c in columns):
                node = self._node(found, table, row, columns)
                found.parts.setdefault(part, []).append(node)
        if not found.states:  # what it is called need not be right
            found.problems.clear()
        elif table.id_column and not found.key and not found.problems:
            if group and above and above.group == group:
                found.key = above.key
            else:
                where = place.at(table.id_column.index, table.id_column.heading)
                found.problems.append(problem("no-id", where))
        return found

    def _node(self, found: Fragment, table: Table, row: Row, columns: list[Column]) -> RawNode:
        """What a row says of the person, or of one credential, employment, …"""
        node = RawNode(place=found.place)
        names: list[str] = []  # the parts of the name, in their order
        for column in columns:
            meaning = column.meaning
            properties = _PERIOD if meaning.how == "period" else (meaning.property,)
            values = self._values(found, table, row, column, columns)
            for property_ in properties if values or meaning.part != "candidate" else ():
                node.named.setdefault(property_, column.heading)
                if property_:
                    place = found.place.at(column.index, column.heading)
                    node.places.setdefault(property_, place)
            for value, property_ in zip(values, cycle(properties), strict=False):
                if meaning.key == "id":
                    node.iri = value.value
                elif meaning.how == "name-part":
                    names.append(value.value.strip())
                else:
                    node.add(property_, value)
        if names:
            node.add("name", Value("text", " ".join(names), XSD_STRING))
        return node

    def _values(
        self,
        found: Fragment,
        table: Table,
        row: Row,
        column: Column,
        group: Sequence[Column],
    ) -> list[Value]:
        """The values of a cell; what is wrong with it goes to the row's problems.

        `group`: the columns of the same credential or employment.
        """
        place = found.place.at(column.index, column.heading)
        cell = _cell(row, column.index)
        try:
            if (row.number, column.index) in table.sheet.formulas:
                raise CellFault("formula")
            if level := self._level_of_diploma(row, column, group):
                labels = self._names.listed("education", [level])
                found.notes.append(Note("caveat", place, str(cell), "diploma", {"level": labels}))
                return [Value("iri", level, shown=str(cell).strip())]
            values = self.read(cell, column, lossy=table.sheet.lossy)
        except CellFault as fault:
            found.problems.append(problem(fault.key, place, **fault.params))
            return []
        if isinstance(cell, str) and any(v.datatype == XSD_DATE and v.language for v in values):
            found.notes.append(Note("caveat", place, cell, "time-zone"))
        return values

    def read(self, cell: Cell, column: Column, *, lossy: bool = False) -> list[Value]:
        """The values of a cell; CellFault where it cannot be read.

        `lossy`: letters may have been lost before the text came to us.
        """
        if is_blank(cell):
            return []
        how = column.meaning.how
        if isinstance(cell, str):
            _check_text(cell, lossy=lossy)
            cell = cell if how == "text" else cell.translate(INVISIBLE)
        mapped = self._names.mapping.value(column.meaning, str(cell))
        if mapped is not None:
            return [Value("iri", iri, shown=str(cell)) for iri in mapped]
        if how == "period":
            return self._period(cell)
        if how in {"date", "award"}:
            return self._days(cell, column)
        if how == "item":
            return [Value("iri", column.meaning.item)] if _is_yes(cell) else []
        text = _text(cell)
        if how == "id":
            if _ROUNDED.fullmatch(text) or (isinstance(cell, float) and abs(cell) >= 1e15):
                raise CellFault("id-rounded", value=text.removesuffix(".0"))
            return [_identifier(text, column)]
        if column.meaning.key == "country":
            return [Value("text", self._names.country(text), XSD_STRING, shown=text)]
        if how == "knowledge":
            return [] if normal(text) in said("word-no") else self._several(text)
        if how == "category" and _is_none(text):
            return []
        if how in RESOURCES:
            return [self._resource(how, text)]
        return [Value("text", text, XSD_STRING)]

    def _resource(self, kind: str, text: str) -> Value:
        found = self._names.find(kind, text)
        if len(found) == 1:
            return Value("iri", found[0], shown=text.strip())
        if kind == "category" and found:
            return Value("other", " ".join(found), shown=text.strip())
        if found:
            raise CellFault(
                "ambiguous-value", value=_short(text), choices=self._names.listed(kind, found)
            )
        near = self._names.nearest(kind, text)
        key = "unknown-value-nearest" if near else "unknown-value"
        raise CellFault(key, value=_short(text), nearest=near, allowed=self._names.allowed(kind))

    def _level_of_diploma(self, row: Row, column: Column, group: Sequence[Column]) -> str:
        """The level of a diploma whose own name stands in the place of a level; else nothing.

        CellFault where its country is not stated, or has no level or several for that name.
        """
        names, cell = self._names, _cell(row, column.index)
        if column.meaning.how != "education" or not isinstance(cell, str):
            return ""
        text = cell.translate(INVISIBLE)
        if names.find("education", text) or names.mapping.value(column.meaning, cell) is not None:
            return ""
        stated = [_cell(row, c.index) for c in group if c.meaning.key == "country"]
        country = next((names.country(str(of)).upper() for of in stated if not is_blank(of)), "")
        try:
            return names.level_of_diploma(text, country)
        except DiplomaFault as fault:
            raise CellFault(fault.key, value=_short(text), **fault.params) from fault

    def choose(self, node: RawNode, levels: frozenset[str]) -> Iterator[PlacedProblem]:
        """Put the category that is meant for one of several; a problem where that cannot be told.

        `levels` are the levels of education that the person states.
        """
        names = self._names
        for property_, values in node.values.items():
            for index, value in enumerate(values):
                if value.kind != "other":
                    continue
                options = value.value.split()
                fitting = [iri for iri in options if levels and levels <= names.levels_of(iri)]
                if len(fitting) == 1:
                    values[index] = Value("iri", fitting[0], shown=str(value))
                else:
                    choices = names.listed("category", options)
                    place = node.places[property_]
                    yield problem("ambiguous-value", place, value=str(value), choices=choices)

    def _days(self, cell: Cell, column: Column) -> list[Value]:
        """The day of a cell, or nothing for “still employed”; where an award is, a year too."""
        how, key = column.meaning.how, column.meaning.key
        shown = _text(cell) if isinstance(cell, float) else _short(str(cell))
        zoned = False
        if isinstance(cell, datetime):
            if cell.time() != time(0):
                raise CellFault("date-time", value=cell.isoformat(sep=" "))
            text = cell.date().isoformat()
        elif isinstance(cell, date):
            text = cell.isoformat()
        elif isinstance(cell, float) and not isinstance(cell, bool):
            if not cell.is_integer() or int(cell) not in _YEARS:
                raise CellFault("date-number", value=_text(cell))
            text = str(int(cell))
        elif isinstance(cell, str):
            if key == "end" and self._names.is_ongoing(cell):
                return []
            try:
                order = self._names.mapping.month_first
                if key in {"start", "end"}:
                    day = written_end(cell, is_first=key == "start", month_first=order)
                else:
                    day = written_day(cell, month_first=order)
            except DateFault as error:
                raise CellFault(error.key, value=shown, **error.params) from error
            text, zoned = day.text, day.zoned
            if day.timed and not zoned:
                raise CellFault("date-time", value=shown)
        else:
            raise CellFault("date-form", value=shown)
        if len(text) < 10:
            if how != "award":
                raise CellFault("date-partial", value=shown)
            return [Value("text", text, XSD_STRING, shown=str(cell))]
        zone = "zone" if zoned else ""
        return [Value("text", text, XSD_DATE, zone, shown=str(cell))]

    def _period(self, cell: Cell) -> list[Value]:
        """The first day of a period and its last, if it has one yet."""
        shown = _short(str(cell))
        if not isinstance(cell, str):
            raise CellFault("period-form", value=shown)
        try:
            begun, ended = written_period(
                cell, self._names.is_ongoing, month_first=self._names.mapping.month_first
            )
        except DateFault as error:
            raise CellFault(error.key, **{"value": shown} | error.params) from error
        values = []
        for day in filter(None, (begun, ended)):
            if day.timed and not day.zoned:
                raise CellFault("date-time", value=shown)
            zone = "zone" if day.zoned else ""
            values.append(Value("text", day.text, XSD_DATE, zone, shown=cell))
        return values

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


def _passed_row(table: Table, row: Row) -> str:
    """Why a row describes no candidate whatever it holds; empty where it may describe one.

    It numbers the columns (1, 2, 3 or А, Б, 1, 2), as forms have it, or repeats the headings, as
    a print-out does on every page.
    """
    filled = [(i, cell) for i, cell in enumerate(row.cells) if not is_blank(cell)]
    texts = [_text(c) if isinstance(c, float) else str(c).strip(" ().") for _, c in filled]
    lettered = next((n for n, text in enumerate(texts) if text.isdecimal()), len(texts))
    letters = "".join(texts[:lettered]).casefold()
    is_lettered = len(letters) == lettered and any(a.startswith(letters) for a in _ALPHABETS)
    numbers = [str(n + 1) for n in range(len(texts) - lettered)]
    if len(texts) > 2 and is_lettered and texts[lettered:] == numbers:
        return "row-of-numbers"
    headings = {column.index: column.heading for column in table.columns}
    own = [(headings[i], cell) for i, cell in filled if i in headings]
    is_repeated = all(heading_key(str(cell)) == heading_key(h) != "" for h, cell in own)
    return "row-of-headings" if len(own) > 1 and is_repeated else ""


def _states(cell: Cell, column: Column, table: Table, row: Row) -> bool:
    """Whether a cell says something of a person, besides what they are called."""
    meaning = column.meaning
    if meaning.part == "candidate" and meaning.how in {"id", "text", "name-part"}:
        return False
    if (row.number, column.index) in table.sheet.formulas:
        return True
    if meaning.how == "item" and isinstance(cell, str) and normal(cell) in _NO_SIGNS:
        return False
    if meaning.how in {"item", "knowledge"} and normal(str(cell)) in said("word-no"):
        return False
    if meaning.how == "category" and isinstance(cell, str) and _is_none(cell):
        return False
    return not is_blank(cell)


def _is_dash(cell: Cell, column: Column, table: Table, row: Row) -> bool:
    """Whether dashes stand in a cell in the place of something, and no formula made them."""
    is_typed = (row.number, column.index) not in table.sheet.formulas
    return is_typed and isinstance(cell, str) and set(normal(cell)) == {"-"}


def _check_errors(table: Table, row: Row, place: Place, found: Fragment) -> None:
    """An error stands in the place of a value, whatever the column is."""
    headings = {column.index: column.heading for column in table.columns}
    for index, cell in enumerate(row.cells):
        text = str(cell).strip() if isinstance(cell, str | ErrorCell) else ""
        if isinstance(cell, ErrorCell) or ERRORS.fullmatch(text):
            where = place.at(index, headings.get(index, ""))
            found.problems.append(problem("error-cell", where, value=text))


def _merged_fault(row: Row, place: Place, across: list[Merged]) -> PlacedProblem | None:
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
    if ERRORS.fullmatch(text.strip()):
        raise CellFault("error-cell", value=text.strip())
    if lossy and _LOST.search(text) and not as_iri(text):
        raise CellFault("letters-lost", value=_short(text))


def _text(cell: Cell) -> str:
    if isinstance(cell, bool | date | datetime | time | timedelta | ErrorCell):
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


def _is_none(text: str) -> bool:
    """Whether it says that there is no category."""
    return normal(text) in said("word-no") or normal(text) == "-"


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
