"""`libonto position`: new positions from a text, and positions for other systems."""

from __future__ import annotations

import click

from libonto.cli.frame import LazyGroup

COMMANDS = ("export", "draft", "review")


@click.group("position", cls=LazyGroup, table=COMMANDS, package="libonto.cli.position")
def command() -> None:
    """Draft positions from a text, and export them."""
