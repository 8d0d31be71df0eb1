"""Candidates stated as classes, so that HermiT can say of each whom it is eligible for.

Classifying classes is many times faster than realising individuals. A candidate's class is
below what holds of everybody with these facts: a restriction for each fact that the
eligibility classes look at. OWL does not take what is not stated for false. So where a
profile states anything that could refute a requirement (`lo:evidenceProperty` of its kind),
what it states is closed: these are all the credentials, this is all the service. What it
says nothing about stays open, and of knowledge nothing is ever closed. So the three answers
of OWL are the three statuses:

- below the eligibility class: met;
- below its complement (for a category: that of one of its requirements): not met;
- below neither: OWL can only say “not known”, and the closed-world status is not shown.

The eligibility classes are those of the readings that each candidate is asked about under. What
service comes to by a reading is put beside the classes: where it cannot be told from which day to
count, it is closed to no more than all the days together. Where a reading counts it for each
requirement otherwise, a candidate is stated once for each length of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Triple
from tests.owl.statements import Node, Statements, Term, terminology

from libonto.errors import ReasonerError
from libonto.graph.store import Graph
from libonto.graph.terms import NS, term
from libonto.graph.turtle import parse_turtle
from libonto.law.model import Category, PositionRules, Requirement
from libonto.law.readings import Choices, Readings
from libonto.ontology.eligibility import definition
from libonto.ontology.expressions import all_of, at_least
from libonto.ontology.reasoner import Classification, classify
from libonto.verdict.compiled import COUNTED, SERVICE, FactNode
from libonto.verdict.evidence import Evidence, record
from libonto.verdict.service import Counted

CHUNK = 1000
"""Candidates classified in one run of HermiT: its start is paid once, its memory holds them."""

MET, NOT_MET, NOT_KNOWN = "met", "not-met", "not-known"
_MAY_BE = {term("lo:inField"): term("lo:possiblyInField")}
"""Where a value is not known, the property whose values it may have."""

_SERVICE = NamedNode(SERVICE)
_PENDING = NamedNode("urn:libonto:pending")
"""Under it stand the credentials of which it is not certain that they count."""

_RDF_TYPE = term("rdf:type")


@dataclass(frozen=True)
class Answers:
    """What HermiT says of one candidate: an answer for each requirement's and category's IRI."""

    candidate: str
    of: Mapping[str, str]


@dataclass(frozen=True)
class _Case:
    """A candidate under some choices, and what is asked about.

    `classes` are the eligibility classes by requirement and category; `nodes` the candidate's own
    class by requirement: several where they count service otherwise, each with its length.
    """

    evidence: Evidence
    choices: Choices
    classes: Mapping[str, NamedNode]
    nodes: Mapping[str, tuple[NamedNode, Counted | None]]


class CandidateClasses:
    """States candidates as classes beside one position's eligibility classes."""

    def __init__(
        self, graph: Graph, rules: PositionRules, ontology: Iterable[Triple] | None = None
    ) -> None:
        """Read the eligibility classes; `ontology` takes the place of the graph's statements.

        Raises ReasonerError `no-eligibility` where a requirement or a category has none.
        """
        triples = [q.triple for q in graph.store] if ontology is None else list(ontology)
        self._graph, self._rules = graph, rules
        self._defaults = Readings(graph).choose({})
        self._base = terminology(triples)
        said = Statements(triples)
        self.classes: dict[str, NamedNode] = {}
        for iri in (*(r.iri for r in rules.requirements), *(c.iri for c in rules.categories)):
            found = said.nodes(NamedNode(iri), "lo:eligibilityClass")
            if len(found) != 1 or not isinstance(found[0], NamedNode):
                raise ReasonerError("no-eligibility", resource=iri)
            self.classes[iri] = found[0]
        self._refutable = {r.iri for r in rules.requirements if r.kind.refutable}
        self._closed_by: dict[str, set[NamedNode]] = {}
        self._relevant = set[NamedNode]()
        for requirement in rules.requirements:
            self._look(requirement, said, self.classes[requirement.iri])
        self._needed = {
            category.iri: self._refutable & set(category.requirements)
            for category in rules.categories
        }
        self._functional = said.typed("owl:FunctionalProperty")
        self._made: dict[str, NamedNode] = {}
        self._definitions: list[Triple] = []

    def _look(self, requirement: Requirement, said: Statements, class_: NamedNode) -> None:
        """Take up the properties that a requirement's class looks at."""
        top, all_ = _properties(said, class_)
        self._relevant |= all_
        if requirement.kind.refutable:
            self._closed_by.setdefault(requirement.kind.evidence, set()).update(top)

    def answers(
        self,
        evidences: Sequence[Evidence],
        choices: Sequence[Choices] | None = None,
        *,
        refute: bool = True,
    ) -> list[Answers]:
        """HermiT's answers, candidate by candidate; ReasonerError where it cannot give any.

        Each is asked about under its own choices, by the classes that are made for them; without
        `choices` all are by the default readings, by the classes that the ontology states.
        Without `refute` only what is met is proven, in half the time, and nothing is ever
        answered with “not met”.
        """
        found: list[Answers] = []
        for start in range(0, len(evidences), CHUNK):
            part = slice(start, start + CHUNK)
            found += self._chunk(evidences[part], choices and choices[part], refute)
        return found

    def under(self, choices: Choices) -> dict[str, NamedNode]:
        """The classes of requirements and categories under some choices."""
        found = dict(self.classes)
        for requirement in self._rules.requirements:
            expression = definition(self._graph, requirement, choices)
            if expression:
                known = len(self._made)
                found[requirement.iri] = self._class_of(requirement.slug, expression)
                if len(self._made) > known:
                    said = Statements(self._definitions)
                    self._look(requirement, said, found[requirement.iri])
        for category in self._rules.categories:
            needed = [found[iri] for iri in category.requirements]
            if needed != [self.classes[iri] for iri in category.requirements]:
                whole = all_of(["lo:Candidate", *map(str, needed)])
                found[category.iri] = self._class_of(category.slug, whole)
        return found

    def _class_of(self, slug: str, expression: str) -> NamedNode:
        key = f"{slug} {expression}"
        if key not in self._made:
            name = self._made[key] = NamedNode(f"urn:libonto:eligible:{len(self._made)}:{slug}")
            self._definitions += parse_turtle(
                f"{name} a owl:Class ; owl:equivalentClass {expression} ."
            )
        return self._made[key]

    def _closed(self, evidence: Evidence) -> set[NamedNode]:
        return {
            property_
            for stated, properties in self._closed_by.items()
            if evidence.states(stated)
            for property_ in properties
        }

    def _cases(
        self, evidences: Sequence[Evidence], choices: Sequence[Choices] | None
    ) -> Iterator[_Case]:
        for number, evidence in enumerate(evidences):
            chosen = choices[number] if choices else self._defaults
            classes = self.under(chosen) if choices else self.classes
            worked = evidence.states(NS + "hasEmployment")
            lengths = {
                r.iri: counted
                for r in self._rules.requirements
                if worked and (serving := r.serving(chosen)) and serving.valued
                if (counted := evidence.service(r, chosen))
            }
            different = list(dict.fromkeys((c.known, c.span, c.total) for c in lengths.values()))
            nodes = {}
            for requirement in self._rules.requirements:
                length = lengths.get(requirement.iri) or next(iter(lengths.values()), None)
                told = length and different.index((length.known, length.span, length.total))
                name = f"urn:libonto:candidate-class:{number}:{told or 0}"
                nodes[requirement.iri] = (NamedNode(name), length)
            yield _Case(evidence, chosen, classes, nodes)

    def _chunk(
        self, evidences: Sequence[Evidence], choices: Sequence[Choices] | None, refute: bool
    ) -> list[Answers]:
        cases = list(self._cases(evidences, choices))
        triples = [*self._base, *self._definitions]
        complements: dict[NamedNode, NamedNode] = {}
        asked = {c.classes[iri] for c in cases for iri in self._refutable}
        for number, class_ in enumerate(sorted(asked, key=str) if refute else ()):
            complements[class_] = NamedNode(f"urn:libonto:not:{number}")
            triples += parse_turtle(
                f"{complements[class_]} a owl:Class ; "
                f"owl:equivalentClass [ a owl:Class ; owl:complementOf {class_} ] ."
            )
        for case in cases:
            closed = self._closed(case.evidence)
            for name, length in dict(case.nodes.values()).items():
                builder = _Builder(self._relevant, self._functional)
                triples += builder.state(name, case, length, closed)
        proven = classify(triples)
        return [self._answer(case, proven, complements) for case in cases]

    def _answer(
        self, case: _Case, proven: Classification, complements: Mapping[NamedNode, NamedNode]
    ) -> Answers:
        candidate = case.evidence.candidate.iri
        nodes = {iri: node for iri, (node, _) in case.nodes.items()}
        if any(node.value in proven.impossible for node in nodes.values()):
            raise ReasonerError("candidate-impossible", candidate=candidate)
        found = {}
        for iri, node in nodes.items():
            class_ = case.classes[iri]
            no = complements.get(class_) if iri in self._refutable else None
            refuted = no is not None and proven.is_below(node.value, no.value)
            met = proven.is_below(node.value, class_.value)
            found[iri] = MET if met else NOT_MET if refuted else NOT_KNOWN
        for category in self._rules.categories:
            found[category.iri] = self._of_category(case, category, found, proven)
        return Answers(candidate, found)

    def _of_category(
        self, case: _Case, category: Category, found: Mapping[str, str], proven: Classification
    ) -> str:
        """It is refuted when it is proven to need a requirement that is."""
        class_ = case.classes[category.iri].value
        nodes = {node for node, _ in case.nodes.values()}
        if len(nodes) == 1:
            met = proven.is_below(nodes.pop().value, class_)
        else:
            met = all(found[iri] == MET for iri in category.requirements)
        if met:
            return MET
        refuted = [iri for iri in self._needed[category.iri] if found[iri] == NOT_MET]
        needs = any(proven.is_below(class_, case.classes[iri].value) for iri in refuted)
        return NOT_MET if needs else NOT_KNOWN


class _Builder:
    """Writes one candidate's class as axioms."""

    def __init__(self, relevant: set[NamedNode], functional: set[Node]) -> None:
        self.relevant = relevant
        self.functional = functional
        self.triples: list[Triple] = []

    def state(
        self, class_: NamedNode, case: _Case, length: Counted | None, closed: set[NamedNode]
    ) -> Iterator[Triple]:
        """What is stated, and what is closed; with a length of service as one reads it."""
        evidence = case.evidence
        values = dict(evidence.facts_under(case.choices).values)
        values[_PENDING.value] = evidence.beyond(case.choices).pending
        if length:
            values[SERVICE] = (record(length.span),) if length.known else ()
        said = Statements(evidence.as_triples(FactNode(values)))
        person = NamedNode(evidence.candidate.iri)
        yield Triple(class_, _RDF_TYPE, term("owl:Class"))
        for type_ in said.nodes(person, "rdf:type"):
            yield Triple(class_, term("rdfs:subClassOf"), type_)
        about = said.about(person)
        for property_ in sorted(self.relevant, key=str):
            values_of = about.get(property_, [])
            parts = [self._value(said, property_, value) for value in values_of]
            if property_ == _SERVICE and length and not length.known:
                parts.append(self._no_more(length.total.years))
            elif property_ in closed:
                may_be = about.get(_PENDING, []) if property_.value == COUNTED else []
                every = [*values_of, *may_be]
                allowed = [self._node(said, value, closing=True) for value in every]
                parts.append(self._only(property_, allowed))
            for part in parts:
                yield Triple(class_, term("rdfs:subClassOf"), part)
        yield from self.triples

    def _no_more(self, years: int) -> BlankNode:
        """Service of no more than so many completed years."""
        most = at_least(years).replace("minInclusive", "maxInclusive")
        node, *_ = found = parse_turtle(
            f"[] a owl:Restriction ; owl:onProperty {_SERVICE} ; owl:allValuesFrom [ "
            f"a owl:Restriction ; owl:onProperty lo:completedYears ; owl:allValuesFrom {most} ] ."
        )
        self.triples += found
        assert isinstance(node.subject, BlankNode)
        return node.subject

    def _value(self, said: Statements, property_: NamedNode, value: Term) -> BlankNode:
        """Everybody with this value, or with something of which the same is said."""
        if isinstance(value, BlankNode):
            filler = self._node(said, value, closing=False)
            return self._restriction(property_, "owl:someValuesFrom", filler)
        return self._restriction(property_, "owl:hasValue", value)

    def _node(self, said: Statements, node: Term, *, closing: bool) -> Term:
        """What is said of a part of the profile, as a class."""
        if not isinstance(node, BlankNode):
            return self._one_of([node])
        about = said.about(node)
        parts: list[Term] = list(said.nodes(node, "rdf:type"))
        for property_ in sorted(self.relevant, key=str):
            values = about.get(property_, [])
            parts += [self._value(said, property_, value) for value in values]
            if closing and property_ not in self.functional and property_ in _MAY_BE:
                may_be = values or about.get(_MAY_BE[property_], [])
                parts.append(self._only(property_, [self._one_of(may_be)] if may_be else []))
        return self._combined("owl:intersectionOf", parts)

    def _only(self, property_: NamedNode, fillers: list[Term]) -> BlankNode:
        filler = self._combined("owl:unionOf", fillers) if fillers else term("owl:Nothing")
        return self._restriction(property_, "owl:allValuesFrom", filler)

    def _restriction(self, property_: NamedNode, name: str, filler: Term) -> BlankNode:
        node = BlankNode()
        self.triples += (
            Triple(node, _RDF_TYPE, term("owl:Restriction")),
            Triple(node, term("owl:onProperty"), property_),
            Triple(node, term(name), filler),
        )
        return node

    def _one_of(self, values: Sequence[Term]) -> BlankNode:
        return self._class("owl:oneOf", values)

    def _combined(self, name: str, parts: Sequence[Term]) -> Term:
        return parts[0] if len(parts) == 1 else self._class(name, parts)

    def _class(self, name: str, members: Sequence[Term]) -> BlankNode:
        node = BlankNode()
        self.triples.append(Triple(node, _RDF_TYPE, term("owl:Class")))
        self.triples.append(Triple(node, term(name), self._list(members)))
        return node

    def _list(self, members: Sequence[Term]) -> NamedNode | BlankNode:
        head: NamedNode | BlankNode = term("rdf:nil")
        for member in reversed(members):
            node = BlankNode()
            self.triples.append(Triple(node, term("rdf:first"), member))
            self.triples.append(Triple(node, term("rdf:rest"), head))
            head = node
        return head


def _properties(said: Statements, class_: Node) -> tuple[set[NamedNode], set[NamedNode]]:
    """The properties at the top of a class's definition, and all that it looks at."""
    top: set[NamedNode] = set()
    all_: set[NamedNode] = set()
    waiting: list[tuple[Term, bool]] = [
        (v, True) for v in said.values(class_, "owl:equivalentClass")
    ]
    while waiting:
        node, is_top = waiting.pop()
        on = [p for p in said.values(node, "owl:onProperty") if isinstance(p, NamedNode)]
        all_.update(on)
        if is_top:
            top.update(on)
        for name in ("owl:someValuesFrom", "owl:allValuesFrom", "owl:onClass"):
            waiting += [(v, False) for v in said.values(node, name) if isinstance(v, BlankNode)]
        for name in ("owl:intersectionOf", "owl:unionOf"):
            for member in said.members(said.one(node, name)) or []:
                if isinstance(member, BlankNode):
                    waiting.append((member, is_top))
    return top, all_
