"""Profiles in a request's body: verdicts on one or a small list, other forms, a check.

`POST /api/assess` (contract, “HTTP”), `/api/batch`, `/api/profile/…`; nothing of a profile is
stored or logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange, models
from libonto.api.negotiation import accepts_gzip, negotiate
from libonto.api.service import Service
from libonto.graph.formats import MEDIA_TYPES, PROFILE_TYPES, by_media_type
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.table_writer import TemplateWriter

PATH = "/api/assess"
BATCH = "/api/batch"
CONVERT, CHECK, TEMPLATE = (f"/api/profile/{what}" for what in ("convert", "check", "template"))
JSON = by_media_type("json")
REPORTS = JSON | by_media_type("turtle", "ntriples", "rdfxml", "jsonld")
TABLES = by_media_type("json", "csv")
TARGETS = {media: form for form, media in MEDIA_TYPES.items() if form != "xlsx"}
"""A workbook is not written over HTTP: its library needs files, and workers have none."""
LINES = {"application/x-ndjson": "jsonl", "application/jsonl": "jsonl"}
"""JSON lines: a list has a form more than a profile has."""
_ERRORS = (400, 406, 413, 415, 422, 503, 507)

router = models.router_of("assess")
profile_router = models.router_of("profile")


@router.post(
    PATH,
    summary="Judge candidates",
    responses=models.responds(
        models.Assessment | list[models.Assessment], *list(REPORTS)[1:], errors=_ERRORS
    ),
    openapi_extra={**models.takes(*models.READ), "x-sample": "report"},
)
async def assess(request: Request, parameters: models.AssessOf) -> Response:
    """The verdicts on all categories, each requirement with its clause.

    JSON by default; where Accept asks for RDF, a SHACL validation report on the category asked
    for, else the one applied for, else all. All or nothing: with one bad candidate none is
    judged. The profile is never stored and never logged.
    """
    return await _respond(request, parameters, "assess", REPORTS)


@router.post(
    BATCH,
    summary="Judge a small list",
    responses=models.responds(models.ListAssessment, "text/csv", errors=_ERRORS),
    openapi_extra={**models.takes(*models.READ, "text/csv"), "x-sample": "profile"},
)
async def batch(request: Request, parameters: models.AssessOf) -> Response:
    """The candidates of the body, up to 1,000; a mistake in one leaves the others judged.

    As a table there is no room for mistakes: a list with one is refused. Nothing is stored.
    """
    return await _respond(request, parameters, "batch", TABLES, {**PROFILE_TYPES, **LINES})


@profile_router.post(
    CONVERT,
    summary="Convert profiles",
    responses=models.responds(None, *TARGETS, errors=_ERRORS),
    openapi_extra={**models.takes(*models.READ), "x-sample": "profile"},
)
async def convert(request: Request, parameters: models.LanguageOf) -> Response:
    """The profiles of the body in the form that Accept names; all or nothing."""
    return await _respond(request, parameters, "profiles", TARGETS)


@profile_router.post(
    CHECK,
    summary="Check profiles",
    responses=models.responds(models.CheckReport, errors=_ERRORS),
    openapi_extra=models.takes(*models.READ),
)
async def check(request: Request, parameters: models.LanguageOf) -> Response:
    """What was taken of the body's profiles, what was not, and what is wrong, by place."""
    return await _respond(request, parameters, "check", JSON)


async def _respond(
    request: Request,
    parameters: models.Parameters,
    kind: str,
    offers: Mapping[str, str],
    known: Mapping[str, str] = PROFILE_TYPES,
) -> Response:
    """A worker's answer to the body; `known` are the media types that are read."""
    service: Service = request.app.state.service
    form = negotiate(request.headers.get("accept"), offers, request.url.path)
    lang = exchange.language(request.scope, parameters.lang)
    job = {
        **parameters.model_dump(),
        "kind": kind,
        "form": form,
        "format": known[exchange.known_type(request, known)],
        "gzip": accepts_gzip(request.headers.get("accept-encoding")),
        "lang": lang,
    }
    content = await exchange.upload(request)
    _, (content, coding) = await service.do_for(request, job, content)
    headers = {
        "Vary": "Accept, Accept-Encoding, Accept-Language",
        "Cache-Control": "no-store",
        "Content-Language": lang,
        **({"Content-Encoding": coding} if coding else {}),
    }
    return Response(content, headers=headers, media_type=MEDIA_TYPES[form])


@profile_router.get(
    TEMPLATE,
    summary="An Excel template",
    responses=models.responds(None, models.WORKBOOK, errors=(400, 406, 503)),
)
async def template(request: Request, parameters: models.TemplateOf) -> Response:
    """An Excel workbook with drop-downs, to be filled in; in the language asked for."""
    service: Service = request.app.state.service
    lang = exchange.language(request.scope, parameters.lang)
    negotiate(request.headers.get("accept"), {models.WORKBOOK: "xlsx"}, TEMPLATE)
    positions = service.knowledge.positions
    name = parameters.position
    position = positions.named(name) if name else positions.default
    writer = TemplateWriter(Names(service.knowledge.vocabulary), lang)
    content = await asyncio.to_thread(writer.workbook, position)
    headers = {"Content-Disposition": f'attachment; filename="libonto-{lang}.xlsx"'}
    vary = "Accept-Language"
    return exchange.reply(request, content, models.WORKBOOK, vary=vary, lang=lang, headers=headers)
