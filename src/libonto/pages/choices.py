"""What the form offers, with labels: all of it is read from the graph."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pyoxigraph import NamedNode

from libonto.crosswalk.chains import Crosswalk
from libonto.crosswalk.foreign import HOME, Abroad, Diploma
from libonto.graph.terms import ID, slug_of
from libonto.law.positions import Positions
from libonto.pages.form import Form, Row
from libonto.pages.law import levels
from libonto.pages.site import Item, Page, web_folder


def choices(page: Page) -> dict[str, Any]:
    """Levels, fields, positions, items by group, categories and readings; made once a language."""
    kept = page.site.kept
    if ("choices", page.lang) not in kept:
        kept["choices", page.lang] = {
            "categories": levels(page),
            "levels": _options(page, "lo:EducationLevel", "education"),
            "fields": _options(page, "lo:FieldOfStudy", "field"),
            "employment_positions": _employments(page),
            "knowledge": _knowledge(page),
            "readings": [_reading(page, item) for item in _options(page, "lo:Reading", "reading")],
        }
    found: dict[str, Any] = kept["choices", page.lang]
    return found


def editions(page: Page, positions: Positions) -> list[Item]:
    """The editions whose description of the default position is held."""
    held = positions.editions.held(positions.default)
    return [page.item(edition.iri) for edition in held]


def installed(page: Page, chosen: Mapping[str, str]) -> dict[str, str]:
    """The option of each reading that holds here: the installation's choice, else the default."""
    defaults = {reading["name"]: reading["default"] for reading in choices(page)["readings"]}
    return {**defaults, **chosen}


def sample(position: str) -> dict[str, Any]:
    """The sample profile of a position, in plain JSON; an empty one where there is none."""
    path = web_folder() / "samples" / f"{position}.json"
    if not path.is_file():
        return {}
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def _employments(page: Page) -> list[Item]:
    """The positions that an employment may name: those that are not too general."""
    graph = page.site.graph
    every = _options(page, "lo:Position", "position")
    return [item for item in every if not graph.iris(NamedNode(item.iri), "lo:specifiedAs")]


def _knowledge(page: Page) -> list[dict[str, Any]]:
    """The knowledge items, grouped by the type of the clause that first asks for them."""
    groups: dict[str, list[dict[str, str]]] = {}
    for item in _options(page, "lo:KnowledgeItem", "knowledge"):
        node = NamedNode(item.iri)
        definition = page.site.graph.definitions(node).get(page.lang, "")
        groups.setdefault(_clause_type(page, node), []).append(
            {
                "slug": item.slug,
                "label": item.label,
                "definition": definition,
                "asked": _asked_from(page, node),
            }
        )
    return [
        {"slug": slug_of(type_, "clause-type") if type_ else "other", "items": items}
        | {"label": page.label(type_) if type_ else page.say("check.knowledge-other")}
        for type_, items in groups.items()
    ]


def _requirements(page: Page, item: NamedNode) -> list[str]:
    """The requirements that ask for an item."""
    graph = page.site.graph
    found = [s.value for s in graph.subjects("lo:requiresKnowledge", item) if _is_named(s)]
    return [iri for iri in found if graph.iris(NamedNode(iri), "lo:kind")]


def _clause_type(page: Page, item: NamedNode) -> str:
    graph = page.site.graph
    for requirement in _requirements(page, item):
        for clause in graph.iris(NamedNode(requirement), "dcterms:source"):
            for type_ in graph.iris(NamedNode(clause), "lo:clauseType"):
                return type_
    return ""


def _asked_from(page: Page, item: NamedNode) -> str:
    """The levels from which on an item is asked for; empty where every level asks for it."""
    graph = page.site.graph
    requirements = set(_requirements(page, item))
    every = levels(page)
    below = {level.iri: graph.iris(NamedNode(level.iri), "lo:inherits") for level in every}
    asking = {
        level.iri
        for level in every
        if requirements & set(graph.iris(NamedNode(level.iri), "lo:hasRequirement"))
    }
    first = [
        level for level in every if level.iri in asking and asking.isdisjoint(below[level.iri])
    ]
    if all(not below[level.iri] for level in first):
        return ""
    return "; ".join(level.label for level in first)


def _reading(page: Page, item: Item) -> dict[str, Any]:
    graph = page.site.graph
    default = graph.iris(NamedNode(item.iri), "lo:defaultOption")
    options = [
        Item(iri, page.label(iri), iri.rpartition("/")[2])
        for iri in graph.iris(NamedNode(item.iri), "lo:hasOption")
        if graph.flag(NamedNode(iri), "lo:assessable", True)
    ]
    options.sort(key=lambda o: graph.number(NamedNode(o.iri), "schema:position"))
    return {
        "name": item.slug,
        "label": item.label,
        "definition": graph.definitions(NamedNode(item.iri)).get(page.lang, ""),
        "default": default[0].rpartition("/")[2] if default else "",
        "options": options,
    }


def _options(page: Page, class_: str, kind: str) -> list[Item]:
    graph = page.site.graph
    iris = graph.instances(class_)
    iris.sort(key=lambda iri: (graph.number(NamedNode(iri), "schema:position"), page.label(iri)))
    return [Item(iri, page.label(iri), slug_of(iri, kind)) for iri in iris]


def _is_named(term: object) -> bool:
    return isinstance(term, NamedNode)


def diplomas_of(page: Page, row: Row) -> list[Item]:
    """The typical diplomas of a credential's country, by their own names and ours."""
    return [Item(d.iri, named(page, d), d.iri) for d in _offered(page, row)]


def levels_of(page: Page, row: Row) -> list[Item]:
    """The levels of the frameworks of a credential's country, and of that which it states."""
    country, stated = row.get("country", ""), row.get("level", "")
    if not country and "/" not in stated:
        return []
    abroad = _abroad(page)
    slugs = dict.fromkeys([*abroad.frameworks(country), stated.partition("/")[0]])
    known = [slug for slug in slugs if slug in abroad.crosswalk.frameworks.all]
    iris = [iri for slug in known for iri in abroad.levels(slug)]
    return [Item(iri, page.label(iri), iri.removeprefix(f"{ID}framework/")) for iri in iris]


def with_levels(page: Page, form: Form) -> Form:
    """The form in which a diploma that was chosen has set its level, where it has but one."""
    return replace(form, credentials=tuple(_with_level(page, row) for row in form.credentials))


def named(page: Page, diploma: Diploma) -> str:
    """A diploma by its own name, and by ours where that is another."""
    label = page.label(diploma.iri)
    return f"{diploma.name} — {label}" if diploma.name and diploma.name != label else label


def _with_level(page: Page, row: Row) -> Row:
    if not row["diploma"]:
        return row
    chosen = next((d for d in _offered(page, row) if d.iri == row["diploma"]), None)
    if chosen is None:  # of another country than the one that is chosen now
        return {**row, "diploma": ""}
    own = [level.removeprefix(f"{ID}framework/") for level in chosen.levels]
    return {**row, "level": own[0]} if len(own) == 1 else row


def _offered(page: Page, row: Row) -> list[Diploma]:
    abroad = row["country"] not in ("", HOME)
    return _abroad(page).diplomas(row["country"]) if abroad else []


def _abroad(page: Page) -> Abroad:
    kept = page.site.kept
    if ("abroad", "") not in kept:
        kept["abroad", ""] = Abroad(Crosswalk(page.site.graph))
    found: Abroad = kept["abroad", ""]
    return found
