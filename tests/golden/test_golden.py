"""Every output is as it was accepted last; ``python -m tests.golden`` accepts what changed."""

import difflib
from typing import Any

import pytest
from tests.golden.cases import EXPECTED, cases

MOST_LINES = 60


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        full = metafunc.config.getoption("--full")
        chosen = [case for case in cases() if full or case.quick]
        metafunc.parametrize("case", chosen, ids=[case.name for case in chosen])


@pytest.mark.every_case
def test_the_output_is_as_accepted(case: Any, server: Any) -> None:
    made = case.make(server.http).splitlines()
    accepted = case.path.read_text("utf-8").splitlines() if case.path.exists() else []
    difference = list(difflib.unified_diff(accepted, made, "accepted", "made", lineterm="", n=1))
    if difference:
        more = len(difference) - MOST_LINES
        shown = "\n".join(difference[:MOST_LINES]) + (f"\n… {more} lines more" if more > 0 else "")
        pytest.fail(
            f"{case.name} changed; if wanted: python -m tests.golden\n{shown}", pytrace=False
        )


def test_every_file_belongs_to_a_case() -> None:
    assert set(EXPECTED.rglob("*.txt")) == {case.path for case in cases()}
