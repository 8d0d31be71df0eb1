"""Profiles in any form, one by one: the good ones, and of the others what is wrong and where.

For `libonto profile convert` and `check`; what judges reads all or nothing (`reader.Reader`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from libonto.errors import InputError, NothingToAssess, Problem, ProfileError
from libonto.profile.checks import Checker
from libonto.profile.document import Document, open_document, parts_of_one
from libonto.profile.interchange.foreign import ForeignReader
from libonto.profile.interchange.formats import FOREIGN, TABLES, foreign_kind
from libonto.profile.interchange.imports import Note
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.sheets import named_encoding
from libonto.profile.interchange.tables import TableSource, check, read_tables
from libonto.profile.model import Candidate
from libonto.profile.reader import Reader
from libonto.profile.syntax import guess_format, named_format, read_json
from libonto.profile.vocabulary import Vocabulary


@dataclass(frozen=True)
class Unreadable(Problem):
    """An input that cannot be read at all, or that holds nothing, as a problem."""

    error: InputError | None = None

    def message(self, lang: str) -> str:
        """What the error says."""
        return self.error.message(lang) if self.error else super().message(lang)


@dataclass(frozen=True)
class Taken:
    """One profile of an input, or what is wrong with it; `form` is the input's format."""

    file: str
    form: str
    candidate: Candidate | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()


class Intake:
    """Reads inputs one profile at a time; a table that is a file is never held whole."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        *,
        lang: str,
        format_: str | None = None,
        encoding: str | None = None,
        delimiter: str | None = None,
    ) -> None:
        """Take what is stated about the inputs; UsageError, FormatError for what is unknown."""
        self._names = Names(vocabulary)
        self._lang = lang
        self._format = named_format(format_) if format_ else None
        self._encoding = named_encoding(encoding) if encoding else None
        self._delimiter = delimiter
        self._seen: dict[str, str] = {}
        self._several = False
        self._count = 0

    def read(self, paths: Sequence[str]) -> Iterator[Taken]:
        """Every profile; an input that cannot be read at all is a profile that is not taken."""
        tables = [path for path in paths if self._form(path) in {"csv", "tsv"}]
        joint = [d.name for d in parts_of_one([Document(b"", path) for path in tables])]
        self._several = len(paths) > 1
        for path in paths:
            if path not in joint[1:]:  # these are read with the first of them
                yield from self._input(joint if path in joint else [path])

    def posted(self, document: Document) -> Iterator[Taken]:
        """Every profile of a document that is no file, such as the body of a request."""
        form = document.format or guess_format(document.data, document.name)
        if form in TABLES:
            source = (BytesIO(document.data), document.name)
            found = self._tables([source], form, encoding=document.encoding)
        else:
            found = self._document(document)
        yield from self._guarded(document.name, form, found)

    def _form(self, path: str) -> str:
        if self._format or path == "-":
            return self._format or ""
        with suppress(OSError, ValueError), Path(path).open("rb") as file:
            return guess_format(file.read(4096), path)
        return ""

    def _input(self, paths: list[str]) -> Iterator[Taken]:
        form = self._form(paths[0])
        if form not in TABLES:
            found = self._opened(paths[0])
        elif paths == ["-"]:
            found = self._tables([(BytesIO(open_document("-").data), "")], form)
        else:
            found = self._tables(paths, form)
        yield from self._guarded("" if paths[0] == "-" else paths[0], form, found)

    def _guarded(self, file: str, form: str, found: Iterator[Taken]) -> Iterator[Taken]:
        """The same; what stops the reading is told like a profile that is not taken."""
        count = 0
        try:
            for taken in found:
                count += 1
                yield taken
            if not count:
                raise NothingToAssess("no-person" if form in TABLES else "no-candidate")
        except ProfileError as error:
            yield Taken(file, form, None, error.problems)
        except InputError as error:
            error.source = error.source or file or None
            yield Taken(file, form, None, (Unreadable(error.key, error=error),))

    def _tables(
        self,
        sources: Sequence[TableSource | tuple[TableSource, str]],
        form: str,
        *,
        encoding: str | None = None,
    ) -> Iterator[Taken]:
        checker = Checker(self._names.vocabulary)
        for result in read_tables(
            sources,
            self._names,
            format_=self._format or (form if len(sources) == 1 else None),
            encoding=encoding or self._encoding,
            delimiter=self._delimiter,
            before=self._count,
        ):
            self._count += 1
            candidate, problems = check(result, checker)
            yield self._unique(Taken(result.place.file, form, candidate, problems))

    def _opened(self, path: str) -> Iterator[Taken]:
        yield from self._document(open_document(path, self._format))

    def _document(self, document: Document) -> Iterator[Taken]:
        path = document.name
        form = document.format or guess_format(document.data, path)
        if form == "json" or form in FOREIGN:
            value = read_json(document.data)
            kind = form if form in FOREIGN else foreign_kind(value)
            if kind:
                yield from self._foreign(value, kind, path)
                return
        reader = Reader(self._names.vocabulary, self._lang)
        for candidate in reader.read([document], before=self._count):
            self._count += 1
            yield self._unique(Taken(path, form, candidate))

    def _foreign(self, value: object, kind: str, path: str) -> Iterator[Taken]:
        reader = ForeignReader(self._names, self._lang)
        checker = Checker(self._names.vocabulary)
        for made in reader.read(value, kind, file=path, before=self._count):
            self._count += 1
            before = len(checker.problems)
            candidate = checker.candidate(made.raw)
            problems = tuple(checker.problems[before:])
            notes = tuple(made.notes)
            yield self._unique(Taken(path, kind, candidate, problems, notes))

    def _unique(self, taken: Taken) -> Taken:
        """The same, unless the person was there before."""
        candidate = taken.candidate
        if candidate is None or not self._several:  # of one input, its reader sees to it
            return taken
        source = candidate.source or taken.file
        other = self._seen.get(candidate.iri)
        if other is None:
            self._seen[candidate.iri] = source
            return taken
        params: dict[str, object] = {"other": other}
        twice = Problem("candidate-twice", candidate=candidate.iri, source=source, params=params)
        return Taken(taken.file, taken.form, None, (twice,), taken.notes)
