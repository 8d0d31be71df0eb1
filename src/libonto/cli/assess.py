"""`libonto assess`: judge candidates (contract, “Command line”)."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from libonto.cli.frame import data_option, emit, lang_option, output_option
from libonto.errors import UsageError

if TYPE_CHECKING:
    from libonto.verdict.assessment import Assessor
    from libonto.verdict.model import Assessment

_COLOURS = {
    "strong": {"bold": True},
    "met": {"fg": "green", "bold": True},
    "not-met": {"fg": "red", "bold": True},
    "not-shown": {"fg": "yellow"},
    "faint": {"dim": True},
}


@click.command("assess")
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE...")
@click.option("--position", metavar="SLUG", help="The position; by default the one applied for.")
@click.option("--category", metavar="SLUG", help="The category asked for.")
@click.option("--on", metavar="DATE", help="The day of assessment; by default today in Almaty.")
@lang_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "turtle", "html"]),
    default="text",
    show_default=True,
    help="turtle is a SHACL validation report.",
)
@click.option(
    "--input-format", metavar="NAME", help="turtle, trig, ntriples, nquads, rdfxml, json."
)
@click.option(
    "--reading",
    "readings",
    multiple=True,
    metavar="NAME=OPTION",
    help="Choose how an ambiguous place of the text is read.",
)
@data_option
@output_option
def command(
    profiles: Sequence[str],
    position: str | None,
    category: str | None,
    on: str | None,
    lang: str,
    format_: str,
    input_format: str | None,
    readings: Sequence[str],
    data: Sequence[str],
    output: str | None,
) -> int:
    """Judge candidates by the requirements, and show why with the clause.

    PROFILE is a file in Turtle, N-Triples, N-Quads, TriG, RDF/XML, JSON-LD or plain JSON; -
    reads standard input. Exit status: 0 the category asked for is met by every candidate,
    1 it is not by at least one, 2 the input or the command is wrong, 3 there was nothing to
    assess.
    """
    from libonto.graph.catalogue import Catalogue
    from libonto.profile.reader import Reader, open_document
    from libonto.rules.readings import parse_choices
    from libonto.settings import chosen_readings
    from libonto.verdict.assessment import Assessor

    day = _date(on) if on is not None else None
    chosen = parse_choices(readings)
    assessor = Assessor(Catalogue.of(data))
    wanted = assessor.positions.named(position) if position else None
    asked = None
    if category:
        asked, wanted = assessor.positions.category(category, wanted)
    choices = {**chosen_readings(assessor.readings), **chosen}
    assessor.readings.choose(choices)
    documents = (open_document(path, input_format) for path in profiles)
    candidates = Reader(assessor.vocabulary).read(documents)
    found = assessor.assess(candidates, position=wanted, on=day, readings=choices)
    targets = [asked or assessment.candidate.applies_for for assessment in found]
    emit(_rendered(assessor, found, targets, lang, format_, output), output)
    return 0 if all(map(_passed, found, targets)) else 1


def _passed(assessment: Assessment, asked: str | None) -> bool:
    if asked is None:
        return any(assessment.highest.values())
    return assessment.category(asked).status == "met"


def _rendered(
    assessor: Assessor,
    found: Sequence[Assessment],
    asked: Sequence[str | None],
    lang: str,
    format_: str,
    output: str | None,
) -> str:
    graph = assessor.graph
    if format_ == "html":
        from libonto.verdict.render.html import to_html

        return to_html(found, asked, graph, lang)
    if format_ == "turtle":
        from libonto.verdict.render.rdf import ReportWriter

        return ReportWriter(graph).report(found, asked).serialize(format="turtle")
    from libonto.verdict.words import Words

    words = Words(graph, lang)
    if format_ == "json":
        from libonto.verdict.render.json import to_object

        indent = 2 if len(found) == 1 else None
        lines = (
            json.dumps(to_object(assessment, words), ensure_ascii=False, indent=indent)
            for assessment in found
        )
        return "\n".join(lines)
    return _text(found, asked, words, output)


def _text(
    found: Sequence[Assessment], asked: Sequence[str | None], words: object, output: str | None
) -> str:
    from libonto.verdict.render.text import TextReport, plain
    from libonto.verdict.words import Words

    assert isinstance(words, Words)
    on_terminal = output is None and sys.stdout.isatty()
    width = shutil.get_terminal_size((80, 24)).columns
    style = _coloured if on_terminal else plain
    pages = [
        str(TextReport(assessment, words, asked=category, width=min(width, 100), style=style))
        for assessment, category in zip(found, asked, strict=True)
    ]
    return ("\n" + "─" * min(width, 100) + "\n\n").join(pages)


def _coloured(text: str, style: str) -> str:
    import os

    if os.environ.get("NO_COLOR"):
        return text
    return click.style(text, **_COLOURS[style])  # type: ignore[arg-type]


def _date(text: str) -> date:
    try:
        if len(text) != len("2026-11-22"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("bad-date-option", value=text) from error
