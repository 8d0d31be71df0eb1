"""The service described: SPARQL 1.1 Service Description, VoID and DCAT.

By two templates of Turtle, `service.ttl.jinja` and `dataset.ttl.jinja`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from libonto.graph.answers import rdf
from libonto.graph.terms import BASE, MEDIA_TYPES, ONTOLOGY, PREFIXES

if TYPE_CHECKING:
    from starlette.requests import Request

    from libonto.api.service import Service

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
        types=MEDIA_TYPES,
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
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.filters["node"] = NamedNode
    return environment
