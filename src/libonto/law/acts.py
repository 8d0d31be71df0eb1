"""The acts around a text: which replaced one that it names, which decide what it does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pyoxigraph import BlankNode

from libonto.graph.store import Graph
from libonto.graph.terms import term


@dataclass(frozen=True)
class UndecidedQuestion:
    """A question about a position that its text does not decide; where to look, if known."""

    iri: str
    references: tuple[str, ...]
    confirmation: str | None


def undecided(graph: Graph, position: str) -> tuple[UndecidedQuestion, ...]:
    """The questions about a position that its text does not decide, in their order."""
    about = set(graph.subject_iris("schema:about", position))
    return tuple(
        UndecidedQuestion(
            iri,
            tuple(graph.iris(iri, "dcterms:references")),
            graph.iri(iri, "lo:confirmation"),
        )
        for iri in graph.in_order(about.intersection(graph.instances("lo:UndecidedQuestion")))
    )


def in_force_instead(graph: Graph, shape: str, items: Iterable[str], on: date) -> tuple[str, ...]:
    """The successors on a day of the acts that items name, where the shape accepts successors."""
    path, through = graph.one(shape, "sh:path"), term("lo:showsKnowledgeThroughSuccessor")
    parts = graph.reached(path, whole=False) if isinstance(path, BlankNode) else ()
    if path != through and all(part.object != through for part in parts):
        return ()
    named = [act for item in items for act in graph.iris(item, "lo:refersToAct")]
    found = [current for act in named if (current := _current(graph, act, on)) != act]
    return tuple(dict.fromkeys(found))


def _current(graph: Graph, act: str, on: date) -> str:
    seen = {act}
    while True:
        ended = graph.day(act, "eli:date_no_longer_in_force")
        successor = graph.iri(act, "dcterms:isReplacedBy")
        if ended is None or ended > on or successor is None or successor in seen:
            return act
        act = successor
        seen.add(act)
