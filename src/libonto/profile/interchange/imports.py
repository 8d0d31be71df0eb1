"""What an import took from a foreign document, what it could not map, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Literal

from libonto.errors import Problem
from libonto.profile.account import Note, NoteKind, Place, PlacedProblem, placed
from libonto.profile.checks import XSD_DATE
from libonto.profile.raw import RawCandidate, RawNode, Value

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


@dataclass
class Draft:
    """A candidate, credential or employment in the making: values and where they stood."""

    part: Literal["", "credential", "employment"]
    path: str
    values: list[tuple[str, Value, str]] = field(default_factory=list)

    def resource(self, property_: str, iri: str, path: str, shown: str = "") -> None:
        """State an IRI."""
        self.values.append((property_, Value("iri", iri, shown=shown), path))

    def text(self, property_: str, text: str, path: str) -> None:
        """State a text, unless it is empty."""
        if text.strip():
            self.values.append((property_, Value("text", text.strip(), XSD_STRING), path))

    def day(self, property_: str, day: date, path: str, shown: str = "") -> None:
        """State a day."""
        value = Value("text", day.isoformat(), XSD_DATE, shown=shown)
        self.values.append((property_, value, path))


class Import:
    """One candidate out of a foreign document, and the report on it."""

    def __init__(self, file: str, path: str, iri: str) -> None:
        """Start an empty profile."""
        self.place = Place(file, path=path)
        self.raw = RawCandidate(iri=iri, source=str(self.place))
        self.notes: list[Note] = []
        self.problems: list[Problem] = []
        self._places: dict[tuple[str, int, str], Place] = {}
        self._closed: list[str] = []
        self.raw.placed = partial(placed, place=self.place, places=self._places)

    @property
    def lost(self) -> list[PlacedProblem]:
        """What was not taken though a profile could state it, as problems."""
        return [note.problem() for note in self.notes if note.kind == "lost"]

    def note(
        self, kind: NoteKind, path: str, key: str, value: object = "", **params: object
    ) -> None:
        """Add a line to the report."""
        place = Place(self.place.file, path=path)
        self.notes.append(Note(kind, place, str(value), key, params))

    def lose(self, whole: str, path: str, key: str, value: object = "", **params: object) -> None:
        """Say that a part at the path `whole` is not taken, and for which place in it."""
        self.note("lost", path, key, value, **params)
        self._closed.append(whole)

    def pass_over(self, paths: Iterable[str]) -> None:
        """Say what a profile has no place for; not of parts that were not taken anyway."""
        for path in dict.fromkeys(paths):
            if not any(path.startswith(whole) for whole in self._closed):
                self.note("ignored", path, "no-place")

    def take(self, draft: Draft) -> None:
        """Make a draft part of the profile."""
        node: RawNode = self.raw
        number = 0
        if draft.part:
            node = RawNode()
            credential = draft.part == "credential"
            parts = self.raw.credentials if credential else self.raw.employments
            parts.append(node)
            number = len(parts)
            self._places[draft.part, number, ""] = Place(self.place.file, path=draft.path)
        for property_, value, path in draft.values:
            node.add(property_, value)
            name = f"lo:{property_}"
            self._places[draft.part, number, name] = Place(self.place.file, path=path)
            self.note("taken", path, "taken", str(value), property=name, into=value.value)
