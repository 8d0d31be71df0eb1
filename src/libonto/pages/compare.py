"""Two steps of the ladders side by side: what one asks for and the other does not comes first."""

from __future__ import annotations

from typing import Any

from pyoxigraph import NamedNode

from libonto.graph.description import source
from libonto.graph.store import Graph
from libonto.pages.site import Page

KINDS = ("education", "experience", "knowledge")


def compared(page: Page, left: str, right: str) -> dict[str, Any]:
    """The requirements of two levels (IRIs): those that differ, and those of both by kind."""
    graph = page.site.graph
    asked = [_requirements(graph, level) for level in (left, right)]
    everything = sorted(asked[0].keys() | asked[1].keys(), key=lambda iri: _place(graph, iri))
    rows = [
        {
            "iri": iri,
            "label": page.label(iri),
            "kind": _kind(graph, iri),
            "sides": [
                _side(page, iri, level) if iri in side else None
                for level, side in zip((left, right), asked, strict=True)
            ],
        }
        for iri in everything
    ]
    different = [row for row in rows if None in row["sides"]]
    same = [row for row in rows if None not in row["sides"]]
    return {
        "different": different,
        "same": [
            {"kind": kind, "rows": members}
            for kind in KINDS
            if (members := [row for row in same if row["kind"] == kind])
        ],
        "count": len(same),
    }


def _side(page: Page, requirement: str, level: str) -> dict[str, Any]:
    """The clauses by which a level asks for a requirement, with the words of the first."""
    graph = page.site.graph
    sources = [source(graph, c) for c in graph.iris(NamedNode(requirement), "dcterms:source")]
    known = [s for s in sources if s]
    here = [s for s in known if level in graph.iris(NamedNode(s.iri), "lo:appliesTo")]
    shown = sorted(here or known, key=lambda s: s.start)
    texts = graph.translations(NamedNode(shown[0].iri), "lo:text") if shown else {}
    return {
        "clauses": [s.id for s in shown],
        "quote": shown[0].quote if shown else "",
        "translation": texts.get(page.lang, "") if page.lang != "kk" else "",
        "inherited": not here,
    }


def _requirements(graph: Graph, level: str) -> dict[str, None]:
    """The requirements of a level, with those of the levels below it."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [level]
    while waiting:
        node = NamedNode(waiting.pop())
        if node.value not in seen:
            seen.add(node.value)
            found |= dict.fromkeys(graph.iris(node, "lo:hasRequirement"))
            waiting += graph.iris(node, "lo:inherits")
    return found


def _kind(graph: Graph, requirement: str) -> str:
    kinds = graph.iris(NamedNode(requirement), "lo:kind")
    return kinds[0].rpartition("/")[2] if kinds else ""


def _place(graph: Graph, requirement: str) -> tuple[int, float, str]:
    kind = _kind(graph, requirement)
    order = KINDS.index(kind) if kind in KINDS else len(KINDS)
    return order, graph.number(NamedNode(requirement), "schema:position"), requirement
