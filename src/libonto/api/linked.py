"""Linked data: `/id/…` and `/ns` lead by 303 to a page or to RDF, each with its twins.

The service and the dataset are described by SPARQL 1.1 Service Description, VoID and DCAT, in two
templates of Turtle, `service.ttl.jinja` and `dataset.ttl.jinja`.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path
from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from libonto.api import exchange
from libonto.api.models import LanguageOf, ProblemType, ResourceOf, responds, router_of
from libonto.api.negotiation import negotiate, prefers_html
from libonto.api.service import Service
from libonto.errors import NotFoundError
from libonto.graph.answers import rdf
from libonto.graph.formats import GRAPH_TYPES, GRAPHS, MEDIA_TYPES, sent_types
from libonto.graph.mappings import PATTERN
from libonto.graph.store import Graph
from libonto.graph.terms import BASE, NS, ONTOLOGY, PREFIXES, TERMS, term
from libonto.graph.terms import MEDIA_TYPES as MEDIA_TYPE_IRIS
from libonto.graph.texts import Texts
from libonto.graph.turtle import to_text
from libonto.locales import sentences
from libonto.ontology.release import for_other_tools, motivations
from libonto.profile.json_ld import own_context

DUMP = "/dump.nq.gz"
"""The address of the whole knowledge graph as N-Quads."""
VOID = "/.well-known/void"
_PREFIXES = {
    "void": "http://rdfs.org/ns/void#",
    "formats": "http://www.w3.org/ns/formats/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
}
_METADATA = (
    "dcterms:title",
    "dcterms:abstract",
    "dcterms:description",
    "dcterms:creator",
    "dcterms:publisher",
    "dcterms:license",
    "dcterms:created",
    "dcterms:modified",
    "owl:versionInfo",
)
"""The ontology's own metadata that describe the dataset too."""
TWINS = {f".{form.suffix}": form.name for form in GRAPHS} | {".html": "html"}
DOCUMENTS = (*sent_types(GRAPH_TYPES).values(), "text/html")
SSSOM = "text/tab-separated-values"
TEXT = ".txt"
"""The twin of a source text: its bytes as received, into which the clauses' selectors point."""
TEXT_CLASS = "eli:Format"
_KINDS = (*TERMS, "rdfs:Datatype")
_LABELS = ("skos:prefLabel", "rdfs:label", "skos:notation")

router = router_of("linked data")


@router.get(
    "/id/{path:path}",
    summary="A resource, or one of its twins",
    responses=responds(None, *DOCUMENTS, errors=(400, 404, 406), also=(303, 304)),
)
async def resource(
    request: Request,
    path: Annotated[str, Path(examples=["position/{position}"])],
    parameters: ResourceOf,
) -> Response:
    """A resource of ours leads by 303 to a page or to RDF; a twin (`.ttl` …) is that document."""
    return _answer(request, "id/" + path, parameters.lang)


@router.get(
    "/ns",
    summary="The vocabulary",
    status_code=303,
    responses=responds(errors=(400, 406), also=(303,)),
)
async def vocabulary(request: Request, parameters: LanguageOf) -> Response:
    """The vocabulary leads by 303 to a page or to RDF."""
    return _answer(request, "ns", parameters.lang)


@router.get(
    "/ns.{suffix}",
    summary="The vocabulary as a document",
    responses=responds(None, *DOCUMENTS, errors=(400, 404), also=(304,)),
)
async def vocabulary_twin(
    request: Request, suffix: Annotated[str, Path(examples=["ttl"])], parameters: ResourceOf
) -> Response:
    """The vocabulary's terms with the ontology's header."""
    return _answer(request, f"ns.{suffix}", parameters.lang)


@router.get(
    "/mappings/{path}",
    summary="A table of correspondences",
    responses=responds(
        None,
        SSSOM,
        *DOCUMENTS,
        errors=(400, 404, 406),
        also=(303, 304),
    ),
)
async def mappings(
    request: Request, path: Annotated[str, Path(examples=["{table}"])], parameters: LanguageOf
) -> Response:
    """A table leads by 303 to a page or to RDF; `.tsv` is the table itself (SSSOM)."""
    service: Service = request.app.state.service
    name = path.removesuffix(".tsv") + PATTERN.removeprefix("*")
    for table in service.knowledge.graph.catalogue.files("ontology", PATTERN):
        if path.endswith(".tsv") and table.name == name:
            kind = f"{SSSOM}; charset=utf-8"
            return exchange.reply(request, table.read_bytes(), kind)
    return _answer(request, f"mappings/{path}", parameters.lang)


@router.get(
    "/context.jsonld",
    summary="The JSON-LD context of profiles",
    responses=responds(None, "application/ld+json", also=(304,)),
)
async def context(request: Request) -> Response:
    """The context that plain JSON profiles imply (JSON-LD 1.1, section 3.1)."""
    service: Service = request.app.state.service
    content = context_document(service.knowledge.graph)
    return exchange.reply(request, content, "application/ld+json")


def context_document(graph: Graph) -> bytes:
    """The context as a document of JSON-LD."""
    return json.dumps({"@context": own_context(graph)}, ensure_ascii=False, indent=2).encode()


@router.get(
    "/problem/{key}",
    summary="A type of problem",
    responses=responds(ProblemType, errors=(400, 404), also=(304,)),
)
async def problem(
    request: Request, key: Annotated[str, Path(examples=["nothing-there"])], parameters: LanguageOf
) -> Response:
    """What an error of this type says, with the places of its parameters (RFC 9457, 3.1.1)."""
    lang = exchange.language(request.scope, parameters.lang)
    detail = sentences(lang, "errors").get(key)
    if detail is None:
        raise NotFoundError("nothing-there", path=request.url.path)
    problem_type = {"type": f"{BASE}problem/{key}", "detail": detail}
    return exchange.json_reply(request, problem_type, lang)


@router.get(
    DUMP,
    summary="The whole knowledge graph as N-Quads",
    responses=responds(None, "application/gzip", also=(304,)),
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
    VOID,
    summary="The dataset, as VoID and DCAT",
    responses=responds(None, *DOCUMENTS[:-1], errors=(406,), also=(304,)),
)
async def void(request: Request) -> Response:
    """What the dataset holds, where it can be asked and downloaded, and under which licence."""
    service: Service = request.app.state.service
    form = negotiate(request.headers.get("accept"), GRAPH_TYPES, "void")
    content = dataset_description(service, request, form)
    return exchange.reply(request, content, MEDIA_TYPES[form], vary="Accept, Host")


async def version_iri(request: Request) -> Response:
    """The version's IRI leads to the vocabulary, which is of that version."""
    return _see_other(request, "ns")


def versioned(version: str) -> APIRouter:
    """The route of the version's IRI (OWL 2, section 3.1)."""
    versions = router_of("linked data")
    versions.get(
        f"/ns/{version}",
        summary="The vocabulary, by its version IRI",
        status_code=303,
        responses=responds(errors=(406,), also=(303,)),
    )(version_iri)
    return versions


def _answer(request: Request, path: str, lang: str | None) -> Response:
    service: Service = request.app.state.service
    graph = service.knowledge.graph
    if BASE + path in graph.defined:
        return _see_other(request, path)
    for suffix, form in TWINS.items():
        stem = path.removesuffix(suffix)
        if stem != path and BASE + stem in graph.defined:
            return _document(request, graph, stem, form, lang)
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
        form = negotiate(accept, offers, "/" + path)
    suffix = next(suffix for suffix, name in {**TWINS, TEXT: "text"}.items() if name == form)
    query = f"?{request.url.query}" if request.url.query else ""
    headers = {"Vary": "Accept", "Link": _links(path), "Cache-Control": "no-cache"}
    return RedirectResponse("/" + quote(path) + suffix + query, 303, headers)


def _document(request: Request, graph: Graph, path: str, form: str, lang: str | None) -> Response:
    page_language = exchange.language(request.scope, lang)
    if form == "html":
        page: Response = request.app.state.resource_page(request, BASE + path, page_language)
        return page
    content = rdf(described(graph, path, lang), form)
    headers = {"Link": _links(path)}
    return exchange.reply(request, content, MEDIA_TYPES[form], headers=headers)


def _links(path: str) -> str:
    types = MEDIA_TYPES | {"html": "text/html"}
    return ", ".join(
        f'</{quote(path)}{suffix}>; rel="alternate"; type="{types[form]}"'
        for suffix, form in TWINS.items()
    )


def described(graph: Graph, path: str, lang: str | None = None) -> set[Triple]:
    """The triples of a document about a resource.

    Its statements with those of its blank nodes, and the labels of what they name; of texts
    only those in `lang`, where that is one.
    """
    subjects = [NamedNode(BASE + path)]
    if path == "ns":
        subjects = [ONTOLOGY, *(NamedNode(iri) for iri in graph.defined if iri.startswith(NS))]

    def in_language(value: object) -> bool:
        return lang is None or not isinstance(value, Literal) or value.language in (None, lang)

    triples = set(graph.reached(*subjects, take=lambda quad: in_language(quad.object)))
    neighbours = {triple.object for triple in triples} - {triple.subject for triple in triples}
    triples |= {
        Triple(node, term(name), value)
        for node in neighbours
        if isinstance(node, NamedNode) and node.value.startswith(BASE)
        for name in _LABELS
        for value in graph.objects(node, name)
        if in_language(value)
    }
    classes = [t.object for t in triples if t.predicate == term("rdf:type")]
    motives = motivations(graph.reached(*(c for c in classes if isinstance(c, NamedNode))))
    triples |= set(for_other_tools(triples, motives))
    if path == "ns" or graph.is_a(BASE + path, "owl:Class"):
        triples |= _declarations(graph, triples)
    return triples


def _declarations(graph: Graph, triples: Iterable[Triple]) -> set[Triple]:
    """The kind of each term that some triples use: an OWL tool reads them by these alone."""
    kinds = {term(name) for name in _KINDS}
    terms = {used for t in triples for used in (t.predicate, t.object)}
    return {
        Triple(used, term("rdf:type"), kind)
        for used in terms
        if isinstance(used, NamedNode)
        for kind in graph.objects(used, "rdf:type")
        if kind in kinds
    }


def base_url(service: Service, request: Request) -> str:
    """The server's public address, without a slash at its end."""
    if service.options.base:
        return service.options.base.rstrip("/")
    name, port = request.scope.get("server") or ("localhost", 80)
    host = request.headers.get("host", "") or f"{name}:{port}"  # only HTTP/1.0 may go without
    return f"{request.url.scheme}://{host}"


def service_description(service: Service, request: Request, form: str) -> bytes:
    """The endpoint's description, section 3 of SPARQL 1.1 Service Description."""
    counts = {"triples": service.info.get("triples", -1), "graphs": service.info.get("graphs", {})}
    return rdf(_triples("service", base_url(service, request), **counts), form, **_PREFIXES)


def dataset_description(service: Service, request: Request, form: str) -> bytes:
    """The dataset as VoID and DCAT-AP 3, with the ontology's own metadata.

    What is counted and handed out is the knowledge graph of the data folders, whatever store
    the endpoint asks; the endpoint's own description says what that one holds.
    """
    graph = service.knowledge.graph
    metadata = {
        name: [v for v in graph.objects(ONTOLOGY, name) if not isinstance(v, Triple)]
        for name in _METADATA
    }
    named = {v for values in metadata.values() for v in values if isinstance(v, NamedNode)}
    triples = _triples(
        "dataset",
        base_url(service, request),
        metadata=metadata,
        licences=[v for v in metadata["dcterms:license"] if isinstance(v, NamedNode)],
        space=BASE,
        positions=[NamedNode(iri) for iri in service.knowledge.positions.iris],
        triples=len(graph.store),
        dump=DUMP,
        types=MEDIA_TYPE_IRIS,
    )
    triples += (quad.triple for node in named for quad in graph.about(node))
    return rdf(triples, form, **_PREFIXES)


def _triples(template: str, base: str, **values: Any) -> list[Triple]:
    """The triples of a template at an address."""
    prefixes = {**PREFIXES, **_PREFIXES}.items()
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes)
    text = _environment().get_template(f"{template}.ttl.jinja").render(base=base, **values)
    quads = parse(head + text, format=RdfFormat.TURTLE, base_iri=base + VOID)
    return [quad.triple for quad in quads]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("libonto.api", ""),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.filters["node"] = NamedNode
    return environment
