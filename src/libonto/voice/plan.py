"""A plan in words, as a document and as a JSON object."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from libonto.graph.terms import slug_of
from libonto.profile.model import Credential, Employment
from libonto.verdict.assumptions import Assumptions, described
from libonto.verdict.model import Finding, Status
from libonto.verdict.plan import (
    Accepted,
    DiplomaLack,
    LearnLack,
    LevelPlan,
    ObtainLack,
    Plan,
    Resumption,
    StatusChange,
    TimeLack,
    Way,
)
from libonto.verdict.service import Span
from libonto.voice.assessment import checklist, section, to_bring
from libonto.voice.document import (
    Block,
    Document,
    Heading,
    Paragraph,
    bullets,
)
from libonto.voice.explanation import robustness_object
from libonto.voice.json import subject
from libonto.voice.reading_words import robustness_text
from libonto.voice.report import made_by
from libonto.voice.words import Words, lowered, raised, stopped


@dataclass(frozen=True)
class PlanAnswer:
    """A plan, limited to the categories `wanted` (IRIs); `changed` is what is assumed to change."""

    plan: Plan
    wanted: Sequence[str]
    assumptions: Assumptions = field(default_factory=Assumptions)
    changed: Sequence[StatusChange] = ()


def plans(answers: Sequence[PlanAnswer], words: PlanWords) -> Document:
    """A section for each plan: the verdict, the next change, then level by level what lacks."""
    sections = [
        section(a, words, _blocks(each, words), facts=[words.service(a)])
        for each in answers
        for a in [each.plan.assessment]
    ]
    return Document(words.lang, words.say("plan.title"), tuple(sections), made_by(words))


def _blocks(answer: PlanAnswer, words: PlanWords) -> Iterator[Block]:
    plan = answer.plan
    if answer.assumptions:
        yield Heading(words.say("plan.assumed"))
        yield bullets(words.assumed(answer.assumptions, plan.assessment.on), "+")
        key = "assumed-changes" if answer.changed else "assumed-nothing"
        yield Paragraph(words.say(f"plan.{key}") + (":" if answer.changed else ""))
        yield bullets(map(words.change, answer.changed))
    yield Heading(words.say("plan.next"))
    if not plan.moments:
        yield Paragraph(words.say("plan.next-none"))
    for moment in plan.moments:
        yield Heading(words.day(moment.on), 3)
        yield bullets(map(words.change, moment.changes))
    yield from to_bring(plan.assessment, words)
    above: dict[str, set[str]] = {}
    for level in plan.levels:
        if level.verdict.iri in answer.wanted:
            below = level.verdict.inherits or ""
            yield from _level(level, words, above.get(below, set()), plan.assessment.on)
            above[level.verdict.iri] = set(level.verdict.unmet)


def _level(level: LevelPlan, words: PlanWords, above: set[str], on: date) -> Iterator[Block]:
    """One level; the requirements `above` are named there and are not named again."""
    status = level.verdict.status
    label = words.label(level.verdict.iri)
    yield Heading(f"{label} — {words.category_status(status)}", status=status)
    if status is not Status.MET:
        if above and level.verdict.inherits:
            below = words.label(level.verdict.inherits)
            yield bullets([words.say("plan.as-below", category=below)])
        for key, wording in words.lacks(level, above):
            yield Heading(words.say(f"plan.{key}"), 3)
            yield bullets(wording)
        yield Heading(words.say("plan.way"), 3)
        yield bullets([words.way(level, on)], "→")
    yield Heading(words.say("readings.robustness"), 3)
    yield bullets(robustness_text(level.robustness, words))


def plan_object(answer: PlanAnswer, words: PlanWords) -> dict[str, Any]:
    """The object of one plan."""
    plan, a = answer.plan, answer.plan.assessment
    slugs = {category.iri: category.slug for category in a.categories}
    moments = [
        {"on": moment.on.isoformat(), "changes": [_change(c, slugs) for c in moment.changes]}
        for moment in plan.moments
    ]
    return {
        **subject(a, words),
        "service": _span(a.service),
        "readings": dict(a.readings),
        "highest": dict(a.highest),
        "assumed": words.assumed(answer.assumptions, a.on),
        "assumptionsChange": [_change(c, slugs) for c in answer.changed],
        "next": moments[0] if moments else None,
        "moments": moments,
        "levels": [
            _level_object(p, plan, words) for p in plan.levels if p.verdict.iri in answer.wanted
        ],
        "bring": [
            {
                "document": each.document,
                "label": words.label(each.document),
                "requirements": list(each.requirements),
                "items": list(each.items),
            }
            for each in checklist(a, words)
        ],
        "claims": words.say("report.claims"),
    }


def _change(change: StatusChange, slugs: dict[str, str]) -> dict[str, str]:
    return {
        "category": slugs[change.category],
        "before": str(change.before),
        "after": str(change.after),
    }


def _level_object(level: LevelPlan, plan: Plan, words: PlanWords) -> dict[str, Any]:
    met = level.verdict.status is Status.MET
    return {
        "category": level.verdict.slug,
        "iri": level.verdict.iri,
        "label": words.label(level.verdict.iri),
        "status": str(level.verdict.status),
        "time": [_time(lack, words) for lack in level.time],
        "learn": [_learn(lack, words) for lack in level.learn],
        "diploma": [_diploma(lack, words) for lack in level.diploma],
        **({"obtain": [_obtain(o, words) for o in level.obtain]} if level.obtain else {}),
        "shortestWay": None if met else _way(level, plan, words),
        "robustness": {
            **robustness_object(level.robustness),
            "said": robustness_text(level.robustness, words),
        },
    }


def _lack(finding: Finding, clause: str, words: PlanWords) -> dict[str, Any]:
    return {
        "requirement": finding.requirement.iri,
        "label": words.label(finding.requirement.iri),
        "status": str(finding.status),
        "clause": clause,
    }


def _time(lack: TimeLack, words: PlanWords) -> dict[str, Any]:
    return {
        **_lack(lack.finding, lack.clause.id, words),
        "on": _day(lack.on),
        "resume": _resumption(lack.resumption),
        "said": words.time(lack),
    }


def _learn(lack: LearnLack, words: PlanWords) -> dict[str, Any]:
    return {
        **_lack(lack.finding, lack.clause.id, words),
        "anyOf": [slug_of(item) for item in lack.items],
        "actsInForce": list(lack.acts),
        "said": words.learn(lack),
    }


def _diploma(lack: DiplomaLack, words: PlanWords) -> dict[str, Any]:
    return {
        **_lack(lack.finding, lack.clause.id, words),
        **_any_of(lack.accepted),
        "mayBeStatedMoreNarrowly": "field" in lack.finding.doubts,
        "said": words.diploma(lack),
    }


def _obtain(lack: ObtainLack, words: PlanWords) -> dict[str, Any]:
    return {
        **_lack(lack.finding, lack.clause.id, words),
        "kind": lack.kind,
        "anyOf": [slug_of(thing) for thing in lack.things],
        "said": words.obtain(lack),
    }


def _way(level: LevelPlan, plan: Plan, words: PlanWords) -> dict[str, Any]:
    way: Way = level.way
    return {
        "learn": [slug_of(item) for item in way.learn],
        "diplomas": [_accepted(diploma) for diploma in way.diplomas],
        **({"obtain": [list(map(slug_of, o.things)) for o in way.obtain]} if way.obtain else {}),
        "resume": _resumption(way.resumption),
        "on": _day(way.on),
        "said": words.way(level, plan.assessment.on),
    }


def _accepted(accepted: Accepted) -> dict[str, list[str]]:
    return {
        "levels": [slug_of(level) for level in accepted.levels],
        "fields": [slug_of(field) for field in accepted.fields],
    }


def _any_of(ways: Sequence[Accepted]) -> dict[str, Any]:
    return _accepted(ways[0]) if len(ways) == 1 else {"anyOf": [_accepted(way) for way in ways]}


def _resumption(resumption: Resumption | None) -> dict[str, Any] | None:
    if resumption is None:
        return None
    return {
        "positions": [slug_of(position) for position in resumption.positions],
        "employmentEndsOn": _day(resumption.after),
        "start": resumption.start.isoformat(),
        "on": _day(resumption.on),
        "lacking": _span(resumption.lacking),
    }


def _span(span: Span) -> dict[str, int]:
    return {"years": span.years, "months": span.months, "days": span.days}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


class PlanWords(Words):
    """Says what lacks, what brings it and when."""

    def change(self, change: StatusChange) -> str:
        """A category's status before and after."""
        return self.say(
            "plan.change",
            category=self.label(change.category),
            before=self.category_status(change.before),
            after=self.category_status(change.after),
        )

    def assumed(self, assumptions: Assumptions, on: date) -> list[str]:
        """What is assumed."""
        return [self._assumption(part, on) for _, part in described(assumptions)]

    def _assumption(self, part: Credential | Employment | str, on: date) -> str:
        if isinstance(part, str):
            return self.label(part)
        if isinstance(part, Credential):
            return self.credential(part, on)
        position, start = self.label(part.position), self.day(part.started)
        if part.ended is None:
            return self.say("plan.assumed-open", position=position, start=start)
        end = self.day(part.ended)
        return self.say("plan.assumed-employment", position=position, start=start, end=end)

    def lacks(self, level: LevelPlan, above: Container[str]) -> Iterator[tuple[str, list[str]]]:
        """What lacks, by what brings it: `time`, `learn`, `diploma`, `obtain`.

        Requirements whose IRIs are in `above` are left out.
        """
        lacks = [
            *(("time", lack.finding, self.time(lack)) for lack in level.time),
            *(("learn", lack.finding, self.learn(lack)) for lack in level.learn),
            *(("diploma", lack.finding, self.diploma(lack)) for lack in level.diploma),
            *(("obtain", lack.finding, self.obtain(lack)) for lack in level.obtain),
        ]
        for key in ("time", "learn", "diploma", "obtain"):
            found = [text for k, f, text in lacks if k == key and f.requirement.iri not in above]
            if found:
                yield key, found

    def time(self, lack: TimeLack) -> str:
        """When time brings a requirement, or what to do where it does not."""
        requirement = f"{self.label(lack.finding.requirement.iri)} [{lack.clause.id}]"
        if lack.on is not None:
            return self.say("plan.time-on", requirement=requirement, date=self.day(lack.on))
        resumption = lack.resumption
        if resumption is None:
            return f"{requirement}: {self.say('report.earliest-unknown')}."
        if resumption.after is not None:
            ends = self.day(resumption.after)
            wording = self.say("plan.time-ends", requirement=requirement, date=ends)
        else:
            wording = self.say("plan.time-never", requirement=requirement)
        return f"{wording} {self.resumption(resumption)}"

    def resumption(self, resumption: Resumption) -> str:
        """What follows if work is resumed."""
        if resumption.on is None:
            return self.say("plan.resume-never")
        return self.say(
            "plan.resume",
            positions=self.positions(resumption),
            start=self.day(resumption.start),
            date=self.day(resumption.on),
            span=self.span(resumption.lacking),
        )

    def positions(self, resumption: Resumption) -> str:
        """The posts that count, as alternatives."""
        return self.listed([self.quoted(self.label(p)) for p in resumption.positions], "or")

    def learn(self, lack: LearnLack) -> str:
        """The items, any one of which is enough, with the clause."""
        labels = [self.label(item) for item in lack.items]
        wording = "; ".join(labels)
        if len(labels) > 1:
            wording = self.say("plan.learn-any", items=wording)
        acts = [self.say("plan.learn-act", act=self.label(act)) for act in lack.acts]
        return "; ".join([f"{wording} [{lack.clause.id}]", *acts])

    def diploma(self, lack: DiplomaLack) -> str:
        """Which credentials do, with the clause."""
        ways = self.listed([self.fits(way) for way in lack.accepted], "or")
        doubts = " ".join(self.doubts(lack.finding))
        return ". ".join(filter(None, [f"{raised(ways)} [{lack.clause.id}]", doubts]))

    def obtain(self, lack: ObtainLack) -> str:
        """Which category or document does, with the clause."""
        return f"{raised(self._things(lack))} [{lack.clause.id}]"

    def _things(self, lack: ObtainLack) -> str:
        return self.listed([lowered(self.label(thing)) for thing in lack.things], "or")

    def fits(self, accepted: Accepted) -> str:
        """Levels and fields that go together."""
        return self.say(
            "plan.diploma-fits",
            levels=self.listed([lowered(self.label(level)) for level in accepted.levels], "or"),
            fields=self.listed([lowered(self.label(field)) for field in accepted.fields], "or"),
        )

    def way(self, level: LevelPlan, on: date) -> str:
        """The steps, one after the other, and the day on which they lead to the level."""
        way = level.way
        steps = []
        if way.learn:
            items = ", ".join(self.label(item) for item in way.learn)
            steps.append(self.say("plan.way-learn", count=len(way.learn), items=items))
        waits = any("unrecognised" in lack.finding.doubts for lack in level.diploma)
        key = "plan.way-recognition" if waits else "plan.way-diploma"
        steps += [self.say(key, diploma=self.fits(d)) for d in way.diplomas]
        steps += [
            self.say(f"plan.way-obtain-{lack.kind}", things=self._things(lack))
            for lack in way.obtain
        ]
        if way.resumption:
            start = self.day(way.resumption.start)
            positions = self.positions(way.resumption)
            steps.append(self.say("plan.way-service", positions=positions, start=start))
        if way.on is None:
            steps.append(self.say("plan.way-unknown"))
        elif way.on <= on:
            steps.append(self.say("plan.way-now"))
        elif steps:
            steps.append(self.say("plan.way-on", date=self.day(way.on)))
        else:
            steps.append(self.say("plan.way-wait", date=self.day(way.on)))
        return raised(stopped("; ".join(steps)))
