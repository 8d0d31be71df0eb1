"""`libonto profile`: work with profiles without judging them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from libonto.cli.answer import Call, answering, format_option
from libonto.cli.assessment import Session, profile_command
from libonto.cli.frame import (
    LazyGroup,
    clean,
    data_option,
    emit,
    emit_bytes,
    encoding_option,
    lang_option,
    mapping_option,
    trust_option,
)
from libonto.errors import UsageError

if TYPE_CHECKING:
    from libonto.profile.account import ProfileEntry
    from libonto.profile.interchange.names import Names

_FORMS = ("turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld", "json", "csv", "tsv", "xlsx")


@click.group("profile", cls=LazyGroup)
def command() -> None:
    """Work with profiles without judging them."""


_inputs = click.argument("inputs", nargs=-1, required=True)
_delimiter = click.option("--delimiter")


def _reading(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its inputs, and the options on how they are read."""
    function = encoding_option(_delimiter(mapping_option(trust_option(function))))
    return _inputs(click.option("--from", "source")(function))


def _names(data: Sequence[str]) -> Names:
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.store import Graph
    from libonto.profile.interchange.names import Names
    from libonto.profile.vocabulary import Vocabulary

    return Names(Vocabulary(Graph(Catalogue.of(data), whole=False)))


def _entries(
    names: Names,
    inputs: Sequence[str],
    lang: str,
    *,
    source: str | None,
    trust: str | None,
    **options: Any,
) -> list[ProfileEntry]:
    """What the inputs hold, read as the options say."""
    from libonto.profile.intake import Intake
    from libonto.profile.interchange.signatures import trusted_keys

    intake = Intake(names, lang=lang, format_=source, trust=trusted_keys(trust), **options)
    return list(intake.files(inputs))


@command.command("check")
@_reading
@format_option("text", "json")
@answering
def check(call: Call, inputs: Sequence[str], **options: Any) -> int:
    """Say what is wrong with profiles, by place."""
    from libonto.profile.account import remarks, report_object, status, summary

    entries = _entries(_names(call.data), inputs, call.lang, **options)
    ending = 2 if any(entry.lost for entry in entries) else status(entries)
    if call.format == "json":
        call.write_json(report_object(entries, call.lang))
    else:
        lines = [p.message(call.lang) for entry in entries for p in (*entry.problems, *entry.lost)]
        if ending != 3:
            lines += [*remarks(entries, call.lang), summary(entries, call.lang)]
        call.emit("\n".join(map(clean, lines)))
    return ending


@command.command("convert")
@_reading
@click.option("--to", "target", type=click.Choice(_FORMS))
@click.option("--report")
@answering
def convert(
    call: Call, inputs: Sequence[str], target: str | None, report: str | None, **options: Any
) -> int:
    """Convert profiles; a bad one is reported, and costs no other."""
    from libonto.graph.formats import SUFFIXES
    from libonto.profile.account import status
    from libonto.profile.interchange.writing import to_bytes

    file = call.output if call.output != "-" else None
    target = target or SUFFIXES.get((file or "").rpartition(".")[2].lower(), "turtle")
    if target == "xlsx" and file is None:
        raise UsageError("workbook-to-file")
    names = _names(call.data)
    entries = _entries(names, inputs, call.lang, **options)
    candidates = [entry.candidate for entry in entries if entry.candidate]
    if candidates:
        written = to_bytes(candidates, target, names, call.lang, marked=file is not None)
        if file is not None:
            emit_bytes(written, file)
        else:
            call.emit(written.decode())
    _report(entries, call.lang, report)
    return status(entries)


def _report(entries: Sequence[ProfileEntry], lang: str, report: str | None) -> None:
    """Write the report, and what is wrong on standard error; all of it there without a report."""
    from libonto.profile.account import remarks, report_object, report_text

    lines = [p.message(lang) for entry in entries for p in entry.problems]
    if not report:
        lines = [p.message(lang) for entry in entries for p in (*entry.problems, *entry.lost)]
        lines += remarks(entries, lang)
    elif report.lower().endswith(".json"):
        emit(json.dumps(report_object(entries, lang), ensure_ascii=False, indent=2), report)
    else:
        emit(report_text(entries, lang), report)
    for line in lines if sys.stderr is not None else ():
        click.echo(clean(line), err=True)


@command.command("map")
@_inputs
@encoding_option
@_delimiter
@answering
def map_(call: Call, inputs: Sequence[str], encoding: str | None, delimiter: str | None) -> None:
    """Propose a mapping for the tables of others."""
    from libonto.profile.document import opened
    from libonto.profile.interchange.layout import tables_of
    from libonto.profile.interchange.mapping import propose, to_toml
    from libonto.profile.interchange.tables import open_sheets

    names = _names(call.data)
    with ExitStack() as stack:
        tables = []
        for path in inputs:
            stream = stack.enter_context(opened(path))
            sheets = open_sheets(stream, path, encoding=encoding, delimiter=delimiter)
            tables += tables_of(sheets, names, lenient=True)[0]
        proposal = propose(tables, names)
    call.emit(to_toml(proposal, names, call.lang, ", ".join(Path(path).name for path in inputs)))


@command.command("template")
@click.option("-o", "--output", required=True)
@click.option("--position")
@lang_option
@data_option
def template(output: str, position: str | None, lang: str, data: Sequence[str]) -> None:
    """Write an Excel template with drop-downs."""
    from libonto.graph.catalogue import Catalogue
    from libonto.profile.interchange.names import Names
    from libonto.profile.interchange.table_writer import TemplateWriter
    from libonto.verdict.assessment import Assessor

    if not output.lower().endswith(".xlsx"):
        raise UsageError("workbook-extension", path=output)
    assessor = Assessor(Catalogue.of(data), whole=False)
    iri = assessor.positions.named(position) if position else assessor.positions.default
    emit_bytes(TemplateWriter(Names(assessor.vocabulary), lang).workbook(iri), output)


@command.add_command
@profile_command("derive", "turtle", "ntriples", "rdfxml", "jsonld", "trig")
def derive(session: Session) -> None:
    """Write the evidence graph: what a profile states, and beside it what follows on a day.

    Service is counted as the readings chosen count it, credentials and acts are placed; the
    derived triples name the employments that they come from, the candidate the day. Any SHACL
    engine can judge it by “libonto ontology export --shapes” under the same readings.
    """
    from pyoxigraph import Literal, NamedNode, Triple

    from libonto.graph.terms import term
    from libonto.graph.turtle import to_text

    choices = session.assessor.readings.choose(session.inquiry.readings)
    triples: list[Triple] = []
    for assessment in session.assess():
        evidence = assessment.evidence
        triples += evidence.as_triples(evidence.facts_under(choices))
        day = Literal(evidence.on.isoformat(), datatype=term("xsd:date"))
        triples.append(Triple(NamedNode(evidence.candidate.iri), term("lo:assessedOn"), day))
    order = [candidate.iri for candidate in session.candidates]
    session.emit(to_text(triples, session.format, first=order))
