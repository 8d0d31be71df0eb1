"""A mapping: what the columns of others' tables hold, and what the words in them mean.

It is made once (`libonto profile map`), by proposal: what is certain is filled in, what is not
stays open, with the choices beside it. The same file serves next year's list. In TOML:

    dates = "day-first"
    [columns]
    "Ф.И.О." = "candidate-name"
    "Телефон" = "-"
    [values.employment-position]
    "учитель" = "other-position"

A column that is mapped to "-" is passed over, and so is a value that is mapped to "".
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from libonto.errors import Place, Problem, ProfileError, column_letters
from libonto.locales import sentence
from libonto.profile.account import Unresolved, problem
from libonto.profile.interchange.dates import written_day, written_period
from libonto.profile.interchange.headings import (
    PARTS,
    Meaning,
    TableMapping,
    mapped_key,
    meaning_of,
    name_key,
    normal,
    readable,
    spellings,
    unneeded,
)
from libonto.profile.interchange.layout import Table, nearest_heading
from libonto.profile.interchange.names import RESOURCES, Names
from libonto.profile.interchange.sheets import is_blank

PASSED_OVER = "-"
"""What a column is mapped to that is not needed."""
NOTHING = "–"
"""How a proposal says that a word states nothing; in TOML it is the empty text."""
ALL = "all"
"""Every knowledge item, as what a word such as «да» shows."""
_DATES = {"day-first": False, "month-first": True}
_KEY = re.compile(
    r"(?P<part>[a-z]+)-(?P<key>[A-Za-z]+)(?: (?P<number>[1-9][0-9]?)(?: (?P<value>[1-9][0-9]?))?)?"
)
_RESOURCES = (*RESOURCES, "knowledge")


@dataclass(frozen=True)
class MappingFile:
    """A mapping as text, and the name of its file."""

    text: str
    name: str = ""


def read_mapping(text: str, names: Names, source: str = "") -> TableMapping:
    """The mapping of a TOML text; ProfileError lists what is wrong in it, by place."""
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ProfileError([problem("map-syntax", Place(source), detail=str(error))]) from error
    problems: list[Problem] = []

    def wrong(path: str, key: str, **params: object) -> None:
        problems.append(problem(key, Place(source, path=path), **params))

    for name in document.keys() - {"columns", "values", "dates"}:
        wrong(name, "map-section", value=name, known="columns, values, dates")
    dates = document.get("dates")
    if dates is not None and dates not in _DATES:
        wrong("dates", "map-value", value=str(dates), allowed="; ".join(_DATES))
    columns: dict[str, Meaning | None] = {}
    for heading, key in _table(document, "columns", wrong).items():
        meaning = meaning_by_key(key) if isinstance(key, str) else None
        if meaning is None and key != PASSED_OVER:
            allowed = "; ".join((*column_keys(), PASSED_OVER))
            wrong(f"columns.{heading}", "map-value", value=str(key), allowed=allowed)
        columns[mapped_key(heading)] = meaning
    values: dict[tuple[str, str], tuple[str, ...]] = {}
    for key, words in _table(document, "values", wrong).items():
        meaning = meaning_by_key(key)
        if meaning is None or not isinstance(words, dict):
            wrong(f"values.{key}", "map-value", value=key, allowed="; ".join(column_keys()))
            continue
        for word, value in words.items():
            iris = _iris(value, meaning.how, names)
            if iris is None:
                listed: Any = names.allowed(meaning.how) if meaning.how in _RESOURCES else '""'
                wrong(f"values.{key}.{word}", "map-value", value=str(value), allowed=listed)
            else:
                values[key, name_key(word)] = iris
    if problems:
        raise ProfileError(problems)
    return TableMapping(columns, values, _DATES.get(str(dates)), source)


def _table(document: Mapping[str, Any], name: str, wrong: Any) -> Mapping[str, Any]:
    table = document.get(name, {})
    if isinstance(table, dict):
        return table
    wrong(name, "map-section", value=name, known="columns, values, dates")
    return {}


def _iris(value: object, how: str, names: Names) -> tuple[str, ...] | None:
    """The IRIs that a mapping states for a word; None for what means nothing."""
    listed = value if isinstance(value, list) else [value]
    texts = [text for text in listed if isinstance(text, str)]
    if len(texts) < len(listed):
        return None
    if texts == [""] or (how == "date" and texts == ["ongoing"]):
        return ()
    if how == "knowledge" and texts == [ALL]:
        return tuple(names.members("knowledge"))
    if how not in _RESOURCES or (len(texts) > 1 and how != "knowledge"):
        return None
    matches = [names.find(how, text) for text in texts]
    return tuple(iris[0] for iris in matches) if all(len(iris) == 1 for iris in matches) else None


def column_keys() -> list[str]:
    """What a column can be mapped to, in the order of the parts."""
    return [f"{part}-{key}" for part in PARTS.values() for key in readable(part)]


def meaning_by_key(key: str) -> Meaning | None:
    """The meaning that a mapping names: `credential-level 2`, `credential-evidence 2 3`."""
    match = _KEY.fullmatch(key)
    if not match or match["part"] not in PARTS.values():
        return None
    meaning = readable(match["part"]).get(match["key"])
    number, value = (int(match[name] or 1) for name in ("number", "value"))
    return replace(meaning, number=number, value=value) if meaning else None


def key_of(meaning: Meaning) -> str:
    """How a mapping names a meaning, with its numbers where they are not 1."""
    value = f" {meaning.value}" if meaning.value > 1 else ""
    number = f" {meaning.number}" if meaning.number > 1 or value else ""
    return f"{meaning.part}-{meaning.key}{number}{value}"


@dataclass(frozen=True)
class ProposedColumn:
    """A column: its heading, what it is mapped to (empty: open), and how sure that is, of 100."""

    heading: str
    key: str
    certainty: int
    guess: str = ""


@dataclass(frozen=True)
class ProposedValue:
    """A distinct value of a column: how often it stands there and where, and what it may mean.

    `mapped_to` is filled in where it is certain, and `decided` where a mapping says it; `choices`
    are IRIs, the likeliest first.
    """

    key: str
    text: str
    count: int
    cells: tuple[str, ...]
    mapped_to: str = ""
    choices: tuple[str, ...] = ()
    certainty: int = 0
    decided: bool = False


@dataclass(frozen=True)
class Proposal:
    """What a table's mapping may be; `ambiguous_days` are those of which the order decides."""

    columns: tuple[ProposedColumn, ...]
    values: tuple[ProposedValue, ...]
    ambiguous_days: tuple[str, ...]

    @property
    def open(self) -> int:
        """How many decisions are left."""
        columns = sum(not column.key for column in self.columns)
        return columns + sum(not v.mapped_to for v in self.values) + bool(self.ambiguous_days)


def propose(tables: Sequence[Table], names: Names) -> Proposal:
    """What the columns and the distinct values of tables mean, as far as it can be told."""
    columns: dict[str, ProposedColumn] = {}
    places: dict[tuple[str, str, str], list[str]] = {}
    days: Counter[str] = Counter()
    for table in tables:
        for heading in table.headings:
            columns.setdefault(heading, _column(heading, table, names))
        for row in table.rows:
            for column in table.columns:
                cell, meaning = row.cell(column.index), column.meaning
                if is_blank(cell) or not isinstance(cell, str):
                    continue
                text, how = " ".join(cell.split()), meaning.how
                if how in {"date", "award", "period"}:
                    days[text] += _is_ambiguous(text, names, period=how == "period")
                elif how in _RESOURCES and not _is_known_list(how, cell, names):
                    key = (f"{meaning.part}-{meaning.key}", text, how)
                    place = f"{column_letters(column.index)}{row.number}"
                    places.setdefault(key, []).append(place)
    values = [
        _value(key, text, tuple(cells), how, names) for (key, text, how), cells in places.items()
    ]
    order = {key: place for place, key in enumerate(column_keys())}
    values.sort(key=lambda value: (order[value.key], -value.count, value.text))
    twice = {
        column.guess for column in columns.values() if column.certainty == 100 and not column.key
    }
    return Proposal(
        tuple(replace(c, key="", guess=c.key) if c.key in twice else c for c in columns.values()),
        tuple(values),
        tuple(day for day, n in days.items() if n and names.mapping.month_first is None),
    )


def _column(heading: str, table: Table, names: Names) -> ProposedColumn:
    kind = table.sheet.kind or "candidate"
    known = next((c.meaning for c in table.columns if c.heading == heading), None)
    if known is not None:
        return ProposedColumn(heading, "knowledge" if known.how == "item" else key_of(known), 100)
    if mapped_key(heading) in names.mapping.columns:
        return ProposedColumn(heading, PASSED_OVER, 100)
    reason = unneeded(heading)
    if reason == "column-knows":
        return ProposedColumn(heading, "candidate-knowledge", 90)
    if reason:
        return ProposedColumn(heading, PASSED_OVER, 100)
    near, certainty = nearest_heading(heading, kind)
    meaning = meaning_of(near, kind) if near else None
    return ProposedColumn(heading, "", certainty, key_of(meaning) if meaning else "")


def _value(key: str, text: str, cells: tuple[str, ...], how: str, names: Names) -> ProposedValue:
    iris = tuple(names.find(how, text))
    value = ProposedValue(key, text, len(cells), cells)
    mapped = names.mapping.values.get((key, name_key(text)))
    if mapped is not None:
        target = ALL if len(mapped) > 1 else names.short(how, mapped[0]) if mapped else NOTHING
        return replace(value, mapped_to=target, choices=iris, decided=True)
    if how == "knowledge" and normal(text) in spellings("word-no"):
        return replace(value, mapped_to=NOTHING, certainty=100)
    if how == "knowledge" and normal(text) in spellings("word-yes"):
        return value
    if len(iris) == 1:
        return replace(value, mapped_to=names.short(how, iris[0]), certainty=100)
    if how == "category" and iris:
        return replace(value, mapped_to="?", choices=iris, certainty=100)
    if iris:
        return replace(value, choices=iris, certainty=100 // len(iris))
    choices, score = names.likely(how, text)
    return replace(value, choices=choices, certainty=score)


def _is_known_list(how: str, text: str, names: Names) -> bool:
    """Whether a cell lists several knowledge items, all of them known: nothing is to be decided."""
    items = names.items(text) if how == "knowledge" else []
    return len(items) > 1 and all(len(names.find("knowledge", item)) == 1 for item in items)


def _is_ambiguous(text: str, names: Names, *, period: bool) -> bool:
    try:
        if period:
            written_period(text, names.is_ongoing)
        else:
            written_day(text)
    except Unresolved as fault:
        return fault.key == "date-ambiguous"
    return False


def to_toml(proposal: Proposal, names: Names, lang: str, source: str) -> str:
    """The proposal as a mapping to be completed; what is open is a comment with its choices."""
    return "\n".join(_lines(proposal, names, lang, source)) + "\n"


def _lines(proposal: Proposal, names: Names, lang: str, source: str) -> Iterator[str]:
    yield "# " + sentence("mapping.head", lang, source=source, open=proposal.open)
    if proposal.ambiguous_days:
        days = "; ".join(proposal.ambiguous_days[:5])
        yield "# " + sentence("mapping.dates", lang, days=days)
        yield '# dates = "day-first"  # "month-first"'
    yield "\n[columns]"
    for column in proposal.columns:
        if column.key and column.key != "knowledge":
            yield f"{_quoted(column.heading)} = {_quoted(column.key)}"
        elif not column.key:
            guess = sentence("mapping.guess", lang, guess=column.guess, sure=column.certainty)
            end = f"  # {guess}" if column.guess else ""
            yield f'# {_quoted(column.heading)} = "{column.guess or PASSED_OVER}"{end}'
    key = ""
    for value in proposal.values:
        meaning = meaning_by_key(value.key)
        how = meaning.how if meaning else ""
        if value.key != key:
            key = value.key
            yield f"\n[values.{key}]"
        count, text = f"×{value.count}", _quoted(value.text)
        if value.mapped_to == "?":
            yield f"# {text}  # {count}: {sentence('mapping.by-education', lang)}"
        elif value.mapped_to:
            target = "" if value.mapped_to == NOTHING else value.mapped_to
            yield f"{text} = {_quoted(target)}  # {count}"
        elif how == "knowledge" and not value.choices:
            yield f'# {text} = "{ALL}"  # {count}: {sentence("mapping.which-items", lang)}'
        else:
            sure = f", {value.certainty} %" if value.certainty else ""
            labels = [f"{names.short(how, i)} ({names.label(how, i, lang)})" for i in value.choices]
            choices = "; ".join(labels) or sentence("mapping.no-guess", lang)
            yield f'# {text} = ""  # {count}{sure}: {choices}'


def written_mapping(
    columns: Mapping[str, str], values: Iterable[tuple[str, str, str]], dates: str
) -> str:
    """A mapping as TOML, of headings with their keys, and of keys, words and what they mean.

    What is not decided is left out; NOTHING is a decision.
    """
    lines = [f"dates = {_quoted(dates)}"] if dates else []
    lines.append("[columns]")
    lines += [f"{_quoted(heading)} = {_quoted(key)}" for heading, key in columns.items() if key]
    by_key: dict[str, list[str]] = {}
    for key, word, target in values:
        if target:
            text = "" if target == NOTHING else target
            by_key.setdefault(key, []).append(f"{_quoted(word)} = {_quoted(text)}")
    for key, words in by_key.items():
        lines += [f"[values.{_quoted(key)}]", *dict.fromkeys(words)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
