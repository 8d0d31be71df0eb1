"""What follows from a profile, computed before the shapes look at it.

SHACL cannot add up days, place a field in ISCED-F or follow an act to its successor; this
module states the outcome as facts, each beside what it was derived from. The facts are
a tree of nodes; `triples` are the same in RDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.graph.store import Graph
from libonto.graph.terms import NS, term
from libonto.law.fields import Fields
from libonto.law.model import Counting, Measure, PositionRules, Requirement, RequirementShape
from libonto.law.readings import Choices
from libonto.profile.model import Candidate, Credential, Employment, Grant, HeldDocument
from libonto.profile.vocabulary import PROPERTIES
from libonto.verdict.compiled import (
    COUNTED,
    DERIVED_FROM,
    PARTIAL_SERVICE,
    SERVICE,
    SPECIALIZATION_OF,
    SUCCESSOR,
    TYPE,
    Check,
    Compiled,
    FactNode,
    Value,
)
from libonto.verdict.foreign import BY_LEVEL, READING, CredentialEffect, Doubt, ForeignCredentials
from libonto.verdict.service import END_OF_TIME, Counted, Period, ServiceCounter, Span, before


@dataclass(frozen=True)
class KnowledgeEvidence:
    """How a knowledge item was shown: by its own IRI, by its act, or by the act's successor."""

    item: str
    claim: str
    through_successor: bool = False


class Beyond(NamedTuple):
    """The credentials that the facts leave out, with the shapes that they satisfy or leave open.

    They are foreign ones, and those that may not have been awarded yet: `counted` are the ones
    that count, as facts, and `pending` those that may. `open` are shapes with the doubts.
    `by_credential` are the shapes that each credential of the profile surely satisfies; `alone`
    are the credentials left out, with a level of education in the place of a framework's.
    """

    met: frozenset[str]
    open: Mapping[str, frozenset[Doubt]]
    counted: tuple[FactNode, ...]
    pending: tuple[FactNode, ...]
    by_credential: tuple[frozenset[str], ...]
    alone: tuple[Credential, ...]


@dataclass(frozen=True)
class Evidence:
    """What a candidate's profile shows on a day: as values, and as facts for the shapes.

    In `facts` stands every result that service can have under some readings. `fits` are, for
    each credential, the shapes that it alone satisfies. `alone` are the credentials that are left
    out of the facts, each as all that a candidate has, with the shapes that it is taken to satisfy:
    the judge confirms them. `counters` and `credentials_beyond` hold
    by whether foreign credentials count by their level, where that makes a difference.
    """

    candidate: Candidate
    on: date
    rules: PositionRules
    counted: tuple[Credential, ...]
    knowledge: tuple[KnowledgeEvidence, ...]
    counters: Mapping[bool, ServiceCounter]
    fits: tuple[frozenset[str], ...]
    facts: FactNode
    credentials_beyond: Mapping[bool, Beyond]
    alone: tuple[tuple[FactNode, frozenset[str]], ...] = ()

    def states(self, property_iri: str) -> bool:
        """Whether the profile states anything under a property such as `lo:hasEmployment`."""
        return bool(self.facts.values.get(property_iri))

    def service(
        self, requirement: Requirement, choices: Choices, shape: RequirementShape | None = None
    ) -> Counted | None:
        """The service that a requirement, or a shape of it, looks at; None for another kind."""
        counting = self.rules.counting(requirement, choices, shape)
        return self.counter(choices).by(counting) if counting else None

    def counter(self, choices: Choices) -> ServiceCounter:
        """What counts the service under some choices."""
        return self.counters[len(self.counters) > 1 and _by_level(choices)]

    def beyond(self, choices: Choices) -> Beyond:
        """What credentials show that are not among the facts: foreign and pending ones."""
        return self.credentials_beyond[len(self.credentials_beyond) > 1 and _by_level(choices)]

    def facts_under(self, choices: Choices) -> FactNode:
        """The facts under some choices: the service as they count it, the credentials that do.

        Service that a requirement counts otherwise than the first one is stated for it alone.
        """
        values = dict(self.facts.values)
        values.pop(SERVICE, None)
        values[COUNTED] = (*values.get(COUNTED, ()), *self.beyond(choices).counted)
        nodes = values.get(NS + "hasEmployment", ())
        employments = list(zip(self.candidate.employments, nodes, strict=True))

        def service(counting: Counting, condition: str | None = None) -> FactNode:
            counted = self.counter(choices).by(counting)
            return counted_record(counted, counting.measure, self.on, employments, condition)

        partial: list[Value] = []
        for requirement in self.rules.requirements if employments else ():
            serving = requirement.serving(choices)
            counting = self.rules.counting(requirement, choices, serving) if serving else None
            if counting and counting.measure.property == SERVICE:
                if self.rules.counted_apart(requirement, choices):
                    partial.append(service(counting, requirement.iri))
                elif SERVICE not in values:
                    values[SERVICE] = (service(counting),)
            for shape in requirement.active(choices):
                own = self.rules.counting(requirement, choices, shape) if shape.partial else None
                if own and shape.condition:
                    partial.append(service(own, shape.condition))
        values[PARTIAL_SERVICE] = tuple(partial)
        return FactNode(values)

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """The facts in RDF, the candidate by its IRI and every other node blank."""
        return self.as_triples(self.facts)

    def as_triples(self, facts: FactNode) -> tuple[Triple, ...]:
        """Some facts on the candidate in RDF."""
        return tuple(triples_of(facts, self.candidate.iri))


def _by_level(choices: Choices) -> bool:
    """Whether foreign credentials count by their level (reading `foreign-diploma`)."""
    option = choices.get(READING)
    return option is not None and option.name == BY_LEVEL


class Deriver:
    """Derives evidence; one for a graph, used for any number of candidates."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._foreign = ForeignCredentials(graph)
        self._checks: dict[str, dict[str, Check]] = {}
        self._fits: dict[tuple[str | None, ...], frozenset[str]] = {}
        self.fields = Fields(graph)
        self._by_claim: dict[str, list[KnowledgeEvidence]] = {}
        items = graph.instances("lo:KnowledgeItem")
        for item in items:
            for act in graph.iris(item, "lo:refersToAct"):
                for name, later in [(act, False), *((s, True) for s in _successors(graph, act))]:
                    knowledge = KnowledgeEvidence(item, name, later)
                    self._by_claim.setdefault(name, []).append(knowledge)
        self._by_claim |= {item: [KnowledgeEvidence(item, item)] for item in items}

    def derive(self, candidate: Candidate, on: date, rules: PositionRules) -> Evidence:
        """The evidence of one candidate on a day, under every reading."""
        credentials, day = candidate.credentials, on.toordinal()
        foreign = [self._foreign.is_foreign(c) or not c.level for c in credentials]
        counted = tuple(
            c
            for c, is_foreign in zip(credentials, foreign, strict=True)
            if not is_foreign and (c.awarded is None or c.awarded <= on)
        )
        knowledge = tuple(k for c in candidate.knowledge for k in self._by_claim.get(c, ()))
        employments = [
            (e.position, e.started.toordinal(), e.ended.toordinal() + 1 if e.ended else END_OF_TIME)
            for e in candidate.employments
        ]
        grants = [(g.category, g.granted.toordinal()) for g in candidate.holds if g.granted]
        awarded = [c.awarded.toordinal() if c.awarded else 0 for c in credentials]
        beyond = {
            by_level: self._beyond(credentials, foreign, on, rules, by_level)
            for by_level in ((False, True) if any(foreign) else (False,))
        }
        counters = {
            by_level: ServiceCounter(
                employments, list(zip(awarded, left_out.by_credential, strict=True)), grants, day
            )
            for by_level, left_out in beyond.items()
        }
        alone = dict.fromkeys(c for left_out in beyond.values() for c in left_out.alone)
        return Evidence(
            candidate=candidate,
            on=on,
            rules=rules,
            counted=counted,
            knowledge=knowledge,
            counters=counters,
            fits=tuple(self.fits(c, rules) for c in credentials),
            facts=self._facts(candidate, on, rules, counters[False], counted, knowledge),
            credentials_beyond=beyond,
            alone=tuple((self._only(c, rules), self.fits(c, rules)) for c in alone),
        )

    def _beyond(
        self,
        credentials: Sequence[Credential],
        foreign: Sequence[bool],
        on: date,
        rules: PositionRules,
        by_level: bool,
    ) -> Beyond:
        """What the facts leave out: as what it comes to, and what it shows."""
        alone: list[Credential] = []
        by_credential: list[frozenset[str]] = []
        met: set[str] = set()
        open_: dict[str, set[Doubt]] = {}
        counted: list[FactNode] = []
        may_count: list[FactNode] = []
        for credential, is_foreign in zip(credentials, foreign, strict=True):
            first, last = credential.awarded_from, credential.awarded
            # In the month or the year of which the day is not the last one.
            pending = first is not None and last is not None and first <= on < last
            day = max(on, last or on)
            effect = CredentialEffect(counted=(credential,))
            if is_foreign:
                effect = self._foreign.effect(credential, day, by_level=by_level)
            satisfied = frozenset(iri for c in effect.counted for iri in self.fits(c, rules))
            by_credential.append(satisfied)
            if not pending and (day > on or not is_foreign):
                continue  # not awarded yet: it shows nothing, and days count from it only
            alone += (*effect.counted, *effect.open)
            doubtful = {effect.doubt: effect.open}
            if pending:
                doubtful["pending"] = effect.counted
            else:
                met |= satisfied
                counted += [self._credential(c, rules) for c in effect.counted]
            for doubt, uncertain in doubtful.items():
                may_count += [self._credential(c, rules) for c in uncertain]
                for iri in {iri for c in uncertain for iri in self.fits(c, rules)}:
                    open_.setdefault(iri, set()).add(doubt)
        return Beyond(
            met=frozenset(met),
            open={iri: frozenset(doubts) for iri, doubts in open_.items()},
            counted=tuple(counted),
            pending=tuple(may_count),
            by_credential=tuple(by_credential),
            alone=tuple(alone),
        )

    def _only(self, credential: Credential, rules: PositionRules) -> FactNode:
        """The candidate with this credential only, which counts."""
        node = self._credential(credential, rules)
        return FactNode({TYPE: (NS + "Candidate",), COUNTED: (node,)})

    def fits(self, credential: Credential, rules: PositionRules) -> frozenset[str]:
        """The shapes of a position's education requirements that a credential alone satisfies.

        (Compiled from the shapes; whether it counts on the day is another matter.)
        """
        key = (rules.node_shape, credential.level, credential.field, credential.framework_level)
        if key not in self._fits:
            if rules.node_shape not in self._checks:
                compiled = Compiled(self._graph, rules.node_shape, rules.credential_shapes)
                self._checks[rules.node_shape] = {m.iri: m.conforms for m in compiled.members}
            alone = self._only(credential, rules)
            checks = self._checks[rules.node_shape]
            self._fits[key] = frozenset(iri for iri, check in checks.items() if check(alone))
        return self._fits[key]

    def _facts(
        self,
        candidate: Candidate,
        on: date,
        rules: PositionRules,
        counter: ServiceCounter,
        counted: tuple[Credential, ...],
        knowledge: Iterable[KnowledgeEvidence],
    ) -> FactNode:
        credentials = [(c, self._credential(c, rules)) for c in candidate.credentials]
        employments = [(e, _part("Employment", e)) for e in candidate.employments]
        values: dict[str, tuple[Value, ...]] = {
            TYPE: (NS + "Candidate",),
            NS + "hasCredential": tuple(node for _, node in credentials),
            COUNTED: tuple(node for c, node in credentials if c in counted),
            NS + "hasEmployment": tuple(node for _, node in employments),
        }
        if employments:
            values |= _services(candidate, on, rules, counter, employments)
        if candidate.holds or candidate.documents:
            values |= _holdings(candidate, on)
        values[NS + "hasKnowledgeOf"] = candidate.knowledge
        own = dict.fromkeys(k.item for k in knowledge if not k.through_successor)
        through = dict.fromkeys(k.item for k in knowledge if k.through_successor)
        values[NS + "showsKnowledge"] = tuple(own)
        values[SUCCESSOR] = tuple(through)
        return FactNode(values)

    def _credential(self, credential: Credential, rules: PositionRules) -> FactNode:
        """A credential with the fields of a position's rules that it lies in, or may lie in."""
        inside, possible = self.fields.place(credential.field)
        places = {
            NS + "inField": tuple(f for f in inside if f in rules.fields),
            NS + "possiblyInField": tuple(f for f in possible if f in rules.fields),
        }
        return _part("Credential", credential, places)


def _services(
    candidate: Candidate,
    on: date,
    rules: PositionRules,
    counter: ServiceCounter,
    employments: Sequence[tuple[Employment, Value]],
) -> dict[str, tuple[Value, ...]]:
    """Service under the measures that shapes fix, and every result that readings can give it."""
    services: dict[str, tuple[Value, ...]] = {
        measure.property: (counted_record(counter.since(measure, 0), measure, on, employments),)
        for measure in rules.measures
    }
    days = {c.awarded.toordinal() for c in candidate.credentials if c.awarded}
    days |= {g.granted.toordinal() for g in candidate.holds if g.granted}
    starts = (0, *sorted(days))
    spans = {
        counter.since(measure, start).span: None for measure in rules.possible for start in starts
    }
    if spans:
        services[SERVICE] = tuple(record(span) for span in spans)
    return services


def counted_record(
    counted: Counted,
    measure: Measure,
    on: date,
    employments: Sequence[tuple[Employment, Value]],
    condition: str | None = None,
) -> FactNode:
    """The service counted on a day, and the employments that have a day before it."""
    periods = before(counted.periods, on.toordinal())
    sources = [n for e, n in employments if e.position in measure.positions and e.started < on]
    return record(counted.span, periods, tuple(sources), condition)


def record(
    span: Span,
    periods: Sequence[Period] = (),
    sources: tuple[Value, ...] = (),
    condition: str | None = None,
) -> FactNode:
    """A length of service as a node, with its first day and the employments that it comes from."""
    return FactNode(
        {
            TYPE: (NS + "ServiceRecord",),
            NS + "countedFor": _some(condition),
            NS + "completedYears": (span.years,),
            NS + "completedMonths": (span.months,),
            NS + "completedDays": (span.days,),
            NS + "countedFrom": (date.fromordinal(periods[0][0]),) if periods else (),
            DERIVED_FROM: sources,
        }
    )


def _holdings(candidate: Candidate, on: date) -> dict[str, tuple[Value, ...]]:
    """The categories and other documents that a candidate holds, and those that count by the day.

    One that is not dated counts, as a credential does.
    """
    documents = []
    for document in candidate.documents:
        evidence = sum(name == "evidence" for name, _ in document.details)
        node = _part("HeldDocument", document, {NS + "statedEvidence": (evidence,)})
        documents.append((document, node))
    categories = [g.category for g in candidate.holds if g.granted is None or g.granted <= on]
    return {
        NS + "holdsCategory": tuple(_part("Grant", grant) for grant in candidate.holds),
        NS + "showsCategory": tuple(dict.fromkeys(categories)),
        NS + "holdsDocument": tuple(node for _, node in documents),
        NS + "countedDocument": tuple(
            node for d, node in documents if d.issued is None or d.issued <= on
        ),
    }


def _part(
    class_: str,
    part: Credential | Employment | Grant | HeldDocument,
    more: Mapping[str, tuple[Value, ...]] = MappingProxyType({}),
) -> FactNode:
    """A part of a profile with what is stated of it; what is foreign counts otherwise.

    Its own IRI stands beside it: two candidates who share one are not mixed up.
    """
    values = {
        NS + property_.name: _some(getattr(part, property_.attribute))
        for property_ in PROPERTIES[class_]
        if property_.how not in {"text", "framework"} and property_.name != "recognisedOn"
    }
    return FactNode({TYPE: (NS + class_,), SPECIALIZATION_OF: _some(part.node), **values, **more})


def _some(value: str | date | None) -> tuple[Value, ...]:
    return (value,) if value else ()


def triples_of(facts: FactNode, iri: str) -> Iterator[Triple]:
    """Facts in RDF, the node by an IRI and every other one blank."""
    return _triples(facts, {facts: NamedNode(iri)})


def _triples(node: FactNode, names: dict[FactNode, NamedNode | BlankNode]) -> Iterator[Triple]:
    subject = names[node]
    for property_, values in node.values.items():
        predicate = NamedNode(property_)
        for value in values:
            if isinstance(value, FactNode):
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
    replaced = graph.reached(
        NamedNode(act),
        take=lambda quad: quad.predicate == term("dcterms:isReplacedBy"),
        follow=lambda quad: True,
        whole=False,
    )
    acts = dict.fromkeys(t.object.value for t in replaced if isinstance(t.object, NamedNode))
    return [successor for successor in acts if successor != act]
