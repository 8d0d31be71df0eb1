"""The statements of an ontology by subject and property, for the tests with the reasoner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.graph.terms import PREFIXES, term
from libonto.ontology.reasoner import reasoner_view

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal | Triple


class Statements:
    """Triples by subject and property; a property is given as a prefixed name."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        """Index the triples."""
        self.triples = tuple(triples)
        self._about: dict[Node, dict[NamedNode, list[Term]]] = {}
        self._holders: dict[BlankNode, list[tuple[Node, NamedNode]]] = {}
        for triple in self.triples:
            subject = triple.subject
            if isinstance(subject, Triple):
                continue
            values = self._about.setdefault(subject, {}).setdefault(triple.predicate, [])
            values.append(triple.object)
            if isinstance(triple.object, BlankNode):
                holders = self._holders.setdefault(triple.object, [])
                holders.append((subject, triple.predicate))

    @property
    def subjects(self) -> Iterable[Node]:
        """Every node of which something is said."""
        return self._about.keys()

    def about(self, node: Node) -> dict[NamedNode, list[Term]]:
        """All that is said of a node, by property."""
        return self._about.get(node, {})

    def values(self, node: Term, name: str) -> list[Term]:
        """The values of a property."""
        if not isinstance(node, NamedNode | BlankNode):
            return []
        return self._about.get(node, {}).get(term(name), [])

    def nodes(self, node: Term, name: str) -> list[Node]:
        """The values of a property that are no literals."""
        return [v for v in self.values(node, name) if isinstance(v, NamedNode | BlankNode)]

    def one(self, node: Term, name: str) -> Term | None:
        """The first value of a property, or None."""
        return next(iter(self.values(node, name)), None)

    def typed(self, *names: str) -> set[Node]:
        """The nodes that are stated to be of one of some types."""
        wanted = {term(name) for name in names}
        rdf_type = term("rdf:type")
        return {
            node
            for node, said in self._about.items()
            if any(value in wanted for value in said.get(rdf_type, ()))
        }

    def pairs(self, name: str) -> Iterator[tuple[Node, Term]]:
        """Every subject and value of a property."""
        wanted = term(name)
        for node, said in self._about.items():
            for value in said.get(wanted, ()):
                yield node, value

    def members(self, head: Term | None) -> list[Term] | None:
        """The members of a list; None for what is no well-formed one."""
        found: list[Term] = []
        seen: set[Term] = set()
        while head != term("rdf:nil"):
            if head is None or head in seen:
                return None
            seen.add(head)
            first, rest = self.values(head, "rdf:first"), self.values(head, "rdf:rest")
            if len(first) != 1 or len(rest) != 1:
                return None
            found.append(first[0])
            head = rest[0]
        return found

    def holders(self, node: BlankNode) -> list[tuple[Node, NamedNode]]:
        """The nodes that have a blank node as a value, and by which property."""
        return self._holders.get(node, [])


def terminology(triples: Iterable[Triple]) -> list[Triple]:
    """The view without what is said of individuals that no class is defined by.

    Which classes are below which does not depend on those, and without them HermiT is done
    several times sooner.
    """
    view = reasoner_view(triples)
    said = Statements(view)
    individuals = {node for node in said.subjects if _is_individual(said, node)}
    named = {t.object for t in view if t.predicate in {term("rdf:first"), term("owl:hasValue")}}
    kept = {term("rdf:type"), term("owl:differentFrom")}
    return [
        triple
        for triple in view
        if triple.subject not in individuals
        or (triple.subject in named and triple.predicate in kept)
    ]


def _is_individual(said: Statements, node: Node) -> bool:
    types = said.values(node, "rdf:type")
    return bool(types) and not any(_in_vocabulary(type_) for type_ in types)


def _in_vocabulary(value: Term) -> bool:
    """Whether an IRI is one of OWL's or RDF's own."""
    return isinstance(value, NamedNode) and value.value.startswith(
        tuple(PREFIXES[prefix] for prefix in ("owl", "rdfs", "rdf"))
    )
