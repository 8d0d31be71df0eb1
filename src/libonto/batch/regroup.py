"""Statements that stand scattered, brought together by candidate on the disk.

Whatever the size and the order of the input, memory holds one bucket at a time. First every
statement goes to its subject's bucket, and every link to a credential or an employment to
the bucket of what it links to; so each bucket knows to whom its subjects belong. Then the
statements go to their owners' buckets, and each of these is written sorted by where its
candidates first appear; the sorted pieces are merged.
"""

from __future__ import annotations

import heapq
import struct
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from libonto.batch.statements import StatementCache
from libonto.graph.terms import NS

Statement = tuple[int, bytes]
"""Where a line stands in the input, for order, and the line."""

BUCKET = 32 * 1024 * 1024
_MOST = 200
_RECORD = struct.Struct("<QIIB")
_LINE, _CLAIM = 0, 1
_CANDIDATE = NS.encode() + b"Candidate>"


def regroup(
    lines: Iterable[Statement], size: int, target: Path, aim: int, terms: StatementCache
) -> list[tuple[int, int]]:
    """Write the lines candidate by candidate; `size` is about how many bytes they are.

    Returns the spans of the file, of about `aim` bytes, that end between two candidates.
    """
    folder = target.with_name(target.name + ".buckets")
    folder.mkdir(exist_ok=True)
    count = min(_MOST, size // BUCKET + 1)
    subjects = _Buckets(folder, "subjects", count)
    with subjects:
        for place, line in lines:
            _sort_in(subjects, place, line, terms)
    owners = _Buckets(folder, "owners", count)
    with owners:
        for number in range(count):
            _hand_on(subjects.read(number), owners)
            subjects.path(number).unlink()
    runs = [_sorted_run(owners, number, folder) for number in range(count)]
    spans = _merged(runs, target, aim)
    for run in runs:
        run.unlink()
    folder.rmdir()
    return spans


class _Buckets:
    """Files of records: a place, a key, a line, and whether the record is a claim."""

    def __init__(self, folder: Path, name: str, count: int) -> None:
        self._folder = folder
        self._name = name
        self.count = count
        self._stack = ExitStack()
        self._files: list[BinaryIO] = []

    def __enter__(self) -> _Buckets:
        for number in range(self.count):
            self._files.append(self._stack.enter_context(self.path(number).open("wb")))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def path(self, number: int) -> Path:
        return self._folder / f"{self._name}-{number}"

    def add(self, key: bytes, place: int, line: bytes, kind: int = _LINE) -> None:
        file = self._files[crc32(key) % self.count]
        file.write(_RECORD.pack(place, len(key), len(line), kind) + key + line)

    def read(self, number: int) -> Iterator[tuple[bytes, int, bytes, int]]:
        with self.path(number).open("rb") as file:
            while head := file.read(_RECORD.size):
                place, key, line, kind = _RECORD.unpack(head)
                yield file.read(key), place, file.read(line), kind


def _sort_in(buckets: _Buckets, place: int, line: bytes, terms: StatementCache) -> None:
    """A statement to its subject's bucket; a link also to that of what it links to."""
    subject, _, rest = line.partition(b" ")
    link = terms.link(rest)
    buckets.add(subject, place, line)
    if link is not None:
        buckets.add(link, place, subject, _CLAIM)


def _hand_on(records: Iterable[tuple[bytes, int, bytes, int]], owners: _Buckets) -> None:
    """Every statement to the candidate that links to its subject, else to the subject itself."""
    lines: dict[bytes, list[Statement]] = {}
    claims: dict[bytes, dict[bytes, None]] = {}
    for key, place, line, kind in records:
        if kind == _CLAIM:
            claims.setdefault(key, {})[line] = None
        else:
            lines.setdefault(key, []).append((place, line))
    for subject, statements in lines.items():
        linked_from = claims.get(subject, {})
        own = not linked_from or any(_CANDIDATE in line for _, line in statements)
        for owner in [*linked_from, *([subject] if own else [])]:
            for place, line in statements:
                owners.add(owner, place, line)


def _sorted_run(owners: _Buckets, number: int, folder: Path) -> Path:
    groups: dict[bytes, list[Statement]] = {}
    for owner, place, line, _ in owners.read(number):
        groups.setdefault(owner, []).append((place, line))
    owners.path(number).unlink()
    blocks = []
    for owner, statements in groups.items():
        statements.sort(key=lambda statement: statement[0])
        head = owner + b" "
        first = next((p for p, line in statements if line.startswith(head)), statements[0][0])
        blocks.append((first, b"".join(line + b"\n" for _, line in statements)))
    groups.clear()
    blocks.sort()
    run = folder / f"run-{number}"
    with run.open("wb") as file:
        for first, block in blocks:
            file.write(_RECORD.pack(first, len(block), 0, 0) + block)
    return run


def _blocks(run: Path) -> Iterator[tuple[int, bytes]]:
    with run.open("rb") as file:
        while head := file.read(_RECORD.size):
            first, size, _, _ = _RECORD.unpack(head)
            yield first, file.read(size)


def _merged(runs: Iterable[Path], target: Path, aim: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = end = 0
    with target.open("wb") as file:
        for _, block in heapq.merge(*(_blocks(run) for run in runs)):
            file.write(block)
            end += len(block)
            if end - start >= aim:
                spans.append((start, end))
                start = end
    if end > start:
        spans.append((start, end))
    return spans
