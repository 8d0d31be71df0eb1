"""`earliestOn`: when time alone brings the years, worked out by hand in every case."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from libonto.verdict.model import Assessment

LADDERS = {
    ladder: [f"{ladder}-{step}" for step in ("none", "second", "first", "highest")]
    for ladder in ("higher", "middle")
}
COUNTED = {"college_service": "counted"}
THIRTY = {"service_arithmetic": "thirty-day-months"}
NEVER = None
Jobs = list[tuple[str, str, str | None]]

# The jobs, the day, the readings; then the day of: no category, second, first, highest.
CASES: dict[str, tuple[Jobs, str, dict[str, str], list[str | None]]] = {
    "goes on": (
        [("school", "2018-09-01", None)], "2020-01-01", {},
        ["2020-01-01", "2021-09-01", "2022-09-01", "2023-09-01"],
    ),
    "met in part: the day itself": (
        [("school", "2018-09-01", None)], "2022-12-31", {},
        ["2022-12-31", "2022-12-31", "2022-12-31", "2023-09-01"],
    ),
    "met on that very day": (
        [("school", "2018-09-01", None)], "2021-09-01", {},
        ["2021-09-01", "2021-09-01", "2022-09-01", "2023-09-01"],
    ),
    "met long ago, and over": (
        [("school", "1990-01-01", "1999-12-31")], "2022-12-31", {}, ["2022-12-31"] * 4,
    ),
    "ends in the future": (
        [("school", "2018-09-01", "2022-08-31")], "2020-01-01", {},
        ["2020-01-01", "2021-09-01", "2022-09-01", NEVER],
    ),
    "ended": (
        [("school", "2018-09-01", "2019-12-31")], "2022-01-01", {},
        ["2022-01-01", NEVER, NEVER, NEVER],
    ),
    "no employment": ([], "2022-01-01", {}, ["2022-01-01", NEVER, NEVER, NEVER]),
    "elsewhere": (
        [("public", "2000-01-01", None)], "2022-01-01", {}, ["2022-01-01", NEVER, NEVER, NEVER],
    ),
    "starts in the future, on a leap day": (
        [("school", "2028-02-29", None)], "2020-01-01", {},
        ["2020-01-01", "2031-02-28", "2032-02-29", "2033-02-28"],
    ),
    "starts and ends in the future": (
        [("school", "2028-01-01", "2031-12-31")], "2020-01-01", {},
        ["2020-01-01", "2031-01-01", "2032-01-01", NEVER],
    ),
    "starts on the day": (
        [("school", "2020-01-01", None)], "2020-01-01", {},
        ["2020-01-01", "2023-01-01", "2024-01-01", "2025-01-01"],
    ),
    # 730 + 365 days. Three years from 2010-01-01 are 1096, four 1461, five 1826: the third
    # employment must bring 1, 366 and 731, and 2020 has 366.
    "several, one to come": (
        [
            ("school", "2010-01-01", "2011-12-31"),
            ("school", "2015-01-01", "2015-12-31"),
            ("school", "2020-01-01", None),
        ],
        "2016-01-01", {},
        ["2016-01-01", "2020-01-02", "2021-01-01", "2022-01-01"],
    ),
    "two at once count once": (
        [("school", "2018-09-01", None), ("school", "2019-09-01", None)], "2020-01-01", {},
        ["2020-01-01", "2021-09-01", "2022-09-01", "2023-09-01"],
    ),
    # 365 days of 2019; from 2021-01-01 on 731 days end with 2023-01-01, 1096 with 2024-01-01,
    # 1461 with 2024-12-31.
    "a leap day lost in the gap": (
        [("school", "2019-01-01", "2019-12-31"), ("school", "2021-01-01", None)],
        "2020-06-01", {},
        ["2020-06-01", "2023-01-02", "2024-01-02", "2025-01-01"],
    ),
    # By hand: a year, and so many years but for 30 days in a December, which are a month.
    "the same by hand": (
        [("school", "2019-01-01", "2019-12-31"), ("school", "2021-01-01", None)],
        "2020-06-01", THIRTY,
        ["2020-06-01", "2022-12-31", "2023-12-31", "2024-12-31"],
    ),
    "in a college, not counted": (
        [("college", "2018-09-01", None)], "2020-01-01", {},
        ["2020-01-01", NEVER, NEVER, NEVER],
    ),
    "in a college, counted": (
        [("college", "2018-09-01", None)], "2020-01-01", COUNTED,
        ["2020-01-01", "2021-09-01", "2022-09-01", "2023-09-01"],
    ),
    "school after college, counted from the college on": (
        [("college", "2018-09-01", "2020-08-31"), ("school", "2020-09-01", None)],
        "2020-01-01", COUNTED,
        ["2020-01-01", "2021-09-01", "2022-09-01", "2023-09-01"],
    ),
    "school after college, not counted": (
        [("college", "2018-09-01", "2020-08-31"), ("school", "2020-09-01", None)],
        "2020-01-01", {},
        ["2020-01-01", "2023-09-01", "2024-09-01", "2025-09-01"],
    ),
    "after the last day of the calendar": (
        [("school", "9996-06-01", None)], "2020-01-01", {},
        ["2020-01-01", "9999-06-01", NEVER, NEVER],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_first_day_of_each_level(
    name: str, candidate: Callable[..., Any], assess: Callable[..., Assessment]
) -> None:
    jobs, on, readings, expected = CASES[name]
    assessment = assess(candidate(jobs), on, **readings)
    found = {c.slug: c.earliest_on for c in assessment.categories}
    for slugs in LADDERS.values():  # the years are the same on both
        days = [found[slug] for slug in slugs]
        assert [day.isoformat() if day else None for day in days] == expected


@pytest.mark.parametrize("name", CASES)
def test_education_and_knowledge_play_no_part(
    name: str, candidate: Callable[..., Any], assess: Callable[..., Assessment]
) -> None:
    jobs, on, readings, expected = CASES[name]
    nothing = candidate(jobs, diplomas=[], knowledge=[])
    days = [c.earliest_on for c in assess(nothing, on, **readings).categories]
    assert [day.isoformat() if day else None for day in days] == expected * 2


@pytest.mark.parametrize("name", CASES)
def test_on_that_day_the_years_are_there_and_not_before(
    name: str, candidate: Callable[..., Any], assess: Callable[..., Assessment]
) -> None:
    jobs, on, readings, expected = CASES[name]
    for slug, day in zip(LADDERS["higher"], expected, strict=True):
        if day is None or day == on:
            continue
        for when, enough in ((day, True), (day_before(day), False)):
            assessment = assess(candidate(jobs), when, **readings)
            (category,) = (c for c in assessment.categories if c.slug == slug)
            years = {r for r in category.requirements if assessment.finding(r).service is not None}
            assert years
            assert (years.isdisjoint(category.unmet)) is enough


def day_before(day: str) -> str:
    return date.fromordinal(date.fromisoformat(day).toordinal() - 1).isoformat()
