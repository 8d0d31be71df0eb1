"""Candidates out of plain JSON objects, one after the other, for the most part at once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from libonto.batch.model import FastPathUnsupported, FastTerms, iso_ordinal, period
from libonto.errors import printable
from libonto.graph.terms import ID, is_ours
from libonto.profile.interchange.names import as_iri
from libonto.profile.model import UNDATED, FlatProfile
from libonto.profile.vocabulary import DETAILS, Vocabulary

_REMEMBERED = 100_000
_CANDIDATE = {"id", "name", "knowledge", "appliesFor", "credentials", "employments", *DETAILS}
_CREDENTIAL = {"level", "field", "awarded", *DETAILS}
_EMPLOYMENT = {"position", "start", "end", *DETAILS}


class JsonReader:
    """Makes profiles of objects; the IRIs that words stand for are remembered."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._terms = FastTerms(vocabulary)
        self._iri = lru_cache(_REMEMBERED)(self._iri_of)

    def profile(self, value: Any) -> FlatProfile:
        """The candidate, without an IRI where the object has none; FastPathUnsupported."""
        _check(value, _CANDIDATE)
        iri = value.get("id")
        if iri is not None and (as_iri(_string(iri)) != iri or is_ours(iri)):
            raise FastPathUnsupported
        name, applies = value.get("name"), value.get("appliesFor")
        return FlatProfile(
            iri or "",
            "" if name is None else printable(_string(name)),
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
            UNDATED if awarded is None else iso_ordinal(_string(awarded)),
        )

    def _employment(self, value: Any) -> tuple[str, int, int]:
        _check(value, _EMPLOYMENT)
        start, end = iso_ordinal(_string(value.get("start"))), value.get("end")
        last = None if end is None else iso_ordinal(_string(end))
        return self._one("position", value.get("position")), *period(start, last)

    def _one(self, how: str, text: Any) -> str:
        return self._iri(how, _string(text))

    def _iri_of(self, how: str, text: str) -> str:
        return self._terms.checked(how, as_iri(text) if ":" in text else f"{ID}{how}/{text}")


def _check(value: Any, known: set[str]) -> None:
    """FastPathUnsupported for no object, for other keys, or for details that are no text."""
    if not isinstance(value, dict) or not value.keys() <= known:
        raise FastPathUnsupported
    for key in DETAILS:
        if value.get(key) is not None:
            _string(value[key])


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise FastPathUnsupported
    return value


def _list(value: Any) -> list[Any]:
    if value is not None and not isinstance(value, list):
        raise FastPathUnsupported
    return value or []
