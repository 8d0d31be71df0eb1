"""The query side of the SPARQL 1.1 Protocol, beyond the W3C's own tests (`test_w3c.py`)."""

import http.client
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph
import pytest

BASE = "http://kasei.us/2009/09/sparql/data/"
DATA0, DATA1, DATA2, DATA3 = (f"{BASE}data{n}.rdf" for n in range(4))
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
BOOLEAN = {"application/sparql-results+xml", "application/sparql-results+json"}
BOTH = f"ASK {{ <{DATA1}> a ?type . <{DATA2}> a ?type . }}"
NAMED = f"ASK {{ GRAPH ?g1 {{ <{DATA1}> a ?type }} GRAPH ?g2 {{ <{DATA2}> a ?type }} }}"


@pytest.fixture(scope="module")
def endpoint(serve: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("data")
    loads = []
    for number in range(1, 4):
        graph = f"{BASE}data{number}.rdf"
        file = Path(folder) / f"data{number}.nt"
        document = "<http://xmlns.com/foaf/0.1/Document>"
        kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        file.write_text(f"<{graph}> {kind} {document} .\n", encoding="utf-8")
        loads += ["--load", f"{graph}={file}"]
    server = serve(*loads)
    yield server
    server.stop()


def graphs(*, default: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> str:
    pairs = [("default-graph-uri", g) for g in default] + [("named-graph-uri", g) for g in named]
    return urlencode(pairs)


def ask(
    server: Any,
    method: str,
    path: str,
    *,
    content: bytes = b"",
    kind: str | None = None,
    accept: str | None = None,
) -> tuple[int, str, bytes]:
    """A request with just these headers, as http.client adds none of its own."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=20)
    connection.putrequest(method, path)
    if content or method in {"POST", "PUT"}:
        connection.putheader("Content-Length", str(len(content)))
    if kind is not None:
        connection.putheader("Content-Type", kind)
    if accept is not None:
        connection.putheader("Accept", accept)
    connection.endheaders(content)
    response = connection.getresponse()
    found = response.read()
    connection.close()
    return response.status, response.getheader("Content-Type", "").partition(";")[0], found


def says_true(answer: tuple[int, str, bytes]) -> bool:
    status, kind, content = answer
    assert status == 200, content
    assert kind in BOOLEAN
    form = pyoxigraph.QueryResultsFormat.from_media_type(kind)
    return bool(pyoxigraph.parse_query_results(content, format=form))


@pytest.mark.parametrize("method", ["GET", "POST", "form"])
@pytest.mark.parametrize(
    ("query", "dataset"),
    [
        (BOTH, {"default": (DATA1, DATA2)}),
        (NAMED, {"named": (DATA1, DATA2)}),
        (
            f"ASK {{ <{DATA3}> a ?type "
            f"GRAPH ?g1 {{ <{DATA1}> a ?type }} GRAPH ?g2 {{ <{DATA2}> a ?type }} }}",
            {"default": (DATA3,), "named": (DATA1, DATA2)},
        ),
        (NAMED.replace("ASK", f"ASK FROM <{DATA3}>"), {"named": (DATA1, DATA2)}),
    ],
    ids=["default graphs", "named graphs", "both", "the request goes before the query"],
)
def test_the_dataset_of_the_request(
    endpoint: Any, query: str, dataset: dict[str, tuple[str, ...]], method: str
) -> None:
    chosen = graphs(**dataset)
    if method == "GET":
        answer = ask(endpoint, "GET", f"/sparql/?query={quote(query)}&{chosen}")
    elif method == "POST":
        path = f"/sparql/?{chosen}"
        answer = ask(endpoint, "POST", path, content=query.encode(), kind=DIRECT)
    else:
        content = f"query={quote(query)}&{chosen}".encode()
        answer = ask(endpoint, "POST", "/sparql/", content=content, kind=FORM)
    assert says_true(answer)


@pytest.mark.parametrize(
    ("query", "dataset", "expected"),
    [
        (BOTH, {}, False),  # named graphs are kept apart from the default one
        (NAMED, {}, True),
        (BOTH, {"default": (DATA1,)}, False),
        (NAMED, {"default": (DATA1, DATA2)}, False),
        (NAMED, {"named": (DATA1,)}, False),
        (BOTH.replace("ASK", f"ASK FROM <{DATA1}> FROM <{DATA2}>"), {}, True),
        (BOTH.replace("ASK", f"ASK FROM <{DATA1}> FROM <{DATA2}>"), {"default": (DATA3,)}, False),
        ("ASK { ?s ?p ?o }", {"default": (DATA0,)}, False),  # not there: empty, never fetched
    ],
)
def test_other_datasets(
    endpoint: Any, query: str, dataset: dict[str, tuple[str, ...]], expected: bool
) -> None:
    path = f"/sparql?query={quote(query)}&{graphs(**dataset)}"
    assert says_true(ask(endpoint, "GET", path)) is expected


@pytest.mark.parametrize(
    ("method", "path", "content", "kind", "status"),
    [
        ("PUT", f"/sparql/?query={quote('ASK {}')}", b"", FORM, 405),
        ("DELETE", "/sparql", b"", None, 405),
        ("PATCH", "/sparql", b"", DIRECT, 405),
        ("GET", "/sparql/?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", b"", None, 400),
        ("POST", "/sparql/?query=ASK%20%7B%7D", b"ASK {}", DIRECT, 400),
        ("POST", "/sparql/", b"ASK {}", "text/plain", 415),
        ("POST", "/sparql/", b"query=ASK%20%7B%7D", None, 415),
        ("POST", "/sparql/", b"ASK {}", None, 415),
        ("POST", "/sparql/", "ASK {}".encode("utf-16"), f"{DIRECT}; charset=UTF-16", 415),
        ("POST", "/sparql/", "ASK {}".encode("utf-16"), DIRECT, 400),
        ("GET", "/sparql/?query=ASK%20%7B", b"", None, 400),
        ("GET", "/sparql/?query=", b"", None, 400),
        ("GET", "/sparql/?query=%FF%FE", b"", None, 400),
        ("POST", "/sparql/", b"", FORM, 400),
        ("POST", "/sparql/", b"", DIRECT, 400),
        ("GET", "/sparql/?query=ASK%7B%7D&default-graph-uri=relative", b"", None, 400),
    ],
)
def test_a_bad_request_is_refused(
    endpoint: Any, method: str, path: str, content: bytes, kind: str | None, status: int
) -> None:
    found = ask(endpoint, method, path, content=content, kind=kind)
    assert found[:2] == (status, "application/problem+json"), found


UPDATE = "INSERT DATA { <http://x/s> <http://x/p> 1 }"


@pytest.mark.parametrize(
    ("method", "path", "content", "kind"),
    [
        ("GET", "/sparql/?update=CLEAR%20ALL", b"", None),
        ("GET", f"/sparql?query={quote(UPDATE)}", b"", None),
        ("POST", "/sparql/", b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", FORM),
        ("POST", "/sparql/", f"update={quote(UPDATE)}".encode(), FORM),
        ("POST", "/sparql/", f"query={quote(UPDATE)}".encode(), FORM),
        ("POST", "/sparql/", UPDATE.encode(), "application/sparql-update"),
        ("POST", "/sparql/", UPDATE.encode(), DIRECT),
        ("POST", "/sparql/?update=CLEAR%20ALL", b"ASK {}", DIRECT),
        ("POST", "/sparql/?using-graph-uri=http%3A%2F%2Fx", b"ASK {}", DIRECT),
        ("POST", "/sparql/", b"CLEAR NAMED", "application/sparql-update; charset=utf-16"),
        ("POST", "/sparql/", b"LOAD <http://127.0.0.1:9/x>", DIRECT),
    ],
)
def test_an_update_is_refused_in_every_form(
    endpoint: Any, method: str, path: str, content: bytes, kind: str | None
) -> None:
    everything = "{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    count = f"/sparql?query={quote(f'SELECT (COUNT(*) AS ?n) {everything}')}"
    before = ask(endpoint, "GET", count)
    status, _, said = ask(endpoint, method, path, content=content, kind=kind)
    assert status == 400
    assert b"refused-update" in said
    assert ask(endpoint, "GET", count) == before


def test_405_names_the_methods_that_are_allowed(endpoint: Any) -> None:
    answer = endpoint.http.put("/sparql")
    assert answer.headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    allowed = endpoint.http.options("/sparql")
    assert (allowed.status_code, allowed.headers["Allow"]) == (204, answer.headers["Allow"])


def test_head_is_get_without_the_body(endpoint: Any) -> None:
    got = endpoint.http.get("/sparql", params={"query": "ASK {}"})
    head = endpoint.http.head("/sparql", params={"query": "ASK {}"})
    assert head.content == b""
    assert {k: v for k, v in head.headers.items() if k != "date"} == {
        k: v for k, v in got.headers.items() if k != "date"
    }


def test_a_browser_gets_a_page(endpoint: Any) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    status, kind, content = ask(endpoint, "GET", "/sparql", accept=accept)
    assert (status, kind) == (200, "text/html")
    assert b"<textarea" in content or b"yasgui" in content.lower()
