"""A plan as text: the verdict, the next change, then level by level what lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from libonto.verdict.assumptions import Assumptions
from libonto.verdict.model import Status
from libonto.verdict.plan import LevelPlan, Plan, StatusChange
from libonto.voice.page import MARKS, Page
from libonto.voice.plan_words import PlanWords
from libonto.voice.reading_words import robustness_said


@dataclass(frozen=True)
class PlanText:
    """Writes one plan; `wanted` are the IRIs of the categories that are told of.

    `changed` is what the assumptions change, where there are any.
    """

    plan: Plan
    words: PlanWords
    wanted: Sequence[str]
    assumptions: Assumptions = field(default_factory=Assumptions)
    changed: Sequence[StatusChange] = ()
    page: Page = field(default_factory=Page)

    def __str__(self) -> str:
        """The whole page, ending in a line end."""
        levels = [level for level in self.plan.levels if level.verdict.iri in self.wanted]
        told: dict[str, set[str]] = {}
        sections = [self._head(), self._assumed(), self._next()]
        for level in levels:
            below = level.verdict.inherits
            sections.append(self._level(level, told.get(below or "", set())))
            told[level.verdict.iri] = set(level.verdict.unmet)
        shown = [lines for lines in map(list, sections) if lines]
        return "\n\n".join("\n".join(lines) for lines in shown) + "\n"

    def _head(self) -> Iterator[str]:
        a, words = self.plan.assessment, self.words
        asked = self.wanted[0] if len(self.wanted) == 1 else None
        met = any(a.highest.values()) if asked is None else a.category(asked).status is Status.MET
        yield from self.page.wrap(words.verdict(a, asked), "met" if met else "not-met")
        yield ""
        who = " · ".join(filter(None, [a.candidate.name, a.candidate.iri]))
        yield from self.page.wrap(who, "strong")
        yield from self.page.wrap(f"{words.label(a.rules.iri)} · {words.day(a.on)}", "faint")
        yield from self.page.wrap(f"{words.say('report.service')}: {words.span(a.service)}")

    def _assumed(self) -> Iterator[str]:
        words = self.words
        if not self.assumptions:
            return
        yield self.page.style(words.say("plan.assumed"), "strong")
        for said in words.assumed(self.assumptions, self.plan.assessment.on):
            yield from self.page.hang("  + ", 4, said)
        if not self.changed:
            yield from self.page.wrap(words.say("plan.assumed-nothing"), indent=2)
            return
        yield "  " + words.say("plan.assumed-changes") + ":"
        for change in self.changed:
            yield from self.page.hang("  · ", 4, words.change(change))

    def _next(self) -> Iterator[str]:
        words = self.words
        yield self.page.style(words.say("plan.next"), "strong")
        if not self.plan.moments:
            yield from self.page.wrap(words.say("plan.next-none"), indent=2)
        for moment in self.plan.moments:
            yield f"  {words.day(moment.on)}"
            for change in moment.changes:
                yield from self.page.hang("    · ", 6, words.change(change))

    def _level(self, level: LevelPlan, told: set[str]) -> Iterator[str]:
        """One level; `told` are the requirements told of below it, which are not told again."""
        words, status = self.words, level.verdict.status
        head = f"{MARKS[status]} {words.label(level.verdict.iri)} — {words.status(status)}"
        yield from self.page.wrap(head, str(status))
        if status is Status.MET:
            yield from self._robust(level)
            return
        if told and level.verdict.inherits:
            below = words.label(level.verdict.inherits)
            yield from self.page.hang("    · ", 6, words.say("plan.as-below", category=below))
        for key, said in words.lacks(level, told):
            yield "  " + self.page.style(words.say(f"plan.{key}"), "strong")
            for line in said:
                yield from self.page.hang("    · ", 6, line)
        yield "  " + self.page.style(words.say("plan.way"), "strong")
        yield from self.page.hang("    → ", 6, words.way(level, self.plan.assessment.on))
        yield from self._robust(level)

    def _robust(self, level: LevelPlan) -> Iterator[str]:
        yield "  " + self.page.style(self.words.say("readings.robustness"), "strong")
        for said in robustness_said(level.robustness, self.words):
            yield from self.page.hang("    · ", 6, said)
