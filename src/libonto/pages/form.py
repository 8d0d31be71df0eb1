"""The form for one person: made from what the graph knows, and turned into a profile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pyoxigraph import NamedNode

from libonto.graph.terms import slug_of
from libonto.pages.law import levels
from libonto.pages.site import Item, Page, web_folder

MOST_ROWS = 30
CREDENTIAL = ("level", "field", "awarded")
EMPLOYMENT = ("position", "start", "end")


@dataclass(frozen=True)
class Form:
    """What stands in the form, as text."""

    name: str = ""
    category: str = ""
    on: str = ""
    credentials: tuple[Mapping[str, str], ...] = ()
    employments: tuple[Mapping[str, str], ...] = ()
    knowledge: frozenset[str] = frozenset()
    readings: Mapping[str, str] = field(default_factory=dict)
    document: str = ""

    def with_rows(self, *, credentials: int = 1, employments: int = 1) -> Form:
        """The same with at least so many rows."""
        return replace(
            self,
            credentials=_filled(self.credentials, CREDENTIAL, credentials),
            employments=_filled(self.employments, EMPLOYMENT, employments),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been stated that could be judged."""
        stated = [*self.credentials, *self.employments]
        return not self.knowledge and not any(any(row.values()) for row in stated)

    def profile(self) -> dict[str, Any]:
        """The profile in the contract's plain JSON; empty rows are left out."""
        profile: dict[str, Any] = {
            "credentials": [_stated(row) for row in self.credentials if any(row.values())],
            "employments": [_stated(row) for row in self.employments if any(row.values())],
            "knowledge": sorted(self.knowledge),
        }
        if self.name.strip():
            profile["name"] = self.name.strip()
        if self.category:
            profile["appliesFor"] = self.category
        return profile


def from_fields(fields: Iterable[tuple[str, str]]) -> Form:
    """The form from a browser's fields, in whatever order they come."""
    pairs = list(fields)
    single = dict(pairs)
    return Form(
        name=single.get("name", "")[:200],
        category=single.get("category", ""),
        on=single.get("on", ""),
        credentials=_rows(pairs, "credential", CREDENTIAL),
        employments=_rows(pairs, "employment", EMPLOYMENT),
        knowledge=frozenset(value for key, value in pairs if key == "knowledge" and value),
        readings={
            key.removeprefix("reading-"): value
            for key, value in pairs
            if key.startswith("reading-") and value
        },
        document=single.get("document", ""),
    )


def from_profile(profile: Mapping[str, Any]) -> Form:
    """The form from a profile in plain JSON (the sample)."""
    return Form(
        name=str(profile.get("name", "")),
        category=str(profile.get("appliesFor", "")),
        credentials=tuple(
            {key: str(row.get(key, "")) for key in CREDENTIAL}
            for row in profile.get("credentials", [])
        ),
        employments=tuple(
            {key: str(row.get(key, "")) for key in EMPLOYMENT}
            for row in profile.get("employments", [])
        ),
        knowledge=frozenset(profile.get("knowledge", [])),
    )


def choices(page: Page) -> dict[str, Any]:
    """What the form offers, with labels: levels, fields, positions, items, categories, readings."""
    graph = page.site.graph
    return {
        "categories": levels(page),
        "levels": _options(page, "lo:EducationLevel", "education"),
        "fields": _options(page, "lo:FieldOfStudy", "field"),
        "employment_positions": [
            item
            for item in _options(page, "lo:Position", "position")
            if not graph.iris(NamedNode(item.iri), "lo:specifiedAs")
        ],
        "knowledge": [
            {
                "slug": item.slug,
                "label": item.label,
                "definition": graph.translations(NamedNode(item.iri), "skos:definition").get(
                    page.lang, ""
                ),
            }
            for item in _options(page, "lo:KnowledgeItem", "knowledge")
        ],
        "readings": [_reading(page, item) for item in _options(page, "lo:Reading", "reading")],
    }


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
        "default": default[0].rpartition("/")[2] if default else "",
        "options": options,
    }


def _options(page: Page, class_: str, kind: str) -> list[Item]:
    graph = page.site.graph
    iris = graph.instances(class_)
    iris.sort(key=lambda iri: (graph.number(NamedNode(iri), "schema:position"), page.label(iri)))
    return [Item(iri, page.label(iri), slug_of(iri, kind)) for iri in iris]


def sample(position: str) -> dict[str, Any]:
    """The sample profile of a position, in plain JSON; an empty one where there is none."""
    path = web_folder() / "samples" / f"{position}.json"
    if not path.is_file():
        return {}
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


_FIELD = re.compile(r"(credential|employment)-([0-9]{1,2})-([a-z]+)")


def _rows(
    pairs: list[tuple[str, str]], part: str, keys: tuple[str, ...]
) -> tuple[Mapping[str, str], ...]:
    rows: dict[int, dict[str, str]] = {}
    for key, value in pairs:
        match = _FIELD.fullmatch(key)
        if match and match[1] == part and match[3] in keys and int(match[2]) <= MOST_ROWS:
            rows.setdefault(int(match[2]), dict.fromkeys(keys, ""))[match[3]] = value.strip()
    return tuple(rows[number] for number in sorted(rows))


def _filled(
    rows: tuple[Mapping[str, str], ...], keys: tuple[str, ...], least: int
) -> tuple[Mapping[str, str], ...]:
    missing = max(0, min(least, MOST_ROWS) - len(rows))
    return rows + tuple(dict.fromkeys(keys, "") for _ in range(missing))


def _stated(row: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in row.items() if value}
