"""Which credentials a shape accepts: read from the shape itself, for every reading's case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from pyoxigraph import BlankNode, NamedNode

from libonto.graph.store import Graph, Node, Term
from libonto.graph.terms import term


@dataclass(frozen=True)
class Accepted:
    """The levels and fields of study that fit together, in the graph's order."""

    levels: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Every level with every field."""
        return frozenset(product(self.levels, self.fields))


def accepted(graph: Graph, shape: str) -> Accepted:
    """What a shape asks of one credential; where it asks for nothing, all there is."""
    asked: dict[str, list[str]] = {}
    for inner in _nodes(graph.objects(NamedNode(shape), "sh:qualifiedValueShape")):
        for property_shape in _nodes(graph.objects(inner, "sh:property")):
            for path in graph.iris(property_shape, "sh:path"):
                for head in graph.objects(property_shape, "sh:in"):
                    asked[path] = _members(graph, head)
    levels = asked.get(term("lo:educationLevel").value, graph.instances("lo:EducationLevel"))
    fields = asked.get(term("lo:inField").value, graph.instances("lo:FieldOfStudy"))
    return Accepted(_ordered(graph, levels), tuple(fields))


def alternatives(several: Iterable[Accepted]) -> tuple[Accepted, ...]:
    """The same said in as few alternatives as there are different levels, or fields."""
    by_levels: dict[tuple[str, ...], list[str]] = {}
    for one in several:
        by_levels.setdefault(one.levels, []).extend(one.fields)
    by_fields: dict[tuple[str, ...], list[str]] = {}
    for levels, fields in by_levels.items():
        by_fields.setdefault(tuple(dict.fromkeys(fields)), []).extend(levels)
    return tuple(Accepted(tuple(dict.fromkeys(ls)), fs) for fs, ls in by_fields.items())


def common(several: Sequence[Accepted]) -> Accepted:
    """What all of them accept: levels and fields, either of them empty where nothing does."""
    first, *rest = several
    return Accepted(
        tuple(level for level in first.levels if all(level in a.levels for a in rest)),
        tuple(field for field in first.fields if all(field in a.fields for a in rest)),
    )


def _ordered(graph: Graph, levels: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        sorted(levels, key=lambda level: (graph.number(NamedNode(level), "schema:position"), level))
    )


def _nodes(terms: Iterable[Term]) -> list[Node]:
    return [value for value in terms if isinstance(value, NamedNode | BlankNode)]


def _members(graph: Graph, head: Term | None) -> list[str]:
    found: list[str] = []
    while isinstance(head, BlankNode):
        found += graph.iris(head, "rdf:first")
        head = graph.one(head, "rdf:rest")
    return found
