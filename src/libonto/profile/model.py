"""A candidate's profile as values (contract, “A candidate's profile”)."""

from __future__ import annotations

import dataclasses
import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

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


OPEN = date.max.toordinal() + 1
"""The end of an employment that is still going on."""
UNDATED = 0
"""The day of a credential that names none: before every day."""


class FlatProfile(NamedTuple):
    """What of a candidate bears on a verdict, as plain values: cheap to make a million times.

    Days are ordinals (`date.toordinal`). `credentials` are level, field and day awarded;
    `employments` position, first day, and the day after the last. `whole` is the candidate where
    the plain values cannot say all of it (an award's month or year, a framework's level, a
    category or a document held).
    """

    iri: str
    name: str
    credentials: tuple[tuple[str, str, int], ...]
    employments: tuple[tuple[str, int, int], ...]
    knowledge: frozenset[str]
    applies_for: str | None
    whole: Candidate | None = None

    def candidate(self) -> Candidate:
        """The candidate, as far as it has an effect on a verdict."""
        if self.whole is not None:
            return replace(self.whole, iri=self.iri)  # the IRI may have been given out since
        return Candidate(
            iri=self.iri,
            name=self.name or None,
            credentials=tuple(
                Credential(level, field, date.fromordinal(day) if day else None)
                for level, field, day in self.credentials
            ),
            employments=tuple(
                Employment(
                    position,
                    date.fromordinal(start),
                    None if end == OPEN else date.fromordinal(end - 1),
                )
                for position, start, end in self.employments
            ),
            knowledge=tuple(sorted(self.knowledge)),
            applies_for=self.applies_for,
        )


def flat_profile(candidate: Candidate) -> FlatProfile:
    """The plain values of a candidate."""
    plain = not (candidate.holds or candidate.documents) and all(
        c.level and c.precision == "day" and (c.country, c.recognised, c.signature) == (None,) * 3
        for c in candidate.credentials
    )
    return FlatProfile(
        iri=candidate.iri,
        name=candidate.name or "",
        credentials=tuple(
            (c.level, c.field, c.awarded.toordinal() if c.awarded else UNDATED)
            for c in candidate.credentials
        ),
        employments=tuple(
            (e.position, e.started.toordinal(), e.ended.toordinal() + 1 if e.ended else OPEN)
            for e in candidate.employments
        ),
        knowledge=frozenset(candidate.knowledge),
        applies_for=candidate.applies_for,
        whole=None if plain else candidate,
    )
