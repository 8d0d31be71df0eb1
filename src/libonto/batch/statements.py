"""What one statement of a profile says, from the bytes of its predicate and object.

Every form of words is parsed once by the parser and then remembered. What cannot be
used without a closer look (a term of ours that is unknown, a date that is no date, a literal
where an IRI is meant) is `UNSUPPORTED`: the intake decides on the candidates that it
concerns.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from libonto.errors import printable
from libonto.graph.terms import NS, is_ours, term
from libonto.profile.brief import OPEN
from libonto.profile.checks import XSD_DATE
from libonto.profile.syntax import RELATIVE_BASE
from libonto.profile.vocabulary import DETAILS, Vocabulary

UNSUPPORTED, FOREIGN = -1, 0
CANDIDATE, CREDENTIAL, EMPLOYMENT = 1, 2, 3
NAME, HAS_CREDENTIAL, HAS_EMPLOYMENT, KNOWS, APPLIES = 4, 5, 6, 7, 8
LEVEL, FIELD, AWARDED = 9, 10, 11
POSITION, STARTED, ENDED = 12, 13, 14
DETAIL, SOURCE = 15, 16
KNOWS_ALL = 17
HAS_OTHER = 18

Said = tuple[int, Any]
"""What a statement says: which property, and its value, whose type the property decides.

Of a `FOREIGN` one the value is the IRI that profiles have no place for."""
REMEMBERED = 200_000
"""Statements that are remembered; later ones are looked at each time that they occur."""
REMEMBERED_BUNDLES = 4_000
MAX_STATEMENT = 16 * 1024 * 1024 - 1
"""The most bytes that the parser takes for one line of N-Triples or N-Quads."""
_LONGEST = 4096

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
_DATES = {NS + "awardedOn": AWARDED, NS + "startedOn": STARTED, NS + "endedOn": ENDED}
_DETAILS = {NS + name for name in DETAILS}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LINK = re.compile(
    rb"<" + re.escape(NS.encode()) + rb"(hasCredential|hasEmployment)> (_:[A-Za-z0-9]+) \."
)
_NAME = re.compile(rb"<" + re.escape(NS.encode()) + rb'name> "([^"\\\n\r]*)"(?:@[a-z]{2})? \.')
_LINK_SLOTS = {b"hasCredential": HAS_CREDENTIAL, b"hasEmployment": HAS_EMPLOYMENT}


class StatementCache:
    """The statements that have been met, by the bytes that follow the subject."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Take the vocabulary that profiles may use."""
        self.known: dict[bytes, Said] = {}
        self.bundles: dict[bytes, list[Said]] = {}
        self._vocabulary = vocabulary
        self._members = {
            NS + "hasKnowledgeOf": (KNOWS, vocabulary.items | vocabulary.acts),
            NS + "appliesFor": (APPLIES, vocabulary.categories),
            NS + "educationLevel": (LEVEL, vocabulary.levels),
        }
        self._open = {
            NS + "fieldOfStudy": (FIELD, vocabulary.fields),
            NS + "inPosition": (POSITION, vocabulary.exact_positions),
        }

    def learn(self, rest: bytes) -> Said:
        """What a statement says that is not in `known`; `rest` is all but its subject."""
        if len(rest) > MAX_STATEMENT:
            return UNSUPPORTED, None
        link = _LINK.fullmatch(rest)
        if link:
            return _LINK_SLOTS[link[1]], link[2]
        name = _NAME.fullmatch(rest)
        if name:
            try:
                return NAME, printable(name[1].decode())
            except UnicodeDecodeError:
                return UNSUPPORTED, None
        if len(rest) > _LONGEST and b"<<(" in rest:
            return UNSUPPORTED, None  # deeply nested terms end the parser; the intake looks first
        said, lasting = self._parsed(rest)
        if lasting and len(self.known) < REMEMBERED:
            self.known[rest] = said
        return said

    def said(self, rest: bytes) -> Said:
        """What a statement says; `rest` is all but its subject."""
        return self.known.get(rest) or self.learn(rest)

    def link(self, rest: bytes) -> bytes | None:
        """The part of a candidate that a statement links to, as a subject."""
        if not any(link in rest for link in LINKING):
            return None
        slot, value = self.said(rest)
        return value if slot in _LINKS.values() and isinstance(value, bytes) else None

    def learn_bundle(self, rests: bytes) -> list[Said]:
        """What several statements of one subject say, those of knowledge taken together."""
        said = [self.said(rest) for rest in rests[:-1].split(b"\n")]
        items = frozenset(str(value) for slot, value in said if slot == KNOWS)
        bundle = [one for one in said if one[0] != KNOWS]
        if items:
            bundle.append((KNOWS_ALL, items))
        if len(self.bundles) >= REMEMBERED_BUNDLES:
            self.bundles.clear()
        if len(rests) <= _LONGEST:
            self.bundles[rests] = bundle
        return bundle

    def _parsed(self, rest: bytes) -> tuple[Said, bool]:
        """What a statement says, and whether it is likely to come again."""
        try:
            quads = list(
                parse(b"<urn:x:s> " + rest, format=RdfFormat.N_QUADS, rename_blank_nodes=False)
            )
        except (SyntaxError, ValueError):
            return (UNSUPPORTED, None), False
        if len(quads) != 1:
            return (UNSUPPORTED, None), False
        quad = quads[0]
        graph = quad.graph_name
        if isinstance(graph, NamedNode) and _is_unsupported(graph.value):
            return (UNSUPPORTED, None), True
        return self._said(quad.predicate.value, quad.object)

    def _said(self, predicate: str, value: object) -> tuple[Said, bool]:
        iri = value.value if isinstance(value, NamedNode) else None
        if predicate == term("rdf:type").value:
            if iri in _TYPES:
                return (_TYPES[iri], None), True
            if iri is None:
                return (UNSUPPORTED, None), False
            return ((UNSUPPORTED, None) if _is_unsupported(iri) else (FOREIGN, iri)), True
        if predicate in _LINKS:
            if isinstance(value, BlankNode):
                return (_LINKS[predicate], b"_:" + value.value.encode()), False
            if iri is not None:
                return (_LINKS[predicate], b"<" + iri.encode() + b">"), False
            return (UNSUPPORTED, None), False
        if predicate in self._members:
            slot, members = self._members[predicate]
            return ((slot, iri) if iri in members else (UNSUPPORTED, None)), True
        if predicate in self._open:
            slot, members = self._open[predicate]
            usable = iri in members or (iri is not None and not _is_unsupported(iri))
            return ((slot, iri) if usable else (UNSUPPORTED, None)), True
        if predicate in _DATES:
            return _day(_DATES[predicate], value), True
        return self._text(predicate, value, iri), False

    def _text(self, predicate: str, value: object, iri: str | None) -> Said:
        if iri is not None and _is_unsupported(iri):
            return UNSUPPORTED, None
        if isinstance(value, Literal) and is_ours(value.datatype.value):
            return UNSUPPORTED, None
        if predicate == NS + "name" and isinstance(value, Literal):
            return NAME, printable(value.value)
        if predicate in _DETAILS and isinstance(value, Literal | NamedNode):
            several = predicate == NS + "evidence"
            return (SOURCE if several else DETAIL), predicate
        if is_ours(predicate) or predicate.startswith(RELATIVE_BASE):
            return UNSUPPORTED, None
        usable = isinstance(value, Literal | NamedNode | BlankNode)
        return (FOREIGN, predicate) if usable else (UNSUPPORTED, None)


def _is_unsupported(iri: str) -> bool:
    return is_ours(iri) or iri.startswith(RELATIVE_BASE)


def _day(slot: int, value: object) -> Said:
    if not isinstance(value, Literal) or value.datatype.value != XSD_DATE:
        return UNSUPPORTED, None
    if not _DATE.fullmatch(value.value):
        return UNSUPPORTED, None
    try:
        day = date.fromisoformat(value.value).toordinal()
    except ValueError:
        return UNSUPPORTED, None
    if slot != ENDED:
        return slot, day
    return (slot, day + 1) if day + 1 < OPEN else (UNSUPPORTED, None)
