"""The eligibility classes under any readings, and what HermiT must prove of them.

The ontology states them once, by the default readings. An option opens an alternative
(`lo:underReading`), makes another property evidence of knowledge (`lo:evidenceProperty`) or takes
two items for one (`lo:takesForOne`); what it changes in counting is no matter of the classes but
of the facts that are put beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from pyoxigraph import NamedNode, Triple

from libonto.graph.store import Graph
from libonto.graph.terms import term
from libonto.graph.turtle import parse_turtle
from libonto.law.model import Category, PositionRules, Requirement
from libonto.law.readings import Choices
from libonto.ontology import expressions
from libonto.ontology.reasoner import Classification


def under(
    graph: Graph, positions: Iterable[PositionRules], choices: Choices, ontology: Iterable[Triple]
) -> list[Triple]:
    """An ontology with the classes as some choices of readings define them."""
    defined: dict[NamedNode, str] = {}
    for requirement in (r for rules in positions for r in rules.requirements):
        expression = definition(graph, requirement, choices)
        class_ = graph.iri(requirement.iri, "lo:eligibilityClass")
        if expression and class_:
            defined[NamedNode(class_)] = expression
    equivalent = term("owl:equivalentClass")
    triples = [t for t in ontology if t.predicate != equivalent or t.subject not in defined]
    written = (f"{name} owl:equivalentClass {definition} ." for name, definition in defined.items())
    return triples + parse_turtle("\n".join(written))


def definition(graph: Graph, requirement: Requirement, choices: Choices) -> str | None:
    """Those who meet a requirement under some choices; None where no option bears on whom."""
    ways = [NamedNode(iri) for iri in graph.iris(requirement.iri, "lo:hasAlternative")]
    needed = {way: set(graph.iris(way, "lo:underReading")) for way in ways}
    if any(needed.values()):
        return expressions.any_of([_way(graph, way) for way in ways if needed[way] <= choices.iris])
    if requirement.item is None:
        return None
    options = graph.subject_iris("lo:bearsOn", requirement.iri)
    evidence = {option: _evidence(graph, option, requirement.item) for option in options}
    if not any(evidence.values()):
        return None
    more = [part for option in options if option in choices.iris for part in evidence[option]]
    known = expressions.has("lo:showsKnowledge", NamedNode(requirement.item))
    return expressions.any_of([known, *more])


def _evidence(graph: Graph, option: str, item: str) -> list[str]:
    """What shows an item besides where an option is chosen."""
    same = graph.iris(option, "lo:takesForOne")
    values = [(f"<{iri}>", item) for iri in graph.iris(option, "lo:evidenceProperty")]
    values += [("lo:showsKnowledge", other) for other in same if other != item and item in same]
    return [expressions.has(property_, NamedNode(value)) for property_, value in values]


def _way(graph: Graph, way: NamedNode) -> str:
    further = [NamedNode(iri) for iri in graph.iris(way, "lo:alsoNeeds")]
    parts = [part for node in (way, *further) for part in _condition(graph, node)]
    return expressions.all_of(parts)


def _condition(graph: Graph, node: NamedNode) -> Iterator[str]:
    """What a condition asks for: credential, service, category, document."""
    levels, fields, accepted = (
        [NamedNode(iri) for iri in graph.iris(node, f"lo:{name}")]
        for name in ("acceptsLevel", "acceptsField", "accepts")
    )
    if levels or fields:
        yield expressions.credential(levels, fields)
    if years := graph.number(node, "lo:minimumYears"):
        own = graph.iris(node, "lo:countsPosition")
        yield expressions.service(years, node if own else None)
    if accepted and graph.is_a(accepted[0].value, "lo:CategoryLevel"):
        yield expressions.category(accepted)
    elif accepted:
        yield expressions.document(accepted)


@dataclass(frozen=True)
class Step:
    """A level and the one whose requirements it includes; whether that is proven."""

    level: str
    below: str
    proven: bool


@dataclass(frozen=True)
class Crossing:
    """Two ladders (notations, IRIs); the levels of one proven to be below one of the other."""

    ladders: tuple[str, str]
    iris: tuple[str, ...]
    levels: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LadderProof:
    """What is proven of one position's levels; `without` are those that have no class."""

    position: str
    steps: tuple[Step, ...]
    crossings: tuple[Crossing, ...]
    without: tuple[str, ...]
    impossible: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every step is proven, nothing crosses, and every level can be reached."""
        return (
            all(step.proven for step in self.steps)
            and not any(crossing.levels for crossing in self.crossings)
            and not self.impossible
        )


def ladder_proof(graph: Graph, rules: PositionRules, proven: Classification) -> LadderProof:
    """What a classification proves of a position's ladders."""
    classes = {c.iri: graph.iri(c.iri, "lo:eligibilityClass") for c in rules.categories}
    have = [c for c in rules.categories if classes[c.iri]]

    def is_below(level: Category, other: Category) -> bool:
        return proven.is_below(str(classes[level.iri]), str(classes[other.iri]))

    by_iri = {c.iri: c for c in have}
    steps = [
        Step(c.iri, c.inherits, is_below(c, by_iri[c.inherits]))
        for c in have
        if c.inherits in by_iri
    ]
    crossings = []
    for ladders in combinations(rules.ladders, 2):
        pairs = ((a, b) for a in have for b in have if {a.ladder, b.ladder} == {*ladders})
        below = tuple((a.iri, b.iri) for a, b in pairs if is_below(a, b))
        crossings.append(Crossing(ladders, tuple(map(rules.ladder_iri, ladders)), below))
    return LadderProof(
        position=rules.iri,
        steps=tuple(steps),
        crossings=tuple(crossings),
        without=tuple(c.iri for c in rules.categories if not classes[c.iri]),
        impossible=tuple(c.iri for c in have if classes[c.iri] in proven.impossible),
    )


def relevant(positions: Iterable[LadderProof]) -> bool:
    """Whether anything was proven at all; nothing to prove is no proof."""
    return any(proof.steps for proof in positions)
