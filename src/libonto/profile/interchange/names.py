"""What a cell names: labels in three languages, slugs and IRIs, and days.

A day is ISO (2018-09-01) or written with full stops, the day first (01.09.2018), as is the
custom here. Anything else in which day, month and century could be mistaken for each other
(01/09/2018, 01.09.18) is an error and never a guess.
"""

from __future__ import annotations

import difflib
import re
from datetime import date
from functools import cached_property

from pyoxigraph import NamedNode

from libonto.graph.terms import slug_of
from libonto.locales import LANGUAGES
from libonto.profile.interchange.headings import normal, said, written
from libonto.profile.vocabulary import Vocabulary

OTHER_POSITION = "urn:libonto:another-position"
"""A post of which a table says only that it is another one; it counts as any foreign one does."""

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_LOOKS_LIKE_DATE = re.compile(r"\d{1,4}[./\\-]\d{1,2}[./\\-]\d{1,4}")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_REMEMBERED = 10_000
_SHOWN = 25  # how many allowed values a message lists


class DateFault(ValueError):
    """A text that is no day; the argument is the sentence's key."""


def parse_date(text: str) -> date:
    """A day by the rule of this module; DateFault says what is wrong."""
    stripped = text.strip()
    iso, dotted = _ISO.fullmatch(stripped), _DOTTED.fullmatch(stripped)
    if iso:
        year, month, day = (int(group) for group in iso.groups())
    elif dotted:
        day, month, year = (int(group) for group in dotted.groups())
    elif _LOOKS_LIKE_DATE.fullmatch(stripped):
        raise DateFault("date-ambiguous")
    else:
        raise DateFault("date-form")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise DateFault("date-impossible") from error


def as_iri(text: str) -> str | None:
    """The text where it is an absolute IRI, else None."""
    stripped = text.strip()
    if not _IRI.fullmatch(stripped):
        return None
    try:
        return NamedNode(stripped).value
    except ValueError:
        return None


class Names:
    """The names of what a profile can name, by kind: `education`, `field`, `position`, …"""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Take the vocabulary; the labels are read when they are first needed."""
        self.vocabulary = vocabulary
        self._found: dict[tuple[str, str], list[str]] = {}

    @cached_property
    def _members(self) -> dict[str, list[frozenset[str]]]:
        known = self.vocabulary
        return {
            "education": [known.levels],
            "field": [known.fields],
            "position": [known.positions],
            "category": [known.categories],
            # a knowledge item goes before the act of the same name
            "knowledge": [known.items, known.acts],
        }

    @cached_property
    def _index(self) -> dict[str, dict[str, list[str]]]:
        index: dict[str, dict[str, list[str]]] = {}
        for kind, groups in self._members.items():
            names: dict[str, list[str]] = {}
            for members in groups:
                taken = set(names)
                for iri in sorted(members):
                    for name in self._names(iri):
                        if name not in taken and iri not in names.setdefault(name, []):
                            names[name].append(iri)
            index[kind] = names
        for name in said("word-other-position"):
            index["position"][name] = [OTHER_POSITION]
        return index

    def _names(self, iri: str) -> set[str]:
        graph, node = self.vocabulary.graph, NamedNode(iri)
        labels = [
            label
            for property_ in ("skos:prefLabel", "skos:altLabel")
            for label in graph.translations(node, property_).values()
        ]
        notation = graph.text(node, "skos:notation")
        return {normal(name) for name in (*labels, slug_of(iri), notation or iri)}

    def find(self, kind: str, text: str) -> list[str]:
        """The IRIs that a text names: none, one, or several where it is ambiguous."""
        found = self._found.get((kind, text))
        if found is None:
            iri = as_iri(text)
            found = [iri] if iri else self._index[kind].get(normal(text), [])
            if len(self._found) < _REMEMBERED:
                self._found[kind, text] = found
        return found

    def nearest(self, kind: str, text: str) -> str:
        """The most similar name that is known, or nothing."""
        names = self._index[kind]
        found = difflib.get_close_matches(normal(text), names, n=1, cutoff=0.7)
        return found[0] if found else ""

    def members(self, kind: str) -> list[str]:
        """What a table can name, in the graph's order (acts are left out: there are many)."""
        graph = self.vocabulary.graph
        members = sorted(
            self._members[kind][0],
            key=lambda iri: (graph.number(NamedNode(iri), "schema:position", 10**6), iri),
        )
        if kind != "position":
            return members
        return [iri for iri in members if not self.vocabulary.specified_as(iri)]

    def label(self, kind: str, iri: str, lang: str) -> str:
        """How we write a member in a table: its label where that leads back, else its IRI."""
        if kind == "position" and iri == OTHER_POSITION:
            return written("word-other-position", lang)
        label = self.vocabulary.graph.label(iri, lang)
        return label if self.find(kind, label) == [iri] else iri

    def allowed(self, kind: str) -> dict[str, str]:
        """The allowed values by language, for messages."""
        if kind not in self._allowed:
            members = self.members(kind)
            self._allowed[kind] = {
                lang: "; ".join(self.label(kind, iri, lang) for iri in members[:_SHOWN])
                + ("; …" if len(members) > _SHOWN else "")
                for lang in LANGUAGES
            }
        return self._allowed[kind]

    @cached_property
    def _allowed(self) -> dict[str, dict[str, str]]:
        return {}
