"""What holds under all readings, against judging the candidate anew under every combination."""

import random
from collections.abc import Callable, Collection, Sequence
from datetime import date
from itertools import combinations, product

import pytest
from tests import sizes

from libonto.profile.model import Candidate
from libonto.public import assessor
from libonto.verdict.explanation import register
from libonto.verdict.model import Assessment, Status
from libonto.verdict.statuses import Combinations, Robustness

ON = date(2026, 11, 22)
Choice = dict[str, str]
Make = Callable[..., Candidate]
SUCCESSORS = ["K2600000000", "Z1500000410"]


def options() -> dict[str, list[str]]:
    """The readings that more than one option of can be judged, default first."""
    found = {
        r.name: [option.name for option in r.options if option.assessable]
        for r in assessor().readings.all
        if r.affects_verdict
    }
    return {name: names for name, names in found.items() if len(names) > 1}


def people(make: Make, everything: list[str]) -> list[Candidate]:
    """Careers on which different readings bear, alone and together."""
    acts = [item for item in everything if item not in ("constitution", "law-anti-corruption")]
    lives = [
        make(iri="urn:x:plain", jobs=[("school", "2018-09-01", None)]),
        make(iri="urn:x:college", jobs=[("college", "2018-09-01", None)]),
        make(
            iri="urn:x:both",
            jobs=[("school", "2022-01-01", "2023-12-30"), ("college", "2024-01-01", "2025-02-15")],
        ),
        make(
            iri="urn:x:thirty-days",
            jobs=[("school", "2021-01-31", "2022-02-27"), ("school", "2023-03-01", "2025-01-29")],
        ),
        make(iri="urn:x:masters", diplomas=[("postgraduate", "library-science", None)]),
        make(
            iri="urn:x:school-leaver",
            diplomas=[("general-secondary", "library-science", None)],
            jobs=[("college", "2010-01-01", None)],
        ),
        make(
            iri="urn:x:broad", diplomas=[("higher", "http://data.europa.eu/snb/isced-f/03", None)]
        ),
        make(iri="urn:x:technician", diplomas=[("technical-vocational", "library-science", None)]),
        make(
            iri="urn:x:successors",
            knowledge=acts + SUCCESSORS,
            jobs=[("school", "2019-01-01", None)],
        ),
        make(
            iri="urn:x:one-fundament",
            knowledge=[i for i in everything if i != "librarianship-fundamentals"],
            jobs=[("college", "2019-01-01", None)],
        ),
        make(
            iri="urn:x:two-things",
            knowledge=[i for i in acts if i != "library-work-fundamentals"] + SUCCESSORS,
            diplomas=[("higher", "library-science", None)],
            jobs=[("college", "2015-01-01", None)],
        ),
        make(iri="urn:x:nothing", diplomas=[], knowledge=[]),
    ]
    return lives


TOGETHER = (
    "college-service",
    "above-technical-on-middle-ladder",
    "successor-act",
    "fundamentals-are-one",
)
"""Readings that decide alone and together for the people above."""


def subsets() -> list[tuple[str, ...]]:
    """The readings whose options are all tried together: all at once would take an hour."""
    names = list(options())
    chance = random.Random(sizes.seed)
    drawn = [tuple(n for n in names if n in chance.sample(names, 4)) for _ in range(8)]
    return [TOGETHER, *drawn[: sizes.size(8, 1)]]


def by_combination(
    people: list[Candidate], chosen: Choice, varied: Sequence[str]
) -> dict[tuple[tuple[str, str], ...], list[Assessment]]:
    """Every candidate judged under every combination of some readings: the slow truth."""
    names = options()
    found = {}
    for picked in product(*(names[name] for name in varied)):
        readings = {**chosen, **dict(zip(varied, picked, strict=True))}
        found[tuple(readings.items())] = assessor().assess(people, on=ON, readings=readings)
    return found


def least_turns(
    chosen: Choice, statuses: dict[tuple[tuple[str, str], ...], Status]
) -> set[tuple[Status, frozenset[tuple[str, str]]]]:
    """By trying all: the changes that give another status and of which none can be left out."""
    now = statuses[tuple(chosen.items())]
    found = []
    for combination, status in statuses.items():
        changes = {(n, o) for n, o in combination if chosen[n] != o}
        if status is now:
            continue
        smaller = (
            tuple({**chosen, **dict(some)}.items())
            for size in range(len(changes))
            for some in combinations(changes, size)
        )
        if all(statuses[key] is not status for key in smaller):
            found.append((status, frozenset(changes)))
    return set(found)


def as_set(
    robustness: Robustness, among: Collection[str] | None = None
) -> set[tuple[Status, frozenset[tuple[str, str]]]]:
    """The turns; with `among`, those that change nothing but these readings."""
    return {
        (turn.status, frozenset((c.reading, c.option) for c in turn.changes))
        for turn in robustness.turns
        if among is None or all(c.reading in among for c in turn.changes)
    }


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    "elsewhere", [{}, {"college-service": "counted", "successor-act": "not-accepted"}]
)
def test_it_agrees_with_judging_under_every_combination(
    candidate: Make, everything: list[str], elsewhere: Choice
) -> None:
    someone = people(candidate, everything)
    chosen = {name: names[0] for name, names in options().items()} | elsewhere
    seen: set[int] = set()
    for varied in subsets():
        judged_by = by_combination(someone, chosen, varied)
        for place, assessment in enumerate(judged_by[tuple(chosen.items())]):
            combined = Combinations(assessment, assessor().readings)
            for category in assessment.categories:
                statuses = {
                    key: judged[place].category(category.iri).status
                    for key, judged in judged_by.items()
                }
                found = combined.category(category.iri)
                assert found.status is category.status
                assert found.statuses >= set(statuses.values())
                assert as_set(found, varied) == least_turns(chosen, statuses)
                assert found.holds == (len(found.statuses) == 1)
                singles = {t.changes[0].reading for t in found.turns if len(t.changes) == 1}
                assert singles == set(category.depends_on_readings)
                seen |= {len(turn.changes) for turn in found.turns}
            for finding in assessment.findings:
                iri = finding.requirement.iri
                statuses = {k: judged[place].finding(iri).status for k, judged in judged_by.items()}
                found = combined.requirement(iri)
                assert as_set(found, varied) == least_turns(chosen, statuses)
    assert {1, 2} <= seen, "the candidates must show readings that decide alone and together"


def test_a_reading_that_decides_only_with_another_is_named_with_it(
    candidate: Make, assess: Callable[..., Assessment]
) -> None:
    someone = candidate(
        diplomas=[("higher", "library-science", None)],
        jobs=[("college", "2020-01-01", None)],
    )
    assessment = assess(someone, "2026-11-22")
    second = next(c for c in assessment.categories if c.slug == "middle-second")
    found = Combinations(assessment, assessor().readings).category(second.iri)
    assert as_set(found) == {
        (
            Status.MET,
            frozenset(
                {("college-service", "counted"), ("above-technical-on-middle-ladder", "accepted")}
            ),
        )
    }
    assert second.depends_on_readings == ()
    assert set(found.deciding) == {"college-service", "above-technical-on-middle-ladder"}


def test_one_option_alone_gives_the_statuses_of_an_assessment_with_it(
    candidate: Make, assess: Callable[..., Assessment]
) -> None:
    someone = candidate(jobs=[("college", "2018-09-01", None)])
    before, readings = assess(someone, "2026-11-22"), assessor().readings
    (effect,) = Combinations(before, readings).effects(readings.by_name["college-service"])
    counted = assess(someone, "2026-11-22", college_service="counted")
    then = {f.requirement.iri: f.status for f in before.findings} | dict(effect.requirements)
    assert then == {f.requirement.iri: f.status for f in counted.findings}


def test_effects_are_read_from_the_shapes() -> None:
    judge = assessor()
    rules = judge.positions.rules(judge.positions.default)
    entries = {entry.reading.name: entry for entry in register(judge, rules, {})}

    def slugs(name: str) -> set[str]:
        return {iri.rpartition("/")[2] for iri in entries[name].requirements}

    assert slugs("college-service") == {f"experience-{n}-years" for n in (3, 4, 5)}
    # Where days count from the diploma only, which diploma satisfies bears on service as well.
    service = {f"experience-{n}-years" for n in (3, 4, 5)}
    assert slugs("truncated-alternative") == {"education-middle-none"} | service
    assert slugs("successor-act") == {"knowledge-constitution", "knowledge-law-anti-corruption"}
    assert slugs("safety-clause-scope") == set()
    middle = {c.iri for c in rules.categories if c.ladder == "middle"}
    assert set(entries["truncated-alternative"].categories) > middle
