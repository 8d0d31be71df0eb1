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
    from libonto.profile.interchange.intake import Taken
    from libonto.profile.interchange.names import Names
    from libonto.profile.model import Candidate

FORMS = ("turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld", "json", "csv", "tsv", "xlsx")
_BY_EXTENSION = {
    "ttl": "turtle",
    "trig": "trig",
    "nt": "ntriples",
    "nq": "nquads",
    "rdf": "rdfxml",
    "owl": "rdfxml",
    "xml": "rdfxml",
    "jsonld": "jsonld",
    "json": "json",
    "csv": "csv",
    "tsv": "tsv",
    "xlsx": "xlsx",
}


@click.command("convert")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--from", "source", metavar="FORMAT")
@click.option("--to", "target", type=click.Choice(FORMS))
@click.option("--encoding", metavar="NAME")
@click.option("--delimiter", metavar="NAME")
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
    report: str | None,
    lang: str,
    data: Sequence[str],
    output: str | None,
) -> int:
    """Convert profiles; a bad one is said, and costs no other."""
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.store import Graph
    from libonto.profile.interchange.intake import Intake
    from libonto.profile.interchange.names import Names
    from libonto.profile.interchange.report import status
    from libonto.profile.vocabulary import Vocabulary

    extension = (output or "").rpartition(".")[2].lower()
    target = target or _BY_EXTENSION.get(extension, "turtle")
    if target == "xlsx" and output in (None, "-"):
        raise UsageError("workbook-to-file")
    vocabulary = Vocabulary(Graph(Catalogue.of(data), whole=False))
    intake = Intake(vocabulary, lang=lang, format_=source, encoding=encoding, delimiter=delimiter)
    found = list(intake.read(inputs))
    candidates = [taken.candidate for taken in found if taken.candidate]
    if candidates:
        _write(candidates, target, Names(vocabulary), lang, output)
    if report:
        _report(found, report, lang)
    _say(found, lang, reported=bool(report))
    return status(found)


def _write(
    candidates: Sequence[Candidate], target: str, names: Names, lang: str, output: str | None
) -> None:
    if target in {"csv", "tsv", "xlsx"}:
        from libonto.profile.interchange.table_writer import TableWriter

        writer = TableWriter(names, lang)
        if target == "xlsx" and output:
            emit_bytes(writer.workbook(candidates), output)
            return
        text = writer.delimited(candidates, "tab" if target == "tsv" else "comma")
        # Excel takes a file without a byte order mark for one in the old encoding
        emit("\ufeff" + text if output not in (None, "-") else text, output)
    elif target == "json":
        from libonto.profile.to_json import to_json

        emit(to_json(candidates), output)
    else:
        from libonto.profile.to_rdf import to_rdf

        emit(to_rdf(candidates, "json" if target == "jsonld" else target), output)


def _report(found: Sequence[Taken], report: str, lang: str) -> None:
    from libonto.profile.interchange.report import to_object, to_text

    if report.lower().endswith(".json"):
        text = json.dumps(to_object(found, lang), ensure_ascii=False, indent=2)
        emit(text, report)
    else:
        emit(to_text(found, lang), report)


def _say(found: Sequence[Taken], lang: str, *, reported: bool) -> None:
    """What is wrong, and, where no report is written, what was not taken."""
    if sys.stderr is None:
        return
    for taken in found:
        for problem in taken.problems:
            click.echo(clean(problem.message(lang)), err=True)
        for note in taken.notes:
            if note.kind == "lost" and not reported:
                click.echo(clean(note.problem().message(lang)), err=True)
