"""The parent of the workers: a process that loads everything once, forks, and never queries.

It is started by exec of a fresh interpreter, so that it has one thread only, and is told
what to do in lines of JSON over a socket; with a line that asks for a fork comes the
descriptor of the new worker's socket. When the server goes away, it kills its workers
and ends.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from typing import Any

from libonto.errors import LibontoError
from libonto.locales import LANGUAGES
from libonto.sandbox import confine
from libonto.sandbox.limits import Limits
from libonto.sandbox.worker import Program, live

LOWEST = 19
"""The priority (nice value) of the slow lane."""


def main() -> None:
    """Run on the control socket whose descriptor is the first argument."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.setblocking(True)
    parent = Parent(control)
    with contextlib.suppress(ConnectionError):
        parent.run()


class Parent:
    """The parent process: its workers by number, each with its process id."""

    def __init__(self, control: socket.socket) -> None:
        """Take the socket to the server."""
        self.control = control
        self.workers: dict[int, int] = {}
        self.limits = Limits()
        self.program: Program | None = None
        self._lines = b""
        self._descriptors: list[int] = []

    def run(self) -> None:
        """Load, then do as told until the server hangs up."""
        wake, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            while True:
                ready, _, _ = select.select([self.control.fileno(), wake], [], [])
                if wake in ready:
                    os.read(wake, 4096)
                    self._reap()
                if self.control.fileno() in ready and not self._listen():
                    return
        finally:
            for pid in self.workers.values():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _listen(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self.control, 65536, 64)
        self._descriptors += descriptors
        if not data:
            return False
        *lines, self._lines = (self._lines + data).split(b"\n")
        for line in lines:
            self._obey(json.loads(line))
        return True

    def _obey(self, order: dict[str, Any]) -> None:
        match order["op"]:
            case "load":
                self._load(order)
            case "fork":
                self._fork(order["id"], self._descriptors.pop(0))
            case "kill":
                self._signal(order["id"])
            case "lower":
                pid = self.workers.get(order["id"])
                if pid is not None:
                    with contextlib.suppress(OSError):
                        os.setpriority(os.PRIO_PGRP, pid, LOWEST)

    def _load(self, order: dict[str, Any]) -> None:
        self.limits = Limits.of(order["limits"])
        isolated = confine.leave_network()
        try:
            module, _, name = order["program"].partition(":")
            factory = getattr(importlib.import_module(module), name)
            program: Program = factory(order["config"])
            self.program = program
        except LibontoError as error:
            messages = {lang: error.message(lang) for lang in LANGUAGES}
            self._tell({"event": "failed", "messages": messages})
            return
        except Exception as error:
            self._tell({"event": "failed", "messages": {"en": f"{type(error).__name__}: {error}"}})
            return
        gc.collect()
        gc.freeze()  # what is loaded stays shared: no collection in a worker touches it
        self._tell({"event": "ready", "network_namespace": isolated, "info": program.info})

    def _fork(self, number: int, descriptor: int) -> None:
        if self.program is None:
            os.close(descriptor)
            return
        try:
            pid = os.fork()
        except OSError:  # no memory or no process left: the server tries again
            os.close(descriptor)
            self._tell({"event": "exited", "id": number, "status": None})
            return
        if pid:
            os.close(descriptor)
            self.workers[number] = pid
            self._tell({"event": "forked", "id": number, "pid": pid})
            return
        status = 1
        try:
            live(socket.socket(fileno=descriptor), self.program, self.limits)
            status = 0
        finally:
            os._exit(status)  # whatever happened: nothing of the parent's runs on in a worker

    def _signal(self, number: int) -> None:
        pid = self.workers.get(number)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            for number, worker in list(self.workers.items()):
                if worker == pid:
                    del self.workers[number]
                    code = os.waitstatus_to_exitcode(status)
                    self._tell({"event": "exited", "id": number, "status": code})

    def _tell(self, event: dict[str, Any]) -> None:
        self.control.sendall(json.dumps(event, ensure_ascii=False).encode() + b"\n")


if __name__ == "__main__":
    main()
