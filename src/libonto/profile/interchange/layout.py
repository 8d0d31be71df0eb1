"""From a sheet to a table: where its headings stand and what each column holds."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from libonto.errors import ProfileError
from libonto.locales import LANGUAGES
from libonto.profile.account import Place, PlacedProblem, column_letters, problem
from libonto.profile.interchange.headings import (
    Column,
    Meaning,
    all_headings,
    is_comment,
    meaning_of,
    normal,
    written,
)
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.sheets import Cell, Row, Sheet, is_blank

_TITLES = 5  # rows above the headings
# Where a part has any column, it needs these: nothing could be judged without them.
_NEEDED = {"credential": ("level", "field"), "employment": ("position", "start")}


@dataclass
class Table:
    """A sheet whose headings are known; `rows` are those below them."""

    sheet: Sheet
    columns: list[Column]
    rows: Iterator[Row]
    heading_row: int
    width: int
    unheaded: tuple[int, ...] = ()

    @property
    def place(self) -> Place:
        """The row of the headings."""
        return self.sheet.place(self.heading_row)

    @cached_property
    def groups(self) -> dict[tuple[str, int], list[Column]]:
        """The columns by part and its number, credentials and employments in their order."""
        found: dict[tuple[str, int], list[Column]] = {}
        for column in sorted(
            self.columns, key=lambda c: (c.meaning.number, c.meaning.value, c.index)
        ):
            found.setdefault((column.meaning.part, column.meaning.number), []).append(column)
        return found

    @cached_property
    def has_id(self) -> bool:
        """Whether a column identifies the person."""
        return any(is_id(column.meaning) for column in self.columns)

    @property
    def id_headings(self) -> dict[str, str]:
        """What the column of the identifier is called, by language."""
        return {lang: written("candidate-id", lang) for lang in LANGUAGES}


def is_id(meaning: Meaning) -> bool:
    """Whether a column identifies the person (not a credential or an employment)."""
    return meaning.part == "candidate" and meaning.key == "id"


def table_of(sheet: Sheet, names: Names) -> Table | None:
    """The table in a sheet; None when the sheet is empty.

    The headings are the first row that is not empty; above it there may be a few titles, rows
    with one filled cell. Raises ProfileError for headings that cannot be understood.
    """
    kind = sheet.kind or "candidate"
    first: Row | None = None
    for row in sheet.rows:
        if row.fault:
            raise ProfileError(
                [problem("headings-unreadable", row.fault.place, detail=row.fault.params["detail"])]
            )
        filled = [(n, cell) for n, cell in enumerate(row.cells) if not is_blank(cell)]
        if not filled:
            continue
        first = first or row
        if len(filled) == 1 and _meaning(str(filled[0][1]), kind, names) is None:
            if row.number - first.number < _TITLES:
                continue
            break
        return _table(sheet, row, filled, kind, names)
    if first is None:
        return None
    raise ProfileError([_none(sheet.place(first.number), kind)])


def _table(
    sheet: Sheet, row: Row, filled: list[tuple[int, Cell]], kind: str, names: Names
) -> Table:
    problems: list[PlacedProblem] = []
    columns: list[Column] = []
    unknown: list[tuple[Place, str]] = []
    place = sheet.place(row.number)
    for index, cell in filled:
        heading = " ".join(str(cell).split())
        if is_comment(heading):
            continue
        meaning = _meaning(heading, kind, names)
        if meaning is None:
            unknown.append((place.at(index), heading))
            continue
        same = next((c for c in columns if c.meaning == meaning), None)
        if same:
            problems.append(
                problem(
                    "heading-twice",
                    place.at(index),
                    value=heading,
                    other=column_letters(same.index),
                )
            )
            continue
        columns.append(Column(index, heading, meaning))
    if not columns:
        raise ProfileError([_none(place, kind)])
    problems += [_unknown(where, heading, kind) for where, heading in unknown]
    problems += _missing(columns, place)
    if problems:
        raise ProfileError(problems)
    headed = {index for index, _ in filled}
    unheaded = tuple(index for index in range(len(row.cells)) if index not in headed)
    return Table(sheet, columns, sheet.rows, row.number, len(row.cells), unheaded)


def _meaning(heading: str, kind: str, names: Names) -> Meaning | None:
    """What a heading means; a knowledge item's name heads a column of yes and no."""
    meaning = meaning_of(heading, kind)
    if meaning is None:
        found = names.find("knowledge", heading)
        if len(found) == 1 and found[0] in names.vocabulary.items:
            return Meaning("candidate", "item", "hasKnowledgeOf", "item", item=found[0])
    return meaning


def _allowed(kind: str) -> dict[str, str]:
    return {lang: "; ".join(all_headings(kind, lang)) for lang in LANGUAGES}


def _none(place: Place, kind: str) -> PlacedProblem:
    return problem("heading-none", place, allowed=_allowed(kind))


def _unknown(place: Place, heading: str, kind: str) -> PlacedProblem:
    known = [text for lang in LANGUAGES for text in all_headings(kind, lang)]
    by_form = {normal(text): text for text in known}
    near = difflib.get_close_matches(normal(heading), by_form, n=1, cutoff=0.6)
    if near:
        nearest = by_form[near[0]]
        return problem("heading-unknown-nearest", place, value=heading, nearest=nearest)
    return problem("heading-unknown", place, value=heading, allowed=_allowed(kind))


def _missing(columns: list[Column], place: Place) -> Iterator[PlacedProblem]:
    for part, keys in _NEEDED.items():
        stated = {c.meaning.key for c in columns if c.meaning.part == part}
        for key in keys:
            if stated and key not in stated:
                value = {lang: written(f"{part}-{key}", lang) for lang in LANGUAGES}
                yield problem("heading-missing", place, value=value)
