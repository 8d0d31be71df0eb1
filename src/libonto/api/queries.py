"""What is answered out of the graph: the saved queries, each an address, and the crosswalk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import model_validator
from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange
from libonto.api.models import (
    Correspondences,
    CrosswalkOf,
    LanguageOf,
    Parameters,
    parameter,
    responds,
    router_of,
)
from libonto.api.models import SavedQuery as SavedQueryOf
from libonto.api.negotiation import accepts_gzip, form_of, negotiate
from libonto.api.service import Service
from libonto.api.sparql import NAMES
from libonto.errors import NotFoundError, UsageError
from libonto.graph.formats import (
    CROSSWALK_TYPES,
    GRAPH_TYPES,
    MEDIA_TYPES,
    RESULT_TYPES,
    by_media_type,
    sent_types,
)
from libonto.graph.queries import SavedQuery
from libonto.graph.questions import GRAPH_FORMS, form, tokens

JSON = by_media_type("json")
SHEET = MEDIA_TYPES["xlsx"]
_NAMES = {**NAMES, "xlsx": SHEET}
CROSSWALK = "/api/crosswalk"
_CROSSWALK_NAMES = sent_types(CROSSWALK_TYPES)


class SavedQueryParameters(Parameters):
    """What every saved query takes; its own parameters are the model's extra ones."""

    format: str | None = parameter(
        "The form of the answer, for clients that cannot set Accept.",
        "json",
        enum=["xlsx", *NAMES],
    )

    @model_validator(mode="before")
    @classmethod
    def _known(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if value != ""}


_OWN_PARAMETERS = {
    "name": "parameters",
    "in": "query",
    "description": "The query's own parameters, by the names that `/api/queries` lists.",
    "style": "form",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    "example": {},
}

router = router_of("queries")
crosswalk_router = router_of("crosswalk")


@router.get(
    "/api/queries",
    summary="The saved queries",
    responses=responds(list[SavedQueryOf], errors=(400, 405, 406, 500), also=(304,)),
)
async def queries(request: Request, parameters: LanguageOf) -> Response:
    """Every saved query: what it answers, what it takes, and its text."""
    lang = exchange.language(request.scope, parameters.lang)
    negotiate(request.headers.get("accept"), JSON, "/api/queries")
    service: Service = request.app.state.service
    described = [_described(query, lang) for query in service.knowledge.queries.values()]
    return exchange.json_reply(request, described, lang)


@router.get(
    "/api/queries/{name}",
    summary="A saved query's result",
    responses=responds(
        None,
        *sent_types(RESULT_TYPES).values(),
        SHEET,
        *sent_types(GRAPH_TYPES).values(),
        errors=(400, 404, 405, 406, 500, 503, 507),
        also=(304,),
    ),
    openapi_extra={"parameters": [_OWN_PARAMETERS]},
)
async def query(
    request: Request,
    name: Annotated[str, Path(examples=["{query}"])],
    parameters: Annotated[SavedQueryParameters, Query()],
) -> Response:
    """A saved query's result; its parameters are those that `/api/queries` lists, by name."""
    service: Service = request.app.state.service
    saved = service.knowledge.queries.get(name)
    if saved is None:
        raise NotFoundError("nothing-there", path=request.url.path)
    values = dict(parameters.model_extra or {})
    known = dict.fromkeys((*(p.name for p in saved.parameters), "lang", "format"))
    for key in values:
        if key not in known:
            raise UsageError("param-unknown-http", name=key, known=", ".join(known))
    lang = exchange.language(request.scope, parameters.lang)
    if saved.parameter("lang") is not None:
        values["lang"] = lang
    for own in saved.parameters:
        if own.default is None and own.name not in values:
            raise UsageError("param-missing-http", name=own.name, type=own.type)
    is_graph = form(list(tokens(saved.text))) in GRAPH_FORMS
    types = GRAPH_TYPES if is_graph else {**RESULT_TYPES, SHEET: "xlsx"}
    accept, path = request.headers.get("accept"), request.url.path
    form_ = form_of(parameters.format, accept, types, path, _NAMES)
    gzip = accepts_gzip(request.headers.get("accept-encoding"))
    # A workbook's headings and labels are in a language.
    tag = _tag(service, name, {**values, "": lang} if form_ == "xlsx" else values, form_, gzip)
    headers = {
        "Vary": "Accept, Accept-Encoding, Accept-Language",
        "Cache-Control": "no-cache",
        "Content-Language": lang,
        "ETag": tag,
    }
    condition = request.headers.get("if-none-match")
    if exchange.matches(condition, tag):
        return Response(status_code=304, headers=headers)
    header = {"kind": "saved", "name": name, "values": values, "format": form_, "gzip": gzip}
    job = (name, *sorted(values.items()))
    _, (content, coding) = await service.do_for(request, {**header, "lang": lang}, key=job)
    if (condition or "").strip() == "*":
        return Response(status_code=304, headers=headers)
    if coding:
        headers["Content-Encoding"] = coding
    if form_ == "xlsx":
        headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return Response(content, headers=headers, media_type=sent_types(types)[form_])


def _described(query: SavedQuery, lang: str) -> Mapping[str, Any]:
    return {
        "name": query.name,
        "summary": query.summary(lang),
        "summaries": dict(query.summaries),
        "subject": query.subject or None,
        "form": form(list(tokens(query.text))),
        "parameters": [{**vars(p), "required": p.default is None} for p in query.parameters],
        "href": f"/api/queries/{query.name}",
        "text": query.text,
    }


def _tag(service: Service, name: str, values: Mapping[str, str], form_: str, gzip: bool) -> str:
    own = str(service.info.get("own", ""))
    parts = (service.version, own, name, *map(str, sorted(values.items())))
    text = "\0".join((*parts, form_, str(gzip)))
    return '"' + hashlib.blake2b(text.encode(), digest_size=12).hexdigest() + '"'


@crosswalk_router.get(
    CROSSWALK,
    summary="Correspondences between frameworks",
    responses=responds(
        Correspondences, *list(CROSSWALK_TYPES)[1:], errors=(400, 405, 406, 500, 503), also=(304,)
    ),
)
async def crosswalk(request: Request, parameters: CrosswalkOf) -> Response:
    """Counterparts of a concept along chains of mappings; without `from`, every stated mapping."""
    service: Service = request.app.state.service
    lang = exchange.language(request.scope, parameters.lang)
    accept = request.headers.get("accept")
    form_ = form_of(parameters.format, accept, CROSSWALK_TYPES, CROSSWALK, _CROSSWALK_NAMES)
    header = {**parameters.model_dump(), "kind": "crosswalk", "format": form_, "lang": lang}
    key = (CROSSWALK, parameters.model_dump_json())
    _, (content, _) = await service.do_for(request, header, key=key)
    kind, vary = _CROSSWALK_NAMES[form_], "Accept, Accept-Language"
    return exchange.reply(request, content, kind, vary=vary, lang=lang)
