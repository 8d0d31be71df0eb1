"""What an import took from a foreign document, what it could not map, and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from libonto.errors import Place, Problem
from libonto.locales import LANGUAGES, sentence
from libonto.profile.account import Note, NoteKind, Unresolved
from libonto.profile.checks import XSD_DATE, XSD_STRING, RawCandidate, RawEntry, RawNode, Value
from libonto.profile.interchange.dates import written_day
from libonto.profile.interchange.resolver import KnownTerm, Resolver
from libonto.profile.interchange.trees import Placed
from libonto.profile.vocabulary import likely_codes


@dataclass
class Draft:
    """A candidate, credential or employment in the making: values and where they stood."""

    class_: Literal["Candidate", "Credential", "Employment"]
    path: str
    values: list[tuple[str, Value, str]] = field(default_factory=list)

    @property
    def country(self) -> str:
        """The code of the country that is stated, or nothing."""
        return next((value.value for name, value, _ in self.values if name == "country"), "")

    def resource(self, property_: str, iri: str, path: str, text: str = "") -> None:
        """State an IRI."""
        self.values.append((property_, Value("iri", iri, original=text), path))

    def text(self, property_: str, text: str, path: str) -> None:
        """State a text, unless it is empty."""
        if text.strip():
            self.values.append((property_, Value("text", text.strip(), XSD_STRING), path))


class Lost(Unresolved):
    """Why a credential or an employment is not taken, and for which place and value in it."""

    def __init__(self, path: str, key: str, value: object = "", **params: object) -> None:
        """`key` is of a sentence of `imports.toml`, which `params` fill in."""
        super().__init__(key, **params)
        self.path = path
        self.value = value


class Resolution(NamedTuple):
    """What a document states, known to us or not; where it stands, and how it is written."""

    match: KnownTerm | Unresolved
    path: str
    text: str

    @property
    def term(self) -> KnownTerm:
        """The term of ours; Lost where it is not known."""
        if isinstance(self.match, Unresolved):
            raise Lost(self.path, self.match.key, self.text, **self.match.params)
        return self.match


class Import(RawEntry):
    """One candidate out of a foreign document, and the report on it; evidence is in `lang`."""

    raw: RawCandidate
    problems: list[Problem]
    notes: list[Note]

    def __init__(self, file: str, path: str, iri: str, resolver: Resolver, lang: str) -> None:
        """Start an empty profile."""
        self.resolver = resolver
        self.lang = lang
        place = Place(file, path=path)
        raw = RawCandidate(iri=iri, source=str(place), place=place)
        super().__init__(place, raw, [], [], iri)
        self._closed: list[str] = []
        self._passed: set[str] = set()

    def note(
        self, kind: NoteKind, path: str, key: str, value: object = "", **params: object
    ) -> None:
        """Add a line to the report."""
        place = Place(self.place.file, path=path)
        self.notes.append(Note(kind, place, str(value), key, params))

    def unexpected(self, path: str, value: object, kind: str) -> None:
        """A problem: a value is of another kind than the one (`text`, `list`, `object`) expected.

        Nothing is taken of the person then.
        """
        expected = {lang: sentence(f"imports.kind-{kind}", lang) for lang in LANGUAGES}
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        params: dict[str, object] = {"expected": expected, "value": text}
        place = Place(self.place.file, path=path)
        self.problems.append(Problem("imports.kind-unexpected", params=params, place=place))

    @contextmanager
    def part(
        self, class_: Literal["Credential", "Employment"], path: str
    ) -> Generator[Draft, None, None]:
        """A part to be filled in; where Lost is raised meanwhile, the report says why."""
        try:
            yield Draft(class_, path)
        except Lost as loss:
            self.note("lost", loss.path, loss.key, loss.value, **loss.params)
            self._closed.append(path)

    def day(self, draft: Draft, property_: str, text: str, path: str) -> None:
        """State the day that a text names, or of an award a month or a year; else Lost."""
        try:
            day = written_day(text)
        except Unresolved as fault:
            raise Lost(path, fault.key, text, **fault.params) from fault
        if not day.whole and property_ != "awardedOn":
            raise Lost(path, "date-partial", text)
        value = Value("text", day.text, XSD_DATE if day.whole else XSD_STRING, original=text)
        draft.values.append((property_, value, path))
        if day.zoned or day.timed:
            self.note("caveat", path, "time-zone", text)

    def country(self, draft: Draft, names: Iterable[Placed]) -> None:
        """State the country that names or codes (with their paths) agree on.

        Lost where one is not known or they differ: which law its recognition is a matter of
        depends on it.
        """
        countries: dict[str, Placed] = {}
        for text, path in names:
            codes = likely_codes(text)
            if len(codes) != 1:
                raise Lost(path, "country-unknown", text)
            countries.setdefault(codes[0], (text, path))
        for code, (text, path) in countries.items():
            if len(countries) > 1:
                raise Lost(path, "country-several", text, countries=", ".join(countries))
            draft.values.append(("country", Value("text", code, XSD_STRING, original=text), path))

    def credential(
        self,
        draft: Draft,
        level: Resolution,
        field: Resolution,
        *,
        evidence: Iterable[Placed] = (),
        awarded: Iterable[Placed] = (),
        by: Placed | None = None,
    ) -> RawNode:
        """Make a credential part of the profile; Lost where its level, field or day is unknown."""
        terms = [(one.term, one) for one in (level, field)]
        for term, one in terms:
            draft.resource(term.property, term.abroad or term.iri, one.path, one.text)
        ways = [(self.resolver.evidence(term, self.lang), one.path) for term, one in terms]
        for placed in (*evidence, *ways):
            draft.text("evidence", *placed)
        for placed in awarded:
            self.day(draft, "awardedOn", *placed)
        if by:
            draft.text("awardedBy", *by)
        node = self.take(draft)
        for caveat in self.resolver.caveats(level.term):
            self.note("caveat", level.path, "caveat", level.text, caveat=caveat)
        return node

    def employment(
        self,
        draft: Draft,
        position: Resolution,
        days: Mapping[str, tuple[str | None, str]],
        employer: Placed | None,
        text: str = "",
    ) -> None:
        """Make an employment part of the profile; Lost where its position or a day is unknown.

        `text` is what it is called where its first day is missing.
        """
        term = position.term
        draft.resource(term.property, term.abroad or term.iri, position.path, position.text)
        if not days["startedOn"][0]:
            raise Lost(days["startedOn"][1], "date-missing", text)
        for name, (day, path) in days.items():
            if day is not None:
                self.day(draft, name, day, path)
        if employer:
            draft.text("employer", *employer)
        self.take(draft)

    def verified(self, issuer: str) -> None:
        """Note that the signature of the whole document is valid, in the evidence too."""
        self.notes = [note for note in self.notes if note.key != "not-verified"]
        self.note("caveat", self.place.path, "signature-valid", issuer=issuer)
        text = sentence("imports.signature-valid", self.lang, issuer=issuer)
        for node in self.raw.parts.get("Credential", ()):
            node.signature = issuer
            node.add("evidence", Value("text", text, XSD_STRING))

    def pass_over(self, paths: Iterable[str]) -> None:
        """Note what a profile has no place for; not of parts that were not taken anyway."""
        for path in dict.fromkeys(paths):
            if path not in self._passed and not path.startswith(tuple(self._closed)):
                self._passed.add(path)
                self.note("ignored", path, "no-place")

    def pass_over_unknown(self, resolutions: Iterable[Resolution]) -> None:
        """Note what names nothing of ours, where another value beside it does."""
        for one in resolutions:
            if isinstance(one.match, Unresolved):
                self.note("ignored", one.path, one.match.key, one.text, **one.match.params)

    def take(self, draft: Draft) -> RawNode:
        """Make a draft part of the profile."""
        node: RawNode = self.raw
        if draft.class_ != "Candidate":
            place = Place(self.place.file, path=draft.path)
            node = self.raw.append(draft.class_, RawNode(place=place))
        for property_, value, path in draft.values:
            node.add(property_, value)
            node.places[property_] = Place(self.place.file, path=path)
            into = {"property": f"lo:{property_}", "into": value.value}
            self.note("taken", path, "taken", value, **into)
        return node


NewImport = Callable[[str, str | None], Import]
"""Starts the import of the person at a path, who has an IRI or is given one."""
