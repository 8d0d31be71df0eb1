"""`libonto assess`: judge candidates (contract, “Command line”)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from libonto.cli.frame import emit
from libonto.cli.session import (
    Session,
    joined,
    json_lines,
    open_session,
    session_options,
    text_page,
)

if TYPE_CHECKING:
    from libonto.verdict.model import Assessment


@click.command("assess")
@click.argument("profiles", nargs=-1, required=True)
@session_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "turtle", "html"]),
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
) -> int:
    """Judge candidates by the requirements, and show why with the clause.

    PROFILE is a file in Turtle, N-Triples, N-Quads, TriG, RDF/XML, JSON-LD or plain JSON; -
    reads standard input. Exit status: 0 the category asked for is met by every candidate,
    1 it is not by at least one, 2 the input or the command is wrong, 3 there was nothing to
    assess.
    """
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
    targets = session.targets(found)
    emit(_rendered(session, found, targets, lang, format_, output), output)
    return 0 if all(map(_passed, found, targets)) else 1


def _passed(assessment: Assessment, asked: str | None) -> bool:
    if asked is None:
        return any(assessment.highest.values())
    return assessment.category(asked).status == "met"


def _rendered(
    session: Session,
    found: Sequence[Assessment],
    asked: Sequence[str | None],
    lang: str,
    format_: str,
    output: str | None,
) -> str:
    graph = session.assessor.graph
    if format_ == "html":
        from libonto.voice.html import to_html

        return to_html(found, asked, graph, lang, session.digests)
    if format_ == "turtle":
        from libonto.voice.rdf import ReportWriter

        return ReportWriter(graph).report(found, asked).serialize(format="turtle")
    from libonto.voice.words import Words

    words = Words(graph, lang)
    if format_ == "json":
        from libonto.voice.json import to_object

        return json_lines([to_object(assessment, words) for assessment in found])
    from libonto.voice.text import TextReport

    page = text_page(output)
    reports = [
        str(TextReport(assessment, words, asked=category, page=page))
        for assessment, category in zip(found, asked, strict=True)
    ]
    return joined(reports, page)
