"""From a profile to verdicts: one assessment, whatever face asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol, get_args

from libonto.errors import UsageError
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.graph.terms import NS, slug_of
from libonto.law.editions import ALMATY, today
from libonto.law.model import (
    Category,
    Counting,
    PositionRules,
    Requirement,
    RequirementShape,
)
from libonto.law.positions import Positions
from libonto.law.readings import Choices, Readings, with_option
from libonto.profile.model import Candidate
from libonto.profile.vocabulary import Vocabulary
from libonto.verdict.compiled import valued
from libonto.verdict.evidence import Beyond, Deriver, Evidence
from libonto.verdict.facts import SUCCESSOR
from libonto.verdict.foreign import Doubt
from libonto.verdict.inquiry import Inquiry
from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Notice, Status
from libonto.verdict.notices import notices, profile_notices, used_edition
from libonto.verdict.service import ARITHMETICS, Counted, Span, first_day_with
from libonto.verdict.shacl import Judge
from libonto.verdict.target import target_category

__all__ = ["ALMATY", "Assessor", "today"]

Statuses = Mapping[str, Status]
HELD: Mapping[str, Callable[[Candidate], tuple[str, ...]]] = {
    NS + "holdsCategory": lambda candidate: tuple(g.category for g in candidate.holds),
    NS + "holdsDocument": lambda candidate: tuple(d.kind for d in candidate.documents),
}
"""What is stated under a property: categories, and kinds of document."""


class Stating(Protocol):
    """What a status needs to know of a profile beside the shapes that failed, as `Evidence`."""

    def states(self, property_iri: str) -> bool:
        """Whether a profile states anything under a property."""

    def service(
        self, requirement: Requirement, choices: Choices, shape: RequirementShape | None = None
    ) -> Counted | None:
        """The service that a shape of a requirement looks at (None: the whole of it), if any."""

    def beyond(self, choices: Choices) -> Beyond:
        """What credentials show that the facts leave out: foreign ones, and pending ones."""


class Assessor:
    """Judges candidates by the rules of one set of data folders; make one and keep it."""

    def __init__(
        self, catalogue: Catalogue | None = None, *, whole: bool = True, stable: bool = False
    ) -> None:
        """Load the graph, the whole of it or what judging needs first (`Graph`).

        Raises DataError for a data folder that cannot be used.
        """
        self.graph = Graph(catalogue or Catalogue.of(), whole=whole, stable=stable)
        self.vocabulary = Vocabulary(self.graph)
        self.readings = Readings(self.graph)
        self.positions = Positions(self.graph, self.readings)
        self.deriver = Deriver(self.graph)
        self._judges: dict[str, Judge] = {}

    def answer(self, candidates: Sequence[Candidate], asked: Inquiry) -> list[Assessment]:
        """An assessment of each candidate by what an inquiry asks, in order."""
        return self.assess(
            candidates,
            position=asked.position,
            category=asked.category,
            edition=asked.edition,
            on=asked.on,
            readings=asked.readings,
        )

    def assess(
        self,
        candidates: Sequence[Candidate],
        *,
        position: str | None = None,
        category: str | None = None,
        edition: str | None = None,
        on: date | None = None,
        readings: Mapping[str, str] | None = None,
    ) -> list[Assessment]:
        """An assessment of each candidate, in order.

        `position`, `category` and `edition` are IRIs; where the position is None each candidate
        is judged for the position it applies for, else the default one, and without an edition
        by that of the day. `readings` overrides defaults by name.
        Raises UsageError for an unknown reading, or a category that the edition does not have;
        JudgeError when the engine fails.
        """
        day = on or today()
        choices = self.readings.choose(readings or {})
        found: dict[int, Assessment] = {}
        for iri, places in self._by_position(candidates, position).items():
            rules = self.positions.rules(iri, edition, day)
            for place in places:
                self._check_applies_for(candidates[place], rules)
            evidences = [self.deriver.derive(candidates[n], day, rules) for n in places]
            for place, evidence, failed in zip(
                places, evidences, self.judge(rules).judge(evidences), strict=True
            ):
                found[place] = self.conclude(rules, evidence, failed, choices, category)
        return [found[place] for place in range(len(candidates))]

    def judge(self, rules: PositionRules) -> Judge:
        """The judge for one position and edition; its shapes are loaded once."""
        if rules.node_shape not in self._judges:
            self._judges[rules.node_shape] = Judge(self.graph, rules)
        return self._judges[rules.node_shape]

    def evidence(self, candidate: Candidate, rules: PositionRules, on: date) -> Evidence:
        """What follows from a profile on a day, for one position."""
        return self.deriver.derive(candidate, on, rules)

    def notices(self, rules: PositionRules, on: date, choices: Choices) -> tuple[Notice, ...]:
        """The notices that hold for every candidate."""
        return notices(self.graph, rules, self.positions.editions, on, choices)

    def _by_position(
        self, candidates: Sequence[Candidate], position: str | None
    ) -> dict[str, list[int]]:
        groups: dict[str, list[int]] = {}
        for place, candidate in enumerate(candidates):
            iri = position or self.positions.default
            if candidate.applies_for:
                owner = self.positions.owner(candidate.applies_for)
                if position and owner != position:
                    raise UsageError(
                        "applies-for-other-position",
                        candidate=candidate.iri,
                        category=slug_of(candidate.applies_for),
                        position=slug_of(position),
                    )
                iri = owner
            groups.setdefault(iri, []).append(place)
        return groups

    def _check_applies_for(self, candidate: Candidate, rules: PositionRules) -> None:
        if candidate.applies_for and rules.category(candidate.applies_for) is None:
            raise UsageError(
                "applies-for-other-edition",
                candidate=candidate.iri,
                category=slug_of(candidate.applies_for),
                edition=slug_of(rules.edition.iri) if rules.edition else "–",
                known=", ".join(category.slug for category in rules.categories),
            )

    def conclude(
        self,
        rules: PositionRules,
        evidence: Evidence,
        failed: frozenset[str],
        choices: Choices,
        asked: str | None = None,
        depends_on: Mapping[str, tuple[str, ...]] | None = None,
    ) -> Assessment:
        """The assessment that follows from the shapes that failed.

        `depends_on` are the readings that each category depends on, where that is known.
        """
        wanted = asked or evidence.candidate.applies_for
        statuses = statuses_under(rules, evidence, failed, choices)
        if depends_on is None:
            depends_on = dependencies(rules, self.readings, evidence, failed, choices)
        days = _EarliestDays(rules, evidence, choices)
        categories = tuple(
            CategoryVerdict(
                iri=category.iri,
                slug=category.slug,
                ladder=category.ladder,
                inherits=category.inherits,
                status=category_status(category, statuses),
                requirements=category.requirements,
                unmet=tuple(r for r in category.requirements if statuses[r] is not Status.MET),
                earliest_on=days.of(category),
                depends_on_readings=depends_on[category.iri],
            )
            for category in rules.categories
        )
        highest: dict[str, str | None] = dict.fromkeys(rules.ladders)
        for category in categories:
            if category.status is Status.MET:
                highest[category.ladder] = category.slug
        return Assessment(
            candidate=evidence.candidate,
            rules=rules,
            on=evidence.on,
            readings={name: option.name for name, option in choices.items()},
            service=_service(rules, evidence, choices),
            highest=highest,
            findings=tuple(
                _finding(requirement, statuses[requirement.iri], evidence, failed, choices)
                for requirement in rules.requirements
            ),
            categories=categories,
            notices=(
                *self.notices(rules, evidence.on, choices),
                *profile_notices(evidence.candidate, evidence.on),
            ),
            evidence=evidence,
            failed=failed,
            edition=used_edition(self.positions.editions, rules.edition, evidence.on),
            target=target_category(rules, {c.iri: c.status for c in categories}, statuses, wanted),
            wanted=wanted,
        )


def dependencies(
    rules: PositionRules,
    readings: Readings,
    stating: Stating,
    failed: frozenset[str],
    choices: Choices,
) -> dict[str, tuple[str, ...]]:
    """By category, the readings of which another option would change its status."""
    statuses = statuses_under(rules, stating, failed, choices)
    base = {c.iri: category_status(c, statuses) for c in rules.categories}
    found: dict[str, list[str]] = {c.iri: [] for c in rules.categories}
    for reading in readings.all:
        involved = rules.under(reading, readings)
        for option in reading.options if involved else ():
            if option == choices[reading.name] or not option.assessable:
                continue
            other = with_option(choices, reading, option)
            changed = {r.iri: requirement_status(r, stating, failed, other) for r in involved}
            if all(statuses[iri] is status for iri, status in changed.items()):
                continue
            after = {**statuses, **changed}
            for category in rules.categories:
                differs = category_status(category, after) is not base[category.iri]
                if differs and reading.name not in found[category.iri]:
                    found[category.iri].append(reading.name)
    return {iri: tuple(names) for iri, names in found.items()}


def statuses_under(
    rules: PositionRules, stating: Stating, failed: frozenset[str], choices: Choices
) -> Statuses:
    """Every requirement's status under some choices, from the shapes that failed."""
    return {r.iri: requirement_status(r, stating, failed, choices) for r in rules.requirements}


def category_status(category: Category, statuses: Statuses) -> Status:
    """A category's status from those of all its requirements (contract, “Verdicts”)."""
    found = {statuses[iri] for iri in category.requirements}
    for status in (Status.NOT_MET, Status.NOT_SHOWN):
        if status in found:
            return status
    return Status.MET


def requirement_status(
    requirement: Requirement, stating: Stating, failed: frozenset[str], choices: Choices
) -> Status:
    """One requirement's status under some choices, from the shapes that failed.

    It is that of the best of the ways that apply, and a way's is that of its worst shape.
    """
    best = Status.NOT_MET
    for way in requirement.active_ways(choices):
        status = way_status(requirement, way, stating, failed, choices)
        if status is Status.MET:
            return status
        if status is Status.NOT_SHOWN:
            best = status
    return best


def way_status(
    requirement: Requirement,
    way: Sequence[RequirementShape],
    stating: Stating,
    failed: frozenset[str],
    choices: Choices,
) -> Status:
    """The status of one way to meet a requirement: all its shapes must hold."""
    worst = Status.MET
    for shape in way:
        status = shape_status(requirement, shape, stating, failed, choices)
        if status is Status.NOT_MET:
            return status
        if status is Status.NOT_SHOWN:
            worst = status
    return worst


def shape_status(
    requirement: Requirement,
    shape: RequirementShape,
    stating: Stating,
    failed: frozenset[str],
    choices: Choices,
) -> Status:
    """The status of what one shape asks for.

    Service that is not known from which day to count is not met where all the days together
    fall short.
    """
    refutable = shape.kind.refutable and stating.states(shape.kind.evidence)
    counted = stating.service(requirement, choices, shape) if shape.valued else None
    if counted is not None:
        if not refutable:
            return Status.NOT_SHOWN
        span = counted.span if counted.known else counted.total
        if valued(shape.iri, span.years) not in failed:
            return Status.MET if counted.known else Status.NOT_SHOWN
        return Status.NOT_MET
    if shape.iri not in failed:
        return Status.MET
    if not refutable:
        return Status.NOT_SHOWN
    if shape.asks_credential:
        beyond = stating.beyond(choices)
        if shape.iri in beyond.met:
            return Status.MET
        if shape.iri in beyond.open or shape.undecided in {*beyond.open, *beyond.met}:
            return Status.NOT_SHOWN
    undecided = shape.undecided is not None and shape.undecided not in failed
    return Status.NOT_SHOWN if undecided else Status.NOT_MET


def _doubts(
    shapes: Iterable[RequirementShape], evidence: Evidence, failed: frozenset[str], choices: Choices
) -> tuple[Doubt, ...]:
    """Why it cannot be told whether a credential satisfies one of some shapes."""
    beyond = evidence.beyond(choices)
    found: set[Doubt] = set()
    for shape in shapes:
        if not shape.asks_credential:
            continue
        own = beyond.open.get(shape.iri, frozenset())
        broad = beyond.open.get(shape.undecided or "", frozenset())
        found |= own | broad
        too_broad = shape.undecided is not None and shape.undecided not in failed
        if too_broad or shape.undecided in beyond.met or broad - own:
            found.add("field")
    return tuple(doubt for doubt in get_args(Doubt) if doubt in found)


def _finding(
    requirement: Requirement,
    status: Status,
    evidence: Evidence,
    failed: frozenset[str],
    choices: Choices,
) -> Finding:
    ways = requirement.active_ways(choices)
    shapes = requirement.active(choices)
    statuses = {
        shape.iri: shape_status(requirement, shape, evidence, failed, choices) for shape in shapes
    }
    best = min(ways, key=lambda way: _lack([statuses[shape.iri] for shape in way]))
    candidate = evidence.candidate
    serving = requirement.serving(choices)
    counting = evidence.rules.counting(requirement, choices, serving) if serving else None
    items = {item for shape in shapes for item in shape.items}
    return Finding(
        requirement=requirement,
        shape=next((s for s in shapes if s.iri not in failed), shapes[0]),
        active=shapes,
        ways=ways,
        best=best,
        statuses=statuses,
        status=status,
        credentials=candidate.credentials if requirement.asks_credential else (),
        doubts=_doubts(shapes, evidence, failed, choices) if status is Status.NOT_SHOWN else (),
        counted=evidence.service(requirement, choices) if serving else None,
        partial={
            shape.iri: (counting_of.measure, counted)
            for shape in shapes
            if shape.partial
            and (counting_of := evidence.rules.counting(requirement, choices, shape))
            and (counted := evidence.service(requirement, choices, shape))
        },
        measure=counting.measure if counting else None,
        employed=bool(candidate.employments),
        shown=tuple(
            s
            for s in evidence.shown
            if s.item in items
            and (not s.through_successor or any(SUCCESSOR in shape.heads for shape in shapes))
        ),
        held={
            kind.name: HELD[kind.evidence](candidate)
            for kind in {shape.kind for shape in shapes}
            if kind.evidence in HELD
        },
    )


def _lack(statuses: Sequence[Status]) -> tuple[bool, int]:
    """How far a way is from being met: one that something stated refutes is farther."""
    return Status.NOT_MET in statuses, sum(status is not Status.MET for status in statuses)


def _service(rules: PositionRules, evidence: Evidence, choices: Choices) -> Span:
    for requirement in rules.requirements:
        counted = evidence.service(requirement, choices)
        if counted is not None:
            return counted.span
    return Span()


class _EarliestDays:
    """When a category's service requirements are all met, if employments run as stated."""

    def __init__(self, rules: PositionRules, evidence: Evidence, choices: Choices) -> None:
        self._on = evidence.on
        counter, on = evidence.counter(choices), evidence.on.toordinal()
        self._days = {
            requirement.iri: earliest_day(
                [
                    [
                        (years, counter.by(counting), counting)
                        for years, counting in rules.services(requirement, way, choices)
                    ]
                    for way in requirement.active_ways(choices)
                ],
                on,
            )
            for requirement in rules.requirements
            if any(rules.services(requirement, requirement.shapes, choices))
        }

    def of(self, category: Category) -> date | None:
        days = [self._days[iri] for iri in category.requirements if iri in self._days]
        known = [day for day in days if day is not None]
        if len(known) < len(days):
            return None
        return date.fromordinal(max([self._on.toordinal(), *known]))


def earliest_day(ways: Sequence[Sequence[tuple[int, Counted, Counting]]], on: int) -> int | None:
    """The first day, from `on` on, on which all the service of some way suffices; None: never.

    Each way is a list of years, the service that counts, and how it is counted.
    """
    best: int | None = None
    for way in ways:
        latest: int | None = on
        for years, counted, counting in way:
            day: int | None = on
            if not counted.known or counted.span.years < years:
                arithmetic = ARITHMETICS[counting.measure.arithmetic]
                day = first_day_with(years, counted.periods, arithmetic, on)
            latest = None if day is None or latest is None else max(latest, day)
        if latest is not None and (best is None or latest < best):
            best = latest
    return best
