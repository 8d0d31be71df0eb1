"""An assessment as a page that stands alone: no script, no other file, printable on A4."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from libonto.graph.store import Graph
from libonto.verdict.model import Assessment, Status
from libonto.verdict.render.text import MARKS, stated_details
from libonto.verdict.words import Words


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("assessment.html")


def to_html(
    assessments: Sequence[Assessment], asked: Sequence[str | None], graph: Graph, lang: str
) -> str:
    """One page with a section for each candidate."""
    words = Words(graph, lang)
    sections = [
        {
            "a": assessment,
            "asked": category,
            "goal": category or _next_step(assessment),
            "details": list(stated_details(assessment, words)),
        }
        for assessment, category in zip(assessments, asked, strict=True)
    ]
    return _template().render(
        sections=sections,
        words=words,
        lang=lang,
        marks=MARKS,
        version=version("libonto"),
        MET=Status.MET,
    )


def _next_step(assessment: Assessment) -> str:
    """The category whose clauses are quoted: the first that is not met, else the last."""
    for category in assessment.categories:
        if category.status is not Status.MET:
            return category.iri
    return assessment.categories[-1].iri
