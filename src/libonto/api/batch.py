"""`POST /api/batch`: a small list in, a verdict for everybody who can be judged out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange
from libonto.api.assess import content_format, iso_day
from libonto.api.models import READ, AssessOf, ListAssessment, responds, router_of, takes
from libonto.api.negotiation import accepts_gzip, chosen
from libonto.api.service import Service

PATH = "/api/batch"
LINES = {"application/x-ndjson": "jsonl", "application/jsonl": "jsonl"}
"""JSON lines: a list has a form more than a profile has."""
FORMS = {"application/json": "json", "text/csv": "csv"}

router = router_of("assess")


@router.post(
    PATH,
    summary="Judge a small list",
    responses=responds(
        ListAssessment, "text/csv", errors=(400, 405, 406, 413, 415, 422, 500, 503, 507)
    ),
    openapi_extra={**takes(*READ, "text/csv"), "x-sample": "profile"},
)
async def batch(request: Request, asked: AssessOf) -> Response:
    """The candidates of the body, up to 1,000; a mistake in one leaves the others judged.

    As a table there is no room for mistakes: a list with one is refused. Nothing is stored.
    """
    service: Service = request.app.state.service
    lang = exchange.language(request.scope, asked.lang)
    on = iso_day(asked.on)
    form = chosen(request.headers.get("accept"), FORMS, PATH)
    header = {
        "kind": "batch",
        "format": content_format(request, LINES),
        "form": form,
        "lang": lang,
        "position": asked.position,
        "category": asked.category,
        "edition": asked.edition,
        "on": on,
        "readings": [r for r in asked.reading if r],
        "gzip": accepts_gzip(request.headers.get("accept-encoding")),
    }
    options = service.options
    content = await exchange.body(request, options.upload, options.patience)
    work = service.do(header, content)
    _, (found, coding) = await exchange.while_connected(request.receive, work)
    media_type = next(name for name, value in FORMS.items() if value == form)
    if form == "csv":
        media_type += "; charset=utf-8"
    return exchange.private(found, coding, media_type, lang)
