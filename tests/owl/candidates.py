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

The eligibility classes state the default readings, and so do these answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Triple

from libonto.errors import ReasonerError
from libonto.graph.store import Graph
from libonto.graph.terms import term
from libonto.law.model import PositionRules
from libonto.law.readings import Choices, Readings
from libonto.ontology.owl_view import terminology
from libonto.ontology.reasoner import Classification, classify
from libonto.ontology.statements import Node, Statements, Term
from libonto.verdict.evidence import Evidence

CHUNK = 1000
"""Candidates classified in one run of HermiT: its start is paid once, its memory holds them."""

MET, NOT_MET, NOT_KNOWN = "met", "not-met", "not-known"
_MAY_BE = {term("lo:inField"): term("lo:possiblyInField")}
"""Where a value is not known, the property whose values it may have."""

_RDF_TYPE = term("rdf:type")


@dataclass(frozen=True)
class Answers:
    """What HermiT says of one candidate: an answer for each requirement's and category's IRI."""

    candidate: str
    of: Mapping[str, str]


class CandidateClasses:
    """States candidates as classes beside one position's eligibility classes."""

    def __init__(
        self, graph: Graph, rules: PositionRules, ontology: Iterable[Triple] | None = None
    ) -> None:
        """Read the eligibility classes; `ontology` takes the place of the graph's statements.

        Raises ReasonerError `no-eligibility` where a requirement or a category has none.
        """
        triples = [q.triple for q in graph.store] if ontology is None else list(ontology)
        self._choices = Readings(graph).choose({})
        self._base = terminology(triples)
        said = Statements(triples)
        self.classes: dict[str, NamedNode] = {}
        self._refutable: set[str] = set()
        self._closed_by: dict[str, set[NamedNode]] = {}
        for iri in (*(r.iri for r in rules.requirements), *(c.iri for c in rules.categories)):
            found = said.nodes(NamedNode(iri), "lo:eligibilityClass")
            if len(found) != 1 or not isinstance(found[0], NamedNode):
                raise ReasonerError("no-eligibility", resource=iri)
            self.classes[iri] = found[0]
        self._relevant = set[NamedNode]()
        for requirement in rules.requirements:
            class_ = self.classes[requirement.iri]
            top, all_ = _properties(said, class_)
            self._relevant |= all_
            if requirement.kind.refutable:
                self._refutable.add(requirement.iri)
                self._closed_by.setdefault(requirement.kind.evidence, set()).update(top)
        self._needed = {
            category.iri: self._refutable & set(category.requirements)
            for category in rules.categories
        }
        self._functional = said.typed("owl:FunctionalProperty")

    def answers(self, evidences: Sequence[Evidence], *, refute: bool = True) -> list[Answers]:
        """HermiT's answers, candidate by candidate; ReasonerError where it cannot give any.

        Without `refute` only what is met is proven, in half the time, and nothing is ever
        answered with “not met”.
        """
        found: list[Answers] = []
        for start in range(0, len(evidences), CHUNK):
            found += self._chunk(evidences[start : start + CHUNK], refute)
        return found

    def axioms(self, class_: NamedNode, evidence: Evidence) -> list[Triple]:
        """A candidate's class: what is stated, and what is closed."""
        return list(
            _Builder(self._choices, self._relevant, self._functional).state(
                class_, evidence, self._closed(evidence)
            )
        )

    def _closed(self, evidence: Evidence) -> set[NamedNode]:
        return {
            property_
            for stated, properties in self._closed_by.items()
            if evidence.states(stated)
            for property_ in properties
        }

    def _chunk(self, evidences: Sequence[Evidence], refute: bool) -> list[Answers]:
        triples = [*self._base]
        complements: dict[str, NamedNode] = {}
        for number, iri in enumerate(sorted(self._refutable) if refute else ()):
            complement = NamedNode(f"urn:libonto:not:{number}")
            complements[iri] = complement
            triples.append(Triple(complement, _RDF_TYPE, term("owl:Class")))
            negation = BlankNode()
            triples.append(Triple(complement, term("owl:equivalentClass"), negation))
            triples.append(Triple(negation, _RDF_TYPE, term("owl:Class")))
            triples.append(Triple(negation, term("owl:complementOf"), self.classes[iri]))
        nodes = [NamedNode(f"urn:libonto:candidate-class:{n}") for n in range(len(evidences))]
        for node, evidence in zip(nodes, evidences, strict=True):
            triples += self.axioms(node, evidence)
        proven = classify(triples)
        return [
            self._answer(node, evidence, proven, complements)
            for node, evidence in zip(nodes, evidences, strict=True)
        ]

    def _answer(
        self,
        node: NamedNode,
        evidence: Evidence,
        proven: Classification,
        complements: Mapping[str, NamedNode],
    ) -> Answers:
        if node.value in proven.impossible:
            raise ReasonerError("candidate-impossible", candidate=evidence.candidate.iri)
        refuted = {iri for iri, no in complements.items() if proven.is_below(node.value, no.value)}
        found = {}
        for iri, class_ in self.classes.items():
            if proven.is_below(node.value, class_.value):
                found[iri] = MET
            elif self._is_refuted(iri, refuted, proven):
                found[iri] = NOT_MET
            else:
                found[iri] = NOT_KNOWN
        return Answers(evidence.candidate.iri, found)

    def _is_refuted(self, iri: str, refuted: set[str], proven: Classification) -> bool:
        """A requirement is; a category is when it is proven to need one that is."""
        if iri in refuted:
            return True
        class_ = self.classes[iri].value
        return any(
            proven.is_below(class_, self.classes[requirement].value)
            for requirement in refuted & self._needed.get(iri, set())
        )


class _Builder:
    """Writes one candidate's class as axioms."""

    def __init__(self, choices: Choices, relevant: set[NamedNode], functional: set[Node]) -> None:
        self.choices = choices
        self.relevant = relevant
        self.functional = functional
        self.triples: list[Triple] = []

    def state(
        self, class_: NamedNode, evidence: Evidence, closed: set[NamedNode]
    ) -> Iterator[Triple]:
        said = Statements(evidence.as_triples(evidence.facts_under(self.choices)))
        person = NamedNode(evidence.candidate.iri)
        yield Triple(class_, _RDF_TYPE, term("owl:Class"))
        for type_ in said.nodes(person, "rdf:type"):
            yield Triple(class_, term("rdfs:subClassOf"), type_)
        about = said.about(person)
        for property_ in sorted(self.relevant, key=str):
            values = about.get(property_, [])
            parts = [self._value(said, property_, value) for value in values]
            if property_ in closed:
                allowed = [self._node(said, value, closing=True) for value in values]
                parts.append(self._only(property_, allowed))
            for part in parts:
                yield Triple(class_, term("rdfs:subClassOf"), part)
        yield from self.triples

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
