"""For every test: how much is tried, no settings of the machine; and a real server, for some."""

import fcntl
import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import core
from tests import sizes

SHARED = "TESTS_SHARED"
"""The environment variable that names the folder which all workers of a run share."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="every case, and samples at full size")
    parser.addoption("--day", help="the seed of the samples, like 2026-11-22; by default today")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    sizes.configure(whole=config.getoption("--full"), day=config.getoption("--day"))
    if config.getoption("hypothesis_seed", None) is None:
        core.global_force_seed = sizes.seed
    if SHARED not in os.environ:
        os.environ[SHARED] = tempfile.mkdtemp(prefix="tests-")
        config.add_cleanup(_end_the_shared)


def pytest_report_header() -> str:
    return sizes.header()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    named = any("::" in argument for argument in config.args)
    kept = items if sizes.full or named else sizes.sampled(items)
    if left := [item for item in items if item not in set(kept)]:
        config.hook.pytest_deselected(items=left)
    items[:] = sizes.arranged(kept)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Let no collection of garbage look again at what stays to the end: the tests themselves."""
    gc.collect()
    gc.freeze()


def _end_the_shared() -> None:
    """Stop the server that all workers shared, and remove their folder."""
    folder = Path(os.environ.pop(SHARED))
    found = folder / "server.json"
    if found.exists():
        os.kill(json.loads(found.read_text())["pid"], signal.SIGTERM)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_machine(tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in [name for name in os.environ if name.startswith("LIBONTO_")]:
        del os.environ[name]
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path_factory.mktemp("config"))


class Reached:
    """A server at an address."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=30)

    def ask(self, query: str, **headers: str) -> httpx.Response:
        """A query by a form, its errors in English."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(
            "/sparql", data={"query": query}, headers={"Accept-Language": "en", **named}
        )

    def patiently(self, ask: Callable[[], httpx.Response], seconds: float = 180) -> httpx.Response:
        """An answer that is no 503: asked again, as it says, on a machine that is busy."""
        limit = time.monotonic() + seconds
        while (answer := ask()).status_code == 503 and time.monotonic() < limit:
            time.sleep(0.2)
        return answer


class Served(Reached):
    """A server in a process of its own, on a free port of the loopback; `log` is what it says.

    `under` is a command that starts it.
    """

    def __init__(
        self, *args: str, env: dict[str, str] | None = None, under: Sequence[str] = ()
    ) -> None:
        self.log: list[dict[str, Any]] = []
        self.other: list[str] = []
        self.process = subprocess.Popen(
            [*under, sys.executable, "-m", "libonto", "serve", "--port", "0", *args],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(env or {})},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        super().__init__(self.wait_for("listening")["address"])

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            try:
                self.log.append(json.loads(line))
            except ValueError:
                self.other.append(line)

    def wait_for(self, event: str, *, after: int = 0, seconds: float = 240) -> dict[str, Any]:
        """The first line about an event, from a place in the log on."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            found = [line for line in self.log[after:] if line["event"] == event]
            if found:
                return found[0]
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"no {event}: {self.log[-5:]} {self.other}")

    def descendants(self) -> list[int]:
        """The process ids of the parent of the workers, and of the workers after it."""
        children = _children(self.process.pid)
        return children + [pid for child in children for pid in _children(child)]

    def stop(self) -> int:
        """End it as an operator would, and wait; its exit status."""
        self.http.close()
        self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self._reader.join(5)


def _children(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in children.split()]


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., Served]]:
    """Starts servers; all of them are stopped at the end."""
    started: list[Served] = []

    def start(*args: str, env: dict[str, str] | None = None, under: Sequence[str] = ()) -> Served:
        started.append(Served(*args, env=env, under=under))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="session")
def server() -> Iterator[Reached]:
    """A server with its ordinary limits, but for small lanes: one for all workers of a run."""
    folder = Path(os.environ[SHARED])
    found = folder / "server.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.exists():
            found.write_text(json.dumps(_start_detached(folder / "server.log")))
    reached = Reached(json.loads(found.read_text())["address"])
    yield reached
    reached.http.close()


def _start_detached(log: Path) -> dict[str, Any]:
    """Start a server that outlives this worker; its process id and address."""
    command = [
        sys.executable,
        "-m",
        "libonto",
        "serve",
        "--port",
        "0",
        "--slow",
        "2",
        "--fast",
        "2",
    ]
    with log.open("w") as written:
        process = subprocess.Popen(command, stderr=written, stdin=subprocess.DEVNULL)
    limit = time.monotonic() + 240
    while time.monotonic() < limit and process.poll() is None:
        for line in log.read_text().splitlines():
            if '"listening"' in line and line.endswith("}"):
                return {"pid": process.pid, "address": json.loads(line)["address"]}
        time.sleep(0.05)
    process.kill()
    raise AssertionError(f"the server does not start: {log.read_text()}")
