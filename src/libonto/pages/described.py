"""A position or a category for people: what it asks for, with the clauses, and what it adds."""

from __future__ import annotations

from typing import Any

from pyoxigraph import NamedNode

from libonto.crosswalk.relations import Relation
from libonto.law.editions import today
from libonto.law.model import Category, PositionRules, Requirement
from libonto.law.positions import Positions
from libonto.pages.excerpt import excerpt
from libonto.pages.site import Page
from libonto.verdict.notices import edition_notice
from libonto.voice.words import Words


def edition_said(page: Page, positions: Positions, iri: str | None = None) -> str:
    """That a position's text, the default one's without `iri`, is not in force today, if so."""
    rules = positions.rules(iri or positions.default)
    notice = edition_notice(rules, positions.editions, today())
    return Words(page.site.graph, page.lang).notice(notice) if notice else ""


def about(page: Page, positions: Positions, iri: str) -> dict[str, Any] | None:
    """What the page of a described position or of one of its categories shows; None for others."""
    for position in positions.iris:
        rules = positions.rules(position)
        category = next((c for c in rules.categories if c.iri == iri), None)
        if category is not None:
            return _category(page, rules, category)
        if iri == position:
            return _position(page, rules)
    return None


def _position(page: Page, rules: PositionRules) -> dict[str, Any]:
    graph = page.site.graph
    duties = graph.iris(NamedNode(rules.iri), "lo:hasDuty")
    duties.sort(key=lambda duty: graph.number(NamedNode(duty), "schema:position"))
    return {
        "kind": "position",
        "position": rules.iri,
        "ladders": [
            [page.item(c.iri) for c in rules.categories if c.ladder == ladder]
            for ladder in rules.ladders
        ],
        "duties": [page.item(duty) for duty in duties],
        "below": None,
        "groups": [],
        "counterparts": _counterparts(page, [rules.iri]),
        "slug": f"{rules.slug}/",
    }


def _category(page: Page, rules: PositionRules, category: Category) -> dict[str, Any]:
    by_iri = {c.iri: c for c in rules.categories}
    below = by_iri.get(category.inherits or "")
    inherited = set(below.requirements) if below else set()
    groups: dict[str, list[dict[str, Any]]] = {}
    later = {r.kind.name: not r.kind.refutable for r in rules.requirements}.__getitem__
    for iri in category.requirements:
        requirement = rules.requirement(iri)
        shown = _requirement(page, requirement, category, added=iri not in inherited)
        groups.setdefault(requirement.kind.name, []).append(shown)
    ladders = page.site.graph.iris(NamedNode(category.iri), "lo:inLadder")
    return {
        "kind": "category",
        "position": rules.iri,
        "ladders": [[page.item(c.iri) for c in rules.categories if c.ladder == category.ladder]],
        "duties": [],
        "below": page.item(below.iri) if below else None,
        "groups": [{"kind": kind, "members": groups[kind]} for kind in sorted(groups, key=later)],
        "counterparts": _counterparts(page, [category.iri, *ladders, rules.iri]),
        "slug": f"{rules.slug}/{category.slug}",
    }


def _requirement(
    page: Page, requirement: Requirement, category: Category, *, added: bool
) -> dict[str, Any]:
    return {
        **vars(page.item(requirement.item or requirement.iri)),
        "added": added,
        "excerpt": excerpt(page, requirement.clause_for(category.iri)),
    }


def _counterparts(page: Page, iris: list[str]) -> list[dict[str, Any]]:
    """What corresponds in other frameworks, by how closely; each is stated in a table."""
    graph = page.site.graph
    found = []
    for iri in iris:
        for relation in Relation:
            for other in graph.iris(NamedNode(iri), f"skos:{relation.value}"):
                schemes = graph.iris(NamedNode(other), "skos:inScheme")
                found.append(
                    {
                        **vars(page.item(other)),
                        "relation": page.word(relation.predicate),
                        "scheme": page.word(schemes[0]) if schemes else "",
                    }
                )
    return found
