"""A draft with its answers: the items, requirements and levels that are to be written.

What the answers do not settle is left as the text has it: an item is new, a service counts in
the position itself, education of which no level is known makes no requirement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from libonto.drafting.model import (
    Alternative,
    Clause,
    Draft,
    Education,
    Experience,
    Inheritance,
    Kind,
    Level,
    Span,
    slug,
)
from libonto.drafting.points import (
    ALL,
    ANY,
    NEW,
    SELF,
    Answers,
    Ask,
    Known,
    groups,
    points,
    post_key,
    product,
)

_MINIMUM = 0.6  # of likeness, for a level or field of education that stands in for an answer


@dataclass(frozen=True)
class Item:
    """An item of knowledge: its slug, whether it is a known one, the clauses that ask for it."""

    slug: str
    known: bool
    key: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class EducationNeed:
    """Levels and fields of education, any of each, of one credential."""

    levels: tuple[str, ...]
    fields: tuple[str, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class ServiceNeed:
    """Completed years in positions."""

    years: int
    positions: tuple[str, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Duty:
    """A duty: its slug, the key of its labels, its clauses."""

    slug: str
    key: str
    clauses: tuple[Clause, ...]


class Meaning:
    """What a draft says of a position, by the answers so far."""

    def __init__(self, draft: Draft, known: Known, answers: Answers, position: str) -> None:
        """Take the settled draft and the position's slug."""
        self.draft, self.known, self.answers, self.position = draft, known, answers, position

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels, ladder by ladder, each after those that it inherits from.

        A text that names none has one, the position itself.
        """
        levels = self.draft.levels or (Level(None, None),)
        ladders = list(dict.fromkeys(level.ladder for level in levels))
        return tuple(sorted(levels, key=lambda v: (ladders.index(v.ladder), self._depth(v))))

    def _depth(self, level: Level) -> int:
        depth, below = 0, self.inherited(level)
        while below is not None and depth < len(self.draft.levels):
            depth, below = depth + 1, self.inherited(below)
        return depth

    def inherited(self, level: Level) -> Level | None:
        """The level whose requirements a level must meet too."""
        for clause in self.draft.clauses:
            if clause.level == level and isinstance(clause.content, Inheritance):
                below = clause.content.level
                return below if below in self.draft.levels and below != level else None
        return None

    def applies(self, clause: Clause) -> tuple[Level, ...]:
        """The levels to which a clause applies."""
        answer = self.answers.get(f"place/{clause.id}/levels", "").split()
        if ALL in answer or clause.level is None:
            return self.levels
        return tuple(v for v in self.levels if v.slug in answer) or (clause.level,)

    def items(self) -> list[Item]:
        """The items of knowledge; what is answered to be the same is one."""
        found: dict[str, Item] = {}
        for group in groups(self.draft, Kind.KNOWLEDGE_LAW, Kind.KNOWLEDGE_SUBJECT):
            key = f"knowledge/{group[0].id}"
            answer = self.answers.get(f"{key}/same", NEW)
            known = answer in self.known.knowledge
            # Until an item is worded, its name is the position's own: two drafts share no item.
            words = self.answers.get(f"{key}/en") or f"{self.position} {self.draft.quote(group[0])}"
            name = answer if known else self._unused(slug(words), found)
            before = found[name].clauses if name in found else ()
            found[name] = Item(name, known, key, (*before, *group))
        return list(found.values())

    def _unused(self, name: str, found: Iterable[str]) -> str:
        taken = {*found, *self.known.knowledge}
        number, unused = 2, name
        while unused in taken:
            number, unused = number + 1, f"{name}-{number}"
        return unused

    def duties(self) -> list[Duty]:
        """The duties; the same words are one."""
        found: list[Duty] = []
        for group in groups(self.draft, Kind.DUTY):
            key = f"duty/{group[0].id}"
            words = self.answers.get(f"{key}/en") or self.draft.quote(group[0])
            found.append(
                Duty(self._unused(slug(words), [d.slug for d in found]), key, tuple(group))
            )
        return found

    def education(self) -> list[EducationNeed]:
        """The requirements of education that the present model can state.

        Alternatives that differ in both level and field are no product of the two: the phrase
        stays a clause without a requirement, and its point stays open.
        """
        found: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Clause]] = {}
        for group in groups(self.draft, Kind.EDUCATION):
            for clause in group:
                need = self._education(group[0], clause)
                if need:
                    found.setdefault(need, []).append(clause)
        return [EducationNeed(*need, tuple(clauses)) for need, clauses in found.items()]

    def _education(
        self, first: Clause, clause: Clause
    ) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        if not isinstance(clause.content, Education) or clause.id in self._apart:
            return None
        pairs = [
            self._pair(f"education/{first.id}/{number}", alternative)
            for number, alternative in enumerate(clause.content.alternatives, start=1)
            if not alternative.truncated
        ]
        if not all(levels and fields for levels, fields in pairs) or not product(pairs):
            return None
        order = list(self.known.levels)
        levels = {level for pair in pairs for level in pair[0]}
        fields = {field for pair in pairs for field in pair[1]}
        return tuple(sorted(levels, key=order.index)), tuple(sorted(fields))

    def _pair(self, key: str, alternative: Alternative) -> tuple[list[str], list[str]]:
        """The levels and fields answered, else the likest ones."""
        levels = self.answers.get(f"{key}/levels", "").split()
        fields = self.answers.get(f"{key}/fields", "").split()
        if not levels:
            levels = self._likest(alternative.degrees, self.known.levels)
        if not fields:
            fields = self._likest(alternative.field, self.known.fields)
        return levels, [*self.known.fields] if ANY in fields else fields

    def _likest(self, spans: tuple[Span, ...], names: Mapping[str, tuple[str, ...]]) -> list[str]:
        words = " ".join(self.draft.quote(span) for span in spans)
        found = self.known.like(words, names)
        return [found[0].value] if found and found[0].certainty >= _MINIMUM else []

    def service(self) -> list[ServiceNeed]:
        """The requirements of service; nested years are a requirement of their own."""
        found: dict[tuple[int, tuple[str, ...]], list[Clause]] = {}
        for clause in self.draft.clauses:
            if isinstance(clause.content, Experience) and clause.id not in self._apart:
                for years, spans in _counted(clause.content):
                    key = (years, self._positions(spans))
                    found.setdefault(key, []).append(clause)
        return [ServiceNeed(*need, tuple(clauses)) for need, clauses in found.items()]

    def _positions(self, spans: tuple[Span, ...]) -> tuple[str, ...]:
        words = " ".join(self.draft.quote(span) for span in spans)
        answer = self.answers.get(f"{post_key(words)}/positions", SELF).split()
        return tuple(sorted({self.position if name == SELF else name for name in answer}))

    @cached_property
    def _apart(self) -> frozenset[str]:
        """The clauses that are an alternative of another one, or may be: no requirement."""
        return frozenset(
            clause
            for point in points(self.draft, self.known, self.answers)
            if point.ask is Ask.JOIN and self.answers.get(f"{point.key}/by") != "and"
            for clause in point.clauses
        )


def _counted(content: Experience) -> Iterator[tuple[int, tuple[Span, ...]]]:
    if content.years:
        yield content.years, content.post
    if content.nested_years:
        yield content.nested_years, content.nested_post
