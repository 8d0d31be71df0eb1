"""The published form of the data folders: their subfolders, merged, in the order of their files.

What stands once in our own terms is repeated there in those that other tools look for: a
term's label and definition for what knows no SKOS, a remark on the text as a Web Annotation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from libonto.graph.catalogue import Catalogue, parsing
from libonto.graph.mappings import PATTERN, quads, read_table
from libonto.graph.terms import BASE, NS, term


def parsed_folder(catalogue: Catalogue, subfolder: str) -> tuple[list[Triple], list[str]]:
    """The triples of a subfolder of data (`ontology`), and what they describe, in the text's order.

    The ontology's tables of correspondences come last. Raises DataError, naming file and
    place, for a file that cannot be parsed.
    """
    triples: list[Triple] = []
    order: dict[str, None] = {}
    for path in catalogue.files(subfolder, "*.ttl"):
        with parsing(path):
            for quad in parse(
                path=str(path), format=RdfFormat.TURTLE, base_iri=BASE, rename_blank_nodes=True
            ):
                triples.append(quad.triple)
                if isinstance(quad.subject, NamedNode):
                    order.setdefault(quad.subject.value)
    for path in catalogue.files(subfolder, PATTERN):
        triples += (quad.triple for quad in quads(read_table(path)))
    return triples, list(order)


def handed_out(catalogue: Catalogue) -> tuple[list[Triple], list[str]]:
    """The ontology with what other tools look for, and what it describes in the text's order."""
    triples, order = parsed_folder(catalogue, "ontology")
    return [*triples, *for_other_tools(triples, motivations(triples))], order


def motivations(triples: Iterable[Triple]) -> dict[NamedNode, NamedNode]:
    """The motivation of each class of annotations, as its restriction states it."""
    whole = list(triples)
    value = term("owl:hasValue")
    on_motive = {t.subject for t in whole if t.object == term("oa:motivatedBy")}
    values: dict[object, object] = {
        t.subject: t.object for t in whole if t.predicate == value and t.subject in on_motive
    }
    return {
        t.subject: motive
        for t in whole
        if t.predicate == term("rdfs:subClassOf")
        and isinstance(t.subject, NamedNode)
        and isinstance(motive := values.get(t.object), NamedNode)
    }


def for_other_tools(
    triples: Iterable[Triple], motives: Mapping[NamedNode, NamedNode]
) -> Iterator[Triple]:
    """`rdfs:label` and `rdfs:comment` of our terms; body and motivation of annotations.

    A Web Annotation's body is a node with the text (Web Annotation Data Model, 3.2.4).
    """
    whole = list(triples)
    names = {term("skos:prefLabel"): "rdfs:label", term("skos:definition"): "rdfs:comment"}
    kind = term("rdf:type")
    remarks = {
        t.subject: motives[t.object]
        for t in whole
        if isinstance(t.object, NamedNode) and t.object in motives
    }
    bodies: dict[object, BlankNode] = {}
    for triple in whole:
        name = names.get(triple.predicate)
        if name and isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(NS):
            yield Triple(triple.subject, term(name), triple.object)
        if triple.subject not in remarks:
            continue
        if triple.predicate == kind and triple.object in motives:
            yield Triple(triple.subject, kind, term("oa:Annotation"))
            yield Triple(triple.subject, term("oa:motivatedBy"), remarks[triple.subject])
        if triple.predicate == term("skos:definition"):
            if triple.subject not in bodies:
                body = bodies[triple.subject] = BlankNode()
                yield Triple(triple.subject, term("oa:hasBody"), body)
                yield Triple(body, kind, term("oa:TextualBody"))
            yield Triple(bodies[triple.subject], term("rdf:value"), triple.object)
