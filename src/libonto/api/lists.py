"""Lists of people: out of one table for the page of lists, in any format for `POST /api/batch`.

Both run in a worker, and judge every candidate of the intake by the batch's judge. A wrong row
concerns its own person only: the others are judged all the same. The page's list has the places of
all mistakes and how the table is understood. That of `POST /api/batch` is one task of a batch in
memory: lines are read by its fast path, and of persons who are listed twice none is judged.
"""

from __future__ import annotations

import io
import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import chain, islice
from typing import Any

from libonto.api.workbook import SheetContent, workbook
from libonto.batch.judge import BatchJudge
from libonto.batch.model import BatchJob, BatchSource, ByteSpan, Fault, Task, TaskOutcome
from libonto.batch.output.forms import HEADING
from libonto.batch.parts import named
from libonto.batch.plan import READERS
from libonto.batch.task_log import foreign_terms
from libonto.batch.work import WorkerContext
from libonto.errors import (
    NothingToAssess,
    Place,
    Problem,
    ProfileError,
    TooLargeError,
    column_letters,
)
from libonto.graph.table import delimited
from libonto.locales import sentence
from libonto.profile.account import ProfileEntry, Unreadable, remarks
from libonto.profile.document import Document
from libonto.profile.intake import Intake, mapped_names
from libonto.profile.interchange import writing
from libonto.profile.interchange.headings import written
from libonto.profile.interchange.layout import table_of, tables_of
from libonto.profile.interchange.mapping import (
    ALL,
    NOTHING,
    MappingFile,
    ProposedValue,
    column_keys,
    meaning_by_key,
    propose,
)
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.sheets import Row, delimited_sheet, ends_with_returns, escaped
from libonto.profile.interchange.signatures import TrustedKeys
from libonto.profile.interchange.table_writer import Value
from libonto.profile.interchange.tables import open_sheets
from libonto.profile.model import flat_profile
from libonto.verdict.assessment import Assessor
from libonto.verdict.inquiry import Inquiry
from libonto.verdict.model import Assessment, Status
from libonto.voice.words import Words

COLUMNS = ("row", "name", "ladders", "status", "wanted", "lacking", "since", "readings")
"""The columns in their order; a ladder has one each in the place of `ladders`."""
_PREVIEWED = 5
_MOST_WORDS = 80
ERRORS = ("sheet", "row", "column", "heading", "message")


@dataclass(frozen=True)
class TableAssessment:
    """The assessment of a list: the columns' headings, a row for each person, and the mistakes.

    `before` are the sentences above the verdicts, on the editions judged by. `understood` are the
    first five persons as the judge sees them, or their problems.
    """

    headings: list[str]
    people: list[dict[str, Any]]
    errors: list[dict[str, Any]]
    before: list[str]
    passed_over: list[str]
    mapping: dict[str, Any]
    understood: list[dict[str, Any]]


def assess_table(
    assessor: Assessor,
    table: tuple[bytes, str],
    inquiry: Inquiry,
    lang: str,
    mapping: str = "",
    *,
    only_look: bool = False,
) -> TableAssessment:
    """Judge the people of a table (its bytes and its file's name), read by a mapping's text.

    With `only_look` no person is judged: the answer says how the table is understood.

    Raises SyntaxFault, FormatError, TooLargeError, NothingToAssess for a file as a whole, and
    ProfileError for a mapping that cannot be used.
    """
    data, name = table
    names = mapped_names(assessor.vocabulary, MappingFile(mapping) if mapping.strip() else None)
    entries = list(Intake(names, lang=lang).documents([Document(data, name)]))
    errors: list[dict[str, Any]] = []
    for entry in entries:
        for problem in entry.problems:
            if isinstance(problem, Unreadable):
                raise problem.error
            errors.append(_error(problem, entry.place, lang))
    batch, words = BatchJudge(inquiry, assessor=assessor), Words(assessor.graph, lang)
    assessments: list[Assessment] = []
    people: list[dict[str, Any]] = []
    for entry in [] if only_look else entries:
        if entry.candidate is None:
            continue
        profile = flat_profile(entry.candidate)
        judge = batch.judge_of(profile)
        if isinstance(judge, Problem):
            errors.append(_error(judge, entry.place, lang))
            continue
        assessments.append(batch.assessment(profile, judge.judge(profile)))
        people.append(_person(words, assessments[-1], entry.place))
    previewed = [entry for entry in entries if not entry.passed_over][:_PREVIEWED]
    return TableAssessment(
        _headings(assessor, inquiry, words),
        people,
        errors,
        list(dict.fromkeys(words.judged_by(a.notices, a.rules.edition_iri) for a in assessments)),
        list(remarks(entries, lang)),
        _mapping(data, name, names, lang),
        [_understood(entry, words, inquiry.on, lang) for entry in previewed],
    )


def _understood(entry: ProfileEntry, words: Words, on: date, lang: str) -> dict[str, Any]:
    """A person's rows in words, before they are judged."""
    person = entry.candidate
    parts: dict[str, list[str]] = {"problems": [p.message(lang) for p in entry.problems]}
    if person is not None:
        parts |= {
            "credentials": [words.credential(credential, on) for credential in person.credentials],
            "employments": [
                f"{words.label(e.position)}: {words.period(e)}" for e in person.employments
            ],
            "knowledge": [words.label(item) for item in person.knowledge],
            "wanted": [words.label(person.applies_for)] if person.applies_for else [],
            "held": [words.label(grant.category) for grant in person.holds],
        }
    return {"row": entry.place.row, "name": person.name or person.iri if person else "", **parts}


def _mapping(data: bytes, name: str, names: Names, lang: str) -> dict[str, Any]:
    """How the table is understood, and what may be chosen instead: columns, words, five rows."""
    sheets = open_sheets(io.BytesIO(data), name)
    try:
        tables, _ = tables_of(sheets, names, lenient=True)
    except ProfileError:  # no headings at all: one of the errors says so
        return {}
    first: list[Row] = []
    for table in tables[:1]:
        first = list(islice((row for row in table.rows if not row.empty), _PREVIEWED))
        table.rows = chain(first, table.rows)
    proposal = propose(tables, names)
    return {
        "open": proposal.open,
        "days": list(proposal.ambiguous_days[:5]),
        "month_first": names.mapping.month_first,
        "preview": [
            [str(row.cell(index)) for index in range(len(proposal.columns))] for row in first
        ],
        "columns": [asdict(column) for column in proposal.columns],
        "keys": [(key, _key_label(key, lang)) for key in _keys(names)],
        "values": [
            {**asdict(value), "options": _options(value, names, lang)}
            for value in proposal.values
            if value.decided or not value.mapped_to
        ][:_MOST_WORDS],
        "certain": [
            {"text": value.text, "count": value.count, "meant": _certain(value, names, lang)}
            for value in proposal.values
            if value.mapped_to not in {"", "?"} and not value.decided
        ],
    }


def _certain(value: ProposedValue, names: Names, lang: str) -> str:
    """The meaning of a word that has one only, in words."""
    meaning = meaning_by_key(value.key)
    if value.mapped_to == NOTHING or meaning is None:
        return sentence("mapping.nothing", lang)
    iris = names.find(meaning.how, value.text)
    return names.label(meaning.how, iris[0], lang) if iris else value.mapped_to


def _key_label(key: str, lang: str) -> str:
    part, _, name = key.partition("-")
    label = written(f"{part}-{name}", lang)
    return label if part == "candidate" else f"{written(f'part-{part}', lang)}: {label}"


def _keys(names: Names) -> list[str]:
    """What a column can hold; other documents only where kinds of them are known."""
    some = bool(names.vocabulary.document_kinds)
    return [key for key in column_keys() if some or not key.startswith("helddocument-")]


def _options(value: ProposedValue, names: Names, lang: str) -> list[tuple[str, str]]:
    """The meanings that a word may have, as slugs with their labels; the likeliest first."""
    meaning = meaning_by_key(value.key)
    kind = meaning.how if meaning else ""
    iris = dict.fromkeys((*value.choices, *names.members(kind)))
    options = [(names.short(kind, iri), names.label(kind, iri, lang)) for iri in iris]
    if value.mapped_to and value.mapped_to not in {slug for slug, _ in options} | {NOTHING, ALL}:
        label = names.label(kind, (names.find(kind, value.mapped_to) or [value.mapped_to])[0], lang)
        options.insert(0, (value.mapped_to, label))
    if kind == "knowledge":
        options.insert(0, (ALL, sentence("mapping.all-items", lang)))
    return [*options, (NOTHING, sentence("mapping.nothing", lang))]


def as_csv(table: TableAssessment) -> bytes:
    """The people as delimited text that Excel opens: UTF-8 with a mark, no cell a formula.

    The sentences on the edition judged by are lines of their own above the headings.
    """
    before = ([escaped(line)] for line in table.before)
    people = ([escaped(str(c)) for c in _cells(person)] for person in table.people)
    return delimited([*before, table.headings, *people]).encode("utf-8-sig")


def as_workbook(table: TableAssessment, lang: str) -> bytes:
    """The people on one sheet, the mistakes on another.

    The sentences on the edition judged by are rows of their own above the people.
    """
    people = [_cells(person) for person in table.people]
    name = sentence("lists.sheet-people", lang)
    sheets = [SheetContent(name, [table.headings, *people], above=table.before)]
    if table.errors:
        heads = [sentence(f"lists.error-{key}", lang) for key in ERRORS]
        errors = [[error[key] for key in ERRORS] for error in table.errors]
        sheets.append(SheetContent(sentence("lists.sheet-errors", lang), [heads, *errors]))
    return workbook(sheets, "dd.mm.yyyy")


def _error(problem: Problem, near: Place, lang: str) -> dict[str, Any]:
    """A mistake by its place; `column` is the column's letters."""
    place = problem.place or near
    text = (replace(problem, place=Place()) if problem.place else problem).message(lang)
    return {
        "sheet": place.sheet,
        "row": place.row or "",
        "column": "" if place.column is None else column_letters(place.column),
        "heading": place.heading,
        "message": text,
    }


def _headings(assessor: Assessor, inquiry: Inquiry, words: Words) -> list[str]:
    positions = assessor.positions
    position = inquiry.position or positions.default
    rules = positions.rules(position, inquiry.edition, inquiry.on)
    ladders = [words.label(rules.ladder_iri(slug)) for slug in rules.ladders]
    heads = [ladders if key == "ladders" else [words.say(f"lists.{key}")] for key in COLUMNS]
    return list(chain.from_iterable(heads))


def _person(words: Words, assessment: Assessment, place: Place) -> dict[str, Any]:
    target = assessment.category(assessment.target)
    earliest = target.earliest_on
    later = earliest is not None and earliest > assessment.on and target.status != Status.MET
    order = [category.iri for category in assessment.categories]
    steps = {category.ladder: category.iri for category in assessment.best}
    open_ = [assessment.finding(iri) for iri in target.unmet]
    return {
        "row": place.row,
        "name": assessment.candidate.name or assessment.candidate.iri,
        "steps": [
            {"label": words.short(steps[ladder]), "place": order.index(steps[ladder])}
            if ladder in steps
            else {"label": "–", "place": -1}
            for ladder in assessment.highest
        ],
        "wanted": words.label(target.iri),
        "short": words.short(target.iri),
        "place": order.index(target.iri),
        "status": str(assessment.status),
        "said": words.category_status(assessment.status),
        "lacking": [words.label(iri) for iri in target.unmet],
        "reasons": [
            words.label(f.requirement.iri)
            if f.requirement.item
            else words.message(f, assessment.on)
            for f in open_
        ],
        "since": earliest.isoformat() if later and earliest else "",
        "readings": [words.reading(name) for name in target.depends_on_readings],
        "profile": writing.to_object(assessment.candidate),
    }


def _cells(person: Mapping[str, Any]) -> list[Value]:
    since: str = person["since"]
    return [
        person["row"],
        person["name"],
        *(step["label"] for step in person["steps"]),
        person["said"],
        person["wanted"],
        "; ".join(person["lacking"]),
        date.fromisoformat(since) if since else "",
        "; ".join(person["readings"]),
    ]


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
