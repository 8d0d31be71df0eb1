"""`/sparql`: the query side of the SPARQL 1.1 Protocol. Nothing can be changed through it.

It stands before the framework's routing, because most requests are for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope

from libonto.api import exchange, models
from libonto.api.exchange import URLENCODED, urlencoded
from libonto.api.linked import service_description
from libonto.api.negotiation import accepts_gzip, negotiate, prefers_html
from libonto.api.service import LOOKED_AT_HERE, QueryRequest, Service
from libonto.errors import MethodError, RefusedError, UsageError
from libonto.graph.answers import Dataset
from libonto.graph.formats import ANSWER_NAMES, GRAPH_TYPES, MEDIA_TYPES, RESULT_TYPES, sent_types
from libonto.graph.questions import MAX_BYTES, Question, question
from libonto.graph.terms import is_iri

PATH = "/sparql"
PATHS = frozenset({PATH, PATH + "/"})
METHODS = "GET, HEAD, POST, OPTIONS"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"

_GRAPH_PARAMETERS = ("default-graph-uri", "named-graph-uri")
_UPDATE_PARAMETERS = ("update", "using-graph-uri", "using-named-graph-uri")
REMEMBERED = 4096
"""Bytes of an address's parameters up to which they are remembered as they were understood."""
_VARY = b"Accept, Accept-Encoding"
_CONTENT_TYPES = {
    (is_graph, form): (name + "; charset=utf-8" * name.startswith("text/")).encode()
    for is_graph, types in ((False, RESULT_TYPES), (True, GRAPH_TYPES))
    for form, name in sent_types(types).items()
}
"""An answer's Content-Type by whether it is a graph, and its form."""


@dataclass(frozen=True)
class ProtocolRequest:
    """A request of the protocol: its query, the graphs that it names, the forms, the language."""

    query: str | None
    dataset: Dataset
    formats: tuple[str, ...]
    lang: str | None


async def answer(service: Service, scope: Scope, receive: Receive) -> Response:
    """The response to one request; errors go up to the middleware, which words them."""
    method = scope["method"]
    if method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": METHODS})
    if method == "POST":
        request = await _posted(Request(scope, receive), service.options.patience)
    elif method in {"GET", "HEAD"}:
        query_string = scope["query_string"]
        parse = _remembered if len(query_string) <= REMEMBERED else _addressed
        request = parse(query_string)
    else:
        raise MethodError("method", method=method, allowed=METHODS)
    lang = scope[exchange.LANGUAGE] = exchange.language(scope, request.lang)
    if request.query is None:
        if method == "POST":
            raise UsageError("query-missing")
        return _without_query(service, Request(scope, receive), request.formats, lang)
    if len(request.query) <= LOOKED_AT_HERE:
        query = question(request.query)
    else:
        look = service.look(request.query, lang)
        query = await exchange.while_there(scope, look)
    return await _run(service, scope, request, query, lang)


async def _posted(request: Request, patience: float) -> ProtocolRequest:
    query_string = request.scope["query_string"]
    if exchange.media_type(request) == UPDATE:
        raise RefusedError("refused-update", word="UPDATE", line=1, column=1)
    kind = exchange.known_type(request, (URLENCODED, DIRECT), "sparql-content-type")
    # A form's percent signs can make three bytes of one.
    most = 4 * MAX_BYTES
    content = await exchange.body(request, most, patience)
    if kind == URLENCODED:
        return _protocol_request(urlencoded(content) + urlencoded(query_string))
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise UsageError("not-utf8-query") from error
    return _protocol_request(urlencoded(query_string), text)


def _without_query(
    service: Service, request: Request, formats: tuple[str, ...], lang: str
) -> Response:
    accept = request.headers.get("accept")
    if not formats and prefers_html(accept):
        page: Response = request.app.state.editor(request, lang)
        return page
    form = _form(accept, formats, True, PATH)
    content = service_description(service, request, form)
    headers = {"Allow": METHODS}
    return exchange.reply(request, content, MEDIA_TYPES[form], vary="Accept, Host", headers=headers)


async def _run(
    service: Service, scope: Scope, request: ProtocolRequest, query: Question, lang: str
) -> Response:
    form = _form(exchange.header(scope, b"accept"), request.formats, query.is_graph, query.form)
    gzip = accepts_gzip(exchange.header(scope, b"accept-encoding"))
    job = QueryRequest(query, request.dataset, form, gzip)
    tag = service.tag(job)
    condition = exchange.header(scope, b"if-none-match")
    safe = scope["method"] != "POST"
    if condition and safe and exchange.matches(condition, tag):
        # The graph and the query are the same, so is the answer: nothing need be run.
        return exchange.Whole(304, _tagged(tag), b"")
    answer = service.cached(job)
    if answer is None:
        answer = await exchange.while_there(scope, service.query(job, lang))
        if tag != service.tag(job):
            tag = None  # the graph was swapped meanwhile: this may be of either
    content, coding = answer
    headers = _tagged(tag)
    if condition and safe and condition.strip() == "*":
        return exchange.Whole(304, headers, b"")
    if coding:
        headers.append((b"content-encoding", coding.encode()))
    headers.append((b"content-type", _CONTENT_TYPES[query.is_graph, form]))
    return exchange.Whole(200, headers, content)


def _tagged(tag: str | None) -> list[tuple[bytes, bytes]]:
    """The headers about when an answer may be used again."""
    headers = [(b"vary", _VARY), (b"cache-control", b"no-cache" if tag else b"no-store")]
    if tag is not None:
        headers.append((b"etag", tag.encode()))
    return headers


def _addressed(query_string: bytes) -> ProtocolRequest:
    """The request by GET of an address's parameters."""
    return _protocol_request(urlencoded(query_string))


_remembered = lru_cache(maxsize=256)(_addressed)


def _protocol_request(
    pairs: Sequence[tuple[str, str]], query: str | None = None
) -> ProtocolRequest:
    """The request of its parameters in their order, with the query that is its body."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    if not values.keys().isdisjoint(_UPDATE_PARAMETERS):
        raise RefusedError("refused-update", word="UPDATE", line=1, column=1)
    if query is not None:
        values.setdefault("query", []).append(query)
    for name in ("query", "lang"):
        if len(values.get(name, ())) > 1:
            raise UsageError("param-repeated", name=name)
    for name in _GRAPH_PARAMETERS:
        for iri in values.get(name, ()):
            if not is_iri(iri):
                raise UsageError("graph-iri", name=name, value=iri)
    default, named, formats = (
        tuple(values.get(name, ())) for name in (*_GRAPH_PARAMETERS, "format")
    )
    return ProtocolRequest(
        values.get("query", [None])[0],
        Dataset(default, named),
        formats,
        values.get("lang", [None])[0],
    )


@lru_cache(maxsize=256)
def _form(accept: str | None, formats: tuple[str, ...], is_graph: bool, what: str) -> str:
    types = GRAPH_TYPES if is_graph else RESULT_TYPES
    for value in formats:
        name = value.strip().lower()
        if form := types.get(ANSWER_NAMES.get(name, name)):
            return form
    return negotiate(accept, types, what)


described = models.router_of("sparql")
"""The endpoint for the OpenAPI description; its requests are answered before routing."""
_RESPONSES = models.responds(
    None,
    *sent_types(RESULT_TYPES).values(),
    *sent_types(GRAPH_TYPES).values(),
    errors=(400, 406, 413, 415, 502, 503, 507),
    also=(304,),
)
_QUERY = (
    "SELECT ?label WHERE { ?thing <http://www.w3.org/2004/02/skos/core#prefLabel> ?label } LIMIT 5"
)


class SparqlParameters(models.Parameters):
    """What the protocol takes in an address (SPARQL 1.1 Protocol, section 2.1)."""

    query: str | None = models.parameter("A query, up to 64 KiB.", _QUERY)
    default_graph: list[str] = models.repeated(
        "A graph of the store that is in the default graph", alias="default-graph-uri"
    )
    named_graph: list[str] = models.repeated(
        "A graph of the store that the query may name", alias="named-graph-uri"
    )
    format: str | None = models.form_parameter(*ANSWER_NAMES)


@described.get(PATH, summary="Ask a SPARQL query", responses=_RESPONSES)
def by_get(parameters: Annotated[SparqlParameters, Query()]) -> None:
    """Without a query: the service description, or the editor for a browser.

    SERVICE is refused; FROM may only name graphs of the store; updates are refused. A query
    that is still running at its deadline is ended with 503.
    """


@described.post(
    PATH,
    summary="Ask a SPARQL query in the body",
    responses=_RESPONSES,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                DIRECT: {"schema": {"type": "string"}, "example": _QUERY},
                URLENCODED: {
                    "schema": {"type": "object", "properties": {"query": {"type": "string"}}},
                    "example": {"query": _QUERY},
                },
            },
        }
    },
)
def by_post(parameters: models.LanguageOf) -> None:
    """As a form with `query`, or the query itself, with the graphs in the address."""
