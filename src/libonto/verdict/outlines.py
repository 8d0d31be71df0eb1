"""Verdicts on many candidates: the compiled shapes' answers, and what they mean for each category.

Shapes are grouped by the part of a profile that they read: knowledge, credentials, or
employments. In a million profiles each part takes few forms as far as the shapes can tell, so
that a group is tried once for each form. The statuses come from the functions of `assessment`;
here they are only remembered. Days are ordinals (`date.toordinal`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from libonto.graph.terms import NS
from libonto.law.model import (
    DIPLOMA,
    Counting,
    Measure,
    PositionRules,
    Requirement,
    RequirementShape,
)
from libonto.law.readings import Choices, Readings, with_option
from libonto.profile.brief import Brief
from libonto.profile.model import Candidate, Credential
from libonto.verdict.assessment import (
    Stating,
    category_status,
    dependencies,
    earliest_day,
    statuses_under,
)
from libonto.verdict.compiled import COMPLETED_YEARS, Compiled, valued
from libonto.verdict.evidence import Beyond, Evidence
from libonto.verdict.facts import COUNTED, DERIVED_FROM, SERVICE, SPECIALIZATION_OF, TYPE, Node
from libonto.verdict.model import Status
from libonto.verdict.service import Counted, ServiceCounter, Span
from libonto.verdict.target import target_category

REMEMBERED = 50_000
"""Forms that a group remembers before it forgets them all."""

_KNOWLEDGE = {
    NS + name for name in ("hasKnowledgeOf", "showsKnowledge", "showsKnowledgeThroughSuccessor")
}
_CREDENTIALS = {NS + "hasCredential", COUNTED}
_EMPLOYMENTS = {NS + "hasEmployment"}
_HELD = {
    NS + name for name in ("holdsCategory", "showsCategory", "holdsDocument", "countedDocument")
}
_EXACT_CREDENTIAL = {NS + "awardedOn", SPECIALIZATION_OF}
_EXACT_SERVICE = {NS + "countedFrom", NS + "startedOn", NS + "endedOn", DERIVED_FROM}
_SPAN = {
    COMPLETED_YEARS: "years",
    NS + "completedMonths": "months",
    NS + "completedDays": "days",
}
_STATED: dict[str, Callable[[Brief], bool]] = {
    NS + "hasCredential": lambda brief: bool(brief.credentials),
    NS + "hasEmployment": lambda brief: bool(brief.employments),
    NS + "hasKnowledgeOf": lambda brief: bool(brief.knowledge),
    NS + "holdsCategory": lambda brief: bool(brief.whole and brief.whole.holds),
    NS + "holdsDocument": lambda brief: bool(brief.whole and brief.whole.documents),
}

_PLAIN = {NS + "hasCredential", NS + "hasEmployment", NS + "hasKnowledgeOf"}

Key = Callable[[Brief, ServiceCounter], Hashable]


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


@dataclass
class _Group:
    """Shapes that read the same parts: their places, and what was answered by key."""

    key: Key
    places: list[int]
    known: dict[Hashable, int] = field(default_factory=dict)


class ShapeAnswers:
    """One position's compiled shapes on one day; an answer is a number with a bit for each.

    (Those that look at `lo:service` are left out: they are tried for each length of service.)
    """

    def __init__(
        self,
        compiled: Compiled,
        measures: Sequence[Measure],
        on: date,
        derive: Callable[[Candidate], Evidence],
    ) -> None:
        self.members = [member for member in compiled.members if not member.valued]
        self._measures = tuple(measures)
        self._on = on.toordinal()
        self._derive = derive
        self._groups = self._grouped()

    def failed(self, brief: Brief, counter: ServiceCounter) -> int:
        """The shapes that a candidate does not conform to, each a bit at its member's place."""
        answer = 0
        for group in self._groups:
            key = group.key(brief, counter)
            known = group.known.get(key)
            answer |= self._learned(group, key, brief) if known is None else known
        return answer

    def iris(self, answer: int) -> frozenset[str]:
        """The IRIs of the shapes in an answer."""
        return frozenset(m.iri for place, m in enumerate(self.members) if answer >> place & 1)

    def _learned(self, group: _Group, key: Hashable, brief: Brief) -> int:
        facts = self._derive(brief.candidate()).facts
        answer = 0
        for place in group.places:
            if not self.members[place].conforms(facts):
                answer |= 1 << place
        if len(group.known) >= REMEMBERED:
            group.known.clear()
        group.known[key] = answer
        return answer

    def _grouped(self) -> list[_Group]:
        keys: dict[tuple[object, ...], Key] = {}
        places: dict[tuple[object, ...], list[int]] = {}
        for place, member in enumerate(self.members):
            parts: list[tuple[object, ...]] = []
            if member.heads & _KNOWLEDGE:
                parts.append(("knowledge",))
            if member.heads & _CREDENTIALS:
                parts.append(("credentials", bool(member.mentions & _EXACT_CREDENTIAL)))
            if service := self._service_part(member.heads, member.mentions):
                parts.append(service)
            if member.heads & _HELD:
                parts.append(("held",))
            name = tuple(parts)
            places.setdefault(name, []).append(place)
            keys.setdefault(name, _joined([self._key(part) for part in parts]))
        return [_Group(keys[name], places[name]) for name in keys]

    def _service_part(
        self, heads: frozenset[str], mentions: frozenset[str]
    ) -> tuple[object, ...] | None:
        measured = {m.property for m in self._measures}
        if not heads & (measured | _EMPLOYMENTS):
            return None
        understood = measured | set(_SPAN) | {TYPE} | _KNOWLEDGE | _CREDENTIALS
        if heads & _EMPLOYMENTS or mentions & _EXACT_SERVICE or not mentions <= understood:
            return ("employments",)
        return ("spans", tuple(sorted(_SPAN[m] for m in mentions if m in _SPAN)))

    def _key(self, part: tuple[object, ...]) -> Key:
        on = self._on
        match part:
            case ("knowledge",):
                return lambda brief, _: brief.knowledge
            case ("held",):
                return lambda brief, _: brief.whole and (brief.whole.holds, brief.whole.documents)
            case ("credentials", True):
                return lambda brief, _: (brief.credentials, brief.whole)
            case ("credentials", False):
                return lambda brief, _: (
                    brief.whole,
                    *[(level, field_, day <= on) for level, field_, day in brief.credentials],
                )
            case ("spans", ("years",)):
                return lambda brief, counter: (
                    not brief.employments,
                    *[counter.since(measure, 0).span.years for measure in self._measures],
                )
            case ("spans", _):
                return lambda brief, counter: (
                    not brief.employments,
                    *[counter.since(measure, 0).span for measure in self._measures],
                )
        return lambda brief, _: brief.employments


def _joined(keys: list[Key]) -> Key:
    if len(keys) == 1:
        return keys[0]
    return lambda brief, counter: tuple([key(brief, counter) for key in keys])


class Verdict(NamedTuple):
    """A candidate's outline, and for each need the day on which service suffices (None: never).

    `answer` has a bit for each shape that failed; `service` is its length as the readings
    chosen count it.
    """

    outline: Outline
    days: tuple[int | None, ...]
    service: Span
    answer: int


@dataclass(frozen=True)
class _States:
    """What a status needs to know of one brief (`assessment.Stating`)."""

    properties: frozenset[str]
    counter: ServiceCounter
    rules: PositionRules

    def states(self, property_iri: str) -> bool:
        return property_iri in self.properties

    def service(
        self, requirement: Requirement, choices: Choices, shape: RequirementShape | None = None
    ) -> Counted | None:
        counting = self.rules.counting(requirement, choices, shape)
        return self.counter.by(counting) if counting else None

    def beyond(self, choices: Choices) -> Beyond:
        return _NOTHING


_NOTHING = Beyond()


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
        fits: Callable[[Credential, PositionRules], frozenset[str]],
    ) -> None:
        """Take the compiled shapes, and what derives a candidate's evidence on that day."""
        self.rules = rules
        self.compiled = compiled
        self.on = on.toordinal()
        self._day = on
        self._readings = readings
        self._choices = choices
        self._derive = derive
        self._fits_of = fits
        self._fits: dict[tuple[str, str], frozenset[str]] = {}
        self.answers = ShapeAnswers(compiled, rules.measures, on, derive)
        self._valued = [member for member in compiled.members if member.valued]
        self._evidence = sorted({s.kind.evidence for r in rules.requirements for s in r.shapes})
        self._is_plain = all(evidence in _PLAIN for evidence in self._evidence)
        self._outlines: dict[tuple[Hashable, ...], Outline] = {}
        self._service = {
            r.iri: [rules.services(r, way, choices) for way in r.active_ways(choices)]
            for r in rules.requirements
            if rules.services(r, r.shapes, choices)
        }
        self._by_service = {
            r.iri
            for r in rules.requirements
            if all(s.kind.evidence == NS + "hasEmployment" for s in r.shapes)
        }
        self._serving = next(
            (c for r in rules.requirements if (c := rules.counting(r, choices))), None
        )
        self._countings = self._single_changes()
        self._from_diploma = any(DIPLOMA in c.measure.starts for c in self._countings)
        self._short: dict[int, int] = {}
        self.needs = self._needs()

    def judge(self, brief: Brief) -> Verdict:
        """The verdict on one candidate."""
        if brief.whole is not None:
            return self._whole(brief, self._derive(brief.whole))
        counter = self._counter(brief)
        answer = self.answers.failed(brief, counter)
        stated = (not brief.credentials, not brief.employments, not brief.knowledge)
        services = tuple([self._told(counter.by(counting)) for counting in self._countings])
        known = stated if self._is_plain else self._stated(brief)
        key = (answer, known, services)
        outline = self._outlines.get(key)
        if outline is None:
            if len(self._outlines) >= REMEMBERED:
                self._outlines.clear()
            states = _States(self._stated(brief), counter, self.rules)
            outline = self._outlines[key] = self._outline(answer, states)
        days, service = self._days(counter)
        return Verdict(outline, days, service, answer)

    def failed(self, evidence: Evidence, answer: int) -> frozenset[str]:
        """The shapes of an answer, and those that look at service, as `shacl.Judge` names them."""
        return self.answers.iris(answer) | self.compiled.failed_values(evidence.facts)

    def _whole(self, brief: Brief, evidence: Evidence) -> Verdict:
        """The verdict on a candidate of whom a brief cannot say all, which is rare."""
        counter = evidence.counter(self._choices)
        answer = self.answers.failed(brief, counter)
        outline = self._meaning(evidence, self.failed(evidence, answer), self.rules)
        days, service = self._days(counter)
        return Verdict(outline, days, service, answer)

    def _counter(self, brief: Brief) -> ServiceCounter:
        """What counts a brief's service."""
        credentials: Sequence[tuple[int, frozenset[str]]] = ()
        if self._from_diploma and brief.employments:
            credentials = [
                (day, self._fit(level, field_)) for level, field_, day in brief.credentials
            ]
        return ServiceCounter(brief.employments, credentials, (), self.on)

    def _fit(self, level: str, field_: str) -> frozenset[str]:
        found = self._fits.get((level, field_))
        if found is None:
            found = self._fits_of(Credential(level, field_), self.rules)
            self._fits[level, field_] = found
        return found

    def _told(self, counted: Counted) -> tuple[bool, int]:
        """As much of a length of service as the shapes can tell: a bit for each that fails."""
        years = counted.span.years if counted.known else counted.total.years
        short = self._short.get(years)
        if short is None:
            node = Node({SERVICE: (Node({COMPLETED_YEARS: (years,)}),)})
            short = sum(1 << n for n, m in enumerate(self._valued) if not m.conforms(node))
            self._short[years] = short
        return counted.known, short

    def _single_changes(self) -> list[Counting]:
        """How service is counted under the choices, and under each change of one of them."""
        found: dict[Counting, None] = {}
        for reading in self._readings.all:
            for option in reading.assessable:
                choices = with_option(self._choices, reading, option)
                for requirement in self.rules.requirements:
                    for shape in requirement.shapes:
                        counting = self.rules.counting(requirement, choices, shape)
                        if counting and shape.valued:
                            found[counting] = None
        return list(found)

    def _stated(self, brief: Brief) -> frozenset[str]:
        found = []
        for evidence in self._evidence:
            states = _STATED.get(evidence)
            if states(brief) if states else self._derive(brief.candidate()).states(evidence):
                found.append(evidence)
        return frozenset(found)

    def _days(self, counter: ServiceCounter) -> tuple[tuple[int | None, ...], Span]:
        on = self.on
        by_requirement: list[int | None] = []
        service: Span | None = None
        for ways in self._service.values():
            said = [[(y, counter.by(counting), counting) for y, counting in way] for way in ways]
            if service is None and self._serving:
                service = counter.by(self._serving).span
            by_requirement.append(earliest_day(said, on))
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
        return tuple(days), service or Span()

    def _needs(self) -> tuple[tuple[int, ...], ...]:
        """The different sets of service requirements that categories have."""
        order = list(self._service)
        self._need_of: dict[str, int] = {}
        needs: dict[tuple[int, ...], int] = {}
        for category in self.rules.categories:
            need = tuple(order.index(r) for r in category.requirements if r in self._service)
            self._need_of[category.iri] = needs.setdefault(need, len(needs))
        return tuple(needs)

    def _outline(self, answer: int, states: _States) -> Outline:
        rules = self.rules
        failed = set(self.answers.iris(answer))
        for counting in self._countings:
            counted = states.counter.by(counting)
            for years in (counted.span.years, counted.total.years):
                _, short = self._told(Counted(Span(years), (), Span(years)))
                failed |= {
                    valued(m.iri, years) for n, m in enumerate(self._valued) if short >> n & 1
                }
        return self._meaning(states, frozenset(failed), rules)

    def _meaning(self, states: Stating, failed: frozenset[str], rules: PositionRules) -> Outline:
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
            if unmet and all(iri in self._by_service for iri in unmet):
                by_service_alone.append(categories[-1])
        return Outline(
            rules.slug,
            tuple(categories),
            statuses,
            highest,
            tuple(by_service_alone),
            [c.iri for c in rules.categories].index(target),
        )
