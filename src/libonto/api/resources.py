"""Answers out of the graph: positions, saved queries, the crosswalk; addresses for operators."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import model_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from libonto.api import exchange, models
from libonto.api.monitoring import METRICS_TYPE
from libonto.api.negotiation import accepts_gzip, form_of, negotiate
from libonto.api.service import KnowledgeBase, Service
from libonto.errors import NotFoundError, UsageError
from libonto.graph.formats import (
    ANSWER_NAMES,
    CROSSWALK_TYPES,
    GRAPH_TYPES,
    RESULT_TYPES,
    by_media_type,
    sent_types,
)
from libonto.graph.queries import SavedQuery
from libonto.graph.questions import GRAPH_FORMS, form, tokens
from libonto.graph.store import Graph
from libonto.graph.terms import slug_of
from libonto.law.editions import undecided_questions
from libonto.law.model import Category, Clause, PositionRules, Requirement

JSON = by_media_type("json")
_NAMES = {**ANSWER_NAMES, "xlsx": models.WORKBOOK}
CROSSWALK = "/api/crosswalk"
_CROSSWALK_NAMES = sent_types(CROSSWALK_TYPES)


class SavedQueryParameters(models.Parameters):
    """What every saved query takes; its own parameters are the model's extra ones."""

    format: str | None = models.form_parameter("xlsx", *ANSWER_NAMES)

    @model_validator(mode="before")
    @classmethod
    def _known(cls, values: dict[str, Any]) -> dict[str, Any]:
        # A parameter of the query's own that is there twice comes as a list: its last value counts.
        last = {name: v[-1] if isinstance(v, list) else v for name, v in values.items()}
        return {name: value for name, value in last.items() if value != ""}


_OWN_PARAMETERS = {
    "name": "parameters",
    "in": "query",
    "description": "The query's own parameters, by the names that `/api/queries` lists.",
    "style": "form",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    "example": {},
}

queries_router = models.router_of("queries")
crosswalk_router = models.router_of("crosswalk")
positions_router = models.router_of("positions")
system_router = models.router_of("system")


@queries_router.get(
    "/api/queries",
    summary="The saved queries",
    responses=models.responds(list[models.SavedQuery], errors=(400, 406), also=(304,)),
)
async def queries(request: Request, parameters: models.LanguageOf) -> Response:
    """Every saved query: what it answers, what it takes, and its text."""
    lang = _language(request, parameters.lang)
    service: Service = request.app.state.service
    described = [_described(query, lang) for query in service.knowledge.queries.values()]
    return exchange.json_reply(request, described, lang)


@queries_router.get(
    "/api/queries/{name}",
    summary="A saved query's result",
    responses=models.responds(
        None,
        *sent_types(RESULT_TYPES).values(),
        models.WORKBOOK,
        *sent_types(GRAPH_TYPES).values(),
        errors=(400, 404, 406, 503, 507),
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
    types = GRAPH_TYPES if is_graph else {**RESULT_TYPES, models.WORKBOOK: "xlsx"}
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
    responses=models.responds(
        models.Correspondences,
        *list(CROSSWALK_TYPES)[1:],
        errors=(400, 406, 503),
        also=(304,),
    ),
)
async def crosswalk(request: Request, parameters: models.CrosswalkOf) -> Response:
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


@positions_router.get(
    "/api/positions",
    summary="The positions that can be assessed",
    responses=models.responds(list[models.PositionSummary], errors=(400, 406), also=(304,)),
)
async def positions(request: Request, parameters: models.LanguageOf) -> Response:
    """Every position that can be assessed, with its categories, low to high in each ladder."""
    lang = _language(request, parameters.lang)
    known: KnowledgeBase = request.app.state.service.knowledge
    summaries = [_PositionView(known, iri, lang).summary() for iri in known.positions.iris]
    return exchange.json_reply(request, summaries, lang)


@positions_router.get(
    "/api/positions/{slug}",
    summary="One position, whole",
    responses=models.responds(models.Position, errors=(400, 404, 406), also=(304,)),
)
async def position(
    request: Request,
    slug: Annotated[str, Path(examples=["{position}"])],
    parameters: models.LanguageOf,
) -> Response:
    """A position's categories, duties, knowledge, requirements, readings, undecided questions."""
    lang = _language(request, parameters.lang)
    known: KnowledgeBase = request.app.state.service.knowledge
    iri = next((iri for iri in known.positions.iris if slug_of(iri) == slug), None)
    if iri is None:
        raise NotFoundError("nothing-there", path=request.url.path)
    return exchange.json_reply(request, _PositionView(known, iri, lang).whole(), lang)


def _language(request: Request, lang: str | None) -> str:
    """The language of the answer, which is JSON; NotAcceptable where that is not accepted."""
    negotiate(request.headers.get("accept"), JSON, request.url.path)
    return exchange.language(request.scope, lang)


class _PositionView:
    """A position as plain values in one language."""

    def __init__(self, known: KnowledgeBase, iri: str, lang: str) -> None:
        self.known = known
        self.graph: Graph = known.graph
        self.rules: PositionRules = known.positions.rules(iri)
        self.lang = lang

    def summary(self) -> dict[str, Any]:
        return {
            **self._named(self.rules.iri, self.rules.slug),
            "href": f"/api/positions/{self.rules.slug}",
            "ladders": list(self.rules.ladders),
            "categories": [
                {"slug": c.slug, "ladder": c.ladder, "label": self.graph.label(c.iri, self.lang)}
                for c in self.rules.categories
            ],
        }

    def whole(self) -> dict[str, Any]:
        duties = self.graph.in_order(self.graph.iris(self.rules.iri, "lo:hasDuty"))
        return {
            **self._named(self.rules.iri, self.rules.slug),
            "ladders": list(self.rules.ladders),
            "categories": [self._category(c) for c in self.rules.categories],
            "duties": [self._duty(iri) for iri in duties],
            "knowledge": self._knowledge(),
            "requirements": [self._requirement(r) for r in self.rules.requirements],
            "readings": [
                {
                    **self._named(reading.iri, reading.name),
                    "default": reading.default.name,
                    "chosen": self.known.choices.get(reading.name, reading.default.name),
                    "options": [self._named(o.iri, o.name) for o in reading.options],
                    "clauses": [slug.rpartition("/")[2] for slug in reading.clauses],
                }
                for reading in self.known.readings.all
            ],
            "undecided": [
                {
                    **self._named(question.iri, slug_of(question.iri)),
                    "references": list(question.references),
                    "confirmation": question.confirmation,
                }
                for question in undecided_questions(self.graph, self.rules.iri)
            ],
        }

    def _named(self, iri: str, slug: str) -> dict[str, str]:
        label = self.graph.label(iri, self.lang)
        definition = self.graph.definitions(iri).get(self.lang, "")
        return {"slug": slug, "iri": iri, "label": label, "definition": definition}

    def _category(self, category: Category) -> dict[str, Any]:
        own = set(self.graph.iris(category.iri, "lo:hasRequirement"))
        return {
            **self._named(category.iri, category.slug),
            "ladder": category.ladder,
            "inherits": self.rules.slugs.get(category.inherits or ""),
            "requirements": list(category.requirements),
            "inherited": [iri for iri in category.requirements if iri not in own],
        }

    def _requirement(self, requirement: Requirement) -> dict[str, Any]:
        shape = requirement.active(self.known.readings.choose())[0]
        return {
            **self._named(requirement.iri, requirement.slug),
            "kind": requirement.kind.name,
            "expected": shape.messages.get(self.lang, ""),
            "knowledge": requirement.item,
            "levels": list(requirement.levels),
            "years": requirement.years,
            "clauses": [self._clause(clause) for clause in requirement.clauses],
        }

    def _duty(self, iri: str) -> dict[str, Any]:
        clauses = map(self.known.positions.clause, self.graph.iris(iri, "dcterms:source"))
        return self._cited(iri, sorted(clauses, key=lambda clause: clause.start))

    def _knowledge(self) -> list[dict[str, Any]]:
        """Each item that a requirement asks for, with that requirement's clauses."""
        clauses = {r.item: r.clauses for r in self.rules.requirements if r.item}
        return [
            {**self._cited(iri, clauses[iri]), "acts": self.graph.iris(iri, "lo:refersToAct")}
            for iri in self.graph.in_order(clauses)
        ]

    def _cited(self, iri: str, clauses: Iterable[Clause]) -> dict[str, Any]:
        slug = self.graph.text(iri, "skos:notation") or slug_of(iri)
        return {**self._named(iri, slug), "clauses": [self._clause(c) for c in clauses]}

    def _clause(self, clause: Clause) -> dict[str, Any]:
        texts = self.graph.translations(clause.iri, "lo:text")
        return {
            "id": clause.id,
            "iri": clause.iri,
            "quote": clause.quote,
            "text": texts.get(self.lang, clause.quote),
            "start": clause.start,
            "end": clause.end,
        }


@system_router.get(
    "/healthz",
    summary="Whether the server can answer",
    responses={**models.responds(models.Health), 503: {"model": models.Health}},
)
async def health(request: Request) -> Response:
    """200 when queries can be answered, 503 while they cannot (starting, or closing)."""
    service: Service = request.app.state.service
    ready = service.pool.ready
    content = {
        "status": "ready" if ready else "not-ready",
        "version": service.version,
        "store": service.info.get("kind", ""),
        "generation": service.generation,
        "triples": service.info.get("triples", -1),
        "lanes": service.pool.numbers(),
        "memory": {"workers": service.pool.memory, "limit": service.options.limits.total},
        "killed": service.pool.killed,
        "cage": service.cage,
    }
    headers = {"Cache-Control": "no-store"}
    if not ready:
        headers["Retry-After"] = "1"
    return JSONResponse(content, 200 if ready else 503, headers)


@system_router.get(
    "/metrics", summary="Counts for Prometheus", responses=models.responds(None, "text/plain")
)
async def metrics(request: Request) -> Response:
    """Requests and jobs by outcome and lane, in Prometheus' text format."""
    service: Service = request.app.state.service
    headers = {"Cache-Control": "no-store"}
    return Response(service.metrics.text(), headers=headers, media_type=METRICS_TYPE)
