"""What stands in the form for one person, what is wrong with it, and the profile that it states."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from libonto.api.exchange import MOST_FIELDS
from libonto.locales import sentence
from libonto.pages import dates
from libonto.pages.site import Page, packed, unpacked
from libonto.profile.vocabulary import country_code, likely_codes

MOST_ROWS = 30
CREDENTIAL = ("level", "field", "awarded", "country", "diploma", "recognised", "evidence")
EMPLOYMENT = ("position", "start", "end", "evidence")
PARTS = {"credential": CREDENTIAL, "employment": EMPLOYMENT}
NEEDED = {"credential": ("level", "field"), "employment": ("position", "start")}
"""What the contract asks of every credential and employment."""
DATES = frozenset({"awarded", "recognised", "start", "end"})
STEPS = ("education", "work", "knowledge", "answer")
ALL = "all"
"""The steps of the form, and what shows all of them at once."""
REST = "rest"
"""What the form does not show of a profile that was read, as JSON: it is carried along."""
_SHOWN = frozenset({"name", "credentials", "employments", "knowledge", "appliesFor"})
_FIELD = re.compile(r"(credential|employment)-([0-9]{1,2})-([a-z]+)")

FormRow = Mapping[str, str]


@dataclass(frozen=True)
class CandidateForm:
    """What stands in the form; days as they were typed."""

    name: str = ""
    category: str = ""
    on: str = ""
    edition: str = ""
    credentials: tuple[FormRow, ...] = ()
    employments: tuple[FormRow, ...] = ()
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
    chosen: int = 0
    """Which of them stands in the form, from 0."""
    step: str = ALL
    """The step that is shown."""

    def with_rows(self, *, credentials: int = 1, employments: int = 1) -> CandidateForm:
        """The same with at least so many rows."""
        return replace(
            self,
            credentials=_filled(self.credentials, CREDENTIAL, credentials),
            employments=_filled(self.employments, EMPLOYMENT, employments),
        )

    def without(self, part: str, number: int) -> CandidateForm:
        """The same without a row, counted from 1."""
        left = tuple(row for place, row in enumerate(self.rows(part), 1) if place != number)
        if part == "credential":
            return replace(self, credentials=left)
        return replace(self, employments=left)

    def at(self, step: str) -> CandidateForm:
        """The same with another step shown; one that there is not changes nothing."""
        return replace(self, step=step) if step in (*STEPS, ALL) else self

    def rows(self, part: str) -> tuple[FormRow, ...]:
        """The rows of a part, `credential` or `employment`."""
        return self.credentials if part == "credential" else self.employments

    @property
    def content(self) -> bytes:
        """The profiles of everyone in the file as a document, this one as the form has it now."""
        people = self.people()
        value = people if len(people) > 1 else people[0]
        return json.dumps(value, ensure_ascii=False).encode()

    def of_file(self, data: bytes) -> CandidateForm:
        """The same, made from a file: it is the file that is judged until something is changed."""
        return replace(self, packed=packed(data), same=_digest(self.content))

    def file(self, most: int) -> bytes:
        """The file as it was sent, unless the form was changed since; then nothing.

        It may be one byte longer than `most`.
        """
        unchanged = self.packed and self.same == _digest(self.content)
        return unpacked(self.packed, most) if unchanged else b""

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been stated that could be judged."""
        stated = [*self.credentials, *self.employments]
        return not self.knowledge and not any(_is_stated(row) for row in stated)

    @property
    def day(self) -> str:
        """The day of assessment as year-month-day; as it was typed where that is no day."""
        found = dates.read(self.on)
        return found.isoformat() if found else self.on

    def profile(self) -> dict[str, Any]:
        """The profile in the contract's plain JSON; empty rows are left out."""
        profile: dict[str, Any] = {
            **_object(self.rest),
            "credentials": [_stated(row) for row in self.credentials if _is_stated(row)],
            "employments": [_stated(row) for row in self.employments if _is_stated(row)],
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
        if not isinstance(people, list) or self.chosen >= len(people):
            return [self.profile()]
        return [*people[: self.chosen], self.profile(), *people[self.chosen + 1 :]]


def from_fields(fields: Iterable[tuple[str, str]]) -> CandidateForm:
    """The form from a browser's fields, in whatever order they come."""
    pairs = list(fields)
    single = dict(pairs)
    texts = ("name", "category", "rest", "document", "packed", "same", "others")
    chosen = single.get("chosen", "")
    form = CandidateForm(
        **{key: single.get(key, "") for key in texts},
        on=single.get("on", "").strip(),
        edition=single.get("edition", "")[:100],
        credentials=_rows(pairs, "credential"),
        employments=_rows(pairs, "employment"),
        knowledge=frozenset(value for key, value in pairs if key == "knowledge" and value),
        readings=readings_of(pairs),
        chosen=int(chosen) if re.fullmatch("[0-9]{1,6}", chosen) else 0,
        step=at if (at := single.get("at", "")) in STEPS else ALL,
    )
    return _tried(form, single.get("try", ""))


def from_profile(profile: Mapping[str, Any]) -> CandidateForm:
    """The form from a profile in plain JSON: the sample, or one that was read."""
    return CandidateForm(
        name=str(profile.get("name", "")),
        category=str(profile.get("appliesFor", "")),
        credentials=tuple(_row(row, CREDENTIAL) for row in profile.get("credentials", [])),
        employments=tuple(_row(row, EMPLOYMENT) for row in profile.get("employments", [])),
        knowledge=frozenset(profile.get("knowledge", [])),
        rest=_rest(profile, _SHOWN),
    )


def _tried(form: CandidateForm, changes: str) -> CandidateForm:
    """The form with some things otherwise: `on=DAY&reading-NAME=OPTION&knowledge=ITEM`."""
    if not changes or changes.count("&") >= MOST_FIELDS:
        return form
    pairs = [change.partition("=")[::2] for change in changes.split("&")]
    return replace(
        form,
        on=dict(pairs).get("on", form.on),
        knowledge=form.knowledge.union(v for name, v in pairs if name == "knowledge" and v),
        readings={**form.readings, **readings_of(pairs)},
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
        if match and match[1] == part and int(match[2]) <= MOST_ROWS and match[3] in keys:
            row = rows.setdefault(int(match[2]), dict.fromkeys(keys, ""))
            row[match[3]] = _entered(match[3], value.strip())
    return tuple(rows[number] for number in sorted(rows))


def _entered(key: str, value: str) -> str:
    """A value as the form has it: days as people write them, a country by its code."""
    if key in DATES:
        return dates.written(value)
    return (country_code(value) or value) if key == "country" else value


def _row(part: Mapping[str, Any], keys: tuple[str, ...]) -> FormRow:
    """A part of a profile as a row; what is no single text is carried along unseen."""
    shown = {key: part[key] for key in keys if isinstance(part.get(key), str)}
    row = {key: _entered(key, shown.get(key, "")) for key in keys}
    return {**row, REST: _rest(part, frozenset(shown))}


def _rest(part: Mapping[str, Any], shown: frozenset[str]) -> str:
    rest = {key: value for key, value in part.items() if key not in shown}
    return json.dumps(rest, ensure_ascii=False) if rest else ""


def _filled(rows: tuple[FormRow, ...], keys: tuple[str, ...], least: int) -> tuple[FormRow, ...]:
    missing = max(0, min(least, MOST_ROWS) - len(rows))
    return rows + tuple(dict.fromkeys((*keys, REST), "") for _ in range(missing))


def _is_stated(row: FormRow) -> bool:
    return any(value for key, value in row.items() if key != REST)


def _stated(row: FormRow) -> dict[str, Any]:
    """A row as the profile has it: days as year-month-day, and what the form does not show."""
    stated: dict[str, Any] = _object(row.get(REST, ""))
    for key, value in row.items():
        if value and key not in (REST, "diploma"):  # a diploma offered stands for its level
            day = dates.award(value) if key == "awarded" else None
            read = dates.read(value) if key in DATES else None
            stated[key] = day or (read.isoformat() if read else value)
    return stated


def _object(text: str) -> dict[str, Any]:
    found = _json(text)
    return found if isinstance(found, dict) else {}


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


def faults(page: Page, form: CandidateForm) -> list[FieldError]:
    """Every fault in the form, in its order, before anything is judged."""
    found = []
    if form.on and dates.read(form.on) is None:
        found.append(FieldError("on", page.say("check.on-short"), no_day(page, form.on)))
    for part in PARTS:
        for number, row in enumerate(form.rows(part), start=1):
            if _is_stated(row):
                found += _faults_of_row(page, part, number, row)
    return found


def _faults_of_row(page: Page, part: str, number: int, row: FormRow) -> Iterator[FieldError]:
    for key in PARTS[part]:
        message = _wrong(page, part, key, row)
        if message:
            place = f"{page.say(f'check.{part}', number=number)}, {page.say(f'check.{key}')}"
            yield FieldError(f"{part}-{number}-{key}", place, message)


def _wrong(page: Page, part: str, key: str, row: FormRow) -> str:
    value = row[key]
    if not value:
        return page.say("check.missing") if key in NEEDED[part] else ""
    if key == "country" and not country_code(value):
        near, shown = ", ".join(likely_codes(value)), value[:40]
        if near:
            return sentence("errors.country-code-nearest", page.lang, value=shown, nearest=near)
        return page.say("check.no-country", value=shown)
    if key not in DATES or (key == "awarded" and dates.award(value)):
        return ""
    day = dates.read(value)
    if day is None:
        return no_day(page, value)
    start = dates.read(row.get("start", ""))
    if key == "end" and start is not None and day < start:
        return page.say("check.ends-early", start=page.day(start))
    return ""


def no_day(page: Page, value: str) -> str:
    """What is wrong with a text that names no day."""
    key = "day-impossible" if dates.has_form(value) else "day-form"
    return page.say(f"check.{key}", value=value[:40])
