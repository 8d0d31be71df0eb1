"""“Ask”: the saved questions with their parameters and answers, and the SPARQL editor."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter
from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import Response

from libonto.api.service import Service
from libonto.errors import LibontoError
from libonto.graph.description import known_as
from libonto.graph.queries import Parameter, SavedQuery, run
from libonto.graph.store import Graph
from libonto.graph.terms import ID, NS, PREFIXES, slug_of
from libonto.locales import sentence, sentences
from libonto.pages.respond import CONTENT_POLICY, html, opened
from libonto.pages.site import Page
from libonto.verdict.assessment import today

router = APIRouter(include_in_schema=False)
EDITOR_POLICY = CONTENT_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""The editor styles its lines by attributes; scripts stay as strict as everywhere."""
_KINDS = {
    "category": "lo:CategoryLevel",
    "education": "lo:EducationLevel",
    "act": "eli:LegalResource",
}
_KINDS |= {"position": "lo:Position", "knowledge": "lo:KnowledgeItem", "duty": "lo:Duty"}
_KINDS |= {"reading": "lo:Reading", "field": "lo:FieldOfStudy"}
_TOTAL = 200
_SLUGS = {
    "ladder": "ladder",
    "inherits": "category",
    "level": "category",
    "levels": "category",
    "stated_at": "category",
    "first_level": "category",
    "education": "education",
    "education_levels": "education",
    "fields": "field",
    "kind": "requirement-kind",
    "reading": "reading",
    "readings": "reading",
}
"""Columns that hold slugs, several with spaces between, and the kind that these are of."""
_WORDS = {"change", "kind"}
"""Columns in which a query writes words of its own."""


@router.api_route("/ask", methods=["GET", "HEAD"])
async def ask_page(request: Request) -> Response:
    """The saved questions, the answer to one of them, and the editor."""
    page = opened(request)
    service: Service = request.app.state.service
    knowledge = service.knowledge
    name = request.query_params.get("question", "")
    query = knowledge.queries.get(name)
    values: dict[str, Any] = {"chosen": None, "table": None, "problem": "", "text": ""}
    if query is not None:
        given = {
            key: value
            for key, value in request.query_params.items()
            if query.parameter(key) is not None and value
        }
        values |= {"chosen": _chosen(page, query, given), "text": query.text}
        if _complete(query, given):
            try:
                values["table"] = await asyncio.to_thread(_table, page, query, given)
            except LibontoError as error:
                values["problem"] = error.message(page.lang)
    content = page.render("ask.html", questions=_questions(page, knowledge.queries), **values)
    return html(content, page, policy=EDITOR_POLICY)


def editor(request: Request, lang: str) -> Response:
    """The page with nothing asked yet: what a browser gets at `/sparql`."""
    page = opened(request, lang)
    queries = request.app.state.service.knowledge.queries
    values = {"chosen": None, "table": None, "problem": "", "text": ""}
    content = page.render("ask.html", questions=_questions(page, queries), **values)
    return html(content, page, policy=EDITOR_POLICY)


@router.api_route("/vocabulary.json", methods=["GET", "HEAD"])
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


def _questions(page: Page, queries: Mapping[str, SavedQuery]) -> list[dict[str, str]]:
    return [{"name": name, "summary": q.summary(page.lang)} for name, q in sorted(queries.items())]


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
    return {
        "name": parameter.name,
        "type": parameter.type,
        "value": given.get(parameter.name, default),
        "options": _options(page, parameter.type),
    }


def _options(page: Page, kind: str) -> list[dict[str, str]]:
    class_ = _KINDS.get(kind)
    if class_ is None:
        return []
    graph: Graph = page.site.graph
    iris = [iri for iri in graph.instances(class_) if iri in graph.defined]
    iris.sort(key=lambda iri: (graph.number(NamedNode(iri), "schema:position"), page.label(iri)))
    return [{"slug": slug_of(iri, kind), "label": page.label(iri)} for iri in iris]


def _complete(query: SavedQuery, given: Mapping[str, str]) -> bool:
    """Whether every parameter has a value: a day is today's where none is given."""
    return all(
        parameter.name in given or parameter.default is not None or parameter.type == "date"
        for parameter in query.parameters
    )


def _table(page: Page, query: SavedQuery, given: Mapping[str, str]) -> dict[str, Any]:
    bound = dict(given)
    for parameter in query.parameters:
        if parameter.type == "lang":
            bound[parameter.name] = page.lang
        elif parameter.type == "date" and parameter.name not in bound:
            bound[parameter.name] = today().isoformat()
    result = run(query, bound, page.site.graph)
    raw: Any = result.raw
    if not hasattr(raw, "variables"):
        return {"columns": [], "rows": [], "more": 0, "graph": True}
    names = [v.value for v in raw.variables if v.value not in result.hidden]
    columns = [name for name in names if name.removesuffix("_label") not in {*names} - {name}]
    cells = _Cells(page, str(bound.get("position", "")))
    rows = [[cells.cell(column, row[column]) for column in columns] for row in raw]
    shown = [_heading(page, column) for column in columns]
    return {
        "columns": shown,
        "rows": rows[:_TOTAL],
        "more": max(0, len(rows) - _TOTAL),
        "graph": False,
    }


def _heading(page: Page, column: str) -> str:
    """A column's name in the reader's language; of a query that is not ours, the variable's.

    What has its label in a column of its own is shown once: a cell names a resource by its label.
    """
    try:
        return sentence(f"columns.{column.removesuffix('_label')}", page.lang)
    except KeyError:
        return column.replace("_", " ")


class _Cells:
    """A table's values as the page shows them: resources and slugs by labels, days as words."""

    def __init__(self, page: Page, position: str) -> None:
        """Take the page, and the position's slug: other positions' levels have the same slugs."""
        self._page = page
        self._named: dict[tuple[str, str], str] = {}
        for node, notation in page.site.graph.pairs("skos:notation"):
            if isinstance(node, NamedNode) and node.value.startswith(ID):
                kind, _, rest = node.value.removeprefix(ID).partition("/")
                key = (kind, notation.value if isinstance(notation, Literal) else "")
                if key not in self._named or rest.startswith(f"{position}/"):
                    self._named[key] = node.value

    def cell(self, column: str, value: object) -> list[dict[str, str]]:
        """The parts of a cell: text, with an address where it leads somewhere."""
        page = self._page
        if isinstance(value, NamedNode):
            return [_link(page.link(value.value), page.word(value.value))]
        if not isinstance(value, Literal):
            return []
        text, lang, datatype = value.value, value.language or "", value.datatype.value
        if datatype == PREFIXES["xsd"] + "date":
            text = page.day(date.fromisoformat(text))
        elif datatype == PREFIXES["xsd"] + "boolean":
            text = page.say(f"ask.{text}")
        elif column in _WORDS and not lang:
            text = sentences(page.lang, "columns").get(f"value-{text.replace(' ', '-')}", text)
        if column.endswith("quote"):
            lang = "kk"  # the text's own
        if not lang and (parts := self._slugs(column, text)):
            return parts
        return [{"href": "", "text": text, "lang": lang if lang != page.lang else ""}]

    def _slugs(self, column: str, text: str) -> list[dict[str, str]]:
        """What a column of slugs names; nothing where a word of it is not known."""
        page = self._page
        kind = "clause" if column.endswith(("clause", "clauses")) else _SLUGS.get(column, "")
        iris = [self._named.get((kind, word), "") for word in text.split()]
        if not kind or not all(iris):
            return []
        if kind == "clause":
            return [
                _link(page.url("/law", clause=word) + f"#{word}", word, typed="yes")
                for word in text.split()
            ]
        return [_link(page.link(iri), page.label(iri)) for iri in iris]


def _link(href: str, text: str, typed: str = "") -> dict[str, str]:
    return {"href": href, "text": text, "lang": "", "typed": typed}
