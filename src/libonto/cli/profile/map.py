"""`libonto profile map`: a proposal of what the columns and words of a table mean."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from libonto.cli.frame import data_option, emit, lang_option, output_option


@click.command("map")
@click.argument("inputs", nargs=-1, required=True, metavar="TABLE...")
@click.option("--encoding", metavar="NAME")
@click.option("--delimiter", metavar="NAME")
@lang_option
@data_option
@output_option
def command(
    inputs: Sequence[str],
    encoding: str | None,
    delimiter: str | None,
    lang: str,
    data: Sequence[str],
    output: str | None,
) -> int:
    """Propose a mapping for the tables of others."""
    from libonto.errors import UsageError, why
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.store import Graph
    from libonto.profile.interchange.layout import tables_of
    from libonto.profile.interchange.mapping import propose, to_toml
    from libonto.profile.interchange.names import Names
    from libonto.profile.interchange.tables import open_sheets
    from libonto.profile.vocabulary import Vocabulary

    names = Names(Vocabulary(Graph(Catalogue.of(data), whole=False)))
    with ExitStack() as stack:
        tables = []
        for path in inputs:
            try:
                stream = stack.enter_context(Path(path).open("rb"))
            except (OSError, ValueError) as error:
                raise UsageError("unreadable", path=path, detail=why(error)) from error
            sheets = open_sheets(stream, path, encoding=encoding, delimiter=delimiter)
            tables += tables_of(sheets, names, lenient=True)[0]
        proposal = propose(tables, names)
    source = ", ".join(Path(path).name for path in inputs)
    emit(to_toml(proposal, names, lang, source), output)
    return 0
