"""`/api/profile/…`: profiles converted and checked, and the Excel template."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange
from libonto.api.assess import content_format, parameters
from libonto.api.negotiation import choose
from libonto.api.service import Service
from libonto.errors import NotAcceptable
from libonto.profile.interchange.writing import FORMS

CONVERT, CHECK, TEMPLATE = (f"/api/profile/{what}" for what in ("convert", "check", "template"))
WORKBOOK = FORMS["xlsx"]
TARGETS = {media: form for form, media in FORMS.items() if form != "xlsx"}
"""A workbook is not written over HTTP: its library needs files, and workers have none."""

router = APIRouter(tags=["profile"])


@router.post(CONVERT)
async def convert(request: Request) -> Response:
    """The profiles of the body in the form that Accept names; all or nothing."""
    form = choose(request.headers.get("accept"), TARGETS)
    if form is None:
        raise NotAcceptable("not-acceptable", what=CONVERT, known=", ".join(TARGETS))
    return await _worked(request, form, FORMS[form])


@router.post(CHECK)
async def check(request: Request) -> Response:
    """What was taken of the body's profiles, what was not, and what is wrong, by place."""
    if choose(request.headers.get("accept"), {"application/json": "json"}) is None:
        raise NotAcceptable("not-acceptable", what=CHECK, known="application/json")
    return await _worked(request, None, "application/json")


@router.api_route(TEMPLATE, methods=["GET", "HEAD"])
async def template(request: Request) -> Response:
    """An Excel workbook with drop-downs, to be filled in; in the language asked for."""
    service: Service = request.app.state.service
    asked = parameters(request, ("position", "lang"))
    lang = exchange.language(request.scope, asked.get("lang"))
    if choose(request.headers.get("accept"), {WORKBOOK: "xlsx"}) is None:
        raise NotAcceptable("not-acceptable", what=TEMPLATE, known=WORKBOOK)
    positions = service.knowledge.positions
    wanted = positions.named(asked["position"]) if "position" in asked else positions.default
    content = await asyncio.to_thread(_template, service, wanted, lang)
    headers = {"Content-Disposition": f'attachment; filename="libonto-{lang}.xlsx"'}
    vary = "Accept-Language"
    return exchange.reply(request, content, WORKBOOK, vary=vary, lang=lang, headers=headers)


def _template(service: Service, position: str, lang: str) -> bytes:
    from libonto.profile.interchange.names import Names
    from libonto.profile.interchange.template import TemplateWriter

    return TemplateWriter(Names(service.knowledge.vocabulary), lang).workbook(position)


async def _worked(request: Request, target: str | None, media_type: str) -> Response:
    service: Service = request.app.state.service
    asked = parameters(request, ("lang",))
    lang = exchange.language(request.scope, asked.get("lang"))
    format_ = content_format(request)
    options = service.options
    body = await exchange.body(request, options.upload, options.patience)
    header = {"kind": "profile", "format": format_, "to": target, "lang": lang}
    _, (content, coding) = await exchange.while_connected(request.receive, service.do(header, body))
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return exchange.private(content, coding, media_type, lang)
