"""A position's rules as the graph states them: categories, requirements, shapes, measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from libonto.graph.description import Source
from libonto.graph.terms import NS
from libonto.law.editions import Edition
from libonto.law.readings import Choices, Reading, Readings

DIPLOMA, PREVIOUS_CATEGORY = "diploma", "previous-category"
"""Events from whose days service may be counted: slugs of `id/service-start/`."""
END_TO_END = "end-to-end"


@dataclass(frozen=True)
class Clause(Source):
    """A span of the text, code points [start, end), and the IRIs of the levels it applies to."""

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


@dataclass(frozen=True, eq=False)
class Counting:
    """A measure, and the shapes of which a credential must satisfy one to start it.

    (They are those that say which education the position asks for, under some choices; none where
    no credential starts it.) What is counted is remembered by the object, of which the rules of a
    position have one for all alike.
    """

    measure: Measure
    satisfying: frozenset[str]


@dataclass(frozen=True)
class RequirementShape:
    """What one condition of a requirement asks for, where all the options in `under` are chosen.

    `kind` says what of a profile is its evidence; `condition` is the node of the ontology that it
    checks (an alternative, or a further condition: then `counted` are the positions that it
    counts itself), `years` how many are asked for, `accepts` the categories or kinds of document
    that do. `undecided` is the shape that an unmet requirement conforms to when the profile leaves
    it open; `measure` is the service it looks at where the shape itself fixes it, and `valued`
    says that it looks at `lo:service`, the service as the readings chosen count it; `items` are
    the knowledge items that it accepts, and `heads` the properties that its path begins with.
    """

    iri: str
    under: frozenset[str]
    messages: Mapping[str, str] = field(hash=False)
    kind: Kind
    undecided: str | None = None
    measure: Measure | None = None
    items: frozenset[str] = frozenset()
    valued: bool = False
    heads: frozenset[str] = frozenset()
    condition: str | None = None
    years: int | None = None
    counted: frozenset[str] = frozenset()
    accepts: frozenset[str] = frozenset()

    @property
    def partial(self) -> bool:
        """Whether it looks at service that is counted for a further condition alone."""
        return self.valued and bool(self.counted)

    @property
    def asks_credential(self) -> bool:
        """Whether a profile's credentials are its evidence."""
        return self.kind.evidence == NS + "hasCredential"


Way = tuple[RequirementShape, ...]
"""The shapes that must hold together for an alternative of a requirement."""


@dataclass(frozen=True)
class Requirement:
    """One requirement, whatever number of levels and clauses state it.

    It is met where all shapes of one of its `ways` that apply are. `counted` are the positions
    that it names, `since` the previous categories, `readings` the names of those that change how
    its service is counted; `possible` every measure that they can give, but for its start;
    `documents` the types of document (IRIs) that show it.
    """

    iri: str
    slug: str
    kind: Kind
    clauses: tuple[Clause, ...]
    ways: tuple[Way, ...]
    years: int | None = None
    levels: tuple[str, ...] = ()
    item: str | None = None
    counted: frozenset[str] = frozenset()
    since: frozenset[str] = frozenset()
    readings: tuple[str, ...] = ()
    possible: tuple[Measure, ...] = ()
    documents: tuple[str, ...] = ()

    @cached_property
    def shapes(self) -> tuple[RequirementShape, ...]:
        """The shapes of all its ways, each once."""
        return tuple(dict.fromkeys(shape for way in self.ways for shape in way))

    @cached_property
    def asks_credential(self) -> bool:
        """Whether a profile's credentials are evidence in one of its ways."""
        return any(shape.asks_credential for shape in self.shapes)

    @cached_property
    def needed(self) -> frozenset[str]:
        """The options that one of its shapes needs."""
        return frozenset(option for shape in self.shapes for option in shape.under)

    def active_ways(self, choices: Choices) -> tuple[Way, ...]:
        """The ways that apply under these choices, at least one."""
        return self._applying(choices)[0]

    def active(self, choices: Choices) -> tuple[RequirementShape, ...]:
        """The shapes of the ways that apply under these choices, at least one."""
        return self._applying(choices)[1]

    def _applying(self, choices: Choices) -> tuple[tuple[Way, ...], tuple[RequirementShape, ...]]:
        if not self.needed:
            return self.ways, self.shapes
        options = self.needed & choices.iris
        if options not in self._known_ways:
            ways = tuple(way for way in self.ways if all(s.under <= options for s in way))
            shapes = tuple(dict.fromkeys(shape for way in ways for shape in way))
            self._known_ways[options] = ways, shapes
        return self._known_ways[options]

    @cached_property
    def _known_ways(
        self,
    ) -> dict[frozenset[str], tuple[tuple[Way, ...], tuple[RequirementShape, ...]]]:
        return {}

    def serving(self, choices: Choices) -> RequirementShape | None:
        """The shape on all the service that it asks for; None where it asks for none."""
        active = self.active(choices)
        return next((s for s in active if (s.valued and not s.partial) or s.measure), None)

    def measure(self, choices: Choices, shape: RequirementShape) -> Measure | None:
        """How the service that a shape looks at is counted; None where it looks at none."""
        if not shape.valued:
            return shape.measure
        options = [choices[name] for name in self.readings]
        arithmetics = [option.arithmetic for option in options if option.arithmetic]
        starts = frozenset(option.start for option in options if option.start)
        if not self.since:
            starts -= {PREVIOUS_CATEGORY}
        more = self.counted.union(*(option.counts for option in options))
        return Measure(
            property=NS + "service",
            positions=shape.counted or more,
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
    ladder_iri: str = ""


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

    @property
    def edition_iri(self) -> str | None:
        """The edition's IRI, where it has one."""
        return self.edition.iri if self.edition else None

    def category(self, iri: str) -> Category | None:
        """The category with this IRI, where the edition has it."""
        return next((category for category in self.categories if category.iri == iri), None)

    @cached_property
    def slugs(self) -> dict[str, str]:
        """The categories' slugs by their IRIs."""
        return {category.iri: category.slug for category in self.categories}

    def ladder_iri(self, ladder: str) -> str:
        """The IRI of a ladder by its notation."""
        return next(c.ladder_iri for c in self.categories if c.ladder == ladder)

    @cached_property
    def credential_shapes(self) -> frozenset[str]:
        """The IRIs of the shapes that ask for a credential, companions included."""
        shapes = (s for r in self.requirements for s in r.shapes if s.asks_credential)
        return frozenset(iri for s in shapes for iri in (s.iri, s.undecided) if iri)

    @cached_property
    def _by_iri(self) -> dict[str, Requirement]:
        return {requirement.iri: requirement for requirement in self.requirements}

    def requirement(self, iri: str) -> Requirement:
        """The requirement with this IRI."""
        return self._by_iri[iri]

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

    def counting(
        self, requirement: Requirement, choices: Choices, shape: RequirementShape | None = None
    ) -> Counting | None:
        """How service is counted under some choices; None where none is required.

        It is that which a shape of the requirement looks at; without one, the whole of it.
        """
        of = shape.iri if shape else None
        key = requirement.iri, of, choices.iris
        if key not in self._countings:
            serving = shape or requirement.serving(choices)
            measure = requirement.measure(choices, serving) if serving else None
            satisfying = frozenset(
                shape.iri
                for r in self.requirements
                for shape in r.active(choices)
                if shape.asks_credential and measure and DIPLOMA in measure.starts
            )
            counting = Counting(measure, satisfying) if measure else None
            self._countings[key] = counting and self._distinct.setdefault(
                (measure, satisfying), counting
            )
        return self._countings[key]

    def counted_apart(self, requirement: Requirement, choices: Choices) -> bool:
        """Whether its service is counted otherwise than that of the first that asks for any."""

        def of(one: Requirement) -> tuple[Measure, frozenset[str]] | None:
            serving = one.serving(choices)
            counting = self.counting(one, choices) if serving and serving.valued else None
            return (counting.measure, counting.satisfying) if counting else None

        own = of(requirement)
        return own is not None and own != next(filter(None, map(of, self.requirements)))

    def services(
        self, requirement: Requirement, shapes: Iterable[RequirementShape], choices: Choices
    ) -> list[tuple[int, Counting]]:
        """The years that some shapes of a requirement ask for, and how each is counted."""
        services = []
        for shape in shapes:
            years = requirement.years if shape.years is None else shape.years
            counting = self.counting(requirement, choices, shape)
            if counting and years is not None:
                services.append((years, counting))
        return services

    @cached_property
    def _distinct(self) -> dict[tuple[Measure | None, frozenset[str]], Counting]:
        return {}

    @cached_property
    def _countings(self) -> dict[tuple[str, str | None, frozenset[str]], Counting | None]:
        return {}

    def under(self, reading: Reading, readings: Readings) -> list[Requirement]:
        """The requirements whose status an option of a reading can change."""
        if reading.name not in self._under:
            self._under[reading.name] = [
                r for r in self.requirements if reading in self.involved(r, readings)
            ]
        return self._under[reading.name]

    @cached_property
    def _under(self) -> dict[str, list[Requirement]]:
        return {}

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
        measures = {s.measure for r in self.requirements for s in r.shapes if s.measure}
        return tuple(sorted(measures, key=lambda m: m.property))
