"""The countries of ISO 3166-1: by their names in our languages, and by their codes."""

from __future__ import annotations

from functools import cache

from libonto.locales import LANGUAGES

_NOT_ISO = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())
"""What CLDR names besides the countries of ISO 3166-1 and Kosovo, which ISO has no code for."""


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


def is_country(code: str) -> bool:
    """Whether a text is a code of ISO 3166-1, in capital letters."""
    return code in country_names("en")


def country_code(text: str) -> str:
    """The code of a country that is named in one of our languages or by its code; else nothing."""
    code = text.strip().upper()
    return code if is_country(code) else _codes().get(text.strip().casefold(), "")


def likely_codes(text: str) -> list[str]:
    """The codes that a text may mean: by a name, by a code of three letters, or by a former one.

    The former and longer codes are CLDR's aliases: `UK`, `GBR`, `SU`.
    """
    from babel.core import get_global

    named = country_code(text)
    aliases = get_global("territory_aliases").get(text.strip().upper(), [])
    return [named] if named else [code for code in aliases if is_country(code)]


def country_name(code: str, lang: str) -> str:
    """A country's name by its code; any other text as it is."""
    return country_names(lang).get(code, code)
