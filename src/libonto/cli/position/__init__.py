"""`libonto position`: positions for other systems."""

from __future__ import annotations

import click

from libonto.cli.frame import LazyGroup

COMMANDS = ("export",)


@click.group("position", cls=LazyGroup, table=COMMANDS, package="libonto.cli.position")
def command() -> None:
    """Export positions for other systems."""
