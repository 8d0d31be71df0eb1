"""What can be wrong with the tables when they are read together, with file and line.

The same is asked of the graph by ``queries/checks/mapping-*.rq``; here the row is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise
from operator import attrgetter, itemgetter

from libonto.crosswalk.chains import Crosswalk, Relation
from libonto.graph.mappings import EVIDENCE, Mapping, RowPlace
from libonto.graph.store import Graph
from libonto.locales import sentence


@dataclass(frozen=True)
class TableProblem:
    """One thing that is wrong with a row."""

    key: str
    place: RowPlace
    params: dict[str, object]

    def message(self, lang: str) -> str:
        """One line: the file, the line, what is wrong and what to do."""
        return f"{self.place}: {sentence(f'crosswalk.problem-{self.key}', lang, **self.params)}"


def problems(graph: Graph) -> list[TableProblem]:
    """Everything that is wrong with the graph's tables, in their order."""
    crosswalk = Crosswalk(graph)
    listed = [
        *(
            TableProblem(key, mapping.place, params)
            for mapping in crosswalk.mappings
            for key, params in _of_row(graph, mapping)
        ),
        *_pairs(crosswalk),
        *_levels(crosswalk),
    ]
    return sorted(listed, key=lambda problem: problem.place)


def _of_row(graph: Graph, mapping: Mapping) -> Iterator[tuple[str, dict[str, object]]]:
    """Both ends are described, and neither is retired; `exactMatch` has an official source."""
    for end in (mapping.subject, mapping.object):
        if not graph.objects(end, "skos:prefLabel"):
            yield "end", {"value": end}
        if graph.flag(end, "owl:deprecated", False) or graph.iri(end, "dcterms:isReplacedBy"):
            yield "retired", {"value": end}
    if not graph.is_a(mapping.confirmation, "lo:EvidenceStatus"):
        yield "confirmation", {"value": mapping.confirmation}
    was_seen = mapping.see_also and mapping.confirmation == EVIDENCE + "seen"
    if Relation.of(mapping.predicate) is Relation.EXACT and not was_seen:
        yield "exact", {}


def _pairs(crosswalk: Crosswalk) -> Iterator[TableProblem]:
    """Two concepts are mapped once: twice is a repetition or a contradiction (SKOS S46)."""
    first: dict[frozenset[str], Mapping] = {}
    for mapping in crosswalk.mappings:
        other = first.setdefault(frozenset((mapping.subject, mapping.object)), mapping)
        if other is not mapping:
            relation = f"skos:{Relation.of(other.predicate).value}"
            params: dict[str, object] = {"relation": relation, "other": other.place}
            yield TableProblem("pair", mapping.place, params)


def _levels(crosswalk: Crosswalk) -> Iterator[TableProblem]:
    """A higher level never corresponds to a lower one: neither its highest nor its lowest."""
    order = partial(crosswalk.graph.number, predicate="schema:position")
    series: dict[tuple[str, str], dict[int, list[tuple[int, Mapping]]]] = {}
    for link in chain.from_iterable(crosswalk.links.values()):
        start, end = order(link.start), order(link.end)
        kinds = crosswalk.frameworks.of(link.start), crosswalk.frameworks.of(link.end)
        is_ordered = start and end and "" not in kinds and kinds[0] != kinds[1]
        if is_ordered and _is_level(crosswalk, link.start, link.end):
            series.setdefault(kinds, {}).setdefault(start, []).append((end, link.mapping))
    reported: set[int] = set()
    for by_level in series.values():
        for low, high in pairwise(sorted(by_level)):
            for pick in (min, max):
                below = pick(by_level[low], key=itemgetter(0))
                above = pick(by_level[high], key=itemgetter(0))
                if below[0] > above[0] and id(above[1]) not in reported:
                    reported |= {id(above[1]), id(below[1])}
                    first, second = sorted((below[1], above[1]), key=attrgetter("place"))
                    params: dict[str, object] = {
                        "first": second.subject,
                        "second": second.object,
                        "other": first.place,
                    }
                    yield TableProblem("order", second.place, params)


def _is_level(crosswalk: Crosswalk, *concepts: str) -> bool:
    """Whether the concepts are steps of a scale: of a framework, or levels of education."""
    return all(
        crosswalk.frameworks.of(concept) in crosswalk.frameworks.all
        or crosswalk.graph.is_a(concept, "lo:EducationLevel")
        for concept in concepts
    )
