"""What the reasoner is given: an ontology without what is outside OWL 2's datatype map.

`xsd:date` is not in the map, and HermiT refuses a range or a value of it. A date never
decides whether a candidate is eligible (the completed years do, and they are counted before),
so nothing is lost. Annotations say nothing to a reasoner either and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from libonto.graph.catalogue import own_folder
from libonto.graph.terms import PREFIXES, term
from libonto.ontology.statements import Node, Statements, Term, in_namespace

_VOCABULARY = ("owl", "rdfs", "rdf")


def reasoner_view(triples: Iterable[Triple]) -> list[Triple]:
    """The logical part of an ontology, without literals and ranges that HermiT refuses."""
    said = Statements(triples)
    annotations = said.typed("owl:AnnotationProperty")
    annotations |= {term(f"rdfs:{name}") for name in ("label", "comment", "seeAlso", "isDefinedBy")}
    annotations |= {term(f"owl:{name}") for name in ("versionInfo", "versionIRI", "priorVersion")}
    marks = said.typed("owl:Axiom", "owl:Annotation", "owl:Ontology")
    kept = [
        triple
        for triple in said.triples
        if triple.predicate not in annotations
        and triple.subject not in marks
        and not _outside(triple.object)
    ]
    return _without_loose_parts(kept, said)


def terminology(triples: Iterable[Triple]) -> list[Triple]:
    """The view without what is said of individuals that no class is defined by.

    Which classes are below which does not depend on those, and without them HermiT is done
    several times sooner.
    """
    view = reasoner_view(triples)
    said = Statements(view)
    individuals = {node for node in said.subjects if _is_individual(said, node)}
    named = {t.object for t in view if t.predicate in {term("rdf:first"), term("owl:hasValue")}}
    return [
        triple
        for triple in view
        if triple.subject not in individuals
        or (triple.subject in named and triple.predicate in {term("rdf:type")} | _DIFFERENCE)
    ]


def n_triples(triples: Iterable[Triple]) -> bytes:
    """Triples as N-Triples, the one form that is handed to the reasoner."""
    text = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert text is not None  # it is None only where a file is named
    return text


_DIFFERENCE = {term("owl:differentFrom")}


def _is_individual(said: Statements, node: Node) -> bool:
    types = said.values(node, "rdf:type")
    return bool(types) and not any(in_namespace(type_, *_VOCABULARY) for type_ in types)


@cache
def datatypes() -> frozenset[str]:
    """The IRIs of OWL 2's datatype map (structural specification, section 4)."""
    path = own_folder() / "queries/checks/owl/owl2.ttl"
    kind = NamedNode("https://www.w3.org/TR/owl2-syntax/#Datatype")
    terms = parse(path=str(path), format=RdfFormat.TURTLE)
    return frozenset(
        quad.subject.value
        for quad in terms
        if quad.object == kind and isinstance(quad.subject, NamedNode)
    )


def _outside(value: Term) -> bool:
    """Whether a literal, or a datatype that stands as a range, is outside the map."""
    if isinstance(value, Literal):
        return value.datatype.value not in datatypes()
    return (
        isinstance(value, NamedNode)
        and value.value.startswith(PREFIXES["xsd"])
        and value.value not in datatypes()
    )


def _without_loose_parts(kept: list[Triple], said: Statements) -> list[Triple]:
    """Without the blank nodes that something left out was made of."""
    while True:
        held: set[Node | Term] = {t.object for t in kept if isinstance(t.object, BlankNode)}
        loose = {
            t.subject
            for t in kept
            if isinstance(t.subject, BlankNode)
            and t.subject not in held
            and said.holders(t.subject)
        }
        if not loose:
            return kept
        kept = [t for t in kept if t.subject not in loose]
