"""The file in which what came of a task is kept, and the parts put together in their order.

A part is a line of JSON, then sections of bytes whose lengths it gives. The file takes its name
when all of it is on the disk, so that its presence says that the task is done.
"""

from __future__ import annotations

import json
import os
import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from libonto.batch.model import COUNTERS, Fault, Tally, Task, TaskOutcome
from libonto.files import written_whole

_ARRAYS = {"ids": "Q", "nodes": "Q", "counts": "H", "places": "I", "loose": "Q", "keys": "Q"}
_SECTIONS = ("rows", "left_over", "faults", "passed_over", *_ARRAYS, "names", "sheets")

UNNAMED = "urn:libonto:candidate:~{}~"
"""A candidate without an identifier, by the place within the task; the whole input's place is
filled in when all tasks are done."""
UNNAMED_PREFIX = UNNAMED.partition("{")[0]
_UNNAMED_IN = re.compile(rb"urn:libonto:candidate:~(\d+)~")


def part_path(folder: Path, task: Task) -> Path:
    """Where a task's part lies."""
    return folder / f"{task.number:06}-{task.revision}.part"


def save(outcome: TaskOutcome, path: Path) -> None:
    """Write a part, whole or not at all.

    The section `keys` has the digests of all subjects, in order, so that those in a range lie
    together.
    """
    arrays = {name: getattr(outcome, name) for name in _ARRAYS if name != "keys"}
    arrays["keys"] = array("Q", sorted([*outcome.ids, *outcome.nodes]))
    sections = {
        "rows": outcome.rows,
        "left_over": outcome.left_over,
        "names": "\n".join(outcome.names).encode(),
        "sheets": json.dumps(outcome.sheets).encode(),
        **{name: values.tobytes() for name, values in arrays.items()},
    }
    for name, faults in (("faults", outcome.faults), ("passed_over", outcome.passed_over)):
        lines = [json.dumps(asdict(fault), ensure_ascii=False) for fault in faults]
        sections[name] = "\n".join(lines).encode()
    head = {
        "digest": outcome.digest,
        "claims": outcome.claims,
        "records": outcome.records,
        "people": outcome.people,
        "unnamed": outcome.unnamed,
        "faults": len(outcome.faults),
        "tally": vars(outcome.tally),
        "sections": {name: len(sections[name]) for name in _SECTIONS},
    }
    with written_whole(path) as file:
        file.write(json.dumps(head).encode() + b"\n")
        file.writelines(sections[name] for name in _SECTIONS)


class PartFile:
    """A part on the disk; its sections are read when they are asked for.

    `records` are the lines or rows that its task had, by source; `people` the persons, those with
    mistakes too, by source; `claims` those who state an IRI of a candidate without an identifier,
    and its place; `unnamed` says whether it has such candidates.
    """

    def __init__(self, path: Path) -> None:
        """Read the head; ValueError for a file that is no part, or not whole."""
        self._path = path
        with path.open("rb") as file:
            line = file.readline()
            head = json.loads(line)
            file.seek(0, os.SEEK_END)
            if file.tell() != len(line) + sum(head["sections"].values()):
                raise ValueError(f"{path} is not whole")
        self._start = len(line)
        self._lengths: dict[str, int] = head["sections"]
        self._tally: dict[str, Any] = head["tally"]
        self.digest: str = head["digest"]
        self.unnamed: bool = head["unnamed"]
        self.fault_count: int = head["faults"]
        self.records = _by_number(head["records"])
        self.people = _by_number(head["people"])
        self.claims = _by_number(head["claims"])

    @cached_property
    def count(self) -> int:
        """How many persons it has."""
        return sum(self.people.values())

    @property
    def tally(self) -> Tally:
        """What it adds to the summary."""
        return Tally(**self._tally | {name: Counter(self._tally[name]) for name in COUNTERS})

    def length(self, section: str) -> int:
        """The bytes of a section."""
        return self._lengths[section]

    def section(self, name: str) -> bytes:
        """The bytes of a section."""
        with self._opened(name) as file:
            return file.read(self._lengths[name])

    def _opened(self, name: str) -> BinaryIO:
        """The file, at the start of a section."""
        file = self._path.open("rb")
        before = _SECTIONS[: _SECTIONS.index(name)]
        file.seek(self._start + sum(self._lengths[section] for section in before))
        return file

    def numbers(self, name: str) -> array[int]:
        """A section that is an array."""
        return array(_ARRAYS[name], self.section(name))

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
        return _by_number(json.loads(self.section("sheets") or b"{}"))

    def faults(self, section: str = "faults") -> Iterator[Fault]:
        """What was wrong, or was `passed_over`, one after the other."""
        for line in self.section(section).splitlines():
            yield Fault(**json.loads(line))


def _by_number(found: Mapping[str, Any]) -> dict[int, Any]:
    """A mapping whose keys were numbers before they stood in JSON."""
    return {int(number): value for number, value in found.items()}


def load(path: Path) -> PartFile | None:
    """A part; None where there is none, with all that its first line says."""
    try:
        return PartFile(path)
    except (OSError, ValueError, KeyError):
        return None


@dataclass(frozen=True)
class Placed:
    """A part, and how many persons, and lines or rows of each source, come before it."""

    part: PartFile
    before: int
    rows: Mapping[int, int]

    def rows_named(self) -> bytes:
        """The part's rows of output, with everybody named."""
        data = self.part.section("rows")
        return named(data, self.before) if self.part.unnamed else data


def placed(parts: Iterable[PartFile]) -> list[Placed]:
    """The parts in their order, each with what comes before it."""
    found = []
    before = 0
    rows: dict[int, int] = {}
    for part in parts:
        found.append(Placed(part, before, {source: rows.get(source, 0) for source in part.records}))
        before += part.count
        for source, count in part.records.items():
            rows[source] = rows.get(source, 0) + count
    return found


def named(data: bytes, before: int) -> bytes:
    """The same, those without an identifier called by their place in the whole input."""

    def name(found: re.Match[bytes]) -> bytes:
        return f"urn:libonto:candidate:{before + int(found[1])}".encode()

    return _UNNAMED_IN.sub(name, data)
