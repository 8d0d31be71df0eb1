"""A server to be attacked, and an address that notes whether anybody comes."""

import http.server
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

DEADLINE = 3.0
FAST, SLOW = 2, 4
SMALL = "SELECT ?s { ?s a <https://w3id.org/libonto/ns#Position> } ORDER BY ?s LIMIT 1"
OTHERS = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
"""How many share a processor before anything is attacked: on a machine of our own, one."""
CROSS = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def attacked(serve: Callable[..., Any]) -> Iterator[Any]:
    server = serve(
        *("--deadline", f"{DEADLINE:g}", "--memory", "256", "--answer", "8", "--upload", "1"),
        *("--fast", str(FAST), "--slow", str(SLOW)),
    )
    yield server
    assert server.stop() == 0


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


def answers_a_small_query(server: Any) -> None:
    start = time.monotonic()
    answer = server.ask(SMALL)
    assert (answer.status_code, len(answer.json()["results"]["bindings"])) == (200, 1)
    assert time.monotonic() - start < 2 * OTHERS


def raw(server: Any, *, buffer: int = 0) -> socket.socket:
    """A connection; `buffer` is how many bytes the kernel receives for it, 0 for as it likes."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    connection = socket.socket()
    if buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connection.settimeout(20)
    connection.connect((host, int(port)))
    return connection


def resident(pids: list[int]) -> float:
    """MiB of some processes together, what they share counted once."""
    total = 0.0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        except OSError:  # it has just ended
            continue
        found = re.search(r"^Pss:\s+(\d+)", text, re.M)
        total += int(found[1]) / 1024 if found else 0
    return total
