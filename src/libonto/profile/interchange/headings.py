"""The headings of a table: which property of which part of a profile a column holds.

The known headings are data (`locales/*/tables.toml`), in three languages. Capitals,
punctuation and spaces do not matter; a number in a heading is the number of the part.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from libonto.locales import LANGUAGES, sentences
from libonto.profile.vocabulary import KEYS

PARTS = {class_: class_.lower() for class_ in KEYS}
_TOKEN = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_IN_PARENTHESES = re.compile(r"\(([^()]*)\)\s*$")
_ROMAN = re.compile(r"\b[iі]{1,3}\b")  # the second letter is Cyrillic
_NAME_PARTS = ("name-family", "name-given", "name-additional")


@dataclass(frozen=True)
class Meaning:
    """What a column holds: `key` as in the plain JSON, or `id`, or `item` (a knowledge item).

    `number` tells which credential or employment (1 where there is no number), `value` which
    of several values of a property, or which of the `name-part`s of a name.
    """

    part: str
    key: str
    property: str
    how: str
    number: int = 1
    value: int = 1
    item: str = ""


@dataclass(frozen=True)
class TableMapping:
    """Columns by their headings and values by their words, both in the form for comparison.

    `month_first` says how 03/04/2018 is read; None: not at all. `source` is the file's name.
    """

    columns: Mapping[str, Meaning | None] = field(default_factory=dict)
    values: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    month_first: bool | None = None
    source: str = ""

    def value(self, meaning: Meaning, text: str) -> tuple[str, ...] | None:
        """The IRIs that a word means in a column; None where the mapping does not say."""
        return self.values.get((f"{meaning.part}-{meaning.key}", name_key(text)))


@dataclass(frozen=True)
class Column:
    """A column of a table: its index from 0, its heading as written, and its meaning."""

    index: int
    heading: str
    meaning: Meaning


def normal(text: str) -> str:
    """A text for comparison: capitals, kinds of quotation marks and spaces do not matter."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    folded = re.sub(r"[«»“”„\"'‘’`]", "", folded)
    folded = re.sub(r"[‐‑‒–—]", "-", folded)
    return " ".join(folded.split())


def name_key(text: str) -> str:
    """A name for comparison: its words, since case, dots, commas and hyphens play no part.

    Nor does it matter on which keyboard, Latin or Cyrillic, a Roman number up to III was typed.
    """
    folded = _ROMAN.sub(lambda number: "i" * len(number[0]), normal(text))
    return " ".join(_TOKEN.findall(folded)) or folded


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, tuple[int, ...]]:
    """The words of a heading, and the numbers that stand in it; long numbers are years."""
    parts = _WORD.findall(normal(text.strip().removeprefix("lo:").replace("№", " ")))
    letters = " ".join(part for part in parts if not part.isdecimal())
    return letters, tuple(int(part) for part in parts if part.isdecimal() and len(part) < 4)


def _letters(text: str) -> str:
    return words(text)[0]


def heading_key(text: str) -> str:
    """A heading for comparison: its letters, since dots, spaces and line breaks play no part."""
    return _letters(text).replace(" ", "")


def mapped_key(text: str) -> str:
    """A heading as a mapping names it: its letters and its numbers but for years, else itself."""
    letters, numbers = words(text)
    return " ".join([letters.replace(" ", ""), *map(str, numbers)]) if letters else text


def is_comment(text: str) -> bool:
    """Whether a heading or a sheet's name stands in parentheses: it is not to be read."""
    stripped = text.strip()
    return stripped.startswith("(") and stripped.endswith(")")


def variants(key: str, lang: str) -> list[str]:
    """The ways in which something may be written in a language; the first one is ours."""
    return [text.strip() for text in sentences(lang, "tables")[key].split("|")]


def written(key: str, lang: str) -> str:
    """How we write a heading, a sheet's name or a word in a language."""
    return variants(key, lang)[0]


@cache
def spellings(word: str, form: Callable[[str], str] = normal) -> frozenset[str]:
    """The ways of writing a word such as `word-yes` in every language, in a form to compare by."""
    return frozenset(form(text) for lang in LANGUAGES for text in variants(word, lang))


@cache
def meanings(part: str) -> dict[str, Meaning]:
    """The properties of a part by key, `id` first."""
    properties = next(KEYS[class_] for class_, short in PARTS.items() if short == part)
    own = {key: Meaning(part, key, p.name, p.how) for key, p in properties.items()}
    id_ = Meaning(part, "id", "", "id")
    return {"id": id_, **{key: column for key, column in own.items() if column.how not in KEYS}}


@cache
def readable(part: str) -> dict[str, Meaning]:
    """The columns that are read, by key: the properties of a part, and its period in one cell."""
    period = {"period": Meaning(part, "period", "", "period")} if part == "employment" else {}
    return meanings(part) | period


@cache
def _known(part: str) -> dict[str, Meaning]:
    """Every heading of one part, in normal form."""
    headings: dict[str, Meaning] = {}
    for key, meaning in readable(part).items():
        for lang in LANGUAGES:
            for prefix in ("", *map(heading_key, variants(f"part-{part}", lang))):
                for text in variants(f"{part}-{key}", lang):
                    headings.setdefault(prefix + heading_key(text), meaning)
    return headings


@cache
def _headings(kind: str) -> dict[str, Meaning]:
    """The headings that a table may have; what several parts share belongs to `kind`."""
    headings: dict[str, Meaning] = {}
    for part in (*reversed(PARTS.values()), kind):
        headings |= _known(part)
    person = _known("candidate").items()  # in every table “id” and “name” are the person's
    return headings | {text: own for text, own in person if own.key in {"id", "name"}}


def meaning_of(heading: str, kind: str) -> Meaning | None:
    """What a heading means in a table of a kind (`candidate`: one that may hold everything).

    A hint in parentheses on how to fill the column in (“in full”) plays no part; other words
    there may say that something else is meant.
    """
    known = _headings(kind).get(heading_key(heading))
    hint = _IN_PARENTHESES.search(heading)
    if known is None and hint and heading_key(hint[1]) in spellings("heading-hint", heading_key):
        heading = heading[: hint.start()]
        known = _headings(kind).get(heading_key(heading))
    numbers = words(heading)[1]
    if known is None or len(numbers) > 2:
        return None
    return _numbered(known, numbers, kind)


def _numbered(meaning: Meaning, numbers: Sequence[int], kind: str) -> Meaning | None:
    """The meaning with the numbers of its heading.

    In a table that holds everything the first number is the part's and the second the
    value's; the candidate, and a part in a table of its own, stand once in a row.
    """
    if 0 in numbers:
        return None
    if meaning.part in {"candidate", kind}:
        if len(numbers) > 1:
            return None
        numbers = (1, *numbers)
    part, value = (*numbers, 1, 1)[:2]
    return replace(meaning, number=part, value=value)


def name_part(heading: str) -> Meaning | None:
    """The part of a person's name that a column holds: family, given or additional name.

    A column of given names means so only beside one of family names; alone it is the name's.
    """
    key = heading_key(heading)
    for place, part in enumerate(_NAME_PARTS, start=1):
        if key in spellings(part, heading_key):
            return Meaning("candidate", "name", "name", "name-part", value=place)
    return None


@cache
def unneeded(heading: str) -> str:
    """The key of the reason why a column with this heading is not needed, or nothing."""
    key = heading_key(heading)
    reasons = ("column-unneeded", "column-knows")
    return next((reason for reason in reasons if key in spellings(reason, heading_key)), "")


def part_named(heading: str) -> tuple[str, int] | None:
    """The part that a heading over several columns names (“Education”, “Work 2”), its number."""
    letters, numbers = words(heading)
    for part in list(PARTS.values())[1:]:
        if letters in spellings(f"part-{part}", _letters) | spellings(f"sheet-{part}", _letters):
            return part, numbers[0] if numbers else 1
    return None


def sheet_kind(title: str) -> str | None:
    """Which part a sheet or file holds by its name; None where the name does not tell."""
    letters = f" {_letters(title)} "
    for part in PARTS.values():
        if any(f" {name} " in letters for name in spellings(f"sheet-{part}", _letters)):
            return part
    return None


def all_headings(kind: str, lang: str, *, every: bool = False) -> list[str]:
    """The headings as we write them in a language, for messages; or `every` one that is read."""
    parts = list(PARTS.values()) if kind == "candidate" else [kind]
    keys = ["candidate-id", "candidate-name"]
    columns = readable if every else meanings
    keys += [f"{part}-{key}" for part in parts for key in columns(part) if key != "id"]
    texts = (text for key in keys for text in variants(key, lang)[: None if every else 1])
    return list(dict.fromkeys(texts))
