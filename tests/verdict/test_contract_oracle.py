"""Verdicts against a second judge, written from the contract and knowing nothing of ours.

It reads no ontology and no shape: a requirement that both formalisms of ours got wrong alike
would be found here only. Work is for whole years without a gap, until the day; how days are added
up has an oracle of its own (`test_service_oracle.py`).
"""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import libonto
from libonto import Status

ON = date(2026, 11, 22)
ID = "https://w3id.org/libonto/id/"
LADDERS = ("higher", "middle")
STEPS = ("none", "second", "first", "highest")
LEVELS = ("general-secondary", "technical-vocational", "post-secondary", "higher", "postgraduate")
YEARS = {"none": 0, "second": 3, "first": 4, "highest": 5}
BELOW = {"first": "second", "highest": "first"}
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
NEITHER = ("018", "0321", "0388", "02", "other-field")
OPTIONS = {
    "college-service": ("not-counted", "counted"),
    "library-head-service": ("not-counted", "counted"),
    "truncated-alternative": ("ignored", "technical-pedagogical", "any-education-in-profile"),
    "post-secondary-on-middle-ladder": ("accepted", "not-accepted"),
    "above-technical-on-middle-ladder": ("not-accepted", "accepted"),
    "pedagogical-in-any-subject": ("accepted", "not-accepted"),
    "service-before-diploma": ("counted", "not-counted"),
    "successor-act": ("accepted", "not-accepted"),
    "fundamentals-are-one": ("separate", "same"),
    "service-years": ("total", "since-previous-category"),
    "foreign-diploma": ("recognised-only", "by-level"),
}
SURE_CHAINS = {"de-dqr/4": "technical-vocational", "de-dqr/6": "higher"}
Readings = dict[str, str]


@dataclass(frozen=True)
class Credential:
    level: str
    field: str
    awarded: str  # a day, a month, a year, or nothing
    country: str = ""
    recognised: str = ""  # a day, or nothing

    def here(self) -> str:
        """The level of education that it states, or that its framework's level leads to."""
        return SURE_CHAINS.get(self.level, self.level)

    def is_foreign(self) -> bool:
        return self.country != "KZ" if self.country else self.level in SURE_CHAINS

    def counts(self, readings: Readings) -> bool:
        """Whether it counts on the day at all, recognised or by its level."""
        if not self.is_foreign() or readings["foreign-diploma"] == "by-level":
            return True
        on = max(ON, self.last() if self.awarded else ON)  # of a future one days may count too
        return bool(self.recognised) and date.fromisoformat(self.recognised) <= on

    def may_be_awarded(self) -> tuple[bool, bool]:
        """Whether it is awarded on the day for sure, and whether it may be."""
        if not self.awarded:
            return True, True
        first = self.awarded + "-01-01"[len(self.awarded) - 10 :] * (len(self.awarded) < 10)
        return self.last() <= ON, date.fromisoformat(first) <= ON

    def last(self) -> date:
        if len(self.awarded) == 10:
            return date.fromisoformat(self.awarded)
        if len(self.awarded) == 7:
            year, month = map(int, self.awarded.split("-"))
            following = date(year + month // 12, month % 12 + 1, 1)
            return following - timedelta(1)
        return date(int(self.awarded), 12, 31)


@dataclass(frozen=True)
class Profile:
    credentials: tuple[Credential, ...] = ()
    knowledge: frozenset[str] = frozenset()
    work: tuple[tuple[str, int], ...] = ()  # a post, and for how many years until the day
    grants: tuple[tuple[str, int], ...] = field(default=())  # a category, and years before the day


def ways(readings: Readings) -> dict[str, list[tuple[set[str], str]]]:
    """By education requirement the levels and the field of each alternative."""
    upper = {"higher", "postgraduate"}
    higher = [(upper, LIBRARY)]
    if readings["pedagogical-in-any-subject"] == "accepted":
        higher.append((upper, TEACHING))
    middle = [({"technical-vocational"}, LIBRARY)]
    if readings["post-secondary-on-middle-ladder"] == "accepted":
        middle.append(({"post-secondary"}, LIBRARY))
    if readings["above-technical-on-middle-ladder"] == "accepted":
        middle.append((upper, LIBRARY))
    lowest = list(middle)
    if readings["truncated-alternative"] == "technical-pedagogical":
        lowest.append(({"technical-vocational"}, TEACHING))
    if readings["truncated-alternative"] == "any-education-in-profile":
        lowest.append((set(LEVELS), LIBRARY))
    return {"higher": higher, "middle": middle, "lowest": lowest}


def fits(credential: Credential, accepted: list[tuple[set[str], str]]) -> tuple[bool, bool]:
    """Whether it fits for sure, and whether it may."""
    inside, perhaps = SURELY.get(credential.field), PERHAPS.get(credential.field)
    reached = [wanted for levels, wanted in accepted if credential.here() in levels]
    return inside in reached, inside in reached or perhaps in reached


def education(profile: Profile, accepted: list[tuple[set[str], str]], readings: Readings) -> Status:
    if not profile.credentials:
        return Status.NOT_SHOWN
    maybe = False
    for credential in profile.credentials:
        (sure, possible), (now, perhaps) = fits(credential, accepted), credential.may_be_awarded()
        if sure and now and credential.counts(readings):
            return Status.MET
        maybe = maybe or (possible and perhaps)
    return Status.NOT_SHOWN if maybe else Status.NOT_MET


def service(profile: Profile, step: str, readings: Readings) -> Status:
    if not profile.work:
        return Status.NOT_SHOWN
    counting = {"school-librarian"}
    if readings["college-service"] == "counted":
        counting.add("college-librarian")
    if readings["library-head-service"] == "counted":
        counting.add("school-library-head")
    all_years = max((years for post, years in profile.work if post in counting), default=0)
    limits = [all_years]
    known = True
    if readings["service-before-diploma"] == "not-counted":
        every = [way for several in ways(readings).values() for way in several]
        days = [
            c.last() if c.awarded else date.min
            for c in profile.credentials
            if fits(c, every)[0] and c.counts(readings)
        ]
        known = bool(days)
        limits += [whole_years(min(days))] if days else []
    if readings["service-years"] == "since-previous-category" and step in BELOW:
        wanted = {f"{ladder}-{BELOW[step]}" for ladder in LADDERS}
        granted = [years for category, years in profile.grants if category in wanted]
        known = known and bool(granted)
        limits += [max(granted)] if granted else []
    if min(limits) < YEARS[step]:
        return Status.NOT_MET  # also from the day that is stated, where another one is not
    return Status.MET if known else Status.NOT_SHOWN


def whole_years(since: date) -> int:
    return max(ON.year - since.year - ((ON.month, ON.day) < (since.month, since.day)), 0)


def judge(profile: Profile, readings: Readings) -> dict[str, Status]:
    """Each category's status."""
    known = {ACTS.get(item, item) for item in profile.knowledge}
    if readings["successor-act"] == "accepted":
        known |= {SUCCESSORS[item] for item in profile.knowledge & SUCCESSORS.keys()}
    if readings["fundamentals-are-one"] == "same" and known & FUNDAMENTALS:
        known |= FUNDAMENTALS
    accepted = ways(readings)
    found = {}
    for ladder in LADDERS:
        asked = set(EVERYBODY)
        statuses = [
            education(profile, accepted["higher" if ladder == "higher" else "lowest"], readings)
        ]
        for step in STEPS:
            if (ladder, step) in {("higher", "first"), ("middle", "second")}:
                asked |= ADDED
            if (ladder, step) == ("middle", "second"):
                statuses.append(education(profile, accepted["middle"], readings))
            if YEARS[step]:
                statuses.append(service(profile, step, readings))
            all_ = [*statuses, *([] if asked <= known else [Status.NOT_SHOWN])]
            worst = (s for s in (Status.NOT_MET, Status.NOT_SHOWN) if s in all_)
            found[f"{ladder}-{step}"] = next(worst, Status.MET)
    return found


def before(years: int) -> str:
    return ON.replace(year=ON.year - years).isoformat()


def written(profile: Profile, number: int) -> dict[str, Any]:
    kinds = ("snb", "esco")
    return {
        "id": f"urn:x:{number}",
        "credentials": [
            {
                "level": c.level,
                "field": f"http://data.europa.eu/{kinds[n % 2]}/isced-f/{c.field}"
                if c.field.isdigit()
                else c.field,
                "awarded": c.awarded or None,
                "country": c.country or None,
                "recognised": c.recognised or None,
            }
            for n, c in enumerate(profile.credentials)
        ],
        "knowledge": [
            f"{ID}act/{k}" if k[-1] in "_0123456789" else k for k in sorted(profile.knowledge)
        ],
        "employments": [{"position": p, "start": before(y)} for p, y in profile.work],
        "holds": [
            {"category": f"librarian/{category}", "granted": before(years)}
            for category, years in profile.grants
        ],
    }


awards = st.sampled_from(
    [
        *("", "2026-11-21", "2026-11-22", "2026-11-23", "2026", "2026-11", "2026-12", "2027"),
        *("2022-11-22", "2022-11-23", "2021", "2021-11", "2000-01-01"),
    ]
)
fields = st.sampled_from([*SURELY, *PERHAPS, *NEITHER])
countries = st.sampled_from(["", "", "", "KZ", "DE"])
recognitions = st.sampled_from(["", "2020-01-01", "2026-11-22", "2026-11-23"])
levels = st.sampled_from([*LEVELS, *LEVELS, *SURE_CHAINS])
credentials = st.lists(
    st.builds(Credential, levels, fields, awards, countries, recognitions), max_size=3
)
left_out = st.sets(st.sampled_from(sorted(EVERYBODY | ADDED)), max_size=1)
acts = st.sets(st.sampled_from(sorted(ACTS | SUCCESSORS)), max_size=2)
knowledge = st.tuples(left_out, acts).map(
    lambda pair: frozenset((EVERYBODY | ADDED) - pair[0] | pair[1])
)
positions = st.sampled_from(
    ["school-librarian", "college-librarian", "school-library-head", "public-librarian"]
)
works = st.lists(st.tuples(positions, st.integers(1, 6)), max_size=2)
grants = st.lists(
    st.tuples(
        st.sampled_from([f"{ladder}-{step}" for ladder in LADDERS for step in STEPS]),
        st.integers(1, 6),
    ),
    max_size=3,
)
profiles_ = st.builds(
    Profile,
    credentials.map(tuple),
    knowledge,
    works.map(tuple),
    grants.map(tuple),
)
choices = st.fixed_dictionaries(
    {name: st.sampled_from(options) for name, options in OPTIONS.items()}
)


@settings(max_examples=12, deadline=None)
@given(st.lists(profiles_, min_size=4, max_size=8), choices)
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
