"""Whatever is asked at once, the processes together stay within what the limits add up to."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.sandbox.conftest import resident

MEMORY, FAST, SLOW = 128, 2, 2  # MiB, workers
HUNGRY = "SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} ORDER BY ?c ?f ?i # {0}"


@pytest.mark.full_run
def test_eight_hungry_queries_at_once(serve: Callable[..., Any]) -> None:
    limits = {"memory": MEMORY, "fast": FAST, "slow": SLOW, "deadline": 3, "answer": 1}
    server = serve(*(part for name, n in limits.items() for part in (f"--{name}", str(n))))
    try:
        before = resident([server.process.pid, *server.descendants()])
        statuses: list[int] = []

        def ask(number: int) -> None:
            statuses.append(server.ask(HUNGRY.format(number)).status_code)

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        most = before
        while any(thread.is_alive() for thread in threads):
            most = max(most, resident([server.process.pid, *server.descendants()]))
            time.sleep(0.02)
        assert set(statuses) <= {503, 507}
        assert most > before + MEMORY / 2  # they were hungry
        assert most < before + (FAST + SLOW) * (MEMORY + 64) + 64
        assert server.ask("ASK {}").status_code == 200
    finally:
        server.stop()


def test_the_parent_holds_the_sum_of_all(serve: Callable[..., Any]) -> None:
    """Each worker keeps to its own limit, but together they would take more than they may."""
    total = 100
    server = serve(
        *("--memory", "256", "--fast", "2", "--slow", "4", "--deadline", "4"),
        *("--total-memory", str(total), "--answer", "1"),
    )
    try:
        before = resident([server.process.pid, *server.descendants()])
        statuses: list[int] = []

        def ask(number: int) -> None:
            statuses.append(server.ask(HUNGRY.format(number)).status_code)

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        over = 0
        while any(thread.is_alive() for thread in threads):
            now = resident([server.process.pid, *server.descendants()])
            over = over + 1 if now > before + 3 * total else 0
            assert over < 20
            time.sleep(0.05)
        assert set(statuses) <= {503, 507}
        assert 507 in statuses
        health = server.http.get("/healthz").json()
        assert health["killed"]["memory"] > 0
        assert health["memory"]["limit"] == total * 1024 * 1024
        assert server.patiently(lambda: server.ask("ASK {}")).status_code == 200
    finally:
        server.stop()
