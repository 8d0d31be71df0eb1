"""What a text does not say by itself, point by point, with proposals from what is known.

A point has fields; an answer is given to `KEY/FIELD`. The points of a draft depend on nothing
but the draft, what is known and the answers so far, so that they can always be made again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise

from libonto.drafting.model import (
    Alternative,
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
from libonto.graph.values import CLASSES
from libonto.locales import LANGUAGES

Answers = Mapping[str, str]
NEW, SELF, ANY, ALL, YES, LEFT = "new", "self", "any", "all", "yes", "left"
_LIKELY = 0.5
_MOST = 3  # proposals of a point
_ISCED = re.compile(r"\d{2,4}")


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
    spans: tuple[Span, ...]
    clauses: tuple[str, ...]
    fields: tuple[PointField, ...]
    proposals: tuple[Suggestion, ...] = ()

    @property
    def ask(self) -> str:
        """What it asks, as its key begins: `draft.toml` has the question as `ask-…`."""
        return self.key.partition("/")[0]

    def missing(self, answers: Answers) -> list[PointField]:
        """The fields without a valid answer."""
        return [f for f in self.fields if not f.accepts(answers.get(f"{self.key}/{f.name}", ""))]


def alike(quote: str) -> str:
    """Words by which two quotes are told to be the same."""
    return " ".join(re.findall(r"[^\W_]+", quote.lower()))


class Known:
    """What the graph knows by name: items, levels of education, fields, positions."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._names: dict[str, Mapping[str, tuple[str, ...]]] = {}

    def names(self, kind: str) -> Mapping[str, tuple[str, ...]]:
        """The names of each resource of a kind, by its slug."""
        if kind not in self._names:
            labels = ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel")
            self._names[kind] = {
                slug_of(iri, kind): tuple(
                    name for label in labels for name in self.graph.texts(iri, label)
                )
                for iri in self.graph.instances(CLASSES[kind])
                if iri.startswith(f"{ID}{kind}/")
            }
        return self._names[kind]

    @cached_property
    def texts(self) -> Mapping[str, Mapping[str, str]]:
        """The words of every clause that is described, in each language, by `alike`."""
        texts: dict[str, Mapping[str, str]] = {}
        for iri in self.graph.instances("lo:Clause"):
            words = self.graph.translations(iri, "lo:text")
            for text in words.values():
                texts.setdefault(alike(text), words)
        return texts

    def like(self, words: str, kind: str) -> tuple[Suggestion, ...]:
        """The resources of a kind that are called most like some words, the likest first."""
        plain = alike(words)
        suggestions = []
        for value, labels in self.names(kind).items():
            score, label = max(
                ((SequenceMatcher(None, plain, alike(name)).ratio(), name) for name in labels),
                default=(0.0, ""),
            )
            if score >= _LIKELY:
                suggestions.append(Suggestion(value, label, round(score, 2)))
        return tuple(sorted(suggestions, key=lambda p: (-p.certainty, p.value))[:_MOST])


def groups(draft: ParsedText, *kinds: ClauseKind) -> list[list[DraftClause]]:
    """The clauses of some types, those of the same words together, in the text's order."""
    same: dict[str, list[DraftClause]] = {}
    for clause in draft.clauses:
        if clause.kind in kinds:
            same.setdefault(alike(draft.quote(clause)), []).append(clause)
    return list(same.values())


def points(draft: ParsedText, known: Known, answers: Answers) -> list[Point]:
    """Every point of a settled draft, answered or not, in the order in which they are asked."""
    return [
        *_names(draft),
        *_unread(draft, answers),
        *_joins(draft),
        *_education(draft, known),
        *_service(draft, known),
        *_items(draft, known, answers),
        *_categories_held(draft, known),
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
_READABLE = (
    ClauseKind.HEADING,
    ClauseKind.CONNECTIVE,
    ClauseKind.DUTY,
    *_KNOWLEDGE,
    ClauseKind.COMPETENCE,
)
_REQUIRING = (
    ClauseKind.EDUCATION,
    ClauseKind.EXPERIENCE,
    ClauseKind.DOCUMENT,
    ClauseKind.CATEGORY_HELD,
)
_WORDING = tuple(PointField(lang) for lang in LANGUAGES)


def requiring(draft: ParsedText) -> list[DraftClause]:
    """The clauses that require something, or may be an alternative to one that does."""
    return [
        clause
        for clause in draft.clauses
        if clause.kind in _REQUIRING or (clause.kind is ClauseKind.UNREAD and clause.joined)
    ]


def post_key(words: str) -> str:
    """The key of the point that asks which positions the words for a post mean."""
    return f"service/{slug(words)}"


def _point(
    key: str,
    clauses: Sequence[DraftClause],
    fields: tuple[PointField, ...] = (),
    suggestions: tuple[Suggestion, ...] = (),
    spans: tuple[Span, ...] = (),
) -> Point:
    """A point on clauses of the same words; by default it is about the words of the first."""
    words = spans or ((clauses[0].start, clauses[0].end),)
    return Point(key, words, tuple(clause.id for clause in clauses), fields, suggestions)


def _names(draft: ParsedText) -> Iterator[Point]:
    title = (draft.title,) if draft.title else ()
    yield Point("position", title, (), _WORDING)
    yield Point("act", (), (), _WORDING)


def _unread(draft: ParsedText, answers: Answers) -> Iterator[Point]:
    for clause in draft.clauses:
        key = f"unread/{clause.id}"
        if clause.kind is ClauseKind.UNREAD or f"{key}/type" in answers:
            yield _point(key, [clause], (PointField("type", _READABLE),))


def _joins(draft: ParsedText) -> Iterator[Point]:
    """Requirements of which the text does not tell whether both hold, or one of them is enough."""
    clauses = requiring(draft)
    for before, clause in pairwise(clauses):
        plain = {before.kind, clause.kind} == {ClauseKind.EDUCATION, ClauseKind.EXPERIENCE}
        if clause.joined in ("or", "either") or (clause.joined == "comma" and not plain):
            fields = (PointField("by", ("and", "or")),)
            spans = ((before.start, clause.end),)
            yield _point(f"join/{clause.id}", [before, clause], fields, spans=spans)
    for clause in clauses:
        for alternative in _alternatives(clause):
            if alternative.truncated:
                fields = (PointField("ignored", (YES,)),)
                spans = (alternative.span,)
                yield _point(f"cut/{clause.id}", [clause], fields, spans=spans)


def _alternatives(clause: DraftClause) -> tuple[Alternative, ...]:
    return clause.content.alternatives if isinstance(clause.content, Education) else ()


def _education(draft: ParsedText, known: Known) -> Iterator[Point]:
    for group in groups(draft, ClauseKind.EDUCATION):
        for number, alternative in enumerate(_alternatives(group[0]), start=1):
            if not alternative.truncated:
                yield _point(
                    f"education/{group[0].id}/{number}",
                    group,
                    (
                        PointField("levels", tuple(known.names("education")), many=True),
                        PointField("fields", (*known.names("field"), ANY), many=True),
                    ),
                    (
                        *known.like(draft.words(alternative.degrees), "education"),
                        *known.like(draft.words(alternative.field), "field"),
                    ),
                    (alternative.span,),
                )


def _service(draft: ParsedText, known: Known) -> Iterator[Point]:
    listed: dict[str, Point] = {}
    for clause in draft.clauses:
        for _, post in clause.content.counted if isinstance(clause.content, Experience) else ():
            words = draft.words(post)
            key = post_key(words)
            if key not in listed:
                fields = (PointField("positions", (*known.names("position"), SELF), many=True),)
                like = known.like(words, "position")
                listed[key] = Point(key, post, (clause.id,), fields, like)
    yield from listed.values()


def _items(draft: ParsedText, known: Known, answers: Answers) -> Iterator[Point]:
    """The items of knowledge, then the documents: known ones, or new ones in their words."""
    for ask, kind, kinds, others in (
        ("knowledge", "knowledge", _KNOWLEDGE, (NEW,)),
        ("document", "document-kind", (ClauseKind.DOCUMENT,), (NEW, LEFT)),
    ):
        for group in groups(draft, *kinds):
            key = f"{ask}/{group[0].id}"
            same = PointField("same", (*known.names(kind), *others))
            wording = _WORDING if answers.get(f"{key}/same") == NEW else ()
            yield _point(key, group, (same, *wording), known.like(draft.quote(group[0]), kind))


def _categories_held(draft: ParsedText, known: Known) -> Iterator[Point]:
    own = tuple(level.slug for level in draft.levels)
    for group in groups(draft, ClauseKind.CATEGORY_HELD):
        fields = (PointField("categories", (*own, *known.names("category"), LEFT), many=True),)
        yield _point(f"held/{group[0].id}", group, fields)


def _unassessed(draft: ParsedText) -> Iterator[Point]:
    for clause in draft.clauses:
        if clause.kind is ClauseKind.COMPETENCE:
            yield _point(f"unassessed/{clause.id}", [clause], (PointField("left", (YES,)),))


def _unstated(draft: ParsedText, answers: Answers) -> Iterator[Point]:
    """What is answered but cannot be stated: an alternative that is unread, or left unjudged."""

    def is_unjudged(clause: DraftClause) -> bool:
        return (
            clause.kind is ClauseKind.UNREAD
            or answers.get(f"document/{clause.id}/same") == LEFT
            or LEFT in answers.get(f"held/{clause.id}/categories", "").split()
            or (isinstance(clause.content, Experience) and not clause.content.counted)
        )

    for before, clause in pairwise(requiring(draft)):
        is_alternative = answers.get(f"join/{clause.id}/by") == "or"
        if is_alternative and (is_unjudged(before) or is_unjudged(clause)):
            yield _point(f"unstated/{clause.id}", [clause])


def _duties(draft: ParsedText) -> Iterator[Point]:
    fields = (PointField("levels", (*(level.slug for level in draft.levels), ALL), many=True),)
    for clause in draft.clauses:
        if clause.kind is ClauseKind.DUTY and clause.level is not None:
            yield _point(f"place/{clause.id}", [clause], fields)
    for group in groups(draft, ClauseKind.DUTY):
        yield _point(f"duty/{group[0].id}", group, _WORDING)


def _texts(draft: ParsedText, known: Known) -> Iterator[Point]:
    """The clauses' words in the other languages, where no clause with such words is known."""
    fields = tuple(field for field in _WORDING if field.name != draft.lang)
    for group in groups(draft, *ClauseKind):
        if alike(draft.quote(group[0])) not in known.texts:
            yield _point(f"text/{group[0].id}", group, fields)


def open_points(all_points: Iterable[Point], answers: Answers) -> list[Point]:
    """The points that still lack an answer, or that no answer settles."""
    return [point for point in all_points if point.missing(answers) or not point.fields]
