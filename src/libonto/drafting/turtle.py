"""Turtle to be written: triples in order, lists, class expressions of OWL, literals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.graph.terms import resource, term
from libonto.graph.turtle import to_text
from libonto.locales import LANGUAGES

Value = NamedNode | BlankNode | Literal
Said = dict[str, Value | Iterable[Value]]
Expression = dict[str, "Part"]
Member = Expression | NamedNode
Part = Expression | list[Member] | Value


@dataclass
class File:
    """The triples of a file, and the order of their subjects."""

    triples: list[Triple] = field(default_factory=list)
    order: list[str] = field(default_factory=list)

    def add(
        self, subject: NamedNode | BlankNode, said: Mapping[str, Value | Iterable[Value]]
    ) -> None:
        """State what is said of a subject, by prefixed names."""
        if isinstance(subject, NamedNode):
            self.order.append(subject.value)
        for name, values in said.items():
            listed = [values] if isinstance(values, NamedNode | BlankNode | Literal) else values
            predicate = term("rdf:type") if name == "a" else term(name)
            self.triples += [Triple(subject, predicate, value) for value in listed]

    def nested(self, said: Mapping[str, Value | Iterable[Value]]) -> BlankNode:
        """A node without a name of which this is said."""
        node = BlankNode()
        self.add(node, said)
        return node

    def members(self, values: Sequence[Value]) -> NamedNode | BlankNode:
        """A list."""
        head: NamedNode | BlankNode = term("rdf:nil")
        for value in reversed(values):
            head = self.nested({"rdf:first": value, "rdf:rest": head})
        return head

    def expression(self, said: Expression) -> BlankNode:
        """A class expression: what is nested in it is a node, and a list of them a list."""
        return self.nested({name: self._part(value) for name, value in said.items()})

    def _part(self, value: Part) -> Value:
        if isinstance(value, list):
            return self.members([self._part(one) for one in value])
        return self.expression(value) if isinstance(value, dict) else value

    def text(self, title: str) -> str:
        """The file as Turtle, its subjects in the order in which they were stated."""
        head, mark, rest = to_text(self.triples, first=self.order).partition("\n\n")
        return f"{head}\n\n# {title}{mark}{rest}"


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
    """Those in one of the classes."""
    return _combined("owl:unionOf", parts)


def all_of(parts: Sequence[Member]) -> Expression:
    """Those in all of the classes."""
    return _combined("owl:intersectionOf", parts)


def _combined(by: str, parts: Sequence[Member]) -> Expression:
    first = parts[0]
    if len(parts) == 1 and isinstance(first, dict):
        return first
    return {"a": term("owl:Class"), by: [*parts]}


def field_of(name: str) -> NamedNode:
    """A field of study by its slug, or by its code in ISCED-F."""
    return resource("field", f"isced-{name}" if name.isdecimal() else name)


def every(words: Mapping[str, str]) -> list[Value]:
    """Words in each language."""
    return [Literal(words[lang], language=lang) for lang in LANGUAGES]


def integer(value: int) -> Literal:
    """A whole number."""
    return Literal(str(value), datatype=term("xsd:integer"))


def day_of(value: str) -> Literal:
    """A day, of the form that ISO 8601 gives it."""
    return Literal(value, datatype=term("xsd:date"))


def true() -> Literal:
    """The truth value."""
    return Literal("true", datatype=term("xsd:boolean"))
