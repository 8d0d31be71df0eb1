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

from libonto.law.model import DIPLOMA, Category, Requirement
from libonto.law.readings import Option, Reading, Readings
from libonto.verdict.model import Assessment, Status
from libonto.verdict.statuses import Effect, ShapeResults, category_status, highest_met

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


class Combinations:
    """One candidate's statuses under every combination of the options that can be judged."""

    def __init__(self, assessment: Assessment, readings: Readings) -> None:
        self.assessment = assessment
        self._readings = readings
        choices = readings.choose(assessment.readings)
        self._results = ShapeResults(assessment.evidence, assessment.failed, choices)

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

    def effects(self, reading: Reading) -> Iterator[Effect]:
        """What each other option of a reading by which can be judged would change."""
        requirements = {f.requirement.iri: f.status for f in self.assessment.findings}
        categories = {c.iri: c.status for c in self.assessment.categories}
        return self._results.effects(reading, self._readings, requirements, categories)

    def changing_highest(self) -> tuple[str, ...]:
        """The readings of which another option, all else as it is, gives another `highest`."""
        a = self.assessment
        now = {category.iri: category.status for category in a.categories}
        return tuple(
            reading.name
            for reading in self._readings.all
            if any(
                highest_met(a.rules, {**now, **dict(effect.categories)}) != a.highest
                for effect in self.effects(reading)
            )
        )

    def lacks_day(self, name: str) -> bool:
        """Whether another option of a reading turns nothing, and only lacks a day to count from."""
        effects = self.effects(self._readings.by_name[name])
        changed = [pair for effect in effects for pair in effect.requirements]
        serving = {r.iri for r in self.assessment.rules.requirements if r.years is not None}
        return bool(changed) and all(
            iri in serving and status is Status.NOT_SHOWN for iri, status in changed
        )

    def _table(self, requirement: Requirement) -> tuple[list[Reading], Table]:
        """The status by the options of the readings that make a difference to it."""
        involved = self.assessment.rules.involved(requirement, self._readings)
        if not requirement.asks_credential and requirement.readings:
            involved = self._felt(requirement, involved)
        choices = self._results.choices
        table = {
            options: self._results.under({**choices, **_choices(involved, options)}).requirement(
                requirement
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
        tables = {iri: self._tables[iri] for iri in category.requirements}
        names = {reading.name for involved, _ in tables.values() for reading in involved}
        involved = [reading for reading in self._readings.all if reading.name in names]
        table: dict[Combination, Status] = {}
        for options in product(*(reading.assessable for reading in involved)):
            choices = _choices(involved, options)
            statuses = {
                iri: own[tuple(choices[reading.name] for reading in bearing)]
                for iri, (bearing, own) in tables.items()
            }
            table[options] = category_status(category, statuses)
        return _essential(involved, table)

    def _robustness(self, involved: list[Reading], table: Table) -> Robustness:
        now = tuple(self._results.choices[reading.name] for reading in involved)
        candidates = []
        for options, status in table.items():
            pairs = zip(involved, options, now, strict=True)
            changed = [(reading.name, option) for reading, option, old in pairs if option != old]
            changes = tuple(Change(name, option.name) for name, option in changed)
            lacks_day = status is Status.NOT_SHOWN and any(option.start for _, option in changed)
            candidates.append(Turn(status, changes, lacks_day))
        turns: list[Turn] = []
        for turn in sorted(candidates, key=lambda turn: len(turn.changes)):
            fewer = any(
                t.status is turn.status and set(t.changes) < set(turn.changes) for t in turns
            )
            if turn.status is not table[now] and not fewer:
                turns.append(turn)
        return Robustness(
            status=table[now],
            statuses=frozenset(table.values()),
            deciding=tuple(reading.name for reading in involved),
            turns=tuple(turns),
        )


def _choices(involved: Iterable[Reading], options: Combination) -> dict[str, Option]:
    return {r.name: option for r, option in zip(involved, options, strict=True)}


def _essential(involved: list[Reading], table: Table) -> tuple[list[Reading], Table]:
    """The same table without the readings that never make a difference to it."""
    places = [
        place
        for place, reading in enumerate(involved)
        if any(
            table[(*options[:place], other, *options[place + 1 :])] is not status
            for options, status in table.items()
            for other in reading.assessable
        )
    ]
    return (
        [involved[place] for place in places],
        {tuple(options[place] for place in places): status for options, status in table.items()},
    )
