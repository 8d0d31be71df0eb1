"""What concerns several tasks: persons whose statements are scattered, or who are listed twice.

Digests of all subjects are compared. A digest that two parts share, or that a line left over
has, recalls the person that it belongs to: in RDF the statements are brought together and judged
as one person; elsewhere the same person twice is a mistake, and neither is judged.

Statements are brought together on the disk: whatever the size and the order of the input, memory
holds one bucket at a time. First every statement goes to its subject's bucket, and every link to
a credential or an employment to the bucket of what it links to; so each bucket knows to whom its
subjects belong. Then the statements go to their owners' buckets, and each of these is written
sorted by where its candidates first appear; the sorted runs are merged.
"""

from __future__ import annotations

import heapq
import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import compress, count
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Literal
from zlib import crc32

from libonto.batch.model import BatchSource, ByteSpan, Task, digest
from libonto.batch.parts import UNNAMED_PREFIX, PartFile
from libonto.batch.plan import read_span
from libonto.batch.triples import StatementCache, runs
from libonto.graph.terms import NS

KEYS = 500_000
"""About how many digests are compared at once: memory does not grow with the input."""
BUCKET = 32 * 1024 * 1024
"""About how many bytes of statements are held at once while they are brought together."""
_MOST_BUCKETS = 100
"""Of each bucket two files are open at once, and a process may have no more than 256."""
_HEAD = struct.Struct("<QIIB")
_LINE, _LINK = 0, 1
_CANDIDATE = NS.encode() + b"Candidate>"

NumberedLine = tuple[int, bytes]
"""A line, and its number in the input."""
KeyedLine = tuple[int, bytes, bytes, int]
"""A line's number, a key, the line, and its kind: a `_LINK` has the subject that links to the key
in the place of the line."""

People = Mapping[int, Iterable[int]]
"""Persons (their places in the part) by the place of the part."""
Doubled = dict[int, dict[int, int]]
"""Persons who are listed twice, by the place of the part, with the source of the other one."""


def scattered(
    parts: Sequence[PartFile], tasks: Sequence[Task], sources: Sequence[BatchSource]
) -> People:
    """The persons who have statements in more than one span of a source, in order."""
    marked: dict[int, bytearray] = {}
    for keys in _shared(parts, ("keys", "loose")):
        for place, (part, task) in enumerate(zip(parts, tasks, strict=True)):
            if sources[task.spans[0].source].reader != "triples" or task.spans[0].whole:
                continue
            if keys.isdisjoint(part.numbers("keys")):
                continue
            people = marked.setdefault(place, bytearray(part.length("ids") // 8))
            for person, identity, nodes in _people(part):
                if identity in keys or not keys.isdisjoint(nodes):
                    people[person] = True
    return {place: list(compress(count(), people)) for place, people in sorted(marked.items())}


def doubled(parts: Sequence[PartFile]) -> Doubled:
    """The persons whose IRI another one has, or a candidate without an identifier is given."""
    pairs: Doubled = {}
    for keys in _shared(parts, ("keys",)):
        first: dict[str, tuple[int, int, int]] = {}
        for place, part in enumerate(parts):
            if keys.isdisjoint(part.numbers("ids")):
                continue
            names, owners = part.names(), part.owners()
            for person, identity in enumerate(part.numbers("ids")):
                if identity not in keys:
                    continue
                own = place, person, owners[person]
                other = first.setdefault(names[person], own)
                if other is own:
                    continue
                pairs.setdefault(place, {})[person] = other[2]
                pairs.setdefault(other[0], {}).setdefault(other[1], own[2])
    starts = [part.before for part in parts]
    for place, part in enumerate(parts):
        for person, number in part.claims.items():
            at = bisect_left(starts, number) - 1
            other_part, within = parts[at], number - 1 - starts[at]
            names = other_part.names() if within < other_part.count else []
            if names and names[within].startswith(UNNAMED_PREFIX):
                pairs.setdefault(place, {})[person] = other_part.owners()[within]
                pairs.setdefault(at, {})[within] = part.owners()[person]
    return pairs


def without(
    tasks: Sequence[Task], people: People, where: Literal["elsewhere", "twice"]
) -> list[Task]:
    """The same tasks, but for some of those who were judged in them, by the tasks' places."""
    changed = list(tasks)
    for place, persons in people.items():
        task = tasks[place]
        left_out = sorted(task.elsewhere | task.twice)
        numbers = set()
        before = 0
        for person in sorted(persons):  # counted without those who were left out before
            while before < len(left_out) and left_out[before] <= person + before:
                before += 1
            numbers.add(person + before)
        options = {where: getattr(task, where) | numbers, "revision": task.revision + 1}
        changed[place] = replace(task, **options)
    return changed


def _shared(parts: Sequence[PartFile], sections: Sequence[str]) -> Iterator[set[int]]:
    """The digests that occur more than once, those of one range after the other."""
    total = sum(part.length(section) for part in parts for section in sections) // 8
    ranges = total // KEYS + 1
    step = (1 << 64) // ranges + 1
    for number in range(ranges):
        first, end = number * step, min((number + 1) * step, 1 << 64)
        once: set[int] = set()
        size = 0
        arrays: list[array[int]] = []
        for part in parts:
            for section in sections:
                if keys := part.between(section, first, end):
                    arrays.append(keys)
                    once.update(keys)
                    size += len(keys)
        if len(once) == size:
            continue
        once.clear()
        several: set[int] = set()
        for keys in arrays:
            for key in keys:
                (several if key in once else once).add(key)
        yield several


def _people(part: PartFile) -> Iterator[tuple[int, int, list[int]]]:
    """Each person's place in the part and digest, and the digests of the other subjects."""
    counts, nodes = part.numbers("counts"), part.numbers("nodes")
    at = 0
    for place, identity in enumerate(part.numbers("ids")):
        size = counts[place] if place < len(counts) else 0
        yield place, identity, list(nodes[at : at + size])
        at += size


def bring_together(
    recalled: People,
    parts: Sequence[PartFile],
    tasks: Sequence[Task],
    sources: Sequence[BatchSource],
    folder: Path,
    aim: int,
    terms: StatementCache,
) -> tuple[list[BatchSource], list[Task]]:
    """New sources and tasks for scattered statements, one person after the other."""
    new_sources: list[BatchSource] = []
    new_tasks: list[Task] = []
    for source in sources:
        if source.reader != "triples":
            continue
        places = [
            place
            for place, task in enumerate(tasks)
            if task.spans[0].source == source.number
            and (parts[place].length("left_over") or place in recalled)
        ]
        if not places:
            continue
        size = sum(tasks[p].spans[0].end - tasks[p].spans[0].start for p in places)
        number = len(sources) + len(new_sources)
        path = folder / f"source-together-{source.number}"
        lines = _lines(recalled, parts, tasks, source, places)
        spans = list(_regroup(lines, size, path, aim, terms))
        new_sources.append(
            replace(
                source, number=number, path=str(path), size=path.stat().st_size, of=source.number
            )
        )
        new_tasks += [
            Task(len(tasks) + len(new_tasks) + place, (ByteSpan(number, *span, whole=True),))
            for place, span in enumerate(spans)
        ]
    return new_sources, new_tasks


def _lines(
    recalled: People,
    parts: Sequence[PartFile],
    tasks: Sequence[Task],
    source: BatchSource,
    places: Sequence[int],
) -> Iterator[bytes]:
    """The lines left over, and those of the persons recalled, in their order."""
    salt = str(source.number).encode()
    for place in places:
        if parts[place].length("left_over"):
            yield from parts[place].section("left_over").split(b"\n")
        people = set(recalled.get(place, ()))
        if not people:
            continue
        digests: set[int] = set()
        for person, identity, nodes in _people(parts[place]):
            if person in people:
                digests |= {identity, *nodes}
        for subject, text in runs(read_span(source, tasks[place].spans[0])):
            if digest(subject[1:-1]) in digests or digest(salt + subject) in digests:
                yield from text[:-1].split(b"\n")


def _regroup(
    lines: Iterable[bytes], size: int, target: Path, aim: int, terms: StatementCache
) -> Iterator[tuple[int, int]]:
    """Write the lines candidate by candidate; `size` is about how many bytes they are.

    Gives the spans of the file, of about `aim` bytes, that end between two candidates.
    """
    buckets = min(_MOST_BUCKETS, size // BUCKET + 1)
    with ExitStack() as files:

        def bucket_file() -> IO[bytes]:
            return files.enter_context(TemporaryFile(dir=target.parent))

        subjects = [bucket_file() for _ in range(buckets)]
        for number, line in enumerate(lines, start=1):
            subject, _, rest = line.partition(b" ")
            link = terms.link(rest)
            _add(subjects, subject, number, line)
            if link is not None:
                _add(subjects, link, number, subject, _LINK)
        owners = [bucket_file() for _ in range(buckets)]
        for bucket in subjects:
            _hand_on(_records(bucket), owners)
        sorted_runs = []
        for bucket in owners:  # which is closed when it has been read
            sorted_runs.append(bucket_file())
            _sort(_records(bucket), sorted_runs[-1])
        start = end = 0
        with target.open("wb") as file:
            for _, _, block, _ in heapq.merge(*map(_records, sorted_runs)):
                file.write(block)
                end += len(block)
                if end - start >= aim:
                    yield start, end
                    start = end
        if end > start:
            yield start, end


def _add(
    buckets: Sequence[IO[bytes]], key: bytes, number: int, line: bytes, kind: int = _LINE
) -> None:
    file = buckets[crc32(key) % len(buckets)]
    file.write(_HEAD.pack(number, len(key), len(line), kind) + key + line)


def _records(bucket: IO[bytes]) -> Iterator[KeyedLine]:
    """The records of a bucket, which is deleted then."""
    with bucket:
        bucket.seek(0)
        while head := bucket.read(_HEAD.size):
            number, key, line, kind = _HEAD.unpack(head)
            yield number, bucket.read(key), bucket.read(line), kind


def _hand_on(records: Iterable[KeyedLine], owners: Sequence[IO[bytes]]) -> None:
    """Every statement to the candidate that links to its subject, else to the subject itself."""
    lines: dict[bytes, list[NumberedLine]] = {}
    links: dict[bytes, dict[bytes, None]] = {}
    for number, key, line, kind in records:
        if kind == _LINK:
            links.setdefault(key, {})[line] = None
        else:
            lines.setdefault(key, []).append((number, line))
    for subject, statements in lines.items():
        linked_from = links.get(subject, {})
        own = not linked_from or any(_CANDIDATE in line for _, line in statements)
        for owner in [*linked_from, *([subject] if own else [])]:
            for number, line in statements:
                _add(owners, owner, number, line)


def _sort(records: Iterable[KeyedLine], run: IO[bytes]) -> None:
    """Write the statements of each owner as one block, in the order of their first own ones."""
    groups: dict[bytes, list[NumberedLine]] = {}
    for number, owner, line, _ in records:
        groups.setdefault(owner, []).append((number, line))
    blocks = []
    for owner, statements in groups.items():
        statements.sort(key=lambda statement: statement[0])
        head = owner + b" "
        first = next((n for n, line in statements if line.startswith(head)), statements[0][0])
        blocks.append((first, b"".join(line + b"\n" for _, line in statements)))
    groups.clear()
    for first, block in sorted(blocks):
        _add([run], b"", first, block)
