"""Whatever dies, and whenever: every answer is whole and right, or a 5xx that says so."""

import asyncio
import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.sizes import size

SIGNALS = (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGTERM)


KILLED, RIGHT = size(40, 12), size(200, 60)
"""How many processes are killed under load, and how many right answers are waited for."""


@pytest.fixture(scope="module")
def hurt_by_all(serve: Callable[..., Any]) -> Iterator[Any]:
    server = serve("--deadline", "5", "--fast", "2", "--cache", "0")
    yield server
    server.stop()


@pytest.fixture
def hurt(hurt_by_all: Any) -> Any:
    """A server that has come back from whatever was done to it before."""
    wait_until_ready(hurt_by_all)
    return hurt_by_all


def sleeping(server: Any) -> tuple[int, list[int]]:
    """The parent of the workers, and the workers."""
    parent, *workers = server.descendants()
    return parent, workers


def wait_until_ready(server: Any, workers: int = 2) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        health = server.http.get("/healthz")
        if health.status_code == 200 and health.json()["lanes"]["workers"] >= workers:
            return
        time.sleep(0.05)
    raise AssertionError("it does not come back")


@pytest.mark.parametrize("how", SIGNALS)
def test_an_idle_worker_that_dies_costs_nothing(hurt: Any, how: signal.Signals) -> None:
    _, workers = sleeping(hurt)
    for worker in workers:
        os.kill(worker, how)
    limit = time.monotonic() + 10
    while set(hurt.descendants()) & set(workers):
        assert time.monotonic() < limit
        time.sleep(0.02)
    wait_until_ready(hurt)
    for number in range(4):
        assert hurt.ask(f"SELECT ({number} AS ?x) {{}}").status_code == 200


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_that_dies_at_work_costs_one_5xx(hurt: Any, how: signal.Signals) -> None:
    async def scene() -> tuple[int, int]:
        async with httpx.AsyncClient(base_url=hurt.url, timeout=20) as client:
            slow = {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"}
            at_work = asyncio.create_task(client.post("/sparql", data=slow))
            await asyncio.sleep(0.6)
            for worker in sleeping(hurt)[1]:
                os.kill(worker, how)
            lost = (await at_work).status_code
            return lost, (await client.post("/sparql", data={"query": "ASK {}"})).status_code

    lost, next_one = asyncio.run(scene())
    assert (lost, next_one) == (500, 200)


def test_a_parent_that_dies_is_started_again(hurt: Any) -> None:
    parent, workers = sleeping(hurt)
    place = len(hurt.log)
    os.kill(parent, signal.SIGKILL)
    hurt.wait_for("parent-died", after=place)
    health = hurt.http.get("/healthz")
    if health.status_code != 200:  # a second later it may be ready again
        assert (health.status_code, health.json()["status"]) == (503, "not-ready")
    answer = hurt.ask("ASK {}")
    assert answer.status_code in {200, 500, 503}
    hurt.wait_for("parent-restarted", after=place)
    wait_until_ready(hurt)
    assert hurt.ask("ASK {}").status_code == 200
    assert not {parent, *workers} & set(hurt.descendants())
    assert {_state(pid) for pid in (parent, *workers)} == {"defunct"}


def _state(pid: int) -> str:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        return "defunct" if "State:\tZ" in status else "alive"
    except FileNotFoundError:
        return "defunct"


def test_under_load_nothing_wrong_and_nothing_cut_off(hurt: Any) -> None:
    """Workers and their parent are killed at random; the answers are counted."""
    chance = random.Random(20261123)
    counts: Counter[str] = Counter()
    until = time.monotonic() + 120

    def goes_on() -> bool:
        """Until enough was killed and enough answered, however slow the machine is."""
        return time.monotonic() < until and (counts["killed"] < KILLED or counts["right"] < RIGHT)

    async def client(name: int) -> None:
        async with httpx.AsyncClient(base_url=hurt.url, timeout=30) as http:
            number = 0
            while goes_on():
                number += 1
                rows = chance.randrange(1, 2000)
                values = " ".join(f'"{name}-{number}-{i}"' for i in range(rows))
                query = f"SELECT ?x {{ VALUES ?x {{ {values} }} }}"
                try:
                    answer = await http.post("/sparql", data={"query": query})
                except httpx.HTTPError as error:
                    counts[f"broken: {type(error).__name__}"] += 1
                    continue
                if answer.status_code == 200:
                    found = [b["x"]["value"] for b in answer.json()["results"]["bindings"]]
                    right = found == [f"{name}-{number}-{i}" for i in range(rows)]
                    counts["right" if right else "wrong"] += 1
                elif answer.status_code in {500, 503, 507}:
                    assert answer.json()["status"] == answer.status_code
                    counts["refused"] += 1
                else:
                    counts[f"status {answer.status_code}"] += 1

    async def killer() -> None:
        while goes_on():
            await asyncio.sleep(chance.uniform(0.02, 0.3))
            parent, *workers = hurt.descendants() or [0]
            if workers:
                victim = parent if chance.random() < 0.05 else chance.choice(workers)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, chance.choice(SIGNALS))
                    counts["killed"] += 1

    async def scene() -> None:
        await asyncio.gather(killer(), *(client(n) for n in range(4)))

    asyncio.run(scene())
    assert counts["killed"] > 10
    assert counts["right"] > RIGHT // 4
    expected = {"right", "refused", "killed"}
    assert {kind: n for kind, n in counts.items() if kind not in expected} == {}
    wait_until_ready(hurt)
    # The first may still meet a worker that was killed last, before its end was heard of.
    assert 200 in [hurt.ask("ASK {}").status_code for _ in range(4)]


def test_stopping_waits_for_what_is_under_way(serve: Callable[..., Any]) -> None:
    server = serve("--deadline", "30", "--patience", "0.1")
    processes = server.descendants()

    async def scene() -> httpx.Response:
        async with httpx.AsyncClient(base_url=server.url, timeout=40) as client:
            steps = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(22))
            rows = f"VALUES ?y {{ {'1 ' * 60} }}"
            query = f"SELECT (STRLEN(?x22) AS ?n) {{ {rows} BIND('ab' AS ?x0) {steps} }}"
            under_way = asyncio.create_task(client.post("/sparql", data={"query": query}))
            await asyncio.sleep(0.3)
            server.process.terminate()
            return await under_way

    answer = asyncio.run(scene())
    assert answer.status_code in {200, 507}
    assert server.process.wait(40) == 0
    assert server.wait_for("stopped")
    for pid in processes:
        assert _state(pid) == "defunct"


def test_the_workers_end_with_a_server_that_is_killed(serve: Callable[..., Any]) -> None:
    server = serve()
    processes = server.descendants()
    server.process.kill()
    server.process.wait(10)
    limit = time.monotonic() + 5
    while any(_state(pid) == "alive" for pid in processes):
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_a_parent_that_hangs_is_no_readiness(hurt: Any) -> None:
    parent, _ = sleeping(hurt)
    os.kill(parent, signal.SIGSTOP)
    try:
        limit = time.monotonic() + 20
        while hurt.http.get("/healthz").status_code == 200:
            assert time.monotonic() < limit
            time.sleep(0.1)
        assert hurt.http.get("/healthz").json()["status"] == "not-ready"
    finally:
        os.kill(parent, signal.SIGCONT)
    wait_until_ready(hurt)


def test_workers_end_with_a_server_that_is_killed_while_it_is_under_siege(
    serve: Callable[..., Any],
) -> None:
    server = serve("--fast", "2", "--slow", "4")

    async def drop(number: int) -> None:
        query = f"SELECT+(COUNT(*)+AS+%3Fn{number})+{{+%3Fa+%3Fb+%3Fc+.+%3Fd+%3Fe+%3Ff+}}"
        host, _, port = server.url.removeprefix("http://").partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        await asyncio.sleep(0.05)
        writer.close()

    async def siege() -> None:
        await asyncio.gather(*(drop(number) for number in range(100)))

    asyncio.run(siege())
    processes = server.descendants()
    server.process.kill()
    server.process.wait(10)
    limit = time.monotonic() + 5
    while any(_state(pid) == "alive" for pid in processes):
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_the_parent_ends_what_the_server_forgets(serve: Callable[..., Any]) -> None:
    """A server that stands still kills nobody: the parent keeps to the deadline by itself."""
    server = serve("--deadline", "2", "--fast", "2", "--slow", "2", "--patience", "0.2")

    async def scene() -> None:
        async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
            query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
            under_way = asyncio.create_task(client.post("/sparql", data={"query": query}))
            await asyncio.sleep(0.6)
            _, *workers = server.descendants()
            assert len(workers) == 3
            os.kill(server.process.pid, signal.SIGSTOP)
            try:
                limit = time.monotonic() + 10
                while all(_state(pid) == "alive" for pid in workers):
                    assert time.monotonic() < limit
                    time.sleep(0.1)
            finally:
                os.kill(server.process.pid, signal.SIGCONT)
            answer = await under_way
            assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)

    asyncio.run(scene())
    wait_until_ready(server)
    server.stop()
