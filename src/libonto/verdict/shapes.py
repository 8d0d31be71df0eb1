"""The shapes that judge a position, as triples: what every engine is given, one as the other."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, NamedNode, Triple

from libonto.graph.store import Graph
from libonto.graph.terms import PREFIXES, term

ANNOTATIONS = frozenset(
    term(f"sh:{name}")
    for name in ("message", "name", "description", "deactivated", "severity", "order")
)
_VOCABULARIES = (PREFIXES["sh"], PREFIXES["rdf"])
_TO_SHAPES = (term("sh:property"), term("sh:node"))


def reached(graph: Graph, node_shape: str) -> Iterator[Triple]:
    """A node shape and all that it reaches, without messages; every shape active.

    Other engines leave out what is `sh:deactivated`; here every reading is judged at once.
    """
    waiting: list[NamedNode | BlankNode] = [NamedNode(node_shape)]
    seen: set[NamedNode | BlankNode] = set()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        for quad in graph.about(node):
            constrains = quad.predicate.value.startswith(_VOCABULARIES)
            if not constrains or quad.predicate in ANNOTATIONS:
                continue
            yield quad.triple
            follow = isinstance(quad.object, BlankNode) or quad.predicate in _TO_SHAPES
            if follow and isinstance(quad.object, BlankNode | NamedNode):
                waiting.append(quad.object)
