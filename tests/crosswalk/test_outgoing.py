"""Positions go out in the forms of other systems, and are valid there."""

import json
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import parse

from libonto.cli.frame import run
from libonto.errors import UsageError
from libonto.graph.formats import RDF_SYNTAXES
from libonto.graph.store import Graph
from libonto.graph.turtle import canonical
from libonto.ontology.exports import RDF_FORMS, export
from libonto.ontology.exports.description import PositionView

ID = "https://w3id.org/libonto/id/"
ELM = "http://data.europa.eu/snb/model/elm/"
EQF_6 = "http://data.europa.eu/snb/eqf/6"


def parsed(text: str, form: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="turtle" if form == "turtle" else "json-ld")


def document(graph: Graph, form: str, lang: str = "en") -> dict[str, Any]:
    found = json.loads(export(graph, None, form, lang))
    assert isinstance(found, dict)
    return found


def test_our_rdf_is_the_same_graph_in_five_syntaxes(ours: Graph) -> None:
    found = {}
    for form in RDF_FORMS:
        text = export(ours, "librarian", form, "kk").encode()
        found[form] = canonical(quad.triple for quad in parse(text, format=RDF_SYNTAXES[form]))
    assert len(found["turtle"]) > 3000
    for form in RDF_FORMS:
        assert found[form] == found["turtle"], form


def test_our_rdf_has_the_position_what_it_asks_for_and_what_corresponds(ours: Graph) -> None:
    graph = parsed(export(ours, "librarian", "turtle", "kk"), "turtle")
    subjects = {str(s) for s in graph.subjects() if isinstance(s, rdflib.URIRef)}
    for kind in ("category", "requirement", "duty", "knowledge", "clause", "act", "ladder"):
        assert any(s.startswith(f"{ID}{kind}/") for s in subjects), kind
    assert "http://data.europa.eu/snb/eqf/6" in subjects
    axioms = set(graph.subjects(rdflib.RDF.type, rdflib.OWL.Axiom))
    assert axioms
    for axiom in axioms:
        parts = [
            graph.value(axiom, rdflib.OWL[f"annotated{p}"])
            for p in ("Source", "Property", "Target")
        ]
        assert tuple(parts) in graph


def test_the_same_data_give_the_same_bytes(ours: Graph) -> None:
    assert export(ours, None, "turtle", "kk") == export(ours, "librarian", "turtle", "en")
    assert export(ours, None, "protege", "kk") == export(ours, None, "protege", "kk")


def test_protege_finds_an_ontology_with_classes_properties_and_individuals(
    ours: Graph, tmp_path: Path
) -> None:
    owlready2 = pytest.importorskip("owlready2")
    path = tmp_path / "position.rdf"
    path.write_text(export(ours, "librarian", "protege", "kk"), "utf-8")
    ontology = owlready2.World().get_ontology(path.as_uri()).load()
    classes = {c.iri for c in ontology.classes()}
    assert "https://w3id.org/libonto/ns#Position" in classes
    assert f"{ID}position/librarian" in {i.iri for i in ontology.individuals()}
    properties = {p.iri for p in ontology.object_properties()}
    assert "https://w3id.org/libonto/ns#hasRequirement" in properties


def test_our_remarks_stand_on_no_node_of_another_system(ours: Graph) -> None:
    """Of a foreign concept an export tells what it is called and its code, not what we think."""
    graph = parsed(export(ours, "librarian", "turtle", "kk"), "turtle")
    foreign = [
        (subject, predicate)
        for subject, predicate in graph.subject_predicates()
        if isinstance(subject, rdflib.URIRef) and str(subject).startswith("http://data.europa.eu/")
    ]
    assert foreign
    for subject, predicate in foreign:
        assert not str(predicate).startswith("https://w3id.org/libonto/ns#"), subject
        assert predicate != rdflib.SKOS.definition, subject
    waiting: list[Any] = [document(ours, "schema.org")]
    seen = 0
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += node.values()
            if "relation" in str(node.get("description", "")).lower() or "url" in node:
                seen += 1
                assert "@id" not in node
            if "@id" in node and not node["@id"].startswith(ID):
                assert "description" not in node, node
    assert seen > 10


def test_schema_org_has_an_occupation_for_the_position_and_for_each_category(ours: Graph) -> None:
    found = document(ours, "schema.org")["@graph"]
    assert {thing["@type"] for thing in found} == {"Occupation"}
    assert len(found) == 1 + 8
    by_id = {thing["@id"]: thing for thing in found}
    first = by_id[f"{ID}category/librarian/higher-first"]
    assert first["name"] == "Librarian: Higher level, first category"
    assert first["experienceRequirements"]["monthsOfExperience"] == 48
    levels = {
        term.get("@id") or term["url"]
        for credential in first["educationRequirements"]
        for term in credential["educationalLevel"]
    }
    assert f"{ID}framework/kz-nqf/6" in levels
    assert "http://data.europa.eu/snb/eqf/6" in levels
    assert [c["codeValue"] for c in first["occupationalCategory"]] == ["2622", "2622.2"]
    assert "experienceRequirements" not in by_id[f"{ID}category/librarian/middle-none"]
    assert len(first["skills"]) == 19


def test_schema_org_says_it_in_the_language_asked_for(ours: Graph) -> None:
    for lang, name in (("kk", "Кітапханашы"), ("ru", "Библиотекарь"), ("en", "Librarian")):
        assert document(ours, "schema.org", lang)["@graph"][0]["name"] == name


def test_schema_orgs_own_types_know_every_property_and_value(ours: Graph) -> None:
    import importlib

    def check(value: Any) -> None:
        if isinstance(value, list):
            for one in value:
                check(one)
        if not isinstance(value, dict):
            return
        kind = value["@type"]
        module = importlib.import_module(f"pydantic2_schemaorg.{kind}")
        model = getattr(module, kind)
        known = {field.alias for field in model.__fields__.values()}
        assert value.keys() <= known | {"@id"}, (kind, value.keys() - known)
        for inner in value.values():
            check(inner)

    things = document(ours, "schema.org")["@graph"]
    for thing in things:
        check(thing)
    with pytest.raises(AssertionError):
        check({**things[0], "salary": "much"})


def test_elm_qualifications_have_an_eqf_and_an_nqf_level_and_say_how_sure_they_are(
    ours: Graph,
) -> None:
    found = document(ours, "elm")["@graph"]
    levels = {
        q["@id"].removeprefix("urn:libonto:qualification:"): (
            q["elm:EQFLevel"]["@id"].rpartition("/")[2],
            [level["@id"].rpartition("/")[2] for level in q["elm:NQFLevel"]],
        )
        for q in found
    }
    assert levels == {
        "education-higher:higher:eqf-6": ("6", ["6"]),
        "education-higher:postgraduate:eqf-7": ("7", ["7"]),
        "education-higher:postgraduate:eqf-8": ("8", ["8"]),
        "education-middle-none:technical-vocational:eqf-4": ("4", ["4"]),
        "education-middle-none:post-secondary:eqf-5": ("5", ["5"]),
        "education-middle:technical-vocational:eqf-4": ("4", ["4"]),
        "education-middle:post-secondary:eqf-5": ("5", ["5"]),
    }
    for qualification in found:
        [note] = qualification["elm:additionalNote"]
        assert set(note["elm:noteLiteral"]) == {"kk", "ru", "en"}
        assert "not officially referenced" in note["elm:noteLiteral"]["en"]
        how = "from memory" if qualification["@id"].endswith(":eqf-5") else "inferred"
        assert how in note["elm:noteLiteral"]["en"]


# The mandatory properties and the ranges of the application profile “Learning Opportunities
# and Qualifications” of ELM 3 (LOQ 1.1.0), written after it: the profile is in no package
# registry. The export was also validated against the profile itself by hand.
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix elm: <http://data.europa.eu/snb/model/elm/> .
@prefix dc: <http://purl.org/dc/terms/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<urn:qualification> a sh:NodeShape ; sh:targetClass elm:Qualification ; sh:nodeKind sh:IRI ;
    sh:property [ sh:path dc:title ; sh:minCount 1 ; sh:datatype rdf:langString ] ,
        [ sh:path elm:EQFLevel ; sh:minCount 1 ; sh:maxCount 1 ; sh:class skos:Concept ] ,
        [ sh:path elm:NQFLevel ; sh:minCount 1 ; sh:class skos:Concept ] ,
        [ sh:path elm:ISCEDFCode ; sh:minCount 1 ; sh:class skos:Concept ] ,
        [ sh:path elm:learningOutcome ; sh:minCount 1 ; sh:class elm:LearningOutcome ] ,
        [ sh:path elm:isPartialQualification ; sh:maxCount 1 ; sh:datatype xsd:boolean ] ,
        [ sh:path elm:additionalNote ; sh:class elm:Note ] .
<urn:outcome> a sh:NodeShape ; sh:targetClass elm:LearningOutcome ;
    sh:property [ sh:path dc:title ; sh:minCount 1 ; sh:datatype rdf:langString ] ,
        [ sh:path elm:relatedESCOSkill ; sh:class skos:Concept ] .
<urn:note> a sh:NodeShape ; sh:targetClass elm:Note ;
    sh:property [ sh:path elm:noteLiteral ; sh:minCount 1 ; sh:datatype rdf:langString ] .
<urn:concept> a sh:NodeShape ; sh:targetClass skos:Concept ;
    sh:property [ sh:path skos:inScheme ; sh:class skos:ConceptScheme ] ,
        [ sh:path skos:notation ; sh:maxCount 1 ; sh:nodeKind sh:Literal ] .
"""


def test_elm_has_what_its_application_profile_demands(ours: Graph) -> None:
    import pyshacl

    data = parsed(export(ours, None, "elm", "kk"), "elm")
    shapes = rdflib.Graph().parse(data=SHAPES, format="turtle")
    assert set(data.subjects(rdflib.RDF.type, rdflib.URIRef(ELM + "Qualification")))
    conforms, _, text = pyshacl.validate(data, shacl_graph=shapes)
    assert conforms, text
    data.remove((None, rdflib.URIRef(ELM + "NQFLevel"), None))
    assert not pyshacl.validate(data, shacl_graph=shapes)[0]


# The properties that CTDL gives a condition profile (credreg.net, the registry's profile).
CONDITION_PROFILE = frozenset(
    (
        "@id",
        "@type",
        "name",
        "description",
        "condition",
        "targetOccupation",
        "targetCompetency",
        "yearsOfExperience",
        "experience",
        "alternativeCondition",
        "audienceLevelType",
        "submissionOf",
        "submissionOfDescription",
    )
)


def test_ctdl_has_a_condition_profile_for_each_category(ours: Graph) -> None:
    occupation, *profiles = document(ours, "ctdl")["@graph"]
    assert occupation["@type"] == "ceterms:Occupation"
    assert len(profiles) == 8
    for profile in profiles:
        assert profile["@type"] == "ceterms:ConditionProfile"
        assert {key.removeprefix("ceterms:") for key in profile} <= CONDITION_PROFILE
        assert profile["ceterms:description"], "the only property that is mandatory"
        assert profile["ceterms:targetOccupation"] == occupation["@id"]
        assert set(profile["ceterms:condition"]) == {"kk", "ru", "en"}
        assert profile["ceterms:alternativeCondition"]
        submitted = {iri.rpartition("/")[2] for iri in profile["ceterms:submissionOf"]}
        of_work = {"record-of-work"} if "ceterms:yearsOfExperience" in profile else set()
        assert submitted == {"certificate", "diploma"} | of_work
        texts = profile["ceterms:submissionOfDescription"]
        assert {lang: len(texts[lang]) for lang in texts} == dict.fromkeys(texts, len(submitted))
    years = [p.get("ceterms:yearsOfExperience") for p in profiles]
    assert years == [None, "3", "4", "5", None, "3", "4", "5"]
    assert occupation and document(ours, "ctdl")["@context"]["ceterms:yearsOfExperience"] == {
        "@type": "xsd:float"
    }


def test_exports_carry_other_countries_levels_as_levels_and_not_as_the_qualification_s_own(
    ours: Graph,
) -> None:
    stated = {c.end for c in PositionView(ours, ID + "position/librarian").abroad(EQF_6)}
    assert len(stated) > 10
    [elm] = [
        q["elm:EQFLevel"]
        for q in document(ours, "elm")["@graph"]
        if q["@id"].endswith("education-higher:higher:eqf-6")
    ]
    given = {one["@id"] for key, v in elm.items() if key.endswith("Match") for one in v}
    assert given == stated
    assert not any(key.endswith("exactMatch") for key in elm)
    profile = next(p for p in document(ours, "ctdl")["@graph"] if "higher-none" in p["@id"])
    [higher] = [
        a["ceterms:audienceLevelType"]
        for a in profile["ceterms:alternativeCondition"]
        if a["ceterms:name"]["en"] == "Higher education"
    ]
    abroad = [a for a in higher if a["ceterms:targetNode"] in stated]
    assert len(abroad) == len(stated)
    assert all("EQF level 6" in a["ceterms:targetNodeDescription"]["en"] for a in abroad)


@pytest.mark.parametrize("form", ["elm", "ctdl"])
def test_a_document_carries_its_own_context(ours: Graph, form: str) -> None:
    context = document(ours, form)["@context"]
    assert isinstance(context, dict)
    graph = parsed(export(ours, None, form, "kk"), form)
    assert not [p for p in graph.predicates() if not str(p).startswith("http")]


def test_an_unknown_position_is_an_error(ours: Graph) -> None:
    with pytest.raises(UsageError) as caught:
        export(ours, "school-librarian", "turtle", "kk")
    assert caught.value.key == "position-not-described"


def test_a_position_is_written_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    assert run(["position", "export", "librarian", "--as", "elm", "-o", str(path)]) == 0
    assert json.loads(path.read_text("utf-8"))["@graph"]
