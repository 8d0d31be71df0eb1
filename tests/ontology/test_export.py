"""The exported ontology stands alone: merged, well-formed, and the same bytes every time."""

import hashlib
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from libonto.cli.frame import run
from libonto.graph.catalogue import Catalogue, own_folder
from libonto.graph.formats import RDF_SYNTAXES
from libonto.graph.terms import ID, term
from libonto.graph.turtle import canonical
from libonto.ontology.exports import RDF_FORMS
from libonto.ontology.release import handed_out

Capture = pytest.CaptureFixture[str]
OWL_CLASS = rdflib.OWL.Class


WRITTEN: dict[tuple[str, ...], str] = {}
"""What the command has written, by its arguments: each is asked for once."""


def export(capsys: Capture, *args: str) -> str:
    if args not in WRITTEN:
        assert run(["ontology", "export", *args]) == 0
        WRITTEN[args] = capsys.readouterr().out
    return WRITTEN[args]


@pytest.fixture(scope="module")
def triples() -> list[Triple]:
    return list(handed_out(Catalogue((own_folder(),)))[0])


@pytest.mark.parametrize("form", RDF_FORMS)
def test_every_form_holds_the_whole_ontology(
    capsys: Capture, form: str, triples: list[Triple]
) -> None:
    text = export(capsys, "--format", form)
    assert canonical(q.triple for q in parse(text, format=RDF_SYNTAXES[form])) == canonical(triples)


def test_what_protege_opens_is_well_formed_xml(capsys: Capture) -> None:
    root = ET.fromstring(export(capsys, "--format", "rdfxml"))
    assert root.tag.endswith("}RDF")
    graph = rdflib.Graph().parse(data=ET.tostring(root), format="xml")
    (ontology,) = graph.subjects(rdflib.RDF.type, rdflib.OWL.Ontology)
    assert str(ontology) == "https://w3id.org/libonto/ns"
    assert len(set(graph.subjects(rdflib.RDF.type, OWL_CLASS))) > 50


def test_tools_that_know_no_skos_find_labels_and_comments(triples: list[Triple]) -> None:
    said = {(t.subject, t.predicate, t.object) for t in triples}
    for name, other in (("skos:prefLabel", "rdfs:label"), ("skos:definition", "rdfs:comment")):
        ours = [t for t in triples if t.predicate == term(name) and t.subject == term("lo:Duty")]
        assert len(ours) == 3
        assert all((t.subject, term(other), t.object) in said for t in ours)


def test_remarks_on_the_text_are_web_annotations_with_body_and_motivation(
    triples: list[Triple],
) -> None:
    values = {(t.subject, t.predicate): t.object for t in triples}
    motives = {"lo:Defect": "oa:assessing", "lo:TextNote": "oa:commenting"}
    for class_, motive in motives.items():
        remarks = [t.subject for t in triples if t.object == term(class_) and _is_id(t.subject)]
        assert len(remarks) > 20
        for remark in remarks:
            assert values[remark, term("oa:motivatedBy")] == term(motive)
            body = values[remark, term("oa:hasBody")]
            texts = {str(t.object) for t in triples if t.subject == body}
            definitions = {
                str(t.object)
                for t in triples
                if t.subject == remark and t.predicate == term("skos:definition")
            }
            assert definitions < texts
            assert Triple(remark, term("rdf:type"), term("oa:Annotation")) in triples


def _is_id(node: object) -> bool:
    return isinstance(node, NamedNode) and node.value.startswith(ID)


@pytest.mark.processes
@pytest.mark.parametrize("args", [("--format", "turtle"), ("--format", "rdfxml"), ("--shapes",)])
def test_another_process_writes_the_same_bytes(capsys: Capture, args: tuple[str, ...]) -> None:
    digests = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-m", "libonto", "ontology", "export", *args],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin", "LANG": "en_GB.UTF-8"},
        )
        digests.add(hashlib.sha256(done.stdout).hexdigest())
    assert len(digests) == 1
    assert hashlib.sha256(export(capsys, *args).encode()).hexdigest() in digests


def test_turtle_keeps_the_text_s_order(capsys: Capture) -> None:
    text = export(capsys)
    places = [text.index(f"\nclause:{name} a lo:Clause") for name in ("E01", "E02", "E06", "S01")]
    assert places[0] < places[2]
    source = "".join(p.read_text("utf-8") for p in own_folder().glob("ontology/positions/*.ttl"))
    order = [source.index(f"\nclause:{name} a lo:Clause") for name in ("E01", "E02", "E06", "S01")]
    assert sorted(range(4), key=places.__getitem__) == sorted(range(4), key=order.__getitem__)


def test_the_context_is_exported_as_it_is(capsys: Capture) -> None:
    assert "@context" in json.loads(export(capsys, "--context"))


def test_it_is_written_whole_to_a_file(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "libonto.owl"
    assert export(capsys, "--format", "rdfxml", "-o", str(path)) == ""
    assert list(parse(path.read_bytes(), format=RdfFormat.RDF_XML))
    assert [p.name for p in tmp_path.iterdir()] == ["libonto.owl"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--shapes", "--context"], "exclude"),
        (["--reading", "college-service=counted"], "--shapes"),
        (["--position", "librarian"], "--shapes"),
        (["--category", "higher-first"], "--shapes"),
        (["--shapes", "--category", "higher-frist"], "higher-first"),
        (["--shapes", "--reading", "college-service=maybe"], "counted"),
        (["--shapes", "--reading", "nothing=counted"], "nothing"),
        (["--shapes", "--position", "school-librarian"], "school-librarian"),
        (["-o", "/nowhere/at/all.ttl"], "/nowhere/at/all.ttl"),
    ],
)
def test_a_wrong_command_is_one_clear_message(capsys: Capture, args: list[str], said: str) -> None:
    assert run(["ontology", "export", *args, "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and said in err and len(err.strip().splitlines()) == 1
