"""What no task could see: persons who stand in several pieces, or twice in the input.

Digests of all subjects are compared. A digest that two pieces share, or that a line left over
has, calls back whoever it belongs to: in RDF the statements are brought together and judged
as one person; elsewhere the same person twice is a mistake, and none of the two is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from libonto.batch.model import Source, Span, Task, digest
from libonto.batch.parts import Part
from libonto.batch.plan import read_span
from libonto.batch.regroup import Statement, regroup
from libonto.batch.terms import Terms
from libonto.batch.triples import runs

KEYS = 1_000_000
"""How many digests are compared at once: memory does not grow with the input."""


Dropped = dict[int, set[int]]
"""Who is left out, by the place of their part."""


def scattered(parts: Sequence[Part], tasks: Sequence[Task], sources: Sequence[Source]) -> Dropped:
    """Who has statements in more than one piece of a source."""
    left = _left_over(parts, tasks)
    repeated = _repeated(parts)
    found: Dropped = {}
    if not left and not repeated:
        return found
    for place, (part, task) in enumerate(zip(parts, tasks, strict=True)):
        source = task.spans[0].source
        if sources[source].reader != "triples" or task.spans[0].whole:
            continue
        known = left.get(source, set())
        for person, identity, nodes in _people(part):
            keys = {identity, *nodes}
            if not keys.isdisjoint(repeated) or not keys.isdisjoint(known):
                found.setdefault(place, set()).add(person)
    return found


def twice(parts: Sequence[Part]) -> dict[tuple[int, int], tuple[int, int]]:
    """Who stands twice in the input: by the places of part and person, those of another one."""
    repeated = _repeated(parts)
    if not repeated:
        return {}
    held: dict[str, list[tuple[int, int]]] = {}
    for place, part in enumerate(parts):
        people = [person for person, identity, _ in _people(part) if identity in repeated]
        if people:
            names = part.names()
            for person in people:
                held.setdefault(names[person], []).append((place, person))
    return {
        one: places[1 if one == places[0] else 0]
        for places in held.values()
        if len(places) > 1
        for one in places
    }


def without(task: Task, people: Iterable[int], *, elsewhere: bool) -> Task:
    """The same task, but for some of those who were judged in it."""
    left_out = sorted(task.elsewhere | task.twice)
    numbers = set()
    for person in people:
        number = person
        for earlier in left_out:  # people are counted without those who were left out before
            number += earlier <= number
        numbers.add(number)
    name = "elsewhere" if elsewhere else "twice"
    changed = {name: getattr(task, name) | numbers, "revision": task.revision + 1}
    return replace(task, **changed)


def _repeated(parts: Sequence[Part]) -> set[int]:
    """The digests that occur more than once: a bucket of them at a time."""
    total = sum(part.length("ids") + part.length("nodes") for part in parts) // 8
    buckets = total // KEYS + 1
    found: set[int] = set()
    for bucket in range(buckets):
        seen: set[int] = set()
        count = 0
        held: list[list[int]] = []
        for part in parts:
            for section in ("ids", "nodes"):
                keys: Iterable[int] = part.numbers(section)
                if buckets > 1:
                    keys = [key for key in keys if key % buckets == bucket]
                keys = list(keys)
                seen.update(keys)
                count += len(keys)
                held.append(keys)
        if len(seen) < count:
            seen.clear()
            for keys in held:
                for key in keys:
                    (found if key in seen else seen).add(key)
    return found


def _left_over(parts: Sequence[Part], tasks: Sequence[Task]) -> dict[int, set[int]]:
    """By source, the digests of all that is spoken of in lines that are left over."""
    found: dict[int, set[int]] = {}
    for part, task in zip(parts, tasks, strict=True):
        if not part.length("left_over"):
            continue
        source = task.spans[0].source
        salt = str(source).encode()
        known = found.setdefault(source, set())
        last = b""
        for line in part.section("left_over").split(b"\n"):
            subject, _, rest = line.partition(b" ")
            named = [subject] if subject != last else []
            last = subject
            if b"#hasCredential>" in rest or b"#hasEmployment>" in rest:
                named += [token for token in rest.split() if token[:1] in (b"_", b"<")]
            for name in named:
                known.add(digest(salt + name))
                known.add(digest(name[1:-1]))
    return found


def _people(part: Part) -> Iterator[tuple[int, int, list[int]]]:
    """Each person's place in the part and digest, and the digests of the other subjects."""
    counts, nodes = part.numbers("counts"), part.numbers("nodes")
    at = 0
    for place, identity in enumerate(part.numbers("ids")):
        count = counts[place] if place < len(counts) else 0
        yield place, identity, list(nodes[at : at + count])
        at += count


def bring_together(
    called_back: Dropped,
    parts: Sequence[Part],
    tasks: Sequence[Task],
    sources: Sequence[Source],
    folder: Path,
    aim: int,
    terms: Terms,
) -> tuple[list[Source], list[Task]]:
    """New sources and tasks for what stands scattered, one person after the other."""
    made_sources: list[Source] = []
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
        path = folder / f"together-{source.number}"
        lines = _lines(called_back, parts, tasks, source, places)
        spans = regroup(lines, size, path, aim, terms)
        size = path.stat().st_size
        made_sources.append(
            Source(number, source.name, str(path), "triples", source.format, size, of=source.number)
        )
        for start, end in spans:
            span = Span(number, start, end, whole=True)
            made_tasks.append(Task(len(tasks) + len(made_tasks), (span,)))
    return made_sources, made_tasks


def _lines(
    called_back: Dropped,
    parts: Sequence[Part],
    tasks: Sequence[Task],
    source: Source,
    places: Sequence[int],
) -> Iterator[Statement]:
    """The lines left over, and those of whoever is called back, in their order."""
    salt = str(source.number).encode()
    number = 0
    for place in places:
        if parts[place].length("left_over"):
            for line in parts[place].section("left_over").split(b"\n"):
                number += 1
                yield number, line
        people = called_back.get(place)
        if not people:
            continue
        wanted: set[int] = set()
        for person, identity, nodes in _people(parts[place]):
            if person in people:
                wanted |= {identity, *nodes}
        for subject, line in runs(read_span(source, tasks[place].spans[0])):
            if digest(subject[1:-1]) in wanted or digest(salt + subject) in wanted:
                number += 1
                yield number, line
