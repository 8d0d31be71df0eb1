"""Lean JSON lines: what an answer says in slugs, days and numbers (contract, “Command line”).

What a set of failed shapes means is written once, as a template, and filled in for each
candidate. The whole object, with sentences and clauses, is `full.Objects`.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, NamedTuple

from libonto.batch.judge import BatchJudge
from libonto.profile.brief import UNDATED, Brief
from libonto.verdict.model import Notice
from libonto.verdict.notices import LONGEST_WORKING_LIFE, profile_notices, used_edition
from libonto.verdict.outlines import Outline, Verdict
from libonto.verdict.service import Span
from libonto.voice.json import edition_object, notice_facts

_REMEMBERED = 50_000
_HOLE = "\0"


def lean_notice(notice: Notice) -> dict[str, Any]:
    """A notice's kind, and what it is about."""
    return dict(list(notice_facts(notice).items())[:2])


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Template(NamedTuple):
    """A line with holes; which days fill it (`Verdict.days`), and which tally (None: no service).

    `comma` is the length of the comma before the candidate's own notices, where it must go.
    """

    text: str
    needs: list[int]
    comma: int


class LeanObjects:
    """Writes a line of JSON for each candidate."""

    def __init__(self, judge: BatchJudge) -> None:
        """Take who judges; there is no template yet."""
        self._judge = judge
        self._templates: dict[tuple[Outline, int | None], _Template] = {}
        self._days: dict[int | None, str] = {None: "null"}
        self._spans: dict[Span, str] = {}
        self._notices: dict[tuple[bool, ...], str] = {}
        on = judge.inquiry.on
        self._implausible = date(max(on.year - LONGEST_WORKING_LIFE, 1), 1, 1).toordinal() + 365

    def of(self, brief: Brief, verdict: Verdict, place: int | None) -> bytes:
        """The line of one candidate; `place` is that of the category asked for."""
        key = (verdict.outline, place)
        template = self._templates.get(key) or self._remember(brief, *key)
        days = [self._day(day) for day in verdict.days]
        filled = template.text % (
            json.dumps(brief.iri, ensure_ascii=False),
            json.dumps(brief.name, ensure_ascii=False) if brief.name else "null",
            self._span(verdict.service),
            *[days[need] for need in template.needs],
            self._own_notices(brief)[template.comma :],
        )
        return filled.encode()

    def _remember(self, brief: Brief, outline: Outline, place: int | None) -> _Template:
        judge = self._judge
        outlines = judge.outlines(judge.position(brief.applies_for))
        positions, on = judge.assessor.positions, judge.inquiry.on
        shared = judge.notices(judge.position(brief.applies_for))
        target = outline.categories[outline.target if place is None else place]
        line: dict[str, Any] = {
            "candidate": _HOLE,
            "name": _HOLE,
            "position": outline.position,
            "assessedOn": on.isoformat(),
            "edition": edition_object(used_edition(positions.editions, outlines.rules.edition, on)),
            "readings": {name: option.name for name, option in judge.choices.items()},
            "service": _HOLE,
            "highest": dict(outline.highest),
            "target": target.slug,
            "categories": [
                {
                    "category": category.slug,
                    "status": str(category.status),
                    "gaps": list(category.unmet),
                    "earliestOn": _HOLE,
                    "dependsOnReadings": list(category.readings),
                }
                for category in outline.categories
            ],
            "notices": [lean_notice(notice) for notice in shared],
        }
        text = _text(line).replace("%", "%%").replace(json.dumps(_HOLE), "%s")
        text = text.removesuffix("]}") + "%s]}\n"
        if len(self._templates) >= _REMEMBERED:
            self._templates.clear()
        needs = [category.need for category in outline.categories]
        made = _Template(text, needs, 0 if shared else 1)
        self._templates[outline, place] = made
        return made

    def _day(self, day: int | None) -> str:
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= _REMEMBERED:
                self._days = {None: "null"}
            assert day is not None  # null is known
            found = self._days[day] = f'"{date.fromordinal(day).isoformat()}"'
        return found

    def _span(self, span: Span) -> str:
        found = self._spans.get(span)
        if found is None:
            if len(self._spans) >= _REMEMBERED:
                self._spans.clear()
            value = {"years": span.years, "months": span.months, "days": span.days}
            found = self._spans[span] = _text(value)
        return found

    def _own_notices(self, brief: Brief) -> str:
        """The notices on what a profile states, each with a comma before it."""
        undated = tuple([day == UNDATED for _, _, day in brief.credentials])
        early = any(start < self._implausible for _, start, _ in brief.employments)
        if not early and not any(undated):
            return ""
        found = None if early else self._notices.get(undated)
        if found is None:
            notices = profile_notices(brief.candidate(), self._judge.inquiry.on)
            found = "".join(f",{_text(lean_notice(notice))}" for notice in notices)
            if not early and len(self._notices) < _REMEMBERED:
                self._notices[undated] = found
        return found
