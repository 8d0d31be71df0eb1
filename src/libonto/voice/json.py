"""The contract's JSON object (contract, “Verdicts”)."""

from __future__ import annotations

from datetime import date
from typing import Any

from libonto.graph.terms import slug_of
from libonto.law.editions import Edition
from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Notice
from libonto.voice.words import Words


def to_object(
    a: Assessment, words: Words, requirements: object = None, categories: object = None
) -> dict[str, Any]:
    """The object of one candidate, its sentences in the language of `words`.

    `requirements` and `categories` take the place of theirs where they are written elsewhere.
    """
    foreign = words.foreign(a)
    documents = [
        {"kind": slug_of(document.kind, "document-kind"), **_known(issued=document.issued)}
        for document in a.candidate.documents
    ]
    return {
        **subject(a, words),
        "service": a.service._asdict(),
        "readings": dict(a.readings),
        "highest": dict(a.highest),
        "requirements": requirements or [finding_object(f, words, a.on) for f in a.findings],
        "categories": categories or [category_object(c, a.rules.slugs) for c in a.categories],
        "edition": edition_object(a.rules.edition, a.on, a.edition_on_day),
        "target": a.rules.slugs[a.target],
        "holds": [
            {"category": slug_of(grant.category, "category"), **_known(granted=grant.granted)}
            for grant in a.candidate.holds
        ],
        **({"documents": documents} if documents else {}),
        **({"foreign": foreign} if foreign else {}),
        "notices": [notice_object(notice, words) for notice in a.notices],
        "claims": words.say("report.claims"),
    }


def iso(day: date | None) -> str | None:
    """A day as ISO 8601 writes it, or None."""
    return day.isoformat() if day else None


def _known(**days: date | None) -> dict[str, str]:
    """The days that are stated, by their names."""
    return {name: day.isoformat() for name, day in days.items() if day}


def subject(assessment: Assessment, words: Words) -> dict[str, Any]:
    """The candidate of an answer, the position, the day and the language."""
    return {
        "candidate": assessment.candidate.iri,
        "name": assessment.candidate.name,
        "position": assessment.rules.slug,
        "assessedOn": assessment.on.isoformat(),
        "lang": words.lang,
    }


def requirement_object(finding: Finding, words: Words, on: date) -> dict[str, Any]:
    """A requirement's status on a day, what it asks for and what the profile states."""
    requirement = finding.requirement
    return {
        "requirement": requirement.iri,
        "label": words.label(requirement.iri),
        "kind": requirement.kind.name,
        "status": finding.status,
        "expected": words.expected(finding),
        "found": words.evidence(finding, on),
    }


def finding_object(finding: Finding, words: Words, on: date) -> dict[str, Any]:
    """A requirement's status on a day, what shows it and the clauses that say so."""
    return {
        **requirement_object(finding, words, on),
        "message": words.message(finding, on),
        "shape": finding.shape.iri,
        "clauses": [
            {"id": clause.id, "quote": clause.quote, "start": clause.start, "end": clause.end}
            for clause in finding.requirement.clauses
        ],
    }


def category_object(category: CategoryVerdict, slugs: dict[str, str]) -> dict[str, Any]:
    """A category's verdict; `slugs` are those of all categories by their IRIs."""
    return {
        "category": category.slug,
        "iri": category.iri,
        "ladder": category.ladder,
        "status": category.status,
        "inherits": slugs.get(category.inherits or ""),
        "requirements": list(category.requirements),
        "unmet": list(category.unmet),
        "earliestOn": iso(category.earliest_on),
        "dependsOnReadings": list(category.depends_on_readings),
    }


def notice_object(notice: Notice, words: Words) -> dict[str, Any]:
    """A notice with its sentence."""
    return {**notice_facts(notice), "message": words.notice(notice)}


def notice_facts(notice: Notice) -> dict[str, Any]:
    """A notice without words: its kind, and what it is about."""
    facts: dict[str, Any] = {"kind": notice.kind}
    if notice.kind.startswith("act"):
        facts["act"] = notice.subject
    elif notice.about_edition:
        facts |= {"edition": notice.subject, "inForceOnDay": notice.in_force}
        facts["held"] = notice.text_available
    elif notice.subject:
        facts["position"] = notice.subject
    elif notice.part:
        facts[notice.part] = notice.number
    elif notice.options:
        facts["options"] = [slug_of(option) for option in notice.options]
    if notice.kind.startswith(("act", "edition")):
        facts |= {"successor": notice.successor, "evidence": notice.evidence}
    if notice.since or "successor" in facts:
        facts["since"] = notice.since
    return facts


def edition_object(edition: Edition | None, on: date, on_day: str | None) -> dict[str, Any]:
    """Which edition was judged by, and which one is in force on the day (contract, “Editions”)."""
    return {
        "edition": edition.iri if edition else None,
        "from": iso(edition.first) if edition else None,
        "until": iso(edition.until) if edition else None,
        "inForce": edition.in_force(on) if edition else None,
        "inForceOnDay": on_day,
    }
