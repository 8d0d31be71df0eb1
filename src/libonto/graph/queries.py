"""Saved queries: their headers, their parameters as typed values, and running them.

A query file states what it answers and what it takes in its first lines::

    #+ summary@en: All that a level requires
    #+ subject: levels
    #+ param: level: category = POST/LEVEL

A parameter's value is bound to the variable of its name by the engine, and never becomes
part of the query's text. An engine binds only what the outermost SELECT projects, so a
saved query projects its parameters; those columns are left out of the result.
"""

from __future__ import annotations

import re
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Variable

from libonto.errors import DataError, UsageError, unknown, why
from libonto.graph.catalogue import Catalogue
from libonto.graph.questions import MAX_BYTES, Token, refusal, syntax_fault, tokens
from libonto.graph.store import Graph
from libonto.graph.values import TYPES, Values

SUBFOLDER = "queries/questions"
STACK = 512 * 1024 * 1024
"""Bytes of stack: the engine parses by recursion, and crashes where it has too little."""

Raw = QuerySolutions | QueryBoolean | QueryTriples
T = TypeVar("T")

_SUMMARY = re.compile(r"#\+ summary@([a-z]+): (\S.*?)\s*")
_SUBJECT = re.compile(r"#\+ subject: ([a-z][a-z0-9-]*)\s*")
_PARAM = re.compile(r"#\+ param: ([A-Za-z][A-Za-z0-9_]*): ([a-z]+)(?: = (\S.*?))?\s*")


@dataclass(frozen=True)
class Parameter:
    """A query's parameter: its name, its type, and its default as it would be written."""

    name: str
    type: str
    default: str | None = None


@dataclass(frozen=True)
class SavedQuery:
    """A query with its header: what it answers by language, and what it takes, in order."""

    name: str
    text: str
    summaries: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    path: str = ""
    subject: str = ""
    """What it is about, as a slug: by it the pages and lists put queries together."""

    def summary(self, lang: str) -> str:
        """What it answers, in a language, else in the first one there is, else its name."""
        return self.summaries.get(lang) or next(iter(self.summaries.values()), self.name)

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, or None."""
        return next((p for p in self.parameters if p.name == name), None)


@dataclass(frozen=True)
class Result:
    """What a query answered, not yet read, and the columns that only repeat its parameters."""

    raw: Raw
    hidden: frozenset[str] = frozenset()


def parse(text: str, name: str, path: str = "") -> SavedQuery:
    """A query from a file's text; DataError (`query-header`) for a line that is not understood."""
    summaries: dict[str, str] = {}
    parameters: dict[str, Parameter] = {}
    subject = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#+"):
            continue
        if (match := _SUMMARY.fullmatch(line)) and match[1] not in summaries:
            summaries[match[1]] = match[2]
        elif (match := _SUBJECT.fullmatch(line)) and not subject:
            subject = match[1]
        elif (match := _PARAM.fullmatch(line)) and match[1] not in parameters and match[2] in TYPES:
            parameters[match[1]] = Parameter(match[1], match[2], match[3])
        else:
            raise DataError("query-header", path=path or name, number=number, line=line)
    return SavedQuery(
        name,
        text,
        MappingProxyType(summaries),
        tuple(parameters.values()),
        path or name,
        subject,
    )


def saved_queries(catalogue: Catalogue) -> dict[str, SavedQuery]:
    """The saved queries of every data folder by name, sorted.

    Raises DataError for a header that is not understood, or a name that is there twice.
    """
    queries: dict[str, SavedQuery] = {}
    for path in catalogue.files(SUBFOLDER, "*.rq"):
        query = _read(path, DataError)
        if query.name in queries:
            raise DataError("query-twice", path=str(path), other=queries[query.name].path)
        queries[query.name] = query
    return dict(sorted(queries.items()))


def named(queries: Mapping[str, SavedQuery], name: str) -> SavedQuery:
    """The saved query of that name; UsageError with the nearest one else."""
    if name in queries:
        return queries[name]
    raise unknown("query-unknown", name, queries)


def own_query(path: Path) -> SavedQuery:
    """A query from the user's own file; UsageError when it cannot be read or is refused."""
    query = _read(path, UsageError)
    check_outside(query.text, str(path))
    return query


def check_outside(text: str, path: str) -> None:
    """Refuse what a query from outside may not do; UsageError says what, and where."""
    refused = refusal(text)
    if refused is not None:
        raise UsageError(f"query-{refused.reason}", path=path, **refused.params)


def bind(
    query: SavedQuery, texts: Mapping[str, str], graph: Graph
) -> dict[Variable, NamedNode | Literal]:
    """A typed value for each parameter: what is given, else the default.

    Raises UsageError: `param-unknown`, `param-missing`, `param-value`.
    """
    names = [p.name for p in query.parameters]
    for name in texts:
        if name not in names:
            if not names:
                raise UsageError("param-none", query=query.name, value=name)
            raise unknown("param-unknown", name, names, query=query.name)
    values = Values(graph)
    bound: dict[Variable, NamedNode | Literal] = {}
    position: NamedNode | None = None
    for parameter in sorted(query.parameters, key=lambda p: p.type != "position"):
        text = texts.get(parameter.name, parameter.default)
        if text is None:
            raise UsageError(
                "param-missing", query=query.name, value=parameter.name, type=parameter.type
            )
        value = values.read(parameter.name, parameter.type, text, position)
        if parameter.type == "position" and position is None and isinstance(value, NamedNode):
            position = value
        bound[Variable(parameter.name)] = value
    return bound


def run(query: SavedQuery, texts: Mapping[str, str], graph: Graph) -> Result:
    """A query's answer from our graph, its parameters bound.

    Raises UsageError for a wrong parameter, a query that cannot be parsed, or one that fails.
    """
    bound = bind(query, texts, graph)
    hidden = frozenset(variable.value for variable in bound)
    return Result(evaluate(graph, query.text, bound, path=query.path), hidden)


def evaluate(
    graph: Graph,
    text: str,
    bound: Mapping[Variable, NamedNode | Literal] | None = None,
    *,
    path: str = "",
) -> Raw:
    """A SPARQL query's answer from our graph; UsageError `query-syntax` or `query-failed`."""
    try:
        return graph.store.query(text, substitutions=dict(bound or {}))
    except SyntaxError as error:
        fault = syntax_fault(str(error), text)
        key = "query-syntax" if fault.key == "syntax" else "query-syntax-nowhere"
        raise UsageError(key, path=path, **fault.params) from error
    except (ValueError, OSError, RuntimeError) as error:
        raise UsageError("query-failed", detail=str(error)) from error


def with_deep_stack(call: Callable[[], T]) -> T:
    """Call a function in a thread whose stack is large enough for any query that is let in."""
    from concurrent.futures import Future

    future: Future[T] = Future()

    def work() -> None:
        try:
            future.set_result(call())
        except BaseException as error:
            # The engine's objects must die in the thread that made them.
            traceback.clear_frames(error.__traceback__)
            future.set_exception(error)

    usual = threading.stack_size(STACK)
    try:
        threading.Thread(target=work, name="query", daemon=True).start()
    finally:
        threading.stack_size(usual)
    return future.result()


def _read(path: Path, fault: type[DataError] | type[UsageError]) -> SavedQuery:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise fault("unreadable", path=str(path), detail=why(error)) from error
    if len(data) > MAX_BYTES:
        raise fault("query-too-large", path=str(path), limit=MAX_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise fault("query-not-utf8", path=str(path), line=line) from error
    return parse(text, path.stem, str(path))


_EMPTY_GROUP = re.compile(r"^[ \t]*GROUP BY[ \t]*\n", re.MULTILINE)
_ENDS = frozenset({"HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES", "WHERE", "GROUP"})


def filled(query: SavedQuery, bound: Mapping[Variable, NamedNode | Literal], lang: str) -> str:
    """The text that answers as the query does with these values; its header is the summary.

    The engine binds a saved query's values, and its text alone asks for nothing in particular.
    For people who want to go on from a saved query the values take the place of the variables.
    The text that comes out is asked as any query from outside is.
    """
    values = {variable.value: str(value) for variable, value in bound.items()}
    body = "\n".join(line for line in query.text.split("\n") if not line.startswith("#+"))
    text, place = "", 0
    for start, token, listed, named in _variables(body):
        value = values.get(token.text[1:])
        if value is None or named:
            continue
        before = body[place:start]
        text += before.rstrip() if listed else before + value
        place = start + len(token.text)
    text = _EMPTY_GROUP.sub("", text + body[place:]).strip()
    return f"# {query.summary(lang)}\n\n{text}\n"


def _variables(text: str) -> Iterator[tuple[int, Token, bool, bool]]:
    """Each variable with its place in the text.

    Then whether it stands bare in a list (SELECT, GROUP BY, ORDER BY), from which a constant is
    left out, and whether it follows AS, where a variable must stand.
    """
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    in_list, depth, before = False, 0, ""
    for token in tokens(text):
        word = token.text.upper() if token.kind == "word" else ""
        if word in {"SELECT", "BY"}:
            in_list, depth = True, 0
        elif token.text in {"{", "}"} or word in _ENDS:
            in_list = False
        elif token.text in {"(", ")"}:
            depth += 1 if token.text == "(" else -1
        elif token.kind == "variable":
            start = starts[token.line - 1] + token.column - 1
            yield start, token, in_list and depth == 0, before == "AS"
        before = word
