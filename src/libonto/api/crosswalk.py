"""`/api/crosswalk`: what corresponds to a concept in other frameworks, and how surely."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange
from libonto.api.models import Correspondences, CrosswalkOf, responds, router_of
from libonto.api.negotiation import chosen
from libonto.api.service import Service
from libonto.crosswalk.answer import MEDIA_TYPES
from libonto.errors import UsageError

PATH = "/api/crosswalk"

router = router_of("crosswalk")


@router.get(
    PATH,
    summary="Correspondences between frameworks",
    responses=responds(
        Correspondences, *list(MEDIA_TYPES)[1:], errors=(400, 405, 406, 500, 503), also=(304,)
    ),
)
@router.head(PATH, include_in_schema=False)
async def crosswalk(request: Request, asked: CrosswalkOf) -> Response:
    """Counterparts of a concept along chains of mappings; without `from`, every stated mapping."""
    service: Service = request.app.state.service
    lang = exchange.language(request.scope, asked.lang)
    names = {name: kind for kind, name in MEDIA_TYPES.items()}
    accept = request.headers.get("accept")
    if (wanted := asked.format) is not None:
        accept = names.get(wanted, wanted if "/" in wanted else "")
        if not accept:
            raise UsageError("format-param", value=wanted, known=", ".join(names))
    form = chosen(accept, MEDIA_TYPES, PATH)
    header = {
        "kind": "crosswalk",
        "from": asked.start,
        "to": asked.to,
        "awarded": asked.awarded,
        "format": form,
        "lang": lang,
    }
    work = service.do(header, b"", key=(PATH, asked.model_dump_json()))
    _, (content, _) = await exchange.while_connected(request.receive, work)
    kind = names[form]
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    vary = "Accept, Accept-Language"
    return exchange.reply(request, content, kind, vary=vary, lang=lang)
