"""The contract's JSON object (contract, “Verdicts”)."""

from __future__ import annotations

from typing import Any

from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Notice
from libonto.voice.words import Words


def to_object(assessment: Assessment, words: Words) -> dict[str, Any]:
    """The object of one candidate, its sentences in the language of `words`."""
    span = assessment.service
    slugs = {category.iri: category.slug for category in assessment.categories}
    return {
        "candidate": assessment.candidate.iri,
        "name": assessment.candidate.name,
        "position": assessment.rules.slug,
        "assessedOn": assessment.on.isoformat(),
        "lang": words.lang,
        "service": {"years": span.years, "months": span.months, "days": span.days},
        "readings": dict(assessment.readings),
        "highest": dict(assessment.highest),
        "requirements": [_finding(f, assessment, words) for f in assessment.findings],
        "categories": [_category(c, slugs) for c in assessment.categories],
        "notices": [notice_object(notice, words) for notice in assessment.notices],
        "claims": words.say("report.claims"),
    }


def _finding(finding: Finding, assessment: Assessment, words: Words) -> dict[str, Any]:
    requirement = finding.requirement
    return {
        "requirement": requirement.iri,
        "label": words.label(requirement.iri),
        "kind": requirement.kind.name,
        "status": str(finding.status),
        "expected": words.expected(finding),
        "found": words.found(finding, assessment.on),
        "message": words.message(finding, assessment.on),
        "shape": finding.shape.iri,
        "clauses": [
            {"id": clause.id, "quote": clause.quote, "start": clause.start, "end": clause.end}
            for clause in requirement.clauses
        ],
    }


def _category(category: CategoryVerdict, slugs: dict[str, str]) -> dict[str, Any]:
    earliest = category.earliest_on
    return {
        "category": category.slug,
        "iri": category.iri,
        "ladder": category.ladder,
        "status": str(category.status),
        "inherits": slugs.get(category.inherits) if category.inherits else None,
        "requirements": list(category.requirements),
        "unmet": list(category.unmet),
        "earliestOn": earliest.isoformat() if earliest else None,
        "dependsOnReadings": list(category.depends_on_readings),
    }


def notice_object(notice: Notice, words: Words) -> dict[str, Any]:
    """A notice with its sentence."""
    named = notice.kind.partition("-")[0]
    subject = named if named in ("act", "edition") else "position"
    return {
        "kind": notice.kind,
        subject: notice.subject,
        "successor": notice.successor,
        "since": notice.since,
        "evidence": notice.evidence,
        "message": words.notice(notice),
    }
