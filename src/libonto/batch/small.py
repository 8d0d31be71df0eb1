"""A small list, in memory: for the service, whose workers write no file."""

from __future__ import annotations

import io
import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from libonto.batch.judge import BatchJudge
from libonto.batch.model import Audit, BatchJob, BatchSource, ByteSpan, Fault, Task, TaskOutcome
from libonto.batch.output.rows import CsvRows
from libonto.batch.parts import named
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
_READERS = {
    "ntriples": "triples",
    "nquads": "triples",
    "csv": "book",
    "tsv": "book",
    "xlsx": "book",
    "ods": "book",
    "jsonl": "lines",
}
_AUDIT = Audit()


@dataclass(frozen=True)
class ListOutcome:
    """What came of a list: the output's part, and what is wrong or was passed over, row by row."""

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

    What is wrong costs nobody else. Raises InputError for a document as a whole, TooLargeError
    for more candidates than `MOST`, NothingToAssess where there is nobody.
    """
    is_wide = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    if format_ in {"csv", "tsv"} and not is_wide and ends_with_returns(data):
        data = data.replace(b"\r", b"\n")  # so that a line that cannot be decoded is one
    source = BatchSource(0, "", "", _READERS.get(format_, "document"), format_, len(data))
    job = BatchJob(inquiry, lang, form, _AUDIT, (source,), trust=trust)
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
    doubled = _twice(outcome)
    if doubled:
        names, places = outcome.names, outcome.places
        outcome = context.work(replace(task, twice=doubled), [data])
        said = sentence("errors.candidate-twice", lang, other="-")
        told = {fault.row for fault in outcome.faults}  # the intake tells it of the second one
        found = [Fault("", said, names[n], row=places[n] or None) for n in doubled]
        outcome.faults += [fault for fault in found if not fault.row or fault.row not in told]
    if not outcome.tally.people and not outcome.faults:
        raise NothingToAssess("no-candidate")
    foreign = foreign_terms(outcome.tally.foreign, job.sources, lang)
    faults, passed_over = _in_order(outcome.faults), _in_order([*foreign, *outcome.passed_over])
    content = named(outcome.rows, 0)
    if form == "csv":
        content = CsvRows.heading().encode() + content
    return ListOutcome(content, faults, passed_over, outcome)


def to_json(found: ListOutcome, inquiry: Inquiry) -> bytes:
    """All in one object: who was judged, what is wrong, and what it comes to."""
    tally = found.outcome.tally
    answer: Mapping[str, Any] = {
        "assessedOn": inquiry.on.isoformat(),
        "results": [json.loads(line) for line in found.content.splitlines()],
        "errors": [_without_empty(fault) for fault in found.faults],
        "passedOver": [_without_empty(fault) for fault in found.passed_over],
        "summary": {
            "judged": tally.people,
            "passed": tally.passed,
            "levels": _nested(tally.levels),
            "gaps": dict(tally.gaps.most_common()),
            "caveats": dict(tally.caveats),
        },
    }
    return json.dumps(answer, ensure_ascii=False).encode()


def mistakes(found: ListOutcome) -> ProfileError:
    """What is wrong with a list, as an error."""
    return ProfileError([_Mistake("batch-mistake", params=asdict(f)) for f in found.faults])


class _Mistake(Problem):
    """A mistake that has been put into words."""

    def message(self, lang: str) -> str:
        """The place and the words."""
        fault = self.params
        place = [str(fault[key]) for key in ("sheet", "row", "column", "candidate") if fault[key]]
        return ": ".join(filter(None, [", ".join(place), str(fault["message"])]))


def _twice(outcome: TaskOutcome) -> frozenset[int]:
    """Who stands in the list more than once, by place; nobody without an identifier does."""
    counted = Counter(name for name in outcome.names if name and "~" not in name)
    return frozenset(n for n, name in enumerate(outcome.names) if counted[name] > 1)


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """In the order of the rows; candidates without an identifier by their numbers."""
    placed = (replace(f, candidate=named(f.candidate.encode(), 0).decode()) for f in faults)
    return tuple(sorted(placed, key=lambda fault: fault.row or 0))


def _without_empty(fault: Fault) -> dict[str, Any]:
    """A mistake, or what was passed over, without what is empty."""
    return {k: v for k, v in asdict(fault).items() if v not in ("", None) and k != "source"}


def _nested(levels: Counter[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for key, count in levels.items():
        level, _, status = key.rpartition(" ")
        found.setdefault(level, {})[status] = count
    return found
