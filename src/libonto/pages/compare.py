"""Two steps of the ladders side by side, and a position beside a framework, with its exports."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from libonto.crosswalk.chains import Crosswalk
from libonto.crosswalk.coverage import as_value, compare
from libonto.errors import NotFoundError
from libonto.graph.description import source
from libonto.graph.store import Graph
from libonto.locales import sentence
from libonto.ontology.exports import export
from libonto.pages.home import described_positions
from libonto.pages.respond import html, opened
from libonto.pages.site import Page

router = APIRouter(include_in_schema=False)
KINDS = ("education", "experience", "knowledge")
_DEFAULT = "esco"
EXPORTS = {
    "elm": ("European Learning Model", "jsonld"),
    "ctdl": ("CTDL", "jsonld"),
    "schema.org": ("schema.org", "jsonld"),
    "protege": ("OWL (Protégé)", "owl"),
    "turtle": ("Turtle", "ttl"),
}
"""The forms that a position is offered in, with the end of the file's name."""


@router.get("/compare")
async def framework_page(request: Request) -> Response:
    """A position beside a framework: what is covered, what lacks; and the position as files."""
    page = opened(request)
    slugs = [iri.rpartition("/")[2] for iri in described_positions(page)]
    position = request.query_params.get("position") or slugs[0]
    framework = request.query_params.get("framework") or _DEFAULT
    found = await asyncio.to_thread(_beside, page, position, framework)
    content = page.render(
        "framework.html",
        section="/crosswalk",
        found=found,
        position=position,
        framework=framework,
        positions=[{"slug": slug, "label": page.label_of("position", slug)} for slug in slugs],
        exports=EXPORTS,
        crosswalk_says=lambda key, **params: sentence(f"crosswalk.{key}", page.lang, **params),
        frameworks=_mapped(page),
    )
    return html(content, page)


@router.get("/compare/{name}")
async def export_file(request: Request, name: str) -> Response:
    """`POSITION.FORM`: a position as a file of one of the exports, or its comparison as JSON."""
    page = opened(request)
    slug, _, form = name.partition(".")
    if form == "json":
        framework = request.query_params.get("framework") or _DEFAULT
        found = await asyncio.to_thread(_beside, page, slug, framework)
        content, suffix = json.dumps(found, ensure_ascii=False, indent=2), "json"
    elif form in EXPORTS:
        content = await asyncio.to_thread(export, page.site.graph, slug, form, page.lang)
        suffix = EXPORTS[form][1]
    else:
        raise NotFoundError("nothing-there", path=request.url.path)
    stem = slug if suffix == form else f"{slug}-{form.replace('.', '-')}"
    kinds = {"jsonld": "application/ld+json", "json": "application/json", "ttl": "text/turtle"}
    return Response(
        content,
        media_type=kinds.get(suffix, "application/rdf+xml"),
        headers={"Content-Disposition": f'attachment; filename="{stem}.{suffix}"'},
    )


def _beside(page: Page, position: str, framework: str) -> dict[str, Any]:
    return as_value(compare(page.site.graph, position, framework), page.lang)


def _mapped(page: Page) -> list[dict[str, str]]:
    """The frameworks to which something of a position is mapped, and those that have such parts."""
    crosswalk = Crosswalk(page.site.graph)
    frameworks = crosswalk.frameworks
    ends = {
        frameworks.of(match.end)
        for position in described_positions(page)
        for base in crosswalk.bases(position)
        for match in crosswalk.counterparts(base)
    } & frameworks.all.keys()
    return [
        {"slug": slug, "label": page.label(frameworks.all[slug].iri)}
        for slug in frameworks.all
        if frameworks.named(slug) & ends and slug not in frameworks.of_countries
    ]


def compared(page: Page, left: str, right: str) -> dict[str, Any]:
    """The requirements of two levels (IRIs): those that differ, and those of both by kind."""
    graph = page.site.graph
    requirements = [_requirements(graph, level) for level in (left, right)]
    everything = sorted(
        requirements[0].keys() | requirements[1].keys(), key=lambda iri: _place(graph, iri)
    )
    rows = [
        {
            "iri": iri,
            "label": page.label(iri),
            "kind": _kind(graph, iri),
            "sides": [
                _side(page, iri, level) if iri in side else None
                for level, side in zip((left, right), requirements, strict=True)
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
