"""How late the event loop is: measured always, and fatal only under a supervisor.

What runs in the loop holds up everybody. Each tick is late by what ran too long; `/metrics` shows
it and the log tells of more than LATE. Where something starts the server again when it ends, a
loop that stands still for `limit` seconds ends the process, and the log says where it stood.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import os
import socket
from collections.abc import Callable

TICK = 0.25
LATE = 0.5
SUPERVISED = 10.0
"""Seconds that `--supervised` allows; systemd's own limit goes before."""


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
    # A supervisor that does not hear of us restarts us: that is what it is there for.
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as outbox,
    ):
        outbox.sendto(state.encode(), "\0" + address[1:] if address[0] == "@" else address)


class Watchdog:
    """Looks at the clock in the event loop; `observe` is told each lag in seconds."""

    def __init__(
        self, observe: Callable[[float], None], late: Callable[[float], None], limit: float | None
    ) -> None:
        """`late` is told lags of more than LATE; `limit` as `supervised_limit` gives it."""
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
