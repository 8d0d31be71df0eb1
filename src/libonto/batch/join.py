"""Puts the parts together: rows in the order of the input, and the list of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from libonto.batch.parts import Part
from libonto.batch.task_log import UNNAMED_IN


@dataclass(frozen=True)
class Placed:
    """A part, and how many persons, and lines or rows of each source, come before it."""

    part: Part
    before: int
    rows: Mapping[int, int]


def placed(parts: Iterable[Part]) -> list[Placed]:
    """The parts in their order, each with what comes before it."""
    found = []
    before = 0
    rows: dict[int, int] = {}
    for part in parts:
        found.append(Placed(part, before, {source: rows.get(source, 0) for source in part.records}))
        before += sum(part.people.values())
        for source, count in part.records.items():
            rows[source] = rows.get(source, 0) + count
    return found


def rows_of(placed_: Placed) -> bytes:
    """A part's rows, with everybody named."""
    data = placed_.part.section("rows")
    return named(data, placed_.before) if placed_.part.unnamed else data


def copy_rows(placed_: Placed, target: BinaryIO) -> None:
    """Write a part's rows, with everybody named."""
    if placed_.part.unnamed:
        target.write(rows_of(placed_))
        return
    with placed_.part.opened("rows") as file:
        _copy(file, target, placed_.part.length("rows"))


def _copy(file: BinaryIO, target: BinaryIO, length: int) -> None:
    while length:
        data = file.read(min(length, 1 << 20))
        if not data:
            raise EOFError(file.name)
        target.write(data)
        length -= len(data)


def named(data: bytes, before: int) -> bytes:
    """The same, those without an identifier called by their place in the whole input."""

    def name(found: re.Match[bytes]) -> bytes:
        return f"urn:libonto:candidate:{before + int(found[1])}".encode()

    return UNNAMED_IN.sub(name, data)
