"""What is to be read, from a file or standard input, how many bytes, and RDF of any length."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from pyoxigraph import Quad

from libonto.errors import SettingsError, TooLargeError, UsageError, why
from libonto.profile.interchange.formats import charset
from libonto.profile.syntax import (
    MAX_DEPTH,
    check_xml,
    guess_format,
    named_format,
    parsed,
    read_rdf,
)

DEFAULT_LIMIT = 64 * 1024 * 1024


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
    try:
        if path == "-":
            if sys.stdin is None:  # closed by the caller
                raise UsageError("no-standard-input")
            data = sys.stdin.buffer.read(most + 1)
        else:
            with opened(path) as file:
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


def parts_of_one(documents: Sequence[Document]) -> list[Document]:
    """The delimited documents that are joined: where one is named as a table of parts."""
    from libonto.profile.interchange.headings import sheet_kind

    delimited = [
        document
        for document in documents
        if (document.format or guess_format(b"", document.name)) in {"csv", "tsv"}
    ]
    kinds = {sheet_kind(Path(document.name).stem) for document in delimited}
    return delimited if len(delimited) > 1 and kinds & {"credential", "employment"} else []


_PIECE = 1 << 16
_BOM = b"\xef\xbb\xbf"
_OPENING = b"<<("


def read_rdf_file(path: Path, format_: str) -> Iterator[Quad]:
    """The quads of a document in any syntax but JSON-LD; SyntaxFault with line and column."""
    if format_ != "rdfxml" and _triple_terms(path) > MAX_DEPTH:
        # How deep they lie in each other can be told of a document at hand only.
        if path.stat().st_size > limit():
            raise TooLargeError("too-large", limit=limit())
        yield from read_rdf(path.read_bytes(), format_)
        return
    with path.open("rb") as file:
        if format_ == "rdfxml":
            check_xml(file, _at)
        file.seek(0)
        file.seek(len(_BOM) if file.read(len(_BOM)) == _BOM else 0)
        yield from parsed(file, format_)


def _at(parser: expat.XMLParserType) -> dict[str, int]:
    return {"line": parser.CurrentLineNumber, "column": parser.CurrentColumnNumber + 1}


def _triple_terms(path: Path) -> int:
    """How often a triple term seems to begin (RDF 1.2)."""
    count = 0
    rest = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            piece = rest + piece
            count += piece.count(_OPENING)
            rest = piece[1 - len(_OPENING) :]
    return count
