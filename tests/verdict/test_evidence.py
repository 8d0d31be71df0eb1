"""What is derived from a profile: triples that the shapes judge, and where they come from."""

from datetime import date
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from libonto.graph.terms import ID, term
from libonto.profile.model import Candidate, Credential, Employment
from libonto.public import assessor
from libonto.verdict.compiled import FactNode as Facts
from libonto.verdict.evidence import Evidence

ON = date(2021, 9, 1)
ME = "urn:example:candidate:1"
HIGHER, LIBRARY = ID + "education/higher", ID + "field/library-science"
ID = "https://w3id.org/libonto/id/"
SCHOOL, COLLEGE, PUBLIC = (
    f"{ID}position/{kind}-librarian" for kind in ("school", "college", "public")
)
SNB = "http://data.europa.eu/snb/isced-f/"
MEASURES = {
    "school": {},
    "both": {"college-service": "counted"},
    "school-30": {"service-arithmetic": "thirty-day-months"},
    "both-30": {"college-service": "counted", "service-arithmetic": "thirty-day-months"},
}
"""Readings, each of which gives another measure of service."""

Node = NamedNode | BlankNode


class Derived:
    """The evidence's triples, and a few ways to look at them."""

    def __init__(self, measure: str = "school", **stated: Any) -> None:
        candidate = Candidate(ME, **stated)
        judge = assessor()
        self.evidence: Evidence = judge.evidence(
            candidate, judge.positions.rules(judge.positions.default), ON
        )
        choices = judge.readings.choose(MEASURES[measure])
        self.triples = self.evidence.as_triples(self.evidence.facts_under(choices))

    def values(self, predicate: str, subject: Node | None = None) -> list[Any]:
        wanted = (subject or NamedNode(ME), term(predicate))
        return [t.object for t in self.triples if (t.subject, t.predicate) == wanted]

    def iris(self, predicate: str, subject: Node | None = None) -> set[str]:
        values = self.values(predicate, subject)
        assert all(isinstance(value, NamedNode) for value in values)
        return {value.value for value in values if isinstance(value, NamedNode)}

    def nodes(self, predicate: str, subject: Node | None = None) -> list[BlankNode]:
        return [v for v in self.values(predicate, subject) if isinstance(v, BlankNode)]

    def record(self) -> BlankNode:
        (record,) = self.nodes("lo:service")
        return record

    def length(self) -> tuple[int, ...]:
        names = ("lo:completedYears", "lo:completedMonths", "lo:completedDays")
        found = []
        for name in names:
            (value,) = self.values(name, self.record())
            assert isinstance(value, Literal)
            assert value.datatype == term("xsd:integer")
            found.append(int(value.value))
        return tuple(found)

    def sources(self) -> set[tuple[str, str]]:
        """Position and first day of each employment that the service is derived from."""
        found = set()
        for node in self.nodes("prov:wasDerivedFrom", self.record()):
            assert node in self.nodes("lo:hasEmployment")
            (position,) = self.iris("lo:inPosition", node)
            (started,) = self.values("lo:startedOn", node)
            assert isinstance(started, Literal)
            found.add((position, started.value))
        return found


def job(position: str, first: str, last: str | None = None) -> Employment:
    return Employment(
        position, date.fromisoformat(first), date.fromisoformat(last) if last else None
    )


def diploma(field: str = LIBRARY, level: str = HIGHER, awarded: date | None = None) -> Credential:
    return Credential(level, field, awarded)


def test_the_candidate_is_one_of_the_class_that_the_shapes_target() -> None:
    assert Derived().iris("rdf:type") == {term("lo:Candidate").value}


def test_the_measures_are_those_of_the_readings() -> None:
    judge = assessor()
    rules = judge.positions.rules(judge.positions.default)
    head = ID + "position/school-library-head"
    posts = [{SCHOOL}, {SCHOOL, COLLEGE}, {SCHOOL, head}, {SCHOOL, COLLEGE, head}]
    found = {(m.positions, m.arithmetic) for m in rules.possible}
    arithmetics = ("end-to-end", "thirty-day-months")
    assert found == {(frozenset(p), a) for p in posts for a in arithmetics}


@pytest.mark.parametrize(
    ("measure", "length"),
    # 30 days more from 2020-01-01, a January of 31.
    [
        ("school", (1, 0, 0)),
        ("both", (1, 0, 30)),
        ("school-30", (1, 0, 0)),
        ("both-30", (1, 1, 0)),
    ],
)
def test_service_is_counted_under_every_measure(measure: str, length: tuple[int, ...]) -> None:
    derived = Derived(
        measure,
        employments=(
            job(SCHOOL, "2019-01-01", "2019-12-31"),
            job(COLLEGE, "2020-06-01", "2020-06-30"),
            job(PUBLIC, "2010-01-01"),
        ),
    )
    school, college = (SCHOOL, "2019-01-01"), (COLLEGE, "2020-06-01")
    assert derived.length() == length
    assert derived.sources() == ({school, college} if "both" in measure else {school})


def test_every_result_that_service_can_have_stands_once_among_the_facts() -> None:
    derived = Derived(
        employments=(job(SCHOOL, "2010-01-01", "2019-12-31"), job(COLLEGE, "2020-06-01")),
        credentials=(diploma(awarded=date(2015, 1, 1)), diploma(awarded=date(2030, 1, 1))),
    )
    records = derived.evidence.facts.values[term("lo:service").value]
    found = [r.values[term("lo:completedYears").value] for r in records if isinstance(r, Facts)]
    assert len(found) == len(records)
    # Of the school alone or of both, all of it, from 2015 on, or (from 2030 on) none.
    assert {years for (years,) in found} == {0, 5, 6, 10, 11}


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_says_where_it_begins(measure: str) -> None:
    derived = Derived(
        measure, employments=(job(SCHOOL, "2019-01-01"), job(COLLEGE, "2017-03-05", "2017-03-05"))
    )
    first = "2017-03-05" if "both" in measure else "2019-01-01"
    assert derived.values("lo:countedFrom", derived.record()) == [
        Literal(first, datatype=term("xsd:date"))
    ]


@pytest.mark.parametrize("first", ["2021-09-01", "2021-09-02", "2030-01-01"])
def test_what_does_not_count_yet_is_no_source(first: str) -> None:
    derived = Derived(employments=(job(SCHOOL, first),))
    assert derived.length() == (0, 0, 0)
    assert derived.sources() == set()
    assert derived.values("lo:countedFrom", derived.record()) == []


def test_one_day_before_the_day_of_assessment_is_a_source() -> None:
    derived = Derived(employments=(job(SCHOOL, "2021-08-31"), job(SCHOOL, "2021-09-01")))
    assert derived.length() == (0, 0, 1)
    assert derived.sources() == {(SCHOOL, "2021-08-31")}


def test_what_does_not_count_gives_a_record_of_nothing() -> None:
    derived = Derived(employments=(job(PUBLIC, "2010-01-01"),))
    assert derived.length() == (0, 0, 0)
    assert derived.sources() == set()


def test_where_no_employment_is_stated_there_is_no_record() -> None:
    derived = Derived()
    assert derived.nodes("lo:service") == []
    assert not derived.evidence.states(term("lo:hasEmployment").value)
    assert not derived.evidence.states(term("lo:hasCredential").value)


def test_credentials_count_from_the_day_they_are_awarded() -> None:
    dated = [date(2021, 8, 31), ON, date(2021, 9, 2), None]
    derived = Derived(credentials=tuple(diploma(awarded=day) for day in dated))
    stated = derived.nodes("lo:hasCredential")
    counted = derived.nodes("lo:countedCredential")
    assert len(stated) == 4
    assert set(counted) < set(stated)
    days = [derived.values("lo:awardedOn", node) for node in counted]
    assert sorted(str(day[0].value) if day else "" for day in days) == [
        "", "2021-08-31", "2021-09-01",
    ]  # fmt: skip
    assert derived.evidence.states(term("lo:hasCredential").value)


@pytest.mark.parametrize(
    ("field", "inside", "possible"),
    [
        (LIBRARY, {"library-science"}, set()),
        (SNB + "0322", {"library-science"}, set()),
        (SNB + "0113", {"pedagogy"}, set()),
        (SNB + "032", set(), {"library-science"}),
        (SNB + "01", set(), {"pedagogy"}),
        (SNB + "0311", set(), set()),
        ("https://example.org/field", set(), set()),
    ],
)
def test_a_credential_s_field_is_placed(field: str, inside: set[str], possible: set[str]) -> None:
    derived = Derived(credentials=(diploma(field),))
    (node,) = derived.nodes("lo:hasCredential")
    assert derived.iris("lo:educationLevel", node) == {HIGHER}
    assert derived.iris("lo:fieldOfStudy", node) == {field}
    assert derived.iris("lo:inField", node) == {f"{ID}field/{slug}" for slug in inside}
    assert derived.iris("lo:possiblyInField", node) == {f"{ID}field/{slug}" for slug in possible}


@pytest.mark.parametrize(
    ("stated", "own", "successor"),
    [
        ("knowledge/bibliography", {"bibliography"}, set()),
        ("act/K950001000_", {"constitution"}, set()),
        ("act/K2600000000", set(), {"constitution"}),
        ("act/Z070000319_", {"law-education"}, set()),
        ("act/Z020000345_", {"law-child-rights"}, set()),
        ("act/Z970000151_", {"law-languages"}, set()),
        ("act/Z980000267_", {"law-anti-corruption"}, set()),
        ("act/Z1500000410", set(), {"law-anti-corruption"}),
        ("act/Z1900000293", set(), set()),
        ("act/K1500000414", set(), set()),
        ("act/V090005750_", set(), set()),
    ],
)
def test_knowledge_is_shown_by_item_act_or_successor(
    stated: str, own: set[str], successor: set[str]
) -> None:
    derived = Derived(knowledge=(ID + stated,))
    assert derived.iris("lo:hasKnowledgeOf") == {ID + stated}
    assert derived.iris("lo:showsKnowledge") == {f"{ID}knowledge/{slug}" for slug in own}
    through = derived.iris("lo:showsKnowledgeThroughSuccessor")
    assert through == {f"{ID}knowledge/{slug}" for slug in successor}


def test_nodes_are_the_candidate_s_own_whatever_they_are_called() -> None:
    """Two candidates may name one credential: neither gets what the other states of it."""
    shared = "urn:example:diploma"
    derived = Derived(credentials=(Credential(HIGHER, LIBRARY, None, (), shared),))
    (node,) = derived.nodes("lo:hasCredential")
    assert derived.iris("prov:specializationOf", node) == {shared}
