"""Pitfalls of ontologies that OOPS! and FOOPS! name critical or important.

OOPS! is the catalogue of Poveda-Villalón et al. (2014), FOOPS! the checklist of Garijo et
al. (2021); a check names the pitfall (P…) or the test that it follows. What needs the web
(is the ontology served where its IRI says?) is not looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode

from libonto.graph.terms import BASE, ID, NS, ONTOLOGY, term
from libonto.locales import LANGUAGES
from libonto.ontology.statements import Fault, Node, Statements, Term, in_namespace, shown

_OBJECT = "owl:ObjectProperty"
_DATA = "owl:DatatypeProperty"
_CLASS_NAME = re.compile(r"[A-Z][A-Za-z0-9]*")
_PROPERTY_NAME = re.compile(r"[a-z][A-Za-z0-9]*")
_RESOURCE = re.compile(r"[a-z0-9-]+(/[A-Za-z0-9._+-]+)+")
_VERSIONED = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")


class Pitfalls:
    """Checks of one ontology; each yields its faults."""

    def __init__(self, said: Statements, package_version: str) -> None:
        """Take the statements, and the version that `owl:versionIRI` must have."""
        self.said = said
        self.version = package_version
        self.classes = {n for n in said.typed("owl:Class") if isinstance(n, NamedNode)}
        self.properties = {n for n in said.typed(_OBJECT, _DATA) if isinstance(n, NamedNode)}
        self.own = sorted(
            (n for n in self.classes | self.properties if n.value.startswith(BASE)), key=str
        )

    # What is said of the ontology itself (FOOPS!)

    def header(self) -> Iterator[Fault]:
        """P38: exactly one ontology is declared, under our IRI."""
        found = self.said.typed("owl:Ontology")
        if found != {ONTOLOGY}:
            for node in sorted(found - {ONTOLOGY}, key=str) or [ONTOLOGY]:
                yield Fault(shown(node), "owl:Ontology")

    def licence(self) -> Iterator[Fault]:
        """P41, FOOPS! OM4: a licence, as an IRI."""
        values = self._of_ontology("dcterms:license")
        if not any(isinstance(v, NamedNode) for v in values):
            yield Fault(shown(ONTOLOGY), "dcterms:license")

    def versions(self) -> Iterator[Fault]:
        """FOOPS! VER1–2: a version, the package's own, and its IRI; none in a term's IRI."""
        expected = NamedNode(f"{ONTOLOGY.value}/{self.version}")
        for name, wanted in (
            ("owl:versionIRI", expected),
            ("owl:versionInfo", Literal(self.version)),
        ):
            values = self._of_ontology(name)
            if values != [wanted]:
                said = ", ".join(map(shown, values)) or "—"
                yield Fault(shown(ONTOLOGY), f"{name}: {said}; {shown(wanted)}")
        for node in self.own:
            if _VERSIONED.search(node.value):
                yield Fault(shown(node))

    def namespace(self) -> Iterator[Fault]:
        """FOOPS! PURL1, VOC: the preferred prefix and namespace are stated, as we use them."""
        if self._of_ontology("vann:preferredNamespacePrefix") != [Literal("lo")]:
            yield Fault(shown(ONTOLOGY), "vann:preferredNamespacePrefix")
        values = self._of_ontology("vann:preferredNamespaceUri")
        if [getattr(v, "value", "") for v in values] != [NS]:
            yield Fault(shown(ONTOLOGY), "vann:preferredNamespaceUri")

    def title(self) -> Iterator[Fault]:
        """FOOPS! OM1: a title and a description in each language."""
        for name in ("dcterms:title", "dcterms:description"):
            values = self._of_ontology(name)
            for lang in LANGUAGES:
                if sum(isinstance(v, Literal) and v.language == lang for v in values) != 1:
                    yield Fault(shown(ONTOLOGY), f"{name}@{lang}")

    def provenance(self) -> Iterator[Fault]:
        """FOOPS! OM2–3, OM5: who made it, when, from what, how to cite it, how far it is."""
        for name in (
            "dcterms:creator",
            "dcterms:publisher",
            "dcterms:created",
            "dcterms:modified",
            "dcterms:source",
            "dcterms:bibliographicCitation",
            "schema:creativeWorkStatus",
        ):
            if not self._of_ontology(name):
                yield Fault(shown(ONTOLOGY), name)

    # Labels and names

    def labels(self) -> Iterator[Fault]:
        """P08, FOOPS! VOC3–4: one label and one definition in each language on our own terms."""
        for node in self.own:
            for name in ("skos:prefLabel", "skos:definition"):
                for lang in LANGUAGES:
                    found = [
                        v
                        for v in self.said.values(node, name)
                        if isinstance(v, Literal) and v.language == lang
                    ]
                    if len(found) != 1:
                        yield Fault(shown(node), f"{name}@{lang}: {len(found)}")

    def defined_by(self) -> Iterator[Fault]:
        """FOOPS! RDF1: a term says which ontology defines it."""
        for node in self.own:
            if self.said.values(node, "rdfs:isDefinedBy") != [ONTOLOGY]:
                yield Fault(shown(node), "rdfs:isDefinedBy")

    def same_names(self) -> Iterator[Fault]:
        """P30, P32: two classes, or two properties, with one label in a language."""
        for group in (self.classes, self.properties):
            seen: dict[tuple[str, str], Node] = {}
            for node in sorted(group, key=str):
                for value in self.said.values(node, "skos:prefLabel"):
                    if isinstance(value, Literal) and value.language:
                        other = seen.setdefault((value.language, value.value.casefold()), node)
                        if other != node:
                            yield Fault(shown(node), f"{shown(other)}: {value.value}")

    def names(self) -> Iterator[Fault]:
        """P22, P03: names by our convention, and no property that is called `is`."""
        for node in self.own:
            if node.value.startswith(NS):
                local = node.value[len(NS) :]
                wanted = _CLASS_NAME if node in self.classes else _PROPERTY_NAME
                if not wanted.fullmatch(local) or local.lower() in {"is", "isa"}:
                    yield Fault(shown(node))
            elif not node.value.startswith(ID) or not _RESOURCE.fullmatch(node.value[len(ID) :]):
                yield Fault(shown(node))

    def foreign(self) -> Iterator[Fault]:
        """P40: of a term of another namespace nothing is stated but what kind of term it is."""
        for node in sorted(self.classes | self.properties, key=str):
            if node.value.startswith(BASE):
                continue
            for predicate in self.said.about(node):
                if predicate != term("rdf:type"):
                    yield Fault(shown(node), shown(predicate))

    # Hierarchies and definitions

    def cycles(self) -> Iterator[Fault]:
        """P06: no class or property stands above itself."""
        for name in ("rdfs:subClassOf", "rdfs:subPropertyOf"):
            for node, value in self.said.pairs(name):
                if isinstance(node, NamedNode) and node in self.said.above(value, name):
                    yield Fault(shown(node), f"{name} {shown(value)}")

    def recursive(self) -> Iterator[Fault]:
        """P24: no definition mentions what it defines."""
        for node, value in self.said.pairs("owl:equivalentClass"):
            if isinstance(node, NamedNode) and node in self._mentioned(value):
                yield Fault(shown(node), "owl:equivalentClass")

    def disjointness(self) -> Iterator[Fault]:
        """P10: the kinds of things are stated to be disjoint; every class of ours takes part."""
        pairs = self.disjoint_pairs()
        taking_part = {node for pair in pairs for node in pair}
        for node in sorted(self.classes, key=str):
            if not node.value.startswith(NS):
                continue
            if not self.said.above(node, "rdfs:subClassOf") & taking_part:
                yield Fault(shown(node), "owl:disjointWith")

    def restrictions(self) -> Iterator[Fault]:
        """P14, P15: `only` without `some`, and `some not` where `not some` is meant."""
        for node in self.said.typed("owl:Restriction"):
            value = self.said.one(node, "owl:someValuesFrom")
            if value is not None and self.said.has(value, "owl:complementOf"):
                yield Fault(self.said.place(node), "owl:someValuesFrom owl:complementOf")
            if self.said.has(node, "owl:allValuesFrom"):
                on = self.said.one(node, "owl:onProperty")
                place = self.said.place(node)
                with_some = any(
                    self.said.place(other) == place
                    and self.said.one(other, "owl:onProperty") == on
                    and not self.said.has(other, "owl:allValuesFrom")
                    for other in self.said.typed("owl:Restriction")
                )
                if not with_some:
                    yield Fault(place, f"owl:allValuesFrom, {shown(on)}")

    # Properties

    def domains(self) -> Iterator[Fault]:
        """P11: a property of ours has a domain and a range, its own or a property's above it."""
        for node in self.own:
            if node in self.classes or not node.value.startswith(NS):
                continue
            above = self.said.above(node, "rdfs:subPropertyOf")
            wanted = ["rdfs:domain", "rdfs:range"]
            if node in self.said.typed(_DATA):
                wanted = ["rdfs:domain"]  # a text may have a language or none: no one datatype
            for name in wanted:
                if not any(self.said.has(property_, name) for property_ in above):
                    yield Fault(shown(node), name)

    def several_domains(self) -> Iterator[Fault]:
        """P19: several domains or ranges, which mean all of them at once."""
        for node in sorted(self.properties, key=str):
            for name in ("rdfs:domain", "rdfs:range"):
                if len(self.said.values(node, name)) > 1:
                    yield Fault(shown(node), name)

    def inverses(self) -> Iterator[Fault]:
        """P05, P25, P26: an inverse has domain and range the other way round, and is another."""
        for node, other in self.said.pairs("owl:inverseOf"):
            if not isinstance(node, NamedNode) or not isinstance(other, NamedNode):
                continue
            if node == other or self.said.has(node, "rdf:type", "owl:SymmetricProperty"):
                yield Fault(shown(node), f"owl:inverseOf {shown(other)}")
            for first, second in (("rdfs:domain", "rdfs:range"), ("rdfs:range", "rdfs:domain")):
                here, there = self.said.values(node, first), self.said.values(other, second)
                if here and there and self._named(here) != self._named(there):
                    yield Fault(shown(node), f"{first} ≠ {second} {shown(other)}")

    def symmetry(self) -> Iterator[Fault]:
        """P28, P29: what is symmetric or transitive has one class as domain and range."""
        for node in self.said.typed("owl:SymmetricProperty", "owl:TransitiveProperty"):
            here, there = (
                self.said.values(node, "rdfs:domain"),
                self.said.values(node, "rdfs:range"),
            )
            if self._named(here) != self._named(there):
                yield Fault(shown(node), "rdfs:domain ≠ rdfs:range")

    def equivalents(self) -> Iterator[Fault]:
        """P27, P31: what is stated to be the same is of one kind and not disjoint."""
        disjoint = self.disjoint_pairs()
        for node, other in self.said.pairs("owl:equivalentClass"):
            if (node, other) in disjoint or (other, node) in disjoint:
                yield Fault(shown(node), f"owl:equivalentClass {shown(other)}")
        for node, other in self.said.pairs("owl:equivalentProperty"):
            kinds = [self.said.typed(kind) for kind in (_OBJECT, _DATA)]
            if not any(node in kind and other in kind for kind in kinds):
                yield Fault(shown(node), f"owl:equivalentProperty {shown(other)}")

    def clashes(self) -> Iterator[Fault]:
        """Domains and ranges that clash with what is stated of the things they are used on."""
        for name, on_subject in (("rdfs:domain", True), ("rdfs:range", False)):
            wanted: dict[Node, list[Term]] = {}
            for property_ in self.properties:
                if property_ in self.said.typed(_DATA) and not on_subject:
                    continue
                for above in self.said.above(property_, "rdfs:subPropertyOf"):
                    wanted.setdefault(property_, []).extend(self.said.values(above, name))
            for triple in self.said.triples:
                node = triple.subject if on_subject else triple.object
                for class_ in wanted.get(triple.predicate, ()):
                    types = self.said.nodes(node, "rdf:type")
                    if types and not self._falls_under(types, class_):
                        detail = f"{shown(triple.predicate)}, {name} {self._shown(class_)}"
                        yield Fault(self.said.place(node), detail)

    def disjoint_pairs(self) -> set[tuple[Term, Term]]:
        """Every pair of named classes that is stated to be disjoint."""
        found = {(node, value) for node, value in self.said.pairs("owl:disjointWith")}
        pairs: set[tuple[Term, Term]] = {*found}
        for node in self.said.typed("owl:AllDisjointClasses"):
            members = self.said.members(self.said.one(node, "owl:members")) or []
            pairs |= {(a, b) for a in members for b in members if a != b}
        return pairs

    def _of_ontology(self, name: str) -> list[Term]:
        return self.said.values(ONTOLOGY, name)

    def _named(self, classes: list[Term]) -> set[str]:
        return {self._shown(class_) for class_ in classes}

    def _shown(self, class_: Term) -> str:
        members = self.said.members(self.said.one(class_, "owl:unionOf"))
        return " | ".join(sorted(map(self._shown, members))) if members else shown(class_)

    def _falls_under(self, types: list[Node], class_: Term) -> bool:
        """Whether something of these types is, as far as is stated, in a class."""
        if class_ == term("owl:Thing"):
            return True
        members = self.said.members(self.said.one(class_, "owl:unionOf"))
        if members is not None:
            return any(self._falls_under(types, member) for member in members)
        return any(class_ in self.said.above(type_, "rdfs:subClassOf") for type_ in types)

    def _mentioned(self, value: Term) -> set[Term]:
        found: set[Term] = set()
        waiting = [value]
        while waiting:
            node = waiting.pop()
            if node in found:
                continue
            found.add(node)
            if isinstance(node, BlankNode):
                waiting += [v for vs in self.said.about(node).values() for v in vs]
        return {node for node in found if not in_namespace(node, "owl", "rdf", "rdfs")}


def checks(said: Statements, package_version: str) -> dict[str, list[Fault]]:
    """Every check by name, with its faults."""
    look = Pitfalls(said, package_version)
    table: dict[str, Callable[[], Iterator[Fault]]] = {
        "header": look.header,
        "licence": look.licence,
        "version": look.versions,
        "namespace": look.namespace,
        "title": look.title,
        "provenance": look.provenance,
        "labels": look.labels,
        "defined-by": look.defined_by,
        "same-names": look.same_names,
        "names": look.names,
        "foreign-terms": look.foreign,
        "cycles": look.cycles,
        "recursive-definition": look.recursive,
        "disjointness": look.disjointness,
        "restrictions": look.restrictions,
        "domain-range": look.domains,
        "several-domains": look.several_domains,
        "inverses": look.inverses,
        "symmetry": look.symmetry,
        "equivalents": look.equivalents,
        "clashes": look.clashes,
    }
    return {name: sorted(set(check())) for name, check in table.items()}
