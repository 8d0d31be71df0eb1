"""An explanation: the verdict, then each clause marked in its sentence; and as a JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from libonto.law.editions import Citation
from libonto.law.passages import Passage, TextRun
from libonto.verdict.explanation import (
    ExplainedCategory,
    ExplainedRequirement,
    Explanation,
    UsedReading,
)
from libonto.verdict.model import Status
from libonto.verdict.robustness import Robustness, Turn
from libonto.voice import document as doc
from libonto.voice.assessment import notices, quotation, requirement, section
from libonto.voice.json import notice_object, subject
from libonto.voice.report import made_by, sources
from libonto.voice.words import Words


def explanations(found: Sequence[Explanation], words: Words) -> doc.AnswerDocument:
    """A section for each explanation."""
    sections = [section(e.assessment, words, _blocks(e, words)) for e in found]
    return doc.AnswerDocument(words.lang, words.say("explain.title"), sections, made_by(words))


def _blocks(explanation: Explanation, words: Words) -> Iterator[doc.Block]:
    yield from _category(explanation.category, explanation, words)
    yield doc.Heading(words.say("readings.bearing"))
    status = explanation.category.verdict.status
    if not explanation.readings:
        yield doc.Paragraph(words.say("readings.none-bearing"))
    for used in explanation.readings:
        key = "chosen-default" if used.option == used.reading.default else "chosen"
        chosen = words.say(f"readings.{key}", option=words.label(used.option.iri))
        wording = [chosen, *_effects(used, status, words)]
        yield doc.bullets([f"{words.label(used.reading.iri)}. {' '.join(wording)}"])
    yield doc.Heading(words.say("readings.robustness"))
    yield doc.bullets(words.robustness(explanation.robustness))
    yield from sources(explanation.citations, words)
    yield from notices(explanation.assessment, words)


def _category(
    category: ExplainedCategory, explanation: Explanation, words: Words
) -> Iterator[doc.Block]:
    verdict = category.verdict
    wording = f"{words.label(verdict.iri)} — {words.category_status(verdict.status)}"
    yield doc.Heading(wording, status=verdict.status)
    for group in category.groups:
        statuses = {r.clause.id: str(r.finding.status) for r in group.requirements}
        yield doc.Gap()
        yield quotation(group.passage, words, statuses)
        for r in group.requirements:
            turns = [words.turn(turn) for turn in r.robustness.turns]
            yield requirement(explanation.assessment, r.finding, verdict.iri, words, turns=turns)
    if category.repeated:
        yield doc.Gap()
        yield doc.Paragraph(words.say("explain.repeated") + ":")
        yield doc.Bullets(
            [
                doc.Item(f"{words.label(r.requirement)} [{', '.join(c.id for c in r.clauses)}]")
                for r in category.repeated
            ]
        )
    if category.inherited:
        below = words.label(category.inherited.verdict.iri)
        yield doc.Gap()
        yield doc.Heading(words.say("explain.includes", category=below), 3)
        if category.inheritance:
            yield quotation(category.inheritance, words)
        yield doc.Branch(list(_category(category.inherited, explanation, words)))


def _effects(used: UsedReading, status: Status, words: Words) -> list[str]:
    """What each other option would change for a category whose status is `status`."""
    wording = []
    for other in used.others:
        changes = [words.changed(iri, words.status(s)) for iri, s in other.requirements]
        if changes:
            key = "category-same" if other.status is status else "category-changed"
            changes.append(words.say(f"readings.{key}", status=words.category_status(other.status)))
        wording.append(words.effect(other.option, changes))
    return wording + words.unassessable(used.reading)


def explanation_object(explanation: Explanation, words: Words) -> dict[str, Any]:
    """The object of one explanation, its sentences in the language of `words`."""
    a = explanation.assessment
    status = explanation.category.verdict.status
    return {
        **subject(a, words),
        "verdict": words.category_verdict(explanation.category.verdict),
        "category": _category_object(explanation.category, explanation, words),
        "readings": [
            _reading(used, words, _effects(used, status, words)) for used in explanation.readings
        ],
        "robustness": robustness_object(explanation.robustness),
        "sources": [_source(citation, words) for citation in explanation.citations],
        "notices": [notice_object(notice, words) for notice in a.notices],
        "claims": words.say("report.claims"),
    }


def robustness_object(robustness: Robustness) -> dict[str, Any]:
    """Whether a status holds under all readings, and every least change that turns it."""
    return {
        "status": robustness.status,
        "holds": robustness.holds,
        "statuses": sorted(robustness.statuses),
        "decidingReadings": robustness.deciding,
        "turns": list(map(turn_object, robustness.turns)),
    }


def turn_object(turn: Turn) -> dict[str, Any]:
    """Options that together give another status."""
    readings = {change.reading: change.option for change in turn.changes}
    return {"status": turn.status, "readings": readings}


def passage_object(passage: Passage, words: Words) -> dict[str, Any]:
    """A passage of the text with the clauses that are marked in it."""

    def spans(pieces: tuple[TextRun, ...]) -> list[dict[str, Any]]:
        return [{"text": p.text, "clause": p.clause.id if p.clause else None} for p in pieces]

    translation = passage.translations.get(words.lang)
    return {
        "start": passage.start,
        "end": passage.end,
        "lang": "kk",
        "pieces": spans(passage.runs),
        "translation": spans(translation) if translation else None,
    }


def _category_object(
    category: ExplainedCategory, explanation: Explanation, words: Words
) -> dict[str, Any]:
    verdict, below, passage = category.verdict, category.inherited, category.inheritance
    return {
        "category": verdict.slug,
        "iri": verdict.iri,
        "label": words.label(verdict.iri),
        "status": verdict.status,
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
        "inheritance": passage_object(passage, words) if passage else None,
        "inherits": _category_object(below, explanation, words) if below else None,
    }


def _requirement(
    explained: ExplainedRequirement, explanation: Explanation, words: Words
) -> dict[str, Any]:
    finding, clause = explained.finding, explained.clause
    return {
        "requirement": finding.requirement.iri,
        "label": words.label(finding.requirement.iri),
        "kind": finding.requirement.kind.name,
        "status": finding.status,
        "expected": words.expected(finding),
        "found": words.evidence(finding, explanation.assessment.on),
        "shape": finding.shape.iri,
        "clause": {
            "id": clause.id,
            "iri": clause.iri,
            "quote": clause.quote,
            "start": clause.start,
            "end": clause.end,
            "translation": words.translation(clause) or None,
        },
        "robustness": robustness_object(explained.robustness),
    }


def _reading(used: UsedReading, words: Words, wording: list[str]) -> dict[str, Any]:
    return {
        "reading": used.reading.name,
        "label": words.label(used.reading.iri),
        "chosen": used.option.name,
        "default": used.reading.default.name,
        "others": [
            {
                "option": other.option.name,
                "status": other.status,
                "requirements": dict(other.requirements),
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
