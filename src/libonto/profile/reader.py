"""Reads candidates from files, standard input or bytes, all or nothing.

One bad candidate, and a ProfileError lists every problem; no candidate at all, and
NothingToAssess is raised (contract, “Errors”).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from libonto.errors import (
    InputError,
    NothingToAssess,
    Problem,
    ProfileError,
    SyntaxFault,
    TooLargeError,
    UsageError,
)
from libonto.profile.checks import Checker
from libonto.profile.from_json import JsonProfiles, is_plain
from libonto.profile.from_rdf import RdfProfiles
from libonto.profile.model import Candidate
from libonto.profile.raw import RawCandidate
from libonto.profile.syntax import guess_format, named_format, read_json, read_rdf
from libonto.profile.vocabulary import Vocabulary

DEFAULT_LIMIT = 64 * 1024 * 1024
CONTEXT = "https://w3id.org/libonto/context.jsonld"
"""The name of our own context; it is built in and never fetched."""


@dataclass(frozen=True)
class Document:
    """Bytes to be read, what they are called in messages, and their format if it is known."""

    data: bytes
    name: str = ""
    format: str | None = None


def limit() -> int:
    """The most bytes that one input may have (`LIBONTO_MAX_INPUT_BYTES`)."""
    text = os.environ.get("LIBONTO_MAX_INPUT_BYTES", "")
    return int(text) if text.isdigit() else DEFAULT_LIMIT


def open_document(path: str, format_: str | None = None) -> Document:
    """A file's bytes, `-` for standard input; UsageError when it cannot be read, TooLargeError."""
    most = limit()
    name = path
    try:
        if path == "-":
            data = sys.stdin.buffer.read(most + 1)
            name = ""
        else:
            with Path(path).open("rb") as file:
                data = file.read(most + 1)
    except OSError as error:
        raise UsageError("unreadable", path=path, detail=error.strerror or str(error)) from error
    if len(data) > most:
        fault = TooLargeError("too-large", limit=most)
        fault.source = name
        raise fault
    return Document(data, name, named_format(format_) if format_ else None)


class Reader:
    """Reads documents into candidates against one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Take the vocabulary that the profiles may use."""
        self.vocabulary = vocabulary

    def read(self, documents: Iterable[Document]) -> list[Candidate]:
        """Every candidate of the documents; ProfileError, NothingToAssess, SyntaxFault, …

        A document without a candidate is an error even where another one has some: what
        somebody handed in to be judged would pass in silence.
        """
        problems: list[Problem] = []
        raws: list[RawCandidate] = []
        empty: list[NothingToAssess] = []
        for document in documents:
            hints: list[str] = []
            try:
                found = self._document(document, problems, hints, len(raws))
                raws += found
                if not found:
                    empty.append(_nothing(document, hints))
            except InputError as error:
                error.source = error.source or document.name or None
                raise
        self._check_unique(raws, problems)
        checker = Checker(self.vocabulary)
        candidates = [checker.candidate(raw) for raw in raws]
        problems += checker.problems
        if problems:
            raise ProfileError(problems)
        if empty or not raws:
            raise empty[0] if empty else NothingToAssess("no-candidate")
        return [candidate for candidate in candidates if candidate is not None]

    def _document(
        self, document: Document, problems: list[Problem], hints: list[str], before: int
    ) -> list[RawCandidate]:
        if not document.data.strip(b"\xef\xbb\xbf \t\r\n"):
            return []
        format_ = document.format or guess_format(document.data, document.name)
        if format_ == "json":
            return self._json(document, problems, hints, before)
        return self._rdf(document.data, format_, document.name, problems, hints)

    def _rdf(
        self, data: bytes, format_: str, name: str, problems: list[Problem], hints: list[str]
    ) -> list[RawCandidate]:
        profiles = RdfProfiles(read_rdf(data, format_), self.vocabulary, name)
        found = profiles.candidates()
        problems += profiles.problems
        if not found:
            hints += profiles.untyped()
        return found

    def _json(
        self, document: Document, problems: list[Problem], hints: list[str], before: int
    ) -> list[RawCandidate]:
        value = read_json(document.data)
        if not isinstance(value, dict | list):
            raise SyntaxFault("json-top-level")
        members = value if isinstance(value, list) else [value]
        members = [_without_own_context(member) for member in members]
        if isinstance(value, list) and members and not any(is_plain(m) for m in members):
            return self._json_ld(members, document.name, problems, hints)
        plain = JsonProfiles(document.name)
        found: list[RawCandidate] = []
        for place, member in enumerate(members, start=before + 1):
            if is_plain(member):
                candidate = plain.candidate(member, place)
                found += [candidate] if candidate else []
            else:
                found += self._json_ld(member, document.name, problems, hints)
        problems += plain.problems
        return found

    def _json_ld(
        self, value: Any, name: str, problems: list[Problem], hints: list[str]
    ) -> list[RawCandidate]:
        terms: set[str] = set()
        state = {"vocab": False}
        _gather_terms(value, terms, state)
        if not state["vocab"]:
            _check_keys(value, terms)
        return self._rdf(json.dumps(value).encode(), "json", name, problems, hints)

    def _check_unique(self, raws: Sequence[RawCandidate], problems: list[Problem]) -> None:
        seen: dict[str, RawCandidate] = {}
        for raw in raws:
            if raw.iri is None:
                continue
            if raw.iri in seen:
                problems.append(
                    Problem(
                        "candidate-twice",
                        candidate=raw.iri,
                        source=raw.source,
                        params={"other": seen[raw.iri].source or "-"},
                    )
                )
            seen.setdefault(raw.iri, raw)


def _nothing(document: Document, hints: list[str]) -> NothingToAssess:
    if hints:
        error = NothingToAssess("no-candidate-untyped", node=hints[0])
    else:
        error = NothingToAssess("no-candidate")
    error.source = document.name or None
    return error


def _without_own_context(member: Any) -> Any:
    if isinstance(member, dict) and member.get("@context") in (CONTEXT, [CONTEXT]):
        return {key: value for key, value in member.items() if key != "@context"}
    return member


def _gather_terms(value: Any, terms: set[str], state: dict[str, bool]) -> None:
    """The terms that a document's own contexts define; a remote context is refused."""
    if isinstance(value, list):
        for item in value:
            _gather_terms(item, terms, state)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "@context":
                _gather_context(item, terms, state)
            elif key != "@value":
                _gather_terms(item, terms, state)


def _gather_context(context: Any, terms: set[str], state: dict[str, bool]) -> None:
    if isinstance(context, str):
        raise SyntaxFault("remote-context", address=context)
    if isinstance(context, list):
        for item in context:
            _gather_context(item, terms, state)
    elif isinstance(context, dict):
        if "@import" in context:
            raise SyntaxFault("remote-context", address=str(context["@import"]))
        if context.get("@vocab"):
            state["vocab"] = True
        for term, definition in context.items():
            if not term.startswith("@"):
                terms.add(term)
            if isinstance(definition, dict) and "@context" in definition:
                _gather_context(definition["@context"], terms, state)


def _check_keys(value: Any, terms: set[str]) -> None:
    """JSON-LD drops a key that no context maps without a word; here it is an error."""
    if isinstance(value, list):
        for item in value:
            _check_keys(item, terms)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "@context":
                continue
            if not key.startswith("@") and ":" not in key and key not in terms:
                raise SyntaxFault("json-ld-unmapped-key", key=key)
            _check_keys(item, terms)
