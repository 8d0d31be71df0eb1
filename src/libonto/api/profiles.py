"""`/api/profile/…`: profiles converted and checked, and the Excel template."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange
from libonto.api.assess import content_format
from libonto.api.models import (
    READ,
    CheckReport,
    LanguageOf,
    TemplateOf,
    responds,
    router_of,
    takes,
)
from libonto.api.negotiation import chosen
from libonto.api.service import Service
from libonto.profile.interchange.writing import FORMS

CONVERT, CHECK, TEMPLATE = (f"/api/profile/{what}" for what in ("convert", "check", "template"))
WORKBOOK = FORMS["xlsx"]
TARGETS = {media: form for form, media in FORMS.items() if form != "xlsx"}
"""A workbook is not written over HTTP: its library needs files, and workers have none."""

router = router_of("profile")


@router.post(
    CONVERT,
    summary="Convert profiles",
    responses=responds(None, *TARGETS, errors=(400, 405, 406, 413, 415, 422, 500, 503, 507)),
    openapi_extra={**takes(*READ), "x-sample": "profile"},
)
async def convert(request: Request, asked: LanguageOf) -> Response:
    """The profiles of the body in the form that Accept names; all or nothing."""
    form = chosen(request.headers.get("accept"), TARGETS, CONVERT)
    return await _worked(request, asked.lang, form, FORMS[form])


@router.post(
    CHECK,
    summary="Check profiles",
    responses=responds(CheckReport, errors=(400, 405, 406, 413, 415, 422, 500, 503, 507)),
    openapi_extra=takes(*READ),
)
async def check(request: Request, asked: LanguageOf) -> Response:
    """What was taken of the body's profiles, what was not, and what is wrong, by place."""
    chosen(request.headers.get("accept"), {"application/json": "json"}, CHECK)
    return await _worked(request, asked.lang, None, "application/json")


@router.get(
    TEMPLATE,
    summary="An Excel template",
    responses=responds(None, WORKBOOK, errors=(400, 405, 406, 500, 503)),
)
@router.head(TEMPLATE, include_in_schema=False)
async def template(request: Request, asked: TemplateOf) -> Response:
    """An Excel workbook with drop-downs, to be filled in; in the language asked for."""
    service: Service = request.app.state.service
    lang = exchange.language(request.scope, asked.lang)
    chosen(request.headers.get("accept"), {WORKBOOK: "xlsx"}, TEMPLATE)
    positions = service.knowledge.positions
    wanted = positions.named(asked.position) if asked.position else positions.default
    content = await asyncio.to_thread(_template, service, wanted, lang)
    headers = {"Content-Disposition": f'attachment; filename="libonto-{lang}.xlsx"'}
    vary = "Accept-Language"
    return exchange.reply(request, content, WORKBOOK, vary=vary, lang=lang, headers=headers)


def _template(service: Service, position: str, lang: str) -> bytes:
    from libonto.profile.interchange.names import Names
    from libonto.profile.interchange.template import TemplateWriter

    return TemplateWriter(Names(service.knowledge.vocabulary), lang).workbook(position)


async def _worked(
    request: Request, asked: str | None, target: str | None, media_type: str
) -> Response:
    service: Service = request.app.state.service
    lang = exchange.language(request.scope, asked)
    format_ = content_format(request)
    options = service.options
    body = await exchange.body(request, options.upload, options.patience)
    header = {"kind": "profile", "format": format_, "to": target, "lang": lang}
    _, (content, coding) = await exchange.while_connected(request.receive, service.do(header, body))
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return exchange.private(content, coding, media_type, lang)
