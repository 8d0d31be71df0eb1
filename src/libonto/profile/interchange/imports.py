"""What an import took from a foreign document, what it could not map, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from libonto.errors import on_one_line
from libonto.locales import sentence
from libonto.profile.checks import XSD_DATE
from libonto.profile.interchange.rows import Place, RowProblem, placed
from libonto.profile.raw import RawCandidate, RawNode, Value

Kind = Literal["taken", "lost", "ignored", "caveat"]
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True)
class Note:
    """One line of an import report.

    `taken`: a value became part of the profile; `lost`: a credential, employment or item that
    a profile could state was not taken; `ignored`: a profile has no place for it; `caveat`:
    what to beware of.
    """

    kind: Kind
    place: Place
    value: str = ""
    key: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        """What became of the value, and why; without the place."""
        params = {
            name: value[lang] if isinstance(value, Mapping) else value
            for name, value in self.params.items()
        }
        return sentence(f"imports.{self.key}", lang, value=on_one_line(self.value), **params)

    def problem(self) -> RowProblem:
        """The same as a problem, where nothing may be lost."""
        params = {**self.params, "value": self.value}
        return RowProblem(f"imports.{self.key}", params=params, place=self.place)


class Import:
    """One candidate in the making, and the report on it."""

    def __init__(self, file: str, path: str, iri: str) -> None:
        """Start an empty profile."""
        self.place = Place(file, path=path)
        self.raw = RawCandidate(iri=iri, source=str(self.place))
        self.notes: list[Note] = []
        self._places: dict[tuple[str, int, str], Place] = {}
        self.raw.placed = partial(placed, place=self.place, places=self._places)

    def at(self, path: str) -> Place:
        """A place in the document."""
        return Place(self.place.file, path=path)

    def note(self, kind: Kind, path: str, key: str, value: object = "", **params: object) -> None:
        """Add a line to the report."""
        self.notes.append(Note(kind, self.at(path), str(value), key, params))

    def state(
        self, node: RawNode, property_: str, value: Value, path: str, shown: object = None
    ) -> None:
        """Put a value into the profile, and say so in the report."""
        node.add(property_, value)
        self._places[self._part(node), self._number(node), f"lo:{property_}"] = self.at(path)
        said = value.value if shown is None else str(shown)
        self.note("taken", path, "taken", said, property=f"lo:{property_}", into=value.value)

    def text(self, node: RawNode, property_: str, text: str, path: str) -> None:
        """Put a text into the profile."""
        if text.strip():
            self.state(node, property_, Value("text", text.strip(), XSD_STRING), path)

    def day(self, node: RawNode, property_: str, day: str, path: str, shown: str) -> None:
        """Put a day into the profile."""
        self.state(node, property_, Value("text", day, XSD_DATE, shown=shown), path, shown)

    def add(self, part: Literal["credential", "employment"], path: str) -> RawNode:
        """A new credential or employment; `drop` takes it out again."""
        node = RawNode()
        parts = self.raw.credentials if part == "credential" else self.raw.employments
        parts.append(node)
        self._places[part, len(parts), ""] = self.at(path)
        return node

    def drop(self, node: RawNode, path: str, key: str, value: object = "", **params: object) -> None:
        """Leave a credential or employment out: what it says is not enough, or not ours."""
        parts = (
            self.raw.credentials
            if any(c is node for c in self.raw.credentials)
            else self.raw.employments
        )
        parts[:] = [part for part in parts if part is not node]
        taken_of = {str(n.place) for n in self.notes if n.kind == "taken"}
        del taken_of
        self.note("lost", path, key, value, **params)

    def _part(self, node: RawNode) -> str:
        if node is self.raw:
            return ""
        is_credential = any(part is node for part in self.raw.credentials)
        return "credential" if is_credential else "employment"

    def _number(self, node: RawNode) -> int:
        parts = [*self.raw.credentials] if self._part(node) == "credential" else []
        parts = parts or [*self.raw.employments]
        return next((n for n, part in enumerate(parts, start=1) if part is node), 0)
