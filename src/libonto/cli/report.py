"""`libonto report`: a report to be signed, as PDF/A or as a page."""

from __future__ import annotations

from pathlib import Path

import click

from libonto.cli.frame import check_output, emit_bytes
from libonto.cli.session import Session, profile_command
from libonto.errors import UsageError


def _pdf_or_html(context: click.Context, option: click.Parameter, value: str | None) -> str:
    if value is None or Path(value).suffix.lower() not in {".pdf", ".html"}:
        raise UsageError("report-output")
    check_output(context, option, value)
    return value


@profile_command("report", "html", output=click.option("-o", "--output", callback=_pdf_or_html))
def command(session: Session) -> None:
    """Write a report to be signed: FILE.pdf (PDF/A, the extra `report`) or FILE.html.

    A section for each candidate: the verdict, what lacks, the evidence, every requirement with
    its clause, readings, sources, fingerprints, and places for signatures. Exit status: 0 it
    was written, 2 the input or the command is wrong, 3 there was nothing to assess.
    """
    from datetime import datetime

    from libonto.verdict.assessment import ALMATY

    found = session.assess()
    given = (found, session.assessor.graph, session.lang)
    assert session.output is not None
    if Path(session.output).suffix.lower() == ".html":
        from libonto.voice.html import to_html

        session.emit(to_html(*given, session.digests))
        return
    from libonto.voice.pdf import to_pdf

    made = datetime.now(ALMATY).replace(microsecond=0)
    emit_bytes(to_pdf(*given, made=made, digests=session.digests), session.output)
