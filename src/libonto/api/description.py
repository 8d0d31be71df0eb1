"""What the service says of itself: SPARQL 1.1 Service Description, VoID and DCAT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.graph.answers import rdf
from libonto.graph.terms import BASE, MEDIA_TYPES, NS, ONTOLOGY, PREFIXES, term

if TYPE_CHECKING:
    from starlette.requests import Request

    from libonto.api.service import Service

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
FOAF = "http://xmlns.com/foaf/0.1/"
FORMATS = "http://www.w3.org/ns/formats/"
DUMP = "/dump.nq.gz"
"""The address of the whole knowledge graph as N-Quads."""
RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
RDF_FORMS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")
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
    if not host:  # only HTTP/1.0 may go without
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
    """The dataset as VoID and DCAT-AP 3, with the ontology's own metadata.

    What is counted and handed out is the knowledge graph of the data folders, whatever store
    the endpoint asks; the endpoint's own description says what that one holds.
    """
    base = base_url(service, request)
    graph = service.knowledge.graph
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
    titles = [v for v in graph.objects(ONTOLOGY, "dcterms:title") if isinstance(v, Literal)]
    for name in _KEPT:
        for value in graph.objects(ONTOLOGY, name):
            if isinstance(value, Triple):
                continue
            say(dataset, term(name).value, value)
            if isinstance(value, NamedNode):
                found += (quad.triple for quad in graph.about(value))
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
    _count(len(graph.store), dataset, say)
    say(dataset, VOID + "dataDump", NamedNode(base + DUMP))
    catalogue = NamedNode(f"{base}/.well-known/void#catalogue")
    service_node = NamedNode(f"{base}/.well-known/void#service")
    say(catalogue, a, NamedNode(DCAT + "Catalog"))
    say(catalogue, DCAT + "dataset", dataset)
    say(catalogue, DCAT + "service", service_node)
    say(service_node, a, NamedNode(DCAT + "DataService"))
    say(service_node, DCAT + "endpointURL", endpoint)
    say(service_node, DCAT + "endpointDescription", endpoint)
    say(service_node, DCAT + "servesDataset", dataset)
    described = [catalogue, service_node]
    for name, address, kind, packing in (
        ("ttl", "/ns.ttl", "text/turtle", ""),
        ("jsonld", "/ns.jsonld", "application/ld+json", ""),
        ("dump", DUMP, "application/n-quads", "application/gzip"),
    ):
        distribution = NamedNode(f"{base}/.well-known/void#{name}")
        say(dataset, DCAT + "distribution", distribution)
        say(distribution, a, NamedNode(DCAT + "Distribution"))
        say(distribution, DCAT + "accessURL", NamedNode(base + address))
        say(distribution, DCAT + "downloadURL", NamedNode(base + address))
        for role, media in (("mediaType", kind), ("compressFormat", packing)):
            if media:
                say(distribution, DCAT + role, NamedNode(MEDIA_TYPES + media))
                say(NamedNode(MEDIA_TYPES + media), a, term("dcterms:MediaType"))
        for licence in graph.objects(ONTOLOGY, "dcterms:license"):
            if isinstance(licence, NamedNode):
                say(distribution, term("dcterms:license").value, licence)
                say(licence, a, term("dcterms:LicenseDocument"))
        described.append(distribution)
    for node in described:
        for title in titles:
            say(node, term("dcterms:title").value, title)
    for text in graph.objects(ONTOLOGY, "dcterms:abstract"):
        if isinstance(text, Literal):
            say(catalogue, term("dcterms:description").value, text)
    for agent in graph.objects(ONTOLOGY, "dcterms:publisher"):
        if isinstance(agent, NamedNode):
            say(catalogue, term("dcterms:publisher").value, agent)
    return rdf(found, form, void=VOID, dcat=DCAT, formats=FORMATS, foaf=FOAF)


def _count(count: int, subject: Node, say: object) -> None:
    if count >= 0 and callable(say):
        value = Literal(str(count), datatype=term("xsd:integer"))
        say(subject, VOID + "triples", value)
