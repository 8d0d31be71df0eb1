"""For every test: the machine's own settings do not reach it. And a real server, for some."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="every case, and samples at full size")


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_machine(tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in [name for name in os.environ if name.startswith("LIBONTO_")]:
        del os.environ[name]
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path_factory.mktemp("config"))


class Served:
    """A server in a process of its own, on a free port of the loopback; `log` is what it says."""

    def __init__(self, *args: str, env: dict[str, str] | None = None) -> None:
        self.log: list[dict[str, Any]] = []
        self.other: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "libonto", "serve", "--port", "0", *args],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(env or {})},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = self.wait_for("listening")["address"]
        self.http = httpx.Client(base_url=self.url, timeout=30)

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            try:
                self.log.append(json.loads(line))
            except ValueError:
                self.other.append(line)

    def wait_for(self, event: str, *, after: int = 0, seconds: float = 90) -> dict[str, Any]:
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

    def ask(self, query: str, **headers: str) -> httpx.Response:
        """A query by a form, its errors in English."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(
            "/sparql", data={"query": query}, headers={"Accept-Language": "en", **named}
        )

    def patiently(self, ask: Callable[[], httpx.Response], seconds: float = 60) -> httpx.Response:
        """An answer that is no 503: asked again, as it says, on a machine that is busy."""
        limit = time.monotonic() + seconds
        while (answer := ask()).status_code == 503 and time.monotonic() < limit:
            time.sleep(0.2)
        return answer

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

    def start(*args: str, env: dict[str, str] | None = None) -> Served:
        started.append(Served(*args, env=env))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="session")
def server(serve: Callable[..., Served]) -> Served:
    """A server with its ordinary limits, but for small lanes."""
    return serve("--slow", "2", "--fast", "2")
