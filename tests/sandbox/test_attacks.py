"""Each attack, against a running server; a small query is answered right after."""

import contextlib
import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

SMALL = "SELECT ?s { ?s a <https://w3id.org/libonto/ns#Position> } ORDER BY ?s LIMIT 1"
DEADLINE = 3.0
CROSS = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


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


@pytest.fixture(scope="module")
def attacked(serve: Callable[..., Any]) -> Iterator[Any]:
    server = serve(
        "--deadline", f"{DEADLINE:g}", "--memory", "256", "--answer", "8", "--upload", "1"
    )
    yield server
    assert server.stop() == 0


def answers_a_small_query(server: Any) -> None:
    start = time.monotonic()
    answer = server.ask(SMALL)
    assert (answer.status_code, len(answer.json()["results"]["bindings"])) == (200, 1)
    assert time.monotonic() - start < 2


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


class Listener:
    """An address that notes whether anybody connects to it."""

    def __init__(self) -> None:
        self.visits = 0
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                listener.visits += 1
                super().handle_one_request()

            def log_message(self, *_: Any) -> None: ...

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/x"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    found = Listener()
    httpx.get(found.address)
    assert found.visits == 1  # it would notice
    yield found
    found.server.shutdown()
    found.server.server_close()


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
def test_a_query_that_reaches_out_is_refused(attacked: Any, listener: Listener, query: str) -> None:
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
def test_a_word_that_is_no_keyword_is_not_refused(
    attacked: Any, listener: Listener, query: str
) -> None:
    before = listener.visits
    answer = attacked.patiently(lambda: attacked.ask(query.format(listener.address)))
    assert (answer.status_code, answer.json()["results"]["bindings"]) == (200, [])
    assert listener.visits == before


@pytest.mark.parametrize("where", ["FROM", "FROM NAMED", "default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("graph", ["http", "file:///etc/passwd"])
def test_a_graph_that_is_named_is_never_fetched(
    attacked: Any, listener: Listener, where: str, graph: str
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
def test_a_hostile_profile(attacked: Any, listener: Listener, attack: str, path: str) -> None:
    before = listener.visits
    kind, text, expected = PROFILES[attack]
    content = text.replace("ADDRESS", listener.address).encode(errors="surrogateescape")

    def send() -> httpx.Response:
        headers = {"Content-Type": kind}
        return attacked.http.post(path, content=content, headers=headers)  # type: ignore[no-any-return]

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


def raw(server: Any) -> socket.socket:
    host, _, port = server.url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=20)


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00" * 100,
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET /sparql?query=\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"GET /" + b"x" * 400000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X-A: " + b"y" * 400000 + b"\r\n\r\n",
    ],
    ids=["TLS", "length", "bytes", "chunks", "address", "header"],
)
def test_no_http(attacked: Any, sent: bytes) -> None:
    with raw(attacked) as connection:
        try:
            connection.sendall(sent)
            answer = connection.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            answer = b""
    assert not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 5"))
    answers_a_small_query(attacked)


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("path", ["/api/assess", "/api/batch", "/sparql", "/check"])
def test_a_literal_of_100_mb_is_not_read_to_its_end(
    attacked: Any, path: str, announced: bool
) -> None:
    kind = {"/sparql": "application/sparql-query", "/check": "application/x-www-form-urlencoded"}
    length = "Content-Length: 100000000" if announced else "Transfer-Encoding: chunked"
    part = b"x" * 65536
    answer, sent = b"", 0
    with raw(attacked) as connection:
        connection.sendall(
            f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind.get(path, 'text/turtle')}\r\n"
            f"{length}\r\n\r\n".encode()
        )
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            for _ in range(1500):
                connection.sendall(part if announced else b"10000\r\n" + part + b"\r\n")
                sent += len(part)
        with contextlib.suppress(ConnectionResetError):
            answer = connection.recv(65536)
    assert sent < 50_000_000
    assert answer == b"" or answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 413 "))
    answers_a_small_query(attacked)


def test_two_hundred_connections_that_say_nothing(attacked: Any) -> None:
    idle = [raw(attacked) for _ in range(200)]
    for connection in idle[:100]:
        connection.sendall(b"GET /sparql?query=")
    answers_a_small_query(attacked)
    for connection in idle:
        connection.close()


def test_eight_endless_queries_at_once_leave_room_for_small_ones(attacked: Any) -> None:
    """With the slow lane full, the rest is refused at once; small queries all succeed."""
    found: list[int] = []

    def attack(number: int) -> None:
        with httpx.Client(timeout=30) as client:
            query = f"SELECT (COUNT(*) AS ?n{number}) {CROSS}"
            found.append(client.post(f"{attacked.url}/sparql", data={"query": query}).status_code)

    threads = [threading.Thread(target=attack, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    for number in range(30):
        answer = attacked.ask(SMALL.replace("LIMIT 1", f"LIMIT 1 # {number}"))
        assert answer.status_code == 200
    for thread in threads:
        thread.join()
    assert found == [503] * 8
    answers_a_small_query(attacked)


def test_a_query_that_was_slow_does_not_hold_up_the_fast_lane_again(attacked: Any) -> None:
    query = f"SELECT (COUNT(*) AS ?again) {CROSS}"
    assert attacked.ask(query).status_code == 503
    threads = [threading.Thread(target=attacked.ask, args=(query,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    lanes = attacked.http.get("/healthz").json()["lanes"]
    assert (lanes["fast"], lanes["slow"]) == (0, 2)
    for thread in threads:
        thread.join()


def test_a_client_that_goes_away_frees_its_worker_at_once(attacked: Any) -> None:
    query = f"SELECT (COUNT(*) AS ?gone) {CROSS}".replace(" ", "+").replace("?", "%3F")
    with raw(attacked) as connection:
        connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.6)
        assert attacked.http.get("/healthz").json()["lanes"]["slow"] == 1
    limit = time.monotonic() + 1
    while attacked.http.get("/healthz").json()["lanes"]["slow"]:
        assert time.monotonic() < limit, "the worker is still at it"
        time.sleep(0.02)


def test_a_client_that_asks_twice_at_once_frees_its_worker_too(attacked: Any) -> None:
    """While a second request of the connection waits, somebody must hear that the client left."""
    query = f"SELECT (COUNT(*) AS ?pipe) {CROSS}".replace(" ", "+").replace("?", "%3F")
    with raw(attacked) as connection:
        asked = f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n"
        connection.sendall((asked * 2).encode())
        time.sleep(0.6)
        assert attacked.http.get("/healthz").json()["lanes"]["slow"] == 1
    limit = time.monotonic() + 1
    while attacked.http.get("/healthz").json()["lanes"]["slow"]:
        assert time.monotonic() < limit, "the worker is still at it"
        time.sleep(0.02)


def test_the_log_holds_nothing_of_what_was_asked(attacked: Any) -> None:
    name = "Айгүл Жасырын"
    profile = json.dumps({"name": name, "credentials": [{"level": "secret-level", "field": "x"}]})
    headers = {"Content-Type": "application/json"}
    params = {"category": "secret-category"}
    attacked.http.post("/api/assess", content=profile.encode(), headers=headers, params=params)
    attacked.ask("SELECT * { ?s ?p 'secret-query' }")
    attacked.http.get("/id/secret-path?lang=ru")
    time.sleep(0.2)
    said = json.dumps(attacked.log, ensure_ascii=False) + "".join(attacked.other)
    assert '"status": 422' in said or '"status": 400' in said
    for word in (name, "secret", "127.0.0.1:5"):
        assert word not in said
    metrics = attacked.http.get("/metrics").text
    assert "secret" not in metrics
    assert attacked.other == []


def test_a_long_query_does_not_hold_up_the_server_while_it_is_looked_at(attacked: Any) -> None:
    """Telling tokens apart takes a worker's time, not the server's: small ones go on."""
    hostile = [f"SELECT {'<a' * 32000} #{n}" for n in range(12)]
    threads = [threading.Thread(target=attacked.ask, args=(text,)) for text in hostile]
    for thread in threads:
        thread.start()
    times = []
    while any(thread.is_alive() for thread in threads):
        start = time.monotonic()
        assert attacked.http.get("/healthz").status_code == 200
        times.append(time.monotonic() - start)
    assert sorted(times)[len(times) // 2] < 0.2
    answers_a_small_query(attacked)


@pytest.mark.parametrize("name", ["Accept", "Accept-Encoding", "Accept-Language", "If-None-Match"])
def test_a_header_of_200_kb(attacked: Any, name: str) -> None:
    answer = attacked.http.get(
        "/sparql", params={"query": SMALL}, headers={name: "a;q=0.1, " * 22000 + "*/*"}
    )
    assert answer.status_code in {200, 406}
    answers_a_small_query(attacked)


def test_an_address_of_20_kb(attacked: Any) -> None:
    answer = attacked.http.get("/api/positions?" + "a&" * 10000)
    assert answer.status_code == 413
    answers_a_small_query(attacked)
