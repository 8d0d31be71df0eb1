"""Candidates out of plain JSON: a closed model, so that no key is ever dropped.

The keys are those of the contract; they are the terms of `context.jsonld`, which makes the
same document JSON-LD. A test holds the two readings together.
"""

from __future__ import annotations

import difflib
import json
import re
from typing import Any

from libonto.errors import Problem
from libonto.graph.terms import ID, NS
from libonto.profile.checks import XSD_DATE, XSD_STRING
from libonto.profile.raw import Problems, RawCandidate, RawNode, Value
from libonto.profile.vocabulary import DETAILS, PARTS

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ABSOLUTE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_OUR_PREFIX = "lo:"

# key → (property, how its value is read: a resource's kind, "date", "award" or "text")
_DETAIL_KEYS = {name: (name, "text") for name in DETAILS}
KEYS: dict[str, dict[str, tuple[str, str]]] = {
    "Candidate": {
        "name": ("name", "text"),
        "knowledge": ("hasKnowledgeOf", "knowledge"),
        "appliesFor": ("appliesFor", "category"),
        "credentials": ("hasCredential", "Credential"),
        "employments": ("hasEmployment", "Employment"),
        "holds": ("holdsCategory", "Grant"),
        "documents": ("holdsDocument", "HeldDocument"),
        **_DETAIL_KEYS,
    },
    "Credential": {
        "level": ("educationLevel", "education"),
        "field": ("fieldOfStudy", "field"),
        "awarded": ("awardedOn", "award"),
        "country": ("country", "text"),
        "recognised": ("recognisedOn", "date"),
        **_DETAIL_KEYS,
    },
    "Employment": {
        "position": ("inPosition", "position"),
        "start": ("startedOn", "date"),
        "end": ("endedOn", "date"),
        **_DETAIL_KEYS,
    },
    "Grant": {
        "category": ("category", "category"),
        "granted": ("grantedOn", "date"),
        **_DETAIL_KEYS,
    },
    "HeldDocument": {
        "kind": ("documentKind", "document-kind"),
        "issued": ("issuedOn", "date"),
        **_DETAIL_KEYS,
    },
}
_NAMED = {
    class_: {"id": "id"} | {property_: key for key, (property_, _) in keys.items()}
    for class_, keys in KEYS.items()
}


def is_plain(member: Any) -> bool:
    """Whether a JSON object is in the plain form (not JSON-LD with a context or full IRIs).

    An object with a key of the plain form is plain: any other key in it is unknown.
    """
    if not isinstance(member, dict):
        return True
    if "@context" in member or "@graph" in member:
        return False
    return not any(map(_ABSOLUTE_KEY.match, member)) or any(k in KEYS["Candidate"] for k in member)


class JsonProfiles:
    """Reads plain objects one by one; what is wrong with their form is in `problems`."""

    def __init__(self, source: str) -> None:
        """Start without problems."""
        self.source = source
        self.problems = Problems()
        self._current = ""
        self._ids: set[str] = set()

    def candidate(self, member: Any, place: int) -> RawCandidate | None:
        """The candidate that a JSON object describes; `place` is its place in the input, from 1."""
        default = f"urn:libonto:candidate:{place}"
        if not isinstance(member, dict):
            self._problem("json-object-expected", default, value=_shown(member))
            return None
        raw = RawCandidate(iri=default, source=self.source)
        self._current = ""
        self._ids = set()
        self._read(raw, member, "Candidate", "", 0)
        return raw

    def _read(
        self, raw: RawNode, member: dict[str, Any], class_: str, part: str, number: int
    ) -> None:
        raw.named = _NAMED[class_]
        self._read_id(raw, member, class_, part, number)
        candidate = raw.iri if isinstance(raw, RawCandidate) else self._current
        self._current = candidate or ""
        for key, value in member.items():
            if key in {"id", "@id"}:
                continue
            if key in {"type", "@type"}:
                self._check_type(value, class_, part, number)
            elif key not in KEYS[class_]:
                self._unknown_key(key, class_, part, number)
            elif value is not None:
                property_, how = KEYS[class_][key]
                if property_ in PARTS and isinstance(raw, RawCandidate):
                    self._read_parts(raw, value, key, how)
                else:
                    self._read_values(raw, value, key, property_, how, part, number)

    def _read_id(
        self, raw: RawNode, member: dict[str, Any], class_: str, part: str, number: int
    ) -> None:
        given = [member[key] for key in ("id", "@id") if member.get(key) is not None]
        if not given:
            return
        candidate = self._current or raw.iri or ""
        if len(given) > 1:
            values = " · ".join(map(_shown, given))
            self._problem("two-values", candidate, part, number, "id", values=values)
        elif not isinstance(given[0], str) or not _ABSOLUTE.match(given[0]):
            self._problem("id-relative", candidate, part, number, "id", value=_shown(given[0]))
        else:
            raw.iri = _expanded(given[0])
            if raw.iri in self._ids:  # as RDF, they would be one thing with both descriptions
                self._problem("id-repeated", candidate, part, number, "id", value=raw.iri)
            self._ids.add(raw.iri)

    def _check_type(self, value: Any, class_: str, part: str, number: int) -> None:
        for name in value if isinstance(value, list) else [value]:
            if name not in (class_, f"{_OUR_PREFIX}{class_}", NS + class_, None):
                self._problem(
                    "class-misplaced",
                    self._current,
                    part,
                    number,
                    "type",
                    value=_shown(name),
                    expected=class_,
                )

    def _unknown_key(self, key: str, class_: str, part: str, number: int) -> None:
        if self.problems.full:
            return
        known = ["id", *KEYS[class_]]
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
        self._problem(
            "json-unknown-key-nearest" if near else "json-unknown-key",
            self._current,
            part,
            number,
            value=key,
            nearest=near[0] if near else "",
            allowed=", ".join(known),
        )

    def _read_parts(self, raw: RawCandidate, value: Any, key: str, class_: str) -> None:
        if not isinstance(value, list):
            self._problem("json-list-expected", self._current, property_=key, value=_shown(value))
            return
        parts = raw.parts(class_)
        for number, member in enumerate(value, start=1):
            node = RawNode()
            if isinstance(member, dict):
                self._read(node, member, class_, class_.lower(), number)
            else:
                node.faulty = set(_NAMED[class_])
                self._problem(
                    "json-object-expected",
                    self._current,
                    class_.lower(),
                    number,
                    key,
                    value=_shown(member),
                )
            parts.append(node)

    def _read_values(
        self, raw: RawNode, value: Any, key: str, property_: str, how: str, part: str, number: int
    ) -> None:
        for item in value if isinstance(value, list) else [value]:
            made = _value(item, "number" if key == "workload" else how)
            if made is None:
                raw.faulty.add(property_)
                self._problem(
                    "json-text-expected", self._current, part, number, key, value=_shown(item)
                )
            else:
                raw.add(property_, made)

    def _problem(
        self,
        key: str,
        candidate: str,
        part: str = "",
        number: int = 0,
        property_: str = "",
        **params: object,
    ) -> None:
        self.problems.append(
            Problem(
                key,
                candidate=candidate,
                part=part,
                number=number,
                property=property_,
                source=self.source,
                params=params,
            )
        )


def _value(item: Any, how: str) -> Value | None:
    if how == "number" and isinstance(item, int | float) and not isinstance(item, bool):
        return Value("text", str(item), XSD_STRING)
    if not isinstance(item, str):
        return None
    if how == "date":
        return Value("text", item, XSD_DATE, shown=item)
    if how in {"text", "number", "award"}:
        return Value("text", item, XSD_STRING)
    iri = _expanded(item) if _ABSOLUTE.match(item) else f"{ID}{how}/{item}"
    return Value("iri", iri, shown=item)


def _expanded(iri: str) -> str:
    """An absolute IRI, also where it is written with the one prefix that the context has."""
    return NS + iri.removeprefix(_OUR_PREFIX) if iri.startswith(_OUR_PREFIX) else iri


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
