"""What follows from a profile, computed before the shapes look at it.

SHACL cannot add up days, place a field in ISCED-F or follow an act to its successor; this
module states the outcome as facts, each beside what it was derived from. The facts are said
once, as a tree of nodes; `triples` says the same in RDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.graph.store import Graph
from libonto.graph.terms import NS, PREFIXES, term
from libonto.law.fields import Fields
from libonto.law.model import Measure, PositionRules
from libonto.profile.model import Candidate, Credential, Employment
from libonto.verdict.service import ARITHMETICS, END_OF_TIME, Period, Span, before, merged

TYPE = PREFIXES["rdf"] + "type"
DERIVED_FROM = PREFIXES["prov"] + "wasDerivedFrom"
SPECIALIZATION_OF = PREFIXES["prov"] + "specializationOf"


class Node:
    """A node without a name: its values by property IRI. It is equal to itself only."""

    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, tuple[Value, ...]]) -> None:
        """Take the values, in the order in which they are to be stated."""
        self.values = values


Value = str | int | date | Node
"""An IRI, a whole number, a day, or a node."""


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
    """What a candidate's profile shows on a day: as values, and as facts for the shapes."""

    candidate: Candidate
    on: date
    services: tuple[Service, ...]
    counted: tuple[Credential, ...]
    shown: tuple[Shown, ...]
    facts: Node

    def states(self, property_iri: str) -> bool:
        """Whether the profile states anything under a property such as `lo:hasEmployment`."""
        return bool(self.facts.values.get(property_iri))

    def service(self, measure: Measure) -> Service:
        """The service under a measure."""
        return next(s for s in self.services if s.measure == measure)

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """The facts in RDF, the candidate by its IRI and every other node blank."""
        return tuple(_triples(self.facts, {self.facts: NamedNode(self.candidate.iri)}))


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

    def derive(self, candidate: Candidate, on: date, rules: PositionRules) -> Evidence:
        """The evidence of one candidate on a day, under every measure of a position's rules."""
        services = tuple(_service(candidate, measure, on) for measure in rules.measures)
        counted = tuple(c for c in candidate.credentials if c.awarded is None or c.awarded <= on)
        shown = tuple(s for stated in candidate.knowledge for s in self.shown_by(stated))
        return Evidence(
            candidate=candidate,
            on=on,
            services=services,
            counted=counted,
            shown=shown,
            facts=self._facts(candidate, on, rules, services, counted, shown),
        )

    def shown_by(self, stated: str) -> list[Shown]:
        """The items that a stated item or act shows; none for an act that no item names."""
        if stated in self._items:
            return [Shown(stated, stated)]
        return self._by_act.get(stated, [])

    def _facts(
        self,
        candidate: Candidate,
        on: date,
        rules: PositionRules,
        services: Iterable[Service],
        counted: tuple[Credential, ...],
        shown: Iterable[Shown],
    ) -> Node:
        credentials = [(c, self.credential_facts(c, rules)) for c in candidate.credentials]
        employments = [(e, _employment(e)) for e in candidate.employments]
        values: dict[str, tuple[Value, ...]] = {
            TYPE: (NS + "Candidate",),
            NS + "hasCredential": tuple(node for _, node in credentials),
            NS + "countedCredential": tuple(node for c, node in credentials if c in counted),
            NS + "hasEmployment": tuple(node for _, node in employments),
        }
        if employments:
            for service in services:
                values[service.measure.property] = (_record(service, employments, on),)
        values[NS + "hasKnowledgeOf"] = candidate.knowledge
        own = dict.fromkeys(s.item for s in shown if not s.through_successor)
        through = dict.fromkeys(s.item for s in shown if s.through_successor)
        values[NS + "showsKnowledge"] = tuple(own)
        values[NS + "showsKnowledgeThroughSuccessor"] = tuple(through)
        return Node(values)

    def credential_facts(self, credential: Credential, rules: PositionRules) -> Node:
        """A credential with the fields of a position's rules that it lies in, or may lie in."""
        inside, possible = self.fields.place(credential.field)
        return Node(
            {
                TYPE: (NS + "Credential",),
                SPECIALIZATION_OF: _named(credential.node),
                NS + "educationLevel": _named(credential.level),
                NS + "fieldOfStudy": (credential.field,),
                NS + "awardedOn": (credential.awarded,) if credential.awarded else (),
                NS + "inField": tuple(f for f in inside if f in rules.fields),
                NS + "possiblyInField": tuple(f for f in possible if f in rules.fields),
            }
        )


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


def _employment(employment: Employment) -> Node:
    return Node(
        {
            TYPE: (NS + "Employment",),
            SPECIALIZATION_OF: _named(employment.node),
            NS + "inPosition": (employment.position,),
            NS + "startedOn": (employment.started,),
            NS + "endedOn": (employment.ended,) if employment.ended else (),
        }
    )


def _record(service: Service, employments: list[tuple[Employment, Node]], on: date) -> Node:
    """The service counted on a day, and the employments that have a day before it."""
    periods = before(service.periods, on.toordinal())
    first = (date.fromordinal(periods[0][0]),) if periods else ()
    sources = tuple(n for e, n in employments if e in service.employments and e.started < on)
    return Node(
        {
            TYPE: (NS + "ServiceRecord",),
            NS + "completedYears": (service.span.years,),
            NS + "completedMonths": (service.span.months,),
            NS + "completedDays": (service.span.days,),
            NS + "countedFrom": first,
            DERIVED_FROM: sources,
        }
    )


def _named(iri: str | None) -> tuple[str, ...]:
    """A part's own IRI stands beside it: two candidates who share one are not mixed up."""
    return (iri,) if iri else ()


def _triples(node: Node, names: dict[Node, NamedNode | BlankNode]) -> Iterator[Triple]:
    subject = names[node]
    for property_, values in node.values.items():
        predicate = NamedNode(property_)
        for value in values:
            if isinstance(value, Node):
                first_met = value not in names
                object_ = names.setdefault(value, BlankNode())
                yield Triple(subject, predicate, object_)
                if first_met:
                    yield from _triples(value, names)
            else:
                yield Triple(subject, predicate, _term(value))


def _term(value: str | int | date) -> NamedNode | Literal:
    if isinstance(value, str):
        return NamedNode(value)
    if isinstance(value, int):
        return Literal(str(value), datatype=term("xsd:integer"))
    return Literal(value.isoformat(), datatype=term("xsd:date"))


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
