"""A worker: a forked, confined process that does one job after the other."""

from __future__ import annotations

import mmap
import os
import signal
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any, Protocol

from libonto.sandbox import cage, confine, wire
from libonto.sandbox.limits import Limits


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


_CLOCK = struct.Struct("d")


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
    confine.keep_only(connection.fileno())
    program.prepare()
    confine.limit_process(limits)
    cage.enter(program.readable)
    # Recursive parsers need a deep stack: on the ordinary one, a few thousand brackets are
    # a segmentation fault.
    threading.stack_size(limits.stack)
    thread = threading.Thread(target=_serve, args=(connection, program, clock))
    thread.start()
    thread.join()


def _serve(connection: socket.socket, program: Program, clock: mmap.mmap) -> None:
    reader = wire.FrameReader(connection)
    while True:
        _CLOCK.pack_into(clock, 0, 0.0)
        received = reader.receive()
        if received is None:
            return
        header, body = received
        _CLOCK.pack_into(clock, 0, monotonic())
        try:
            answer, result = program.handle(header, body)
        except MemoryError:
            answer, result = {"fault": "memory"}, b""
        except BaseException as error:  # an engine's panic is no Exception
            # The type only: a message may quote what was sent, which can be personal data.
            answer, result = {"fault": "crash", "detail": type(error).__name__}, b""
        del body, received
        try:
            wire.send(connection, answer, result)
        except OSError:
            return
