"""From a profile to verdicts: one assessment, whatever face asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import get_args

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
from libonto.verdict.compiled import SUCCESSOR, valued
from libonto.verdict.evidence import Deriver, Evidence
from libonto.verdict.foreign import Doubt
from libonto.verdict.inquiry import Inquiry
from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Notice, Status
from libonto.verdict.notices import notices, profile_notices, used_edition
from libonto.verdict.service import ARITHMETICS, ServiceCounter, Span, first_day_with
from libonto.verdict.shacl import Judge

__all__ = ["ALMATY", "Assessor", "today"]

_BETTER = (Status.MET, Status.NOT_SHOWN, Status.NOT_MET)
HOLDINGS: Mapping[str, Callable[[Candidate], tuple[str, ...]]] = {
    NS + "holdsCategory": lambda candidate: tuple(g.category for g in candidate.holds),
    NS + "holdsDocument": lambda candidate: tuple(d.kind for d in candidate.documents),
}
"""What is stated under a property: categories, and kinds of document."""


@dataclass(frozen=True, eq=False)
class Statuses:
    """What a set of failed shapes means: statuses by the IRIs of requirements and categories.

    `depends_on` are, by category, the readings of which another option would change its status.
    """

    rules: PositionRules
    requirements: Mapping[str, Status]
    categories: Mapping[str, Status]
    depends_on: Mapping[str, tuple[str, ...]]

    @cached_property
    def highest(self) -> dict[str, str | None]:
        """The slug of the highest category met in each ladder."""
        return highest_met(self.rules, self.categories)

    @cached_property
    def unmet(self) -> dict[str, tuple[str, ...]]:
        """By category, its requirements that are not met."""
        return {
            category.iri: tuple(
                iri for iri in category.requirements if self.requirements[iri] is not Status.MET
            )
            for category in self.rules.categories
        }

    def gaps(self, category: Category) -> list[str]:
        """The slugs of a category's requirements that are not met."""
        return [self.rules.requirement(iri).slug for iri in self.unmet[category.iri]]

    @cached_property
    def by_service_alone(self) -> tuple[Category, ...]:
        """The categories that lack nothing but service."""
        serving = {
            r.iri
            for r in self.rules.requirements
            if all(shape.kind.evidence == NS + "hasEmployment" for shape in r.shapes)
        }
        return tuple(
            category
            for category in self.rules.categories
            if self.unmet[category.iri] and serving.issuperset(self.unmet[category.iri])
        )

    def target(self, wanted: str | None) -> str:
        """The category (an IRI) that an answer is about (contract, “Verdicts”).

        It is the one asked or applied for; else the next that is not met in the ladder that the
        candidate stands in; else, with nothing left there, the highest one met.
        """
        if wanted is not None:
            return wanted
        rules = self.rules
        ladders = [[c for c in rules.categories if c.ladder == name] for name in rules.ladders]
        reached = [self._reached(ladder) for ladder in ladders]
        if any(reached):
            place = reached.index(max(reached))
        else:
            lowest = [self._education(ladder[0]) for ladder in ladders]
            place = lowest.index(min(lowest))
        ladder, met = ladders[place], reached[place]
        return ladder[min(met, len(ladder) - 1)].iri

    def _reached(self, ladder: Sequence[Category]) -> int:
        """The number of the highest step that is met, from 1; 0 for none."""
        met = [n for n, c in enumerate(ladder, 1) if self.categories[c.iri] is Status.MET]
        return max(met, default=0)

    def _education(self, category: Category) -> int:
        """How well a category's education requirements stand: 0 is best."""
        found = [
            _BETTER.index(self.requirements[iri])
            for iri in category.requirements
            if self.rules.requirement(iri).asks_credential
        ]
        return max(found, default=0)


class ServiceDays:
    """When the service that each category requires suffices, under some choices.

    Categories that ask for the same service have one place in `days`; `place` gives it by IRI.
    """

    def __init__(self, rules: PositionRules, choices: Choices) -> None:
        self._counting = next(
            (c for r in rules.requirements if (c := rules.counting(r, choices))), None
        )
        self._services = {
            r.iri: [rules.services(r, way, choices) for way in r.active_ways(choices)]
            for r in rules.requirements
            if rules.services(r, r.shapes, choices)
        }
        self._needs: dict[tuple[str, ...], int] = {}
        self.place = {
            category.iri: self._needs.setdefault(
                tuple(iri for iri in category.requirements if iri in self._services),
                len(self._needs),
            )
            for category in rules.categories
        }

    def service(self, counter: ServiceCounter) -> Span:
        """The service of the first requirement that asks for any."""
        return counter.by(self._counting).span if self._counting else Span()

    def days(self, counter: ServiceCounter, on: int) -> tuple[int | None, ...]:
        """The first days, from `on` on, if employments run as stated; None: never."""
        first = {iri: _first_day(ways, counter, on) for iri, ways in self._services.items()}
        found: list[int | None] = []
        for need in self._needs:
            latest = on
            for iri in need:
                day = first[iri]
                if day is None:
                    found.append(None)
                    break
                latest = max(latest, day)
            else:
                found.append(latest)
        return tuple(found)


def _first_day(
    ways: Sequence[Sequence[tuple[int, Counting]]], counter: ServiceCounter, on: int
) -> int | None:
    """The first day, from `on` on, on which all the service of some way suffices; None: never.

    A way is a list of years, each with how they are counted.
    """
    first: int | None = None
    for way in ways:
        latest = on
        for years, counting in way:
            counted = counter.by(counting)
            if counted.known and counted.span.years >= years:
                continue
            arithmetic = ARITHMETICS[counting.measure.arithmetic]
            day = first_day_with(years, counted.periods, arithmetic, on)
            if day is None:
                break
            latest = max(latest, day)
        else:
            first = latest if first is None else min(first, latest)
    return first


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
        """An assessment of each candidate, in order; see `answer`.

        `position`, `category` and `edition` are IRIs; `readings` overrides defaults by name.
        """
        asked = Inquiry(on or today(), position, category, edition, readings or {})
        return self.answer(candidates, asked)

    def answer(self, candidates: Sequence[Candidate], asked: Inquiry) -> list[Assessment]:
        """An assessment of each candidate by what an inquiry asks, in order.

        Raises UsageError for an unknown reading, or a category that the edition does not have;
        JudgeError when the engine fails.
        """
        choices = self.readings.choose(asked.readings)
        groups: dict[str, list[tuple[int, Evidence]]] = {}
        for place, candidate in enumerate(candidates):
            try:
                rules = self.rules_for(candidate.applies_for, asked)
            except UsageError as error:
                error.params["candidate"] = candidate.iri
                raise
            evidence = self.deriver.derive(candidate, asked.on, rules)
            groups.setdefault(rules.iri, []).append((place, evidence))
        found: dict[int, Assessment] = {}
        for group in groups.values():
            evidences = [evidence for _, evidence in group]
            rules = evidences[0].rules
            failures = self.judge(rules).judge(evidences)
            for (place, evidence), failed in zip(group, failures, strict=True):
                found[place] = self.conclude(rules, evidence, failed, choices, asked.category)
        return [found[place] for place in range(len(candidates))]

    def rules_for(self, wanted: str | None, asked: Inquiry) -> PositionRules:
        """The rules by which someone who applies for a category (or none) is judged.

        They are those of the position asked for, else of the category's, else of the default one,
        by the edition asked for, else that of the day. Raises UsageError for a category of another
        position, or one that the edition does not have; the message names the candidate.
        """
        position = self.positions.owner(wanted) if wanted else None
        if position and asked.position not in (None, position):
            raise UsageError(
                "applies-for-other-position",
                category=slug_of(wanted or ""),
                position=slug_of(asked.position or ""),
            )
        position = position or asked.position or self.positions.default
        rules = self.positions.rules(position, asked.edition, asked.on)
        if wanted and rules.category(wanted) is None:
            raise UsageError(
                "applies-for-other-edition",
                category=slug_of(wanted),
                edition=slug_of(rules.edition.iri) if rules.edition else "–",
                known=", ".join(category.slug for category in rules.categories),
            )
        return rules

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

    def conclude(
        self,
        rules: PositionRules,
        evidence: Evidence,
        failed: frozenset[str],
        choices: Choices,
        asked: str | None = None,
        statuses: Statuses | None = None,
    ) -> Assessment:
        """The assessment that follows from the shapes that failed; `statuses` where known."""
        wanted = asked or evidence.candidate.applies_for
        statuses = statuses or self.statuses(rules, evidence, failed, choices)
        counter, service_days = evidence.counter(choices), ServiceDays(rules, choices)
        days = service_days.days(counter, evidence.on.toordinal())
        earliest = {iri: days[place] for iri, place in service_days.place.items()}
        return Assessment(
            candidate=evidence.candidate,
            rules=rules,
            on=evidence.on,
            readings={name: option.name for name, option in choices.items()},
            service=service_days.service(counter),
            highest=statuses.highest,
            findings=tuple(
                _finding(requirement, statuses.requirements, evidence, failed, choices)
                for requirement in rules.requirements
            ),
            categories=tuple(
                CategoryVerdict(
                    iri=category.iri,
                    slug=category.slug,
                    ladder=category.ladder,
                    inherits=category.inherits,
                    status=statuses.categories[category.iri],
                    requirements=category.requirements,
                    unmet=statuses.unmet[category.iri],
                    earliest_on=date.fromordinal(day) if (day := earliest[category.iri]) else None,
                    depends_on_readings=statuses.depends_on[category.iri],
                )
                for category in rules.categories
            ),
            notices=(
                *self.notices(rules, evidence.on, choices),
                *profile_notices(evidence.candidate, evidence.on),
            ),
            evidence=evidence,
            failed=failed,
            edition=used_edition(self.positions.editions, rules.edition, evidence.on),
            target=statuses.target(wanted),
            requested_category=wanted,
        )

    def statuses(
        self, rules: PositionRules, evidence: Evidence, failed: frozenset[str], choices: Choices
    ) -> Statuses:
        """What the shapes that failed mean under some choices."""
        requirements = requirement_statuses(rules, evidence, failed, choices)
        categories = {c.iri: category_status(c, requirements) for c in rules.categories}
        depends_on: dict[str, dict[str, None]] = {c.iri: {} for c in rules.categories}
        for reading in self.readings.all:
            involved = rules.under(reading, self.readings)
            for option in reading.assessable if involved else ():
                if option == choices[reading.name]:
                    continue
                other = with_option(choices, reading, option)
                changed = {r.iri: requirement_status(r, evidence, failed, other) for r in involved}
                if all(requirements[iri] is status for iri, status in changed.items()):
                    continue
                after = {**requirements, **changed}
                for category in rules.categories:
                    if category_status(category, after) is not categories[category.iri]:
                        depends_on[category.iri][reading.name] = None
        names = {iri: tuple(found) for iri, found in depends_on.items()}
        return Statuses(rules, requirements, categories, names)


def requirement_statuses(
    rules: PositionRules, evidence: Evidence, failed: frozenset[str], choices: Choices
) -> Mapping[str, Status]:
    """Every requirement's status under some choices, from the shapes that failed."""
    return {r.iri: requirement_status(r, evidence, failed, choices) for r in rules.requirements}


def highest_met(rules: PositionRules, categories: Mapping[str, Status]) -> dict[str, str | None]:
    """The slug of the highest category met in each ladder, from the statuses by IRI."""
    highest: dict[str, str | None] = dict.fromkeys(rules.ladders)
    for category in rules.categories:
        if categories[category.iri] is Status.MET:
            highest[category.ladder] = category.slug
    return highest


def category_status(category: Category, statuses: Mapping[str, Status]) -> Status:
    """A category's status from those of all its requirements (contract, “Verdicts”)."""
    found = {statuses[iri] for iri in category.requirements}
    for status in (Status.NOT_MET, Status.NOT_SHOWN):
        if status in found:
            return status
    return Status.MET


def requirement_status(
    requirement: Requirement, evidence: Evidence, failed: frozenset[str], choices: Choices
) -> Status:
    """One requirement's status under some choices, from the shapes that failed.

    It is that of the best of the ways that apply, and a way's is that of its worst shape.
    """
    best = Status.NOT_MET
    for way in requirement.active_ways(choices):
        worst = Status.MET
        for shape in way:
            status = shape_status(requirement, shape, evidence, failed, choices)
            if status is not Status.MET:
                worst = status
            if status is Status.NOT_MET:
                break
        if worst is Status.MET:
            return worst
        if worst is Status.NOT_SHOWN:
            best = worst
    return best


def shape_status(
    requirement: Requirement,
    shape: RequirementShape,
    evidence: Evidence,
    failed: frozenset[str],
    choices: Choices,
) -> Status:
    """The status of what one shape asks for.

    Service that is not known from which day to count is not met where all the days together
    fall short.
    """
    refutable = shape.kind.refutable and evidence.states(shape.kind.evidence)
    counted = evidence.service(requirement, choices, shape) if shape.valued else None
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
        beyond = evidence.beyond(choices)
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
    found: Mapping[str, Status],
    evidence: Evidence,
    failed: frozenset[str],
    choices: Choices,
) -> Finding:
    status = found[requirement.iri]
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
        knowledge=tuple(
            s
            for s in evidence.knowledge
            if s.item in items
            and (not s.through_successor or any(SUCCESSOR in shape.heads for shape in shapes))
        ),
        holdings={
            kind.name: HOLDINGS[kind.evidence](candidate)
            for kind in {shape.kind for shape in shapes}
            if kind.evidence in HOLDINGS
        },
    )


def _lack(statuses: Sequence[Status]) -> tuple[bool, int]:
    """How far a way is from being met: one that something stated refutes is farther."""
    return Status.NOT_MET in statuses, sum(status is not Status.MET for status in statuses)
