"""`libonto query`: ask a saved query, or one of your own, of the graph."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from libonto.cli.frame import data_option, emit, lang_option, output_option
from libonto.cli.terminal import terminal_style, terminal_width
from libonto.errors import UsageError
from libonto.locales import sentence

if TYPE_CHECKING:
    from libonto.graph.catalogue import Catalogue
    from libonto.graph.queries import Parameter, SavedQuery


@click.command("query")
@click.argument("name", required=False, metavar="[NAME-OR-FILE]")
@click.option(
    "--param",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    help="A value for one of the query's parameters.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "csv", "tsv", "json", "xml", "turtle"]),
    default="table",
    show_default=True,
    help="For a graph json is JSON-LD and xml RDF/XML.",
)
@lang_option
@data_option
@output_option
def command(
    name: str | None,
    params: Sequence[str],
    format_: str,
    lang: str,
    data: Sequence[str],
    output: str | None,
) -> int:
    """Ask a saved query, or one in a file of your own; without a name, list the saved ones.

    A file is what has a slash in it or ends in .rq; - reads standard input. It may not reach
    outside the graph (SERVICE, FROM) and can change nothing. --lang also sets the parameter
    “lang” of a query that has one.
    """
    from libonto.graph.catalogue import Catalogue

    given = parse_params(params)
    catalogue = Catalogue.of(data)
    if name is None:
        if given:
            raise UsageError("param-without-query", value=next(iter(given)))
        emit(_listed(catalogue, format_, lang, output), output)
        return 0
    from libonto.graph.queries import run, with_deep_stack
    from libonto.graph.results import write
    from libonto.graph.store import Graph

    query = _query(name, catalogue)
    if query.parameter("lang") and "lang" not in given:
        given["lang"] = lang
    graph = Graph(catalogue)

    def answer() -> str:
        return write(
            run(query, given, graph),
            format_,
            width=terminal_width(),
            style=terminal_style(output),
            say=lambda value: sentence("query.yes" if value else "query.no", lang),
        )

    emit(with_deep_stack(answer), output)
    return 0


def parse_params(pairs: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` pairs as a mapping; UsageError for another form or a contradiction."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name or not equals:
            raise UsageError("param-form", value=pair)
        if found.get(name, value) != value:
            raise UsageError("param-twice", value=name)
        found[name] = value
    return found


def _query(name: str, catalogue: Catalogue) -> SavedQuery:
    from libonto.graph.queries import check_outside, named, own_query, parse, saved_queries

    if name == "-":
        query = parse(sys.stdin.read(), "-")
        check_outside(query.text, name)
        return query
    if name.endswith(".rq") or "/" in name:
        query = own_query(Path(name))
        check_outside(query.text, name)
        return query
    return named(saved_queries(catalogue), name)


def _listed(catalogue: Catalogue, format_: str, lang: str, output: str | None) -> str:
    from libonto.graph.queries import saved_queries
    from libonto.graph.table import table

    queries = saved_queries(catalogue)
    if format_ == "json":
        described = [_described(query) for query in queries.values()]
        return json.dumps(described, ensure_ascii=False, indent=2)
    if format_ != "table":
        raise UsageError("query-format", value=format_, known="table, json")
    columns = [sentence(f"query.{key}", lang) for key in ("name", "answers", "parameters")]
    rows = [
        [query.name, query.summary(lang), ", ".join(map(_parameter, query.parameters))]
        for query in queries.values()
    ]
    text = table(columns, rows, width=terminal_width(), style=terminal_style(output))
    return text + "\n" + sentence("query.count", lang, count=len(queries)) + "\n"


def _parameter(parameter: Parameter) -> str:
    if parameter.default is None:
        return f"{parameter.name}: {parameter.type}"
    return f"{parameter.name}={parameter.default}"


def _described(query: SavedQuery) -> Mapping[str, object]:
    return {
        "name": query.name,
        "summary": dict(query.summaries),
        "subject": query.subject or None,
        "parameters": [
            {"name": p.name, "type": p.type, "default": p.default} for p in query.parameters
        ],
    }
