"""Days as people type them into a form: 01.09.2018 or 2018-09-01, and nothing that is a guess."""

from __future__ import annotations

import re
from datetime import date

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
# A comma stands where a telephone's keyboard for numbers has no full stop.
_BETWEEN = r"(?:\s*+[.,]\s*+|\s++)"  # possessive, so that a row of spaces is read once
_COMMON = re.compile(rf"([0-9]{{1,2}}){_BETWEEN}([0-9]{{1,2}}){_BETWEEN}([0-9]{{4}})")
_PART = re.compile(r"(?:([0-9]{1,2})[.,])?([0-9]{4})|([0-9]{4})-([0-9]{2})")


def has_form(text: str) -> bool:
    """Whether a text is written like a day, be there such a day or not."""
    return bool(_ISO.fullmatch(text) or _COMMON.fullmatch(text))


def read(text: str) -> date | None:
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


def award(text: str) -> str | None:
    """A diploma's day, or its month or year alone (06.2015, 2015), as the profile has it."""
    if match := _PART.fullmatch(text):
        month, year = match[1] or match[4], match[2] or match[3]
        if month is None:
            return year
        return f"{year}-{int(month):02}" if 1 <= int(month) <= 12 else None
    day = read(text)
    return day.isoformat() if day else None


def written(text: str) -> str:
    """The same as it stands in the form: 01.09.2018; what names no day stays as it was typed."""
    day = read(text)
    return f"{day.day:02}.{day.month:02}.{day.year:04}" if day else text
