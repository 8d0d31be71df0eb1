"""What can be wrong with the tables when they are read together, with file and line.

The same is asked of the graph by ``queries/checks/mapping-*.rq``; here the row is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

from libonto.crosswalk.chains import Crosswalk, Relation
from libonto.graph.mappings import EVIDENCE, Mapping, Place
from libonto.graph.store import Graph
from libonto.locales import sentence


@dataclass(frozen=True)
class TableProblem:
    """One thing that is wrong with a row."""

    key: str
    place: Place
    params: dict[str, object] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        """One line: the file, the line, what is wrong and what to do."""
        said = sentence(f"crosswalk.problem-{self.key}", lang, **self.params)
        return f"{self.place.path}:{self.place.line}: {said}"


def problems(graph: Graph) -> list[TableProblem]:
    """Everything that is wrong with the graph's tables, in their order."""
    crosswalk = Crosswalk(graph)
    found = [
        *_ends(crosswalk),
        *_exact(crosswalk),
        *_pairs(crosswalk),
        *_levels(crosswalk),
    ]
    return sorted(found, key=lambda problem: (problem.place.path, problem.place.line))


def _ends(crosswalk: Crosswalk) -> Iterator[TableProblem]:
    """Both ends are described, and neither is retired."""
    graph = crosswalk.graph
    for mapping in crosswalk.mappings:
        for end in (mapping.subject, mapping.object):
            if not graph.objects(end, "skos:prefLabel"):
                yield TableProblem("end", mapping.place, {"value": end})
            if graph.flag(end, "owl:deprecated", False) or graph.iri(end, "dcterms:isReplacedBy"):
                yield TableProblem("retired", mapping.place, {"value": end})
        if not graph.is_a(mapping.confirmation, "lo:EvidenceStatus"):
            value = mapping.confirmation
            yield TableProblem("confirmation", mapping.place, {"value": value})


def _exact(crosswalk: Crosswalk) -> Iterator[TableProblem]:
    """`exactMatch` only where an official source was seen."""
    for mapping in crosswalk.mappings:
        is_exact = Relation.of(mapping.predicate) is Relation.EXACT
        if is_exact and not (mapping.see_also and mapping.confirmation == EVIDENCE + "seen"):
            yield TableProblem("exact", mapping.place)


def _pairs(crosswalk: Crosswalk) -> Iterator[TableProblem]:
    """Two concepts are mapped once: twice is a repetition or a contradiction (SKOS S46)."""
    first: dict[tuple[str, str], Mapping] = {}
    for mapping in crosswalk.mappings:
        pair = (mapping.subject, mapping.object)
        key = min(pair, pair[::-1])
        other = first.setdefault(key, mapping)
        if other is not mapping:
            yield TableProblem(
                "pair",
                mapping.place,
                {
                    "relation": "skos:" + Relation.of(other.predicate).value,
                    "other": f"{other.place.path}:{other.place.line}",
                },
            )


def _levels(crosswalk: Crosswalk) -> Iterator[TableProblem]:
    """A higher level never corresponds to a lower one: neither its highest nor its lowest."""
    place = partial(crosswalk.graph.number, predicate="schema:position")
    series: dict[tuple[str, str], dict[int, list[tuple[int, Mapping]]]] = {}
    for links in crosswalk.links.values():
        for link in links:
            start, end = map(place, (link.start, link.end))
            kinds = crosswalk.frameworks.of(link.start), crosswalk.frameworks.of(link.end)
            is_ordered = start and end and "" not in kinds and kinds[0] != kinds[1]
            if is_ordered and _is_level(crosswalk, link.start, link.end):
                by_level = series.setdefault((kinds[0], kinds[1]), {})
                by_level.setdefault(start, []).append((end, link.mapping))
    seen: set[int] = set()
    for by_level in series.values():
        levels = sorted(by_level)
        for low, high in pairwise(levels):
            for pick in (min, max):
                below = pick(by_level[low], key=lambda pair: pair[0])
                above = pick(by_level[high], key=lambda pair: pair[0])
                if below[0] > above[0] and id(above[1]) not in seen:
                    seen |= {id(above[1]), id(below[1])}
                    pair = sorted((below[1], above[1]), key=_place)
                    yield _disorder(pair[1], pair[0])


def _place(mapping: Mapping) -> tuple[str, int]:
    return mapping.place.path, mapping.place.line


def _disorder(mapping: Mapping, other: Mapping) -> TableProblem:
    return TableProblem(
        "order",
        mapping.place,
        {
            "first": mapping.subject,
            "second": mapping.object,
            "other": f"{other.place.path}:{other.place.line}",
        },
    )


def _is_level(crosswalk: Crosswalk, *concepts: str) -> bool:
    """Whether the concepts are steps of a scale: of a framework, or levels of education."""
    return all(
        crosswalk.frameworks.of(concept) in crosswalk.frameworks.all
        or crosswalk.graph.is_a(concept, "lo:EducationLevel")
        for concept in concepts
    )
