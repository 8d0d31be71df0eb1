"""Verdicts against a second judge, written from the law's page and knowing nothing of ours.

It reads no ontology and no shape: a requirement that both formalisms of ours got wrong alike
would be found here only. Service has a second counter of its own (`test_service_oracle.py`),
so its completed years are simply given.
"""

import json
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.sizes import examples

import libonto
from libonto import Status

ON = date(2026, 11, 22)
ID = "https://w3id.org/libonto/id/"
LADDERS = ("higher", "middle")
STEPS = ("none", "second", "first", "highest")
LEVELS = ("general-secondary", "technical-vocational", "post-secondary", "higher", "postgraduate")
YEARS = {"none": 0, "second": 3, "first": 4, "highest": 5}
FUNDAMENTALS = {"library-work-fundamentals", "librarianship-fundamentals"}
EVERYBODY = {
    *("constitution", "law-education", "law-child-rights", "law-languages", "law-anti-corruption"),
    *("education-regulations", "library-guidance", "library-work-fundamentals", "bibliography"),
    *("library-technology-processes", "reader-work", "pedagogy", "psychology", "economics"),
    *("labour-legislation", "occupational-safety", "fire-safety"),
}
ADDED = {"library-work-issues", "librarianship-fundamentals"}
ACTS = {"K950001000_": "constitution", "Z980000267_": "law-anti-corruption"}
SUCCESSORS = {"K2600000000": "constitution", "Z1500000410": "law-anti-corruption"}
LIBRARY, TEACHING = "library-science", "pedagogy"
SURELY = {LIBRARY: LIBRARY, TEACHING: TEACHING, "0322": LIBRARY, "011": TEACHING, "0114": TEACHING}
PERHAPS = {"01": TEACHING, "03": LIBRARY, "032": LIBRARY}
NEITHER = ("018", "0321", "0388", "02")
OPTIONS = {
    "truncated-alternative": ("ignored", "any-education-in-profile"),
    "above-technical-on-middle-ladder": ("not-accepted", "accepted"),
    "successor-act": ("accepted", "not-accepted"),
    "fundamentals-are-one": ("separate", "same"),
    "college-service": ("not-counted", "counted"),
}
Credential = tuple[str, str, date | None]
Profile = tuple[list[Credential], set[str], tuple[str, int] | None]
Readings = dict[str, str]


def fits(credentials: list[Credential], levels: set[str], fields: set[str]) -> Status:
    counted = [c for c in credentials if c[2] is None or c[2] <= ON]
    reached = [field for level, field, _ in counted if level in levels]
    if any(SURELY.get(field) in fields for field in reached):
        return Status.MET
    if not credentials or any(PERHAPS.get(field) in fields for field in reached):
        return Status.NOT_SHOWN
    return Status.NOT_MET


def judge(profile: Profile, readings: Readings) -> dict[str, Status]:
    """Each category's status."""
    credentials, knowledge, work = profile
    known = {ACTS.get(item, item) for item in knowledge}
    if readings["successor-act"] == "accepted":
        known |= {SUCCESSORS[item] for item in knowledge & SUCCESSORS.keys()}
    if readings["fundamentals-are-one"] == "same" and known & FUNDAMENTALS:
        known |= FUNDAMENTALS
    counting = {"school-librarian"}
    if readings["college-service"] == "counted":
        counting.add("college-librarian")
    years = work[1] if work and work[0] in counting else 0
    middle = {"technical-vocational"}
    if readings["above-technical-on-middle-ladder"] == "accepted":
        middle |= {"post-secondary", "higher", "postgraduate"}
    any_level = readings["truncated-alternative"] == "any-education-in-profile"
    lowest = set(LEVELS) if any_level else middle
    found = {}
    for ladder in LADDERS:
        asked = set(EVERYBODY)
        if ladder == "higher":
            statuses = [fits(credentials, {"higher", "postgraduate"}, {LIBRARY, TEACHING})]
        else:
            statuses = [fits(credentials, lowest, {LIBRARY})]
        for step in STEPS:
            if (ladder, step) in {("higher", "first"), ("middle", "second")}:
                asked |= ADDED
            if (ladder, step) == ("middle", "second"):
                statuses.append(fits(credentials, middle, {LIBRARY}))
            if YEARS[step]:
                short = Status.NOT_MET if work else Status.NOT_SHOWN
                statuses.append(Status.MET if years >= YEARS[step] else short)
            all_ = [*statuses, *([] if asked <= known else [Status.NOT_SHOWN])]
            worst = (s for s in (Status.NOT_MET, Status.NOT_SHOWN) if s in all_)
            found[f"{ladder}-{step}"] = next(worst, Status.MET)
    return found


def written(profile: Profile, number: int) -> dict[str, object]:
    credentials, knowledge, work = profile
    kinds = ("snb", "esco")
    return {
        "id": f"urn:x:{number}",
        "credentials": [
            {
                "level": level,
                "field": f"http://data.europa.eu/{kinds[n % 2]}/isced-f/{field}"
                if field.isdigit()
                else field,
                "awarded": awarded and awarded.isoformat(),
            }
            for n, (level, field, awarded) in enumerate(credentials)
        ],
        "knowledge": [f"{ID}act/{k}" if k[-1] in "_0123456789" else k for k in sorted(knowledge)],
        "employments": [
            {"position": work[0], "start": ON.replace(year=ON.year - work[1]).isoformat()}
        ]
        if work
        else [],
    }


dates = st.sampled_from([None, ON - timedelta(1), ON, ON + timedelta(1)])
fields = st.sampled_from([*SURELY, *PERHAPS, *NEITHER])
credentials = st.lists(st.tuples(st.sampled_from(LEVELS), fields, dates), max_size=3)
left_out = st.sets(st.sampled_from(sorted(EVERYBODY | ADDED)), max_size=2)
acts = st.sets(st.sampled_from(sorted(ACTS | SUCCESSORS)), max_size=2)
knowledge = st.tuples(left_out, acts).map(lambda pair: (EVERYBODY | ADDED) - pair[0] | pair[1])
positions = st.sampled_from(["school-librarian", "college-librarian", "public-librarian"])
works = st.none() | st.tuples(positions, st.integers(1, 6))
choices = st.fixed_dictionaries(
    {name: st.sampled_from(options) for name, options in OPTIONS.items()}
)


@examples(12)
@given(st.lists(st.tuples(credentials, knowledge, works), min_size=4, max_size=8), choices)
def test_verdicts_are_those_of_a_second_judge(profiles: list[Profile], readings: Readings) -> None:
    document = json.dumps([written(profile, n) for n, profile in enumerate(profiles)]).encode()
    for profile, found in zip(
        profiles, libonto.assess(document, on=ON, readings=readings), strict=True
    ):
        statuses = judge(profile, readings)
        assert {c.slug: c.status for c in found.categories} == statuses
        for ladder in LADDERS:
            met = [s for s in STEPS if statuses[f"{ladder}-{s}"] is Status.MET]
            assert found.highest[ladder] == (f"{ladder}-{met[-1]}" if met else None)
        for category in found.categories:
            depends = {
                name
                for name, options in OPTIONS.items()
                for option in options
                if judge(profile, {**readings, name: option})[category.slug] is not category.status
            }
            assert set(category.depends_on_readings) - {"service-arithmetic"} == depends
