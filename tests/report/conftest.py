"""Assessments to report on, made once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from libonto.graph.terms import ID
from libonto.profile.model import Candidate, Credential, Employment
from libonto.public import assessor
from libonto.verdict.model import Assessment

ON = date(2026, 11, 22)
ASKED = f"{ID}category/librarian/higher-first"

SOMEONE = Candidate(
    iri="urn:example:candidate:1",
    name="Әлия Ғұмарқызы Қөшімова",
    credentials=(
        Credential(
            f"{ID}education/higher",
            f"{ID}field/library-science",
            date(2015, 6, 30),
            details=(("awardedBy", "Қазақ ұлттық қыздар университеті"),),
        ),
    ),
    employments=(
        Employment(
            f"{ID}position/school-librarian",
            date(2023, 9, 1),
            details=(("employer", "№ 5 мектеп"),),
        ),
        Employment(f"{ID}position/college-librarian", date(2019, 9, 1), date(2022, 8, 31)),
    ),
    knowledge=(f"{ID}act/K2600000000", f"{ID}knowledge/bibliography"),
    source="profile.json",
)


@pytest.fixture(scope="session")
def someone() -> Candidate:
    return SOMEONE


@pytest.fixture(scope="session")
def judged() -> Callable[..., list[Assessment]]:
    """Assessments of the sample candidate, with what is given in the place of its own."""

    def assessed(*changes: dict[str, Any], asked: str | None = None) -> list[Assessment]:
        people = [replace(SOMEONE, **change) for change in changes or ({},)]
        return assessor().assess(people, on=ON, category=asked)

    return assessed


@pytest.fixture(scope="session")
def asked() -> str:
    return ASKED
