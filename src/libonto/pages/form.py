"""What stands in the form for one person, what is wrong with it, and the profile that it states.

Days are taken as people type them, 01.09.2018 or 2018-09-01, and nothing that is a guess.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any

from libonto.api.exchange import MOST_FIELDS
from libonto.locales import sentence
from libonto.pages.site import Page, from_hidden_field, to_hidden_field
from libonto.profile.vocabulary import country_code, likely_codes

MOST_ROWS = 30
PARTS = {
    "credential": ("level", "field", "awarded", "country", "diploma", "recognised", "evidence"),
    "employment": ("position", "start", "end", "evidence"),
}
"""The fields of the rows of each part."""
NEEDED = {"credential": ("level", "field"), "employment": ("position", "start")}
"""What the contract asks of every credential and employment."""
DATES = frozenset({"awarded", "recognised", "start", "end"})
STEPS = ("education", "work", "knowledge", "answer")
ALL = "all"
"""The steps of the form, and what shows all of them at once."""
REST = "rest"
"""What the form does not show of a profile that was read, as JSON: it is carried along."""
_IN_FORM = frozenset({"name", "credentials", "employments", "knowledge", "appliesFor"})
_FIELD = re.compile(r"(credential|employment)-([0-9]{1,2})-([a-z]+)")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
# A comma stands where a telephone's keyboard for numbers has no full stop.
_BETWEEN = r"(?:\s*+[.,]\s*+|\s++)"  # possessive, so that a row of spaces is read once
_COMMON = re.compile(rf"([0-9]{{1,2}}){_BETWEEN}([0-9]{{1,2}}){_BETWEEN}([0-9]{{4}})")
_MONTH = re.compile(r"(?:([0-9]{1,2})[.,])?([0-9]{4})|([0-9]{4})-([0-9]{2})")

FormRow = Mapping[str, str]


def read_day(text: str) -> date | None:
    """The day that a text names, day before month; None for any other text.

    With slashes it could be either order, so that 01/09/2018 is refused.
    """
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _COMMON.fullmatch(text):
        day, month, year = match.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def iso_day(text: str) -> str:
    """The same as year-month-day; what names no day stays as it was typed."""
    day = read_day(text)
    return day.isoformat() if day else text


def typed_day(text: str) -> str:
    """A day or month as it stands in the form: 01.09.2018, 06.2015; else the text as it is."""
    if (month := _MONTH.fullmatch(text)) and month[4]:
        return f"{month[4]}.{month[3]}"
    day = read_day(text)
    return f"{day.day:02}.{day.month:02}.{day.year:04}" if day else text


def award_day(text: str) -> str | None:
    """A diploma's day, or its month or year alone (06.2015, 2015), as the profile has it."""
    if match := _MONTH.fullmatch(text):
        month, year = match[1] or match[4], match[2] or match[3]
        if month is None:
            return year
        return f"{year}-{int(month):02}" if 1 <= int(month) <= 12 else None
    return iso_day(text) if read_day(text) else None


def no_day(page: Page, text: str) -> str:
    """What is wrong with a text that names no day."""
    is_like_a_day = _ISO.fullmatch(text) or _COMMON.fullmatch(text)
    return page.say(f"check.day-{'impossible' if is_like_a_day else 'form'}", value=text[:40])


@dataclass(frozen=True)
class CandidateForm:
    """What stands in the form; days as they were typed."""

    name: str = ""
    category: str = ""
    on: str = ""
    edition: str = ""
    rows: Mapping[str, tuple[FormRow, ...]] = field(
        default_factory=lambda: dict.fromkeys(PARTS, ())
    )
    """Credentials and employments, by the names of `PARTS`."""
    knowledge: frozenset[str] = frozenset()
    readings: Mapping[str, str] = field(default_factory=dict)
    rest: str = ""
    document: str = ""
    """A profile that was pasted, instead of the form."""
    packed: str = ""
    """The file that the form was made from, and `same`: what the form says of it."""
    same: str = ""
    others: str = ""
    """Where a file held several people: all their profiles as a JSON array."""
    number: int = 0
    """Which of them stands in the form, from 0."""
    step: str = ALL
    """The step that is shown."""

    def with_rows(self, one_more: str = "") -> CandidateForm:
        """The same with a row of each part at least, and one more of the part that is named."""
        rows = {}
        for part, filled in self.rows.items():
            least = min(len(filled) + 1, MOST_ROWS) if part == one_more else 1
            empty = dict.fromkeys((*PARTS[part], REST), "")
            rows[part] = filled + (empty,) * (least - len(filled))
        return replace(self, rows=rows)

    def without(self, part: str, number: int) -> CandidateForm:
        """The same without a row, counted from 1."""
        left = tuple(row for place, row in enumerate(self.rows.get(part, ()), 1) if place != number)
        return replace(self, rows={**self.rows, part: left}) if part in PARTS else self

    def at(self, step: str) -> CandidateForm:
        """The same with another step shown; one that there is not changes nothing."""
        return replace(self, step=step) if step in (*STEPS, ALL) else self

    @property
    def content(self) -> bytes:
        """The profiles of everyone in the file as a document, this one as the form has it now."""
        people = self.people()
        return json.dumps(people if len(people) > 1 else people[0], ensure_ascii=False).encode()

    def of_file(self, data: bytes) -> CandidateForm:
        """The same, made from a file: it is the file that is judged until something is changed."""
        return replace(self, packed=to_hidden_field(data), same=_digest(self.content))

    def file(self, most: int) -> bytes:
        """The file as it was sent, unless the form was changed since; then nothing.

        It may be one byte longer than `most`.
        """
        unchanged = self.packed and self.same == _digest(self.content)
        return from_hidden_field(self.packed, most) if unchanged else b""

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been stated that could be judged."""
        filled = (_is_filled(row) for rows in self.rows.values() for row in rows)
        return not self.knowledge and not any(filled) and not any(self.beyond.values())

    @property
    def beyond(self) -> dict[str, list[Any]]:
        """The entries of each part that are more than the form shows; they are carried along."""
        rest = _object(self.rest)
        entries = {part: rest.get(f"{part}s") for part in PARTS}
        return {part: value if isinstance(value, list) else [] for part, value in entries.items()}

    def profile(self) -> dict[str, Any]:
        """The profile in the contract's plain JSON; empty rows are left out."""
        entries = {part: map(_entry, filter(_is_filled, rows)) for part, rows in self.rows.items()}
        profile = {
            **_object(self.rest),
            **{f"{part}s": [*entries[part], *more] for part, more in self.beyond.items()},
            "knowledge": sorted(self.knowledge),
        }
        if self.name.strip():
            profile["name"] = self.name.strip()
        if self.category:
            profile["appliesFor"] = self.category
        return profile

    def people(self) -> list[Any]:
        """The profiles of everyone in the file, this one as the form has it now."""
        people = _json(self.others)
        if not isinstance(people, list) or self.number >= len(people):
            return [self.profile()]
        return [*people[: self.number], self.profile(), *people[self.number + 1 :]]


def from_fields(fields: Iterable[tuple[str, str]]) -> CandidateForm:
    """The form from a browser's fields, in whatever order they come.

    `try` holds some things otherwise: `on=DAY&reading-NAME=OPTION&knowledge=ITEM`.
    """
    pairs = list(fields)
    single = dict(pairs)
    changes = single.get("try", "").split("&")
    tried = [c.partition("=")[::2] for c in changes] if len(changes) <= MOST_FIELDS else []
    texts = ("name", "category", "rest", "document", "packed", "same", "others")
    number = single.get("chosen", "")
    return CandidateForm(
        **{key: single.get(key, "") for key in texts},
        on=dict(tried).get("on", single.get("on", "").strip()),
        edition=single.get("edition", "")[:100],
        rows={part: _rows(pairs, part) for part in PARTS},
        knowledge=frozenset(v for key, v in (*pairs, *tried) if key == "knowledge" and v),
        readings=readings_of([*pairs, *tried]),
        number=int(number) if re.fullmatch("[0-9]{1,6}", number) else 0,
        step=at if (at := single.get("at", "")) in STEPS else ALL,
    )


def from_profile(profile: Mapping[str, Any]) -> CandidateForm:
    """The form from a profile in plain JSON: the sample, or one that was read."""
    entries = {f"{part}s": profile.get(f"{part}s", []) for part in PARTS}
    beyond = {name: more for name, all_ in entries.items() if (more := all_[MOST_ROWS:])}
    return CandidateForm(
        name=str(profile.get("name", "")),
        category=str(profile.get("appliesFor", "")),
        rows={
            part: tuple(_row(entry, keys) for entry in entries[f"{part}s"][:MOST_ROWS])
            for part, keys in PARTS.items()
        },
        knowledge=frozenset(profile.get("knowledge", [])),
        rest=_rest({**profile, **beyond}, _IN_FORM - beyond.keys()),
    )


def readings_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The options chosen in the fields `reading-NAME`, by the reading's name."""
    return {
        name.removeprefix("reading-"): value
        for name, value in pairs
        if name.startswith("reading-") and value
    }


def _rows(pairs: list[tuple[str, str]], part: str) -> tuple[FormRow, ...]:
    keys = (*PARTS[part], REST)
    rows: dict[int, dict[str, str]] = {}
    for key, value in pairs:
        match = _FIELD.fullmatch(key)
        if match and match[1] == part and match[3] in keys:
            row = rows.setdefault(int(match[2]), dict.fromkeys(keys, ""))
            row[match[3]] = _entered(match[3], value.strip())
    return tuple(rows[number] for number in sorted(rows))


def _entered(key: str, value: str) -> str:
    """A value as the form has it: days as people write them, a country by its code."""
    if key in DATES:
        return typed_day(value)
    return (country_code(value) or value) if key == "country" else value


def _row(entry: Mapping[str, Any], keys: tuple[str, ...]) -> FormRow:
    """A part of a profile as a row; what is no single text is carried along unseen."""
    texts = {key: entry[key] for key in keys if isinstance(entry.get(key), str)}
    row = {key: _entered(key, texts.get(key, "")) for key in keys}
    return {**row, REST: _rest(entry, texts.keys())}


def _rest(entry: Mapping[str, Any], keys: Iterable[str]) -> str:
    """What an entry has besides some keys, as JSON; empty for nothing."""
    rest = {key: value for key, value in entry.items() if key not in keys}
    return json.dumps(rest, ensure_ascii=False) if rest else ""


def _is_filled(row: FormRow) -> bool:
    return any(value for key, value in row.items() if key != REST)


def _entry(row: FormRow) -> dict[str, Any]:
    """A row as the profile has it: days as year-month-day, and what the form does not show."""
    entry = _object(row.get(REST, ""))
    for key, value in row.items():
        if value and key not in (REST, "diploma"):  # a diploma offered stands for its level
            day = award_day(value) if key == "awarded" else None
            entry[key] = day or (iso_day(value) if key in DATES else value)
    return entry


def _object(text: str) -> dict[str, Any]:
    value = _json(text)
    return value if isinstance(value, dict) else {}


def _json(text: str) -> Any:
    """A value that the page carried along; nothing where it is not what the page had sent."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:32]


@dataclass(frozen=True)
class FieldError:
    """A field by its id, what it is called, and what is wrong with it."""

    id: str
    place: str
    message: str


def field_errors(page: Page, form: CandidateForm) -> Iterator[FieldError]:
    """Every fault in the form, in its order, before anything is judged."""
    if form.on and read_day(form.on) is None:
        yield FieldError("on", page.say("check.on-short"), no_day(page, form.on))
    for part, rows in form.rows.items():
        for number, row in enumerate(rows, start=1):
            for key in PARTS[part] if _is_filled(row) else ():
                if message := _wrong(page, part, key, row):
                    place = page.say(f"check.{part}", number=number)
                    label = f"{place}, {page.say(f'check.{key}')}"
                    yield FieldError(f"{part}-{number}-{key}", label, message)


def _wrong(page: Page, part: str, key: str, row: FormRow) -> str:
    value = row[key]
    if not value:
        return page.say("check.missing") if key in NEEDED[part] else ""
    if key == "country" and not country_code(value):
        near, text = ", ".join(likely_codes(value)), value[:40]
        if near:
            return sentence("errors.country-code-nearest", page.lang, value=text, nearest=near)
        return page.say("check.no-country", value=text)
    if key not in DATES or (key == "awarded" and award_day(value)):
        return ""
    day, start = read_day(value), read_day(row.get("start", ""))
    if day is None:
        return no_day(page, value)
    if key == "end" and start is not None and day < start:
        return page.say("check.ends-early", start=page.day(start))
    return ""
