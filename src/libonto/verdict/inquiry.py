"""What is asked: the one place that turns a position, a category, a day and readings into things.

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
    wanted = positions.named(position) if position is not None else None
    chosen = positions.editions.named(edition) if edition is not None else None
    asked = None
    if category is not None:
        asked, wanted = positions.category(category, wanted, on=day, edition=chosen)
    elif chosen:
        positions.editions.select(wanted or positions.default, day, chosen)
    choices = {**installed, **parse_choices(readings)}
    positions.readings.choose(choices)
    return Inquiry(on=day, position=wanted, category=asked, edition=chosen, readings=choices)


def parse_day(text: str) -> date:
    """A day written as year, month and day; UsageError for anything else."""
    try:
        return iso_day(text)
    except ValueError as error:
        raise UsageError("bad-date-option", value=text) from error
