"""`libonto ontology`: check, export, reason over and compare the ontology."""

from __future__ import annotations

import click

from libonto.cli.frame import LazyGroup

COMMANDS = ("check", "reason", "export", "diff")


@click.group("ontology", cls=LazyGroup, table=COMMANDS, package="libonto.cli.ontology")
def command() -> None:
    """Check, export, reason over and compare the ontology."""
