"""`POST /api/assess`: a profile in, verdicts out (contract, “HTTP”)."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange
from libonto.api.models import READ, Assessment, AssessOf, responds, router_of, takes
from libonto.api.negotiation import accepts_gzip, chosen
from libonto.api.service import Service
from libonto.errors import FormatError
from libonto.graph.formats import by_media_type
from libonto.profile.syntax import MEDIA_TYPES
from libonto.verdict.inquiry import parse_day

PATH = "/api/assess"
JSON = "application/json"
REPORTS = {JSON: "", **by_media_type("turtle", "ntriples", "rdfxml", "jsonld")}

router = router_of("assess")


@router.post(
    PATH,
    summary="Judge candidates",
    responses=responds(
        Assessment | list[Assessment],
        *list(REPORTS)[1:],
        errors=(400, 405, 406, 413, 415, 422, 500, 503, 507),
    ),
    openapi_extra={**takes(*READ), "x-sample": "report"},
)
async def assess(request: Request, asked: AssessOf) -> Response:
    """The verdicts on all categories, each requirement with its clause.

    JSON by default; where Accept asks for RDF, a SHACL validation report on the category asked
    for, else the one applied for, else all. All or nothing: with one bad candidate none is
    judged. The profile is never stored and never logged.
    """
    service: Service = request.app.state.service
    lang = exchange.language(request.scope, asked.lang)
    on = iso_day(asked.on)
    form = chosen(request.headers.get("accept"), REPORTS, PATH)
    format_ = content_format(request)
    options = service.options
    content = await exchange.body(request, options.upload, options.patience)
    gzip = accepts_gzip(request.headers.get("accept-encoding"))
    found, coding = await exchange.while_connected(
        request.receive,
        service.assess(
            content,
            format_=format_,
            lang=lang,
            position=asked.position,
            category=asked.category,
            edition=asked.edition,
            on=on,
            readings=[r for r in asked.reading if r],
            report=form or None,
            gzip=gzip,
        ),
    )
    media_type = next(name for name, value in REPORTS.items() if value == form)
    return exchange.private(found, coding, media_type, lang)


def iso_day(text: str | None) -> str | None:
    """A day as it is written in a parameter; UsageError where it is none."""
    return None if text is None else parse_day(text).isoformat()


def content_format(request: Request, more: Mapping[str, str] | None = None) -> str:
    """The format that Content-Type names; FormatError where it is none of those we read.

    `more` are types that are read here besides those of profiles.
    """
    types = {**MEDIA_TYPES, **(more or {})}
    stated = request.headers.get("content-type", "")
    kind, _, rest = stated.partition(";")
    found = types.get(kind.strip().lower())
    if found is None:
        known = ", ".join(types)
        raise FormatError("content-type", name=kind.strip() or "-", known=known)
    charset = rest.lower().partition("charset=")[2].partition(";")[0].strip().strip('"')
    if charset not in {"", "utf-8", "utf8", "us-ascii"}:
        raise FormatError("charset", name=charset)
    return found
