"""The picture of what stands around a resource: few enough neighbours that it stays readable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from libonto.graph.description import describe
from libonto.graph.terms import ID, PREFIXES, term
from libonto.pages.site import Page

MOST = 16
_LEFT_OUT = {
    term(name).value
    for name in (
        *("rdf:type", "rdfs:isDefinedBy", "lo:confirmation", "owl:annotatedProperty"),
        "skos:hasTopConcept",
    )
}
"""Relations that everything has: they would fill the picture and say nothing."""
_TECHNICAL = (PREFIXES["sh"], PREFIXES["owl"])


@dataclass(frozen=True)
class _Relation:
    iri: str
    outgoing: bool
    members: tuple[str, ...]


def neighbourhood(page: Page, iri: str) -> dict[str, Any]:
    """The resource and its neighbours: nodes, and edges with their words in both directions.

    What is left out of a relation is a node without a page, which says how many they are.
    """
    if not page.described(iri):
        return {"of": "", "nodes": [], "edges": []}
    relations = _relations(page, iri)
    most = _most_of_each([len(relation.members) for relation in relations])
    nodes = {iri: {"id": iri, "label": page.word(iri), "href": page.link(iri)}}
    edges = []
    for r in relations:
        members = list(r.members[:most])
        nodes |= {
            one: {"id": one, "label": page.word(one), "href": page.link(one)} for one in members
        }
        if (left := len(r.members) - most) > 0:
            members.append(f"{iri} {r.iri} {r.outgoing}")
            label = page.say("resource.rest", count=left)
            nodes[members[-1]] = {"id": members[-1], "label": label, "href": ""}
        words = {"label": page.word(r.iri), "back": page.wording.reverse(r.iri)}
        for one in members:
            source, target = (iri, one) if r.outgoing else (one, iri)
            edges.append({"source": source, "target": target, **words})
    return {"of": iri, "nodes": list(nodes.values()), "edges": edges}


def _relations(page: Page, iri: str) -> list[_Relation]:
    graph = page.site.graph
    about = describe(graph, iri)
    found = [
        _Relation(p, True, tuple(v.value for v in values if isinstance(v, NamedNode)))
        for p, values in about.statements
    ]
    found += [_Relation(p, False, subjects) for p, subjects in about.references]
    kept = []
    for relation in found:
        if relation.iri in _LEFT_OUT or relation.iri.startswith(_TECHNICAL):
            continue
        members = [m for m in relation.members if m != iri and _shown(page, m)]
        members.sort(key=lambda m: (graph.number(NamedNode(m), "schema:position"), m))
        if members:
            kept.append(_Relation(relation.iri, relation.outgoing, tuple(members)))
    return kept[:MOST]


def _shown(page: Page, iri: str) -> bool:
    """Whether people have a name for it: shapes are for programs."""
    return page.label(iri) != iri and not iri.startswith(ID + "shape/")


def _most_of_each(sizes: list[int]) -> int:
    """How many of each relation are shown, so that all of them together are few."""
    most = 1
    while most < max(sizes, default=0) and sum(min(n, most + 1) for n in sizes) <= MOST:
        most += 1
    return most
