"""`libonto batch`: judge many candidates at once (contract, “Command line”)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from libonto.cli.assessment import inquiry_options, open_inquiry
from libonto.cli.frame import (
    data_option,
    encoding_option,
    input_format_option,
    mapping_option,
    output_option,
    trust_option,
)
from libonto.errors import NothingToAssess, UsageError
from libonto.locales import sentence

FORMS = ("csv", "xlsx", "jsonl", "parquet", "turtle", "ntriples")
"""The forms of output; each is the ending of a file's name too."""
ENDINGS = {"ndjson": "jsonl", "ttl": "turtle", "nt": "ntriples"}
"""The forms by other endings."""


@click.command("batch")
@click.argument("inputs", nargs=-1, required=True)
@output_option
@click.option("--format", "form", type=click.Choice(FORMS))
@click.option("--full", is_flag=True)
@inquiry_options
@input_format_option
@encoding_option
@mapping_option
@trust_option
@click.option("--audit/--no-audit", default=True, show_default=True)
@click.option("--jobs", type=click.IntRange(1, 1024), default=None)
@click.option("--scheduler")
@click.option("--resume/--restart", default=None)
@data_option
def command(
    inputs: Sequence[str],
    output: str | None,
    form: str | None,
    full: bool,
    lang: str,
    input_format: str | None,
    encoding: str | None,
    mapping: str | None,
    trust: str | None,
    audit: bool,
    jobs: int | None,
    scheduler: str | None,
    resume: bool | None,
    data: Sequence[str],
    **choices: Any,
) -> int:
    """Judge many candidates, and write their verdicts as a table.

    INPUT is a file, a folder or - in CSV, XLSX, ODS, JSON lines or RDF. Exit status: 0 the
    category asked for is met by every candidate, 1 by some it is not, 2 something of the input
    or the command is wrong (what is right is judged all the same), 3 there was nothing to
    assess.
    """
    from libonto.batch.judge import BatchJudge
    from libonto.batch.model import Order
    from libonto.batch.progress import Summary, progress
    from libonto.batch.run import opened
    from libonto.profile.intake import mapping_file
    from libonto.profile.interchange.signatures import trusted_keys

    if output is None or output == "-":
        raise UsageError("batch-needs-output")
    form = form or _form_of(output)
    if full and form != "jsonl":
        raise UsageError("option-needs", option="--full", needed="--format jsonl")
    assessor, inquiry = open_inquiry(data, whole=True, **choices)
    with progress(lang) as line:
        run = opened(
            Order(
                paths=inputs,
                output=Path(output).absolute(),
                form="full" if full else form,
                inquiry=inquiry,
                data=tuple(data),
                mapping=mapping_file(mapping) if mapping else None,
                trust=trusted_keys(trust),
                lang=lang,
                input_format=input_format,
                encoding=encoding,
                audit=audit,
                jobs=jobs or len(os.sched_getaffinity(0)),
                scheduler=scheduler,
            ),
            assessor,
            line,
            resume=resume,
            any_day=choices["on"] is None,
        )
        try:
            result = run.complete()
        except KeyboardInterrupt:
            line.end()
            click.echo(sentence("batch.interrupted", lang), err=True)
            raise
    summary = Summary(result, BatchJudge(run.order.inquiry, assessor=assessor), lang)
    click.echo(str(summary), err=True)
    if result.faults:
        return 2
    if result.empty or not result.tally.people:
        raise NothingToAssess("no-candidate")
    return 0 if result.tally.passed == result.tally.people else 1


def _form_of(output: str) -> str:
    """The form of output by the file's name; UsageError where it does not tell."""
    extension = output.rpartition(".")[2].lower()
    form = ENDINGS.get(extension, extension)
    if form not in FORMS:
        raise UsageError("batch-output-form", path=output, known=", ".join(FORMS))
    return form
