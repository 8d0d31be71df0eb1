"""What the page about one person shows, made in a worker: findings, profiles read, and a plan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from libonto.profile import to_json
from libonto.verdict.assessment import Assessor
from libonto.verdict.model import Assessment
from libonto.verdict.plan import Planner
from libonto.voice.json import to_object
from libonto.voice.plan import PlanWords, ToldPlan, plan_object


def as_json(assessor: Assessor, found: Sequence[Assessment], chosen: int, lang: str) -> bytes:
    """The candidates in their order; only the chosen one (from 0) has a plan.

    Each is `object` (the contract's), `profile` (as plain JSON) and `plan` (or null).
    """
    words = PlanWords(assessor.graph, lang)
    shown = min(max(chosen, 0), len(found) - 1)
    content = [
        {
            "object": to_object(assessment, words),
            "profile": to_json.to_object(assessment.candidate),
            "plan": _plan(assessor, assessment, words) if number == shown else None,
        }
        for number, assessment in enumerate(found)
    ]
    return json.dumps(content, ensure_ascii=False).encode()


def _plan(assessor: Assessor, assessment: Assessment, words: PlanWords) -> dict[str, Any]:
    plan = Planner(assessor).plan(assessment)
    every = [category.iri for category in assessment.categories]
    return plan_object(ToldPlan(plan, every), words)
