"""A position as schema.org has it: an Occupation, and one for each of its categories.

schema.org has no place for readings, for clauses, or for what a category inherits; every
category therefore carries all that it asks for, and its address leads to our description. How
strong a correspondence is stands on a node of ours, never on the other system's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from libonto.crosswalk.chains import Counterpart
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


@dataclass(frozen=True)
class _Writer:
    view: PositionView
    lang: str

    def position(self) -> dict[str, Any]:
        view, graph = self.view, self.view.graph
        shared = graph.in_order(view.shared_knowledge)
        duties = graph.in_order(graph.iris(view.iri, "lo:hasDuty"))
        return {
            **self._thing("Occupation", view.iri),
            "description": view.definition(view.iri, self.lang),
            "responsibilities": [view.definition(duty, self.lang) for duty in duties],
            "skills": [self._term(item) for item in shared if view.crosswalk.frameworks.of(item)],
            "occupationalCategory": [c for ladder in view.ladders for c in self._codes(ladder)],
        }

    def category(self, category: CategoryView) -> dict[str, Any]:
        view, lang = self.view, self.lang
        occupation: dict[str, Any] = {
            **self._thing("Occupation", category.iri),
            "name": f"{view.label(view.iri, lang)}: {view.label(category.iri, lang)}",
            "description": view.definition(category.iri, lang),
            "qualifications": [view.message(r.iri, lang) for r in category.requirements],
            "skills": [self._term(item) for item in category.knowledge],
            "occupationalCategory": self._codes(category.ladder),
        }
        education = [
            self._credential(requirement, level)
            for requirement in category.requirements
            for level in requirement.levels
        ]
        if education:
            occupation["educationRequirements"] = education
        if category.years is not None:
            occupation["experienceRequirements"] = {
                "@type": "OccupationalExperienceRequirements",
                "monthsOfExperience": category.years * MONTHS_A_YEAR,
                "description": view.experience(category, lang),
            }
        return occupation

    def _credential(self, requirement: RequirementView, level: str) -> dict[str, Any]:
        """One of the kinds of education that satisfy the requirement."""
        levels = [self._term(level)]
        for framework in ("kz-nqf", "eqf"):
            if framework in self.view.crosswalk.frameworks.all:
                matches = self.view.counterparts(level, framework)
                levels += [self._term(match.end, self._strength(match)) for match in matches]
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
                "url": match.end,
                "codeValue": frameworks.code(match.end) or match.end,
                "name": self.view.label(match.end, self.lang),
                "description": self._strength(match),
                "inCodeSet": {
                    "@type": "CategoryCodeSet",
                    "@id": frameworks.all[code_set].iri,
                    "name": self.view.label(frameworks.all[code_set].iri, self.lang),
                },
            }
            for code_set in _CODE_SETS
            if code_set in frameworks.all
            for match in self.view.counterparts(ladder, code_set)
        ]

    def _strength(self, match: Counterpart) -> str:
        relation, strength, value = (
            sentence(f"crosswalk.{key}", self.lang)
            for key in ("relation", "strength", match.relation.value)
        )
        return f"{relation}: {value}; {strength}: {match.strength:g}"

    def _term(self, iri: str, description: str = "") -> dict[str, Any]:
        """A term; one with a remark of ours is a node of ours that leads to it."""
        thing = self._thing("DefinedTerm", iri)
        thing.pop("alternateName", None)
        if description:
            thing["url"] = thing.pop("@id")
        if code := self.view.crosswalk.frameworks.code(iri):
            thing["termCode"] = code
        if description:
            thing["description"] = description
        return thing

    def _thing(self, kind: str, iri: str) -> dict[str, Any]:
        labels, name = self.view.labels(iri), self.view.label(iri, self.lang)
        others = [labels[tag] for tag in LANGUAGES if tag in labels and labels[tag] != name]
        thing: dict[str, Any] = {"@type": kind, "@id": iri, "name": name}
        if others:
            thing["alternateName"] = list(dict.fromkeys(others))
        return thing
