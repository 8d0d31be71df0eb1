"""The source texts: where a clause stands in its sentence.

A text's individual says in which file of its data folder it lies (`schema:contentUrl`,
relative to `ontology/`). Places are code points of that file, [start, end).
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from pyoxigraph import NamedNode

from libonto.errors import DataError
from libonto.graph.catalogue import Catalogue, parsing
from libonto.graph.description import Source
from libonto.graph.store import Graph

Span = tuple[int, int]

# A sentence ends with a full stop and the like before white space, unless a small letter
# follows (an abbreviation), and with a colon or a semicolon at the end of a line.
_END = re.compile(
    r"(?<![.!?…])[.!?…]++[»”\")]*+(?=\s|$)|[:;](?=[ \t]*(?:\n|$))"  # possessive, so linear
)


@dataclass(frozen=True)
class SourceText:
    """A text as received: its IRI, all its characters, and where its sentences lie."""

    iri: str
    content: str
    sentences: tuple[Span, ...]

    def sentence(self, start: int, end: int) -> Span:
        """The sentence, or the sentences, in which a span lies."""
        around = [s for s in self.sentences if s[0] < end and start < s[1]]
        return (min(start, around[0][0]), max(end, around[-1][1])) if around else (start, end)


class Texts:
    """Reads source texts by the graph; each file once for a graph."""

    def __init__(self, graph: Graph) -> None:
        """Read nothing that has not been read."""
        self.graph = graph
        self._read: dict[str, SourceText | None] = graph.texts_read

    def preload(self) -> None:
        """Read all that the graph names; one that cannot be read is an error where it is used."""
        for node, _ in self.graph.pairs("schema:contentUrl"):
            if isinstance(node, NamedNode):
                with suppress(DataError):
                    self.named(node.value)

    def of_clause(self, clause: Source) -> SourceText | None:
        """The text of a clause; None where the graph names no file for it.

        Raises DataError when the file is not there, or the quote is not at its place in it.
        """
        source = self.graph.iri(clause.iri, "oa:hasSource")
        text = self.named(source) if source else None
        if text and text.content[clause.start : clause.end] != clause.quote:
            where = {"clause": clause.iri, "start": clause.start, "end": clause.end}
            raise DataError("clause-not-at-its-place", **where)
        return text

    def named(self, iri: str) -> SourceText | None:
        """The text with this IRI; None where the graph names no file for it."""
        if iri not in self._read:
            url = self.graph.text(iri, "schema:contentUrl")
            self._read[iri] = self._open(iri, url) if url else None
        return self._read[iri]

    def _open(self, iri: str, url: str) -> SourceText:
        digest = self.graph.text(iri, "schema:sha256")
        files = source_bytes(self.graph.catalogue, url)
        if not files:
            raise DataError("text-missing", text=iri, path=url)
        for data in files:  # two folders may have a file of the same name
            if digest is None or sha256(data).hexdigest() == digest:
                with parsing(url):
                    content = data.decode("utf-8")  # from bytes: no line end may be translated
                return SourceText(iri, content, _sentences(content))
        raise DataError("text-changed", text=iri, path=url)


def source_bytes(catalogue: Catalogue, url: str) -> list[bytes]:
    """The files of the data folders that a `schema:contentUrl` names; none from outside them."""
    files = []
    for folder in catalogue.folders:
        ontology = (folder / "ontology").resolve()
        path = (ontology / url).resolve()
        with parsing(path):
            if path.is_relative_to(ontology) and path.is_file():
                files.append(path.read_bytes())
    return files


def _sentences(content: str) -> tuple[Span, ...]:
    ends = [
        match.end()
        for match in _END.finditer(content)
        if match[0][0] != "." or not content[match.end() :].lstrip()[:1].islower()
    ]
    spans = (_trimmed(content, span) for span in pairwise((0, *ends, len(content))))
    return tuple(span for span in spans if span[0] < span[1])


def _trimmed(content: str, span: Span) -> Span:
    text = content[span[0] : span[1]]
    start = span[0] + len(text) - len(text.lstrip())
    return start, start + len(text.strip())
