"""Small doors: what is no address, no host and no name of ours is refused, and leads nowhere."""

import json
import socket
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libonto.api.exchange import MOST_FIELDS
from libonto.api.running import HEAD_BYTES
from libonto.profile.interchange.sheets import _unescaped, escaped


def raw(server: Any, request: bytes) -> bytes:
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request)
        return connection.recv(65536)


@pytest.mark.parametrize(
    "path",
    [
        "/law?of=%3C",
        "/sparql?query=ASK%7B%7D&default-graph-uri=urn:x:%zz",
        "/sparql?query=ASK%7B%7D&default-graph-uri=urn:x:%25zz",
        "/sparql?query=ASK%7B%7D&named-graph-uri=x",
    ],
)
def test_what_cannot_be_a_name_is_400(server: Any, path: str) -> None:
    assert raw(server, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())[:13] == b"HTTP/1.1 400 "


@pytest.mark.parametrize("path", ["/check", "/list"])
@pytest.mark.parametrize("encoding", ["urlencoded", "multipart"])
@pytest.mark.parametrize(("fields", "refused"), [(MOST_FIELDS, False), (MOST_FIELDS + 1, True)])
def test_a_form_has_so_many_fields(
    server: Any, fields: int, refused: bool, encoding: str, path: str
) -> None:
    named = [("lang", "en"), *((f"x{number}", "") for number in range(fields - 1))]
    if encoding == "urlencoded":
        sent = {"content": "&".join(f"{name}={value}" for name, value in named)}
        sent["headers"] = {"Content-Type": "application/x-www-form-urlencoded"}
    else:
        sent = {"files": [(name, (None, value)) for name, value in named]}
    answer = server.http.post(path, **sent)
    assert (answer.status_code == 400) == refused, answer.text
    assert not refused or str(MOST_FIELDS) in answer.text


@pytest.mark.parametrize("path", ["/", "/sparql", "/.well-known/void", "/build"])
@pytest.mark.parametrize(
    "host",
    ["x:abc", "x:65536", "a b", "[::1", "[zz]", "[:::]", "<x>", "x@y", "", "x" * 300, "a/b", "a,b"],
)
def test_a_host_that_is_none(server: Any, host: str, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/turtle, */*\r\n\r\n"
    assert raw(server, request.encode())[:13] == b"HTTP/1.1 400 "


@pytest.mark.parametrize("host", ["x:65535", "x:", "a_b.example", "[::1]", "[::1]:80", "127.0.0.1"])
def test_a_host(server: Any, host: str) -> None:
    request = f"GET /.well-known/void HTTP/1.1\r\nHost: {host}\r\nAccept: text/turtle\r\n\r\n"
    answer = raw(server, request.encode())
    assert answer[:13] == b"HTTP/1.1 200 "
    assert b"vary: accept, host" in answer.lower()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /healthz HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", b"400"),
        (b"GET /healthz HTTP/1.0\r\n\r\n", b"200"),
    ],
)
def test_a_request_has_one_host(server: Any, head: bytes, status: bytes) -> None:
    assert raw(server, head).split()[1] == status


@pytest.mark.every_case
@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"FOO /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00", 400),
        (b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"x" * HEAD_BYTES + b"\r\n\r\n", 431),
        (b"GET /" + b"x" * HEAD_BYTES + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431),
    ],
)
def test_what_is_no_request_is_refused_by_a_problem(
    server: Any, request_: bytes, status: int
) -> None:
    head, _, content = raw(server, request_).partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    assert b"content-type: application/problem+json" in head.lower()
    assert b"connection: close" in head.lower()
    assert json.loads(content)["status"] == status


@pytest.mark.parametrize(("signs", "status"), [(32_000, 200), (32_800, 413)])
def test_a_query_of_64_kib_stands_in_an_address(server: Any, signs: int, status: int) -> None:
    query = quote("ASK {} # " + "ә" * signs)
    answer = raw(server, f"GET /sparql?query={query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert int(answer.split()[1]) == status


@pytest.mark.parametrize(
    "path", ["//evil.com/x", "///evil.com", "/\\evil.com", "//evil.com/%2e%2e"]
)
def test_the_links_of_a_page_stay_here(server: Any, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request.encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert b"hreflang" in answer
    for start in (b'href="//', b'href="/\\', b'action="//'):
        assert start not in answer


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("a;=1+1", "a;'=1+1"),
        ("a; =1+1", "a; '=1+1"),
        ("a\t@x|-1,+2", "a\t'@x|'-1,'+2"),
        ("a;b, c|d", "a;b, c|d"),
        ("2018-09-01", "2018-09-01"),
    ],
)
def test_no_part_of_a_name_is_a_formula(text: str, written: str) -> None:
    assert escaped(text) == written


@given(st.text("ab =+-@\t\r';,|"))
def test_what_is_written_is_read_again(text: str) -> None:
    assert _unescaped(escaped(text)) == text
