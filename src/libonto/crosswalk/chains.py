"""From a concept to its counterparts, along mappings and chains of them.

The strength of a chain is that of its weakest link. Of several ways to a counterpart the one
shown is: a stated mapping before any chain, then the closest relation, then the strongest, then
the shortest.

Predicates are turned round and joined end to end always on the safe side. SKOS makes only
``exactMatch`` transitive (SKOS Reference, 10.6.7), and says of ``closeMatch`` that it is not, so
that small differences do not add up unseen. What a chain can be said to be:

- exact and anything is that thing;
- broad and broad is broad, narrow and narrow is narrow: a part of a part is a part;
- close and close is only related, and stays so however many close links follow;
- close and broad (or narrow), in either order, is only related: the direction is lost;
- narrow and broad is related: the two share what lies in both;
- broad and narrow is nothing: two parts of one whole need not touch;
- related and anything but exact is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property

from libonto.crosswalk.frameworks import Frameworks
from libonto.graph.mappings import EVIDENCE, SKOS, Mapping
from libonto.graph.store import Graph
from libonto.law.positions import required
from libonto.law.readings import default_alternatives

LONGEST = 4
"""Links of a chain. Beyond that nothing useful can be said of close links either."""

_FIRM = ("memory-unverified", "inferred", "received", "seen")


class Relation(Enum):
    """What a concept is to another one, the closest first; the SKOS predicate's local name."""

    EXACT = "exactMatch"
    CLOSE = "closeMatch"
    BROAD = "broadMatch"
    NARROW = "narrowMatch"
    RELATED = "relatedMatch"

    @classmethod
    def of(cls, predicate: str) -> Relation:
        """The relation of a predicate's full IRI."""
        return cls(predicate.removeprefix(SKOS))

    @property
    def predicate(self) -> str:
        """The full IRI."""
        return SKOS + self.value

    @property
    def inverse(self) -> Relation:
        """The same seen from the other end (SKOS Reference, 10.3)."""
        turned = {Relation.BROAD: Relation.NARROW, Relation.NARROW: Relation.BROAD}
        return turned.get(self, self)


_JOINED = {
    (Relation.BROAD, Relation.BROAD): Relation.BROAD,
    (Relation.NARROW, Relation.NARROW): Relation.NARROW,
    (Relation.CLOSE, Relation.BROAD): Relation.RELATED,
    (Relation.CLOSE, Relation.NARROW): Relation.RELATED,
    (Relation.BROAD, Relation.CLOSE): Relation.RELATED,
    (Relation.NARROW, Relation.CLOSE): Relation.RELATED,
    (Relation.NARROW, Relation.BROAD): Relation.RELATED,
}


def joined(links: Sequence[Relation]) -> Relation | None:
    """What a chain of such links may be said to be; None where nothing can be said."""
    loose = [link for link in links if link is not Relation.EXACT]
    if len(loose) > 1 and set(loose) == {Relation.CLOSE}:
        return Relation.RELATED
    whole: Relation | None = loose[0] if loose else Relation.EXACT
    for link in loose[1:]:
        whole = _JOINED.get((whole, link)) if whole else None
    return whole


@dataclass(frozen=True)
class Link:
    """One mapping, walked from `start` to `end`; `relation` is as seen from `start`."""

    start: str
    relation: Relation
    end: str
    mapping: Mapping

    @property
    def confirmation(self) -> str:
        """How far the mapping is confirmed: a slug such as `seen`."""
        return self.mapping.confirmation.removeprefix(EVIDENCE)


@dataclass(frozen=True)
class Counterpart:
    """What a concept corresponds to: what it may be said to be to it, and the links to it."""

    relation: Relation
    links: tuple[Link, ...]

    @property
    def start(self) -> str:
        """The IRI of the concept."""
        return self.links[0].start

    @property
    def end(self) -> str:
        """The IRI of its counterpart."""
        return self.links[-1].end

    @cached_property
    def kind(self) -> tuple[str, Relation, bool]:
        """Its end, its relation, and whether close links can follow: the best of a kind goes on."""
        close = all(link.relation in (Relation.EXACT, Relation.CLOSE) for link in self.links)
        return self.end, self.relation, close

    @property
    def is_stated(self) -> bool:
        """Whether a table states it; else it follows from a chain."""
        return len(self.links) == 1

    @cached_property
    def strength(self) -> float:
        """The least confidence among the links, from 0 to 1."""
        return min(link.mapping.confidence for link in self.links)

    @property
    def confirmation(self) -> str:
        """The least firm confirmation among the links."""
        return min((link.confirmation for link in self.links), key=_firmness)

    def then(self, link: Link) -> Counterpart | None:
        """The chain with one more link; None where nothing can be said of it, or it turns back."""
        if link.end in (self.start, *(known.end for known in self.links)):
            return None
        links = (*self.links, link)
        relation = joined([known.relation for known in links])
        return Counterpart(relation, links) if relation else None


class Crosswalk:
    """The mappings of a graph, to be walked in both directions."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.frameworks = Frameworks(graph)

    @cached_property
    def links(self) -> dict[str, tuple[Link, ...]]:
        """The links that leave a concept, by its IRI."""
        by_concept: dict[str, list[Link]] = {}
        for mapping in self.mappings:
            relation = Relation.of(mapping.predicate)
            subject = self.frameworks.thing(mapping.subject)
            there = Link(subject, relation, mapping.object, mapping)
            back = Link(mapping.object, relation.inverse, subject, mapping)
            by_concept.setdefault(subject, []).append(there)
            by_concept.setdefault(mapping.object, []).append(back)
        return {concept: tuple(links) for concept, links in by_concept.items()}

    @cached_property
    def mappings(self) -> tuple[Mapping, ...]:
        """Every row of every table."""
        return tuple(mapping for table in self.frameworks.tables for mapping in table.mappings)

    def counterparts(
        self,
        start: str,
        to: frozenset[str] | None = None,
        *,
        longest: int = LONGEST,
        awarded: date | None = None,
        only: frozenset[Relation] = frozenset(Relation),
    ) -> list[Counterpart]:
        """What a concept corresponds to in other frameworks, the closest and strongest first.

        `to` keeps the frameworks with these slugs. A concept of the start's own framework is
        no counterpart, unless it is asked for or a table states it. A chain for a document that
        was `awarded` on a day starts with a row that holds for documents of that day; `only`
        keeps the chains all of whose links are such relations.
        """
        own = self.frameworks.of(start)
        best: dict[str, Counterpart] = {}
        for chain in self._chains(start, longest, awarded, only):
            framework = self.frameworks.of(chain.end)
            if framework in to if to else framework != own or chain.is_stated:
                best[chain.end] = min(best.get(chain.end, chain), chain, key=_order)
        return sorted(best.values(), key=lambda c: (_order(c)[1:3], c.end))

    def stated_mappings(self, to: frozenset[str] | None = None) -> list[Counterpart]:
        """Every stated mapping as its table has it; with `to`, turned so as to end there."""
        counterparts = []
        for mapping in self.mappings:
            relation = Relation.of(mapping.predicate)
            subject = self.frameworks.thing(mapping.subject)
            link = Link(subject, relation, mapping.object, mapping)
            if to and self.frameworks.of(link.end) not in to:
                if self.frameworks.of(link.start) not in to:
                    continue
                link = Link(link.end, relation.inverse, link.start, mapping)
            counterparts.append(Counterpart(link.relation, (link,)))
        return counterparts

    def domestic(self, level: str, awarded: date | None = None) -> Counterpart | None:
        """The level of education here that a framework's level amounts to, by a sure chain.

        Every link of it is close or exact; None where no such chain is known for a document
        awarded on the day.
        """
        sure = frozenset({Relation.EXACT, Relation.CLOSE})
        chains = self.counterparts(level, frozenset({"education"}), awarded=awarded, only=sure)
        return chains[0] if chains else None

    def _chains(
        self, start: str, longest: int, awarded: date | None, only: frozenset[Relation]
    ) -> Iterator[Counterpart]:
        """The best chain of each kind."""
        best: dict[tuple[str, Relation, bool], Counterpart] = {}
        frontier = []
        for link in self.links.get(start, ()):
            if link.relation in only and (
                not awarded or link.mapping.holds_on(awarded.isoformat())
            ):
                chain = Counterpart(link.relation, (link,))
                yield chain
                if _improves(best, chain):
                    frontier.append(chain)
        for _ in range(longest - 1):
            reached = []
            for chain in frontier:
                for link in self.links.get(chain.end, ()):
                    longer = chain.then(link) if link.relation in only else None
                    if longer is not None and _improves(best, longer):
                        reached.append(longer)
            frontier = [chain for chain in reached if best[chain.kind] is chain]
            yield from frontier

    def bases(self, concept: str) -> list[str]:
        """The concepts whose counterparts speak for one that has none of its own.

        A category or a requirement has no level, but asks for education of some levels and
        fields; a position has ladders, duties and knowledge.
        """
        graph = self.graph
        if graph.is_a(concept, "lo:Position"):
            ladders = graph.in_order(
                iri
                for iri in graph.subject_iris("lo:ofPosition", concept)
                if graph.is_a(iri, "lo:Ladder")
            )
            duties = graph.in_order(graph.iris(concept, "lo:hasDuty"))
            knowledge = graph.in_order(graph.iris(concept, "lo:requiresKnowledge"))
            return [concept, *ladders, *duties, *knowledge]
        requirements = [concept]
        if graph.is_a(concept, "lo:CategoryLevel"):
            required_here = required(graph, concept)
            requirements = [iri for iri in required_here if default_alternatives(graph, iri)]
        concepts = [
            accepted
            for requirement in requirements
            for predicate in ("lo:acceptsLevel", "lo:acceptsField", "lo:requiresKnowledge")
            for iri in (requirement, *default_alternatives(graph, requirement))
            for accepted in graph.in_order(graph.iris(iri, predicate))
        ]
        return list(dict.fromkeys([concept, *concepts]))


def _improves(best: dict[tuple[str, Relation, bool], Counterpart], chain: Counterpart) -> bool:
    """Whether a chain is stronger than the best of its kind so far; if so, it becomes that."""
    known = best.get(chain.kind)
    if known is not None and known.strength >= chain.strength:
        return False
    best[chain.kind] = chain
    return True


def _order(counterpart: Counterpart) -> tuple[bool, int, float, int, tuple[str, ...]]:
    """Smaller is better to show."""
    return (
        not counterpart.is_stated,
        list(Relation).index(counterpart.relation),
        -counterpart.strength,
        len(counterpart.links),
        tuple(link.end for link in counterpart.links),
    )


def _firmness(confirmation: str) -> int:
    return _FIRM.index(confirmation) if confirmation in _FIRM else -1
