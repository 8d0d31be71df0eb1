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
    """The resource, and its neighbours by the relation that leads to them or from them.

    Each group says how many of it are left out.
    """
    if not page.described(iri):
        return {"centre": None, "groups": []}
    relations = _relations(page, iri)
    most = _most_of_each([len(relation.members) for relation in relations])
    return {
        "centre": {"id": iri, "label": page.word(iri)},
        "groups": [
            {
                "label": (page.word if r.outgoing else page.wording.reverse)(r.iri),
                "outgoing": r.outgoing,
                "members": [
                    {"id": one, "label": page.word(one), "href": page.link(one)}
                    for one in r.members[:most]
                ],
                "more": page.say("resource.rest", count=len(r.members) - most)
                if len(r.members) > most
                else "",
            }
            for r in relations
        ],
    }


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
