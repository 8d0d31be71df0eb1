"""Reports on our own graphs: which results a set of shapes has, and SHACL's own shapes."""

from __future__ import annotations

from importlib.resources import files

from rdflib import Graph, URIRef
from rdflib.namespace import SH

from libonto.graph.description import known_as
from libonto.ontology.statements import Fault
from libonto.verdict.shacl import validate


def shacl_shapes() -> Graph:
    """SHACL's shapes graph of itself (SHACL 1.0, appendix C), as pySHACL ships it."""
    text = files("pyshacl").joinpath("assets/shacl-shacl.ttl").read_text("utf-8")
    return Graph().parse(data=text, format="turtle")


def faults(data: Graph, shapes: Graph) -> list[Fault]:
    """A fault for each result of a report, at its focus node; the shape's name says what.

    Raises JudgeError where the shapes target nothing in the data.
    """
    report = validate(data, shapes)
    found = set()
    for result in report.objects(None, SH.result):
        focus = report.value(result, SH.focusNode)
        shape = report.value(result, SH.sourceShape)
        value = report.value(result, SH.value)
        component = report.value(result, SH.sourceConstraintComponent)
        name = known_as(str(shape if isinstance(shape, URIRef) else component))
        detail = f"{name}: {value}" if value is not None else name
        place = known_as(str(focus)) if isinstance(focus, URIRef) else "[]"
        found.add(Fault(place, detail))
    return sorted(found)
