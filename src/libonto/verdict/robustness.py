"""Which verdicts hold under every reading, and for the others which readings decide.

Nothing is judged again: the judge has tried the shapes of all readings, and every
combination of options only picks other ones of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product

from libonto.law.model import DIPLOMA, Category, PositionRules, Requirement
from libonto.law.readings import Choices, Option, Reading, Readings
from libonto.verdict.assessment import (
    category_status,
    highest_met,
    requirement_status,
    requirement_statuses,
)
from libonto.verdict.model import Assessment, Status

Combination = tuple[Option, ...]
Table = Mapping[Combination, Status]


@dataclass(frozen=True)
class Change:
    """Another option of one reading, by their names."""

    reading: str
    option: str


@dataclass(frozen=True)
class Turn:
    """Changes that together, and no fewer of them, give another status.

    `lacks_day`: they do not turn it; by them it cannot be told, since the day of a grant or of
    a diploma is not stated.
    """

    status: Status
    changes: tuple[Change, ...]
    lacks_day: bool = False


@dataclass(frozen=True)
class Robustness:
    """A status, the readings on which it depends, and every least change that turns it.

    `deciding` also names a reading that matters only together with another; `statuses` are
    all that occur under some combination.
    """

    status: Status
    statuses: frozenset[Status]
    deciding: tuple[str, ...]
    turns: tuple[Turn, ...]

    @property
    def holds(self) -> bool:
        """Whether the status is the same under every combination of readings."""
        return not self.turns


@dataclass(frozen=True)
class Effects:
    """The requirements that a reading bears on, and the categories that have them (IRIs)."""

    requirements: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Effect:
    """What another option, all else as chosen, would change: (IRI, status) pairs."""

    option: Option
    requirements: tuple[tuple[str, Status], ...]
    categories: tuple[tuple[str, Status], ...]


class Combinations:
    """One candidate's statuses under every combination of the options that can be judged."""

    def __init__(self, assessment: Assessment, readings: Readings) -> None:
        """Take an assessment, and the register of readings it was made with."""
        self.assessment = assessment
        self._readings = readings
        self._chosen: Choices = readings.choose(assessment.readings)

    @cached_property
    def _tables(self) -> dict[str, tuple[list[Reading], Table]]:
        return {r.iri: self._table(r) for r in self.assessment.rules.requirements}

    def requirement(self, iri: str) -> Robustness:
        """How one requirement's status depends on the readings."""
        return self._robustness(*self._tables[iri])

    def category(self, iri: str) -> Robustness:
        """How one category's status depends on the readings."""
        category = next(c for c in self.assessment.rules.categories if c.iri == iri)
        return self._robustness(*self._category_table(category))

    def with_option(self, reading: str, option: str) -> Mapping[str, Status]:
        """Every requirement's status if this one option were chosen, all else as it is."""
        a = self.assessment
        choices = {**self._chosen, reading: self._readings.by_name[reading].option(option)}
        return requirement_statuses(a.rules, a.evidence, a.failed, choices)

    def effects(self, reading: Reading) -> Iterator[Effect]:
        """What each other option of a reading by which can be judged would change."""
        now = {finding.requirement.iri: finding.status for finding in self.assessment.findings}
        for option in reading.assessable:
            if option == self._chosen[reading.name]:
                continue
            statuses = self.with_option(reading.name, option.name)
            then = {c.iri: category_status(c, statuses) for c in self.assessment.rules.categories}
            yield Effect(
                option,
                tuple((iri, status) for iri, status in statuses.items() if status is not now[iri]),
                tuple(
                    (category.iri, then[category.iri])
                    for category in self.assessment.categories
                    if then[category.iri] is not category.status
                ),
            )

    def _table(self, requirement: Requirement) -> tuple[list[Reading], Table]:
        """The status by the options of the readings that make a difference to it."""
        a = self.assessment
        involved = a.rules.involved(requirement, self._readings)
        if not requirement.asks_credential and requirement.readings:
            involved = self._felt(requirement, involved)
        table = {
            options: requirement_status(
                requirement, a.evidence, a.failed, {**self._chosen, **_choices(involved, options)}
            )
            for options in product(*(reading.assessable for reading in involved))
        }
        return _essential(involved, table)

    def _felt(self, requirement: Requirement, involved: list[Reading]) -> list[Reading]:
        """Of the readings on service those that this profile can feel; others change nothing."""
        evidence, requirements = self.assessment.evidence, self.assessment.rules.requirements
        credentials = evidence.candidate.credentials
        posts = {e.position for e in evidence.candidate.employments}
        first = min((e.started for e in evidence.candidate.employments), default=date.min)
        shapes = [s for r in requirements for s in r.shapes if s.asks_credential]
        always = {shape.iri for shape in shapes if not shape.under}
        abroad = [bool(c.country or c.framework_level) for c in credentials]
        before_work = any(
            not fits.isdisjoint(always) and (c.awarded is None or c.awarded <= first) and not other
            for c, fits, other in zip(credentials, evidence.fits, abroad, strict=True)
        )
        of_credentials = {name for r in requirements if r.asks_credential for name in r.readings}
        satisfied = frozenset().union(*evidence.fits)
        needed = {option for s in shapes if s.iri in satisfied for option in s.under}

        def is_felt(reading: Reading) -> bool:
            if reading.name not in requirement.readings:
                return not before_work and (
                    any(o.iri in needed for o in reading.options)
                    or (any(abroad) and reading.name in of_credentials)
                )
            starts = {option.start for option in reading.options}
            more = frozenset().union(*(option.counts for option in reading.options))
            if DIPLOMA in starts and before_work:
                return False
            return not more or not posts.isdisjoint(more)

        return [reading for reading in involved if is_felt(reading)]

    def _category_table(self, category: Category) -> tuple[list[Reading], Table]:
        tables = [self._tables[iri] for iri in category.requirements]
        names = {reading.name for involved, _ in tables for reading in involved}
        involved = [reading for reading in self._readings.all if reading.name in names]
        table: dict[Combination, Status] = {}
        for options in product(*(reading.assessable for reading in involved)):
            chosen = _choices(involved, options)
            statuses = {
                iri: self._tables[iri][1][tuple(chosen[r.name] for r in self._tables[iri][0])]
                for iri in category.requirements
            }
            table[options] = category_status(category, statuses)
        return _essential(involved, table)

    def _robustness(self, involved: list[Reading], table: Table) -> Robustness:
        chosen = tuple(self._chosen[reading.name] for reading in involved)
        status = table[chosen]
        turns: list[Turn] = []
        found = []
        for options, other in table.items():
            pairs = zip(involved, zip(options, chosen, strict=True), strict=True)
            changed = [(reading, option) for reading, (option, now) in pairs if option != now]
            changes = tuple(Change(reading.name, option.name) for reading, option in changed)
            lacks = other is Status.NOT_SHOWN and any(option.start for _, option in changed)
            found.append(Turn(other, changes, lacks))
        for turn in sorted(found, key=lambda turn: len(turn.changes)):
            if turn.status is not status and not _contains_one(turn, turns):
                turns.append(turn)
        return Robustness(
            status=status,
            statuses=frozenset(table.values()),
            deciding=tuple(reading.name for reading in involved),
            turns=tuple(turns),
        )


def lacking_day(assessment: Assessment, readings: Readings, name: str) -> bool:
    """Whether another option of a reading turns nothing, and only lacks a day to count from."""
    effects = Combinations(assessment, readings).effects(readings.by_name[name])
    changed = {pair for effect in effects for pair in effect.requirements}
    asked = {r.iri for r in assessment.rules.requirements if r.years is not None}
    return bool(changed) and all(
        iri in asked and status is Status.NOT_SHOWN for iri, status in changed
    )


def changing_highest(assessment: Assessment, readings: Readings) -> tuple[str, ...]:
    """The readings of which another option, all else as it is, gives another `highest`."""
    now = {category.iri: category.status for category in assessment.categories}
    depended = {name for c in assessment.categories for name in c.depends_on_readings}
    combinations = Combinations(assessment, readings)
    return tuple(
        reading.name
        for reading in readings.all
        if reading.name in depended
        and any(
            highest_met(assessment.rules, {**now, **dict(effect.categories)}) != assessment.highest
            for effect in combinations.effects(reading)
        )
    )


def effects(rules: PositionRules, readings: Readings) -> dict[str, Effects]:
    """By reading, what of a position it bears on: read from which shapes need its options."""
    found = {}
    for reading in readings.all:
        touched = [r.iri for r in rules.under(reading, readings)]
        found[reading.name] = Effects(
            requirements=tuple(touched),
            categories=tuple(
                c.iri for c in rules.categories if not set(touched).isdisjoint(c.requirements)
            ),
        )
    return found


def _choices(involved: Iterable[Reading], options: Combination) -> dict[str, Option]:
    return {r.name: option for r, option in zip(involved, options, strict=True)}


def _essential(involved: list[Reading], table: Table) -> tuple[list[Reading], Table]:
    """The same table without the readings that never make a difference to it."""
    kept = [
        place
        for place in range(len(involved))
        if any(
            table[(*options[:place], other, *options[place + 1 :])] is not status
            for options, status in table.items()
            for other in involved[place].assessable
        )
    ]
    return (
        [involved[place] for place in kept],
        {tuple(options[place] for place in kept): status for options, status in table.items()},
    )


def _contains_one(turn: Turn, turns: Iterable[Turn]) -> bool:
    """Whether fewer of a turn's changes give the same status."""
    changes = set(turn.changes)
    return any(t.status is turn.status and changes > set(t.changes) for t in turns)
