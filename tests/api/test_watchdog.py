"""How late the event loop is can be seen; under a supervisor a loop that stands still ends."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from libonto.api.monitoring import LATE, SUPERVISED, TICK, Watchdog, notify, supervised_limit

STUCK = """
import asyncio, re
from libonto.api.monitoring import Watchdog

async def stuck():
    Watchdog(print, print, {limit}).start()
    await asyncio.sleep(0.1)
    re.fullmatch("(a+)+", "a" * {length} + "!")  # holds the interpreter's lock
    print("done")

asyncio.run(stuck())
"""


def run(limit: float | None, length: int) -> subprocess.CompletedProcess[str]:
    code = STUCK.format(limit=limit, length=length)
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.processes
def test_a_loop_that_stands_still_ends_the_process_under_a_supervisor() -> None:
    found = run(0.5, 40)
    assert found.returncode == 1
    assert "Timeout" in found.stderr
    assert "in fullmatch" in found.stderr  # the place is told
    assert "done" not in found.stdout


@pytest.mark.processes
def test_without_a_supervisor_it_goes_on() -> None:
    assert run(None, 22).stdout.count("done\n") == 1


@pytest.mark.processes
def test_a_loop_that_goes_on_is_left_alone() -> None:
    code = STUCK.format(limit=1.0, length=2).replace("sleep(0.1)", "sleep(2)")
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.count("done\n") == 1


@pytest.mark.parametrize(("blocked", "is_told"), [(LATE - 0.3, False), (LATE + 0.3, True)])
def test_lags_are_observed_and_great_ones_told(blocked: float, is_told: bool) -> None:
    seen: list[float] = []
    told: list[float] = []

    async def scene() -> None:
        watchdog = Watchdog(seen.append, told.append, None)
        watchdog.start()
        await asyncio.sleep(TICK * 0.9)
        time.sleep(blocked + TICK * 0.1)
        await asyncio.sleep(0.05)
        watchdog.stop()

    asyncio.run(scene())
    assert max(seen) > blocked - 0.05
    if is_told:
        assert told == [lag for lag in seen if lag > LATE]
        assert told


def test_whose_limit_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    assert supervised_limit(False) is None
    assert supervised_limit(True) == SUPERVISED
    monkeypatch.setenv("WATCHDOG_USEC", "3000000")
    assert supervised_limit(False) == 3.0
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid() + 1))
    assert supervised_limit(False) is None


def test_systemd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
        inbox.bind(str(tmp_path / "notify"))
        inbox.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        notify("READY=1")
        assert inbox.recv(100) == b"READY=1"


def test_a_server_shows_its_lags(server: Any) -> None:
    time.sleep(2 * TICK)
    counted = [line for line in server.http.get("/metrics").text.splitlines() if "loop_lag" in line]
    count = next(line for line in counted if line.startswith("libonto_loop_lag_seconds_count"))
    assert float(count.split()[1]) >= 1
