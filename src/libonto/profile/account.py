"""What became of each thing that an input states: taken, passed over, not taken, or an error.

Every format gives its candidates as entries; an entry has its place, and a note for each cell,
key or node that did not simply become part of the profile. The report says it all, as text or JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Literal

from libonto.errors import InputError, NothingToAssess, Place, Problem, on_one_line, shown
from libonto.locales import sentence
from libonto.profile.model import Candidate

NoteKind = Literal["taken", "lost", "ignored", "caveat"]


@dataclass(frozen=True)
class Unreadable(Problem):
    """An input that cannot be read at all, or that holds nothing, as a problem."""

    error: InputError | None = None

    def message(self, lang: str) -> str:
        """What the error says."""
        return self.error.message(lang) if self.error else super().message(lang)


class Unresolved(ValueError):
    """A text that names nothing of ours, no day, …: a sentence's key, and what fills that in."""

    def __init__(self, key: str, **params: object) -> None:
        """Take the key of a sentence of `interchange.toml` and its parameters."""
        super().__init__(key)
        self.key = key
        self.params = params


@dataclass(frozen=True)
class Note:
    """What became of one stated thing.

    `taken`: it became part of the profile; `lost`: a credential, employment or item that a
    profile could state was not taken; `ignored`: it was passed over; `caveat`: what to
    beware of. `key` names a sentence of `imports.toml`.
    """

    kind: NoteKind
    place: Place
    value: str = ""
    key: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        """What became of the value, and why; without the place."""
        return sentence(
            f"imports.{self.key}", lang, **shown({"value": self.value, **self.params}, lang)
        )

    def problem(self) -> Problem:
        """The same as a problem, where nothing may be lost."""
        params = {**self.params, "value": self.value}
        return Problem(f"imports.{self.key}", params=params, place=self.place)


@dataclass(frozen=True)
class ProfileEntry:
    """One candidate of an input, or why it is none; `form` is the input's format.

    `iri` is how the candidate is called, also where it is not taken. An entry without a
    candidate and without problems is what was passed over: its notes say what, and why.
    """

    place: Place
    form: str
    candidate: Candidate | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    iri: str = ""

    @property
    def passed_over(self) -> bool:
        """Whether nobody stands here, and nothing is wrong with that."""
        return self.candidate is None and not self.problems

    @property
    def lost(self) -> list[Problem]:
        """What was not taken though a profile could state it, as problems."""
        return [note.problem() for note in self.notes if note.kind == "lost"]


class Account:
    """Adds up what became of the entries of one or several inputs."""

    def __init__(self, entries: Iterable[ProfileEntry] = ()) -> None:
        """Count some entries."""
        self.good = self.bad = self.lost = 0
        self.passed_over: list[Note] = []
        self.caveats: list[Note] = []
        for entry in entries:
            self.add(entry)

    def add(self, entry: ProfileEntry) -> None:
        """Count one entry."""
        self.good += entry.candidate is not None
        self.bad += bool(entry.problems)
        self.lost += sum(note.kind == "lost" for note in entry.notes)
        self.passed_over += (note for note in entry.notes if note.kind == "ignored")
        self.caveats += (note for note in entry.notes if note.kind == "caveat")

    def lines(self, lang: str, most: int = 20) -> Iterator[str]:
        """What was passed over, by reason, with at most so many places each; then the sum."""
        reasons: dict[str, list[str]] = {}
        for note in self.passed_over:
            where = reasons.setdefault(note.message(lang), [])
            where.append(note.place.said(lang))
        for reason, places in reasons.items():
            shown = "; ".join(places[:most]) + ("; …" if len(places) > most else "")
            params = {"count": len(places), "places": shown, "reason": reason}
            yield sentence("imports.passed-over", lang, **params)
        for note in self.caveats:
            place = note.place.said(lang)
            yield sentence("imports.beware", lang, place=place, message=note.message(lang))
        key = "check-bad" if self.bad or self.lost else "check-good"
        yield sentence(f"imports.{key}", lang, **self.counts)

    @property
    def counts(self) -> dict[str, int]:
        """How many candidates are right, how many are not, how many parts were not taken."""
        return {"good": self.good, "bad": self.bad, "lost": self.lost}


def problem(key: str, place: Place, **params: object) -> Problem:
    """A problem with a sentence of `interchange.toml`."""
    return Problem(f"interchange.{key}", params=params, place=place)


def status(found: Sequence[ProfileEntry]) -> int:
    """0: every profile is right; 2: at least one is not; 3: there was none at all."""
    wrong = [problem for entry in found for problem in entry.problems]
    if all(isinstance(p, Unreadable) and isinstance(p.error, NothingToAssess) for p in wrong):
        return 3 if wrong or not found else 0
    return 2


def report_text(found: Sequence[ProfileEntry], lang: str) -> str:
    """The report as text."""
    return "\n".join(_lines(found, lang)) + "\n"


def _lines(found: Sequence[ProfileEntry], lang: str) -> Iterator[str]:
    for (file, form), members in groupby(found, key=lambda entry: (entry.place.file, entry.form)):
        yield sentence("imports.report-input", lang, file=on_one_line(file), form=form)
        for entry in members:
            if entry.candidate and entry.notes:
                named = [entry.candidate.name, entry.candidate.iri]
                yield "  " + on_one_line(" · ".join(filter(None, named)))
            if entry.problems:
                yield f"  {sentence('imports.report-problems', lang)}"
                yield from (f"    {problem.message(lang)}" for problem in entry.problems)
            yield from _notes(entry.notes, lang)
    yield sentence("imports.report-sum", lang, **Account(found).counts)


def _notes(notes: Sequence[Note], lang: str) -> Iterator[str]:
    for kind in ("taken", "lost", "caveat", "ignored"):
        chosen = [note for note in notes if note.kind == kind]
        if chosen:
            yield f"    {sentence(f'imports.report-{kind}', lang)}"
        for note in chosen:
            where = _where(note, lang) or "·"
            plain = kind == "ignored" and note.place.path  # that a profile has no place is plain
            yield f"      {where}" if plain else f"      {where}: {note.message(lang)}"


def _where(note: Note, lang: str) -> str:
    """The place of a note within its file: a path, or sheet and row."""
    return on_one_line(replace(note.place, file="").said(lang))


def report_object(found: Sequence[ProfileEntry], lang: str) -> dict[str, Any]:
    """The report as a JSON object."""
    inputs = [
        _input(file, form, list(members), lang)
        for (file, form), members in groupby(found, key=lambda t: (t.place.file, t.form))
    ]
    return {"inputs": inputs, **Account(found).counts}


def _input(file: str, form: str, entries: Sequence[ProfileEntry], lang: str) -> dict[str, Any]:
    """An input: its profiles, and what was passed over, or is to be known, and is of no person."""
    made: dict[str, Any] = {"file": file, "format": form}
    made["profiles"] = [_profile(entry, lang) for entry in entries if not entry.passed_over]
    notes = [note for entry in entries if entry.passed_over for note in entry.notes]
    for key, kind in (("passedOver", "ignored"), ("caveats", "caveat")):
        if found := [note for note in notes if note.kind == kind]:
            made[key] = [
                {"place": _where(note, lang), "value": note.value, "message": note.message(lang)}
                for note in found
            ]
    return made


def _profile(entry: ProfileEntry, lang: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "candidate": entry.candidate.iri if entry.candidate else None,
        "problems": [_problem(problem, lang) for problem in entry.problems],
    }
    for key, kind in (("taken", "taken"), ("notTaken", "lost"), ("caveats", "caveat")):
        found[key] = [
            {"path": note.place.path, "value": note.value, "message": note.message(lang)}
            for note in entry.notes
            if note.kind == kind
        ]
    found["passedOver"] = [_where(note, lang) for note in entry.notes if note.kind == "ignored"]
    return found


def _problem(wrong: Problem, lang: str) -> dict[str, Any]:
    found: dict[str, Any] = {"message": wrong.message(lang), "candidate": wrong.candidate}
    if place := wrong.place:
        stated = {
            "sheet": place.sheet,
            "row": place.row,
            "cell": place.cell,
            "heading": place.heading,
            "path": place.path,
        }
        found |= {key: value for key, value in stated.items() if value}
    return found
