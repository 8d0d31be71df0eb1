"""The exported shapes stand alone, and other SHACL engines judge by them as we do."""

from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pyshacl
import pytest
import rdflib
import shifty
from pyoxigraph import Triple
from rdflib.namespace import DCTERMS, OWL, RDF, SH

from libonto.graph.turtle import to_text
from libonto.ontology.level_shapes import level_shape, level_shapes, requirement_shape
from libonto.profile.document import open_document
from libonto.profile.intake import Reader
from libonto.profile.model import Grant
from libonto.public import assessor
from libonto.verdict.model import Assessment, Status

pytestmark = pytest.mark.sampled(1)
ROOT = Path(__file__).resolve().parents[2]
PROFILES = sorted((ROOT / "tests" / "positions" / "librarian").rglob("*.ttl"))
ON = date(2026, 11, 22)
LO = rdflib.Namespace("https://w3id.org/libonto/ns#")
CHOICES = [
    {},
    {"college-service": "counted", "service-arithmetic": "thirty-day-months"},
    {
        "truncated-alternative": "any-education-in-profile",
        "above-technical-on-middle-ladder": "accepted",
        "post-secondary-on-middle-ladder": "not-accepted",
        "successor-act": "not-accepted",
        "fundamentals-are-one": "same",
    },
    {"service-years": "since-previous-category", "service-before-diploma": "not-counted"},
]

CATEGORY = "https://w3id.org/libonto/id/category/librarian/higher-"
GRANTS: list[tuple[Grant, ...]] = [
    (),
    (Grant(CATEGORY + "second", date(2013, 1, 1)), Grant(CATEGORY + "first", date(2022, 1, 1))),
    (Grant(CATEGORY + "second", date(2013, 1, 1)), Grant(CATEGORY + "first", date(2014, 1, 1))),
]
"""What the candidates hold in turn: years enough since the second, and too few since the first."""


def shapes(readings: dict[str, str]) -> str:
    judge = assessor()
    rules = judge.positions.rules(judge.positions.default)
    triples, order = level_shapes(judge.graph, [rules], judge.readings.choose(readings))
    return to_text(triples, first=order)


@pytest.fixture(
    scope="module", params=range(len(CHOICES)), ids=["default", "service", "others", "starts"]
)
def choices(request: pytest.FixtureRequest) -> dict[str, str]:
    return CHOICES[request.param]


@pytest.fixture(scope="module")
def graph(choices: dict[str, str]) -> rdflib.Graph:
    return rdflib.Graph().parse(data=shapes(choices), format="turtle")


@pytest.fixture(scope="module")
def assessments(choices: dict[str, str]) -> list[Assessment]:
    judge = assessor()
    candidates = [
        replace(candidate, iri=f"urn:example:{number}", holds=GRANTS[number % 3])
        for number, path in enumerate(PROFILES)
        for candidate in Reader(judge.vocabulary).read([open_document(str(path))])
    ]
    return judge.assess(candidates, on=ON, readings=choices)


def chosen(assessment: Assessment, readings: dict[str, str]) -> list[Triple]:
    """The evidence, with the service as the readings count it."""
    facts = assessment.evidence.facts_under(assessor().readings.choose(readings))
    return list(assessment.evidence.as_triples(facts))


def test_there_is_a_flat_targeted_node_shape_for_each_level(graph: rdflib.Graph) -> None:
    rules = assessor().positions.rules(assessor().positions.default)
    nodes = set(graph.subjects(SH.targetClass, None))
    assert nodes == {rdflib.URIRef(level_shape(rules, c).value) for c in rules.categories}
    assert len(nodes) == 8
    for node in nodes:
        assert (node, SH.targetClass, LO.Candidate) in graph
        assert (node, SH.node, None) not in graph
        assert (node, DCTERMS.subject, None) in graph
        members = set(graph.objects(node, SH.property))
        assert len(members) >= 18
        for member in members:
            assert isinstance(member, rdflib.URIRef)
            assert (member, SH.deactivated, None) not in graph
            languages = sorted(m.language for m in graph.objects(member, SH.message))
            assert languages == ["en", "kk", "ru"]
            for clause in graph.objects(member, DCTERMS.source):
                assert (clause, RDF.type, LO.Clause) in graph
                assert (clause, LO.text, None) in graph


def test_it_says_its_version_its_licence_and_the_readings(
    graph: rdflib.Graph, choices: dict[str, str]
) -> None:
    (header,) = graph.subjects(RDF.type, OWL.Ontology)
    assert str(graph.value(header, OWL.versionInfo)) == version("libonto")
    assert "creativecommons.org" in str(graph.value(header, DCTERMS.license))
    options = {str(option) for option in graph.objects(header, LO.underReading)}
    assert options == {o.iri for o in assessor().readings.choose(choices).values()}


def test_the_file_of_a_level_holds_nothing_of_another() -> None:
    judge = assessor()
    rules = judge.positions.rules(judge.positions.default)
    level = rules.categories[0]
    triples, order = level_shapes(
        judge.graph, [rules], judge.readings.choose({}), category=level.iri
    )
    found = rdflib.Graph().parse(data=to_text(triples, first=order), format="turtle")
    (node,) = found.subjects(SH.targetClass, None)
    assert str(node) == level_shape(rules, level).value
    members = set(found.objects(node, SH.property))
    assert len(members) == len(level.requirements)
    assert members == set(found.subjects(LO.constrains, None))


def test_nothing_that_it_refers_to_is_missing(graph: rdflib.Graph) -> None:
    described = set(graph.subjects())
    for node in graph.objects(None, SH.property):
        assert node in described
    for _, predicate, value in graph:
        if isinstance(value, rdflib.BNode):
            assert value in described, predicate


def test_another_engine_gives_the_same_verdicts(
    choices: dict[str, str], assessments: list[Assessment]
) -> None:
    """shifty, one level at a time: a candidate without a result at the level meets it."""
    text = shapes(choices).encode()
    data = to_text([t for a in assessments for t in chosen(a, choices)], "ntriples").encode()
    for category in assessments[0].rules.categories:
        shape = level_shape(assessments[0].rules, category).value
        _, report, _ = shifty.validate(data, text, shape_names=[shape], infer=False)
        failed = {str(node) for node in report.objects(None, SH.focusNode)}
        unmet = {
            a.candidate.iri
            for a in assessments
            if a.category(category.iri).status is not Status.MET
        }
        assert failed == unmet, category.slug
        assert 0 < len(unmet) < len(assessments)


def test_each_unmet_requirement_is_a_result_of_its_own(
    graph: rdflib.Graph, assessments: list[Assessment], choices: dict[str, str]
) -> None:
    """pySHACL by itself, on all levels at once: the property shapes that failed."""
    for assessment in assessments[::15]:
        data = rdflib.Graph()
        data.parse(data=to_text(chosen(assessment, choices), "ntriples"), format="nt")
        _, report, _ = pyshacl.validate(data_graph=data, shacl_graph=graph, inplace=True)
        assert isinstance(report, rdflib.Graph)
        failed = {str(s) for s in report.objects(None, SH.sourceShape)}
        options = assessor().readings.choose(choices)
        unmet = {
            requirement_shape(assessment.rules, f.requirement, options)
            for f in assessment.findings
            if f.status is not Status.MET
        }
        assert failed == unmet
