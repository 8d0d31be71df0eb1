"""The report on an import, as text and as JSON: what was taken, what was not, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from libonto.errors import NothingToAssess, Problem, on_one_line
from libonto.locales import sentence
from libonto.profile.account import Account, Entry, Note, PlacedProblem, Unreadable


def status(found: Sequence[Entry]) -> int:
    """0: every profile is right; 2: at least one is not; 3: there was none at all."""
    wrong = [problem for entry in found for problem in entry.problems]
    if all(isinstance(p, Unreadable) and isinstance(p.error, NothingToAssess) for p in wrong):
        return 3 if wrong or not found else 0
    return 2


def to_text(found: Sequence[Entry], lang: str) -> str:
    """The report as text."""
    return "\n".join(_lines(found, lang)) + "\n"


def _lines(found: Sequence[Entry], lang: str) -> Iterator[str]:
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


def to_object(found: Sequence[Entry], lang: str) -> dict[str, Any]:
    """The report as a JSON object."""
    inputs = [
        _input(file, form, list(members), lang)
        for (file, form), members in groupby(found, key=lambda t: (t.place.file, t.form))
    ]
    return {"inputs": inputs, **Account(found).counts}


def _input(file: str, form: str, entries: Sequence[Entry], lang: str) -> dict[str, Any]:
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


def _profile(entry: Entry, lang: str) -> dict[str, Any]:
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


def _problem(problem: Problem, lang: str) -> dict[str, Any]:
    found: dict[str, Any] = {"message": problem.message(lang), "candidate": problem.candidate}
    if isinstance(problem, PlacedProblem):
        place = problem.place
        stated = {
            "sheet": place.sheet,
            "row": place.row,
            "cell": place.cell,
            "heading": place.heading,
            "path": place.path,
        }
        found |= {key: value for key, value in stated.items() if value}
    return found
