"""Processes forked from one that has loaded everything, each doing one item at a time.

For work of our own on one machine (`libonto batch`), where nothing has to be kept from doing
harm. A process that dies, or does not answer in time, is replaced and its item given to
another; an item that ends two processes ends the work.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from libonto.errors import LibontoError, WorkerError
from libonto.sandbox import cage

ATTEMPTS = 2
DEADLINE = 900.0
"""Seconds that an item may take: a hundred times what a task of a batch does."""


@dataclass
class _Member:
    process: Any
    connection: Connection
    item: Any = None
    until: float = 0.0


class ProcessPool:
    """Some processes; `work` is called in them, and must give something that can be pickled."""

    def __init__(
        self, count: int, work: Callable[[Any], Any], *, deadline: float = DEADLINE
    ) -> None:
        """Processes are forked when the first items come; `deadline` in seconds for each item."""
        self._deadline = deadline
        self._count = count
        self._work = work
        self._members: list[_Member] = []
        self._context = multiprocessing.get_context("fork")

    def __enter__(self) -> ProcessPool:
        """The pool."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every process at once, whatever it does."""
        for member in self._members:
            member.process.kill()
        for member in self._members:
            member.process.join()
            member.connection.close()
        self._members.clear()

    def results(self, items: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        """Each item with what came of it, in the order in which they are done.

        Raises what the work raised, WorkerError where an item ends its process twice.
        """
        waiting = iter(items)
        again: deque[Any] = deque()
        attempts: Counter[int] = Counter()
        idle: list[_Member] = []
        busy: dict[Any, _Member] = {}  # by their connections
        while True:
            while len(busy) < self._count:
                item = again.popleft() if again else next(waiting, None)
                if item is None:
                    break
                member = idle.pop() if idle else self._start()
                member.item = item
                member.until = time.monotonic() + self._deadline
                busy[member.connection] = member
                member.connection.send(item)
            if not busy:
                return
            first = min(member.until for member in busy.values())
            ready = wait(list(busy), max(0.0, first - time.monotonic()))
            for member in () if ready else busy.values():
                if member.until <= time.monotonic():
                    member.process.kill()  # its end of the pipe closes, and is ready then
            for connection in ready:
                member = busy.pop(connection)
                try:
                    value = member.connection.recv()
                except (EOFError, OSError):
                    again.append(self._replace(member, attempts))
                    continue
                idle.append(member)
                if isinstance(value, LibontoError):
                    raise value
                yield member.item, value

    def _start(self) -> _Member:
        ours, theirs = self._context.Pipe()
        others = [member.connection for member in self._members]
        process = self._context.Process(
            target=_live, args=(os.getpid(), theirs, self._work, [ours, *others]), daemon=True
        )
        gc.collect()
        gc.freeze()  # a collection would copy what is shared with the children
        process.start()
        gc.unfreeze()
        theirs.close()
        member = _Member(process, ours)
        self._members.append(member)
        return member

    def _replace(self, member: _Member, attempts: Counter[int]) -> Any:
        """Forget a process that died; its item, if it may be tried again."""
        member.process.join()
        member.connection.close()
        self._members.remove(member)
        key = id(member.item)
        attempts[key] += 1
        if attempts[key] >= ATTEMPTS:
            raise WorkerError(member.process.exitcode)
        return member.item


def _live(
    parent: int, connection: Connection, work: Callable[[Any], Any], others: list[Connection]
) -> None:
    """The whole life of a process of the pool; it ends when the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    cage.die_with(parent)
    for other in others:
        other.close()
    with collecting_between() as collect:
        while True:
            try:
                item = connection.recv()
            except (EOFError, OSError):
                return
            try:
                value = work(item)
            except LibontoError as error:
                value = error
            try:
                connection.send(value)
            except OSError:
                return
            collect()


@contextmanager
def collecting_between() -> Iterator[Callable[[], object]]:
    """Look for garbage that refers to itself only when the function that this gives is called.

    Python would do so again and again in the middle of work that makes a million objects,
    none of which refers to itself. Each call looks at what is new since the last one.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield lambda: gc.collect(0)
    finally:
        if enabled:
            gc.enable()
