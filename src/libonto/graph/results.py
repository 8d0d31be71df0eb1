"""Query results in every form: tables for people, SPARQL's results formats, and RDF.

CSV, TSV, JSON and XML are written by the engine's own serialisers.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from libonto.errors import UsageError
from libonto.graph.answers import TABLES
from libonto.graph.description import known_as
from libonto.graph.queries import Result
from libonto.graph.table import Style, plain, table
from libonto.graph.turtle import canonical, to_text

GRAPHS = {
    "turtle": "turtle",
    "ntriples": "ntriples",
    "xml": "rdfxml",
    "json": "jsonld",
}
"""The forms of CONSTRUCT's and DESCRIBE's results; `json` is JSON-LD, `xml` RDF/XML."""
TABLE = "table"
FORMATS = (TABLE, *TABLES, "turtle")

Value = NamedNode | BlankNode | Literal | Triple


def formats(result: Result) -> tuple[str, ...]:
    """The forms in which a result can be written."""
    is_graph = not isinstance(result.raw, QuerySolutions | QueryBoolean)
    return (TABLE, *(GRAPHS if is_graph else TABLES))


def write(
    result: Result,
    format_: str,
    *,
    width: int = 100,
    style: Style = plain,
    say: Callable[[bool], str] = lambda value: str(value).lower(),
) -> str:
    """A result as text; UsageError `query-format` where the form does not suit the query.

    `width` is the table's, in columns; `say` words ASK's answer in a table.
    """
    if format_ not in formats(result):
        raise UsageError("query-format", value=format_, known=", ".join(formats(result)))
    raw = result.raw
    if isinstance(raw, QueryBoolean):
        if format_ == TABLE:
            return say(bool(raw)) + "\n"
        return _serialised(raw, TABLES[format_])
    if isinstance(raw, QuerySolutions):
        if format_ == TABLE:
            columns = [v.value for v in raw.variables if v.value not in result.hidden]
            cells = [[_cell(solution[column]) for column in columns] for solution in raw]
            return table(columns, cells, width=width, style=style)
        if not result.hidden & {v.value for v in raw.variables}:
            return _serialised(raw, TABLES[format_])
        return _without(raw, result.hidden, TABLES[format_])
    triples = canonical(raw)
    if format_ == TABLE:
        cells = [[_cell(t.subject), _cell(t.predicate), _cell(t.object)] for t in triples]
        return table(("subject", "predicate", "object"), cells, width=width, style=style)
    return to_text(triples, GRAPHS[format_])


def _cell(value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, NamedNode):
        return known_as(value.value)
    if isinstance(value, Triple):
        return f"<< {_cell(value.subject)} {_cell(value.predicate)} {_cell(value.object)} >>"
    return str(value) if isinstance(value, BlankNode) else value.value


def _without(raw: QuerySolutions, hidden: frozenset[str], format_: QueryResultsFormat) -> str:
    """The results without some columns: as JSON, which the engine writes and reads anew."""
    document = json.loads(_serialised(raw, QueryResultsFormat.JSON))
    document["head"]["vars"] = [name for name in document["head"]["vars"] if name not in hidden]
    for binding in document["results"]["bindings"]:
        for name in hidden & binding.keys():
            del binding[name]
    parsed = parse_query_results(json.dumps(document).encode(), format=QueryResultsFormat.JSON)
    assert not isinstance(parsed, QueryBoolean)
    return _serialised(parsed, format_)


def _serialised(raw: QuerySolutions | QueryBoolean, format_: QueryResultsFormat) -> str:
    text = raw.serialize(format=format_)
    assert text is not None  # it is None only where a file is named
    return text.decode()
