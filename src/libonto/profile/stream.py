"""RDF documents of any length, out of a file that is never held whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from pyoxigraph import Quad

from libonto.errors import TooLargeError
from libonto.profile.document import limit
from libonto.profile.syntax import MAX_DEPTH, check_xml, parsed, read_rdf

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
            check_xml(file, _here)
        file.seek(0)
        file.seek(len(_BOM) if file.read(len(_BOM)) == _BOM else 0)
        yield from parsed(file, format_)


def _here(parser: expat.XMLParserType) -> dict[str, int]:
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
