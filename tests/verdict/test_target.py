"""The one level that an answer is about (contract, “Verdicts”)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from libonto.graph.terms import ID
from libonto.profile.model import Candidate
from libonto.public import assessor
from libonto.verdict.model import Status
from libonto.verdict.statuses import Statuses

ON = date(2026, 11, 22)
TECHNICAL = ("technical-vocational", "library-science", None)
HIGHER, OTHER = ("higher", "library-science", None), ("higher", "other-field", None)
SIX_YEARS, FOUR_YEARS, A_YEAR = "2020-11-22", "2022-11-22", "2025-11-22"


def judged(someone: Candidate, asked: str | None = None) -> str:
    """The slug of the level that the answer about somebody is about."""
    (assessment,) = assessor().assess([someone], on=ON, category=asked)
    return assessment.category(assessment.target).slug


@pytest.mark.parametrize(
    ("since", "diplomas", "expected"),
    [
        (A_YEAR, [HIGHER], "higher-second"),
        (FOUR_YEARS, [HIGHER], "higher-highest"),
        (SIX_YEARS, [HIGHER], "higher-highest"),  # nothing left: the highest one met
        (A_YEAR, [TECHNICAL], "middle-second"),
        (SIX_YEARS, [TECHNICAL], "middle-highest"),
        (A_YEAR, [HIGHER, TECHNICAL], "higher-second"),  # alike on both: the first
        (A_YEAR, [], "higher-none"),  # not shown on both
        (A_YEAR, [OTHER], "higher-none"),  # not met on both
        (A_YEAR, [("higher", "http://data.europa.eu/snb/isced-f/03", None)], "higher-none"),
    ],
)
def test_the_next_level_on_the_ladder_that_one_stands_in(
    candidate: Callable[..., Candidate],
    since: str,
    diplomas: list[tuple[str, str, None]],
    expected: str,
) -> None:
    someone = candidate(jobs=[("school", since, None)], diplomas=diplomas)
    assert judged(someone) == expected


def test_with_nothing_met_the_education_tells_the_ladder(
    candidate: Callable[..., Candidate],
) -> None:
    someone = candidate(diplomas=[TECHNICAL], knowledge=["bibliography"])
    assert judged(someone) == "middle-none"


def test_the_higher_step_tells_the_ladder(candidate: Callable[..., Candidate]) -> None:
    someone = candidate(jobs=[("school", SIX_YEARS, None)], diplomas=[HIGHER, TECHNICAL])
    (assessment,) = assessor().assess([someone], on=ON)
    rules = assessment.rules
    requirements = {finding.requirement.iri: finding.status for finding in assessment.findings}
    statuses = {category.iri: category.status for category in assessment.categories}
    assert Statuses(rules, requirements, statuses, {}).target(None).endswith("higher-highest")
    for step in ("highest", "first"):
        statuses[f"{ID}category/librarian/higher-{step}"] = Status.NOT_MET
    assert Statuses(rules, requirements, statuses, {}).target(None).endswith("middle-highest")


def test_what_is_asked_for_goes_before_what_is_applied_for(
    candidate: Callable[..., Candidate],
) -> None:
    category = f"{ID}category/librarian/"
    someone = replace(candidate(), applies_for=f"{category}middle-first")
    assert judged(someone) == "middle-first"
    assert judged(someone, f"{category}higher-highest") == "higher-highest"
