"""Connections that do harm, and many at once; a small query is answered right after."""

import contextlib
import json
import threading
import time
from functools import partial
from typing import Any

import httpx
import pytest
from tests.sandbox.conftest import (
    CROSS,
    DEADLINE,
    FAST,
    SLOW,
    SMALL,
    answers_a_small_query,
    raw,
)


def until_lanes_hold(server: Any, **wanted: int) -> None:
    """Wait until so many queries run in each lane; sooner than a deadline ends them."""
    limit = time.monotonic() + 0.8 * DEADLINE
    while wanted.items() - (lanes := server.http.get("/healthz").json()["lanes"]).items():
        assert time.monotonic() < limit, lanes
        time.sleep(0.02)


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
        ask = partial(attacked.ask, SMALL.replace("LIMIT 1", f"LIMIT 1 # {number}"))
        assert attacked.patiently(ask, 2).status_code == 200
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
    until_lanes_hold(attacked, fast=0, slow=2)
    for thread in threads:
        thread.join()


def test_a_client_that_goes_away_frees_its_worker_at_once(attacked: Any) -> None:
    query = f"SELECT (COUNT(*) AS ?gone) {CROSS}".replace(" ", "+").replace("?", "%3F")
    with raw(attacked) as connection:
        connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        until_lanes_hold(attacked, slow=1)
    until_lanes_hold(attacked, slow=0)  # its deadline is later


def test_a_client_that_asks_twice_at_once_frees_its_worker_too(attacked: Any) -> None:
    """While a second request of the connection waits, somebody must hear that the client left."""
    query = f"SELECT (COUNT(*) AS ?pipe) {CROSS}".replace(" ", "+").replace("?", "%3F")
    with raw(attacked) as connection:
        asked = f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n"
        connection.sendall((asked * 2).encode())
        until_lanes_hold(attacked, slow=1)
    until_lanes_hold(attacked, slow=0)  # its deadline is later


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
        # on a busy machine all workers of the fast lane may be at it for a while, which it says
        assert attacked.http.get("/healthz").status_code in {200, 503}
        times.append(time.monotonic() - start)
    assert sorted(times)[len(times) // 2] < 0.2
    answers_a_small_query(attacked)


@pytest.mark.parametrize("name", ["Accept", "Accept-Encoding", "Accept-Language", "If-None-Match"])
def test_a_header_of_200_kb(attacked: Any, name: str) -> None:
    headers = {name: "a;q=0.1, " * 22000 + "*/*"}
    ask = partial(attacked.http.get, "/sparql", params={"query": SMALL}, headers=headers)
    answer = attacked.patiently(ask)
    assert answer.status_code in {200, 406}
    answers_a_small_query(attacked)


def test_an_address_of_20_kb(attacked: Any) -> None:
    answer = attacked.http.get("/api/positions?" + "a&" * 10000)
    assert answer.status_code == 413
    answers_a_small_query(attacked)


STATED = b"credential-1-level=higher&credential-1-field=pedagogy&"
FORMS = {
    "spaces in a day": STATED + b"on=1" + b"+" * 200_000 + b"x",
    "8 KB of spaces": STATED + b"credential-1-awarded=1" + b"+" * 8_000 + b"x",
    "many things tried": b"try=" + b"%26".join(b"knowledge%%3D%d" % n for n in range(20_000)),
    "percent signs": b"document=" + b"%41" * 340_000,
    "percent signs alone": b"on=" + b"%" * 1_000_000,
    "many fields": b"&" * 1_000_000,
    "nested JSON": STATED + b"rest=" + b"[" * 900_000,
    "more nested JSON": b"others=" + b"[" * 900_000,
}


def lags_over_a_second(server: Any) -> float:
    found = {
        line.split()[0]: float(line.split()[1])
        for line in server.http.get("/metrics").text.splitlines()
        if line.startswith("libonto_loop_lag_seconds_")
    }
    name = "libonto_loop_lag_seconds_{}"
    return found[name.format("count")] - found[name.format('bucket{le="1.0"}')]


@pytest.mark.parametrize("path", ["/check", "/check/download", "/list", "/sparql"])
@pytest.mark.parametrize("form", FORMS)
def test_a_hostile_form(attacked: Any, form: str, path: str) -> None:
    before = lags_over_a_second(attacked)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = attacked.http.post(path, content=FORMS[form], headers=headers)
    assert answer.status_code in {200, 303, 400, 413, 422}, answer.text[:300]
    answers_a_small_query(attacked)
    assert lags_over_a_second(attacked) == before


@pytest.mark.parametrize("value", ["a" + " " * 4000, "a;" * 2000, "a" + "\t;" * 1500])
def test_hostile_spaces_in_a_header(attacked: Any, value: str) -> None:
    before = lags_over_a_second(attacked)
    for number in range(20):
        attacked.http.get(
            "/sparql", params={"query": SMALL}, headers={"Accept": f"{value}{number}"}
        )
    answers_a_small_query(attacked)
    assert lags_over_a_second(attacked) == before


@pytest.mark.parametrize("count", [300, 1000])
def test_connections_with_heavy_queries_that_are_dropped(attacked: Any, count: int) -> None:
    """Opened and dropped in a second: the workers stay few, and none is left at work."""
    query = f"SELECT (COUNT(*) AS ?n{count}_NUMBER) {CROSS}".replace(" ", "+").replace("?", "%3F")
    most = attacked.http.get("/healthz").json()["memory"]["limit"]
    with contextlib.ExitStack() as stack:
        for number in range(count):
            connection = stack.enter_context(raw(attacked))
            asked = query.replace("NUMBER", str(number))
            connection.sendall(f"GET /sparql?query={asked} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            if number % 50 == 0:
                assert len(attacked.descendants()) - 1 <= FAST + SLOW
        time.sleep(0.3)
    assert len(attacked.descendants()) - 1 <= FAST + SLOW
    answers_a_small_query(attacked)
    idle = {"fast": 0, "slow": 0, "waiting": 0, "workers": FAST}
    limit = time.monotonic() + 2 * DEADLINE
    while (health := attacked.http.get("/healthz").json())["lanes"] != idle:
        assert time.monotonic() < limit, health
        time.sleep(0.05)
    while len(attacked.descendants()) - 1 != FAST:  # those that were killed may still be ending
        assert time.monotonic() < limit
        time.sleep(0.05)
    while attacked.http.get("/healthz").json()["memory"]["workers"] > most / 4:
        assert time.monotonic() < limit
        time.sleep(0.05)
