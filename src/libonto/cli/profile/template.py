"""`libonto profile template`: an Excel workbook to be filled in."""

from __future__ import annotations

from collections.abc import Sequence

import click

from libonto.cli.frame import data_option, emit_bytes, lang_option
from libonto.errors import UsageError


@click.command("template")
@click.option("-o", "--output", required=True, metavar="FILE")
@click.option("--position", metavar="SLUG")
@lang_option
@data_option
def command(output: str, position: str | None, lang: str, data: Sequence[str]) -> int:
    """Write an Excel template with drop-downs."""
    from libonto.graph.catalogue import Catalogue
    from libonto.profile.interchange.names import Names
    from libonto.profile.interchange.template import TemplateWriter
    from libonto.verdict.assessment import Assessor

    if not output.lower().endswith(".xlsx"):
        raise UsageError("workbook-extension", path=output)
    assessor = Assessor(Catalogue.of(data), whole=False)
    wanted = assessor.positions.named(position) if position else assessor.positions.default
    emit_bytes(TemplateWriter(Names(assessor.vocabulary), lang).workbook(wanted), output)
    return 0
