"""A clause where it stands on the page of the text, and in translation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from libonto.law.model import Clause
from libonto.pages.site import Page
from libonto.voice.words import Words

AROUND = 240
"""Characters of the text before a clause and after it that are shown with it."""


@dataclass(frozen=True)
class Excerpt:
    """A clause with what stands around it: lines of pieces, each marked or not."""

    id: str
    lines: tuple[tuple[tuple[str, bool], ...], ...]
    translation: str


def excerpt(page: Page, clause: Clause) -> Excerpt:
    """A clause in its place; where the text is not at hand, the quote alone."""
    text = page.site.texts.of_clause(clause.iri, clause.quote, clause.start, clause.end)
    before, after = "", ""
    if text is not None:
        before = _tail(text.content[: clause.start])
        after = _head(text.content[clause.end :])
    lines = _lines([(before, False), (clause.quote, True), (after, False)])
    return Excerpt(clause.id, lines, Words(page.site.graph, page.lang).translation(clause))


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
