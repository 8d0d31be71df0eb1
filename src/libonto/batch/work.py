"""The work on one task: the same function in one process, in a pool and on other machines."""

from __future__ import annotations

import io
import json
import re
from array import array
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from libonto.batch.json_lines import JsonReader, Unusual
from libonto.batch.model import Job, Outcome, Source, Task, digest
from libonto.batch.output.forms import form
from libonto.batch.panel import Panel
from libonto.batch.recording import UNNAMED, Record, spoken_of
from libonto.batch.tables import Rows, TableReader
from libonto.batch.terms import MAX_STATEMENT, Terms
from libonto.batch.triples import Odd, Piece, TriplesReader, normal
from libonto.errors import (
    InputError,
    NothingToAssess,
    Problem,
    ProfileError,
    SyntaxFault,
    TooLargeError,
)
from libonto.profile.account import PlacedProblem
from libonto.profile.brief import Brief, brief_of
from libonto.profile.checks import Checker
from libonto.profile.document import Document
from libonto.profile.from_json import is_plain
from libonto.profile.from_rdf import RdfProfiles
from libonto.profile.interchange.formats import FOREIGN, foreign_kind
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.sheets import MAX_LINE
from libonto.profile.interchange.tables import RowResult, check, read_tables
from libonto.profile.json_ld import (
    LossFinder,
    completed,
    own_context,
    refuse_remote_contexts,
    without_own_context,
)
from libonto.profile.model import Candidate
from libonto.profile.reader import Reader
from libonto.profile.syntax import read_json, read_rdf

_PLACE = re.compile(r"urn:libonto:candidate:([0-9]+)")


class Bench:
    """Where tasks are worked on: all that is loaded and learnt once in a process."""

    def __init__(self, job: Job, panel: Panel | None = None) -> None:
        """Load what the job needs, unless a panel that has it is given."""
        self.job = job
        self.panel = panel or Panel(job.terms)
        self.form = form(job.form, self.panel, job.lang)
        vocabulary = self.panel.assessor.vocabulary
        self.vocabulary = vocabulary
        self.names = Names(vocabulary)
        self.triples = TriplesReader(Terms(vocabulary))
        self.json = JsonReader(vocabulary)
        self._tables: dict[int, TableReader] = {}

    def table(self, source: Source) -> TableReader:
        """The reader of one table."""
        if source.number not in self._tables:
            self._tables[source.number] = TableReader(
                source.head, source.name, source.encoding or None, self.names
            )
        return self._tables[source.number]

    def work(self, task: Task, pieces: Sequence[bytes]) -> Outcome:
        """What comes of a task, given the bytes of its spans."""
        record = Record(task, self.job, self.panel, self.form)
        record.outcome.digest = digest_of(self.job.sources, task, pieces)
        by_source = {span.source: data for span, data in zip(task.spans, pieces, strict=True)}
        for span, data in zip(task.spans, pieces, strict=True):
            source = self.job.sources[span.source]
            if source.reader == "joined":  # read together with the first one
                continue
            record.open(source.number)
            worker = _Work(self, record, source, by_source, whole=span.whole)
            try:
                getattr(worker, source.reader)(data)
            except NothingToAssess:
                pass  # whoever puts the outcomes together sees that nobody was there
            except InputError as error:
                record.fault(error)
        return record.finished()


def digest_of(sources: Sequence[Source], task: Task, pieces: Sequence[bytes]) -> str:
    """A digest of all that a task reads: the bytes of its spans, and the headings above them."""
    found = blake2b(digest_size=16)
    for span, data in zip(task.spans, pieces, strict=True):
        for part in (sources[span.source].head, data):
            found.update(len(part).to_bytes(8, "big"))
            found.update(part)
    return found.hexdigest()


class _Work:
    """One span in the doing; there is a method for each way of reading."""

    def __init__(
        self,
        bench: Bench,
        record: Record,
        source: Source,
        by_source: dict[int, bytes],
        *,
        whole: bool,
    ) -> None:
        self._bench = bench
        self._by_source = by_source
        self._record = record
        self._source = source
        self._whole = whole

    def broken(self, _: bytes) -> None:
        """A source that cannot be read at all."""
        if self._source.error is not None:
            raise self._source.error

    # Lines of RDF.

    def triples(self, data: bytes) -> None:
        """Lines of N-Triples or N-Quads."""
        self._record.outcome.records[self._source.number] = data.count(b"\n")
        piece = self._bench.triples.read(data.removeprefix(b"\xef\xbb\xbf"), whole=self._whole)
        self._people(piece, data)
        if not self._whole:
            self._record.outcome.left_over = b"\n".join(piece.left_over)
            salt = str(self._source.number).encode()
            self._record.outcome.loose = array("Q", sorted(spoken_of(piece.left_over, salt)))
        elif piece.left_over:
            self._loose(piece.left_over, data)

    def _people(self, piece: Piece, data: bytes) -> None:
        salt = str(self._source.number).encode()
        outcome, record = self._record.outcome, self._record
        for person, subjects in zip(piece.people, piece.nodes, strict=True):
            if isinstance(person, Brief):
                record.brief(person)
            else:
                self._odd(person, data)
            if not self._whole and len(outcome.ids) > len(outcome.counts):
                parts = [digest(salt + part) for part in subjects[1:]]
                outcome.counts.append(len(parts))
                outcome.nodes.extend(parts)

    def _odd(self, odd: Odd, data: bytes) -> None:
        """Somebody for the ordinary reader."""
        iri = odd.subject[1:-1].decode(errors="replace") if odd.subject[:1] == b"<" else ""
        try:
            found = self._read(odd.lines)
        except InputError as wrong:
            fault, row = wrong, 0
            broken = next((line for line in odd.lines if normal(line) is None), None)
            if broken is not None:
                fault, row = self._fault(broken, data)
            unique = f"{self._source.number} {odd.subject!r}"
            self._record.wrong(iri, [fault], row, key="" if iri else unique)
            return
        for candidate in found:
            self._record.odd(candidate)

    def _fault(self, broken: bytes, data: bytes) -> tuple[InputError, int]:
        """What is wrong with a line that is no statement, and which line of the piece it is."""
        error: InputError = SyntaxFault("syntax-nowhere", detail="N-Quads")
        try:
            self._read([broken])
        except SyntaxFault as found:
            error = found
            error.params["line"] = 1
        except InputError as found:
            error = found
        place = data.find(broken)
        if place < 0:  # it was taken for a statement of the subject above it
            place = data.find(broken.partition(b" ")[2])
        return error, data.count(b"\n", 0, max(place, 0)) + 1

    def _read(self, lines: list[bytes]) -> list[Candidate]:
        vocabulary = self._bench.vocabulary
        if any(len(line) > MAX_STATEMENT for line in lines):
            raise TooLargeError("record-too-long", limit=MAX_STATEMENT)
        profiles = RdfProfiles(read_rdf(b"\n".join(lines) + b"\n", "nquads"), vocabulary, "")
        checker = Checker(vocabulary)
        found = [checker.candidate(raw) for raw in profiles.candidates()]
        problems = [*profiles.problems, *checker.problems]
        if problems:
            raise ProfileError(problems)
        return [candidate for candidate in found if candidate]

    def _loose(self, lines: list[bytes], data: bytes) -> None:
        """What belongs to no candidate of the whole source: mistakes, for the most part."""
        good = []
        for line in lines:
            if normal(line) is not None:
                good.append(line)
                continue
            subject = line.partition(b" ")[0]
            iri = subject[1:-1].decode(errors="replace") if subject[:1] == b"<" else ""
            error, row = self._fault(line, data)
            self._record.fault(error, iri, row)
        profiles = RdfProfiles(
            read_rdf(b"\n".join(good) + b"\n", "nquads"), self._bench.vocabulary, ""
        )
        profiles.report_loose()
        for problem in profiles.problems:
            self._record.fault(problem)

    # Tables.

    def table(self, data: bytes) -> None:
        """Rows of a delimited file."""
        if not self._source.head:
            raise NothingToAssess("no-candidate")
        reader = self._bench.table(self._source)
        text = self._decoded(data, reader.encoding)
        record, has_id = self._record, reader.table.has_id
        for person in reader.read(text):
            brief = person.brief
            if brief is None:
                self._odd_rows(reader, person)
            elif has_id:
                record.brief(brief, person.number)
            else:
                record.brief(brief._replace(iri=self._unnamed()), person.number)
        record.outcome.records[self._source.number] = reader.count

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
                self._record.wrong("", [fault], number)
                lines.append("")
        return "\n".join(lines)

    def _odd_rows(self, reader: TableReader, person: Rows) -> None:
        """The rows of one person, by the ordinary reader of tables."""
        if any(len(line) > MAX_LINE for line in person.text):
            error = TooLargeError("record-too-long", limit=MAX_LINE)
            self._record.wrong(person.iri, [error], person.number)
            return
        head = reader.head if reader.head.endswith(b"\n") else reader.head + b"\n"
        data = head + ("\n".join(person.text) + "\n").encode(reader.encoding)
        results = read_tables(
            [(io.BytesIO(data), self._source.name)],
            self._bench.names,
            format_=self._source.format,
            encoding=self._source.encoding or None,
            delimiter=reader.delimiter,
        )
        shift = person.number - reader.table.heading_row - 1
        for result in results:
            self._result(result, shift, person.iri, odd=True)

    def _result(self, result: RowResult, shift: int = 0, stated: str = "", *, odd: bool) -> None:
        record = self._record
        candidate, problems = check(result, Checker(self._bench.vocabulary))
        row, sheet = result.place.row + shift, result.place.sheet
        iri = candidate.iri if candidate else stated or result.iri
        unnamed = self._unnamed() if not stated and _PLACE.fullmatch(iri) else ""
        if result.passed_over:
            return
        if candidate is None:
            moved = [_moved(problem, shift) for problem in problems]
            record.wrong(unnamed or iri, moved, row, sheet)
        elif odd:
            record.odd(candidate, row, unnamed)
        else:
            brief = brief_of(candidate)
            record.brief(brief._replace(iri=unnamed) if unnamed else brief, row, sheet)

    def book(self, data: bytes) -> None:
        """A workbook, or tables that are read together."""
        sources = [(io.BytesIO(data), self._source.name)]
        if self._source.joined:
            sources = []
            for number in self._source.joined:
                joined = self._bench.job.sources[number]
                sources.append((io.BytesIO(self._by_source[number]), joined.name))
        for result in read_tables(sources, self._bench.names):
            self._result(result, odd=False)

    # JSON.

    def lines(self, data: bytes) -> None:
        """JSON lines: an object a line."""
        data = data.removeprefix(b"\xef\xbb\xbf")
        number = 0
        for number, line in enumerate(data.split(b"\n"), start=1):
            if not line.strip():
                continue
            try:
                if len(line) > MAX_LINE:
                    raise TooLargeError("record-too-long", limit=MAX_LINE)
                value = read_json(line)
                if not foreign_kind(value):
                    refuse_remote_contexts(value)
            except InputError as error:
                self._record.wrong("", [error], number)
                continue
            self._member(without_own_context(value, self._bench.vocabulary.graph.catalogue), number)
        self._record.outcome.records[self._source.number] = data.count(b"\n")

    def _member(self, value: Any, row: int) -> None:
        """One object."""
        record = self._record
        named = isinstance(value, dict) and value.get("id", value.get("@id")) is not None
        iri = "" if named else self._unnamed()
        try:
            brief = self._bench.json.brief(value)
        except Unusual:
            pass
        else:
            record.brief(brief._replace(iri=brief.iri or iri), row)
            return
        if kind := foreign_kind(value):
            self._foreign(value, kind, row)
            return
        reader = Reader(self._bench.vocabulary)
        try:
            found = reader.read([Document(json.dumps(value).encode(), "", "json")])
        except InputError as error:
            stated = "" if not named else str(value.get("id", value.get("@id")))
            record.wrong(iri or stated, [error], row)
            return
        for candidate in found:
            record.odd(candidate, row, iri=iri if _PLACE.fullmatch(candidate.iri) else "")

    def _foreign(self, value: Any, kind: str, row: int) -> None:
        """A document in a form of others': Europass, schema.org, JSON Resume."""
        from libonto.profile.interchange.foreign import ForeignReader

        reader = ForeignReader(self._bench.vocabulary, self._bench.job.lang)
        checker = Checker(self._bench.vocabulary)
        for made in reader.read(value, kind, file=self._source.name):
            wrong = [*made.problems, *made.lost]
            candidate = None if wrong else checker.candidate(made.raw)
            iri = made.raw.iri or ""
            unnamed = self._unnamed() if _PLACE.fullmatch(iri) else ""
            if candidate is None:
                self._record.wrong(unnamed or iri, [*wrong, *checker.problems], row)
                checker.problems.clear()
            else:
                brief = brief_of(candidate)
                self._record.brief(brief._replace(iri=unnamed) if unnamed else brief, row)

    def document(self, data: bytes) -> None:
        """A document that is read at once: RDF, JSON, JSON-LD, or one in a form of others."""
        if not data.strip(b"\xef\xbb\xbf \t\r\n"):
            raise NothingToAssess("empty")
        format_ = self._source.format
        if format_ == "json" or format_ in FOREIGN:
            value = read_json(data)
            if not isinstance(value, dict | list):
                raise SyntaxFault("json-top-level")
            foreign = format_ if format_ in FOREIGN else foreign_kind(value)
            if foreign:
                self._foreign(value, foreign, 0)
                return
            refuse_remote_contexts(value)
            members = value if isinstance(value, list) else [value]
            catalogue = self._bench.vocabulary.graph.catalogue
            members = [without_own_context(member, catalogue) for member in members]
            if not members or any(map(is_plain, members)):
                for member in members:
                    self._member(member, 0)
                return
            data = self._expanded(members)
        lines = [f"{quad} .\n" for quad in read_rdf(data, self._source.format)]
        quads = "".join(lines).encode()
        piece = self._bench.triples.read(quads, whole=True)
        self._people(piece, quads)
        if piece.left_over:
            self._loose(piece.left_over, quads)

    def _expanded(self, members: list[Any]) -> bytes:
        own = own_context(self._bench.vocabulary.graph.catalogue)
        value = completed(members, own)
        lost = list(LossFinder(value, own, "").problems())
        if lost:
            raise ProfileError(lost)
        return json.dumps(value).encode()

    def _unnamed(self) -> str:
        """Somebody without an identifier, by the place within the task."""
        self._record.outcome.unnamed = True
        return UNNAMED.format(self._record.count + 1)


def _moved(problem: Problem, shift: int) -> Problem:
    """A problem of a table that was read with its headings above it, at its place in the piece."""
    if not isinstance(problem, PlacedProblem) or not problem.place.row:
        return problem
    return replace(problem, place=replace(problem.place, row=problem.place.row + shift))
