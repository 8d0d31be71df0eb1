"""A query's answer in every format.

As bytes under a cap, a whole one in the requested format, or an error; and as text, in tables for
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
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from libonto.errors import AnswerTooLarge, NotAcceptable, StoreError, UsageError
from libonto.graph.description import known_as
from libonto.graph.formats import RDF_SYNTAXES, RESULTS
from libonto.graph.queries import Result
from libonto.graph.questions import syntax_fault
from libonto.graph.table import Style, plain, table
from libonto.graph.terms import BASE, PREFIXES, Term
from libonto.graph.turtle import canonical, to_text

if TYPE_CHECKING:
    from typing_extensions import Buffer

_FUNCTION = re.compile(r"custom (?:aggregate )?function (<[^>]*>) is not supported")
_GRAPH_FORMATS = {"turtle": "turtle", "ntriples": "ntriples", "xml": "rdfxml", "json": "jsonld"}
"""The formats of CONSTRUCT's and DESCRIBE's results; `json` is JSON-LD, `xml` RDF/XML."""
TABLE = "table"


@dataclass(frozen=True)
class Dataset:
    """The graphs that the request itself names; none where it names none (protocol, 2.1.4)."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether any is named: then they take the place of what the query names."""
        return bool(self.default or self.named)


class Capped(io.BytesIO):
    """Bytes in memory, up to a number; AnswerTooLarge beyond it."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Buffer, /) -> int:
        """The number of bytes written; AnswerTooLarge when there are too many."""
        length = super().write(data)
        if self.tell() > self._most:
            raise AnswerTooLarge("answer-too-large", limit=self._most)
        return length


def ask(store: Store, text: str, dataset: Dataset, format_: str, most: int) -> bytes:
    """A query's answer from a store; SyntaxFault, AnswerTooLarge, NotAcceptable, StoreError.

    Relative IRIs are ours. A graph that the store does not hold is an empty one.
    """
    default: list[NamedNode | BlankNode | DefaultGraph] = [*map(NamedNode, dataset.default)]
    named: list[NamedNode | BlankNode] = [*map(NamedNode, dataset.named)]
    try:
        with _ENGINE_ERRORS:
            answer = (
                store.query(text, base_iri=BASE, default_graph=default, named_graphs=named)
                if dataset
                else store.query(text, base_iri=BASE)
            )
    except SyntaxError as error:
        raise syntax_fault(str(error), text) from error
    return written(answer, format_, most)


def converted(data: bytes, source: str, is_graph: bool, format_: str, most: int) -> bytes:
    """An answer of another endpoint, parsed whole and written anew; StoreError where it is cut."""
    try:
        if is_graph:
            return _written_graph(parse(data, format=RDF_SYNTAXES[source]), format_, most)
        return written(parse_query_results(data, format=RESULTS[source]), format_, most)
    except (SyntaxError, ValueError) as error:
        raise StoreError("store-answer-broken", detail=str(error)) from error


def written(answer: QuerySolutions | QueryBoolean | QueryTriples, format_: str, most: int) -> bytes:
    """A query's answer in a format of RESULTS or RDF_SYNTAXES."""
    if isinstance(answer, QueryTriples):
        return _written_graph(answer, format_, most)
    out = Capped(most)
    with _ENGINE_ERRORS:
        answer.serialize(out, format=RESULTS[format_])
    return _well_formed(out.getvalue(), format_)


def _written_graph(graph: Iterable[Triple] | Iterable[Quad], format_: str, most: int) -> bytes:
    out, syntax = Capped(most), RDF_SYNTAXES[format_]
    with _ENGINE_ERRORS:
        if format_ in {"turtle", "rdfxml"}:
            serialize(graph, out, format=syntax, prefixes=PREFIXES)
        elif isinstance(graph, QueryTriples):
            graph.serialize(out, format=syntax)
        else:
            serialize(graph, out, format=syntax)
    content = out.getvalue()
    return _pruned(content) if format_ == "turtle" else _well_formed(content, format_)


def _pruned(turtle: bytes) -> bytes:
    """The same Turtle without the prefixes that it does not use."""
    declarations, start = [], 0
    while turtle.startswith(b"@prefix ", start):
        end = turtle.index(b"\n", start) + 1
        declarations.append(turtle[start:end])
        start = end
    body = turtle[start:]
    return b"".join(line for line in declarations if line.split(b" ", 2)[1] in body) + body


def _well_formed(content: bytes, format_: str) -> bytes:
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


class _EngineErrors:
    """StoreError for what the engine could not do; UsageError for a function that it lacks.

    A class, since a generator's context costs a tenth of a small query.
    """

    def __enter__(self) -> None:
        """Do nothing yet."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None and isinstance(error, ValueError | OSError | RuntimeError):
            if match := _FUNCTION.search(str(error)):
                raise UsageError("function-unknown", name=match[1]) from error
            raise StoreError("query-unanswered", detail=str(error)) from error


_ENGINE_ERRORS = _EngineErrors()


def rdf(triples: Iterable[Triple], format_: str, **more: str) -> bytes:
    """A small graph made here as bytes, sorted, with the prefixes that it needs."""
    ordered = sorted(set(triples), key=str)
    text = " ".join(map(str, ordered))
    prefixes = {name: iri for name, iri in {**PREFIXES, **more}.items() if f"<{iri}" in text}
    return serialize(ordered, format=RDF_SYNTAXES[format_], prefixes=prefixes) or b""


def write(
    result: Result,
    format_: str,
    *,
    width: int = 100,
    style: Style = plain,
    say: Callable[[bool], str] = lambda value: str(value).lower(),
) -> str:
    """A result as text; UsageError `query-format` where the format does not suit the query.

    `width` is the table's, in columns; `say` words ASK's answer in a table.
    """
    raw = result.raw
    formats = (TABLE, *(_GRAPH_FORMATS if isinstance(raw, QueryTriples) else RESULTS))
    if format_ not in formats:
        raise UsageError("query-format", value=format_, known=", ".join(formats))
    if isinstance(raw, QueryTriples):
        triples = canonical(raw)
        if format_ != TABLE:
            return to_text(triples, _GRAPH_FORMATS[format_])
        columns = ["subject", "predicate", "object"]
        cells = [[cell(t.subject), cell(t.predicate), cell(t.object)] for t in triples]
    elif format_ != TABLE:
        return _serialised(raw, format_, result.hidden)
    elif isinstance(raw, QueryBoolean):
        return say(bool(raw)) + "\n"
    else:
        columns = [v.value for v in raw.variables if v.value not in result.hidden]
        cells = [[cell(solution[column]) for column in columns] for solution in raw]
    return table(columns, cells, width=width, style=style)


def cell(value: Term | None) -> str:
    """A term as people know it: `lo:Candidate`, `position/…`, a literal's text; None as nothing."""
    if value is None:
        return ""
    if isinstance(value, NamedNode):
        return known_as(value.value)
    if isinstance(value, Triple):
        return f"<< {cell(value.subject)} {cell(value.predicate)} {cell(value.object)} >>"
    return str(value) if isinstance(value, BlankNode) else value.value


def _serialised(
    raw: QuerySolutions | QueryBoolean, format_: str, hidden: frozenset[str] = frozenset()
) -> str:
    """The results without some columns: through JSON, which the engine writes and reads anew."""
    if isinstance(raw, QuerySolutions) and hidden & {v.value for v in raw.variables}:
        document = json.loads(_serialised(raw, "json"))
        document["head"]["vars"] = [v for v in document["head"]["vars"] if v not in hidden]
        for binding in document["results"]["bindings"]:
            for name in hidden & binding.keys():
                del binding[name]
        raw = parse_query_results(json.dumps(document).encode(), format=RESULTS["json"])
    return (raw.serialize(format=RESULTS[format_]) or b"").decode()
