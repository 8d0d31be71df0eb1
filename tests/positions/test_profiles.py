"""Every test profile gets the verdict that its folder, its name and its comments say."""

from itertools import product
from typing import Any

import pytest

from libonto.profile.document import open_document
from libonto.profile.intake import Reader
from libonto.public import assessor
from libonto.verdict.model import Assessment

STATUSES = ("met", "not-met", "not-shown")


@pytest.fixture
def assessment(case: Any) -> Assessment:
    judge = assessor()
    candidates = Reader(judge.vocabulary).read([open_document(str(case.path))])
    (found,) = judge.assess(
        candidates,
        position=judge.positions.named(case.position),
        on=case.on,
        readings=case.readings,
    )
    return found


@pytest.mark.every_case
def test_the_profile_gets_its_verdict(case: Any, assessment: Assessment) -> None:
    (verdict,) = (c for c in assessment.categories if c.slug == case.category)
    statuses = {f.requirement.iri: f for f in assessment.findings}
    unmet = {statuses[iri].requirement.slug: str(statuses[iri].status) for iri in verdict.unmet}
    assert (str(verdict.status), unmet) == (case.status, case.unmet)
    if case.service is not None:
        span = assessment.service
        assert f"P{span.years}Y{span.months}M{span.days}D" == case.service
    if case.earliest is not None:
        earliest = verdict.earliest_on.isoformat() if verdict.earliest_on else "never"
        assert earliest == case.earliest
    if case.depends is not None:
        assert verdict.depends_on_readings == case.depends


def test_every_category_is_shown_met_and_failing_and_open(all_cases: tuple[Any, ...]) -> None:
    rules = assessor().positions.rules(assessor().positions.default)
    wanted = set(product((category.slug for category in rules.categories), STATUSES))
    shown = {(case.category, case.status) for case in all_cases if case.position == rules.slug}
    assert shown == wanted


def test_every_reading_that_decides_is_shown_both_ways(all_cases: tuple[Any, ...]) -> None:
    """A default that is met, or not, beside the same thing under the other option."""
    chosen = {(name, option) for case in all_cases for name, option in case.readings.items()}
    named = {name for case in all_cases for name in case.depends or ()}
    by_name = assessor().readings.by_name
    decide = {"college-service", "service-arithmetic", "truncated-alternative"}
    decide |= {"above-technical-on-middle-ladder", "successor-act", "fundamentals-are-one"}
    decide |= {"post-secondary-on-middle-ladder"}
    assert named >= decide
    others = {
        (name, option.name)
        for name in decide
        for option in by_name[name].options
        if option != by_name[name].default
    }
    # For the newer readings, and the third option of one, see `test_contract_oracle.py`.
    assert chosen >= others - {("truncated-alternative", "technical-pedagogical")}
