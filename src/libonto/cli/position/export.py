"""`libonto position export`: a position in the form of another system."""

from __future__ import annotations

import click

from libonto.cli.answer import Call, answering
from libonto.ontology.exports import FORMS, export


@click.command("export")
@click.argument("position", required=False)
@click.option("--as", "as_", type=click.Choice(FORMS), default="turtle", show_default=True)
@answering
def command(call: Call, position: str | None, as_: str) -> None:
    """Write a position with its categories, duties, knowledge and requirements."""
    call.emit(export(call.graph(), position, as_, call.lang))
