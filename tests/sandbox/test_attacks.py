"""Each attack, against a running server; a small query is answered right after."""

import json
from typing import Any

import httpx
import pytest
from tests.sandbox.conftest import CROSS, DEADLINE, answers_a_small_query


def nested(opening: str, middle: str, closing: str, depth: int) -> str:
    return opening * depth + middle + closing * depth


def doubled(times: int) -> str:
    steps = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(times))
    return f"SELECT (STRLEN(?x{times}) AS ?n) {{ BIND('0123456789abcdef' AS ?x0) {steps} }}"


def optionals(count: int) -> str:
    parts = " ".join(f"OPTIONAL {{ ?s ?p{i} ?o{i} }}" for i in range(count))
    return f"SELECT * {{ ?s ?p ?o {parts} }}"


QUERIES = {
    "brackets 5,000 deep": (f"SELECT ({nested('(', '1', ')', 5000)} AS ?x) {{}}", {400}),
    "braces 5,000 deep": (f"SELECT * {nested('{', '', '}', 5000)}", {400}),
    "brackets as deep as allowed": (f"SELECT ({nested('(', '1', ')', 190)} AS ?x) {{}}", {200}),
    "30,000 exclamation marks": (f"SELECT ({'!' * 30000}true AS ?x) {{}}", {200, 400, 503}),
    "a path of 8,000 steps": (f"SELECT * {{ ?s <x:a>{'/<x:a>' * 8000} ?o }}", {400, 503}),
    "300 OPTIONALs": (optionals(300), {503}),
    "CONCAT doubled to 2^34": (doubled(30), {500, 503, 507}),
    "a cross product": (f"SELECT (COUNT(*) AS ?n) {CROSS}", {503}),
    "ORDER BY over a cross product": (f"SELECT * {CROSS} ORDER BY ?c ?f ?i", {503, 507}),
    "DISTINCT over a cross product": (f"SELECT DISTINCT ?a ?d ?g {CROSS}", {503, 507}),
    "an endless answer": (f"SELECT * {CROSS}", {507}),
    "a hostile regular expression": (
        f"SELECT * {{ BIND('{'a' * 5000}!' AS ?x) FILTER(REGEX(?x, '^(a+)+$')) }}",
        {200},
    ),
    "64 KiB and one byte": (f"SELECT * {{}} #{'x' * 65536}", {413}),
    "a query of 300 KiB": (f"SELECT * {{}} #{'x' * 300000}", {413}),
    "not a query": ("\x00\x01 {{{ \\u0000", {400}),
}


def is_whole(answer: httpx.Response) -> bool:
    """Whether an answer is what it says it is: parsed to its end, or a problem."""
    assert int(answer.headers["Content-Length"]) == answer.num_bytes_downloaded
    found = json.loads(answer.content)
    return (
        "results" in found if answer.status_code == 200 else found["status"] == answer.status_code
    )


def is_json(answer: httpx.Response) -> bool:
    return isinstance(json.loads(answer.content), dict | list)


@pytest.mark.parametrize("attack", QUERIES)
def test_a_hostile_query(attacked: Any, attack: str) -> None:
    query, expected = QUERIES[attack]
    answer = attacked.ask(query)
    assert answer.elapsed.total_seconds() < DEADLINE + 3
    if 503 not in expected:
        answer = attacked.patiently(lambda: attacked.ask(query))
    assert answer.status_code in expected, answer.text[:300]
    assert is_whole(answer)
    if answer.status_code == 503:
        assert int(answer.headers["Retry-After"]) >= 1
    answers_a_small_query(attacked)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ sErViCe<{0}>{{ ?s ?p ?o }} }}",
        "BASE <{0}> SELECT * {{ SERVICE <y> {{ ?s ?p ?o }} }}",
        "PREFIX e: <{0}> SELECT * {{ SERVICE e: {{ ?s ?p ?o }} }}",
        "SELECT * {{ BIND(1 AS ?a) FILTER(?a<?b)SERVICE#>\n<{0}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ BIND(1 AS ?a) FILTER(?a<ex:b)SERVICE#>\n<{0}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ # a comment\rSERVICE <{0}> {{ ?s ?p ?o }} \n}}",
        "PREFIX e: <x:> SELECT * {{ ?s e:a\\'b ?o . SERVICE <{0}> {{}} ?s e:a\\'b ?o }}",
        "SELECT * {{ \\u0053ERVICE <{0}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ BIND(<{0}> AS ?g) SERVICE ?g {{ ?s ?p ?o }} }}",
        "SELECT * {{ FILTER EXISTS {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
        "SELECT * {{ {{ SELECT ?s {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }} }}",
        "SELECT * {{ GRAPH ?g {{ OPTIONAL {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }} }}",
        "SELECT * {{ {{}} UNION {{ ?s ?p ?o MINUS {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }} }}",
        "ASK {{ ?s ?p '#' . SERVICE <{0}> {{ ?s ?p ?o }} }}",
        "ASK {{ ?s ?p '''a'b\n#''' . SERVICE <{0}> {{ ?s ?p ?o }} }}",
        "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE<{0}>{{ ?s ?p ?o }} }}",
        "DESCRIBE ?s WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
        "LOAD <{0}>",
        "LOAD SILENT <{0}> INTO GRAPH <x:g>",
        "DELETE {{ ?s ?p ?o }} WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    ],
)
def test_a_query_that_reaches_out_is_refused(attacked: Any, listener: Any, query: str) -> None:
    before = listener.visits
    answer = attacked.ask(query.format(listener.address))
    assert answer.status_code == 400
    assert listener.visits == before
    answers_a_small_query(attacked)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ ?s ?p 'SERVICE <{0}> {{ ?s ?p ?o }}' }}",
        "SELECT * {{ ?s <urn:x:p> ?o }} # SERVICE <{0}> LOAD <{0}> FROM <{0}>",
        "SELECT * {{ ?service <urn:x:SERVICE> ?from }}",
        "PREFIX s: <urn:x:> SELECT * {{ ?s s:SERVICE s:LOAD ; s:FROM '''LOAD <{0}>''' }}",
        "SELECT * {{ ?s ?p <{0}> }}",
        "SELECT * {{ ?s ?p 'INSERT DATA {{ }}' }}",
    ],
)
def test_a_word_that_is_no_keyword_is_not_refused(attacked: Any, listener: Any, query: str) -> None:
    before = listener.visits
    answer = attacked.patiently(lambda: attacked.ask(query.format(listener.address)))
    assert (answer.status_code, answer.json()["results"]["bindings"]) == (200, [])
    assert listener.visits == before


@pytest.mark.parametrize("where", ["FROM", "FROM NAMED", "default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("graph", ["http", "file:///etc/passwd"])
def test_a_graph_that_is_named_is_never_fetched(
    attacked: Any, listener: Any, where: str, graph: str
) -> None:
    before = listener.visits
    address = listener.address if graph == "http" else graph
    query = "SELECT * {} { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    if where.startswith("FROM"):
        answer = attacked.ask(query.replace("{}", f"{where} <{address}>", 1))
    else:
        params = {"query": query.replace("{}", "", 1), where: address}
        answer = attacked.http.get("/sparql", params=params)
    assert answer.status_code == 200
    assert answer.json()["results"]["bindings"] == []
    assert listener.visits == before


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]><r>&j;</r>"
)
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
PROFILES = {
    "an entity bomb": ("application/rdf+xml", BOMB, {400}),
    "an external entity": (
        "application/rdf+xml",
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
        {400},
    ),
    "RDF/XML 100,000 deep": (
        "application/rdf+xml",
        f"<r:r xmlns:r='x:' {RDF}>" + nested("<r:r>", "", "", 100000),
        {400, 413},
    ),
    "RDF/XML 80,000 deep, and closed": (
        "application/rdf+xml",
        f"<rdf:RDF xmlns='x:' {RDF}>" + nested("<r>", "", "</r>", 80000) + "</rdf:RDF>",
        {400, 413},
    ),
    "JSON-LD 100,000 deep": ("application/ld+json", nested('{"a":', "1", "}", 100000), {400, 413}),
    "lists 100,000 deep": ("application/json", nested("[", "", "]", 100000), {400, 413}),
    "Turtle lists 100,000 deep": (
        "text/turtle",
        "<x:a> <x:b> " + nested("(", "", ")", 100000),
        {400, 413, 503},
    ),
    "Turtle nodes 100,000 deep": (
        "text/turtle",
        "<x:a> <x:b> " + nested("[<x:b> ", "", "]", 100000),
        {400, 413},
    ),
    "a remote context": (
        "application/ld+json",
        '{"@context": "ADDRESS", "@id": "urn:x:1"}',
        {400},
    ),
    "a remote context among others": (
        "application/ld+json",
        '{"@context": [{"x": "urn:x:"}, "ADDRESS"], "@id": "urn:x:1"}',
        {400},
    ),
    "a remote context of a term": (
        "application/ld+json",
        '{"@context": {"x": {"@id": "urn:x:p", "@context": "ADDRESS"}}, "@id": "urn:x:1", '
        '"x": {"@id": "urn:x:2"}}',
        {400},
    ),
    "a remote context in a node": (
        "application/ld+json",
        '{"@context": {}, "@id": "urn:x:1", "urn:x:p": {"@context": "ADDRESS", "@id": "urn:x:2"}}',
        {400},
    ),
    "a remote context in plain JSON": (
        "application/json",
        '{"@context": "ADDRESS", "credentials": []}',
        {400, 422},
    ),
    "an imported context": (
        "application/ld+json",
        '{"@context": {"@import": "ADDRESS"}, "@id": "urn:x:1"}',
        {400},
    ),
    "a literal of half a megabyte": ("text/turtle", f'<x:a> <x:b> "{"x" * 500000}" .', {422}),
    "more than may be sent": ("text/turtle", f"# {'x' * 1100000}", {413}),
    "no UTF-8": ("text/turtle", "\udcff\udcfe", {400}),
    "nothing": ("text/turtle", "", {422}),
    "an empty list": ("application/json", "[]", {422}),
    "20,000 candidates": (
        "application/json",
        json.dumps([{"credentials": [{"level": "higher", "field": "pedagogy"}]}] * 15000),
        {503, 507},
    ),
    "a table, named a table": ("text/html", "<table>", {415}),
}


@pytest.mark.parametrize("path", ["/api/assess", "/api/batch", "/api/profile/check"])
@pytest.mark.parametrize("attack", PROFILES)
def test_a_hostile_profile(attacked: Any, listener: Any, attack: str, path: str) -> None:
    before = listener.visits
    kind, text, expected = PROFILES[attack]
    content = text.replace("ADDRESS", listener.address).encode(errors="surrogateescape")

    def send() -> httpx.Response:
        headers = {"Content-Type": kind}
        found: httpx.Response = attacked.http.post(path, content=content, headers=headers)
        return found

    answer = send()
    assert answer.elapsed.total_seconds() < DEADLINE + 3
    if 503 not in expected:
        answer = attacked.patiently(send)
    if path == "/api/assess":
        assert answer.status_code in expected, answer.text[:300]
        assert answer.headers["Content-Type"] == "application/problem+json"
    else:  # a list, or a report on the mistakes of a profile, may be an answer there
        assert answer.status_code in expected | {200}, answer.text[:300]
    assert is_json(answer)
    assert listener.visits == before
    answers_a_small_query(attacked)
