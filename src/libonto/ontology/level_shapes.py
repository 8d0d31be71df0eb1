"""The rules as shapes for any other SHACL engine: one flat, targeted node shape for a level.

Our own node shape holds every requirement under every reading, and a level's status is
computed from its requirements'. An engine that knows nothing of that is given, for each
level, a node shape with the property shapes that apply under the chosen readings, inherited
ones included, and all that they refer to. The data it judges is the evidence that
`libonto profile derive` writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.graph.store import Graph
from libonto.graph.terms import ID, slug_of, term
from libonto.law.model import Category, PositionRules
from libonto.law.readings import Choices
from libonto.locales import LANGUAGES

_LEFT_OUT = frozenset({"sh:deactivated", "lo:undecidedShape"})
_OF_A_CLAUSE = ("rdf:type", "skos:notation", "lo:text", "oa:hasSource", "oa:hasSelector")


def level_shape(rules: PositionRules, category: Category) -> NamedNode:
    """The IRI of a level's node shape: `id/shape/POSITION/LEVEL`."""
    return NamedNode(f"{ID}shape/{rules.slug}/{category.slug}")


def level_shapes(
    graph: Graph, positions: Iterable[PositionRules], choices: Choices
) -> tuple[list[Triple], list[str]]:
    """The shapes graph, and what it describes in order: the levels, then their properties."""
    triples: dict[Triple, None] = {}
    order: list[str] = []
    for rules in positions:
        for category in rules.categories:
            order.append(level_shape(rules, category).value)
            triples.update(dict.fromkeys(_level(graph, rules, category, choices)))
        for requirement in rules.requirements:
            shape = requirement.shape(choices)
            order.append(shape.iri)
            triples.update(dict.fromkeys(_closure(graph, NamedNode(shape.iri))))
        for requirement in rules.requirements:
            for clause in requirement.clauses:
                order.append(clause.iri)
                triples.update(dict.fromkeys(_clause(graph, NamedNode(clause.iri))))
    return list(triples), order


def _level(
    graph: Graph, rules: PositionRules, category: Category, choices: Choices
) -> Iterator[Triple]:
    shape, level = level_shape(rules, category), NamedNode(category.iri)
    yield Triple(shape, term("rdf:type"), term("sh:NodeShape"))
    yield Triple(shape, term("sh:targetClass"), term("lo:Candidate"))
    yield Triple(shape, term("dcterms:subject"), level)
    for lang in LANGUAGES:
        label = graph.translations(level, "skos:prefLabel").get(lang, slug_of(category.iri))
        yield Triple(shape, term("skos:prefLabel"), Literal(label, language=lang))
    wanted = [rules.requirement(iri).shape(choices) for iri in category.requirements]
    for requirement_shape in wanted:
        yield Triple(shape, term("sh:property"), NamedNode(requirement_shape.iri))
        for option in requirement_shape.under:
            yield Triple(shape, term("lo:underReading"), NamedNode(option))


def _closure(graph: Graph, shape: NamedNode) -> Iterator[Triple]:
    """A property shape with the blank nodes below it, active whatever its reading."""
    left_out = {term(name) for name in _LEFT_OUT}
    waiting: list[NamedNode | BlankNode] = [shape]
    while waiting:
        node = waiting.pop()
        for quad in graph.store.quads_for_pattern(node, None, None):
            if quad.predicate not in left_out:
                yield quad.triple
                if isinstance(quad.object, BlankNode):
                    waiting.append(quad.object)


def _clause(graph: Graph, clause: NamedNode) -> Iterator[Triple]:
    """What a reader of a report needs of a clause: its id, its words and their place."""
    wanted = {term(name) for name in _OF_A_CLAUSE}
    waiting: list[NamedNode | BlankNode] = [clause]
    while waiting:
        node = waiting.pop()
        for quad in graph.store.quads_for_pattern(node, None, None):
            if node != clause or quad.predicate in wanted:
                yield quad.triple
                if isinstance(quad.object, BlankNode):
                    waiting.append(quad.object)
