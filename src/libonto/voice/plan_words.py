"""A plan in words, in one language."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import date

from libonto.profile.model import Credential, Employment
from libonto.verdict.assumptions import Assumptions, described
from libonto.verdict.credentials import Accepted
from libonto.verdict.plan import (
    DiplomaLack,
    LearnLack,
    LevelPlan,
    Resumption,
    StatusChange,
    TimeLack,
)
from libonto.voice.words import Words, lowered, raised, stopped


class PlanWords(Words):
    """Says what lacks, what brings it and when."""

    def change(self, change: StatusChange) -> str:
        """A category's status before and after."""
        return self.say(
            "plan.change",
            category=self.label(change.category),
            before=self.status(change.before),
            after=self.status(change.after),
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

    def lacks(self, level: LevelPlan, told: Container[str] = ()) -> Iterator[tuple[str, list[str]]]:
        """What lacks, by what brings it: `time`, `learn`, `diploma`.

        Requirements whose IRIs are in `told` are left out.
        """
        time = [self.time(k) for k in level.time if k.finding.requirement.iri not in told]
        learn = [self.learn(k) for k in level.learn if k.finding.requirement.iri not in told]
        diploma = [self.diploma(k) for k in level.diploma if k.finding.requirement.iri not in told]
        yield from ((key, said) for key, said in _keyed(time, learn, diploma) if said)

    def time(self, lack: TimeLack) -> str:
        """When time brings a requirement, or what to do where it does not."""
        requirement = f"{self.label(lack.finding.requirement.iri)} [{lack.clause.id}]"
        if lack.on is not None:
            return self.say("plan.time-on", requirement=requirement, date=self.day(lack.on))
        resumption = lack.resumption
        if resumption is None:
            return self.say("plan.time-never", requirement=requirement)
        if resumption.after is not None:
            ends = self.day(resumption.after)
            said = self.say("plan.time-ends", requirement=requirement, date=ends)
        else:
            said = self.say("plan.time-never", requirement=requirement)
        return f"{said} {self.resumption(resumption)}"

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
        said = "; ".join(labels)
        if len(labels) > 1:
            said = self.say("plan.learn-any", items=said)
        acts = [self.say("plan.learn-act", act=self.label(act)) for act in lack.acts]
        return "; ".join([f"{said} [{lack.clause.id}]", *acts])

    def diploma(self, lack: DiplomaLack) -> str:
        """Which credentials do, with the clause."""
        said = f"{raised(self.fits(lack.accepted))} [{lack.clause.id}]"
        return f"{said}. {self.say('plan.diploma-narrow')}" if lack.undecided else said

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
        steps += [self.say("plan.way-diploma", diploma=self.fits(d)) for d in way.diplomas]
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


def _keyed(
    time: list[str], learn: list[str], diploma: list[str]
) -> tuple[tuple[str, list[str]], ...]:
    return (("time", time), ("learn", learn), ("diploma", diploma))
