"""`/healthz`, `/metrics` and the OpenAPI description."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from libonto.api import exchange
from libonto.api.description import base_url
from libonto.api.models import Health, responds, router_of
from libonto.api.monitoring import MEDIA_TYPE
from libonto.api.service import KnowledgeBase, Service

router = router_of("system")


@router.get(
    "/healthz",
    summary="Whether the server can answer",
    responses={**responds(Health, errors=(405,)), 503: {"model": Health}},
)
async def health(request: Request) -> Response:
    """200 when queries can be answered, 503 while they cannot (starting, or closing)."""
    service: Service = request.app.state.service
    ready = service.pool.ready
    content = {
        "status": "ready" if ready else "not-ready",
        "version": service.version,
        "store": service.info.get("kind", ""),
        "generation": service.generation,
        "triples": service.info.get("triples", -1),
        "lanes": service.pool.numbers(),
        "memory": {"workers": service.pool.memory, "limit": service.options.limits.total},
        "killed": service.pool.killed,
        "cage": service.cage,
    }
    headers = {"Cache-Control": "no-store"}
    if not ready:
        headers["Retry-After"] = "1"
    return JSONResponse(content, 200 if ready else 503, headers)


@router.get(
    "/metrics",
    summary="Counts for Prometheus",
    responses=responds(None, "text/plain", errors=(405,)),
)
async def metrics(request: Request) -> Response:
    """Requests and jobs by outcome and lane, in Prometheus' text format."""
    service: Service = request.app.state.service
    headers = {"Cache-Control": "no-store"}
    return Response(service.metrics.text(), headers=headers, media_type=MEDIA_TYPE)


@router.get("/api/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    """The description of this API, made from its code and the data that it serves."""
    service: Service = request.app.state.service
    found = await asyncio.to_thread(described, request.app, service.knowledge)
    servers = [{"url": base_url(service, request)}]
    content = json.dumps({**found, "servers": servers}, ensure_ascii=False)
    return exchange.reply(request, content.encode(), "application/json", vary="Host")


def described(app: FastAPI, knowledge: KnowledgeBase) -> dict[str, Any]:
    """The description; it is made once for a graph, when it is first asked for."""
    from libonto.api.openapi import description

    made: tuple[KnowledgeBase, dict[str, Any]] | None = getattr(app.state, "description", None)
    if made is None or made[0] is not knowledge:
        made = app.state.description = (knowledge, description(app, knowledge))
    return made[1]
