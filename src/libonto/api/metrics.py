"""What is counted, for Prometheus: requests and jobs by outcome and lane, never what was asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10, 30)
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The counters of one server, in a registry of their own."""

    def __init__(self) -> None:
        """Start at zero."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "libonto_requests",
            "Requests by kind of address, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.jobs = Counter(
            "libonto_jobs", "Jobs by lane and outcome.", ("lane", "outcome"), registry=self.registry
        )
        self.seconds = Histogram(
            "libonto_job_seconds",
            "Seconds from a job's arrival to its end, by lane.",
            ("lane",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.cached = Counter(
            "libonto_answers_from_cache",
            "Queries that were answered from the cache.",
            registry=self.registry,
        )
        self.reloads = Counter(
            "libonto_reloads", "Reloads by outcome.", ("outcome",), registry=self.registry
        )

        self.lag = Histogram(
            "libonto_loop_lag_seconds",
            "How late the event loop was, each quarter of a second.",
            buckets=BUCKETS,
            registry=self.registry,
        )
        # Looking up a child by its labels costs more than counting, so they are kept.
        self._request = cache(self.requests.labels)
        self._job = cache(self.jobs.labels)
        self._seconds = cache(self.seconds.labels)

    def request(self, route: str, method: str, status: int) -> None:
        """Count a request."""
        self._request(route, method, status).inc()

    def job(self, lane: str, outcome: str, seconds: float) -> None:
        """Count a job."""
        self._job(str(lane), str(outcome)).inc()
        self._seconds(str(lane)).observe(seconds)

    def watch(
        self,
        lanes: Callable[[], dict[str, int]],
        cached: Callable[[], int],
        memory: Callable[[], int],
    ) -> None:
        """Show what goes on in a server's lanes, the bytes of its cache and of its workers."""
        gauge = Gauge(
            "libonto_now",
            "Jobs in the fast lane, in the slow lane, waiting; and workers.",
            ("what",),
            registry=self.registry,
        )
        for what in ("fast", "slow", "waiting", "workers"):
            gauge.labels(what).set_function(partial(_number, lanes, what))
        size = Gauge("libonto_cache_bytes", "Bytes in the cache.", registry=self.registry)
        size.set_function(cached)
        workers = Gauge(
            "libonto_worker_bytes",
            "Memory of all workers together, beyond what they were forked with.",
            registry=self.registry,
        )
        workers.set_function(memory)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)


def _number(lanes: Callable[[], dict[str, int]], what: str) -> float:
    return lanes()[what]
