"""The editions of an act, which one is judged by, and the acts that bear on a text.

A law is a chain of editions (contract, “Editions”). An edition's first day is that of its entry
into force where known, else of its registration, else of its adoption; it is in force until its
stated end, else until the next edition of the same act begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from itertools import zip_longest

from pyoxigraph import BlankNode

from libonto.errors import UsageError, unknown
from libonto.graph.store import Graph
from libonto.graph.terms import ID, slug_of, term

ALMATY = timezone(timedelta(hours=5), "Asia/Almaty")
"""Kazakhstan has one time zone, UTC+5 without summer time, since 2024-03-01."""

_BEGINNINGS = ("eli:first_date_entry_in_force", "lo:registeredOn", "eli:version_date")
"""What an edition's first day is: its entry into force, else registration, else adoption."""


def today() -> date:
    """Today's date in Asia/Almaty."""
    return datetime.now(ALMATY).date()


@dataclass(frozen=True)
class Edition:
    """An edition of an act, in force on the days [`first`, `until`), as far as they are known.

    `successor` is the edition after it and `evidence` the slug of how sure we are.
    """

    iri: str
    act: str | None = None
    first: date | None = None
    until: date | None = None
    successor: str | None = None
    evidence: str | None = None

    def in_force(self, day: date) -> bool | None:
        """Whether it is in force on a day; None where its first day is not known."""
        if self.first is None:
            return None
        return self.first <= day and (self.until is None or day < self.until)


class Editions:
    """All editions that the graph knows."""

    def __init__(self, graph: Graph) -> None:
        """Read nothing yet."""
        self.graph = graph

    @cached_property
    def by_iri(self) -> dict[str, Edition]:
        """Every edition; an act's editions follow each other in time."""
        chains: dict[str | None, list[Edition]] = {}
        for iri in self.graph.instances("lo:Edition"):
            edition = self._read(iri)
            chains.setdefault(edition.act, []).append(edition)
        editions: dict[str, Edition] = {}
        for act, chain in chains.items():
            dated = sorted((e for e in chain if e.first), key=lambda e: (e.first, e.iri))
            for edition, later in zip_longest(dated, dated[1:] if act else ()):
                editions[edition.iri] = replace(
                    edition,
                    until=edition.until or (later.first if later else None),
                    successor=edition.successor or (later.iri if later else None),
                )
            editions |= {edition.iri: edition for edition in chain if not edition.first}
        return editions

    def in_force(self, act: str | None, day: date) -> Edition | None:
        """The edition of an act that is in force on a day."""
        current = [e for e in self.by_iri.values() if e.act == act and e.in_force(day)]
        return current[-1] if current else None

    def of_position(self, position: str) -> tuple[Edition, ...]:
        """The editions whose description of a position is at hand, the dated ones first."""
        described = self.graph.iris(position, "lo:describedIn")
        return tuple(e for e in self.by_iri.values() if e.iri in described)

    def select(self, position: str, day: date, requested: str | None = None) -> Edition | None:
        """The edition by which a position is judged on a day; None where it has none.

        The requested one; else the one in force if its text is held, else the latest one begun by
        the day, else the earliest one. UsageError for one whose text is not held.
        """
        available = self.of_position(position)
        if requested is not None:
            for edition in available:
                if edition.iri == requested:
                    return edition
            known = ", ".join(slug_of(e.iri) for e in available)
            raise UsageError("edition-not-held", value=slug_of(requested), known=known)
        begun = [e for e in available if e.first and e.first <= day]
        current = [e for e in begun if e.in_force(day)]
        ranked = [*current[-1:], *begun[-1:], *(e for e in available if e.first), *available]
        return ranked[0] if ranked else None

    def named(self, name: str) -> str:
        """The IRI of an edition given as a slug or an IRI; UsageError for an unknown one."""
        iri = name if ":" in name else f"{ID}edition/{name}"
        if iri in self.by_iri:
            return iri
        known = [slug_of(e) for e in self.by_iri]
        raise unknown("unknown-edition", name, known, like=slug_of(iri))

    def _read(self, iri: str) -> Edition:
        days = (self.graph.day(iri, property_) for property_ in _BEGINNINGS)
        sure = self.graph.iri(iri, "lo:confirmation")
        return Edition(
            iri=iri,
            act=self.graph.iri(iri, "eli:realizes"),
            first=next(filter(None, days), None),
            until=self.graph.day(iri, "eli:date_no_longer_in_force"),
            successor=self.graph.iri(iri, "lo:supersededBy"),
            evidence=slug_of(sure, "evidence") if sure else None,
        )


@dataclass(frozen=True)
class Citation:
    """IRIs of an edition and its act; `text` is the text as received and `digest` its SHA-256.

    `sure` is the slug of how sure we are of the edition's description.
    """

    edition: str
    act: str | None
    text: str | None
    digest: str | None
    sure: str | None


def citations(graph: Graph, edition: Edition | None) -> tuple[Citation, ...]:
    """How the edition by which a position is judged is cited."""
    if edition is None:
        return ()
    text = graph.iri(edition.iri, "eli:is_embodied_by")
    digest = graph.text(text, "schema:sha256") if text else None
    return (Citation(edition.iri, edition.act, text, digest, edition.evidence),)


@dataclass(frozen=True)
class UndecidedQuestion:
    """A question about a position that its text does not decide; where to look, if known."""

    iri: str
    references: tuple[str, ...]
    confirmation: str | None


def undecided_questions(graph: Graph, position: str) -> tuple[UndecidedQuestion, ...]:
    """The questions about a position that its text does not decide, in their order."""
    about = set(graph.subject_iris("schema:about", position))
    return tuple(
        UndecidedQuestion(
            iri,
            tuple(graph.iris(iri, "dcterms:references")),
            graph.iri(iri, "lo:confirmation"),
        )
        for iri in graph.in_order(about.intersection(graph.instances("lo:UndecidedQuestion")))
    )


def in_force_instead(graph: Graph, shape: str, items: Iterable[str], on: date) -> tuple[str, ...]:
    """The successors on a day of the acts that items name, where the shape accepts successors."""
    path, through = graph.one(shape, "sh:path"), term("lo:showsKnowledgeThroughSuccessor")
    parts = graph.reached(path, whole=False) if isinstance(path, BlankNode) else ()
    if path != through and all(part.object != through for part in parts):
        return ()
    named = [act for item in items for act in graph.iris(item, "lo:refersToAct")]
    successors = [current for act in named if (current := _current(graph, act, on)) != act]
    return tuple(dict.fromkeys(successors))


def _current(graph: Graph, act: str, on: date) -> str:
    visited = {act}
    while True:
        ended = graph.day(act, "eli:date_no_longer_in_force")
        successor = graph.iri(act, "dcterms:isReplacedBy")
        if ended is None or ended > on or successor is None or successor in visited:
            return act
        act = successor
        visited.add(act)
