"""What no task could see: persons who stand in several pieces, or twice in the input.

Digests of all subjects are compared. A digest that two pieces share, or that a line left over
has, calls back the person that it belongs to: in RDF the statements are brought together and judged
as one person; elsewhere the same person twice is a mistake, and none of the two is judged.

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
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Literal
from zlib import crc32

from libonto.batch.model import BatchSource, ByteSpan, Task, digest
from libonto.batch.parts import UNNAMED_PREFIX, PartFile, Placed
from libonto.batch.plan import read_span
from libonto.batch.triples import StatementCache, runs
from libonto.graph.terms import NS

KEYS = 500_000
"""About how many digests are compared at once: memory does not grow with the input."""
BUCKET = 32 * 1024 * 1024
"""About how many bytes of statements are held at once while they are brought together."""
_MOST_BUCKETS = 100
"""Of each bucket two files are open at once, and a process may have no more than 256."""
_RECORD = struct.Struct("<QIIB")
_LINE, _CLAIM = 0, 1
_CANDIDATE = NS.encode() + b"Candidate>"

PlacedLine = tuple[int, bytes]
"""Where a line stands in the input, for order, and the line."""
KeyedLine = tuple[int, bytes, bytes, int]
"""A place, a key, a line, and whether it is a claim: then the line names who links to the key."""

Dropped = dict[int, list[int]]
"""Who is left out, in order, by the place of their part."""

Doubled = dict[int, dict[int, int]]
"""Who stands twice: by the place of the part and that of the person, the source of another one."""


def scattered(
    parts: Sequence[PartFile], tasks: Sequence[Task], sources: Sequence[BatchSource]
) -> Dropped:
    """Who has statements in more than one piece of a source."""
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
    return {
        place: [person for person, is_marked in enumerate(people) if is_marked]
        for place, people in sorted(marked.items())
    }


def twice(parts: Sequence[PartFile]) -> Doubled:
    """Who stands twice in the input."""
    found: Doubled = {}
    for keys in _shared(parts, ("keys",)):
        held: dict[str, tuple[int, int, int]] = {}
        for place, part in enumerate(parts):
            if keys.isdisjoint(part.numbers("ids")):
                continue
            names, owners = part.names(), part.owners()
            for person, identity in enumerate(part.numbers("ids")):
                if identity not in keys:
                    continue
                own = place, person, owners[person]
                other = held.setdefault(names[person], own)
                if other is own:
                    continue
                found.setdefault(place, {})[person] = other[2]
                first = found.setdefault(other[0], {})
                first.setdefault(other[1], own[2])
    return found


def given_out(pieces: Sequence[Placed], places: Sequence[int]) -> Doubled:
    """The persons who state an IRI given to a candidate without an identifier, and that candidate.

    `places` are the places of the pieces' parts among all parts.
    """
    found: Doubled = {}
    starts = [piece.before for piece in pieces]
    for place, piece in zip(places, pieces, strict=True):
        for person, number in piece.part.claims.items():
            at = bisect_left(starts, number) - 1
            other, within = pieces[at].part, number - 1 - starts[at]
            names = other.names() if within < other.count else []
            if names and names[within].startswith(UNNAMED_PREFIX):
                found.setdefault(place, {})[person] = other.owners()[within]
                owner = piece.part.owners()[person]
                found.setdefault(places[at], {})[within] = owner
    return found


def without(
    tasks: Sequence[Task], people: Mapping[int, Iterable[int]], where: Literal["elsewhere", "twice"]
) -> list[Task]:
    """The same tasks, but for some of those who were judged in them, by the tasks' places."""
    found = list(tasks)
    for place, persons in people.items():
        task = tasks[place]
        left_out = sorted(task.elsewhere | task.twice)
        numbers = set()
        before = 0
        for person in sorted(persons):  # counted without those who were left out before
            while before < len(left_out) and left_out[before] <= person + before:
                before += 1
            numbers.add(person + before)
        changed = {where: getattr(task, where) | numbers, "revision": task.revision + 1}
        found[place] = replace(task, **changed)
    return found


def _shared(parts: Sequence[PartFile], sections: Sequence[str]) -> Iterator[set[int]]:
    """The digests that are there more than once, those of one range after the other."""
    total = sum(part.length(section) for part in parts for section in sections) // 8
    ranges = total // KEYS + 1
    step = (1 << 64) // ranges + 1
    for number in range(ranges):
        first, end = number * step, min((number + 1) * step, 1 << 64)
        seen: set[int] = set()
        count = 0
        pieces: list[array[int]] = []
        for part in parts:
            for section in sections:
                if piece := part.between(section, first, end):
                    pieces.append(piece)
                    seen.update(piece)
                    count += len(piece)
        if len(seen) == count:
            continue
        seen.clear()
        found: set[int] = set()
        for piece in pieces:
            for key in piece:
                (found if key in seen else seen).add(key)
        yield found


def _people(part: PartFile) -> Iterator[tuple[int, int, list[int]]]:
    """Each person's place in the part and digest, and the digests of the other subjects."""
    counts, nodes = part.numbers("counts"), part.numbers("nodes")
    at = 0
    for place, identity in enumerate(part.numbers("ids")):
        count = counts[place] if place < len(counts) else 0
        yield place, identity, list(nodes[at : at + count])
        at += count


def bring_together(
    called_back: Dropped,
    parts: Sequence[PartFile],
    tasks: Sequence[Task],
    sources: Sequence[BatchSource],
    folder: Path,
    aim: int,
    terms: StatementCache,
) -> tuple[list[BatchSource], list[Task]]:
    """New sources and tasks for what stands scattered, one person after the other."""
    made_sources: list[BatchSource] = []
    made_tasks: list[Task] = []
    for source in sources:
        if source.reader != "triples":
            continue
        places = [
            place
            for place, task in enumerate(tasks)
            if task.spans[0].source == source.number
            and (parts[place].length("left_over") or place in called_back)
        ]
        if not places:
            continue
        size = sum(tasks[p].spans[0].end - tasks[p].spans[0].start for p in places)
        number = len(sources) + len(made_sources)
        path = folder / f"source-together-{source.number}"
        lines = _lines(called_back, parts, tasks, source, places)
        spans = list(_regroup(lines, size, path, aim, terms))
        size = path.stat().st_size
        made_sources.append(
            BatchSource(
                number, source.name, str(path), "triples", source.format, size, of=source.number
            )
        )
        for start, end in spans:
            span = ByteSpan(number, start, end, whole=True)
            made_tasks.append(Task(len(tasks) + len(made_tasks), (span,)))
    return made_sources, made_tasks


def _lines(
    called_back: Dropped,
    parts: Sequence[PartFile],
    tasks: Sequence[Task],
    source: BatchSource,
    places: Sequence[int],
) -> Iterator[PlacedLine]:
    """The lines left over, and those of the persons called back, in their order."""
    salt = str(source.number).encode()
    number = 0
    for place in places:
        if parts[place].length("left_over"):
            for line in parts[place].section("left_over").split(b"\n"):
                number += 1
                yield number, line
        people = set(called_back.get(place, ()))
        if not people:
            continue
        wanted: set[int] = set()
        for person, identity, nodes in _people(parts[place]):
            if person in people:
                wanted |= {identity, *nodes}
        for subject, text in runs(read_span(source, tasks[place].spans[0])):
            if digest(subject[1:-1]) in wanted or digest(salt + subject) in wanted:
                for line in text[:-1].split(b"\n"):
                    number += 1
                    yield number, line


def _regroup(
    lines: Iterable[PlacedLine], size: int, target: Path, aim: int, terms: StatementCache
) -> Iterator[tuple[int, int]]:
    """Write the lines candidate by candidate; `size` is about how many bytes they are.

    Gives the spans of the file, of about `aim` bytes, that end between two candidates.
    """
    count = min(_MOST_BUCKETS, size // BUCKET + 1)
    with ExitStack() as files:

        def bucket_file() -> IO[bytes]:
            return files.enter_context(TemporaryFile(dir=target.parent))

        subjects = [bucket_file() for _ in range(count)]
        for place, line in lines:
            subject, _, rest = line.partition(b" ")
            link = terms.link(rest)
            _add(subjects, subject, place, line)
            if link is not None:
                _add(subjects, link, place, subject, _CLAIM)
        owners = [bucket_file() for _ in range(count)]
        for bucket in subjects:
            _hand_on(_records(bucket), owners)
        runs = []
        for bucket in owners:  # which is closed when it has been read
            runs.append(bucket_file())
            _sort(_records(bucket), runs[-1])
        start = end = 0
        with target.open("wb") as file:
            for _, _, block, _ in heapq.merge(*map(_records, runs)):
                file.write(block)
                end += len(block)
                if end - start >= aim:
                    yield start, end
                    start = end
        if end > start:
            yield start, end


def _add(
    buckets: Sequence[IO[bytes]], key: bytes, place: int, line: bytes, kind: int = _LINE
) -> None:
    file = buckets[crc32(key) % len(buckets)]
    file.write(_RECORD.pack(place, len(key), len(line), kind) + key + line)


def _records(bucket: IO[bytes]) -> Iterator[KeyedLine]:
    """The records of a bucket, which is gone then."""
    with bucket:
        bucket.seek(0)
        while head := bucket.read(_RECORD.size):
            place, key, line, kind = _RECORD.unpack(head)
            yield place, bucket.read(key), bucket.read(line), kind


def _hand_on(records: Iterable[KeyedLine], owners: Sequence[IO[bytes]]) -> None:
    """Every statement to the candidate that links to its subject, else to the subject itself."""
    lines: dict[bytes, list[PlacedLine]] = {}
    claims: dict[bytes, dict[bytes, None]] = {}
    for place, key, line, kind in records:
        if kind == _CLAIM:
            claims.setdefault(key, {})[line] = None
        else:
            lines.setdefault(key, []).append((place, line))
    for subject, statements in lines.items():
        linked_from = claims.get(subject, {})
        own = not linked_from or any(_CANDIDATE in line for _, line in statements)
        for owner in [*linked_from, *([subject] if own else [])]:
            for place, line in statements:
                _add(owners, owner, place, line)


def _sort(records: Iterable[KeyedLine], run: IO[bytes]) -> None:
    """Write the statements of each owner as one block, in the order of their first own ones."""
    groups: dict[bytes, list[PlacedLine]] = {}
    for place, owner, line, _ in records:
        groups.setdefault(owner, []).append((place, line))
    blocks = []
    for owner, statements in groups.items():
        statements.sort(key=lambda statement: statement[0])
        head = owner + b" "
        first = next((p for p, line in statements if line.startswith(head)), statements[0][0])
        blocks.append((first, b"".join(line + b"\n" for _, line in statements)))
    groups.clear()
    for first, block in sorted(blocks):
        _add([run], b"", first, block)
