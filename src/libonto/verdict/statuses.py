"""From shapes that failed to statuses: of requirements and categories, and under other readings.

Nothing is judged again for another reading: the judge has tried the shapes of all readings,
and another option only picks other ones of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

from libonto.graph.terms import NS
from libonto.law.model import Category, PositionRules, Requirement, RequirementShape, Way
from libonto.law.readings import Choices, Option, Reading, Readings, with_option
from libonto.profile.model import Candidate
from libonto.verdict.compiled import SUCCESSOR, valued
from libonto.verdict.evidence import Evidence
from libonto.verdict.foreign import Doubt
from libonto.verdict.model import Finding, Status

_BEST_FIRST = (Status.MET, Status.NOT_SHOWN, Status.NOT_MET)
_HOLDINGS: Mapping[str, Callable[[Candidate], tuple[str, ...]]] = {
    NS + "holdsCategory": lambda candidate: tuple(g.category for g in candidate.holds),
    NS + "holdsDocument": lambda candidate: tuple(d.kind for d in candidate.documents),
}
"""What is stated under a property: categories, and kinds of document."""


def worst(statuses: Collection[Status]) -> Status:
    """The status of what is met where all of some are (contract, “Verdicts”)."""
    if Status.NOT_MET in statuses:
        return Status.NOT_MET
    return Status.NOT_SHOWN if Status.NOT_SHOWN in statuses else Status.MET


def category_status(category: Category, requirements: Mapping[str, Status]) -> Status:
    """A category's status from those of all its requirements, by their IRIs."""
    return worst({requirements[iri] for iri in category.requirements})


def highest_met(rules: PositionRules, categories: Mapping[str, Status]) -> dict[str, str | None]:
    """The slug of the highest category met in each ladder, from the statuses by IRI."""
    met = {c.ladder: c.slug for c in rules.categories if categories[c.iri] is Status.MET}
    return {ladder: met.get(ladder) for ladder in rules.ladders}


@dataclass(frozen=True)
class Effect:
    """What another option, all else as chosen, would change: (IRI, status) pairs."""

    option: Option
    requirements: tuple[tuple[str, Status], ...]
    categories: tuple[tuple[str, Status], ...]


@dataclass(frozen=True, eq=False)
class ShapeResults:
    """The shapes, of all readings, that the evidence fails, as they count under some choices."""

    evidence: Evidence
    failed: frozenset[str]
    choices: Choices

    def statuses(self, readings: Readings) -> Statuses:
        """What they mean, and on which readings that depends."""
        rules = self.evidence.rules
        requirements = self.requirements()
        categories = {c.iri: category_status(c, requirements) for c in rules.categories}
        touched = {
            reading.name: {
                iri
                for effect in self.effects(reading, readings, requirements, categories)
                for iri, _ in effect.categories
            }
            for reading in readings.all
        }
        depends_on = {
            iri: tuple(name for name, iris in touched.items() if iri in iris) for iri in categories
        }
        return Statuses(rules, requirements, categories, depends_on)

    def effects(
        self,
        reading: Reading,
        readings: Readings,
        requirements: Mapping[str, Status],
        categories: Mapping[str, Status],
    ) -> Iterator[Effect]:
        """What each other option by which can be judged changes of some statuses by IRI."""
        rules = self.evidence.rules
        involved = rules.under(reading, readings)
        for option in reading.assessable:
            if option == self.choices[reading.name]:
                continue
            other = self.under(with_option(self.choices, reading, option))
            then = [(r.iri, other.requirement(r)) for r in involved]
            changed = tuple(pair for pair in then if pair[1] is not requirements[pair[0]])
            after = {**requirements, **dict(changed)} if changed else requirements
            statuses = [(c.iri, category_status(c, after)) for c in rules.categories if changed]
            affected = tuple(pair for pair in statuses if pair[1] is not categories[pair[0]])
            yield Effect(option, changed, affected)

    def under(self, choices: Choices) -> ShapeResults:
        """The same under other choices."""
        return ShapeResults(self.evidence, self.failed, choices)

    def requirements(self) -> dict[str, Status]:
        """Every requirement's status by its IRI."""
        return {r.iri: self.requirement(r) for r in self.evidence.rules.requirements}

    def requirement(self, requirement: Requirement) -> Status:
        """A requirement's status: that of the best of the ways that apply."""
        best = Status.NOT_MET
        for way in requirement.active_ways(self.choices):
            status = worst([self.shape(requirement, shape) for shape in way])
            if status is Status.MET:
                return status
            if status is Status.NOT_SHOWN:
                best = status
        return best

    def shape(self, requirement: Requirement, shape: RequirementShape) -> Status:
        """The status of what one shape of a requirement asks for.

        Service that is not known from which day to count is not met where all the days together
        fall short.
        """
        evidence, failed = self.evidence, self.failed
        refutable = shape.kind.refutable and evidence.states(shape.kind.evidence)
        counted = evidence.service(requirement, self.choices, shape) if shape.valued else None
        if counted is not None:
            if not refutable:
                return Status.NOT_SHOWN
            span = counted.span if counted.known else counted.total
            if valued(shape.iri, span.years) in failed:
                return Status.NOT_MET
            return Status.MET if counted.known else Status.NOT_SHOWN
        if shape.iri not in failed:
            return Status.MET
        if not refutable:
            return Status.NOT_SHOWN
        open_: set[str | None] = set()
        if shape.asks_credential:
            beyond = evidence.beyond(self.choices)
            if shape.iri in beyond.met:
                return Status.MET
            if shape.iri in beyond.open:
                return Status.NOT_SHOWN
            open_ = {*beyond.open, *beyond.met}
        undecided = shape.undecided is not None and (
            shape.undecided in open_ or shape.undecided not in failed
        )
        return Status.NOT_SHOWN if undecided else Status.NOT_MET

    def _doubts(self, shapes: Iterable[RequirementShape]) -> tuple[Doubt, ...]:
        """Why it cannot be told whether a credential satisfies one of some shapes."""
        beyond = self.evidence.beyond(self.choices)
        doubts: set[Doubt] = set()
        for shape in shapes:
            if not shape.asks_credential:
                continue
            own = beyond.open.get(shape.iri, frozenset())
            broad = beyond.open.get(shape.undecided or "", frozenset())
            doubts |= own | broad
            too_broad = shape.undecided is not None and shape.undecided not in self.failed
            if too_broad or shape.undecided in beyond.met or broad - own:
                doubts.add("field")
        return tuple(doubt for doubt in get_args(Doubt) if doubt in doubts)

    def finding(self, requirement: Requirement, status: Status) -> Finding:
        """What of the profile bears on a requirement that has a status."""
        evidence, choices = self.evidence, self.choices
        ways, shapes = requirement.active_ways(choices), requirement.active(choices)
        statuses = {shape.iri: self.shape(requirement, shape) for shape in shapes}
        candidate = evidence.candidate
        serving = requirement.serving(choices)
        counting = evidence.rules.counting(requirement, choices, serving) if serving else None
        items = {item for shape in shapes for item in shape.items}
        successors = any(SUCCESSOR in shape.heads for shape in shapes)

        def distance(way: Way) -> tuple[bool, int]:
            """How far it is from being met: one that something stated refutes is farther."""
            of_way = [statuses[shape.iri] for shape in way]
            return Status.NOT_MET in of_way, sum(s is not Status.MET for s in of_way)

        return Finding(
            requirement=requirement,
            shape=next((s for s in shapes if s.iri not in self.failed), shapes[0]),
            active=shapes,
            ways=ways,
            best=min(ways, key=distance),
            statuses=statuses,
            status=status,
            credentials=candidate.credentials if requirement.asks_credential else (),
            doubts=self._doubts(shapes) if status is Status.NOT_SHOWN else (),
            counted=evidence.service(requirement, choices) if serving else None,
            partial={
                shape.iri: (own.measure, evidence.counter(choices).by(own))
                for shape in shapes
                if shape.partial and (own := evidence.rules.counting(requirement, choices, shape))
            },
            measure=counting.measure if counting else None,
            employed=bool(candidate.employments),
            knowledge=tuple(
                k
                for k in evidence.knowledge
                if k.item in items and (successors or not k.through_successor)
            ),
            holdings={
                shape.kind.name: _HOLDINGS[shape.kind.evidence](candidate)
                for shape in shapes
                if shape.kind.evidence in _HOLDINGS
            },
        )


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

    def target(self, requested: str | None) -> str:
        """The category (an IRI) that an answer is about (contract, “Verdicts”).

        It is the one asked or applied for; else the next that is not met in the ladder that the
        candidate stands in; else, with nothing left there, the highest one met.
        """
        if requested is not None:
            return requested
        rules = self.rules
        ladders = [[c for c in rules.categories if c.ladder == name] for name in rules.ladders]
        steps = [self._highest_step(ladder) for ladder in ladders]
        if any(steps):
            place = steps.index(max(steps))
        else:
            lowest = [self._education(ladder[0]) for ladder in ladders]
            place = lowest.index(min(lowest))
        return ladders[place][min(steps[place], len(ladders[place]) - 1)].iri

    def _highest_step(self, ladder: Sequence[Category]) -> int:
        """The number of the highest step that is met, from 1; 0 for none."""
        met = [n for n, c in enumerate(ladder, 1) if self.categories[c.iri] is Status.MET]
        return max(met, default=0)

    def _education(self, category: Category) -> int:
        """The rank of the worst status among a category's education requirements: 0 is best."""
        rules = self.rules
        asking = [iri for iri in category.requirements if rules.requirement(iri).asks_credential]
        return _BEST_FIRST.index(worst([self.requirements[iri] for iri in asking]))
