"""A page of plain text: lines of a given width, styled where they are shown."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from libonto.verdict.model import Status
from libonto.voice.legible import legible

Style = Callable[[str, str], str]
"""Takes a text and one of `strong`, `met`, `not-met`, `not-shown`, `faint`; returns it styled."""

MARKS = {Status.MET: "✓", Status.NOT_MET: "✗", Status.NOT_SHOWN: "?"}
OPENED, CLOSED = "⟦", "⟧"
"""What stands before and after a marked clause."""
NARROW = 24
"""Columns below which text no longer hangs beside its head."""


def plain(text: str, _: str) -> str:
    """The style of a place without colours."""
    return text


@dataclass(frozen=True)
class Page:
    """Wraps text to a width in columns."""

    width: int = 80
    style: Style = plain

    def wrap(self, text: str, style: str = "", indent: int = 0) -> Iterator[str]:
        """Lines of text, all indented alike."""
        for line in _wrapped(text, self.width - indent):
            yield " " * indent + (self.style(line, style) if style else line)

    def hang(self, head: str, indent: int, text: str) -> Iterator[str]:
        """Text behind a head that takes `indent` columns; further lines stand below it."""
        if self.width - indent < NARROW:  # too narrow to hang: the text goes below the head
            yield head.rstrip()
            yield from self.wrap(text, indent=4)
            return
        lines = _wrapped(text, self.width - indent)
        yield head + lines[0]
        yield from (" " * indent + line for line in lines[1:])

    def rows(self, rows: Sequence[tuple[str, str]], indent: int) -> Iterator[str]:
        """Named texts below each other, the names in one column."""
        width = max((len(name) for name, _ in rows), default=0)
        last = None
        for name, text in rows:
            shown = "" if name == last else name
            head = self.style(shown.ljust(width), "faint") if shown else " " * width
            yield from self.hang(f"{' ' * indent}{head}  ", indent + width + 2, text)
            last = name

    def marked(self, text: str, indent: int) -> Iterator[str]:
        """A text whose marked parts are strong, also where they run over several lines."""
        inside = False
        for line in _wrapped(text, self.width - indent):
            shown = ""
            for part in _parts(line):
                inside = inside or part.startswith(OPENED)
                shown += self.style(part, "strong") if inside else part
                inside = inside and not part.endswith(CLOSED)
            yield " " * indent + shown


def _parts(line: str) -> Iterable[str]:
    """A line cut before every mark that opens and after every one that closes."""
    cut = line.replace(OPENED, f"\0{OPENED}").replace(CLOSED, f"{CLOSED}\0")
    return [part for part in cut.split("\0") if part]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(legible(text), max(width, 20), break_on_hyphens=False) or [""]
