"""Documents: their bytes, their format, the limits, and their RDF quads or JSON.

Untrusted RDF is parsed by pyoxigraph. A document type declaration is refused before any
entity could be expanded; what is nested too deep is refused before it could end the process.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

from libonto.errors import (
    FormatError,
    SettingsError,
    SyntaxFault,
    TooLargeError,
    UsageError,
    on_one_line,
    why,
)
from libonto.graph.formats import PROFILE_SUFFIXES, PROFILE_TYPES, PROFILES, TABLES

DEFAULT_LIMIT = 64 * 1024 * 1024
MAX_DEPTH = 200
RELATIVE_BASE = "http://relative.invalid/"
FOREIGN = ("elm", "schema-org", "json-resume")
KNOWN = (*PROFILES, *TABLES, *FOREIGN)
NAMES = {
    **PROFILE_SUFFIXES,
    **{name: name for name in KNOWN},
    "n-triples": "ntriples",
    "n-quads": "nquads",
    "json-ld": "json",
    "rdf/xml": "rdfxml",
    "excel": "xlsx",
    "europass": "elm",
    "edc": "elm",
    "schema.org": "schema-org",
    "jsonresume": "json-resume",
}
_BOOKS = {"xls", "xlsx", "xlsm", "ods", "csv", "tsv"}
_BOM = b"\xef\xbb\xbf"
_OPENING = b"<<("
"""How a triple term begins (RDF 1.2)."""
_BEGINNING = 1 << 20
"""Bytes in which a format is looked for: a large file's first statements tell it."""
_CREDENTIAL = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*>\s*|<!--(?:[^-]|-(?!->))*+-->\s*)*+"
    rb"<(?:\w+:)?(?:europassCredential|verifiablePresentation)\b[^>]*http://data\.europa\.eu/snb"
)
_WEB_PAGE = re.compile(
    rb"<(!doctype html|html|head|body|table|meta)\b|MIME-Version:", re.IGNORECASE
)


@dataclass(frozen=True)
class Document:
    """Bytes to be read, what they are called in messages, and their format if it is known.

    `encoding` is for delimited text that is not UTF-8, and must be stated.
    """

    data: bytes
    name: str = ""
    format: str | None = None
    encoding: str | None = None


def limit() -> int:
    """The most bytes that one input may have (`LIBONTO_MAX_INPUT_BYTES`); SettingsError."""
    text = os.environ.get("LIBONTO_MAX_INPUT_BYTES", "").strip()
    if not text:
        return DEFAULT_LIMIT
    if not re.fullmatch(r"[1-9][0-9]{0,17}", text):
        raise SettingsError("settings-number", path="LIBONTO_MAX_INPUT_BYTES", value=text)
    return int(text)


def opened(path: str) -> BinaryIO:
    """A file as a stream; UsageError when it cannot be opened."""
    try:
        return Path(path).open("rb")
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in the name
        raise UsageError("unreadable", path=path, detail=why(error)) from error


def open_document(path: str, format_: str | None = None) -> Document:
    """A file's bytes, `-` for standard input; UsageError when it cannot be read, TooLargeError."""
    most = limit()
    name = "" if path == "-" else path
    if path == "-" and sys.stdin is None:  # closed by the caller
        raise UsageError("no-standard-input")
    try:
        with nullcontext(sys.stdin.buffer) if path == "-" else opened(path) as file:
            data = file.read(most + 1)
    except OSError as error:
        raise UsageError("unreadable", path=path, detail=why(error)) from error
    if len(data) > most:
        fault = TooLargeError("too-large", limit=most)
        fault.source = name
        raise fault
    if format_ is None:
        return Document(data, name)
    return Document(data, name, named_format(format_), charset(format_))


def parts_of_one(inputs: Sequence[tuple[str, str]]) -> list[int]:
    """The places of the tables that are read together, of inputs by their names and formats.

    They are the delimited ones, where the name of one says that it holds parts of profiles.
    """
    from libonto.profile.interchange.headings import sheet_kind

    tables = [place for place, (_, format_) in enumerate(inputs) if format_ in {"csv", "tsv"}]
    kinds = {sheet_kind(Path(inputs[place][0]).stem) for place in tables}
    return tables if len(tables) > 1 and kinds - {None, "candidate"} else []


def charset(media_type: str) -> str | None:
    """The encoding that a media type states (`text/csv; charset=windows-1251`)."""
    match = re.search(r""";\s*charset\s*=\s*"?([^\s";]+)""", media_type, re.IGNORECASE)
    return match and match[1]


def is_web_page(data: bytes) -> bool:
    """Whether a file is a web page, as some programs write under the name of a workbook."""
    return bool(_WEB_PAGE.match(data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")))


def is_zip(data: bytes) -> bool:
    """Whether bytes begin as a workbook does: both kinds are ZIP archives."""
    return data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def is_xml_credential(data: bytes) -> bool:
    """Whether XML is a European digital credential, or a presentation of some, and no RDF."""
    return bool(_CREDENTIAL.match(data[:4096]))


def _has_quad(data: bytes) -> bool:
    """Whether a text is N-Quads: statements line by line, one of them in a named graph."""
    start = data[:_BEGINNING].removeprefix(_BOM)
    try:
        _check_triple_terms(start.decode(errors="replace"))
        quads = parse(start, format=RdfFormat.N_QUADS, lenient=True)
        return not all(isinstance(quad.graph_name, DefaultGraph) for quad in quads)
    except (SyntaxError, ValueError, TooLargeError):  # what is wrong is told when it is read
        return False


def named_format(name: str) -> str:
    """The format called so (`turtle`, `ttl`, `json-ld`, `text/turtle`, …); FormatError else."""
    key = name.strip().lower()
    format_ = NAMES.get(key) or PROFILE_TYPES.get(key.partition(";")[0].strip())
    if format_ is None:
        raise FormatError("format-unknown", name=name, known=", ".join(KNOWN))
    return format_


def guess_format(data: bytes, file_name: str = "") -> str:
    """The format by the file's extension, else by how the text begins."""
    extension = file_name.rpartition(".")[2].lower() if "." in file_name else ""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    is_book = extension in _BOOKS or extension not in PROFILE_SUFFIXES
    if is_book and is_web_page(start):
        raise FormatError("workbook-html")
    if is_xml_credential(start):
        return "elm"
    if extension in PROFILE_SUFFIXES:
        return PROFILE_SUFFIXES[extension]
    if is_zip(data):
        return "xlsx"
    if re.match(rb"<(\?xml|!DOCTYPE|!--|rdf:RDF|[A-Za-z_][\w.-]*+:?+[\w.-]*+\s+xmlns)", start):
        return "rdfxml"
    if re.match(rb"""\{\s*"|\[\s*[{"]|\{\s*\}\s*\Z|\[\s*\]\s*\Z""", start):
        return "json"
    return "nquads" if _has_quad(data) else "trig"


def decode(data: bytes) -> str:
    """UTF-8 text, a byte order mark dropped; SyntaxFault names the first wrong byte's place."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("latin-1")  # columns are bytes here
        raise SyntaxFault("not-utf8", **_place(before)) from error


def read_json(data: bytes) -> Any:
    """A JSON value; SyntaxFault for bad syntax, a repeated key or too deep nesting."""
    text = decode(data)
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_finite, parse_float=_finite
        )
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise SyntaxFault("syntax", **place, detail=error.msg) from error
    except RecursionError as error:
        raise TooLargeError("too-deep", limit=MAX_DEPTH) from error
    except ValueError as error:  # a repeated key, or what Python takes for no number
        raise _json_fault(text) or SyntaxFault("syntax-nowhere", detail="JSON") from error
    if _ESCAPED_SURROGATE.search(text) and (fault := _json_fault(text)):
        raise fault
    _check_depth(value)
    return value


class _Number(float):
    """A number that is shown as it was written."""

    written: str

    def __str__(self) -> str:
        return self.written


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError
    return members


def _finite(text: str) -> float:
    number = _Number(text)
    if not isfinite(number):
        raise ValueError(text)
    number.written = text
    return number


_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_JSON_WORDS = {"true", "false", "null"}
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def _json_fault(text: str) -> SyntaxFault | None:
    """What is wrong, and where, in JSON of good form: a repeated key, no number, no character.

    Half of a character pair that stands alone is no character, and cannot be written.
    """
    keys: list[set[str]] = []
    string: re.Match[str] | None = None
    for match in _JSON_TOKEN.finditer(text):
        token = match[0]
        if token == ":" and string and keys:
            key = json.loads(string[0])
            if key in keys[-1]:
                return SyntaxFault("json-repeated-key", key=key, **_place(text[: string.start()]))
            keys[-1].add(key)
        elif token in "{[":
            keys.append(set())
        elif token in "}]" and keys:
            keys.pop()
        elif token[0] not in '":,' and token not in _JSON_WORDS and not _is_number(token):
            return SyntaxFault("json-number", value=token, **_place(text[: match.start()]))
        string = match if token[0] == '"' else None
        if string and _ESCAPED_SURROGATE.search(token):
            try:
                json.loads(token).encode()
            except UnicodeEncodeError:
                return SyntaxFault("json-surrogate", **_place(text[: match.start()]))
    return None


def _is_number(text: str) -> bool:
    """Whether Python takes it: no NaN, nothing infinite, not thousands of digits."""
    number: Callable[[str], float] = _finite if {".", "e", "E"} & set(text) else int
    try:
        number(text)
    except ValueError:
        return False
    return True


def _place(before: str) -> dict[str, int]:
    """The line and column, from 1, of what follows a text."""
    return {"line": before.count("\n") + 1, "column": len(before) - before.rfind("\n")}


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return
    raise TooLargeError("too-deep", limit=MAX_DEPTH)


def read_rdf(data: bytes, format_: str) -> Iterator[Quad]:
    """The quads of an RDF document, named graphs included; SyntaxFault with line and column."""
    text = decode(data)
    if format_ == "rdfxml":
        check_xml(io.BytesIO(text.encode()))
    elif format_ != "json":
        _check_triple_terms(text)
    yield from parsed(text, format_)


def parsed(source: str | BinaryIO, format_: str) -> Iterator[Quad]:
    """The quads of a text or a file that has been looked through."""
    base = RELATIVE_BASE if format_ in {"json", "rdfxml"} else None
    try:
        yield from parse(source, format=PROFILES[format_], base_iri=base, rename_blank_nodes=False)
    except SyntaxError as error:
        raise _syntax_fault(error) from error
    except (ValueError, RecursionError) as error:
        raise SyntaxFault("syntax-nowhere", detail=str(error)) from error


def _syntax_fault(error: SyntaxError) -> SyntaxFault:
    """What pyoxigraph says of a document, as an error of ours with its place."""
    detail = on_one_line((error.msg or "").strip())
    if error.lineno:
        detail = re.sub(r"^Parser error( (at|between) [^:]*)?: ", "", detail)
        detail = re.sub(r" \(line \d+\)$", "", detail).rstrip(".")
        return SyntaxFault("syntax", line=error.lineno, column=error.offset or 1, detail=detail)
    return SyntaxFault("syntax-nowhere", detail=detail.rstrip("."))


# What Turtle, TriG, N-Triples and N-Quads skip over, and where a triple term begins and ends.
_TRIPLE_TERM = re.compile(
    r"""
    \"{3} (?: [^"\\] | \\. | "(?!"") )* \"{3}  |  '{3} (?: [^'\\] | \\. | '(?!'') )* '{3}
    | " (?: [^"\\\n] | \\. )* "                |  ' (?: [^'\\\n] | \\. )* '
    | < [^<>"{}|^`\x00-\x20]* >  |  \# [^\n]*    |  \\.
    | (?P<open> <<\( )  |  (?P<close> \)>> )
    """,
    re.DOTALL | re.VERBOSE,
)


def _check_triple_terms(text: str) -> None:
    """Triple terms (RDF 1.2), each within the other: at a few ten thousand pyoxigraph crashes."""
    if text.count("<<(") <= MAX_DEPTH:
        return
    depth = 0
    for token in _TRIPLE_TERM.finditer(text):
        if token["open"]:
            depth += 1
            if depth > MAX_DEPTH:
                raise TooLargeError("too-deep", limit=MAX_DEPTH)
        elif token["close"]:
            depth = max(depth - 1, 0)


def check_xml(file: BinaryIO) -> None:
    """XML that can be parsed, not deep, in UTF-8, and without a document type declaration."""
    parser = expat.ParserCreate("utf-8")
    depth = 0

    def refuse_doctype(*_: object) -> None:
        file.seek(0)
        before = file.read(min(parser.CurrentByteIndex, limit()))
        place = _place(before[: max(before.rfind(b"<!DOCTYPE"), 0)].decode("utf-8-sig"))
        raise SyntaxFault("doctype", **place)

    def check_encoding(_: str, encoding: str | None, __: int) -> None:
        if encoding and encoding.lower() != "utf-8":
            raise SyntaxFault("not-utf8", line=1, column=1)

    def enter(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise TooLargeError("too-deep", limit=MAX_DEPTH)

    def leave(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.XmlDeclHandler = check_encoding
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    try:
        parser.ParseFile(file)
    except expat.ExpatError as error:
        place_ = {"line": error.lineno, "column": error.offset + 1}
        raise SyntaxFault("syntax", **place_, detail=expat.ErrorString(error.code)) from error


def read_rdf_file(path: Path, format_: str) -> Iterator[Quad]:
    """The quads of a document in any syntax but JSON-LD; SyntaxFault with line and column."""
    if format_ != "rdfxml" and _triple_terms(path) > MAX_DEPTH:
        # How deep they are nested is counted in memory only.
        if path.stat().st_size > limit():
            raise TooLargeError("too-large", limit=limit())
        yield from read_rdf(path.read_bytes(), format_)
        return
    with path.open("rb") as file:
        if format_ == "rdfxml":
            check_xml(file)
        file.seek(0)
        file.seek(len(_BOM) if file.read(len(_BOM)) == _BOM else 0)
        yield from parsed(file, format_)


def _triple_terms(path: Path) -> int:
    """How often a triple term seems to begin (RDF 1.2)."""
    count = 0
    rest = b""
    with path.open("rb") as file:
        while chunk := file.read(1 << 16):
            chunk = rest + chunk
            count += chunk.count(_OPENING)
            rest = chunk[1 - len(_OPENING) :]
    return count
