"""Candidates out of lines of N-Triples or N-Quads, a chunk of a file at a time.

A candidate is its subject's statements and those of the credentials and employments that
they link to. Where all of them stand in the chunk and the fast path knows every one, it becomes
a `FlatProfile` at once. Any other is left to the intake, with its lines; a line that belongs
to no candidate of the chunk is left over, and regrouped when the whole file has been read.

Every predicate with its object is parsed once by the parser and then remembered. What cannot be
used without a closer look (a term of ours that is unknown, a date that is no date, a literal
where an IRI is meant) is `UNSUPPORTED`: the intake decides on the candidates that it concerns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from libonto.batch.model import FastPathUnsupported, FastTerms, iso_ordinal, period
from libonto.errors import printable
from libonto.graph.terms import NS, is_ours, term
from libonto.profile.checks import XSD_DATE
from libonto.profile.document import RELATIVE_BASE
from libonto.profile.model import UNDATED, FlatProfile
from libonto.profile.vocabulary import DETAILS, Vocabulary

UNSUPPORTED, FOREIGN = -1, 0
CANDIDATE, CREDENTIAL, EMPLOYMENT = 1, 2, 3
NAME, HAS_CREDENTIAL, HAS_EMPLOYMENT, HAS_OTHER, KNOWS, KNOWS_ALL, APPLIES = 4, 5, 6, 7, 8, 9, 10
LEVEL, FIELD, AWARDED = 11, 12, 13
POSITION, STARTED, ENDED = 14, 15, 16
DETAIL, SOURCE = 17, 18

Statement = tuple[int, Any]
"""A statement: the slot of its property, and the value, whose type the property decides.

Of a `FOREIGN` one the value is the IRI that profiles have no place for."""
REMEMBERED = 200_000
"""Statements that are remembered; later ones are looked at each time that they occur."""
REMEMBERED_BUNDLES = 4_000
MAX_STATEMENT = 16 * 1024 * 1024 - 1
"""The most bytes that the parser takes for one line of N-Triples or N-Quads."""
_LONGEST = 4096
_UNSUPPORTED: Statement = (UNSUPPORTED, None)
_IS_CANDIDATE: Statement = (CANDIDATE, None)

_TYPES = {
    NS + "Candidate": CANDIDATE,
    NS + "Credential": CREDENTIAL,
    NS + "Employment": EMPLOYMENT,
}
_LINKS = {
    NS + "hasCredential": HAS_CREDENTIAL,
    NS + "hasEmployment": HAS_EMPLOYMENT,
    NS + "holdsCategory": HAS_OTHER,
    NS + "holdsDocument": HAS_OTHER,
}
LINKING = tuple(f"#{link.removeprefix(NS)}>".encode() for link in _LINKS)
"""How the predicates end that link a candidate to its parts."""
_MEMBERS = {
    NS + "hasKnowledgeOf": (KNOWS, "knowledge"),
    NS + "appliesFor": (APPLIES, "category"),
    NS + "educationLevel": (LEVEL, "education"),
    NS + "fieldOfStudy": (FIELD, "field"),
    NS + "inPosition": (POSITION, "position"),
}
_DATES = {NS + "awardedOn": AWARDED, NS + "startedOn": STARTED, NS + "endedOn": ENDED}
_LASTING = {*_TYPES.values(), *_DATES.values(), *(slot for slot, _ in _MEMBERS.values())}
"""What is likely to be stated again in the same words."""
_DETAILS = {NS + name for name in DETAILS}
_TYPE = term("rdf:type").value
_TYPE_BYTES = f"<{_TYPE}> ".encode()
_LINK = re.compile(
    rb"<" + re.escape(NS.encode()) + rb"(hasCredential|hasEmployment)> (_:[A-Za-z0-9]{1,99}) \."
)
_NAME = re.compile(rb"<" + re.escape(NS.encode()) + rb'name> "([^"\\\n\r]*)"(?:@[a-z]{2})? \.')
_LINK_SLOTS = {b"hasCredential": HAS_CREDENTIAL, b"hasEmployment": HAS_EMPLOYMENT}
# Lines one after the other that have the same subject. Possessive: nothing is tried twice.
_NODE = rb'(<[^\x00-\x20<>"{}|^`\\]++>|_:[A-Za-z0-9_][A-Za-z0-9_-]*+) '
_RUN = re.compile(rb"^" + _NODE + rb".*+\n(?:\1 .*+\n)*+", re.MULTILINE)
_LONG = 700
"""Bytes from which on it pays to remember what a run of lines says as a whole."""


class StatementCache:
    """The statements that have been read, by the bytes that follow the subject."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.known: dict[bytes, Statement] = {}
        self.bundles: dict[bytes, list[Statement]] = {}
        self._terms = FastTerms(vocabulary)

    def learn(self, rest: bytes) -> Statement:
        """A statement that is not in `known`; `rest` is all but its subject."""
        if link := _LINK.fullmatch(rest):
            return _LINK_SLOTS[link[1]], link[2]
        try:
            statement = self._parsed(rest)
        except (FastPathUnsupported, SyntaxError, ValueError):
            return _UNSUPPORTED
        slot = statement[0]
        lasting = slot in _LASTING or (slot == FOREIGN and rest.startswith(_TYPE_BYTES))
        if lasting and len(self.known) < REMEMBERED:
            self.known[rest] = statement
        return statement

    def statement(self, rest: bytes) -> Statement:
        """A statement; `rest` is all but its subject."""
        return self.known.get(rest) or self.learn(rest)

    def link(self, rest: bytes) -> bytes | None:
        """The part of a candidate that a statement links to, as a subject."""
        if not any(link in rest for link in LINKING):
            return None
        slot, node = self.statement(rest)
        return node if slot in _LINKS.values() and isinstance(node, bytes) else None

    def learn_bundle(self, rests: bytes) -> list[Statement]:
        """The statements of one subject, those of knowledge as one."""
        statements = [self.statement(rest) for rest in rests[:-1].split(b"\n")]
        items = frozenset(str(value) for slot, value in statements if slot == KNOWS)
        bundle = [one for one in statements if one[0] != KNOWS]
        if items:
            bundle.append((KNOWS_ALL, items))
        if len(self.bundles) >= REMEMBERED_BUNDLES:
            self.bundles.clear()
        if len(rests) <= _LONGEST:
            self.bundles[rests] = bundle
        return bundle

    def _parsed(self, rest: bytes) -> Statement:
        """A statement; FastPathUnsupported, SyntaxError or ValueError for one not taken."""
        if len(rest) > MAX_STATEMENT:
            raise FastPathUnsupported
        if name := _NAME.fullmatch(rest):
            return NAME, printable(name[1].decode())
        if len(rest) > _LONGEST and b"<<(" in rest:
            raise FastPathUnsupported  # deeply nested terms end the parser; the intake looks first
        line = b"<urn:x:s> " + rest
        (quad,) = parse(line, format=RdfFormat.N_QUADS, rename_blank_nodes=False)
        if isinstance(quad.graph_name, NamedNode):
            _foreign(quad.graph_name.value)
        predicate, value = quad.predicate.value, quad.object
        iri = value.value if isinstance(value, NamedNode) else None
        if predicate in _LINKS:
            if isinstance(value, Literal) or not isinstance(value, NamedNode | BlankNode):
                raise FastPathUnsupported
            slot = HAS_OTHER if iri is not None and is_ours(iri) else _LINKS[predicate]
            return slot, str(value).encode()
        if predicate in _MEMBERS:
            slot, how = _MEMBERS[predicate]
            return slot, self._terms.checked(how, iri)
        if predicate in _DATES:
            return _day(_DATES[predicate], value)
        if predicate == _TYPE:
            return (_TYPES[iri], None) if iri in _TYPES else (FOREIGN, _foreign(iri))
        if iri is not None:
            _foreign(iri)
        elif isinstance(value, Literal) and is_ours(value.datatype.value):
            raise FastPathUnsupported
        if predicate == NS + "name" and isinstance(value, Literal):
            return NAME, printable(value.value)
        if predicate in _DETAILS and isinstance(value, Literal | NamedNode):
            return SOURCE if predicate == NS + "evidence" else DETAIL, predicate
        if not isinstance(value, Literal | NamedNode | BlankNode):
            raise FastPathUnsupported
        return FOREIGN, _foreign(predicate)


def _foreign(iri: str | None) -> str:
    """An IRI of others; FastPathUnsupported for one of ours, a relative one or none."""
    if iri is None or is_ours(iri) or iri.startswith(RELATIVE_BASE):
        raise FastPathUnsupported
    return iri


def _day(slot: int, value: object) -> Statement:
    if not isinstance(value, Literal) or value.datatype.value != XSD_DATE:
        raise FastPathUnsupported
    return slot, iso_ordinal(value.value)


class SlowCandidate(NamedTuple):
    """A candidate for the slow path: its subject as written, and all its lines."""

    subject: bytes
    lines: list[bytes]


class Chunk:
    """The candidates of some lines.

    `people` are in the order in which they first appear, each with the subjects of its statements,
    its own first, and with the properties and classes of others (those of a `SlowCandidate` are
    left to the intake). `left_over` are lines that belong to no candidate; `apart` are the foreign
    terms of subjects that have no others, one after the other.
    """

    def __init__(self, data: bytes, cache: StatementCache, *, whole: bool = False) -> None:
        """Read the lines; `whole`: no line outside of them is about these candidates."""
        self.people: list[tuple[FlatProfile | SlowCandidate, list[bytes], list[str]]] = []
        self.apart: list[str] = []
        self.left_over: list[bytes] = []
        self._data = data
        self._cache = cache
        self._whole = whole
        self._subjects = subjects = self._by_subject()
        used: set[bytes] = set()
        for subject, statements in subjects.items():
            if subject in used or _IS_CANDIDATE not in statements:
                continue
            nodes = [subject]
            foreign: list[str] = []
            person = self._person(subject, statements, nodes, foreign)
            if person is not None:
                used.update(nodes)
                self.people.append((person, nodes, foreign))
        for subject, statements in subjects.items():
            if subject in used:
                continue
            if any(slot != FOREIGN for slot, _ in statements):
                self.left_over += self._lines[subject]
            else:
                self.apart += {iri for _, iri in statements}

    def _by_subject(self) -> dict[bytes, list[Statement]]:
        subjects: dict[bytes, list[Statement]] = {}
        known, learn, bundles = self._cache.known, self._cache.learn, self._cache.bundles
        for subject, text in runs(self._data):
            head = len(subject) + 1
            if len(text) > _LONG:
                rests = text[head:].replace(b"\n" + subject + b" ", b"\n")
                statements = bundles.get(rests) or self._cache.learn_bundle(rests)
            else:
                statements = [
                    known.get(rest) or learn(rest)
                    for rest in text[head:-1].split(b"\n" + subject + b" ")
                ]
            earlier = subjects.get(subject)
            subjects[subject] = statements if earlier is None else earlier + statements
        return subjects

    @cached_property
    def _lines(self) -> dict[bytes, list[bytes]]:
        """The lines of each subject."""
        lines: dict[bytes, list[bytes]] = {}
        for subject, text in runs(self._data):
            lines.setdefault(subject, []).extend(text[:-1].split(b"\n"))
        return lines

    def _person(
        self, subject: bytes, statements: list[Statement], nodes: list[bytes], foreign: list[str]
    ) -> FlatProfile | SlowCandidate | None:
        """A candidate; None where parts are missing.

        The subjects of its parts are added to `nodes`, the terms that profiles have no place for
        to `foreign`.
        """
        try:
            return _profile(subject, statements, self._subjects, nodes, foreign)
        except FastPathUnsupported:
            pass
        del nodes[1:], foreign[:]
        lines = self._lines[subject]
        unique = dict.fromkeys(lines)
        if len(unique) < len(lines):  # the same statement twice is one statement
            try:
                own = [self._cache.statement(line[len(subject) + 1 :]) for line in unique]
                return _profile(subject, own, self._subjects, nodes, foreign)
            except FastPathUnsupported:
                del nodes[1:], foreign[:]
        slots = (HAS_CREDENTIAL, HAS_EMPLOYMENT, HAS_OTHER)
        links = [value for slot, value in statements if slot in slots]
        nodes += dict.fromkeys(link for link in links if isinstance(link, bytes))
        if not self._whole and not all(node in self._subjects for node in nodes):
            return None
        all_lines = [line for node in nodes for line in self._lines.get(node, ())]
        return SlowCandidate(subject, all_lines)


def _profile(
    subject: bytes,
    statements: Iterable[Statement],
    subjects: Mapping[bytes, list[Statement]],
    nodes: list[bytes],
    foreign: list[str],
) -> FlatProfile:
    """The candidate; FastPathUnsupported for one that the fast path does not take."""
    knowledge: frozenset[str] = frozenset()
    items: list[str] = []
    credentials: list[bytes] = []
    employments: list[bytes] = []
    name: str | None = None
    applies: str | None = None
    details: list[object] = []
    for slot, value in statements:
        if slot == KNOWS_ALL:
            knowledge = knowledge | value if knowledge else value
        elif slot == KNOWS:
            items.append(value)
        elif slot == HAS_EMPLOYMENT:
            employments.append(value)
        elif slot == HAS_CREDENTIAL:
            credentials.append(value)
        elif slot == NAME and name is None:
            name = value
        elif slot == APPLIES and applies is None:
            applies = value
        elif slot == DETAIL and value not in details:
            details.append(value)
        elif slot == FOREIGN:
            foreign.append(value)
        elif slot not in (CANDIDATE, SOURCE):
            raise FastPathUnsupported
    nodes += credentials
    nodes += employments
    if len(set(nodes)) < len(nodes):
        raise FastPathUnsupported
    if items:
        knowledge = knowledge.union(items)
    return FlatProfile(
        _iri(subject),
        name or "",
        tuple([_credential(subjects.get(node, ()), foreign) for node in credentials]),
        tuple([_employment(subjects.get(node, ()), foreign) for node in employments]),
        knowledge,
        applies,
    )


def _iri(subject: bytes) -> str:
    try:
        iri = subject[1:-1].decode()
        NamedNode(iri)
    except ValueError as error:  # UnicodeDecodeError is one
        raise FastPathUnsupported from error
    if subject[:1] != b"<":
        raise FastPathUnsupported
    return _foreign(iri)


def _credential(statements: Iterable[Statement], foreign: list[str]) -> tuple[str, str, int]:
    level, field_, awarded = _part(statements, foreign, CREDENTIAL, LEVEL)
    return level, field_, UNDATED if awarded is None else awarded


def _employment(statements: Iterable[Statement], foreign: list[str]) -> tuple[str, int, int]:
    position, started, ended = _part(statements, foreign, EMPLOYMENT, POSITION)
    return position, *period(started, ended)


def _part(
    statements: Iterable[Statement], foreign: list[str], kind: int, first_slot: int
) -> list[Any]:
    """The values of a credential or an employment, in the order of their slots.

    None for a last one that is not stated.
    """
    values: list[Any] = [None, None, None]
    details: list[object] = []
    for slot, value in statements:
        place = slot - first_slot
        if 0 <= place < 3:
            if values[place] is not None and values[place] != value:
                raise FastPathUnsupported
            values[place] = value
        elif slot == DETAIL and value not in details:
            details.append(value)
        elif slot == FOREIGN:
            foreign.append(value)
        elif slot not in (kind, SOURCE):
            raise FastPathUnsupported
    if values[0] is None or values[1] is None:
        raise FastPathUnsupported
    return values


def unix_lines(data: bytes) -> bytes:
    """The same lines, each ended by LF alone: N-Triples lets CR end one as well."""
    if b"\r" in data:
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data


def normal(line: bytes) -> tuple[bytes, bytes] | None:
    """A line's subject and the rest in one way of writing; None for what is no statement."""
    if len(line) > MAX_STATEMENT:
        return None
    try:
        quads = list(parse(line, format=RdfFormat.N_QUADS, rename_blank_nodes=False))
    except (SyntaxError, ValueError):
        return None
    if len(quads) != 1:
        return None
    subject = str(quads[0].subject).encode()
    rest = str(quads[0]).encode()[len(subject) + 1 :]
    return subject, rest + b" ."


def runs(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The lines of a chunk about one subject in a row, with that, in the usual way of writing.

    A line that is no statement is taken for one of the subject above it, which may lack it
    and must not be judged.
    """
    data = unix_lines(data)
    data = data if data.endswith(b"\n") else data + b"\n"
    first = _RUN.search(data)
    subject = first[1] if first else b""
    end = 0
    for run in _RUN.finditer(data):
        if run.start() != end:
            yield from _irregular(data[end : run.start()], subject)
        end = run.end()
        text, subject = run.group(0, 1)
        yield subject, text
    yield from _irregular(data[end:], subject)


def _irregular(lines: bytes, above: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Lines in another way of writing, and such as are no statements, each by itself."""
    for line in lines.split(b"\n"):
        if line and not line.isspace() and not line.lstrip().startswith(b"#"):
            above, rest = normal(line) or (above, line)
            yield above, above + b" " + rest + b"\n"
