"""Logs as lines of JSON on standard error, without anything personal.

Never in them: addresses of clients, queries, profiles, names, parameters.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from functools import lru_cache
from typing import IO

PAUSE = 0.05
"""Seconds for which the lines about requests are gathered."""


class Log:
    """Writes one object a line: time, level, event, and what belongs to it."""

    def __init__(self, out: IO[str] | None = None) -> None:
        """Take where to write; standard error by default, looked up at each line."""
        self._out = out
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
        """Write what is waiting."""
        lines, self._waiting = self._waiting, []
        if lines:
            print("\n".join(lines), file=self._out or sys.stderr, flush=True)


def _now() -> str:
    seconds, thousandths = divmod(time.time_ns() // 1_000_000, 1000)
    return f"{_second(seconds)}.{thousandths:03}Z"


@lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


class Handler(logging.Handler):
    """Brings what libraries log into the same form; their messages only, never a request."""

    def __init__(self, log: Log) -> None:
        """Take the log."""
        super().__init__()
        self.log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; of an exception only its type and place."""
        about: dict[str, object] = {"logger": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            about["type"] = type(error).__name__
            frame = error.__traceback__
            while frame is not None and frame.tb_next is not None:
                frame = frame.tb_next
            if frame is not None:
                about["at"] = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
        else:
            message = record.getMessage()
            if message.startswith("Traceback"):  # uvicorn's way of saying that a start failed
                return
            about["message"] = message.partition("\n")[0]
        self.log.write("log", level=record.levelname.lower(), **about)
