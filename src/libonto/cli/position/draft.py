"""`libonto position draft`: from a text of a characteristic to a data folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from libonto.cli.frame import data_option, emit, lang_option
from libonto.locales import sentence


@click.command("draft")
@click.argument("text")
@click.option("--slug", required=True)
@click.option("--edition", required=True)
@click.option("--from", "since")
@click.option("--until")
@click.option("--text-lang", type=click.Choice(["kk", "ru"]))
@click.option("--position", "number", type=click.IntRange(min=1))
@click.option("-o", "--output", "folder", required=True)
@lang_option
@data_option
def command(
    text: str,
    slug: str,
    edition: str,
    since: str | None,
    until: str | None,
    text_lang: str | None,
    number: int | None,
    folder: str,
    lang: str,
    data: Sequence[str],
) -> int:
    """Read a qualification characteristic and write a data folder that joins ours."""
    from libonto.drafting.folder import Position, create, order_of, text_of
    from libonto.drafting.model import Kind
    from libonto.drafting.points import Known
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.store import Graph
    from libonto.verdict.inquiry import parse_day

    order = order_of(
        text_of(Path(text)),
        slug=slug,
        edition=edition,
        lang=text_lang,
        number=number,
        days=(
            parse_day(since).isoformat() if since else None,
            parse_day(until).isoformat() if until else None,
        ),
    )
    position = Position(order, Known(Graph(Catalogue.of(data))))
    create(position, Path(folder), lang)
    counts = {
        "clauses": len(position.draft.clauses),
        "levels": len(position.draft.levels),
        "unread": sum(c.kind is Kind.UNREAD for c in position.draft.clauses),
        "open": len(position.open),
    }
    emit(sentence("draft.written", lang, path=folder, **counts), None)
    return 0
