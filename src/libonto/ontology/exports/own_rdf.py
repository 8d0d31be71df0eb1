"""A position in our own RDF: all that its description leads to, and what it corresponds to."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad, Triple

from libonto.graph.store import Graph
from libonto.graph.terms import ID, NS, ONTOLOGY, term
from libonto.graph.turtle import to_text
from libonto.ontology.exports.description import PositionView

HEADER = "urn:libonto:export:"
_BACKWARDS = ("lo:ofPosition", "lo:forPosition")
_NAMING = ("rdf:type", "skos:prefLabel", "skos:notation", "skos:inScheme")


def written(view: PositionView, form: str) -> str:
    """The position in one of the RDF forms, or as RDF/XML that Protégé opens (`protege`)."""
    triples = set(_position(view.graph, view.iri))
    triples |= set(_correspondences(view, triples))
    if form == "protege":
        kind, individual = term("rdf:type"), term("owl:NamedIndividual")
        triples |= {Triple(found, kind, individual) for found in _individuals(triples)}
        triples |= set(_terms(view.graph))
        header = NamedNode(HEADER + view.slug)
        triples.add(Triple(header, term("rdf:type"), term("owl:Ontology")))
        triples.add(Triple(header, term("dcterms:source"), ONTOLOGY))
        for version in view.graph.objects(ONTOLOGY, "owl:versionInfo"):
            triples.add(Triple(header, term("owl:versionInfo"), version))
        return to_text(triples, "rdfxml")
    return to_text(triples, form, first=(view.iri,))


def _position(graph: Graph, iri: str) -> Iterator[Triple]:
    """Everything of ours that can be reached from the position, forwards."""
    start = NamedNode(iri)
    backwards = (node for name in _BACKWARDS for node in graph.subjects(name, start))
    return graph.reached(start, *backwards, follow=_is_ours)


def _is_ours(quad: Quad) -> bool:
    return isinstance(quad.object, NamedNode) and quad.object.value.startswith(ID)


def _correspondences(view: PositionView, triples: set[Triple]) -> Iterator[Triple]:
    """The mappings of what is described, with their metadata, and the names of their ends."""
    graph = view.graph
    described = {triple.subject for triple in triples}
    for axiom in graph.subjects("rdf:type", term("owl:Axiom")):
        statement = [
            graph.one(axiom, f"owl:annotated{part}") for part in ("Source", "Property", "Target")
        ]
        subject, predicate, target = statement
        if (
            subject in described
            and isinstance(subject, NamedNode)
            and isinstance(predicate, NamedNode)
            and target is not None
            and any(graph.store.quads_for_pattern(subject, predicate, target))
        ):
            for quad in graph.store.quads_for_pattern(axiom, None, None):
                yield quad.triple
            if isinstance(target, NamedNode):
                for name in _NAMING:
                    for value in graph.objects(target, name):
                        yield Triple(target, term(name), value)


def _individuals(triples: set[Triple]) -> set[NamedNode]:
    """What is described and has a type: our resources, and the concepts of other systems."""
    return {
        triple.subject
        for triple in triples
        if isinstance(triple.subject, NamedNode)
        and triple.predicate == term("rdf:type")
        and not triple.subject.value.startswith(NS)
    }


def _terms(graph: Graph) -> Iterator[Triple]:
    """The declarations of our terms and of the borrowed ones, and what is said of our classes."""
    for quad in graph.store.quads_for_pattern(None, None, None):
        subject = quad.subject
        is_term = isinstance(subject, NamedNode) and subject.value.startswith(NS)
        is_declaration = quad.predicate == term("rdf:type") and quad.object in _KINDS
        plain = isinstance(quad.object, NamedNode | Literal)
        if plain and (is_term or is_declaration):
            yield quad.triple


_KINDS = frozenset(
    term(name)
    for name in (
        "owl:Class",
        "owl:ObjectProperty",
        "owl:DatatypeProperty",
        "owl:AnnotationProperty",
    )
)
