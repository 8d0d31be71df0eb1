"""How service is counted (contract, “How service is counted”, reading `service-arithmetic`).

Days are proleptic Gregorian ordinals (`date.toordinal`); a period is half-open, from its
first day up to, not including, the day after its last day worked.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from libonto.law.model import DIPLOMA, Counting, Measure

Period = tuple[int, int]
END_OF_TIME = date.max.toordinal() + 1


class Span(NamedTuple):
    """A length of service in completed years, and the remainder in months and days."""

    years: int = 0
    months: int = 0
    days: int = 0


def merged(periods: Iterable[Period]) -> list[Period]:
    """The same days, each once: periods that overlap or adjoin become one, in order."""
    joined: list[Period] = []
    for start, end in sorted(periods):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def before(periods: Sequence[Period], day: int) -> list[Period]:
    """What lies before a day: days on or after it don't count."""
    return [(start, min(end, day)) for start, end in periods if start < day]


def end_to_end(periods: Sequence[Period]) -> Span:
    """The counted days laid end to end from the first of them, as a calendar difference."""
    if not periods:
        return Span()
    first = periods[0][0]
    return _difference(first, first + sum(end - start for start, end in periods))


def thirty_day_months(periods: Sequence[Period]) -> Span:
    """Each merged period measured by itself, the sum carrying 30 days into a month."""
    spans = [_difference(start, end) for start, end in periods]
    days = sum(span.days for span in spans)
    months = sum(span.years * 12 + span.months for span in spans) + days // 30
    return Span(months // 12, months % 12, days % 30)


Arithmetic = Callable[[Sequence[Period]], Span]
ARITHMETICS: dict[str, Arithmetic] = {
    "end-to-end": end_to_end,
    "thirty-day-months": thirty_day_months,
}
"""By the slug of `id/arithmetic/SLUG`. Each grows, or stays, with every day that is added."""


@dataclass(frozen=True)
class Counted:
    """Service by one measure: its length on the day, and all counted periods, future ones too.

    `missing` are the events (slugs of `id/service-start/`) before which no day counts and whose
    day is not stated; `total` is the length of all days that may count then. No day before
    `since` counts (0: every day does).
    """

    span: Span
    periods: tuple[Period, ...]
    total: Span
    missing: frozenset[str] = frozenset()
    since: int = field(default=0, compare=False)

    @property
    def known(self) -> bool:
        """Whether it is known from which day on days count."""
        return not self.missing


class ServiceCounter:
    """Counts one profile's service on a day, by any measure; what is counted is remembered.

    `employments` are positions with a half-open period; `credentials` are the days of award
    (0: undated) with the shapes that each satisfies; `grants` are categories with the days on
    which they were granted.
    """

    def __init__(
        self,
        employments: Sequence[tuple[str, int, int]],
        credentials: Sequence[tuple[int, frozenset[str]]],
        grants: Sequence[tuple[str, int]],
        on: int,
    ) -> None:
        self._employments = employments
        self._credentials = credentials
        self._grants = grants
        self._on = on
        self._merged: dict[frozenset[str], tuple[Period, ...]] = {}
        self._by_places: dict[tuple[int, ...], tuple[Period, ...]] = {}
        self._counted: dict[tuple[int, str, int], Counted] = {}
        self._by: dict[Counting, Counted] = {}

    def by(self, counting: Counting) -> Counted:
        """The service as it is counted under some choices."""
        counted = self._by.get(counting)
        if counted is None:
            counted = self._by[counting] = self._count(counting)
        return counted

    def _count(self, counting: Counting) -> Counted:
        measure = counting.measure
        start, missing = 0, []
        for event in measure.starts:
            if event == DIPLOMA:
                fitting = self._credentials
                days = [d for d, fits in fitting if not fits.isdisjoint(counting.satisfying)]
            else:
                days = [day for category, day in self._grants if category in measure.since]
            if days:
                start = max(start, min(days))
            else:
                missing.append(event)
        counted = self.since(measure, start)
        return Counted(Span(), (), counted.span, frozenset(missing)) if missing else counted

    def since(self, measure: Measure, start: int) -> Counted:
        """The service by a measure of which no day before `start` counts."""
        periods = self._periods(measure.positions)
        key = (id(periods), measure.arithmetic, start)  # the same employments, the same tuple
        counted = self._counted.get(key)
        if counted is None and start and (not periods or start <= periods[0][0]):
            whole = self.since(measure, 0)
            counted = Counted(whole.span, whole.periods, whole.total, since=start)
            self._counted[key] = counted
        if counted is None:
            arithmetic = ARITHMETICS[measure.arithmetic]
            total = arithmetic(before(periods, self._on))
            if start == 0:
                counted = Counted(total, periods, total)
            else:
                later = tuple((max(first, start), end) for first, end in periods if end > start)
                counted = Counted(arithmetic(before(later, self._on)), later, total, since=start)
            self._counted[key] = counted
        return counted

    def _periods(self, positions: frozenset[str]) -> tuple[Period, ...]:
        periods = self._merged.get(positions)
        if periods is None:
            employments = self._employments
            places = tuple([n for n, (post, _, _) in enumerate(employments) if post in positions])
            periods = self._by_places.get(places)
            if periods is None:
                periods = tuple(merged([employments[place][1:] for place in places]))
                self._by_places[places] = periods
            self._merged[positions] = periods
        return periods


def first_day_with(
    years: int, periods: Sequence[Period], arithmetic: Arithmetic, since: int
) -> int | None:
    """The first day, from `since` on, on which so many years are completed; None: never.

    `periods` are merged and may lie in the future. The measure never falls as days go by,
    so the day is found by halving; laid end to end, it is found by adding up.
    """
    if arithmetic is end_to_end:
        return _first_day_end_to_end(years, periods, since)
    low, high = since, date.max.toordinal()
    if arithmetic(before(periods, high)).years < years:
        return None
    while low < high:
        middle = (low + high) // 2
        if arithmetic(before(periods, middle)).years >= years:
            high = middle
        else:
            low = middle + 1
    return low


def _first_day_end_to_end(years: int, periods: Sequence[Period], since: int) -> int | None:
    if years <= 0:
        return since
    if not periods:
        return None
    first = date.fromordinal(periods[0][0])
    if first.year + years > date.max.year:
        return None
    missing = _plus_months(first, years * 12).toordinal() - first.toordinal()
    for start, end in periods:
        if end - start >= missing:
            day = start + missing
            return max(day, since) if day < END_OF_TIME else None
        missing -= end - start
    return None


@lru_cache(maxsize=65_536)  # one period is measured by each arithmetic, and under each measure
def _difference(start: int, end: int) -> Span:
    """The most whole months that fit, the first day clipped to a month's end; the rest in days."""
    first, last = date.fromordinal(start), date.fromordinal(min(end, END_OF_TIME - 1))
    months = (last.year - first.year) * 12 + last.month - first.month
    day = min(first.day, _days_in(last.year, last.month))
    if day <= last.day:
        return Span(months // 12, months % 12, last.day - day)
    months -= 1
    days = last.toordinal() - _plus_months(first, months).toordinal()
    return Span(months // 12, months % 12, days)


def _plus_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, _days_in(year, month + 1)))


_LENGTHS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _days_in(year: int, month: int) -> int:
    return 29 if month == 2 and isleap(year) else _LENGTHS[month]
