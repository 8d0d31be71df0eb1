"""What a table says, row by row: a candidate with its origin, or what is wrong and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from libonto.errors import Problem, on_one_line
from libonto.locales import sentence
from libonto.profile.raw import RawCandidate


def column_letters(index: int) -> str:
    """A column's name in a spreadsheet: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True)
class Place:
    """Where something stands; rows count from 1 as spreadsheets show them, columns from 0.

    `path` is the place in a JSON document, such as `work[0].position`.
    """

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: int | None = None
    heading: str = ""
    path: str = ""

    def at(self, column: int, heading: str = "") -> Place:
        """The same row in a column."""
        return Place(self.file, self.sheet, self.row, column, heading, self.path)

    @property
    def cell(self) -> str:
        """The cell's name, such as C5; the row's number where no column is meant."""
        letters = "" if self.column is None else column_letters(self.column)
        return f"{letters}{self.row}" if self.row else letters

    def __str__(self) -> str:
        """In no language: file, sheet and cell."""
        return ":".join(part for part in (self.file, self.sheet, self.cell, self.path) if part)

    def said(self, lang: str) -> str:
        """In words: the file, the sheet, the row, the column with its heading."""
        parts = [self.file] if self.file else []
        if self.sheet:
            parts.append(sentence("interchange.place-sheet", lang, sheet=self.sheet))
        if self.row:
            parts.append(sentence("interchange.place-row", lang, row=self.row))
        if self.column is not None:
            key = "place-column" if self.heading else "place-column-bare"
            letters = column_letters(self.column)
            parts.append(sentence(f"interchange.{key}", lang, column=letters, heading=self.heading))
        parts += [on_one_line(self.path)] if self.path else []
        return ", ".join(parts)


Places = Mapping[tuple[str, int, str], Place]
"""Where what is said of a candidate stands: by part, its number, and the property's name."""


@dataclass(frozen=True)
class RowProblem(Problem):
    """One thing that is wrong in a table; `key` is the sentence's whole key, `room.name`.

    A parameter that is a mapping by language is filled in with the language's own text.
    """

    place: Place = field(default_factory=Place)

    def message(self, lang: str) -> str:
        """One line: file, sheet, row and column, then what is wrong and what to do."""
        params = {
            name: value[lang] if isinstance(value, Mapping) else _outside(name, value)
            for name, value in self.params.items()
        }
        said = sentence(self.key, lang, **params)
        place = self.place.said(lang)
        return f"{place}: {said}" if place else said


def _outside(name: str, value: object) -> object:
    """A value that comes from outside, as a message can show it; our own lists stay whole."""
    ours = name in {"allowed", "known", "choices"}
    return on_one_line(value) if isinstance(value, str) and not ours else value


def problem(key: str, place: Place, **params: object) -> RowProblem:
    """A problem with a sentence of `interchange.toml`."""
    return RowProblem(f"interchange.{key}", params=params, place=place)


@dataclass(frozen=True)
class RowResult:
    """One person of a table: `raw` as read, or None and the problems that stand in the way.

    `place` is the person's first row, `iri` how the person is called where the row says it.
    """

    place: Place
    raw: RawCandidate | None
    problems: tuple[RowProblem, ...] = ()
    iri: str = ""


def placed(found: Problem, *, place: Place, places: Places) -> RowProblem:
    """A problem of the checks, with the place of the value that it is about."""
    near = places.get((found.part, found.number, ""), place)
    near = places.get((found.part, found.number, found.property), near)
    return RowProblem(
        f"errors.{found.key}",
        candidate=found.candidate,
        part=found.part,
        number=found.number,
        property=found.property,
        source=found.source,
        params=found.params,
        place=near,
    )
