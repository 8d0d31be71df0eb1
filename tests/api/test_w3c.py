"""The W3C's SPARQL 1.1 Protocol and Service Description suites, each test by its own name.

The requests are those of the suites' manifests. The data that their update tests write is
loaded from files, and every update of theirs is refused: nothing is written over HTTP.
"""

import http.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph
import pytest
from pyoxigraph import NamedNode

DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
DATA0, DATA1, DATA2, DATA3 = (DATA.format(n) for n in range(4))
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
BOOLEAN = {"application/sparql-results+xml", "application/sparql-results+json"}
TABLE = BOOLEAN | {"text/csv", "text/tab-separated-values"}
RDF = {"application/rdf+xml", "text/turtle", "application/n-triples", "application/ld+json"}
REFUSED = range(400, 500)
TRUE = True


@dataclass(frozen=True)
class Sent:
    """A request of the suite: `address` is what stands after `/sparql/`."""

    method: str
    address: str = ""
    body: bytes = b""
    kind: str | None = None


def parameters(**values: Any) -> str:
    """`name=value` pairs; `_` for the `-` of a name, a tuple for a name that is repeated."""
    named = {name.replace("_", "-"): value for name, value in values.items()}
    return urlencode(named, doseq=True, quote_via=quote)


def get(**values: Any) -> Sent:
    return Sent("GET", "?" + parameters(**values))


def form(**values: Any) -> Sent:
    return Sent("POST", body=parameters(**values).encode(), kind=FORM)


def direct(query: str, **graphs: Any) -> Sent:
    address = "?" + parameters(**graphs) if graphs else ""
    return Sent("POST", address, query.encode(), QUERY)


BOTH = f"ASK {{ <{DATA1}> a ?type . <{DATA2}> a ?type . }}"
NAMED = f"ASK {{ GRAPH ?g1 {{ <{DATA1}> a ?type }} GRAPH ?g2 {{ <{DATA2}> a ?type }} }}"
FULL = NAMED.replace("ASK {", f"ASK {{ <{DATA3}> a ?type ")
MULTIPLE = NAMED.replace("ASK {", f"ASK FROM <{DATA3}> {{")
TWO = (DATA1, DATA2)

QUERIES: dict[str, tuple[Sent, int | set[str]]] = {
    "query_post_form": (
        Sent("POST", "?" + parameters(default_graph_uri=DATA0), b"query=ASK%20%7B%7D", FORM),
        TRUE,
    ),
    "query_dataset_default_graphs_get": (get(query=BOTH, default_graph_uri=TWO), TRUE),
    "query_dataset_default_graphs_post": (direct(BOTH, default_graph_uri=TWO), TRUE),
    "query_dataset_named_graphs_post": (direct(NAMED, named_graph_uri=TWO), TRUE),
    "query_dataset_named_graphs_get": (get(query=NAMED, named_graph_uri=TWO), TRUE),
    "query_dataset_full": (direct(FULL, default_graph_uri=DATA3, named_graph_uri=TWO), TRUE),
    "query_multiple_dataset": (direct(MULTIPLE, named_graph_uri=TWO), TRUE),
    "query_get": (get(query="ASK {}", default_graph_uri=DATA0), TRUE),
    "query_content_type_select": (
        direct("SELECT (1 AS ?value) {}", default_graph_uri=DATA0),
        TABLE,
    ),
    "query_content_type_ask": (direct("ASK {}", default_graph_uri=DATA0), BOOLEAN),
    "query_content_type_describe": (
        direct("DESCRIBE <http://example.org/>", default_graph_uri=DATA0),
        RDF,
    ),
    "query_content_type_construct": (
        direct("CONSTRUCT { <s> <p> 1 } WHERE {}", default_graph_uri=DATA0),
        RDF,
    ),
    "query_post_direct": (direct("ASK {}", default_graph_uri=DATA0), TRUE),
    "bad_query_method": (Sent("PUT", "?query=ASK%20%7B%7D", kind=FORM), 405),
    "bad_multiple_queries": (
        Sent("GET", "?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D"),
        400,
    ),
    "bad_query_wrong_media_type": (Sent("POST", "", b"ASK {}", "text/plain"), 415),
    "bad_query_missing_form_type": (Sent("POST", "", b"query=ASK%20%7B%7D"), 415),
    "bad_query_missing_direct_type": (Sent("POST", "", b"ASK {}"), 415),
    "bad_query_non_utf8": (
        Sent("POST", "", "ASK {}".encode("utf-16"), f"{QUERY}; charset=UTF-16"),
        415,
    ),
    "bad_query_syntax": (Sent("GET", "?query=ASK%20%7B"), 400),
}
"""The query side: what is sent, and the truth value, the media types or the status expected."""

INSERT = "INSERT DATA { <http://www.example.org/s> <http://www.example.org/p> <test> }"
CLEAR_ALL = "CLEAR ALL"
DELETE_AND_INSERT = (
    "CLEAR ALL ; INSERT DATA { GRAPH <http://kasei.us/2009/09/sparql/data/data1.rdf> "
    "{ <http://kasei.us/2009/09/sparql/data/data1.rdf> a <http://xmlns.com/foaf/0.1/Document> } }"
)
USING = (
    "INSERT { GRAPH <http://example.org/protocol-update-dataset-test/> { ?s a ?type } } "
    "WHERE { ?s a ?type }"
)


def update(text: str, **graphs: Any) -> Sent:
    return Sent("POST", "?" + parameters(**graphs) if graphs else "", text.encode(), UPDATE)


UPDATES: dict[str, Sent] = {
    "update_dataset_default_graph": update(USING, using_graph_uri=DATA1),
    "update_dataset_default_graphs": update(USING, using_graph_uri=TWO),
    "update_dataset_named_graphs": update(USING, using_named_graph_uri=TWO),
    "update_dataset_full": update(USING, using_graph_uri=DATA1, using_named_graph_uri=DATA2),
    "update_post_form": form(update=CLEAR_ALL),
    "update_post_direct": update(CLEAR_ALL),
    "update_base_uri": form(update=f"CLEAR GRAPH <http://example.org/base/> ; {INSERT}"),
    "bad_update_get": get(update=CLEAR_ALL),
    "bad_multiple_updates": form(update=("CLEAR NAMED", "CLEAR DEFAULT")),
    "bad_update_wrong_media_type": Sent("POST", "", b"CLEAR NAMED", "text/plain"),
    "bad_update_missing_form_type": Sent("POST", "", b"update=CLEAR%20NAMED"),
    "bad_update_non_utf8": Sent(
        "POST", "", "CLEAR NAMED".encode("utf-16"), f"{UPDATE}; charset=UTF-16"
    ),
    "bad_update_syntax": form(update="CLEAR XYZ"),
    "bad_update_dataset_conflict": form(
        using_named_graph_uri="http://example/people",
        update="DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } USING <http://example/a> WHERE { ?s ?p ?o }",
    ),
    "two updates in one": update(DELETE_AND_INSERT),
}
"""The update side: it is refused whole, the requests that a store would take included."""


@pytest.fixture(scope="module")
def endpoint(serve: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = Path(tmp_path_factory.mktemp("data"))
    loads = []
    for number in range(1, 4):
        graph = DATA.format(number)
        file = folder / f"data{number}.ttl"
        file.write_text(f"<{graph}> a <http://xmlns.com/foaf/0.1/Document> .\n", encoding="utf-8")
        loads += ["--load", f"{graph}={file}"]
    server = serve(*loads)
    yield server
    assert server.stop() == 0


def answered(server: Any, sent: Sent, accept: str | None = None) -> tuple[int, str, bytes]:
    """A request with just these headers, as http.client adds none of its own."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=20)
    connection.putrequest(sent.method, f"/sparql/{sent.address}")
    if sent.method != "GET":
        connection.putheader("Content-Length", str(len(sent.body)))
    for name, value in {"Content-Type": sent.kind, "Accept": accept}.items():
        if value is not None:
            connection.putheader(name, value)
    connection.endheaders(sent.body)
    response = connection.getresponse()
    found = response.read()
    connection.close()
    return response.status, response.getheader("Content-Type", "").partition(";")[0], found


def truth(kind: str, content: bytes) -> bool:
    read = pyoxigraph.QueryResultsFormat.from_media_type(kind)
    assert read is not None
    return bool(pyoxigraph.parse_query_results(content, format=read))


@pytest.mark.parametrize("name", QUERIES)
def test_protocol(endpoint: Any, name: str) -> None:
    sent, expected = QUERIES[name]
    status, kind, content = answered(endpoint, sent)
    if isinstance(expected, int) and expected is not TRUE:
        assert (status, kind) == (expected, "application/problem+json")
    elif isinstance(expected, set):
        assert (status, kind in expected) == (200, True)
    else:
        assert (status, kind in BOOLEAN) == (200, True)
        assert truth(kind, content) is TRUE


@pytest.mark.parametrize("name", UPDATES)
def test_protocol_of_updates(endpoint: Any, name: str) -> None:
    everything = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    before = answered(endpoint, get(query=everything))
    assert before[0] == 200
    status, kind, content = answered(endpoint, UPDATES[name])
    assert (status in REFUSED, kind) == (True, "application/problem+json"), content
    assert answered(endpoint, get(query=everything)) == before


def test_every_test_of_the_protocol_suite_is_here() -> None:
    assert len(QUERIES) == 20
    assert len(UPDATES.keys() - {"two updates in one"}) == 14


# Service Description.

SD = "http://www.w3.org/ns/sparql-service-description#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def described(server: Any, accept: str | None = None) -> list[pyoxigraph.Triple]:
    status, kind, content = answered(server, Sent("GET"), accept)
    assert (status, kind in RDF) == (200, True)
    read = pyoxigraph.RdfFormat.from_media_type(kind)
    return [quad.triple for quad in pyoxigraph.parse(content, format=read)]


@pytest.mark.parametrize("accept", [None, *sorted(RDF)])
def test_returns_rdf(endpoint: Any, accept: str | None) -> None:
    assert described(endpoint, accept)


def test_has_endpoint_triple(endpoint: Any) -> None:
    found = described(endpoint)
    services = {t.subject for t in found if t.object == NamedNode(f"{SD}Service")}
    stated = [t for t in found if t.predicate.value == f"{SD}endpoint"]
    assert [t.object.value for t in stated] == [f"{endpoint.url}/sparql"]
    assert {t.subject for t in stated} == services


RANGES = {
    "defaultDataset": "Dataset",
    "defaultGraph": "Graph",
    "namedGraph": "NamedGraph",
    "availableGraphs": "GraphCollection",
}
"""Properties of the vocabulary whose values are nodes that the description itself types."""
DOMAINS = {
    "endpoint": "Service",
    "supportedLanguage": "Service",
    "resultFormat": "Service",
    "inputFormat": "Service",
    "feature": "Service",
    "defaultDataset": "Service",
    "availableGraphs": "Service",
    "defaultGraph": "Dataset",
    "name": "NamedGraph",
    "graph": "NamedGraph",
}
NAMES = {
    "supportedLanguage": {"SPARQL11Query"},
    "feature": {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs"},
}
"""The individuals that the vocabulary has for what we may say with these properties."""


def test_conforms_to_schema(endpoint: Any) -> None:
    found = described(endpoint)
    types: dict[Any, set[str]] = {}
    for triple in found:
        if triple.predicate.value == TYPE and isinstance(triple.object, NamedNode):
            types.setdefault(triple.subject, set()).add(triple.object.value.removeprefix(SD))
    said: dict[str, list[pyoxigraph.Triple]] = {}
    for triple in found:
        if triple.predicate.value.startswith(SD):
            said.setdefault(triple.predicate.value.removeprefix(SD), []).append(triple)
    assert said.keys() >= {"endpoint", "supportedLanguage", "resultFormat", "defaultDataset"}
    assert said.keys() <= DOMAINS.keys() | RANGES.keys()
    for name, triples in said.items():
        for triple in triples:
            if name in DOMAINS:
                assert DOMAINS[name] in types[triple.subject], triple
            if name in RANGES:
                assert RANGES[name] in types[triple.object], triple
            if name in NAMES:
                assert triple.object.value.removeprefix(SD) in NAMES[name], triple
    names = {triple.object.value for triple in said["name"]}
    assert names == {DATA1, DATA2, DATA3}
