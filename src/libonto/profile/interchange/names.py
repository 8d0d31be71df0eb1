"""What a text names: the labels of the ontology in three languages, slugs, codes and IRIs.

Preferred, alternative and hidden labels are all read. A text that names several things (the
hidden label that they share, a position that is too general) does not tell which one is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import chain

from rapidfuzz import fuzz, process

from libonto.graph.terms import ID, is_iri, slug_of
from libonto.law.fields import isced_namespaces
from libonto.law.readings import default_alternatives
from libonto.locales import LANGUAGES
from libonto.profile.account import Unresolved
from libonto.profile.interchange.headings import TableMapping, name_key
from libonto.profile.vocabulary import Vocabulary, country_code

RESOURCES = ("education", "field", "position", "category", "document-kind")
"""The kinds of which a cell names one thing."""

ONGOING = ID + "employment-status/ongoing"
"""The concept whose labels stand in the place of a last day."""

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_REMEMBERED = 10_000
_MOST_LISTED = 25  # how many allowed values a message lists
_SIMILAR = 75  # of 100: below it two names are not called near
_LABELS = ("skos:prefLabel", "skos:altLabel", "lo:shortLabel", "skos:hiddenLabel")


def as_iri(text: str) -> str | None:
    """The text where it is an absolute IRI, else None."""
    stripped = text.strip()
    return stripped if _IRI.fullmatch(stripped) and is_iri(stripped) else None


class Names:
    """The names of what a profile can name, by kind: `education`, `field`, `position`, …"""

    def __init__(self, vocabulary: Vocabulary, mapping: TableMapping | None = None) -> None:
        """`mapping` is the one of the tables that are read, if there is one.

        The labels are read when they are first needed.
        """
        self.vocabulary = vocabulary
        self.mapping = mapping or TableMapping()
        self._named_by = lru_cache(_REMEMBERED)(self._find)
        self._allowed: dict[str, dict[str, str]] = {}
        self._levels: dict[str, frozenset[str]] = {}

    @cached_property
    def _members(self) -> dict[str, list[frozenset[str]]]:
        known = self.vocabulary
        return {
            **{kind: [members] for kind, members in known.by_kind.items()},
            "position": [known.positions],
            # a knowledge item goes before the act of the same name
            "knowledge": [known.items, known.acts],
            "ongoing": [frozenset({ONGOING})],
        }

    @cached_property
    def _index(self) -> dict[str, dict[str, list[str]]]:
        """What is named, by kind and key; the first group that knows a key decides."""
        index: dict[str, dict[str, list[str]]] = {}
        for kind, groups in self._members.items():
            names: dict[str, list[str]] = {}
            for members in groups:
                names |= {k: v for k, v in self._named(members).items() if k not in names}
            index[kind] = names
        return index

    def _named(self, members: Iterable[str]) -> dict[str, list[str]]:
        """The members by each of their keys; a label goes before a hidden one."""
        graph = self.vocabulary.graph
        open_: dict[str, list[str]] = {}
        hidden: dict[str, list[str]] = {}
        for iri in sorted(members):
            *labels, other = (graph.texts(iri, property_) for property_ in _LABELS)
            own = [slug_of(iri), graph.text(iri, "skos:notation") or slug_of(iri)]
            for names, index in (([*chain(*labels), *own], open_), (other, hidden)):
                for key in {name_key(name) for name in names}:
                    index.setdefault(key, []).append(iri)
        return hidden | open_

    @cached_property
    def isced(self) -> dict[str, list[str]]:
        """The fields of ISCED-F by each of their names and codes.

        Where one field lies in another of the same name, the wider one is meant.
        """
        graph = self.vocabulary.graph
        _ = graph.tables  # asking for them loads the frameworks too
        # each field has one IRI here: where it is known under two, the later in the alphabet
        fields = graph.subject_iris("skos:inScheme", ID + "framework/isced-f")
        members = [iri for iri in fields if iri.startswith(max(isced_namespaces(graph)))]
        return {
            key: [iri for iri in iris if not any(iri[:n] in iris for n in range(len(iri)))]
            for key, iris in self._named(members).items()
        }

    def find(self, kind: str, text: str) -> list[str]:
        """The IRIs that a text names: none, one, or several where it does not tell which."""
        return self._named_by(kind, text)

    def items(self, text: str) -> list[str]:
        """The parts of a text that lists knowledge: between `;`, line ends, or commas."""
        listed: list[str] = []
        for part in filter(str.strip, re.split(r"[;\n\r]", text)):
            parts = list(filter(str.strip, part.split(",")))
            is_one = len(parts) < 2 or bool(self.find("knowledge", part))
            listed += [part] if is_one else parts
        return [part.strip() for part in listed]

    def is_ongoing(self, text: str) -> bool:
        """Whether a text stands in the place of a last day, since there is none yet."""
        return bool(self.find("ongoing", text))

    def _find(self, kind: str, text: str) -> list[str]:
        iri = as_iri(text)
        return [iri] if iri else self._with_key(kind, name_key(text))

    def _with_key(self, kind: str, key: str) -> list[str]:
        iris = self._index[kind].get(key, [])
        if kind == "field":
            return iris or self.isced.get(key, [])
        if kind == "education":
            return iris or self._framework_levels.get(key, [])
        if kind == "position":
            exact = [self.vocabulary.specified_as(iri) or [iri] for iri in iris]
            return [iri for exact_ones in exact for iri in exact_ones]
        return iris

    @cached_property
    def _framework_levels(self) -> dict[str, list[str]]:
        """The levels of frameworks by their slugs (`de-dqr/6`, `EQF 6`) and labels, as keys."""
        levels = self.vocabulary.framework_levels
        graph = self.vocabulary.graph
        labels = {
            label: iri
            for iri in levels.values()
            for label in graph.translations(iri, "skos:prefLabel").values()
        }
        slugs = {text: iri for s, iri in levels.items() for text in (s, s.replace("/", " "))}
        return {name_key(text): [iri] for text, iri in {**labels, **slugs}.items()}

    @cached_property
    def _diplomas(self) -> dict[str, dict[str, list[str]]]:
        """The levels of countries' typical diplomas by a name's key and the country's code."""
        graph = self.vocabulary.graph
        codes = {f"{ID}country/{code}": code for code in self.vocabulary.countries}
        diplomas: dict[str, dict[str, list[str]]] = {}
        for iri in graph.instances("lo:Qualification"):
            countries = [codes[c] for c in graph.iris(iri, "dcterms:spatial") if c in codes]
            levels = graph.iris(iri, "lo:onLevel")
            titles = map(name_key, graph.texts(iri, "dcterms:title"))
            for key in {*self._named([iri]), *titles}:
                for code in countries:
                    known = diplomas.setdefault(key, {}).setdefault(code, [])
                    known += [level for level in levels if level not in known]
        return diplomas

    def level_of_diploma(self, text: str, country: str) -> str:
        """The level of a country's diploma by its own name; nothing where none is called so.

        Unresolved where the country is not stated, or has no level or several for that name.
        """
        known = self._diplomas.get(name_key(text), {})
        if known and not country:
            raise Unresolved("diploma-country", choices=self.country_names(known))
        levels = known.get(country)
        if levels is None:
            return ""
        if not levels:
            raise Unresolved("diploma-without-level", country=self.country_names([country]))
        if len(levels) > 1:
            levels = self.vocabulary.graph.in_order(levels)
            raise Unresolved("ambiguous-value", choices=self.listed("education", levels))
        return levels[0]

    def country_names(self, codes: Iterable[str]) -> dict[str, str]:
        """The names of some countries, by language, for messages."""
        names = [self.vocabulary.countries[code] for code in codes]
        return {lang: "; ".join(sorted(name[lang] for name in names)) for lang in LANGUAGES}

    def country(self, text: str) -> str:
        """The code (ISO 3166-1) of a country that is named in our languages, else the text."""
        key = name_key(text)
        codes = [
            code
            for code, names in self.vocabulary.countries.items()
            if key in map(name_key, (code, *names.values()))
        ]
        return codes[0] if len(codes) == 1 else country_code(text) or text.strip()

    def nearest(self, kind: str, text: str) -> str:
        """The most similar name that is understood, or nothing."""
        names = [key for key in self._index[kind] if len(self._with_key(kind, key)) == 1]
        near = process.extractOne(name_key(text), names, scorer=fuzz.ratio, score_cutoff=_SIMILAR)
        return near[0] if near else ""

    def likely(self, kind: str, text: str) -> tuple[tuple[str, ...], int]:
        """What a text that is not known may mean, the likeliest first, and how likely, of 100."""
        index = {**(self.isced if kind == "field" else {}), **self._index[kind]}
        near = process.extract(
            name_key(text), list(index), scorer=fuzz.WRatio, limit=5, score_cutoff=_SIMILAR
        )
        iris = dict.fromkeys(iri for key, _, _ in near for iri in index[key])
        return tuple(iris)[:5], int(near[0][1]) if near else 0

    def short(self, kind: str, iri: str) -> str:
        """A slug, where that leads back, else the IRI."""
        slug = iri.removeprefix(f"{ID}{kind}/")
        return slug if self.find(kind, slug) == [iri] else iri

    def members(self, kind: str) -> list[str]:
        """What a table can name, in the graph's order (acts are left out: there are many)."""
        return self.vocabulary.graph.in_order(self.vocabulary.by_kind[kind])

    def label(self, kind: str, iri: str, lang: str) -> str:
        """How we write a member in a table: its label where that leads back, else its IRI."""
        label = self.vocabulary.graph.label(iri, lang)
        return label if self.find(kind, label) == [iri] else iri

    def allowed(self, kind: str) -> dict[str, str]:
        """The allowed values by language, for messages."""
        if kind not in self._allowed:
            members = self.members(kind)
            more = "; …" if len(members) > _MOST_LISTED else ""
            listed = self.listed(kind, members[:_MOST_LISTED])
            self._allowed[kind] = {lang: text + more for lang, text in listed.items()}
        return self._allowed[kind]

    def listed(self, kind: str, iris: Sequence[str]) -> dict[str, str]:
        """The labels of some things, by language, for messages."""
        return {lang: "; ".join(self.label(kind, iri, lang) for iri in iris) for lang in LANGUAGES}

    def levels_of(self, category: str) -> frozenset[str]:
        """The levels of education that some category of the same ladder accepts."""
        if category not in self._levels:
            graph = self.vocabulary.graph
            ladder = graph.one(category, "lo:inLadder")
            steps = graph.subjects("lo:inLadder", ladder) if ladder is not None else []
            self._levels[category] = frozenset(
                level
                for step in steps
                for requirement in graph.iris(step, "lo:hasRequirement")
                for way in default_alternatives(graph, requirement)
                for level in graph.iris(way, "lo:acceptsLevel")
            )
        return self._levels[category]
