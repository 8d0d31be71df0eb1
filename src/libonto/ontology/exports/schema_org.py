"""A position as schema.org has it: an Occupation, and one for each of its categories.

schema.org has no place for readings, for clauses, or for what a category inherits; every
category therefore carries all that it asks for, and its address leads to our description. How
strong a correspondence is stands on a node of ours, never on the other system's own.
"""

from __future__ import annotations

from typing import Any

from libonto.locales import LANGUAGES, sentence
from libonto.ontology.exports.description import CategoryView, PositionView, RequirementView

MONTHS_A_YEAR = 12
_CODE_SETS = ("isco-08", "esco-occupations")


def document(view: PositionView, lang: str) -> dict[str, Any]:
    """A JSON-LD document in one language; labels in the others are alternate names."""
    writer = _Writer(view, lang)
    return {
        "@context": "https://schema.org/",
        "@graph": [writer.position(), *map(writer.category, view.categories)],
    }


class _Writer:
    def __init__(self, view: PositionView, lang: str) -> None:
        self.view, self.lang = view, lang

    def position(self) -> dict[str, Any]:
        view, frameworks = self.view, self.view.crosswalk.frameworks
        shared = view.graph.in_order(view.shared_knowledge)
        return {
            **self._thing("Occupation", view.iri),
            "description": view.definition(view.iri, self.lang),
            "responsibilities": [view.definition(duty, self.lang) for duty in view.duties],
            "skills": [self._term(item) for item in shared if frameworks.of(item)],
            "occupationalCategory": [
                code for ladder in view.ladders for code in self._codes(ladder)
            ],
        }

    def category(self, category: CategoryView) -> dict[str, Any]:
        view = self.view
        education = [
            self._credential(a, level) for a in category.requirements for level in a.levels
        ]
        position, label = (view.label(iri, self.lang) for iri in (view.iri, category.iri))
        found: dict[str, Any] = {
            **self._thing("Occupation", category.iri),
            "name": f"{position}: {label}",
            "description": view.definition(category.iri, self.lang),
            "qualifications": [view.message(r.iri, self.lang) for r in category.requirements],
            "skills": [self._term(item) for item in category.knowledge],
            "occupationalCategory": self._codes(category.ladder),
        }
        if education:
            found["educationRequirements"] = education
        if category.years is not None:
            found["experienceRequirements"] = {
                "@type": "OccupationalExperienceRequirements",
                "monthsOfExperience": category.years * MONTHS_A_YEAR,
                "description": view.experience(category, self.lang),
            }
        return found

    def _credential(self, requirement: RequirementView, level: str) -> dict[str, Any]:
        """One of the kinds of education that satisfy the requirement."""
        levels = [self._term(level)]
        for framework in ("kz-nqf", "eqf"):
            if framework in self.view.crosswalk.frameworks.all:
                levels += [
                    self._term(found.end, self._strength(found.relation.value, found.strength))
                    for found in self.view.counterparts(level, framework)
                ]
        return {
            "@type": "EducationalOccupationalCredential",
            "name": self.view.label(level, self.lang),
            "educationalLevel": levels,
            "about": [self._term(field) for field in requirement.fields],
        }

    def _codes(self, ladder: str) -> list[dict[str, Any]]:
        frameworks = self.view.crosswalk.frameworks
        return [
            {
                "@type": "CategoryCode",
                "url": found.end,
                "codeValue": frameworks.code(found.end) or found.end,
                "name": self.view.label(found.end, self.lang),
                "description": self._strength(found.relation.value, found.strength),
                "inCodeSet": {
                    "@type": "CategoryCodeSet",
                    "@id": frameworks.all[code_set].iri,
                    "name": self.view.label(frameworks.all[code_set].iri, self.lang),
                },
            }
            for code_set in _CODE_SETS
            if code_set in frameworks.all
            for found in self.view.counterparts(ladder, code_set)
        ]

    def _strength(self, relation: str, strength: float) -> str:
        said = sentence(f"crosswalk.{relation}", self.lang)
        return f"{sentence('crosswalk.relation', self.lang)}: {said}; " + (
            f"{sentence('crosswalk.strength', self.lang)}: {strength:g}"
        )

    def _term(self, iri: str, description: str = "") -> dict[str, Any]:
        """A term; one with a remark of ours is a node of ours that leads to it."""
        found = {**self._thing("DefinedTerm", iri)}
        found.pop("alternateName", None)
        if description:
            found["url"] = found.pop("@id")
        code = self.view.crosswalk.frameworks.code(iri)
        if code:
            found["termCode"] = code
        if description:
            found["description"] = description
        return found

    def _thing(self, kind: str, iri: str) -> dict[str, Any]:
        labels = self.view.labels(iri)
        name = self.view.label(iri, self.lang)
        others = [labels[tag] for tag in LANGUAGES if tag in labels and labels[tag] != name]
        found: dict[str, Any] = {"@type": kind, "@id": iri, "name": name}
        if others:
            found["alternateName"] = list(dict.fromkeys(others))
        return found
