"""A SPARQL query from outside, looked at before anything runs: its form, its graphs, its guards.

Strings, comments and IRIs are told apart by SPARQL's own rules (SPARQL 1.1, section 19.8),
so that a word inside one of them is no keyword, and one that hides behind them is found.
Engines differ in two ways, and here the reading that refuses more is taken: some accept
keywords without a space between (`SERVICESILENT<…>`, `1SERVICE`, `SERVICEex:a`), and some
read a `<` after an expression as an operator where the text looks like an IRI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from libonto.errors import RefusedError, SyntaxFault, TooLargeError, UsageError
from libonto.graph.terms import PREFIXES

MAX_BYTES = 64 * 1024
MAX_DEPTH = 200
"""Brackets in brackets. Engines that parse by recursion crash at some thousands of them."""

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = tuple("INSERT DELETE WITH LOAD CLEAR DROP CREATE ADD MOVE COPY".split())
_OUTSIDE = re.compile("SERVICE|FROM|LOAD", re.IGNORECASE)
"""Keywords by which a query reaches out; no other keyword or function contains one of them."""
_OUTSIDE_BUT_FROM = re.compile("SERVICE|LOAD", re.IGNORECASE)
_OUTSIDE_AFTER_DOT = re.compile(r"\.(SERVICE|FROM|LOAD)", re.IGNORECASE)

_ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ECHAR = r"\\[tbnrf\"'\\]|" + _ESCAPE
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_U = _BASE + "_"
_MORE = "0-9\u00b7\u0300-\u036f\u203f\u2040"
_CHARS = _U + _MORE + r"\-"
_PREFIX = rf"[{_BASE}][{_CHARS}]*(?:\.+[{_CHARS}]+)*"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_LOCAL = rf"(?:[{_U}:0-9]|{_PLX})(?:[{_CHARS}:]|{_PLX})*(?:\.+(?:[{_CHARS}:]|{_PLX})+)*"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r\n]+|\#[^\r\n]*)
    |(?P<iri><(?:[^\x00-\x20<>"{{}}|^`\\]|{_ESCAPE})*>)
    |(?P<string>'''(?:(?:''|')?(?:[^'\\]|{_ECHAR}))*'''
        |\"\"\"(?:(?:""|")?(?:[^"\\]|{_ECHAR}))*\"\"\"
        |'(?:[^'\\\r\n]|{_ECHAR})*'
        |"(?:[^"\\\r\n]|{_ECHAR})*")
    |(?P<variable>[?$][{_U}0-9][{_U}{_MORE}]*)
    |(?P<blank>_:[{_U}0-9][{_CHARS}]*(?:\.+[{_CHARS}]+)*)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)
    |(?P<name>(?:{_PREFIX})?:(?:{_LOCAL})?)
    |(?P<number>(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)
    |(?P<word>{_PREFIX})
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_OPERANDS = {"variable", "string", "number", "iri", "name", "language", "word"}
_ADDRESS = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True)
class Token:
    """A token: its kind, its text, and its place (line and column from 1).

    The kind is iri, string, variable, blank, language, name (prefixed), number, word (a
    keyword, `a`, `true`) or mark (any other single character).
    """

    kind: str
    text: str
    line: int
    column: int


@dataclass(frozen=True)
class Refusal:
    """Why a query is refused: `outside`, `ambiguous`, `update`, `too-deep` or `too-large`."""

    reason: str
    word: str = ""
    line: int = 1
    column: int = 1

    @property
    def params(self) -> dict[str, object]:
        """What a message about it names: the word, its place, and the limit."""
        limit = MAX_DEPTH if self.reason == "too-deep" else MAX_BYTES
        return {"word": self.word, "line": self.line, "column": self.column, "limit": limit}


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query, without spaces and comments; nothing is raised or dropped."""
    line, line_start = 1, 0
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind != "space":
            yield Token(kind, match[0], line, match.start() - line_start + 1)
        breaks = match[0].count("\n")
        if breaks:
            line += breaks
            line_start = match.start() + match[0].rindex("\n") + 1


def form(query_tokens: Sequence[Token]) -> str:
    """The form of a query or update: its first keyword after BASE and PREFIX; empty if none."""
    for token in query_tokens:
        if token.kind == "word":
            word = token.text.upper()
            for keyword in (*FORMS, *UPDATES):
                if word.startswith(keyword):
                    return keyword
            if word not in {"BASE", "PREFIX", "VERSION"}:
                return word
    return ""


def refusal(text: str, *, graphs: bool = False) -> Refusal | None:
    r"""Why a query from outside may not be run, or None.

    Refused are SERVICE, FROM and LOAD, updates, more than 64 KiB, brackets nested more than
    200 deep, and the rare text that engines read in two ways, one of which could hide one of
    these. Escapes such as `\u0053` are looked at both as they stand and resolved, because
    some engines resolve them before anything else. With `graphs`, FROM is let through: the
    caller sees to it that it only names graphs that the store holds.
    """
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        return Refusal("too-large")
    outside = _OUTSIDE_BUT_FROM if graphs else _OUTSIDE
    plain = _refusal(text, outside)
    if plain or "\\" not in text:
        return plain
    resolved = re.sub(_ESCAPE, lambda match: _character(match[0]), text)
    return _refusal(resolved, outside) if resolved != text else None


def _refusal(text: str, outside: re.Pattern[str]) -> Refusal | None:
    query_tokens = list(tokens(text))
    if form(query_tokens) in UPDATES:
        first = next(t for t in query_tokens if t.kind == "word" and form([t]) in UPDATES)
        return Refusal("update", form(query_tokens), first.line, first.column)
    open_marks: list[str] = []
    before: Token | None = None
    for token in query_tokens:
        word = _reaching_out(token, before, outside)
        if word:
            return Refusal("outside", word, token.line, token.column)
        if _two_readings(token, before, open_marks):
            return Refusal("ambiguous", token.text, token.line, token.column)
        if token.kind == "mark":
            if token.text in "([{":
                open_marks.append(token.text)
                if len(open_marks) > MAX_DEPTH:
                    return Refusal("too-deep", "", token.line, token.column)
            elif token.text in ")]}" and open_marks:
                open_marks.pop()
        before = token
    return None


def _reaching_out(token: Token, before: Token | None, outside: re.Pattern[str]) -> str:
    """The keyword that a token is or, to an engine that needs no spaces, holds."""
    if token.kind == "word":
        keyword = outside.search(token.text)
        return keyword[0].upper() if keyword else ""
    if token.kind != "name":
        return ""
    prefix, _, local = token.text.partition(":")
    is_declaration = before is not None and before.text.upper().endswith("PREFIX")
    keyword = None if is_declaration else outside.search(prefix)
    if keyword:
        return keyword[0].upper()
    # Some engines end a local name before its second dot.
    tail = local.partition(".")[2]
    keyword = _OUTSIDE_AFTER_DOT.search(tail)
    return keyword[1].upper() if keyword else ""


def _two_readings(token: Token, before: Token | None, open_marks: Sequence[str]) -> bool:
    """Whether `<…#…>` after an operand may be an operator, an operand and a comment instead.

    An address with `://` is an IRI in either reading: no expression has two slashes.
    """
    if token.kind != "iri" or "#" not in token.text or _ADDRESS.match(token.text):
        return False
    if before is None or "(" not in open_marks:
        return False
    return before.kind in _OPERANDS or before.text == ")"


def _character(escape: str) -> str:
    code = int(escape[2:], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else escape


GRAPH_FORMS = FORMS[2:]
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
    refused = refusal(text, graphs=True)
    if refused is not None:
        if refused.reason == "too-large":
            raise TooLargeError("query-large", limit=MAX_BYTES)
        raise RefusedError(f"refused-{refused.reason}", **refused.params)
    query_tokens = list(tokens(text))
    kind = form(query_tokens)
    if kind not in FORMS:
        first = query_tokens[0] if query_tokens else Token("mark", "", 1, 1)
        raise SyntaxFault("query-form", line=first.line, column=first.column)
    words = {token.text.upper() for token in query_tokens if token.kind == "word"}
    changing = any(word.endswith(tuple(_CHANGING)) for word in words)
    return Question(text, kind, _graphs(query_tokens), steady=not changing)


def _graphs(query_tokens: Sequence[Token]) -> tuple[str, ...]:
    """The graphs after FROM and FROM NAMED; RefusedError where one cannot be made out."""
    named: list[str] = []
    prefixes = _prefixes(query_tokens)
    for place, token in enumerate(query_tokens):
        if not _FROM.search(token.text) or token.kind not in {"word", "name"}:
            continue
        rest = [t for t in query_tokens[place + 1 : place + 3] if t.text.upper() != "NAMED"]
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


def _prefixes(query_tokens: Sequence[Token]) -> dict[str, str]:
    prefixes = {}
    for place, token in enumerate(query_tokens[:-2]):
        if token.kind == "word" and token.text.upper() == "PREFIX":
            prefixes[query_tokens[place + 1].text.rstrip(":")] = query_tokens[place + 2].text[1:-1]
    return prefixes


def syntax_fault(detail: str, text: str) -> SyntaxFault:
    """The engine's message on a query as a sentence: the place and the fault.

    What the engine expected instead is a list of grammar symbols, of no help to people; an
    undeclared prefix, the commonest cause, is named with its declaration.
    """
    match = _PLACE.match(detail)
    query_tokens = list(tokens(text))
    declared = _prefixes(query_tokens)
    declaring = {place + 1 for place, t in enumerate(query_tokens) if t.text.upper() == "PREFIX"}
    for place, token in enumerate(query_tokens):
        prefix, colon, _ = token.text.partition(":")
        if token.kind == "name" and colon and place not in declaring and prefix not in declared:
            declaration = f"PREFIX {prefix}: <{PREFIXES.get(prefix, '…')}>"
            reason = UsageError("sparql-prefix", prefix=prefix, declaration=declaration)
            return SyntaxFault("syntax", line=token.line, column=token.column, detail=reason)
    if match is None:
        return SyntaxFault("syntax-nowhere", detail=" ".join(detail.split()))
    line, column = int(match[1]), int(match[2])
    near = [token for token in query_tokens if (token.line, token.column) <= (line, column)][-1:]
    reason = UsageError("sparql-token", token=near[0].text[:40] if near else "")
    return SyntaxFault("syntax", line=line, column=column, detail=reason)
