"""`libonto profile`: work with profiles without judging them."""

from __future__ import annotations

import click

from libonto.cli.frame import LazyGroup

COMMANDS = ("check", "convert", "map", "template", "derive")


@click.group("profile", cls=LazyGroup, table=COMMANDS, package="libonto.cli.profile")
def command() -> None:
    """Work with profiles without judging them."""
