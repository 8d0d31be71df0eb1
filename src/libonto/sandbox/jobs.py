"""How jobs end, and the memory of those that were slow."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from enum import StrEnum
from time import monotonic

REMEMBERED = 4096
FORGET = 300.0
"""Seconds after which a job that was slow may try the fast lane again."""


class Outcome(StrEnum):
    """How a job ended, for the metrics."""

    DONE = "done"
    BUSY = "busy"
    DEADLINE = "deadline"
    DIED = "died"
    GONE = "gone"


class SlowJobs:
    """The jobs, by their keys, that have been slow lately; the oldest are forgotten."""

    def __init__(self) -> None:
        """Start with none."""
        self._since: OrderedDict[Hashable, float] = OrderedDict()

    def add(self, key: Hashable | None) -> None:
        """Remember a job; None is no key."""
        if key is None:
            return
        self._since[key] = monotonic()
        self._since.move_to_end(key)
        while len(self._since) > REMEMBERED:
            self._since.popitem(last=False)

    def __contains__(self, key: Hashable) -> bool:
        """Whether a job was slow not long ago."""
        since = self._since.get(key)
        if since is None:
            return False
        if monotonic() - since > FORGET:
            del self._since[key]
            return False
        return True

    def clear(self) -> None:
        """Forget them all: the graph has changed."""
        self._since.clear()
