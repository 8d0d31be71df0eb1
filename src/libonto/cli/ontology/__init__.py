"""`libonto ontology`: check, export, reason over and compare the ontology."""

from __future__ import annotations

import click

from libonto.cli.frame import LazyGroup

COMMANDS = {name: f"ontology.{name}:command" for name in ("check", "reason", "export", "diff")}


@click.group("ontology", cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Check, export, reason over and compare the ontology."""
