"""The one module that speaks to pySHACL closes the traps in which it passes without looking.

Each trap was seen to answer “conforms” on violating data. Where the trap is pySHACL's own,
the test shows that first, so that it tells when a later version no longer needs the guard.
"""

import inspect
import logging
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
from pyoxigraph import NamedNode

from libonto.errors import DataError, JudgeError
from libonto.graph.catalogue import Catalogue
from libonto.graph.terms import ID, NS
from libonto.profile.model import Candidate, Credential, Employment
from libonto.public import assessor
from libonto.verdict import shacl
from libonto.verdict.assessment import Assessor
from libonto.verdict.evidence import Evidence
from libonto.verdict.shacl import CHUNK, SENTINEL, Judge, results, validate

TOY = Path(__file__).resolve().parents[1] / "fixtures" / "toy"
SHAPES = "shapes/positions/museum-guide.ttl"
GUIDE = ID + "position/museum-guide"
ON = date(2021, 9, 1)
EX = "urn:example:"


def evidence(judge: Assessor, position: str, **stated: Any) -> Evidence:
    iri = str(stated.pop("iri", EX + "candidate:1"))
    return judge.evidence(
        Candidate(iri, **stated),
        judge.positions.rules(position),
        ON,
    )


def guide(**changed: object) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "credentials": (Credential(ID + "education/higher", ID + "field/history"),),
        "employments": (Employment(GUIDE, date(2019, 1, 1)),),
        "knowledge": (ID + "knowledge/museum-history",),
    }
    return whole | changed


@pytest.fixture
def toy(tmp_path: Path) -> Callable[..., Assessor]:
    """The toy position with its shapes changed: pairs of what stands there and what is to."""

    def changed(*pairs: tuple[str, str]) -> Assessor:
        folder = tmp_path / "toy"
        shutil.copytree(TOY, folder)
        file = folder / SHAPES
        text = file.read_text(encoding="utf-8")
        for old, new in pairs:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
        return Assessor(Catalogue.of([folder]))

    return changed


def failed(judge: Assessor, **stated: object) -> set[str]:
    (shapes,) = judge.judge(judge.positions.rules(GUIDE)).judge([evidence(judge, GUIDE, **stated)])
    return {iri.rpartition("/")[2] for iri in shapes}


PERSON = "urn:example:person"
TWO_NAMES = f"""
<{PERSON}> a <urn:example:Person> ; <urn:example:name> "one" , "two" .
"""
ONE_NAME_SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:example:shape> a sh:NodeShape ; sh:targetClass <urn:example:Person> ;
    sh:property <urn:example:one-name> .
<urn:example:one-name> a sh:PropertyShape ; sh:path <urn:example:name> ; sh:maxCount 1 .
"""


def parsed(turtle: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=turtle, format="turtle")


# Shapes that are handed over in a way that makes pySHACL forget them


def test_shapes_in_the_second_place_are_not_forgotten() -> None:
    data, shapes = parsed(TWO_NAMES), parsed(ONE_NAME_SHAPES)
    forgotten, *_ = pyshacl.validate(data, shapes)  # the trap: shapes as the first option
    assert forgotten
    assert results(validate(data, shapes)) == {PERSON: {"urn:example:one-name"}}
    assert results(validate(data=data, shapes=shapes)) == {PERSON: {"urn:example:one-name"}}


def test_a_misspelt_name_is_an_error() -> None:
    data, shapes = parsed(TWO_NAMES), parsed(ONE_NAME_SHAPES)
    forgotten, *_ = pyshacl.validate(data, shapes_graph=shapes)  # the trap
    assert forgotten
    misspelt: Any = {"shapes_graph": shapes}
    with pytest.raises(TypeError):
        validate(data, **misspelt)
    for function in (validate, Judge.judge, Judge.__init__):
        kinds = {p.kind for p in inspect.signature(function).parameters.values()}
        assert inspect.Parameter.VAR_KEYWORD not in kinds


# Shapes that look at nothing


def test_data_in_which_nothing_is_targeted_are_an_error() -> None:
    nobody = parsed("<urn:example:person> a <urn:example:Animal> .")
    looked_at_nothing, *_ = pyshacl.validate(nobody, shacl_graph=parsed(ONE_NAME_SHAPES))
    assert looked_at_nothing  # the trap
    with pytest.raises(JudgeError) as refused:
        validate(nobody, parsed(ONE_NAME_SHAPES))
    assert refused.value.key == "nothing-targeted"
    with pytest.raises(JudgeError):
        validate(parsed(TWO_NAMES), rdflib.Graph())


def test_a_deactivated_shape_looks_at_nothing() -> None:
    off = ONE_NAME_SHAPES.replace("a sh:NodeShape", "a sh:NodeShape ; sh:deactivated true")
    with pytest.raises(JudgeError):
        validate(parsed(TWO_NAMES), parsed(off))


def test_a_node_shape_without_a_target_is_refused(toy: Callable[..., Assessor]) -> None:
    judge = toy(("    sh:targetClass lo:Candidate ;\n", ""))
    with pytest.raises(JudgeError) as refused:
        judge.judge(judge.positions.rules(GUIDE))
    assert refused.value.key == "no-target"
    with pytest.raises(JudgeError):
        judge.assess([Candidate(EX + "1")], position=GUIDE, on=ON)


def test_a_target_that_no_candidate_is_in_is_refused(toy: Callable[..., Assessor]) -> None:
    judge = toy(("sh:targetClass lo:Candidate", "sh:targetClass lo:Credential"))
    with pytest.raises(JudgeError) as refused:
        judge.judge(judge.positions.rules(GUIDE))
    assert refused.value.key == "no-target"


def test_a_candidate_who_was_not_looked_at_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the engine loses one of many: not one of them passes."""
    judge = assessor()
    position = judge.positions.default
    kept = evidence(judge, position, iri=EX + "1")
    lost = evidence(judge, position, iri=EX + "2")
    assert len(judge.judge(judge.positions.rules(position)).judge([kept, lost])) == 2
    whole = shacl.results

    def without_the_second(report: object, by_value: set[str]) -> dict[str, set[str]]:
        found = whole(report, by_value).items()
        return {focus: shapes for focus, shapes in found if focus != EX + "2"}

    monkeypatch.setattr(shacl, "results", without_the_second)
    with pytest.raises(JudgeError) as refused:
        judge.judge(judge.positions.rules(position)).judge([kept, lost])
    assert refused.value.key == "not-looked-at"
    assert EX + "2" in refused.value.message("en")


def test_evidence_that_is_not_about_a_candidate_is_an_error() -> None:
    """The sentinel is on the node shape: what the shape does not target, it does not reach."""
    judge = assessor()
    position = judge.positions.default
    proof = evidence(judge, position)
    untyped = tuple(t for t in proof.triples if t.object != NamedNode(NS + "Candidate"))
    proof.__dict__["triples"] = untyped
    with pytest.raises(JudgeError) as refused:
        judge.judge(judge.positions.rules(position)).judge([proof])
    assert refused.value.key == "not-looked-at"


def test_no_candidate_at_all_is_not_judged() -> None:
    judge = assessor()
    assert judge.judge(judge.positions.rules(judge.positions.default)).judge([]) == []


# Shapes that are dropped on the way


def test_every_requirement_s_shape_is_looked_at_under_every_reading() -> None:
    """Someone of whom nothing is stated conforms to no shape at all, deactivated or not."""
    judge = assessor()
    rules = judge.positions.rules(judge.positions.default)
    (shapes,) = judge.judge(rules).judge([evidence(judge, rules.iri)])
    stated = {
        iri
        for requirement in rules.requirements
        for shape in requirement.shapes
        for iri in (shape.iri, shape.undecided)
        if iri
    }
    assert shapes == stated
    # 19 items, four of them in two ways; seven ways of education, each with its companion;
    # three lengths of service: as many as there are alternatives, whatever the readings.
    assert len(shapes) == 19 + 4 + 2 * 7 + 3


def test_pyshacl_itself_would_drop_them() -> None:
    """`use_shapes` with property shapes that have IRIs: the reason why it is not used."""
    data, shapes = parsed(TWO_NAMES), parsed(ONE_NAME_SHAPES)
    dropped, *_ = pyshacl.validate(
        data, shacl_graph=shapes, use_shapes=["urn:example:shape"], focus_nodes=[PERSON]
    )
    assert dropped
    assert "use_shapes" not in inspect.getsource(shacl)


def test_a_shape_that_belongs_to_no_node_shape_is_no_shape(toy: Callable[..., Assessor]) -> None:
    judge = toy((", shape:knowledge-museum-history , ", ", "))
    with pytest.raises(DataError) as refused:
        judge.positions.rules(GUIDE)
    assert "knowledge-museum-history" in refused.value.message("en")


def test_a_companion_that_belongs_to_no_node_shape_is_refused(
    toy: Callable[..., Assessor],
) -> None:
    judge = toy((" , shape:education-history-undecided , ", " , "))
    with pytest.raises(DataError) as refused:
        judge.positions.rules(GUIDE)
    assert refused.value.key == "companion-not-member"


def test_a_companion_does_not_fail_anybody() -> None:
    """Who fits has no field left open, and does not conform to the companion: met all the same."""
    judge = assessor(str(TOY))
    assert failed(judge, **guide()) == {"education-history-undecided"}
    (assessment,) = judge.assess(
        [Candidate(EX + "1", **guide())],
        position=GUIDE,
        on=ON,
    )
    assert assessment.highest == {"guide": "guide-certified"}


def test_rules_that_name_a_shape_outside_the_node_shape_are_refused() -> None:
    """The second lock: should rules ever be made by other means than ours."""
    judge = assessor()
    rules = judge.positions.rules(judge.positions.default)
    first, *others = rules.requirements
    changes: tuple[dict[str, Any], ...] = ({"iri": EX + "shape"}, {"undecided": EX + "shape"})
    for change in changes:
        ways = tuple(tuple(replace(shape, **change) for shape in way) for way in first.ways)
        stray = replace(rules, requirements=(replace(first, ways=ways), *others))
        with pytest.raises(JudgeError) as refused:
            Judge(judge.graph, stray)
        assert refused.value.key == "shape-not-member"
        assert EX + "shape" in refused.value.message("kk")


def test_a_shape_reached_by_sh_node_is_looked_at(toy: Callable[..., Assessor]) -> None:
    judge = toy(
        (
            "    sh:path lo:showsKnowledge ;\n    sh:hasValue knowledge:museum-history ;\n",
            "    sh:path lo:showsKnowledge ;\n    sh:minCount 1 ;\n"
            "    sh:node <https://w3id.org/libonto/id/shape/museum-guide/history> ;\n",
        ),
        (
            "shape:experience-2-years a sh:PropertyShape ;",
            "shape:history a sh:NodeShape ; sh:in ( knowledge:museum-history ) .\n\n"
            "shape:experience-2-years a sh:PropertyShape ;",
        ),
    )
    assert "knowledge-museum-history" not in failed(judge, **guide())
    other = guide(knowledge=(ID + "knowledge/bibliography",))
    assert "knowledge-museum-history" in failed(judge, **other)


# Verdicts come from the results, not from sh:conforms


@pytest.mark.parametrize("severity", ["sh:Warning", "sh:Info"])
def test_a_shape_s_severity_does_not_decide(toy: Callable[..., Assessor], severity: str) -> None:
    judge = toy(
        (
            "    sh:hasValue knowledge:museum-history ;\n",
            f"    sh:hasValue knowledge:museum-history ;\n    sh:severity {severity} ;\n",
        )
    )
    assert "knowledge-museum-history" in failed(judge, **guide(knowledge=()))
    assert "knowledge-museum-history" not in failed(judge, **guide())


def test_the_sentinel_does_not_reach_a_verdict() -> None:
    judge = assessor(str(TOY))
    (shapes,) = judge.judge(judge.positions.rules(GUIDE)).judge([evidence(judge, GUIDE)])
    assert shapes
    assert str(SENTINEL) not in shapes


# Exceptions, in place of an answer or as one


def test_an_exception_in_the_place_of_the_report_is_an_error() -> None:
    for report in (ValueError("no graph"), None, "Validation Report", b"", True):
        with pytest.raises(JudgeError) as refused:
            results(report)
        assert refused.value.key == "engine-failed"


def test_an_exception_of_the_engine_judges_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    judge = assessor()
    position = judge.positions.default
    proof = evidence(judge, position)

    def burst(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(shacl.Validator, "run", burst)
    with pytest.raises(JudgeError) as refused:
        judge.judge(judge.positions.rules(position)).judge([proof])
    assert refused.value.key == "engine-failed"
    assert "too deep" in refused.value.message("ru")


def test_an_exception_of_validate_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*_: object, **__: object) -> tuple[bool, object, str]:
        return True, ValueError("in the place of the graph"), ""

    monkeypatch.setattr(shacl.pyshacl, "validate", answer)
    with pytest.raises(JudgeError):
        validate(parsed(TWO_NAMES), parsed(ONE_NAME_SHAPES))


# What is left behind


def test_judging_leaves_rdflib_as_it_was() -> None:
    judge = assessor()
    position = judge.positions.default
    before = (rdflib.NORMALIZE_LITERALS, rdflib.Literal("01", datatype=rdflib.XSD.integer))
    root = list(logging.getLogger().handlers)
    judge.judge(judge.positions.rules(position)).judge([evidence(judge, position)])
    after = (rdflib.NORMALIZE_LITERALS, rdflib.Literal("01", datatype=rdflib.XSD.integer))
    assert [str(value) for value in before] == [str(value) for value in after]
    assert logging.getLogger().handlers == root


def test_judging_leaves_the_shapes_as_they_were() -> None:
    judge = assessor()
    position = judge.positions.default
    one = judge.judge(judge.positions.rules(position))
    size = len(one.shapes)
    first = one.judge([evidence(judge, position)])
    assert one.judge([evidence(judge, position)]) == first
    assert len(one.shapes) == size


# Candidates together


def test_more_candidates_than_one_call_takes_are_all_judged() -> None:
    judge = assessor(str(TOY))
    several = [
        evidence(judge, GUIDE, iri=f"{EX}{n}", **(guide() if n % 3 else {}))
        for n in range(CHUNK + 20)
    ]
    nothing = failed(judge)
    for n, shapes in enumerate(judge.judge(judge.positions.rules(GUIDE)).judge(several)):
        expected = {"education-history-undecided"} if n % 3 else nothing
        assert {iri.rpartition("/")[2] for iri in shapes} == expected


def test_two_profiles_under_one_iri_are_not_mixed_up() -> None:
    judge = assessor(str(TOY))
    without_history, without_service = guide(knowledge=()), guide(employments=())
    answers = judge.judge(judge.positions.rules(GUIDE)).judge(
        [evidence(judge, GUIDE, **stated) for stated in (without_history, without_service, guide())]
    )
    found = [{iri.rpartition("/")[2] for iri in shapes} for shapes in answers]
    undecided = {"education-history-undecided"}
    service = {"experience-2-years", "experience-2-years-volunteer-counted"}
    assert found == [undecided | {"knowledge-museum-history"}, undecided | service, undecided]


def test_a_candidate_may_be_called_like_a_shape_s_target() -> None:
    """Also an IRI with odd letters is the same IRI in the report."""
    judge = assessor(str(TOY))
    for iri in ("urn:x:үміткер", "https://example.org/a?b=c#d", "urn:libonto:shape:looked-at"):
        assert failed(judge, iri=iri, **guide()) == {"education-history-undecided"}
