"""`libonto explain`: why a category is met or not, clause by clause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from libonto.cli.frame import emit
from libonto.cli.session import joined, json_lines, open_session, session_options, text_page

if TYPE_CHECKING:
    from libonto.verdict.model import Assessment


@click.command("explain")
@click.argument("profiles", nargs=-1, required=True)
@session_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "html", "json"]),
    default="text",
    show_default=True,
)
def command(
    profiles: Sequence[str],
    position: str | None,
    category: str | None,
    on: str | None,
    lang: str,
    input_format: str | None,
    readings: Sequence[str],
    data: Sequence[str],
    output: str | None,
    format_: str,
) -> None:
    """Explain a verdict: every requirement with its clause marked in the text.

    The category is the one given by --category, else the one applied for, else the next one
    on each ladder. Exit status: 0 it was explained, 2 the input or the command is wrong, 3
    there was nothing to assess.
    """
    from libonto.verdict.explanation import Explainer
    from libonto.voice.words import Words

    session = open_session(
        profiles,
        position=position,
        category=category,
        on=on,
        input_format=input_format,
        readings=readings,
        data=data,
        lang=lang,
    )
    found = session.assess()
    explainer = Explainer(session.assessor)
    explanations = [
        explainer.explain(assessment, iri)
        for assessment, target in zip(found, session.targets(found), strict=True)
        for iri in ([target] if target else _next_steps(assessment))
    ]
    words = Words(session.assessor.graph, lang)
    if format_ == "json":
        from libonto.voice.explanation_json import explanation_object

        emit(json_lines([explanation_object(e, words) for e in explanations]), output)
    elif format_ == "html":
        from libonto.voice.html import explanations_to_html

        emit(explanations_to_html(explanations, words), output)
    else:
        from libonto.voice.explanation_text import ExplanationText

        page = text_page(output)
        emit(joined([str(ExplanationText(e, words, page)) for e in explanations], page), output)


def _next_steps(assessment: Assessment) -> list[str]:
    """In each ladder the first category that is not met, else the highest."""
    from libonto.verdict.model import Status

    steps: dict[str, str] = {}
    open_: set[str] = set()
    for category in assessment.categories:
        if category.ladder not in open_:
            steps[category.ladder] = category.iri
        if category.status is not Status.MET:
            open_.add(category.ladder)
    return list(steps.values())
