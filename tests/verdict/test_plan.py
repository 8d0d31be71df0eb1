"""What lacks, what brings it, and when: checked by going the way and judging again."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.verdict.conftest import after_way

from libonto.errors import ProfileError, UsageError
from libonto.graph.terms import ID, slug_of
from libonto.law.editions import in_force_instead
from libonto.profile.model import Candidate, Credential, Employment
from libonto.public import assessor
from libonto.verdict.assumptions import read_assumptions
from libonto.verdict.model import Assessment, Status
from libonto.verdict.plan import (
    LevelPlan,
    Plan,
    Planner,
    accepted,
    smallest_cover,
    status_changes,
)
from libonto.voice.plan import PlanWords

ON = date(2026, 11, 22)
Make = Callable[..., Candidate]


def judged(someone: Candidate, on: date = ON, **readings: str) -> Assessment:
    chosen = {name.replace("_", "-"): option for name, option in readings.items()}
    return assessor().assess([someone], on=on, readings=chosen)[0]


def planned(someone: Candidate, on: date = ON, **readings: str) -> Plan:
    return Planner(assessor()).plan(judged(someone, on, **readings))


def level(plan: Plan, slug: str) -> LevelPlan:
    return next(found for found in plan.levels if found.verdict.slug == slug)


def slugs(iris: tuple[str, ...]) -> list[str]:
    return [slug_of(iri) for iri in iris]


def test_time_brings_service_on_a_day(candidate: Make) -> None:
    plan = planned(candidate(jobs=[("school", "2024-03-01", None)]))
    second = level(plan, "higher-second")
    assert [lack.on for lack in second.time] == [date(2027, 3, 1)]
    assert (second.learn, second.diploma) == ((), ())
    assert (second.way.on, second.way.learn, second.way.diplomas, second.way.resumption) == (
        date(2027, 3, 1),
        (),
        (),
        None,
    )
    assert [(m.on, [c.category.rpartition("/")[2] for c in m.changes]) for m in plan.moments] == [
        (date(2027, 3, 1), ["higher-second"]),
        (date(2028, 3, 1), ["higher-first"]),
        (date(2029, 3, 1), ["higher-highest"]),
    ]


def test_where_work_has_ended_no_day_is_given_and_what_to_do_is_said(candidate: Make) -> None:
    plan = planned(candidate(jobs=[("school", "2020-01-01", "2021-12-31")]))
    (lack,) = level(plan, "higher-second").time
    assert lack.on is None
    assert lack.resumption is not None
    assert lack.resumption.start == ON
    assert lack.resumption.after is None
    assert lack.resumption.on == date(2027, 11, 22)
    assert (lack.resumption.lacking.years, lack.resumption.lacking.months) == (1, 0)
    assert slugs(lack.resumption.positions) == ["school-librarian"]
    assert plan.moments == ()
    assert "2027" in PlanWords(assessor().graph, "en").lack(lack)


def test_work_that_ends_too_early_is_told_from_work_that_has_ended(candidate: Make) -> None:
    plan = planned(candidate(jobs=[("school", "2024-01-01", "2026-12-30")]))
    (lack,) = level(plan, "higher-second").time
    assert lack.resumption is not None
    assert (lack.on, lack.resumption.after, lack.resumption.start) == (
        None,
        date(2026, 12, 30),
        date(2026, 12, 31),
    )
    one_day_more = planned(candidate(jobs=[("school", "2024-01-01", "2026-12-31")]))
    assert level(one_day_more, "higher-second").time[0].on == date(2027, 1, 1)


def test_college_service_can_be_resumed_under_its_reading(candidate: Make) -> None:
    someone = candidate(jobs=[("college", "2020-01-01", "2021-12-31")])
    (lack,) = level(planned(someone, college_service="counted"), "higher-second").time
    assert lack.resumption is not None
    assert slugs(lack.resumption.positions) == ["college-librarian", "school-librarian"]


def test_a_diploma_that_is_still_to_come_is_brought_by_time(candidate: Make) -> None:
    plan = planned(candidate(diplomas=[("higher", "pedagogy", "2027-06-30")]))
    none = level(plan, "higher-none")
    assert [lack.on for lack in none.time] == [date(2027, 6, 30)]
    assert none.diploma == ()
    assert plan.moments[0].on == date(2027, 6, 30)


@pytest.mark.parametrize(
    ("jobs", "start"),
    [([("college", "2010-01-01", None)], date(2027, 6, 30)), ([], date(2027, 6, 30))],
)
def test_days_before_a_diploma_to_come_are_not_promised(
    candidate: Make, jobs: list[tuple[str, str, str | None]], start: date
) -> None:
    someone = candidate(diplomas=[("higher", "library-science", "2027-06-30")], jobs=jobs)
    way = level(planned(someone, service_before_diploma="not-counted"), "higher-second").way
    assert way.resumption is not None
    assert (way.resumption.start, way.resumption.after) == (start, None)
    assert way.on == date(2030, 6, 30)


def test_what_needs_a_diploma_names_levels_and_fields(candidate: Make) -> None:
    someone = candidate(diplomas=[("general-secondary", "pedagogy", None)])
    plan = planned(someone)
    (lack,) = level(plan, "higher-none").diploma
    assert slugs(lack.accepted[0].levels) == ["higher", "postgraduate"]
    assert sorted(slugs(lack.accepted[0].fields)) == ["library-science", "pedagogy"]
    (middle,) = level(plan, "middle-none").diploma
    assert slugs(middle.accepted[0].levels) == ["technical-vocational", "post-secondary"]
    wider = level(planned(someone, above_technical_on_middle_ladder="accepted"), "middle-none")
    assert slugs(wider.diploma[0].accepted[0].levels) == [
        "technical-vocational",
        "post-secondary",
        "higher",
        "postgraduate",
    ]
    any_level = level(
        planned(someone, truncated_alternative="any-education-in-profile"), "middle-none"
    )
    assert len(any_level.diploma[0].accepted[0].levels) == 5


def test_one_diploma_serves_two_requirements(candidate: Make) -> None:
    plan = planned(candidate(diplomas=[]))
    second = level(plan, "middle-second")
    assert len(second.diploma) == 2
    assert [(slugs(d.levels), slugs(d.fields)) for d in second.way.diplomas] == [
        (["technical-vocational", "post-secondary"], ["library-science"])
    ]


def test_a_field_too_broad_may_be_stated_more_narrowly(candidate: Make) -> None:
    broad = candidate(diplomas=[("higher", "http://data.europa.eu/snb/isced-f/01", None)])
    (lack,) = level(planned(broad), "higher-none").diploma
    assert lack.finding.doubts == ("field",)
    (lack,) = level(planned(candidate(diplomas=[])), "higher-none").diploma
    assert lack.finding.doubts == ()


def test_a_foreign_diploma_is_to_be_recognised_and_time_brings_the_day_of_it(
    candidate: Make,
) -> None:
    (diploma,) = candidate().credentials
    abroad = replace(diploma, country="DE", recognised=None)
    someone = replace(candidate(), credentials=(abroad,))
    none = level(planned(someone), "higher-none")
    (lack,) = none.diploma
    words = PlanWords(assessor().graph, "en")
    assert lack.finding.doubts == ("unrecognised",)
    assert words.lack(lack).endswith("A foreign credential counts only when it is recognised.")
    assert "too broad" not in words.lack(lack)
    assert words.way(none, ON).startswith("Have the foreign credential recognised, or obtain one")
    day = date(2027, 3, 1)
    someone = replace(someone, credentials=(replace(abroad, recognised=day),))
    plan = planned(someone)
    assert [lack.on for lack in level(plan, "higher-none").time] == [day]
    assert level(plan, "higher-none").diploma == ()
    assert plan.moments[0].on == day


def test_one_item_is_enough_where_two_are_one(candidate: Make, everything: list[str]) -> None:
    pair = ["library-work-fundamentals", "librarianship-fundamentals"]
    someone = candidate(knowledge=[item for item in everything if item not in pair])
    first = level(planned(someone), "higher-first")
    assert slugs(first.way.learn) == pair
    same = level(planned(someone, fundamentals_are_one="same"), "higher-first")
    assert len(same.learn) == 2
    assert [sorted(slugs(lack.items)) for lack in same.learn] == [sorted(pair)] * 2
    assert len(same.way.learn) == 1


def test_the_act_in_force_today_is_named_where_successors_are_accepted(
    candidate: Make, everything: list[str]
) -> None:
    someone = candidate(knowledge=[item for item in everything if item != "constitution"])
    (lack,) = level(planned(someone), "higher-none").learn
    assert slugs(lack.acts) == ["K2600000000"]
    (before,) = level(planned(someone, date(2026, 6, 30)), "higher-none").learn
    assert before.acts == ()
    (strict,) = level(planned(someone, successor_act="not-accepted"), "higher-none").learn
    assert strict.acts == ()


def lives(seed: int, make: Make, everything: list[str]) -> Candidate:
    """A career of some kind."""
    chance = random.Random(seed)
    jobs: list[tuple[str, str, str | None]] = []
    day = date(2016, 1, 1) + timedelta(chance.randrange(2000))
    for _ in range(chance.randrange(4)):
        last = day + timedelta(chance.randrange(20, 900))
        open_ = chance.random() < 0.3
        post = chance.choice(["school", "school", "college", "public"])
        jobs.append((post, day.isoformat(), None if open_ else last.isoformat()))
        day = last + timedelta(chance.randrange(-60, 500))
    fields = ["library-science", "pedagogy", "http://data.europa.eu/snb/isced-f/03", "urn:x:other"]
    levels = ["general-secondary", "technical-vocational", "post-secondary", "higher"]
    diplomas = [
        (
            chance.choice(levels),
            chance.choice(fields),
            chance.choice([None, "2020-06-30", "2028-06-30"]),
        )
        for _ in range(chance.randrange(3))
    ]
    known = [item for item in everything if chance.random() < chance.choice([0.5, 1.0])]
    return make(jobs=jobs, diplomas=diplomas, knowledge=known)


@pytest.mark.parametrize("seed", range(12))
def test_the_shortest_way_leads_there_on_its_day_and_no_step_can_be_left_out(
    seed: int, candidate: Make, everything: list[str]
) -> None:
    readings = [
        {},
        {"college_service": "counted", "fundamentals_are_one": "same"},
        {"service_before_diploma": "not-counted"},
    ][seed % 3]
    someone = lives(seed, candidate, everything)
    for found in planned(someone, **readings).levels:
        category, way = found.verdict.iri, found.way

        def met(person: Candidate, on: date, wanted: str = category) -> bool:
            return judged(person, on, **readings).category(wanted).status is Status.MET

        if way.on is None:  # nobody knows from which diploma the days would count
            assert "service_before_diploma" in readings
            continue
        gone = after_way(way, someone)
        assert met(gone, way.on), (found.verdict.slug, way)
        if found.verdict.status is Status.MET:
            assert gone == someone
            continue
        # A diploma of `after_way` has no day: under this reading days would count from always.
        by_days = not (way.diplomas and "service_before_diploma" in readings)
        if way.on > ON and by_days:
            assert not met(gone, way.on - timedelta(1))
        for item in way.learn:
            assert not met(
                after_way(replace(way, learn=tuple(i for i in way.learn if i != item)), someone),
                way.on,
            )
        for place in range(len(way.diplomas)):
            fewer = way.diplomas[:place] + way.diplomas[place + 1 :]
            assert not met(after_way(replace(way, diplomas=fewer), someone), way.on)
        if way.resumption and by_days:
            assert not met(after_way(replace(way, resumption=None), someone), way.on)


@pytest.mark.parametrize("seed", range(6))
def test_the_days_of_change_are_those_on_which_something_changes(
    seed: int, candidate: Make, everything: list[str]
) -> None:
    someone = lives(seed + 100, candidate, everything)
    moments = planned(someone).moments
    before = judged(someone)
    for moment in moments:
        eve, day = judged(someone, moment.on - timedelta(1)), judged(someone, moment.on)
        assert status_changes(eve, day) == moment.changes
        assert not status_changes(before, eve)
        before = day
    for year in range(2027, 2045, 3):
        on = date(year, 1, 1)
        if not moments or on > moments[-1].on:
            assert not status_changes(before, judged(someone, on))


def test_every_diploma_accepted_by_a_shape_meets_it_and_no_other(candidate: Make) -> None:
    judge = assessor()
    rules = judge.positions.rules(judge.positions.default)
    education = [r for r in rules.requirements if r.levels]
    assert education
    fields = sorted(judge.vocabulary.fields)
    for requirement in education:
        shapes = requirement.active(judge.readings.choose())
        pairs = {pair for shape in shapes for pair in accepted(judge.graph, shape.iri).pairs}
        for stated in [(a, b) for a in sorted(judge.vocabulary.levels) for b in fields]:
            someone = replace(candidate(), credentials=(Credential(*stated),))
            status = judged(someone).finding(requirement.iri).status
            assert (status is Status.MET) == (stated in pairs)


def test_a_chain_of_successors_is_followed_to_the_act_in_force() -> None:
    graph = assessor().graph
    item = f"{ID}knowledge/law-anti-corruption"
    shape = f"{ID}shape/librarian/knowledge-law-anti-corruption-successor"
    assert slugs(in_force_instead(graph, shape, [item], ON)) == ["Z1500000410"]
    assert in_force_instead(graph, shape, [item], date(2015, 12, 31)) == ()


@pytest.mark.parametrize(
    ("needs", "cover"),
    [
        ([], ()),
        (["a"], ("a",)),
        (["ab", "bc"], ("b",)),
        (["a", "ab", "cd"], ("a", "c")),
        (["ab", "bc", "ca"], ("a", "b")),
        (["ab", "cd", "ef", "bdf"], ("a", "c", "f")),
    ],
)
def test_the_smallest_cover(needs: list[str], cover: tuple[str, ...]) -> None:
    found = smallest_cover([frozenset(need) for need in needs])
    assert len(found) == len(cover)
    assert all(set(need) & set(found) for need in needs)


def test_assumptions_are_read_like_a_profile(candidate: Make) -> None:
    assumed = read_assumptions(
        [
            "credential=higher/pedagogy@2027-06-30",
            "credential=postgraduate/http://data.europa.eu/snb/isced-f/0322",
            "employment=school-librarian@2020-01-01..2021-12-31",
            "employment=urn:x:post@2022-01-01..",
            "knowledge=bibliography",
            "knowledge=https://w3id.org/libonto/id/act/K2600000000",
        ],
        assessor().vocabulary,
    )
    assert assumed.credentials == (
        Credential(f"{ID}education/higher", f"{ID}field/pedagogy", date(2027, 6, 30)),
        Credential(f"{ID}education/postgraduate", "http://data.europa.eu/snb/isced-f/0322"),
    )
    assert assumed.employments == (
        Employment(f"{ID}position/school-librarian", date(2020, 1, 1), date(2021, 12, 31)),
        Employment("urn:x:post", date(2022, 1, 1)),
    )
    assert slugs(assumed.knowledge) == ["bibliography", "K2600000000"]
    added = assumed.added_to(candidate(knowledge=["bibliography", "economics"]))
    assert slugs(added.knowledge) == ["K2600000000", "bibliography", "economics"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("knowledge", UsageError),
        ("diploma=higher/pedagogy", UsageError),
        ("credential=higher", UsageError),
        ("employment=school-librarian", UsageError),
        ("knowledge=bibliografy", ProfileError),
        ("credential=highr/pedagogy", ProfileError),
        ("credential=higher/pedagogy@2027-02-30", ProfileError),
        ("credential=higher/pedagogy@soon", ProfileError),
        ("employment=librarian@2020-01-01", ProfileError),
        ("employment=school-librarian@2020-01-01..2019-01-01", ProfileError),
        ("employment=school-librarian@..2019-01-01", ProfileError),
    ],
)
def test_a_wrong_assumption_is_refused_and_named(text: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        read_assumptions([text], assessor().vocabulary)
    assert text in str(caught.value)


def test_what_an_assumption_changes(candidate: Make, assess: Callable[..., Assessment]) -> None:
    someone = candidate(jobs=[("school", "2024-01-01", None)])
    assumed = read_assumptions(
        ["employment=school-librarian@2020-01-01..2021-12-31"], assessor().vocabulary
    )
    changes = status_changes(judged(someone), judged(assumed.added_to(someone)))
    assert [(c.category.rpartition("/")[2], c.before, c.after) for c in changes] == [
        ("higher-second", Status.NOT_MET, Status.MET),
        ("higher-first", Status.NOT_MET, Status.MET),
    ]
