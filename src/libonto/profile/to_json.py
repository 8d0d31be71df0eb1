"""Profiles as the plain JSON of the contract, which reads back as the same profiles."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from libonto.graph.terms import ID
from libonto.profile.model import Candidate, Credential, Part
from libonto.profile.vocabulary import PROPERTIES, Property

_ORDER = ("name", "credentials", "employments", "knowledge", "holds", "documents", "appliesFor")
_PROPERTIES = {
    **PROPERTIES,
    "Candidate": sorted(PROPERTIES["Candidate"], key=lambda p: (*_ORDER, p.key).index(p.key)),
}


def to_object(candidate: Candidate) -> dict[str, Any]:
    """A profile as a JSON object; what is not stated has no key."""
    return {"id": candidate.iri, **_object(candidate)}


def to_json(candidates: Iterable[Candidate]) -> str:
    """One profile as an object, several as an array."""
    found = [to_object(candidate) for candidate in candidates]
    value: Any = found[0] if len(found) == 1 else found
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _object(part: Candidate | Part) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for stated in _PROPERTIES[type(part).__name__]:
        value = getattr(part, stated.attribute)
        if stated.attribute == "details":
            texts = [text for name, text in value if name == stated.name]
            value = texts if texts[1:] else "".join(texts)
        elif isinstance(part, Credential) and stated.how == "award":
            value = part.awarded_text
        if value:
            found[stated.key] = _value(value, stated)
    return found


def _value(value: Any, stated: Property) -> Any:
    """A value as JSON has it: of our resources the slug, and of any other the IRI as it is."""
    if isinstance(value, tuple | list):
        return [_value(item, stated) for item in value]
    if isinstance(value, Part):
        return ({"id": value.node} if value.node else {}) | _object(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.removeprefix(f"{ID}{stated.how}/")
