"""The eligibility classes under any readings, made of what the ontology says of a position.

The ontology states them once, by the default readings. An option opens an alternative
(`lo:underReading`), makes another property evidence of knowledge (`lo:evidenceProperty`) or takes
two items for one (`lo:takesForOne`); what it changes in counting is no matter of the classes but
of the facts that are put beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Triple

from libonto.graph.store import Graph
from libonto.graph.terms import term
from libonto.law.model import PositionRules, Requirement
from libonto.law.readings import Choices
from libonto.ontology.expressions import (
    all_of,
    any_of,
    category,
    credential,
    document,
    has,
    service,
    stated,
)
from libonto.ontology.owl_ladders import eligibility_class


def under(
    graph: Graph, positions: Iterable[PositionRules], choices: Choices, ontology: Iterable[Triple]
) -> list[Triple]:
    """An ontology with the classes as some choices of readings define them."""
    defined: dict[NamedNode, str] = {}
    for requirement in (r for rules in positions for r in rules.requirements):
        expression = definition(graph, requirement, choices)
        class_ = eligibility_class(graph, requirement.iri)
        if expression and class_:
            defined[NamedNode(class_)] = expression
    equivalent = term("owl:equivalentClass")
    triples = [t for t in ontology if t.predicate != equivalent or t.subject not in defined]
    written = (f"{name} owl:equivalentClass {definition} ." for name, definition in defined.items())
    return triples + stated("\n".join(written))


def definition(graph: Graph, requirement: Requirement, choices: Choices) -> str | None:
    """Those who meet a requirement under some choices; None where no option bears on whom."""
    chosen = {option.iri for option in choices.values()}
    ways = [NamedNode(iri) for iri in graph.iris(NamedNode(requirement.iri), "lo:hasAlternative")]
    needed = {way: set(graph.iris(way, "lo:underReading")) for way in ways}
    if any(needed.values()):
        return any_of([_way(graph, way) for way in ways if needed[way] <= chosen])
    bearing = graph.subjects("lo:bearsOn", NamedNode(requirement.iri))
    options = [o for o in bearing if isinstance(o, NamedNode)]
    if requirement.item and any(_evidence(graph, o, requirement.item) for o in options):
        taken = [o for o in options if o.value in chosen]
        known = has("lo:showsKnowledge", NamedNode(requirement.item))
        more = [part for o in taken for part in _evidence(graph, o, requirement.item)]
        return any_of([known, *more])
    return None


def _evidence(graph: Graph, option: NamedNode, item: str) -> list[str]:
    """What shows an item besides where an option is chosen."""
    found = [
        has(f"<{property_}>", NamedNode(item))
        for property_ in graph.iris(option, "lo:evidenceProperty")
    ]
    same = graph.iris(option, "lo:takesForOne")
    others = [other for other in same if other != item and item in same]
    return found + [has("lo:showsKnowledge", NamedNode(other)) for other in others]


def _way(graph: Graph, way: NamedNode) -> str:
    further = [NamedNode(iri) for iri in graph.iris(way, "lo:alsoNeeds")]
    return all_of([part for node in (way, *further) for part in _condition(graph, node)])


def _condition(graph: Graph, node: NamedNode) -> Iterator[str]:
    """What a condition asks for, by what is said of it."""
    accepted = {
        name: [NamedNode(iri) for iri in graph.iris(node, f"lo:{name}")]
        for name in ("acceptsLevel", "acceptsField", "accepts")
    }
    if accepted["acceptsLevel"] or accepted["acceptsField"]:
        yield credential(accepted["acceptsLevel"], accepted["acceptsField"])
    if years := graph.number(node, "lo:minimumYears"):
        yield service(years, node if graph.iris(node, "lo:countsPosition") else None)
    if shown := accepted["accepts"]:
        is_category = graph.is_a(shown[0].value, "lo:CategoryLevel")
        yield category(shown) if is_category else document(shown)
