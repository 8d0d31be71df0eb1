"""The two witnesses agree under each option of each reading, on both sides of what it turns."""

from collections.abc import Sequence

import pytest
from pyoxigraph import NamedNode, Triple
from tests.owl.candidates import NOT_MET, CandidateClasses
from tests.owl.statements import Node, Statements, Term
from tests.owl.test_two_witnesses import differences, statuses
from tests.sizes import some
from tests.verdict.option_cases import CASES, LACKING, Case

from libonto.graph.store import Graph
from libonto.graph.terms import ID, term
from libonto.graph.turtle import parse_turtle
from libonto.law.model import PositionRules
from libonto.ontology.eligibility import under
from libonto.ontology.expressions import all_of, any_of, has
from libonto.public import assessor
from libonto.verdict.model import Assessment


@pytest.fixture(scope="module")
def classes(graph: Graph, rules: PositionRules, ontology: list[Triple]) -> CandidateClasses:
    return CandidateClasses(graph, rules, ontology)


def judged(cases: Sequence[Case]) -> list[Assessment]:
    """The one who is turned and the neighbour, under the default and under the option."""
    return [
        found
        for case in cases
        for person in case.people()
        for readings in ({}, case.chosen)
        for found in assessor().assess([person], on=case.on, readings=readings)
    ]


@pytest.mark.reasoner
def test_hermit_and_the_shapes_agree_under_every_option(classes: CandidateClasses) -> None:
    found = judged(some([*CASES, *LACKING], 6))
    choices = [assessor().readings.choose(one.readings) for one in found]
    answers = classes.answers([one.evidence for one in found], choices)
    assert differences(found, answers) == []
    assert {str(s) for one in found for s in statuses(one).values()} >= {"met", NOT_MET}


def expression(said: Statements, node: Term) -> object:
    """A class expression as a value, whatever its nodes are called and in whatever order."""
    about = said.about(node) if isinstance(node, Node) else {}
    members = said.members(node) if term("rdf:first") in about else None
    if members is not None:
        return frozenset(expression(said, member) for member in members)
    if not about or not str(node).startswith("_:"):
        return str(node)
    return frozenset((str(p), expression(said, v)) for p, values in about.items() for v in values)


def test_the_classes_that_are_stated_are_those_of_the_defaults(
    graph: Graph, rules: PositionRules, ontology: list[Triple]
) -> None:
    """The ontology states them once by hand; they are what its alternatives come to."""
    written = Statements(ontology)
    made = Statements(under(graph, [rules], assessor().readings.choose({}), ontology))
    compared = 0
    for class_ in {value for _, value in made.pairs("lo:eligibilityClass")}:
        (one,), (other,) = (s.values(class_, "owl:equivalentClass") for s in (written, made))
        assert expression(written, one) == expression(made, other), class_
        compared += one != other
    assert compared == 7


def test_an_option_changes_the_classes(
    graph: Graph, rules: PositionRules, ontology: list[Triple]
) -> None:
    """With library science alone, pedagogical education is no way to the higher ladder."""
    chosen = assessor().readings.choose({"pedagogical-in-any-subject": "not-accepted"})
    of_default = Statements(ontology)
    made = Statements(under(graph, [rules], chosen, ontology))
    class_ = NamedNode(f"{ID}eligibility/librarian/education-higher")
    (one,), (other,) = (s.values(class_, "owl:equivalentClass") for s in (of_default, made))
    assert expression(of_default, one) != expression(made, other)


def test_no_alternative_is_open_to_nobody_and_no_condition_to_everybody() -> None:
    """A requirement may have alternatives of which no option that is chosen opens one."""
    one = has("lo:showsKnowledge", NamedNode(ID + "knowledge/bibliography"))
    for combined, complement in ((any_of, "owl:Thing"), (all_of, "owl:Nothing")):
        triples = parse_turtle(f"<#> owl:equivalentClass {combined([])} .")
        said = {triple.object for triple in triples if triple.predicate == term("owl:complementOf")}
        assert said == {term(complement)}
        assert combined([one]) == one
