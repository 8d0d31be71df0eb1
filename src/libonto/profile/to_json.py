"""Profiles as the plain JSON of the contract, which reads back as the same profiles."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from libonto.graph.terms import ID
from libonto.profile.model import Candidate, Credential, Details, Employment, Grant, HeldDocument


def to_object(candidate: Candidate) -> dict[str, Any]:
    """A profile as a JSON object; what is not stated has no key."""
    found: dict[str, Any] = {"id": candidate.iri}
    if candidate.name is not None:
        found["name"] = candidate.name
    if candidate.credentials:
        found["credentials"] = [_credential(credential) for credential in candidate.credentials]
    if candidate.employments:
        found["employments"] = [_employment(employment) for employment in candidate.employments]
    if candidate.knowledge:
        found["knowledge"] = [_short(iri, "knowledge") for iri in candidate.knowledge]
    if candidate.holds:
        found["holds"] = [_grant(grant) for grant in candidate.holds]
    if candidate.documents:
        found["documents"] = [_document(document) for document in candidate.documents]
    if candidate.applies_for:
        found["appliesFor"] = _short(candidate.applies_for, "category")
    return found | _details(candidate.details)


def to_json(candidates: Iterable[Candidate]) -> str:
    """One profile as an object, several as an array."""
    found = [to_object(candidate) for candidate in candidates]
    value: Any = found[0] if len(found) == 1 else found
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _credential(credential: Credential) -> dict[str, Any]:
    found: dict[str, Any] = {"id": credential.node} if credential.node else {}
    level = credential.framework_level
    found["level"] = _short(level, "framework") if level else _short(credential.level, "education")
    found["field"] = _short(credential.field, "field")
    if credential.awarded:
        found["awarded"] = credential.awarded_text
    if credential.country:
        found["country"] = credential.country
    if credential.recognised:
        found["recognised"] = credential.recognised.isoformat()
    return found | _details(credential.details)


def _employment(employment: Employment) -> dict[str, Any]:
    found: dict[str, Any] = {"id": employment.node} if employment.node else {}
    found["position"] = _short(employment.position, "position")
    found["start"] = employment.started.isoformat()
    if employment.ended:
        found["end"] = employment.ended.isoformat()
    return found | _details(employment.details)


def _grant(grant: Grant) -> dict[str, Any]:
    found: dict[str, Any] = {"id": grant.node} if grant.node else {}
    found["category"] = _short(grant.category, "category")
    if grant.granted:
        found["granted"] = grant.granted.isoformat()
    return found | _details(grant.details)


def _document(document: HeldDocument) -> dict[str, Any]:
    found: dict[str, Any] = {"id": document.node} if document.node else {}
    found["kind"] = _short(document.kind, "document-kind")
    if document.issued:
        found["issued"] = document.issued.isoformat()
    return found | _details(document.details)


def _details(details: Details) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for name, text in details:
        found.setdefault(name, []).append(text)
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in found.items()}


def _short(iri: str, kind: str) -> str:
    """The slug of one of our resources; any other IRI as it is."""
    return iri.removeprefix(f"{ID}{kind}/")
