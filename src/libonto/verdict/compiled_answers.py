"""The compiled shapes' answers, remembered by what they look at.

Shapes are grouped by the part of a profile that they read: knowledge, credentials, or
employments. In a million profiles each part takes few forms as far as the shapes can tell
(the years of service, not the days), so that a group is tried once for each form.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from libonto.graph.terms import NS
from libonto.law.model import Measure
from libonto.profile.brief import Brief
from libonto.profile.model import Candidate
from libonto.verdict.compiled import Compiled
from libonto.verdict.evidence import DERIVED_FROM, SPECIALIZATION_OF, TYPE, Evidence
from libonto.verdict.service import ARITHMETICS, Period, Span, before, merged

REMEMBERED = 50_000
"""Forms that a group remembers before it forgets them all."""

_KNOWLEDGE = {
    NS + name for name in ("hasKnowledgeOf", "showsKnowledge", "showsKnowledgeThroughSuccessor")
}
_CREDENTIALS = {NS + "hasCredential", NS + "countedCredential"}
_EMPLOYMENTS = {NS + "hasEmployment"}
_EXACT_CREDENTIAL = {NS + "awardedOn", SPECIALIZATION_OF}
_EXACT_SERVICE = {NS + "countedFrom", NS + "startedOn", NS + "endedOn", DERIVED_FROM}
_SPAN = {
    NS + "completedYears": "years",
    NS + "completedMonths": "months",
    NS + "completedDays": "days",
}

_Counted = tuple[list[Period], list[Period], dict[object, Span]]
"""All periods, those before the day of assessment, and their lengths by the arithmetic."""
Key = Callable[[Brief, Sequence["Tally"]], Hashable]


class Tally(NamedTuple):
    """Service under one measure: counted up to the day of assessment, and all its periods."""

    span: Span
    periods: Sequence[Period]


class Tallies:
    """Counts service under some measures, on one day; what two measures share is counted once."""

    def __init__(self, measures: Sequence[Measure], on: date) -> None:
        """Take the measures, whose order is that of the answers."""
        self.measures = tuple(measures)
        self._on = on.toordinal()
        positions: dict[frozenset[str], int] = {}
        self._plan = [
            (positions.setdefault(m.positions, len(positions)), ARITHMETICS[m.arithmetic])
            for m in self.measures
        ]
        self._positions = tuple(positions)

    def of(self, employments: Iterable[tuple[str, int, int]]) -> list[Tally]:
        """The service under each measure."""
        on = self._on
        counted: list[_Counted] = []
        last: list[Period] | None = None
        for positions in self._positions:
            stated = [(start, end) for position, start, end in employments if position in positions]
            if stated == last:
                counted.append(counted[-1])
                continue
            last, periods = stated, merged(stated)
            counted.append((periods, before(periods, on), {}))
        found = []
        for place, arithmetic in self._plan:
            periods, past, spans = counted[place]
            span = spans.get(arithmetic)
            if span is None:
                span = spans[arithmetic] = arithmetic(past)
            found.append(Tally(span, periods))
        return found


@dataclass
class _Group:
    """Shapes that read the same parts: their places, and what was answered by key."""

    key: Key
    places: list[int]
    known: dict[Hashable, int] = field(default_factory=dict)


class Answers:
    """One position's compiled shapes on one day; an answer is a number with a bit for each."""

    def __init__(
        self,
        compiled: Compiled,
        measures: Sequence[Measure],
        on: date,
        derive: Callable[[Candidate], Evidence],
    ) -> None:
        """Take the shapes, and what derives a candidate's evidence on that day."""
        self.members = compiled.members
        self._measures = tuple(measures)
        self._on = on.toordinal()
        self._derive = derive
        self._groups = self._grouped()
        self._sets: dict[int, frozenset[str]] = {}

    def failed(self, brief: Brief, tallies: Sequence[Tally]) -> int:
        """The shapes that a candidate does not conform to, each a bit at its member's place."""
        answer = 0
        for group in self._groups:
            key = group.key(brief, tallies)
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
            case ("credentials", True):
                return lambda brief, _: (brief.credentials, brief.whole)
            case ("credentials", False):
                return lambda brief, _: (
                    brief.whole,
                    *[(level, field_, day <= on) for level, field_, day in brief.credentials],
                )
            case ("spans", ("years",)):
                return lambda brief, tallies: (
                    not brief.employments,
                    *[tally.span.years for tally in tallies],
                )
            case ("spans", _):
                return lambda brief, tallies: (not brief.employments, *[t.span for t in tallies])
        return lambda brief, _: brief.employments


def _joined(keys: list[Key]) -> Key:
    if len(keys) == 1:
        return keys[0]
    return lambda brief, tallies: tuple([key(brief, tallies) for key in keys])
