"""How far a position and a framework cover each other: duties, knowledge, essential skills."""

from __future__ import annotations

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
    """A duty or a knowledge item, and its counterparts in the framework (none: it has none)."""

    item: str
    counterparts: tuple[Counterpart, ...]


@dataclass(frozen=True)
class Essential:
    """What an occupation holds to be essential, and what of the position covers it."""

    skill: str
    is_knowledge: bool
    covered_by: tuple[Counterpart, ...]


@dataclass(frozen=True)
class OccupationMatch:
    """An occupation that corresponds to the position or to one of its ladders."""

    counterpart: Counterpart
    essential: tuple[Essential, ...]
    """Empty where the framework's data do not say what is essential."""
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

    @property
    def percent(self) -> int:
        """Rounded down: 100 only where nothing lacks; 0 of 0 is 0."""
        return 100 * self.covered // self.total if self.total else 0


def compare(graph: Graph, position: str, framework: str) -> Comparison:
    """Compare a position (slug or IRI) with a framework (slug or IRI).

    Raises UsageError for a name that means nothing, for a position that is not described,
    and where nothing corresponds at all.
    """
    crosswalk = Crosswalk(graph)
    slugs = crosswalk.frameworks.named(framework)
    found = _framework(crosswalk, slugs, framework)
    iri = described_position(graph, position)
    bases = crosswalk.bases(iri)
    counterparts = {base: tuple(crosswalk.counterparts(base, slugs)) for base in bases}
    if not any(counterparts.values()):
        raise UsageError(
            "compare-without-mapping",
            position=graph.label(iri, "en"),
            framework=found.slug,
        )
    duties = graph.iris(iri, "lo:hasDuty")
    asking = (iri, *graph.subject_iris("lo:forPosition", iri))  # some levels ask for more
    items = list({item for one in asking for item in graph.iris(one, "lo:requiresKnowledge")})
    for item in items:
        counterparts.setdefault(item, tuple(crosswalk.counterparts(item, slugs)))
    own = [*duties, *items]
    return Comparison(
        position=iri,
        framework=found,
        duties=_covered(crosswalk, duties, counterparts),
        knowledge=_covered(crosswalk, items, counterparts),
        occupations=tuple(
            _occupation(crosswalk, match, own, counterparts, _essential_property(graph, found))
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
    for framework in known.values():
        if framework.iri == name:
            return framework
    raise UsageError("framework-unknown", value=name, nearest="", known=", ".join(known))


def _covered(
    crosswalk: Crosswalk, items: list[str], counterparts: dict[str, tuple[Counterpart, ...]]
) -> tuple[Covered, ...]:
    ordered = crosswalk.graph.in_order(items)
    return tuple(Covered(item, counterparts[item]) for item in ordered)


def _essential_property(graph: Graph, framework: Framework) -> str | None:
    """The property by which the framework, or the whole that it belongs to, names essentials."""
    wholes = filter(None, (framework.iri, framework.part_of))
    found = (graph.iri(iri, "lo:essentialProperty") for iri in wholes)
    return next(filter(None, found), None)


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
    essential = [
        Essential(
            skill=skill,
            is_knowledge=any(
                kind.endswith(_KNOWLEDGE) for kind in graph.iris(skill, "esco:skillType")
            ),
            covered_by=tuple(
                found for item in own for found in counterparts[item] if found.end == skill
            ),
        )
        for skill in sorted(skills, key=lambda iri: (graph.label(iri, "en"), iri))
    ]
    gaps = graph.subject_iris("lo:gapFor", match.end)
    return OccupationMatch(match, tuple(essential), tuple(gaps))


def figure(covered: tuple[Covered, ...]) -> Figure:
    """How many of some items have a counterpart."""
    return _figure([item.counterparts for item in covered])


def essential_figure(match: OccupationMatch, *, knowledge: bool) -> Figure:
    """How much of an occupation's essential knowledge, or skills, is covered."""
    wanted = [found for found in match.essential if found.is_knowledge is knowledge]
    return _figure([found.covered_by for found in wanted])


def _figure(found: list[tuple[Counterpart, ...]]) -> Figure:
    covered = [matches for matches in found if matches]
    loose = [matches for matches in covered if all(m.relation is Relation.RELATED for m in matches)]
    return Figure(len(covered), len(found), len(loose))


def as_value(comparison: Comparison, lang: str) -> dict[str, Any]:
    """The comparison as a JSON value, its labels in a language."""
    graph = comparison.crosswalk.graph

    def concept(iri: str) -> dict[str, str]:
        return {"iri": iri, "label": graph.label(iri, lang)}

    def match(found: Counterpart, iri: str) -> dict[str, Any]:
        return {
            **concept(iri),
            "predicate": "skos:" + found.relation.value,
            "strength": found.strength,
            "confirmation": found.confirmation,
        }

    def part(covered: tuple[Covered, ...]) -> dict[str, Any]:
        return {
            **_figure_value(figure(covered)),
            "items": [
                {
                    **concept(item.item),
                    "counterparts": [match(found, found.end) for found in item.counterparts],
                }
                for item in covered
            ],
        }

    def essentials(occupation: OccupationMatch, knowledge: bool) -> dict[str, Any]:
        return {
            **_figure_value(essential_figure(occupation, knowledge=knowledge)),
            "items": [
                {
                    **concept(found.skill),
                    "coveredBy": [match(by, by.start) for by in found.covered_by],
                }
                for found in occupation.essential
                if found.is_knowledge is knowledge
            ],
        }

    return {
        "position": concept(comparison.position),
        "framework": {
            **concept(comparison.framework.iri),
            "slug": comparison.framework.slug,
            "version": comparison.framework.version,
        },
        "duties": part(comparison.duties),
        "knowledge": part(comparison.knowledge),
        "occupations": [
            {
                "for": concept(found.counterpart.start),
                "occupation": match(found.counterpart, found.counterpart.end),
                "essentialSkills": essentials(found, False) if found.essential else None,
                "essentialKnowledge": essentials(found, True) if found.essential else None,
                "gaps": [concept(gap) for gap in found.gaps],
            }
            for found in comparison.occupations
        ],
    }


def _figure_value(found: Figure) -> dict[str, int]:
    return {
        "covered": found.covered,
        "total": found.total,
        "percent": found.percent,
        "onlyRelated": found.only_related,
    }
