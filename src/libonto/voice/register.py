"""The register of readings as a document and as a JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from libonto.graph.terms import slug_of
from libonto.verdict.explanation import ReadingEffects, RegisterEntry
from libonto.verdict.model import Assessment
from libonto.voice import document as doc
from libonto.voice.explanation import passage_object, turn_object
from libonto.voice.report import made_by
from libonto.voice.words import Words

CandidateEffects = Sequence[tuple[Assessment, Sequence[ReadingEffects]]]
"""Candidates with what every reading does to them."""


Premises = Sequence[tuple[str, Sequence[str]]]
"""What is taken for granted (IRIs), each with the ids of its clauses."""


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
    for a, several in candidates:
        name = a.candidate.name or a.candidate.iri
        blocks.append(doc.Heading(words.say("readings.for", candidate=name)))
        blocks.append(doc.Paragraph(f"{a.candidate.iri} · {words.day(a.on)}", "faint"))
        for effects in several:
            blocks.append(doc.Gap())
            blocks.append(doc.Heading(words.label(effects.reading.iri), 3))
            blocks.append(doc.bullets(_effects(effects, words)))
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


def _effects(effects: ReadingEffects, words: Words) -> Iterator[str]:
    """What a reading does to a candidate, option by option."""
    for effect in effects.others:
        changes = [words.changed(iri, words.status(s)) for iri, s in effect.requirements]
        changes += [words.changed(iri, words.category_status(s)) for iri, s in effect.categories]
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


def _candidate(a: Assessment, several: Sequence[ReadingEffects], words: Words) -> dict[str, Any]:
    slugs = {category.iri: category.slug for category in a.categories}
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
                        "requirements": dict(effect.requirements),
                        "categories": {slugs[iri]: status for iri, status in effect.categories},
                    }
                    for effect in effects.others
                ],
                "together": [
                    {"category": slugs[category], **turn_object(turn)}
                    for category, turn in effects.together
                ],
                "said": list(_effects(effects, words)),
            }
            for effects in several
        ],
    }
