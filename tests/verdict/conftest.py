"""Candidates as plain values, for the tests of what an assessment says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from libonto.graph.terms import ID
from libonto.profile.model import Candidate, Credential, Employment, Grant, HeldDocument
from libonto.public import assessor
from libonto.verdict.model import Assessment
from libonto.verdict.plan import Way

COMMON = [
    "constitution", "law-education", "law-child-rights", "law-languages",
    "law-anti-corruption", "education-regulations", "library-guidance",
    "library-work-fundamentals", "bibliography", "library-technology-processes", "reader-work",
    "pedagogy", "psychology", "economics", "labour-legislation", "occupational-safety",
    "fire-safety",
]  # fmt: skip
ADDED = ["library-work-issues", "librarianship-fundamentals"]

EVIDENCED = (("evidence", "–"),)
"""What is stated of a document that is assumed to be there."""

Job = tuple[str, str, str | None]
Diploma = tuple[str, str, str | None]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def make(
    jobs: list[Job] | None = None,
    diplomas: list[Diploma] | None = None,
    knowledge: list[str] | None = None,
    iri: str = "urn:example:candidate:1",
) -> Candidate:
    """A candidate; what is not given is complete for the higher ladder, but without service."""
    stated = [("higher", "library-science", None)] if diplomas is None else diplomas
    return Candidate(
        iri=iri,
        credentials=tuple(
            Credential(
                f"{ID}education/{level}",
                field if ":" in field else f"{ID}field/{field}",
                _day(awarded),
            )
            for level, field, awarded in stated
        ),
        employments=tuple(
            Employment(
                post if ":" in post else f"{ID}position/{post}-librarian",
                date.fromisoformat(first),
                _day(last),
            )
            for post, first, last in jobs or []
        ),
        knowledge=tuple(
            f"{ID}act/{item}" if item[0].isupper() else f"{ID}knowledge/{item}"
            for item in (COMMON + ADDED if knowledge is None else knowledge)
        ),
    )


def after_way(way: Way, candidate: Candidate) -> Candidate:
    """The candidate as if the way had been gone, by the first of what each step leaves open."""
    gained = tuple(Credential(d.levels[0], d.fields[0]) for d in way.diplomas)
    firsts = {(lack.kind, lack.things[0]): None for lack in way.obtain}
    resumed = way.resumption
    begun = (Employment(resumed.positions[0], resumed.start),) if resumed else ()
    return replace(
        candidate,
        credentials=(*candidate.credentials, *gained),
        employments=(*candidate.employments, *begun),
        knowledge=tuple(sorted({*candidate.knowledge, *way.learn})),
        holds=(*candidate.holds, *(Grant(t) for kind, t in firsts if kind == "category")),
        documents=(
            *candidate.documents,
            *(HeldDocument(t, details=EVIDENCED) for kind, t in firsts if kind != "category"),
        ),
    )


@pytest.fixture(scope="session")
def candidate() -> Callable[..., Candidate]:
    return make


@pytest.fixture(scope="session")
def assess() -> Callable[..., Assessment]:
    """One candidate's assessment on a day, under the defaults but for the readings named."""

    def judged(someone: Candidate, on: str, **readings: str) -> Assessment:
        chosen = {name.replace("_", "-"): option for name, option in readings.items()}
        (found,) = assessor().assess([someone], on=date.fromisoformat(on), readings=chosen)
        return found

    return judged


@pytest.fixture(scope="session")
def common() -> list[str]:
    return list(COMMON)


@pytest.fixture(scope="session")
def everything() -> list[str]:
    return COMMON + ADDED
