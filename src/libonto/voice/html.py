"""Documents as pages that stand alone: no script, no other file, A4 in print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from libonto.graph.store import Graph
from libonto.verdict.model import Assessment
from libonto.voice.document import AnswerDocument, as_data
from libonto.voice.report import report
from libonto.voice.words import Words


@cache
def template() -> Template:
    """The template in which every document is set."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.get_template("style.css")  # is included, and read with it
    return environment.get_template("document.html")


def to_page(document: AnswerDocument) -> str:
    """One page with all the sections."""
    return template().render(as_data(document))


def to_html(
    assessments: Sequence[Assessment],
    graph: Graph,
    lang: str,
    digests: Mapping[str, str] | None = None,
) -> str:
    """The report on some candidates as a page.

    `digests` are the SHA-256 of the documents that were read, by their names.
    """
    return to_page(report(assessments, Words(graph, lang), digests))
