"""A position's rules as the graph states them: categories, requirements, shapes, measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from libonto.graph.terms import NS
from libonto.law.editions import Edition
from libonto.law.readings import Choices, Reading, Readings

DIPLOMA, PREVIOUS_CATEGORY = "diploma", "previous-category"
"""Events from whose days service may be counted: slugs of `id/service-start/`."""
END_TO_END = "end-to-end"


@dataclass(frozen=True)
class Clause:
    """A span of the text: its id, exact quote, code points [start, end), and levels' IRIs."""

    iri: str
    id: str
    quote: str
    start: int
    end: int
    applies_to: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kind:
    """A kind of requirement: what of a profile is its evidence, and whether it can be refuted."""

    name: str
    evidence: str
    refutable: bool


@dataclass(frozen=True)
class Measure:
    """A way of counting service: what counts, the arithmetic, and from which days.

    `property` is the one by which the service is stated. `starts` are the events (slugs of
    `id/service-start/`) before which no day counts; `since` the categories whose grant is one.
    """

    property: str
    positions: frozenset[str]
    arithmetic: str
    starts: frozenset[str] = frozenset()
    since: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Counting:
    """A measure, and the shapes of which a credential must satisfy one to start it.

    (They are those that say which education the position asks for, under some choices.)
    """

    measure: Measure
    satisfying: frozenset[str]


@dataclass(frozen=True)
class RequirementShape:
    """One way to meet a requirement, where all the options in `under` are chosen.

    `undecided` is the shape that an unmet requirement conforms to when the profile leaves
    it open; `measure` is the service it looks at where the shape itself fixes it, and `valued`
    says that it looks at `lo:service`, the service as the readings chosen count it; `items` are
    the knowledge items that it accepts, and `heads` the properties that its path begins with.
    """

    iri: str
    under: frozenset[str]
    messages: Mapping[str, str]
    undecided: str | None = None
    measure: Measure | None = None
    items: frozenset[str] = frozenset()
    valued: bool = False
    heads: frozenset[str] = frozenset()

    def applies(self, choices: Choices) -> bool:
        """Whether every option that it needs is chosen."""
        return not self.under or self.under <= {option.iri for option in choices.values()}


@dataclass(frozen=True)
class Requirement:
    """One requirement, whatever number of levels and clauses state it.

    It is met where one of its shapes that apply is. `counted` are the positions that it names,
    `since` the previous categories, `readings` the names of those that change how its service
    is counted; `possible` every measure that they can give, but for its start.
    """

    iri: str
    slug: str
    kind: Kind
    clauses: tuple[Clause, ...]
    shapes: tuple[RequirementShape, ...]
    years: int | None = None
    levels: tuple[str, ...] = ()
    item: str | None = None
    counted: frozenset[str] = frozenset()
    since: frozenset[str] = frozenset()
    readings: tuple[str, ...] = ()
    possible: tuple[Measure, ...] = ()

    @property
    def asks_credential(self) -> bool:
        """Whether a profile's credentials are its evidence."""
        return self.kind.evidence == NS + "hasCredential"

    @cached_property
    def needed(self) -> frozenset[str]:
        """The options that one of its shapes needs."""
        return frozenset(option for shape in self.shapes for option in shape.under)

    def active(self, choices: Choices) -> tuple[RequirementShape, ...]:
        """The shapes that apply under these choices, at least one."""
        if not self.needed:
            return self.shapes
        chosen = {option.iri for option in choices.values()}
        return tuple(shape for shape in self.shapes if shape.under <= chosen)

    def measure(self, choices: Choices) -> Measure | None:
        """How its service is counted under these choices; None where it asks for none."""
        shape = self.active(choices)[0]
        if not shape.valued:
            return shape.measure
        options = [choices[name] for name in self.readings]
        arithmetics = [option.arithmetic for option in options if option.arithmetic]
        starts = frozenset(option.start for option in options if option.start)
        if not self.since:
            starts -= {PREVIOUS_CATEGORY}
        return Measure(
            property=NS + "service",
            positions=self.counted.union(*(option.counts for option in options)),
            arithmetic=arithmetics[0] if arithmetics else END_TO_END,
            starts=starts,
            since=self.since if PREVIOUS_CATEGORY in starts else frozenset(),
        )

    def clause_for(self, category: str) -> Clause:
        """The clause that states it for a category, else (inherited) the first that states it."""
        return next((c for c in self.clauses if category in c.applies_to), self.clauses[0])


@dataclass(frozen=True)
class Category:
    """A category level with all its requirements, inherited ones included, in the text's order."""

    iri: str
    slug: str
    ladder: str
    inherits: str | None
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class PositionRules:
    """Everything by which candidates for one position are judged, by one edition of the law.

    `fields` are the fields of study that its requirements name; another position's fields
    are nothing to it.
    """

    iri: str
    slug: str
    node_shape: str
    requirements: tuple[Requirement, ...]
    categories: tuple[Category, ...]
    ladders: tuple[str, ...]
    fields: frozenset[str]
    acts: tuple[str, ...]
    edition: Edition | None = None

    def category(self, iri: str) -> Category | None:
        """The category with this IRI, where the edition has it."""
        return next((category for category in self.categories if category.iri == iri), None)

    def requirement(self, iri: str) -> Requirement:
        """The requirement with this IRI."""
        return next(r for r in self.requirements if r.iri == iri)

    def involved(self, requirement: Requirement, readings: Readings) -> list[Reading]:
        """The readings whose options can change a requirement's status, in their order.

        Where service may be counted from the diploma only, what decides which credentials
        satisfy the position's education requirements bears on it too.
        """
        if requirement.iri not in self._involved:
            needed = set(requirement.needed)
            names = set(requirement.readings)
            starts = {o.start for n in names for o in readings.by_name[n].options}
            if DIPLOMA in starts:
                asking = [r for r in self.requirements if r.asks_credential]
                needed |= {option for r in asking for option in r.needed}
                names |= {name for r in asking for name in r.readings}
            self._involved[requirement.iri] = [
                reading
                for reading in readings.all
                if reading.name in names or any(o.iri in needed for o in reading.options)
            ]
        return self._involved[requirement.iri]

    def counting(self, requirement: Requirement, choices: Choices) -> Counting | None:
        """How a requirement's service is counted under some choices; None where none is asked."""
        key = (requirement.iri, *(option.iri for option in choices.values()))
        if key not in self._countings:
            measure = requirement.measure(choices)
            satisfying = frozenset(
                shape.iri
                for r in self.requirements
                if r.asks_credential
                for shape in r.active(choices)
            )
            self._countings[key] = Counting(measure, satisfying) if measure else None
        return self._countings[key]

    @cached_property
    def _countings(self) -> dict[tuple[str, ...], Counting | None]:
        return {}

    def under(self, reading: Reading, readings: Readings) -> list[Requirement]:
        """The requirements whose status an option of a reading can change."""
        return [r for r in self.requirements if reading in self.involved(r, readings)]

    @cached_property
    def _involved(self) -> dict[str, list[Reading]]:
        return {}

    @cached_property
    def possible(self) -> tuple[Measure, ...]:
        """The measures of service, but for its start, that the readings can choose."""
        return tuple(dict.fromkeys(m for r in self.requirements for m in r.possible))

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """The measures that shapes fix."""
        found = {s.measure for r in self.requirements for s in r.shapes if s.measure}
        return tuple(sorted(found, key=lambda m: m.property))
