"""A saved query with its parameters' values written into its text: to be read, run and changed.

The engine binds a saved query's values, and its text alone asks for nothing in particular. For
people who want to go on from a saved query the values take the place of the variables. The text
that comes out is asked as any query from outside is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Variable

from libonto.graph.queries import SavedQuery
from libonto.graph.tokens import Token, tokens

_EMPTY_GROUP = re.compile(r"^[ \t]*GROUP BY[ \t]*\n", re.MULTILINE)
_ENDS = frozenset({"HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES", "WHERE", "GROUP"})


def filled(query: SavedQuery, bound: Mapping[Variable, NamedNode | Literal], lang: str) -> str:
    """The text that answers as the query does with these values; its header is the summary."""
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
