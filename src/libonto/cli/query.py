"""`libonto query`: ask a saved query, or one of your own, of the graph."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from libonto.cli.answer import Call, answering, format_option, terminal_style, terminal_width
from libonto.errors import UsageError
from libonto.graph.answers import write
from libonto.graph.catalogue import Catalogue
from libonto.graph.queries import (
    Parameter,
    SavedQuery,
    check_outside,
    named,
    own_query,
    parse,
    run,
    saved_queries,
    with_deep_stack,
)
from libonto.locales import sentence


@click.command("query")
@click.argument("name", required=False)
@click.option("--param", "params", multiple=True)
@format_option("table", "csv", "tsv", "json", "xml", "turtle")
@answering
def command(call: Call, name: str | None, params: Sequence[str]) -> None:
    """Ask a saved query, or one in a file of your own; without a name, list the saved ones.

    A file is what has a slash in it or ends in .rq; - reads standard input. --lang also sets the
    parameter “lang” of a query that has one.
    """
    values = parse_params(params)
    catalogue = Catalogue.of(call.data)
    if name is None:
        if values:
            raise UsageError("param-without-query", value=next(iter(values)))
        _list(catalogue, call)
        return
    query = _query(name, catalogue)
    if query.parameter("lang") and "lang" not in values:
        values["lang"] = call.lang
    graph = call.graph()

    def answer() -> str:
        return write(
            run(query, values, graph),
            call.format,
            width=terminal_width(),
            style=terminal_style(call.output),
            say=lambda value: sentence("query.yes" if value else "query.no", call.lang),
        )

    call.emit(with_deep_stack(answer))


def parse_params(pairs: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` pairs as a mapping; UsageError for another form or a contradiction."""
    values: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name or not equals:
            raise UsageError("param-form", value=pair)
        if values.get(name, value) != value:
            raise UsageError("param-twice", value=name)
        values[name] = value
    return values


def _query(name: str, catalogue: Catalogue) -> SavedQuery:
    if name != "-" and not name.endswith(".rq") and "/" not in name:
        return named(saved_queries(catalogue), name)
    query = parse(sys.stdin.read(), name) if name == "-" else own_query(Path(name))
    check_outside(query.text, name)
    return query


def _list(catalogue: Catalogue, call: Call) -> None:
    queries = saved_queries(catalogue)
    if call.format == "json":
        call.write_json([_described(query) for query in queries.values()])
        return
    if call.format != "table":
        raise UsageError("query-format", value=call.format, known="table, json")
    columns = [sentence(f"query.{key}", call.lang) for key in ("name", "answers", "parameters")]
    rows = [
        [query.name, query.summary(call.lang), ", ".join(map(_parameter, query.parameters))]
        for query in queries.values()
    ]
    count = sentence("query.count", call.lang, count=len(queries))
    call.emit(f"{call.table(columns, rows)}\n{count}\n")


def _parameter(parameter: Parameter) -> str:
    if parameter.default is None:
        return f"{parameter.name}: {parameter.type}"
    return f"{parameter.name}={parameter.default}"


def _described(query: SavedQuery) -> dict[str, object]:
    return {
        "name": query.name,
        "summary": dict(query.summaries),
        "subject": query.subject or None,
        "parameters": list(map(vars, query.parameters)),
    }
