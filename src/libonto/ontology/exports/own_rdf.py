"""A position in our own RDF: all that its description leads to, and what it corresponds to."""

from __future__ import annotations

from pyoxigraph import NamedNode, Quad, QueryTriples, Triple

from libonto.graph.store import Graph
from libonto.graph.terms import ID, NS, ONTOLOGY, PROLOGUE, term
from libonto.graph.turtle import parse_turtle, to_text
from libonto.ontology.exports.description import PositionView

HEADER = "urn:libonto:export:"
_CORRESPONDENCES = """
CONSTRUCT { ?axiom ?property ?value . ?target ?naming ?name } WHERE {
  VALUES ?subject { %s }
  ?axiom a owl:Axiom ;
    owl:annotatedSource ?subject ; owl:annotatedProperty ?predicate ; owl:annotatedTarget ?target .
  ?subject ?predicate ?target .
  { ?axiom ?property ?value }
  UNION {
    VALUES ?naming { rdf:type skos:prefLabel skos:notation skos:inScheme }
    ?target ?naming ?name
  }
}"""
"""The mappings of some resources, with their metadata, and the names of their ends."""
_TERMS = """
CONSTRUCT { ?term ?property ?value } WHERE {
  ?term ?property ?value
  FILTER(isIRI(?value) || isLiteral(?value))
  FILTER((isIRI(?term) && STRSTARTS(STR(?term), STR(lo:))) || (?property = rdf:type && ?value IN
    (owl:Class, owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty)))
}"""
"""The declarations of our terms and of the borrowed ones, and the statements on our classes."""


def written(view: PositionView, form: str) -> str:
    """The position in one of the RDF forms, or as RDF/XML that Protégé opens (`protege`)."""
    graph = view.graph
    triples = _position(graph, view.iri)
    described = {str(t.subject) for t in triples if isinstance(t.subject, NamedNode)}
    triples |= _constructed(graph, _CORRESPONDENCES % " ".join(described))
    if form != "protege":
        return to_text(triples, form, first=(view.iri,))
    kind, individual = term("rdf:type"), term("owl:NamedIndividual")
    typed = {t.subject for t in triples if t.predicate == kind and isinstance(t.subject, NamedNode)}
    triples |= {Triple(one, kind, individual) for one in typed if not one.value.startswith(NS)}
    triples |= _constructed(graph, _TERMS)
    slug = graph.text(view.iri, "skos:notation") or view.iri
    version = "".join(f"; owl:versionInfo {v}" for v in graph.objects(ONTOLOGY, "owl:versionInfo"))
    triples |= {*parse_turtle(f"<{HEADER}{slug}> a owl:Ontology ; dcterms:source <ns> {version} .")}
    return to_text(triples, "rdfxml")


def _position(graph: Graph, iri: str) -> set[Triple]:
    """Everything of ours that can be reached from the position, forwards."""

    def is_ours(quad: Quad) -> bool:
        return isinstance(quad.object, NamedNode) and quad.object.value.startswith(ID)

    backwards = (n for p in ("lo:ofPosition", "lo:forPosition") for n in graph.subjects(p, iri))
    return set(graph.reached(NamedNode(iri), *backwards, follow=is_ours))


def _constructed(graph: Graph, query: str) -> set[Triple]:
    triples = graph.store.query(PROLOGUE + query)
    assert isinstance(triples, QueryTriples)
    return set(triples)
