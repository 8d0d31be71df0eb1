"""`/healthz` and `/metrics`."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from libonto.api.metrics import MEDIA_TYPE
from libonto.api.service import Service

router = APIRouter(tags=["system"])
_GET = ["GET", "HEAD"]


@router.api_route("/healthz", methods=_GET, summary="Whether the server can answer")
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
    }
    headers = {"Cache-Control": "no-store"}
    if not ready:
        headers["Retry-After"] = "1"
    return JSONResponse(content, 200 if ready else 503, headers)


@router.api_route("/metrics", methods=_GET, summary="Counts for Prometheus")
async def metrics(request: Request) -> Response:
    """Requests and jobs by outcome and lane, in Prometheus' text format."""
    service: Service = request.app.state.service
    headers = {"Cache-Control": "no-store"}
    return Response(service.metrics.text(), headers=headers, media_type=MEDIA_TYPE)
