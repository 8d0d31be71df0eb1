"""The answer to a filled form, arranged for one screen, from the contract's JSON object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyoxigraph import NamedNode

from libonto.graph.terms import resource
from libonto.pages.site import Page

MET = "met"


def arranged(page: Page, answers: Sequence[Mapping[str, Any]], asked: str) -> list[dict[str, Any]]:
    """Each candidate's object with what the page shows of it.

    `asked` is a category as POSITION/SLUG, or empty: then the profile's own wish counts.
    """
    return [_arranged(page, answer, asked) for answer in answers]


def _arranged(page: Page, answer: Mapping[str, Any], asked: str) -> dict[str, Any]:
    requirements = {r["requirement"]: dict(r) for r in answer["requirements"]}
    wanted = asked.rpartition("/")[2] or answer.get("appliesFor") or ""
    steps = [_step(page, category, answer, wanted) for category in answer["categories"]]
    target = next((s for s in steps if s["is_asked"]), None) or next(
        (s for s in steps if s["status"] != MET), steps[-1]
    )
    for requirement in requirements.values():
        requirement["shown_clause"] = _clause(page, requirement, target["iri"])
    best = [s for s in steps if answer["highest"].get(s["ladder"]) == s["slug"]]
    return {
        **answer,
        "asked": target if target["is_asked"] else None,
        "best": [s["full_label"] for s in best],
        "depends": target["depends"] if target["is_asked"] else _all(steps, "depends"),
        "ladders": _ladders(page, steps, answer["position"]),
        "next": _next(target, requirements),
        "requirements": sorted(requirements.values(), key=lambda r: r["status"] == MET),
    }


def _step(
    page: Page, category: Mapping[str, Any], answer: Mapping[str, Any], wanted: str
) -> dict[str, Any]:
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
        "when": when,
        "depends": category["dependsOnReadings"],
        "is_asked": category["category"] == wanted,
    }


def _ladders(page: Page, steps: list[dict[str, Any]], position: str) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for step in steps:
        found.setdefault(step["ladder"], []).append(step)
    return [
        {"label": page.label_of("ladder", f"{position}/{slug}"), "steps": members}
        for slug, members in found.items()
    ]


def _next(
    target: Mapping[str, Any], requirements: Mapping[str, dict[str, Any]]
) -> dict[str, Any] | None:
    if target["status"] == MET:
        return None
    return {"label": target["full_label"], "open": [requirements[iri] for iri in target["open"]]}


def _clause(page: Page, requirement: Mapping[str, Any], category: str) -> dict[str, Any]:
    """The clause that states a requirement for a category, inside its sentence."""
    graph = page.site.graph
    named = {
        graph.text(NamedNode(iri), "skos:notation"): iri
        for iri in graph.iris(NamedNode(requirement["requirement"]), "dcterms:source")
    }
    clauses = requirement["clauses"]
    here = [
        c
        for c in clauses
        if category in graph.iris(NamedNode(named.get(c["id"], category)), "lo:appliesTo")
    ]
    clause = (here or clauses)[0]
    iri = named.get(clause["id"], "")
    return {**clause, **in_sentence(page, iri, clause["quote"], clause["start"], clause["end"])}


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


def _all(steps: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    return list(dict.fromkeys(name for step in steps for name in step[key]))
