"""Query results in every form: tables for people, SPARQL's results formats, and RDF.

CSV, TSV, JSON and XML are written by the engine's own serialisers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

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
from libonto.graph.queries import Result
from libonto.graph.table import Style, plain, table
from libonto.graph.terms import ID, PREFIXES
from libonto.graph.turtle import canonical, to_text

BINDINGS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
"""The forms of SELECT's and ASK's results."""
GRAPHS = {
    "turtle": "turtle",
    "ntriples": "ntriples",
    "xml": "rdfxml",
    "json": "jsonld",
}
"""The forms of CONSTRUCT's and DESCRIBE's results; `json` is JSON-LD, `xml` RDF/XML."""
TABLE = "table"
FORMATS = (TABLE, *BINDINGS, "turtle")

Value = NamedNode | BlankNode | Literal | Triple


def formats(result: Result) -> tuple[str, ...]:
    """The forms in which a result can be written."""
    is_graph = not isinstance(result.raw, QuerySolutions | QueryBoolean)
    return (TABLE, *(GRAPHS if is_graph else BINDINGS))


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
        return _serialised(raw, BINDINGS[format_])
    if isinstance(raw, QuerySolutions):
        if format_ == TABLE:
            columns, rows = _rows(raw, result.hidden)
            cells = [[_cell(value) for value in row] for row in rows]
            return table(columns, cells, width=width, style=style)
        if not result.hidden & {v.value for v in raw.variables}:
            return _serialised(raw, BINDINGS[format_])
        return _without(raw, result.hidden, BINDINGS[format_])
    triples = canonical(raw)
    if format_ == TABLE:
        cells = [[_cell(t.subject), _cell(t.predicate), _cell(t.object)] for t in triples]
        return table(("subject", "predicate", "object"), cells, width=width, style=style)
    return to_text(triples, GRAPHS[format_])


def short(iri: str) -> str:
    """An IRI as people read it: `lo:Candidate`, `category/POST/…`, else in full."""
    if iri.startswith(ID):
        return iri[len(ID) :]
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _cell(value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, NamedNode):
        return short(value.value)
    if isinstance(value, Triple):
        return f"<< {_cell(value.subject)} {_cell(value.predicate)} {_cell(value.object)} >>"
    return str(value) if isinstance(value, BlankNode) else value.value


def _rows(
    raw: QuerySolutions, hidden: frozenset[str]
) -> tuple[list[str], list[list[Value | None]]]:
    columns = [v.value for v in raw.variables if v.value not in hidden]
    return columns, [[solution[column] for column in columns] for solution in raw]


def _without(raw: QuerySolutions, hidden: frozenset[str], format_: QueryResultsFormat) -> str:
    """The results without some columns: as JSON, which the engine reads and writes anew."""
    columns, rows = _rows(raw, hidden)
    bindings = [
        {c: _json(v) for c, v in zip(columns, row, strict=True) if v is not None} for row in rows
    ]
    document = {"head": {"vars": columns}, "results": {"bindings": bindings}}
    parsed = parse_query_results(json.dumps(document).encode(), format=QueryResultsFormat.JSON)
    assert not isinstance(parsed, QueryBoolean)
    return _serialised(parsed, format_)


def _serialised(raw: QuerySolutions | QueryBoolean, format_: QueryResultsFormat) -> str:
    text = raw.serialize(format=format_)
    assert text is not None  # it is None only where a file is named
    return text.decode()


def _json(value: Value) -> Mapping[str, object]:
    """A term in SPARQL 1.1's JSON results format, section 3.2.2."""
    if isinstance(value, NamedNode):
        return {"type": "uri", "value": value.value}
    if isinstance(value, BlankNode):
        return {"type": "bnode", "value": value.value}
    if isinstance(value, Triple):
        parts = {"subject": value.subject, "predicate": value.predicate, "object": value.object}
        return {"type": "triple", "value": {name: _json(part) for name, part in parts.items()}}
    found: dict[str, object] = {"type": "literal", "value": value.value}
    if value.language:
        found["xml:lang"] = value.language
    elif value.datatype.value != PREFIXES["xsd"] + "string":
        found["datatype"] = value.datatype.value
    return found
