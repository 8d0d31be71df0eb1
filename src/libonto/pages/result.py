"""The answer about one candidate, arranged for one screen; made in a worker."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from libonto.law.model import Clause
from libonto.pages.law import Segment, lines
from libonto.pages.site import Page, to_hidden_field
from libonto.verdict.assessment import Assessor
from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Status
from libonto.verdict.plan import LearnLack, LevelPlan, Plan, Planner, TimeLack
from libonto.verdict.statuses import Change
from libonto.voice.assessment import checklist, section
from libonto.voice.plan import PlanWords, lacks
from libonto.voice.report import evidence_rows
from libonto.voice.words import Words, raised

FEW = 3
"""So many knowledge items are named one by one."""
AROUND = 240
"""Characters of the text before a clause and after it that are shown with it."""


def result(
    assessor: Assessor,
    page: Page,
    assessments: Sequence[Assessment],
    document: bytes,
    header: Mapping[str, Any],
) -> str:
    """The HTML of the answer about one candidate of a document, the others to choose among.

    `header` is the job's: the candidate's `number`, from 0, and the `on`, `edition` and `reading`
    of the inquiry as they were sent; `remarks` are what of the document was passed over.
    """
    number = min(max(header["number"], 0), len(assessments) - 1)
    a, words = assessments[number], PlanWords(assessor.graph, page.lang)
    goal = a.category(a.target)
    plan = Planner(assessor).plan(a)
    above = (c for c in a.categories if c.ladder == goal.ladder and c.unmet)
    ahead = goal if goal.unmet else next(above, goal)  # what is met leads on to the level above
    level = next(level for level in plan.levels if level.verdict.iri == ahead.iri)

    def excerpt(finding: Finding) -> dict[str, Any]:
        category = ahead if finding.requirement.iri in ahead.unmet else goal
        return _excerpt(page, words, finding.requirement.clause_for(category.iri))

    open_ = [a.finding(iri) for iri in ahead.unmet]
    items = [finding for finding in open_ if finding.requirement.item]
    unknown = items if len(items) > FEW else []
    lacks = _lacks(level, words)
    tried = [lack["items"][0] for f in unknown if (lack := lacks.get(f.requirement.iri))]
    return page.render(
        "result.html",
        a=a,
        words=words,
        passed_over=header.get("remarks", ()),
        person=_name(page, a, number),
        people=[
            (_name(page, each, place), each.category(each.target))
            for place, each in enumerate(assessments)
        ],
        number=number,
        head=section(a, words, ()),
        target=goal,
        ahead=ahead,
        best=[category.iri for category in a.best],
        held={grant.category for grant in a.candidate.holds},
        when=partial(_when, words, a),
        way=_way(page, level, words, a),
        later=ahead.earliest_on if ahead.unmet and _is_later(a, ahead) else None,
        lacking=[finding for finding in open_ if finding not in unknown],
        unknown=unknown,
        try_all="&".join(f"knowledge={slug}" for slug in tried),
        lacks=lacks,
        bring=checklist(a, words),
        stated=evidence_rows(a, words),
        excerpt=excerpt,
        findings=sorted(a.findings, key=lambda f: f.status is Status.MET),
        turns=_turns(assessor, plan, a.requested_category),
        notices=[words.notice(notice) for notice in a.notices if not notice.about_edition],
        document=to_hidden_field(document),
        on=header["on"] or "",
        edition=header["edition"] or "",
        readings=[reading.split("=", 1) for reading in header["reading"]],
    )


def _name(page: Page, a: Assessment, number: int) -> str:
    anonymous = page.say("result.person", number=number + 1)
    return a.candidate.name or (anonymous if a.candidate.is_anonymous else a.candidate.iri)


def _is_later(a: Assessment, category: CategoryVerdict) -> bool:
    return category.earliest_on is not None and category.earliest_on > a.on


def _when(words: Words, a: Assessment, category: CategoryVerdict) -> str:
    """When service suffices for a category that is not met, unless it does already."""
    if category.status is Status.MET:
        return ""
    due = category.earliest_on is None or _is_later(a, category)
    return words.earliest(category, a) if due else ""


def _lacks(level: LevelPlan, words: PlanWords) -> dict[str, dict[str, Any]]:
    """By requirement what brings it, in words, with the day or the items' slugs to try.

    The words leave out the name and the clause of the requirement, which stand above them.
    """
    entries: dict[str, dict[str, Any]] = {}
    of_level = lacks(level)
    for lack in (lack for key in ("obtain", "time", "learn", "diploma") for lack in of_level[key]):
        items = lack.items if isinstance(lack, LearnLack) else ()
        text = words.lack(lack)
        for iri in (lack.finding.requirement.iri, *items):
            text = text.removeprefix(f"{words.label(iri)} [{lack.clause.id}]")
        entries[lack.finding.requirement.iri] = {
            "text": raised(text.lstrip(" —;")),
            "on": lack.on if isinstance(lack, TimeLack) else None,
            "items": [iri.rpartition("/")[2] for iri in items],
        }
    return entries


def _way(page: Page, level: LevelPlan, words: PlanWords, a: Assessment) -> str:
    """The shortest way in words; many items are not named, they stand below it."""
    if level.verdict.status is Status.MET:
        return ""
    text = words.way(level, a.on)
    if len(level.way.learn) <= FEW:
        return text
    names = ", ".join(map(words.label, level.way.learn))
    return text.replace(names, page.say("result.listed-below"))


def _turns(assessor: Assessor, plan: Plan, category: str | None) -> list[dict[str, Any]]:
    """The other readings that would change the finding, and what they make of which level.

    Of one category alone where there is one that was asked for; the surest changes first.
    """
    effects: dict[tuple[Change, ...], list[tuple[str, Status]]] = {}
    without_day: set[tuple[Change, ...]] = set()
    for level in plan.levels:
        if category in (None, level.verdict.iri):
            for turn in level.robustness.turns:
                changes = tuple(sorted(turn.changes, key=lambda c: c.reading))
                effects.setdefault(changes, []).append((level.verdict.iri, turn.status))
                if turn.lacks_day:
                    without_day.add(changes)
    return [
        {
            "changes": [(change, _clauses(assessor, change.reading)) for change in changes],
            "try": "&".join(f"reading-{c.reading}={c.option}" for c in changes),
            "effects": effects[changes],
            "lacks_day": changes in without_day,
        }
        for changes in sorted(effects, key=lambda changes: (changes in without_day, len(changes)))
    ]


def _clauses(assessor: Assessor, reading: str) -> list[Clause]:
    clauses = map(assessor.positions.clause, assessor.readings.by_name[reading].clauses)
    return sorted(clauses, key=lambda clause: clause.start)


def _excerpt(page: Page, words: Words, clause: Clause) -> dict[str, Any]:
    """A clause in its place on the page of the text; where that is not at hand, the quote alone."""
    text = page.site.texts.of_clause(clause)
    content, end = (text.content, clause.end) if text else ("", 0)
    before, after = content[: clause.start], content[end:]
    if len(before) > AROUND:
        before = "… " + before[-AROUND:].split(" ", 1)[-1]
    if len(after) > AROUND:
        after = after[:AROUND].rsplit(" ", 1)[0] + " …"
    quote = Segment(re.sub(r"\s+", " ", clause.quote), clause.id)
    return {
        "id": clause.id,
        "lines": lines([Segment(before), quote, Segment(after.rstrip())], " …"),
        "translation": words.translation(clause),
    }
