"""What a command may assume of the place it writes to: width and colours."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from libonto.graph.table import Style

_COLOURS = {
    "strong": {"bold": True},
    "faint": {"dim": True},
    "good": {"fg": "green", "bold": True},
    "bad": {"fg": "red", "bold": True},
}


def terminal_width() -> int:
    """The terminal's width in columns, or 100 where there is none."""
    return max(shutil.get_terminal_size((100, 24)).columns, 20)


def terminal_style(output: str | None) -> Style:
    """Colours on a terminal, unless NO_COLOR is set; none in a file or a pipe."""
    from libonto.graph.table import plain

    return _coloured if has_colours(output) else plain


def has_colours(output: str | None) -> bool:
    """Whether what is printed goes to a terminal that takes colours, and nobody minds."""
    if output is not None or sys.stdout is None or not sys.stdout.isatty():
        return False
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _coloured(text: str, style: str) -> str:
    return click.style(text, **_COLOURS[style])  # type: ignore[arg-type]
