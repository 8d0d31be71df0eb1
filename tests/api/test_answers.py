"""Answers in every format: each literal right, each format negotiated, each answer tagged."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat

TEXTS = [
    "Кітапханашы: әғқңөұүһі ӘҒҚҢӨҰҮҺІ",
    "😀 and 𐌰",
    "double \"quotes\" and 'single'",
    "a tab\tand a\nline end",
    "carriage\rreturn and\r\nboth",
    " spaces around ",
    "a,comma;semicolon",
    "<tag attr='&amp;'> ]]>",
    "back\\slash \\n",
    "\u0085 \u2028 \u2029 \u00a0",
    "=1+1",
    "",
]
ODD = Literal("1e1", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))
LITERALS = [
    *(Literal(text) for text in TEXTS),
    *(Literal(text, language="kk") for text in TEXTS),
    Literal("2026-11-22", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date")),
    Literal("-7", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    ODD,
    Literal("\t<x>", datatype=NamedNode("http://example.org/type")),
]
GRAPH = "http://example.org/literals"
XML_GRAPH = "http://example.org/not-xml"
SELECT = f"SELECT ?s ?o FROM <{GRAPH}> {{ ?s ?p ?o }} ORDER BY ?s"
CONSTRUCT = f"CONSTRUCT {{ ?s ?p ?o }} FROM <{GRAPH}> {{ ?s ?p ?o }}"
RESULTS = "http://www.w3.org/2005/sparql-results#"
TABLES = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
GRAPHS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}


def subject(number: int) -> str:
    return f"http://example.org/{number:03}"


@pytest.fixture(scope="module")
def answering(serve: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = Path(tmp_path_factory.mktemp("data"))
    has = NamedNode("http://example.org/has")
    quads = [
        pyoxigraph.Quad(NamedNode(subject(n)), has, literal) for n, literal in enumerate(LITERALS)
    ]
    pyoxigraph.serialize(quads, folder / "literals.nt", format=RdfFormat.N_TRIPLES)
    (folder / "not-xml.nt").write_text(
        f'<{subject(0)}> <http://example.org/123> "a bell: \\u0007" .\n', encoding="utf-8"
    )
    loads = {GRAPH: "literals.nt", XML_GRAPH: "not-xml.nt"}
    args = [f"{graph}={folder / file}" for graph, file in loads.items()]
    server = serve(*(part for arg in args for part in ("--load", arg)))
    yield server
    server.stop()


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_has_every_literal_as_it_is(answering: Any, kind: str) -> None:
    answer = answering.ask(SELECT, Accept=kind)
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    rows = pyoxigraph.parse_query_results(answer.content, format=TABLES[kind])
    assert [row["o"] for row in rows] == LITERALS


def test_another_reader_finds_the_same_in_json_and_xml(answering: Any) -> None:
    values = [bind["o"]["value"] for bind in answering.ask(SELECT).json()["results"]["bindings"]]
    assert values == [literal.value for literal in LITERALS]
    content = answering.ask(SELECT, Accept="application/sparql-results+xml").content
    found = ElementTree.fromstring(content).iter(f"{{{RESULTS}}}literal")
    assert [element.text or "" for element in found] == [literal.value for literal in LITERALS]


def test_csv_has_every_text_as_it_is(answering: Any) -> None:
    answer = answering.ask(SELECT, Accept="text/csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode(), newline="")))
    assert rows[0] == ["s", "o"]
    assert [row[1] for row in rows[1:]] == [literal.value for literal in LITERALS]


@pytest.mark.parametrize("kind", GRAPHS)
def test_a_graph_has_every_literal_as_it_is(answering: Any, kind: str) -> None:
    answer = answering.ask(CONSTRUCT, Accept=kind)
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    found = {
        quad.subject.value: quad.object
        for quad in pyoxigraph.parse(answer.content, format=GRAPHS[kind])
    }
    assert found == {subject(n): literal for n, literal in enumerate(LITERALS)}


@pytest.mark.parametrize(
    ("kind", "form"), [("text/turtle", "turtle"), ("application/rdf+xml", "xml")]
)
def test_another_reader_finds_the_same_in_a_graph(answering: Any, kind: str, form: str) -> None:
    content = answering.ask(CONSTRUCT, Accept=kind).content
    graph = rdflib.Graph().parse(data=content, format=form)
    found = {str(s): str(o) for s, o in graph.subject_objects()}
    # rdflib writes 1e1, which is no decimal, as 10.
    stated = {subject(n): literal.value for n, literal in enumerate(LITERALS)}
    assert found == {**stated, subject(LITERALS.index(ODD)): "10"}


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        (f"SELECT ?o FROM <{XML_GRAPH}> {{ ?s ?p ?o }}", "application/sparql-results+xml"),
        (
            f"CONSTRUCT {{ ?s <http://x/p> ?o }} FROM <{XML_GRAPH}> {{ ?s ?p ?o }}",
            "application/rdf+xml",
        ),
        (f"CONSTRUCT {{ ?s ?p 1 }} FROM <{XML_GRAPH}> {{ ?s ?p ?o }}", "application/rdf+xml"),
    ],
)
def test_what_xml_cannot_say_is_refused_and_not_garbled(
    answering: Any, query: str, kind: str
) -> None:
    answer = answering.ask(query, Accept=kind)
    assert answer.status_code == 406
    assert "XML" in answer.json()["detail"]
    assert answering.ask(query, Accept="*/*").status_code == 200


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("ASK {}", "*/*", "application/sparql-results+json"),
        ("ASK {}", "text/csv, */*;q=0.1", "text/csv"),
        ("SELECT * {}", "application/*", "application/sparql-results+json"),
        ("SELECT * {}", "text/*", "text/csv"),
        (
            "SELECT * {}",
            "text/csv;q=0.5, application/sparql-results+xml;q=0.6",
            "application/sparql-results+xml",
        ),
        ("SELECT * {}", "text/csv;q=0, text/*;q=0.5", "text/tab-separated-values"),
        (
            "SELECT * {}",
            "text/turtle, application/sparql-results+json;q=0.1",
            "application/sparql-results+json",
        ),
        ("SELECT * {}", "TEXT/CSV", "text/csv"),
        ("SELECT * {}", "nonsense, text/csv;q=abc, */*;q=0.2", "application/sparql-results+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "*/*", "text/turtle"),
        ("DESCRIBE <http://x/>", "application/ld+json, text/turtle;q=0.9", "application/ld+json"),
    ],
)
def test_the_format_wanted_most_is_chosen(
    answering: Any, query: str, accept: str, kind: str
) -> None:
    answer = answering.ask(query, Accept=accept)
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, kind)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("SELECT * {}", "text/turtle"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv"),
        ("SELECT * {}", "image/png"),
        ("SELECT * {}", "text/csv;q=0"),
    ],
)
def test_a_format_that_cannot_be_had_is_406(answering: Any, query: str, accept: str) -> None:
    answer = answering.ask(query, Accept=accept)
    assert answer.status_code == 406
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_client_without_headers_says_the_format_in_the_address(answering: Any) -> None:
    def get(form: str) -> Any:
        return answering.http.get("/sparql", params={"query": "SELECT * {}", "format": form})

    assert get("csv").headers["Content-Type"] == "text/csv; charset=utf-8"
    assert get("application/sparql-results+xml").headers["Content-Type"].endswith("+xml")
    assert get("excel").headers["Content-Type"] == "application/sparql-results+json"


def get(server: Any, query: str, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.http.get("/sparql", params={"query": query}, headers=named)


def test_a_tag_changes_with_the_query_the_form_and_the_coding(answering: Any) -> None:
    tags = {
        get(answering, "ASK {}").headers["ETag"],
        get(answering, "ASK { }").headers["ETag"],
        get(answering, "ASK {}", Accept="text/csv").headers["ETag"],
        get(answering, "ASK {}", Accept_Encoding="identity").headers["ETag"],
    }
    assert len(tags) == 4
    assert get(answering, "ASK {}").headers["ETag"] in tags


def test_what_the_client_has_is_not_sent_again(answering: Any) -> None:
    tag = get(answering, SELECT).headers["ETag"]
    for condition in (tag, f'"other", W/{tag}', "*"):
        answer = get(answering, SELECT, If_None_Match=condition)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == tag
        assert "Accept" in answer.headers["Vary"]
    assert get(answering, SELECT, If_None_Match='"other"').status_code == 200
    assert get(answering, "SELECT", If_None_Match="*").status_code == 400


@pytest.mark.parametrize("word", ["NOW()", "RAND()", "UUID()", "STRUUID()"])
def test_an_answer_that_changes_by_itself_has_no_tag_and_is_not_kept(
    answering: Any, word: str
) -> None:
    query = f"SELECT ({word} AS ?x) {{}}"
    first, second = get(answering, query), get(answering, query)
    assert "ETag" not in first.headers
    assert first.headers["Cache-Control"] == "no-store"
    assert first.content != second.content


def test_a_large_answer_is_compressed_where_the_client_can_read_it(answering: Any) -> None:
    packed = get(answering, SELECT, Accept_Encoding="br, gzip;q=0.5")
    plain = get(answering, SELECT, Accept_Encoding="gzip;q=0")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["Content-Length"]) < len(plain.content)
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_any_page_may_ask(answering: Any) -> None:
    headers = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, x-mine",
    }
    for path in ("/sparql", "/api/assess", "/id/position/librarian"):
        preflight = answering.http.options(path, headers=headers)
        assert preflight.status_code == 204
        assert preflight.headers["Access-Control-Allow-Origin"] == "*"
        assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
        assert preflight.headers["Access-Control-Allow-Headers"] == "content-type, x-mine"
    for answer in (get(answering, "ASK {}"), get(answering, "nonsense")):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_an_error_says_what_and_where_in_the_language_asked_for(answering: Any, lang: str) -> None:
    query = "SELECT * {\n ?s ?p }"
    by_header = get(answering, query, Accept_Language=f"de, {lang};q=0.8")
    by_parameter = answering.http.get("/sparql", params={"query": query, "lang": lang})
    assert by_header.json() == by_parameter.json()
    problem = by_header.json()
    assert problem.keys() >= {"type", "title", "status", "detail"}
    assert (problem["status"], problem["line"]) == (400, 2)
    assert problem["column"] > 1
    assert by_header.headers["Content-Language"] == lang
    others = {
        json.dumps(get(answering, query, Accept_Language=x).json()) for x in ("kk", "ru", "en")
    }
    assert len(others) == 3


def test_the_same_answer_comes_from_the_cache(answering: Any) -> None:
    def hits() -> float:
        text = answering.http.get("/metrics").text
        lines = [x for x in text.splitlines() if x.startswith("libonto_answers_from_cache_total ")]
        return float(lines[0].split()[1])

    query = "SELECT (42 AS ?only_here) {}"
    first = get(answering, query)
    before = hits()
    second = get(answering, query)
    assert second.content == first.content
    assert hits() == before + 1


def test_gzip_is_what_it_says(answering: Any) -> None:
    with answering.http.stream(
        "GET", "/sparql", params={"query": SELECT}, headers={"Accept-Encoding": "gzip"}
    ) as answer:
        raw = b"".join(answer.iter_raw())
    assert json.loads(gzip.decompress(raw))["head"]["vars"] == ["s", "o"]
