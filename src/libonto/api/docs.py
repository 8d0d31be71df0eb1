"""`/docs` and the OpenAPI description, from our own server alone."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from libonto.api import exchange
from libonto.api.description import base_url
from libonto.api.models import LanguageOf, responds
from libonto.api.service import Knowledge, Service
from libonto.errors import NotFoundError
from libonto.locales import sentence

router = APIRouter()
_GET = ["GET", "HEAD"]
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Swagger UI sets styles on its elements; scripts come from files only."""
_FILES = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "docs.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_START = """const dark = matchMedia("(prefers-color-scheme: dark)");
const scheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", scheme);
scheme();
window.onload = function () {
  window.ui = SwaggerUIBundle({
    url: "/api/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    validatorUrl: null,
    docExpansion: "list"
  });
};
"""
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>libonto: API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/docs/icon.svg" type="image/svg+xml">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/docs.css"></head>
<body><p lang="{lang}" class="back"><a href="/build?lang={lang}">← {back}</a>
<span>{said}</span></p>
<noscript><p><a href="/api/openapi.json">openapi.json</a></p></noscript>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script></body>
</html>
"""


def web_file(name: str) -> Path | None:
    """A style of ours, or a file that the build has fetched from npm; None where it has not."""
    package = Path(__file__).resolve().parent.parent
    for web in (package / "web", package.parent.parent / "web"):
        for path in (web / "vendor" / name, web / "styles" / name):
            if path.is_file():
                return path
    return None


@router.api_route("/api/openapi.json", methods=_GET, include_in_schema=False)
async def openapi(request: Request) -> Response:
    """The description of this API, made from its code and the data that it serves."""
    service: Service = request.app.state.service
    found = await asyncio.to_thread(described, request.app, service.knowledge)
    servers = [{"url": base_url(service, request)}]
    content = json.dumps({**found, "servers": servers}, ensure_ascii=False)
    return exchange.reply(request, content.encode(), "application/json", vary="Host")


def described(app: FastAPI, knowledge: Knowledge) -> dict[str, Any]:
    """The description; it is made once for a graph, when it is first asked for."""
    from libonto.api.openapi import description

    made: tuple[Knowledge, dict[str, Any]] | None = getattr(app.state, "description", None)
    if made is None or made[0] is not knowledge:
        made = app.state.description = (knowledge, description(app, knowledge))
    return made[1]


@router.get(
    "/docs",
    summary="This description, to be read and tried",
    tags=["pages"],
    responses=responds(None, "text/html", errors=(400, 405, 500)),
)
@router.head("/docs", include_in_schema=False)
async def docs(request: Request, asked: LanguageOf) -> Response:
    """The API's documentation, to be read and tried; it is in English, and says so."""
    lang = exchange.language(request.scope, asked.lang)
    back, said = (sentence(f"api.docs-{key}", lang) for key in ("back", "said"))
    page = _PAGE.format(lang=lang, back=back, said=said)
    headers = {"Content-Security-Policy": _POLICY}
    kind = "text/html; charset=utf-8"
    vary = "Accept, Accept-Language"
    return exchange.reply(request, page.encode(), kind, vary=vary, headers=headers)


@router.api_route("/docs/{name}", methods=_GET, include_in_schema=False)
async def docs_file(request: Request, name: str) -> Response:
    """What the documentation's page consists of."""
    if name == "start.js":
        kind = "text/javascript; charset=utf-8"
        return exchange.reply(request, _START.encode(), kind, vary="Accept")
    path = web_file(name) if name in _FILES else None
    if path is None:
        raise NotFoundError("nothing-there", path=request.url.path)
    headers = {"Cache-Control": "public, max-age=86400"}
    return FileResponse(path, headers=headers, media_type=_FILES[name])
