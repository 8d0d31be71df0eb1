"""One interface, three stores: in memory, on disk, a remote endpoint. Same guards, same results."""

import http.server
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

GRAPH = "http://example.org/named"
OXIGRAPH = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or "oxigraph"
XSD = "http://www.w3.org/2001/XMLSchema#"
QUADS = f"""
<http://example.org/a> <http://example.org/p> "әңғүұқөһі 😀 \\"q\\" \\t \\n \\r end"@kk .
<http://example.org/a> <http://example.org/q> "2026-11-22"^^<{XSD}date> .
<http://example.org/b> <http://example.org/p> <http://example.org/a> .
<http://example.org/b> <http://example.org/r> _:blank .
<http://example.org/c> <http://example.org/p> "in the named graph" <{GRAPH}> .
"""
KINDS = ("memory", "disk", "remote")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("stores")
    (found / "data.nq").write_text(QUADS, encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def endpoint(folder: Path) -> Iterator[str]:
    """The real oxigraph server, on the loopback."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [OXIGRAPH, "serve", "--location", str(folder / "remote"), "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    limit = time.monotonic() + 20
    while True:
        try:
            headers = {"Content-Type": "application/n-quads"}
            httpx.post(
                f"{address}/store", content=QUADS.encode(), headers=headers
            ).raise_for_status()
            break
        except httpx.TransportError:
            assert time.monotonic() < limit
            time.sleep(0.1)
    yield f"{address}/query"
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def servers(serve: Callable[..., Any], folder: Path, endpoint: str) -> Iterator[dict[str, Any]]:
    store = pyoxigraph.Store(folder / "disk")
    store.bulk_load(path=folder / "data.nq", format=RdfFormat.N_QUADS)
    store.flush()
    del store
    limits = ["--deadline", "2", "--memory", "256", "--answer", "4"]
    started = {
        "memory": serve("--load", str(folder / "data.nq"), *limits),
        "disk": serve("--store", str(folder / "disk"), *limits),
        "remote": serve("--store", endpoint, *limits),
    }
    yield started
    for server in started.values():
        assert server.stop() == 0


ONLY_LOADED = 'FILTER(STRSTARTS(STR(?s), "http://example.org/"))'
SAME = {
    "a table": f"SELECT ?s ?p ?o {{ ?s ?p ?o {ONLY_LOADED} FILTER(!ISBLANK(?o)) }} ORDER BY ?s ?p",
    "a count": f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o {ONLY_LOADED} }}",
    "a named graph": f"SELECT * {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}",
    "FROM": f"SELECT * FROM <{GRAPH}> {{ ?s ?p ?o }}",
    "yes": "ASK { <http://example.org/a> ?p ?o }",
    "no": "ASK { <http://example.org/c> ?p ?o }",
    "nothing": "SELECT ?x ?y { ?x <http://example.org/none> ?y }",
    "unbound": "SELECT ?x ?y { BIND(1 AS ?x) }",
    "a relative IRI": "SELECT ?x { BIND(<id/position/x> AS ?x) }",
}


TABLES = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
GRAPHS = (RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML, RdfFormat.JSON_LD)


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("query", SAME)
def test_every_store_gives_the_same_table(servers: dict[str, Any], query: str, kind: str) -> None:
    answers = {name: servers[name].ask(SAME[query], Accept=kind) for name in KINDS}
    assert {a.status_code for a in answers.values()} == {200}
    assert answers["memory"].content
    contents = {
        str(_rows(a.content, kind)) if kind != "text/csv" else a.text for a in answers.values()
    }
    assert len(contents) == 1, contents


def _rows(content: bytes, kind: str) -> Any:
    form = pyoxigraph.QueryResultsFormat.from_media_type(kind)
    found = pyoxigraph.parse_query_results(content, format=form)
    if isinstance(found, pyoxigraph.QueryBoolean):
        return bool(found)
    return [[row[name] for name in found.variables] for row in found]


@pytest.mark.parametrize("form", GRAPHS)
@pytest.mark.parametrize(
    "query",
    [
        f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o {ONLY_LOADED} }}",
        "DESCRIBE <http://example.org/a>",
        f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}",
    ],
)
def test_every_store_gives_the_same_graph(
    servers: dict[str, Any], query: str, form: RdfFormat
) -> None:
    found = []
    for name in KINDS:
        answer = servers[name].ask(query, Accept=form.media_type)
        assert answer.status_code == 200, answer.text
        graph = pyoxigraph.Dataset(pyoxigraph.parse(answer.content, format=form))
        graph.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
        found.append(sorted(map(str, graph)))
    assert found[0]
    assert found[0] == found[1] == found[2]


CROSS = "{ " + " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(20)) + " }"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("query", "statuses"),
    [
        ("SELECT * {", {400}),
        ("INSERT DATA { <x:a> <x:b> 1 }", {400}),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", {400}),
        ("LOAD <http://127.0.0.1:9/>", {400}),
        (f"SELECT (COUNT(*) AS ?n) {CROSS}", {503, 507}),
        (f"SELECT * {CROSS}", {503, 507}),
        (f"SELECT ({'(' * 4000}1{')' * 4000} AS ?x) {{}}", {400}),
    ],
    ids=["syntax", "update", "SERVICE", "LOAD", "endless", "endless answer", "nesting"],
)
def test_every_store_has_the_same_guards(
    servers: dict[str, Any], kind: str, query: str, statuses: set[int]
) -> None:
    answer = servers[kind].ask(query)
    assert answer.status_code in statuses, answer.text[:300]
    assert servers[kind].ask("ASK {}").status_code == 200


def test_the_remote_endpoint_is_not_led_to_fetch_a_graph(servers: dict[str, Any]) -> None:
    remote = servers["remote"]
    answer = remote.ask("SELECT * FROM <http://127.0.0.1:9/x> { ?s ?p ?o }")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (400, "graph-unknown")
    params = {"query": "SELECT * { ?s ?p ?o }", "default-graph-uri": "http://127.0.0.1:9/x"}
    assert remote.http.get("/sparql", params=params).json()["results"]["bindings"] == []


def test_only_a_graph_whose_changes_are_known_is_tagged(servers: dict[str, Any]) -> None:
    for kind, tagged in {"memory": True, "disk": True, "remote": False}.items():
        answer = servers[kind].http.get("/sparql", params={"query": "ASK {}"})
        assert ("ETag" in answer.headers) is tagged


def test_the_named_graphs_are_told(servers: dict[str, Any]) -> None:
    for kind in ("memory", "disk"):
        description = servers[kind].http.get("/sparql", headers={"Accept": "text/turtle"}).text
        assert f"sd:name <{GRAPH}>" in description


def test_a_change_at_the_endpoint_is_seen_at_once(servers: dict[str, Any], endpoint: str) -> None:
    query = "ASK { <http://example.org/new> ?p ?o }"
    assert servers["remote"].ask(query).json()["boolean"] is False
    update = endpoint.replace("/query", "/update")
    headers = {"Content-Type": "application/sparql-update"}
    text = "INSERT DATA { <http://example.org/new> <http://example.org/q> 1 }"
    httpx.post(update, content=text, headers=headers).raise_for_status()
    assert servers["remote"].ask(query).json()["boolean"] is True
    httpx.post(update, content=text.replace("INSERT", "DELETE"), headers=headers)


def test_the_assessment_and_our_pages_do_not_need_the_store(servers: dict[str, Any]) -> None:
    for server in servers.values():
        profile = {"credentials": [{"level": "higher", "field": "pedagogy"}]}
        for ask in (
            partial(server.http.post, "/api/assess", json=profile),
            partial(server.http.get, "/id/position/librarian.nt"),
            partial(server.http.get, "/api/queries/readings"),
        ):
            assert server.patiently(ask).status_code == 200


class Faulty(http.server.BaseHTTPRequestHandler):
    """An endpoint that answers as the query's comment tells it to."""

    protocol_version = "HTTP/1.1"
    seen: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"])).decode()
        Faulty.seen.append(self.headers.get("Authorization", ""))
        whole = b'{"head":{"vars":["x"]},"results":{"bindings":[]}}'
        triples = b"<http://x/a> <http://x/b> <http://x/c> .\n" * 10
        if "%23cut-length" in content:
            self.begin("application/sparql-results+json", len(whole))
            self.wfile.write(whole[:20])
            self.close_connection = True
        elif "%23cut-chunk" in content:
            self.begin("application/n-triples", None)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(triples), triples))
            self.close_connection = True
        elif "%23unframed" in content:
            self.send_response(200)
            self.send_header("Content-Type", "application/n-triples")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(triples)
            self.close_connection = True
        elif "%23broken" in content:
            self.begin("application/sparql-results+json", 20)
            self.wfile.write(whole[:20])
        elif "%23partial" in content:
            self.begin("application/sparql-results+json", len(whole), {"X-SPARQL-MaxRows": "1"})
            self.wfile.write(whole)
        elif "%23json" in content:
            self.begin("application/json", 20)
            self.wfile.write(b'{"error":"try later"'[:20])
        elif "%23page" in content:
            self.begin("text/html", 6)
            self.wfile.write(b"<html>")
        elif "%23redirect" in content:
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif "%23refuse" in content:
            self.send_error(500)
        elif "%23huge" in content:
            self.begin("application/sparql-results+json", None)
            try:
                for _ in range(10000):
                    self.wfile.write(b"4000\r\n" + b" " * 0x4000 + b"\r\n")
            except OSError:
                self.close_connection = True
        elif "%23slow" in content:
            time.sleep(4)
            self.close_connection = True
        else:
            self.begin("application/sparql-results+json", len(whole))
            self.wfile.write(whole)

    def begin(self, kind: str, length: int | None, more: dict[str, str] | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture(scope="module")
def behind_a_faulty_one(serve: Callable[..., Any]) -> Iterator[Any]:
    endpoint = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Faulty)
    threading.Thread(target=endpoint.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{endpoint.server_address[1]}/sparql"
    login = {"LIBONTO_STORE_USER": "reader", "LIBONTO_STORE_PASSWORD": "pass:word"}
    server = serve("--store", address, "--deadline", "2", "--answer", "2", env=login)
    yield server
    server.stop()
    endpoint.shutdown()
    endpoint.server_close()


@pytest.mark.parametrize(
    ("what", "query", "status"),
    [
        ("whole", "SELECT ?x {}", 200),
        ("cut-length", "SELECT ?x {}", 502),
        ("cut-chunk", "CONSTRUCT WHERE { ?s ?p ?o }", 502),
        ("unframed", "CONSTRUCT WHERE { ?s ?p ?o }", 502),
        ("broken", "SELECT ?x {}", 502),
        ("partial", "SELECT ?x {}", 502),
        ("page", "SELECT ?x {}", 502),
        ("json", "CONSTRUCT WHERE { ?s ?p ?o }", 502),
        ("redirect", "SELECT ?x {}", 502),
        ("refuse", "SELECT ?x {}", 502),
        ("huge", "SELECT ?x {}", 507),
        ("slow", "SELECT ?x {}", 503),
    ],
)
def test_an_answer_that_is_not_whole_is_never_passed_on(
    behind_a_faulty_one: Any, what: str, query: str, status: int
) -> None:
    answer = behind_a_faulty_one.ask(f"{query} #{what}")
    assert answer.status_code == status, answer.text
    assert answer.json()


def test_the_login_comes_from_the_environment(behind_a_faulty_one: Any) -> None:
    behind_a_faulty_one.ask("ASK {}")
    assert Faulty.seen[-1] == "Basic cmVhZGVyOnBhc3M6d29yZA=="
    assert "pass:word" not in str(behind_a_faulty_one.log)


def test_a_token_comes_from_the_environment(serve: Callable[..., Any]) -> None:
    endpoint = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Faulty)
    threading.Thread(target=endpoint.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{endpoint.server_address[1]}/sparql"
    server = serve("--store", address, env={"LIBONTO_STORE_TOKEN": "open-sesame"})
    server.ask("SELECT ?x {} #token")
    assert Faulty.seen[-1] == "Bearer open-sesame"
    assert "open-sesame" not in str(server.log)
    assert "open-sesame" not in server.http.get("/metrics").text
    assert server.stop() == 0
    endpoint.shutdown()
    endpoint.server_close()


def test_a_candidate_s_profile_never_enters_the_store(
    servers: dict[str, Any], endpoint: str
) -> None:
    profile = {
        "id": "urn:example:somebody",
        "name": "Somebody",
        "credentials": [{"level": "higher", "field": "pedagogy"}],
        "appliesFor": "librarian/higher-second",
    }
    everywhere = "{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } "
    count = f"SELECT (COUNT(*) AS ?n) {everywhere}}}"
    who = f"ASK {everywhere} FILTER(?s = <urn:example:somebody> || ?o = 'Somebody') }}"
    for server in servers.values():
        before = server.ask(count).json()
        for path in ("/api/assess", "/api/batch", "/api/profile/check", "/api/profile/convert"):
            answer = server.patiently(partial(server.http.post, path, json=profile))
            assert answer.status_code == 200, path
        assert server.ask(f"{count} # again").json() == before
        assert server.ask(who).json()["boolean"] is False


@pytest.mark.processes
@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    "args",
    [
        ["--store", "/no/such/folder"],
        ["--store", "http://"],
        ["--store", "http://user:password@127.0.0.1/"],
        ["--store", "http://127.0.0.1:9/", "--load", "data.nq"],
        ["--load", "missing.ttl"],
        ["--load", "data.xlsx"],
        ["--load", "http://example.org/g=data.nq"],
        ["--load", "broken.ttl"],
        ["--data", "/no/such/folder"],
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(folder: Path, args: list[str]) -> None:
    (folder / "broken.ttl").write_text("<a> <b> .", encoding="utf-8")
    (folder / "data.xlsx").write_bytes(b"")
    run = subprocess.run(
        [sys.executable, "-m", "libonto", "serve", "--port", "0", *args],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "LC_ALL": "kk_KZ.UTF-8"},
    )
    assert run.returncode == 2
    said = [line for line in run.stderr.splitlines() if not line.startswith('{"time"')]
    assert len(said) == 1, run.stderr
    assert re.search("[а-яәғқңөұүһі]{4}", said[0])
    assert "Traceback" not in run.stderr
