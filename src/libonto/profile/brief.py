"""A checked profile in brief: what bears on a verdict, cheap to make a million times."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from libonto.profile.model import Candidate, Credential, Employment

OPEN = date.max.toordinal() + 1
"""The end of an employment that is still going on."""
UNDATED = 0
"""The day of a credential that names none: before every day."""


class Brief(NamedTuple):
    """A candidate as plain values; days are ordinals (`date.toordinal`).

    `credentials` are level, field and day awarded; `employments` position, first day, and
    the day after the last. `whole` is the candidate itself where the plain values cannot
    say all of it (an award's month or year, a framework's level, a category or a document held).
    """

    iri: str
    name: str
    credentials: tuple[tuple[str, str, int], ...]
    employments: tuple[tuple[str, int, int], ...]
    knowledge: frozenset[str]
    applies_for: str | None
    whole: Candidate | None = None

    def candidate(self) -> Candidate:
        """The same as a candidate; what a brief leaves out has no effect on a verdict."""
        if self.whole is not None:
            return replace(self.whole, iri=self.iri)  # a brief may have been named since
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


def brief_of(candidate: Candidate) -> Brief:
    """A candidate in brief."""
    plain = not (candidate.holds or candidate.documents) and all(
        c.level and c.precision == "day" and (c.country, c.recognised, c.signature) == (None,) * 3
        for c in candidate.credentials
    )
    return Brief(
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
