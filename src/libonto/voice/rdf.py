"""A SHACL validation report (SHACL 1.0, section 3) on the categories that were asked for.

Each result points to the requirement, its clauses and the readings it was judged under;
PROV tells what was used, when it was made, and by which version. But for that moment the same
assessments give the same report, to the last byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from pyoxigraph import BlankNode as OxBlank
from pyoxigraph import Literal as OxLiteral
from pyoxigraph import NamedNode
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, SH, XSD
from rdflib.term import Node

from libonto.graph.catalogue import own_version
from libonto.graph.store import Graph as KnowledgeGraph
from libonto.graph.store import Term
from libonto.graph.terms import BASE, ID, NS, ONTOLOGY, PREFIXES, resource
from libonto.law.editions import citations
from libonto.locales import LANGUAGES
from libonto.verdict.model import Assessment, Finding, Status
from libonto.voice.words import Words

_COMPONENTS = (
    ("sh:hasValue", SH.HasValueConstraintComponent),
    ("sh:qualifiedValueShape", SH.QualifiedMinCountConstraintComponent),
    ("sh:minInclusive", SH.MinInclusiveConstraintComponent),
    ("sh:minCount", SH.MinCountConstraintComponent),
)


class ReportWriter:
    """Writes one report on any number of assessments."""

    def __init__(self, graph: KnowledgeGraph, nodes: str = "n") -> None:
        """Take the graph in which the shapes are described.

        `nodes` is how the names of blank nodes begin: reports that are to stand in one file
        need different ones.
        """
        self.graph = graph
        self._nodes = 0
        self._prefix = nodes
        self.words = {lang: Words(graph, lang) for lang in LANGUAGES}
        self.out = Graph(bind_namespaces="none")
        for prefix in ("rdf", "sh", "prov", "dcterms", "owl", "xsd"):
            self.out.bind(prefix, PREFIXES[prefix])
        self.out.bind("lo", NS)
        self.out.bind("id", ID)

    def report(
        self,
        assessments: Sequence[Assessment],
        asked: Sequence[str | None],
        made: datetime | None = None,
    ) -> Graph:
        """The report: for each candidate the category asked for, or all of them where None.

        `made` is when it was made, by default now.
        """
        report = self._node()
        self.out.add((report, RDF.type, SH.ValidationReport))
        conforms = True
        for assessment, category in zip(assessments, asked, strict=True):
            wanted = [c.iri for c in assessment.categories] if category is None else [category]
            for iri in wanted:
                conforms = conforms and assessment.category(iri).status is Status.MET
            for finding in self._unmet(assessment, wanted):
                self._result(report, assessment, finding)
            for verdict in assessment.categories:
                if verdict.iri in wanted:
                    self._verdict(report, assessment, verdict.iri)
        self.out.add((report, SH.conforms, Literal(conforms)))
        self._provenance(report, assessments, made or datetime.now(UTC))
        return self.out

    def _unmet(self, assessment: Assessment, wanted: Iterable[str]) -> list[Finding]:
        needed = {r for iri in wanted for r in assessment.category(iri).requirements}
        return [
            finding
            for finding in assessment.findings
            if finding.status is not Status.MET and finding.requirement.iri in needed
        ]

    def _result(self, report: BNode, assessment: Assessment, finding: Finding) -> None:
        out, result = self.out, self._node()
        shape = NamedNode(finding.shape.iri)
        out.add((report, SH.result, result))
        out.add((result, RDF.type, SH.ValidationResult))
        out.add((result, SH.focusNode, URIRef(assessment.candidate.iri)))
        out.add((result, SH.sourceShape, URIRef(finding.shape.iri)))
        out.add((result, SH.resultSeverity, SH.Violation))
        out.add((result, SH.sourceConstraintComponent, self._component(finding)))
        path = self.graph.one(shape, "sh:path")
        if path is not None:
            out.add((result, SH.resultPath, self._path(path)))
        if finding.service is not None and finding.employed:
            out.add((result, SH.value, Literal(finding.service.years)))
        for lang, words in self.words.items():
            wording = words.message(finding, assessment.on)
            out.add((result, SH.resultMessage, Literal(wording, lang=lang)))
        out.add((result, URIRef(NS + "requirement"), URIRef(finding.requirement.iri)))
        out.add((result, URIRef(NS + "status"), Literal(str(finding.status))))
        for clause in finding.requirement.clauses:
            out.add((result, DCTERMS.source, URIRef(clause.iri)))
        counting = (f"{name}/{assessment.readings[name]}" for name in finding.requirement.readings)
        options = {resource("reading", name).value for name in counting}
        for option in sorted(options.union(finding.shape.under)):
            out.add((result, URIRef(NS + "underReading"), URIRef(option)))

    def _component(self, finding: Finding) -> Node:
        shape = NamedNode(finding.shape.iri)
        for predicate, component in _COMPONENTS:
            if self.graph.objects(shape, predicate):
                if predicate == "sh:minInclusive" and not finding.employed:
                    continue
                return component
        return SH.PropertyConstraintComponent

    def _path(self, path: Term) -> Node:
        """A copy of a SHACL path: an IRI, a sequence, or a node such as sh:alternativePath."""
        if isinstance(path, NamedNode):
            return URIRef(path.value)
        if isinstance(path, OxLiteral) or not isinstance(path, OxBlank):
            return Literal(str(path))
        members = self._list(path)
        if members:
            return self._sequence([self._path(member) for member in members])
        copy = self._node()
        for quad in self.graph.about(path):
            self.out.add((copy, URIRef(quad.predicate.value), self._path(quad.object)))
        return copy

    def _sequence(self, members: Sequence[Node]) -> Node:
        """An RDF list of some nodes."""
        head: Node = RDF.nil
        for member in reversed(members):
            cell = self._node()
            self.out.add((cell, RDF.first, member))
            self.out.add((cell, RDF.rest, head))
            head = cell
        return head

    def _node(self) -> BNode:
        """A blank node named by its turn, so that every writing of the report is the same."""
        self._nodes += 1
        return BNode(f"{self._prefix}{self._nodes:06}")

    def _list(self, head: Term | None) -> list[Term]:
        found: list[Term] = []
        while isinstance(head, OxBlank):
            first = self.graph.one(head, "rdf:first")
            if first is None:
                return []
            found.append(first)
            head = self.graph.one(head, "rdf:rest")
        return found

    def _verdict(self, report: BNode, assessment: Assessment, category: str) -> None:
        verdict = assessment.category(category)
        out, node = self.out, self._node()
        out.add((report, URIRef(NS + "verdict"), node))
        out.add((node, RDF.type, URIRef(NS + "Verdict")))
        out.add((node, URIRef(NS + "candidate"), URIRef(assessment.candidate.iri)))
        out.add((node, URIRef(NS + "category"), URIRef(category)))
        out.add((node, URIRef(NS + "status"), Literal(str(verdict.status))))
        if verdict.earliest_on:
            day = Literal(verdict.earliest_on.isoformat(), datatype=XSD.date)
            out.add((node, URIRef(NS + "earliestOn"), day))
        for name in verdict.depends_on_readings:
            reading = URIRef(f"{ID}reading/{name}")
            out.add((node, URIRef(NS + "dependsOnReading"), reading))

    def _provenance(self, report: BNode, assessments: Sequence[Assessment], made: datetime) -> None:
        out, activity, agent = self.out, self._node(), URIRef(BASE[:-1])
        out.add((report, RDF.type, PROV.Entity))
        out.add((report, PROV.wasGeneratedBy, activity))
        out.add((activity, RDF.type, PROV.Activity))
        out.add((activity, PROV.endedAtTime, Literal(made.replace(microsecond=0))))
        out.add((activity, PROV.wasAssociatedWith, agent))
        out.add((agent, RDF.type, PROV.SoftwareAgent))
        out.add((agent, OWL.versionInfo, Literal(own_version())))
        for used in self._used(assessments):
            out.add((activity, PROV.used, URIRef(used)))
        if assessments:
            day = Literal(assessments[0].on.isoformat(), datatype=XSD.date)
            out.add((report, URIRef(NS + "assessedOn"), day))
            for name, option in assessments[0].readings.items():
                chosen = URIRef(f"{ID}reading/{name}/{option}")
                out.add((report, URIRef(NS + "underReading"), chosen))

    def _used(self, assessments: Sequence[Assessment]) -> Iterable[str]:
        """What the judging went by: the ontology's version, shapes, editions, and the profiles."""
        versions = self.graph.iris(ONTOLOGY, "owl:versionIRI")
        yield from versions or [ONTOLOGY.value]
        for assessment in assessments:
            yield assessment.rules.node_shape
            yield from (c.edition for c in citations(self.graph, assessment.rules.edition))
            yield assessment.candidate.iri
