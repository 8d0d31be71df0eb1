"""The candidates that two versions of the rules, or two editions, judge differently, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Generic, TypeVar

from libonto.crosswalk.chains import Counterpart, Crosswalk
from libonto.errors import InputError, LibontoError, NothingToAssess
from libonto.graph.formats import PROFILE_SUFFIXES
from libonto.graph.store import Graph
from libonto.law.model import PositionRules, Requirement
from libonto.law.readings import default_alternatives
from libonto.profile.document import open_document
from libonto.profile.intake import Reader
from libonto.profile.model import Candidate
from libonto.verdict.assessment import Assessor
from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Status
from libonto.verdict.plan import Lack

Judged = TypeVar("Judged", Finding, CategoryVerdict)


@dataclass(frozen=True)
class Difference(Generic[Judged]):
    """A requirement or a category whose status differs; None where a version does not have it."""

    iri: str
    old: Judged | None
    new: Judged | None


@dataclass(frozen=True)
class VerdictChange:
    """A candidate whose verdict differs, or whose profile only one version can read."""

    candidate: str
    source: str
    categories: tuple[Difference[CategoryVerdict], ...] = ()
    requirements: tuple[Difference[Finding], ...] = ()
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
    changes: list[VerdictChange] = []
    count = 0
    for path in profile_files(folder):
        before, old_error = _judged(old, path, on)
        after, new_error = _judged(new, path, on)
        count += max(len(before), len(after))
        if old_error is None and new_error is None:
            pairs = zip(before, after, strict=True)
            changes += filter(None, (_change(*pair, str(path)) for pair in pairs))
        elif old_error is None or new_error is None:
            changes.append(VerdictChange("", str(path), old_error=old_error, new_error=new_error))
    if not count:
        raise NothingToAssess("no-candidate")
    return VerdictChanges(count, tuple(changes))


def _judged(
    assessor: Assessor, path: Path, on: date | None
) -> tuple[list[Assessment], LibontoError | None]:
    try:
        candidates = Reader(assessor.vocabulary).read([open_document(str(path))])
        return assessor.assess(candidates, on=on), None
    except (InputError, NothingToAssess) as error:
        return [], error


def _change(old: Assessment, new: Assessment, source: str) -> VerdictChange | None:
    before, after = ({c.iri: c for c in a.categories} for a in (old, new))
    was, now = ({f.requirement.iri: f for f in a.findings} for a in (old, new))
    categories, requirements = _differing(before, after), _differing(was, now)
    if not categories and not requirements:
        return None
    return VerdictChange(new.candidate.iri, source, categories, requirements)


def _differing(
    old: Mapping[str, Judged], new: Mapping[str, Judged]
) -> tuple[Difference[Judged], ...]:
    pairs = (Difference(iri, old.get(iri), new.get(iri)) for iri in dict.fromkeys([*new, *old]))
    return tuple(p for p in pairs if (p.old and p.old.status) != (p.new and p.new.status))


@dataclass(frozen=True)
class Affected:
    """A candidate whose highest categories by one edition do not answer to those by the other.

    `before` and `after` are the highest categories met, `lacking` what the later edition asks for
    and is not met, `lacked` what the earlier one asked for and was not met.
    """

    candidate: Candidate
    source: str
    before: tuple[CategoryVerdict, ...]
    after: tuple[CategoryVerdict, ...]
    lacking: tuple[Lack, ...]
    lacked: tuple[Lack, ...]


@dataclass(frozen=True)
class EditionChanges:
    """What two editions of a position ask for, and the candidates that it affects.

    `correspondences` are the stated mappings between their categories, from the earlier one;
    `unchanged` are pairs of requirements that ask for the same. `unread` are files that could not
    be read, each with the reason.
    """

    old: PositionRules
    new: PositionRules
    on: date
    correspondences: tuple[Counterpart, ...]
    unchanged: tuple[tuple[Requirement, Requirement], ...]
    removed: tuple[Requirement, ...]
    added: tuple[Requirement, ...]
    candidates: int | None = None
    affected: tuple[Affected, ...] = ()
    unread: tuple[tuple[str, LibontoError], ...] = ()


def edition_changes(
    assessor: Assessor, old: PositionRules, new: PositionRules, on: date, profiles: Path | None
) -> EditionChanges:
    """Compare two editions; with a folder or a file of profiles, judge every candidate by both.

    Raises NothingToAssess where no profile can be read.
    """
    graph, crosswalk = assessor.graph, Crosswalk(assessor.graph)
    later = {category.iri for category in new.categories}
    contents = {_content(graph, requirement): requirement for requirement in new.requirements}
    unchanged = tuple(
        (requirement, contents[content])
        for requirement in old.requirements
        if (content := _content(graph, requirement)) in contents
    )
    paired = {requirement.iri for pair in unchanged for requirement in pair}
    changes = EditionChanges(
        old=old,
        new=new,
        on=on,
        correspondences=tuple(
            counterpart
            for category in old.categories
            for counterpart in crosswalk.counterparts(category.iri, longest=1)
            if counterpart.end in later
        ),
        unchanged=unchanged,
        removed=tuple(r for r in old.requirements if r.iri not in paired),
        added=tuple(r for r in new.requirements if r.iri not in paired),
    )
    return changes if profiles is None else _judged_by_both(assessor, changes, profiles)


def _content(graph: Graph, requirement: Requirement) -> tuple[object, ...]:
    """What a requirement asks for by the default readings, whatever it is called."""
    ways = frozenset(
        tuple(
            frozenset(graph.iris(way, name))
            for name in ("lo:acceptsLevel", "lo:acceptsField", "lo:accepts", "lo:alsoNeeds")
        )
        for way in default_alternatives(graph, requirement.iri)
    )
    r = requirement
    return r.kind.name, r.item, r.years, r.counted, ways


def _judged_by_both(assessor: Assessor, changes: EditionChanges, profiles: Path) -> EditionChanges:
    affected: list[Affected] = []
    unread: list[tuple[str, LibontoError]] = []
    count = 0
    for path in profile_files(profiles):
        try:
            candidates = Reader(assessor.vocabulary).read([open_document(str(path))])
        except (InputError, NothingToAssess) as error:
            unread.append((str(path), error))
            continue
        candidates = [replace(candidate, applies_for=None) for candidate in candidates]
        count += len(candidates)
        before, after = (
            assessor.assess(
                candidates,
                position=rules.iri,
                edition=rules.edition_iri,
                on=changes.on,
            )
            for rules in (changes.old, changes.new)
        )
        for pair in zip(before, after, strict=True):
            if person := _affected(*pair, str(path), changes.correspondences):
                affected.append(person)
    if not count:
        raise NothingToAssess("no-candidate")
    return replace(changes, candidates=count, affected=tuple(affected), unread=tuple(unread))


def profile_files(path: Path) -> Iterable[Path]:
    """A file, or all files of a folder that may hold profiles, by their names."""
    if path.is_file():
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and file.suffix.removeprefix(".").lower() in PROFILE_SUFFIXES
    )


def _affected(
    old: Assessment, new: Assessment, source: str, links: Sequence[Counterpart]
) -> Affected | None:
    """Whether the highest categories by the earlier edition answer to those by the later."""
    answering = {link.end for verdict in old.best for link in links if link.start == verdict.iri}
    met = {verdict.iri for verdict in new.best}
    unanswered = [v for v in old.best if not any(link.start == v.iri for link in links)]
    if met == answering and not unanswered:
        return None
    goals = [v for v in new.categories if v.iri in answering - met]
    if not goals and new.category(new.target).status is not Status.MET:
        goals = [new.category(new.target)]
    gained = met - answering and old.category(old.target).status is not Status.MET
    return Affected(
        candidate=old.candidate,
        source=source,
        before=old.best,
        after=new.best,
        lacking=tuple(_reasons(new, goals)),
        lacked=tuple(_reasons(old, [old.category(old.target)] if gained else [])),
    )


def _reasons(assessment: Assessment, goals: Sequence[CategoryVerdict]) -> Iterable[Lack]:
    """The requirements of some categories that are not met, each once, with their clauses."""
    first = {iri: goal.iri for goal in reversed(goals) for iri in goal.unmet}
    for iri in dict.fromkeys(iri for goal in goals for iri in goal.unmet):
        finding = assessment.finding(iri)
        yield Lack(finding, finding.requirement.clause_for(first[iri]))
