"""What the form offers, with labels: all of it is read from the graph."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from libonto.crosswalk.chains import Crosswalk
from libonto.crosswalk.foreign import HOME, Abroad, Diploma
from libonto.graph.terms import ID, slug_of
from libonto.law.readings import Reading
from libonto.pages.form import CandidateForm, FormRow
from libonto.pages.law import levels, levels_stating
from libonto.pages.respond import OpenPage
from libonto.pages.site import Page, Resource, web_folder


def offered(page: OpenPage) -> dict[str, Any]:
    """Levels, fields, positions, items by group, categories and readings; made once a language."""

    def of_class(class_: str, kind: str) -> list[Resource]:
        return options(page, page.graph.instances(class_), kind)

    def choices() -> dict[str, Any]:
        return {
            "categories": levels(page),
            "levels": of_class("lo:EducationLevel", "education"),
            "fields": of_class("lo:FieldOfStudy", "field"),
            # One that has positions below it is too general for an employment.
            "employment_positions": [
                position
                for position in of_class("lo:Position", "position")
                if not page.graph.iris(position.iri, "lo:specifiedAs")
            ],
            "knowledge": _knowledge(page),
            "readings": [_reading(page, reading) for reading in page.positions.readings.all],
        }

    return page.site.once(f"choices {page.lang}", choices)


def terms(page: OpenPage) -> dict[str, Any]:
    """What a form offers to judge by: categories, editions, and readings with those `installed`.

    Installed is the option of each reading that holds here: the installation's choice, else the
    default.
    """
    choices, positions = offered(page), page.positions
    defaults = {reading.name: reading.default.name for reading in positions.readings.all}
    editions = positions.editions.of_position(positions.default)
    return {
        "categories": choices["categories"],
        "editions": [page.resource(edition.iri) for edition in editions],
        "readings": choices["readings"],
        "installed": {**defaults, **page.service.knowledge.choices},
    }


def sample(position: str) -> dict[str, Any]:
    """The sample profile of a position (an IRI) in plain JSON; empty where there is none."""
    path = web_folder() / "samples" / f"{slug_of(position)}.json"
    if not path.is_file():
        return {}
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def options(page: Page, iris: Iterable[str], kind: str) -> list[Resource]:
    """Some resources in order, then by label; with their slugs after the kind in their IRIs."""
    resources = [page.resource(iri, kind) for iri in iris]
    return sorted(resources, key=lambda r: (page.graph.number(r.iri, "schema:position"), r.label))


def _knowledge(page: Page) -> list[dict[str, Any]]:
    """The knowledge items, grouped by the type of the clause that first asks for them."""
    graph = page.graph
    groups: dict[str, list[dict[str, str]]] = {}
    for item in options(page, graph.instances("lo:KnowledgeItem"), "knowledge"):
        asking = graph.subject_iris("lo:requiresKnowledge", item.iri)
        requirements = [iri for iri in asking if graph.iris(iri, "lo:kind")]
        clauses = (clause for r in requirements for clause in graph.iris(r, "dcterms:source"))
        types = (type_ for clause in clauses for type_ in graph.iris(clause, "lo:clauseType"))
        entry = {"definition": page.definition(item.iri), "since": _since(page, requirements)}
        groups.setdefault(next(types, ""), []).append({**vars(item), **entry})
    return [
        {
            "slug": slug_of(type_, "clause-type") if type_ else "other",
            "label": page.label(type_) if type_ else page.say("check.knowledge-other"),
            "items": items,
        }
        for type_, items in groups.items()
    ]


def _since(page: Page, requirements: list[str]) -> str:
    """The levels from which on requirements are stated; empty where every level states one."""
    stating = levels_stating(page, requirements)
    below = {level.iri: page.graph.iris(level.iri, "lo:inherits") for level in stating}
    first = [level for level in stating if below.keys().isdisjoint(below[level.iri])]
    inherits = any(below[level.iri] for level in first)
    return "; ".join(level.label for level in first) if inherits else ""


def _reading(page: Page, reading: Reading) -> dict[str, Any]:
    return {
        "name": reading.name,
        "label": page.label(reading.iri),
        "definition": page.definition(reading.iri),
        "options": [page.resource(option.iri) for option in reading.assessable],
    }


def diplomas_of(page: Page, row: FormRow) -> list[Resource]:
    """The typical diplomas of a credential's country, by their own names and ours."""
    return labelled_diplomas(page, _diplomas(page, row))


def levels_of(page: Page, row: FormRow) -> list[Resource]:
    """The levels of the frameworks of a credential's country, and of that which it states."""
    country, level = row.get("country", ""), row.get("level", "")
    if not country and "/" not in level:
        return []
    countries = abroad(page)
    slugs = dict.fromkeys([*countries.frameworks(country), level.partition("/")[0]])
    known = [slug for slug in slugs if slug in countries.crosswalk.frameworks.all]
    iris = [iri for slug in known for iri in countries.levels(slug)]
    return [Resource(iri, page.label(iri), iri.removeprefix(f"{ID}framework/")) for iri in iris]


def with_levels(page: Page, form: CandidateForm) -> CandidateForm:
    """The form in which a diploma that was chosen has set its level, where it has but one."""
    rows = tuple(_with_level(page, row) for row in form.rows["credential"])
    return replace(form, rows={**form.rows, "credential": rows})


def _with_level(page: Page, row: FormRow) -> FormRow:
    if not row["diploma"]:
        return row
    diploma = next((d for d in _diplomas(page, row) if d.iri == row["diploma"]), None)
    if diploma is None:  # of another country than the one that is chosen now
        return {**row, "diploma": ""}
    own = [level.removeprefix(f"{ID}framework/") for level in diploma.levels]
    return {**row, "level": own[0]} if len(own) == 1 else row


def labelled_diplomas(page: Page, diplomas: Iterable[Diploma]) -> list[Resource]:
    """Diplomas, each called by its own name, and by ours where that is another."""
    labels = ((d.iri, dict.fromkeys(filter(None, (d.name, page.label(d.iri))))) for d in diplomas)
    return [Resource(iri, " — ".join(names), iri) for iri, names in labels]


def _diplomas(page: Page, row: FormRow) -> list[Diploma]:
    is_foreign = row["country"] not in ("", HOME)
    return abroad(page).diplomas(row["country"]) if is_foreign else []


def abroad(page: Page) -> Abroad:
    """The countries with their diplomas, and the crosswalk that compares them; made once."""
    return page.site.once("abroad", lambda: Abroad(Crosswalk(page.graph)))
