"""A candidate's profile as values (contract, “A candidate's profile”)."""

from __future__ import annotations

import dataclasses
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

Details = tuple[tuple[str, str], ...]
"""What reports show and no verdict uses: pairs such as ("employer", "№ 5 мектеп")."""

Precision = Literal["day", "month", "year"]
PARTIAL_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
"""How the date of an award is written."""
_LENGTHS: dict[Precision, int] = {"day": 10, "month": 7, "year": 4}


def last_day(text: str) -> tuple[date, Precision]:
    """The last day that `2015`, `2015-06` or `2015-06-30` can mean; ValueError for another text."""
    match = PARTIAL_DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day = int(match[1]), int(match[2] or 12), match[3]
    if day:
        return date(year, month, int(day)), "day"
    last = monthrange(date(year, month, 1).year, month)[1]
    return date(year, month, last), "month" if match[2] else "year"


GIVEN_OUT = "urn:libonto:candidate:"
"""How the IRIs begin that are given to candidates without one."""


@dataclass(frozen=True)
class Credential:
    """A diploma: the IRIs of its level and field, and when it was awarded.

    `awarded` is the last day that the stated date can mean: from it on the credential counts.
    `level` is empty where `framework_level` (the IRI of a framework's level) stands in its
    place. `country` is an ISO 3166-1 code; `recognised` the day of its recognition in
    Kazakhstan. `signature` is the issuer whose signature on it was verified, empty where it came
    as a digital credential of which nothing was verified, None where the candidate states it.
    """

    level: str
    field: str
    awarded: date | None = None
    details: Details = ()
    node: str | None = None
    precision: Precision = "day"
    country: str | None = None
    framework_level: str | None = None
    recognised: date | None = None
    signature: str | None = dataclasses.field(default=None, compare=False)

    @property
    def awarded_from(self) -> date | None:
        """The first day that the stated date can mean."""
        if self.awarded is None or self.precision == "day":
            return self.awarded
        return self.awarded.replace(
            day=1, month=1 if self.precision == "year" else self.awarded.month
        )

    @property
    def awarded_text(self) -> str:
        """The date as it is stated: `2015`, `2015-06` or `2015-06-30`; empty for none."""
        return self.awarded.isoformat()[: _LENGTHS[self.precision]] if self.awarded else ""


@dataclass(frozen=True)
class Grant:
    """A category that the candidate holds: its IRI, and the day on which it was granted."""

    category: str
    granted: date | None = None
    details: Details = ()
    node: str | None = None


@dataclass(frozen=True)
class HeldDocument:
    """A document other than a credential: the IRI of its kind, and the day of its issue."""

    kind: str
    issued: date | None = None
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


Part = Credential | Employment | Grant | HeldDocument


@dataclass(frozen=True)
class Candidate:
    """A person to be judged; `knowledge` and `applies_for` are IRIs."""

    iri: str
    name: str | None = None
    credentials: tuple[Credential, ...] = ()
    employments: tuple[Employment, ...] = ()
    knowledge: tuple[str, ...] = ()
    holds: tuple[Grant, ...] = ()
    documents: tuple[HeldDocument, ...] = ()
    applies_for: str | None = None
    details: Details = ()
    source: str = ""

    @property
    def is_anonymous(self) -> bool:
        """Whether the profile stated no IRI, so that one was given out."""
        return self.iri.startswith(GIVEN_OUT)
