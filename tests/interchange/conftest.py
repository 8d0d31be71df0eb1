"""What the tests of interchange share: the names of our graph, and people out of a table."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.profile.checks import Checker
from libonto.profile.interchange.foreign import ForeignReader, foreign_kind
from libonto.profile.interchange.imports import Import
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.tables import open_sheets
from libonto.profile.interchange.tables import people as people_of
from libonto.profile.model import Candidate
from libonto.profile.vocabulary import Vocabulary

Take = Callable[..., tuple[Candidate, Import]]
People = Callable[..., list[tuple[Candidate | None, list[str]]]]


@pytest.fixture(scope="session")
def names() -> Names:
    return Names(Vocabulary(Graph(Catalogue.of())))


@pytest.fixture
def people(names: Names) -> People:
    """Each person of a table: the profile, or None and what is wrong, in English."""

    def read(data: str | bytes, name: str = "people.csv", **options: Any) -> list:
        raw = data.encode() if isinstance(data, str) else data
        checker = Checker(names.vocabulary)
        found = []
        for result in people_of(open_sheets(io.BytesIO(raw), name, **options), names):
            if not (result.raw or result.problems):
                continue
            candidate = checker.candidate(result.raw) if result.raw else None
            problems = [*result.problems, *checker.problems]
            checker.problems.clear()
            found.append((candidate, [problem.message("en") for problem in problems]))
        return found

    return read


@pytest.fixture
def take(names: Names) -> Take:
    """The one person of a foreign document, and the report on it; it must be a right profile."""

    def read(document: Any, lang: str = "en") -> tuple[Candidate, Import]:
        kind = foreign_kind(document)
        assert kind is not None
        [made] = ForeignReader(names, lang).read(document, kind, file="f.json")
        checker = Checker(names.vocabulary)
        candidate = checker.candidate(made.raw)
        assert candidate is not None, [p.message("en") for p in checker.problems]
        return candidate, made

    return read
