"""A row for each candidate and level: the lines of CSV, and what Parquet is made of.

What a set of failed shapes means is written once, as a template; only the candidate and the
days are filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from operator import itemgetter

from libonto.batch.judge import BatchJudge
from libonto.graph.terms import slug_of
from libonto.profile.brief import Brief
from libonto.profile.interchange.sheets import escaped
from libonto.verdict.outlines import Outline, Verdict

COLUMNS = (
    "candidate",
    "name",
    "position",
    "category",
    "status",
    "earliestOn",
    "gaps",
    "dependsOnReadings",
    "asked",
    "target",
    "edition",
    "readings",
)
SEPARATOR = ";"
"""Between the gaps, and between the readings, of one row; `readings` are the options that were
chosen and are not the default, as `NAME=OPTION`."""
_REMEMBERED = 50_000
_HERE = "\0"


class Rows:
    """Writes the rows of candidates."""

    def __init__(self, judge: BatchJudge) -> None:
        """Take who judges; there is no template yet."""
        self._judge = judge
        self._templates: dict[tuple[Outline, int | None], tuple[str, Days]] = {}
        self._days: dict[int | None, str] = {None: ""}
        self._chosen = SEPARATOR.join(
            f"{reading.name}={judge.choices[reading.name].name}"
            for reading in judge.assessor.readings.all
            if judge.choices[reading.name] != reading.default
        )
        rules = [judge.rules(position) for position in judge.positions]
        self._editions = {r.slug: slug_of(r.edition.iri) if r.edition else "" for r in rules}

    @staticmethod
    def heading() -> str:
        """The first line."""
        return ",".join(COLUMNS) + "\n"

    def of(self, brief: Brief, verdict: Verdict, place: int | None) -> bytes:
        """The lines of one candidate; `place` is that of the category asked for."""
        key = (verdict.outline, place)
        known = self._templates.get(key)
        if known is None:
            known = self._remember(key)
        template, days = known
        texts = self._days
        try:
            filled = template % days([texts[day] for day in verdict.days])
        except KeyError:
            filled = template % days([self._day(day) for day in verdict.days])
        name = brief.name
        if name and not name.isalpha():
            name = _quoted(escaped(name))
        iri = brief.iri
        if "," in iri:
            iri = _quoted(iri)
        return filled.replace(_HERE, f"{iri},{name}").encode()

    def _day(self, day: int | None) -> str:
        if day not in self._days:
            if len(self._days) >= _REMEMBERED:
                self._days = {None: ""}
            self._days[day] = "" if day is None else date.fromordinal(day).isoformat()
        return self._days[day]

    def _remember(self, key: tuple[Outline, int | None]) -> tuple[str, Days]:
        outline, place = key
        target = outline.target if place is None else place
        edition = self._editions.get(outline.position, "")
        lines = [
            ",".join(
                (
                    _HERE,
                    outline.position,
                    category.slug,
                    category.status,
                    "%s",
                    SEPARATOR.join(category.unmet),
                    SEPARATOR.join(category.readings),
                    "true" if number == place else "false",
                    "true" if number == target else "false",
                    edition,
                    self._chosen,
                )
            )
            for number, category in enumerate(outline.categories)
        ]
        if len(self._templates) >= _REMEMBERED:
            self._templates.clear()
        made = "\n".join(lines) + "\n", _picker([c.need for c in outline.categories])
        self._templates[key] = made
        return made


Days = Callable[[list[str]], tuple[str, ...]]


def _picker(needs: list[int]) -> Days:
    if len(needs) == 1:
        return lambda days: (days[needs[0]],)
    picked: Days = itemgetter(*needs)
    return picked


def _quoted(text: str) -> str:
    """A cell of CSV (RFC 4180)."""
    if any(sign in text for sign in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


def line(cells: Iterable[str]) -> str:
    """A line of CSV whose cells no spreadsheet takes for formulas."""
    return ",".join(_quoted(escaped(cell)) for cell in cells) + "\n"
