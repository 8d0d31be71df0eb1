"""A drafted position: the items, requirements and levels that its text and the answers give.

What the answers do not settle is left as the text has it: an item is new, a service counts in
the position itself, education of which no level is known makes no requirement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, count

from libonto.drafting.model import (
    Alternative,
    ClauseKind,
    DraftClause,
    DraftState,
    Education,
    Experience,
    Inheritance,
    Level,
    ParsedText,
    Span,
    slug,
)
from libonto.drafting.points import (
    ALL,
    ANY,
    LEFT,
    NEW,
    SELF,
    Known,
    Point,
    groups,
    open_points,
    points,
    post_key,
    requiring,
    settled,
)
from libonto.drafting.reader import read
from libonto.locales import LANGUAGES

_KINDS = ("education", "experience", "category", "document")
_MINIMUM = 0.6  # of likeness, for a level or field of education that stands in for an answer


@dataclass(frozen=True)
class KnowledgeItem:
    """An item of knowledge: its slug, whether it is a known one, the clauses that ask for it."""

    slug: str
    known: bool
    key: str
    clauses: tuple[DraftClause, ...]


@dataclass(frozen=True)
class Condition:
    """What is asked for by one kind of evidence; `kind` is the slug of a requirement kind.

    Education: any of the levels in any of the fields, of one credential (no levels, or no
    fields: whatever they are). Service: completed years in positions. Otherwise: one of the
    categories, by their slugs, or of the kinds of document.
    """

    kind: str
    levels: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    years: int = 0
    positions: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """A name by what it asks for."""
        years = (f"{self.years}-years",) if self.years else ()
        parts = (self.kind, *self.levels, *self.fields, *years, *self.positions, *self.accepts)
        return "-".join(parts).replace("/", "-")


Way = tuple[Condition, ...]
"""The conditions that must hold together for one alternative."""


def way_slug(way: Way) -> str:
    """A name by the conditions of an alternative."""
    return "-with-".join(condition.slug for condition in way)


@dataclass(frozen=True)
class DraftRequirement:
    """A requirement: an item that must be known, else ways of which one is enough."""

    ways: tuple[Way, ...]
    clauses: tuple[DraftClause, ...]
    item: KnowledgeItem | None = None

    @property
    def kind(self) -> str:
        """The slug of its kind: that of its first way."""
        return "knowledge" if self.item else self.ways[0][0].kind

    @property
    def alternatives(self) -> tuple[Way, ...]:
        """Its ways, save where it asks for years of service and nothing else, in one way."""
        plain = self.kind == "experience" and len(self.ways) == 1 and len(self.ways[0]) == 1
        return () if plain else self.ways

    @property
    def slug(self) -> str:
        """A name by its item or its ways."""
        return f"knowledge-{self.item.slug}" if self.item else "-or-".join(map(way_slug, self.ways))


@dataclass(frozen=True)
class Duty:
    """A duty: its slug, the key of its labels, its clauses."""

    slug: str
    key: str
    clauses: tuple[DraftClause, ...]


class Position:
    """A drafted position: what its text says of it, by the answers so far."""

    def __init__(self, state: DraftState, known: Known, parsed: ParsedText | None = None) -> None:
        """UsageError where the text is too long; `parsed` is the text where it has been read."""
        self.state, self.known = state, known
        self.parsed = parsed or read(state.text, state.lang)
        self.slug, self.answers = state.slug, state.answers

    def with_answers(self, answers: Mapping[str, str]) -> Position:
        """The same with more answers."""
        merged = {**self.answers, **answers}
        return Position(replace(self.state, answers=merged), self.known, self.parsed)

    @cached_property
    def draft(self) -> ParsedText:
        """The text with the types answered for what was unread."""
        return settled(self.parsed, self.answers)

    @cached_property
    def points(self) -> list[Point]:
        """All its points, answered or not."""
        return points(self.draft, self.known, self.answers)

    @cached_property
    def open(self) -> list[Point]:
        """The points that still lack an answer."""
        return open_points(self.points, self.answers)

    def answer(self, key: str) -> list[str]:
        """The answer to a field of a point, name by name; empty where there is none yet."""
        return self.answers.get(key, "").split()

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

    def applies(self, clause: DraftClause) -> tuple[Level, ...]:
        """The levels to which a clause applies."""
        slugs = self.answer(f"place/{clause.id}/levels")
        if ALL in slugs or clause.level is None:
            return self.levels
        return tuple(v for v in self.levels if v.slug in slugs) or (clause.level,)

    def items(self) -> list[KnowledgeItem]:
        """The items of knowledge; what is answered to be the same is one."""
        items: dict[str, KnowledgeItem] = {}
        for group in groups(self.draft, ClauseKind.KNOWLEDGE_LAW, ClauseKind.KNOWLEDGE_SUBJECT):
            key = f"knowledge/{group[0].id}"
            answer = self.answers.get(f"{key}/same", NEW)
            known = answer in self.known.names("knowledge")
            # Until an item is worded, its name is the position's own: two drafts share no item.
            words = self.answers.get(f"{key}/en") or f"{self.slug} {self.draft.quote(group[0])}"
            name = answer if known else self._unused(slug(words), items)
            before = items[name].clauses if name in items else ()
            items[name] = KnowledgeItem(name, known, key, (*before, *group))
        return list(items.values())

    def _unused(self, name: str, others: Iterable[str]) -> str:
        used = {*others, *self.known.names("knowledge")}
        names = chain([name], (f"{name}-{number}" for number in count(2)))
        return next(name for name in names if name not in used)

    def duties(self) -> list[Duty]:
        """The duties; the same words are one."""
        duties: dict[str, Duty] = {}
        for group in groups(self.draft, ClauseKind.DUTY):
            key = f"duty/{group[0].id}"
            words = self.answers.get(f"{key}/en") or self.draft.quote(group[0])
            name = self._unused(slug(words), duties)
            duties[name] = Duty(name, key, tuple(group))
        return list(duties.values())

    @cached_property
    def requirements(self) -> list[DraftRequirement]:
        """The requirements in the order of their kinds, those of a kind in the text's order.

        What is joined by an answered *or* is one requirement. What may be an alternative of
        something that is not answered, or cannot be stated, makes none.
        """
        clauses: dict[tuple[Way, ...], list[DraftClause]] = {}
        for group in self._joined:
            ways = [self._ways(clause) for clause in group]
            if all(ways):
                key = tuple(dict.fromkeys(way for each in ways for way in each))
                clauses.setdefault(key, []).extend(group)
        known = [DraftRequirement((), item.clauses, item) for item in self.items()]
        others = [DraftRequirement(ways, tuple(group)) for ways, group in clauses.items()]
        return known + sorted(others, key=lambda one: _KINDS.index(one.kind))

    @cached_property
    def _joined(self) -> list[list[DraftClause]]:
        """The clauses that require something, those that are alternatives together."""
        alternatives: list[list[DraftClause]] = []
        for clause in requiring(self.draft):
            by = self.answers.get(f"join/{clause.id}/by")
            if alternatives and by == "or" and clause.level == alternatives[-1][-1].level:
                alternatives[-1].append(clause)
            else:
                alternatives.append([clause])
        apart = {
            clause
            for point in self.points
            if point.ask == "join" and not self.answers.get(f"{point.key}/by")
            for clause in point.clauses
        }
        return [group for group in alternatives if not any(c.id in apart for c in group)]

    def documents(self) -> dict[str, dict[str, str]]:
        """The words answered for each new kind of document, by its point's key."""
        documents = {}
        for group in groups(self.draft, ClauseKind.DOCUMENT):
            key = f"document/{group[0].id}"
            words = {lang: self.answers.get(f"{key}/{lang}", "") for lang in LANGUAGES}
            if self.answers.get(f"{key}/same") == NEW and words["en"]:
                documents[key] = {lang: text or words["en"] for lang, text in words.items()}
        return documents

    def _ways(self, clause: DraftClause) -> list[Way]:
        """The ways to meet what one clause asks for; none where it is not (yet) known."""
        if isinstance(clause.content, Education):
            return self._education(clause.content, self._first(clause))
        if isinstance(clause.content, Experience):
            return self._service(clause.content)
        first = self._first(clause)
        if clause.kind is ClauseKind.DOCUMENT:
            new = self.documents().get(f"document/{first.id}")
            name = slug(new["en"]) if new else self.answers.get(f"document/{first.id}/same", "")
            return [] if name in ("", NEW, LEFT) else [(Condition("document", accepts=(name,)),)]
        slugs = self.answer(f"held/{first.id}/categories")
        if clause.kind is not ClauseKind.CATEGORY_HELD or not slugs or LEFT in slugs:
            return []
        return [(Condition("category", accepts=tuple(slugs)),)]

    def _first(self, clause: DraftClause) -> DraftClause:
        """The first clause of these words, by which their points are named."""
        return next(group[0] for group in groups(self.draft, clause.kind) if clause in group)

    def _education(self, content: Education, first: DraftClause) -> list[Way]:
        pairs = [
            self._pair(f"education/{first.id}/{number}", alternative)
            for number, alternative in enumerate(content.alternatives, start=1)
            if not alternative.truncated
        ]
        if not all(levels and fields for levels, fields in pairs):
            return []
        order = list(self.known.names("education"))
        accepted: dict[tuple[str, ...], tuple[str, ...]] = {}
        for levels, fields in pairs:  # alternatives of the same fields are one, of any level
            named = () if ANY in fields else tuple(sorted(fields))
            every = {*accepted.get(named, ()), *levels}
            accepted[named] = tuple(sorted(every, key=order.index))
        return [(Condition("education", levels, fields),) for fields, levels in accepted.items()]

    def _pair(self, key: str, alternative: Alternative) -> tuple[list[str], list[str]]:
        """The levels and fields answered, else the likest ones."""
        levels = self.answer(f"{key}/levels") or self._likest(alternative.degrees, "education")
        fields = self.answer(f"{key}/fields") or self._likest(alternative.field, "field")
        return levels, fields

    def _likest(self, spans: tuple[Span, ...], kind: str) -> list[str]:
        suggestions = self.known.like(self.draft.words(spans), kind)[:1]
        return [s.value for s in suggestions if s.certainty >= _MINIMUM]

    def _service(self, content: Experience) -> list[Way]:
        """Completed years, and those nested in them; none where the text asks for none."""
        way = tuple(
            Condition("experience", years=years, positions=self._positions(spans))
            for years, spans in content.counted
        )
        return [way] if way else []

    def _positions(self, spans: tuple[Span, ...]) -> tuple[str, ...]:
        names = self.answers.get(f"{post_key(self.draft.words(spans))}/positions", SELF).split()
        return tuple(sorted({self.slug if name == SELF else name for name in names}))
