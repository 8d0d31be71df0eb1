"""How much a run tries: the quick run a sample of each test's cases, the full run all of them.

This is the only place that decides it. `pytest --full` is the full run. In the quick run a test
with many cases keeps a few; `@pytest.mark.sampled(each="path")` keeps one for each value of a
parameter, `@pytest.mark.every_case` all (for what is cheap and finds much). Tests that drive a
browser or a reasoner, or start a server or processes of their own, take turns (`TURNS`). Samples
and generated profiles follow the day, which the header tells, so that each day tries others and a
failure can be had again with ``--day``.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.util import find_spec
from typing import Any, TypeVar
from zlib import crc32

import hypothesis
import pytest

CASES = 2
"""Cases of a parametrised test in the quick run."""
EXAMPLES = 10
"""Of how many generated examples of the full run the quick run tries one."""
HEAVY = (
    "tests/owl/",
    "tests/pages/test_browser.py",
    "tests/pages/",
    "tests/golden/",
    "tests/stores/",
    "tests/ontology/",
    "tests/cli/",
)
"""What takes long begins first, so that no processor waits for it at the end."""
TURNS = {"browser": 5, "reasoner": 5, "serve": 5, "processes": 5}
"""Of the tests that use a costly fixture, or are marked so: the quick run takes one in so many.

They take turns by the day: each comes within so many days. A file of which all would be left out
keeps one.
"""
EXTRAS = ("sssom",)
"""Heavy packages that a test or two need; the full run installs them."""
SPREAD = ("tests/owl/test_two_witnesses.py", "tests/batch/test_differential.py")
"""Modules whose cases may go to several workers; any other stays on one, with its fixtures."""

full = False
"""Whether this is the full run; set before anything is collected, as the seed is."""
seed = 0
"""The day as a number."""

T = TypeVar("T")


def configure(*, whole: bool, day: str | None) -> None:
    """Begin a run; the day is today unless another is given."""
    global full, seed
    full = whole
    seed = int((day or date.today().isoformat()).replace("-", ""))


def header() -> str:
    """What the run says of itself."""
    day = date.fromisoformat(str(seed))
    if full:
        return f"full run; what is generated follows the day, {day}"
    turns = ", ".join(f"{name} 1 in {number}" for name, number in TURNS.items())
    found = (
        f"quick run: a sample of each test's cases, by the day {day}; all of them: make test-all"
        f"\nof the tests with what is costly: {turns}"
    )
    missing = [name for name in EXTRAS if find_spec(name) is None]
    return found + "".join(f"\nleft out: what needs the extra {name}" for name in missing)


def size(whole: int, quick: int) -> int:
    """How many of something are tried: `whole` in the full run."""
    return whole if full else quick


def some(things: Sequence[T], quick: int) -> Sequence[T]:
    """All of them, or a sample of `quick` in the quick run."""
    return things if full else random.Random(seed).sample(things, quick)


def examples(whole: int, **more: Any) -> hypothesis.settings:
    """Settings of a property test that tries `whole` examples in the full run."""
    count = size(whole, max(3, whole // EXAMPLES))
    return hypothesis.settings(max_examples=count, deadline=None, **more)


def left_out(item: pytest.Item) -> bool:
    """Whether the quick run goes without a test: its extra is missing, or it is marked so."""
    mark = item.get_closest_marker("extra")
    missing = mark is not None and find_spec(mark.args[0]) is None
    return not full and (missing or item.get_closest_marker("full_run") is not None)


def sampled(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The items of a quick run: of every test whose turn it is at least one case."""
    by_test: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if not left_out(item):
            by_test[item.nodeid.partition("[")[0]].append(item)
    kept: list[pytest.Item] = []
    for name, cases in in_turn(by_test).items():
        mark = cases[0].get_closest_marker("sampled")
        # One draw for a module: tests with the same cases keep the same ones, and their fixtures.
        chance = random.Random(f"{seed} {name.partition('::')[0]}")
        if cases[0].get_closest_marker("every_case"):
            kept += cases
        elif mark is not None and "each" in mark.kwargs:
            values: dict[str, list[pytest.Item]] = defaultdict(list)
            for case in cases:
                assert isinstance(case, pytest.Function)
                values[str(case.callspec.params[mark.kwargs["each"]])].append(case)
            kept += [chance.choice(group) for group in values.values()]
        else:
            most = mark.args[0] if mark is not None else CASES
            chosen = set(chance.sample(range(len(cases)), min(most, len(cases))))
            kept += [case for place, case in enumerate(cases) if place in chosen]
    return kept


def in_turn(by_test: Mapping[str, list[pytest.Item]]) -> dict[str, list[pytest.Item]]:
    """The tests of today: all that are cheap, and of the others those whose turn it is."""
    day = date.fromisoformat(str(seed)).toordinal()
    waiting: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, cases in by_test.items():
        if kind := costly(cases[0]):
            waiting[name.partition("::")[0], kind].append(name)
    today = set(by_test) - {name for names in waiting.values() for name in names}
    files = {name.partition("::")[0] for name in today}
    for (file, kind), names in waiting.items():
        turn = (day + crc32(file.encode())) % TURNS[kind]
        chosen = names[turn :: TURNS[kind]]
        if not chosen and file not in files:
            chosen = [names[turn % len(names)]]
        today.update(chosen)
        files.update({file} if chosen else ())
    return {name: cases for name, cases in by_test.items() if name in today}


def costly(item: pytest.Item) -> str | None:
    """For what of `TURNS` a test takes turns, if it does."""
    assert isinstance(item, pytest.Function)
    return next((k for k in TURNS if k in item.fixturenames or item.get_closest_marker(k)), None)


def arranged(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Heavy modules first; and every module kept on one worker."""
    found = sorted(items, key=_place)
    for item in found:
        module = item.nodeid.partition("::")[0]
        if module not in SPREAD:
            item.add_marker(pytest.mark.xdist_group(module))
    return found


def _place(item: pytest.Item) -> int:
    starts = [number for number, start in enumerate(HEAVY) if item.nodeid.startswith(start)]
    return min(starts, default=len(HEAVY))
