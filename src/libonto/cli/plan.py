"""`libonto plan`: what lacks for each level, what brings it and when, and what if."""

from __future__ import annotations

from collections.abc import Sequence

import click

from libonto.cli.session import Session, profile_command


@profile_command(
    "plan", "text", "html", "json", options=[click.option("--assume", "assumed", multiple=True)]
)
def command(session: Session, assumed: Sequence[str]) -> None:
    """Say what lacks for each level: what time brings, what can be learnt, what needs a diploma.

    All categories that are not met are answers of, or the one given by --category. Exit status:
    0 the plan was made, 2 the input or the command is wrong, 3 there was nothing to assess.
    """
    from libonto.verdict.assumptions import read_assumptions
    from libonto.verdict.model import Status
    from libonto.verdict.plan import Planner, status_changes
    from libonto.voice.plan import PlanAnswer, PlanWords, plan_object, plans

    assumptions = read_assumptions(assumed, session.assessor.vocabulary)
    before = session.assess()
    found = before
    if assumptions:
        found = session.assess([assumptions.added_to(c) for c in session.candidates])
    planner = Planner(session.assessor)
    answers = []
    for earlier, assessment in zip(before, found, strict=True):
        open_ = [c.iri for c in assessment.categories if c.status is not Status.MET]
        wanted = [asked] if (asked := session.inquiry.category) else open_
        changed = status_changes(earlier, assessment)
        plan = planner.plan(assessment)
        answers.append(PlanAnswer(plan, wanted, assumptions, changed))
    words = PlanWords(session.assessor.graph, session.lang)
    if session.format == "json":
        session.write_json(*(plan_object(each, words) for each in answers))
    else:
        session.write(plans(answers, words))
