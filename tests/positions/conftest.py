"""The test profiles: the folder and the file's name are the expectation.

``POSITION/STATUS/CATEGORY--what-it-shows.ttl`` is judged for that category. Comment lines of
the form ``# key: value`` say the rest; they were worked out by hand from the contract:

``on``        the day of assessment
``reading``   a reading's option, ``NAME=OPTION`` (a line for each)
``unmet``     every requirement of the category that is not met, ``SLUG=STATUS``
``service``   the service counted, such as ``P2Y11M30D``
``earliest``  ``earliestOn``, or ``never``
``depends``   ``dependsOnReadings``, or ``none``
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
STATUSES = ("met", "not-met", "not-shown")
KEYS = {"on", "reading", "unmet", "service", "earliest", "depends"}
HEADER = re.compile(r"# ([a-z]+): (\S.*)")
NAME = re.compile(r"([a-z]+-[a-z]+)--[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Case:
    """One profile, what it is judged by, and what must come out (None: not said)."""

    path: Path
    position: str
    category: str
    status: str
    on: date
    readings: dict[str, str]
    unmet: dict[str, str]
    service: str | None
    earliest: str | None
    depends: tuple[str, ...] | None

    @classmethod
    def read(cls, path: Path) -> "Case":
        said: dict[str, list[str]] = {key: [] for key in KEYS}
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := HEADER.fullmatch(line):
                assert match[1] in KEYS, f"{path}: {match[1]} is no key"
                said[match[1]].append(match[2])
        name = NAME.fullmatch(path.stem)
        assert name, f"{path}: the name is not CATEGORY--what-it-shows"
        assert len(said["on"]) == 1, f"{path}: the day of assessment is not said"
        unmet = dict(pair.split("=") for line in said["unmet"] for pair in line.split())
        depends = tuple(said["depends"][0].split()) if said["depends"] else None
        return cls(
            path=path,
            position=path.parent.parent.name,
            category=name[1],
            status=path.parent.name,
            on=date.fromisoformat(said["on"][0]),
            readings=dict(pair.split("=") for pair in said["reading"]),
            unmet=unmet,
            service=next(iter(said["service"]), None),
            earliest=next(iter(said["earliest"]), None),
            depends=() if depends == ("none",) else depends,
        )

    def __str__(self) -> str:
        return f"{self.position}-{self.status}-{self.path.stem}"


@cache
def cases() -> tuple[Case, ...]:
    return tuple(Case.read(path) for path in sorted(HERE.glob("*/*/*.ttl")))


@pytest.fixture(scope="session")
def all_cases() -> tuple[Case, ...]:
    return cases()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", cases(), ids=str)
