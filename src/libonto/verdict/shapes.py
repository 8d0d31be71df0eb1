"""The shapes that judge a position, as triples: what every engine is given, one as the other."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Triple

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
    return graph.reached(
        NamedNode(node_shape),
        take=lambda quad: (
            quad.predicate.value.startswith(_VOCABULARIES) and quad.predicate not in ANNOTATIONS
        ),
        follow=lambda quad: quad.predicate in _TO_SHAPES,
        whole=False,
    )
