"""What a reader found before it is checked: nodes with properties and values as written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["iri", "blank", "text", "other"]


@dataclass(frozen=True)
class Value:
    """One value: an IRI, a blank node's name, or a literal with its datatype.

    `shown` is how the reader saw it written, for messages (a slug where JSON had a slug).
    """

    kind: Kind
    value: str
    datatype: str = ""
    shown: str = ""

    def __str__(self) -> str:
        """As it was written."""
        return self.shown or self.value


@dataclass
class RawNode:
    """A candidate, credential or employment as read; `values` by the property's local name.

    `named` maps a property to what it is called in the input (`startedOn`, or `start`).
    """

    iri: str | None = None
    values: dict[str, list[Value]] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)

    def add(self, property_: str, value: Value, name: str = "") -> None:
        """Add a value unless the same one is there (RDF knows no repetition)."""
        values = self.values.setdefault(property_, [])
        if value not in values:
            values.append(value)
        if name:
            self.named[property_] = name


@dataclass
class RawCandidate(RawNode):
    """A candidate with its parts, in the order in which they stand in the input."""

    credentials: list[RawNode] = field(default_factory=list)
    employments: list[RawNode] = field(default_factory=list)
    source: str = ""
