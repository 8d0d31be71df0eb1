"""The tokens of a SPARQL query, and what of a query from outside is refused on them.

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

MAX_BYTES = 64 * 1024
MAX_DEPTH = 200
"""Brackets in brackets. Engines that parse by recursion crash at some thousands of them."""

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = (
    "INSERT",
    "DELETE",
    "WITH",
    "LOAD",
    "CLEAR",
    "DROP",
    "CREATE",
    "ADD",
    "MOVE",
    "COPY",
)
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


def form(found: Sequence[Token]) -> str:
    """The form of a query or update: its first keyword after BASE and PREFIX; empty if none."""
    for token in found:
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
    found = list(tokens(text))
    if form(found) in UPDATES:
        first = next(t for t in found if t.kind == "word" and form([t]) in UPDATES)
        return Refusal("update", form(found), first.line, first.column)
    open_marks: list[str] = []
    before: Token | None = None
    for token in found:
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
        found = outside.search(token.text)
        return found[0].upper() if found else ""
    if token.kind != "name":
        return ""
    prefix, _, local = token.text.partition(":")
    is_declaration = before is not None and before.text.upper().endswith("PREFIX")
    found = None if is_declaration else outside.search(prefix)
    if found:
        return found[0].upper()
    # Some engines end a local name before its second dot.
    tail = local.partition(".")[2]
    found = _OUTSIDE_AFTER_DOT.search(tail)
    return found[1].upper() if found else ""


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
