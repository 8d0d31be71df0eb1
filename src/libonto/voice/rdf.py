"""A SHACL validation report (SHACL 1.0, section 3) on the categories that were asked for.

Each result points to the requirement, its clauses and the readings it was judged under;
PROV tells what was used, when it was made, and by which version. But for that moment the same
assessments give the same report, to the last byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from pyoxigraph import BlankNode as OxBlank
from pyoxigraph import NamedNode
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, SH, XSD
from rdflib.term import Node

from libonto.graph.catalogue import own_version
from libonto.graph.store import Graph as KnowledgeGraph
from libonto.graph.terms import BASE, ID, NS, ONTOLOGY, PREFIXES, Term, resource
from libonto.locales import LANGUAGES
from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Status
from libonto.voice.words import Words

LO = Namespace(NS)
_COMPONENTS = (
    ("sh:hasValue", SH.HasValueConstraintComponent),
    ("sh:qualifiedValueShape", SH.QualifiedMinCountConstraintComponent),
    ("sh:minInclusive", SH.MinInclusiveConstraintComponent),
    ("sh:minCount", SH.MinCountConstraintComponent),
)


class ReportWriter:
    """Writes one report on any number of assessments."""

    def __init__(self, graph: KnowledgeGraph, nodes: str = "n") -> None:
        """The names of blank nodes begin with `nodes`: reports in one file need different ones."""
        self.graph = graph
        self._nodes = 0
        self._prefix = nodes
        self.words = {lang: Words(graph, lang) for lang in LANGUAGES}
        self.out = Graph(bind_namespaces="none")
        for prefix in ("rdf", "sh", "prov", "dcterms", "owl", "xsd"):
            self.out.bind(prefix, PREFIXES[prefix])
        self.out.bind("lo", NS)
        self.out.bind("id", ID)

    def report(self, assessments: Sequence[Assessment], moment: datetime | None = None) -> Graph:
        """The report: for each candidate the category asked or applied for, else all of them.

        `moment` is when it is made, by default now.
        """
        report = self._node()
        unmet = False
        for assessment in assessments:
            requested = assessment.requested_category
            verdicts = [c for c in assessment.categories if requested in (None, c.iri)]
            unmet = unmet or any(verdict.status is not Status.MET for verdict in verdicts)
            needed = {requirement for verdict in verdicts for requirement in verdict.requirements}
            for finding in assessment.findings:
                if finding.status is not Status.MET and finding.requirement.iri in needed:
                    self._result(report, assessment, finding)
            for verdict in verdicts:
                self._verdict(report, assessment, verdict)
        self._add(report, (RDF.type, SH.ValidationReport), (SH.conforms, Literal(not unmet)))
        self._provenance(report, assessments, moment or datetime.now(UTC))
        return self.out

    def _add(self, subject: Node, *statements: tuple[URIRef, Node]) -> None:
        for predicate, value in statements:
            self.out.add((subject, predicate, value))

    def _node(self) -> BNode:
        """A blank node named by its turn, so that every writing of the report is the same."""
        self._nodes += 1
        return BNode(f"{self._prefix}{self._nodes:06}")

    def _result(self, report: BNode, assessment: Assessment, finding: Finding) -> None:
        result = self._node()
        path = self.graph.one(finding.shape.iri, "sh:path")
        counting = (f"{name}/{assessment.readings[name]}" for name in finding.requirement.readings)
        options = {resource("reading", name).value for name in counting} | finding.shape.under
        self._add(report, (SH.result, result))
        self._add(
            result,
            (RDF.type, SH.ValidationResult),
            (SH.focusNode, URIRef(assessment.candidate.iri)),
            (SH.sourceShape, URIRef(finding.shape.iri)),
            (SH.resultSeverity, SH.Violation),
            (SH.sourceConstraintComponent, self._component(finding)),
            *([(SH.resultPath, self._path(path))] if path else []),
            *(
                (SH.resultMessage, Literal(words.message(finding, assessment.on), lang=lang))
                for lang, words in self.words.items()
            ),
            (LO.requirement, URIRef(finding.requirement.iri)),
            (LO.status, Literal(str(finding.status))),
            *((DCTERMS.source, URIRef(clause.iri)) for clause in finding.requirement.clauses),
            *((LO.underReading, URIRef(option)) for option in options),
        )
        if finding.service is not None and finding.employed:
            self._add(result, (SH.value, Literal(finding.service.years)))

    def _component(self, finding: Finding) -> Node:
        for predicate, component in _COMPONENTS:
            if self.graph.objects(finding.shape.iri, predicate):
                if predicate == "sh:minInclusive" and not finding.employed:
                    continue
                return component
        return SH.PropertyConstraintComponent

    def _path(self, path: Term) -> Node:
        """A copy of a SHACL path: an IRI, a sequence, or a node such as sh:alternativePath."""
        if isinstance(path, NamedNode):
            return URIRef(path.value)
        if not isinstance(path, OxBlank):
            return Literal(str(path))
        copy = self._node()
        for quad in self.graph.about(path):
            self._add(copy, (URIRef(quad.predicate.value), self._path(quad.object)))
        return copy

    def _verdict(self, report: BNode, assessment: Assessment, verdict: CategoryVerdict) -> None:
        node = self._node()
        self._add(report, (LO.verdict, node))
        self._add(
            node,
            (RDF.type, LO.Verdict),
            (LO.candidate, URIRef(assessment.candidate.iri)),
            (LO.category, URIRef(verdict.iri)),
            (LO.status, Literal(str(verdict.status))),
            *([(LO.earliestOn, _day(verdict.earliest_on))] if verdict.earliest_on else []),
            *(
                (LO.dependsOnReading, URIRef(f"{ID}reading/{name}"))
                for name in verdict.depends_on_readings
            ),
        )

    def _provenance(
        self, report: BNode, assessments: Sequence[Assessment], moment: datetime
    ) -> None:
        activity, agent = self._node(), URIRef(BASE[:-1])
        self._add(report, (RDF.type, PROV.Entity), (PROV.wasGeneratedBy, activity))
        self._add(
            activity,
            (RDF.type, PROV.Activity),
            (PROV.endedAtTime, Literal(moment.replace(microsecond=0))),
            (PROV.wasAssociatedWith, agent),
            *((PROV.used, URIRef(used)) for used in self._used(assessments)),
        )
        self._add(agent, (RDF.type, PROV.SoftwareAgent), (OWL.versionInfo, Literal(own_version())))
        for assessment in assessments[:1]:
            self._add(
                report,
                (LO.assessedOn, _day(assessment.on)),
                *(
                    (LO.underReading, URIRef(f"{ID}reading/{name}/{option}"))
                    for name, option in assessment.readings.items()
                ),
            )

    def _used(self, assessments: Sequence[Assessment]) -> Iterable[str]:
        """What the judging went by: the ontology's version, shapes, editions, and the profiles."""
        versions = self.graph.iris(ONTOLOGY, "owl:versionIRI")
        yield from versions or [ONTOLOGY.value]
        for assessment in assessments:
            yield assessment.rules.node_shape
            yield from filter(None, [assessment.rules.edition_iri])
            yield assessment.candidate.iri


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD.date)
