"""How far a run is: a bar on a terminal, plain lines elsewhere, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from libonto.locales import sentence

_PAUSE = 10.0
"""Seconds between two plain lines."""
_FRAME = 0.1
_WIDTH = 30


class Shown:
    """What is shown of a run."""

    def __init__(self, lang: str, out: TextIO | None, *, bar: bool) -> None:
        """Take where it is shown; `bar`: on one line that is written again and again."""
        self._lang = lang
        self._out = out
        self._bar = bar
        self._stage = ""
        self._total = self._done = self._before = self._people = 0
        self._began = self._last = 0.0

    def stage(self, name: str, total: int, done: int = 0, *, resumed: bool = False) -> None:
        """A stage begins: `total` bytes, `done` of them already; `resumed`: by an earlier run."""
        self._stage, self._total, self._done, self._before = name, total, done, done
        self._people = 0
        self._began = time.monotonic()
        self._last = 0.0
        if done and resumed:
            self._clear()
            self._say(sentence("batch.resumed", self._lang, percent=_percent(done, total)))
        self._show()

    def advance(self, size: int, people: int) -> None:
        """So many bytes more, and so many persons."""
        self._done += size
        self._people += people
        if time.monotonic() - self._last >= (_FRAME if self._bar else _PAUSE):
            self._show()

    def end(self) -> None:
        """Nothing more is shown."""
        self._clear()

    def _show(self) -> None:
        if self._out is None:
            return
        self._last = time.monotonic()
        text = sentence(f"batch.stage-{self._stage}", self._lang)
        if self._total:
            text = self._measured(text)
        if self._bar:
            self._out.write(f"\r\x1b[2K{text}")
            self._out.flush()
        elif self._total and self._people:
            self._say(text)

    def _measured(self, text: str) -> str:
        share = self._done / self._total
        seconds = max(time.monotonic() - self._began, 1e-6)
        new = self._done - self._before
        parts = [text]
        if self._bar:
            filled = int(share * _WIDTH)
            parts.append("█" * filled + "░" * (_WIDTH - filled))
        parts.append(_percent(self._done, self._total))
        if self._people:
            rate = round(self._people / seconds)
            parts.append(sentence("batch.rate", self._lang, rate=_grouped(rate)))
            left = (self._total - self._done) * seconds / max(new, 1)
            parts.append(sentence("batch.left", self._lang, left=_clock(left)))
        return "  ".join(parts)

    def _clear(self) -> None:
        if self._out is not None and self._bar:
            self._out.write("\r\x1b[2K")
            self._out.flush()

    def _say(self, text: str) -> None:
        if self._out is not None:
            self._out.write(text + "\n")
            self._out.flush()


@contextmanager
def progress(lang: str) -> Iterator[Shown]:
    """What is shown on standard error while a run goes on."""
    out = sys.stderr
    shown = Shown(lang, out, bar=out is not None and out.isatty())
    try:
        yield shown
    finally:
        shown.end()


def _percent(done: int, total: int) -> str:
    return f"{done * 100 // max(total, 1)} %"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
