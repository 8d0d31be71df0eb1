"""What a text says, as far as the grammar reads it: clauses with exact spans, and their content.

Places are code points of the text as received, [start, end). Nothing here knows of RDF: a
`Draft` is written as a data folder only when its open points have been answered or left open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from anyascii import anyascii

Span = tuple[int, int]
_SLUG_WORDS = 6


ALPHABETS = 0x2E80
"""Where Unicode's ideographs begin, which have no place in a slug."""


def transliterations() -> None:
    """Load the tables of the alphabets: `anyascii` would do so when it meets a letter of one."""
    anyascii("".join(map(chr, range(0, ALPHABETS, 256))))


def slug(words: str) -> str:
    """A slug of the first words of a text."""
    letters = "".join(letter for letter in words if ord(letter) < ALPHABETS)
    plain = re.findall(r"[a-z0-9]+", anyascii(letters).lower().replace("'", ""))
    return "-".join(plain[:_SLUG_WORDS]) or "unnamed"


class ClauseKind(StrEnum):
    """The type of a clause; each value is the slug of a clause type of the ontology."""

    HEADING = "heading"
    DUTY = "duty"
    KNOWLEDGE_LAW = "knowledge-law"
    KNOWLEDGE_SUBJECT = "knowledge-subject"
    EDUCATION = "education-requirement"
    EXPERIENCE = "experience-requirement"
    DOCUMENT = "document-requirement"
    CATEGORY_HELD = "category-requirement"
    COMPETENCE = "competence"
    INHERITANCE = "inheritance"
    CONNECTIVE = "connective"
    UNREAD = "unread"


@dataclass(frozen=True)
class Level:
    """A level of the position: its ladder, if the text names one, and its category, likewise."""

    ladder: str | None
    category: str | None

    @property
    def slug(self) -> str:
        """Both names in one."""
        return "-".join(filter(None, (self.ladder, self.category)))


@dataclass(frozen=True)
class Alternative:
    """One of the kinds of education that a phrase accepts: the words for its level and field."""

    span: Span
    degrees: tuple[Span, ...]
    field: tuple[Span, ...]
    truncated: bool = False  # the text breaks off before its noun


@dataclass(frozen=True)
class Education:
    """An education phrase: its alternatives, joined by *or*."""

    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class Experience:
    """A service phrase: completed years, each with the words for the post; then those nested in it.

    It is empty where the text says that none are required.
    """

    counted: tuple[tuple[int, tuple[Span, ...]], ...]


@dataclass(frozen=True)
class Inheritance:
    """The level whose requirements are to be met too."""

    level: Level


@dataclass(frozen=True)
class Knowledge:
    """An item that must be known: the quoted title of an act, if one is named."""

    act: Span | None = None


Content = Education | Experience | Inheritance | Knowledge | None


@dataclass(frozen=True)
class DraftClause:
    """A part of the text: its identifier, type, place, level (None: every level) and content."""

    id: str
    kind: ClauseKind
    start: int
    end: int
    level: Level | None = None
    content: Content = None
    joined: str | None = None
    """How a requirement is joined to the one before it: `comma`, `joint`, `or` or `either`."""


@dataclass(frozen=True)
class PositionSpan:
    """One position of a text: its place, and the words that name it, where a title does."""

    span: Span
    title: Span | None


@dataclass(frozen=True)
class ParsedText:
    """A text as the grammar reads it: every letter lies in one of its clauses."""

    text: str
    lang: str
    clauses: tuple[DraftClause, ...]
    levels: tuple[Level, ...]
    parts: tuple[PositionSpan, ...]
    """The positions that the text describes, in order: they cover it."""

    @property
    def title(self) -> Span | None:
        """The words that name the position (the last one of several), where a title does."""
        return self.parts[-1].title

    def quote(self, span: Span | DraftClause) -> str:
        """The words of a clause or a span."""
        start, end = (span.start, span.end) if isinstance(span, DraftClause) else span
        return self.text[start:end]

    def words(self, spans: Iterable[Span]) -> str:
        """The words of some spans in one line."""
        return " ".join(map(self.quote, spans))


@dataclass(frozen=True)
class DraftState:
    """What is drafted: the position's and the edition's slugs, the text, its language, answers."""

    slug: str
    edition: str
    lang: str
    text: str
    answers: Mapping[str, str]
    written: Mapping[str, str]
    """Checksums by the names of the files that were written."""
    days: tuple[str | None, str | None] = (None, None)
    """From when until when the edition is in force (ISO days), where that is known."""
