"""`libonto profile convert`: profiles from any form that is read into any that is written."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from libonto.cli.frame import clean, data_option, emit, emit_bytes, lang_option, output_option
from libonto.errors import UsageError

if TYPE_CHECKING:
    from libonto.profile.account import Entry

_FORMS = ("turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld", "json", "csv", "tsv", "xlsx")


@click.command("convert")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--from", "source", metavar="FORMAT")
@click.option("--to", "target", type=click.Choice(_FORMS))
@click.option("--encoding", metavar="NAME")
@click.option("--delimiter", metavar="NAME")
@click.option("--map", "mapping", metavar="FILE")
@click.option("--trust", metavar="FILE")
@click.option("--report", metavar="FILE")
@lang_option
@data_option
@output_option
def command(
    inputs: Sequence[str],
    source: str | None,
    target: str | None,
    encoding: str | None,
    delimiter: str | None,
    mapping: str | None,
    trust: str | None,
    report: str | None,
    lang: str,
    data: Sequence[str],
    output: str | None,
) -> int:
    """Convert profiles; a bad one is said, and costs no other."""
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.formats import ENDINGS
    from libonto.graph.store import Graph
    from libonto.profile.intake import Intake
    from libonto.profile.interchange.names import Names
    from libonto.profile.interchange.report import status
    from libonto.profile.interchange.signatures import trusted_keys
    from libonto.profile.interchange.writing import to_bytes
    from libonto.profile.vocabulary import Vocabulary

    extension = (output or "").rpartition(".")[2].lower()
    target = target or ENDINGS.get(extension, "turtle")
    to_file = output is not None and output != "-"
    if target == "xlsx" and not to_file:
        raise UsageError("workbook-to-file")
    vocabulary = Vocabulary(Graph(Catalogue.of(data), whole=False))
    intake = Intake(
        vocabulary,
        lang=lang,
        format_=source,
        encoding=encoding,
        delimiter=delimiter,
        mapping=mapping,
        trust=trusted_keys(trust),
    )
    found = list(intake.files(inputs))
    candidates = [entry.candidate for entry in found if entry.candidate]
    if candidates:
        written = to_bytes(candidates, target, Names(vocabulary), lang, marked=to_file)
        if output is not None and to_file:
            emit_bytes(written, output)
        else:
            emit(written.decode(), None)
    if report:
        _report(found, report, lang)
    _say(found, lang, reported=bool(report))
    return status(found)


def _report(found: Sequence[Entry], report: str, lang: str) -> None:
    from libonto.profile.interchange.report import to_object, to_text

    if report.lower().endswith(".json"):
        text = json.dumps(to_object(found, lang), ensure_ascii=False, indent=2)
        emit(text, report)
    else:
        emit(to_text(found, lang), report)


def _say(found: Sequence[Entry], lang: str, *, reported: bool) -> None:
    """What is wrong, and, where no report is written, what was not taken or was passed over."""
    from libonto.profile.account import Account

    if sys.stderr is None:
        return
    for entry in found:
        for problem in entry.problems:
            click.echo(clean(problem.message(lang)), err=True)
        for problem in [] if reported else entry.lost:
            click.echo(clean(problem.message(lang)), err=True)
    for text in [] if reported else list(Account(found).lines(lang))[:-1]:
        click.echo(clean(text), err=True)
