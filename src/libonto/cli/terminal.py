"""What a command may assume of the place it writes to: width and colours."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from libonto.graph.table import Style
    from libonto.voice.document import Document

WIDEST = 100
"""Columns of text beyond which a line is tiring to read."""

_COLOURS: dict[str, dict[str, Any]] = {
    "strong": {"bold": True},
    "faint": {"dim": True},
    "good": {"fg": "green", "bold": True},
    "bad": {"fg": "red", "bold": True},
    "met": {"fg": "green", "bold": True},
    "not-met": {"fg": "red", "bold": True},
    "not-shown": {"fg": "yellow"},
}


def terminal_width() -> int:
    """The terminal's width in columns, or 100 where there is none."""
    return max(shutil.get_terminal_size((100, 24)).columns, 20)


def terminal_style(output: str | None) -> Style:
    """Colours on a terminal, unless NO_COLOR is set; none in a file or a pipe."""
    from libonto.graph.table import plain

    if output is not None or sys.stdout is None or not sys.stdout.isatty():
        return plain
    refused = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return plain if refused else _coloured


def write_text(document: Document, output: str | None) -> None:
    """Write a document as text, with colours where they are shown."""
    from libonto.cli.frame import emit
    from libonto.voice.text import TextWriter

    width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    emit(TextWriter(width, terminal_style(output)).write(document), output)


def _coloured(text: str, style: str) -> str:
    return click.style(text, **_COLOURS[style])
