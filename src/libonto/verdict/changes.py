"""Whose verdict differs between two versions of the rules, and by which requirements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from libonto.errors import InputError, LibontoError, NothingToAssess
from libonto.profile.document import open_document
from libonto.profile.reader import Reader
from libonto.verdict.assessment import Assessor
from libonto.verdict.edition_changes import profile_files
from libonto.verdict.model import Assessment, Finding


@dataclass(frozen=True)
class RequirementChange:
    """A requirement whose status differs: its findings in the two versions, None where absent."""

    iri: str
    old: Finding | None
    new: Finding | None


@dataclass(frozen=True)
class CategoryChange:
    """A category whose status differs; None where a version does not have it."""

    iri: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class VerdictChange:
    """A candidate whose verdict differs, or whose profile only one version can read."""

    candidate: str
    source: str
    categories: tuple[CategoryChange, ...] = ()
    requirements: tuple[RequirementChange, ...] = ()
    old_error: LibontoError | None = None
    new_error: LibontoError | None = None


@dataclass(frozen=True)
class VerdictChanges:
    """What differs, among how many candidates."""

    candidates: int
    changes: tuple[VerdictChange, ...]


def verdict_changes(
    old: Assessor, new: Assessor, folder: Path, on: date | None = None
) -> VerdictChanges:
    """Judge every profile of a folder by both versions, by their default readings.

    Raises NothingToAssess where the folder has no profile that either of them can read.
    """
    found: list[VerdictChange] = []
    count = 0
    for path in profile_files(folder):
        before, old_error = _judged(old, path, on)
        after, new_error = _judged(new, path, on)
        count += max(len(before), len(after))
        if old_error is not None or new_error is not None:
            if old_error is None or new_error is None:
                found.append(VerdictChange("", str(path), old_error=old_error, new_error=new_error))
            continue
        for one, other in zip(before, after, strict=True):
            change = _change(one, other, str(path))
            if change:
                found.append(change)
    if not count:
        raise NothingToAssess("no-candidate")
    return VerdictChanges(count, tuple(found))


def _judged(
    assessor: Assessor, path: Path, on: date | None
) -> tuple[list[Assessment], LibontoError | None]:
    try:
        candidates = Reader(assessor.vocabulary).read([open_document(str(path))])
        return assessor.assess(candidates, on=on), None
    except (InputError, NothingToAssess) as error:
        return [], error


def _change(old: Assessment, new: Assessment, source: str) -> VerdictChange | None:
    before = {c.iri: str(c.status) for c in old.categories}
    after = {c.iri: str(c.status) for c in new.categories}
    categories = tuple(
        CategoryChange(iri, before.get(iri), after.get(iri))
        for iri in _all(before, after)
        if before.get(iri) != after.get(iri)
    )
    was = {f.requirement.iri: f for f in old.findings}
    now = {f.requirement.iri: f for f in new.findings}
    requirements = tuple(
        RequirementChange(iri, was.get(iri), now.get(iri))
        for iri in _all(was, now)
        if iri not in was or iri not in now or was[iri].status is not now[iri].status
    )
    if not categories and not requirements:
        return None
    return VerdictChange(new.candidate.iri, source, categories, requirements)


def _all(before: Iterable[str], after: Iterable[str]) -> Sequence[str]:
    return list(dict.fromkeys([*after, *before]))
