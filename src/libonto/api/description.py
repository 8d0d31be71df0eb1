"""What the service says of itself: SPARQL 1.1 Service Description, VoID and DCAT."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.graph.answers import rdf
from libonto.graph.terms import BASE, NS, ONTOLOGY, PREFIXES, term

if TYPE_CHECKING:
    from starlette.requests import Request

    from libonto.api.service import Service

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
FOAF = "http://xmlns.com/foaf/0.1/"
FORMATS = "http://www.w3.org/ns/formats/"
RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
RDF_FORMS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")
_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:_]{1,255}")
_KEPT = (
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

Node = NamedNode | BlankNode
Triples = list[Triple]


def base_url(service: Service, request: Request) -> str:
    """The server's public address, without a slash at its end."""
    if service.options.base:
        return service.options.base.rstrip("/")
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        server = request.scope.get("server") or ("localhost", 80)
        host = f"{server[0]}:{server[1]}"
    return f"{request.url.scheme}://{host}"


def service_description(service: Service, request: Request, form: str) -> bytes:
    """The endpoint's description, section 3 of SPARQL 1.1 Service Description."""
    base = base_url(service, request)
    endpoint = NamedNode(f"{base}/sparql")
    found: Triples = []

    def say(subject: Node, predicate: str, value: Node | Literal) -> None:
        found.append(Triple(subject, NamedNode(predicate), value))

    a = PREFIXES["rdf"] + "type"
    say(endpoint, a, NamedNode(SD + "Service"))
    say(endpoint, SD + "endpoint", endpoint)
    say(endpoint, SD + "supportedLanguage", NamedNode(SD + "SPARQL11Query"))
    for name in RESULTS + RDF_FORMS:
        say(endpoint, SD + "resultFormat", NamedNode(FORMATS + name))
    dataset = NamedNode(f"{base}/.well-known/void#dataset")
    default = NamedNode(f"{base}/.well-known/void#default")
    say(endpoint, SD + "defaultDataset", dataset)
    say(dataset, a, NamedNode(SD + "Dataset"))
    say(dataset, SD + "defaultGraph", default)
    say(default, a, NamedNode(SD + "Graph"))
    _count(service.info.get("triples", -1), default, say)
    for place, (name, count) in enumerate(service.info.get("graphs", {}).items(), start=1):
        named = BlankNode(f"n{place}")
        graph = BlankNode(f"g{place}")
        say(dataset, SD + "namedGraph", named)
        say(named, a, NamedNode(SD + "NamedGraph"))
        say(named, SD + "name", NamedNode(name))
        say(named, SD + "graph", graph)
        say(graph, a, NamedNode(SD + "Graph"))
        _count(count, graph, say)
    return rdf(found, form, sd=SD, void=VOID, formats=FORMATS)


def dataset_description(service: Service, request: Request, form: str) -> bytes:
    """The dataset as VoID and DCAT, with the ontology's own metadata."""
    base = base_url(service, request)
    found: Triples = []

    def say(subject: Node, predicate: str, value: Node | Literal) -> None:
        found.append(Triple(subject, NamedNode(predicate), value))

    a = PREFIXES["rdf"] + "type"
    endpoint = NamedNode(f"{base}/sparql")
    dataset = NamedNode(f"{base}/.well-known/void#dataset")
    document = NamedNode(f"{base}/.well-known/void")
    say(document, a, NamedNode(VOID + "DatasetDescription"))
    say(document, FOAF + "topic", dataset)
    for class_ in (VOID + "Dataset", DCAT + "Dataset"):
        say(dataset, a, NamedNode(class_))
    graph = service.knowledge.graph
    for name in _KEPT:
        for value in graph.objects(ONTOLOGY, name):
            if not isinstance(value, Triple):
                say(dataset, term(name).value, value)
    say(dataset, VOID + "sparqlEndpoint", endpoint)
    say(dataset, VOID + "uriSpace", Literal(BASE))
    say(dataset, VOID + "vocabulary", NamedNode(NS))
    for name in ("skos", "eli", "oa", "prov", "dcterms", "schema"):
        say(dataset, VOID + "vocabulary", NamedNode(PREFIXES[name]))
    for position in service.knowledge.positions.iris:
        say(dataset, VOID + "exampleResource", NamedNode(position))
        say(dataset, VOID + "rootResource", NamedNode(position))
    for name in RDF_FORMS:
        say(dataset, VOID + "feature", NamedNode(FORMATS + name))
    counted = service.info.get("triples", -1)
    _count(counted, dataset, say)
    service_node = NamedNode(f"{base}/#service")
    say(service_node, a, NamedNode(DCAT + "DataService"))
    say(service_node, DCAT + "endpointURL", endpoint)
    say(service_node, DCAT + "endpointDescription", endpoint)
    say(service_node, DCAT + "servesDataset", dataset)
    for suffix, kind in (("ttl", "text/turtle"), ("jsonld", "application/ld+json")):
        distribution = NamedNode(f"{base}/.well-known/void#{suffix}")
        say(dataset, DCAT + "distribution", distribution)
        say(distribution, a, NamedNode(DCAT + "Distribution"))
        say(distribution, DCAT + "downloadURL", NamedNode(f"{base}/ns.{suffix}"))
        media = "https://www.iana.org/assignments/media-types/" + kind
        say(distribution, DCAT + "mediaType", NamedNode(media))
    return rdf(found, form, void=VOID, dcat=DCAT, formats=FORMATS, foaf=FOAF)


def _count(count: int, subject: Node, say: object) -> None:
    if count >= 0 and callable(say):
        value = Literal(str(count), datatype=term("xsd:integer"))
        say(subject, VOID + "triples", value)
