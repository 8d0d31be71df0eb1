"""“Build with it”: examples that run on this server, the vocabulary, and the downloads."""

from __future__ import annotations

import json

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from libonto.api.service import Service
from libonto.pages.choices import sample
from libonto.pages.respond import html, opened

router = APIRouter(include_in_schema=False)
DOWNLOADS = (
    ("Turtle", "/ns.ttl"),
    ("RDF/XML", "/ns.rdf"),
    ("JSON-LD", "/ns.jsonld"),
    ("VoID, DCAT", "/.well-known/void"),
)


@router.api_route("/build", methods=["GET", "HEAD"])
async def build_page(request: Request) -> Response:
    """The page for those who write programs."""
    page = opened(request)
    service: Service = request.app.state.service
    position = service.knowledge.positions.default.rpartition("/")[2]
    profile = {key: value for key, value in sample(position).items() if key != "name"}
    profile["knowledge"] = profile.get("knowledge", [])[:2]
    profile["employments"] = profile.get("employments", [])[:1]
    content = page.render(
        "build.html",
        base=str(request.base_url).rstrip("/"),
        sample=json.dumps(profile, ensure_ascii=False),
        position=position,
        downloads=DOWNLOADS,
    )
    return html(content, page)
