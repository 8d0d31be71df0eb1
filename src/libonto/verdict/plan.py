"""What lacks for each level, what brings it, and when.

Time brings service, and credentials whose day is still to come; knowledge can be learnt;
what is left needs a diploma. All of it is read from the shapes that apply under the
readings chosen, and every date is one on which the candidate was judged again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, count, pairwise, product
from typing import TypeVar

from libonto.graph.store import Graph
from libonto.graph.terms import term
from libonto.law.editions import in_force_instead
from libonto.law.model import Clause, Measure, RequirementShape
from libonto.verdict.assessment import Assessor
from libonto.verdict.assumptions import Assumptions
from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Status
from libonto.verdict.service import (
    ARITHMETICS,
    END_OF_TIME,
    Counted,
    Span,
    end_to_end,
    first_day_with,
    merged,
)
from libonto.verdict.statuses import Combinations, Robustness


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
class Lack:
    """A requirement that is not met, and the clause that states it for a level."""

    finding: Finding
    clause: Clause


@dataclass(frozen=True)
class TimeLack(Lack):
    """A requirement that time brings: on a day, or (None) only once work is resumed.

    Without either the day from which service counts is not stated.
    """

    on: date | None
    resumption: Resumption | None = None


@dataclass(frozen=True)
class LearnLack(Lack):
    """A requirement that any one of some knowledge items shows.

    `acts` are those that today stand in the place of the acts that the items name.
    """

    items: tuple[str, ...]
    acts: tuple[str, ...]


@dataclass(frozen=True)
class DiplomaLack(Lack):
    """A requirement that needs a credential; its finding says why one stated may do."""

    accepted: tuple[Accepted, ...]


@dataclass(frozen=True)
class ObtainLack(Lack):
    """A requirement, or a condition of it, that a category or another document held shows.

    Any one of `things` does: categories, or kinds of document, by the `kind` of requirement.
    """

    things: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Way:
    """The least that leads to a level, and the day on which it does (None: not known).

    `diplomas` are credentials, each to be chosen among levels and fields that all do; `obtain`
    are categories and kinds of document, each to be chosen among some.
    """

    learn: tuple[str, ...]
    diplomas: tuple[Accepted, ...]
    obtain: tuple[ObtainLack, ...]
    resumption: Resumption | None
    on: date | None


@dataclass(frozen=True)
class LevelPlan:
    """What lacks for one category, the shortest way to it, and what readings change."""

    verdict: CategoryVerdict
    time: tuple[TimeLack, ...]
    learn: tuple[LearnLack, ...]
    diploma: tuple[DiplomaLack, ...]
    obtain: tuple[ObtainLack, ...]
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
    """One candidate's plan: a level plan for each category, and the days of change to come.

    An answer is about `categories` (IRIs): the one asked for, else all that are not met.
    `changed` is what the `assumptions` change, which the assessment rests on.
    """

    assessment: Assessment
    levels: tuple[LevelPlan, ...]
    moments: tuple[Moment, ...]
    categories: tuple[str, ...]
    assumptions: Assumptions
    changed: tuple[StatusChange, ...]


class Planner:
    """Plans for assessed candidates; one for an assessor."""

    def __init__(self, assessor: Assessor) -> None:
        self._assessor = assessor
        self._graph = assessor.graph

    def plan(
        self,
        assessment: Assessment,
        category: str | None = None,
        assumptions: Assumptions | None = None,
        before: Assessment | None = None,
    ) -> Plan:
        """The plan for all categories of the position that the assessment is about.

        `category` is the one asked for; `before` is the assessment without the assumptions.
        """
        open_ = tuple(c.iri for c in assessment.categories if c.status is not Status.MET)
        later = self._later(assessment)
        brought: dict[str, date] = {}  # by requirement the first later day on which it is met
        for then in later:
            for finding in then.findings:
                if finding.status is Status.MET:
                    brought.setdefault(finding.requirement.iri, then.on)
        combinations = Combinations(assessment, self._assessor.readings)
        return Plan(
            assessment=assessment,
            levels=tuple(
                self._level(assessment, verdict, brought, combinations.category(verdict.iri))
                for verdict in assessment.categories
            ),
            moments=tuple(
                Moment(after.on, changes)
                for earlier, after in pairwise([assessment, *later])
                if (changes := status_changes(earlier, after))
            ),
            categories=(category,) if category else open_,
            assumptions=assumptions or Assumptions(),
            changed=status_changes(before or assessment, assessment),
        )

    def _later(self, assessment: Assessment) -> list[Assessment]:
        """Assessments on every later day on which time alone can change something, in order."""
        candidate, on = assessment.candidate, assessment.on
        days = [
            *(day for c in candidate.credentials for day in (c.awarded, c.recognised)),
            *(grant.granted for grant in candidate.holds),
            *(document.issued for document in candidate.documents),
            *(day for f in assessment.findings for day in _complete_on(assessment, f)),
        ]
        return [
            self._assessor.assess(
                [candidate],
                position=assessment.rules.iri,
                on=day,
                edition=assessment.rules.edition_iri,
                readings=assessment.readings,
            )[0]
            for day in sorted({day for day in days if day and day > on})
        ]

    def _level(
        self,
        assessment: Assessment,
        verdict: CategoryVerdict,
        brought: Mapping[str, date],
        robustness: Robustness,
    ) -> LevelPlan:
        lacks: list[Lack] = []
        for finding in map(assessment.finding, verdict.unmet):
            clause = finding.requirement.clause_for(verdict.iri)
            on = brought.get(finding.requirement.iri)
            if on is not None:
                lacks.append(TimeLack(finding, clause, on))
            else:
                lacks += self._lacks(assessment, finding, clause)
        time = tuple(lack for lack in lacks if isinstance(lack, TimeLack))
        learn = tuple(lack for lack in lacks if isinstance(lack, LearnLack))
        diploma = tuple(lack for lack in lacks if isinstance(lack, DiplomaLack))
        obtain = tuple(lack for lack in lacks if isinstance(lack, ObtainLack))
        resumptions = [lack.resumption for lack in time if lack.resumption]
        days = [lack.resumption.on if lack.resumption else lack.on for lack in time]
        known = [day for day in days if day is not None]
        way = Way(
            learn=self._ordered(smallest_cover([frozenset(lack.items) for lack in learn])),
            diplomas=tuple(_diplomas([lack.accepted for lack in diploma])),
            obtain=obtain,
            resumption=max(resumptions, key=lambda r: r.on or date.max, default=None),
            on=max([assessment.on, *known]) if len(known) == len(days) else None,
        )
        return LevelPlan(verdict, time, learn, diploma, obtain, way, robustness)

    def _lacks(self, assessment: Assessment, finding: Finding, clause: Clause) -> Iterator[Lack]:
        """What lacks of an unmet requirement, in the way that lacks least."""
        of_credentials = [way for way in finding.ways if all(s.asks_credential for s in way)]
        done: set[str] = set()
        for shape in finding.best:
            if finding.statuses[shape.iri] is Status.MET or shape.kind.name in done:
                continue
            if shape.asks_credential:
                done.add(shape.kind.name)
                ways = of_credentials if finding.best in of_credentials else [finding.best]
                asking = [shape for way in ways for shape in way if shape.asks_credential]
                fits = alternatives(accepted(self._graph, shape.iri) for shape in asking)
                yield DiplomaLack(finding, clause, fits)
            elif shape.accepts:
                things = tuple(sorted(shape.accepts))
                yield ObtainLack(finding, clause, things, shape.kind.name)
            elif finding.items:
                done.add(shape.kind.name)
                acts = [
                    act
                    for s in finding.active
                    for act in in_force_instead(self._graph, s.iri, s.items, assessment.on)
                ]
                items = self._ordered(finding.items)
                yield LearnLack(finding, clause, items, tuple(dict.fromkeys(acts)))
            else:
                years, measure, counted = _service(finding, shape)
                if measure and counted:
                    # Nothing follows from more work where no day is known to count from.
                    known = counted.known
                    more = _resumption(assessment, years or 0, measure, counted) if known else None
                    yield TimeLack(finding, clause, None, more)

    def _ordered(self, items: Iterable[str]) -> tuple[str, ...]:
        """Knowledge items in the order in which the requirements ask for them."""
        positions = self._assessor.positions
        order: dict[str | None, int] = {
            requirement.item: place
            for position in positions.iris
            for place, requirement in enumerate(positions.rules(position).requirements)
        }
        return tuple(sorted(set(items), key=lambda item: (order.get(item, len(order)), item)))


def status_changes(before: Assessment, after: Assessment) -> tuple[StatusChange, ...]:
    """The categories whose status differs between two assessments."""
    return tuple(
        StatusChange(category.iri, category.status, then.status)
        for category in before.categories
        if (then := after.category(category.iri)).status is not category.status
    )


def _complete_on(assessment: Assessment, finding: Finding) -> Iterable[date]:
    """The days on which service that it asks for suffices if employments run as stated."""
    for shape in finding.active:
        years, measure, counted = _service(finding, shape)
        if years is None or measure is None or counted is None:
            continue
        arithmetic = ARITHMETICS[measure.arithmetic]
        day = first_day_with(years, counted.periods, arithmetic, assessment.on.toordinal())
        if day is not None:
            yield date.fromordinal(day)


def _service(
    finding: Finding, shape: RequirementShape
) -> tuple[int | None, Measure | None, Counted | None]:
    """The years that a shape asks for, how service is counted for it, and what there is."""
    years = finding.requirement.years if shape.years is None else shape.years
    return years, *finding.partial.get(shape.iri, (finding.measure, finding.counted))


def _resumption(
    assessment: Assessment, years: int, measure: Measure, counted: Counted
) -> Resumption:
    """What follows if work in a post that counts goes on from the first day that it can."""
    periods = counted.periods
    today, latest = assessment.on.toordinal(), date.max.toordinal()
    ended = min(max([today, *(end for _, end in periods)]), latest)
    start = min(max(ended, counted.since), latest)
    day = first_day_with(
        years,
        merged([*periods, (start, END_OF_TIME)]),
        ARITHMETICS[measure.arithmetic],
        start,
    )
    return Resumption(
        positions=tuple(sorted(measure.positions)),
        after=date.fromordinal(ended - 1) if ended > today else None,
        start=date.fromordinal(start),
        on=date.fromordinal(day) if day is not None else None,
        lacking=end_to_end([(start, day)]) if day is not None and day > start else Span(),
    )


def _diplomas(needed: Sequence[tuple[Accepted, ...]]) -> Iterable[Accepted]:
    """The fewest credentials that satisfy all requirements, each as wide as it can be."""
    open_ = list(needed)
    for pair in smallest_cover([_pairs(ways) for ways in needed]):
        satisfied = [ways for ways in open_ if pair in _pairs(ways)]
        open_ = [ways for ways in open_ if pair not in _pairs(ways)]
        if satisfied:
            yield common([next(w for w in ways if pair in w.pairs) for ways in satisfied])


def _pairs(ways: tuple[Accepted, ...]) -> frozenset[tuple[str, str]]:
    return frozenset(pair for accepted in ways for pair in accepted.pairs)


_Thing = TypeVar("_Thing", bound="str | tuple[str, str]")


def smallest_cover(needs: Sequence[frozenset[_Thing]]) -> tuple[_Thing, ...]:
    """As few things as serve all needs, in order; needs that nothing serves are left out."""
    forced = {thing for need in needs if len(need) == 1 for thing in need}
    open_ = {need for need in needs if need and need.isdisjoint(forced)}
    # One thing for each set of needs that it serves: others like it add nothing.
    useful: dict[frozenset[frozenset[_Thing]], _Thing] = {}
    for thing in sorted({thing for need in open_ for thing in need}):
        useful.setdefault(frozenset(need for need in open_ if thing in need), thing)
    return next(
        tuple(sorted({*forced, *some}))
        for size in count()
        for some in combinations(useful.values(), size)
        if all(not need.isdisjoint(some) for need in open_)
    )


@dataclass(frozen=True)
class Accepted:
    """The levels and fields of study that fit together, in the graph's order."""

    levels: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Every level with every field."""
        return frozenset(product(self.levels, self.fields))


def accepted(graph: Graph, shape: str) -> Accepted:
    """What a shape asks of one credential; where it asks for nothing, all there is."""
    values = {
        path: graph.listed(property_shape, "sh:in")
        for inner in graph.nodes(shape, "sh:qualifiedValueShape")
        for property_shape in graph.nodes(inner, "sh:property")
        for path in graph.iris(property_shape, "sh:path")
        if graph.one(property_shape, "sh:in")
    }
    levels = values.get(term("lo:educationLevel").value, graph.instances("lo:EducationLevel"))
    fields = values.get(term("lo:inField").value, graph.instances("lo:FieldOfStudy"))
    return Accepted(tuple(graph.in_order(levels)), tuple(fields))


def alternatives(acceptances: Iterable[Accepted]) -> tuple[Accepted, ...]:
    """The same in as few alternatives as there are different levels, or fields."""
    by_levels: dict[tuple[str, ...], list[str]] = {}
    for one in acceptances:
        by_levels.setdefault(one.levels, []).extend(one.fields)
    by_fields: dict[tuple[str, ...], list[str]] = {}
    for levels, fields in by_levels.items():
        by_fields.setdefault(tuple(dict.fromkeys(fields)), []).extend(levels)
    return tuple(Accepted(tuple(dict.fromkeys(ls)), fs) for fs, ls in by_fields.items())


def common(acceptances: Sequence[Accepted]) -> Accepted:
    """What all of them accept: levels and fields, either of them empty where nothing does."""
    first, *rest = acceptances
    return Accepted(
        tuple(level for level in first.levels if all(level in a.levels for a in rest)),
        tuple(field for field in first.fields if all(field in a.fields for a in rest)),
    )
