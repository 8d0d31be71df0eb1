"""Candidates out of tables, person by person, as the rows come.

A table holds one row a person; further credentials and employments stand in numbered
columns, or in further rows with the same identifier. Or sheets (files) for persons,
credentials and employments are joined by the person's identifier. What is wrong with a row
is said with its place, and costs nobody else.

    for result in read_table("people.csv", vocabulary):
        if result.raw is None: …  # result.problems say what, and where
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import chain, islice
from os import PathLike, fspath
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from libonto.errors import FormatError, InputError, Problem, ProfileError, UsageError
from libonto.profile.account import Note, Place, PlacedProblem, placed, problem
from libonto.profile.checks import Checker
from libonto.profile.interchange.formats import EXTENSIONS, is_web_page, is_zip
from libonto.profile.interchange.fragments import Fragment, FragmentReader, Stated
from libonto.profile.interchange.layout import Table, tables_of
from libonto.profile.interchange.names import Names, as_iri
from libonto.profile.interchange.sheets import Sheet, delimited_sheet
from libonto.profile.model import Candidate
from libonto.profile.raw import RawCandidate, RawNode, Value
from libonto.profile.vocabulary import PARTS as PART_CLASSES
from libonto.profile.vocabulary import Vocabulary

_WAITING = 10_000
TableSource = str | PathLike[str] | BinaryIO
WORKBOOKS = {"xlsx", "ods"}


def read_table(
    source: TableSource,
    vocabulary: Vocabulary | Names,
    *,
    name: str = "",
    format_: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    before: int = 0,
) -> Iterator[RowResult]:
    """The persons of one table (a path, or a binary stream with its `name`), in order.

    `format_` is csv, tsv, xlsx or ods, by default told by the name; `encoding` and
    `delimiter` are for delimited text (see `sheets`). `before` is how many persons the input
    has before this table, where no column identifies them. A delimited file is never held whole:
    only a digest of each identifier is kept, to tell when a person's rows stand apart. Raises
    ProfileError where the headings cannot be understood, SyntaxFault, FormatError,
    TooLargeError where the file cannot be read; a bad row is a result, not an error.
    """
    yield from read_tables(
        [(source, name)],
        vocabulary,
        format_=format_,
        encoding=encoding,
        delimiter=delimiter,
        before=before,
    )


def read_tables(
    sources: Iterable[TableSource | tuple[TableSource, str]],
    vocabulary: Vocabulary | Names,
    *,
    format_: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    before: int = 0,
) -> Iterator[RowResult]:
    """The persons of several tables, joined where a file's name says that it holds a part.

    Tables of credentials and of employments are held in memory, the others stream.
    """
    names = vocabulary if isinstance(vocabulary, Names) else Names(vocabulary)
    with ExitStack() as stack:
        sheets: list[Sheet] = []
        for given in sources:
            source, name = given if isinstance(given, tuple) else (given, "")
            file = str(fspath(source)) if isinstance(source, str | PathLike) else name
            stream = _opened(source, stack)
            try:
                sheets += open_sheets(
                    stream, file, format_=format_, encoding=encoding, delimiter=delimiter
                )
            except InputError as error:
                error.source = error.source or file or None
                raise
        yield from _people(sheets, names, before)


def open_sheets(
    stream: BinaryIO,
    name: str,
    *,
    format_: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> list[Sheet]:
    """The sheets of a file; a delimited file has one."""
    kind = format_ or EXTENSIONS.get(name.rpartition(".")[2].lower(), "")
    start = stream.read(4096) if stream.seekable() else b""
    if stream.seekable():
        stream.seek(0)
    if is_web_page(start):
        raise FormatError("workbook-html")
    kind = "xlsx" if not kind and is_zip(start) else kind
    if kind in WORKBOOKS:
        from libonto.profile.interchange.workbooks import workbook_sheets

        return workbook_sheets(stream, name)
    if kind == "tsv":
        delimiter = delimiter or "tab"
    return [delimited_sheet(stream, name, encoding=encoding, delimiter=delimiter)]


def _opened(source: TableSource, stack: ExitStack) -> BinaryIO:
    if not isinstance(source, str | PathLike):
        return source
    try:
        return stack.enter_context(Path(source).open("rb"))
    except OSError as error:
        raise UsageError(
            "unreadable", path=fspath(source), detail=error.strerror or str(error)
        ) from error


def _people(sheets: Sequence[Sheet], names: Names, before: int) -> Iterator[RowResult]:
    tables, unlisted = tables_of(sheets, names)
    main = [table for table in tables if table.sheet.kind in {None, "candidate"}]
    parts = [table for table in tables if table not in main]
    if len(tables) > 1:
        problems = [
            problem("id-column-missing", table.place, value=table.id_headings)
            for table in (tables if parts else [])
            if not table.has_id
        ]
        if problems:
            raise ProfileError(problems)
    assembler = _Assembler(names, before)
    if not main and len(parts) == 1:  # alone, it is a table like any other
        main, parts = parts, []
    for table in tables:
        if table.notes:
            yield RowResult(table.place, None, notes=table.notes)
    for note in unlisted:
        yield RowResult(note.place, None, notes=(note,))
    for table in parts:
        assembler.hold(table)
    for table in main:
        yield from assembler.stream(table)
    yield from assembler.rest(any_main=bool(main))


@dataclass(frozen=True)
class RowResult:
    """One person of a table: `raw` as read, or None and the problems that stand in the way.

    `place` is the person's first row, `iri` how the person is called where the row says it.
    Where there is neither, the rows are passed over, and `notes` say why.
    """

    place: Place
    raw: RawCandidate | None
    problems: tuple[PlacedProblem, ...] = ()
    iri: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def passed_over(self) -> bool:
        """Whether the rows describe nobody, and nothing is wrong with that."""
        return self.raw is None and not self.problems


class _Assembler:
    """Puts the rows of one person together."""

    def __init__(self, names: Names, before: int) -> None:
        self._reader = FragmentReader(names)
        self._held: dict[str, list[Fragment]] = {}
        self._seen: set[bytes] = set()
        self._names: dict[bytes, int] = {}
        self._passed: list[Note] = []
        self._count = before

    def hold(self, table: Table) -> None:
        """Keep the rows of a table of parts, by person."""
        for fragment in self._reader.fragments(table):
            if fragment.key or fragment.states or fragment.problems:
                self._held.setdefault(fragment.key, []).append(fragment)
            else:
                self._passed += fragment.notes or [_passed(fragment)]

    def stream(self, table: Table) -> Iterator[RowResult]:
        """The persons of a table, each as soon as its last row has been read.

        Where only the name tells them apart, the first ten thousand wait for a row of the same
        name: nobody of that name is judged.
        """
        if table.has_id or not table.has_name:
            for group in self._groups(table):
                yield self._person(group, table)
            return
        groups = self._groups(table)
        waiting = list(islice(groups, _WAITING))
        first: dict[str, Fragment] = {}
        for group in waiting:
            one = group[0]
            other = first.setdefault(one.name, one) if any(f.states for f in group) else one
            if one.name and other is not one and not other.problems:
                twice = problem("name-twice", other.place, value=one.called, row=one.place.row)
                other.problems.append(twice)
        for group in chain(waiting, groups):
            yield self._person(group, table)

    def _groups(self, table: Table) -> Iterator[list[Fragment]]:
        """The rows of a table, person by person."""
        group: list[Fragment] = []
        try:
            for fragment in self._reader.fragments(table):
                if group and not _same(fragment, group[-1]):
                    yield group
                    group = []
                group.append(fragment)
        except InputError as error:
            error.source = error.source or table.sheet.file or None
            if group:
                yield group
            raise
        if group:
            yield group

    def rest(self, *, any_main: bool) -> Iterator[RowResult]:
        """The persons of whom only parts are known: an error where there is a table of persons."""
        for note in self._passed:
            yield RowResult(note.place, None, notes=(note,))
        for key, fragments in self._held.items():
            if any_main:
                lost = [
                    problem("person-unknown", f.id_place, value=f.id_text) for f in fragments if key
                ]
                wrong = [p for f in fragments for p in f.problems]
                iri = person_iri(key) if key else ""
                yield RowResult(fragments[0].place, None, (*wrong, *lost), iri)
            else:
                yield self._result(fragments, fragments[0].id_text)

    def _person(self, group: list[Fragment], table: Table) -> RowResult:
        first = group[0]
        held = self._held.pop(first.key, []) if table.has_id and first.key else []
        fragments = [*group, *held]
        if not any(f.states or f.problems for f in fragments):
            notes = [note for f in fragments for note in f.notes or [_passed(f)]]
            return RowResult(first.place, None, notes=tuple(notes))
        self._count += 1
        if not table.has_id:
            self._check_name(group, table)
            return self._result(group, f"urn:libonto:candidate:{self._count}")
        digest = blake2b(first.key.encode(), digest_size=12).digest()
        if first.key and digest in self._seen:
            apart = problem("rows-apart", first.id_place, value=first.id_text)
            problems = (*(p for f in group for p in f.problems), apart)
            return RowResult(first.place, None, problems, person_iri(first.id_text))
        self._seen.add(digest)
        return self._result(fragments, first.id_text)

    def _check_name(self, group: list[Fragment], table: Table) -> None:
        """Without an identifier rows are told apart by the name: each once, and none without."""
        first = group[0]
        if not table.has_name:
            return
        if not first.name:
            if not first.problems:  # else it was not read, perhaps
                first.problems.append(problem("row-without-name", first.place))
            return
        digest = blake2b(first.name.encode(), digest_size=12).digest()
        if digest in self._names:
            other = self._names[digest]
            first.problems.append(problem("name-twice", first.place, value=first.called, row=other))
        self._names.setdefault(digest, first.place.row)

    def _result(self, fragments: list[Fragment], identifier: str) -> RowResult:
        levels = frozenset(
            value.value
            for fragment in fragments
            for part in fragment.parts["credential"]
            for value in part.node.values.get("educationLevel", [])
        )
        for fragment in fragments:
            for choice in fragment.choices:
                chosen = self._reader.chosen(choice, levels)
                if isinstance(chosen, Value) and choice.node:
                    choice.node.add(choice.property, chosen)
                elif isinstance(chosen, Value):
                    fragment.person.append(
                        Stated(choice.property, chosen, choice.heading, choice.place)
                    )
                else:
                    fragment.problems.append(chosen)
        notes = tuple(note for fragment in fragments for note in fragment.notes)
        problems = tuple(p for fragment in fragments for p in fragment.problems)
        place = fragments[0].place
        if problems:
            iri = person_iri(identifier) if identifier else ""
            return RowResult(place, None, problems, iri, notes)
        places: dict[tuple[str, int, str], Place] = {}
        raw = RawCandidate(iri=person_iri(identifier), source=str(place))
        raw.placed = partial(placed, place=place, places=places)
        for fragment in fragments:
            for cell in fragment.person:
                raw.add(cell.property, cell.value)
                raw.named[cell.property] = cell.heading
                places.setdefault(("", 0, cell.heading), cell.place)
            for class_ in PART_CLASSES.values():
                _add_parts(raw.parts(class_), class_.lower(), fragment, places)
        return RowResult(place, raw, iri=raw.iri or "", notes=notes)


def _same(fragment: Fragment, last: Fragment) -> bool:
    """Whether two rows that follow each other are one person's: by identifier, or merged."""
    if fragment.key or last.key:
        return fragment.key == last.key
    return bool(fragment.group) and fragment.group == last.group


def _passed(fragment: Fragment) -> Note:
    return Note("ignored", fragment.place, fragment.shown, "row-states-nothing")


def _add_parts(
    parts: list[RawNode],
    name: str,
    fragment: Fragment,
    places: dict[tuple[str, int, str], Place],
) -> None:
    """Add a row's credentials or employments; one that an earlier row repeats is the same one."""
    before = [(part.iri, part.values) for part in parts] if fragment.repeats else []
    for part in fragment.parts[name]:
        if (part.node.iri, part.node.values) in before:
            continue
        parts.append(part.node)
        number = len(parts)
        places[name, number, ""] = part.place
        for heading, place in part.places.items():
            places[name, number, heading] = place


def person_iri(identifier: str) -> str:
    """The IRI of a person: the identifier itself where it is one, else a URN made of it."""
    text = " ".join(identifier.split())
    return as_iri(text) or "urn:libonto:person:" + quote(text, safe="")


def check(result: RowResult, checker: Checker) -> tuple[Candidate | None, tuple[Problem, ...]]:
    """The candidate of a result, or None and all that is wrong with it, by place in the table."""
    if result.raw is None:
        return None, result.problems
    before = len(checker.problems)
    candidate = checker.candidate(result.raw)
    found = checker.problems[before:]
    del checker.problems[before:]
    return candidate, tuple(found)
