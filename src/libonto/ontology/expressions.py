"""Class expressions of OWL 2 as values, and as the triples that the mapping to RDF gives them."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.graph.terms import term

Expression = dict[str, "Part"]
Member = Expression | NamedNode
Part = Expression | list[Member] | NamedNode | BlankNode | Literal


def stated(expression: Expression) -> tuple[BlankNode, list[Triple]]:
    """A class expression as a node and its triples."""
    node, triples = BlankNode(), list[Triple]()
    for name, part in expression.items():
        value: Part | None = part
        if isinstance(part, list):
            value = None
            for member in reversed(part):
                rest = value or term("rdf:nil")
                cell: Expression = {"rdf:first": member, "rdf:rest": rest}
                value, more = stated(cell)
                triples += more
        elif isinstance(part, dict):
            value, more = stated(part)
            triples += more
        assert isinstance(value, NamedNode | BlankNode | Literal)
        triples.append(Triple(node, term("rdf:type" if name == "a" else name), value))
    return node, triples


def some(property_: NamedNode, filler: Expression) -> Expression:
    """Those with a value of a property that is in a class."""
    return _restriction(property_, {"owl:someValuesFrom": filler})


def has(property_: NamedNode, value: NamedNode) -> Expression:
    """Those with this value of a property."""
    return _restriction(property_, {"owl:hasValue": value})


def _restriction(property_: NamedNode, said: Expression) -> Expression:
    return {"a": term("owl:Restriction"), "owl:onProperty": property_, **said}


def at_least(number: int) -> Expression:
    """The numbers from this one on."""
    facet: Expression = {"xsd:minInclusive": integer(number)}
    return {
        "a": term("rdfs:Datatype"),
        "owl:onDatatype": term("xsd:integer"),
        "owl:withRestrictions": [facet],
    }


def any_of(parts: Sequence[Member]) -> Expression:
    """Those in one of the classes: nobody without a class, as in `owl:Nothing`."""
    return _combined("owl:unionOf", parts, "owl:Thing")


def all_of(parts: Sequence[Member]) -> Expression:
    """Those in all of the classes: everybody without a class, as in `owl:Thing`."""
    return _combined("owl:intersectionOf", parts, "owl:Nothing")


def _combined(by: str, parts: Sequence[Member], complement: str) -> Expression:
    """The parts by union or intersection; of no parts the class whose complement is given."""
    if len(parts) == 1 and isinstance(first := parts[0], dict):
        return first
    if not parts:
        return {"a": term("owl:Class"), "owl:complementOf": term(complement)}
    return {"a": term("owl:Class"), by: [*parts]}


def one_of(individuals: Sequence[NamedNode]) -> Expression:
    """The class of some individuals."""
    return {"a": term("owl:Class"), "owl:oneOf": [*individuals]}


def integer(value: int) -> Literal:
    """A whole number."""
    return Literal(str(value), datatype=term("xsd:integer"))
