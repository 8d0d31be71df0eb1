"""The file in which what came of a task is kept: whole, or not there at all.

A line of JSON, then sections of bytes whose lengths it gives. The file takes its name when
all of it is on the disk, so that its presence says that the task is done.
"""

from __future__ import annotations

import json
import os
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from libonto.batch.model import COUNTERS, Fault, Outcome, Tally, Task
from libonto.files import written_whole

_ARRAYS = {"ids": "Q", "nodes": "Q", "counts": "H", "places": "I", "loose": "Q", "keys": "Q"}
_SECTIONS = ("rows", "left_over", "faults", "passed_over", *_ARRAYS, "names", "sheets")


def part_path(folder: Path, task: Task) -> Path:
    """Where a task's part lies."""
    return folder / f"{task.number:06}-{task.revision}.part"


def save(outcome: Outcome, path: Path) -> None:
    """Write a part, whole or not at all.

    The section `keys` has the digests of all subjects, in order, so that those in a range lie
    together.
    """
    keys = array("Q", sorted([*outcome.ids, *outcome.nodes]))
    sections = {"rows": outcome.rows, "left_over": outcome.left_over, "keys": keys.tobytes()}
    sections |= {name: getattr(outcome, name).tobytes() for name in _ARRAYS if name != "keys"}
    sections["names"] = "\n".join(outcome.names).encode()
    sections["sheets"] = json.dumps(outcome.sheets).encode() if outcome.sheets else b""
    for name in ("faults", "passed_over"):
        lines = [json.dumps(asdict(fault), ensure_ascii=False) for fault in getattr(outcome, name)]
        sections[name] = "\n".join(lines).encode()
    tally = dict(vars(outcome.tally))
    head = {
        "task": outcome.task,
        "digest": outcome.digest,
        "claims": outcome.claims,
        "records": outcome.records,
        "people": outcome.people,
        "unnamed": outcome.unnamed,
        "faults": len(outcome.faults),
        "tally": tally,
        "sections": {name: len(sections[name]) for name in _SECTIONS},
    }
    pieces = [json.dumps(head).encode() + b"\n", *(sections[name] for name in _SECTIONS)]
    with written_whole(path) as file:
        file.writelines(pieces)


@dataclass(frozen=True)
class Part:
    """A part on the disk; its sections are read when they are asked for."""

    path: Path
    head: dict[str, Any]
    start: int

    @property
    def tally(self) -> Tally:
        """What it adds to the summary."""
        values = dict(self.head["tally"])
        for name in COUNTERS:
            values[name] = Counter(values[name])
        return Tally(**values)

    @property
    def records(self) -> dict[int, int]:
        """The lines or rows that its task had, by source."""
        return {int(source): int(count) for source, count in self.head["records"].items()}

    @property
    def people(self) -> dict[int, int]:
        """The persons, those with mistakes too, by source."""
        return {int(source): int(count) for source, count in self.head["people"].items()}

    @property
    def claims(self) -> dict[int, int]:
        """The persons who state an IRI of a candidate without an identifier, and its place."""
        return {int(person): int(place) for person, place in self.head["claims"].items()}

    @property
    def unnamed(self) -> bool:
        """Whether it has candidates who are called by their place in the input."""
        return bool(self.head["unnamed"])

    def length(self, section: str) -> int:
        """The bytes of a section."""
        return int(self.head["sections"][section])

    def section(self, name: str) -> bytes:
        """The bytes of a section."""
        with self.opened(name) as file:
            return file.read(self.length(name))

    def opened(self, name: str) -> BinaryIO:
        """The file, at the start of a section."""
        file = self.path.open("rb")
        before = _SECTIONS[: _SECTIONS.index(name)]
        file.seek(self.start + sum(self.length(section) for section in before))
        return file

    def numbers(self, name: str) -> array[int]:
        """A section that is an array."""
        found = array(_ARRAYS[name])
        found.frombytes(self.section(name))
        return found

    def between(self, name: str, first: int, end: int) -> array[int]:
        """The numbers from `first` up to, not including, `end` in a section that is in order."""
        numbers = self.numbers(name)
        return numbers[bisect_left(numbers, first) : bisect_left(numbers, end)]

    def names(self) -> list[str]:
        """The persons' IRIs."""
        return self.section("names").decode().split("\n")

    def owners(self) -> list[int]:
        """The source of each person who is in it for the first time."""
        return [source for source, count in self.people.items() for _ in range(count)]

    def sheets(self) -> dict[int, str]:
        """The sheets of those who stand in one, by the persons' places."""
        found = json.loads(self.section("sheets") or b"{}")
        return {int(place): sheet for place, sheet in found.items()}

    @property
    def fault_count(self) -> int:
        """How much was wrong."""
        return int(self.head["faults"])

    def faults(self, section: str = "faults") -> Iterator[Fault]:
        """What was wrong, or was `passed_over`, one after the other."""
        for line in self.section(section).splitlines():
            yield Fault(**json.loads(line))


def load(path: Path) -> Part:
    """A part; ValueError for a file that is none."""
    with path.open("rb") as file:
        line = file.readline()
        head = json.loads(line)
        part = Part(path, head, len(line))
        file.seek(0, os.SEEK_END)
        if file.tell() != len(line) + sum(head["sections"].values()):
            raise ValueError(f"{path} is not whole")
    return part


def is_whole(path: Path) -> bool:
    """Whether a part is there, with all that its first line says."""
    try:
        load(path)
    except (OSError, ValueError, KeyError):
        return False
    return True
