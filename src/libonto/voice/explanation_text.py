"""An explanation as text: the verdict, then the tree, each clause marked in its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from libonto.law.citation import Citation
from libonto.law.passages import Passage, Piece
from libonto.verdict.explanation import (
    ExplainedCategory,
    ExplainedRequirement,
    Explanation,
    Group,
    UsedReading,
)
from libonto.verdict.model import Status
from libonto.voice.page import CLOSED, MARKS, OPENED, Page
from libonto.voice.reading_words import chosen_said, robustness_said, turn_said, used_said
from libonto.voice.words import Words

_STEP = 2
"""Columns by which each lower level of the tree is indented."""


@dataclass(frozen=True)
class ExplanationText:
    """Writes one explanation in the language of `words`."""

    explanation: Explanation
    words: Words
    page: Page = field(default_factory=Page)

    def __str__(self) -> str:
        """The whole page, ending in a line end."""
        sections = (
            self._head(),
            self._sources(),
            self._category(self.explanation.category, 0),
            self._readings(),
            self._robustness(),
            self._notices(),
        )
        return "\n\n".join("\n".join(lines) for lines in map(list, sections) if lines) + "\n"

    def _head(self) -> Iterator[str]:
        a, words = self.explanation.assessment, self.words
        verdict = self.explanation.category.verdict
        other = words.other_readings(a, verdict.iri)
        first = f"{words.verdict(a, verdict.iri)} {other}".rstrip()
        yield from self.page.wrap(first, str(verdict.status))
        yield ""
        who = " · ".join(filter(None, [a.candidate.name, a.candidate.iri]))
        yield from self.page.wrap(who, "strong")
        yield from self.page.wrap(f"{words.label(a.rules.iri)} · {words.day(a.on)}", "faint")

    def _sources(self) -> Iterator[str]:
        if self.explanation.citations:
            yield self.page.style(self.words.say("explain.source"), "strong")
        for citation in self.explanation.citations:
            yield from self.page.rows(source_rows(citation, self.words), 2)

    def _category(self, category: ExplainedCategory, depth: int) -> Iterator[str]:
        words, indent = self.words, depth * _STEP
        verdict = category.verdict
        label = (
            f"{MARKS[verdict.status]} {words.label(verdict.iri)} — {words.status(verdict.status)}"
        )
        yield from self.page.wrap(label, str(verdict.status), indent)
        for group in category.groups:
            yield ""
            yield from self._group(group, indent + _STEP)
        for repeated in category.repeated:
            if repeated is category.repeated[0]:
                yield ""
                yield " " * (indent + _STEP) + words.say("explain.repeated") + ":"
            ids = ", ".join(clause.id for clause in repeated.clauses)
            said = f"{words.label(repeated.requirement)} [{ids}]"
            yield from self.page.hang(f"{' ' * (indent + _STEP)}· ", indent + _STEP + 2, said)
        if category.inherited:
            yield ""
            below = words.label(category.inherited.verdict.iri)
            includes = words.say("explain.includes", category=below)
            yield from self.page.wrap(includes, "strong", indent + _STEP)
            if category.inheritance:
                yield from self._passage(category.inheritance, indent + _STEP)
            yield ""
            yield from self._category(category.inherited, depth + 1)

    def _group(self, group: Group, indent: int) -> Iterator[str]:
        yield from self._passage(group.passage, indent)
        for explained in group.requirements:
            yield from self._requirement(explained, indent)

    def _passage(self, passage: Passage, indent: int) -> Iterator[str]:
        words = self.words
        place = words.say("explain.place", start=passage.start, end=passage.end)
        yield from self.page.marked(f"«{marked(passage.pieces)}» ({place})", indent)
        pieces = passage.translations.get(words.lang)
        if pieces:
            said = f"{words.say('report.translation')}: {marked(pieces)}"
            yield from self.page.marked(said, indent)

    def _requirement(self, explained: ExplainedRequirement, indent: int) -> Iterator[str]:
        words, finding = self.words, explained.finding
        mark = self.page.style(MARKS[finding.status], str(finding.status))
        label = words.label(finding.requirement.iri)
        said = f"{label} — {words.status(finding.status)} [{explained.clause.id}]"
        yield from self.page.hang(f"{' ' * indent}{mark} ", indent + 2, said)
        on = self.explanation.assessment.on
        if finding.status is Status.MET and not finding.requirement.kind.refutable:
            yield from self.page.wrap(words.found(finding, on), "faint", indent + 4)
            rows = []
        else:
            rows = [
                (words.say("report.required"), words.expected(finding)),
                (words.say("report.found"), words.found(finding, on)),
            ]
        turns = [turn_said(turn, words) for turn in explained.robustness.turns]
        rows += [(words.say("explain.reading"), turn) for turn in turns]
        yield from self.page.rows(rows, indent + 4)

    def _readings(self) -> Iterator[str]:
        words = self.words
        if not self.explanation.readings:
            yield words.say("readings.none-bearing")
            return
        yield self.page.style(words.say("readings.bearing"), "strong")
        for used in self.explanation.readings:
            yield from self._reading(used)

    def _reading(self, used: UsedReading) -> Iterator[str]:
        words = self.words
        chosen = chosen_said(used.reading, used.chosen, words)
        said = [chosen, *used_said(used, self.explanation.category.verdict.status, words)]
        yield from self.page.hang("  · ", 4, f"{words.label(used.reading.iri)}. {' '.join(said)}")

    def _robustness(self) -> Iterator[str]:
        yield self.page.style(self.words.say("readings.robustness"), "strong")
        for said in robustness_said(self.explanation.robustness, self.words):
            yield from self.page.hang("  · ", 4, said)

    def _notices(self) -> Iterator[str]:
        words = self.words
        yield self.page.style(words.say("report.notices"), "strong")
        for notice in self.explanation.assessment.notices:
            yield from self.page.hang("  ! ", 4, words.notice(notice))
        yield from self.page.hang("  · ", 4, words.say("report.claims"))


def source_rows(citation: Citation, words: Words) -> list[tuple[str, str]]:
    """Act, edition and text as named texts."""
    rows = [(words.say("explain.act"), words.cited(citation))]
    edition = words.label(citation.edition)
    definition = words.definition(citation.edition)
    rows.append((words.say("explain.edition"), f"{edition}. {definition}"))
    if citation.sure:
        rows.append((words.say("explain.sure"), words.sure(citation.sure)))
    if citation.digest:
        rows.append((words.say("explain.digest"), citation.digest))
    return rows


def marked(pieces: tuple[Piece, ...]) -> str:
    """A sentence in which each clause stands in brackets behind its number."""
    return "".join(
        f"{OPENED}{piece.clause.id} {piece.text}{CLOSED}" if piece.clause else piece.text
        for piece in pieces
    ).strip()
