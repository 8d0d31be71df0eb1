"""A plan as a JSON object."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from libonto.graph.terms import slug_of
from libonto.verdict.assumptions import Assumptions
from libonto.verdict.credentials import Accepted
from libonto.verdict.model import Finding, Status
from libonto.verdict.plan import (
    DiplomaLack,
    LearnLack,
    LevelPlan,
    Plan,
    Resumption,
    StatusChange,
    TimeLack,
    Way,
)
from libonto.verdict.service import Span
from libonto.voice.explanation_json import robustness_object
from libonto.voice.plan_words import PlanWords
from libonto.voice.reading_words import robustness_said


def plan_object(
    plan: Plan,
    words: PlanWords,
    wanted: Sequence[str],
    assumptions: Assumptions,
    changed: Sequence[StatusChange],
) -> dict[str, Any]:
    """The object of one plan, told of the categories `wanted` (IRIs)."""
    a = plan.assessment
    slugs = {category.iri: category.slug for category in a.categories}
    moments = [
        {"on": moment.on.isoformat(), "changes": [_change(c, slugs) for c in moment.changes]}
        for moment in plan.moments
    ]
    return {
        "candidate": a.candidate.iri,
        "name": a.candidate.name,
        "position": a.rules.slug,
        "assessedOn": a.on.isoformat(),
        "lang": words.lang,
        "service": _span(a.service),
        "readings": dict(a.readings),
        "highest": dict(a.highest),
        "assumed": words.assumed(assumptions, a.on),
        "assumptionsChange": [_change(c, slugs) for c in changed],
        "next": moments[0] if moments else None,
        "moments": moments,
        "levels": [_level(p, plan, words) for p in plan.levels if p.verdict.iri in wanted],
        "claims": words.say("report.claims"),
    }


def _change(change: StatusChange, slugs: dict[str, str]) -> dict[str, str]:
    return {
        "category": slugs[change.category],
        "before": str(change.before),
        "after": str(change.after),
    }


def _level(level: LevelPlan, plan: Plan, words: PlanWords) -> dict[str, Any]:
    met = level.verdict.status is Status.MET
    return {
        "category": level.verdict.slug,
        "iri": level.verdict.iri,
        "label": words.label(level.verdict.iri),
        "status": str(level.verdict.status),
        "time": [_time(lack, words) for lack in level.time],
        "learn": [_learn(lack, words) for lack in level.learn],
        "diploma": [_diploma(lack, words) for lack in level.diploma],
        "shortestWay": None if met else _way(level, plan, words),
        "robustness": {
            **robustness_object(level.robustness),
            "said": robustness_said(level.robustness, words),
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
        **_accepted(lack.accepted),
        "mayBeStatedMoreNarrowly": lack.undecided,
        "said": words.diploma(lack),
    }


def _way(level: LevelPlan, plan: Plan, words: PlanWords) -> dict[str, Any]:
    way: Way = level.way
    return {
        "learn": [slug_of(item) for item in way.learn],
        "diplomas": [_accepted(diploma) for diploma in way.diplomas],
        "resume": _resumption(way.resumption),
        "on": _day(way.on),
        "said": words.way(level, plan.assessment.on),
    }


def _accepted(accepted: Accepted) -> dict[str, list[str]]:
    return {
        "levels": [slug_of(level) for level in accepted.levels],
        "fields": [slug_of(field) for field in accepted.fields],
    }


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
