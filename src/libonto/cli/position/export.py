"""`libonto position export`: a position in the form of another system."""

from __future__ import annotations

from collections.abc import Sequence

import click

from libonto.cli.frame import data_option, emit, lang_option, output_option

# The same as `libonto.ontology.exports.FORMS`, which is imported only when it is needed.
FORMS = (
    "turtle",
    "ntriples",
    "rdfxml",
    "jsonld",
    "trig",
    "protege",
    "schema.org",
    "elm",
    "ctdl",
)


@click.command("export")
@click.argument("position", required=False, metavar="[POSITION]")
@click.option(
    "--as",
    "form",
    type=click.Choice(FORMS),
    default="turtle",
    show_default=True,
)
@lang_option
@data_option
@output_option
def command(
    position: str | None, form: str, lang: str, data: Sequence[str], output: str | None
) -> int:
    """Write a position with its categories, duties, knowledge and requirements."""
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.store import Graph
    from libonto.ontology.exports import export

    emit(export(Graph(Catalogue.of(data)), position, form, lang), output)
    return 0
