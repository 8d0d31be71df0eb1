"""A whole server, run by another user than root, under siege: it answers, and keeps its memory.

Where the tests are run by root, the server belongs to `nobody`, in a mount namespace in which
Python and the code lie where everybody may read them.
"""

import contextlib
import os
import shlex
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.sandbox.conftest import CROSS, SMALL, answers_a_small_query, raw, resident

pytestmark = pytest.mark.full_run

MEMORY, ANSWER, CACHE, FAST, SLOW = 64, 8, 64, 2, 4  # MiB, workers
PROMISED = (FAST + SLOW) * MEMORY + 2 * (FAST + SLOW) * ANSWER + CACHE
"""MiB beyond what it takes when nothing is asked, as docs/service.md adds them up."""
NOBODY = 65534
NEEDED = (Path(sys.base_prefix), Path(sys.prefix), Path(__file__).resolve().parents[2])
HUNGRY = f"SELECT * {CROSS} ORDER BY ?c ?f ?i # NUMBER"
ENDLESS = f"SELECT (COUNT(*) AS ?nNUMBER) {CROSS}"
LARGE = "SELECT * { ?a ?b ?c . VALUES ?x { 1 2 3 } } LIMIT 58000"


def as_nobody(hold: Path) -> tuple[str, ...]:
    """The command under which root starts a program that belongs to `nobody`."""
    steps = ["set -e"]
    for number, needed in enumerate(NEEDED):
        closed = [path for path in needed.parents if not path.stat().st_mode & stat.S_IXOTH]
        if closed:
            top, kept, there = map(
                shlex.quote, (str(closed[-1]), str(hold / str(number)), str(needed))
            )
            steps += [
                f"mkdir -p {kept}",
                f"mount --bind {there} {kept}",
                f"mount -t tmpfs -o mode=755 tmpfs {top}",
                f"mkdir -p {there}",
                f"mount --bind {kept} {there}",
            ]
    user = f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups --bounding-set=-all"
    steps.append(f'exec {user} "$@"')
    return ("unshare", "--mount", "sh", "-c", "\n".join(steps), "sh")


def under(hold: Path) -> tuple[str, ...]:
    """The command before a server's own: none where this user is not root, or may not change it."""
    if os.getuid() != 0:
        return ()
    command = as_nobody(hold)
    tried = subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if tried.returncode == 0 else ()


def everything(server: Any) -> float:
    return resident([server.process.pid, *server.descendants()])


class Watched:
    """A server, and the most memory that all of its processes had together."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.quiet = self.most = everything(server)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.2):
            self.most = max(self.most, everything(self.server))

    def end(self) -> None:
        self._ended.set()
        self._thread.join()


@pytest.fixture(scope="module")
def watched(
    serve: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    server = serve(
        *("--fast", str(FAST), "--slow", str(SLOW), "--deadline", "3", "--upload", "1"),
        *("--memory", str(MEMORY), "--answer", str(ANSWER), "--cache", str(CACHE)),
        env={"XDG_CONFIG_HOME": "/nonexistent"},  # the tests' own is only theirs to read
        under=under(tmp_path_factory.mktemp("hold")),
    )
    found = Watched(server)
    yield found
    found.end()
    assert server.stop() == 0


def address(query: str, number: int) -> bytes:
    text = query.replace("NUMBER", str(number)).replace(" ", "+").replace("?", "%3F")
    text = text.replace("#", "%23")
    return f"GET /sparql?format=csv&query={text} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def dropped(server: Any) -> None:
    """A thousand connections, each with a heavy query, closed at once."""
    for number in range(1000):
        with raw(server) as connection:
            connection.sendall(address(ENDLESS, number))


def together(server: Any, query: str, count: int) -> None:
    statuses: list[int] = []

    def ask(number: int) -> None:
        with httpx.Client(timeout=30) as client:
            text = query.replace("NUMBER", str(number))
            found = client.post(f"{server.url}/sparql", data={"query": text})
            statuses.append(found.status_code)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    answers_a_small_query(server)
    for thread in threads:
        thread.join()
    assert set(statuses) <= {503, 507}


def endless(server: Any) -> None:
    together(server, ENDLESS, 12)


def hungry(server: Any) -> None:
    together(server, HUNGRY, 12)


def slow_readers(server: Any) -> None:
    """Forty who ask for an answer of some MiB, which is in the cache, and do not read it."""
    asked = {"query": LARGE, "format": "csv"}
    whole = {"Accept-Encoding": "identity"}
    answer = server.patiently(lambda: server.http.get("/sparql", params=asked, headers=whole))
    assert 40 * len(answer.content) > 2 * (FAST + SLOW) * ANSWER * 2**20
    with contextlib.ExitStack() as stack:
        for number in range(40):
            connection = stack.enter_context(raw(server, buffer=65536))
            connection.sendall(address(LARGE, number))
        server.wait_for("slow-reader", seconds=40)
        answers_a_small_query(server)


def silent(server: Any) -> None:
    with contextlib.ExitStack() as stack:
        for number in range(500):
            connection = stack.enter_context(raw(server))
            connection.sendall(b"" if number % 2 else b"GET /sparql?query=")
        answers_a_small_query(server)


def forms(server: Any) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"on=1" + b"+" * 200_000 + b"x", b"document=" + b"%41" * 340_000, b"&" * 10**6):
        for path in ("/check", "/list", "/sparql"):
            assert server.http.post(path, content=body, headers=kind).status_code < 500


def headers(server: Any) -> None:
    for value in ("a" + " " * 4000 + "b", "a;q=0.1, " * 20_000 + "b", "a" + "\t;" * 1500):
        for name in ("Accept", "Accept-Language", "Accept-Encoding"):
            asked = {"params": {"query": SMALL}, "headers": {name: value}}
            assert server.http.get("/sparql", **asked).status_code < 500


def profiles(server: Any) -> None:
    nested = {"application/json": b"[" * 900_000, "text/turtle": b"<x:a> <x:b> " + b"[" * 900_000}
    bomb = b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><x>&b;</x>"
    for kind, body in {**nested, "application/rdf+xml": bomb, "text/csv": b'"' * 900_000}.items():
        answer = server.http.post("/api/assess", content=body, headers={"Content-Type": kind})
        assert answer.status_code in {400, 413, 422, 500, 503, 507}


ATTACKS = (dropped, endless, hungry, slow_readers, silent, forms, headers, profiles)


def test_every_process_belongs_to_another_user_than_root(watched: Watched, tmp_path: Path) -> None:
    if os.getuid() == 0 and not under(tmp_path):
        pytest.skip("root may make no mount namespace here: the siege is of a server of root")
    for pid in (watched.server.process.pid, *watched.server.descendants()):
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        users = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
        assert "0" not in users


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_small_query_is_answered_after(watched: Watched, attack: Callable[[Any], None]) -> None:
    attack(watched.server)
    answers_a_small_query(watched.server)
    assert watched.most < watched.quiet + PROMISED
    assert len(watched.server.descendants()) - 1 <= FAST + SLOW


def test_it_was_hungry(watched: Watched) -> None:
    """Else what was measured would say nothing of the limits."""
    together(watched.server, HUNGRY, 12)
    assert watched.most > watched.quiet + MEMORY
    assert watched.most < watched.quiet + PROMISED
    print(f"quiet {watched.quiet:.0f} MiB, most {watched.most:.0f}, promised {PROMISED} more")
