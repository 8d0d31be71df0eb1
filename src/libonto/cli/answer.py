"""How a command's answer is written: its language, its form, its place, and what that can show."""

from __future__ import annotations

import functools
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from libonto.cli.frame import data_option, emit, lang_option, output_option

if TYPE_CHECKING:
    from libonto.graph.store import Graph
    from libonto.graph.table import Style
    from libonto.voice.document import AnswerDocument

WIDEST = 100
"""Columns of text beyond which a line is tiring to read."""

_COLOURS: dict[str, dict[str, Any]] = {
    "strong": {"bold": True},
    "faint": {"dim": True},
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
    return plain if refused else lambda text, style: click.style(text, **_COLOURS[style])


@dataclass(frozen=True)
class Call:
    """The options of a command that answers from the graph, besides its own.

    `format` is the first of its forms by default, and empty where there is but one.
    """

    lang: str
    data: Sequence[str]
    output: str | None
    format: str

    def graph(self) -> Graph:
        """The graph of our data and of the folders that were given."""
        from libonto.graph.catalogue import Catalogue
        from libonto.graph.store import Graph

        return Graph(Catalogue.of(self.data))

    def emit(self, text: str) -> None:
        """Print a text, or write it whole to the place that was given."""
        emit(text, self.output)

    def write(self, document: AnswerDocument) -> None:
        """Write a document as a page, or as text with colours where they are shown."""
        if self.format == "html":
            from libonto.voice.html import to_page

            self.emit(to_page(document))
        else:
            from libonto.voice.text import TextWriter

            width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
            self.emit(TextWriter(width, terminal_style(self.output)).write(document))

    def write_json(self, *values: Any) -> None:
        """Write one value on many lines, or several with one line each."""
        indent = 2 if len(values) == 1 else None
        self.emit("\n".join(json.dumps(v, ensure_ascii=False, indent=indent) for v in values))

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        """A table as text that fits the terminal."""
        from libonto.graph.table import table

        return table(columns, rows, width=terminal_width(), style=terminal_style(self.output))


def format_option(*forms: str) -> Callable[[Any], Any]:
    """The option `--format`, the first of the forms by default."""
    return click.option(
        "--format", "form", type=click.Choice(forms), default=forms[0], show_default=True
    )


def answering(function: Callable[..., int | None]) -> Callable[..., int | None]:
    """Give a command the options `--lang`, `--data` and `-o`; it is called with its `Call`."""

    @functools.wraps(function)
    def command(
        *, lang: str, data: Sequence[str], output: str | None, form: str = "", **own: Any
    ) -> int | None:
        return function(Call(lang, data, output, form), **own)

    decorated: Callable[..., int | None] = lang_option(data_option(output_option(command)))
    return decorated
