"""Candidates out of plain JSON: a closed model, so that no key is ever dropped.

The keys are those of the contract; they are the terms of `context.jsonld`, which makes the
same document JSON-LD. A test holds the two readings together.
"""

from __future__ import annotations

import json
import re
from typing import Any

from libonto.errors import Problem, nearest
from libonto.graph.terms import ID, NS
from libonto.profile.checks import XSD_DATE, XSD_STRING, Problems, RawCandidate, RawNode, Value
from libonto.profile.model import GIVEN_OUT
from libonto.profile.vocabulary import KEYS, Property

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ABSOLUTE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_OUR_PREFIX = "lo:"

_NAMED = {
    class_: {"id": "id"} | {p.name: key for key, p in keys.items()} for class_, keys in KEYS.items()
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
        self._raw = RawCandidate()
        self._ids: set[str] = set()

    def candidate(self, member: Any, place: int) -> RawCandidate | None:
        """The candidate that a JSON object describes; `place` is its place in the input, from 1."""
        self._raw = raw = RawCandidate(iri=f"{GIVEN_OUT}{place}", source=self.source)
        self._ids = set()
        if not isinstance(member, dict):
            self._problem("json-object-expected", raw, value=_shown(member))
            return None
        self._read(raw, member, "Candidate")
        return raw

    def _read(self, node: RawNode, member: dict[str, Any], class_: str) -> None:
        node.named = _NAMED[class_]
        self._read_id(node, member)
        for key, value in member.items():
            stated = KEYS[class_].get(key)
            if key in {"type", "@type"}:
                for name in value if isinstance(value, list) else [value]:
                    if name not in (class_, f"{_OUR_PREFIX}{class_}", NS + class_, None):
                        wrong = {"value": _shown(name), "expected": class_}
                        self._problem("class-misplaced", node, "type", **wrong)
            elif stated is None and key not in {"id", "@id"}:
                self._unknown_key(key, node, class_)
            elif stated and stated.how in KEYS and value is not None:
                self._read_parts(value, stated)
            elif stated and value is not None:
                self._read_values(node, value, stated)

    def _read_id(self, node: RawNode, member: dict[str, Any]) -> None:
        given = [member[key] for key in ("id", "@id") if member.get(key) is not None]
        if len(given) > 1:
            self._problem("two-values", node, "id", values=" · ".join(map(_shown, given)))
        elif given and not (isinstance(given[0], str) and _ABSOLUTE.match(given[0])):
            self._problem("id-relative", node, "id", value=_shown(given[0]))
        elif given:
            iri = _expanded(given[0])
            if iri in self._ids:  # as RDF, they would be one thing with both descriptions
                self._problem("id-repeated", node, "id", value=iri)
            self._ids.add(iri)
            node.iri = iri

    def _unknown_key(self, key: str, node: RawNode, class_: str) -> None:
        if self.problems.full:
            return
        known = ["id", *KEYS[class_]]
        near = nearest(key, known, 0.5)
        params = {"value": key, "nearest": near, "allowed": ", ".join(known)}
        self._problem("json-unknown-key-nearest" if near else "json-unknown-key", node, **params)

    def _read_parts(self, value: Any, stated: Property) -> None:
        if not isinstance(value, list):
            self._problem("json-list-expected", self._raw, stated.key, value=_shown(value))
            return
        for member in value:
            node = self._raw.append(stated.how, RawNode())
            if isinstance(member, dict):
                self._read(node, member, stated.how)
            else:
                node.faulty = set(_NAMED[stated.how])
                self._problem("json-object-expected", node, stated.key, value=_shown(member))

    def _read_values(self, node: RawNode, value: Any, stated: Property) -> None:
        for item in value if isinstance(value, list) else [value]:
            made = _value(item, "number" if stated.key == "workload" else stated.how)
            if made is None:
                node.faulty.add(stated.name)
                self._problem("json-text-expected", node, stated.key, value=_shown(item))
            else:
                node.add(stated.name, made)

    def _problem(self, key: str, node: RawNode, property_: str = "", **params: object) -> None:
        of = (self._raw.iri or "", node.part, node.number)
        self.problems.append(Problem(key, *of, property_, self.source, params))


def _value(item: Any, how: str) -> Value | None:
    if how == "number" and isinstance(item, int | float) and not isinstance(item, bool):
        return Value("text", str(item), XSD_STRING)
    if not isinstance(item, str):
        return None
    if how == "date":
        return Value("text", item, XSD_DATE, original=item)
    if how in {"text", "number", "award"}:
        return Value("text", item, XSD_STRING)
    iri = _expanded(item) if _ABSOLUTE.match(item) else f"{ID}{how}/{item}"
    return Value("iri", iri, original=item)


def _expanded(iri: str) -> str:
    """An absolute IRI, also where it is written with the one prefix that the context has."""
    return NS + iri.removeprefix(_OUR_PREFIX) if iri.startswith(_OUR_PREFIX) else iri


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
