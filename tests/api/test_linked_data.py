"""Every IRI of ours answers, and what the dataset says of itself is true."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, parse
from tests.sizes import some

from libonto import __version__
from libonto.graph.catalogue import Catalogue, own_folder
from libonto.graph.store import Graph
from libonto.graph.terms import BASE, NS
from libonto.locales import sentences
from libonto.ontology.checks import CHECKS_FOLDER, OWL2

HERE = Path(__file__).resolve().parent
TURTLE = {"Accept": "text/turtle"}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph(Catalogue((own_folder(),)))


@pytest.fixture(scope="module")
def ours(graph: Graph) -> list[str]:
    """The address of every IRI of ours that stands in the graph, without what follows a #."""
    found = {
        part.value.partition("#")[0]
        for quad in graph.store
        for part in (quad.subject, quad.predicate, quad.object)
        if isinstance(part, NamedNode) and part.value.startswith(BASE)
    }
    return sorted(iri.removeprefix(BASE) for iri in found)


def test_every_iri_of_ours_answers(server: Any, ours: list[str]) -> None:
    assert len(ours) > 500
    failed = {}
    for path in some(ours, 60):
        answer = server.http.get(f"/{path}", headers=TURTLE, follow_redirects=True)
        if answer.status_code != 200:
            failed[path] = answer.status_code
    assert failed == {}


def test_every_term_of_ours_is_described_in_the_vocabulary(server: Any, graph: Graph) -> None:
    used = {
        part.value
        for quad in graph.store
        for part in (
            quad.subject,
            quad.predicate,
            quad.object.datatype if isinstance(quad.object, Literal) else quad.object,
        )
        if isinstance(part, NamedNode) and part.value.startswith(NS)
    }
    answer = server.http.get("/ns.ttl")
    described = {str(quad.subject) for quad in parse(answer.content, format=RdfFormat.TURTLE)}
    assert len(used) > 100
    assert {iri for iri in used if f"<{iri}>" not in described} == set()


def test_the_version_leads_to_the_vocabulary(server: Any) -> None:
    answer = server.http.get(f"/ns/{__version__}", headers=TURTLE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ns.ttl")
    assert server.http.get("/ns/0.0.0", headers=TURTLE).status_code == 404


def test_a_source_text_is_given_as_received(server: Any) -> None:
    path = "/id/text/order-338-librarian"
    answer = server.http.get(path, headers={"Accept": "text/plain"})
    assert answer.headers["Location"] == f"{path}.txt"
    text = server.http.get(f"{path}.txt")
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    (source,) = (own_folder() / "ontology/source/order-338").glob("librarian.kk.txt")
    assert text.content == source.read_bytes()
    assert server.http.get("/id/position/librarian.txt").status_code == 404


def test_a_table_is_given_as_it_is(server: Any) -> None:
    (source,) = (own_folder() / "ontology/mappings").glob("levels.sssom.tsv")
    answer = server.http.get("/mappings/levels.tsv")
    assert answer.content == source.read_bytes()
    assert server.http.get("/mappings/nothing.tsv").status_code == 404


def test_the_context_and_the_problems_are_told(server: Any) -> None:
    context = server.http.get("/context.jsonld").json()["@context"]
    assert "credentials" in json.dumps(context)
    problem = server.http.get("/api/positions?x=1").json()
    key = problem["type"].removeprefix(BASE)
    answer = server.http.get(f"/{key}?lang=ru").json()
    assert answer == {
        "type": problem["type"],
        "detail": sentences("ru", "errors")[key.removeprefix("problem/")],
    }
    assert server.http.get("/problem/none-of-ours").status_code == 404


@pytest.mark.parametrize("path", ["/ns.ttl", "/id/eligibility/librarian/higher-first.ttl"])
def test_what_a_document_on_classes_uses_is_declared_in_it(server: Any, path: str) -> None:
    store = Store()
    for quad in parse(server.http.get(path).content, format=RdfFormat.TURTLE):
        store.add(Quad(quad.subject, quad.predicate, quad.object))
    room = own_folder() / CHECKS_FOLDER / "owl"
    store.bulk_load(path=str(room / "owl2.ttl"), format=RdfFormat.TURTLE, to_graph=OWL2)
    rows = store.query((room / "owl-declared.rq").read_text("utf-8"))
    assert [str(row["used"]) for row in rows if not isinstance(row["used"], BlankNode)] == []


def described(server: Any) -> Store:
    store = Store()
    answer = server.http.get("/.well-known/void", headers=TURTLE)
    for quad in parse(answer.content, format=RdfFormat.TURTLE):
        store.add(Quad(quad.subject, quad.predicate, quad.object))
    return store


def test_the_dump_is_what_the_description_promises(server: Any, graph: Graph) -> None:
    found = described(server)
    rows = found.query(
        "PREFIX void: <http://rdfs.org/ns/void#> PREFIX dcat: <http://www.w3.org/ns/dcat#> "
        "SELECT ?dump ?triples ?endpoint { ?set void:dataDump ?dump ; void:triples ?triples ; "
        "void:sparqlEndpoint ?endpoint ; dcat:distribution/dcat:downloadURL ?dump }"
    )
    (row,) = rows
    assert row["endpoint"].value == f"{server.url}/sparql"
    content = server.http.get(row["dump"].value.removeprefix(server.url)).content
    quads = list(parse(gzip.decompress(content), format=RdfFormat.N_QUADS))
    assert len(quads) == int(row["triples"].value) == len(graph.store)
    for target in found.quads_for_pattern(
        None, NamedNode("http://www.w3.org/ns/dcat#downloadURL"), None
    ):
        path = target.object.value.removeprefix(server.url)
        assert server.http.head(path).status_code == 200, path


def test_the_description_keeps_to_dcat_ap(server: Any) -> None:
    import pyshacl
    import rdflib

    data = rdflib.Graph()
    data.parse(server.http.get("/.well-known/void", headers=TURTLE).content, format="turtle")
    shapes = rdflib.Graph().parse(HERE / "dcat-ap.ttl")
    agents = rdflib.Namespace("http://xmlns.com/foaf/0.1/")
    assert len(set(data.subjects(rdflib.RDF.type, agents.Agent))) == 1
    conforms, _, text = pyshacl.validate(data, shacl_graph=shapes)
    assert conforms, text
    data.remove((None, rdflib.URIRef("http://www.w3.org/ns/dcat#accessURL"), None))
    assert not pyshacl.validate(data, shacl_graph=shapes)[0]
