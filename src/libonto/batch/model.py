"""The data of a batch: its sources, tasks, outcomes and tallies."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

from libonto.errors import InputError
from libonto.graph.terms import is_ours
from libonto.graph.values import iso_day
from libonto.profile.document import RELATIVE_BASE
from libonto.profile.interchange.mapping import MappingFile
from libonto.profile.interchange.signatures import TrustedKeys
from libonto.profile.model import OPEN
from libonto.profile.vocabulary import Vocabulary
from libonto.verdict.inquiry import Inquiry


class FastPathUnsupported(Exception):
    """The fast path does not take it: the slow path, the intake, reads it instead."""


class FastTerms:
    """The IRIs that the fast path takes, by what they name (`education`, `field`, …).

    They are those of the vocabulary; a field or a position may be one of others, too.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        items = vocabulary.items
        self._known = vocabulary.by_kind | {"item": items, "knowledge": items | vocabulary.acts}

    def checked(self, how: str, iri: str | None) -> str:
        """The IRI; FastPathUnsupported for one that is not taken, or none."""
        if iri is not None:
            foreign = how in {"field", "position"} and not is_ours(iri)
            if iri in self._known[how] or (foreign and not iri.startswith(RELATIVE_BASE)):
                return iri
        raise FastPathUnsupported


def iso_ordinal(text: str) -> int:
    """A day written as year, month and day, as its ordinal; FastPathUnsupported."""
    try:
        return iso_day(text).toordinal()
    except ValueError as error:
        raise FastPathUnsupported from error


def period(start: int, end: int | None) -> tuple[int, int]:
    """The first day of an employment and the day after its last one (ordinals; None: `OPEN`).

    FastPathUnsupported where it ends before it starts, or on the last day of all.
    """
    after = OPEN if end is None else end + 1
    if after <= start or (end is not None and after == OPEN):
        raise FastPathUnsupported
    return start, after


@dataclass(frozen=True)
class BatchJob:
    """What all tasks of a run share.

    `form` is the form of output; with `audit` pySHACL judges a sample again. `data` are the added
    data folders, `mapping` is for tables with other headings, `trust` has the keys by which
    signatures are verified.
    """

    inquiry: Inquiry
    lang: str
    form: str
    audit: bool = False
    sources: tuple[BatchSource, ...] = ()
    data: tuple[str, ...] = ()
    mapping: MappingFile | None = None
    trust: TrustedKeys | None = None


@dataclass(frozen=True)
class BatchSource:
    """One input: its name in messages, the file it is read from, and how it is read.

    `reader` is `triples`, `table`, `lines` (of JSON), `document` (read at once), `book` (a
    workbook, or the tables numbered in `joined`, which are read together), `joined` (a further
    one of those) or `broken` (`error` says why). `head` are the bytes before the first span of a
    table, its headings; `identifier` is the index of the column of the person's identifier. `of` is
    the number of the source whose scattered statements this one brings together; `compression` is
    how a file is compressed, until it is decompressed.
    """

    number: int
    name: str
    path: str
    reader: str
    format: str
    size: int = 0
    head: bytes = b""
    delimiter: str = ""
    encoding: str = ""
    identifier: int | None = None
    joined: tuple[int, ...] = ()
    of: int | None = None
    compression: str = ""
    error: InputError | None = None

    @property
    def origin(self) -> int:
        """The number of the input that its statements come from."""
        return self.number if self.of is None else self.of


@dataclass(frozen=True)
class ByteSpan:
    """Bytes of a source from `start` up to, not including, `end`.

    `whole`: no statement outside of it is about its candidates.
    """

    source: int
    start: int
    end: int
    whole: bool = False


@dataclass(frozen=True)
class Task:
    """The unit of work: a span of a long source, or several short ones.

    `elsewhere` are the places of persons who are judged in another task, since their statements
    are scattered over several spans; `twice` those of persons who are in the input twice and are
    not judged. `revision` counts how often these have changed.
    """

    number: int
    spans: tuple[ByteSpan, ...]
    elsewhere: frozenset[int] = frozenset()
    twice: frozenset[int] = frozenset()
    revision: int = 0


@dataclass(frozen=True)
class Fault:
    """A mistake in the input, or what was passed over; `row` counts from 1 within the task."""

    source: str
    message: str
    candidate: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""


NEXT_ONES = 20
"""How many of those who are the next to qualify are named."""


@dataclass
class Tally:
    """The counts of a summary; those of tasks add up.

    `levels`, `gaps` and `soon` count by names such as `POSITION/LEVEL STATUS`; `next_ones` are
    the first to qualify by service alone: day, level, and name. `passed_over` counts by reason,
    `caveats` by text, `foreign` by a source's number and the IRI of a property or class that
    profiles have no place for.
    """

    people: int = 0
    wrong: int = 0
    passed: int = 0
    audited: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    gaps: Counter[str] = field(default_factory=Counter)
    soon: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    caveats: Counter[str] = field(default_factory=Counter)
    foreign: Counter[str] = field(default_factory=Counter)
    next_ones: list[list[str]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add another one's counts."""
        for name, counts in vars(other).items():
            own = getattr(self, name)
            if isinstance(own, Counter):
                own.update(counts)
            else:
                setattr(self, name, own + counts)
        self.next_ones = sorted(self.next_ones)[:NEXT_ONES]


@dataclass
class TaskOutcome:
    """The outcome of a task; `digest` is of the bytes that were read.

    `rows` is its part of the output, `ids` a digest of each person's IRI (`names`), `places` the
    row in which a person begins (0: in none), `sheets` the sheets by person. `nodes`
    are digests of the persons' other subjects, `counts` how many of them each person has.
    `left_over` are lines that belong to no person of the task, `loose` digests of all nodes
    in them. `records` counts the lines or rows, `people` the persons (wrong ones too), by source
    and in its order. `unnamed`: some person has no identifier; `claims` are the persons (places)
    whose stated IRI is that of a candidate without an identifier, with its place in the input.
    """

    task: int
    digest: str = ""
    rows: bytes = b""
    left_over: bytes = b""
    records: dict[int, int] = field(default_factory=dict)
    people: dict[int, int] = field(default_factory=dict)
    unnamed: bool = False
    claims: dict[int, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    passed_over: list[Fault] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    ids: array[int] = field(default_factory=lambda: array("Q"))
    nodes: array[int] = field(default_factory=lambda: array("Q"))
    counts: array[int] = field(default_factory=lambda: array("H"))
    names: list[str] = field(default_factory=list)
    places: array[int] = field(default_factory=lambda: array("I"))
    sheets: dict[int, str] = field(default_factory=dict)
    loose: array[int] = field(default_factory=lambda: array("Q"))


@dataclass(frozen=True, kw_only=True)
class Order(BatchJob):
    """A run: a job over the inputs in `paths`, and how it is done."""

    paths: Sequence[str]
    output: Path
    input_format: str | None = None
    encoding: str | None = None
    jobs: int = 1
    scheduler: str | None = None


@dataclass
class RunResult:
    """The result of a run; `empty` are the inputs without a candidate.

    `listed` is the file with the `faults`, `passed_over` the one with what was passed over.
    """

    tally: Tally = field(default_factory=Tally)
    faults: int = 0
    listed: Path | None = None
    passed_over: Path | None = None
    empty: list[str] = field(default_factory=list)


def digest(name: bytes) -> int:
    """64 bits that tell names apart; where they fail to, only time is lost."""
    return crc32(name) << 32 | crc32(name[::-1])
