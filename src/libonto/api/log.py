"""Logs as lines of JSON on standard error, without anything personal.

Never in them: addresses of clients, queries, profiles, names, parameters.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import IO, Any


class Log:
    """Writes one object a line: time, level, event, and what belongs to it."""

    def __init__(self, out: IO[str] | None = None) -> None:
        """Take where to write; standard error by default, looked up at each line."""
        self._out = out

    def write(self, event: str, *, level: str = "info", **about: object) -> None:
        """Write one line."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"time": now.replace("+00:00", "Z"), "level": level, "event": event, **about}
        out = self._out or sys.stderr
        print(json.dumps(line, ensure_ascii=False, default=str), file=out, flush=True)

    def request(self, about: dict[str, Any]) -> None:
        """Write the line of one request."""
        self.write("request", **about)


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
