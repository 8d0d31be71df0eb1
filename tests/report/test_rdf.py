"""The report as RDF: valid by SHACL's own vocabulary, declared by ours, loaded by anyone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pyoxigraph
import pyshacl
import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, SH

from libonto.graph.terms import NS
from libonto.profile.model import Candidate
from libonto.public import assessor
from libonto.verdict.model import Assessment, Status
from libonto.voice.rdf import ReportWriter

Judged = Callable[..., list[Assessment]]
MADE = datetime(2026, 11, 22, 12, tzinfo=UTC)

# SHACL 1.0, section 3.6: what a validation report and its results must have.
REPORT_SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a sh:NodeShape ; sh:targetClass sh:ValidationReport ;
  sh:property [ sh:path sh:conforms ; sh:datatype xsd:boolean ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path sh:result ; sh:class sh:ValidationResult ] .
[] a sh:NodeShape ; sh:targetClass sh:ValidationResult ;
  sh:property [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path sh:resultPath ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:BlankNodeOrIRI ] ,
    [ sh:path sh:value ; sh:maxCount 1 ] ,
    [ sh:path sh:sourceShape ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path sh:sourceConstraintComponent ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path sh:resultSeverity ; sh:minCount 1 ; sh:maxCount 1 ; sh:hasValue sh:Violation ] ,
    [ sh:path sh:resultMessage ; sh:minCount 3 ; sh:maxCount 3 ; sh:uniqueLang true ;
      sh:languageIn ( "kk" "ru" "en" ) ] .
"""


def report(judged: Judged, asked: str | None = None, *changes: dict[str, object]) -> Graph:
    found = judged(*changes, asked=asked)
    return ReportWriter(assessor().graph).report(found, MADE)


def ours(name: str) -> URIRef:
    return URIRef(NS + name)


def test_it_is_valid_by_the_report_vocabulary(judged: Judged) -> None:
    data = report(judged)
    assert len(set(data.objects(None, SH.result))) > 5
    conforms, _, said = pyshacl.validate(data, shacl_graph=Graph().parse(data=REPORT_SHAPES))
    assert conforms, said


@pytest.mark.parametrize("broken", [SH.focusNode, SH.sourceConstraintComponent, SH.conforms])
def test_the_shapes_of_the_report_vocabulary_can_fail(judged: Judged, broken: URIRef) -> None:
    data = report(judged)
    data.remove((None, broken, None))
    assert not pyshacl.validate(data, shacl_graph=Graph().parse(data=REPORT_SHAPES))[0]


def test_results_are_the_requirements_that_are_not_met(judged: Judged, asked: str) -> None:
    data, (assessment,) = report(judged, asked), judged()
    unmet = assessment.category(asked).unmet
    found = {str(data.value(r, ours("requirement"))): r for r in data.objects(None, SH.result)}
    assert set(found) == set(unmet)
    for finding in map(assessment.finding, unmet):
        result = found[finding.requirement.iri]
        assert str(data.value(result, SH.sourceShape)) == finding.shape.iri
        assert str(data.value(result, ours("status"))) == finding.status
        assert str(data.value(result, SH.focusNode)) == assessment.candidate.iri
        clauses = {str(clause) for clause in data.objects(result, DCTERMS.source)}
        assert clauses == {clause.iri for clause in finding.requirement.clauses}
        options = {str(option) for option in data.objects(result, ours("underReading"))}
        counting = {f"{n}/{assessment.readings[n]}" for n in finding.requirement.readings}
        chosen = {f"https://w3id.org/libonto/id/reading/{one}" for one in counting}
        assert options == chosen | finding.shape.under
    assert next(data.objects(None, SH.conforms)) == Literal(False)


def test_a_path_is_copied_whole(judged: Judged, asked: str) -> None:
    data = report(judged, asked)
    paths = {
        str(data.value(r, ours("requirement"))).rpartition("/")[2]: data.value(r, SH.resultPath)
        for r in data.objects(None, SH.result)
    }
    service = Collection(data, paths["experience-4-years"])
    assert list(service) == [ours("service"), ours("completedYears")]
    assert paths["knowledge-law-anti-corruption"] == ours("showsKnowledge")


def test_verdicts_say_status_day_and_readings(judged: Judged) -> None:
    data, (assessment,) = report(judged), judged()
    verdicts = {
        str(data.value(v, ours("category"))): v for v in data.objects(None, ours("verdict"))
    }
    assert set(verdicts) == {category.iri for category in assessment.categories}
    for category in assessment.categories:
        node = verdicts[category.iri]
        assert (node, RDF.type, ours("Verdict")) in data
        assert str(data.value(node, ours("candidate"))) == assessment.candidate.iri
        assert str(data.value(node, ours("status"))) == category.status
        day = category.earliest_on
        assert data.value(node, ours("earliestOn")) == (Literal(day) if day else None)
        readings = {str(r).rpartition("/")[2] for r in data.objects(node, ours("dependsOnReading"))}
        assert readings == set(category.depends_on_readings)


def test_who_meets_all_has_a_report_that_conforms(judged: Judged, someone: Candidate) -> None:
    known = tuple(sorted(assessor().vocabulary.items))
    (found,) = judged({"knowledge": known})
    met = next(c.iri for c in found.categories if c.status is Status.MET)
    data = report(judged, met, {"knowledge": known})
    assert next(data.objects(None, SH.conforms)) == Literal(True)
    assert set(data.objects(None, SH.result)) == set()


def test_prov_says_what_was_used_when_and_by_which_version(judged: Judged) -> None:
    data, (assessment,) = report(judged), judged()
    activity = next(data.subjects(PROV.endedAtTime))
    assert data.value(activity, PROV.endedAtTime) == Literal(MADE)
    used = {str(node) for node in data.objects(activity, PROV.used)}
    assert assessment.candidate.iri in used
    assert assessment.rules.node_shape in used
    assert any("/id/edition/" in node for node in used)
    assert any(re.search(r"/ns/\d+\.\d+\.\d+$", node) for node in used)
    agent = data.value(activity, PROV.wasAssociatedWith)
    assert data.value(agent, OWL.versionInfo)


def test_every_term_of_ours_is_declared_with_labels(judged: Judged) -> None:
    data = report(judged, None, {}, {"iri": "urn:x:2", "employments": (), "credentials": ()})
    terms = {t for triple in data for t in triple if isinstance(t, URIRef) and t.startswith(NS)}
    assert {ours("verdict"), ours("requirement"), ours("assessedOn")} <= terms
    graph = assessor().graph
    for term in terms:
        node = pyoxigraph.NamedNode(str(term))
        assert graph.objects(node, "rdf:type"), f"{term} is not declared"
        for property_ in ("skos:prefLabel", "skos:definition"):
            assert graph.translations(node, property_).keys() == {"kk", "ru", "en"}, term


def test_the_same_assessment_gives_the_same_bytes(judged: Judged) -> None:
    first, second = (report(judged).serialize(format="turtle") for _ in range(2))
    assert first == second


@pytest.mark.parametrize("format_", ["turtle", "nt", "xml", "json-ld"])
def test_it_loads_in_rdflib_and_pyoxigraph(judged: Judged, format_: str) -> None:
    data = report(judged)
    text = data.serialize(format=format_)
    again = Graph().parse(data=text, format=format_)
    assert isomorphic(data, again)
    formats = {
        "turtle": pyoxigraph.RdfFormat.TURTLE,
        "nt": pyoxigraph.RdfFormat.N_TRIPLES,
        "xml": pyoxigraph.RdfFormat.RDF_XML,
        "json-ld": pyoxigraph.RdfFormat.JSON_LD,
    }
    quads = list(pyoxigraph.parse(text.encode(), format=formats[format_]))
    assert len({str(quad.triple) for quad in quads}) == len(data)


def test_it_loads_in_owlready2(judged: Judged) -> None:
    from owlready2 import World

    data = report(judged)
    world = World()
    ontology = world.get_ontology("urn:x:report#")
    ontology.load(fileobj=BytesIO(data.serialize(format="nt").encode()), format="ntriples")
    rows = list(world.sparql("SELECT ?s WHERE { ?r <http://www.w3.org/ns/shacl#result> ?s }"))
    assert len(rows) == len(set(data.objects(None, SH.result)))


def test_no_blank_node_of_a_shape_is_shared_by_two_results(judged: Judged) -> None:
    data = report(judged)
    paths = [p for p in data.objects(None, SH.resultPath) if isinstance(p, BNode)]
    assert len(paths) == len(set(paths))
