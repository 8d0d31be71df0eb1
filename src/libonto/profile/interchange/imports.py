"""What an import took from a foreign document, what it could not map, and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from libonto.errors import Place, Problem
from libonto.locales import LANGUAGES, sentence
from libonto.profile.account import Note, NoteKind, Unresolved
from libonto.profile.checks import XSD_DATE, XSD_STRING, RawCandidate, RawEntry, RawNode, Value
from libonto.profile.interchange.dates import WrittenDay, written_day
from libonto.profile.interchange.resolver import KnownTerm, Resolver
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

    def resource(self, property_: str, iri: str, path: str, shown: str = "") -> None:
        """State an IRI."""
        self.values.append((property_, Value("iri", iri, original=shown), path))

    def text(self, property_: str, text: str, path: str) -> None:
        """State a text, unless it is empty."""
        if text.strip():
            self.values.append((property_, Value("text", text.strip(), XSD_STRING), path))

    def day(self, property_: str, day: WrittenDay, path: str, shown: str = "") -> None:
        """State a day, or (of an award) a month or a year."""
        value = Value("text", day.text, XSD_DATE if day.whole else XSD_STRING, original=shown)
        self.values.append((property_, value, path))


Placed = tuple[str, str]
"""A text, and its path in the document."""


class Resolution(NamedTuple):
    """What a document states, found among ours or not; where it stands, and how it is written."""

    found: KnownTerm | Unresolved
    path: str
    shown: str


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

    def wrong(self, path: str, key: str, value: object = "", **params: object) -> None:
        """Say that nothing can be taken of the person, since a value cannot be what it is."""
        place = Place(self.place.file, path=path)
        params = {**params, "value": str(value)}
        self.problems.append(Problem(f"imports.{key}", params=params, place=place))

    def unexpected(self, path: str, value: object, kind: str) -> None:
        """Say that a value is of another kind than the one (`text`, `list`, `object`) expected."""
        expected = {lang: sentence(f"imports.kind-{kind}", lang) for lang in LANGUAGES}
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        self.wrong(path, "kind-unexpected", shown, expected=expected)

    def day(self, draft: Draft, property_: str, text: str, path: str) -> bool:
        """State the day that a text names; whether it names one (else the part is not taken)."""
        try:
            found = written_day(text)
        except Unresolved as fault:
            self.lose(draft.path, path, fault.key, text, **fault.params)
            return False
        if not found.whole and property_ != "awardedOn":
            self.lose(draft.path, path, "date-partial", text)
            return False
        draft.day(property_, found, path, text)
        if found.zoned or found.timed:
            self.note("caveat", path, "time-zone", text)
        return True

    def country(self, draft: Draft, stated: Iterable[Placed]) -> bool:
        """State the country that names or codes (with their paths) agree on; whether they do.

        The part is not taken where one is not known or they differ: which law its recognition
        is a matter of depends on it.
        """
        found: dict[str, Placed] = {}
        for text, path in stated:
            codes = likely_codes(text)
            if len(codes) != 1:
                self.lose(draft.path, path, "country-unknown", text)
                return False
            found.setdefault(codes[0], (text, path))
        for code, (text, path) in found.items():
            if len(found) > 1:
                self.lose(draft.path, path, "country-several", text, countries=", ".join(found))
                return False
            draft.values.append(("country", Value("text", code, XSD_STRING, original=text), path))
        return True

    def credential(
        self,
        draft: Draft,
        level: Resolution,
        field: Resolution,
        *,
        evidence: Iterable[Placed] = (),
        awarded: Sequence[Placed] = (),
        by: Placed | None = None,
    ) -> RawNode | None:
        """Take a credential, unless its level, its field or the day of its award cannot be told."""
        known: list[tuple[KnownTerm, Resolution]] = []
        for one in (level, field):
            if isinstance(one.found, Unresolved):
                self.lose(draft.path, one.path, one.found.key, one.shown, **one.found.params)
                return None
            known.append((one.found, one))
        for found, one in known:
            draft.resource(found.property, found.abroad or found.iri, one.path, one.shown)
        ways = [(self.resolver.evidence(found, self.lang), one.path) for found, one in known]
        for text, path in (*evidence, *ways):
            draft.text("evidence", text, path)
        if not all(self.day(draft, "awardedOn", *day) for day in awarded):
            return None
        if by:
            draft.text("awardedBy", *by)
        node = self.take(draft)
        for caveat in self.resolver.caveats(known[0][0]):
            self.note("caveat", level.path, "caveat", level.shown, caveat=caveat)
        return node

    def employment(
        self,
        path: str,
        position: Resolution,
        days: Mapping[str, tuple[str | None, str]],
        employer: Placed,
        shown: str = "",
    ) -> bool:
        """Take an employment, unless its position or a day cannot be told; whether it was taken.

        `shown` is what it is called where its first day is missing.
        """
        draft, found = Draft("Employment", path), position.found
        if isinstance(found, Unresolved):
            self.lose(path, position.path, found.key, position.shown, **found.params)
            return False
        draft.resource(found.property, found.abroad or found.iri, position.path, position.shown)
        if not days["startedOn"][0]:
            self.lose(path, days["startedOn"][1], "date-missing", shown)
            return False
        for name, (text, where) in days.items():
            if text is not None and not self.day(draft, name, text, where):
                return False
        draft.text("employer", *employer)
        self.take(draft)
        return True

    def verified(self, issuer: str) -> None:
        """Say of the whole document that its signature is valid, in the evidence too."""
        self.notes = [note for note in self.notes if note.key != "not-verified"]
        self.note("caveat", self.place.path, "signature-valid", issuer=issuer)
        text = sentence("imports.signature-valid", self.lang, issuer=issuer)
        for node in self.raw.parts.get("Credential", ()):
            node.signature = issuer
            node.add("evidence", Value("text", text, XSD_STRING))

    def lose(self, whole: str, path: str, key: str, value: object = "", **params: object) -> None:
        """Say that a part at the path `whole` is not taken, and for which place in it."""
        self.note("lost", path, key, value, **params)
        self._closed.append(whole)

    def pass_over(self, paths: Iterable[str]) -> None:
        """Say what a profile has no place for; not of parts that were not taken anyway."""
        for path in dict.fromkeys(paths):
            if path in self._passed or any(path.startswith(whole) for whole in self._closed):
                continue
            self._passed.add(path)
            self.note("ignored", path, "no-place")

    def take(self, draft: Draft) -> RawNode:
        """Make a draft part of the profile."""
        node: RawNode = self.raw
        if draft.class_ != "Candidate":
            place = Place(self.place.file, path=draft.path)
            node = self.raw.append(draft.class_, RawNode(place=place))
        for property_, value, path in draft.values:
            node.add(property_, value)
            node.places[property_] = Place(self.place.file, path=path)
            self.note(
                "taken", path, "taken", str(value), property=f"lo:{property_}", into=value.value
            )
        return node


NewImport = Callable[[str, str | None], Import]
"""Starts the import of the person at a path, who has an IRI or is given one."""
