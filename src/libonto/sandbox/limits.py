"""How much a worker may take, and how many there are."""

from __future__ import annotations

import os
from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The limits of a pool of workers; times in seconds, sizes in bytes.

    `fast` and `slow` are the slots of the two lanes, `queue` how many jobs may wait for the
    fast one, `patience` how long a job may stay in it. `memory` is what a worker may take
    beyond what it was forked with, `answer` the most bytes of an answer, `stack` the stack
    of the thread that parses and runs, `jobs` how many jobs a worker does before it is
    replaced by a fresh one. `total` is what all workers together may take beyond what they were
    forked with: as much as their number times `memory`, unless it is given.
    """

    fast: int = 0
    slow: int = 4
    queue: int = 256
    patience: float = 0.3
    deadline: float = 10.0
    memory: int = 512 * MIB
    answer: int = 32 * MIB
    stack: int = 512 * MIB
    jobs: int = 20_000
    total: int = 0

    def __post_init__(self) -> None:
        """Fill in the number of fast slots: as many as there are processors, at least two."""
        if self.fast < 1:
            # A container may have fewer processors than the machine.
            own = hasattr(os, "sched_getaffinity")
            processors = len(os.sched_getaffinity(0)) if own else os.cpu_count() or 1
            object.__setattr__(self, "fast", max(2, processors))
        if self.total < 1:
            object.__setattr__(self, "total", self.workers * self.memory)

    @property
    def workers(self) -> int:
        """How many workers there may be at a time."""
        return self.fast + self.slow
