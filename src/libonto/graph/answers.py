"""A query's answer in every form.

As bytes under a cap, a whole one in the form asked for, or an error; and as text, in tables for
people too. CSV, TSV, JSON and XML are written by the engine's own serialisers.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from libonto.errors import AnswerTooLarge, LibontoError, NotAcceptable, StoreError, UsageError
from libonto.graph.description import known_as
from libonto.graph.queries import Result
from libonto.graph.questions import syntax_fault
from libonto.graph.table import Style, plain, table
from libonto.graph.terms import BASE, PREFIXES
from libonto.graph.turtle import canonical, to_text

if TYPE_CHECKING:
    from typing_extensions import Buffer

TABLES = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
"""The forms of SELECT's and ASK's answers."""
GRAPHS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
"""The forms of CONSTRUCT's and DESCRIBE's answers."""

_FUNCTION = re.compile(r"custom (?:aggregate )?function (<[^>]*>) is not supported")


@dataclass(frozen=True)
class Dataset:
    """The graphs that the request itself names; None where it names none (protocol, 2.1.4)."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether any is named: then they take the place of what the query names."""
        return bool(self.default or self.named)


class Capped(io.BytesIO):
    """Bytes in memory, up to a number; AnswerTooLarge beyond it."""

    def __init__(self, most: int) -> None:
        """Start empty."""
        super().__init__()
        self._most = most

    def write(self, data: Buffer, /) -> int:
        """Take some bytes; AnswerTooLarge when there are too many."""
        written = super().write(data)
        if self.tell() > self._most:
            raise AnswerTooLarge("answer-too-large", limit=self._most)
        return written


def ask(store: Store, text: str, dataset: Dataset, format_: str, most: int) -> bytes:
    """A query's answer from a store; SyntaxFault, AnswerTooLarge, NotAcceptable, StoreError.

    Relative IRIs are ours. A graph that the store does not hold is an empty one.
    """
    named: list[NamedNode | BlankNode] = [NamedNode(iri) for iri in dataset.named]
    default: list[NamedNode | BlankNode | DefaultGraph] = [
        NamedNode(iri) for iri in dataset.default
    ]
    try:
        found = (
            store.query(text, base_iri=BASE, default_graph=default, named_graphs=named)
            if dataset
            else store.query(text, base_iri=BASE)
        )
    except SyntaxError as error:
        raise syntax_fault(str(error), text) from error
    except (ValueError, OSError, RuntimeError) as error:
        raise _unanswered(error) from error
    return written(found, format_, most)


def converted(data: bytes, given: str, is_graph: bool, format_: str, most: int) -> bytes:
    """An answer of another endpoint, parsed whole and written anew; StoreError where it is cut."""
    try:
        if is_graph:
            return _written_graph(parse(data, format=GRAPHS[given]), format_, most)
        return written(parse_query_results(data, format=TABLES[given]), format_, most)
    except (SyntaxError, ValueError) as error:
        raise StoreError("store-answer-broken", detail=str(error)) from error


def written(found: QuerySolutions | QueryBoolean | QueryTriples, format_: str, most: int) -> bytes:
    """What was found, in a form of TABLES or GRAPHS."""
    if isinstance(found, QueryTriples):
        return _written_graph(found, format_, most)
    out = Capped(most)
    try:
        found.serialize(out, format=TABLES[format_])
    except (ValueError, OSError, RuntimeError) as error:
        raise _unanswered(error) from error
    return _checked(out.getvalue(), format_)


def _written_graph(found: Iterable[Triple] | Iterable[Quad], format_: str, most: int) -> bytes:
    out = Capped(most)
    try:
        if format_ in {"turtle", "rdfxml"}:
            serialize(found, out, format=GRAPHS[format_], prefixes=PREFIXES)
        elif isinstance(found, QueryTriples):
            found.serialize(out, format=GRAPHS[format_])
        else:
            serialize(found, out, format=GRAPHS[format_])
    except (ValueError, OSError, RuntimeError) as error:
        raise _unanswered(error) from error
    content = out.getvalue()
    return _pruned(content) if format_ == "turtle" else _checked(content, format_)


def _pruned(turtle: bytes) -> bytes:
    """The same Turtle without the prefixes that it does not use."""
    kept, start = [], 0
    while turtle.startswith(b"@prefix ", start):
        end = turtle.index(b"\n", start) + 1
        line = turtle[start:end]
        kept.append((line.split(b" ", 2)[1], line))
        start = end
    body = turtle[start:]
    return b"".join(line for prefix, line in kept if prefix in body) + body


def _checked(content: bytes, format_: str) -> bytes:
    """XML that is well-formed: some characters and names cannot be written in it at all.

    A carriage return that is not escaped would be read as a line feed (XML 1.0, 2.11).
    """
    if format_ in {"xml", "rdfxml"}:
        content = content.replace(b"\r", b"&#13;")
        try:
            expat.ParserCreate(namespace_separator=" ").Parse(content, True)
        except expat.ExpatError as error:
            raise NotAcceptable("not-in-xml") from error
    return content


def _unanswered(error: Exception) -> LibontoError:
    """What the engine could not do: UsageError where the query names a function it lacks."""
    match = _FUNCTION.search(str(error))
    if match is not None:
        return UsageError("function-unknown", name=match[1])
    return StoreError("query-unanswered", detail=str(error))


def rdf(triples: Iterable[Triple], format_: str, **more: str) -> bytes:
    """A small graph made here as bytes, sorted, with the prefixes that it needs."""
    found = sorted(set(triples), key=str)
    used = " ".join(map(str, found))
    known = {**PREFIXES, **more}
    prefixes = {name: iri for name, iri in known.items() if f"<{iri}" in used}
    return serialize(found, format=GRAPHS[format_], prefixes=prefixes) or b""


_GRAPH_FORMS = {
    "turtle": "turtle",
    "ntriples": "ntriples",
    "xml": "rdfxml",
    "json": "jsonld",
}
"""The forms of CONSTRUCT's and DESCRIBE's results; `json` is JSON-LD, `xml` RDF/XML."""
TABLE = "table"

Value = NamedNode | BlankNode | Literal | Triple


def formats(result: Result) -> tuple[str, ...]:
    """The forms in which a result can be written."""
    is_graph = not isinstance(result.raw, QuerySolutions | QueryBoolean)
    return (TABLE, *(_GRAPH_FORMS if is_graph else TABLES))


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
    return to_text(triples, _GRAPH_FORMS[format_])


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
