"""What became of each thing that an input states: taken, passed over, not taken, or an error.

Every format gives its candidates as entries; an entry has its place, and a note for each cell,
key or node that did not simply become part of the profile. The report says it all, as text or JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Literal

from libonto.errors import InputError, NothingToAssess, Place, Problem, displayable, on_one_line
from libonto.locales import sentence
from libonto.profile.model import Candidate

NoteKind = Literal["taken", "lost", "ignored", "caveat"]


@dataclass(frozen=True)
class Unreadable(Problem):
    """An input that cannot be read at all, or that holds nothing, as a problem."""

    error: InputError = field(kw_only=True)

    def message(self, lang: str) -> str:
        """What the error says."""
        return self.error.message(lang)


class Unresolved(ValueError):
    """A text that names nothing of ours, no day, …: a sentence's key, and what fills that in."""

    def __init__(self, key: str, **params: object) -> None:
        """`key` names a sentence of `interchange.toml`, which `params` fill in."""
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
            f"imports.{self.key}", lang, **displayable({"value": self.value, **self.params}, lang)
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
        """Whether there is neither a candidate nor a problem."""
        return self.candidate is None and not self.problems

    @property
    def lost(self) -> list[Problem]:
        """What was not taken though a profile could state it, as problems."""
        return [note.problem() for note in self.notes if note.kind == "lost"]


def counts(entries: Sequence[ProfileEntry]) -> dict[str, int]:
    """How many candidates are right, how many are not, how many parts were not taken."""
    return {
        "good": sum(entry.candidate is not None for entry in entries),
        "bad": sum(bool(entry.problems) for entry in entries),
        "lost": sum(len(entry.lost) for entry in entries),
    }


def summary(entries: Sequence[ProfileEntry], lang: str) -> str:
    """The counts as a sentence."""
    numbers = counts(entries)
    key = "check-bad" if numbers["bad"] or numbers["lost"] else "check-good"
    return sentence(f"imports.{key}", lang, **numbers)


def remarks(entries: Sequence[ProfileEntry], lang: str, most: int = 20) -> Iterator[str]:
    """What was passed over, by reason, with at most so many places each; then the caveats."""
    notes = [note for entry in entries for note in entry.notes]
    reasons: dict[str, list[str]] = {}
    for note in notes:
        if note.kind == "ignored":
            reasons.setdefault(note.message(lang), []).append(note.place.message(lang))
    for reason, places in reasons.items():
        listed = "; ".join(places[:most]) + ("; …" if len(places) > most else "")
        params = {"count": len(places), "places": listed, "reason": reason}
        yield sentence("imports.passed-over", lang, **params)
    for note in notes:
        if note.kind == "caveat":
            place, message = note.place.message(lang), note.message(lang)
            yield sentence("imports.beware", lang, place=place, message=message)


def problem(key: str, place: Place, **params: object) -> Problem:
    """A problem with a sentence of `interchange.toml`."""
    return Problem(f"interchange.{key}", params=params, place=place)


def status(entries: Sequence[ProfileEntry]) -> int:
    """0: every profile is right; 2: at least one is not; 3: there was none at all."""
    wrong = [problem for entry in entries for problem in entry.problems]
    if all(isinstance(p, Unreadable) and isinstance(p.error, NothingToAssess) for p in wrong):
        return 3 if wrong or not entries else 0
    return 2


def report_text(entries: Sequence[ProfileEntry], lang: str) -> str:
    """The report as text."""
    return "\n".join(_lines(entries, lang)) + "\n"


def _lines(entries: Sequence[ProfileEntry], lang: str) -> Iterator[str]:
    for (file, form), members in groupby(entries, key=lambda entry: (entry.place.file, entry.form)):
        yield sentence("imports.report-input", lang, file=on_one_line(file), form=form)
        for entry in members:
            if entry.candidate and entry.notes:
                named = [entry.candidate.name, entry.candidate.iri]
                yield "  " + on_one_line(" · ".join(filter(None, named)))
            if entry.problems:
                yield f"  {sentence('imports.report-problems', lang)}"
                yield from (f"    {problem.message(lang)}" for problem in entry.problems)
            yield from _notes(entry.notes, lang)
    yield sentence("imports.report-sum", lang, **counts(entries))


def _notes(notes: Sequence[Note], lang: str) -> Iterator[str]:
    for kind in ("taken", "lost", "caveat", "ignored"):
        members = [note for note in notes if note.kind == kind]
        if members:
            yield f"    {sentence(f'imports.report-{kind}', lang)}"
        for note in members:
            where = _where(note, lang) or "·"
            plain = kind == "ignored" and note.place.path  # that a profile has no place is plain
            yield f"      {where}" if plain else f"      {where}: {note.message(lang)}"


def _where(note: Note, lang: str) -> str:
    """The place of a note within its file: a path, or sheet and row."""
    return on_one_line(replace(note.place, file="").message(lang))


def report_object(entries: Sequence[ProfileEntry], lang: str) -> dict[str, Any]:
    """The report as a JSON object."""
    inputs = [
        _input(file, form, list(members), lang)
        for (file, form), members in groupby(entries, key=lambda e: (e.place.file, e.form))
    ]
    return {"inputs": inputs, **counts(entries)}


def _input(file: str, form: str, entries: Sequence[ProfileEntry], lang: str) -> dict[str, Any]:
    """An input: its profiles, and what was passed over, or is to be known, and is of no person."""
    report: dict[str, Any] = {"file": file, "format": form}
    report["profiles"] = [_profile(entry, lang) for entry in entries if not entry.passed_over]
    notes = [note for entry in entries if entry.passed_over for note in entry.notes]
    for key, kind in (("passedOver", "ignored"), ("caveats", "caveat")):
        members = [
            {"place": _where(note, lang), "value": note.value, "message": note.message(lang)}
            for note in notes
            if note.kind == kind
        ]
        if members:
            report[key] = members
    return report


def _profile(entry: ProfileEntry, lang: str) -> dict[str, Any]:
    report: dict[str, Any] = {
        "candidate": entry.candidate.iri if entry.candidate else None,
        "problems": [_problem(problem, lang) for problem in entry.problems],
    }
    for key, kind in (("taken", "taken"), ("notTaken", "lost"), ("caveats", "caveat")):
        report[key] = [
            {"path": note.place.path, "value": note.value, "message": note.message(lang)}
            for note in entry.notes
            if note.kind == kind
        ]
    report["passedOver"] = [_where(note, lang) for note in entry.notes if note.kind == "ignored"]
    return report


def _problem(wrong: Problem, lang: str) -> dict[str, Any]:
    report: dict[str, Any] = {"message": wrong.message(lang), "candidate": wrong.candidate}
    for key in ("sheet", "row", "cell", "heading", "path"):
        if coordinate := getattr(wrong.place, key, None):
            report[key] = coordinate
    return report
