"""Whether an ontology is in OWL 2 DL, as far as ours could leave it.

After the OWL 2 structural specification (sections 3, 5.8.1 and 11) and the mapping from RDF
graphs. OWL 2 DL would allow one IRI to be a class and an individual; tools disagree on it,
so it is a fault here. The one datatype outside OWL 2's map that is allowed is `xsd:date`:
the reasoner is given a view without it (`ontology/reasoner.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode

from libonto.graph.terms import PREFIXES, is_ours, term
from libonto.ontology.owl_datatypes import DATATYPES, EXCEPTION, well_formed
from libonto.ontology.owl_vocabulary import (
    ANNOTATIONS,
    BUILT_IN,
    CARDINALITIES,
    CONNECTIVES,
    DECLARING,
    FACET_NAMES,
    FILLERS,
    OF_OBJECTS,
    SYNTAX,
)
from libonto.ontology.statements import Fault, Node, Statements, Term, in_namespace, shown


class Profile:
    """Checks of one ontology; each yields its faults."""

    def __init__(self, said: Statements) -> None:
        """Gather what is declared as what."""
        self.said = said
        self.classes = said.typed("owl:Class")
        self.datatypes = said.typed("rdfs:Datatype")
        self.kinds: dict[str, set[Node]] = {
            "owl:ObjectProperty": said.typed("owl:ObjectProperty", *OF_OBJECTS),
            "owl:DatatypeProperty": said.typed("owl:DatatypeProperty"),
            "owl:AnnotationProperty": said.typed("owl:AnnotationProperty")
            | {term(name) for name in ANNOTATIONS},
        }
        self.object_properties = self.kinds["owl:ObjectProperty"]
        self.data_properties = self.kinds["owl:DatatypeProperty"]
        self.annotation_properties = self.kinds["owl:AnnotationProperty"]
        self._declaring = {term(name) for name in DECLARING}
        self._syntax = {term(name) for name in SYNTAX}
        self._built_in = {term(name) for name in BUILT_IN}

    def punning(self) -> Iterator[Fault]:
        """One IRI is one thing: a class, a datatype, one kind of property, or an individual."""
        roles: dict[Node, list[str]] = {}
        for role, nodes in (
            ("owl:Class", self.classes),
            ("rdfs:Datatype", self.datatypes),
            *self.kinds.items(),
            ("owl:NamedIndividual", self._individuals()),
        ):
            for node in nodes:
                if isinstance(node, NamedNode):
                    roles.setdefault(node, []).append(role)
        for node, found in roles.items():
            if len(found) > 1:
                yield Fault(shown(node), ", ".join(found))

    def undeclared(self) -> Iterator[Fault]:
        """Every class, datatype and property that is used is declared."""
        properties = set().union(*self.kinds.values()) | self._syntax | self._built_in
        properties |= {term(f"xsd:{name}") for name in FACET_NAMES}
        for triple in self.said.triples:
            if triple.predicate not in properties:
                yield Fault(shown(triple.predicate), self.said.place(triple.subject))
        for node, used, role in self._used():
            known = {
                "owl:Class": self.classes | self._built_in,
                "rdfs:Datatype": self.datatypes | {NamedNode(iri) for iri in DATATYPES},
                "property": properties,
            }[role]
            outside = role == "rdfs:Datatype" and used == NamedNode(EXCEPTION)
            if isinstance(used, NamedNode) and used not in known and not outside:
                if role == "rdfs:Datatype" and in_namespace(used, "xsd", "rdf", "rdfs", "owl"):
                    continue  # said by the check of the datatypes
                yield Fault(shown(used), self.said.place(node))

    def reserved(self) -> Iterator[Fault]:
        """Nothing in the namespaces of OWL, RDF and RDFS that they do not define."""
        known = self._declaring | self._syntax | self._built_in
        known |= {term(name) for name in ANNOTATIONS}
        known |= {NamedNode(iri) for iri in DATATYPES}
        for triple in self.said.triples:
            for part in (triple.subject, triple.predicate, triple.object):
                if in_namespace(part, "owl", "rdf", "rdfs") and part not in known:
                    yield Fault(shown(part), self.said.place(triple.subject))

    def property_kinds(self) -> Iterator[Fault]:
        """Object properties have things as values, data properties literals, and so on."""
        ours = self.object_properties | self.data_properties
        for triple in self.said.triples:
            predicate, value = triple.predicate, triple.object
            if predicate not in ours or predicate in self.annotation_properties:
                continue
            if (predicate in self.object_properties) == isinstance(value, Literal):
                yield Fault(self.said.place(triple.subject), f"{shown(predicate)} {shown(value)}")
            if triple.subject in self.classes | ours:
                yield Fault(self.said.place(triple.subject), shown(predicate))
        for name in OF_OBJECTS:
            for node in self.said.typed(name) & self.data_properties:
                yield Fault(shown(node), name)
        for node in self.said.typed("owl:FunctionalProperty") - ours:
            yield Fault(shown(node), "owl:FunctionalProperty")
        for node, above in self.said.pairs("rdfs:subPropertyOf"):
            if not any(node in kind and above in kind for kind in self.kinds.values()):
                yield Fault(shown(node), f"rdfs:subPropertyOf {shown(above)}")
        for node, value in self.said.pairs("rdfs:range"):
            is_data = self._is_data_range(value)
            if node in ours and (node in self.data_properties) != is_data:
                yield Fault(shown(node), f"rdfs:range {shown(value)}")

    def expressions(self) -> Iterator[Fault]:
        """Restrictions, lists and data ranges have the parts that they need, and no others."""
        for node in self.said.typed("owl:Restriction"):
            yield from self._restriction(node)
        for name in (*CONNECTIVES, "owl:members", "owl:distinctMembers", "owl:disjointUnionOf"):
            for node, head in self.said.pairs(name):
                if not self.said.members(head):
                    yield Fault(self.said.place(node), name)
        for node, head in self.said.pairs("owl:withRestrictions"):
            base = self.said.one(node, "owl:onDatatype")
            facets = self.said.members(head) or []
            names = [p for facet in facets for p in self._facets(facet)]
            if base is None or not facets or len(names) != len(facets):
                yield Fault(self.said.place(node), "owl:withRestrictions")

    def datatypes_in_map(self) -> Iterator[Fault]:
        """Datatypes are in OWL 2's map, but for xsd:date; literals have a form of their type."""
        allowed = DATATYPES | {EXCEPTION}
        declared = {node.value for node in self.datatypes if isinstance(node, NamedNode)}
        for triple in self.said.triples:
            value = triple.object
            if isinstance(value, Literal):
                if value.datatype.value not in allowed | declared:
                    yield Fault(self.said.place(triple.subject), shown(value.datatype))
                elif not well_formed(value):
                    detail = f"{value.value} ({shown(value.datatype)})"
                    yield Fault(self.said.place(triple.subject), detail)
        known = {NamedNode(iri) for iri in allowed}
        for node, used, role in self._used():
            standard = in_namespace(used, "xsd", "rdf", "rdfs", "owl")
            if role == "rdfs:Datatype" and standard and used not in known:
                yield Fault(self.said.place(node), shown(used))

    def simple_properties(self) -> Iterator[Fault]:
        """No transitive property, or one above such, in a cardinality or the like (section 11)."""
        composite: set[Term] = set(self.said.typed("owl:TransitiveProperty"))
        composite |= {node for node, _ in self.said.pairs("owl:propertyChainAxiom")}
        composite |= {v for n, v in self.said.pairs("owl:inverseOf") if n in composite}
        composite |= {n for n, v in self.said.pairs("owl:inverseOf") if v in composite}
        not_simple = {a for node in composite for a in self.said.above(node, "rdfs:subPropertyOf")}
        for node in self.said.typed("owl:Restriction"):
            on = self.said.one(node, "owl:onProperty")
            for name in (*CARDINALITIES, "owl:hasSelf"):
                if on in not_simple and self.said.has(node, name):
                    yield Fault(self.said.place(node), f"{name}, {shown(on)}")
        for name in ("Functional", "InverseFunctional", "Irreflexive", "Asymmetric"):
            for node in self.said.typed(f"owl:{name}Property"):
                if node in not_simple:
                    yield Fault(shown(node), f"owl:{name}Property")
        for node, other in self.said.pairs("owl:propertyDisjointWith"):
            if node in not_simple or other in not_simple:
                yield Fault(shown(node), "owl:propertyDisjointWith")

    def anonymous(self) -> Iterator[Fault]:
        """A blank node that is an individual is held by one other node, and in no ring."""
        for node in self.said.subjects:
            if not isinstance(node, BlankNode) or not self._is_individual(node):
                continue
            holders = [h for h, p in self.said.holders(node) if p in self.object_properties]
            if len(holders) > 1:
                yield Fault(self.said.place(holders[0]), f"{len(holders)} × []")
            seen: set[Node] = {node}
            while holders and isinstance(holders[0], BlankNode):
                if holders[0] in seen:
                    yield Fault("[]", "[] → []")
                    break
                seen.add(holders[0])
                above = self.said.holders(holders[0])
                holders = [h for h, p in above if p in self.object_properties]

    def _is_individual(self, node: Node) -> bool:
        types = self.said.nodes(node, "rdf:type")
        return any(t not in self._declaring for t in types)

    def _individuals(self) -> set[Node]:
        found = {
            node
            for node in self.said.subjects
            if isinstance(node, NamedNode) and self._is_individual(node)
        }
        return found | self.said.typed("owl:NamedIndividual")

    def _used(self) -> Iterator[tuple[Node, Term, str]]:
        """Every place at which a class, a datatype or a property must stand."""
        said = self.said
        for node, value in said.pairs("rdf:type"):
            if value not in self._declaring:
                yield node, value, "owl:Class"
        for name in ("rdfs:subClassOf", "owl:disjointWith", "owl:complementOf", "owl:onClass"):
            for node, value in said.pairs(name):
                yield node, value, "owl:Class"
        for node, value in said.pairs("owl:equivalentClass"):
            yield node, value, "rdfs:Datatype" if node in self.datatypes else "owl:Class"
        for node, value in said.pairs("rdfs:domain"):
            if node not in self.annotation_properties:
                yield node, value, "owl:Class"
        for node, value in said.pairs("rdfs:range"):
            if node in self.data_properties:
                yield node, value, "rdfs:Datatype"
            elif node in self.object_properties:
                yield node, value, "owl:Class"
        for name in ("owl:someValuesFrom", "owl:allValuesFrom"):
            for node, value in said.pairs(name):
                on_data = said.one(node, "owl:onProperty") in self.data_properties
                yield node, value, "rdfs:Datatype" if on_data else "owl:Class"
        for name in ("owl:intersectionOf", "owl:unionOf", "owl:disjointUnionOf"):
            for node, head in said.pairs(name):
                for value in said.members(head) or []:
                    yield node, value, "rdfs:Datatype" if node in self.datatypes else "owl:Class"
        for node in said.typed("owl:AllDisjointClasses"):
            for value in said.members(said.one(node, "owl:members")) or []:
                yield node, value, "owl:Class"
        for name in ("owl:onDatatype", "owl:onDataRange"):
            for node, value in said.pairs(name):
                yield node, value, "rdfs:Datatype"
        for name in (
            "owl:onProperty",
            "rdfs:subPropertyOf",
            "owl:inverseOf",
            "owl:annotatedProperty",
            "owl:equivalentProperty",
        ):
            for node, value in said.pairs(name):
                yield node, value, "property"

    def _is_data_range(self, value: Term) -> bool:
        if isinstance(value, NamedNode):
            return (
                value in self.datatypes
                or value.value in DATATYPES
                or (in_namespace(value, "xsd") and not is_ours(value.value))
            )
        return value in self.datatypes

    def _restriction(self, node: Node) -> Iterator[Fault]:
        said = self.said
        on = said.values(node, "owl:onProperty")
        parts = [name for name in (*FILLERS, *CARDINALITIES) if said.has(node, name)]
        if len(on) != 1 or len(parts) != 1 or len(said.values(node, parts[0])) != 1:
            yield Fault(said.place(node), "owl:Restriction")
            return
        if on[0] in self.annotation_properties:
            yield Fault(said.place(node), f"owl:onProperty {shown(on[0])}")
        value = said.one(node, parts[0])
        kinds = self.object_properties | self.data_properties
        fits = (on[0] in self.data_properties) == isinstance(value, Literal)
        if parts[0] == "owl:hasValue" and on[0] in kinds and not fits:
            yield Fault(said.place(node), f"owl:hasValue {shown(value)}")
        if parts[0] in CARDINALITIES:
            count = value.value if isinstance(value, Literal) else ""
            if not (count.isascii() and count.isdigit()):
                yield Fault(said.place(node), f"{parts[0]} {shown(value)}")

    def _facets(self, node: Term) -> list[NamedNode]:
        if not isinstance(node, NamedNode | BlankNode):
            return []
        facets = {PREFIXES["xsd"] + name for name in FACET_NAMES}
        return [p for p in self.said.about(node) if p.value in facets]


def checks(said: Statements) -> dict[str, list[Fault]]:
    """Every check of the profile by name, with its faults."""
    profile = Profile(said)
    found = {
        "owl-declared": profile.undeclared(),
        "owl-reserved": profile.reserved(),
        "owl-punning": profile.punning(),
        "owl-properties": profile.property_kinds(),
        "owl-expressions": profile.expressions(),
        "owl-datatypes": profile.datatypes_in_map(),
        "owl-simple": profile.simple_properties(),
        "owl-anonymous": profile.anonymous(),
    }
    return {name: sorted(set(faults)) for name, faults in found.items()}
