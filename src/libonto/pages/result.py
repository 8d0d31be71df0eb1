"""The answer about one candidate, arranged for one screen; made in a worker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from libonto.law.model import Clause
from libonto.pages.law import Segment, lines
from libonto.pages.site import Page, packed
from libonto.verdict.assessment import Assessor
from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Status
from libonto.verdict.plan import LearnLack, LevelPlan, Plan, Planner, TimeLack
from libonto.verdict.robustness import Change
from libonto.voice.assessment import checklist, section
from libonto.voice.plan import PlanWords, lacks
from libonto.voice.report import evidence_rows
from libonto.voice.words import Words, raised

FEW = 3
"""So many knowledge items are named one by one."""
AROUND = 240
"""Characters of the text before a clause and after it that are shown with it."""


@dataclass(frozen=True)
class Request:
    """What a page is about: which candidate of a document, from 0, and by what it was judged.

    `on`, `edition` and `readings` stand in the form as they were sent.
    """

    document: bytes
    chosen: int
    on: str
    edition: str
    readings: Sequence[str]


def result(assessor: Assessor, page: Page, found: Sequence[Assessment], request: Request) -> str:
    """The HTML of the answer about the chosen candidate, with the others to choose among."""
    number = min(max(request.chosen, 0), len(found) - 1)
    a, words = found[number], PlanWords(assessor.graph, page.lang)
    goal = a.category(a.target)
    targets = [each.category(each.target) for each in found]
    plan = Planner(assessor).plan(a)
    above = (c for c in a.categories if c.ladder == goal.ladder and c.unmet)
    ahead = goal if goal.unmet else next(above, goal)  # what is met leads on to the level above
    level = next(level for level in plan.levels if level.verdict.iri == ahead.iri)
    head = section(a, words, ())

    def level_of(finding: Finding) -> str:
        return (ahead if finding.requirement.iri in ahead.unmet else goal).iri

    open_ = [a.finding(iri) for iri in ahead.unmet]
    items = [finding for finding in open_ if finding.requirement.item]
    unknown = items if len(items) > FEW else []
    lacks = _lacks(level, words)
    tried = [lack["items"][0] for f in unknown if (lack := lacks.get(f.requirement.iri))]
    return page.render(
        "result.html",
        a=a,
        words=words,
        person=_name(page, a, number),
        people=[
            {
                "name": _name(page, each, place),
                "asked": words.label(target.iri),
                "status": target.status,
            }
            for place, (each, target) in enumerate(zip(found, targets, strict=True))
        ],
        chosen=number,
        head=head,
        wanted=a.requested_category,
        target=goal,
        ahead=ahead,
        best=[c.iri for c in a.categories if a.highest[c.ladder] == c.slug],
        held={grant.category for grant in a.candidate.holds},
        ladders=_ladders(a),
        when=partial(_when, words, a),
        way=_way(page, level, words, a),
        later=ahead.earliest_on if ahead.unmet and _is_later(a, ahead) else None,
        lacking=[finding for finding in open_ if finding not in unknown],
        unknown=unknown,
        try_all="&".join(f"knowledge={slug}" for slug in tried),
        lacks=lacks,
        bring=checklist(a, words),
        stated=evidence_rows(a, words),
        excerpt=lambda f: _excerpt(page, f.requirement.clause_for(level_of(f))),
        groups=_groups(a.findings),
        turns=_turns(assessor, plan, a.requested_category),
        notices=[words.notice(notice) for notice in a.notices if not notice.about_edition],
        document=packed(request.document),
        on=request.on,
        edition=request.edition,
        readings=[reading.split("=", 1) for reading in request.readings],
    )


def _name(page: Page, a: Assessment, number: int) -> str:
    anonymous = page.say("result.person", number=number + 1)
    return a.candidate.name or (anonymous if a.candidate.is_anonymous else a.candidate.iri)


def _ladders(a: Assessment) -> dict[str, list[CategoryVerdict]]:
    found: dict[str, list[CategoryVerdict]] = {}
    for category in a.categories:
        found.setdefault(a.rules.ladder_iri(category.ladder), []).append(category)
    return found


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
    found: dict[str, dict[str, Any]] = {}
    of_level = lacks(level)
    for lack in (lack for key in ("obtain", "time", "learn", "diploma") for lack in of_level[key]):
        items = lack.items if isinstance(lack, LearnLack) else ()
        said = words.lack(lack)
        for iri in (lack.finding.requirement.iri, *items):
            said = said.removeprefix(f"{words.label(iri)} [{lack.clause.id}]")
        found[lack.finding.requirement.iri] = {
            "said": raised(said.lstrip(" —;")),
            "on": lack.on if isinstance(lack, TimeLack) else None,
            "items": [iri.rpartition("/")[2] for iri in items],
        }
    return found


def _way(page: Page, level: LevelPlan, words: PlanWords, a: Assessment) -> str:
    """The shortest way in words; many items are not named, they stand below it."""
    if level.verdict.status is Status.MET:
        return ""
    said = words.way(level, a.on)
    if len(level.way.learn) <= FEW:
        return said
    named = ", ".join(map(words.label, level.way.learn))
    return said.replace(named, page.say("result.listed-below"))


def _groups(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """All requirements by their kinds, what is not met first."""
    found: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: f.status is Status.MET):
        found.setdefault(finding.requirement.kind.name, []).append(finding)
    return dict(sorted(found.items()))


def _turns(assessor: Assessor, plan: Plan, wanted: str | None) -> list[dict[str, Any]]:
    """The other readings that would change the finding, and what they make of which level."""
    found: dict[tuple[Change, ...], list[tuple[str, Status]]] = {}
    lacking: set[tuple[Change, ...]] = set()
    for level in plan.levels:
        if wanted in (None, level.verdict.iri):
            for turn in level.robustness.turns:
                changes = tuple(sorted(turn.changes, key=lambda c: c.reading))
                found.setdefault(changes, []).append((level.verdict.iri, turn.status))
                if turn.lacks_day:
                    lacking.add(changes)
    return [
        {
            "changes": [(change, _clauses(assessor, change.reading)) for change in changes],
            "try": "&".join(f"reading-{c.reading}={c.option}" for c in changes),
            "effects": effects,
            "lacks_day": changes in lacking,
        }
        for changes, effects in sorted(
            found.items(), key=lambda item: (item[0] in lacking, len(item[0]))
        )
    ]


def _clauses(assessor: Assessor, reading: str) -> list[Clause]:
    clauses = map(assessor.positions.clause, assessor.readings.by_name[reading].clauses)
    return sorted(clauses, key=lambda clause: clause.start)


def _excerpt(page: Page, clause: Clause) -> dict[str, Any]:
    """A clause in its place on the page of the text; where that is not at hand, the quote alone."""
    text = page.site.texts.of_clause(clause.iri, clause.quote, clause.start, clause.end)
    before = after = ""
    if text is not None:
        before, after = _tail(text.content[: clause.start]), _head(text.content[clause.end :])
    quote = Segment(re.sub(r"\s+", " ", clause.quote), clause.id)
    return {
        "id": clause.id,
        "lines": lines([Segment(before), quote, Segment(after)], " …"),
        "translation": Words(page.graph, page.lang).translation(clause),
    }


def _tail(text: str) -> str:
    """The end of a text: its last characters from a word's beginning on."""
    if len(text) <= AROUND:
        return text
    cut = text[-AROUND:]
    return "… " + cut[cut.find(" ") + 1 :]


def _head(text: str) -> str:
    if len(text) <= AROUND:
        return text.rstrip()
    return text[:AROUND].rsplit(" ", 1)[0] + " …"
