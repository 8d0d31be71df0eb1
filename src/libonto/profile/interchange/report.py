"""The report on an import, as text and as JSON: what was taken, what was not, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
        if kind == "ignored":
            yield from (f"      {on_one_line(note.place.path)}" for note in chosen)
            continue
        for note in chosen:
            yield f"      {on_one_line(note.place.path) or '·'}: {note.message(lang)}"


def to_object(found: Sequence[Entry], lang: str) -> dict[str, Any]:
    """The report as a JSON object."""
    inputs = [
        {"file": file, "format": form, "profiles": [_profile(entry, lang) for entry in members]}
        for (file, form), members in groupby(found, key=lambda t: (t.place.file, t.form))
    ]
    return {"inputs": inputs, **Account(found).counts}


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
    found["passedOver"] = [note.place.path for note in entry.notes if note.kind == "ignored"]
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
