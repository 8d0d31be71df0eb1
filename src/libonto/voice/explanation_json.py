"""An explanation as a JSON object."""

from __future__ import annotations

from typing import Any

from libonto.law.citation import Citation
from libonto.law.passages import Passage, Piece
from libonto.verdict.explanation import (
    ExplainedCategory,
    ExplainedRequirement,
    Explanation,
    UsedReading,
)
from libonto.verdict.robustness import Robustness
from libonto.voice.json import notice_object
from libonto.voice.reading_words import used_said
from libonto.voice.words import Words


def explanation_object(explanation: Explanation, words: Words) -> dict[str, Any]:
    """The object of one explanation, its sentences in the language of `words`."""
    a = explanation.assessment
    status = explanation.category.verdict.status
    return {
        "candidate": a.candidate.iri,
        "name": a.candidate.name,
        "position": a.rules.slug,
        "assessedOn": a.on.isoformat(),
        "lang": words.lang,
        "verdict": words.verdict(a, explanation.category.verdict.iri),
        "category": _category(explanation.category, explanation, words),
        "readings": [
            _reading(used, words, used_said(used, status, words)) for used in explanation.readings
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


def _category(
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
        "inherits": _category(category.inherited, explanation, words)
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


def _reading(used: UsedReading, words: Words, said: list[str]) -> dict[str, Any]:
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
        "effects": said,
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
