"""What a text does not say by itself, point by point, with proposals from what is known.

A point has fields; an answer is given to `KEY/FIELD`. The points of a draft depend on nothing
but the draft, what is known and the answers so far, so that they can always be made again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from pyoxigraph import Literal

from libonto.drafting.model import (
    ClauseKind,
    DraftClause,
    Education,
    Experience,
    Knowledge,
    ParsedText,
    Span,
    slug,
)
from libonto.graph.store import Graph
from libonto.graph.terms import ID, slug_of
from libonto.locales import LANGUAGES

Answers = Mapping[str, str]
NEW, SELF, ANY, ALL, YES, LEFT = "new", "self", "any", "all", "yes", "left"
_LIKELY = 0.5
_MOST = 3  # proposals of a point
_ISCED = re.compile(r"\d{2,4}")


class Ask(StrEnum):
    """What a point asks; the sentences are in `draft.toml`."""

    POSITION = "position"
    ACT = "act"
    UNREAD = "unread"
    JOIN = "join"
    CUT = "cut"
    PLACE = "place"
    KNOWLEDGE = "knowledge"
    EDUCATION = "education"
    SERVICE = "service"
    DOCUMENT = "document"
    HELD = "held"
    UNASSESSED = "unassessed"
    UNSTATED = "unstated"
    DUTY = "duty"
    TEXT = "text"


@dataclass(frozen=True)
class Suggestion:
    """A possible answer, what it is called, and how like the words of the text that is (0–1)."""

    value: str
    label: str
    certainty: float


@dataclass(frozen=True)
class PointField:
    """What is asked: a choice among names (of several with `many`), or free words."""

    name: str
    choices: tuple[str, ...] = ()
    many: bool = False

    def accepts(self, value: str) -> bool:
        """Whether a value can be an answer."""
        values = value.split() if self.many else [value]
        if self.name == "fields":
            values = [v for v in values if not _ISCED.fullmatch(v)]
        return bool(value.strip()) and (not self.choices or set(values) <= {*self.choices})


@dataclass(frozen=True)
class Point:
    """An open point: the words that it is about, their clauses, and what is asked.

    One without fields is settled by no answer: it is to be written by hand.
    """

    key: str
    ask: Ask
    spans: tuple[Span, ...]
    clauses: tuple[str, ...]
    fields: tuple[PointField, ...]
    proposals: tuple[Suggestion, ...] = ()

    def missing(self, answers: Answers) -> list[PointField]:
        """The fields without a valid answer."""
        return [f for f in self.fields if not f.accepts(answers.get(f"{self.key}/{f.name}", ""))]


def alike(quote: str) -> str:
    """Words by which two quotes are told to be the same."""
    return " ".join(re.findall(r"[^\W_]+", quote.lower()))


_CLASSES = {
    "knowledge": "lo:KnowledgeItem",
    "education": "lo:EducationLevel",
    "field": "lo:FieldOfStudy",
    "position": "lo:Position",
    "document-kind": "lo:DocumentKind",
    "category": "lo:CategoryLevel",
}
"""The classes of what is known by name, by the kind that stands in their addresses."""


class Known:
    """What the graph knows by name: items, levels of education, fields, positions."""

    def __init__(self, graph: Graph) -> None:
        """Read labels only when they are asked for."""
        self.graph = graph
        self._names: dict[str, Mapping[str, tuple[str, ...]]] = {}

    def names(self, kind: str) -> Mapping[str, tuple[str, ...]]:
        """The names of each resource of a kind, by its slug."""
        if kind not in self._names:
            labels = ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel")
            self._names[kind] = {
                slug_of(iri, kind): tuple(
                    value.value
                    for label in labels
                    for value in self.graph.objects(iri, label)
                    if isinstance(value, Literal)
                )
                for iri in self.graph.instances(_CLASSES[kind])
                if iri.startswith(f"{ID}{kind}/")
            }
        return self._names[kind]

    @cached_property
    def texts(self) -> Mapping[str, Mapping[str, str]]:
        """The words of every clause that is described, in each language, by `alike`."""
        found: dict[str, Mapping[str, str]] = {}
        for iri in self.graph.instances("lo:Clause"):
            words = self.graph.translations(iri, "lo:text")
            for text in words.values():
                found.setdefault(alike(text), words)
        return found

    def like(self, words: str, kind: str) -> tuple[Suggestion, ...]:
        """The resources of a kind that are called most like some words, the likest first."""
        wanted = alike(words)
        found = []
        for value, labels in self.names(kind).items():
            score, label = max(
                ((SequenceMatcher(None, wanted, alike(name)).ratio(), name) for name in labels),
                default=(0.0, ""),
            )
            if score >= _LIKELY:
                found.append(Suggestion(value, label, round(score, 2)))
        return tuple(sorted(found, key=lambda p: (-p.certainty, p.value))[:_MOST])


def groups(draft: ParsedText, *kinds: ClauseKind) -> list[list[DraftClause]]:
    """The clauses of some types, those of the same words together, in the text's order."""
    found: dict[str, list[DraftClause]] = {}
    for clause in draft.clauses:
        if clause.kind in kinds:
            found.setdefault(alike(draft.quote(clause)), []).append(clause)
    return list(found.values())


def points(draft: ParsedText, known: Known, answers: Answers) -> list[Point]:
    """Every point of a draft, answered or not, in the order in which they are asked."""
    draft = settled(draft, answers)
    return [
        *_names(draft),
        *_unread(draft, answers),
        *_joins(draft),
        *_education(draft, known),
        *_service(draft, known),
        *_knowledge(draft, known, answers),
        *_documents(draft, known, answers),
        *_held(draft, known),
        *_unassessed(draft),
        *_unstated(draft, answers),
        *_duties(draft),
        *_texts(draft, known),
    ]


def settled(draft: ParsedText, answers: Answers) -> ParsedText:
    """The draft with the types that were answered for its unread clauses."""
    clauses = []
    for clause in draft.clauses:
        answer = answers.get(f"unread/{clause.id}/type", "")
        if clause.kind is ClauseKind.UNREAD and answer in _READABLE:
            content = Knowledge() if answer.startswith("knowledge") else None
            clause = replace(clause, kind=ClauseKind(answer), content=content)
        clauses.append(clause)
    return replace(draft, clauses=tuple(clauses))


_KNOWLEDGE = (ClauseKind.KNOWLEDGE_LAW, ClauseKind.KNOWLEDGE_SUBJECT)
_READABLE = tuple(
    map(
        str,
        (
            ClauseKind.HEADING,
            ClauseKind.CONNECTIVE,
            ClauseKind.DUTY,
            *_KNOWLEDGE,
            ClauseKind.COMPETENCE,
        ),
    )
)
_WORDING = tuple(PointField(lang) for lang in LANGUAGES)


def _names(draft: ParsedText) -> Iterator[Point]:
    title = (draft.title,) if draft.title else ()
    yield Point("position", Ask.POSITION, title, (), _WORDING)
    yield Point("act", Ask.ACT, (), (), _WORDING)


def _unread(draft: ParsedText, answers: Answers) -> Iterator[Point]:
    for clause in draft.clauses:
        if clause.kind is ClauseKind.UNREAD or f"unread/{clause.id}/type" in answers:
            yield Point(
                f"unread/{clause.id}",
                Ask.UNREAD,
                ((clause.start, clause.end),),
                (clause.id,),
                (PointField("type", _READABLE),),
            )


_REQUIRING = (
    ClauseKind.EDUCATION,
    ClauseKind.EXPERIENCE,
    ClauseKind.DOCUMENT,
    ClauseKind.CATEGORY_HELD,
)


def requiring(draft: ParsedText) -> list[DraftClause]:
    """The clauses that require something, or may be an alternative to one that does."""
    return [
        c
        for c in draft.clauses
        if c.kind in _REQUIRING or (c.kind is ClauseKind.UNREAD and c.joined)
    ]


def _joins(draft: ParsedText) -> Iterator[Point]:
    """Requirements of which the text does not tell whether both hold, or one of them is enough."""
    listed = requiring(draft)
    for before, clause in pairwise(listed):
        plain = {before.kind, clause.kind} == {ClauseKind.EDUCATION, ClauseKind.EXPERIENCE}
        if clause.joined in ("or", "either") or (clause.joined == "comma" and not plain):
            span = (before.start, clause.end)
            fields = (PointField("by", ("and", "or")),)
            yield Point(f"join/{clause.id}", Ask.JOIN, (span,), (before.id, clause.id), fields)
    for clause in listed:
        if isinstance(clause.content, Education):
            for alternative in clause.content.alternatives:
                if alternative.truncated:
                    fields = (PointField("ignored", (YES,)),)
                    spans = (alternative.span,)
                    yield Point(f"cut/{clause.id}", Ask.CUT, spans, (clause.id,), fields)


def _education(draft: ParsedText, known: Known) -> Iterator[Point]:
    for group in groups(draft, ClauseKind.EDUCATION):
        first, ids = group[0], tuple(clause.id for clause in group)
        if not isinstance(first.content, Education):
            continue
        for number, alternative in enumerate(first.content.alternatives, start=1):
            if alternative.truncated:
                continue
            degree = " ".join(draft.quote(span) for span in alternative.degrees)
            field = " ".join(draft.quote(span) for span in alternative.field)
            fields = (
                PointField("levels", tuple(known.names("education")), many=True),
                PointField("fields", (*known.names("field"), ANY), many=True),
            )
            proposals = (
                *known.like(degree, "education"),
                *known.like(field, "field"),
            )
            key = f"education/{first.id}/{number}"
            yield Point(key, Ask.EDUCATION, (alternative.span,), ids, fields, proposals)


def _service(draft: ParsedText, known: Known) -> Iterator[Point]:
    seen: dict[str, None] = {}
    for clause in draft.clauses:
        if not isinstance(clause.content, Experience):
            continue
        posts = [clause.content.post] if clause.content.years else []
        if clause.content.nested_years is not None:
            posts.append(clause.content.nested_post)
        for spans in posts:
            words = " ".join(draft.quote(span) for span in spans)
            key = post_key(words)
            if key not in seen:
                seen[key] = None
                fields = (PointField("positions", (*known.names("position"), SELF), many=True),)
                proposals = known.like(words, "position")
                yield Point(key, Ask.SERVICE, spans, (clause.id,), fields, proposals)


def post_key(words: str) -> str:
    """The key of the point that asks which positions the words for a post mean."""
    return f"service/{slug(words)}"


def _knowledge(draft: ParsedText, known: Known, answers: Answers) -> Iterator[Point]:
    for group in groups(draft, *_KNOWLEDGE):
        key = f"knowledge/{group[0].id}"
        fields: tuple[PointField, ...] = (PointField("same", (*known.names("knowledge"), NEW)),)
        if answers.get(f"{key}/same") == NEW:
            fields += _WORDING
        proposals = known.like(draft.quote(group[0]), "knowledge")
        yield _of(group, key, Ask.KNOWLEDGE, fields, proposals)


def _documents(draft: ParsedText, known: Known, answers: Answers) -> Iterator[Point]:
    for group in groups(draft, ClauseKind.DOCUMENT):
        key, quote = f"document/{group[0].id}", draft.quote(group[0])
        fields: tuple[PointField, ...] = (
            PointField("same", (*known.names("document-kind"), NEW, LEFT)),
        )
        if answers.get(f"{key}/same") == NEW:
            fields += _WORDING
        proposals = known.like(quote, "document-kind")
        yield _of(group, key, Ask.DOCUMENT, fields, proposals)


def _held(draft: ParsedText, known: Known) -> Iterator[Point]:
    own = tuple(level.slug for level in draft.levels)
    for group in groups(draft, ClauseKind.CATEGORY_HELD):
        fields = (PointField("categories", (*own, *known.names("category"), LEFT), many=True),)
        yield _of(group, f"held/{group[0].id}", Ask.HELD, fields)


def _of(
    group: list[DraftClause],
    key: str,
    ask: Ask,
    fields: tuple[PointField, ...],
    proposals: tuple[Suggestion, ...] = (),
) -> Point:
    """A point on clauses of the same words."""
    span = (group[0].start, group[0].end)
    return Point(key, ask, (span,), tuple(clause.id for clause in group), fields, proposals)


def _unassessed(draft: ParsedText) -> Iterator[Point]:
    for clause in draft.clauses:
        if clause.kind is ClauseKind.COMPETENCE:
            key = f"unassessed/{clause.id}"
            yield _of([clause], key, Ask.UNASSESSED, (PointField("left", (YES,)),))


def _unstated(draft: ParsedText, answers: Answers) -> Iterator[Point]:
    """What is answered but cannot be stated: an alternative that is unread, or left unjudged."""
    for before, clause in pairwise(requiring(draft)):
        if answers.get(f"join/{clause.id}/by") == "or":
            pair = (before, clause)
            left = [answers.get(f"document/{c.id}/same") == LEFT for c in pair]
            left += [LEFT in answers.get(f"held/{c.id}/categories", "").split() for c in pair]
            left += [isinstance(c.content, Experience) and not c.content.years for c in pair]
            if any(left) or any(c.kind is ClauseKind.UNREAD for c in pair):
                yield _of([clause], f"unstated/{clause.id}", Ask.UNSTATED, ())


def _duties(draft: ParsedText) -> Iterator[Point]:
    for clause in draft.clauses:
        if clause.kind is ClauseKind.DUTY and clause.level is not None:
            levels = tuple(level.slug for level in draft.levels)
            fields = (PointField("levels", (*levels, ALL), many=True),)
            span = ((clause.start, clause.end),)
            yield Point(f"place/{clause.id}", Ask.PLACE, span, (clause.id,), fields)
    for group in groups(draft, ClauseKind.DUTY):
        yield _of(group, f"duty/{group[0].id}", Ask.DUTY, _WORDING)


def _texts(draft: ParsedText, known: Known) -> Iterator[Point]:
    """The clauses' words in the other languages, where no clause with such words is known."""
    fields = tuple(field for field in _WORDING if field.name != draft.lang)
    for group in groups(draft, *ClauseKind):
        if alike(draft.quote(group[0])) not in known.texts:
            yield _of(group, f"text/{group[0].id}", Ask.TEXT, fields)


def open_points(found: Iterable[Point], answers: Answers) -> list[Point]:
    """The points that still lack an answer, or that no answer settles."""
    return [point for point in found if point.missing(answers) or not point.fields]
