"""What follows from a profile, computed before the shapes look at it.

SHACL cannot add up days, place a field in ISCED-F or follow an act to its successor; this
module states the outcome as triples, each beside what it was derived from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.graph.store import Graph
from libonto.graph.terms import term
from libonto.profile.model import Candidate, Credential, Employment
from libonto.rules.fields import Fields
from libonto.rules.model import Measure
from libonto.rules.service import ARITHMETICS, END_OF_TIME, Period, Span, before, merged

XSD_INTEGER = term("xsd:integer")
XSD_DATE = term("xsd:date")


@dataclass(frozen=True)
class Service:
    """Service under one measure: its length, all counted periods (future ones too), its sources."""

    measure: Measure
    span: Span
    periods: tuple[Period, ...]
    employments: tuple[Employment, ...]


@dataclass(frozen=True)
class Shown:
    """How a knowledge item was shown: by its own IRI, by its act, or by the act's successor."""

    item: str
    stated: str
    through_successor: bool = False


@dataclass(frozen=True)
class Evidence:
    """What a candidate's profile shows on a day: as values, and as triples for the shapes."""

    candidate: Candidate
    on: date
    services: tuple[Service, ...]
    counted: tuple[Credential, ...]
    shown: tuple[Shown, ...]
    triples: tuple[Triple, ...]

    def states(self, property_iri: str) -> bool:
        """Whether the profile states anything under a property such as `lo:hasEmployment`."""
        predicate = NamedNode(property_iri)
        return any(triple.predicate == predicate for triple in self.triples)

    def service(self, measure: Measure) -> Service:
        """The service under a measure."""
        return next(s for s in self.services if s.measure == measure)


class Deriver:
    """Derives evidence; one for a graph, used for any number of candidates."""

    def __init__(self, graph: Graph) -> None:
        """Read the fields, and which acts show which knowledge items."""
        self.fields = Fields(graph)
        self._by_act: dict[str, list[Shown]] = {}
        items = graph.instances("lo:KnowledgeItem")
        self._items = frozenset(items)
        for item in items:
            for act in graph.iris(NamedNode(item), "lo:refersToAct"):
                self._by_act.setdefault(act, []).append(Shown(item, act))
                for successor in _successors(graph, act):
                    self._by_act.setdefault(successor, []).append(Shown(item, successor, True))

    def derive(self, candidate: Candidate, on: date, measures: Iterable[Measure]) -> Evidence:
        """The evidence of one candidate on a day, under every measure that is asked for."""
        services = tuple(_service(candidate, measure, on) for measure in measures)
        counted = tuple(c for c in candidate.credentials if c.awarded is None or c.awarded <= on)
        shown = tuple(s for stated in candidate.knowledge for s in self._shown(stated))
        return Evidence(
            candidate=candidate,
            on=on,
            services=services,
            counted=counted,
            shown=shown,
            triples=tuple(self._triples(candidate, services, counted, shown)),
        )

    def _shown(self, stated: str) -> list[Shown]:
        if stated in self._items:
            return [Shown(stated, stated)]
        return self._by_act.get(stated, [])

    def _triples(
        self,
        candidate: Candidate,
        services: Iterable[Service],
        counted: tuple[Credential, ...],
        shown: Iterable[Shown],
    ) -> Iterable[Triple]:
        person = NamedNode(candidate.iri)
        yield Triple(person, term("rdf:type"), term("lo:Candidate"))
        for credential in candidate.credentials:
            node = BlankNode()
            yield Triple(person, term("lo:hasCredential"), node)
            yield from _named(node, credential.node)
            yield from self._credential(node, credential)
            if credential in counted:
                yield Triple(person, term("lo:countedCredential"), node)
        nodes: list[tuple[Employment, BlankNode]] = []
        for employment in candidate.employments:
            node = BlankNode()
            yield from _named(node, employment.node)
            nodes.append((employment, node))
            yield Triple(person, term("lo:hasEmployment"), node)
            yield from _employment(node, employment)
        if nodes:
            for service in services:
                yield from _record(person, service, nodes)
        for stated in candidate.knowledge:
            yield Triple(person, term("lo:hasKnowledgeOf"), NamedNode(stated))
        for item in shown:
            through = "lo:showsKnowledgeThroughSuccessor"
            predicate = term(through if item.through_successor else "lo:showsKnowledge")
            yield Triple(person, predicate, NamedNode(item.item))

    def _credential(self, node: BlankNode, credential: Credential) -> Iterable[Triple]:
        yield Triple(node, term("rdf:type"), term("lo:Credential"))
        yield Triple(node, term("lo:educationLevel"), NamedNode(credential.level))
        yield Triple(node, term("lo:fieldOfStudy"), NamedNode(credential.field))
        if credential.awarded:
            yield Triple(node, term("lo:awardedOn"), _date(credential.awarded))
        inside, possible = self.fields.place(credential.field)
        for field in inside:
            yield Triple(node, term("lo:inField"), NamedNode(field))
        for field in possible:
            yield Triple(node, term("lo:possiblyInField"), NamedNode(field))


def _service(candidate: Candidate, measure: Measure, on: date) -> Service:
    counting = tuple(e for e in candidate.employments if e.position in measure.positions)
    periods = tuple(
        merged(
            (e.started.toordinal(), e.ended.toordinal() + 1 if e.ended else END_OF_TIME)
            for e in counting
        )
    )
    span = ARITHMETICS[measure.arithmetic](before(periods, on.toordinal()))
    return Service(measure, span, periods, counting)


def _named(node: BlankNode, iri: str | None) -> Iterable[Triple]:
    """A part's own IRI stands beside it: two candidates who share one are not mixed up."""
    if iri:
        yield Triple(node, term("prov:specializationOf"), NamedNode(iri))


def _employment(node: BlankNode, employment: Employment) -> Iterable[Triple]:
    yield Triple(node, term("rdf:type"), term("lo:Employment"))
    yield Triple(node, term("lo:inPosition"), NamedNode(employment.position))
    yield Triple(node, term("lo:startedOn"), _date(employment.started))
    if employment.ended:
        yield Triple(node, term("lo:endedOn"), _date(employment.ended))


def _record(
    person: NamedNode, service: Service, nodes: list[tuple[Employment, BlankNode]]
) -> Iterable[Triple]:
    record = BlankNode()
    yield Triple(person, NamedNode(service.measure.property), record)
    yield Triple(record, term("rdf:type"), term("lo:ServiceRecord"))
    for name, count in (
        ("lo:completedYears", service.span.years),
        ("lo:completedMonths", service.span.months),
        ("lo:completedDays", service.span.days),
    ):
        yield Triple(record, term(name), Literal(str(count), datatype=XSD_INTEGER))
    if service.periods:
        first = date.fromordinal(service.periods[0][0])
        yield Triple(record, term("lo:countedFrom"), _date(first))
    for employment, node in nodes:
        if employment in service.employments:
            yield Triple(record, term("prov:wasDerivedFrom"), node)


def _successors(graph: Graph, act: str) -> list[str]:
    """The acts that replaced an act, one after the other."""
    found: list[str] = []
    waiting = [act]
    while waiting:
        for successor in graph.iris(NamedNode(waiting.pop()), "dcterms:isReplacedBy"):
            if successor not in found and successor != act:
                found.append(successor)
                waiting.append(successor)
    return found


def _date(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD_DATE)
