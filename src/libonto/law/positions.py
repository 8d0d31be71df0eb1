"""Reads the rules of every position that the graph describes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from itertools import chain, product

from pyoxigraph import BlankNode, NamedNode

from libonto.errors import DataError, UsageError, unknown
from libonto.graph.description import source
from libonto.graph.store import Graph
from libonto.graph.terms import ID, NS, ONTOLOGY, slug_of, term
from libonto.law.editions import Edition, Editions, today
from libonto.law.model import (
    END_TO_END,
    Category,
    Clause,
    Kind,
    Measure,
    PositionRules,
    Requirement,
    RequirementShape,
    Way,
)
from libonto.law.readings import Reading, Readings, default_alternatives


def documents(graph: Graph, requirement: str) -> tuple[str, ...]:
    """The types of document that show a requirement, else those that show its kind."""
    own = graph.iris(requirement, "lo:shownBy")
    kind = graph.iri(requirement, "lo:kind")
    return tuple(own or (graph.iris(kind, "lo:shownBy") if kind else ()))


class Positions:
    """The described positions: those that have category levels and a node shape."""

    def __init__(self, graph: Graph, readings: Readings) -> None:
        """A position's rules are read when they are first needed."""
        self.graph = graph
        self.readings = readings
        self.editions = Editions(graph)
        self._rules: dict[tuple[str, str | None], PositionRules] = {}

    @cached_property
    def iris(self) -> tuple[str, ...]:
        """The IRIs of the positions that can be assessed."""
        judged = (value for _, value in self.graph.pairs("lo:judges"))
        return tuple(sorted({node.value for node in judged if isinstance(node, NamedNode)}))

    @cached_property
    def default(self) -> str:
        """The position that is assessed where none is named (`lo:defaultPosition`)."""
        return self.graph.iri(ONTOLOGY, "lo:defaultPosition") or self.iris[0]

    def named(self, name: str) -> str:
        """The IRI of a position given as a slug or an IRI; UsageError for an unknown one."""
        iri = name if ":" in name else f"{ID}position/{name}"
        if iri in self.iris:
            return iri
        known = [slug_of(p) for p in self.iris]
        if iri in self.graph.instances("lo:Position"):
            raise UsageError("position-not-described", value=name, known=", ".join(known))
        like = slug_of(iri, "position")
        listed = ", ".join(known)
        raise unknown("unknown-position", name, known, like=like, cutoff=0.6, allowed=listed)

    def owner(self, category: str) -> str:
        """The IRI of the position that a category (an IRI) belongs to; UsageError."""
        owner = self.graph.iri(category, "lo:ofPosition")
        if owner is None or category not in self.graph.instances("lo:CategoryLevel"):
            raise self._unknown(category, self.rules(self.default))
        return owner

    def category(
        self,
        name: str,
        position: str | None = None,
        *,
        on: date | None = None,
        edition: str | None = None,
    ) -> tuple[str, str]:
        """The IRIs of a category and its position, from a slug, `POSITION/SLUG` or an IRI.

        It is one of the requested edition, or of the one that applies on the day.
        Raises UsageError, with the names that the edition has, for one that it lacks.
        """
        owner, slug = position or self.default, slug_of(name, "category")
        prefix, slash, rest = slug.partition("/")
        if slash and f"{ID}position/{prefix}" in self.iris:
            owner, slug = f"{ID}position/{prefix}", rest
        if position and owner != position:
            raise UsageError("category-of-other-position", value=name, position=slug_of(position))
        rules = self.rules(owner, edition, on)
        for category in rules.categories:
            names = (category.slug, slug_of(category.iri, "category").partition("/")[2])
            if category.iri == name or (":" not in name and slug in names):
                return category.iri, owner
        raise self._unknown(name, rules)

    def _unknown(self, name: str, rules: PositionRules) -> UsageError:
        """That an edition lacks a category, with the names of those that it has."""
        known = [category.slug for category in rules.categories]
        return unknown("unknown-category-option", name, known, like=name.rpartition("/")[2])

    def rules(
        self, position: str, edition: str | None = None, on: date | None = None
    ) -> PositionRules:
        """The rules of one position by the requested edition, or by that of a day (today's).

        Raises DataError where the graph contradicts itself, UsageError for an edition whose
        text is not held.
        """
        described = self.editions.select(position, on or today(), edition)
        key = (position, described.iri if described else None)
        if key not in self._rules:
            self._rules[key] = self._read(position, described)
        return self._rules[key]

    def _of(self, property_: str, position: str, edition: Edition | None) -> list[str]:
        """The terms of a position by a property of theirs, those of an edition, in their order.

        A term that names no edition is in all.
        """
        own = {edition.iri} if edition else set()
        terms = self.graph.subject_iris(property_, position)
        editions = {iri: set(self.graph.iris(iri, "lo:describedIn")) for iri in terms}
        return self.graph.in_order(i for i, named in editions.items() if not named or named & own)

    def _read(self, position: str, edition: Edition | None) -> PositionRules:
        graph = self.graph
        node_shapes = self._of("lo:judges", position, edition)
        if len(node_shapes) != 1:
            raise DataError("position-without-shape", position=position)
        shapes = self._members_of(node_shapes[0])
        requirements = [
            self._requirement(iri, shapes) for iri in self._of("lo:forPosition", position, edition)
        ]
        order = [requirement.iri for requirement in requirements]
        categories = [
            self._category(iri, order)
            for iri in self._of("lo:ofPosition", position, edition)
            if graph.is_a(iri, "lo:CategoryLevel")
        ]
        acts = (graph.iris(r.item, "lo:refersToAct") for r in requirements if r.item)
        conditions = {s.condition for r in requirements for s in r.shapes if s.condition}
        return PositionRules(
            iri=position,
            slug=slug_of(position),
            node_shape=node_shapes[0],
            requirements=tuple(requirements),
            categories=tuple(categories),
            ladders=tuple(dict.fromkeys(category.ladder for category in categories)),
            fields=frozenset(f for c in conditions for f in graph.iris(c, "lo:acceptsField")),
            acts=tuple(chain.from_iterable(acts)),
            edition=edition,
        )

    def _category(self, iri: str, order: list[str]) -> Category:
        graph = self.graph
        needed = set(required(graph, iri))
        if not needed <= set(order) or not needed:
            raise DataError("category-without-requirements", category=iri)
        ladder = graph.iri(iri, "lo:inLadder")
        if ladder is None:
            raise DataError("category-without-ladder", category=iri)
        return Category(
            iri=iri,
            slug=graph.text(iri, "skos:notation") or iri.rpartition("/")[2],
            ladder=graph.text(ladder, "skos:notation") or ladder,
            inherits=graph.iri(iri, "lo:inherits"),
            requirements=tuple(one for one in order if one in needed),
            ladder_iri=ladder,
        )

    def _requirement(self, iri: str, members: list[str]) -> Requirement:
        graph = self.graph
        kind = self._kind(iri)
        bearing = [r for r in self.readings.all if iri in r.bears_on]
        counted = frozenset(graph.iris(iri, "lo:countsPosition"))
        defaults = default_alternatives(graph, iri)
        levels = (level for way in defaults for level in graph.iris(way, "lo:acceptsLevel"))
        clauses = map(self.clause, graph.iris(iri, "dcterms:source"))
        ways = tuple(self._ways(iri, kind, members))
        services = {shape.counted for way in ways for shape in way if shape.valued}
        requirement = Requirement(
            iri=iri,
            slug=graph.text(iri, "skos:notation") or slug_of(iri),
            kind=kind,
            clauses=tuple(sorted(clauses, key=lambda c: c.start)),
            ways=ways,
            years=graph.integer(iri, "lo:minimumYears"),
            levels=tuple(dict.fromkeys(levels)),
            item=graph.iri(iri, "lo:requiresKnowledge"),
            counted=counted,
            documents=documents(graph, iri),
            since=frozenset(graph.iris(iri, "lo:sinceGrantOf")),
            readings=tuple(reading.name for reading in bearing),
            possible=tuple(
                measure
                for own in sorted(services, key=sorted)
                for measure in _possible(own or counted, [] if own else bearing, bearing)
            ),
        )
        self._check_partition(requirement)
        return requirement

    def _kind(self, iri: str) -> Kind:
        graph = self.graph
        kind = graph.iri(iri, "lo:kind")
        if kind is None:
            raise DataError("requirement-without-kind", requirement=iri)
        evidence = graph.iris(kind, "lo:evidenceProperty")
        if len(evidence) != 1:
            raise DataError("kind-without-evidence", kind=kind)
        return Kind(
            name=graph.text(kind, "skos:notation") or slug_of(kind),
            evidence=evidence[0],
            refutable=graph.flag(kind, "lo:refutable", True),
        )

    def _ways(self, iri: str, kind: Kind, members: list[str]) -> Iterator[Way]:
        """The ways to meet a requirement: its alternatives, and each shape that checks none."""
        graph = self.graph
        shapes = [m for m in members if iri in graph.iris(m, "lo:constrains")]
        ways: dict[str, Way] = {}
        for alternative in graph.iris(iri, "lo:hasAlternative"):
            further = graph.iris(alternative, "lo:alsoNeeds")
            way: list[RequirementShape] = []
            for condition in (alternative, *further):
                own = self._kind(condition) if graph.one(condition, "lo:kind") else kind
                checking = [s for s in shapes if condition in graph.iris(s, "lo:checks")]
                if not checking:
                    raise DataError("condition-without-shape", condition=condition)
                way += [self._shape(s, own, condition) for s in checking]
            ways[way[0].iri] = tuple(way)
        checked = {shape.iri for way in ways.values() for shape in way}
        for shape in shapes:
            if shape in ways:
                yield ways[shape]
            elif shape not in checked:
                yield (self._shape(shape, kind, None),)

    def clause(self, iri: str) -> Clause:
        """A clause with its quote and span; DataError where one is missing."""
        span = source(self.graph, iri)
        if span is None:
            raise DataError("clause-without-span", clause=iri)
        return Clause(**vars(span), applies_to=frozenset(self.graph.iris(iri, "lo:appliesTo")))

    def _members_of(self, node_shape: str) -> list[str]:
        """The node shape's property shapes in order, but for the companions that links tell."""
        graph = self.graph
        members = graph.iris(node_shape, "sh:property")
        companions = {c: m for m in members for c in graph.iris(m, "lo:undecidedShape")}
        for companion, member in companions.items():
            if companion not in members:
                raise DataError("companion-not-member", shape=member)
        members.sort(key=lambda m: (graph.number(m, "sh:order"), m))
        return [member for member in members if member not in companions]

    def _shape(self, iri: str, kind: Kind, condition: str | None) -> RequirementShape:
        """A property shape, for one condition (None: the requirement has no alternatives)."""
        graph = self.graph
        heads = self._heads(iri)
        return RequirementShape(
            iri=iri,
            under=frozenset(graph.iris(iri, "lo:underReading")),
            messages=graph.translations(iri, "sh:message"),
            kind=kind,
            undecided=graph.iri(iri, "lo:undecidedShape"),
            measure=self._measure(heads),
            valued=heads == [term("lo:service").value],
            heads=frozenset(heads),
            items=frozenset(self._items(iri) if kind.evidence == NS + "hasKnowledgeOf" else ()),
            condition=condition,
            years=graph.integer(condition, "lo:minimumYears") if condition else None,
            counted=frozenset(graph.iris(condition, "lo:countsPosition") if condition else ()),
            accepts=frozenset(graph.iris(condition, "lo:accepts") if condition else ()),
        )

    def _measure(self, heads: list[str]) -> Measure | None:
        """The service measure at the head of a shape's path, if there is one."""
        if len(heads) != 1:
            return None
        positions = frozenset(self.graph.iris(heads[0], "lo:measures"))
        return Measure(heads[0], positions, END_TO_END) if positions else None

    def _heads(self, shape: str) -> list[str]:
        """The properties that a shape's path begins with."""
        graph = self.graph
        paths, heads = graph.objects(shape, "sh:path"), []
        for path in paths:
            if isinstance(path, NamedNode):
                heads.append(path.value)
            elif isinstance(path, BlankNode):
                paths += graph.objects(path, "rdf:first")
                heads += graph.listed(path, "sh:alternativePath")
        return heads

    def _items(self, shape: str) -> list[str]:
        """The knowledge items that a shape accepts: its `sh:hasValue`, or its list of values."""
        graph = self.graph
        value_shapes = graph.nodes(shape, "sh:qualifiedValueShape")
        listed = [item for node in value_shapes for item in graph.listed(node, "sh:in")]
        return graph.iris(shape, "sh:hasValue") or listed

    def _check_partition(self, requirement: Requirement) -> None:
        """Under every combination of options at least one way of a requirement applies."""
        needed = requirement.needed
        for option in sorted(needed - self.readings.by_option.keys()):
            raise DataError("shape-under-unknown-option", option=option)
        involved = {self.readings.by_option[option][0].name for option in needed}
        readings = [self.readings.by_name[name] for name in sorted(involved)]
        for combination in product(*(reading.options for reading in readings)):
            options = {option.iri for option in combination}
            if not any(all(s.under <= options for s in way) for way in requirement.ways):
                raise DataError(
                    "no-shape-applies",
                    requirement=requirement.iri,
                    options=", ".join(sorted(options)),
                )


def required(graph: Graph, category: str) -> list[str]:
    """A category's requirements, those that it inherits included, in the text's order."""
    requirements: set[str] = set()
    levels = [category]
    for level in levels:
        requirements.update(graph.iris(level, "lo:hasRequirement"))
        levels += [below for below in graph.iris(level, "lo:inherits") if below not in levels]
    return graph.in_order(requirements)


def _possible(
    counted: frozenset[str], widening: list[Reading], bearing: list[Reading]
) -> Iterator[Measure]:
    """The measures that readings can give: what some let count besides, by each arithmetic."""
    more = [o.counts for r in widening for o in r.assessable if o.counts]
    ways = [o.arithmetic for r in bearing for o in r.assessable if o.arithmetic] or [END_TO_END]
    for some in product((False, True), repeat=len(more)):
        added = [positions for positions, included in zip(more, some, strict=True) if included]
        for arithmetic in ways:
            yield Measure(NS + "service", counted.union(*added), arithmetic)
