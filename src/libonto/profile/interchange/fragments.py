"""From a row to what it states of a person: values, credentials and employments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import cycle

from libonto.errors import Place, Problem, column_letters
from libonto.locales import LANGUAGES
from libonto.profile.account import Note, Unresolved, problem
from libonto.profile.checks import XSD_DATE, XSD_STRING, RawNode, Value
from libonto.profile.interchange.dates import (
    WrittenDay,
    written_day,
    written_end,
    written_period,
)
from libonto.profile.interchange.headings import (
    Column,
    heading_key,
    is_comment,
    normal,
    spellings,
    written,
)
from libonto.profile.interchange.layout import Table
from libonto.profile.interchange.names import RESOURCES, Names, as_iri
from libonto.profile.interchange.sheets import (
    ERRORS,
    INVISIBLE,
    YEARS,
    Cell,
    ErrorCell,
    Row,
    is_blank,
)

_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]")
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,3}", re.IGNORECASE)
"""How a spreadsheet shows a long number, and writes it into CSV: its last digits are gone."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_YES_SIGNS = {"+", "x", "х", "✓", "✔", "1", "1.0"}
_NO_SIGNS = {"-", "0", "0.0"}
_ALPHABETS = ("абвгдежз", "аәбвгғде", "abcdefgh")
_MOST_MERGED = 10_000
_PERIOD = ("startedOn", "endedOn")


@dataclass
class Fragment:
    """What one row says; `key` is the person's identifier, for comparison.

    `repeats`: the row stands in a table of persons, where further rows of a person may
    repeat what an earlier one says. `group` names the cells that are merged over the rows of
    one person. `states`: it states something of the person besides a name and an identifier;
    `excerpt` is the first cell of a row that does not. A value of kind `other` names one
    category of several ladders: which one depends on the person's other cells.
    """

    place: Place
    key: str = ""
    id_place: Place = field(default_factory=Place)
    repeats: bool = True
    group: str = ""
    states: bool = False
    excerpt: str = ""
    person: RawNode = field(default_factory=RawNode)
    parts: dict[str, list[RawNode]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

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
        """`names` are those that cells may hold."""
        self._names = names

    def fragments(self, table: Table) -> Iterator[Fragment]:
        """What each row says; a row that cannot be read is a problem.

        Empty rows are left out, and those whose identifier stands in parentheses.
        """
        sheet = table.sheet
        columns = [c for c in table.columns if c.meaning.key in {"id", "name"}]
        callers = {c.index for c in columns if c.meaning.part == "candidate"}
        down = {
            row: f"{sheet.title}!{merged}"
            for merged in sheet.merged
            if merged[1] == merged[3] and merged[1] in callers
            for row in range(merged[0], min(merged[2], merged[0] + _MOST_MERGED) + 1)
        }
        above: Fragment | None = None
        for row in table.rows:
            place = sheet.place(row.number)
            if reason := _passed_row(table, row):
                yield Fragment(place, notes=[Note("ignored", place, "", reason)])
                continue
            if row.empty:
                continue
            own = str(row.cell(table.id_column.index)) if table.id_column else ""
            if is_comment(own):
                note = Note("ignored", place, own.strip(), "row-in-parentheses")
                yield Fragment(place, notes=[note])
                continue
            above = self._fragment(_Line(table, row, place), down.get(row.number, ""), above)
            yield above

    def _fragment(self, line: _Line, group: str, above: Fragment | None) -> Fragment:
        table, place = line.table, line.place
        fragment = Fragment(
            place, id_place=place, repeats=table.sheet.kind in {None, "candidate"}, group=group
        )
        stating = [column for column in table.columns if line.states(column)]
        fragment.states = not all(map(line.is_dash, stating))
        fragment.excerpt = line.row.excerpt
        if stating and not fragment.states:
            fragment.notes.append(Note("ignored", place, fragment.excerpt, "row-of-dashes"))
        if line.row.number in table.sheet.hidden and fragment.states:
            fragment.notes.append(Note("caveat", place, "", "row-hidden"))
        fragment.problems += line.faults(states=fragment.states)
        if fragment.problems:
            return fragment
        if fragment.states:
            fragment.problems += line.unheaded()
        for (part, _), columns in table.groups.items():
            if part == "candidate":
                fragment.person = self._node(fragment, line, columns)
                fragment.key = " ".join((fragment.person.iri or "").split())
                if fragment.key and table.id_column:
                    fragment.id_place = line.at(table.id_column)
            elif fragment.states and any(map(line.states, columns)):
                node = self._node(fragment, line, columns)
                fragment.parts.setdefault(part, []).append(node)
        if not fragment.states:  # what it is called need not be right
            fragment.problems.clear()
        elif table.id_column and not fragment.key and not fragment.problems:
            if group and above and above.group == group:
                fragment.key = above.key
            else:
                fragment.problems.append(problem("no-id", line.at(table.id_column)))
        return fragment

    def _node(self, fragment: Fragment, line: _Line, columns: list[Column]) -> RawNode:
        """What a row states of the person, or of one credential, employment, …"""
        node = RawNode(place=line.place)
        names: list[str] = []  # the parts of the name, in their order
        for column in columns:
            meaning = column.meaning
            own = "id" if meaning.how == "id" else meaning.property
            properties = _PERIOD if meaning.how == "period" else (own,)
            values = self._values(fragment, line, column, columns)
            for property_ in properties if values or meaning.part != "candidate" else ():
                node.named.setdefault(property_, column.heading)
                if property_:
                    node.places.setdefault(property_, line.at(column))
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
        self, fragment: Fragment, line: _Line, column: Column, group: Sequence[Column]
    ) -> list[Value]:
        """The values of a cell; what is wrong with it goes to the row's problems.

        `group`: the columns of the same credential or employment.
        """
        cell = line.row.cell(column.index)
        try:
            if line.is_computed(column):
                raise Unresolved("formula")
            if level := self._level_of_diploma(line.row, column, group):
                labels = self._names.listed("education", [level])
                note = Note("caveat", line.at(column), str(cell), "diploma", {"level": labels})
                fragment.notes.append(note)
                return [Value("iri", level, original=str(cell).strip())]
            values = self.read(cell, column, lossy=line.table.sheet.lossy)
        except Unresolved as fault:
            text = _text(cell) if isinstance(cell, float) else str(cell).translate(INVISIBLE)
            params = {"value": _short(text)} | fault.params
            fragment.problems.append(problem(fault.key, line.at(column), **params))
            return []
        if isinstance(cell, str) and any(v.datatype == XSD_DATE and v.language for v in values):
            fragment.notes.append(Note("caveat", line.at(column), cell, "time-zone"))
        return values

    def read(self, cell: Cell, column: Column, *, lossy: bool = False) -> list[Value]:
        """The values of a cell; Unresolved where it cannot be read.

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
            return [Value("iri", iri, original=str(cell)) for iri in mapped]
        if how in {"date", "award", "period"}:
            return [_day(day, str(cell), how) for day in self._days(cell, column)]
        if how == "item":
            return [Value("iri", column.meaning.item)] if _is_yes(cell) else []
        text = _text(cell)
        if how == "id":
            if _ROUNDED.fullmatch(text) or (isinstance(cell, float) and abs(cell) >= 1e15):
                raise Unresolved("id-rounded", value=text.removesuffix(".0"))
            return [_identifier(text, column)]
        if column.meaning.key == "country":
            return [Value("text", self._names.country(text), XSD_STRING, original=text)]
        if how == "knowledge":
            items = [] if normal(text) in spellings("word-no") else self._names.items(text)
            return [self._resource("knowledge", item) for item in items]
        if how == "category" and _is_none(text):
            return []
        if how in RESOURCES:
            return [self._resource(how, text)]
        return [Value("text", text, XSD_STRING)]

    def _resource(self, kind: str, text: str) -> Value:
        iris = self._names.find(kind, text)
        if len(iris) == 1:
            return Value("iri", iris[0], original=text.strip())
        if kind == "category" and iris:
            return Value("other", " ".join(iris), original=text.strip())
        if iris:
            choices = self._names.listed(kind, iris)
            raise Unresolved("ambiguous-value", value=_short(text), choices=choices)
        near = self._names.nearest(kind, text)
        key = "unknown-value-nearest" if near else "unknown-value"
        raise Unresolved(key, value=_short(text), nearest=near, allowed=self._names.allowed(kind))

    def _level_of_diploma(self, row: Row, column: Column, group: Sequence[Column]) -> str:
        """The level of a diploma whose own name stands in the place of a level; else nothing.

        Unresolved where its country is not stated, or has no level or several for that name.
        """
        names, cell = self._names, row.cell(column.index)
        if column.meaning.how != "education" or not isinstance(cell, str):
            return ""
        text = cell.translate(INVISIBLE)
        if names.find("education", text) or names.mapping.value(column.meaning, cell) is not None:
            return ""
        cells = [row.cell(c.index) for c in group if c.meaning.key == "country"]
        country = next((str(of) for of in cells if not is_blank(of)), "")
        return names.level_of_diploma(text, names.country(country).upper())

    def choose(self, node: RawNode, levels: frozenset[str]) -> Iterator[Problem]:
        """Replace several categories by the one that is meant; a problem where it is not certain.

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
                    values[index] = Value("iri", fitting[0], original=str(value))
                else:
                    choices = names.listed("category", options)
                    place = node.places[property_]
                    yield problem("ambiguous-value", place, value=str(value), choices=choices)

    def _days(self, cell: Cell, column: Column) -> Sequence[WrittenDay]:
        """The days of a cell: none for “still employed”, the first and the last of a period."""
        how, key = column.meaning.how, column.meaning.key
        order = self._names.mapping.month_first
        if isinstance(cell, str):
            if how == "period":
                begun, ended = written_period(cell, self._names.is_ongoing, month_first=order)
                return [begun, ended] if ended else [begun]
            if key == "end" and self._names.is_ongoing(cell):
                return []
            if key in {"start", "end"}:
                return [written_end(cell, is_first=key == "start", month_first=order)]
            return [written_day(cell, month_first=order)]
        if how == "period":
            raise Unresolved("period-form")
        if isinstance(cell, datetime):
            if cell.time() != time(0):
                raise Unresolved("date-time")
            cell = cell.date()
        if isinstance(cell, date):
            return [WrittenDay(cell.isoformat())]
        if isinstance(cell, float) and not isinstance(cell, bool):
            if not cell.is_integer() or int(cell) not in YEARS:
                raise Unresolved("date-number")
            return [WrittenDay(str(int(cell)))]
        raise Unresolved("date-form")


@dataclass(frozen=True)
class _Line:
    """A row of a table, and its place."""

    table: Table
    row: Row
    place: Place

    def at(self, column: Column) -> Place:
        """The place of a cell."""
        return self.place.at(column.index, column.heading)

    def is_computed(self, column: Column) -> bool:
        """Whether a formula stands in a cell."""
        return (self.row.number, column.index) in self.table.sheet.formulas

    def states(self, column: Column) -> bool:
        """Whether a cell states something of a person, besides what they are called."""
        how, cell = column.meaning.how, self.row.cell(column.index)
        if column.meaning.part == "candidate" and how in {"id", "text", "name-part"}:
            return False
        if self.is_computed(column):
            return True
        if is_blank(cell):
            return False
        if how in {"item", "knowledge"} and normal(str(cell)) in spellings("word-no"):
            return False
        if not isinstance(cell, str):
            return True
        is_no_sign = how == "item" and normal(cell) in _NO_SIGNS
        return not (is_no_sign or (how == "category" and _is_none(cell)))

    def is_dash(self, column: Column) -> bool:
        """Whether dashes stand in a cell in the place of something, and no formula made them."""
        cell = self.row.cell(column.index)
        return isinstance(cell, str) and set(normal(cell)) == {"-"} and not self.is_computed(column)

    def faults(self, *, states: bool) -> Iterator[Problem]:
        """Why the row cannot be read at all: it is broken, merged, or has an error for a value.

        Spreadsheets write every row to the same width.
        """
        row, width = self.row, self.table.width
        count = {"found": len(row.cells), "expected": width}
        merged = (m for m in self.table.sheet.merged if m[1] < m[3] and m[0] <= row.number <= m[2])
        if row.fault:
            yield row.fault
        elif self.table.sheet.exact_width and len(row.cells) < width:
            yield problem("row-short", self.place, **count)
        elif self.table.sheet.exact_width and not all(map(is_blank, row.cells[width:])):
            yield problem("row-long", self.place, **count)
        elif states and (across := next(merged, None)):
            top, left, bottom, right = across
            name = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
            yield problem("merged", self.place.at(left), range=name)
        else:
            headings = {column.index: column.heading for column in self.table.columns}
            yield from row.error_cells(self.place, headings)

    def unheaded(self) -> Iterator[Problem]:
        """Values below no heading, which would be lost."""
        beyond = range(self.table.width, len(self.row.cells))
        for index in (*beyond, *self.table.unheaded):
            if not is_blank(self.row.cell(index)):
                yield problem("heading-empty", self.place.at(index))


def _day(day: WrittenDay, text: str, how: str) -> Value:
    """A day as a value; where an award is, a month or a year too."""
    if day.timed and not day.zoned:
        raise Unresolved("date-time")
    if not day.whole and how != "award":
        raise Unresolved("date-partial")
    zone = "zone" if day.zoned else ""
    return Value("text", day.text, XSD_DATE if day.whole else XSD_STRING, zone, original=text)


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


def is_readable(text: str) -> bool:
    """Whether a cell with this text is read as this text."""
    try:
        _check_text(text, lossy=False)
    except Unresolved:
        return False
    return not is_blank(text)


def _check_text(text: str, *, lossy: bool) -> None:
    if ERRORS.fullmatch(text.strip()):
        raise Unresolved("error-cell")
    if lossy and _LOST.search(text) and not as_iri(text):
        raise Unresolved("letters-lost")


def _text(cell: Cell) -> str:
    if isinstance(cell, bool | date | datetime | time | timedelta | ErrorCell):
        raise Unresolved("text-number")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)


def _identifier(text: str, column: Column) -> Value:
    own = column.meaning.part == "candidate"
    stripped = text.strip()
    if _CONTROL.search(stripped) or len(stripped) > 500 or not (own or as_iri(stripped)):
        raise Unresolved("id-form")
    return Value("text", stripped)


def _is_none(text: str) -> bool:
    """Whether it says that there is no category."""
    return normal(text) in spellings("word-no") or normal(text) == "-"


def _is_yes(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    form = normal(str(cell))
    if form in spellings("word-yes") or form in _YES_SIGNS:
        return True
    if form in spellings("word-no") or form in _NO_SIGNS:
        return False
    raise Unresolved("yes-no", yes={lang: written("word-yes", lang) for lang in LANGUAGES})


def _short(text: str) -> str:
    """A text as a message shows it."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:57] + "…"
