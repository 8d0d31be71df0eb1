"""What lacks for each level, what brings it, and when.

Time brings service, and credentials whose day is still to come; knowledge can be learnt;
what is left needs a diploma. All of it is read from the shapes that apply under the
readings chosen, and every date is one on which the candidate was judged again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from libonto.law.acts import in_force_instead
from libonto.law.model import Clause, Measure
from libonto.profile.model import Candidate, Credential, Employment
from libonto.verdict.assessment import Assessor
from libonto.verdict.cover import smallest_cover
from libonto.verdict.credentials import Accepted, accepted, alternatives, common
from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Status
from libonto.verdict.robustness import Combinations, Robustness
from libonto.verdict.service import (
    ARITHMETICS,
    END_OF_TIME,
    Counted,
    Span,
    end_to_end,
    first_day_with,
    merged,
)


@dataclass(frozen=True)
class Resumption:
    """What to do where service stops too early: posts that count, from when, and what follows.

    `after` is the last day of the work that is still to end (None: it has ended already), `on`
    the day on which the years are complete if work goes on from `start` and never stops again
    (None: beyond the calendar), `lacking` the service still needed from `start` on.
    """

    positions: tuple[str, ...]
    after: date | None
    start: date
    on: date | None
    lacking: Span


@dataclass(frozen=True)
class TimeLack:
    """A requirement that time brings: on a day, or (None) only once work is resumed."""

    finding: Finding
    clause: Clause
    on: date | None
    resumption: Resumption | None = None


@dataclass(frozen=True)
class LearnLack:
    """A requirement that any one of some knowledge items shows.

    `acts` are those that today stand in the place of the acts that the items name.
    """

    finding: Finding
    clause: Clause
    items: tuple[str, ...]
    acts: tuple[str, ...]


@dataclass(frozen=True)
class DiplomaLack:
    """A requirement that needs a credential; `undecided`: one stated may do, told more narrowly."""

    finding: Finding
    clause: Clause
    accepted: tuple[Accepted, ...]
    undecided: bool


@dataclass(frozen=True)
class Way:
    """The least that leads to a level, and the day on which it does (None: it cannot be said).

    `diplomas` are credentials, each to be chosen among levels and fields that all do.
    """

    learn: tuple[str, ...]
    diplomas: tuple[Accepted, ...]
    resumption: Resumption | None
    on: date | None


@dataclass(frozen=True)
class LevelPlan:
    """What lacks for one category, the shortest way to it, and what readings change."""

    verdict: CategoryVerdict
    time: tuple[TimeLack, ...]
    learn: tuple[LearnLack, ...]
    diploma: tuple[DiplomaLack, ...]
    way: Way
    robustness: Robustness


@dataclass(frozen=True)
class StatusChange:
    """A category's IRI, and its status before and after."""

    category: str
    before: Status
    after: Status


@dataclass(frozen=True)
class Moment:
    """A day on which categories change their status if employments run as stated."""

    on: date
    changes: tuple[StatusChange, ...]


@dataclass(frozen=True)
class Plan:
    """One candidate's plan: a level plan for each category, and the days of change to come."""

    assessment: Assessment
    levels: tuple[LevelPlan, ...]
    moments: tuple[Moment, ...]


class Planner:
    """Plans for assessed candidates; one for an assessor."""

    def __init__(self, assessor: Assessor) -> None:
        """Take the assessor by which the candidates were judged."""
        self._assessor = assessor
        self._graph = assessor.graph

    def plan(self, assessment: Assessment) -> Plan:
        """The plan for all categories of the position that the assessment is about."""
        later = self._later(assessment)
        brought = _brought(later)
        combinations = Combinations(assessment, self._assessor.readings)
        return Plan(
            assessment=assessment,
            levels=tuple(
                self._level(assessment, verdict, brought, combinations.category(verdict.iri))
                for verdict in assessment.categories
            ),
            moments=tuple(_moments([assessment, *later])),
        )

    def _later(self, assessment: Assessment) -> list[Assessment]:
        """Assessments on every later day on which time alone can change something, in order."""
        candidate, on = assessment.candidate, assessment.on
        days = {c.awarded for c in candidate.credentials if c.awarded and c.awarded > on}
        for finding in assessment.findings:
            day = _complete_on(assessment, finding)
            if day is not None and day > on:
                days.add(day)
        return [
            self._assessor.assess(
                [candidate],
                position=assessment.rules.iri,
                on=day,
                edition=assessment.edition.iri,
                readings=assessment.readings,
            )[0]
            for day in sorted(days)
        ]

    def _level(
        self,
        assessment: Assessment,
        verdict: CategoryVerdict,
        brought: Mapping[str, date],
        robustness: Robustness,
    ) -> LevelPlan:
        time: list[TimeLack] = []
        learn: list[LearnLack] = []
        diploma: list[DiplomaLack] = []
        for finding in map(assessment.finding, verdict.unmet):
            clause = finding.requirement.clause_for(verdict.iri)
            on = brought.get(finding.requirement.iri)
            if on is not None:
                time.append(TimeLack(finding, clause, on))
            elif finding.measure and finding.counted:
                resumption = _resumption(assessment, finding, finding.measure, finding.counted)
                time.append(TimeLack(finding, clause, None, resumption))
            elif finding.items:
                acts = [
                    act
                    for shape in finding.active
                    for act in in_force_instead(self._graph, shape.iri, shape.items, assessment.on)
                ]
                items = self._ordered(finding.items)
                learn.append(LearnLack(finding, clause, items, tuple(dict.fromkeys(acts))))
            else:
                undecided = bool(finding.credentials) and finding.status is Status.NOT_SHOWN
                fits = alternatives(accepted(self._graph, shape.iri) for shape in finding.active)
                diploma.append(DiplomaLack(finding, clause, fits, undecided))
        return LevelPlan(
            verdict=verdict,
            time=tuple(time),
            learn=tuple(learn),
            diploma=tuple(diploma),
            way=self._way(assessment, time, learn, diploma),
            robustness=robustness,
        )

    def _way(
        self,
        assessment: Assessment,
        time: list[TimeLack],
        learn: list[LearnLack],
        diploma: list[DiplomaLack],
    ) -> Way:
        resumptions = [lack.resumption for lack in time if lack.resumption]
        days = [lack.resumption.on if lack.resumption else lack.on for lack in time]
        known = [day for day in days if day is not None]
        return Way(
            learn=self._ordered(smallest_cover([frozenset(lack.items) for lack in learn])),
            diplomas=tuple(_diplomas([lack.accepted for lack in diploma])),
            resumption=max(resumptions, key=lambda r: r.on or date.max, default=None),
            on=max([assessment.on, *known]) if len(known) == len(days) else None,
        )

    def _ordered(self, items: Iterable[str]) -> tuple[str, ...]:
        """Knowledge items in the order in which the requirements ask for them."""
        wanted = set(items)
        order = {
            requirement.item: place
            for rules in (self._assessor.positions.rules(p) for p in self._assessor.positions.iris)
            for place, requirement in enumerate(rules.requirements)
        }
        return tuple(sorted(wanted, key=lambda item: (order.get(item, len(order)), item)))


def taken(way: Way, candidate: Candidate) -> Candidate:
    """The candidate as if the way had been gone, by the first of what each step leaves open."""
    gained = tuple(Credential(d.levels[0], d.fields[0]) for d in way.diplomas)
    resumed = way.resumption
    begun = (Employment(resumed.positions[0], resumed.start),) if resumed else ()
    return replace(
        candidate,
        credentials=(*candidate.credentials, *gained),
        employments=(*candidate.employments, *begun),
        knowledge=tuple(sorted({*candidate.knowledge, *way.learn})),
    )


def status_changes(before: Assessment, after: Assessment) -> tuple[StatusChange, ...]:
    """The categories whose status differs between two assessments."""
    return tuple(
        StatusChange(category.iri, category.status, then.status)
        for category in before.categories
        if (then := after.category(category.iri)).status is not category.status
    )


def _moments(assessments: list[Assessment]) -> Iterable[Moment]:
    for before, after in pairwise(assessments):
        changes = status_changes(before, after)
        if changes:
            yield Moment(after.on, changes)


def _brought(later: list[Assessment]) -> dict[str, date]:
    """By requirement the first later day on which it is met."""
    found: dict[str, date] = {}
    for assessment in later:
        for finding in assessment.findings:
            if finding.status is Status.MET:
                found.setdefault(finding.requirement.iri, assessment.on)
    return found


def _complete_on(assessment: Assessment, finding: Finding) -> date | None:
    """The day on which service suffices if employments run as stated."""
    years, measure, counted = finding.requirement.years, finding.measure, finding.counted
    if years is None or measure is None or counted is None:
        return None
    arithmetic = ARITHMETICS[measure.arithmetic]
    day = first_day_with(years, counted.periods, arithmetic, assessment.on.toordinal())
    return date.fromordinal(day) if day is not None else None


def _resumption(
    assessment: Assessment, finding: Finding, measure: Measure, counted: Counted
) -> Resumption:
    """What follows if work in a post that counts goes on from the first day that it can."""
    periods = counted.periods
    today = assessment.on.toordinal()
    start = min(max([today, *(end for _, end in periods)]), date.max.toordinal())
    day = first_day_with(
        finding.requirement.years or 0,
        merged([*periods, (start, END_OF_TIME)]),
        ARITHMETICS[measure.arithmetic],
        start,
    )
    return Resumption(
        positions=tuple(sorted(measure.positions)),
        after=date.fromordinal(start - 1) if start > today else None,
        start=date.fromordinal(start),
        on=date.fromordinal(day) if day is not None else None,
        lacking=end_to_end([(start, day)]) if day is not None and day > start else Span(),
    )


def _diplomas(needed: list[tuple[Accepted, ...]]) -> Iterable[Accepted]:
    """The fewest credentials that satisfy all requirements, each as wide as it can be."""
    chosen = smallest_cover([_pairs(ways) for ways in needed])
    left = list(needed)
    for pair in chosen:
        satisfied = [ways for ways in left if pair in _pairs(ways)]
        left = [ways for ways in left if pair not in _pairs(ways)]
        if satisfied:
            yield common([next(w for w in ways if pair in w.pairs) for ways in satisfied])


def _pairs(ways: tuple[Accepted, ...]) -> frozenset[tuple[str, str]]:
    return frozenset(pair for fits in ways for pair in fits.pairs)
