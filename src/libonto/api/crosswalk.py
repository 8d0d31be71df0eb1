"""`/api/crosswalk`: what corresponds to a concept in other frameworks, and how surely."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange
from libonto.api.assess import parameters
from libonto.api.negotiation import choose
from libonto.api.service import Service
from libonto.crosswalk.answer import MEDIA_TYPES
from libonto.errors import NotAcceptable, UsageError

PATH = "/api/crosswalk"

router = APIRouter()


@router.api_route(PATH, methods=["GET", "HEAD"])
async def crosswalk(request: Request) -> Response:
    """Counterparts of a concept along chains of mappings; without `from`, every stated mapping."""
    service: Service = request.app.state.service
    asked = parameters(request, ("from", "to", "lang", "format"))
    lang = exchange.language(request.scope, asked.get("lang"))
    names = {name: kind for kind, name in MEDIA_TYPES.items()}
    accept = request.headers.get("accept")
    if (wanted := asked.get("format")) is not None:
        accept = names.get(wanted, wanted if "/" in wanted else "")
        if not accept:
            raise UsageError("format-param", value=wanted, known=", ".join(names))
    form = choose(accept, MEDIA_TYPES)
    if form is None:
        raise NotAcceptable("not-acceptable", what=PATH, known=", ".join(MEDIA_TYPES))
    header = {
        "kind": "crosswalk",
        "from": asked.get("from"),
        "to": asked.get("to"),
        "format": form,
        "lang": lang,
    }
    work = service.do(header, b"", key=(PATH, *sorted(asked.items())))
    _, (content, _) = await exchange.while_connected(request.receive, work)
    kind = names[form]
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    vary = "Accept, Accept-Language"
    return exchange.reply(request, content, kind, vary=vary, lang=lang)
