"""A clause where it stands on the page of the text, and in translation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from libonto.graph.description import Source, source
from libonto.pages.site import Page

AROUND = 240
"""Characters of the text before a clause and after it that are shown with it."""


@dataclass(frozen=True)
class Excerpt:
    """A clause with what stands around it: lines of pieces, each marked or not."""

    id: str
    start: int
    end: int
    lines: tuple[tuple[tuple[str, bool], ...], ...]
    translation: str


def excerpt(page: Page, requirement: str, category: str) -> Excerpt | None:
    """The clause that states a requirement for a category (both IRIs), in its place."""
    graph = page.site.graph
    named = graph.iris(NamedNode(requirement), "dcterms:source")
    found = sorted((s for s in (source(graph, i) for i in named) if s), key=_place)
    here = [s for s in found if category in graph.iris(NamedNode(s.iri), "lo:appliesTo")]
    for clause in here or found:
        return of_clause(page, clause)
    return None


def of_clause(page: Page, clause: Source) -> Excerpt:
    """A clause in its place; where the text is not at hand, the quote alone."""
    text = page.site.texts.of_clause(clause.iri, clause.quote, clause.start, clause.end)
    before, after = "", ""
    if text is not None:
        before = _tail(text.content[: clause.start])
        after = _head(text.content[clause.end :])
    translation = ""
    if page.lang != "kk":
        texts = page.site.graph.translations(NamedNode(clause.iri), "lo:text")
        translation = texts.get(page.lang, "")
    lines = _lines([(before, False), (clause.quote, True), (after, False)])
    return Excerpt(clause.id, clause.start, clause.end, lines, translation)


def _tail(text: str) -> str:
    """The end of a text: its last characters from a word's beginning on."""
    if len(text) <= AROUND:
        return text
    cut = text[-AROUND:]
    return "… " + cut[cut.find(" ") + 1 :]


def _head(text: str) -> str:
    if len(text) <= AROUND:
        return text.rstrip()
    return text[:AROUND].rsplit(" ", 1)[0] + " …"


def _lines(pieces: Sequence[tuple[str, bool]]) -> tuple[tuple[tuple[str, bool], ...], ...]:
    """A line end outside the clause begins a line; inside it, it is only layout."""
    lines: list[list[tuple[str, bool]]] = [[]]
    for text, marked in pieces:
        if marked:
            lines[-1].append((re.sub(r"\s+", " ", text), True))
            continue
        first, *rest = text.split("\n")
        lines[-1].append((first, False))
        lines += [[(line, False)] for line in rest]
    return tuple(tuple(line) for line in lines if any(text.strip(" …") for text, _ in line))


def _place(clause: Source) -> tuple[int, int]:
    return clause.start, clause.end
