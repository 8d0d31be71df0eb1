"""`dependsOnReadings`, against judging again under every other option; and `readings`."""

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from libonto.profile.model import Candidate
from libonto.public import assessor
from libonto.verdict.model import Assessment

ON = date(2023, 1, 1)
SNB = "http://data.europa.eu/snb/isced-f/"
BASES: list[dict[str, str]] = [
    {},
    {"college-service": "counted", "service-arithmetic": "thirty-day-months"},
    {
        "truncated-alternative": "any-education-in-profile",
        "above-technical-on-middle-ladder": "accepted",
        "successor-act": "not-accepted",
        "fundamentals-are-one": "same",
        "safety-clause-scope": "college",
    },
]
JOBS: list[list[tuple[str, str, str | None]]] = [
    [],
    [("school", "2010-01-01", None)],
    [("college", "2010-01-01", None)],
    [("public", "2010-01-01", None)],
    [("school", "2020-01-02", None)],  # two days short of three years, by any arithmetic
    [("school", "2018-01-02", None)],  # 4 years 11 months 30 days
    [("school", "2019-01-01", "2019-12-31"), ("school", "2021-01-01", None)],
    [("school", "2019-01-01", "2019-12-31"), ("college", "2021-01-01", None)],
    [("school", "2018-01-01", "2021-12-31"), ("college", "2015-01-01", "2015-12-31")],
]
DIPLOMAS: list[list[tuple[str, str, str | None]]] = [
    [],
    [("higher", "library-science", None)],
    [("higher", "pedagogy", None)],
    [("higher", "library-science", "2022-06-30")],
    [("technical-vocational", "library-science", None)],
    [("post-secondary", "library-science", None)],
    [("general-secondary", "library-science", None)],
    [("higher", SNB + "032", None)],
    [("technical-vocational", SNB + "03", None), ("higher", SNB + "01", None)],
    [("technical-vocational", "library-science", None), ("postgraduate", "pedagogy", None)],
]


@pytest.fixture(scope="module")
def several(candidate: Callable[..., Candidate], everything: list[str]) -> list[Candidate]:
    """Every kind of service and of education, with what is known drawn for each."""
    draw = random.Random(338)
    swaps = [
        {},
        {"constitution": "K2600000000"},
        {"constitution": "K950001000_", "law-anti-corruption": "Z1500000410"},
        {"library-work-fundamentals": "librarianship-fundamentals"},
        {"librarianship-fundamentals": "library-work-fundamentals"},
    ]
    found = []
    for n, jobs in enumerate(JOBS):
        for m, diplomas in enumerate(DIPLOMAS):
            swap = swaps[(n + m) % len(swaps)]
            known = list(dict.fromkeys(swap.get(item, item) for item in everything))
            if draw.random() < 0.1:
                known.remove(draw.choice(known))
            if draw.random() < 0.4:
                found.append(candidate(jobs, diplomas, known, f"urn:example:{n}-{m}"))
    return found


def statuses(assessment: Assessment) -> list[str]:
    return [str(category.status) for category in assessment.categories]


@pytest.mark.sampled(1)
@pytest.mark.parametrize("base", BASES, ids=["defaults", "service", "the-rest"])
def test_what_depends_is_what_changes_when_judged_again(
    base: dict[str, str], several: list[Candidate]
) -> None:
    judge = assessor()
    under_base = judge.assess(several, on=ON, readings=base)
    expected: list[list[list[str]]] = [[[] for _ in a.categories] for a in under_base]
    for reading in judge.readings.all:
        for option in reading.options:
            if option.name == under_base[0].readings[reading.name] or not option.assessable:
                continue
            again = judge.assess(several, on=ON, readings={**base, reading.name: option.name})
            for n, (one, other) in enumerate(zip(under_base, again, strict=True)):
                for m, (was, is_) in enumerate(zip(statuses(one), statuses(other), strict=True)):
                    if was != is_ and reading.name not in expected[n][m]:
                        expected[n][m].append(reading.name)
    found = [[list(c.depends_on_readings) for c in a.categories] for a in under_base]
    assert found == expected
    named = {name for lists in found for names in lists for name in names}
    assert named >= {"truncated-alternative", "above-technical-on-middle-ladder", "successor-act"}
    assert len(named) >= 4


def test_every_reading_that_can_decide_does(several: list[Candidate]) -> None:
    """Else the test above would compare nothing with nothing."""
    found = assessor().assess(several, on=ON)
    named = {name for a in found for c in a.categories for name in c.depends_on_readings}
    assert named == {
        "college-service", "service-arithmetic", "truncated-alternative",
        "post-secondary-on-middle-ladder", "above-technical-on-middle-ladder",
        "pedagogical-in-any-subject", "service-before-diploma", "successor-act",
        "fundamentals-are-one", "service-years",
    }  # fmt: skip


@pytest.mark.parametrize("base", BASES, ids=["defaults", "service", "the-rest"])
def test_the_result_says_all_the_readings_that_it_used(
    base: dict[str, str], several: list[Candidate]
) -> None:
    judge = assessor()
    defaults = {reading.name: reading.default.name for reading in judge.readings.all}
    (assessment,) = judge.assess(several[:1], on=ON, readings=base)
    assert assessment.readings == {**defaults, **base}
    assert len(assessment.readings) == 13


def test_a_reading_can_change_service_and_its_days(
    candidate: Callable[..., Candidate], assess: Callable[..., Assessment]
) -> None:
    jobs = [("school", "2019-01-01", "2019-12-31"), ("college", "2021-01-01", None)]
    spans: dict[tuple[str, str], Any] = {
        # 2021 and 2022, and one day of 2023: 731 days, 1096 with those of 2019.
        ("counted", "end-to-end"): (3, 0, 0),
        ("counted", "thirty-day-months"): (3, 0, 1),
        ("not-counted", "end-to-end"): (1, 0, 0),
        ("not-counted", "thirty-day-months"): (1, 0, 0),
    }
    for (college, arithmetic), expected in spans.items():
        found = assess(
            candidate(jobs), "2023-01-02", college_service=college, service_arithmetic=arithmetic
        ).service
        assert (found.years, found.months, found.days) == expected
