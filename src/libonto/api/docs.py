"""`/docs` and the OpenAPI description, from our own server alone."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from libonto.api import exchange
from libonto.api.assess import parameters
from libonto.api.description import base_url
from libonto.api.service import Service
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
}
_START = """window.onload = function () {
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
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><p lang="{lang}" style="font: 16px sans-serif; margin: 1rem 20px">
<a href="/build?lang={lang}">← {back}</a>
<span style="color: #556070">{said}</span></p>
<noscript><p><a href="/api/openapi.json">openapi.json</a></p></noscript>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script></body>
</html>
"""


@cache
def description() -> dict[str, Any]:
    """The OpenAPI description as it lies beside this file."""
    text = Path(__file__).with_name("openapi.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def vendored(name: str) -> Path | None:
    """A file that the build has fetched from npm; None where it has not been built."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "web", package.parent.parent / "web"):
        path = folder / "vendor" / name
        if path.is_file():
            return path
    return None


@router.api_route("/api/openapi.json", methods=_GET)
async def openapi(request: Request) -> Response:
    """The description of this API."""
    service: Service = request.app.state.service
    found = description()
    info = {**found["info"], "version": service.version}
    servers = [{"url": base_url(service, request)}]
    content = json.dumps({**found, "info": info, "servers": servers}, ensure_ascii=False)
    return exchange.reply(request, content.encode(), "application/json", vary="Host")


@router.api_route("/docs", methods=_GET)
async def docs(request: Request) -> Response:
    """The API's documentation, to be read and tried; it is in English, and says so."""
    asked = parameters(request, ("lang",))
    lang = exchange.language(request.scope, asked.get("lang"))
    back, said = (sentence(f"api.docs-{key}", lang) for key in ("back", "said"))
    page = _PAGE.format(lang=lang, back=back, said=said)
    headers = {"Content-Security-Policy": _POLICY}
    kind = "text/html; charset=utf-8"
    vary = "Accept, Accept-Language"
    return exchange.reply(request, page.encode(), kind, vary=vary, headers=headers)


@router.api_route("/docs/{name}", methods=_GET)
async def docs_file(request: Request, name: str) -> Response:
    """What the documentation's page consists of."""
    if name == "start.js":
        kind = "text/javascript; charset=utf-8"
        return exchange.reply(request, _START.encode(), kind, vary="Accept")
    path = vendored(name) if name in _FILES else None
    if path is None:
        raise NotFoundError("nothing-there", path=request.url.path)
    headers = {"Cache-Control": "public, max-age=86400"}
    return FileResponse(path, headers=headers, media_type=_FILES[name])
