"""How far a position and a framework cover each other: duties, knowledge, essential skills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from libonto.crosswalk.chains import Counterpart, Crosswalk, Relation
from libonto.crosswalk.frameworks import Framework
from libonto.errors import UsageError
from libonto.graph.store import Graph

_KNOWLEDGE = "/knowledge"
"""How the IRI of a skill type ends where what is essential is knowledge and not a skill."""


@dataclass(frozen=True)
class Covered:
    """A duty, a knowledge item or an essential skill, and what covers it (none: nothing does)."""

    item: str
    counterparts: tuple[Counterpart, ...]


@dataclass(frozen=True)
class OccupationMatch:
    """An occupation that corresponds to the position or to one of its ladders."""

    counterpart: Counterpart
    skills: tuple[Covered, ...]
    """What it holds to be essential, without knowledge; `knowledge` apart from them.

    Both are empty where the framework's data do not say what is essential.
    """
    knowledge: tuple[Covered, ...]
    gaps: tuple[str, ...]
    """What could not be confirmed of it: IRIs of gaps."""


@dataclass(frozen=True)
class Comparison:
    """A position beside a framework."""

    position: str
    framework: Framework
    duties: tuple[Covered, ...]
    knowledge: tuple[Covered, ...]
    occupations: tuple[OccupationMatch, ...]
    crosswalk: Crosswalk


@dataclass(frozen=True)
class Figure:
    """So many of so many."""

    covered: int
    total: int
    only_related: int
    """How many of the covered ones have no closer counterpart than a related one."""

    @classmethod
    def of(cls, items: Sequence[Covered]) -> Figure:
        """How many of some items are covered."""
        covered = [item for item in items if item.counterparts]
        related = [
            item
            for item in covered
            if all(counterpart.relation is Relation.RELATED for counterpart in item.counterparts)
        ]
        return cls(len(covered), len(items), len(related))

    @property
    def percent(self) -> int:
        """Rounded down: 100 only where nothing lacks; 0 of 0 is 0."""
        return 100 * self.covered // self.total if self.total else 0


def compare(graph: Graph, position: str, name: str) -> Comparison:
    """Compare a position (slug or IRI) with a framework (slug or IRI).

    Raises UsageError for a name that means nothing, for a position that is not described,
    and where nothing corresponds at all.
    """
    crosswalk = Crosswalk(graph)
    slugs = crosswalk.frameworks.named(name)
    framework = _framework(crosswalk, slugs, name)
    iri = described_position(graph, position)
    bases = crosswalk.bases(iri)
    counterparts = {base: tuple(crosswalk.counterparts(base, slugs)) for base in bases}
    if not any(counterparts.values()):
        raise UsageError(
            "compare-without-mapping",
            position=graph.label(iri, "en"),
            framework=framework.slug,
        )
    duties = graph.iris(iri, "lo:hasDuty")
    own = graph.iris(iri, "lo:requiresKnowledge")
    asking = graph.subject_iris("lo:forPosition", iri)  # some levels ask for more
    more = sorted({item for one in asking for item in graph.iris(one, "lo:requiresKnowledge")})
    items = list(dict.fromkeys([*own, *more]))
    for item in items:
        counterparts.setdefault(item, tuple(crosswalk.counterparts(item, slugs)))
    own = [*duties, *items]
    return Comparison(
        position=iri,
        framework=framework,
        duties=_covered(crosswalk, duties, counterparts),
        knowledge=_covered(crosswalk, items, counterparts),
        occupations=tuple(
            _occupation(crosswalk, match, own, counterparts, _essential_property(graph, framework))
            for base in bases
            if base not in own
            for match in counterparts[base]
        ),
        crosswalk=crosswalk,
    )


def described_position(graph: Graph, name: str) -> str:
    """The IRI of a position that has duties; UsageError lists those that have."""
    known = sorted({node.value for node, _ in graph.pairs("lo:hasDuty")} - {""})
    for iri in known:
        notation = graph.text(iri, "skos:notation")
        if name in (iri, notation, f"position/{notation}"):
            return iri
    slugs = ", ".join(graph.text(iri, "skos:notation") or iri for iri in known)
    raise UsageError("position-not-described", value=name, known=slugs)


def _framework(crosswalk: Crosswalk, slugs: frozenset[str], name: str) -> Framework:
    known = crosswalk.frameworks.all
    for slug in (name, *sorted(slugs)):
        if slug in known:
            return known[slug]
    raise UsageError("framework-unknown", value=name, nearest="", known=", ".join(known))


def _covered(
    crosswalk: Crosswalk, items: list[str], counterparts: dict[str, tuple[Counterpart, ...]]
) -> tuple[Covered, ...]:
    ordered = crosswalk.graph.in_order(items)
    return tuple(Covered(item, counterparts[item]) for item in ordered)


def _essential_property(graph: Graph, framework: Framework) -> str | None:
    """The property by which the framework, or the whole that it belongs to, names essentials."""
    wholes = filter(None, (framework.iri, framework.part_of))
    properties = (graph.iri(iri, "lo:essentialProperty") for iri in wholes)
    return next(filter(None, properties), None)


def _occupation(
    crosswalk: Crosswalk,
    match: Counterpart,
    own: list[str],
    counterparts: dict[str, tuple[Counterpart, ...]],
    predicate: str | None,
) -> OccupationMatch:
    graph = crosswalk.graph
    skills = {
        quad.object.value
        for quad in graph.about(match.end)
        if quad.predicate.value == predicate and isinstance(quad.object, NamedNode)
    }
    named = sorted(skills, key=lambda iri: (graph.label(iri, "en"), iri))
    essential: dict[bool, list[Covered]] = {False: [], True: []}
    for skill in named:
        is_knowledge = any(k.endswith(_KNOWLEDGE) for k in graph.iris(skill, "esco:skillType"))
        covering = tuple(c for item in own for c in counterparts[item] if c.end == skill)
        essential[is_knowledge].append(Covered(skill, covering))
    return OccupationMatch(
        match,
        skills=tuple(essential[False]),
        knowledge=tuple(essential[True]),
        gaps=tuple(graph.subject_iris("lo:gapFor", match.end)),
    )


def as_value(comparison: Comparison, lang: str) -> dict[str, Any]:
    """The comparison as a JSON value, its labels in a language."""
    graph = comparison.crosswalk.graph

    def concept(iri: str) -> dict[str, str]:
        return {"iri": iri, "label": graph.label(iri, lang)}

    def match(counterpart: Counterpart, iri: str) -> dict[str, Any]:
        return {
            **concept(iri),
            "predicate": "skos:" + counterpart.relation.value,
            "strength": counterpart.strength,
            "confirmation": counterpart.confirmation,
        }

    def part(covered: Sequence[Covered], key: str, end: str) -> dict[str, Any]:
        figure = Figure.of(covered)
        return {
            "covered": figure.covered,
            "total": figure.total,
            "percent": figure.percent,
            "onlyRelated": figure.only_related,
            "items": [
                {
                    **concept(one.item),
                    key: [
                        match(counterpart, getattr(counterpart, end))
                        for counterpart in one.counterparts
                    ],
                }
                for one in covered
            ],
        }

    def essential(covered: Sequence[Covered], occupation: OccupationMatch) -> dict[str, Any] | None:
        is_known = occupation.skills or occupation.knowledge
        return part(covered, "coveredBy", "start") if is_known else None

    return {
        "position": concept(comparison.position),
        "framework": {
            **concept(comparison.framework.iri),
            "slug": comparison.framework.slug,
            "version": comparison.framework.version,
        },
        "duties": part(comparison.duties, "counterparts", "end"),
        "knowledge": part(comparison.knowledge, "counterparts", "end"),
        "occupations": [
            {
                "for": concept(occupation.counterpart.start),
                "occupation": match(occupation.counterpart, occupation.counterpart.end),
                "essentialSkills": essential(occupation.skills, occupation),
                "essentialKnowledge": essential(occupation.knowledge, occupation),
                "gaps": [concept(gap) for gap in occupation.gaps],
            }
            for occupation in comparison.occupations
        ],
    }
