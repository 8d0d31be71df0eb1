"""Each option of each reading, judged by every engine and behind every face, side by side."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.verdict import test_contract_oracle as oracle
from tests.verdict.conftest import after_way
from tests.verdict.option_cases import CASES, LACKING, ON, Case, Profile

from libonto.api.lists import judge_list
from libonto.ontology.level_shapes import level_shapes, requirement_shape
from libonto.profile.model import Candidate
from libonto.public import assessor
from libonto.verdict.compiled import Compiled
from libonto.verdict.inquiry import Inquiry
from libonto.verdict.model import Assessment, Status
from libonto.verdict.plan import Planner
from libonto.verdict.shacl import graph_of, results, validate
from libonto.verdict.statuses import Change, Combinations

Statuses = dict[str, str]
EVERY = [*CASES, *LACKING]
every_case = pytest.mark.parametrize("case", EVERY, ids=[case.option for case in EVERY])


def judged(case: Case, candidate: Candidate, *, default: bool) -> Assessment:
    (found,) = assessor().assess([candidate], on=case.on, readings={} if default else case.chosen)
    return found


def statuses(found: Assessment) -> Statuses:
    return {c.slug: str(c.status) for c in found.categories}


def test_every_option_has_its_case() -> None:
    options = {
        f"{reading.name}={option.name}"
        for reading in assessor().readings.all
        for option in reading.options
        if option != reading.default
    }
    assert {case.option for case in CASES} == options


@every_case
def test_it_turns_the_one_and_not_the_neighbour(case: Case) -> None:
    for candidate in case.people():
        before = statuses(judged(case, candidate, default=True))
        after = statuses(judged(case, candidate, default=False))
        if candidate.iri.endswith(":turned"):
            assert (before[case.category], after[case.category]) == (case.before, case.after)
        elif case in CASES:
            assert before[case.category] == after[case.category]


@every_case
def test_every_engine_and_face_says_the_same(case: Case) -> None:
    for candidate in case.people():
        for default in (True, False):
            found = judged(case, candidate, default=default)
            failed = Compiled(assessor().graph, found.rules.node_shape).failed(found.evidence.facts)
            assert failed == found.failed, "the compiled shapes and pySHACL"
            assert by_other_engine(found) == unmet(found), "pySHACL, by the exported shapes"
            assert by_batch(case, candidate, default=default) == listed(found), "a list"
            plan_leads_where_it_says(found)
            if (person := told(found, case)) and case.reading in oracle.OPTIONS:
                readings = {name: options[0] for name, options in oracle.OPTIONS.items()}
                chosen = readings if default else readings | case.chosen
                assert {k: str(v) for k, v in oracle.judge(person, chosen).items()} == statuses(
                    found
                ), "the judge written from the contract"


@every_case
def test_what_holds_under_every_reading_knows_it(case: Case) -> None:
    for candidate in case.people():
        before = judged(case, candidate, default=True)
        after = judged(case, candidate, default=False)
        combined = Combinations(before, assessor().readings)
        ((name, option),) = case.chosen.items()
        effects = combined.effects(assessor().readings.by_name[name])
        effect = next(effect for effect in effects if effect.option.name == option)
        then = {f.requirement.iri: f.status for f in before.findings} | dict(effect.requirements)
        assert then == {f.requirement.iri: f.status for f in after.findings}
        for one, other in zip(before.categories, after.categories, strict=True):
            changed = one.status is not other.status
            robust = combined.category(one.iri)
            turns = [turn for turn in robust.turns if turn.changes == (Change(name, option),)]
            assert [turn.status for turn in turns] == ([other.status] if changed else [])
            assert not (changed and robust.holds)
            assert not changed or name in one.depends_on_readings


def unmet(found: Assessment) -> set[str]:
    choices = assessor().readings.choose(found.readings)
    return {
        requirement_shape(found.rules, f.requirement, choices)
        for f in found.findings
        if f.status is not Status.MET
    }


def by_other_engine(found: Assessment) -> set[str]:
    """The property shapes with a result, by the evidence and the shapes that are written out."""
    choices = assessor().readings.choose(found.readings)
    shapes, _ = level_shapes(assessor().graph, [found.rules], choices)
    facts = found.evidence.as_triples(found.evidence.facts_under(choices))
    return set(results(validate(graph_of(facts), graph_of(shapes))).get(found.candidate.iri, ()))


def listed(found: Assessment) -> dict[str, Any]:
    return {
        c.slug: (
            str(c.status),
            c.earliest_on.isoformat() if c.earliest_on else None,
            list(c.depends_on_readings),
        )
        for c in found.categories
    }


def by_batch(case: Case, candidate: Candidate, *, default: bool) -> dict[str, Any]:
    profile: Profile = case.turned if candidate.iri.endswith(":turned") else case.near
    line = json.dumps(profile | {"id": candidate.iri}).encode()
    asked = Inquiry(on=case.on, readings={} if default else case.chosen)
    found = judge_list(assessor(), line, "jsonl", asked, lang="en", form="jsonl")
    assert not found.faults
    (row,) = found.content.splitlines()
    return {
        c["category"]: (c["status"], c["earliestOn"], c["dependsOnReadings"])
        for c in json.loads(row)["categories"]
    }


def plan_leads_where_it_says(found: Assessment) -> None:
    for level in Planner(assessor()).plan(found).levels:
        if level.verdict.status is Status.MET or level.way.on is None:
            continue
        (then,) = assessor().assess(
            [after_way(level.way, found.candidate)], on=level.way.on, readings=found.readings
        )
        assert then.category(level.verdict.iri).status is Status.MET, level.verdict.slug


def told(found: Assessment, case: Case) -> oracle.Profile | None:
    """A profile as the contract's own judge takes it: whole years of one post, up to its day."""
    profile = case.turned if found.candidate.iri.endswith(":turned") else case.near
    jobs = profile["employments"]
    if case.on != ON or len(jobs) > 1:
        return None

    def years(day: str) -> int:
        return oracle.whole_years(date.fromisoformat(day))

    def local(name: str) -> str:
        return name.rpartition("/")[2]

    return oracle.Profile(
        credentials=tuple(
            oracle.Credential(
                c["level"], local(c["field"]), c.get("awarded", ""), c.get("country", "")
            )
            for c in profile["credentials"]
        ),
        knowledge=frozenset(map(local, profile["knowledge"])),
        work=tuple((j["position"], years(j["start"])) for j in jobs),
        grants=tuple(
            (g["category"].partition("/")[2], years(g["granted"])) for g in profile.get("holds", ())
        ),
    )


def test_a_turned_verdict_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison can fail: a rule of the other judge is changed."""
    case = next(c for c in CASES if c.option == "college-service=counted")
    monkeypatch.setitem(oracle.YEARS, "second", 4)
    with pytest.raises(AssertionError, match="written from the contract"):
        test_every_engine_and_face_says_the_same(replace(case))
