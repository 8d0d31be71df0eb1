"""A candidate's profile as values (contract, “A candidate's profile”)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Details = tuple[tuple[str, str], ...]
"""What reports show and no verdict uses: pairs such as ("employer", "№ 5 мектеп")."""


@dataclass(frozen=True)
class Credential:
    """A diploma: the IRIs of its level and field, and the day on which it was awarded."""

    level: str
    field: str
    awarded: date | None = None
    details: Details = ()
    node: str | None = None


@dataclass(frozen=True)
class Employment:
    """A post held: its IRI, the first day, and the last day worked (None: still employed)."""

    position: str
    started: date
    ended: date | None = None
    details: Details = ()
    node: str | None = None


@dataclass(frozen=True)
class Candidate:
    """A person to be judged; `knowledge` and `applies_for` are IRIs."""

    iri: str
    name: str | None = None
    credentials: tuple[Credential, ...] = ()
    employments: tuple[Employment, ...] = ()
    knowledge: tuple[str, ...] = ()
    applies_for: str | None = None
    details: Details = ()
    source: str = ""
