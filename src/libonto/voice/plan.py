"""A plan in words, as a document and as a JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from libonto.graph.terms import slug_of
from libonto.profile.model import Credential, Employment
from libonto.verdict.assumptions import Assumptions
from libonto.verdict.model import Status
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
)
from libonto.voice.assessment import checklist, section, to_bring
from libonto.voice.document import AnswerDocument, Block, Heading, Paragraph, bullets
from libonto.voice.explanation import robustness_object
from libonto.voice.json import iso, subject
from libonto.voice.report import made_by
from libonto.voice.words import Words, lowered, raised, stopped

Lack = TimeLack | LearnLack | DiplomaLack | ObtainLack


def plans(candidates: Sequence[Plan], words: PlanWords) -> AnswerDocument:
    """A section for each plan: the verdict, the next change, then level by level what lacks."""
    sections = [
        section(a, words, _blocks(plan, words), facts=[words.service(a)])
        for plan in candidates
        for a in [plan.assessment]
    ]
    return AnswerDocument(words.lang, words.say("plan.title"), sections, made_by(words))


def _blocks(plan: Plan, words: PlanWords) -> Iterator[Block]:
    on = plan.assessment.on
    if plan.assumptions:
        yield Heading(words.say("plan.assumed"))
        yield bullets(words.assumed(plan.assumptions, on), "+")
        key = "assumed-changes" if plan.changed else "assumed-nothing"
        yield Paragraph(words.say(f"plan.{key}") + (":" if plan.changed else ""))
        yield bullets(map(words.change, plan.changed))
    yield Heading(words.say("plan.next"))
    if not plan.moments:
        yield Paragraph(words.say("plan.next-none"))
    for moment in plan.moments:
        yield Heading(words.day(moment.on), 3)
        yield bullets(map(words.change, moment.changes))
    yield from to_bring(plan.assessment, words)
    above: dict[str, set[str]] = {}
    for level in plan.levels:
        if level.verdict.iri in plan.categories:
            below = level.verdict.inherits or ""
            yield from _level(level, words, above.get(below, set()), on)
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
        for key, members in lacks(level).items():
            own = [lack for lack in members if lack.finding.requirement.iri not in above]
            if own:
                yield Heading(words.say(f"plan.{key}"), 3)
                yield bullets(map(words.lack, own))
        yield Heading(words.say("plan.way"), 3)
        yield bullets([words.way(level, on)], "→")
    yield Heading(words.say("readings.robustness"), 3)
    yield bullets(words.robustness(level.robustness))


def lacks(level: LevelPlan) -> dict[str, Sequence[Lack]]:
    """What lacks for a level, by what brings it."""
    return {
        "time": level.time,
        "learn": level.learn,
        "diploma": level.diploma,
        "obtain": level.obtain,
    }


def plan_object(plan: Plan, words: PlanWords) -> dict[str, Any]:
    """The object of one plan."""
    a = plan.assessment

    def changes(status_changes: Sequence[StatusChange]) -> list[dict[str, str]]:
        return [
            {"category": a.rules.slugs[c.category], "before": c.before, "after": c.after}
            for c in status_changes
        ]

    moments = [{"on": m.on.isoformat(), "changes": changes(m.changes)} for m in plan.moments]
    return {
        **subject(a, words),
        "service": a.service._asdict(),
        "readings": dict(a.readings),
        "highest": dict(a.highest),
        "assumed": words.assumed(plan.assumptions, a.on),
        "assumptionsChange": changes(plan.changed),
        "next": moments[0] if moments else None,
        "moments": moments,
        "levels": [
            _level_object(level, words, a.on)
            for level in plan.levels
            if level.verdict.iri in plan.categories
        ],
        "bring": [
            {
                "document": each.document,
                "label": words.label(each.document),
                "requirements": each.requirements,
                "items": each.items,
            }
            for each in checklist(a, words)
        ],
        "claims": words.say("report.claims"),
    }


def _level_object(level: LevelPlan, words: PlanWords, on: date) -> dict[str, Any]:
    verdict, way = level.verdict, level.way
    obtain = {"obtain": [_slugs(lack.things) for lack in way.obtain]} if way.obtain else {}
    steps = {
        "learn": _slugs(way.learn),
        "diplomas": list(map(_accepted, way.diplomas)),
        **obtain,
        "resume": _resumption(way.resumption),
        "on": iso(way.on),
        "said": words.way(level, on),
    }
    robustness = robustness_object(level.robustness)
    return {
        "category": verdict.slug,
        "iri": verdict.iri,
        "label": words.label(verdict.iri),
        "status": verdict.status,
        **{
            key: [_lack(lack, words) for lack in members]
            for key, members in lacks(level).items()
            if members or key != "obtain"
        },
        "shortestWay": None if verdict.status is Status.MET else steps,
        "robustness": {**robustness, "said": words.robustness(level.robustness)},
    }


def _lack(lack: Lack, words: PlanWords) -> dict[str, Any]:
    requirement, status = lack.finding.requirement.iri, lack.finding.status
    content: dict[str, Any] = {}
    match lack:
        case TimeLack():
            content = {"on": iso(lack.on), "resume": _resumption(lack.resumption)}
        case LearnLack():
            content = {"anyOf": _slugs(lack.items), "actsInForce": lack.acts}
        case DiplomaLack():
            ways = list(map(_accepted, lack.accepted))
            content = {**ways[0]} if len(ways) == 1 else {"anyOf": ways}
            content["mayBeStatedMoreNarrowly"] = "field" in lack.finding.doubts
        case ObtainLack():
            content = {"kind": lack.kind, "anyOf": _slugs(lack.things)}
    return {
        "requirement": requirement,
        "label": words.label(requirement),
        "status": status,
        "clause": lack.clause.id,
        **content,
        "said": words.lack(lack),
    }


def _slugs(iris: Sequence[str]) -> list[str]:
    return list(map(slug_of, iris))


def _accepted(accepted: Accepted) -> dict[str, list[str]]:
    return {"levels": _slugs(accepted.levels), "fields": _slugs(accepted.fields)}


def _resumption(resumption: Resumption | None) -> dict[str, Any] | None:
    if resumption is None:
        return None
    return {
        "positions": _slugs(resumption.positions),
        "employmentEndsOn": iso(resumption.after),
        "start": resumption.start.isoformat(),
        "on": iso(resumption.on),
        "lacking": resumption.lacking._asdict(),
    }


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
        """What is assumed, in the order of a profile."""
        parts: list[Credential | Employment | str]
        parts = [*assumptions.credentials, *assumptions.employments, *assumptions.knowledge]
        return [self._assumption(part, on) for part in parts]

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

    def lack(self, lack: Lack) -> str:
        """What brings a requirement, and when, with the clause that states it."""
        match lack:
            case TimeLack():
                return self._time(lack)
            case LearnLack():
                wording = "; ".join(map(self.label, lack.items))
                if len(lack.items) > 1:
                    wording = self.say("plan.learn-any", items=wording)
                acts = [self.say("plan.learn-act", act=self.label(act)) for act in lack.acts]
                return "; ".join([f"{wording} [{lack.clause.id}]", *acts])
            case DiplomaLack():
                ways = self.listed(list(map(self._fits, lack.accepted)), "or")
                doubts = " ".join(self.doubts(lack.finding))
                return ". ".join(filter(None, [f"{raised(ways)} [{lack.clause.id}]", doubts]))
            case ObtainLack():
                return f"{raised(self._any(lack.things))} [{lack.clause.id}]"

    def _time(self, lack: TimeLack) -> str:
        """When time brings a requirement, or what to do where it does not."""
        requirement = f"{self.label(lack.finding.requirement.iri)} [{lack.clause.id}]"
        if lack.on is not None:
            return self.say("plan.time-on", requirement=requirement, date=self.day(lack.on))
        resumption = lack.resumption
        if resumption is None:
            key = "unknown" if lack.finding.lacks_day else "open"
            return f"{requirement}: {self.say(f'report.earliest-{key}')}."
        if resumption.after is not None:
            ends = self.day(resumption.after)
            wording = self.say("plan.time-ends", requirement=requirement, date=ends)
        else:
            wording = self.say("plan.time-never", requirement=requirement)
        if resumption.on is None:
            return f"{wording} {self.say('plan.resume-never')}"
        follows = self.say(
            "plan.resume",
            positions=self._positions(resumption),
            start=self.day(resumption.start),
            date=self.day(resumption.on),
            span=self.span(resumption.lacking),
        )
        return f"{wording} {follows}"

    def _positions(self, resumption: Resumption) -> str:
        """The posts that count, as alternatives."""
        return self.listed([self.quoted(self.label(p)) for p in resumption.positions], "or")

    def _any(self, things: Sequence[str]) -> str:
        """Things, any one of which is enough, inside a sentence."""
        return self.listed([lowered(self.label(thing)) for thing in things], "or")

    def _fits(self, accepted: Accepted) -> str:
        """Levels and fields that go together."""
        levels, fields = self._any(accepted.levels), self._any(accepted.fields)
        return self.say("plan.diploma-fits", levels=levels, fields=fields)

    def way(self, level: LevelPlan, on: date) -> str:
        """The steps, one after the other, and the day on which they lead to the level."""
        way = level.way
        steps = []
        if way.learn:
            items = ", ".join(self.label(item) for item in way.learn)
            steps.append(self.say("plan.way-learn", count=len(way.learn), items=items))
        waits = any("unrecognised" in lack.finding.doubts for lack in level.diploma)
        key = "plan.way-recognition" if waits else "plan.way-diploma"
        steps += [self.say(key, diploma=self._fits(d)) for d in way.diplomas]
        steps += [
            self.say(f"plan.way-obtain-{lack.kind}", things=self._any(lack.things))
            for lack in way.obtain
        ]
        if way.resumption:
            start = self.day(way.resumption.start)
            positions = self._positions(way.resumption)
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
