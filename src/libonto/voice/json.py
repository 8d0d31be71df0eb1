"""The contract's JSON object (contract, “Verdicts”)."""

from __future__ import annotations

from datetime import date
from typing import Any

from libonto.graph.terms import slug_of
from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Notice, UsedEdition
from libonto.voice.words import Words


def to_object(
    assessment: Assessment, words: Words, requirements: object = None, categories: object = None
) -> dict[str, Any]:
    """The object of one candidate, its sentences in the language of `words`.

    `requirements` and `categories` take the place of theirs where they are written elsewhere.
    """
    slugs = {category.iri: category.slug for category in assessment.categories}
    foreign = words.foreign(assessment)
    documents = [
        {
            "kind": slug_of(document.kind, "document-kind"),
            **({"issued": document.issued.isoformat()} if document.issued else {}),
        }
        for document in assessment.candidate.documents
    ]
    return {
        **subject(assessment, words),
        "service": assessment.service._asdict(),
        "readings": dict(assessment.readings),
        "highest": dict(assessment.highest),
        "requirements": requirements
        or [finding_object(f, words, assessment.on) for f in assessment.findings],
        "categories": categories or [category_object(c, slugs) for c in assessment.categories],
        "edition": edition_object(assessment.edition),
        "target": slugs[assessment.target],
        "holds": [
            {
                "category": slug_of(grant.category, "category"),
                **({"granted": grant.granted.isoformat()} if grant.granted else {}),
            }
            for grant in assessment.candidate.holds
        ],
        **({"documents": documents} if documents else {}),
        **({"foreign": foreign} if foreign else {}),
        "notices": [notice_object(notice, words) for notice in assessment.notices],
        "claims": words.say("report.claims"),
    }


def subject(assessment: Assessment, words: Words) -> dict[str, Any]:
    """Whom an answer is about, the position, the day and the language."""
    return {
        "candidate": assessment.candidate.iri,
        "name": assessment.candidate.name,
        "position": assessment.rules.slug,
        "assessedOn": assessment.on.isoformat(),
        "lang": words.lang,
    }


def finding_object(finding: Finding, words: Words, on: date) -> dict[str, Any]:
    """A requirement's status on a day, what shows it and the clauses that say so."""
    requirement = finding.requirement
    return {
        "requirement": requirement.iri,
        "label": words.label(requirement.iri),
        "kind": requirement.kind.name,
        "status": finding.status,
        "expected": words.expected(finding),
        "found": words.evidence(finding, on),
        "message": words.message(finding, on),
        "shape": finding.shape.iri,
        "clauses": [
            {"id": clause.id, "quote": clause.quote, "start": clause.start, "end": clause.end}
            for clause in requirement.clauses
        ],
    }


def category_object(category: CategoryVerdict, slugs: dict[str, str]) -> dict[str, Any]:
    """A category's verdict; `slugs` are those of all categories by their IRIs."""
    earliest = category.earliest_on
    return {
        "category": category.slug,
        "iri": category.iri,
        "ladder": category.ladder,
        "status": category.status,
        "inherits": slugs.get(category.inherits) if category.inherits else None,
        "requirements": list(category.requirements),
        "unmet": list(category.unmet),
        "earliestOn": earliest.isoformat() if earliest else None,
        "dependsOnReadings": list(category.depends_on_readings),
    }


def notice_object(notice: Notice, words: Words) -> dict[str, Any]:
    """A notice with its sentence."""
    return {**notice_facts(notice), "message": words.notice(notice)}


def notice_facts(notice: Notice) -> dict[str, Any]:
    """A notice without words: its kind, and what it is about."""
    found: dict[str, Any] = {"kind": notice.kind}
    if notice.kind.startswith("act"):
        found["act"] = notice.subject
    elif notice.about_edition:
        found |= {
            "edition": notice.subject,
            "inForceOnDay": notice.in_force,
            "held": notice.text_available,
        }
    elif notice.subject:
        found["position"] = notice.subject
    elif notice.part:
        found[notice.part] = notice.number
    elif notice.options:
        found["options"] = [slug_of(option) for option in notice.options]
    if notice.kind.startswith(("act", "edition")):
        found |= {"successor": notice.successor, "evidence": notice.evidence}
    if notice.since or "successor" in found:
        found["since"] = notice.since
    return found


def edition_object(used: UsedEdition) -> dict[str, Any]:
    """Which edition was judged by (contract, “Editions”)."""
    return {
        "edition": used.iri,
        "from": used.first.isoformat() if used.first else None,
        "until": used.until.isoformat() if used.until else None,
        "inForce": used.in_force,
        "inForceOnDay": used.in_force_on_day,
    }
