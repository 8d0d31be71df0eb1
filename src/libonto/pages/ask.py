"""“Ask”: the saved questions by subject, their answers, and SPARQL of the reader's own."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange
from libonto.api.service import QueryRequest
from libonto.errors import LibontoError, NotAcceptable
from libonto.graph.answers import Dataset
from libonto.graph.description import known_as
from libonto.graph.formats import (
    FORMATS,
    GRAPH_TYPES,
    MEDIA_TYPES,
    RESULT_TYPES,
    RESULTS,
    sent_types,
)
from libonto.graph.queries import Parameter, SavedQuery, bind, filled
from libonto.graph.questions import MAX_BYTES, Question
from libonto.graph.terms import ID, NS, PREFIXES, resource
from libonto.graph.values import RESOURCES, Values
from libonto.law.editions import today
from libonto.locales import sentences
from libonto.pages import answers
from libonto.pages.choices import options
from libonto.pages.respond import EDITOR_POLICY, OpenPage, PageOf, attachment, page_number
from libonto.pages.site import Page, Resource

router = APIRouter(include_in_schema=False)
_FRAMEWORKS = ("eqf", "qf-ehea", "isced-2011", "kz-nqf")
"""Whose levels are offered where a query takes the IRI of a foreign level."""
_DECLARATION = re.compile(r"PREFIX [^\s:]*: <[^\s<>…]+>")
"""What an error says is to be added to a query, where the prefix is one that we know."""
_OF_VIEW = ("page", "sort", "words")
"""The parameters that choose rows of a long table."""
_OTHER = "other"
"""The subject of queries that name none, or one that has no name here."""
_SAMPLE = f"""PREFIX lo: <{PREFIXES["lo"]}>
PREFIX schema: <{PREFIXES["schema"]}>

SELECT ?level ?years WHERE {{
  ?level a lo:CategoryLevel ;
         schema:position ?order ;
         lo:hasRequirement ?requirement .
  ?requirement lo:minimumYears ?years .
}}
ORDER BY ?order"""
"""What the editor begins with."""


@router.get("/ask")
async def ask_page(page: PageOf) -> Response:
    """The saved questions, the answer to one of them or to a query, and the editor."""
    text = page.query.get("query", "")
    query = page.service.knowledge.queries.get(page.query.get("question", ""))
    if query is not None:
        return _page(page, **await _saved(page, query))
    if text.strip():
        return await _own(page, text, _view(page.query))
    return _page(page)


@router.post("/ask")
async def ask_own(page: PageOf) -> Response:
    """The answer to a query that is too long for an address."""
    fields = await _fields(page)
    return await _own(page, fields.get("query", ""), _view(fields))


@router.post("/ask/answer")
async def answer_alone(page: PageOf) -> Response:
    """A query's answer without the page around it, for the editor's script."""
    text = (await _fields(page)).get("query", "")
    values = _answer_values(page, await _answer(page, text, answers.View()))
    return page.answer("answer.html", question=None, text=text, asked={"query": text}, **values)


@router.post("/ask/download")
async def download(page: PageOf) -> Response:
    """A query's answer as a file: Excel with labels, or one of SPARQL's own forms."""
    fields = await _fields(page)
    question = await page.service.look(fields.get("query", ""), page.lang)
    form = fields.get("format", "")
    known = sent_types(GRAPH_TYPES) if question.is_graph else (*RESULTS, "xlsx")
    if form not in known:
        raise NotAcceptable("query-format", value=form, known=", ".join(known))
    if form == "xlsx":
        query = json.dumps(question.text).encode()
        results = await _results(page, question, "json")
        _, content = await page.work({"kind": "sheet"}, query + b"\n" + results)
    else:
        content = await _results(page, question, form)
    suffix = next((f.suffix for f in FORMATS if f.name == form), form)
    types = GRAPH_TYPES if question.is_graph else {**RESULT_TYPES, MEDIA_TYPES["xlsx"]: "xlsx"}
    return attachment(content, sent_types(types)[form], f"libonto.{suffix}")


def editor(request: Request, lang: str) -> Response:
    """The page before any question: what a browser gets at `/sparql`."""
    return _page(OpenPage(request, lang))


@router.get("/vocabulary.json")
async def vocabulary(page: PageOf) -> Response:
    """What the editor completes: our own terms and resources, with their labels."""
    terms = [
        {"iri": iri, "name": known_as(iri), "label": page.label(iri)}
        for iri in sorted(page.graph.defined, key=lambda iri: (not iri.startswith(NS), iri))
    ]
    known = {"prefixes": {**PREFIXES, "id": ID}, "terms": terms}
    return exchange.json_reply(page.request, known, page.lang)


async def _saved(page: OpenPage, query: SavedQuery) -> dict[str, Any]:
    """A saved question with its parameters, and its answer where they are all known."""
    params = {k: v for k, v in page.query.items() if query.parameter(k) is not None and v}
    arguments = _arguments(page, query, params)
    values: dict[str, Any] = {"chosen": _question(page, query, params)}
    if all(parameter.name in arguments for parameter in query.parameters):
        try:
            bound = bind(query, arguments, page.graph)
            view = _view(page.query)
            answer = await asyncio.to_thread(answers.saved_answer, page, query, arguments, view)
        except LibontoError as error:
            values["problem"] = error.message(page.lang)
        else:
            values |= {**_answer_values(page, answer), "text": filled(query, bound, page.lang)}
            for file in values["files"]:
                file_params = {**arguments, "format": file["format"], "lang": page.lang}
                file["href"] = f"/api/queries/{query.name}?{urlencode(file_params)}"
    return values


async def _own(page: OpenPage, text: str, view: answers.View) -> Response:
    """A query that was sent as a form: its answer, or what is wrong with it, and the editor."""
    values: dict[str, Any] = {"text": text, "own": True}
    try:
        values |= _answer_values(page, await _answer(page, text, view))
    except LibontoError as error:
        values |= {"error": error, "problem": error.message(page.lang)}
        if declaration := _DECLARATION.search(values["problem"]):
            values["declaration"] = declaration[0]
    return _page(page, **values)


async def _answer(page: OpenPage, text: str, view: answers.View) -> answers.AnswerPage:
    question = await page.service.look(text, page.lang)
    content = await _results(page, question, "ntriples" if question.is_graph else "json")
    return await asyncio.to_thread(answers.own_answer, page, question, content, view)


async def _results(page: OpenPage, question: Question, format_: str) -> bytes:
    request = QueryRequest(question, Dataset(), format_, gzip=False)
    work = page.service.query(request, page.lang)
    content, _ = await exchange.while_there(page.request.scope, work)
    return content


def _view(fields: Mapping[str, str]) -> answers.View:
    """The rows of a long table that are to be shown."""
    number = page_number(fields.get("page", ""))
    return answers.View(number, fields.get("words", "").strip()[:200], fields.get("sort", "")[:200])


async def _fields(page: OpenPage) -> dict[str, str]:
    """A form's fields; UsageError for what is no form."""
    content = await exchange.body(page.request, 4 * MAX_BYTES, page.service.options.patience)
    return dict(exchange.urlencoded(content))


def _answer_values(page: Page, answer: answers.AnswerPage) -> dict[str, Any]:
    """What the template of an answer needs."""
    return {
        "answer": answer,
        "rows_of_page": answers.ROWS,
        "files": [{"name": name, "format": form} for name, form in answer.files],
        "address": partial(answers.address, page),
        "sort_key": partial(answers.sort_key, page),
        "name_of": partial(answers.name_of, page),
        "picture": answers.picture(page, answer),
    }


def _page(page: OpenPage, *, text: str = "", own: bool = False, **values: Any) -> Response:
    # What is sent along to see other rows of a long table: the question, or the query.
    again = {key: value for key, value in page.query.items() if key not in _OF_VIEW}
    return page.answer(
        "ask.html",
        policy=EDITOR_POLICY,
        section="/ask",
        subjects=_subjects(page),
        sample=_SAMPLE,
        text=text,
        own=own,
        asked={"query": text} if own else {**again, "lang": page.lang},
        **{"chosen": None, "answer": None, "problem": "", "declaration": "", **values},
    )


def _subjects(page: OpenPage) -> dict[str, list[SavedQuery]]:
    """The saved questions by the names of their subjects, in the order of the locale."""
    names = sentences(page.lang, "subjects")
    subjects: dict[str, list[SavedQuery]] = {subject: [] for subject in names}
    for query in page.service.knowledge.queries.values():
        subjects[query.subject if query.subject in names else _OTHER].append(query)
    return {names[subject]: queries for subject, queries in subjects.items() if queries}


def _arguments(page: Page, query: SavedQuery, params: Mapping[str, str]) -> dict[str, str]:
    """What each parameter is: as sent, else its default; a day is today's, `lang` the page's."""
    arguments = {p.name: params.get(p.name, _default(p)) for p in query.parameters}
    arguments |= {p.name: page.lang for p in query.parameters if p.type == "lang"}
    return {name: value for name, value in arguments.items() if value is not None}


def _default(parameter: Parameter) -> str | None:
    if parameter.default is None and parameter.type == "date":
        return today().isoformat()
    return parameter.default


def _question(page: Page, query: SavedQuery, params: Mapping[str, str]) -> dict[str, Any]:
    """A saved question with a field for each parameter, but for the language."""
    own = [parameter for parameter in query.parameters if parameter.type != "lang"]
    types = [parameter.type for parameter in own]
    fields = []
    for place, parameter in enumerate(own):
        label = page.say(f"ask.param-{parameter.type}")
        if types.count(parameter.type) > 1:  # the first, the second … of its type
            label = f"{label} {types[: place + 1].count(parameter.type)}"
        value = params.get(parameter.name, _default(parameter) or "")
        offered = _offered(page, parameter.type)
        if offered and value not in {option.slug for option in offered}:
            offered.append(Resource(value, page.word(value), value))
        field = {"label": label, "name": parameter.name, "type": parameter.type}
        fields.append({**field, "value": value, "options": offered})
    return {"name": query.name, "summary": query.summary(page.lang), "parameters": fields}


def _offered(page: Page, kind: str) -> list[Resource]:
    """What a parameter may be, where that can be chosen from a list."""
    graph = page.graph
    if kind == "level":
        schemes = (resource("framework", slug) for slug in _FRAMEWORKS)
        levels = (graph.subject_iris("skos:inScheme", scheme) for scheme in schemes)
        return [item for members in levels for item in options(page, members, kind)]
    slugs = Values(graph).slugs(kind) if kind in RESOURCES else ()
    return options(page, (resource(kind, slug).value for slug in slugs), kind)
