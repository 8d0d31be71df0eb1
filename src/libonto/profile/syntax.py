"""Bytes to RDF quads or JSON: which format it is, the limits, and what is refused.

Untrusted RDF is parsed by pyoxigraph. A document type declaration is refused before any
entity could be expanded; XML and JSON that are nested too deep are refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from pyoxigraph import Quad, RdfFormat, parse

from libonto.errors import FormatError, SyntaxFault, TooLargeError

MAX_DEPTH = 200
RELATIVE_BASE = "http://relative.invalid/"
FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "ntriples": RdfFormat.N_TRIPLES,
    "nquads": RdfFormat.N_QUADS,
    "rdfxml": RdfFormat.RDF_XML,
    "json": RdfFormat.JSON_LD,
}
EXTENSIONS = {
    "ttl": "turtle",
    "trig": "trig",
    "nt": "ntriples",
    "nq": "nquads",
    "rdf": "rdfxml",
    "owl": "rdfxml",
    "xml": "rdfxml",
    "json": "json",
    "jsonld": "json",
}
MEDIA_TYPES = {
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
    "application/trig": "trig",
    "application/n-triples": "ntriples",
    "application/n-quads": "nquads",
    "application/rdf+xml": "rdfxml",
    "application/json": "json",
    "application/ld+json": "json",
}
NAMES = {
    **EXTENSIONS,
    **{name: name for name in FORMATS},
    "n-triples": "ntriples",
    "n-quads": "nquads",
    "json-ld": "json",
    "rdf/xml": "rdfxml",
}


def named_format(name: str) -> str:
    """The format called so (`turtle`, `ttl`, `json-ld`, `text/turtle`, …); FormatError else."""
    wanted = name.strip().lower()
    found = NAMES.get(wanted) or MEDIA_TYPES.get(wanted.partition(";")[0].strip())
    if found is None:
        raise FormatError("format-unknown", name=name, known=", ".join(FORMATS))
    return found


def guess_format(data: bytes, file_name: str = "") -> str:
    """The format by the file's extension, else by how the text begins."""
    extension = file_name.rpartition(".")[2].lower() if "." in file_name else ""
    if extension in EXTENSIONS:
        return EXTENSIONS[extension]
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.match(rb"<(\?xml|!DOCTYPE|!--|rdf:RDF|[A-Za-z_][\w.-]*:?[\w.-]*\s+xmlns)", start):
        return "rdfxml"
    if re.match(rb"""(\{\s*["}])|(\[\s*[{\]"])""", start):
        return "json"
    return "trig"


def decode(data: bytes) -> str:
    """UTF-8 text, a byte order mark dropped; SyntaxFault names the first wrong byte's place."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise SyntaxFault("not-utf8", line=line, column=column) from error


def read_json(data: bytes) -> Any:
    """A JSON value; SyntaxFault for bad syntax, a repeated key or too deep nesting."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            repeated = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise SyntaxFault("json-repeated-key", key=repeated)
        return found

    def refuse(constant: str) -> Any:
        raise SyntaxFault("json-constant", value=constant)

    text = decode(data)
    try:
        value = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise SyntaxFault(
            "syntax", line=error.lineno, column=error.colno, detail=error.msg
        ) from error
    except RecursionError as error:
        raise TooLargeError("too-deep", limit=MAX_DEPTH) from error
    except ValueError as error:  # a number of more digits than Python converts
        raise SyntaxFault("json-number") from error
    _check_depth(value)
    return value


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
    if format_ == "rdfxml":
        _check_xml(data)
    source = data if format_ == "rdfxml" else decode(data)
    base = RELATIVE_BASE if format_ in {"json", "rdfxml"} else None
    try:
        yield from parse(source, format=FORMATS[format_], base_iri=base, rename_blank_nodes=False)
    except SyntaxError as error:
        raise _syntax_fault(error) from error
    except (ValueError, RecursionError) as error:
        raise SyntaxFault("syntax-nowhere", detail=str(error)) from error


def _syntax_fault(error: SyntaxError) -> SyntaxFault:
    detail = (error.msg or "").strip()
    if error.lineno:
        detail = re.sub(r"^Parser error( at line \d+[^:]*)?: ", "", detail)
        return SyntaxFault("syntax", line=error.lineno, column=error.offset or 1, detail=detail)
    return SyntaxFault("syntax-nowhere", detail=detail)


def _check_xml(data: bytes) -> None:
    parser = expat.ParserCreate()
    depth = 0

    def refuse_doctype(*_: object) -> None:
        raise SyntaxFault(
            "doctype", line=parser.CurrentLineNumber, column=parser.CurrentColumnNumber + 1
        )

    def enter(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise TooLargeError("too-deep", limit=MAX_DEPTH)

    def leave(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise SyntaxFault(
            "syntax",
            line=error.lineno,
            column=error.offset + 1,
            detail=expat.ErrorString(error.code),
        ) from error
