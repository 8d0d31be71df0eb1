"""“Ask”: the saved questions by subject, their answers, and SPARQL of the reader's own."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange
from libonto.api.problems import Refusal, refusal
from libonto.api.service import QueryRequest, Service
from libonto.errors import LibontoError, NotAcceptable, UsageError
from libonto.graph.answers import GRAPHS, TABLES, Dataset
from libonto.graph.description import known_as
from libonto.graph.formats import GRAPH_TYPES, MEDIA_TYPES, TABLE_TYPES, sent_types
from libonto.graph.queries import Parameter, SavedQuery, bind, filled
from libonto.graph.questions import MAX_BYTES, Question
from libonto.graph.store import Graph
from libonto.graph.terms import NS, PREFIXES, resource, slug_of, term
from libonto.locales import sentences
from libonto.pages.answers import (
    Answer,
    View,
    address,
    file_address,
    name_of,
    own_answer,
    picture,
    saved_answer,
    sort_key,
)
from libonto.pages.respond import EDITOR_POLICY, html, opened, page_number
from libonto.pages.site import Page
from libonto.verdict.assessment import today

router = APIRouter(include_in_schema=False)
_KINDS = {
    "category": "lo:CategoryLevel",
    "education": "lo:EducationLevel",
    "act": "eli:LegalResource",
    "position": "lo:Position",
    "knowledge": "lo:KnowledgeItem",
    "duty": "lo:Duty",
    "reading": "lo:Reading",
    "field": "lo:FieldOfStudy",
}
_FRAMEWORKS = ("eqf", "qf-ehea", "isced-2011", "kz-nqf")
"""Whose levels are offered where a query takes the IRI of a foreign level."""
_DECLARATION = re.compile(r"PREFIX [^\s:]*: <[^\s<>…]+>")
"""What an error says is to be added to a query, where the prefix is one that we know."""
_OTHER = "other"
"""The subject of queries that name none, or one that has no name here."""


@router.get("/ask")
async def ask_page(request: Request) -> Response:
    """The saved questions, the answer to one of them or to a query, and the editor."""
    page = opened(request)
    service: Service = request.app.state.service
    name = request.query_params.get("question", "")
    text = request.query_params.get("query", "")
    query = service.knowledge.queries.get(name)
    if query is not None:
        return html(await _question(request, page, query), page, policy=EDITOR_POLICY)
    if text.strip():
        return await _own(request, page, text, _view(request.query_params))
    return html(_render(page, request), page, policy=EDITOR_POLICY)


@router.post("/ask")
async def ask_own(request: Request) -> Response:
    """The answer to a query that is too long for an address."""
    fields = await _fields(request)
    return await _own(request, opened(request), fields.get("query", ""), _view(fields))


@router.post("/ask/answer")
async def answer_alone(request: Request) -> Response:
    """A query's answer without the page around it, for the editor's script."""
    page = opened(request)
    text = (await _fields(request)).get("query", "")
    answer = await _answer(request, page, text, View())
    content = page.render(
        "answer.html",
        answer=answer,
        question=None,
        files=_own_files(answer),
        text=text,
        address=partial(address, page),
        sort_key=partial(sort_key, page),
        name_of=partial(name_of, page),
        picture=picture(page, answer),
        asked={"query": text},
    )
    return html(content, page)


@router.post("/ask/download")
async def download(request: Request) -> Response:
    """A query's answer as a file: Excel with labels, or one of SPARQL's own forms."""
    page = opened(request)
    fields = await _fields(request)
    service: Service = request.app.state.service
    question = await service.look(fields.get("query", ""), page.lang)
    format_ = fields.get("format", "")
    forms = {**(GRAPHS if question.is_graph else {**TABLES, "xlsx": None})}
    if format_ not in forms:
        raise NotAcceptable("not-acceptable", what=format_, known=", ".join(forms))
    if format_ == "xlsx":
        content = await _results(request, page, question, "json")
        header = {"kind": "sheet", "lang": page.lang}
        query = json.dumps(question.text).encode()
        _, (content, _) = await service.do_for(request, header, query + b"\n" + content)
        suffix = "xlsx"
    else:
        content = await _results(request, page, question, format_)
        suffix = {"turtle": "ttl", "ntriples": "nt", "rdfxml": "rdf"}.get(format_, format_)
    headers = {
        "Content-Disposition": f'attachment; filename="libonto.{suffix}"',
        "Cache-Control": "no-store",
    }
    types = GRAPH_TYPES if question.is_graph else {**TABLE_TYPES, MEDIA_TYPES["xlsx"]: "xlsx"}
    return Response(content, headers=headers, media_type=sent_types(types)[format_])


def editor(request: Request, lang: str) -> Response:
    """The page before any question: what a browser gets at `/sparql`."""
    page = opened(request, lang)
    return html(_render(page, request), page, policy=EDITOR_POLICY)


@router.get("/vocabulary.json")
async def vocabulary(request: Request) -> dict[str, Any]:
    """What the editor completes: our own terms and resources, with their labels."""
    page = opened(request)
    graph = page.site.graph
    return {
        "prefixes": {**PREFIXES, "id": "https://w3id.org/libonto/id/"},
        "terms": [
            {"iri": iri, "name": known_as(iri), "label": page.label(iri)}
            for iri in sorted(graph.defined, key=lambda iri: (not iri.startswith(NS), iri))
        ],
    }


async def _question(request: Request, page: Page, query: SavedQuery) -> str:
    given = {
        key: value
        for key, value in request.query_params.items()
        if query.parameter(key) is not None and key != "lang" and value
    }
    values = _values(page, query, given)
    found: dict[str, Any] = {"chosen": _chosen(page, query, given)}
    if all(parameter.name in values for parameter in query.parameters):
        graph = page.site.graph
        try:
            bound = bind(query, values, graph)
            view = _view(request.query_params)
            answer = await asyncio.to_thread(saved_answer, page, query, values, view)
        except LibontoError as error:
            found["problem"] = error.message(page.lang)
        else:
            found |= {"answer": answer, "text": filled(query, bound, page.lang)}
            found["files"] = [
                {"name": name, "href": file_address(page, query, values, form), "format": form}
                for name, form in answer.files
            ]
    return _render(page, request, **found)


async def _own(request: Request, page: Page, text: str, view: View) -> Response:
    """A query that was sent as a form: its answer, or what is wrong with it, and the editor."""
    found: dict[str, Any] = {"text": text, "own": True}
    status, headers = 200, None
    try:
        found["answer"] = await _answer(request, page, text, view)
        found["files"] = _own_files(found["answer"])
    except (LibontoError, Refusal) as error:
        refused = error if isinstance(error, Refusal) else refusal(error, page.lang)
        found["problem"] = str(refused.problem.get("detail", ""))
        if declared := _DECLARATION.search(found["problem"]):
            found["declaration"] = declared[0]
        status, headers = refused.status, refused.headers
    content = _render(page, request, **found)
    return html(content, page, status=status, headers=headers, policy=EDITOR_POLICY)


async def _answer(request: Request, page: Page, text: str, view: View) -> Answer:
    service: Service = request.app.state.service
    question = await service.look(text, page.lang)
    content = await _results(request, page, question, "ntriples" if question.is_graph else "json")
    return await asyncio.to_thread(own_answer, page, question, content, view)


async def _results(request: Request, page: Page, question: Question, format_: str) -> bytes:
    service: Service = request.app.state.service
    work = service.query(QueryRequest(question, Dataset(), format_, gzip=False), page.lang)
    content, _ = await exchange.while_there(request.scope, work)
    return content


def _view(fields: Mapping[str, str]) -> View:
    """Which rows of a long table are wanted."""
    number = page_number(fields.get("page", ""))
    return View(number, fields.get("words", "").strip()[:200], fields.get("sort", "")[:200])


async def _fields(request: Request) -> dict[str, str]:
    """A form's fields; UsageError for what is no form."""
    service: Service = request.app.state.service
    content = await exchange.body(request, 4 * MAX_BYTES, service.options.patience)
    try:
        return dict(parse_qsl(content.decode(), keep_blank_values=True, max_num_fields=10))
    except (UnicodeDecodeError, ValueError) as error:
        raise UsageError("not-utf8-query") from error


def _render(page: Page, request: Request, **values: Any) -> str:
    queries = request.app.state.service.knowledge.queries
    shown: dict[str, Any] = {
        "chosen": None,
        "answer": None,
        "files": [],
        "problem": "",
        "text": "",
        "own": False,
        "declaration": "",
    }
    answer = values.get("answer")
    return page.render(
        "ask.html",
        section="/ask",
        subjects=_subjects(page, queries),
        sample=_sample(),
        address=partial(address, page),
        sort_key=partial(sort_key, page),
        name_of=partial(name_of, page),
        picture=picture(page, answer) if answer else None,
        asked=_asked(page, values),
        **{**shown, **values},
    )


def _asked(page: Page, values: Mapping[str, Any]) -> dict[str, str]:
    """What is sent along to see other rows of a long table: the question, or the query."""
    if values.get("own"):
        return {"query": values["text"]}
    kept = {key: value for key, value in page.query.items() if key not in ("page", "sort", "words")}
    return {**kept, "lang": page.lang}


def _own_files(answer: Answer) -> list[dict[str, str]]:
    """The downloads of an answer to the reader's own query, which is sent along."""
    return [{"name": name, "format": form} for name, form in answer.files]


def _subjects(page: Page, queries: Mapping[str, SavedQuery]) -> list[dict[str, Any]]:
    """The saved questions by subject, in the order of the subjects' names in the locale."""
    names = sentences(page.lang, "subjects")
    found: dict[str, list[dict[str, str]]] = {subject: [] for subject in names}
    for name, query in queries.items():
        subject = query.subject if query.subject in names else _OTHER
        found[subject].append({"name": name, "summary": query.summary(page.lang)})
    return [
        {"name": names[subject], "slug": subject, "questions": members}
        for subject, members in found.items()
        if members
    ]


def _sample() -> str:
    """What the editor begins with."""
    lines = [f"PREFIX {prefix}: <{PREFIXES[prefix]}>" for prefix in ("lo", "schema")]
    return "\n".join(
        [
            *lines,
            "",
            "SELECT ?level ?years WHERE {",
            "  ?level a lo:CategoryLevel ;",
            "         schema:position ?order ;",
            "         lo:hasRequirement ?requirement .",
            "  ?requirement lo:minimumYears ?years .",
            "}",
            "ORDER BY ?order",
        ]
    )


def _values(page: Page, query: SavedQuery, given: Mapping[str, str]) -> dict[str, str]:
    """What each parameter is: as given, else its default; a day is today's, `lang` the page's."""
    found = {}
    for parameter in query.parameters:
        if parameter.type == "lang":
            found[parameter.name] = page.lang
        elif parameter.name in given:
            found[parameter.name] = given[parameter.name]
        elif parameter.default is not None:
            found[parameter.name] = parameter.default
        elif parameter.type == "date":
            found[parameter.name] = today().isoformat()
    return found


def _chosen(page: Page, query: SavedQuery, given: Mapping[str, str]) -> dict[str, Any]:
    shown = [parameter for parameter in query.parameters if parameter.type != "lang"]
    types = [parameter.type for parameter in shown]
    parameters = []
    for place, parameter in enumerate(shown):
        label = page.say(f"ask.param-{parameter.type}")
        if types.count(parameter.type) > 1:  # the first, the second … of its type
            label = f"{label} {types[: place + 1].count(parameter.type)}"
        parameters.append({"label": label, **_parameter(page, parameter, given)})
    return {"name": query.name, "summary": query.summary(page.lang), "parameters": parameters}


def _parameter(page: Page, parameter: Parameter, given: Mapping[str, str]) -> dict[str, Any]:
    default = parameter.default or (today().isoformat() if parameter.type == "date" else "")
    value = given.get(parameter.name, default)
    options = _options(page, parameter.type)
    if options and value not in {option["slug"] for option in options}:
        options.append({"slug": value, "label": page.word(value)})
    return {
        "name": parameter.name,
        "type": parameter.type,
        "value": value,
        "options": options,
    }


def _options(page: Page, kind: str) -> list[dict[str, str]]:
    """What a parameter may be, where that can be chosen from a list."""
    graph: Graph = page.site.graph
    if kind == "level":
        return [
            {"slug": level, "label": page.label(level)}
            for framework in _FRAMEWORKS
            for level in _in_order(page, graph.subjects("skos:inScheme", _framework(framework)))
        ]
    classes = [term(_KINDS[kind])] if kind in _KINDS else []
    if kind == "requirement":
        kinds = graph.subjects("rdfs:subClassOf", term("lo:Requirement"))
        classes = [node for node in kinds if isinstance(node, NamedNode)]
    members = (node for class_ in classes for node in graph.subjects("rdf:type", class_))
    ours = (node for node in members if isinstance(node, NamedNode) and node.value in graph.defined)
    return [{"slug": slug_of(iri, kind), "label": page.label(iri)} for iri in _in_order(page, ours)]


def _framework(slug: str) -> NamedNode:
    return resource("framework", slug)


def _in_order(page: Page, nodes: Iterable[object]) -> list[str]:
    found = [node for node in nodes if isinstance(node, NamedNode)]
    graph = page.site.graph
    found.sort(key=lambda n: (graph.number(n, "schema:position"), page.label(n.value)))
    return [node.value for node in found]
