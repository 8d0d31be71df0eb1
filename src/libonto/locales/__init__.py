"""Sentences in Kazakh, Russian and English: a folder for each, the same files and keys."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

LANGUAGES = ("kk", "ru", "en")


@cache
def sentences(lang: str, topic: str) -> dict[str, str]:
    """The sentences of one file; only the files that are needed are read."""
    with (Path(__file__).parent / lang / f"{topic}.toml").open("rb") as file:
        return tomllib.load(file)


def topics() -> list[str]:
    """The names of the files."""
    return sorted(path.stem for path in (Path(__file__).parent / LANGUAGES[0]).glob("*.toml"))


def sentence(key: str, lang: str, /, **params: object) -> str:
    """A sentence by `file.key`, its values filled in; an unknown key is a KeyError."""
    topic, _, name = key.partition(".")
    return sentences(lang, topic)[name].format(**params)


def counted(key: str, number: int, lang: str) -> str:
    """A number with its noun in the right form: `file.key` with `-one`, `-few` or `-many`."""
    return sentence(f"{key}-{_form(number, lang)}", lang, number=number)


def _form(number: int, lang: str) -> str:
    """The plural form that a number takes (CLDR's rules for whole numbers)."""
    if lang == "ru":
        if number % 10 == 1 and number % 100 != 11:
            return "one"
        return "few" if number % 10 in (2, 3, 4) and number % 100 // 10 != 1 else "many"
    return "one" if lang == "en" and number == 1 else "many"


def long_date(day: date, lang: str) -> str:
    """A day as people write it in a language, e.g. «2026 жылғы 22 қараша»."""
    month = sentence("months.names", lang).split()[day.month - 1]
    return sentence("months.date", lang, day=day.day, month=month, year=day.year)


def month_or_year(day: date, lang: str, precision: str) -> str:
    """The `month` or the `year` of a day as people write it, e.g. «2026 жылғы қараша»."""
    month = sentence("months.alone", lang).split()[day.month - 1]
    return sentence(f"months.{precision}", lang, month=month, year=day.year)


def decimal(number: str, lang: str) -> str:
    """A number in digits as people write it in a language: `0.85`, «0,85»."""
    whole, mark, part = number.partition(".")
    return sentence("count.decimal", lang, whole=whole, part=part) if mark else number


def size(number: int, lang: str) -> str:
    """A number of bytes as people write it: `64 KiB`, «3,5 МиБ»."""
    units = ("B", "KiB", "MiB", "GiB") if lang == "en" else ("Б", "КиБ", "МиБ", "ГиБ")
    power = min((number.bit_length() - 1) // 10, len(units) - 1) if number else 0
    value = f"{number / 1024**power:.1f}".removesuffix(".0")
    return f"{decimal(value, lang)} {units[power]}"


def library_words(text: str, lang: str) -> str:
    """What a library said of an input, in a language; its own words in English."""
    if lang == "en":
        return text
    known = sentences(lang, "library")
    for key, original in sentences("en", "library").items():
        form = re.sub(r"\\{(\w+)\\}", r"(?P<\1>\\S+?)", re.escape(original))
        if match := re.search(form, text):
            return known[key].format(**match.groupdict())
    return known["other"]


def pick(accepted: str | None) -> str:
    """The first of our languages in a locale name or an Accept-Language value, else Kazakh."""
    weighted = []
    for place, item in enumerate((accepted or "").replace("_", "-").lower().split(",")):
        tag, _, rest = item.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest.strip() else 1.0
        except ValueError:
            weight = 0.0
        language = tag.split("-")[0].split(".")[0]
        if language in LANGUAGES and weight > 0:
            weighted.append((-weight, place, language))
    return min(weighted)[2] if weighted else LANGUAGES[0]
