"""`libonto profile check`: what is wrong with profiles, by place."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from libonto.cli.frame import (
    clean,
    data_option,
    emit,
    lang_option,
    output_option,
    text_or_json_option,
)


@click.command("check")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--from", "source", metavar="FORMAT")
@click.option("--encoding", metavar="NAME")
@click.option("--delimiter", metavar="NAME")
@click.option("--map", "mapping", metavar="FILE")
@click.option("--trust", metavar="FILE")
@text_or_json_option
@lang_option
@data_option
@output_option
def command(
    inputs: Sequence[str],
    source: str | None,
    encoding: str | None,
    delimiter: str | None,
    mapping: str | None,
    trust: str | None,
    format_: str,
    lang: str,
    data: Sequence[str],
    output: str | None,
) -> int:
    """Say what is wrong with profiles, by place."""
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.store import Graph
    from libonto.profile.account import Account, Entry
    from libonto.profile.intake import Intake
    from libonto.profile.interchange.report import status, to_object
    from libonto.profile.interchange.signatures import trusted_keys
    from libonto.profile.vocabulary import Vocabulary

    vocabulary = Vocabulary(Graph(Catalogue.of(data), whole=False))
    intake = Intake(
        vocabulary,
        lang=lang,
        format_=source,
        encoding=encoding,
        delimiter=delimiter,
        mapping=mapping,
        trust=trusted_keys(trust),
    )
    found: list[Entry] = list(intake.files(inputs))
    if format_ == "json":
        emit(json.dumps(to_object(found, lang), ensure_ascii=False, indent=2), output)
        return 2 if any(entry.lost for entry in found) else status(found)
    lines = [p.message(lang) for entry in found for p in (*entry.problems, *entry.lost)]
    ending = 2 if any(entry.lost for entry in found) else status(found)
    if ending != 3:
        lines += Account(found).lines(lang)
    emit("\n".join(map(clean, lines)), output)
    return ending
