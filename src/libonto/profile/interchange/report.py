"""The report on an import, as text and as JSON: what was taken, what was not, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from libonto.errors import NothingToAssess, Problem, on_one_line
from libonto.locales import sentence
from libonto.profile.interchange.imports import Note
from libonto.profile.interchange.intake import Taken, Unreadable
from libonto.profile.interchange.rows import RowProblem


def status(found: Sequence[Taken]) -> int:
    """0: every profile is right; 2: at least one is not; 3: there was none at all."""
    wrong = [problem for taken in found for problem in taken.problems]
    if all(isinstance(p, Unreadable) and isinstance(p.error, NothingToAssess) for p in wrong):
        return 3 if wrong or not found else 0
    return 2


def counts(found: Sequence[Taken]) -> dict[str, int]:
    """How many profiles are right, how many are not, how many parts were not taken."""
    good = sum(taken.candidate is not None for taken in found)
    lost = sum(note.kind == "lost" for taken in found for note in taken.notes)
    return {"good": good, "bad": len(found) - good, "lost": lost}


def to_text(found: Sequence[Taken], lang: str) -> str:
    """The report as text."""
    return "\n".join(_lines(found, lang)) + "\n"


def _lines(found: Sequence[Taken], lang: str) -> Iterator[str]:
    for (file, form), members in groupby(found, key=lambda taken: (taken.file, taken.form)):
        yield sentence("imports.report-input", lang, file=on_one_line(file), form=form)
        for taken in members:
            if taken.candidate and taken.notes:
                named = [taken.candidate.name, taken.candidate.iri]
                yield "  " + on_one_line(" · ".join(filter(None, named)))
            if taken.problems:
                yield f"  {sentence('imports.report-problems', lang)}"
                yield from (f"    {problem.message(lang)}" for problem in taken.problems)
            yield from _notes(taken.notes, lang)
    yield sentence("imports.report-sum", lang, **counts(found))


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


def to_object(found: Sequence[Taken], lang: str) -> dict[str, Any]:
    """The report as a JSON object."""
    inputs = [
        {"file": file, "format": form, "profiles": [_profile(taken, lang) for taken in members]}
        for (file, form), members in groupby(found, key=lambda t: (t.file, t.form))
    ]
    return {"inputs": inputs, **counts(found)}


def _profile(taken: Taken, lang: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "candidate": taken.candidate.iri if taken.candidate else None,
        "problems": [_problem(problem, lang) for problem in taken.problems],
    }
    for key, kind in (("taken", "taken"), ("notTaken", "lost"), ("caveats", "caveat")):
        found[key] = [
            {"path": note.place.path, "value": note.value, "message": note.message(lang)}
            for note in taken.notes
            if note.kind == kind
        ]
    found["passedOver"] = [note.place.path for note in taken.notes if note.kind == "ignored"]
    return found


def _problem(problem: Problem, lang: str) -> dict[str, Any]:
    found: dict[str, Any] = {"message": problem.message(lang), "candidate": problem.candidate}
    if isinstance(problem, RowProblem):
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
