"""An answer that nobody reads is not kept for ever, and not in any number."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.responses import Response
from tests.sandbox.conftest import answers_a_small_query

from libonto.api.options import Options
from libonto.api.running import GuardedProtocol
from libonto.api.service import Service
from libonto.sandbox.limits import MIB, Limits

ANSWER = 16 * MIB


class Impatient(GuardedProtocol):
    write_seconds = 0.5
    write_rate = ANSWER


@contextlib.contextmanager
def serving(limits: Limits) -> Iterator[int]:
    """The port of an application whose every answer has 16 MiB."""
    app = FastAPI()
    app.state.service = Service(Options(limits=limits))

    @app.get("/")
    async def answer() -> Response:
        return Response(b"x" * ANSWER)

    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=Impatient, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)


def asking(port: int, path: str = "/") -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    connection.settimeout(20)
    connection.connect(("127.0.0.1", port))
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    return connection


def received(connection: socket.socket, pause: float = 0.0) -> int:
    """Bytes until the end, or until the connection is cut off."""
    count = 0
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(1 << 20):
            count += len(part)
            time.sleep(pause)
    return count


def test_a_reader_that_does_not_read_is_cut_off() -> None:
    with serving(Limits(fast=2, slow=2)) as port, asking(port) as idle, asking(port) as busy:
        assert received(busy) > ANSWER
        time.sleep(2.5)
        assert received(idle) < ANSWER


def test_a_slow_reader_that_reads_in_time_gets_it_all() -> None:
    with serving(Limits(fast=2, slow=2)) as port, asking(port) as connection:
        assert received(connection, pause=0.002) > ANSWER


@pytest.mark.parametrize(("workers", "is_cut_off"), [(2, True), (5, False)])
def test_all_that_waits_has_a_cap(workers: int, is_cut_off: bool) -> None:
    limits = Limits(fast=2, slow=workers - 2, answer=ANSWER)
    with serving(limits) as port, contextlib.ExitStack() as stack:
        connections = [stack.enter_context(asking(port)) for _ in range(4)]
        time.sleep(0.3)
        counts = [received(connection) for connection in connections]
        assert any(count < ANSWER for count in counts) == is_cut_off


@pytest.mark.full_run
def test_readers_of_large_answers_that_do_not_read(serve: Any) -> None:
    server = serve("--fast", "2", "--slow", "1", "--answer", "24", "--cache", "0")
    port = int(server.url.rpartition(":")[2])
    query = "SELECT * {{ ?a ?b ?c . VALUES ?x {{ 1 2 {0} }} }} LIMIT 40000"
    path = "/sparql?format=csv&query="
    with contextlib.ExitStack() as stack:
        asked = [query.format(n).replace(" ", "+").replace("?", "%3F") for n in range(10, 35)]
        connections = [stack.enter_context(asking(port, path + text)) for text in asked]
        server.wait_for("slow-reader", seconds=40)
        answers_a_small_query(server)
        assert connections
    server.stop()
