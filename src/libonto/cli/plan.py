"""`libonto plan`: what lacks for each level, what brings it and when, and what if."""

from __future__ import annotations

from collections.abc import Sequence

import click

from libonto.cli.frame import emit
from libonto.cli.session import joined, json_lines, open_session, session_options, text_page


@click.command("plan")
@click.argument("profiles", nargs=-1, required=True)
@click.option(
    "--assume",
    "assumed",
    multiple=True,
)
@session_options
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
def command(
    profiles: Sequence[str],
    assumed: Sequence[str],
    position: str | None,
    category: str | None,
    on: str | None,
    lang: str,
    input_format: str | None,
    readings: Sequence[str],
    data: Sequence[str],
    output: str | None,
    format_: str,
) -> None:
    """Say what lacks for each level: what time brings, what can be learnt, what needs a diploma.

    All categories that are not met are told of, or the one given by --category. Exit status:
    0 the plan was made, 2 the input or the command is wrong, 3 there was nothing to assess.
    """
    from libonto.verdict.assumptions import read_assumptions
    from libonto.verdict.model import Status
    from libonto.verdict.plan import Planner, status_changes
    from libonto.voice.plan_words import PlanWords

    session = open_session(
        profiles,
        position=position,
        category=category,
        on=on,
        input_format=input_format,
        readings=readings,
        data=data,
        lang=lang,
    )
    assumptions = read_assumptions(assumed, session.assessor.vocabulary)
    before = session.assess()
    found = before
    if assumptions:
        found = session.assess([assumptions.added_to(c) for c in session.candidates])
    planner = Planner(session.assessor)
    words = PlanWords(session.assessor.graph, lang)
    page = text_page(output)
    objects, texts = [], []
    for earlier, assessment in zip(before, found, strict=True):
        plan = planner.plan(assessment)
        changed = status_changes(earlier, assessment)
        open_ = [c.iri for c in assessment.categories if c.status is not Status.MET]
        wanted = [session.asked] if session.asked else open_
        if format_ == "json":
            from libonto.voice.plan_json import plan_object

            objects.append(plan_object(plan, words, wanted, assumptions, changed))
        else:
            from libonto.voice.plan_text import PlanText

            texts.append(str(PlanText(plan, words, wanted, assumptions, changed, page)))
    emit(json_lines(objects) if format_ == "json" else joined(texts, page), output)
