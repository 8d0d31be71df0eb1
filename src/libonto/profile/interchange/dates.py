"""Days as people write them, by the forms of CLDR in Kazakh, Russian and English.

A text that can be read in two ways (03/04/2018, 01.09.40) is an error that says both, and is
never guessed. A month or a year alone is kept as such: what it is good for its reader knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from libonto.locales import LANGUAGES
from libonto.profile.account import Unresolved
from libonto.profile.interchange.headings import normal, spellings, variants

_MOMENT = re.compile(
    r"(?P<day>\S+?)(?:[T ]\s*|,\s+)(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)"
    r" ?(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?"
)
_YEAR_FIRST = re.compile(r"(\d{4})(?:([./-])(\d{1,2})(?:\2(\d{1,2}))?)?")
_YEAR_LAST = re.compile(r"(?:(\d{1,2})([./-]))?(\d{1,2})[./-](\d{4}|\d{2})")
_POSSESSIVE = ("ы", "і", "сы", "сі")  # қазаны, сәуірі, қарашасы, шілдесі
_WORDS = re.compile(r"\d+|[^\W\d_]+")
_YEAR_WORD = re.compile(r"(?<=\d) ?(?:г|ж)\.?\Z", re.IGNORECASE)
_DASHES = "-‐‑‒–—−"
_CUT = re.compile(rf" ?[{_DASHES}] ?| ")
"""What may stand between the days of a period."""
_LONGEST = 60
_OLDEST = 70  # years: what lies further back is implausible (contract, `implausible-date`)


@dataclass(frozen=True)
class WrittenDay:
    """A day, or a month or a year alone: `2018-09-01`, `2018-09`, `2018`.

    `timed`: a time of day stood with it; `zoned`: it is a point of time in some time zone,
    and the day is the one in Almaty.
    """

    text: str
    timed: bool = False
    zoned: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is a day, and not a month or a year."""
        return len(self.text) == 10


def written_day(text: str, *, month_first: bool | None = None) -> WrittenDay:
    """The day that a text names; Unresolved says why it names none.

    `month_first` says which of two numbers is the month, where the text itself does not.
    """
    stripped = _YEAR_WORD.sub("", _folded(text))
    if len(stripped) > _LONGEST:
        raise Unresolved("date-form")
    if moment := _MOMENT.fullmatch(stripped):
        return _moment(moment, month_first)
    return WrittenDay(_day(stripped, month_first))


def written_end(text: str, *, is_first: bool, month_first: bool | None = None) -> WrittenDay:
    """The first or the last day of a period, with the word that belongs to it or without.

    Unresolved where the word (“до”, “дейін”, “until”) leaves open whether the day itself counts.
    """
    folded = _folded(text)
    if not is_first and (before := _beside("period-until", folded)):
        day = written_day(before, month_first=month_first)
        if not day.whole:
            return day
        last = date.fromisoformat(day.text)
        try:
            earlier = (last - timedelta(days=1)).isoformat()
        except OverflowError as error:
            raise Unresolved("date-impossible") from error
        raise Unresolved("date-until", days=f"{earlier}, {day.text}", day=day.text)
    own = _beside("period-from" if is_first else "period-to", folded)
    return written_day(own or text, month_first=month_first)


def written_period(
    text: str, is_ongoing: Callable[[str], bool], *, month_first: bool | None = None
) -> tuple[WrittenDay, WrittenDay | None]:
    """The first and the last day of a period, such as “с 01.09.2018 по 31.08.2021”.

    The last is None where `is_ongoing` says so of the text in its place. Unresolved where the text
    can be cut into two days nowhere, or in several ways: a hyphen may stand within a day too.
    """
    folded = _folded(text, "period-form")
    periods = {}
    fault = Unresolved("period-form")
    for cut in _CUT.finditer(folded):
        first, last = folded[: cut.start()].removesuffix(","), folded[cut.end() :]
        end = _beside("period-to", last)
        goes_on = is_ongoing(last) or is_ongoing(end)
        is_worded = end or _beside("period-until", last)
        if not (cut[0].strip() or is_worded or (goes_on and _beside("period-from", first))):
            continue  # a blank alone stands within a day
        try:
            begun = written_end(first, is_first=True, month_first=month_first)
            ended = None
            if not goes_on:
                ended = written_end(last, is_first=False, month_first=month_first)
        except Unresolved as error:
            fault = error if error.key != "date-form" else fault
            continue
        if begun.whole and (ended is None or ended.whole):
            periods[begun.text, ended and ended.text] = begun, ended
        else:
            fault = Unresolved("date-partial")
    if len(periods) != 1:
        raise Unresolved("period-form") if periods else fault
    return next(iter(periods.values()))


def _folded(text: str, key: str = "date-form") -> str:
    """A text with one blank for each white space; Unresolved where it is longer than a period."""
    folded = " ".join(text.split())
    if len(folded) > 3 * _LONGEST:
        raise Unresolved(key)
    return folded


def _beside(key: str, text: str) -> str:
    """What stands with a word or an ending such as “по …”, “…-ден”; nothing where neither does."""
    matches = (form.fullmatch(text) for form in _worded(key))
    return next((match["rest"] for match in matches if match), "")


@cache
def _worded(key: str) -> tuple[re.Pattern[str], ...]:
    forms = [form.partition("…") for lang in LANGUAGES for form in variants(key, lang)]
    return tuple(
        re.compile(rf"{re.escape(before)}(?P<rest>.+?)[{_DASHES} ]*{re.escape(after)}", re.I)
        for before, _, after in forms
        if before or after
    )


@cache
def almaty() -> ZoneInfo:
    """Almaty's time zone, which was another one before March 2024."""
    return ZoneInfo("Asia/Almaty")


def _moment(match: re.Match[str], month_first: bool | None) -> WrittenDay:
    day = _day(match["day"], month_first)
    if len(day) < 10:
        raise Unresolved("date-form")
    timed = bool(match["time"].strip("0:.,"))
    if not match["zone"]:
        return WrittenDay(day, timed=timed)
    clock = match["time"].replace(",", ".").zfill(len(match["time"]) + match["time"].find(":") % 2)
    try:
        instant = datetime.fromisoformat(f"{day}T{clock}{match['zone']}")
        there = instant.astimezone(almaty()).date().isoformat()
        return WrittenDay(there, timed=timed, zoned=timed or there != day)
    except (ValueError, OverflowError) as error:
        raise Unresolved("date-impossible") from error


def _day(text: str, month_first: bool | None) -> str:
    if match := _YEAR_FIRST.fullmatch(text):
        return _written(int(match[1]), _number(match[3]), _number(match[4]))
    if match := _YEAR_LAST.fullmatch(text):
        left, separator, right, year = match.groups()
        if not left and len(year) == 2:
            raise Unresolved("date-form")
        is_dotted = separator == "."
        return _numbers(_number(left), int(right), _century(year), is_dotted, month_first)
    return _words(text)


def _numbers(
    left: int | None, right: int, year: int, is_dotted: bool, month_first: bool | None
) -> str:
    """The day of numbers with the year last; with full stops the day stands first."""
    if left is None or left == right or is_dotted:
        return _written(year, right, left)
    if month_first is None:
        month_first = True if right > 12 else False if left > 12 else None
    if month_first is None:
        day, other = _written(year, right, left), _written(year, left, right)
        raise Unresolved("date-ambiguous", days=f"{day}, {other}")
    return _written(year, left, right) if month_first else _written(year, right, left)


def _century(text: str) -> int:
    """A year, with its century where in the other one no work can lie that counts today."""
    if len(text) == 4:
        return int(text)
    now = datetime.now(almaty()).year
    possible = [y for y in (1900 + int(text), 2000 + int(text)) if now - _OLDEST <= y <= now + 10]
    if len(possible) != 1:
        years = ", ".join(str(century + int(text)) for century in (1900, 2000))
        raise Unresolved("date-century", years=years)
    return possible[0]


def _words(text: str) -> str:
    """A day with its month in words: one year, one month, and one day or none."""
    words = [word for word in _WORDS.findall(normal(text)) if word not in spellings("word-of-date")]
    months = [month for word in words if (month := _month(word))]
    numbers = [word for word in words if word.isdecimal()]
    years = [int(word) for word in numbers if len(word) == 4]
    days = [int(word) for word in numbers if len(word) < 3]
    if len(years) == 1 and len(months) + len(numbers) == len(words):
        if len(months) == 1 and len(days) <= 1 and len(numbers) == 1 + len(days):
            return _written(years[0], months[0], days[0] if days else None)
        if not months and numbers == words and len(words) == 1:
            return _written(years[0], None, None)  # 2018 г.
    raise Unresolved("date-form")


def _month(word: str) -> int | None:
    """The month of a name, or of what a name of one month only begins with."""
    numbers = {n for name, n in months().items() if len(word) > 2 and name.startswith(word)}
    return numbers.pop() if len(numbers) == 1 else None


@cache
def months() -> dict[str, int]:
    """The names of the months, whole, short and in the Kazakh possessive, in our languages."""
    from babel.dates import get_month_names

    named = {
        normal(name).rstrip("."): number
        for lang in LANGUAGES
        for width in ("abbreviated", "wide")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context, lang).items()
    }
    # "2018 жылдың 1 қыркүйегі": the month that the year has, which CLDR does not give
    kazakh = get_month_names("wide", "stand-alone", "kk")
    stems = [(number, re.sub("к$", "г", normal(name))) for number, name in kazakh.items()]
    return named | {stem + end: number for number, stem in stems for end in _POSSESSIVE}


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _written(year: int, month: int | None, day: int | None) -> str:
    try:
        whole = date(year, month or 1, day or 1).isoformat()
    except ValueError as error:
        raise Unresolved("date-impossible") from error
    return whole if day else whole[:7] if month else whole[:4]
