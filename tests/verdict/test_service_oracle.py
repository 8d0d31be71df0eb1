"""The counting of service against a second one, which looks at every day by itself."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.sizes import examples

from libonto.verdict.service import (
    ARITHMETICS,
    END_OF_TIME,
    Period,
    before,
    end_to_end,
    first_day_with,
    merged,
    thirty_day_months,
)

DAY = timedelta(days=1)
Worked = tuple[date, date | None]
"""The first day, and the last day worked (None: still going on)."""

days = st.dates(date(1950, 1, 1), date(2060, 12, 31))


@st.composite
def careers(draw: st.DrawFn) -> tuple[list[Worked], date]:
    """Employments that lie near each other, and a day of assessment among them."""
    origin = draw(days)
    starts = st.integers(0, 1500).map(lambda n: origin + n * DAY)
    # Often whole years, more or less a day: where a threshold lies.
    years = st.sampled_from([364, 365, 729, 730, 1094, 1095, 1096, 1459, 1460, 1825, 1826])
    lengths = st.one_of(st.integers(0, 70), st.integers(0, 1900), years)
    jobs: list[Worked] = []
    for _ in range(draw(st.integers(0, 5))):
        start = draw(starts)
        last = None if draw(st.integers(0, 4)) == 0 else start + draw(lengths) * DAY
        jobs.append((start, last))
    return jobs, origin + draw(st.integers(-50, 2600)) * DAY


def half_open(jobs: list[Worked]) -> list[Period]:
    return merged(
        (start.toordinal(), END_OF_TIME if last is None else last.toordinal() + 1)
        for start, last in jobs
    )


# The second counting.


def counted_days(jobs: list[Worked], on: date) -> set[date]:
    found: set[date] = set()
    for start, last in jobs:
        day = start
        while day < on and (last is None or day <= last):
            found.add(day)
            day += DAY
    return found


def months_after(first: date, months: int) -> date:
    year, month = first.year, first.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for day in range(first.day, 0, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError


def calendar_difference(first: date, end: date) -> tuple[int, int]:
    """Whole months, and the days that remain."""
    months = 0
    while months_after(first, months + 1) <= end:
        months += 1
    return months, (end - months_after(first, months)).days


def by_days(jobs: list[Worked], on: date) -> tuple[int, int, int]:
    counted = counted_days(jobs, on)
    if not counted:
        return 0, 0, 0
    months, rest = calendar_difference(min(counted), min(counted) + len(counted) * DAY)
    return months // 12, months % 12, rest


def by_hand(jobs: list[Worked], on: date) -> tuple[int, int, int]:
    counted = counted_days(jobs, on)
    months = rest = 0
    for first in sorted(day for day in counted if day - DAY not in counted):
        end = first
        while end in counted:
            end += DAY
        more_months, more_days = calendar_difference(first, end)
        months, rest = months + more_months, rest + more_days
    while rest >= 30:
        months, rest = months + 1, rest - 30
    return months // 12, months % 12, rest


ORACLES = {"end-to-end": by_days, "thirty-day-months": by_hand}


def test_every_arithmetic_has_its_second_counting() -> None:
    assert ARITHMETICS.keys() == ORACLES.keys()


@examples(120)
@given(careers())
def test_both_count_the_same(career: tuple[list[Worked], date]) -> None:
    jobs, on = career
    periods = before(half_open(jobs), on.toordinal())
    for name, oracle in ORACLES.items():
        span = ARITHMETICS[name](periods)
        assert (span.years, span.months, span.days) == oracle(jobs, on), name


@examples(60)
@given(careers(), st.integers(1, 3))
def test_the_first_day_is_the_first_of_all_days(
    career: tuple[list[Worked], date], years: int
) -> None:
    jobs, on = career
    for arithmetic in (end_to_end, thirty_day_months):
        found = first_day_with(years, half_open(jobs), arithmetic, on.toordinal())
        oracle = ORACLES["end-to-end" if arithmetic is end_to_end else "thirty-day-months"]
        if found is None:
            # Nothing goes on for ever, so that all is worked 4000 days after the last start.
            assert all(last is not None for _, last in jobs)
            assert oracle(jobs, on + 7000 * DAY)[0] < years
            continue
        day = date.fromordinal(found)
        assert day >= on
        assert oracle(jobs, day)[0] >= years
        assert day == on or oracle(jobs, day - DAY)[0] < years


@examples(200)
@given(careers(), st.data())
def test_splitting_an_employment_changes_nothing(
    career: tuple[list[Worked], date], data: st.DataObject
) -> None:
    jobs, _ = career
    split: list[Worked] = []
    for start, last in jobs:
        length = 3000 if last is None else (last - start).days
        if length == 0:
            split.append((start, last))
            continue
        middle = start + data.draw(st.integers(0, length - 1)) * DAY
        split += [(start, middle), (middle + DAY, last)]
    assert half_open(split) == half_open(jobs)


@examples(200)
@given(careers(), days)
def test_one_more_day_worked_never_lowers_the_years(
    career: tuple[list[Worked], date], extra: date
) -> None:
    """End to end, 1950 to 2060: a day more outweighs the leap day that another start may cost."""
    jobs, on = career
    years = end_to_end(before(half_open(jobs), on.toordinal())).years
    assert end_to_end(before(half_open([*jobs, (extra, extra)]), on.toordinal())).years >= years
