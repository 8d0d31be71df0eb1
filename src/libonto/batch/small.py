"""A small list, judged in memory as one task: for the service, whose workers write no file."""

from __future__ import annotations

import io
import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from libonto.batch.judge import BatchJudge
from libonto.batch.model import BatchJob, BatchSource, ByteSpan, Fault, Task, TaskOutcome
from libonto.batch.output.rows import HEADING
from libonto.batch.parts import named
from libonto.batch.plan import READERS
from libonto.batch.task_log import foreign_terms
from libonto.batch.work import WorkerContext
from libonto.errors import NothingToAssess, Problem, ProfileError, TooLargeError
from libonto.locales import sentence
from libonto.profile.interchange.layout import table_of
from libonto.profile.interchange.sheets import delimited_sheet, ends_with_returns
from libonto.profile.interchange.signatures import TrustedKeys
from libonto.verdict.assessment import Assessor
from libonto.verdict.inquiry import Inquiry

MOST = 1_000
"""How many candidates a small list may have; larger ones are the command's."""


@dataclass(frozen=True)
class ListOutcome:
    """The outcome of a list: the output, and its faults and what was passed over, row by row."""

    content: bytes
    faults: tuple[Fault, ...]
    passed_over: tuple[Fault, ...]
    outcome: TaskOutcome


def judge_list(
    assessor: Assessor,
    data: bytes,
    format_: str,
    inquiry: Inquiry,
    *,
    lang: str,
    form: str,
    trust: TrustedKeys | None = None,
) -> ListOutcome:
    """Judge a document's candidates; `form` is `full` (the contract's objects) or `csv`.

    A fault concerns its own candidate only. Raises InputError for a document as a whole,
    TooLargeError for more candidates than `MOST`, NothingToAssess where there is none.
    """
    is_wide = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    reader = READERS.get(format_, "document")
    if reader == "table":
        reader = "book"  # the intake reads a table that is no file
        if not is_wide and ends_with_returns(data):
            data = data.replace(b"\r", b"\n")  # so that a line that cannot be decoded is one
    source = BatchSource(0, "", "", reader, format_, len(data))
    job = BatchJob(inquiry, lang, form, True, (source,), trust=trust)
    context = WorkerContext(job, BatchJudge(inquiry, assessor=assessor))
    if format_ in {"csv", "tsv"}:
        sheet = delimited_sheet(io.BytesIO(data), "")
        table_of(sheet, context.names)  # headings that cannot be decoded are an error of the whole
        if is_wide:  # and so is any character of UTF-16
            deque(sheet.rows, 0)
    task = Task(0, (ByteSpan(0, 0, len(data), whole=True),))
    outcome = context.work(task, [data])
    if sum(outcome.people.values()) > MOST:
        raise TooLargeError("batch-api-too-many", limit=MOST)
    if doubled := _twice(outcome):
        names, places = outcome.names, outcome.places
        outcome = context.work(replace(task, twice=doubled), [data])
        text = sentence("errors.candidate-twice", lang, other="-")
        rows = {fault.row for fault in outcome.faults}  # the second's may be the intake's fault
        faults = [Fault("", text, names[n], row=places[n] or None) for n in doubled]
        outcome.faults += [fault for fault in faults if not fault.row or fault.row not in rows]
    if not outcome.tally.people and not outcome.faults:
        raise NothingToAssess("no-candidate")
    foreign = foreign_terms(outcome.tally.foreign, job.sources, lang)
    content = named(outcome.rows, 0)
    return ListOutcome(
        HEADING.encode() + content if form == "csv" else content,
        _in_order(outcome.faults),
        _in_order([*foreign, *outcome.passed_over]),
        outcome,
    )


def to_json(judged: ListOutcome, inquiry: Inquiry) -> bytes:
    """All in one object: the assessments, the faults, and the counts."""
    tally = judged.outcome.tally
    levels: dict[str, dict[str, int]] = {}
    for key, count in tally.levels.items():
        level, _, status = key.rpartition(" ")
        levels.setdefault(level, {})[status] = count
    answer: Mapping[str, Any] = {
        "assessedOn": inquiry.on.isoformat(),
        "results": [json.loads(line) for line in judged.content.splitlines()],
        "errors": [_without_empty(fault) for fault in judged.faults],
        "passedOver": [_without_empty(fault) for fault in judged.passed_over],
        "summary": {
            "judged": tally.people,
            "passed": tally.passed,
            "levels": levels,
            "gaps": dict(tally.gaps.most_common()),
            "caveats": dict(tally.caveats),
        },
    }
    return json.dumps(answer, ensure_ascii=False).encode()


def mistakes(judged: ListOutcome) -> ProfileError:
    """The faults of a list, as an error."""
    return ProfileError([_Mistake("batch-mistake", params=asdict(f)) for f in judged.faults])


class _Mistake(Problem):
    """A fault that is in words already."""

    def message(self, lang: str) -> str:
        """The place and the words."""
        fault = self.params
        place = [str(fault[key]) for key in ("sheet", "row", "column", "candidate") if fault[key]]
        return ": ".join(filter(None, [", ".join(place), str(fault["message"])]))


def _twice(outcome: TaskOutcome) -> frozenset[int]:
    """The places of candidates whose IRI is in the list more than once."""
    counts = Counter(name for name in outcome.names if name and "~" not in name)
    return frozenset(n for n, name in enumerate(outcome.names) if counts[name] > 1)


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """In the order of the rows; candidates without an identifier by their numbers."""
    placed = (replace(f, candidate=named(f.candidate.encode(), 0).decode()) for f in faults)
    return tuple(sorted(placed, key=lambda fault: fault.row or 0))


def _without_empty(fault: Fault) -> dict[str, Any]:
    return {k: v for k, v in asdict(fault).items() if v not in ("", None) and k != "source"}
