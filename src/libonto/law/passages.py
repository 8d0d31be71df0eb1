"""Clauses inside the sentences of their text, word for word and in translation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from libonto.graph.texts import SourceText, Texts
from libonto.law.model import Clause
from libonto.law.positions import Positions

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class TextRun:
    """A part of a sentence; `clause` is the clause that is marked here, if any."""

    text: str
    clause: Clause | None = None


@dataclass(frozen=True)
class Passage:
    """Sentences of a text with the clauses that are marked in them.

    `start` and `end` are code points of the text; `runs` put together are the sentences,
    white space of any length as one space. Where the text itself is not at hand, only the
    clauses' quotes are.
    """

    clauses: tuple[Clause, ...]
    start: int
    end: int
    runs: tuple[TextRun, ...]
    translations: dict[str, tuple[TextRun, ...]]


class Passages:
    """Finds the passages of clauses; one for a graph."""

    def __init__(self, positions: Positions) -> None:
        """`positions` read the clauses; their graph has the texts."""
        self.graph = positions.graph
        self._positions = positions
        self._texts = Texts(positions.graph)

    def of(self, clauses: Iterable[Clause]) -> list[Passage]:
        """The passages of some clauses in the text's order; clauses of one sentence share one.

        Raises DataError when a clause is not at its place in the text.
        """
        groups: list[list[Clause]] = []
        for clause in sorted(set(clauses), key=lambda c: (c.start, c.end)):
            if groups and self._together(groups[-1][-1], clause):
                groups[-1].append(clause)
            else:
                groups.append([clause])
        return [self._passage(group) for group in groups]

    def _together(self, first: Clause, second: Clause) -> bool:
        text, other = self._texts.of_clause(first), self._texts.of_clause(second)
        if text is None or text != other or second.start < first.end:
            return False
        return text.sentence(first.start, first.end) == text.sentence(second.start, second.end)

    def _passage(self, group: Sequence[Clause]) -> Passage:
        text, inside = self._texts.of_clause(group[0]), group
        start, end = group[0].start, group[-1].end
        if text is None:
            runs = tuple(TextRun(_spaced(clause.quote).strip(), clause) for clause in group)
        else:
            start, end = text.sentence(start, end)
            runs = tuple(_cut(text.content, start, end, group))
            # Where a marked clause is a part of another, only the marked ones are translated.
            whole = self._inside(text, start, end)
            inside = whole if set(group) <= set(whole) else group
        translations = {
            lang: tuple(self._translation(text, inside, group, lang)) for lang in ("ru", "en")
        }
        return Passage(tuple(group), start, end, runs, translations)

    @cached_property
    def _whole(self) -> list[Clause]:
        """All clauses but the parts of others, in order: together they are the whole text."""
        iris = set(self.graph.instances("lo:Clause"))
        whole = (
            self._positions.clause(iri)
            for iri in sorted(iris)
            if iris.isdisjoint(self.graph.iris(iri, "eli:is_part_of"))
        )
        return sorted(whole, key=lambda clause: clause.start)

    def _translation(
        self, text: SourceText | None, inside: Sequence[Clause], group: Sequence[Clause], lang: str
    ) -> Iterable[TextRun]:
        """The translations of the clauses inside the sentences; those of the group are marked."""
        last: Clause | None = None
        for clause in inside:
            translation = self.graph.translations(clause.iri, "lo:text").get(lang)
            if translation is None:
                continue
            if last is not None and text is not None:
                gap = text.content[last.end : clause.start]
                yield TextRun(_joint(gap, translation))
            elif last is not None:
                yield TextRun(" … ")
            yield TextRun(_spaced(translation).strip(), clause if clause in group else None)
            last = clause

    def _inside(self, text: SourceText, start: int, end: int) -> list[Clause]:
        # A sentence ends before the line break that its last words may bring with them.
        inside = [
            c for c in self._whole if start <= c.start and c.start + len(c.quote.rstrip()) <= end
        ]
        return [c for c in inside if self.graph.iris(c.iri, "oa:hasSource") == [text.iri]]


def _cut(content: str, start: int, end: int, group: Sequence[Clause]) -> Iterable[TextRun]:
    place = start
    for clause in group:
        if clause.start > place:
            yield TextRun(_spaced(content[place : clause.start]))
        yield TextRun(_spaced(clause.quote).strip(), clause)
        place = clause.end
    if place < end:
        yield TextRun(_spaced(content[place:end]))


def _joint(gap: str, following: str) -> str:
    """What stands between two translated clauses: the punctuation of the text there."""
    if following[:1] in {",", ";", "."}:
        return ""
    mark = next((sign for sign in (";", ",") if sign in gap), "")
    return f"{mark} "


def _spaced(text: str) -> str:
    return _SPACES.sub(" ", text)
