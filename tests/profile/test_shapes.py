"""`shapes/candidate.ttl` and the reader say the same of the profiles in the two folders.

`well-formed/` and `malformed/` hold the profiles: the folder is the expectation, and a comment
`# says:` is part of what the reader says of a malformed one.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph

from libonto.errors import JudgeError, LibontoError, ProfileError

Read = Callable[..., list[Any]]
Refuse = Callable[..., LibontoError]
Results = Callable[[Graph], list[str]]

HERE = Path(__file__).parent
WELL_FORMED = sorted((HERE / "well-formed").glob("*.ttl"))
MALFORMED = sorted((HERE / "malformed").glob("*.ttl"))
OPEN_WORLD = "SHACL Core closes a shape only to all foreign properties and classes too"

NOT_FOR_SHACL = {
    "misspelt-property": OPEN_WORLD,
    "misspelt-class": OPEN_WORLD,
    "undefined-thing-of-ours": OPEN_WORLD,
}
"""What the reader refuses and a shape cannot tell, each with the reason."""

LITERALS_FIRST = {
    "a-day-that-does-not-exist": "the engine compares the days and stops",
    "award-with-a-time-zone": "rdflib drops the time zone before the pattern is looked at",
    "start-with-a-time-zone": "rdflib drops the time zone before the pattern is looked at",
    "end-without-leading-noughts": "the engine compares the days and stops",
}
"""What depends on the engine's own reading of dates: the reader checks literals before."""


def results(path: Path, shape_results: Results) -> list[str]:
    return shape_results(Graph().parse(path))


def named(path: Path) -> str:
    return path.stem


def test_there_is_something_to_compare() -> None:
    assert len(WELL_FORMED) > 10
    assert len(MALFORMED) > 40
    assert {*NOT_FOR_SHACL, *LITERALS_FIRST} <= {path.stem for path in MALFORMED}


@pytest.mark.parametrize("path", WELL_FORMED, ids=named)
def test_a_well_formed_profile_is_accepted_by_both(
    path: Path, shape_results: Results, read: Read
) -> None:
    assert read(path.read_bytes())
    assert results(path, shape_results) == []


@pytest.mark.parametrize("path", MALFORMED, ids=named)
def test_a_malformed_profile_is_refused_by_both(
    path: Path, shape_results: Results, refuse: Refuse
) -> None:
    text = path.read_text("utf-8")
    (says,) = [line[8:] for line in text.splitlines() if line.startswith("# says: ")]
    error = refuse(text)
    assert isinstance(error, ProfileError)
    assert says in error.message("en")
    if path.stem in NOT_FOR_SHACL:
        assert results(path, shape_results) == [], "SHACL can tell after all"
    elif path.stem not in LITERALS_FIRST:
        assert results(path, shape_results)


@pytest.mark.parametrize("name", LITERALS_FIRST)
def test_the_engine_is_not_trusted_with_odd_dates(name: str, shape_results: Results) -> None:
    """Whatever it does, refuse, stop or accept, a profile reaches it only after the reader."""
    try:
        found = results(HERE / "malformed" / f"{name}.ttl", shape_results)
    except JudgeError as error:
        assert error.key == "engine-failed"
    else:
        assert all("shape" in shape for shape in found)
