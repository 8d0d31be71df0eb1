"""`libonto report`: a report to be signed, as PDF/A or as a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from libonto.cli.frame import emit, emit_bytes
from libonto.cli.session import open_session, session_options
from libonto.errors import UsageError


@click.command("report")
@click.argument("profiles", nargs=-1, required=True)
@session_options
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
) -> None:
    """Write a report to be signed: FILE.pdf (PDF/A, the extra `report`) or FILE.html.

    A section for each candidate: the verdict, what lacks, the evidence, every requirement with
    its clause, readings, sources, fingerprints, and places for signatures. Exit status: 0 it
    was written, 2 the input or the command is wrong, 3 there was nothing to assess.
    """
    kind = Path(output or "").suffix.lower()
    if output is None or kind not in {".pdf", ".html"}:
        raise UsageError("report-output")
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
    graph = session.assessor.graph
    if kind == ".html":
        from libonto.voice.html import to_html

        emit(to_html(found, targets, graph, lang, session.digests), output)
        return
    from datetime import datetime

    from libonto.verdict.assessment import ALMATY
    from libonto.voice.pdf import to_pdf

    made = datetime.now(ALMATY).replace(microsecond=0)
    emit_bytes(to_pdf(found, targets, graph, lang, made=made, digests=session.digests), output)
