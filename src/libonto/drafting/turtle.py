"""Turtle to be written: triples in order, lists, literals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.graph.terms import resource, term
from libonto.graph.turtle import to_text
from libonto.locales import LANGUAGES
from libonto.ontology.expressions import Expression, stated

Value = NamedNode | BlankNode | Literal
Said = dict[str, Value | Iterable[Value]]


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
        """A class expression."""
        node, triples = stated(said)
        self.triples += triples
        return node

    def text(self, title: str) -> str:
        """The file as Turtle, its subjects in the order in which they were stated."""
        head, mark, rest = to_text(self.triples, first=self.order).partition("\n\n")
        return f"{head}\n\n# {title}{mark}{rest}"


def field_of(name: str) -> NamedNode:
    """A field of study by its slug, or by its code in ISCED-F."""
    return resource("field", f"isced-{name}" if name.isdecimal() else name)


def every(words: Mapping[str, str]) -> list[Value]:
    """Words in each language."""
    return [Literal(words[lang], language=lang) for lang in LANGUAGES]


def day_of(value: str) -> Literal:
    """A day, of the form that ISO 8601 gives it."""
    return Literal(value, datatype=term("xsd:date"))


def true() -> Literal:
    """The truth value."""
    return Literal("true", datatype=term("xsd:boolean"))
