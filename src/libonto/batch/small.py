"""A small list, in memory: for the service, whose workers write no file."""

from __future__ import annotations

import io
import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from libonto.batch.join import named
from libonto.batch.judge import BatchJudge
from libonto.batch.model import Audit, Fault, Job, Outcome, Source, Span, Task
from libonto.batch.output.rows import Rows
from libonto.batch.task_log import foreign_terms
from libonto.batch.work import WorkerContext
from libonto.errors import NothingToAssess, Problem, ProfileError, SyntaxFault, TooLargeError
from libonto.locales import sentence
from libonto.profile.interchange.formats import FOREIGN
from libonto.profile.interchange.layout import table_of
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.sheets import delimited_sheet, ends_with_returns
from libonto.profile.interchange.signatures import TrustedKeys
from libonto.verdict.assessment import Assessor
from libonto.verdict.inquiry import Inquiry

MOST = 1_000
"""How many candidates a small list may have; larger ones are the command's."""
_READERS = {
    "ntriples": "triples",
    "nquads": "triples",
    "csv": "table",
    "tsv": "table",
    "xlsx": "book",
    "ods": "book",
    "jsonl": "lines",
}
_AUDIT = Audit()


@dataclass(frozen=True)
class Listed:
    """What came of a list: the output's part, and what is wrong or was passed over, row by row."""

    content: bytes
    faults: tuple[Fault, ...]
    passed_over: tuple[Fault, ...]
    outcome: Outcome


def judge_list(
    assessor: Assessor,
    data: bytes,
    format_: str,
    inquiry: Inquiry,
    *,
    lang: str,
    form: str,
    trust: TrustedKeys | None = None,
) -> Listed:
    """Judge a document's candidates; `form` is `full` (the contract's objects) or `csv`.

    What is wrong costs nobody else. Raises InputError for a document as a whole, TooLargeError
    for more candidates than `MOST`, NothingToAssess where there is nobody.
    """
    judge = BatchJudge(inquiry, assessor=assessor)
    if format_ in {"csv", "tsv"} and data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        data = _from_utf16(data)
    if format_ in {"csv", "tsv"} and ends_with_returns(data):
        data = data.replace(b"\r", b"\n")
    source = _source(data, format_, Names(assessor.vocabulary))
    job = Job(inquiry, lang, form, _AUDIT, (source,), trust=trust)
    context = WorkerContext(job, judge)
    span = Span(0, len(source.head), len(data), whole=True)
    task = Task(0, (span,))
    outcome = context.work(task, [data[span.start :]])
    if sum(outcome.people.values()) > MOST:
        raise TooLargeError("batch-api-too-many", limit=MOST)
    doubled = _twice(outcome)
    if doubled:
        names, places = outcome.names, outcome.places
        outcome = context.work(replace(task, twice=doubled), [data[span.start :]])
        said = sentence("errors.candidate-twice", lang, other="-")
        outcome.faults += [Fault("", said, names[n], row=places[n] or None) for n in doubled]
    if not outcome.tally.people and not outcome.faults:
        raise NothingToAssess("no-candidate")
    head = source.head.count(b"\n")
    faults = _in_order(outcome.faults, head)
    foreign = foreign_terms(outcome.tally.foreign, job.sources, lang)
    passed_over = _in_order([*foreign, *outcome.passed_over], head)
    content = named(outcome.rows, 0)
    if form == "csv":
        content = Rows.heading().encode() + content
    return Listed(content, faults, passed_over, outcome)


def to_json(found: Listed, inquiry: Inquiry) -> bytes:
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


def mistakes(found: Listed) -> ProfileError:
    """What is wrong with a list, as an error."""
    return ProfileError([_Mistake("batch-mistake", params=asdict(f)) for f in found.faults])


class _Mistake(Problem):
    """A mistake that has been put into words."""

    def message(self, lang: str) -> str:
        """The place and the words."""
        fault = self.params
        place = [str(fault[key]) for key in ("sheet", "row", "column", "candidate") if fault[key]]
        return ": ".join(filter(None, [", ".join(place), str(fault["message"])]))


def _source(data: bytes, format_: str, names: Names) -> Source:
    reader = "document" if format_ in FOREIGN else _READERS.get(format_, "document")
    source = Source(0, "", "", reader, format_, len(data))
    if reader != "table":
        return source
    sheet = delimited_sheet(io.BytesIO(data), "")
    table = table_of(sheet, names)
    if table is None:
        return source
    if table.has_name and not table.has_id:
        return replace(source, reader="book")  # told apart by the name, over all of its rows
    lines = io.BytesIO(data)
    head = b""
    for _ in range(table.heading_row):
        head += lines.readline()
        while head.count(b'"') % 2 and (line := lines.readline()):
            head += line
    return replace(source, head=head, delimiter=sheet.delimiter)


def _from_utf16(data: bytes) -> bytes:
    try:
        return data.decode("utf-16").encode()
    except UnicodeError as error:
        raise SyntaxFault("encoding-wrong", line=1, column=1, encoding="utf-16") from error


def _twice(outcome: Outcome) -> frozenset[int]:
    """Who stands in the list more than once, by place; nobody without an identifier does."""
    counted = Counter(name for name in outcome.names if name and "~" not in name)
    return frozenset(n for n, name in enumerate(outcome.names) if counted[name] > 1)


def _in_order(faults: Iterable[Fault], head: int) -> tuple[Fault, ...]:
    placed = (_placed(fault, head) for fault in faults)
    return tuple(sorted(placed, key=lambda fault: fault.row or 0))


def _placed(fault: Fault, head: int) -> Fault:
    row = fault.row + head if fault.row is not None and not fault.sheet else fault.row
    return replace(fault, row=row, candidate=named(fault.candidate.encode(), 0).decode())


def _without_empty(fault: Fault) -> dict[str, Any]:
    """A mistake, or what was passed over, without what is empty."""
    return {k: v for k, v in asdict(fault).items() if v not in ("", None) and k != "source"}


def _nested(levels: Counter[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for key, count in levels.items():
        level, _, status = key.rpartition(" ")
        found.setdefault(level, {})[status] = count
    return found
