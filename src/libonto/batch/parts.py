"""The files in which the outcomes of tasks are kept, and the parts put together in their order.

A part is a line of JSON, then sections of bytes whose lengths it gives. The file takes its name
when all of it is on the disk, so that its presence says that the task is done.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from libonto.batch.model import Fault, Tally, Task, TaskOutcome
from libonto.files import written_whole

_ARRAYS = {"ids": "Q", "nodes": "Q", "counts": "H", "places": "I", "loose": "Q", "keys": "Q"}
_SECTIONS = ("left_over", "faults", "passed_over", *_ARRAYS, "names", "sheets", "rows")
_BLOCK = 1 << 20
"""Bytes of rows that are copied at once."""

UNNAMED = "urn:libonto:candidate:~{}~"
"""A candidate without an identifier, by the place within the task; the whole input's place is
filled in when all tasks are done."""
UNNAMED_PREFIX = UNNAMED.partition("{")[0]
_UNNAMED_IN = re.compile(rb"urn:libonto:candidate:~(\d+)~")


def part_path(folder: Path, task: Task) -> Path:
    """The path of a task's part."""
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
        **{name: numbers.tobytes() for name, numbers in arrays.items()},
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
    """A part on the disk; its sections are read when they are used.

    `records`, `people`, `claims`, `unnamed` and `tally` are as in the outcome. `before` is how many
    persons come before it in the input, `rows_before` how many lines or rows of each source.
    """

    def __init__(self, path: Path) -> None:
        """Read the head; ValueError for a file that is no part, or not whole."""
        self._path = path
        with path.open("rb") as file:
            line = file.readline()
            head = json.loads(line)
            file.seek(0, os.SEEK_END)
            # The part of another version, of which the sections stand otherwise, is done again.
            whole = file.tell() == len(line) + sum(head["sections"].values())
            if not whole or tuple(head["sections"]) != _SECTIONS:
                raise ValueError(f"{path} is not whole")
        self._start = len(line)
        self._lengths: dict[str, int] = head["sections"]
        self.tally = Tally(**head["tally"])
        self.digest: str = head["digest"]
        self.unnamed: bool = head["unnamed"]
        self.fault_count: int = head["faults"]
        self.records = _by_number(head["records"])
        self.people = _by_number(head["people"])
        self.claims = _by_number(head["claims"])
        self.before = 0
        self.rows_before: Mapping[int, int] = {}

    @cached_property
    def count(self) -> int:
        """The number of its persons."""
        return sum(self.people.values())

    def length(self, section: str) -> int:
        """The bytes of a section."""
        return self._lengths[section]

    def section(self, name: str) -> bytes:
        """The content of a section."""
        before = _SECTIONS[: _SECTIONS.index(name)]
        with self._path.open("rb") as file:
            file.seek(self._start + sum(self._lengths[section] for section in before))
            return file.read(self._lengths[name])

    def rows(self) -> bytes:
        """The rows of output, each candidate without an identifier numbered."""
        rows = self.section("rows")
        return named(rows, self.before) if self.unnamed else rows

    def copy_rows(self, target: BinaryIO) -> None:
        """Write the rows of output, as `rows` gives them."""
        if self.unnamed:
            target.write(self.rows())
            return
        with self._path.open("rb") as file:
            file.seek(-self._lengths["rows"], os.SEEK_END)  # they are the last section
            shutil.copyfileobj(file, target, _BLOCK)

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
        """The source of each person."""
        return [source for source, count in self.people.items() for _ in range(count)]

    def sheets(self) -> dict[int, str]:
        """The sheets of a workbook's persons, by the persons' places."""
        return _by_number(json.loads(self.section("sheets") or b"{}"))

    def faults(self, section: str = "faults") -> Iterator[Fault]:
        """The faults, or what was `passed_over`, one after the other."""
        for line in self.section(section).splitlines():
            yield Fault(**json.loads(line))


def _by_number(counts: Mapping[str, Any]) -> dict[int, Any]:
    """A mapping whose keys were numbers before they were written as JSON."""
    return {int(number): count for number, count in counts.items()}


def in_sequence(parts: Sequence[PartFile]) -> Sequence[PartFile]:
    """The parts, told how many persons and rows come before each."""
    before = 0
    rows: Counter[int] = Counter()
    for part in parts:
        part.before, part.rows_before = before, {source: rows[source] for source in part.records}
        before += part.count
        rows.update(part.records)
    return parts


def named(text: bytes, before: int) -> bytes:
    """The same text, candidates without an identifier named by their place in the input."""

    def name(match: re.Match[bytes]) -> bytes:
        return f"urn:libonto:candidate:{before + int(match[1])}".encode()

    return _UNNAMED_IN.sub(name, text)
