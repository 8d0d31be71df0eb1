"""The first page: what each position's ladders ask for, at a glance."""

from __future__ import annotations

from typing import Any

from pyoxigraph import NamedNode

from libonto.pages.site import Page


def described_positions(page: Page) -> list[str]:
    """The IRIs of the positions that are described."""
    found = page.site.graph.pairs("lo:judges")
    return sorted({value.value for _, value in found if isinstance(value, NamedNode)})


def positions(page: Page) -> list[dict[str, Any]]:
    """The described positions with their ladders and steps."""
    return [
        {"label": page.label(iri), "ladders": _ladders(page, iri)}
        for iri in described_positions(page)
    ]


def _ladders(page: Page, position: str) -> list[dict[str, Any]]:
    graph = page.site.graph
    found = []
    members = [
        node
        for node in graph.subjects("lo:ofPosition", NamedNode(position))
        if isinstance(node, NamedNode)
    ]
    members.sort(key=lambda node: (graph.number(node, "schema:position"), node.value))
    for ladder in members:
        if not graph.is_a(ladder.value, "lo:Ladder"):
            continue
        levels = [level for level in members if graph.iris(level, "lo:inLadder") == [ladder.value]]
        found.append(
            {
                "label": page.label(ladder.value),
                "steps": [_step(page, level) for level in levels],
            }
        )
    return found


def _step(page: Page, level: NamedNode) -> dict[str, str]:
    graph = page.site.graph
    years = [
        graph.number(NamedNode(requirement), "lo:minimumYears")
        for requirement in graph.iris(level, "lo:hasRequirement")
        if graph.text(NamedNode(requirement), "lo:minimumYears")
    ]
    return {
        "iri": level.value,
        "label": graph.short_label(level.value, page.lang),
        "years": page.say("home.years", years=max(years)) if years else page.say("home.no-years"),
    }
