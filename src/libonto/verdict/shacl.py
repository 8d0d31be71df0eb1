"""The judge: pySHACL, and nothing else, decides whether a shape holds.

This is the only module that imports pyshacl. It closes the traps in which pySHACL answers
“conforms” without having looked: the shapes are loaded here, every requirement's shape must
belong to a node shape that targets candidates, and a sentinel shape that no candidate
can satisfy proves that each candidate was in fact looked at. Verdicts are read from the
results, never from `sh:conforms`.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, cast

import pyshacl
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from pyshacl.graph_abstraction import DataGraph
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

from libonto.errors import JudgeError
from libonto.graph.store import Graph as KnowledgeGraph
from libonto.graph.terms import NS
from libonto.law.model import PositionRules
from libonto.verdict.compiled import reached, valued
from libonto.verdict.evidence import Evidence, triples_of

SENTINEL = URIRef("urn:libonto:shape:looked-at")
CANDIDATE = URIRef(NS + "Candidate")
ALONE = "urn:libonto:alone:"
"""How the IRIs begin under which credentials beyond the facts are judged in the same pass."""
CHUNK = 100
"""Candidates in one call of pySHACL: enough to spread its start, few enough to stay quick."""


class Judge:
    """Judges evidence by one position's shapes, all readings' shapes in one pass."""

    def __init__(self, graph: KnowledgeGraph, rules: PositionRules) -> None:
        """Load the shapes; JudgeError when one of them would never be looked at."""
        self.rules = rules
        self.shapes = requirement_shapes(graph, rules.node_shape)
        self._check_shapes()
        node_shape = URIRef(rules.node_shape)
        self.shapes.add((node_shape, SH.property, SENTINEL))
        self.shapes.add((SENTINEL, RDF.type, SH.PropertyShape))
        self.shapes.add((SENTINEL, SH.path, RDF.type))
        self.shapes.add((SENTINEL, SH.maxCount, RdfLiteral(0)))
        self._valued = {s.iri for r in rules.requirements for s in r.shapes if s.valued}
        self._loaded = ShapesGraph(self.shapes, False, _LOGGER)

    def judge(self, evidences: Sequence[Evidence]) -> list[frozenset[str]]:
        """For each candidate, the IRIs of the shapes that it does not conform to."""
        return [failed for chunk in _chunks(evidences) for failed in self._chunk(chunk)]

    def _chunk(self, evidences: Sequence[Evidence]) -> list[frozenset[str]]:
        data = Graph(bind_namespaces="none")
        alone: dict[str, tuple[Evidence, frozenset[str]]] = {}
        for evidence in evidences:
            _filled(data, evidence.triples)
            for node, fits in evidence.alone:
                name = f"{ALONE}{len(alone)}"
                alone[name] = evidence, fits
                _filled(data, triples_of(node, name))
        failed = self._run(data)
        answers = []
        for evidence in evidences:
            shapes = failed.get(evidence.candidate.iri, set())
            if str(SENTINEL) not in shapes:
                raise JudgeError("not-looked-at", candidate=evidence.candidate.iri)
            answers.append(frozenset(shapes - {str(SENTINEL)}))
        for name, (evidence, fits) in alone.items():
            if self.rules.credential_shapes - failed.get(name, set()) != fits:
                raise JudgeError("engines-differ", candidate=evidence.candidate.iri)
        return answers

    def _run(self, data: Graph) -> dict[str, set[str]]:
        try:
            validator = Validator(
                DataGraph.from_rdflib_graph(data),
                shacl_graph=self.shapes,
                options={"logger": _LOGGER, "inplace": True},
            )
            validator.shacl_graph = self._loaded
            _, report, _ = validator.run()
        except Exception as error:  # whatever pySHACL raises, no one has been judged
            raise JudgeError("engine-failed", detail=f"{type(error).__name__}: {error}") from error
        return results(report, self._valued)

    def _check_shapes(self) -> None:
        node_shape = URIRef(self.rules.node_shape)
        if (node_shape, SH.targetClass, CANDIDATE) not in self.shapes:
            raise JudgeError("no-target", shape=self.rules.node_shape)
        members = {str(value) for value in self.shapes.objects(node_shape, SH.property)}
        for requirement in self.rules.requirements:
            for shape in requirement.shapes:
                for iri in filter(None, (shape.iri, shape.undecided)):
                    if iri not in members:
                        raise JudgeError("shape-not-member", shape=iri)


def _chunks(evidences: Sequence[Evidence]) -> Iterator[list[Evidence]]:
    """Parts of at most `CHUNK`, in none of which two have one IRI: they would be read as one."""
    chunk: dict[str, Evidence] = {}
    for evidence in evidences:
        if len(chunk) == CHUNK or evidence.candidate.iri in chunk:
            yield list(chunk.values())
            chunk = {}
        chunk[evidence.candidate.iri] = evidence
    if chunk:
        yield list(chunk.values())


def results(report: object, by_value: Collection[str] = ()) -> dict[str, set[str]]:
    """The shapes that failed, by focus node; JudgeError when pySHACL handed out no graph.

    Those in `by_value` are named with the value that failed (see `compiled.valued`).
    """
    if not isinstance(report, Graph):
        raise JudgeError("engine-failed", detail=str(report))
    failed: dict[str, set[str]] = {}
    for result in report.objects(None, SH.result):
        focus = report.value(result, SH.focusNode)
        shape = report.value(result, SH.sourceShape)
        name = str(shape)
        value = report.value(result, SH.value) if name in by_value else None
        failed.setdefault(str(focus), set()).add(name if value is None else valued(name, value))
    return failed


def validate(data: Graph, shapes: Graph) -> Graph:
    """A SHACL validation report on any data by any shapes; JudgeError where nothing is targeted.

    For our own ontology and for well-formedness; verdicts on candidates come from Judge.
    """
    loaded = ShapesGraph(shapes, False, _LOGGER)
    data_graph = DataGraph.from_rdflib_graph(data)
    if not any(shape.focus_nodes(data_graph) for shape in loaded.shapes if not shape.deactivated):
        raise JudgeError("nothing-targeted")
    try:
        _, report, _ = pyshacl.validate(data_graph=data, shacl_graph=shapes, inplace=True)
    except Exception as error:
        raise JudgeError("engine-failed", detail=f"{type(error).__name__}: {error}") from error
    if not isinstance(report, Graph):
        raise JudgeError("engine-failed", detail=str(report))
    return report


def requirement_shapes(graph: KnowledgeGraph, node_shape: str) -> Graph:
    """A node shape and all that it reaches, as pySHACL takes it (see `compiled.reached`)."""
    shapes = Graph(store="SimpleMemory", bind_namespaces="none")
    return _filled(shapes, reached(graph, node_shape))


def to_rdflib(triple: Triple) -> tuple[Node, Node, Node]:
    """The same triple in rdflib's terms."""
    return _term(triple.subject), _term(triple.predicate), _term(triple.object)


def _term(value: Any) -> Node:
    if isinstance(value, NamedNode):
        return URIRef(value.value)
    if isinstance(value, BlankNode):
        return BNode(value.value)
    literal = cast(Literal, value)
    is_text = literal.language or literal.datatype.value == str(XSD.string)
    datatype = None if is_text else URIRef(literal.datatype.value)
    return RdfLiteral(literal.value, lang=literal.language, datatype=datatype)


def graph_of(triples: Iterable[Triple]) -> Graph:
    """An rdflib graph of some triples."""
    return _filled(Graph(), triples)


def _filled(graph: Graph, triples: Iterable[Triple]) -> Graph:
    for triple in triples:
        graph.add(to_rdflib(triple))
    return graph


def _quiet_logger() -> logging.Logger:
    logger = logging.getLogger("libonto.shacl")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger


_LOGGER = _quiet_logger()
