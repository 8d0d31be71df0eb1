"""Countries and their diplomas as the form for one person offers them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from libonto.crosswalk.chains import Crosswalk
from libonto.crosswalk.foreign import HOME, Abroad, Diploma
from libonto.graph.terms import ID
from libonto.locales import LANGUAGES
from libonto.pages.site import Item, Page

if TYPE_CHECKING:
    from libonto.pages.form import Form, Row

_NOT_ISO = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ".split())
"""What CLDR names besides the countries of ISO 3166-1."""


@cache
def country_names(lang: str) -> dict[str, str]:
    """The names of the countries of ISO 3166-1 by code, as CLDR has them."""
    from babel import Locale

    territories = Locale(lang).territories
    return {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_ISO
    }


@cache
def _codes() -> dict[str, str]:
    names = [country_names(lang).items() for lang in LANGUAGES]
    return {name.casefold(): code for each in names for code, name in each}


def country_code(text: str) -> str:
    """The code of a country that is named in one of our languages or by its code; else nothing."""
    if text.upper() in country_names("en"):
        return text.upper()
    return _codes().get(text.casefold(), "")


def country_name(code: str, lang: str) -> str:
    """A country's name by its code; any other text as it is."""
    return country_names(lang).get(code, code)


def diplomas(page: Page, row: Row) -> list[Item]:
    """The typical diplomas of a credential's country, by their own names and ours."""
    return [Item(d.iri, named(page, d), d.iri) for d in _offered(page, row)]


def levels(page: Page, row: Row) -> list[Item]:
    """The levels of the frameworks of a credential's country, and of that which it states."""
    country, stated = row.get("country", ""), row.get("level", "")
    if not country and "/" not in stated:
        return []
    abroad = _abroad(page)
    slugs = dict.fromkeys([*abroad.frameworks(country), stated.partition("/")[0]])
    known = [slug for slug in slugs if slug in abroad.crosswalk.frameworks.all]
    iris = [iri for slug in known for iri in abroad.levels(slug)]
    return [Item(iri, page.label(iri), iri.removeprefix(f"{ID}framework/")) for iri in iris]


def with_levels(page: Page, form: Form) -> Form:
    """The form in which a diploma that was chosen has set its level, where it has but one."""
    return replace(form, credentials=tuple(_with_level(page, row) for row in form.credentials))


def named(page: Page, diploma: Diploma) -> str:
    """A diploma by its own name, and by ours where that is another."""
    label = page.label(diploma.iri)
    return f"{diploma.name} — {label}" if diploma.name and diploma.name != label else label


def _with_level(page: Page, row: Row) -> Row:
    if not row["diploma"]:
        return row
    chosen = next((d for d in _offered(page, row) if d.iri == row["diploma"]), None)
    if chosen is None:  # of another country than the one that is chosen now
        return {**row, "diploma": ""}
    own = [level.removeprefix(f"{ID}framework/") for level in chosen.levels]
    return {**row, "level": own[0]} if len(own) == 1 else row


def _offered(page: Page, row: Row) -> list[Diploma]:
    abroad = row["country"] not in ("", HOME)
    return _abroad(page).diplomas(row["country"]) if abroad else []


def _abroad(page: Page) -> Abroad:
    kept = page.site.kept
    if ("abroad", "") not in kept:
        kept["abroad", ""] = Abroad(Crosswalk(page.site.graph))
    found: Abroad = kept["abroad", ""]
    return found
