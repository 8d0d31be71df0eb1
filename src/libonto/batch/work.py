"""The work on one task: the same function in one process, in a pool and on other machines.

Each span is read by a fast path first. What that does not support goes, bytes and all, through
the one intake that `assess` and the service use.
"""

from __future__ import annotations

import json
from array import array
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from libonto.batch.json_lines import JsonReader
from libonto.batch.judge import BatchJudge
from libonto.batch.model import (
    BatchJob,
    BatchSource,
    FastPathUnsupported,
    Task,
    TaskOutcome,
    digest,
)
from libonto.batch.output.forms import form
from libonto.batch.parts import UNNAMED
from libonto.batch.tables import PersonRows, TableReader
from libonto.batch.task_log import TaskLog, mentioned
from libonto.batch.triples import (
    MAX_STATEMENT,
    Chunk,
    SlowCandidate,
    StatementCache,
    normal,
)
from libonto.errors import InputError, NothingToAssess, SyntaxFault, TooLargeError
from libonto.profile.account import ProfileEntry, Unreadable
from libonto.profile.document import FOREIGN, Document, is_xml_credential, read_json, read_rdf
from libonto.profile.from_rdf import RdfProfiles
from libonto.profile.intake import Intake, mapped_names
from libonto.profile.interchange.foreign import foreign_kind
from libonto.profile.interchange.sheets import MAX_LINE
from libonto.profile.json_ld import is_plain
from libonto.profile.model import FlatProfile, flat_profile

_BEFORE = 10**18
"""So many candidates stand before those that the intake reads here: an IRI that it gives out
can be told from one that is stated."""
_GIVEN_OUT = f"urn:libonto:candidate:{_BEFORE // 10**6}"


class WorkerContext:
    """The judge and the readers of a process that works on tasks."""

    def __init__(self, job: BatchJob, judge: BatchJudge | None = None) -> None:
        """Load the job's data folders, unless a judge that has loaded them is given."""
        self.job = job
        self.judge = judge or BatchJudge(job.inquiry, job.data)
        self.form = form(job.form, self.judge, job.lang)
        vocabulary = self.judge.assessor.vocabulary
        self.vocabulary = vocabulary
        self.names = mapped_names(vocabulary, job.mapping)
        self.statements = StatementCache(vocabulary)
        self.json = JsonReader(vocabulary)
        self.table = lru_cache(None)(self._table)

    def _table(self, number: int) -> TableReader:
        source = self.job.sources[number]
        return TableReader(source.head, source.name, source.encoding or None, self.names)

    def work(self, task: Task, data_of_spans: Sequence[bytes]) -> TaskOutcome:
        """The outcome of a task, given the bytes of its spans."""
        log = TaskLog(task, self.job, self.judge, self.form)
        log.outcome.digest = digest_of(self.job.sources, task, data_of_spans)
        by_source = {
            span.source: data for span, data in zip(task.spans, data_of_spans, strict=True)
        }
        for span, data in zip(task.spans, data_of_spans, strict=True):
            source = self.job.sources[span.source]
            if source.reader == "joined":  # read together with the first one
                continue
            log.open(source)
            is_first = span.start == len(source.head)
            reader = _SpanReader(self, log, source, by_source, span.whole, is_first)
            try:
                getattr(reader, source.reader)(data)
            except NothingToAssess:
                pass  # joined outcomes without any candidate are an error of the run
            except InputError as error:
                log.fault(error)
        return log.finished()


def digest_of(sources: Sequence[BatchSource], task: Task, data_of_spans: Sequence[bytes]) -> str:
    """A digest of the bytes of a task's spans, and of the headings above them."""
    digest = blake2b(digest_size=16)
    for span, data in zip(task.spans, data_of_spans, strict=True):
        for part in (sources[span.source].head, data):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


@dataclass(frozen=True)
class _SpanReader:
    """Reads one span; there is a method for each way of reading."""

    context: WorkerContext
    log: TaskLog
    source: BatchSource
    by_source: Mapping[int, bytes]
    whole: bool
    is_first: bool

    def broken(self, _: bytes) -> None:
        """A source that cannot be read at all."""
        if self.source.error is not None:
            raise self.source.error

    # The slow path.

    def _documents(self, documents: Sequence[Document], **options: Any) -> Iterable[ProfileEntry]:
        """The entries of documents, by the intake."""
        context = self.context
        options |= {"lang": context.job.lang, "trust": context.job.trust}
        return Intake(context.names, before=_BEFORE, **options).documents(documents)

    def _entry(
        self, entry: ProfileEntry, row: int = 0, shift: int = 0, *, audited: bool = True
    ) -> None:
        """Judge a candidate of the intake, or log why there is none.

        `row` is its row if the intake cannot know it, `shift` how many rows come before
        those that it was given. `audited`: pySHACL judges, too. Raises the error that stopped the
        reading.
        """
        log, place = self.log, entry.place
        for note in entry.notes:
            log.note(note, shift)
        if entry.passed_over:
            return
        row, sheet = place.row + shift if place.row else row, place.sheet
        for problem in entry.problems:
            if isinstance(problem, Unreadable):
                raise problem.error
        if entry.candidate is None and not entry.iri and not row:  # of no candidate in particular
            for problem in entry.problems:
                log.fault(problem)
            return
        iri = self._unnamed() if entry.iri.startswith(_GIVEN_OUT) else entry.iri
        if entry.candidate is None or entry.lost:  # a verdict may rest on what is lost
            log.wrong(iri, (*entry.problems, *entry.lost), row, sheet, shift=shift)
        else:
            profile = flat_profile(entry.candidate)._replace(iri=iri)
            log.judge(profile, row, sheet, entry.candidate if audited else None)

    def _judge(self, profile: FlatProfile, row: int) -> None:
        self.log.judge(profile if profile.iri else profile._replace(iri=self._unnamed()), row)

    def _unnamed(self) -> str:
        """The IRI of a candidate without an identifier, by the place within the task."""
        self.log.outcome.unnamed = True
        return UNNAMED.format(self.log.count + 1)

    # Lines of RDF.

    def triples(self, data: bytes) -> None:
        """Lines of N-Triples or N-Quads."""
        self.log.outcome.records[self.source.number] = data.count(b"\n")
        chunk = Chunk(data.removeprefix(b"\xef\xbb\xbf"), self.context.statements, whole=self.whole)
        self._people(chunk, data)
        if not self.whole:
            self.log.outcome.left_over = b"\n".join(chunk.left_over)
            salt = str(self.source.number).encode()
            self.log.outcome.loose = array("Q", sorted(mentioned(chunk.left_over, salt)))
        elif chunk.left_over:
            self._loose(chunk.left_over, data)

    def _people(self, chunk: Chunk, data: bytes) -> None:
        salt = str(self.source.number).encode()
        outcome, log = self.log.outcome, self.log
        log.foreign(chunk.apart)
        for person, subjects, foreign in chunk.people:
            is_here = not log.is_elsewhere()
            if isinstance(person, FlatProfile):
                log.judge(person)
            else:
                foreign = self._slow_candidate(person, data)
            if foreign and is_here:
                log.foreign(set(foreign))
            if not self.whole and len(outcome.ids) > len(outcome.counts):
                outcome.counts.append(len(subjects) - 1)
                outcome.nodes.extend(digest(salt + part) for part in subjects[1:])

    def _slow_candidate(self, slow: SlowCandidate, data: bytes) -> list[str]:
        """Judge a candidate by the intake; the IRIs that a profile has no place for."""
        iri = _iri(slow.subject)
        broken = next((line for line in slow.lines if normal(line) is None), None)
        if broken is not None:
            fault, row = self._fault(broken, data)
            self.log.wrong(iri, [fault], row)
            return []
        lines = b"\n".join(slow.lines) + b"\n"
        entries = list(self._documents([Document(lines, format="nquads")]))
        problems = [problem for entry in entries for problem in entry.problems]
        if problems:
            unique = f"{self.source.number} {slow.subject!r}"
            self.log.wrong(iri, problems, key="" if iri else unique)
        else:
            for entry in entries:
                self._entry(replace(entry, notes=()))
        return [note.value for entry in entries for note in entry.notes]

    def _fault(self, broken: bytes, data: bytes) -> tuple[InputError, int]:
        """The error of a line that is no statement, and the line's number in the chunk."""
        error: InputError = SyntaxFault("syntax-nowhere", detail="N-Quads")
        if len(broken) > MAX_STATEMENT:
            error = TooLargeError("record-too-long", limit=MAX_STATEMENT)
        else:
            try:
                list(read_rdf(broken + b"\n", "nquads"))
            except InputError as fault:
                error = fault
                error.params |= {"line": 1} if isinstance(error, SyntaxFault) else {}
        place = data.find(broken)
        if place < 0:  # it was taken for a statement of the subject above it
            place = data.find(broken.partition(b" ")[2])
        return error, data.count(b"\n", 0, max(place, 0)) + 1

    def _loose(self, lines: list[bytes], data: bytes) -> None:
        """Log lines that belong to no candidate of the whole source: most are mistakes."""
        good = []
        for line in lines:
            if normal(line) is not None:
                good.append(line)
                continue
            error, row = self._fault(line, data)
            self.log.fault(error, _iri(line.partition(b" ")[0]), row)
        profiles = RdfProfiles(
            read_rdf(b"\n".join(good) + b"\n", "nquads"), self.context.vocabulary, ""
        )
        profiles.report_loose()
        self.log.foreign(iri for _, iri in profiles.foreign())
        for problem in profiles.problems:
            self.log.fault(problem)

    # Tables.

    def table(self, data: bytes) -> None:
        """Rows of a delimited file."""
        if not self.source.head:
            raise NothingToAssess("no-candidate")
        reader = self.context.table(self.source.number)
        for note in reader.table.notes if self.is_first else ():
            self.log.note(note, -self.source.head.count(b"\n"))
        text = self._decoded(data, reader.encoding)
        for person in reader.read(text):
            if person.profile is None:
                self._slow_rows(reader, person)
            else:
                self._judge(person.profile, person.number)
        self.log.outcome.records[self.source.number] = reader.count

    def _decoded(self, data: bytes, encoding: str) -> str:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            pass
        lines = []
        for number, line in enumerate(data.split(b"\n"), start=1):
            try:
                lines.append(line.decode(encoding))
            except UnicodeDecodeError as error:
                key = "table-not-utf8" if encoding == "utf-8" else "encoding-wrong"
                column = error.start + 1
                fault = SyntaxFault(key, line=number, column=column, encoding=encoding)
                self.log.wrong("", [fault], number)
                lines.append("")
        return "\n".join(lines)

    def _slow_rows(self, reader: TableReader, person: PersonRows) -> None:
        """The rows of one person, with the headings above them."""
        if any(len(line) > MAX_LINE for line in person.text):
            error = TooLargeError("record-too-long", limit=MAX_LINE)
            self.log.wrong(person.iri, [error], person.number)
            return
        head = reader.head if reader.head.endswith(b"\n") else reader.head + b"\n"
        data = head + ("\n".join(person.text) + "\n").encode(reader.encoding)
        shift = person.number - reader.table.heading_row - 1
        try:
            for entry in self._documents(
                [_document(data, self.source)], delimiter=reader.delimiter
            ):
                if not entry.passed_over or entry.place.row > reader.table.heading_row:
                    self._entry(entry, person.number, shift)
        except NothingToAssess:
            pass  # the rows were passed over, and their notes say why
        except InputError as error:
            self.log.wrong(person.iri, [error], person.number)

    def book(self, data: bytes) -> None:
        """A workbook, or tables that are read together."""
        source, sources = self.source, self.context.job.sources
        is_text = source.format in {"csv", "tsv"}
        if is_text and not source.joined and not data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            encoding = source.encoding or "utf-8"
            data = self._decoded(data, encoding).encode(encoding)
        documents = [_document(self.by_source[n], sources[n]) for n in source.joined]
        is_small_list = is_text and not source.path
        for entry in self._documents(documents or [_document(data, source)]):
            whole = entry.candidate and flat_profile(entry.candidate).whole
            self._entry(entry, audited=is_small_list and whole is not None)

    # JSON.

    def lines(self, data: bytes) -> None:
        """JSON lines: an object a line."""
        data = data.removeprefix(b"\xef\xbb\xbf")
        for number, line in enumerate(data.split(b"\n"), start=1):
            if len(line) > MAX_LINE:
                error = TooLargeError("record-too-long", limit=MAX_LINE)
                self.log.wrong("", [error], number)
            elif line.strip():
                self._object(line, number)
        self.log.outcome.records[self.source.number] = data.count(b"\n")

    def _object(self, data: bytes, row: int) -> None:
        """One object, on line `row`."""
        try:
            profile = self.context.json.profile(read_json(data))
        except (InputError, FastPathUnsupported):
            try:
                for entry in self._documents([Document(data, "", "json")]):
                    self._entry(entry, row)
            except InputError as error:
                self.log.wrong("", [error], row)
        else:
            self._judge(profile, row)

    def document(self, data: bytes) -> None:
        """A document that is read at once: RDF, JSON, JSON-LD, or in a format of others."""
        format_ = self.source.format
        if not data.strip(b"\xef\xbb\xbf \t\r\n"):
            raise NothingToAssess("empty")
        if format_ == "rdfxml" and is_xml_credential(data):
            format_ = "elm"
        if format_ == "json":
            value = read_json(data)
            members = value if isinstance(value, list) else [value]
            if not foreign_kind(value) and all(map(is_plain, members)):
                for member in members:
                    self._object(json.dumps(member).encode(), 0)
                return
        if format_ == "json" or format_ in FOREIGN:
            for entry in self._documents([Document(data, self.source.name, format_)]):
                self._entry(entry, audited=entry.form not in FOREIGN)
            return
        quads = "".join(f"{quad} .\n" for quad in read_rdf(data, format_)).encode()
        chunk = Chunk(quads, self.context.statements, whole=True)
        self._people(chunk, quads)
        if chunk.left_over:
            self._loose(chunk.left_over, quads)


def _iri(subject: bytes) -> str:
    """The IRI of a subject as written; nothing of a blank node."""
    return subject[1:-1].decode(errors="replace") if subject[:1] == b"<" else ""


def _document(data: bytes, source: BatchSource) -> Document:
    return Document(data, source.name, source.format, source.encoding or None)
