"""What a reader found before it is checked: nodes with properties and values as written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from libonto.errors import Place, Problem
from libonto.profile.account import Note

MOST_PROBLEMS = 100
"""More than a person reads at once; beyond it nothing is looked for any more."""

Kind = Literal["iri", "blank", "text", "other"]


@dataclass(frozen=True)
class Value:
    """One value: an IRI, a blank node's name, or a literal with its datatype and language.

    `original` is the text as the input has it, for messages (a slug where JSON has a slug).
    """

    kind: Kind
    value: str
    datatype: str = ""
    language: str = ""
    original: str = field(default="", compare=False)

    def __str__(self) -> str:
        """The text as the input has it."""
        return self.original or self.value


@dataclass
class RawNode:
    """A candidate, credential or employment as read; `values` by the property's local name.

    `named` maps a property to what it is called in the input (`startedOn`, or `start`), `places`
    to where it stands, in formats that have places which people know, such as a sheet's cells;
    `place` is the node's own. `faulty` are the properties of whose values something was said
    already; `signature` is as in `Credential`. `part` and `number` are the candidate's.
    """

    iri: str | None = None
    values: dict[str, list[Value]] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    place: Place | None = None
    places: dict[str, Place] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)
    signature: str | None = None
    part: str = ""
    number: int = 0
    _seen: set[tuple[str, Value]] = field(default_factory=set)

    def add(self, property_: str, value: Value) -> None:
        """Add a value unless the same one is there (RDF knows no repetition)."""
        if (property_, value) not in self._seen:
            self._seen.add((property_, value))
            self.values.setdefault(property_, []).append(value)


@dataclass
class RawCandidate(RawNode):
    """A candidate with its parts by their class, in the order in which they stand in the input.

    `label` is what messages call it where it has no IRI.
    """

    label: str = ""
    parts: dict[str, list[RawNode]] = field(default_factory=dict)
    source: str = ""

    def append(self, class_: str, node: RawNode) -> RawNode:
        """Make a node the next part of a class."""
        parts = self.parts.setdefault(class_, [])
        parts.append(node)
        node.part, node.number = class_.lower(), len(parts)
        return node


@dataclass
class RawEntry:
    """One candidate of an input before it is checked, or why it is none.

    `iri` is how the candidate is called. Where there is neither a candidate nor a problem, what
    stands at the place was passed over, and the notes say why.
    """

    place: Place
    raw: RawCandidate | None = None
    problems: Sequence[Problem] = ()
    notes: Sequence[Note] = ()
    iri: str = ""

    @property
    def passed_over(self) -> bool:
        """Whether nobody stands here, and nothing is wrong with that."""
        return self.raw is None and not self.problems


class Problems(list[Problem]):
    """What is wrong, as far as it is worth listing."""

    @property
    def full(self) -> bool:
        """Whether more would only be noise: what is costly to say need not be found out."""
        return len(self) > MOST_PROBLEMS
