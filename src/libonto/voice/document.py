"""An answer as a small document in one language, which each writer lays out in its own form.

All texts are plain: no writer reads markup in one. `legible` makes them safe to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

MARKS = {"met": "✓", "not-met": "✗", "not-shown": "?"}

# Control characters, lone surrogates, what turns the direction of writing, and what means
# something to its writer only.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufffe\uffff\U000f0000-\U0010ffff]"
)
_TOGETHER = re.compile(r"(?<=№) | (?=г\.)")


@dataclass(frozen=True)
class Heading:
    """The title of what follows: level 2 of a part, level 3 of something in it."""

    text: str
    level: int = 2
    status: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Running text; `style` is `faint` or empty."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Item:
    """One of a list: `note` is shown below it, `status` colours its mark."""

    text: str
    mark: str = "·"
    note: str = ""
    status: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: Sequence[Item]


@dataclass(frozen=True)
class Definition:
    """A named text, or several texts of one name; `style` is `faint`, `code` or empty."""

    name: str
    texts: Sequence[str]
    style: str = ""
    lang: str = ""


@dataclass(frozen=True)
class Definitions:
    """A list of definitions."""

    rows: Sequence[Definition]


@dataclass(frozen=True)
class TextTable:
    """Rows of cells under the columns' names; without names, a list of pairs."""

    rows: Sequence[Sequence[str]]
    columns: Sequence[str] = ()


@dataclass(frozen=True)
class StatusLine:
    """Something with its status: a requirement, or a category.

    `wording` is the status in words, `reference` the clause, `brief` whether it takes one line
    where there is room, and `strong` whether the question is about it.
    """

    label: str
    status: str
    wording: str
    reference: str = ""
    note: str = ""
    rows: Sequence[Definition] = ()
    brief: bool = False
    strong: bool = False


@dataclass(frozen=True)
class StatusList:
    """The categories with their statuses, their labels in one column."""

    lines: Sequence[StatusLine]


@dataclass(frozen=True)
class MarkedText:
    """A part of a quotation; `clause` is the id of the clause that is marked here, if any."""

    text: str
    clause: str = ""
    status: str = ""


@dataclass(frozen=True)
class Quotation:
    """Sentences of the law with the clauses marked in them, and their translation."""

    spans: Sequence[MarkedText]
    place: str
    translation: Sequence[MarkedText] = ()
    translated: str = ""


@dataclass(frozen=True)
class Branch:
    """A part that hangs below another, such as a category that is included."""

    blocks: Sequence[Block]


@dataclass(frozen=True)
class Gap:
    """Something new begins: an empty line, where only lines can show it."""


@dataclass(frozen=True)
class Signatures:
    """Places to be signed: who signs, and what is written under each line."""

    roles: Sequence[str]
    under: Sequence[str]


Block = (
    Heading
    | Paragraph
    | Bullets
    | Definitions
    | TextTable
    | StatusLine
    | StatusList
    | Quotation
    | Branch
    | Gap
    | Signatures
)


@dataclass(frozen=True)
class Section:
    """An answer about one candidate, or about none.

    `before` stands before the verdict (the edition judged by), `verdict` is the first line and
    `more` what belongs to it; `facts` say what it is about.
    """

    name: str
    blocks: Sequence[Block]
    iri: str = ""
    facts: Sequence[str] = ()
    before: Sequence[str] = ()
    verdict: str = ""
    status: str = ""
    more: str = ""


@dataclass(frozen=True)
class AnswerDocument:
    """Answers of one kind, in a language; `colophon` says by what it was made, and when."""

    lang: str
    title: str
    sections: Sequence[Section]
    colophon: str = ""


def legible(text: str) -> str:
    """The same text with a replacement character for each one that would steer what shows it."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)


def as_data(value: Any) -> Any:
    """A document as plain data for a template: each block with its `kind`, each text legible.

    No line breaks before «г.» or after №.
    """
    if isinstance(value, str):
        return _TOGETHER.sub("\N{NO-BREAK SPACE}", legible(value))
    if isinstance(value, Sequence):
        return [as_data(item) for item in value]
    if is_dataclass(value):
        data = {field.name: as_data(getattr(value, field.name)) for field in fields(value)}
        status = data.get("status")
        marked = {"glyph": MARKS[status]} if status in MARKS else {}
        return {"kind": type(value).__name__, **data, **marked}
    return value


def bullets(texts: Iterable[str], mark: str = "·") -> Bullets:
    """A list of texts, each after the same mark."""
    return Bullets([Item(text, mark) for text in texts])
