"""Candidates out of plain JSON objects, one after the other, for the most part at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from libonto.batch.model import FastPathUnsupported
from libonto.errors import printable
from libonto.graph.terms import ID, is_ours
from libonto.profile.brief import OPEN, UNDATED, Brief
from libonto.profile.interchange.names import as_iri
from libonto.profile.vocabulary import DETAILS, Vocabulary

_REMEMBERED = 100_000


class JsonReader:
    """Makes briefs of objects; what it has learnt of one serves the next."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Take the vocabulary that profiles may use."""
        self._known: dict[tuple[str, str], object] = {}
        known = vocabulary.items | vocabulary.acts
        self._members = {
            "education": vocabulary.levels,
            "category": vocabulary.categories,
            "knowledge": known,
        }
        self._open = {"field": vocabulary.fields, "position": vocabulary.exact_positions}

    def brief(self, value: Any) -> Brief:
        """The candidate, without an IRI where the object has none; FastPathUnsupported."""
        if not isinstance(value, dict) or not value.keys() <= _CANDIDATE:
            raise FastPathUnsupported
        iri = value.get("id")
        if iri is not None and (not isinstance(iri, str) or as_iri(iri) != iri or is_ours(iri)):
            raise FastPathUnsupported
        name = _text(value.get("name"))
        for key in _PLAIN:
            if key in value:
                _text(value[key])
        applies = value.get("appliesFor")
        return Brief(
            iri or "",
            name,
            tuple([self._credential(c) for c in _list(value.get("credentials"))]),
            tuple([self._employment(e) for e in _list(value.get("employments"))]),
            frozenset([self._one("knowledge", k) for k in _list(value.get("knowledge"))]),
            None if applies is None else self._one("category", applies),
        )

    def _credential(self, value: Any) -> tuple[str, str, int]:
        _check(value, _CREDENTIAL)
        awarded = value.get("awarded")
        return (
            self._one("education", value.get("level")),
            self._one("field", value.get("field")),
            UNDATED if awarded is None else _day(awarded),
        )

    def _employment(self, value: Any) -> tuple[str, int, int]:
        _check(value, _EMPLOYMENT)
        end = value.get("end")
        start, last = _day(value.get("start")), OPEN if end is None else _day(end) + 1
        if last <= start or (end is not None and last == OPEN):
            raise FastPathUnsupported
        return self._one("position", value.get("position")), start, last

    def _one(self, how: str, text: Any) -> str:
        if not isinstance(text, str):
            raise FastPathUnsupported
        found = self._known.get((how, text))
        if found is None:
            found = self._learn(how, text)
            if len(self._known) < _REMEMBERED:
                self._known[how, text] = found
        if not isinstance(found, str):
            raise FastPathUnsupported
        return found

    def _learn(self, how: str, text: str) -> object:
        iri = as_iri(text) if ":" in text else f"{ID}{how}/{text}"
        if iri is None:
            return FastPathUnsupported
        if how in self._members:
            return iri if iri in self._members[how] else FastPathUnsupported
        return iri if iri in self._open[how] or not is_ours(iri) else FastPathUnsupported


_PLAIN = tuple(DETAILS)
_CANDIDATE = {"id", "name", "knowledge", "appliesFor", "credentials", "employments", *DETAILS}
_CREDENTIAL = {"level", "field", "awarded", *DETAILS}
_EMPLOYMENT = {"position", "start", "end", *DETAILS}


def _check(value: Any, known: set[str]) -> None:
    if not isinstance(value, dict) or not value.keys() <= known:
        raise FastPathUnsupported
    for key in _PLAIN:
        if key in value:
            _text(value[key])


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FastPathUnsupported
    return printable(value)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise FastPathUnsupported
    return value


def _day(value: Any) -> int:
    if not isinstance(value, str) or len(value) != 10 or not value.isascii():
        raise FastPathUnsupported
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise FastPathUnsupported from error
    if value[4] != "-" or value[7] != "-":
        raise FastPathUnsupported
    return day.toordinal()
