"""`libonto ontology`: check, export, reason over and compare the ontology."""

from __future__ import annotations

import click

from libonto.cli.frame import LazyGroup

COMMANDS = {
    "check": "Check the ontology and the shapes; exit status 1 when something is wrong.",
    "reason": "Classify with HermiT, and print what it proves.",
    "export": "Write the ontology, or the shapes for another SHACL engine, as one file.",
    "diff": "Compare two versions, and whose verdict changes.",
}


@click.group("ontology", cls=LazyGroup, table=COMMANDS, package="libonto.cli.ontology")
def command() -> None:
    """Check, export, reason over and compare the ontology."""
