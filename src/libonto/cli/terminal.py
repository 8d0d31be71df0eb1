"""What a command may assume of the place it writes to: width and colours."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from libonto.graph.table import Style

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


def _coloured(text: str, style: str) -> str:
    return click.style(text, **_COLOURS[style])
