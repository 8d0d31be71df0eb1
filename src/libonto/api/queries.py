"""`/api/queries`: the saved queries, each an address with its parameters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange
from libonto.api.models import LanguageOf, offered, responds, router_of
from libonto.api.models import SavedQuery as SavedQueryOf
from libonto.api.negotiation import accepts_gzip, chosen
from libonto.api.service import Service
from libonto.api.sparql import GRAPH_TYPES, NAMES, TABLE_TYPES, media_type
from libonto.api.xlsx import MEDIA_TYPE as SHEET
from libonto.errors import NotFoundError, UsageError
from libonto.graph.queries import SavedQuery
from libonto.graph.tokens import form, tokens
from libonto.locales import LANGUAGES

JSON = {"application/json": "json"}
_GRAPHS = {"CONSTRUCT", "DESCRIBE"}

OWN_PARAMETERS = [
    {
        "name": "parameters",
        "in": "query",
        "description": "The query's own parameters, by the names that `/api/queries` lists.",
        "style": "form",
        "explode": True,
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        "example": {},
    },
    {
        "name": "format",
        "in": "query",
        "description": "The form of the answer, for clients that cannot set Accept.",
        "schema": {"type": "string", "enum": ["xlsx", *NAMES]},
        "example": "json",
    },
    {
        "name": "lang",
        "in": "query",
        "description": "The language of labels and sentences.",
        "schema": {"type": "string", "enum": list(LANGUAGES)},
        "example": "en",
    },
]
"""What an address of a saved query takes: its own parameters differ from query to query."""

router = router_of("queries")


@router.get(
    "/api/queries",
    summary="The saved queries",
    responses=responds(list[SavedQueryOf], errors=(400, 405, 406, 500), also=(304,)),
)
@router.head("/api/queries", include_in_schema=False)
async def queries(request: Request, asked: LanguageOf) -> Response:
    """Every saved query: what it answers, what it takes, and its text."""
    lang = exchange.language(request.scope, asked.lang)
    chosen(request.headers.get("accept"), JSON, "/api/queries")
    service: Service = request.app.state.service
    found = [_described(query, lang) for query in service.knowledge.queries.values()]
    content = json.dumps(found, ensure_ascii=False).encode()
    vary = "Accept, Accept-Language"
    return exchange.reply(request, content, "application/json", vary=vary, lang=lang)


@router.get(
    "/api/queries/{name}",
    summary="A saved query's result",
    responses=responds(
        None,
        *offered(TABLE_TYPES),
        SHEET,
        *offered(GRAPH_TYPES),
        errors=(400, 404, 405, 406, 500, 503, 507),
        also=(304,),
    ),
    openapi_extra={"parameters": OWN_PARAMETERS},
)
@router.head("/api/queries/{name}", include_in_schema=False)
async def query(request: Request, name: Annotated[str, Path(examples=["{query}"])]) -> Response:
    """A saved query's result; its parameters are those that `/api/queries` lists, by name."""
    service: Service = request.app.state.service
    found = service.knowledge.queries.get(name)
    if found is None:
        raise NotFoundError("nothing-there", path=request.url.path)
    own = tuple(p.name for p in found.parameters)
    asked = {key: value for key, value in request.query_params.items() if value}
    known = dict.fromkeys((*own, "lang", "format"))
    for key in asked:
        if key not in known:
            raise UsageError("param-unknown-http", name=key, known=", ".join(known))
    lang = exchange.language(request.scope, asked.get("lang"))
    given = {key: value for key, value in asked.items() if key in own}
    if "lang" in own:
        given["lang"] = lang
    for parameter in found.parameters:
        if parameter.default is None and parameter.name not in given:
            raise UsageError("param-missing-http", name=parameter.name, type=parameter.type)
    is_graph = form(list(tokens(found.text))) in _GRAPHS
    form_ = _form(request, asked.get("format"), is_graph=is_graph)
    gzip = accepts_gzip(request.headers.get("accept-encoding"))
    if form_ == "xlsx":  # its headings and labels are in a language
        tag = _tag(service, name, {**given, "": lang}, form_, gzip)
    else:
        tag = _tag(service, name, given, form_, gzip)
    headers = {
        "Vary": "Accept, Accept-Encoding, Accept-Language",
        "Cache-Control": "no-cache",
        "Content-Language": lang,
        "ETag": tag,
    }
    condition = request.headers.get("if-none-match")
    if exchange.matches(condition, tag):
        return Response(status_code=304, headers=headers)
    header = {
        "kind": "saved",
        "name": name,
        "given": given,
        "format": form_,
        "gzip": gzip,
        "lang": lang,
    }
    work = service.do(header, b"", key=(name, *sorted(given.items())))
    _, (content, coding) = await exchange.while_connected(request.receive, work)
    if (condition or "").strip() == "*":
        return Response(status_code=304, headers=headers)
    if coding:
        headers["Content-Encoding"] = coding
    if form_ == "xlsx":
        headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
        return Response(content, headers=headers, media_type=SHEET)
    return Response(content, headers=headers, media_type=media_type(form_, graph=is_graph))


def _described(query: SavedQuery, lang: str) -> Mapping[str, Any]:
    return {
        "name": query.name,
        "summary": query.summary(lang),
        "summaries": dict(query.summaries),
        "subject": query.subject or None,
        "form": form(list(tokens(query.text))),
        "parameters": [
            {
                "name": p.name,
                "type": p.type,
                "default": p.default,
                "required": p.default is None,
            }
            for p in query.parameters
        ],
        "href": f"/api/queries/{query.name}",
        "text": query.text,
    }


def _form(request: Request, format_: str | None, *, is_graph: bool) -> str:
    types = GRAPH_TYPES if is_graph else {**TABLE_TYPES, SHEET: "xlsx"}
    names = {**NAMES, "xlsx": SHEET}
    accept = request.headers.get("accept")
    if format_:
        accept = names.get(format_.lower(), format_ if "/" in format_ else "")
        if not accept:
            raise UsageError("format-param", value=format_, known=", ".join(names))
    return chosen(accept, types, request.url.path)


def _tag(service: Service, name: str, given: Mapping[str, str], form_: str, gzip: bool) -> str:
    parts = (service.version, service.own_generation, name, *map(str, sorted(given.items())))
    text = "\0".join((*parts, form_, str(gzip)))
    return '"' + hashlib.blake2b(text.encode(), digest_size=12).hexdigest() + '"'
