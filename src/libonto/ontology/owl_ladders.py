"""What HermiT must prove of the eligibility classes: each level is below the one beneath it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from libonto.graph.store import Graph
from libonto.law.model import Category, PositionRules
from libonto.ontology.reasoner import Classification


@dataclass(frozen=True)
class Step:
    """A level and the one whose requirements it includes; whether that is proven."""

    level: str
    below: str
    proven: bool


@dataclass(frozen=True)
class Crossing:
    """Two ladders; the level of one that is proven to be below a level of the other, if any."""

    ladders: tuple[str, str]
    levels: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LadderProof:
    """What is proven of one position's levels; `without` are those that have no class."""

    position: str
    steps: tuple[Step, ...]
    crossings: tuple[Crossing, ...]
    without: tuple[str, ...]
    impossible: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether every step is proven, nothing crosses, and every level can be reached."""
        return (
            all(step.proven for step in self.steps)
            and not any(crossing.levels for crossing in self.crossings)
            and not self.impossible
        )


def eligibility_class(graph: Graph, iri: str) -> str | None:
    """The OWL class of those who meet a category or a requirement, where there is one."""
    found = graph.iris(NamedNode(iri), "lo:eligibilityClass")
    return found[0] if found else None


def ladder_proof(graph: Graph, rules: PositionRules, proven: Classification) -> LadderProof:
    """What a classification proves of a position's ladders."""
    classes = {c.iri: eligibility_class(graph, c.iri) for c in rules.categories}
    have = [c for c in rules.categories if classes[c.iri]]

    def is_below(level: Category, other: Category) -> bool:
        return proven.is_below(str(classes[level.iri]), str(classes[other.iri]))

    by_iri = {c.iri: c for c in have}
    steps = [
        Step(c.iri, c.inherits, is_below(c, by_iri[c.inherits]))
        for c in have
        if c.inherits in by_iri
    ]
    crossings = []
    for number, one in enumerate(rules.ladders):
        for other in rules.ladders[number + 1 :]:
            pairs = [
                (a.iri, b.iri)
                for a in have
                for b in have
                if {a.ladder, b.ladder} == {one, other} and is_below(a, b)
            ]
            crossings.append(Crossing((one, other), tuple(pairs)))
    return LadderProof(
        position=rules.iri,
        steps=tuple(steps),
        crossings=tuple(crossings),
        without=tuple(c.iri for c in rules.categories if not classes[c.iri]),
        impossible=tuple(c.iri for c in have if classes[c.iri] in proven.impossible),
    )


def relevant(positions: Iterable[LadderProof]) -> bool:
    """Whether anything was proven at all; nothing to prove is no proof."""
    return any(proof.steps for proof in positions)
