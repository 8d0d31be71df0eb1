"""Explanations, and the register of readings: as documents and as JSON objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from libonto.graph.terms import slug_of
from libonto.law.passages import Passage, TextRun
from libonto.verdict.explanation import (
    ExplainedCategory,
    ExplainedRequirement,
    Explanation,
    ReadingEffects,
    RegisterEntry,
    UsedReading,
)
from libonto.verdict.model import Assessment, CategoryVerdict
from libonto.verdict.statuses import Robustness, Turn
from libonto.voice import document as doc
from libonto.voice.assessment import notices, quotation, requirement, section
from libonto.voice.json import notice_object, requirement_object, subject
from libonto.voice.report import made_by, sources
from libonto.voice.words import Words

CandidateEffects = Sequence[tuple[Assessment, Sequence[ReadingEffects]]]
"""Candidates with what every reading does to them."""
Premises = Sequence[tuple[str, Sequence[str]]]
"""What is taken for granted (IRIs), each with the ids of its clauses."""


def explanations(candidates: Sequence[Explanation], words: Words) -> doc.AnswerDocument:
    """A section for each explanation."""
    sections = [section(e.assessment, words, _blocks(e, words)) for e in candidates]
    return doc.AnswerDocument(words.lang, words.say("explain.title"), sections, made_by(words))


def _blocks(explanation: Explanation, words: Words) -> Iterator[doc.Block]:
    yield from _category(explanation.category, explanation, words)
    yield doc.Heading(words.say("readings.bearing"))
    if not explanation.readings:
        yield doc.Paragraph(words.say("readings.none-bearing"))
    for used in explanation.readings:
        key = "chosen-default" if used.option == used.reading.default else "chosen"
        option = words.say(f"readings.{key}", option=words.label(used.option.iri))
        wording = " ".join([option, *_effects(used, explanation.category.verdict, words)])
        yield doc.bullets([f"{words.label(used.reading.iri)}. {wording}"])
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
        yield doc.bullets(
            f"{words.label(r.requirement)} [{', '.join(c.id for c in r.clauses)}]"
            for r in category.repeated
        )
    if category.inherited:
        below = words.label(category.inherited.verdict.iri)
        yield doc.Gap()
        yield doc.Heading(words.say("explain.includes", category=below), 3)
        if category.inheritance:
            yield quotation(category.inheritance, words)
        yield doc.Branch(list(_category(category.inherited, explanation, words)))


def _effects(used: UsedReading, verdict: CategoryVerdict, words: Words) -> list[str]:
    """What each other option of a reading would change for a category."""
    wording = []
    for effect in used.others:
        changes = [words.changed(iri, words.status(s)) for iri, s in effect.requirements.items()]
        if changes:
            key = "category-changed" if effect.categories else "category-same"
            status = effect.categories.get(verdict.iri, verdict.status)
            changes.append(words.say(f"readings.{key}", status=words.category_status(status)))
        wording.append(words.effect(effect.option, changes))
    return wording + words.unassessable(used.reading)


def explanation_object(explanation: Explanation, words: Words) -> dict[str, Any]:
    """The object of one explanation, its sentences in the language of `words`."""
    a, verdict = explanation.assessment, explanation.category.verdict
    return {
        **subject(a, words),
        "verdict": words.category_verdict(verdict),
        "category": _category_object(explanation.category, explanation, words),
        "readings": [
            {
                "reading": used.reading.name,
                "label": words.label(used.reading.iri),
                "chosen": used.option.name,
                "default": used.reading.default.name,
                "others": [
                    {
                        "option": effect.option.name,
                        "status": effect.categories.get(verdict.iri, verdict.status),
                        "requirements": effect.requirements,
                    }
                    for effect in used.others
                ],
                "effects": _effects(used, verdict, words),
            }
            for used in explanation.readings
        ],
        "robustness": robustness_object(explanation.robustness),
        "sources": [
            {
                "act": citation.act,
                "citation": words.cited(citation),
                "edition": citation.edition,
                "editionLabel": words.label(citation.edition),
                "text": citation.text,
                "textSha256": citation.digest,
                "evidence": citation.sure,
            }
            for citation in explanation.citations
        ],
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

    def spans(runs: tuple[TextRun, ...]) -> list[dict[str, Any]]:
        return [{"text": p.text, "clause": p.clause.id if p.clause else None} for p in runs]

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
        **requirement_object(finding, words, explanation.assessment.on),
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


def register_document(
    entries: Sequence[RegisterEntry],
    words: Words,
    candidates: CandidateEffects = (),
    premises: Premises = (),
) -> doc.AnswerDocument:
    """The register, what is taken for granted beside it, and what it does to some candidates."""
    blocks = [block for entry in entries for block in _entry(entry, words)]
    if premises:
        blocks.append(doc.Heading(words.say("readings.premises")))
        items = [
            doc.Item(f"{words.label(iri)} [{', '.join(clauses)}]", note=words.definition(iri))
            for iri, clauses in premises
        ]
        blocks.append(doc.Bullets(items))
    for a, by_reading in candidates:
        name = a.candidate.name or a.candidate.iri
        blocks.append(doc.Heading(words.say("readings.for", candidate=name)))
        blocks.append(doc.Paragraph(f"{a.candidate.iri} · {words.day(a.on)}", "faint"))
        for effects in by_reading:
            blocks.append(doc.Gap())
            blocks.append(doc.Heading(words.label(effects.reading.iri), 3))
            blocks.append(doc.bullets(_option_effects(effects, words)))
    title = words.say("readings.title")
    return doc.AnswerDocument(words.lang, title, [doc.Section(title, blocks)], made_by(words))


def _entry(entry: RegisterEntry, words: Words) -> Iterator[doc.Block]:
    reading = entry.reading
    yield doc.Heading(f"{words.label(reading.iri)} [{reading.name}]")
    yield doc.Paragraph(words.definition(reading.iri))
    yield doc.Gap()
    items = []
    for option in reading.options:
        notes = []
        if option == entry.option:
            notes.append(words.say("readings.is-chosen"))
        if option == reading.default:
            notes.append(words.say("readings.is-default"))
        wording = f"{words.label(option.iri)} [{option.name}]"
        wording += f" — {', '.join(notes)}" if notes else ""
        mark = "●" if option == entry.option else "○"
        items.append(doc.Item(wording, mark, words.definition(option.iri)))
    yield doc.Bullets(items)
    yield doc.Gap()
    reason = doc.Definition(words.say("readings.reason"), (entry.reasons.get(words.lang, ""),))
    yield doc.Definitions((reason, *_bearing(entry, words)))
    yield doc.Gap()
    clauses = [clause for passage in entry.passages for clause in passage.clauses]
    yield doc.Definitions([row for clause in clauses for row in words.quoted_clause(clause)])


def _bearing(entry: RegisterEntry, words: Words) -> Iterator[doc.Definition]:
    if not entry.requirements:
        key = "no-effect" if entry.reading.affects_verdict else "no-verdict"
        yield doc.Definition(words.say("readings.bears-on"), (words.say(f"readings.{key}"),))
        return
    requirements = "; ".join(map(words.label, entry.requirements))
    categories = "; ".join(map(words.label, entry.categories))
    yield doc.Definition(words.say("readings.bears-on"), (requirements,))
    yield doc.Definition(words.say("report.categories").lower(), (categories,))


def _option_effects(effects: ReadingEffects, words: Words) -> Iterator[str]:
    """What a reading does to a candidate, option by option."""
    for effect in effects.others:
        changes = [words.changed(iri, words.status(s)) for iri, s in effect.requirements.items()]
        changes += [
            words.changed(iri, words.category_status(s)) for iri, s in effect.categories.items()
        ]
        yield words.effect(effect.option, changes)
    yield from words.unassessable(effects.reading)
    for category, turn in effects.together:
        yield f"{words.label(category)}: {words.turn(turn)}"


def register_object(
    entries: Sequence[RegisterEntry],
    words: Words,
    candidates: CandidateEffects,
    premises: Premises = (),
) -> dict[str, Any]:
    """The register, what is taken for granted beside it, and what it does to some candidates."""
    judged = [_candidate(a, effects, words) for a, effects in candidates]
    return {
        "lang": words.lang,
        "readings": [_entry_object(entry, words) for entry in entries],
        "premises": [{**_named(iri, words), "clauses": clauses} for iri, clauses in premises],
        **({"candidates": judged} if judged else {}),
    }


def _named(iri: str, words: Words) -> dict[str, Any]:
    return {"iri": iri, "label": words.label(iri), "definition": words.definition(iri)}


def _entry_object(entry: RegisterEntry, words: Words) -> dict[str, Any]:
    reading = entry.reading
    return {
        "reading": reading.name,
        **_named(reading.iri, words),
        "chosen": entry.option.name,
        "default": reading.default.name,
        "reason": entry.reasons.get(words.lang, ""),
        "affectsVerdict": reading.affects_verdict,
        "options": [
            {
                "option": option.name,
                **_named(option.iri, words),
                "assessable": option.assessable,
            }
            for option in reading.options
        ],
        "clauses": [clause.id for passage in entry.passages for clause in passage.clauses],
        "passages": [passage_object(passage, words) for passage in entry.passages],
        "requirements": list(entry.requirements),
        "categories": [slug_of(iri, "category") for iri in entry.categories],
    }


def _candidate(a: Assessment, by_reading: Sequence[ReadingEffects], words: Words) -> dict[str, Any]:
    slugs = a.rules.slugs
    return {
        "candidate": a.candidate.iri,
        "name": a.candidate.name,
        "assessedOn": a.on.isoformat(),
        "readings": [
            {
                "reading": effects.reading.name,
                "chosen": a.readings[effects.reading.name],
                "others": [
                    {
                        "option": effect.option.name,
                        "requirements": effect.requirements,
                        "categories": {
                            slugs[iri]: status for iri, status in effect.categories.items()
                        },
                    }
                    for effect in effects.others
                ],
                "together": [
                    {"category": slugs[category], **turn_object(turn)}
                    for category, turn in effects.together
                ],
                "said": list(_option_effects(effects, words)),
            }
            for effects in by_reading
        ],
    }
