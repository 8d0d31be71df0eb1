"""The server's side of the workers' parent: starts it, orders workers, learns of their ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Hashable
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from libonto.errors import ServiceError
from libonto.sandbox import wire
from libonto.sandbox.limits import Limits

Config = dict[str, Any]
Lane = Literal["fast", "slow"]
"""Where a job runs."""


@dataclass(frozen=True)
class ProgramSpec:
    """What the parent process loads: `program` is MODULE:NAME, called with `config`."""

    program: str
    config: Config


def fork_is_missing() -> bool:
    """Whether this system has no fork, so that nothing could be run safely."""
    return not hasattr(os, "fork") or not hasattr(socket, "send_fds")


@dataclass(eq=False, slots=True)
class WorkerJob:
    """A job under way, and where its answer will be put.

    `frame` is what is sent to the worker, `arrived` when the job came, `begun` when a worker
    began with it (both in seconds of `monotonic`; 0 before).
    """

    frame: bytes
    key: Hashable | None
    answer: asyncio.Future[tuple[wire.Header, bytes]]
    arrived: float
    begun: float = 0.0
    lane: Lane = "fast"
    worker: WorkerConnection | None = None


class WorkerConnection(asyncio.Protocol):
    """One worker, seen from the server: a connection on which one job after the other is done.

    It is at `job`, and may have `next_job` in advance.
    """

    def __init__(self, number: int, parent: WorkerParent, most: int) -> None:
        self.number = number
        self.parent = parent
        self.pid: int | None = None
        self.jobs = 0
        self.alive = True
        self.status: int | None = None
        self.reason = ""
        """Why the parent killed it: `order`, `deadline`, `memory`; empty where it did not."""
        self.job: WorkerJob | None = None
        self.next_job: WorkerJob | None = None
        self.on_answer: Callable[[WorkerConnection, wire.Header, bytes], None] = lambda *_: None
        self.on_end: Callable[[WorkerConnection], None] = lambda _: None
        self._frames = wire.Frames(most)
        self._transport: asyncio.Transport | None = None
        self._ended = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The worker can be given jobs."""
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Gather frames: each answers the job that was sent first."""
        self._frames.add(data)
        while self.alive and self._frames:
            try:
                if self.job is None:
                    raise ValueError("more frames than jobs")
                frame = self._frames.take()
            except ValueError:
                self.kill()
                return
            if frame is None:
                return
            self.on_answer(self, *frame)

    def connection_lost(self, exc: Exception | None) -> None:
        """The worker has ended, or the server has hung up."""
        self.alive = False
        self.on_end(self)

    def exited(self, status: int | None, reason: str = "") -> None:
        """Note how it ended: an exit status, or minus a signal; why the parent killed it."""
        self.status, self.reason = status, reason
        self._ended.set()
        if self._transport is not None:
            self._transport.abort()

    async def ending(self, patience: float) -> None:
        """Wait until `status` and `reason` are known, some seconds at most."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), patience)

    @property
    def is_outdated(self) -> bool:
        """Whether it was forked before all that its parent has loaded since."""
        return self.number <= self.parent.outdated

    def send(self, frame: bytes) -> None:
        """Give it a job."""
        assert self._transport is not None
        self.jobs += 1
        self._transport.write(frame)

    def kill(self) -> None:
        """End it at once, whatever it does: it has nothing that is worth keeping."""
        self.alive = False
        self.parent.order("kill", self.number)
        if self._transport is not None:
            self._transport.abort()

    def lower(self) -> None:
        """Give it the lowest priority."""
        self.parent.order("lower", self.number)


class WorkerParent:
    """One parent process, which loads from now on while this one does something else."""

    def __init__(self, spec: ProgramSpec, limits: Limits) -> None:
        self.limits = limits
        self.info: dict[str, Any] = {}
        self.cage: dict[str, Any] = {}
        """What the kernel has to shut workers in (`cage.offered`)."""
        self.alive = True
        self.on_end: Callable[[], None] = lambda: None
        self.workers: dict[int, WorkerConnection] = {}
        self.state: dict[str, Any] = {"workers": 0, "memory": 0, "killed": {}}
        """Its last report: how many workers it has, their bytes, how many it killed for what."""
        self.outdated = 0
        """The workers up to this number do not have what was preloaded."""
        self._preloaded: asyncio.Future[None] | None = None
        self._last_event = 0.0
        self._number = 0
        self._buffer = b""
        self._ready: asyncio.Future[dict[str, Any]]
        self._control, theirs = socket.socketpair()
        self._control.setblocking(False)
        self._writer = wire.LineWriter(self._control)
        command = (sys.executable, "-m", "libonto.sandbox.parent")
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno()), str(os.getpid())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # a terminal's Ctrl-C is for the server alone
                # One arena: each thread's own is reserved whole, and would count against the
                # workers' memory limit: with 64 MiB of it, little is left for an answer.
                env={**os.environ, "MALLOC_ARENA_MAX": "1"},
            )
        self.pid = self._process.pid
        self._writer.add({"op": "load", **asdict(spec), "limits": asdict(limits)})
        self._writer.flush()  # what does not fit follows when there is a loop

    async def start(self, patience: float) -> None:
        """Wait until the process has loaded; ServiceError with its reason if it cannot."""
        loop = asyncio.get_running_loop()
        self._ready = loop.create_future()
        loop.add_reader(self._control, self._read)
        self._write()
        try:
            event = await asyncio.wait_for(self._ready, patience)
        except TimeoutError as error:
            self.stop()
            raise ServiceError("parent-slow", seconds=int(patience)) from error
        self.info = event["info"]
        self.cage = event["cage"]

    async def preload(self) -> None:
        """Have the process load what not every job needs, once; ServiceError where it has ended.

        Only workers that are forked after that have it.
        """
        if self._preloaded is None:
            self._preloaded = asyncio.get_running_loop().create_future()
            self.order("preload", 0)
        await asyncio.shield(self._preloaded)
        if not self.alive:
            raise ServiceError("parent-gone")

    async def worker(self) -> WorkerConnection:
        """A new worker; it can be given a job at once."""
        if not self.alive:
            raise ServiceError("parent-gone")
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        self._number += 1
        worker = WorkerConnection(self._number, self, self.limits.answer + 1024 * 1024)
        self.workers[worker.number] = worker
        self.order("fork", worker.number, theirs)
        ours.setblocking(False)
        await loop.create_connection(lambda: worker, sock=ours)
        return worker

    def order(self, op: str, number: int, carried: socket.socket | None = None) -> None:
        """Have the process do something to a worker; `carried` is the other end of its socket."""
        if self.alive:
            self._writer.add({"op": op, "id": number}, carried)
            self._write()

    @property
    def forked(self) -> int:
        """How many workers there are, by the events of the process."""
        return sum(worker.pid is not None for worker in self.workers.values())

    @property
    def delay(self) -> float:
        """Seconds without an event of the process's, or for which it has not taken an order."""
        now = asyncio.get_running_loop().time()
        silent = now - self._last_event if self._last_event else 0.0
        return max(silent, self._writer.delay)

    def stop(self) -> None:
        """End the process and with it its workers."""
        if self.alive:
            self.alive = False
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._control)
            loop.remove_writer(self._control)
            self._control.close()
            self._writer.close()
        self._process.kill()
        # It is killed, not asked: the wait is for the kernel only.
        self._process.wait()
        if self._preloaded is not None and not self._preloaded.done():
            self._preloaded.set_result(None)
        for worker in list(self.workers.values()):
            worker.exited(None)
        self.workers.clear()

    def _write(self) -> None:
        """Write the orders that wait; the rest when the process has read some."""
        if not self.alive:
            return
        loop = asyncio.get_running_loop()
        try:
            if self._writer.flush():
                loop.remove_writer(self._control)
            else:
                loop.add_writer(self._control, self._write)
        except OSError:  # the process has ended, and its workers with it
            self._gone()

    def _read(self) -> None:
        try:
            data = self._control.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._gone()
            return
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._on_event(json.loads(line))

    def _on_event(self, event: dict[str, Any]) -> None:
        self._last_event = asyncio.get_running_loop().time()
        worker = self.workers.get(event.get("id", 0))
        match event["event"]:
            case "ready" if not self._ready.done():
                self._ready.set_result(event)
            case "failed" if not self._ready.done():
                self._ready.set_exception(LoadFailed(event["messages"]))
                self.stop()
            case "forked" if worker is not None:
                worker.pid = event["pid"]
            case "exited" if worker is not None:
                del self.workers[worker.number]
                worker.exited(event["status"], event.get("reason", ""))
            case "preloaded" if self._preloaded is not None and not self._preloaded.done():
                self.outdated = self._number
                self._preloaded.set_result(None)
            case "state":
                self.state = event

    def _gone(self) -> None:
        self.stop()
        if not self._ready.done():
            self._ready.set_exception(ServiceError("parent-gone"))
            return
        self.on_end()


class LoadFailed(ServiceError):
    """The parent process could not load; `messages` are the sentences why, by language."""

    def __init__(self, messages: dict[str, str]) -> None:
        super().__init__("load-failed", detail=messages.get("en", ""))
        self.messages = messages

    def message(self, lang: str) -> str:
        """The sentence of the parent process in a language."""
        return self.messages.get(lang) or self.messages.get("en", "")
