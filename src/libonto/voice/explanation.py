"""An explanation: the verdict, then each clause marked in its sentence; and as a JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from libonto.law.editions import Citation
from libonto.law.passages import Passage, Piece
from libonto.verdict.explanation import (
    ExplainedCategory,
    ExplainedRequirement,
    Explanation,
    UsedReading,
)
from libonto.verdict.robustness import Robustness
from libonto.voice.assessment import notices, quotation, requirement, section
from libonto.voice.document import (
    Block,
    Branch,
    Bullets,
    Document,
    Gap,
    Heading,
    Item,
    Paragraph,
    bullets,
)
from libonto.voice.json import notice_object, subject
from libonto.voice.reading_words import chosen_text, robustness_text, turn_text, used_text
from libonto.voice.report import made_by, sources
from libonto.voice.words import Words


def explanations(found: Sequence[Explanation], words: Words) -> Document:
    """A section for each explanation."""
    sections = [section(e.assessment, words, _blocks(e, words)) for e in found]
    return Document(words.lang, words.say("explain.title"), tuple(sections), made_by(words))


def _blocks(explanation: Explanation, words: Words) -> Iterator[Block]:
    yield from _category(explanation.category, explanation, words)
    yield Heading(words.say("readings.bearing"))
    status = explanation.category.verdict.status
    if not explanation.readings:
        yield Paragraph(words.say("readings.none-bearing"))
    for used in explanation.readings:
        wording = [chosen_text(used.reading, used.chosen, words), *used_text(used, status, words)]
        yield bullets([f"{words.label(used.reading.iri)}. {' '.join(wording)}"])
    yield Heading(words.say("readings.robustness"))
    yield bullets(robustness_text(explanation.robustness, words))
    yield from sources(explanation.citations, words)
    yield from notices(explanation.assessment, words)


def _category(
    category: ExplainedCategory, explanation: Explanation, words: Words
) -> Iterator[Block]:
    verdict = category.verdict
    wording = f"{words.label(verdict.iri)} — {words.category_status(verdict.status)}"
    yield Heading(wording, status=verdict.status)
    for group in category.groups:
        statuses = {r.clause.id: str(r.finding.status) for r in group.requirements}
        yield Gap()
        yield quotation(group.passage, words, statuses)
        for r in group.requirements:
            turns = [turn_text(turn, words) for turn in r.robustness.turns]
            yield requirement(explanation.assessment, r.finding, verdict.iri, words, turns=turns)
    if category.repeated:
        yield Gap()
        yield Paragraph(words.say("explain.repeated") + ":")
        yield Bullets(
            tuple(
                Item(f"{words.label(r.requirement)} [{', '.join(c.id for c in r.clauses)}]")
                for r in category.repeated
            )
        )
    if category.inherited:
        below = words.label(category.inherited.verdict.iri)
        yield Gap()
        yield Heading(words.say("explain.includes", category=below), 3)
        if category.inheritance:
            yield quotation(category.inheritance, words)
        yield Branch(tuple(_category(category.inherited, explanation, words)))


def explanation_object(explanation: Explanation, words: Words) -> dict[str, Any]:
    """The object of one explanation, its sentences in the language of `words`."""
    a = explanation.assessment
    status = explanation.category.verdict.status
    return {
        **subject(a, words),
        "verdict": words.category_verdict(explanation.category.verdict),
        "category": _category_object(explanation.category, explanation, words),
        "readings": [
            _reading(used, words, used_text(used, status, words)) for used in explanation.readings
        ],
        "robustness": robustness_object(explanation.robustness),
        "sources": [_source(citation, words) for citation in explanation.citations],
        "notices": [notice_object(notice, words) for notice in a.notices],
        "claims": words.say("report.claims"),
    }


def robustness_object(robustness: Robustness) -> dict[str, Any]:
    """Whether a status holds under all readings, and every least change that turns it."""
    return {
        "status": str(robustness.status),
        "holds": robustness.holds,
        "statuses": sorted(str(status) for status in robustness.statuses),
        "decidingReadings": list(robustness.deciding),
        "turns": [
            {
                "status": str(turn.status),
                "readings": {change.reading: change.option for change in turn.changes},
            }
            for turn in robustness.turns
        ],
    }


def passage_object(passage: Passage, words: Words) -> dict[str, Any]:
    """A passage of the text with the clauses that are marked in it."""
    pieces = passage.translations.get(words.lang)
    return {
        "start": passage.start,
        "end": passage.end,
        "lang": "kk",
        "pieces": _pieces(passage.pieces),
        "translation": _pieces(pieces) if pieces else None,
    }


def _pieces(pieces: tuple[Piece, ...]) -> list[dict[str, Any]]:
    return [
        {"text": piece.text, "clause": piece.clause.id if piece.clause else None}
        for piece in pieces
    ]


def _category_object(
    category: ExplainedCategory, explanation: Explanation, words: Words
) -> dict[str, Any]:
    verdict = category.verdict
    return {
        "category": verdict.slug,
        "iri": verdict.iri,
        "label": words.label(verdict.iri),
        "status": str(verdict.status),
        "passages": [
            {
                **passage_object(group.passage, words),
                "requirements": [_requirement(r, explanation, words) for r in group.requirements],
            }
            for group in category.groups
        ],
        "repeated": [
            {"requirement": r.requirement, "clauses": [clause.id for clause in r.clauses]}
            for r in category.repeated
        ],
        "inheritance": passage_object(category.inheritance, words)
        if category.inheritance
        else None,
        "inherits": _category_object(category.inherited, explanation, words)
        if category.inherited
        else None,
    }


def _requirement(
    explained: ExplainedRequirement, explanation: Explanation, words: Words
) -> dict[str, Any]:
    finding, clause = explained.finding, explained.clause
    translation = words.translation(clause)
    return {
        "requirement": finding.requirement.iri,
        "label": words.label(finding.requirement.iri),
        "kind": finding.requirement.kind.name,
        "status": str(finding.status),
        "expected": words.expected(finding),
        "found": words.found(finding, explanation.assessment.on),
        "shape": finding.shape.iri,
        "clause": {
            "id": clause.id,
            "iri": clause.iri,
            "quote": clause.quote,
            "start": clause.start,
            "end": clause.end,
            "translation": translation or None,
        },
        "robustness": robustness_object(explained.robustness),
    }


def _reading(used: UsedReading, words: Words, wording: list[str]) -> dict[str, Any]:
    return {
        "reading": used.reading.name,
        "label": words.label(used.reading.iri),
        "chosen": used.chosen.name,
        "default": used.reading.default.name,
        "others": [
            {
                "option": other.option.name,
                "status": str(other.status),
                "requirements": {iri: str(status) for iri, status in other.requirements},
            }
            for other in used.others
        ],
        "effects": wording,
    }


def _source(citation: Citation, words: Words) -> dict[str, Any]:
    return {
        "act": citation.act,
        "citation": words.cited(citation),
        "edition": citation.edition,
        "editionLabel": words.label(citation.edition),
        "text": citation.text,
        "textSha256": citation.digest,
        "evidence": citation.sure,
    }
