"""Diplomas of other countries: what they amount to here, and by what they are recognised.

None of it is a recognition: a level says how a diploma compares, and an instrument says by
which act it may be recognised.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pyoxigraph import Literal

from libonto.crosswalk.chains import Counterpart, Crosswalk
from libonto.graph.mappings import EVIDENCE
from libonto.graph.store import Graph

HOME, OWN = "KZ", "kz-nqf"
"""The country whose education is meant by “here” (ISO 3166-1), and the slug of its framework."""

_EDUCATION = frozenset({"education"})
_EQF = frozenset({"eqf"})


@dataclass(frozen=True)
class Diploma:
    """A typical diploma of a country."""

    iri: str
    name: str
    """In its own language; empty where that was not found."""
    language: str
    kind: str
    """The IRI of its kind: bachelor, master, …"""
    levels: tuple[str, ...]
    confirmation: str


@dataclass(frozen=True)
class Amount:
    """What a level of a framework amounts to here, for a document of a day."""

    level: str
    sure: Counterpart | None
    """The chain of close links to a level of education here, where there is one."""
    near: tuple[Counterpart, ...]
    """Other ways to levels of education here, one of whose links is not close."""
    eqf: Counterpart | None
    other_scale: bool
    """Whether the level was another one on the day: nothing is known then."""


@dataclass(frozen=True)
class Instrument:
    """An act or an agreement by which a diploma may be recognised."""

    iri: str
    kind: str
    """A slug such as `national-procedure`."""
    since: date | None
    """In force since, else accepted or signed on; None for a principle."""
    force_seen: bool
    """Whether its entry into force was seen."""
    education: tuple[str, ...]


class Abroad:
    """The countries whose frameworks, diplomas or agreements the graph holds."""

    def __init__(self, crosswalk: Crosswalk) -> None:
        self.crosswalk = crosswalk
        self.graph: Graph = crosswalk.graph

    @cached_property
    def countries(self) -> dict[str, str]:
        """The IRIs of the countries by their ISO 3166-1 codes."""
        countries = self.graph.instances("lo:Country")
        codes = ((self.graph.text(iri, "skos:notation"), iri) for iri in countries)
        return dict(sorted((code, iri) for code, iri in codes if code))

    def frameworks(self, country: str) -> tuple[str, ...]:
        """The slugs of a country's frameworks."""
        iri = self.countries.get(country.upper(), "")
        return tuple(
            slug
            for slug, framework in self.crosswalk.frameworks.all.items()
            if iri in self.graph.iris(framework.iri, "dcterms:spatial")
        )

    def diplomas(self, country: str) -> list[Diploma]:
        """A country's diplomas, the lowest first."""
        iri = self.countries.get(country.upper())
        if iri is None:
            return []
        diplomas = [
            self._diploma(diploma)
            for diploma in self.graph.subject_iris("dcterms:spatial", iri)
            if self.graph.is_a(diploma, "lo:Qualification")
        ]
        return sorted(diplomas, key=lambda d: (self.graph.number(d.kind, "schema:position"), d.iri))

    def on_level(self, level: str) -> dict[str, list[Diploma]]:
        """The diplomas on a level by country; of an EQF level those on what corresponds to it."""
        frameworks = self.crosswalk.frameworks
        levels = {level}
        if frameworks.of(level) in _EQF:
            ends = (link.end for link in self.crosswalk.links.get(level, ()))
            levels |= {end for end in ends if frameworks.of(end) in frameworks.of_countries}
        on_level = (
            (country, [d for d in self.diplomas(country) if levels.intersection(d.levels)])
            for country in self.countries
        )
        return {country: diplomas for country, diplomas in on_level if diplomas}

    def is_level(self, concept: str) -> bool:
        """Whether diplomas may stand on a concept: a level of a country's framework or the EQF."""
        frameworks = self.crosswalk.frameworks
        return frameworks.of(concept) in frameworks.of_countries | _EQF

    def _diploma(self, iri: str) -> Diploma:
        graph = self.graph
        name = graph.one(iri, "dcterms:title")
        title = name if isinstance(name, Literal) else Literal("")
        return Diploma(
            iri=iri,
            name=title.value,
            language=title.language or "",
            kind=graph.iri(iri, "dcterms:type") or "",
            levels=tuple(graph.iris(iri, "lo:onLevel")),
            confirmation=(graph.iri(iri, "lo:confirmation") or "").removeprefix(EVIDENCE),
        )

    def levels(self, framework: str) -> list[str]:
        """A framework's levels as they are now, the lowest first."""
        scheme = self.crosswalk.frameworks.all[framework].iri
        concepts = self.graph.subject_iris("skos:inScheme", scheme)
        return self.graph.in_order(i for i in concepts if not self.graph.text(i, "lo:validUntil"))

    def changes(self, levels: Iterable[str]) -> list[date]:
        """The days on which the numbers of the levels' framework changed, the first first."""
        slugs = {self.crosswalk.frameworks.of(level) for level in levels}
        days = {
            day
            for mapping in self.crosswalk.mappings
            if self.crosswalk.frameworks.of(mapping.subject) in slugs
            for day in (mapping.valid_from, mapping.valid_until)
            if day
        }
        return [date.fromisoformat(day) for day in sorted(days)]

    def amount(self, level: str, awarded: date | None = None) -> Amount:
        """What a level amounts to here, for a document awarded on a day (any, where None)."""
        crosswalk = self.crosswalk
        rows = [x.mapping for x in crosswalk.links.get(level, ()) if x.mapping.subject == level]
        holding = [row for row in rows if not awarded or row.holds_on(awarded.isoformat())]
        sure = crosswalk.domestic(level, awarded)
        ways = crosswalk.counterparts(level, _EDUCATION, awarded=awarded)
        return Amount(
            level=level,
            sure=sure,
            near=() if sure else tuple(ways),
            eqf=next(iter(crosswalk.counterparts(level, _EQF, awarded=awarded)), None),
            other_scale=bool(rows) and not holding,
        )

    def compared(self, diploma: str) -> list[Counterpart]:
        """With which EQF levels others compare a diploma itself."""
        return self.crosswalk.counterparts(diploma, _EQF, longest=1)

    def recognition(
        self, country: str, on: date, education: frozenset[str] = frozenset()
    ) -> list[Instrument]:
        """What a diploma of a country may be recognised by on a day, the national acts first.

        `education` keeps what covers one of these levels of education (all, where empty).
        """
        iri = self.countries.get(country.upper(), "")
        instruments = []
        for name in self.graph.instances("lo:RecognitionInstrument"):
            covered = tuple(self.graph.iris(name, "lo:concernsEducation"))
            until = self.graph.day(name, "eli:date_no_longer_in_force")
            in_force = self.graph.day(name, "eli:first_date_entry_in_force")
            since = (
                in_force
                or self.graph.day(name, "dcterms:dateAccepted")
                or self.graph.day(name, "eli:date_document")
            )
            kind = (self.graph.iri(name, "dcterms:type") or "").rpartition("/")[2]
            applies = kind in _FOR_ALL or iri in self.graph.iris(name, "lo:party")
            fits = not education or education.intersection(covered)
            holds = (since is None or since <= on) and (until is None or on < until)
            if applies and fits and holds:
                instruments.append(Instrument(name, kind, since, in_force is not None, covered))
        return sorted(instruments, key=lambda i: (_ORDER.index(i.kind), i.since or date.min, i.iri))


_ORDER = ("national-procedure", "union-treaty", "agreement", "convention", "draft", "principle")
_FOR_ALL = frozenset({"national-procedure", "principle"})
"""What holds for the documents of every country; all else for those of its parties."""
