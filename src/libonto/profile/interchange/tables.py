"""Candidates out of tables, person by person, as the rows come.

A table holds one row a person; further credentials and employments stand in numbered
columns, or in further rows with the same identifier. Or sheets (files) for persons,
credentials and employments are joined by the person's identifier. What is wrong with a row
is a problem with its place, and concerns no other person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import chain, islice
from typing import BinaryIO
from urllib.parse import quote

from libonto.errors import FormatError, InputError, ProfileError
from libonto.graph.formats import TABLE_SUFFIXES
from libonto.profile.account import Note, problem
from libonto.profile.checks import RawCandidate, RawEntry
from libonto.profile.document import is_web_page, is_zip
from libonto.profile.interchange.fragments import Fragment, FragmentReader
from libonto.profile.interchange.headings import PARTS
from libonto.profile.interchange.layout import Table, tables_of
from libonto.profile.interchange.names import Names, as_iri
from libonto.profile.interchange.sheets import Sheet, delimited_sheet
from libonto.profile.model import GIVEN_OUT

_WAITING = 10_000
WORKBOOKS = {"xlsx", "ods"}


def open_sheets(
    stream: BinaryIO,
    name: str,
    *,
    format_: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> list[Sheet]:
    """The sheets of a file; a delimited file has one.

    `format_` is csv, tsv, xlsx or ods, by default by the name; `encoding` and `delimiter` are for
    delimited text (see `sheets`). SyntaxFault, FormatError, TooLargeError where it cannot be read.
    """
    kind = format_ or TABLE_SUFFIXES.get(name.rpartition(".")[2].lower(), "")
    start = stream.read(4096) if stream.seekable() else b""
    if stream.seekable():
        stream.seek(0)
    try:
        if is_web_page(start):
            raise FormatError("workbook-html")
        if kind in WORKBOOKS or (not kind and is_zip(start)):
            from libonto.profile.interchange.workbooks import workbook_sheets

            return workbook_sheets(stream, name)
        delimiter = delimiter or ("tab" if kind == "tsv" else None)
        return [delimited_sheet(stream, name, encoding=encoding, delimiter=delimiter)]
    except InputError as error:
        error.source = error.source or name or None
        raise


def people(sheets: Sequence[Sheet], names: Names, *, before: int = 0) -> Iterator[RawEntry]:
    """The persons of tables, in order; joined where a sheet's or file's name says what it holds.

    `before` is how many persons the input has before these, where no column identifies them.
    Tables of credentials and of employments are held in memory, the others stream: of a
    delimited file only a digest of each identifier is kept, to tell when a person's rows stand
    apart. Raises ProfileError where the headings cannot be understood, InputError where a file
    cannot be read on; a bad row is a result, not an error.
    """
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
            yield RawEntry(table.place, None, notes=table.notes)
    for note in unlisted:
        yield RawEntry(note.place, None, notes=(note,))
    for table in parts:
        assembler.keep_parts(table)
    for table in main:
        yield from assembler.stream(table)
    yield from assembler.rest(any_main=bool(main))


class _Assembler:
    """Puts the rows of one person together."""

    def __init__(self, names: Names, before: int) -> None:
        self._reader = FragmentReader(names)
        self._parts: dict[str, list[Fragment]] = {}
        self._identifiers: set[bytes] = set()
        self._names: dict[bytes, int] = {}
        self._passed: list[Note] = []
        self._count = before

    def keep_parts(self, table: Table) -> None:
        """Keep the rows of a table of parts, by person."""
        for fragment in self._reader.fragments(table):
            if fragment.key or fragment.states or fragment.problems:
                self._parts.setdefault(fragment.key, []).append(fragment)
            else:
                self._passed += fragment.notes or [_passed(fragment)]

    def stream(self, table: Table) -> Iterator[RawEntry]:
        """The persons of a table, each as soon as its last row has been read.

        Where only the name tells them apart, the first ten thousand wait for a row of the same
        name: no person of that name is judged.
        """
        groups = self._groups(table)
        by_name = table.has_name and not table.has_id
        waiting = list(islice(groups, _WAITING if by_name else 0))
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

    def rest(self, *, any_main: bool) -> Iterator[RawEntry]:
        """The persons of whom only parts are known: an error where there is a table of persons."""
        for note in self._passed:
            yield RawEntry(note.place, None, notes=(note,))
        for key, fragments in self._parts.items():
            if any_main:
                lost = [
                    problem("person-unknown", f.id_place, value=f.key) for f in fragments if key
                ]
                wrong = [p for f in fragments for p in f.problems]
                iri = person_iri(key) if key else ""
                yield RawEntry(fragments[0].place, None, [*wrong, *lost], iri=iri)
            else:
                yield self._result(fragments, fragments[0].key)

    def _person(self, group: list[Fragment], table: Table) -> RawEntry:
        first = group[0]
        parts = self._parts.pop(first.key, []) if table.has_id and first.key else []
        fragments = [*group, *parts]
        if not any(f.states or f.problems for f in fragments):
            notes = [note for f in fragments for note in f.notes or [_passed(f)]]
            return RawEntry(first.place, None, notes=notes)
        self._count += 1
        if not table.has_id:
            self._check_name(group, table)
            return self._result(group, f"{GIVEN_OUT}{self._count}")
        digest = _digest(first.key)
        if first.key and digest in self._identifiers:
            apart = problem("rows-apart", first.id_place, value=first.key)
            problems = [*(p for f in group for p in f.problems), apart]
            return RawEntry(first.place, None, problems, iri=person_iri(first.key))
        self._identifiers.add(digest)
        return self._result(fragments, first.key)

    def _check_name(self, group: list[Fragment], table: Table) -> None:
        """Without an identifier a row needs a name, and no two rows may have the same one."""
        first = group[0]
        if not table.has_name:
            return
        if not first.name:
            if not first.problems:  # else it was not read, perhaps
                first.problems.append(problem("row-without-name", first.place))
            return
        digest = _digest(first.name)
        if other := self._names.get(digest):
            first.problems.append(problem("name-twice", first.place, value=first.called, row=other))
        self._names.setdefault(digest, first.place.row)

    def _result(self, fragments: list[Fragment], identifier: str) -> RawEntry:
        levels = frozenset(
            value.value
            for fragment in fragments
            for part in fragment.parts.get("credential", ())
            for value in part.values.get("educationLevel", ())
        )
        for fragment in fragments:
            for node in chain([fragment.person], *fragment.parts.values()):
                fragment.problems += self._reader.choose(node, levels)
        notes = [note for fragment in fragments for note in fragment.notes]
        problems = [p for fragment in fragments for p in fragment.problems]
        place = fragments[0].place
        iri = person_iri(identifier) if identifier else ""
        if problems:
            return RawEntry(place, None, problems, notes, iri)
        raw = RawCandidate(iri=iri, source=str(place), place=place)
        for fragment in fragments:
            _add(raw, fragment)
        return RawEntry(place, raw, notes=notes, iri=iri)


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=12).digest()


def _same(fragment: Fragment, last: Fragment) -> bool:
    """Whether two rows that follow each other are one person's: by identifier, or merged."""
    if fragment.key or last.key:
        return fragment.key == last.key
    return bool(fragment.group) and fragment.group == last.group


def _passed(fragment: Fragment) -> Note:
    return Note("ignored", fragment.place, fragment.excerpt, "row-states-nothing")


def _add(raw: RawCandidate, fragment: Fragment) -> None:
    """Add what a row says; a credential, … that an earlier row repeats is the same one."""
    person = fragment.person
    for property_, values in person.values.items():
        for value in values:
            raw.add(property_, value)
        raw.named.setdefault(property_, person.named[property_])
        raw.places.setdefault(property_, person.places[property_])
    for class_, part in PARTS.items():
        earlier = raw.parts.get(class_, []) if fragment.repeats else []
        before = [(node.iri, node.values) for node in earlier]
        for node in fragment.parts.get(part, ()):
            if (node.iri, node.values) not in before:
                raw.append(class_, node)


def person_iri(identifier: str) -> str:
    """The IRI of a person: the identifier itself where it is one, else a URN made of it."""
    text = " ".join(identifier.split())
    return as_iri(text) or "urn:libonto:person:" + quote(text, safe="")
