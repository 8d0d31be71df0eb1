"""What foreign documents name, found among ours: levels through the crosswalk, never guessed.

A level of another framework than Kazakhstan's (EQF, ISCED, an NQF) stands as it is stated: what
it comes to is for the verdict to tell. One of Kazakhstan's is taken only where the crosswalk
knows exactly one level of education here that it corresponds to closely, or that includes it.
How strong a link is goes with the credential, as evidence that every report shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal

from libonto.crosswalk.chains import Counterpart, Crosswalk, Relation
from libonto.crosswalk.foreign import OWN
from libonto.law.fields import isced_namespaces
from libonto.locales import LANGUAGES, sentence
from libonto.profile.account import Unresolved
from libonto.profile.interchange.headings import normal
from libonto.profile.interchange.names import Names, as_iri

_FITTING = (Relation.EXACT, Relation.CLOSE, Relation.BROAD)
_ESCO = "http://data.europa.eu/esco/"
_LEVEL, _FIELD = "educationLevel", "fieldOfStudy"


@dataclass(frozen=True)
class KnownTerm:
    """A level, field or position that we know, and the property that states it in a profile.

    `counterpart` is the way to it where another was stated; `abroad` the level of another framework
    than Kazakhstan's that was stated. `iri` is empty for one that corresponds to no one level here.
    """

    property: str
    iri: str
    counterpart: Counterpart | None = None
    abroad: str = ""


class Resolver:
    """Finds the term that a text names, or why none can be chosen."""

    def __init__(self, names: Names) -> None:
        """The graph of the names holds the frameworks and mappings."""
        self.names = names
        self.graph = names.vocabulary.graph
        _ = self.graph.tables  # asking for them loads the frameworks too
        self.crosswalk = Crosswalk(self.graph)
        self._isced = isced_namespaces(self.graph)

    def level(
        self, names: Iterable[str], diploma: Iterable[str] = (), country: str = ""
    ) -> KnownTerm | Unresolved:
        """The level that IRIs or labels name; several ways of naming it must agree.

        Where none is named, `diploma`, the own name of a country's diploma, may tell it.
        """
        matches = [self._level(text) for text in dict.fromkeys(names)]
        levels = [match for match in matches if isinstance(match, KnownTerm)]
        distinct = {level.iri for level in levels} - {""}
        if len(distinct) > 1:
            return Unresolved("level-contradicts", levels=self._labels(distinct))
        if levels:
            return sorted(levels, key=_directness)[-1]  # of several alike the last
        matches = [*self._of_diploma(diploma, country), *matches]
        return matches[0] if matches else Unresolved("level-missing")

    def _level(self, text: str) -> KnownTerm | Unresolved:
        own = self.names.find("education", text)
        if len(own) == 1 and own[0] in self.names.vocabulary.levels:
            return KnownTerm(_LEVEL, own[0])
        if len(own) > 1:
            return Unresolved("ambiguous", choices=self.names.listed("education", own))
        concept = own[0] if own else self._concept(text)
        if concept in self._levels_abroad:
            return self._abroad(concept)
        if concept is None:
            return Unresolved("level-unknown", allowed=self.names.allowed("education"))
        ways, fitting, ends = self._ways(concept)
        level, levels = self._labels([concept]), self._labels(ends or {w.end for w in ways[:1]})
        if not ways:
            return Unresolved("level-without-counterpart", level=level)
        if not fitting:
            return Unresolved("level-only-related", level=level, levels=levels)
        if len(ends) > 1:
            return Unresolved("level-ambiguous", level=level, levels=levels)
        return KnownTerm(_LEVEL, fitting[0].end, fitting[0])

    def _ways(self, concept: str) -> tuple[list[Counterpart], list[Counterpart], set[str]]:
        """The ways from a level to those here, the fitting ones, and where these or tables end."""
        ways = self.crosswalk.counterparts(concept, frozenset({"education"}))
        fitting = [way for way in ways if way.relation in _FITTING]
        return ways, fitting, {way.end for way in ways if way in fitting or way.is_stated}

    def _abroad(self, level: str) -> KnownTerm | Unresolved:
        """A level of another framework, with what it corresponds to here where that is known."""
        ways, fitting, ends = self._ways(level)
        if len({way.end for way in ways if way.is_stated}) > 1:
            labels = {"level": self._labels([level]), "levels": self._labels(ends)}
            return Unresolved("level-ambiguous", **labels)
        one = fitting[0] if fitting and len(ends) == 1 else None
        way = self.crosswalk.domestic(level) or one
        return KnownTerm("frameworkLevel", way.end if way else "", way, level)

    def _of_diploma(self, names: Iterable[str], country: str) -> Iterator[KnownTerm | Unresolved]:
        """The level of a country's diploma by its own name; nothing where none is called so."""
        for name in names:
            try:
                if level := self.names.level_of_diploma(name, country):
                    yield self._abroad(level)
                    return
            except Unresolved as fault:
                key = "ambiguous" if fault.key == "ambiguous-value" else fault.key
                yield Unresolved(key, **fault.params)
                return

    @cached_property
    def _levels_abroad(self) -> frozenset[str]:
        frameworks = self.crosswalk.frameworks
        levels = self.names.vocabulary.framework_levels.values()
        return frozenset(level for level in levels if frameworks.of(level) != OWN)

    def evidence(self, term: KnownTerm, lang: str) -> str:
        """The sentence on the mapping that led to a term, and how sure it is; empty without one."""
        way = term.counterpart
        if way is None:
            return ""
        return sentence(
            "imports.evidence",
            lang,
            foreign=self.graph.label(way.start, lang),
            iri=way.start,
            ours=self.graph.label(way.end, lang),
            relation=sentence(f"crosswalk.{way.relation.value}", lang),
            strength=f"{way.strength:.2f}",
            confirmation=sentence(f"crosswalk.{way.confirmation}", lang),
        )

    def caveats(self, term: KnownTerm) -> list[dict[str, str]]:
        """What to beware of, by language: the caveats of the framework that was used."""
        start = term.abroad or (term.counterpart.start if term.counterpart else "")
        if not start:
            return []
        slug = frozenset({self.crosswalk.frameworks.of(start)})
        by_lang = [self.crosswalk.frameworks.caveats(slug, lang) for lang in LANGUAGES]
        return [dict(zip(LANGUAGES, texts, strict=True)) for texts in zip(*by_lang, strict=False)]

    def field(self, subjects: Iterable[Iterable[str]]) -> KnownTerm | Unresolved:
        """The field that is stated; each member is the names of one subject, any of which will do.

        Of fields one of which lies in the other the narrower one is meant.
        """
        first = (next(filter(None, map(self._field, names)), None) for names in subjects)
        fields = {field.iri: field for field in first if field is not None}
        narrow = [
            field
            for iri, field in fields.items()
            if not any(other != iri and other.startswith(iri) for other in fields)
        ]
        if not narrow:
            return Unresolved("field-unknown", allowed=self.names.allowed("field"))
        if len(narrow) > 1:
            return Unresolved("field-several", fields=self._labels([f.iri for f in narrow]))
        return narrow[0]

    def _field(self, text: str) -> KnownTerm | None:
        own = self.names.find("field", text)
        concept = own[0] if len(own) == 1 and as_iri(text) is None else self._concept(text)
        if concept is None:
            return None
        if concept in self.names.vocabulary.fields or concept.startswith(self._isced):
            return KnownTerm(_FIELD, concept)
        ways = [
            way
            for way in self.crosswalk.counterparts(concept, frozenset({"isced-f"}))
            if way.relation in _FITTING and way.end.startswith(self._isced)
        ]
        return KnownTerm(_FIELD, ways[0].end, ways[0]) if len(ways) == 1 else None

    def position(self, positions: Iterable[Iterable[str]]) -> KnownTerm | Unresolved:
        """The one position that is stated; each member is the IRIs or labels of one.

        It is ours, or a concept of a known framework: any other IRI may just be the document's own
        name for a job that does count.
        """
        matches = [self._position(names) for names in positions]
        known = {one.iri: one for one in matches if isinstance(one, KnownTerm)}
        if len(known) > 1:
            return Unresolved("position-several", positions=self._labels(known))
        matches.sort(key=lambda one: isinstance(one, Unresolved) and one.key != "ambiguous")
        return next(iter(known.values()), matches[0] if matches else self._position(()))

    def _position(self, names: Iterable[str]) -> KnownTerm | Unresolved:
        ambiguous: list[str] = []
        for text in names:
            own = self.names.find("position", text)
            if len(own) != 1:
                ambiguous = ambiguous or own
                continue
            [iri] = own
            is_known = iri in self.names.vocabulary.positions or as_iri(text) is None
            if is_known or self.graph.is_a(iri, "skos:Concept") or iri.startswith(_ESCO):
                return KnownTerm("inPosition", iri)
        if ambiguous:
            return Unresolved("ambiguous", choices=self.names.listed("position", ambiguous))
        return Unresolved("position-unknown", allowed=self.names.allowed("position"))

    def item(self, text: str) -> str | None:
        """The knowledge item or act that a text names."""
        known = self.names.vocabulary.items | self.names.vocabulary.acts
        iris = self.names.find("knowledge", text)
        return iris[0] if len(iris) == 1 and iris[0] in known else None

    def coded(self, code: str, scheme: str) -> str | None:
        """The concept with a code in a framework called by its IRI, address or slug."""
        frameworks = self.crosswalk.frameworks
        for slug, framework in frameworks.all.items():
            addresses = self.graph.iris(framework.iri, "rdfs:seeAlso")
            if scheme.strip().rstrip("/") in {slug, framework.iri, *addresses}:
                for iri in self.graph.subject_iris("skos:notation", Literal(code.strip())):
                    if frameworks.of(iri) == slug:
                        return iri
        return None

    def _concept(self, text: str) -> str | None:
        """A concept of a framework by its IRI or by a label that is its alone."""
        iri = as_iri(text)
        if iri:
            return iri
        iris = self._concepts.get(normal(text), [])
        return iris[0] if len(iris) == 1 else None

    @cached_property
    def _concepts(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for iri in self.graph.instances("skos:Concept"):
            for label in self.graph.translations(iri, "skos:prefLabel").values():
                members = names.setdefault(normal(label), [])
                if iri not in members:
                    members.append(iri)
        return names

    def _labels(self, iris: Iterable[str]) -> dict[str, str]:
        return {
            lang: "; ".join(self.graph.label(iri, lang) for iri in sorted(iris))
            for lang in LANGUAGES
        }


def _directness(level: KnownTerm) -> tuple[bool, float]:
    """What tells a level the more directly is the greater: ours, then by the surest way."""
    way = level.counterpart
    return bool(way or level.iri), way.strength if way else 1.0
