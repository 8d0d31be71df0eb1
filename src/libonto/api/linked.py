"""Linked data: `/id/…` and `/ns` lead by 303 to a page or to RDF, each with its twins."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from pyoxigraph import Literal, NamedNode, Triple
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from libonto.api import exchange
from libonto.api.description import DUMP, dataset_description
from libonto.api.models import LanguageOf, ProblemType, ResourceOf, responds, router_of
from libonto.api.negotiation import chosen, prefers_html
from libonto.api.service import Service
from libonto.errors import NotFoundError
from libonto.graph.answers import rdf
from libonto.graph.formats import GRAPH_TYPES, GRAPHS, MEDIA_TYPES, sent_types
from libonto.graph.mappings import PATTERN
from libonto.graph.store import Graph
from libonto.graph.terms import BASE, NS, ONTOLOGY, term
from libonto.graph.texts import Texts
from libonto.graph.turtle import to_text
from libonto.locales import sentences
from libonto.ontology.release import for_other_tools, motivations
from libonto.profile.json_ld import own_context

TWINS = {f".{form.suffix}": form.name for form in GRAPHS} | {".html": "html"}
DOCUMENTS = (*sent_types(GRAPH_TYPES).values(), "text/html")
SSSOM = "text/tab-separated-values"
TEXT = ".txt"
"""The twin of a source text: its bytes as received, into which the clauses' selectors point."""
TEXT_CLASS = "eli:Format"
_KINDS = (
    "owl:Class",
    "owl:ObjectProperty",
    "owl:DatatypeProperty",
    "owl:AnnotationProperty",
    "rdfs:Datatype",
)
_LABELS = ("skos:prefLabel", "rdfs:label", "skos:notation")


router = router_of("linked data")


@router.get(
    "/id/{path:path}",
    summary="A resource, or one of its twins",
    responses=responds(None, *DOCUMENTS, errors=(400, 404, 405, 406, 500), also=(303, 304)),
)
async def resource(
    request: Request,
    path: Annotated[str, Path(examples=["position/{position}"])],
    asked: ResourceOf,
) -> Response:
    """A resource of ours leads by 303 to a page or to RDF; a twin (`.ttl` …) is that document."""
    return _answer(request, "id/" + path, asked.lang)


@router.get(
    "/ns",
    summary="The vocabulary",
    status_code=303,
    responses=responds(errors=(400, 405, 406, 500), also=(303,)),
)
async def vocabulary(request: Request, asked: LanguageOf) -> Response:
    """The vocabulary leads by 303 to a page or to RDF."""
    return _answer(request, "ns", asked.lang)


@router.get(
    "/ns.{suffix}",
    summary="The vocabulary as a document",
    responses=responds(None, *DOCUMENTS, errors=(400, 404, 405, 500), also=(304,)),
)
async def vocabulary_twin(
    request: Request, suffix: Annotated[str, Path(examples=["ttl"])], asked: ResourceOf
) -> Response:
    """The vocabulary's terms with the ontology's header."""
    return _answer(request, f"ns.{suffix}", asked.lang)


async def version_iri(request: Request) -> Response:
    """The version's IRI leads to the vocabulary, which is of that version."""
    return _see_other(request, "ns")


def versioned(version: str) -> APIRouter:
    """The route of the version's IRI (OWL 2, section 3.1)."""
    found = router_of("linked data")
    path, told = f"/ns/{version}", responds(errors=(405, 406, 500), also=(303,))
    summary = "The vocabulary, by its version IRI"
    found.get(path, summary=summary, status_code=303, responses=told)(version_iri)
    return found


@router.get(
    "/mappings/{path}",
    summary="A table of correspondences",
    responses=responds(
        None,
        "text/tab-separated-values",
        *sent_types(GRAPH_TYPES).values(),
        "text/html",
        errors=(400, 404, 405, 406, 500),
        also=(303, 304),
    ),
)
async def mappings(
    request: Request, path: Annotated[str, Path(examples=["{table}"])], asked: LanguageOf
) -> Response:
    """A table leads by 303 to a page or to RDF; `.tsv` is the table itself (SSSOM)."""
    service: Service = request.app.state.service
    name = path.removesuffix(".tsv") + PATTERN.removeprefix("*")
    for table in service.knowledge.graph.catalogue.files("ontology", PATTERN):
        if path.endswith(".tsv") and table.name == name:
            kind = f"{SSSOM}; charset=utf-8"
            return exchange.reply(request, table.read_bytes(), kind)
    return _answer(request, f"mappings/{path}", asked.lang)


@router.get(
    "/context.jsonld",
    summary="The JSON-LD context of profiles",
    responses=responds(None, "application/ld+json", errors=(405, 500), also=(304,)),
)
async def context(request: Request) -> Response:
    """The context that plain JSON profiles imply (JSON-LD 1.1, section 3.1)."""
    service: Service = request.app.state.service
    found = {"@context": own_context(service.knowledge.graph)}
    content = json.dumps(found, ensure_ascii=False, indent=2).encode()
    return exchange.reply(request, content, "application/ld+json")


@router.get(
    "/problem/{key}",
    summary="A type of problem",
    responses=responds(ProblemType, errors=(400, 404, 405, 500), also=(304,)),
)
async def problem(
    request: Request, key: Annotated[str, Path(examples=["nothing-there"])], asked: LanguageOf
) -> Response:
    """What an error of this type says, with the places of its parameters (RFC 9457, 3.1.1)."""
    lang = exchange.language(request.scope, asked.lang)
    detail = sentences(lang, "errors").get(key)
    if detail is None:
        raise NotFoundError("nothing-there", path=request.url.path)
    found = {"type": f"{BASE}problem/{key}", "detail": detail}
    return exchange.json_reply(request, found, lang)


@router.get(
    DUMP,
    summary="The whole knowledge graph as N-Quads",
    responses=responds(None, "application/gzip", errors=(405, 500), also=(304,)),
)
async def dump(request: Request) -> Response:
    """Every statement of the data folders, in an order and with labels of their own (RDFC-1.0)."""
    service: Service = request.app.state.service
    content = await asyncio.to_thread(_dump, service.knowledge.graph)
    return exchange.reply(request, content, "application/gzip")


@lru_cache(maxsize=1)
def _dump(graph: Graph) -> bytes:
    text = to_text((quad.triple for quad in graph.store), "ntriples")
    return gzip.compress(text.encode(), mtime=0)


@router.get(
    "/.well-known/void",
    summary="The dataset, as VoID and DCAT",
    responses=responds(None, *DOCUMENTS[:-1], errors=(405, 406, 500), also=(304,)),
)
async def void(request: Request) -> Response:
    """What the dataset holds, where it can be asked and downloaded, and under which licence."""
    service: Service = request.app.state.service
    form = chosen(request.headers.get("accept"), GRAPH_TYPES, "void")
    content = dataset_description(service, request, form)
    return exchange.reply(request, content, MEDIA_TYPES[form], vary="Accept, Host")


def _answer(request: Request, path: str, asked: str | None) -> Response:
    service: Service = request.app.state.service
    graph = service.knowledge.graph
    if BASE + path in graph.defined:
        return _see_other(request, path)
    for suffix, form in TWINS.items():
        stem = path.removesuffix(suffix)
        if stem != path and BASE + stem in graph.defined:
            return _document(request, graph, stem, form, asked)
    if path.endswith(TEXT) and (text := Texts(graph).named(BASE + path.removesuffix(TEXT))):
        content = text.content.encode()
        return exchange.reply(request, content, "text/plain")
    raise NotFoundError("nothing-there", path="/" + path)


def _see_other(request: Request, path: str) -> Response:
    accept = request.headers.get("accept")
    form = "html"
    if not prefers_html(accept):
        offers = {**GRAPH_TYPES, "text/html": "html"}
        if request.app.state.service.knowledge.graph.is_a(BASE + path, TEXT_CLASS):
            # A clause's selectors point into the text as received: its own form is plain text.
            offers.pop("text/plain")
            offers = {"text/plain": "text", **offers}
        form = chosen(accept, offers, "/" + path)
    suffix = next(suffix for suffix, name in {**TWINS, TEXT: "text"}.items() if name == form)
    query = f"?{request.url.query}" if request.url.query else ""
    headers = {"Vary": "Accept", "Link": _links(path), "Cache-Control": "no-cache"}
    return RedirectResponse("/" + quote(path) + suffix + query, 303, headers)


def _document(request: Request, graph: Graph, path: str, form: str, asked: str | None) -> Response:
    lang = exchange.language(request.scope, asked)
    if form == "html":
        page: Response = request.app.state.resource_page(request, BASE + path, lang)
        return page
    content = rdf(described(graph, path, asked), form)
    headers = {"Link": _links(path)}
    return exchange.reply(request, content, MEDIA_TYPES[form], headers=headers)


def _links(path: str) -> str:
    types = MEDIA_TYPES | {"html": "text/html"}
    return ", ".join(
        f'</{quote(path)}{suffix}>; rel="alternate"; type="{types[form]}"'
        for suffix, form in TWINS.items()
    )


def described(graph: Graph, path: str, lang: str | None = None) -> set[Triple]:
    """What a document about a resource holds.

    Its statements with all that hangs on blank nodes, and the labels of what they name; of
    texts only those in `lang`, where it is given.
    """
    subjects = [NamedNode(BASE + path)]
    if path == "ns":
        subjects = [ONTOLOGY, *(NamedNode(iri) for iri in graph.defined if iri.startswith(NS))]
    found = set(graph.reached(*subjects, take=lambda quad: _in_language(quad.object, lang)))
    described = {triple.subject for triple in found}
    named = {triple.object for triple in found if isinstance(triple.object, NamedNode)}
    for neighbour in named - described:
        if neighbour.value.startswith(BASE):
            found |= _labels(graph, neighbour, lang)
    classes = [t.object for t in found if t.predicate == term("rdf:type")]
    motives = motivations(graph.reached(*(c for c in classes if isinstance(c, NamedNode))))
    found |= set(for_other_tools(found, motives))
    if path == "ns" or graph.is_a(BASE + path, "owl:Class"):
        found |= _declarations(graph, found)
    return found


def _declarations(graph: Graph, triples: Iterable[Triple]) -> set[Triple]:
    """What kind of term each is that some triples use: an OWL tool reads them by these alone."""
    kinds = {term(name) for name in _KINDS}
    terms = {
        part for t in triples for part in (t.predicate, t.object) if isinstance(part, NamedNode)
    }
    return {
        Triple(used, term("rdf:type"), kind)
        for used in terms
        for kind in graph.objects(used, "rdf:type")
        if kind in kinds
    }


def _labels(graph: Graph, node: NamedNode, lang: str | None) -> set[Triple]:
    return {
        Triple(node, term(name), value)
        for name in _LABELS
        for value in graph.objects(node, name)
        if _in_language(value, lang)
    }


def _in_language(value: object, lang: str | None) -> bool:
    if lang is None or not isinstance(value, Literal) or value.language is None:
        return True
    return value.language == lang
