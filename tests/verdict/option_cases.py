"""For each option that is not a default, somebody whose verdict it turns, and somebody beside it.

The neighbour lacks as little as can be (a day, an item, a field) of what the option needs, so
that it changes nothing for them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.verdict.conftest import ADDED, COMMON

from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.profile.model import Candidate
from libonto.public import assessor

ON = date(2026, 11, 22)
Profile = dict[str, Any]
EVERYTHING = [*COMMON, *ADDED]


def credential(level: str, of: str = "library-science", **more: str) -> Profile:
    return {"level": level, "field": of, **more}


def job(start: str, position: str = "school-librarian", end: str | None = None) -> Profile:
    return {"position": position, "start": start} | ({"end": end} if end else {})


def who(*credentials: Profile, jobs: tuple[Profile, ...] = (), **more: Any) -> Profile:
    """Somebody who knows everything, but for what is given otherwise."""
    return {
        "credentials": list(credentials),
        "employments": list(jobs),
        "knowledge": EVERYTHING,
        **more,
    }


def knowing(*others: str, without: str) -> list[str]:
    """Everything but one item, and some others."""
    return [item for item in EVERYTHING if item != without] + list(others)


def held(granted: str) -> list[Profile]:
    return [{"category": "librarian/higher-second", "granted": granted}]


@dataclass(frozen=True)
class Case:
    """An option, the category that it turns, from what (under the default) to what."""

    option: str
    category: str
    before: str
    after: str
    turned: Profile
    near: Profile
    on: date = ON
    readings: dict[str, str] = field(default_factory=dict)

    @property
    def reading(self) -> str:
        return self.option.partition("=")[0]

    @property
    def chosen(self) -> dict[str, str]:
        name, _, option = self.option.partition("=")
        return {name: option}

    def people(self) -> Iterator[Candidate]:
        """The one who is turned, and the neighbour."""
        for name in ("turned", "near"):
            said = {"id": f"urn:example:{self.option.replace('=', ':')}:{name}"}
            document = Document(json.dumps(getattr(self, name) | said).encode(), format="json")
            yield from Reader(assessor().vocabulary).read([document])


HIGHER, TECHNICAL = credential("higher"), credential("technical-vocational")
LONG, OLD_ACT = (job("2000-01-01"),), "https://w3id.org/libonto/id/act/"
CONSTITUTION, SUCCESSOR = OLD_ACT + "K950001000_", OLD_ACT + "K2600000000"
COLLEGE, HEAD = "college-librarian", "school-library-head"
GERMAN = {"country": "DE", "level": "de-dqr/6"}
SAFETY = who(HIGHER, jobs=LONG)
BY_HAND = job("2019-01-01", end="2019-12-31")

CASES = (
    Case(
        "college-service=counted", "higher-second", "not-met", "met",
        who(HIGHER, jobs=(job("2023-11-22", COLLEGE),)),
        who(HIGHER, jobs=(job("2023-11-23", COLLEGE),)),
    ),
    Case(
        "library-head-service=counted", "middle-first", "not-met", "met",
        who(TECHNICAL, jobs=(job("2022-11-22", HEAD),)),
        who(TECHNICAL, jobs=(job("2022-11-23", HEAD),)),
    ),
    Case(
        "service-arithmetic=thirty-day-months", "higher-second", "not-met", "met",
        who(HIGHER, jobs=(BY_HAND, job("2021-01-01"))),
        who(HIGHER, jobs=(BY_HAND, job("2021-01-02"))),
        on=date(2022, 12, 31),
    ),
    Case(
        "truncated-alternative=technical-pedagogical", "middle-none", "not-met", "met",
        who(credential("technical-vocational", "pedagogy")),
        who(credential("post-secondary", "pedagogy")),
    ),
    Case(
        "truncated-alternative=any-education-in-profile", "middle-none", "not-met", "met",
        who(credential("general-secondary")),
        who(credential("general-secondary", "other-field")),
    ),
    Case(
        "post-secondary-on-middle-ladder=not-accepted", "middle-second", "met", "not-met",
        who(credential("post-secondary"), jobs=LONG),
        who(TECHNICAL, jobs=LONG),
    ),
    Case(
        "above-technical-on-middle-ladder=accepted", "middle-second", "not-met", "met",
        who(credential("postgraduate"), jobs=LONG),
        who(credential("postgraduate", "pedagogy"), jobs=LONG),
    ),
    Case(
        "pedagogical-in-any-subject=not-accepted", "higher-none", "met", "not-met",
        who(credential("higher", "pedagogy")),
        who(HIGHER),
    ),
    Case(
        "service-before-diploma=not-counted", "higher-second", "met", "not-met",
        who(HIGHER | {"awarded": "2023-11-23"}, jobs=LONG),
        who(HIGHER | {"awarded": "2023-11-22"}, jobs=LONG),
    ),
    Case(
        "successor-act=not-accepted", "higher-none", "met", "not-shown",
        who(HIGHER, knowledge=knowing(SUCCESSOR, without="constitution")),
        who(HIGHER, knowledge=knowing(CONSTITUTION, without="constitution")),
    ),
    Case(
        "fundamentals-are-one=same", "higher-first", "not-shown", "met",
        who(HIGHER, jobs=LONG, knowledge=knowing(without="librarianship-fundamentals")),
        who(HIGHER, jobs=LONG, knowledge=knowing(without="library-work-issues")),
    ),
    Case(
        "service-years=since-previous-category", "higher-first", "met", "not-met",
        who(HIGHER, jobs=LONG, holds=held("2022-11-23")),
        who(HIGHER, jobs=LONG, holds=held("2022-11-22")),
    ),
    Case(
        "foreign-diploma=by-level", "higher-none", "not-shown", "met",
        who(credential("", "library-science") | GERMAN),
        who(credential("", "other-field") | GERMAN),
    ),
    *(
        Case(f"safety-clause-scope={scope}", "higher-highest", "met", "met", SAFETY, SAFETY)
        for scope in ("higher-ladder", "higher-highest", "college")
    ),
)  # fmt: skip
LACKING = (
    Case(
        "service-before-diploma=not-counted", "higher-second", "not-shown", "not-shown",
        who(credential("higher", "http://data.europa.eu/snb/isced-f/032"), jobs=LONG),
        who(jobs=LONG),
    ),
    Case(
        "service-before-diploma=not-counted", "middle-second", "not-met", "not-met",
        who(credential("higher", "other-field"), jobs=(job("2023-11-22"),)),
        who(credential("higher", "other-field"), jobs=(job("2023-11-23"),)),
    ),
    Case(
        "service-years=since-previous-category", "higher-first", "met", "not-shown",
        who(HIGHER, jobs=LONG),
        who(HIGHER, jobs=LONG, holds=held("2022-11-22")),
    ),
    Case(
        "service-years=since-previous-category", "higher-first", "not-met", "not-met",
        who(HIGHER, jobs=(job("2022-11-23"),)),
        who(HIGHER, jobs=(job("2022-11-23"),), holds=held("2022-11-24")),
    ),
)  # fmt: skip
"""Where the day to count from, or the diploma, is not stated: it cannot be told, or falls short."""
