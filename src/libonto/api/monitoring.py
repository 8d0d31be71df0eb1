"""For operators: the log, the metrics, and how late the event loop is.

Logs are lines of JSON on standard error, without anything personal.

Never in them: addresses of clients, queries, profiles, names, parameters.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import json
import logging
import os
import socket
import sys
import time
from collections.abc import Callable
from functools import cache, lru_cache, partial
from traceback import walk_tb

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from libonto.sandbox.pool import WorkerPool

PAUSE = 0.05
"""Seconds for which the lines about requests are gathered."""
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10, 30)
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
TICK = 0.25
LATE = 0.5
SUPERVISED = 10.0
"""Seconds that `--supervised` allows; systemd's own limit goes before."""


class Log:
    """Writes one object a line: time, level, event, and what belongs to it."""

    def __init__(self) -> None:
        self._waiting: list[str] = []

    def write(self, event: str, *, level: str = "info", **about: object) -> None:
        """Write one line."""
        line = {"time": _now(), "level": level, "event": event, **about}
        self._waiting.append(json.dumps(line, ensure_ascii=False, default=str))
        self.flush()

    def request(self, route: str, method: str, status: int, seconds: float, size: int) -> None:
        """Write the line of one request; together with others, a moment later."""
        if not self._waiting:
            asyncio.get_running_loop().call_later(PAUSE, self.flush)
        self._waiting.append(
            f'{{"time": "{_now()}", "level": "info", "event": "request", "route": "{route}", '
            f'"method": "{method}", "status": {status}, "ms": {seconds * 1000:.1f}, '
            f'"bytes": {size}}}'
        )

    def flush(self) -> None:
        """Write the lines that wait."""
        lines, self._waiting = self._waiting, []
        if lines:
            print("\n".join(lines), file=sys.stderr, flush=True)


def _now() -> str:
    seconds, thousandths = divmod(time.time_ns() // 1_000_000, 1000)
    return f"{_second(seconds)}.{thousandths:03}Z"


@lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def type_and_place(error: BaseException) -> dict[str, str]:
    """An exception without its message, which may quote what was sent: `type`, and `at`."""
    places = [f"{frame.f_code.co_filename}:{n}" for frame, n in walk_tb(error.__traceback__)]
    return {"type": type(error).__name__, **({"at": places[-1]} if places else {})}


class Handler(logging.Handler):
    """Brings what libraries log into the same form; their messages only, never a request."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self.log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; of an exception only its type and place."""
        about: dict[str, object] = {"logger": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            about |= type_and_place(record.exc_info[1])
        else:
            message = record.getMessage()
            if message.startswith("Traceback"):  # uvicorn's way of saying that a start failed
                return
            about["message"] = message.partition("\n")[0]
        self.log.write("log", level=record.levelname.lower(), **about)


class Metrics:
    """Counts for Prometheus, in a registry of one server: never what was asked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        counter = partial(Counter, registry=self.registry)
        histogram = partial(Histogram, buckets=BUCKETS, registry=self.registry)
        self.cached = counter(
            "libonto_answers_from_cache", "Queries that were answered from the cache."
        )
        self.reloads = counter("libonto_reloads", "Reloads by outcome.", ("outcome",))
        self.lag = histogram(
            "libonto_loop_lag_seconds", "How late the event loop was, each quarter of a second."
        )
        # Looking up a child by its labels costs more than counting, so they are kept.
        self._request = cache(
            counter(
                "libonto_requests",
                "Requests by kind of address, method and status.",
                ("route", "method", "status"),
            ).labels
        )
        self._job = cache(
            counter("libonto_jobs", "Jobs by lane and outcome.", ("lane", "outcome")).labels
        )
        self._seconds = cache(
            histogram(
                "libonto_job_seconds",
                "Seconds from a job's arrival to its end, by lane.",
                ("lane",),
            ).labels
        )

    def request(self, route: str, method: str, status: int) -> None:
        """Count a request."""
        self._request(route, method, status).inc()

    def job(self, lane: str, outcome: str, seconds: float) -> None:
        """Count a job."""
        self._job(str(lane), str(outcome)).inc()
        self._seconds(str(lane)).observe(seconds)

    def watch(self, pool: WorkerPool, cache_size: Callable[[], int]) -> None:
        """Show what goes on in a server's lanes, the bytes of its cache and of its workers."""
        gauge = partial(Gauge, registry=self.registry)
        now = gauge(
            "libonto_now",
            "Jobs in the fast lane, in the slow lane, waiting; and workers.",
            ("what",),
        )
        for what in ("fast", "slow", "waiting", "workers"):
            now.labels(what).set_function(partial(lambda name: pool.numbers()[name], what))
        cache_bytes = gauge("libonto_cache_bytes", "Bytes in the cache.")
        cache_bytes.set_function(cache_size)
        gauge(
            "libonto_worker_bytes",
            "Memory of all workers together, beyond what they were forked with.",
        ).set_function(lambda: pool.memory)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)


def supervised_limit(supervised: bool) -> float | None:
    """Seconds after which a loop that stands still ends the process; None without a supervisor.

    systemd's `WatchdogSec=` comes as WATCHDOG_USEC, and is meant for us where WATCHDOG_PID is.
    """
    microseconds, own = os.environ.get("WATCHDOG_USEC", ""), str(os.getpid())
    if microseconds.isdecimal() and os.environ.get("WATCHDOG_PID", own) == own:
        return int(microseconds) / 1_000_000
    return SUPERVISED if supervised else None


def notify(state: str) -> None:
    """Tell systemd, where it listens (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    # A supervisor that gets no notice restarts the server: nothing is lost by a lost notice.
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as outbox,
    ):
        outbox.sendto(state.encode(), "\0" + address[1:] if address[0] == "@" else address)


class Watchdog:
    """How late the event loop is: measured always, and fatal only under a supervisor.

    What runs in the loop holds up every request. Each tick is late by what ran too long; `/metrics`
    shows it, and the log has a line for more than LATE. Where something starts the server again
    when it ends, a loop that is blocked for `limit` seconds ends the process, and the log has the
    place.
    """

    def __init__(
        self, observe: Callable[[float], None], late: Callable[[float], None], limit: float | None
    ) -> None:
        """`observe` gets each lag in seconds, `late` those of more than LATE."""
        self._observe, self._late, self._limit = observe, late, limit
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0

    def start(self) -> None:
        """Begin, in the running loop."""
        loop = asyncio.get_running_loop()
        self._due = loop.time() + TICK
        self._timer = loop.call_at(self._due, self._tick)
        if self._limit is not None:
            # Its thread needs no interpreter lock: it ends a process that is stuck in C, too.
            faulthandler.dump_traceback_later(self._limit, exit=True)
            notify("WATCHDOG=1")

    def _tick(self) -> None:
        lag = max(0.0, asyncio.get_running_loop().time() - self._due)
        self._observe(lag)
        if lag > LATE:
            self._late(lag)
        self.start()

    def stop(self) -> None:
        """End: what follows may take its time."""
        if self._timer is not None:
            self._timer.cancel()
        if self._limit is not None:
            faulthandler.cancel_dump_traceback_later()
