"""The persons of documents in foreign formats, each with what became of every statement.

A credential may come in a wrapper: a signed envelope (`payload` and `signatures`), a
presentation (`verifiableCredential`), an array. What is inside is read, and its path says
where it stood; whether a signature is valid is for `signatures` to tell.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from libonto.errors import SyntaxFault
from libonto.profile.interchange import elm, json_resume, schema_org
from libonto.profile.interchange.imports import Import
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.resolver import Resolver
from libonto.profile.interchange.signatures import TrustedKeys
from libonto.profile.interchange.trees import (
    Misfit,
    TreeNode,
    TreeReader,
    contexts,
    listed,
)
from libonto.profile.model import GIVEN_OUT
from libonto.profile.vocabulary import DETAILS, KEYS

_READERS = {"elm": elm.people, "schema-org": schema_org.people}
_ELM = re.compile(r"https?://data\.europa\.eu/snb/model/context/")
_SCHEMA_ORG = re.compile(r"https?://schema\.org(/.*)?")
_MOST_WRAPPERS = 5
_OF_ANY = frozenset({"@context", "@id", "@type", "id", "type"})
_OF_AN_ENVELOPE = _OF_ANY | {"payload", "signatures", "signature", "protected", "header"}
_OF_A_PRESENTATION = _OF_ANY | {"verifiableCredential"}
_PLAIN = frozenset(KEYS["Candidate"]) - {"id", "name", *DETAILS}
"""The keys of a profile in plain JSON that no other form has."""


@dataclass(frozen=True)
class Wrapped:
    """A document, its place within its wrappers, and the signed envelope that it came in.

    `rest` has the paths of what stands in the wrappers besides.
    """

    value: Any
    path: str = ""
    envelope: Any = None
    rest: tuple[str, ...] = ()


def foreign_kind(value: Any) -> str | None:
    """`elm`, `schema-org` or `json-resume`, or None where it is none of them to be seen.

    SyntaxFault for an array of several forms, of which only one would be read.
    """
    documents = [wrapped.value for wrapped in unwrapped(value)]
    kinds = [kind for document in documents if (kind := _kind(document))]
    if not kinds:
        return None
    forms = set(kinds)
    for member in (member for document in documents for member in listed(document)):
        if kind := _kind(member):
            forms.add(kind)
        elif isinstance(member, dict) and not _PLAIN.isdisjoint(member):
            forms.add("json")
    if len(forms) > 1:
        raise SyntaxFault("json-mixed", forms=", ".join(sorted(forms)))
    return kinds[0]


def unwrapped(value: Any, path: str = "", depth: int = 0) -> Iterator[Wrapped]:
    """The documents within a document, or itself; SyntaxFault for a payload that is none."""
    if isinstance(value, list) and any(map(_is_wrapper, value)):
        for number, member in enumerate(value):
            yield from unwrapped(member, f"{path}[{number}]", depth)
        return
    if depth > _MOST_WRAPPERS or not _is_wrapper(value):
        yield Wrapped(value, path)
        return
    dot = f"{path}." if path else ""
    read = _OF_AN_ENVELOPE if "payload" in value else _OF_A_PRESENTATION
    rest = tuple(dot + key for key in value if key not in read)
    for inner in _inside(value, dot, depth + 1):
        yield replace(inner, rest=rest + inner.rest)
        rest = ()  # it is told once, with the first document


def _inside(value: dict[str, Any], dot: str, depth: int) -> Iterator[Wrapped]:
    """The documents in one wrapper, whose place is before `dot`."""
    if "payload" in value:
        for inner in unwrapped(_payload(value["payload"]), f"{dot}payload", depth):
            yield replace(inner, envelope=inner.envelope or value)
        return
    credentials = value["verifiableCredential"]
    several = isinstance(credentials, list)
    for number, member in enumerate(credentials if several else [credentials]):
        where = f"{dot}verifiableCredential" + (f"[{number}]" if several else "")
        if isinstance(member, str):  # a credential as a compact JWS
            head, payload, signature = (*member.split("."), "", "", "")[:3]
            parts = {"payload": payload, "protected": head, "signature": signature}
            claims = _payload(payload)
            inner_value = claims.get("vc", claims) if isinstance(claims, dict) else claims
            yield Wrapped(inner_value, where, parts)
        else:
            yield from unwrapped(member, where, depth)


def _is_wrapper(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    signed = "payload" in value and ("signatures" in value or "signature" in value)
    return signed or "verifiableCredential" in value


def _payload(payload: Any) -> Any:
    """What an envelope holds: JSON, as it is or in base64url."""
    from libonto.profile.document import read_json

    if not isinstance(payload, str):
        return payload
    text = payload.encode()
    if not payload.lstrip().startswith(("{", "[")):
        try:
            text = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
        except (binascii.Error, ValueError) as error:
            raise SyntaxFault("envelope-payload", detail=str(error)) from error
    return read_json(text)


def _kind(value: Any) -> str | None:
    named = _named_contexts(value)
    if any(map(_ELM.match, named)):
        return "elm"
    if any(map(_SCHEMA_ORG.fullmatch, named)):
        return "schema-org"
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict) or "@context" in first:
        return None
    if "EuropeanDigitalCredential" in listed(first.get("type")):
        return "elm"
    is_resume = "basics" in first or "resume" in str(first.get("$schema"))
    return "json-resume" if is_resume else None


def _named_contexts(value: Any) -> list[str]:
    """The addresses that the outermost objects of a document name as their context."""
    members = [member for member in listed(value) if isinstance(member, dict)]
    contexts = [context for member in members for context in listed(member.get("@context"))]
    names = (c.get("@vocab") if isinstance(c, dict) else c for c in contexts)
    return [name for name in names if isinstance(name, str)]


@dataclass(frozen=True)
class Trees:
    """A document as trees, what in it was no part of them or is wrong, and its signed envelope."""

    roots: list[TreeNode]
    unmapped: Sequence[str] = ()
    misfits: Sequence[Misfit] = ()
    envelope: Any = None


class ForeignReader:
    """Reads foreign documents against one vocabulary; `lang` is for evidence in words."""

    def __init__(self, names: Names, lang: str, trust: TrustedKeys | None = None) -> None:
        """`trust` has the keys that signatures are verified by.

        The contexts and the crosswalk are read when first needed.
        """
        self._resolver = Resolver(names)
        self._lang = lang
        self._trust = trust

    def read(self, value: Any, kind: str, *, file: str = "", before: int = 0) -> Iterator[Import]:
        """The persons of a document; `before` is how many the input had before it.

        `value` is JSON, the bytes of a credential in XML, or credentials that are trees already.

        Raises SyntaxFault for a context that is none of ours: nothing is fetched.
        """
        numbers = count(before + 1)

        def new(path: str, iri: str | None) -> Import:
            assigned = f"{GIVEN_OUT}{next(numbers)}"
            return Import(file, path, iri or assigned, self._resolver, self._lang)

        if kind == "json-resume":
            for wrapped in unwrapped(value):
                entries = list(json_resume.people(wrapped.value, new, wrapped.path))
                for entry in entries[:1]:
                    entry.pass_over(wrapped.rest)
                yield from self._verified(entries, wrapped.envelope)
            return
        for document in self._documents(value, kind):
            entries = list(_READERS[kind](document.roots, new))
            _account_for(entries, document)
            yield from self._verified(entries, document.envelope)

    def _verified(self, entries: list[Import], envelope: Any) -> list[Import]:
        signed = isinstance(envelope, dict | bytes)
        issuer = self._trust.issuer(envelope) if self._trust and signed else None
        for entry in entries if issuer else []:
            entry.verified(issuer or "")
        return entries

    def _documents(self, value: Any, kind: str) -> Iterator[Trees]:
        if isinstance(value, Trees):
            yield value
            return
        known = {c.name: c for c in contexts(self._resolver.graph)}
        name = "elm-2" if isinstance(value, bytes) else kind
        if name not in known:
            raise SyntaxFault("context-missing", name=name)
        if isinstance(value, bytes):
            yield Trees(*elm.credentials(value, known[name].terms), envelope=value)
            return
        addresses = frozenset(address for c in known.values() for address in c.addresses)
        for wrapped in unwrapped(value):
            reader = TreeReader(known[kind], addresses)
            roots = reader.read(wrapped.value, wrapped.path)
            unmapped = [*wrapped.rest, *reader.unmapped]
            yield Trees(roots, unmapped, reader.misfits, wrapped.envelope)


def _account_for(entries: list[Import], document: Trees) -> None:
    """Note what no reader looked at as passed over, and misfits as problems.

    What belongs to no person in particular is reported with the first one.
    """
    roots = document.roots
    passed = [*document.unmapped, *(p for root in roots for p in root.unused(elm.METADATA))]
    inner = [misfit for root in roots for misfit in root.misfits()]
    misfits = {path: (value, kind) for path, value, kind in (*document.misfits, *inner)}
    for entry in reversed(entries):
        prefix = "" if entry is entries[0] else entry.place.path
        own = [path for path in passed if path.startswith(prefix)]
        entry.pass_over(own)
        passed = [path for path in passed if path not in own]
        for path in [path for path in misfits if path.startswith(prefix)]:
            entry.unexpected(path, *misfits.pop(path))
