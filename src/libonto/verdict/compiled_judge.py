"""Verdicts on many candidates: the compiled shapes' answers, and what they mean for each category.

Shapes are grouped by the part of a profile that they read: knowledge, credentials, or
employments. In a million profiles each part takes few forms as far as the shapes can tell, so
that a group is tried once for each form. The statuses come from `ShapeResults.statuses`; here they
are only remembered. Days are ordinals (`date.toordinal`).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import NamedTuple

from libonto.graph.terms import NS
from libonto.law.model import DIPLOMA, Counting, PositionRules
from libonto.law.readings import Choices
from libonto.profile.model import Credential, FlatProfile
from libonto.profile.vocabulary import PARTS
from libonto.verdict.assessment import Assessor, ServiceDays
from libonto.verdict.compiled import (
    COMPLETED_YEARS,
    COUNTED,
    SERVICE,
    SPECIALIZATION_OF,
    SUCCESSOR,
    TYPE,
    Compiled,
    FactNode,
    Member,
)
from libonto.verdict.evidence import Evidence
from libonto.verdict.service import Counted, ServiceCounter, Span
from libonto.verdict.statuses import ShapeResults, Statuses

REMEMBERED = 50_000
"""Forms that a group remembers before it forgets them all."""

_KNOWLEDGE = {NS + "hasKnowledgeOf", NS + "showsKnowledge", SUCCESSOR}
_CREDENTIALS = {NS + "hasCredential", COUNTED}
_EMPLOYMENTS = {NS + "hasEmployment"}
_EXACT_CREDENTIAL = {NS + "awardedOn", SPECIALIZATION_OF}
_PLAIN = {NS + name for name in (*PARTS, "hasKnowledgeOf")}
"""What shapes may take as evidence of which a flat profile says all."""


class Verdict(NamedTuple):
    """A candidate's statuses, and the days on which service suffices (`ServiceDays.days`).

    `places` are those of the categories (IRIs) in `days`, in the categories' order. `answer` has a
    bit for each shape that failed; `service` is its length as the readings chosen count it.
    """

    statuses: Statuses
    days: tuple[int | None, ...]
    places: Mapping[str, int]
    service: Span
    answer: int


@dataclass
class _Group:
    """Shapes that read the same parts: their places, and what was answered by those parts."""

    parts: tuple[str, ...]
    places: list[int] = field(default_factory=list)
    known: dict[Hashable, int] = field(default_factory=dict)


class CompiledJudge:
    """Judges profiles for one position, on one day, under some choices of readings."""

    def __init__(
        self, assessor: Assessor, rules: PositionRules, choices: Choices, on: date
    ) -> None:
        """Compile the position's shapes; DataError for those that cannot be."""
        self.rules = rules
        self.compiled = Compiled(assessor.graph, rules.node_shape)
        self._service = ServiceDays(rules, choices)
        self._assessor = assessor
        self._choices = choices
        self._day = on
        self._on = on.toordinal()
        self._members = [member for member in self.compiled.members if not member.valued]
        self._valued = [member for member in self.compiled.members if member.valued]
        self._groups = self._grouped()
        self._parts = sorted({part for group in self._groups for part in group.parts})
        self._is_plain = all(
            s.kind.evidence in _PLAIN for r in rules.requirements for s in r.shapes
        )
        self._statuses: dict[Hashable, Statuses] = {}
        self._same: dict[Hashable, Statuses] = {}
        self._derived: tuple[FlatProfile, Evidence] | None = None
        self._fit = lru_cache(REMEMBERED)(self._fitting)
        self._short: dict[int, int] = {}

    def judge(self, profile: FlatProfile) -> Verdict:
        """The verdict on one candidate."""
        if profile.whole is not None or not self._is_plain:
            return self._whole(profile)
        counter = self._counter(profile)
        answer = self._answer(profile, counter)
        services = tuple([self._service_bits(counter.by(counting)) for counting in self._countings])
        key = (
            answer,
            not profile.credentials,
            not profile.employments,
            not profile.knowledge,
            services,
        )
        statuses = self._statuses.get(key)
        if statuses is None:
            if len(self._statuses) >= REMEMBERED:
                self._statuses.clear()
                self._same.clear()
            meaning = self._meaning(self._evidence(profile), answer)
            # What is written for alike statuses is remembered by them.
            statuses = self._statuses[key] = self._same.setdefault(meaning.values, meaning)
        return self._verdict(statuses, counter, answer)

    def failed(self, evidence: Evidence, answer: int) -> frozenset[str]:
        """The shapes of an answer, and those that look at service, as `shacl.Judge` names them."""
        failed = {m.iri for place, m in enumerate(self._members) if answer >> place & 1}
        return frozenset(failed | self.compiled.failed_values(evidence.facts))

    def _whole(self, profile: FlatProfile) -> Verdict:
        """The verdict on a candidate that a flat profile cannot state whole, which is rare."""
        evidence = self._evidence(profile)
        answer = self._tried(range(len(self._members)), evidence)
        counter = evidence.counter(self._choices)
        return self._verdict(self._meaning(evidence, answer), counter, answer)

    def _verdict(self, statuses: Statuses, counter: ServiceCounter, answer: int) -> Verdict:
        service = self._service
        days = service.days(counter, self._on)
        return Verdict(statuses, days, service.place, service.service(counter), answer)

    def _evidence(self, profile: FlatProfile) -> Evidence:
        if self._derived is None or self._derived[0] is not profile:
            evidence = self._assessor.evidence(profile.candidate(), self.rules, self._day)
            self._derived = profile, evidence
        return self._derived[1]

    def _meaning(self, evidence: Evidence, answer: int) -> Statuses:
        results = ShapeResults(evidence, self.failed(evidence, answer), self._choices)
        return results.statuses(self._assessor.readings)

    # Service.

    @cached_property
    def _countings(self) -> list[Counting]:
        """How service is counted under the choices, and under each change of one of them."""
        countings: dict[Counting, None] = {}
        for reading in self._assessor.readings.all:
            for option in reading.assessable:
                choices = self._choices.but({reading.name: option})
                for requirement in self.rules.requirements:
                    for shape in requirement.shapes:
                        counting = self.rules.counting(requirement, choices, shape)
                        if counting and shape.valued:
                            countings[counting] = None
        return list(countings)

    @cached_property
    def _from_diploma(self) -> bool:
        return any(DIPLOMA in counting.measure.starts for counting in self._countings)

    def _counter(self, profile: FlatProfile) -> ServiceCounter:
        """What counts a profile's service."""
        credentials: Sequence[tuple[int, frozenset[str]]] = ()
        if self._from_diploma and profile.employments:
            credentials = [
                (day, self._fit(level, field_)) for level, field_, day in profile.credentials
            ]
        return ServiceCounter(profile.employments, credentials, (), self._on)

    def _fitting(self, level: str, field_: str) -> frozenset[str]:
        return self._assessor.deriver.fits(Credential(level, field_), self.rules)

    def _service_bits(self, counted: Counted) -> tuple[bool, int]:
        """As much of a length of service as the shapes can tell: a bit for each that fails."""
        years = counted.span.years if counted.known else counted.total.years
        short = self._short.get(years)
        if short is None:
            node = FactNode({SERVICE: (FactNode({COMPLETED_YEARS: (years,)}),)})
            short = sum(1 << n for n, m in enumerate(self._valued) if not m.conforms(node))
            self._short[years] = short
        return counted.known, short

    # All other shapes.

    def _answer(self, profile: FlatProfile, counter: ServiceCounter) -> int:
        """The shapes that a profile does not conform to, each a bit at its member's place."""
        parts = {part: self._part(part, profile, counter) for part in self._parts}
        answer = 0
        for group in self._groups:
            key = tuple([parts[part] for part in group.parts])
            known = group.known.get(key)
            if known is None:
                known = self._tried(group.places, self._evidence(profile))
                if len(group.known) >= REMEMBERED:
                    group.known.clear()
                group.known[key] = known
            answer |= known
        return answer

    def _part(self, part: str, profile: FlatProfile, counter: ServiceCounter) -> Hashable:
        """What of a profile a group of shapes tells apart."""
        match part:
            case "knowledge":
                return profile.knowledge
            case "credentials":
                return profile.credentials
            case "kinds of credential":
                return tuple([(level, f, day <= self._on) for level, f, day in profile.credentials])
            case "years":
                years = [counter.since(m, 0).span.years for m in self.rules.measures]
                return not profile.employments, *years
        return profile.employments

    def _tried(self, places: Sequence[int], evidence: Evidence) -> int:
        facts = evidence.facts
        return sum(1 << place for place in places if not self._members[place].conforms(facts))

    def _grouped(self) -> list[_Group]:
        groups: dict[tuple[str, ...], _Group] = {}
        for place, member in enumerate(self._members):
            parts = tuple(self._read_by(member))
            groups.setdefault(parts, _Group(parts)).places.append(place)
        return list(groups.values())

    def _read_by(self, member: Member) -> list[str]:
        """The parts of a profile that a shape reads, in as little detail as it can tell."""
        parts = []
        if member.heads & _KNOWLEDGE:
            parts.append("knowledge")
        if member.heads & _CREDENTIALS:
            exact = member.mentions & _EXACT_CREDENTIAL
            parts.append("credentials" if exact else "kinds of credential")
        measured = {measure.property for measure in self.rules.measures}
        if member.heads & (measured | _EMPLOYMENTS):
            understood = measured | {COMPLETED_YEARS, TYPE} | _KNOWLEDGE | _CREDENTIALS
            years = not member.heads & _EMPLOYMENTS and member.mentions <= understood
            parts.append("years" if years else "employments")
        return parts
