"""A SPARQL query from outside, looked at before anything runs: its form, its graphs, its guards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from libonto.errors import RefusedError, SyntaxFault, TooLargeError, UsageError
from libonto.graph.terms import PREFIXES
from libonto.graph.tokens import MAX_BYTES, MAX_DEPTH, Token, form, refusal, tokens

GRAPH_FORMS = frozenset({"CONSTRUCT", "DESCRIBE"})
FORMS = frozenset({"SELECT", "ASK"}) | GRAPH_FORMS
_FROM = re.compile("FROM", re.IGNORECASE)
_CHANGING = frozenset({"NOW", "RAND", "UUID", "STRUUID"})


@dataclass(frozen=True)
class Question:
    """A query that may be run: `form` in capitals, `graphs` that it names by FROM.

    `steady` is false where the same query may answer otherwise tomorrow (NOW, RAND, …).
    """

    text: str
    form: str
    graphs: tuple[str, ...]
    steady: bool

    @property
    def is_graph(self) -> bool:
        """Whether the answer is a graph, not a table or a truth value."""
        return self.form in GRAPH_FORMS


_PLACE = re.compile(r"error at (\d+):(\d+): ")


@lru_cache(maxsize=256)
def question(text: str) -> Question:
    """Look at a query; RefusedError for what is not allowed, SyntaxFault for no query at all.

    SERVICE and LOAD reach out and are refused; FROM may only name graphs of the store, which
    is checked where the store is known.
    """
    if not text.strip():
        raise SyntaxFault("query-empty")
    found = refusal(text, graphs=True)
    if found is not None:
        if found.reason == "too-large":
            raise TooLargeError("query-large", limit=MAX_BYTES)
        raise RefusedError(
            f"refused-{found.reason}",
            word=found.word,
            line=found.line,
            column=found.column,
            limit=MAX_DEPTH,
        )
    read = list(tokens(text))
    kind = form(read)
    if kind not in FORMS:
        first = read[0] if read else Token("mark", "", 1, 1)
        raise SyntaxFault("query-form", line=first.line, column=first.column)
    words = {token.text.upper() for token in read if token.kind == "word"}
    changing = any(word.endswith(tuple(_CHANGING)) for word in words)
    return Question(text, kind, _graphs(read), steady=not changing)


def _graphs(read: Sequence[Token]) -> tuple[str, ...]:
    """The graphs after FROM and FROM NAMED; RefusedError where one cannot be made out."""
    named: list[str] = []
    prefixes = _prefixes(read)
    for place, token in enumerate(read):
        if not _FROM.search(token.text) or token.kind not in {"word", "name"}:
            continue
        rest = [t for t in read[place + 1 : place + 3] if t.text.upper() != "NAMED"]
        if token.text.upper() != "FROM" or not rest or rest[0].kind not in {"iri", "name"}:
            if token.kind == "name":  # a prefix or a local name with these letters in it
                continue
            raise RefusedError("refused-outside", word="FROM", line=token.line, column=token.column)
        if rest[0].kind == "iri":
            named.append(rest[0].text[1:-1])
        else:
            prefix, _, local = rest[0].text.partition(":")
            named.append(prefixes.get(prefix, prefix + ":") + local)
    return tuple(dict.fromkeys(named))


def _prefixes(read: Sequence[Token]) -> dict[str, str]:
    found = {}
    for place, token in enumerate(read[:-2]):
        if token.kind == "word" and token.text.upper() == "PREFIX":
            found[read[place + 1].text.rstrip(":")] = read[place + 2].text[1:-1]
    return found


def syntax_fault(detail: str, text: str) -> SyntaxFault:
    """The engine's message on a query as a sentence: the place, and what is wrong with it.

    What the engine expected instead is a list of grammar symbols and helps nobody; an
    undeclared prefix, the commonest cause, is named with its declaration.
    """
    match = _PLACE.match(detail)
    read = list(tokens(text))
    declared = _prefixes(read)
    declaring = {place + 1 for place, t in enumerate(read) if t.text.upper() == "PREFIX"}
    for place, token in enumerate(read):
        prefix, colon, _ = token.text.partition(":")
        if token.kind == "name" and colon and place not in declaring and prefix not in declared:
            declaration = f"PREFIX {prefix}: <{PREFIXES.get(prefix, '…')}>"
            reason = UsageError("sparql-prefix", prefix=prefix, declaration=declaration)
            return SyntaxFault("syntax", line=token.line, column=token.column, detail=reason)
    if match is None:
        return SyntaxFault("syntax-nowhere", detail=" ".join(detail.split()))
    line, column = int(match[1]), int(match[2])
    near = [token for token in read if (token.line, token.column) <= (line, column)][-1:]
    reason = UsageError("sparql-token", token=near[0].text[:40] if near else "")
    return SyntaxFault("syntax", line=line, column=column, detail=reason)
