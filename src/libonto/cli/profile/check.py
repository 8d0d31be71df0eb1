"""`libonto profile check`: what is wrong with profiles, by place."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from libonto.cli.frame import clean, data_option, emit, lang_option, output_option
from libonto.locales import sentence


@click.command("check")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--from", "source", metavar="FORMAT")
@click.option("--encoding", metavar="NAME")
@click.option("--delimiter", metavar="NAME")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@lang_option
@data_option
@output_option
def command(
    inputs: Sequence[str],
    source: str | None,
    encoding: str | None,
    delimiter: str | None,
    format_: str,
    lang: str,
    data: Sequence[str],
    output: str | None,
) -> int:
    """Say what is wrong with profiles, by place."""
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.store import Graph
    from libonto.profile.interchange.intake import Intake, Taken
    from libonto.profile.interchange.report import counts, status, to_object
    from libonto.profile.vocabulary import Vocabulary

    vocabulary = Vocabulary(Graph(Catalogue.of(data), whole=False))
    intake = Intake(vocabulary, lang=lang, format_=source, encoding=encoding, delimiter=delimiter)
    found: list[Taken] = list(intake.read(inputs))
    if format_ == "json":
        emit(json.dumps(to_object(found, lang), ensure_ascii=False, indent=2), output)
        return status(found)
    lines = [problem.message(lang) for taken in found for problem in taken.problems]
    lost = [note.problem() for taken in found for note in taken.notes if note.kind == "lost"]
    lines += [problem.message(lang) for problem in lost]
    numbers, ending = counts(found), status(found)
    if ending != 3:
        key = "check-bad" if numbers["bad"] else "check-good"
        lines.append(sentence(f"imports.{key}", lang, **numbers))
    emit("\n".join(map(clean, lines)), output)
    return ending
