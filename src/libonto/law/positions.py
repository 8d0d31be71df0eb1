"""Reads the rules of every position that the graph describes."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import product

from pyoxigraph import BlankNode, NamedNode

from libonto.errors import DataError, UsageError
from libonto.graph.description import source
from libonto.graph.store import Graph, Node
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


def documents(graph: Graph, requirement: Node) -> tuple[str, ...]:
    """The types of document that show a requirement, else those that show its kind."""
    kinds = graph.objects(requirement, "lo:kind")
    nodes = (requirement, *(kind for kind in kinds if isinstance(kind, NamedNode)))
    named = (graph.iris(node, "lo:shownBy") for node in nodes)
    return tuple(next(filter(None, named), ()))


class Positions:
    """The described positions: those that have category levels and a node shape."""

    def __init__(self, graph: Graph, readings: Readings) -> None:
        """Read nothing yet: a position's rules are read when they are first asked for."""
        self.graph = graph
        self.readings = readings
        self.editions = Editions(graph)
        self._rules: dict[tuple[str, str | None], PositionRules] = {}

    @cached_property
    def iris(self) -> tuple[str, ...]:
        """The IRIs of the positions that can be assessed."""
        return tuple(
            sorted(
                {
                    value.value
                    for _, value in self.graph.pairs("lo:judges")
                    if isinstance(value, NamedNode)
                }
            )
        )

    @cached_property
    def default(self) -> str:
        """The position that is assessed where none is named (`lo:defaultPosition`)."""
        named = self.graph.one(ONTOLOGY, "lo:defaultPosition")
        return named.value if isinstance(named, NamedNode) else self.iris[0]

    def named(self, name: str) -> str:
        """The IRI of a position given as a slug or an IRI; UsageError for an unknown one."""
        iri = name if ":" in name else f"{ID}position/{name}"
        if iri in self.iris:
            return iri
        known = [slug_of(p) for p in self.iris]
        if iri in self.graph.instances("lo:Position"):
            raise UsageError("position-not-described", value=name, known=", ".join(known))
        near = difflib.get_close_matches(slug_of(iri, "position"), known, n=1, cutoff=0.6)
        raise UsageError(
            "unknown-position-nearest" if near else "unknown-position",
            value=name,
            nearest="".join(near),
            allowed=", ".join(known),
        )

    def owner(self, category: str) -> str:
        """The IRI of the position that a category (an IRI) belongs to; UsageError."""
        owners = self.graph.iris(NamedNode(category), "lo:ofPosition")
        if not owners or category not in self.graph.instances("lo:CategoryLevel"):
            raise self._unknown(category, self.rules(self.default))
        return owners[0]

    def category(
        self,
        name: str,
        position: str | None = None,
        *,
        on: date | None = None,
        edition: str | None = None,
    ) -> tuple[str, str]:
        """The IRIs of a category and its position, from a slug, `POSITION/SLUG` or an IRI.

        It is one of the edition asked for, or of the one by which is judged on the day.
        Raises UsageError, with the names that the edition has, for one that it lacks.
        """
        slug = name
        if ":" in name:
            slug = slug_of(name, "category")
        owner = position or self.default
        if "/" in slug:
            named = f"{ID}position/{slug.partition('/')[0]}"
            owner, slug = (named, slug.partition("/")[2]) if named in self.iris else (owner, slug)
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
        near = difflib.get_close_matches(name.rpartition("/")[2], known, n=1, cutoff=0.5)
        return UsageError(
            "unknown-category-nearest-option" if near else "unknown-category-option",
            value=name,
            nearest="".join(near),
            known=", ".join(known),
        )

    def rules(
        self, position: str, edition: str | None = None, on: date | None = None
    ) -> PositionRules:
        """The rules of one position by the edition asked for, or by that of a day (today's).

        Raises DataError where the graph contradicts itself, UsageError for an edition whose
        text is not held.
        """
        chosen = self.editions.chosen(position, on or today(), edition)
        key = (position, chosen.iri if chosen else None)
        if key not in self._rules:
            self._rules[key] = self._read(position, chosen)
        return self._rules[key]

    def _is_in(self, edition: Edition | None, term: Node) -> bool:
        """Whether a term of a position belongs to an edition; one that names none is in all."""
        named = self.graph.iris(term, "lo:describedIn")
        return not named or (edition is not None and edition.iri in named)

    def _read(self, position: str, edition: Edition | None) -> PositionRules:
        graph = self.graph
        node = NamedNode(position)
        node_shapes = [
            shape
            for shape in graph.subjects("lo:judges", node)
            if isinstance(shape, NamedNode) and self._is_in(edition, shape)
        ]
        if len(node_shapes) != 1:
            raise DataError("position-without-shape", position=position)
        members = self._members_of(node_shapes[0])
        requirements = [
            self._requirement(r, members)
            for r in graph.subjects("lo:forPosition", node)
            if isinstance(r, NamedNode) and self._is_in(edition, r)
        ]
        requirements.sort(key=lambda r: (graph.number(NamedNode(r.iri), "schema:position"), r.iri))
        categories = self._categories(node, edition, [r.iri for r in requirements])
        acts = [
            act
            for requirement in requirements
            if requirement.item
            for act in graph.iris(NamedNode(requirement.item), "lo:refersToAct")
        ]
        conditions = {s.condition for r in requirements for s in r.shapes if s.condition}
        fields = {f for c in conditions for f in graph.iris(NamedNode(c), "lo:acceptsField")}
        ladders: dict[str, None] = {c.ladder: None for c in categories}
        return PositionRules(
            iri=position,
            slug=slug_of(position),
            node_shape=node_shapes[0].value,
            requirements=tuple(requirements),
            categories=tuple(categories),
            ladders=tuple(ladders),
            fields=frozenset(fields),
            acts=tuple(acts),
            edition=edition,
        )

    def _categories(
        self, position: NamedNode, edition: Edition | None, order: list[str]
    ) -> list[Category]:
        graph = self.graph
        nodes = [
            c
            for c in graph.subjects("lo:ofPosition", position)
            if isinstance(c, NamedNode)
            and graph.is_a(c.value, "lo:CategoryLevel")
            and self._is_in(edition, c)
        ]
        nodes.sort(key=lambda c: (graph.number(c, "schema:position"), c.value))
        found = []
        for node in nodes:
            wanted: set[str] = set()
            level: NamedNode | None = node
            seen: set[str] = set()
            while level is not None and level.value not in seen:
                seen.add(level.value)
                wanted |= set(graph.iris(level, "lo:hasRequirement"))
                below = graph.one(level, "lo:inherits")
                level = below if isinstance(below, NamedNode) else None
            if not wanted <= set(order) or not wanted:
                raise DataError("category-without-requirements", category=node.value)
            inherits = graph.one(node, "lo:inherits")
            ladder = graph.one(node, "lo:inLadder")
            if not isinstance(ladder, NamedNode):
                raise DataError("category-without-ladder", category=node.value)
            found.append(
                Category(
                    iri=node.value,
                    slug=graph.text(node, "skos:notation") or node.value.rpartition("/")[2],
                    ladder=graph.text(ladder, "skos:notation") or ladder.value,
                    inherits=inherits.value if isinstance(inherits, NamedNode) else None,
                    requirements=tuple(iri for iri in order if iri in wanted),
                    ladder_iri=ladder.value,
                )
            )
        return found

    def _requirement(self, node: NamedNode, members: list[NamedNode]) -> Requirement:
        graph = self.graph
        kind = self._kind(node)
        bearing = [r for r in self.readings.all if node.value in r.bears_on]
        counted = frozenset(graph.iris(node, "lo:countsPosition"))
        years = graph.text(node, "lo:minimumYears")
        items = graph.iris(node, "lo:requiresKnowledge")
        requirement = Requirement(
            iri=node.value,
            slug=graph.text(node, "skos:notation") or slug_of(node.value),
            kind=kind,
            clauses=tuple(sorted(self._clauses(node), key=lambda c: c.start)),
            ways=tuple(self._ways(node, kind, members)),
            years=int(years) if years is not None else None,
            levels=tuple(
                dict.fromkeys(
                    level
                    for way in default_alternatives(graph, node.value)
                    for level in graph.iris(way, "lo:acceptsLevel")
                )
            ),
            item=items[0] if items else None,
            counted=counted,
            documents=documents(graph, node),
            since=frozenset(graph.iris(node, "lo:sinceGrantOf")),
            readings=tuple(reading.name for reading in bearing),
        )
        self._check_partition(requirement)
        services = {shape.counted for shape in requirement.shapes if shape.valued}
        return replace(
            requirement,
            possible=tuple(
                measure
                for own in sorted(services, key=sorted)
                for measure in _possible(own or counted, [] if own else bearing, bearing)
            ),
        )

    def _kind(self, node: NamedNode) -> Kind:
        graph = self.graph
        kind_node = graph.one(node, "lo:kind")
        if not isinstance(kind_node, NamedNode):
            raise DataError("requirement-without-kind", requirement=node.value)
        evidence = graph.iris(kind_node, "lo:evidenceProperty")
        if len(evidence) != 1:
            raise DataError("kind-without-evidence", kind=kind_node.value)
        return Kind(
            name=graph.text(kind_node, "skos:notation") or slug_of(kind_node.value),
            evidence=evidence[0],
            refutable=graph.flag(kind_node, "lo:refutable", True),
        )

    def _ways(self, node: NamedNode, kind: Kind, members: list[NamedNode]) -> Iterator[Way]:
        """The ways to meet a requirement: its alternatives, and each shape that checks none."""
        graph = self.graph
        shapes = [m for m in members if node.value in graph.iris(m, "lo:constrains")]
        found: dict[str, Way] = {}
        for alternative in graph.iris(node, "lo:hasAlternative"):
            further = graph.iris(NamedNode(alternative), "lo:alsoNeeds")
            conditions = (alternative, *further)
            way: list[RequirementShape] = []
            for condition in conditions:
                own = self._kind(NamedNode(condition)) if self._has_kind(condition) else kind
                checking = [s for s in shapes if condition in graph.iris(s, "lo:checks")]
                if not checking:
                    raise DataError("condition-without-shape", condition=condition)
                way += [self._shape(s, own, condition, condition in further) for s in checking]
            found[way[0].iri] = tuple(way)
        checked = {shape.iri for way in found.values() for shape in way}
        for shape in shapes:
            if shape.value in found:
                yield found[shape.value]
            elif shape.value not in checked:
                yield (self._shape(shape, kind, None, False),)

    def _has_kind(self, condition: str) -> bool:
        return self.graph.one(NamedNode(condition), "lo:kind") is not None

    def _clauses(self, node: Node) -> list[Clause]:
        return [self.clause(iri) for iri in self.graph.iris(node, "dcterms:source")]

    def clause(self, iri: str) -> Clause:
        """A clause with its quote and span; DataError where one is missing."""
        found = source(self.graph, iri)
        if found is None:
            raise DataError("clause-without-span", clause=iri)
        levels = frozenset(self.graph.iris(NamedNode(iri), "lo:appliesTo"))
        return Clause(iri, found.id, found.quote, found.start, found.end, levels)

    def _members_of(self, node_shape: NamedNode) -> list[NamedNode]:
        """The node shape's property shapes in order, but for the companions that links tell."""
        graph = self.graph
        members = [s for s in graph.objects(node_shape, "sh:property") if isinstance(s, NamedNode)]
        companions = {
            value.value
            for member in members
            for value in graph.objects(member, "lo:undecidedShape")
            if isinstance(value, NamedNode)
        }
        for member in members:
            if set(graph.iris(member, "lo:undecidedShape")) - {m.value for m in members}:
                raise DataError("companion-not-member", shape=member.value)
        members.sort(key=lambda m: (graph.number(m, "sh:order"), m.value))
        return [member for member in members if member.value not in companions]

    def _shape(
        self, member: NamedNode, kind: Kind, condition: str | None, further: bool
    ) -> RequirementShape:
        """A property shape, for one condition (None: the requirement has no alternatives)."""
        graph = self.graph
        undecided = graph.iris(member, "lo:undecidedShape")
        years = graph.text(NamedNode(condition), "lo:minimumYears") if condition else None
        heads = self._heads(member)
        counted = graph.iris(NamedNode(condition), "lo:countsPosition") if condition else []
        return RequirementShape(
            iri=member.value,
            under=frozenset(graph.iris(member, "lo:underReading")),
            messages=graph.translations(member, "sh:message"),
            kind=kind,
            undecided=undecided[0] if undecided else None,
            measure=self._measure(member),
            valued=heads == [term("lo:service")],
            heads=frozenset(head.value for head in heads),
            items=frozenset(self._items(member) if kind.evidence == NS + "hasKnowledgeOf" else ()),
            condition=condition,
            years=int(years) if years is not None else None,
            counted=frozenset(counted),
            accepts=frozenset(graph.iris(NamedNode(condition), "lo:accepts") if condition else ()),
        )

    def _measure(self, shape: NamedNode) -> Measure | None:
        """The service measure at the head of a shape's path, if there is one."""
        graph = self.graph
        heads = self._heads(shape)
        if len(heads) != 1:
            return None
        head = heads[0]
        positions = frozenset(graph.iris(head, "lo:measures"))
        return Measure(head.value, positions, END_TO_END) if positions else None

    def _heads(self, shape: NamedNode) -> list[NamedNode]:
        """The properties that a shape's path begins with."""
        graph = self.graph
        waiting, found = graph.objects(shape, "sh:path"), []
        while waiting:
            path = waiting.pop()
            if isinstance(path, NamedNode):
                found.append(path)
            elif isinstance(path, BlankNode):
                waiting += graph.objects(path, "rdf:first")
                for ways in graph.objects(path, "sh:alternativePath"):
                    waiting += [NamedNode(iri) for iri in self._members(ways)]
        return found

    def _items(self, shape: NamedNode) -> list[str]:
        """The knowledge items that a shape accepts: its `sh:hasValue`, or its list of values."""
        graph = self.graph
        if graph.iris(shape, "sh:hasValue"):
            return graph.iris(shape, "sh:hasValue")
        found: list[str] = []
        for value_shape in graph.objects(shape, "sh:qualifiedValueShape"):
            if isinstance(value_shape, NamedNode | BlankNode):
                for head in graph.objects(value_shape, "sh:in"):
                    found += self._members(head)
        return found

    def _members(self, head: object) -> list[str]:
        found: list[str] = []
        while isinstance(head, BlankNode):
            found += self.graph.iris(head, "rdf:first")
            head = self.graph.one(head, "rdf:rest")
        return found

    def _check_partition(self, requirement: Requirement) -> None:
        """Under every combination of options at least one way of a requirement applies."""
        needed = requirement.needed
        for option in sorted(needed - self.readings.by_option.keys()):
            raise DataError("shape-under-unknown-option", option=option)
        involved = {self.readings.by_option[option][0].name for option in needed}
        readings = [self.readings.by_name[name] for name in sorted(involved)]
        for combination in product(*(reading.options for reading in readings)):
            chosen = {option.iri for option in combination}
            if not any(all(s.under <= chosen for s in way) for way in requirement.ways):
                raise DataError(
                    "no-shape-applies",
                    requirement=requirement.iri,
                    options=", ".join(sorted(chosen)),
                )


def _possible(
    counted: frozenset[str], widening: list[Reading], bearing: list[Reading]
) -> Iterator[Measure]:
    """The measures that readings can give: what some let count besides, by each arithmetic."""
    more = [o.counts for r in widening for o in r.assessable if o.counts]
    ways = [o.arithmetic for r in bearing for o in r.assessable if o.arithmetic] or [END_TO_END]
    for some in product((False, True), repeat=len(more)):
        added = [positions for positions, taken in zip(more, some, strict=True) if taken]
        for arithmetic in ways:
            yield Measure(NS + "service", counted.union(*added), arithmetic)
