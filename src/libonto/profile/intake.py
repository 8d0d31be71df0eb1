"""The one way in: bytes in any format become entries, candidate by candidate.

An entry is a candidate, or what is wrong with it and where, or what was passed over and why.
`Reader` reads the same all or nothing, for judging: one bad candidate, and a ProfileError lists
every problem; no candidate at all, and NothingToAssess is raised (contract, “Errors”).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import islice
from typing import Any, BinaryIO

from libonto.errors import (
    InputError,
    NothingToAssess,
    Place,
    Problem,
    ProfileError,
    SyntaxFault,
    UsageError,
    on_one_line,
)
from libonto.graph.formats import TABLES
from libonto.locales import LANGUAGES
from libonto.profile.account import Note, ProfileEntry, Unreadable
from libonto.profile.checks import MOST_PROBLEMS, Checker, Problems, RawEntry
from libonto.profile.document import (
    FOREIGN,
    Document,
    decode,
    guess_format,
    is_xml_credential,
    named_format,
    open_document,
    opened,
    parts_of_one,
    read_json,
    read_rdf,
)
from libonto.profile.from_rdf import RdfProfiles
from libonto.profile.interchange import elm
from libonto.profile.interchange.foreign import ForeignReader, Trees, foreign_kind
from libonto.profile.interchange.mapping import MappingFile, read_mapping
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.signatures import TrustedKeys
from libonto.profile.interchange.trees import graph_trees
from libonto.profile.json_ld import (
    LossFinder,
    PlainProfile,
    completed,
    is_plain,
    own_context,
    refuse_remote_contexts,
    without_own_context,
)
from libonto.profile.model import Candidate
from libonto.profile.vocabulary import Vocabulary

Entries = Iterator[ProfileEntry]


def mapping_file(path: str) -> MappingFile:
    """A mapping's text and name; UsageError where it cannot be read."""
    return MappingFile(decode(open_document(path).data), path)


def mapped_names(vocabulary: Vocabulary, file: MappingFile | None) -> Names:
    """The names, with a mapping where there is one; ProfileError where it cannot be used."""
    names = Names(vocabulary)
    return Names(vocabulary, read_mapping(file.text, names, file.name)) if file else names


class Intake:
    """Reads inputs one candidate at a time; a table that is a file is never held whole."""

    def __init__(
        self,
        vocabulary: Vocabulary | Names,
        *,
        lang: str = LANGUAGES[0],
        format_: str | None = None,
        encoding: str | None = None,
        delimiter: str | None = None,
        mapping: str | None = None,
        trust: TrustedKeys | None = None,
        before: int = 0,
    ) -> None:
        """UsageError, FormatError for a mapping or a format that is unknown.

        `lang` is for what an import adds in words; `before` is how many candidates the input
        has before these, where they have no IRI. `mapping` is the path of a mapping for tables,
        `trust` the keys which signatures are verified by.
        """
        self.names = vocabulary if isinstance(vocabulary, Names) else Names(vocabulary)
        self.vocabulary = self.names.vocabulary
        if mapping:
            self.names = mapped_names(self.vocabulary, mapping_file(mapping))
        self._lang = lang
        self._trust = trust
        self._format = named_format(format_) if format_ else None
        self._encoding = encoding
        self._delimiter = delimiter
        self._checker = Checker(self.vocabulary)
        self._sources: dict[str, str] = {}
        self._several = False
        self._count = before

    def files(self, paths: Sequence[str]) -> Entries:
        """The entries of files (`-`: standard input); what cannot be read is an entry too."""
        yield from self._each([Document(b"", path, self._form(path)) for path in paths], self._file)

    def documents(self, documents: Iterable[Document]) -> Entries:
        """The entries of documents that are at hand, such as the body of a request."""
        yield from self._each(list(map(_formed, documents)), self._document)

    def _each(
        self,
        documents: Sequence[Document],
        read: Callable[[Document, Sequence[Document]], Entries],
    ) -> Entries:
        """The entries of each document; those that belong together are read with their first."""
        self._several = len(documents) > 1
        forms = [of.format or guess_format(b"", of.name) for of in documents]
        names = [of.name for of in documents]
        joint = [documents[n] for n in parts_of_one(list(zip(names, forms, strict=True)))]
        for document in documents:
            if document not in joint[1:]:
                entries = read(document, joint if document in joint else [document])
                yield from self._guarded(document, entries)

    def _form(self, path: str) -> str:
        if self._format or path == "-":
            return self._format or ""
        # A file that cannot be read is opened again to be read; that is when its error is raised.
        with suppress(UsageError, OSError), opened(path) as file:
            return guess_format(file.read(4096), path)
        return ""

    def _file(self, file: Document, joint: Sequence[Document]) -> Entries:
        """The entries of a file; a table is read as it comes."""
        if file.format in TABLES and file.name != "-":
            with ExitStack() as stack:
                sources = [(stack.enter_context(opened(of.name)), of.name) for of in joint]
                yield from self._tables(sources, file.format or "", self._encoding)
            return
        document = _formed(open_document(file.name, self._format))
        yield from self._document(document, [document])

    def _guarded(self, document: Document, entries: Entries) -> Entries:
        """The same; what stops the reading is an entry without a candidate."""
        file = "" if document.name == "-" else document.name
        is_empty, place, form = True, Place(file), document.format or ""
        try:
            for entry in entries:
                is_empty = is_empty and entry.passed_over
                yield entry
            if is_empty:
                raise NothingToAssess("no-person" if form in TABLES else "no-candidate")
        except ProfileError as error:
            yield ProfileEntry(place, form, problems=error.problems)
        except InputError as error:
            error.source = error.source or file or None
            yield ProfileEntry(place, form, problems=(Unreadable(error.key, error=error),))

    def _document(self, document: Document, joint: Sequence[Document]) -> Entries:
        form = document.format or ""
        if not document.data.strip(b"\xef\xbb\xbf \t\r\n"):
            raise NothingToAssess("empty")
        if form in TABLES:
            sources = [(BytesIO(part.data), part.name) for part in joint]
            yield from self._tables(sources, form, document.encoding or self._encoding)
        elif is_xml_credential(document.data):
            yield from self._foreign(document.data, "elm", document.name)
        elif form == "json" or form in FOREIGN:
            yield from self._json(document, form)
        else:
            yield from self._rdf(document.data, form, document.name)

    def _tables(
        self, sources: Sequence[tuple[BinaryIO, str]], form: str, encoding: str | None
    ) -> Entries:
        """The persons of a table, or of several that belong together."""
        from libonto.profile.interchange.tables import open_sheets, people

        form_ = self._format or (form if len(sources) == 1 else None)
        options = {"format_": form_, "encoding": encoding, "delimiter": self._delimiter}
        sheets = [s for stream, name in sources for s in open_sheets(stream, name, **options)]
        # of one table, its reader finds those who are listed twice
        for raw in people(sheets, self.names, before=self._count):
            yield self._entry(raw, form, unique=self._several)

    def _json(self, document: Document, form: str) -> Entries:
        value = read_json(document.data)
        if not isinstance(value, dict | list):
            raise SyntaxFault("json-top-level")
        kind = form if form in FOREIGN else foreign_kind(value)
        if kind:
            yield from self._foreign(value, kind, document.name)
            return
        refuse_remote_contexts(value)
        members = value if isinstance(value, list) else [value]
        members = [without_own_context(member, self.vocabulary.graph) for member in members]
        if members and not any(map(is_plain, members)):
            yield from self._json_ld(members, document.name)
            return
        hints: list[ProfileEntry] = []
        before, is_empty = self._count, True
        for number, member in enumerate(members, start=1):
            if not is_plain(member):
                entries = list(self._json_ld([member], document.name, alone=False))
            else:
                plain = PlainProfile(member, before + number, document.name)
                raw = plain.candidate if isinstance(member, dict) else None
                path = f"[{number - 1}]" if isinstance(value, list) else ""
                place = Place(document.name, path=path)
                entries = [self._entry(RawEntry(place, raw, plain.problems), "json")]
            for entry in entries:
                if entry.problems and isinstance(entry.problems[0], Unreadable):
                    hints.append(entry)  # is an error only where there is no candidate at all
                else:
                    is_empty = False
                    yield entry
        if is_empty:
            yield from hints

    def _foreign(self, value: Any, kind: str, name: str) -> Entries:
        """The persons of a foreign document: JSON, or the quads of a graph."""
        reader = ForeignReader(self.names, self._lang, self._trust)
        entries = reader.read(value, kind, file=name, before=self._count)
        yield from (self._entry(entry, kind) for entry in entries)

    def _json_ld(self, members: list[Any], name: str, *, alone: bool = True) -> Entries:
        own = own_context(self.vocabulary.graph)
        value = completed(members, own)
        lost = tuple(islice(LossFinder(value, own, name).problems(), MOST_PROBLEMS + 1))
        if lost:
            yield ProfileEntry(Place(name), "json", problems=lost)
        else:
            yield from self._rdf(json.dumps(value).encode(), "json", name, alone=alone)

    def _rdf(self, data: bytes, form: str, name: str, *, alone: bool = True) -> Entries:
        profiles = RdfProfiles(read_rdf(data, form), self.vocabulary, name)
        if form == "json" and alone:
            profiles.imply_types()
        candidates = profiles.candidates()
        is_other = not candidates and not profiles.problems and form != "json"
        if is_other and profiles.names_any(elm.ELM):
            trees = graph_trees(profiles.statements, profiles.types)
            yield from self._foreign(Trees(trees), "elm", name)
            return
        if not candidates and not alone:
            profiles.report_loose()
        labels = {raw.label for raw in candidates}
        problems: dict[str, list[Problem]] = defaultdict(list)
        for problem in profiles.problems:
            problems[problem.candidate].append(problem)
        others = [p for label, ps in problems.items() if label not in labels for p in ps]
        if others:
            yield ProfileEntry(Place(name), form, problems=tuple(others))
        notes: dict[str, list[Note]] = defaultdict(list)
        for label, iri in profiles.foreign() if candidates else ():
            place = Place(name, path=f"{label} <{iri}>".strip())
            notes[label if label in labels else ""].append(Note("ignored", place, iri, "no-place"))
        for raw in candidates:
            own = problems.pop(raw.label, ()), notes.get(raw.label, ())
            yield self._entry(RawEntry(Place(name), raw, *own), form)
        if "" in notes:
            yield ProfileEntry(Place(name), form, notes=tuple(notes[""]))
        untyped = profiles.untyped() if not candidates else []
        if untyped and not profiles.problems:
            error = NothingToAssess("no-candidate-untyped", node=on_one_line(untyped[0]))
            error.source = name or None
            unreadable = Unreadable(error.key, error=error)
            yield ProfileEntry(Place(name), form, problems=(unreadable,))

    def _entry(self, raw: RawEntry, form: str, *, unique: bool = True) -> ProfileEntry:
        """The entry of what was read, once it is checked."""
        candidate = self._checker.candidate(raw.raw) if raw.raw else None
        # what of RDF is ours and not defined is found in each statement, and in the parts again
        new = [problem for problem in self._checker.problems if problem not in raw.problems]
        problems = (*raw.problems, *new)
        self._checker.problems.clear()
        iri = (raw.raw and raw.raw.iri) or raw.iri
        candidate = None if problems else candidate
        entry = ProfileEntry(raw.place, form, candidate, problems, tuple(raw.notes), iri)
        self._count += not entry.passed_over
        return self._unique(entry) if unique else entry

    def _unique(self, entry: ProfileEntry) -> ProfileEntry:
        """The same entry, or an error where a candidate of that IRI was read before."""
        source = entry.candidate.source if entry.candidate else ""
        source = source or entry.place.file
        if not entry.iri or entry.iri not in self._sources:
            self._sources[entry.iri] = source
            return entry
        params: dict[str, object] = {"other": self._sources[entry.iri] or "-"}
        twice = Problem("candidate-twice", candidate=entry.iri, source=source, params=params)
        return replace(entry, candidate=None, problems=(*entry.problems, twice))


def _formed(document: Document) -> Document:
    """The document with its format, by its name or by how it begins where none is stated."""
    return replace(document, format=document.format or guess_format(document.data, document.name))


@dataclass
class Reader:
    """Reads documents into candidates against one vocabulary.

    `lang` is for what an import adds in words; `trust` are the keys by which signatures are
    verified. `entries` is what was read last, with the account of it.
    """

    vocabulary: Vocabulary
    lang: str = LANGUAGES[0]
    trust: TrustedKeys | None = field(default=None, kw_only=True)
    entries: list[ProfileEntry] = field(default_factory=list, init=False)

    def read(self, documents: Iterable[Document], *, before: int = 0) -> list[Candidate]:
        """Every candidate of the documents; ProfileError, NothingToAssess, SyntaxFault, …

        `before` is how many candidates the input has before them, where they have no IRI.
        A document without a candidate is NothingToAssess, also where another one has some.
        """
        problems = Problems()
        without: list[NothingToAssess] = []
        self.entries = []
        intake = Intake(self.vocabulary, lang=self.lang, trust=self.trust, before=before)
        for entry in intake.documents(documents):
            self.entries.append(entry)
            for problem in (*entry.problems, *entry.lost):
                if not isinstance(problem, Unreadable):
                    problems.append(problem)
                elif isinstance(problem.error, NothingToAssess):
                    without.append(problem.error)
                else:
                    raise problem.error
            if problems.full:
                break
        if problems:
            order: dict[tuple[str, str], int] = {}  # what concerns one candidate stands together
            problems.sort(key=lambda p: order.setdefault((p.source, p.candidate), len(order)))
            raise ProfileError(problems[:MOST_PROBLEMS], more=problems.full)
        candidates = [entry.candidate for entry in self.entries if entry.candidate]
        if without or not candidates:
            raise without[0] if without else NothingToAssess("no-candidate")
        return candidates
