"""Candidates out of chunks of a delimited file, each chunk read like a file of its own.

Every cell's text is read once, by the intake's reader of cells, and then remembered by its
column. A row that the fast path does not take goes through the intake, with the headings above
it and the other rows of its person.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any

from libonto.batch.model import FastPathUnsupported, FastTerms, iso_ordinal, period
from libonto.errors import printable
from libonto.graph.terms import is_ours
from libonto.profile.account import Unresolved
from libonto.profile.checks import XSD_DATE, Value
from libonto.profile.interchange.fragments import FragmentReader, is_readable
from libonto.profile.interchange.headings import Column, is_comment
from libonto.profile.interchange.layout import Table, table_of
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.sheets import delimited_sheet, is_blank
from libonto.profile.interchange.tables import person_iri
from libonto.profile.model import UNDATED, FlatProfile
from libonto.profile.vocabulary import DETAILS

_REMEMBERED = 100_000
_PLAIN_ID = re.compile(r"[A-Za-z][A-Za-z0-9:/#?=&._~%@+-]{0,499}|[0-9]{1,15}")


@dataclass
class PersonRows:
    """The rows of one person: the first one's number, counted from 1 in the chunk, and their text.

    `iri` is of the identifier, and empty where there is none. Without a `profile` the intake must
    read them.
    """

    number: int
    iri: str
    text: list[str]
    profile: FlatProfile | None = None


@dataclass
class _PartColumns:
    """The columns of one credential or employment, in the order in which a profile has them.

    There may be a third one, of the award or the end. `has_others`: a flat profile leaves further
    ones out, details or (`rare`) what bears on a verdict and is left to the slow path; `texts` are
    the cells of all of them.
    """

    columns: tuple[int, ...]
    rare: tuple[int, ...]
    has_others: bool
    texts: Callable[[list[str]], tuple[str, ...]]


def records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """The records of a table, with the number of lines up to its end; None for a broken one."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        try:
            cells: list[str] | None = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = None
        yield reader.line_num, cells


class TableReader:
    """Reads the chunks of one table; what a cell's text means is remembered."""

    def __init__(self, head: bytes, name: str, encoding: str | None, names: Names) -> None:
        """`head` is the table up to its headings; UTF-8 where no encoding is stated.

        `count` is the number of rows of the chunk that was read last.
        """
        self.count = 0
        self.head = head
        self.encoding = encoding or "utf-8"
        sheet = delimited_sheet(io.BytesIO(head), name, encoding=encoding)
        table = table_of(sheet, names)
        assert table is not None  # the plan has found the headings
        self.table = table
        self.delimiter = sheet.delimiter
        self._lossy = sheet.lossy
        self._reader = FragmentReader(names)
        self._terms = FastTerms(names.vocabulary)
        self._columns = {column.index: column for column in table.columns}
        self._read = {
            index: lru_cache(_REMEMBERED)(partial(self._meaning, column))
            for index, column in self._columns.items()
        }
        self._layout = _Layout.of(table) or _Layout(quick=False)

    def read(self, text: str) -> Iterator[PersonRows]:
        """The persons of a chunk."""
        lines = text.split("\n")
        if lines and not lines[-1]:
            lines.pop()
        group: list[tuple[int, list[str] | None, list[str]]] = []
        key = ""
        has_id = self._layout.id is not None
        before = self.count = 0
        for end, cells in records((f"{line}\n" for line in lines), self.delimiter):
            self.count += 1
            written = lines[before:end]
            before = end
            if (cells is not None and not any(cells)) or cells == []:
                continue
            own = self._key(cells) if has_id else ""
            if has_id and not own and cells is not None and all(map(is_blank, cells)):
                continue  # invisible characters alone, as the intake takes it
            if group and not (own and own == key):
                yield self._person(group, key)
                group = []
            key = own
            group.append((self.count, cells, written))
        if group:
            yield self._person(group, key)

    def _key(self, cells: list[str] | None) -> str:
        place = self._layout.id
        if cells is None or place is None or place >= len(cells):
            return ""
        return " ".join(cells[place].split())

    def _person(self, group: list[tuple[int, list[str] | None, list[str]]], key: str) -> PersonRows:
        number = group[0][0]
        try:
            if any(len(written) > 1 for _, _, written in group):
                raise FastPathUnsupported  # a line end within quotes, or quotes that are stray
            profile = self._profile([cells for _, cells, _ in group], key)
            if not (profile.credentials or profile.employments or profile.knowledge):
                raise FastPathUnsupported  # it states nothing that bears on a verdict
            if not (profile.iri or profile.name or self._layout.name is None):
                raise FastPathUnsupported  # no name is stated
        except FastPathUnsupported:
            iri = person_iri(key) if key else ""
            return PersonRows(number, iri, [line for _, _, written in group for line in written])
        return PersonRows(number, profile.iri, [], profile)

    def _profile(self, rows: Sequence[list[str] | None], key: str) -> FlatProfile:
        layout = self._layout
        if not layout.quick or (layout.id is not None and not key) or None in rows:
            raise FastPathUnsupported
        profiles = [self._row(row, layout) for row in rows if row is not None]
        if len(profiles) == 1:
            return profiles[0]
        return _merged(profiles, plain=not layout.has_others)

    def _is_plain(self, text: str) -> bool:
        """Whether a text is read as it is written."""
        if text[0] == "'" or (text[0] == "#" and not is_readable(text)):
            return False
        return not (self._lossy and "?" in text)

    def _row(self, cells: list[str], layout: _Layout) -> FlatProfile:
        if len(cells) != self.table.width:
            raise FastPathUnsupported
        if "#" in "".join(cells) and any(text[:1] == "#" for text in cells):
            raise FastPathUnsupported  # an error of a spreadsheet, such as #N/A
        for index in layout.plain:
            text = cells[index]
            if text and not self._is_plain(text):
                raise FastPathUnsupported
        if layout.rare and any(cells[index] for index in layout.rare):
            raise FastPathUnsupported
        credentials = [
            (level, field_, awarded or UNDATED)
            for level, field_, awarded in self._parts(cells, layout.credentials)
        ]
        employments = [
            (position, *period(start, end))
            for position, start, end in self._parts(cells, layout.employments)
        ]
        name = "" if layout.name is None else cells[layout.name]
        knowledge: frozenset[str] = frozenset()
        for index in layout.knowledge:
            known = self._read[index](cells[index])
            if known:
                knowledge = knowledge | known if knowledge else known
        return FlatProfile(
            "" if layout.id is None else self._iri(cells[layout.id], layout.id),
            "" if name.isspace() else printable(name),
            tuple(credentials),
            tuple(employments),
            knowledge,
            None if layout.applies is None else self._read[layout.applies](cells[layout.applies]),
        )

    def _parts(
        self, cells: list[str], parts: Sequence[_PartColumns]
    ) -> Iterator[tuple[Any, Any, Any]]:
        """The three values of each credential or employment that a row states."""
        for part in parts:
            if any(part.texts(cells)):
                first, second, *third = [self._read[n](cells[n]) for n in part.columns]
                if first is None or second is None:
                    raise FastPathUnsupported
                yield first, second, third[0] if third else None

    def _iri(self, text: str, index: int) -> str:
        if not _PLAIN_ID.fullmatch(text):
            if text[:1] in "'#" or is_comment(text) or not text.isprintable():
                raise FastPathUnsupported
            try:
                self._reader.read(text, self._columns[index], lossy=self._lossy)
            except Unresolved as fault:
                raise FastPathUnsupported from fault
        iri = person_iri(text)
        if is_ours(iri):
            raise FastPathUnsupported
        return iri

    def _meaning(self, column: Column, text: str) -> Any:
        """The meaning of a cell: an IRI, a set of IRIs, a day's ordinal, or None where empty."""
        if not text:
            return None
        if text.startswith("'"):
            raise FastPathUnsupported
        how = column.meaning.how
        if how in {"date", "award"}:
            with suppress(FastPathUnsupported):  # written otherwise, it is read below
                return iso_ordinal(text)
        try:
            values = self._reader.read(text, column, lossy=self._lossy)
        except Unresolved as fault:
            raise FastPathUnsupported from fault
        if how in {"knowledge", "item"}:
            return frozenset(self._terms.checked(how, value.value) for value in values)
        if len(values) > 1:
            raise FastPathUnsupported
        return self._one(how, values[0]) if values else None

    def _one(self, how: str, value: Value) -> str | int:
        if how not in {"date", "award"}:
            return self._terms.checked(how, value.value)
        if value.datatype != XSD_DATE:  # an award may be of a month or a year, too
            raise FastPathUnsupported
        return iso_ordinal(value.value)


@dataclass
class _Layout:
    """The columns of a table by what they hold; not `quick`: the intake reads all of its rows."""

    quick: bool = True
    id: int | None = None
    name: int | None = None
    applies: int | None = None
    knowledge: list[int] = field(default_factory=list)
    credentials: list[_PartColumns] = field(default_factory=list)
    employments: list[_PartColumns] = field(default_factory=list)
    plain: list[int] = field(default_factory=list)
    rare: list[int] = field(default_factory=list)

    @property
    def has_others(self) -> bool:
        """Whether a credential or an employment has columns that a flat profile leaves out."""
        return any(part.has_others for part in (*self.credentials, *self.employments))

    @classmethod
    def of(cls, table: Table) -> _Layout | None:
        """The layout of a table; None where some column is for the intake."""
        layout = cls()
        parts: dict[tuple[str, int], dict[str, list[int]]] = {}
        if table.unheaded or table.sheet.kind not in {None, "candidate"}:
            return None
        for column in table.columns:
            meaning = column.meaning
            if meaning.part == "grant":
                return None
            if meaning.part != "candidate":
                group = parts.setdefault((meaning.part, meaning.number), {})
                group.setdefault(meaning.key, []).append(column.index)
                if meaning.how == "text":
                    layout.plain.append(column.index)
            elif meaning.key == "id":
                layout.id = column.index
            elif meaning.key == "name" and meaning.how == "text" and meaning.value == 1:
                layout.name = column.index
                layout.plain.append(column.index)
            elif meaning.key == "appliesFor" and meaning.value == 1:
                layout.applies = column.index
            elif meaning.how in {"knowledge", "item"}:
                layout.knowledge.append(column.index)
            elif meaning.how == "text" and meaning.key == "evidence":
                layout.plain.append(column.index)
            else:
                return None
        for (part, _), group in sorted(parts.items(), key=lambda item: item[0][1]):
            columns = _part(part, group)
            if columns is None:
                return None
            layout.rare += columns.rare
            (layout.credentials if part == "credential" else layout.employments).append(columns)
        return layout


_ORDER = {"credential": ("level", "field", "awarded"), "employment": ("position", "start", "end")}


def _part(part: str, group: dict[str, list[int]]) -> _PartColumns | None:
    several = any(len(indices) > 1 for key, indices in group.items() if key != "evidence")
    first, second, third = _ORDER[part]
    if several or "id" in group or first not in group or second not in group:
        return None
    columns = tuple(group[key][0] for key in (first, second, third) if key in group)
    others = [index for indices in group.values() for index in indices if index not in columns]
    plain = {first, second, third, *DETAILS}
    rare = tuple(group[key][0] for key in group if key not in plain)
    return _PartColumns(columns, rare, bool(others), itemgetter(*columns, *others))


def _merged(rows: list[FlatProfile], *, plain: bool) -> FlatProfile:
    """One person of several rows, each statement once.

    `plain`: two credentials (or employments) with the same columns here are the same.
    """
    names = {row.name for row in rows if row.name}
    targets = {row.applies_for for row in rows if row.applies_for}
    credentials = [c for row in rows for c in row.credentials]
    employments = [e for row in rows for e in row.employments]
    within = any(_repeats(row.credentials) or _repeats(row.employments) for row in rows)
    between = _repeats(credentials) or _repeats(employments)
    if len(names) > 1 or len(targets) > 1 or within or (between and not plain):
        raise FastPathUnsupported
    return FlatProfile(
        rows[0].iri,
        next(iter(names), ""),
        tuple(dict.fromkeys(credentials)),
        tuple(dict.fromkeys(employments)),
        frozenset().union(*(row.knowledge for row in rows)),
        next(iter(targets), None),
    )


def _repeats(parts: Sequence[object]) -> bool:
    return len(set(parts)) < len(parts)
