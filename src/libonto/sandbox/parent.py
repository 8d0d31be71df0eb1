"""The parent of the workers: a process that loads everything once, forks, and never queries.

It is started by exec of a fresh interpreter, so that it has one thread only, and gets its
orders in lines of JSON over a socket; with a line that orders a fork comes the descriptor
of the new worker's socket. How many workers there are, how long a job of theirs
takes and how much memory they have together it limits by itself, whatever its orders. When
the server goes away, it kills its workers and ends. A worker is a forked process, shut in
(`cage.py`), that does one job after the other (`live`).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import mmap
import os
import select
import signal
import socket
import struct
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

from libonto.errors import LibontoError
from libonto.locales import LANGUAGES
from libonto.sandbox import cage, wire
from libonto.sandbox.limits import Limits

LOWEST = 19
"""The priority (nice value) of the slow lane."""
TICK = 0.25
"""Seconds between two looks at the workers' clocks and memory."""
GRACE = 1.0
"""Seconds beyond a job's deadline in which the server, which answers for it, should kill."""
_CLOCK = struct.Struct("d")


class Program(Protocol):
    """What the workers run: loaded once in the parent, used in each worker."""

    info: dict[str, Any]
    readable: Sequence[str]
    """The folders and files that a worker may read; nothing that could be loaded before."""

    def preload(self) -> Iterator[str]:
        """Load in the parent, a step at a time, what is not needed for every job.

        Gives the name of each step that is done. A worker cannot load anything by itself.
        """

    def prepare(self) -> None:
        """Called in each worker before its first job, before it is confined."""

    def handle(self, header: wire.Header, body: bytes) -> tuple[wire.Header, bytes]:
        """Do one job; errors that a caller may see are part of the answer's header."""


def main() -> None:
    """Run on the control socket whose descriptor is the first argument; the server's id follows."""
    cage.die_with(int(sys.argv[2]))
    control = socket.socket(fileno=int(sys.argv[1]))
    control.setblocking(False)
    parent = ParentProcess(control)
    with contextlib.suppress(ConnectionError):  # the server has gone, and so does this
        parent.run()


@dataclass
class ForkedWorker:
    """A worker: its process, the page in which it notes when its job began, its first memory."""

    pid: int
    clock: mmap.mmap
    memory_at_fork: int
    killed_for: str = ""


class ParentProcess:
    """The parent process: its workers by the numbers that the server gave them."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.workers: dict[int, ForkedWorker] = {}
        self.waiting: dict[int, socket.socket] = {}
        """The sockets of workers that are forked as soon as there is one less than may be."""
        self.limits = Limits()
        self.program: Program | None = None
        self.killed: Counter[str] = Counter()
        self._low: set[int] = set()
        """Workers that are to have the lowest priority from the start."""
        self._preloading: Iterator[str] | None = None
        self._writer = wire.LineWriter(control)
        self._lines = b""
        self._descriptors: list[int] = []

    def run(self) -> None:
        """Load, then obey orders until the server hangs up."""
        wake, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        due = 0.0
        try:
            while True:
                control = self.control.fileno()
                unwritten = [] if self._writer.flush() else [control]
                wait = 0.0 if self._preloading else max(0.0, due - monotonic())
                ready, _, _ = select.select([control, wake], unwritten, [], wait)
                if wake in ready:
                    os.read(wake, 4096)
                    self._reap()
                if control in ready and not self._listen():
                    return
                self._fork_waiting()
                if monotonic() >= due:
                    self._enforce()
                    due = monotonic() + TICK
                self._preload()
        finally:
            for number in list(self.workers):
                self._kill(number)

    def _listen(self) -> bool:
        """Obey every order that has come: a fork that is called off later is never made."""
        while True:
            try:
                data, descriptors, _, _ = socket.recv_fds(self.control, 65536, 64)
            except BlockingIOError:
                return True
            self._descriptors += descriptors
            if not data:
                return False
            *lines, self._lines = (self._lines + data).split(b"\n")
            for line in lines:
                self._obey(json.loads(line))

    def _obey(self, order: dict[str, Any]) -> None:
        match order["op"]:
            case "load":
                self._load(order)
            case "preload" if self.program is not None:
                self._preloading = self.program.preload()
            case "fork":
                self.waiting[order["id"]] = socket.socket(fileno=self._descriptors.pop(0))
            case "kill" if order["id"] in self.waiting:
                self.waiting.pop(order["id"]).close()
                self._low.discard(order["id"])
                self._writer.add({"event": "exited", "id": order["id"], "status": None})
            case "kill":
                self._kill(order["id"])
            case "lower" if order["id"] in self.waiting:
                self._low.add(order["id"])
            case "lower" if order["id"] in self.workers:
                _lower(self.workers[order["id"]].pid)

    def _enforce(self) -> None:
        """Kill what has run too long, and the largest ones where all take too much together."""
        now = monotonic()
        sizes = {n: cage.memory(w.pid)[1] - w.memory_at_fork for n, w in self.workers.items()}
        for number, worker in self.workers.items():
            since = started(worker.clock)
            if since and now - since > self.limits.deadline + GRACE:
                self._kill(number, "deadline")
                del sizes[number]
        while sizes and sum(sizes.values()) > self.limits.total:
            largest = max(sizes, key=sizes.__getitem__)
            self._kill(largest, "memory")
            del sizes[largest]
        if self.program is not None and self._writer.delay < TICK:
            state = {"workers": len(self.workers), "memory": max(0, sum(sizes.values()))}
            self._writer.add({"event": "state", **state, "killed": dict(self.killed)})

    def _load(self, order: dict[str, Any]) -> None:
        self.limits = Limits(**order["limits"])
        isolated = cage.leave_network()
        try:
            module, _, name = order["program"].partition(":")
            factory = getattr(importlib.import_module(module), name)
            program: Program = factory(order["config"])
            self.program = program
        except Exception as error:
            messages = {"en": f"{type(error).__name__}: {error}"}
            if isinstance(error, LibontoError):
                messages = {lang: error.message(lang) for lang in LANGUAGES}
            self._writer.add({"event": "failed", "messages": messages})
            return
        _share()
        kernel = {"network_namespace": isolated, **cage.offered()}
        self._writer.add({"event": "ready", "cage": kernel, "info": program.info})

    def _preload(self) -> None:
        """Run one step of it: between two steps orders are obeyed and limits enforced."""
        if self._preloading is not None and next(self._preloading, None) is None:
            self._preloading = None
            _share()
            self._writer.add({"event": "preloaded"})

    def _fork_waiting(self) -> None:
        while self.waiting and len(self.workers) < self.limits.workers:
            number, connection = next(iter(self.waiting.items()))
            del self.waiting[number]
            with connection:
                pid = self._fork(number, connection)
            if pid and number in self._low:
                _lower(pid)
            self._low.discard(number)

    def _fork(self, number: int, connection: socket.socket) -> int:
        """The new worker's process id; 0 where there is no memory or no process left for it."""
        assert self.program is not None
        clock = mmap.mmap(-1, mmap.PAGESIZE)
        own = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # the server tries again
            self._writer.add({"event": "exited", "id": number, "status": None})
            return 0
        if pid:
            # The child sets its group too: it was first, or has ended, and nothing is left to set.
            with contextlib.suppress(OSError):
                os.setpgid(pid, pid)
            self.workers[number] = ForkedWorker(pid, clock, cage.memory(own)[1])
            self._writer.add({"event": "forked", "id": number, "pid": pid})
            return pid
        status = 1
        try:
            cage.die_with(own)
            for other in self.workers.values():
                other.clock.close()
            live(connection, self.program, self.limits, clock)
            status = 0
        finally:
            os._exit(status)  # whatever happened: nothing of the parent's runs on in a worker

    def _kill(self, number: int, reason: str = "") -> None:
        worker = self.workers.get(number)
        if worker is None or worker.killed_for:
            return
        worker.killed_for = reason or "order"
        self.killed[worker.killed_for] += 1
        with contextlib.suppress(ProcessLookupError):  # it has ended, and is about to be reaped
            os.kill(worker.pid, signal.SIGKILL)

    def _reap(self) -> None:
        numbers = {worker.pid: number for number, worker in self.workers.items()}
        while self.workers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            worker = self.workers.pop(numbers[pid])
            worker.clock.close()
            code = os.waitstatus_to_exitcode(status)
            about = {"id": numbers[pid], "status": code, "reason": worker.killed_for}
            self._writer.add({"event": "exited", **about})


def _share() -> None:
    """Exempt what is loaded from the garbage collector, so that it stays shared with workers."""
    gc.collect()
    gc.freeze()


def _lower(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has ended: nothing is left to slow down
        os.setpriority(os.PRIO_PGRP, pid, LOWEST)


def started(clock: mmap.mmap) -> float:
    """When the job began that a worker is at, in seconds of `monotonic`; 0 for none."""
    return float(_CLOCK.unpack_from(clock)[0])


def live(connection: socket.socket, program: Program, limits: Limits, clock: mmap.mmap) -> None:
    """The whole life of a worker, from the fork on; it ends when the server hangs up.

    In `clock`, which it shares with the parent, it notes when each job begins.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    os.setpgid(0, 0)  # a group of its own: priorities are set for all its threads at once
    cage.keep_only(connection.fileno())
    program.prepare()
    cage.limit_process(limits)
    cage.enter(program.readable)
    # Recursive parsers need a deep stack: on one of the default size, a few thousand brackets
    # are a segmentation fault.
    threading.stack_size(limits.stack)
    thread = threading.Thread(target=_serve, args=(connection, program, clock))
    thread.start()
    thread.join()


def _serve(connection: socket.socket, program: Program, clock: mmap.mmap) -> None:
    frames = wire.Frames()
    # Memory for each call, of which little is used, would keep the allocator busy.
    memory = memoryview(bytearray(65536))
    while True:
        _CLOCK.pack_into(clock, 0, 0.0)
        while (received := frames.take()) is None:
            size = connection.recv_into(memory)
            if not size:  # the server has hung up
                return
            frames.add(memory[:size])
        header, body = received
        _CLOCK.pack_into(clock, 0, monotonic())
        try:
            answer, result = program.handle(header, body)
        except MemoryError:
            answer, result = {"fault": "memory"}, b""
        except BaseException as error:  # an engine's panic is no Exception
            # The type only: a message may quote what was sent, which can be personal data.
            about = {"job": header.get("kind", ""), "detail": type(error).__name__}
            answer, result = {"fault": "crash", **about}, b""
        del body, received
        try:
            wire.send(connection, answer, result)
        except OSError:
            return


if __name__ == "__main__":
    main()
