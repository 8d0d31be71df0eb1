"""Verdicts on many candidates: what an answer of the compiled shapes means for each category.

The statuses come from the functions of `assessment`; here they are only remembered, since
few combinations of failed shapes occur. Days are ordinals (`date.toordinal`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from libonto.graph.terms import NS
from libonto.law.model import PositionRules
from libonto.law.readings import Choices, Readings
from libonto.profile.brief import Brief
from libonto.profile.model import Candidate
from libonto.verdict.assessment import category_status, dependencies, statuses_under
from libonto.verdict.compiled import Compiled
from libonto.verdict.compiled_answers import REMEMBERED, Answers, Tallies, Tally
from libonto.verdict.evidence import Evidence
from libonto.verdict.model import Status
from libonto.verdict.service import ARITHMETICS, Arithmetic, first_day_with
from libonto.verdict.target import target_category

_STATED: dict[str, Callable[[Brief], bool]] = {
    NS + "hasCredential": lambda brief: bool(brief.credentials),
    NS + "hasEmployment": lambda brief: bool(brief.employments),
    NS + "hasKnowledgeOf": lambda brief: bool(brief.knowledge),
}


@dataclass(frozen=True, slots=True)
class CategoryOutline:
    """One category's status, its unmet requirements' slugs, and the readings it depends on.

    `need` is the place of the category's day in `Verdict.days`.
    """

    slug: str
    status: Status
    unmet: tuple[str, ...]
    readings: tuple[str, ...]
    need: int


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What a set of failed shapes means: all categories, and the highest ones that are met.

    `target` is the place of the category that an answer is about where none is asked for.
    `by_service_alone` are the categories that lack nothing but service. There is one outline
    for each meaning, so that others can remember what they make of it.
    """

    position: str
    categories: tuple[CategoryOutline, ...]
    statuses: Mapping[str, Status]
    highest: Mapping[str, str | None]
    by_service_alone: tuple[CategoryOutline, ...]
    target: int


class Verdict(NamedTuple):
    """A candidate's outline, and for each need the day on which service suffices (None: never).

    `answer` has a bit for each shape that failed.
    """

    outline: Outline
    days: tuple[int | None, ...]
    tallies: Sequence[Tally]
    answer: int


@dataclass(frozen=True)
class _States:
    """The properties under which a profile states something."""

    properties: frozenset[str]

    def states(self, property_iri: str) -> bool:
        return property_iri in self.properties


class Outlines:
    """Judges briefs for one position, on one day, under some choices of readings."""

    def __init__(
        self,
        rules: PositionRules,
        readings: Readings,
        choices: Choices,
        on: date,
        compiled: Compiled,
        derive: Callable[[Candidate], Evidence],
    ) -> None:
        """Take the compiled shapes, and what derives a candidate's evidence on that day."""
        self.rules = rules
        self.on = on.toordinal()
        self._readings = readings
        self._choices = choices
        self._derive = derive
        self.answers = Answers(compiled, rules.measures, on, derive)
        self._tallies = Tallies(rules.measures, on)
        self._evidence = sorted({r.kind.evidence for r in rules.requirements})
        self._is_plain = all(evidence in _STATED for evidence in self._evidence)
        self._outlines: dict[tuple[int, object], Outline] = {}
        self._service = self._service_requirements()
        self.counted = next((place for _, place, _ in self._service.values()), None)
        self.needs = self._needs()
        self._most: dict[int, int] = {}
        for years, place, _ in self._service.values():
            self._most[place] = max(years, self._most.get(place, 0))
        self._now = (self.on,) * len(self.needs)

    def judge(self, brief: Brief) -> Verdict:
        """The verdict on one candidate."""
        tallies = self._tallies.of(brief.employments)
        answer = self.answers.failed(brief, tallies)
        stated = (not brief.credentials, not brief.employments, not brief.knowledge)
        key = (answer, stated if self._is_plain else self._stated(brief))
        outline = self._outlines.get(key)
        if outline is None:
            if len(self._outlines) >= REMEMBERED:
                self._outlines.clear()
            outline = self._outlines[key] = self._outline(answer, self._stated(brief))
        return Verdict(outline, self._days(tallies), tallies, answer)

    def _stated(self, brief: Brief) -> frozenset[str]:
        found = []
        for evidence in self._evidence:
            states = _STATED.get(evidence)
            if states(brief) if states else self._derive(brief.candidate()).states(evidence):
                found.append(evidence)
        return frozenset(found)

    def _days(self, tallies: Sequence[Tally]) -> tuple[int | None, ...]:
        if all(tallies[place].span.years >= years for place, years in self._most.items()):
            return self._now
        on = self.on
        by_requirement = [
            on
            if tallies[place].span.years >= years
            else first_day_with(years, tallies[place].periods, arithmetic, on)
            for years, place, arithmetic in self._service.values()
        ]
        days: list[int | None] = []
        for need in self.needs:
            latest: int | None = on
            for place in need:
                day = by_requirement[place]
                if day is None:
                    latest = None
                    break
                if latest is not None and day > latest:
                    latest = day
            days.append(latest)
        return tuple(days)

    def _service_requirements(self) -> dict[str, tuple[int, int, Arithmetic]]:
        """By requirement: the years asked for, the place of its measure, the arithmetic."""
        found: dict[str, tuple[int, int, Arithmetic]] = {}
        for requirement in self.rules.requirements:
            measure = requirement.shape(self._choices).measure
            if measure and requirement.years is not None:
                place = self.rules.measures.index(measure)
                arithmetic = ARITHMETICS[measure.arithmetic]
                found[requirement.iri] = (requirement.years, place, arithmetic)
        return found

    def _needs(self) -> tuple[tuple[int, ...], ...]:
        """The different sets of service requirements that categories have."""
        order = list(self._service)
        self._need_of: dict[str, int] = {}
        needs: dict[tuple[int, ...], int] = {}
        for category in self.rules.categories:
            need = tuple(order.index(r) for r in category.requirements if r in self._service)
            self._need_of[category.iri] = needs.setdefault(need, len(needs))
        return tuple(needs)

    def _outline(self, answer: int, stated: frozenset[str]) -> Outline:
        rules, failed = self.rules, self.answers.iris(answer)
        states = _States(stated)
        statuses = statuses_under(rules, states, failed, self._choices)
        depends_on = dependencies(rules, self._readings, states, failed, self._choices)
        slugs = {requirement.iri: requirement.slug for requirement in rules.requirements}
        categories = []
        by_service_alone = []
        category_statuses = {c.iri: category_status(c, statuses) for c in rules.categories}
        target = target_category(rules, category_statuses, statuses, None)
        highest: dict[str, str | None] = dict.fromkeys(rules.ladders)
        for category in rules.categories:
            status = category_statuses[category.iri]
            unmet = [r for r in category.requirements if statuses[r] is not Status.MET]
            if status is Status.MET:
                highest[category.ladder] = category.slug
            categories.append(
                CategoryOutline(
                    slug=category.slug,
                    status=status,
                    unmet=tuple(slugs[iri] for iri in unmet),
                    readings=depends_on[category.iri],
                    need=self._need_of[category.iri],
                )
            )
            if unmet and all(iri in self._service for iri in unmet):
                by_service_alone.append(categories[-1])
        return Outline(
            rules.slug,
            tuple(categories),
            statuses,
            highest,
            tuple(by_service_alone),
            [c.iri for c in rules.categories].index(target),
        )
