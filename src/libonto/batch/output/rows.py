"""A row for each candidate and level: the lines of CSV, and what Parquet is made of.

What a set of failed shapes means is written once, as a template; only the candidate and the
days are filled in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Protocol

from libonto.batch.judge import BatchJudge
from libonto.graph.terms import slug_of
from libonto.profile.interchange.sheets import escaped
from libonto.profile.model import FlatProfile
from libonto.verdict.compiled_judge import Verdict
from libonto.verdict.statuses import Statuses

COLUMNS = (
    "candidate",
    "name",
    "position",
    "category",
    "status",
    "earliestOn",
    "gaps",
    "dependsOnReadings",
    "asked",
    "target",
    "edition",
    "readings",
)
HEADING = ",".join(COLUMNS) + "\n"
SEPARATOR = ";"
"""Between the gaps, and between the readings, of one row; `readings` are the options that were
chosen and are not the default, as `NAME=OPTION`."""
REMEMBERED = 50_000
_HERE = "\0"


class OutputForm(Protocol):
    """A form of output, candidate by candidate."""

    def of(self, profile: FlatProfile, verdict: Verdict, requested: str | None) -> bytes:
        """The bytes of one candidate; `requested` is the category asked or applied for, or None."""


class CsvRows:
    """The rows of candidates, as lines of CSV."""

    def __init__(self, judge: BatchJudge) -> None:
        self._template = lru_cache(REMEMBERED)(self._template_of)
        self._chosen = SEPARATOR.join(
            f"{reading.name}={judge.choices[reading.name].name}"
            for reading in judge.assessor.readings.all
            if judge.choices[reading.name] != reading.default
        )

    def of(self, profile: FlatProfile, verdict: Verdict, requested: str | None) -> bytes:
        """The lines of one candidate, one for each category."""
        days = [*map(day_text, verdict.days)]
        filled = self._template(verdict.statuses, requested) % tuple(
            map(days.__getitem__, verdict.places.values())
        )
        name = profile.name
        if name and not name.isalpha():
            name = _quoted(escaped(name))
        iri = profile.iri
        if "," in iri:
            iri = _quoted(iri)
        return filled.replace(_HERE, f"{iri},{name}").encode()

    def _template_of(self, statuses: Statuses, requested: str | None) -> str:
        rules = statuses.rules
        target = statuses.target(requested)
        lines = [
            (
                _HERE,
                rules.slug,
                category.slug,
                statuses.categories[category.iri],
                "%s",
                SEPARATOR.join(statuses.gaps(category)),
                SEPARATOR.join(statuses.depends_on[category.iri]),
                "true" if category.iri == requested else "false",
                "true" if category.iri == target else "false",
                slug_of(rules.edition.iri) if rules.edition else "",
                self._chosen,
            )
            for category in rules.categories
        ]
        return "".join(",".join(cells) + "\n" for cells in lines)


@lru_cache(REMEMBERED)
def day_text(day: int | None) -> str:
    """A day, from its ordinal; nothing where there is none."""
    return "" if day is None else date.fromordinal(day).isoformat()


def _quoted(text: str) -> str:
    """A cell of CSV (RFC 4180)."""
    if any(sign in text for sign in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


def line(cells: Iterable[str]) -> str:
    """A line of CSV whose cells no spreadsheet takes for formulas."""
    return ",".join(_quoted(escaped(cell)) for cell in cells) + "\n"
