"""What a reader found before it is checked: nodes with properties and values as written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from libonto.errors import Problem

MOST_PROBLEMS = 100
"""More than a person reads at once; beyond it nothing is looked for any more."""

Kind = Literal["iri", "blank", "text", "other"]


@dataclass(frozen=True)
class Value:
    """One value: an IRI, a blank node's name, or a literal with its datatype and language.

    `shown` is how the reader saw it written, for messages (a slug where JSON had a slug).
    """

    kind: Kind
    value: str
    datatype: str = ""
    language: str = ""
    shown: str = field(default="", compare=False)

    def __str__(self) -> str:
        """As it was written."""
        return self.shown or self.value


@dataclass
class RawNode:
    """A candidate, credential or employment as read; `values` by the property's local name.

    `named` maps a property to what it is called in the input (`startedOn`, or `start`);
    `faulty` are the properties of whose values something was said already; `signature` is as in
    `Credential`.
    """

    iri: str | None = None
    values: dict[str, list[Value]] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)
    signature: str | None = None
    _seen: set[tuple[str, Value]] = field(default_factory=set)

    def add(self, property_: str, value: Value) -> None:
        """Add a value unless the same one is there (RDF knows no repetition)."""
        if (property_, value) not in self._seen:
            self._seen.add((property_, value))
            self.values.setdefault(property_, []).append(value)


@dataclass
class RawCandidate(RawNode):
    """A candidate with its parts, in the order in which they stand in the input.

    `label` is what messages call it where it has no IRI. `placed` gives a problem the place
    in the input where the format has places that people know, such as a sheet's cells.
    """

    label: str = ""
    credentials: list[RawNode] = field(default_factory=list)
    employments: list[RawNode] = field(default_factory=list)
    grants: list[RawNode] = field(default_factory=list)
    documents: list[RawNode] = field(default_factory=list)
    source: str = ""
    placed: Callable[[Problem], Problem] | None = None

    def parts(self, class_: str) -> list[RawNode]:
        """The list in which its parts of a class (`Credential`, …) are kept."""
        return {
            "Credential": self.credentials,
            "Employment": self.employments,
            "Grant": self.grants,
            "HeldDocument": self.documents,
        }[class_]


class Problems(list[Problem]):
    """What is wrong, as far as it is worth listing."""

    @property
    def full(self) -> bool:
        """Whether more would only be noise: what is costly to say need not be found out."""
        return len(self) > MOST_PROBLEMS
