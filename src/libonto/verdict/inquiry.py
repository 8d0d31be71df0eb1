"""An inquiry: the one place that reads the names of a position, a category, an edition, readings.

The command line, the HTTP service, the pages and the batch all ask by an `Inquiry`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from libonto.errors import UsageError
from libonto.graph.values import iso_day
from libonto.law.editions import today
from libonto.law.positions import Positions
from libonto.law.readings import parse_choices


@dataclass(frozen=True)
class Inquiry:
    """A position, a category and an edition (IRIs, or None: by rule), a day, options by reading.

    Without a position each candidate is judged for the one of the category that it applies
    for, else for the default one; without an edition by that of the day.
    """

    on: date
    position: str | None = None
    category: str | None = None
    edition: str | None = None
    readings: Mapping[str, str] = field(default_factory=dict)


def inquiry(
    positions: Positions,
    installed: Mapping[str, str],
    *,
    position: str | None = None,
    category: str | None = None,
    edition: str | None = None,
    on: str | None = None,
    readings: Iterable[str] = (),
) -> Inquiry:
    """The inquiry that some texts make: slugs or IRIs, a day, and `NAME=OPTION` pairs.

    `installed` are the installation's own choices of readings. Raises UsageError for a name
    that is unknown or does not fit the others.
    """
    day = parse_day(on) if on is not None else today()
    if position is not None:
        position = positions.named(position)
    if edition is not None:
        edition = positions.editions.named(edition)
    if category is not None:
        category, position = positions.category(category, position, on=day, edition=edition)
    elif edition is not None:
        positions.editions.select(position or positions.default, day, edition)
    choices = {**installed, **parse_choices(readings)}
    positions.readings.choose(choices)
    return Inquiry(day, position, category, edition, choices)


def parse_day(text: str) -> date:
    """A day written as year, month and day; UsageError for anything else."""
    try:
        return iso_day(text)
    except ValueError as error:
        raise UsageError("bad-date-option", value=text) from error
