"""What the tests of interchange share: the names of our graph, and people out of a table."""

import io
from collections.abc import Callable

import pytest

from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.profile.checks import Checker
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.tables import check, read_table
from libonto.profile.model import Candidate
from libonto.profile.vocabulary import Vocabulary

People = Callable[..., list[tuple[Candidate | None, list[str]]]]


@pytest.fixture(scope="session")
def names() -> Names:
    return Names(Vocabulary(Graph(Catalogue.of())))


@pytest.fixture
def people(names: Names) -> People:
    """Each person of a table: the profile, or None and what is wrong, in English."""

    def read(data: str | bytes, name: str = "people.csv", **options: object) -> list:
        raw = data.encode() if isinstance(data, str) else data
        checker = Checker(names.vocabulary)
        found = []
        for result in read_table(io.BytesIO(raw), names, name=name, **options):  # type: ignore[arg-type]
            candidate, problems = check(result, checker)
            found.append((candidate, [problem.message("en") for problem in problems]))
        return found

    return read
