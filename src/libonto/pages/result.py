"""The answer to a filled form, arranged for one screen, from the contract's JSON object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyoxigraph import NamedNode

from libonto.graph.description import source
from libonto.graph.terms import resource
from libonto.pages.excerpt import excerpt
from libonto.pages.site import Page
from libonto.verdict.service import Span
from libonto.voice.words import Words

MET = "met"
NAMELESS = "urn:libonto:candidate:"
"""How a candidate is called of whom the profile states neither name nor id."""
FEW = 3
"""So many knowledge items are named one by one."""
KINDS = ("education", "experience", "knowledge")

Answer = Mapping[str, Any]


def people(page: Page, found: Sequence[Answer]) -> list[dict[str, Any]]:
    """Everyone in a file with the first finding, to choose among; nobody where there is one."""
    if len(found) < 2:
        return []
    shown = []
    for number, person in enumerate(found):
        answer = person["object"]
        steps = [_step(page, category, answer, "") for category in answer["categories"]]
        target = _target(steps, _wanted(person, ""))
        shown.append(
            {
                "name": _name(page, answer, number),
                "best": [s["full_label"] for s in _best(steps, answer)],
                "asked": target["full_label"],
                "status": target["status"],
            }
        )
    return shown


def arranged(page: Page, person: Answer, *, number: int = 0, asked: str = "") -> dict[str, Any]:
    """What a worker found of one person, with what the page shows of it.

    `asked` is a category as POSITION/SLUG, or empty: then the profile's own wish counts.
    """
    answer, plan = person["object"], person["plan"]
    wanted = _wanted(person, asked)
    steps = [_step(page, category, answer, wanted) for category in answer["categories"]]
    target = _target(steps, wanted)
    levels = {level["category"]: level for level in plan["levels"]}
    way = levels[target["slug"]]["shortestWay"]
    requirements = {
        r["requirement"]: _requirement(page, r, target["iri"]) for r in answer["requirements"]
    }
    for kind in ("time", "learn", "diploma"):
        for lack in levels[target["slug"]][kind]:
            requirements[lack["requirement"]]["lack"] = lack
    best = _best(steps, answer)
    for step in best:
        step["is_best"] = True
    return {
        **answer,
        "person": _name(page, answer, number),
        "asked": target if wanted else None,
        "status": target["status"] if wanted else MET if best else target["status"],
        "best": [s["full_label"] for s in best],
        "span": Words(page.site.graph, page.lang).span(Span(**answer["service"])),
        "ladders": _ladders(page, steps, answer["position"]),
        "target": target,
        "way": _way(page, way) if way else "",
        "on": _later(answer, target),
        **_lacking([requirements[iri] for iri in target["open"]]),
        "groups": _groups(requirements.values()),
        "turns": _turns(page, plan["levels"], target["slug"] if wanted else ""),
    }


def _wanted(person: Answer, asked: str) -> str:
    """The slug of the category asked for, or nothing."""
    return (asked or str(person["profile"].get("appliesFor", ""))).rpartition("/")[2]


def _target(steps: Sequence[dict[str, Any]], wanted: str) -> dict[str, Any]:
    """The step that the answer is about: the one asked for, else the first that is not met."""
    for step in steps:
        if step["slug"] == wanted:
            return step
    ladders: dict[str, list[dict[str, Any]]] = {}
    for step in steps:
        ladders.setdefault(step["ladder"], []).append(step)
    for members in ladders.values():
        if all(step["status"] == MET for step in members):
            return members[-1]  # at the top: nothing is lacking
    # On the ladder on which the person stands already, where there is one.
    order = sorted(ladders.values(), key=lambda members: members[0]["status"] != MET)
    return next(step for step in order[0] if step["status"] != MET)


def _best(steps: Sequence[dict[str, Any]], answer: Answer) -> list[dict[str, Any]]:
    return [s for s in steps if answer["highest"].get(s["ladder"]) == s["slug"]]


def _name(page: Page, answer: Answer, number: int) -> str:
    iri: str = answer["candidate"]
    if iri.startswith(NAMELESS):
        iri = page.say("result.person", number=number + 1)
    return answer["name"] or iri


def _step(page: Page, category: Answer, answer: Answer, wanted: str) -> dict[str, Any]:
    iri = resource("category", f"{answer['position']}/{category['category']}").value
    label = page.label(iri)
    earliest, today = category["earliestOn"], answer["assessedOn"]
    when = ""
    if category["status"] != MET and earliest and earliest > today:
        when = page.say("result.from", date=page.day(earliest))
    elif category["status"] != MET and earliest is None:
        when = page.say("result.never")
    return {
        "iri": iri,
        "slug": category["category"],
        "ladder": category["ladder"],
        "full_label": label,
        "label": label.partition(", ")[2] or label,
        "status": category["status"],
        "unmet": len(category["unmet"]),
        "open": category["unmet"],
        "earliest": earliest or "",
        "when": when,
        "is_asked": category["category"] == wanted,
        "is_best": False,
    }


def _later(answer: Answer, target: Answer) -> str:
    """The later day from which the target's service suffices, if there is one."""
    later = target["status"] != MET and target["earliest"] > answer["assessedOn"]
    return str(target["earliest"]) if later else ""


def _ladders(page: Page, steps: list[dict[str, Any]], position: str) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for step in steps:
        found.setdefault(step["ladder"], []).append(step)
    return [
        {"label": page.label_of("ladder", f"{position}/{slug}"), "steps": members}
        for slug, members in found.items()
    ]


def _requirement(page: Page, requirement: Answer, category: str) -> dict[str, Any]:
    """A requirement with the clause that states it for a category, on its page of the text."""
    shown = excerpt(page, requirement["requirement"], category)
    return {**requirement, "excerpt": shown, "lack": None}


def _way(page: Page, way: Answer) -> str:
    """The shortest way in words; many items are not named, they stand below it."""
    said: str = way["said"]
    if len(way["learn"]) <= FEW:
        return said
    named = ", ".join(page.label_of("knowledge", slug) for slug in way["learn"])
    return said.replace(named, page.say("result.listed-below"))


def _lacking(open_: list[dict[str, Any]]) -> dict[str, Any]:
    """What is lacking: one by one, but for many knowledge items, which stand together."""
    items = [r for r in open_ if r["kind"] == "knowledge"]
    many = items if len(items) > FEW else []
    tried = [r["lack"]["anyOf"][0] for r in many if r["lack"] and r["lack"].get("anyOf")]
    return {
        "lacking": [r for r in open_ if r not in many],
        "unknown": many,
        "try_all": "&".join(f"knowledge={slug}" for slug in tried),
    }


def _groups(requirements: Any) -> list[dict[str, Any]]:
    """All requirements by their kinds, what is not met first."""
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    for requirement in requirements:
        found.setdefault(requirement["kind"], []).append(requirement)
    return [
        {
            "kind": kind,
            "requirements": sorted(members, key=lambda r: r["status"] == MET),
            "met": sum(r["status"] == MET for r in members),
        }
        for kind, members in found.items()
        if members
    ]


def _turns(page: Page, levels: Sequence[Answer], wanted: str) -> list[dict[str, Any]]:
    """The other readings that would change the finding, and what they make of which level."""
    found: dict[tuple[tuple[str, str], ...], list[dict[str, str]]] = {}
    for level in levels:
        if wanted in ("", level["category"]):
            for turn in level["robustness"]["turns"]:
                changes = tuple(sorted(turn["readings"].items()))
                effect = {"label": level["label"], "status": turn["status"]}
                found.setdefault(changes, []).append(effect)
    return [
        {
            "changes": [_change(page, name, option) for name, option in changes],
            "try": "&".join(f"reading-{name}={option}" for name, option in changes),
            "effects": effects,
        }
        for changes, effects in sorted(found.items(), key=lambda item: len(item[0]))
    ]


def _change(page: Page, name: str, option: str) -> dict[str, Any]:
    graph = page.site.graph
    iri = resource("reading", name).value
    found = [source(graph, clause) for clause in graph.iris(NamedNode(iri), "dcterms:source")]
    clauses = sorted((c for c in found if c), key=lambda c: c.start)
    return {
        "iri": iri,
        "label": page.label(iri),
        "option": page.label_of("reading", f"{name}/{option}"),
        "clauses": [clause.id for clause in clauses],
        "quote": clauses[0].quote if clauses else "",
    }


def in_sentence(page: Page, iri: str, quote: str, start: int, end: int) -> dict[str, str]:
    """What stands before and after a clause in its sentence, and its translation."""
    before = after = translation = ""
    if iri:
        text = page.site.texts.of_clause(iri, quote, start, end)
        if text:
            first, last = text.sentence(start, end)
            before, after = text.content[first:start], text.content[end:last]
        if page.lang != "kk":
            texts = page.site.graph.translations(NamedNode(iri), "lo:text")
            translation = texts.get(page.lang, "")
    return {"before": before, "after": after, "translation": translation}
