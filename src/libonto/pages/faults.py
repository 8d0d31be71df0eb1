"""What is wrong in the form for one person, field by field, before anything is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from libonto.locales import sentence
from libonto.pages import dates
from libonto.pages.form import DATES, PARTS, REST, Form, Row
from libonto.pages.site import Page
from libonto.profile.countries import country_code, meant

NEEDED = {"credential": ("level", "field"), "employment": ("position", "start")}
"""What the contract asks of every credential and employment."""


@dataclass(frozen=True)
class Fault:
    """A field by its id, what it is called, and what is wrong with it."""

    id: str
    place: str
    message: str


def faults(page: Page, form: Form) -> list[Fault]:
    """Every fault, in the form's order."""
    found = []
    if form.on and dates.read(form.on) is None:
        found.append(Fault("on", page.say("check.on-short"), no_day(page, form.on)))
    for part in PARTS:
        for number, row in enumerate(form.rows(part), start=1):
            found += _of_row(page, part, number, row)
    return found


def _of_row(page: Page, part: str, number: int, row: Row) -> Iterator[Fault]:
    if not any(value for key, value in row.items() if key != REST):
        return
    for key in PARTS[part]:
        message = _wrong(page, part, key, row)
        if message:
            place = f"{page.say(f'check.{part}', number=number)}, {page.say(f'check.{key}')}"
            yield Fault(f"{part}-{number}-{key}", place, message)


def _wrong(page: Page, part: str, key: str, row: Row) -> str:
    value = row[key]
    if not value:
        return page.say("check.missing") if key in NEEDED[part] else ""
    if key == "country" and not country_code(value):
        near, shown = ", ".join(meant(value)), value[:40]
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
