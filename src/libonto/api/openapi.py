"""`/api/openapi.json`: the OpenAPI description, from the routes, the models and the errors.

Routes say by `responds` and `takes` (`models.py`) what FastAPI cannot see in their code.
"""

from __future__ import annotations

import asyncio
import json
from functools import lru_cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from pyoxigraph import Literal, NamedNode, Quad, Store, Triple
from starlette.requests import Request
from starlette.responses import Response

from libonto import errors
from libonto.api import exchange
from libonto.api.linked import base_url
from libonto.api.models import WORKBOOK, Problem, Profile, router_of
from libonto.api.problems import MEDIA_TYPE, http_problem
from libonto.api.service import KnowledgeBase, Service
from libonto.api.sparql import described
from libonto.graph.answers import rdf, written
from libonto.graph.formats import GRAPH_TYPES, MEDIA_TYPES, RESULT_TYPES
from libonto.graph.terms import slug_of, term
from libonto.pages.choices import sample
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.writing import to_bytes

LANG = "en"
TAGS = {
    "assess": "Judge candidates by the requirements.",
    "profile": "Profiles converted and checked, and a template to fill in.",
    "sparql": "SPARQL 1.1 Protocol, query only.",
    "queries": "Saved queries, each an address.",
    "positions": "What the requirements are.",
    "crosswalk": "Correspondences to qualification frameworks.",
    "pages": "For people, and the search behind them.",
    "linked data": "IRIs that answer.",
    "system": "For operators.",
}
SUMMARY = (
    "Qualification requirements as a knowledge graph, and verdicts with the clause behind them."
)
DESCRIPTION = (
    "SPARQL, the assessment of candidates, the saved queries, positions, correspondences between "
    "frameworks, and linked data. Nothing can be changed over HTTP; a profile that is sent is "
    "neither stored nor logged. Errors are `application/problem+json` (RFC 9457) in the language "
    "of `lang` or `Accept-Language` (kk, ru, en). Answers are complete or errors; a 503 with "
    "`Retry-After` can be tried again."
)
LICENCE = "Apache-2.0 AND CC-BY-4.0"

ERRORS: dict[int, errors.LibontoError] = {
    400: errors.UsageError("param-unknown-http", name="lnag", known="lang"),
    404: errors.NotFoundError("nothing-there", path="/id/position/unknown"),
    405: errors.MethodError("method", method="PUT", allowed="GET, HEAD"),
    406: errors.NotAcceptable("not-acceptable", what="/api/positions", known="application/json"),
    413: errors.TooLargeError("upload-too-large", limit=8 * 1024 * 1024),
    415: errors.FormatError("content-type", name="text/x", known="application/json, text/turtle"),
    422: errors.NothingToAssess("no-candidate"),
    500: errors.WorkerError(None),
    502: errors.StoreError("store-status", status="500", detail="Internal Server Error"),
    503: errors.BusyError("queue-full", seconds=1),
    507: errors.AnswerTooLarge("answer-too-large", limit=32 * 1024 * 1024),
}
"""An error for each status that a route may answer with; its sentence is the example."""

_REF = "#/components/schemas/{model}"


router = router_of("system")


@router.get("/api/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    """The description of this API, with the examples of the data that it serves."""
    service: Service = request.app.state.service
    document = await asyncio.to_thread(description, request.app, service.knowledge)
    servers = [{"url": base_url(service, request)}]
    content = json.dumps({**document, "servers": servers}, ensure_ascii=False).encode()
    return exchange.reply(request, content, "application/json", vary="Host")


@lru_cache(maxsize=1)
def description(app: FastAPI, knowledge: KnowledgeBase) -> dict[str, Any]:
    """The whole description, with examples of the data that are served."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=SUMMARY,
        description=DESCRIPTION,
        license_info={"name": LICENCE, "identifier": LICENCE},
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
        routes=[*described.routes, *app.routes],
    )
    schemas = document["components"]["schemas"]
    schemas |= models_json_schema(
        [(Problem, "serialization"), (Profile, "validation")], ref_template=_REF
    )[1]["$defs"]
    document["components"]["responses"] = {f"P{status}": _problem(status) for status in ERRORS}
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    samples = _samples(knowledge)
    for operation in (each for path in document["paths"].values() for each in path.values()):
        # Our own validation answers 400, in three languages; FastAPI assumes a 422 of its own.
        if operation["responses"].get("422", {}).get("description") == "Validation Error":
            del operation["responses"]["422"]
        answers = samples[operation.pop("x-sample", "graph")]
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            content.setdefault("example", samples["profile"].get(media))
        for response in operation["responses"].values():
            for media, content in response.get("content", {}).items():
                if media != "application/json":
                    content.setdefault("example", answers[media])
                elif "example" not in content:
                    content["example"] = _example(content.get("schema", {}), schemas)
    text = json.dumps(document, ensure_ascii=False)
    for name, value in _names(knowledge).items():
        text = text.replace(f"{{{name}}}", value)
    filled: dict[str, Any] = json.loads(text)
    return filled


def _example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """A value of a schema: its own example where it has one, else the plainest."""
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if values := schema.get("examples") or schema.get("enum"):
        return values[0]
    if choices := schema.get("anyOf"):
        return _example(choices[0], schemas)
    match schema:
        case {"format": "date"}:
            return "2026-11-22"
        case {"type": "array"}:
            return [_example(schema.get("items", {}), schemas)]
        case {"properties": parts}:
            return {name: _example(part, schemas) for name, part in parts.items()}
    kind = schema.get("type", "")
    return {"integer": 1, "number": 1, "boolean": True, "string": "…"}.get(kind, {})


def _problem(status: int) -> dict[str, Any]:
    example = http_problem(ERRORS[status], LANG)
    content = {"schema": {"$ref": _REF.format(model="Problem")}, "example": example.problem}
    headers = {
        name: {"schema": {"type": "string"}, "example": value}
        for name, value in example.headers.items()
        if name in {"Allow", "Retry-After"}
    }
    title = example.problem["title"]
    return {"description": title, "headers": headers, "content": {MEDIA_TYPE: content}}


def _names(knowledge: KnowledgeBase) -> dict[str, str]:
    """Names of the data that are served, for the examples."""
    rules = knowledge.positions.rules(knowledge.positions.default)
    reading = knowledge.readings.all[0]
    profile = sample(rules.iri)
    credential, employment = (profile[part][0] for part in ("credentials", "employments"))
    return {
        "position": rules.slug,
        "category": rules.categories[0].slug,
        "edition": slug_of(knowledge.graph.instances("lo:Edition")[0]),
        "reading": f"{reading.name}={reading.default.name}",
        "level": credential["level"],
        "field": credential["field"],
        "employment": employment["position"],
        "knowledge": profile["knowledge"][0],
        "query": next(
            query.name
            for query in knowledge.queries.values()
            if all(parameter.default is not None for parameter in query.parameters)
        ),
        "table": knowledge.graph.tables[0].iri.rpartition("/")[2],
    }


def _samples(knowledge: KnowledgeBase) -> dict[str, dict[str, Any]]:
    """An example in each media type, by what it is: a profile, a graph or table, a report."""
    rules = knowledge.positions.rules(knowledge.positions.default)
    content = json.dumps(sample(rules.iri)).encode()
    (profile,) = Reader(knowledge.vocabulary).read([Document(content, format="json")])
    node = NamedNode(rules.iri)
    label = Literal(knowledge.graph.label(rules.iri, LANG), language=LANG)
    graph = [Triple(node, term("skos:prefLabel"), label)]
    report = [
        Triple(node, term("rdf:type"), term("sh:ValidationReport")),
        Triple(node, term("sh:conforms"), Literal(True)),
    ]
    samples: dict[str, dict[str, Any]] = {"profile": {}, "graph": {}, "report": {}}
    names = Names(knowledge.vocabulary)
    for form, media in MEDIA_TYPES.items():
        if form != "xlsx":
            samples["profile"][media] = _value(media, to_bytes([profile], form, names, LANG))
        if form in GRAPH_TYPES.values():
            samples["graph"][media] = _value(media, rdf(graph, form))
            samples["report"][media] = _value(media, rdf(report, form))
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in graph)
    for media, form in RESULT_TYPES.items():
        rows = store.query("SELECT ?label { ?position ?property ?label }")
        samples["graph"].setdefault(media, _value(media, written(rows, form, 1 << 16)))
    others = {
        WORKBOOK: "PK… (the bytes of an Excel workbook)",
        "application/gzip": "(bytes)",
        "text/html": f'<!doctype html>\n<html lang="{LANG}">…</html>\n',
        "text/plain": "# HELP libonto_requests_total Requests\n",
    }
    return {kind: {**known, **others} for kind, known in samples.items()}


def _value(media_type: str, content: bytes) -> Any:
    return json.loads(content) if "json" in media_type else content.decode()
