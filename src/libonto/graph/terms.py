"""The IRIs that the code reads: our namespaces and the standard ones, as pyoxigraph nodes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Node = NamedNode | BlankNode
Term = Node | Literal | Triple

BASE = "https://w3id.org/libonto/"
NS = BASE + "ns#"
ID = BASE + "id/"
ONTOLOGY = NamedNode(BASE + "ns")

MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
LANGUAGE_AUTHORITY = "http://publications.europa.eu/resource/authority/language/"

PREFIXES = {
    "lo": NS,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "oa": "http://www.w3.org/ns/oa#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "prov": "http://www.w3.org/ns/prov#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "earl": "http://www.w3.org/ns/earl#",
    "schema": "https://schema.org/",
    "vann": "http://purl.org/vocab/vann/",
    "esco": "http://data.europa.eu/esco/model#",
    "sssom": "https://w3id.org/sssom/",
    "semapv": "https://w3id.org/semapv/vocab/",
}

TERMS = ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")
"""The classes of the terms of a vocabulary."""

PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
"""Their declarations, as SPARQL and Turtle have them."""


@cache
def term(curie: str) -> NamedNode:
    """The node of a prefixed name such as ``lo:Candidate``; KeyError for an unknown prefix."""
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def resource(kind: str, slug: str) -> NamedNode:
    """The node of one of our resources: ``https://w3id.org/libonto/id/KIND/SLUG``."""
    return NamedNode(f"{ID}{kind}/{slug}")


def slug_of(iri: str, kind: str | None = None) -> str:
    """The part of a resource's IRI after its kind; the whole IRI where it is not one of ours."""
    prefix = ID + (kind + "/" if kind else "")
    if not iri.startswith(prefix):
        return iri
    rest = iri[len(prefix) :]
    return rest if kind else rest.partition("/")[2]


def is_iri(text: str) -> bool:
    """Whether a text can be written as an absolute IRI."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def is_ours(iri: str) -> bool:
    """Whether an IRI lies in our namespaces, where only what is defined may be used."""
    return iri == BASE[:-1] or iri.startswith(BASE)


def members(head: Term, cell: Callable[[Term], tuple[Term, Term] | None]) -> list[Term] | None:
    """The members of an RDF list; None for what is no list.

    `cell` gives the `rdf:first` and the `rdf:rest` of a node, None where it has not one of each.
    """
    values: list[Term] = []
    visited: set[Term] = set()
    while head != term("rdf:nil"):
        pair = None if head in visited else cell(head)
        if pair is None:
            return None
        visited.add(head)
        values.append(pair[0])
        head = pair[1]
    return values
