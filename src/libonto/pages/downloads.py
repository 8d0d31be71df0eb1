"""Files to take away: the ontology as one file, the shapes for other engines, the context."""

from __future__ import annotations

import asyncio
import json

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange
from libonto.api.service import Knowledge, Service
from libonto.errors import NotFoundError
from libonto.graph.formats import GRAPHS, Form
from libonto.graph.turtle import to_text
from libonto.ontology.level_shapes import level_shapes
from libonto.ontology.release import handed_out
from libonto.pages.site import Site
from libonto.profile.json_ld import own_context

router = APIRouter(include_in_schema=False)


STEMS = ("libonto", "shapes")
CONTEXT = "context.jsonld"


@router.get("/download/{name}")
async def download(request: Request, name: str) -> Response:
    """A file; it is made once for a graph."""
    service: Service = request.app.state.service
    site: Site = request.app.state.site()
    stem, _, suffix = name.partition(".")
    form = next((form for form in GRAPHS if form.suffix == suffix), None)
    if form is None or (stem not in STEMS and name != CONTEXT):
        raise NotFoundError("nothing-there", path=request.url.path)
    async with site.making:
        if name not in site.made:
            site.made[name] = await asyncio.to_thread(_made, service.knowledge, name, stem, form)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return exchange.reply(request, site.made[name], form.media_type, headers=headers)


def _made(known: Knowledge, name: str, stem: str, form: Form) -> bytes:
    if name == CONTEXT:
        context = {"@context": own_context(known.graph)}
        return json.dumps(context, ensure_ascii=False, indent=2).encode()
    if stem == "shapes":
        rules = [known.positions.rules(iri) for iri in known.positions.iris]
        choices = known.readings.choose(known.choices)
        triples, order = level_shapes(known.graph, rules, choices)
    else:
        triples, order = handed_out(known.graph.catalogue)
    return to_text(triples, form.name, first=order).encode()
