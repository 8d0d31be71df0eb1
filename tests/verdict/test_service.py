"""How service is counted, by examples worked out by hand (contract, “How service is counted”)."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from libonto.verdict.service import (
    ARITHMETICS,
    END_OF_TIME,
    Period,
    Span,
    before,
    end_to_end,
    first_day_with,
    merged,
    thirty_day_months,
)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def worked(*pairs: str) -> list[Period]:
    """Periods from "FIRST/LAST", the last day worked included; "FIRST/" runs on."""
    found = []
    for pair in pairs:
        first, _, last = pair.partition("/")
        found.append((day(first), day(last) + 1 if last else END_OF_TIME))
    return found


def on(text: str, *pairs: str) -> list[Period]:
    """The merged periods that count on a day."""
    return before(merged(worked(*pairs)), day(text))


# From the first day through the last one worked, as a calendar difference.
ONE_PERIOD = [
    ("2018-09-01/2021-08-31", (3, 0, 0)),  # the contract's own example
    ("2018-09-01/2021-08-30", (2, 11, 30)),
    ("2018-09-01/2018-09-01", (0, 0, 1)),
    ("2018-09-01/2018-09-30", (0, 1, 0)),
    ("2018-09-01/2018-09-29", (0, 0, 29)),
    ("2020-12-15/2021-01-14", (0, 1, 0)),  # over the turn of a year
    ("2020-12-15/2021-01-13", (0, 0, 30)),
    # A month's end clips: 31 January and a month is 28 February, or 29 in a leap year.
    ("2021-01-31/2021-02-27", (0, 1, 0)),
    ("2021-01-31/2021-02-26", (0, 0, 27)),
    ("2021-01-31/2021-02-28", (0, 1, 1)),
    ("2021-01-31/2021-03-30", (0, 2, 0)),
    ("2020-01-31/2020-02-28", (0, 1, 0)),
    ("2020-01-31/2020-02-27", (0, 0, 28)),
    ("2021-03-31/2021-04-29", (0, 1, 0)),
    # 29 February, and what it is clipped to in the years that have none.
    ("2020-02-29/2021-02-27", (1, 0, 0)),
    ("2020-02-29/2021-02-26", (0, 11, 29)),
    ("2020-02-29/2024-02-28", (4, 0, 0)),
    ("2020-02-29/2024-02-27", (3, 11, 30)),
    ("2019-02-28/2020-02-27", (1, 0, 0)),
    ("2019-02-28/2020-02-28", (1, 0, 1)),
    ("2019-03-01/2020-02-29", (1, 0, 0)),
    ("2019-03-01/2020-02-28", (0, 11, 28)),
    # 1900 and 2100 have no 29 February, 2000 has one.
    ("1896-02-29/1900-02-27", (4, 0, 0)),
    ("1996-02-29/2000-02-28", (4, 0, 0)),
    ("1996-02-29/2000-02-27", (3, 11, 30)),
    ("0001-01-01/0001-12-31", (1, 0, 0)),
]


@pytest.mark.parametrize(("pair", "expected"), ONE_PERIOD)
def test_one_period_is_a_calendar_difference(pair: str, expected: tuple[int, int, int]) -> None:
    assert end_to_end(worked(pair)) == Span(*expected)


def test_service_is_laid_end_to_end_from_its_first_day() -> None:
    # 365 days of 2019 and 731 from 2021: three years from 2019-01-01 are 1096 days.
    assert end_to_end(on("2023-01-02", "2019-01-01/2019-12-31", "2021-01-01/")) == Span(3, 0, 0)
    assert end_to_end(on("2023-01-01", "2019-01-01/2019-12-31", "2021-01-01/")) == Span(2, 11, 30)
    # 31 days from 2021-02-01: February's 28, and three of March.
    assert end_to_end(on("2022-01-01", "2021-02-01/2021-02-10", "2021-03-01/2021-03-21")) == Span(
        0, 1, 3
    )


def test_the_contract_s_example_of_a_verdict() -> None:
    counted = on("2026-11-22", "2018-09-01/2021-08-31", "2026-09-01/")
    assert end_to_end(counted) == Span(3, 2, 21)


def test_no_day_is_no_service() -> None:
    for arithmetic in ARITHMETICS.values():
        assert arithmetic([]) == Span(0, 0, 0)


# By hand: each merged period by itself, the sum carrying 30 days into a month.
BY_HAND = [
    (["2019-01-01/2019-12-31", "2021-01-01/2022-12-31"], (3, 0, 0)),
    (["2018-09-01/2021-08-30"], (3, 0, 0)),  # 2 years 11 months 30 days
    (["2018-09-01/2021-08-29"], (2, 11, 29)),
    (["2021-01-01/2021-01-20", "2021-03-01/2021-03-15"], (0, 1, 5)),  # 20 + 15 days
    (["2021-01-01/2021-01-29"], (0, 0, 29)),
    (["2021-01-01/2021-01-30"], (0, 1, 0)),
    (["2021-01-01/2021-01-31"], (0, 1, 0)),  # a whole month, whatever its length
    (["2021-02-01/2021-02-28"], (0, 1, 0)),
    # 25 + 25 + 25 days: two months and 15 days, not three periods of a month.
    (["2021-01-01/2021-01-25", "2021-03-01/2021-03-25", "2021-05-01/2021-05-25"], (0, 2, 15)),
    # 11 months 20 days + 10 days: a year.
    (["2020-01-01/2020-12-20", "2022-01-01/2022-01-10"], (1, 0, 0)),
    # What adjoins is one period: 15 January to 14 February is one month, not 17 + 14 days.
    (["2021-01-15/2021-01-31", "2021-02-01/2021-02-14"], (0, 1, 0)),
    (["2021-01-15/2021-02-10", "2021-02-01/2021-02-14"], (0, 1, 0)),
]


@pytest.mark.parametrize(("pairs", "expected"), BY_HAND)
def test_thirty_day_months_add_up_each_period(
    pairs: list[str], expected: tuple[int, int, int]
) -> None:
    assert thirty_day_months(merged(worked(*pairs))) == Span(*expected)


def test_days_that_overlap_or_adjoin_become_one_period() -> None:
    january, february = "2021-01-01/2021-01-31", "2021-02-01/2021-02-28"
    both = worked("2021-01-01/2021-02-28")
    assert merged(worked(january, february)) == both
    assert merged(worked(february, january)) == both
    assert merged(worked("2021-01-01/2021-02-10", february)) == both
    assert merged(worked("2021-01-01/2021-02-28", "2021-01-10/2021-01-12")) == both
    assert merged(worked("2021-01-01/2021-02-28", "2021-01-01/2021-02-28")) == both


def test_a_day_s_gap_keeps_periods_apart() -> None:
    parts = worked("2021-01-01/2021-01-30", "2021-02-01/2021-02-28")
    assert merged(parts) == parts


def test_the_day_of_assessment_and_later_days_do_not_count() -> None:
    assert on("2021-03-10", "2021-03-01/") == worked("2021-03-01/2021-03-09")
    assert on("2021-03-10", "2021-03-01/2021-03-10") == worked("2021-03-01/2021-03-09")
    assert on("2021-03-11", "2021-03-01/2021-03-10") == worked("2021-03-01/2021-03-10")
    assert on("2021-03-10", "2021-03-10/") == []
    assert on("2021-03-10", "2021-04-01/") == []


FIRST_DAYS = [
    # years, since, employments, the first day
    (3, "2018-09-01", ["2018-09-01/"], "2021-09-01"),
    (3, "2021-08-31", ["2018-09-01/"], "2021-09-01"),
    (3, "2021-09-01", ["2018-09-01/"], "2021-09-01"),
    (3, "2021-09-02", ["2018-09-01/"], "2021-09-02"),  # met already: the day itself
    (3, "2020-01-01", ["2018-09-01/2021-08-31"], "2021-09-01"),
    (3, "2020-01-01", ["2018-09-01/2021-08-30"], None),
    (4, "2026-11-22", ["2018-09-01/2021-08-31", "2026-09-01/"], "2027-09-01"),  # the contract's
    (3, "2020-01-01", ["2022-09-01/"], "2025-09-01"),
    (3, "2020-01-01", ["2022-09-01/2025-08-31"], "2025-09-01"),
    (3, "2020-01-01", ["2022-09-01/2025-08-30"], None),
    (3, "2020-01-01", [], None),
    (0, "2020-01-01", [], "2020-01-01"),
    # 731 days, then 365 of the next employment; what follows is not needed.
    (3, "2020-01-01", ["2018-09-01/2020-08-31", "2023-01-01/2024-06-30", "2030-01-01/"],
     "2024-01-01"),
    (3, "2023-02-27", ["2020-02-29/"], "2023-02-28"),
    (4, "2023-02-27", ["2020-02-29/"], "2024-02-29"),
    # The calendar's last day is 9999-12-31; 366 days and 364 more make two years from 1990-01-01.
    (1, "2020-01-01", ["9999-01-01/"], None),
    (2, "2020-01-01", ["1990-01-01/1991-01-01", "9999-01-01/"], "9999-12-31"),
    (2, "2020-01-01", ["1990-01-01/1991-01-01", "9999-01-02/"], None),
]  # fmt: skip


@pytest.mark.parametrize(("years", "since", "pairs", "expected"), FIRST_DAYS)
def test_the_first_day_with_so_many_years(
    years: int, since: str, pairs: list[str], expected: str | None
) -> None:
    found = first_day_with(years, merged(worked(*pairs)), end_to_end, day(since))
    assert found == (None if expected is None else day(expected))


def test_the_first_day_follows_the_arithmetic() -> None:
    periods = merged(worked("2019-01-01/2019-12-31", "2021-01-01/"))
    days: dict[str, Callable[[Sequence[Period]], Span]] = {
        "2023-01-02": end_to_end,
        "2022-12-31": thirty_day_months,  # a year, and 1 year 11 months 30 days
    }
    for expected, arithmetic in days.items():
        assert first_day_with(3, periods, arithmetic, day("2020-01-01")) == day(expected)
