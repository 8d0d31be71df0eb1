"""From shapes that failed to statuses, and which of them hold under every reading.

Nothing is judged again for another reading: the judge has tried the shapes of all readings,
and every combination of options only picks other ones of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from typing import NamedTuple, get_args

from libonto.graph.terms import NS
from libonto.law.model import DIPLOMA, Category, PositionRules, Requirement, RequirementShape, Way
from libonto.law.readings import Choices, Option, Reading, Readings
from libonto.profile.model import Candidate
from libonto.verdict.compiled import SUCCESSOR, valued
from libonto.verdict.evidence import Evidence
from libonto.verdict.foreign import Doubt
from libonto.verdict.model import Assessment, Finding, Status

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
    return worst([requirements[iri] for iri in category.requirements])


def highest_met(rules: PositionRules, categories: Mapping[str, Status]) -> dict[str, str | None]:
    """The slug of the highest category met in each ladder, from the statuses by IRI."""
    met = {c.ladder: c.slug for c in rules.categories if categories[c.iri] is Status.MET}
    return {ladder: met.get(ladder) for ladder in rules.ladders}


def _changes(then: Mapping[str, Status], now: Mapping[str, Status]) -> dict[str, Status]:
    return {iri: status for iri, status in then.items() if status is not now[iri]}


class Effect(NamedTuple):
    """What another option, all else as chosen, would change: the statuses by IRI."""

    option: Option
    requirements: Mapping[str, Status]
    categories: Mapping[str, Status]

    def on(self, iris: Collection[str]) -> Effect:
        """What it changes of some requirements and categories."""

        def among(changes: Mapping[str, Status]) -> Mapping[str, Status]:
            return {iri: status for iri, status in changes.items() if iri in iris}

        return Effect(self.option, among(self.requirements), among(self.categories))


class ShapeResults(NamedTuple):
    """The shapes, of all readings, that the evidence fails, as they count under some choices."""

    evidence: Evidence
    failed: frozenset[str]
    choices: Choices

    def statuses(self, readings: Readings) -> Statuses:
        """What they mean, and on which readings that depends."""
        rules = self.evidence.rules
        requirements = self.requirements()
        categories = {c.iri: category_status(c, requirements) for c in rules.categories}
        depends_on: dict[str, dict[str, None]] = {iri: {} for iri in categories}
        for reading in readings.all:
            if rules.under(reading, readings):
                for effect in self.effects(reading, readings, requirements, categories):
                    for iri in effect.categories:
                        depends_on[iri][reading.name] = None
        names = {iri: tuple(readings_of) for iri, readings_of in depends_on.items()}
        return Statuses(rules, requirements, categories, names)

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
            other = self.under(self.choices.but({reading.name: option}))
            changed = _changes({r.iri: other.requirement(r) for r in involved}, requirements)
            affected: Mapping[str, Status] = {}
            if changed:
                after = {**requirements, **changed}
                then = {c.iri: category_status(c, after) for c in rules.categories}
                affected = _changes(then, categories)
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
            of_way = Status.MET
            for shape in way:
                status = self.shape(requirement, shape)
                if status is not Status.MET:
                    of_way = status
                if status is Status.NOT_MET:
                    break
            if of_way is Status.MET:
                return of_way
            if of_way is Status.NOT_SHOWN:
                best = of_way
        return best

    def shape(self, requirement: Requirement, shape: RequirementShape) -> Status:
        """The status of what one shape of a requirement asks for.

        Service that is not known from which day to count is not met where all the days that may
        count fall short.
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

    @property
    def values(self) -> tuple[tuple[object, ...], ...]:
        """All that it says, in the order of the rules: the same for no other of their statuses."""
        parts = self.requirements, self.categories, self.depends_on
        return tuple([tuple(part.values()) for part in parts])

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


Combination = tuple[Option, ...]
Table = Mapping[Combination, Status]


@dataclass(frozen=True)
class Change:
    """Another option of one reading, by their names."""

    reading: str
    option: str


@dataclass(frozen=True)
class Turn:
    """Changes that together, and no fewer of them, give another status.

    `lacks_day`: they do not turn it; by them it cannot be told, since the day of a grant or of
    a diploma is not stated.
    """

    status: Status
    changes: tuple[Change, ...]
    lacks_day: bool = False


@dataclass(frozen=True)
class Robustness:
    """A status, the readings on which it depends, and every least change that turns it.

    `deciding` also names a reading that matters only together with another; `statuses` are
    all that occur under some combination.
    """

    status: Status
    statuses: frozenset[Status]
    deciding: tuple[str, ...]
    turns: tuple[Turn, ...]

    @property
    def holds(self) -> bool:
        """Whether the status is the same under every combination of readings."""
        return not self.turns


class Combinations:
    """One candidate's statuses under every combination of the options that can be judged."""

    def __init__(self, assessment: Assessment, readings: Readings) -> None:
        self.assessment = assessment
        self._readings = readings
        choices = readings.choose(assessment.readings)
        self._results = ShapeResults(assessment.evidence, assessment.failed, choices)

    @cached_property
    def _tables(self) -> dict[str, tuple[list[Reading], Table]]:
        return {r.iri: self._table(r) for r in self.assessment.rules.requirements}

    def requirement(self, iri: str) -> Robustness:
        """How one requirement's status depends on the readings."""
        return self._robustness(*self._tables[iri])

    def category(self, iri: str) -> Robustness:
        """How one category's status depends on the readings."""
        category = next(c for c in self.assessment.rules.categories if c.iri == iri)
        return self._robustness(*self._category_table(category))

    def effects(self, reading: Reading) -> Iterator[Effect]:
        """What each other option of a reading by which can be judged would change."""
        requirements = {f.requirement.iri: f.status for f in self.assessment.findings}
        categories = {c.iri: c.status for c in self.assessment.categories}
        return self._results.effects(reading, self._readings, requirements, categories)

    def changing_highest(self) -> tuple[str, ...]:
        """The readings of which another option, all else as it is, gives another `highest`."""
        a = self.assessment
        now = {category.iri: category.status for category in a.categories}
        return tuple(
            reading.name
            for reading in self._readings.all
            if any(
                highest_met(a.rules, {**now, **effect.categories}) != a.highest
                for effect in self.effects(reading)
            )
        )

    def lacks_day(self, name: str) -> bool:
        """Whether another option of a reading turns nothing, and only lacks a day to count from."""
        effects = self.effects(self._readings.by_name[name])
        changed = [pair for effect in effects for pair in effect.requirements.items()]
        serving = {r.iri for r in self.assessment.rules.requirements if r.years is not None}
        return bool(changed) and all(
            iri in serving and status is Status.NOT_SHOWN for iri, status in changed
        )

    def _table(self, requirement: Requirement) -> tuple[list[Reading], Table]:
        """The status by the options of the readings that make a difference to it."""
        involved = self.assessment.rules.involved(requirement, self._readings)
        if not requirement.asks_credential and requirement.readings:
            involved = self._felt(requirement, involved)
        choices = self._results.choices
        table = {
            options: self._results.under(choices.but(_choices(involved, options))).requirement(
                requirement
            )
            for options in product(*(reading.assessable for reading in involved))
        }
        return _essential(involved, table)

    def _felt(self, requirement: Requirement, involved: list[Reading]) -> list[Reading]:
        """Of the readings on service those that this profile can feel; others change nothing."""
        evidence, requirements = self.assessment.evidence, self.assessment.rules.requirements
        credentials = evidence.candidate.credentials
        posts = {e.position for e in evidence.candidate.employments}
        first = min((e.started for e in evidence.candidate.employments), default=date.min)
        shapes = [s for r in requirements for s in r.shapes if s.asks_credential]
        always = {shape.iri for shape in shapes if not shape.under}
        abroad = [bool(c.country or c.framework_level) for c in credentials]
        before_work = any(
            not fits.isdisjoint(always) and (c.awarded is None or c.awarded <= first) and not other
            for c, fits, other in zip(credentials, evidence.fits, abroad, strict=True)
        )
        of_credentials = {name for r in requirements if r.asks_credential for name in r.readings}
        satisfied = frozenset().union(*evidence.fits)
        needed = {option for s in shapes if s.iri in satisfied for option in s.under}

        def is_felt(reading: Reading) -> bool:
            if reading.name not in requirement.readings:
                return not before_work and (
                    any(o.iri in needed for o in reading.options)
                    or (any(abroad) and reading.name in of_credentials)
                )
            starts = {option.start for option in reading.options}
            more = frozenset().union(*(option.counts for option in reading.options))
            if DIPLOMA in starts and before_work:
                return False
            return not more or not posts.isdisjoint(more)

        return [reading for reading in involved if is_felt(reading)]

    def _category_table(self, category: Category) -> tuple[list[Reading], Table]:
        tables = {iri: self._tables[iri] for iri in category.requirements}
        names = {reading.name for involved, _ in tables.values() for reading in involved}
        involved = [reading for reading in self._readings.all if reading.name in names]
        table: dict[Combination, Status] = {}
        for options in product(*(reading.assessable for reading in involved)):
            choices = _choices(involved, options)
            statuses = {
                iri: own[tuple(choices[reading.name] for reading in bearing)]
                for iri, (bearing, own) in tables.items()
            }
            table[options] = category_status(category, statuses)
        return _essential(involved, table)

    def _robustness(self, involved: list[Reading], table: Table) -> Robustness:
        now = tuple(self._results.choices[reading.name] for reading in involved)
        candidates = []
        for options, status in table.items():
            pairs = zip(involved, options, now, strict=True)
            changed = [(reading.name, option) for reading, option, old in pairs if option != old]
            changes = tuple(Change(name, option.name) for name, option in changed)
            lacks_day = status is Status.NOT_SHOWN and any(option.start for _, option in changed)
            candidates.append(Turn(status, changes, lacks_day))
        turns: list[Turn] = []
        for turn in sorted(candidates, key=lambda turn: len(turn.changes)):
            fewer = any(
                t.status is turn.status and set(t.changes) < set(turn.changes) for t in turns
            )
            if turn.status is not table[now] and not fewer:
                turns.append(turn)
        return Robustness(
            status=table[now],
            statuses=frozenset(table.values()),
            deciding=tuple(reading.name for reading in involved),
            turns=tuple(turns),
        )


def _choices(involved: Iterable[Reading], options: Combination) -> dict[str, Option]:
    return {r.name: option for r, option in zip(involved, options, strict=True)}


def _essential(involved: list[Reading], table: Table) -> tuple[list[Reading], Table]:
    """The same table without the readings that never make a difference to it."""
    places = [
        place
        for place, reading in enumerate(involved)
        if any(
            table[(*options[:place], other, *options[place + 1 :])] is not status
            for options, status in table.items()
            for other in reading.assessable
        )
    ]
    return (
        [involved[place] for place in places],
        {tuple(options[place] for place in places): status for options, status in table.items()},
    )
