"""The acts around a text: which replaced one that it names, which decide what it does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pyoxigraph import BlankNode, NamedNode

from libonto.graph.store import Graph, Term
from libonto.graph.terms import term


@dataclass(frozen=True)
class UndecidedQuestion:
    """A question about a position that its text does not decide; where to look, if known."""

    iri: str
    references: tuple[str, ...]
    confirmation: str | None


def undecided(graph: Graph, position: str) -> tuple[UndecidedQuestion, ...]:
    """The questions about a position that its text does not decide, in their order."""
    found = [
        iri
        for iri in graph.instances("lo:UndecidedQuestion")
        if position in graph.iris(NamedNode(iri), "schema:about")
    ]
    found.sort(key=lambda iri: graph.number(NamedNode(iri), "schema:position"))
    return tuple(
        UndecidedQuestion(
            iri,
            tuple(graph.iris(NamedNode(iri), "dcterms:references")),
            next(iter(graph.iris(NamedNode(iri), "lo:confirmation")), None),
        )
        for iri in found
    )


def in_force_instead(graph: Graph, shape: str, items: Iterable[str], on: date) -> tuple[str, ...]:
    """The successors on a day of the acts that items name, where the shape accepts successors."""
    path = graph.one(NamedNode(shape), "sh:path")
    if not _mentions(graph, path, term("lo:showsKnowledgeThroughSuccessor")):
        return ()
    named = [act for item in items for act in graph.iris(NamedNode(item), "lo:refersToAct")]
    found = [current for act in named if (current := _current(graph, act, on)) != act]
    return tuple(dict.fromkeys(found))


def _current(graph: Graph, act: str, on: date) -> str:
    seen = {act}
    while True:
        ended = graph.text(NamedNode(act), "eli:date_no_longer_in_force")
        successors = graph.iris(NamedNode(act), "dcterms:isReplacedBy")
        if ended is None or date.fromisoformat(ended) > on or not successors:
            return act
        if successors[0] in seen:
            return act
        act = successors[0]
        seen.add(act)


def _mentions(graph: Graph, path: Term | None, wanted: NamedNode) -> bool:
    """Whether a SHACL path leads over a property."""
    if path == wanted:
        return True
    if not isinstance(path, BlankNode):
        return False
    return any(_mentions(graph, quad.object, wanted) for quad in graph.about(path))
