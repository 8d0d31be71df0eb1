"""The register of readings as a JSON object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from libonto.graph.terms import slug_of
from libonto.verdict.model import Assessment
from libonto.verdict.register import Entry, ReadingEffects
from libonto.voice.explanation_json import passage_object
from libonto.voice.register_text import candidate_effects
from libonto.voice.words import Words


def register_object(
    entries: Sequence[Entry],
    words: Words,
    candidates: Sequence[tuple[Assessment, Sequence[ReadingEffects]]],
) -> dict[str, Any]:
    """The register, and what it does to some candidates."""
    found: dict[str, Any] = {
        "lang": words.lang,
        "readings": [_entry(entry, words) for entry in entries],
    }
    if candidates:
        found["candidates"] = [_candidate(a, effects, words) for a, effects in candidates]
    return found


def _entry(entry: Entry, words: Words) -> dict[str, Any]:
    reading = entry.reading
    return {
        "reading": reading.name,
        "iri": reading.iri,
        "label": words.label(reading.iri),
        "definition": words.definition(reading.iri),
        "chosen": entry.chosen.name,
        "default": reading.default.name,
        "reason": entry.reasons.get(words.lang, ""),
        "affectsVerdict": reading.affects_verdict,
        "options": [
            {
                "option": option.name,
                "iri": option.iri,
                "label": words.label(option.iri),
                "definition": words.definition(option.iri),
                "assessable": option.assessable,
            }
            for option in reading.options
        ],
        "clauses": [clause.id for passage in entry.passages for clause in passage.clauses],
        "passages": [passage_object(passage, words) for passage in entry.passages],
        "requirements": list(entry.effects.requirements),
        "categories": [slug_of(iri, "category") for iri in entry.effects.categories],
    }


def _candidate(a: Assessment, effects: Sequence[ReadingEffects], words: Words) -> dict[str, Any]:
    slugs = {category.iri: category.slug for category in a.categories}
    return {
        "candidate": a.candidate.iri,
        "name": a.candidate.name,
        "assessedOn": a.on.isoformat(),
        "readings": [
            {
                "reading": found.reading.name,
                "chosen": a.readings[found.reading.name],
                "others": [
                    {
                        "option": effect.option.name,
                        "requirements": {iri: str(s) for iri, s in effect.requirements},
                        "categories": {slugs[iri]: str(s) for iri, s in effect.categories},
                    }
                    for effect in found.others
                ],
                "together": [
                    {
                        "category": slugs[category],
                        "status": str(turn.status),
                        "readings": {c.reading: c.option for c in turn.changes},
                    }
                    for category, turn in found.together
                ],
                "said": list(candidate_effects(found, words)),
            }
            for found in effects
        ],
    }
