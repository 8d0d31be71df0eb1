"""A position in CTDL: an occupation, and a condition profile for each of its categories.

A condition profile may be read as the description of a person who meets the conditions
(CTDL, ``ceterms:ConditionProfile``); it names the occupation as its target. Where a
requirement accepts several levels of education, each is an alternative condition. What is to
be submitted are the types of document that show the requirements.
"""

from __future__ import annotations

from typing import Any

from libonto.crosswalk.chains import Counterpart
from libonto.locales import LANGUAGES, sentence
from libonto.ontology.exports.description import Category, PositionView, RequirementView

CONTEXT = {
    "ceterms": "https://purl.org/ctdl/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{
        f"ceterms:{name}": {"@container": "@language"}
        for name in (
            "name",
            "description",
            "condition",
            "experience",
            "targetNodeName",
            "targetNodeDescription",
            "frameworkName",
            "submissionOfDescription",
        )
    },
    "ceterms:targetOccupation": {"@type": "@id"},
    "ceterms:targetNode": {"@type": "@id"},
    "ceterms:framework": {"@type": "@id"},
    "ceterms:submissionOf": {"@type": "@id"},
    "ceterms:yearsOfExperience": {"@type": "xsd:float"},
}


def document(view: PositionView, lang: str) -> dict[str, Any]:
    """A JSON-LD document with its context inside; texts in all three languages."""
    writer = _Writer(view)
    return {
        "@context": CONTEXT,
        "@graph": [writer.occupation(), *map(writer.profile, view.categories)],
    }


class _Writer:
    def __init__(self, view: PositionView) -> None:
        self.view = view

    def occupation(self) -> dict[str, Any]:
        return {
            "@id": self.view.iri,
            "@type": "ceterms:Occupation",
            "ceterms:name": self.view.labels(self.view.iri),
            "ceterms:description": self.view.definitions(self.view.iri),
            "ceterms:occupationType": [
                self._alignment(found.end)
                for ladder in self.view.order(self.view.categories)
                for framework in ("isco-08", "esco-occupations")
                for found in self.view.counterparts(ladder, framework)
            ],
        }

    def profile(self, category: Category) -> dict[str, Any]:
        found: dict[str, Any] = {
            "@id": category.iri,
            "@type": "ceterms:ConditionProfile",
            "ceterms:name": self.view.labels(category.iri),
            "ceterms:description": self.view.definitions(category.iri),
            "ceterms:targetOccupation": self.view.iri,
            "ceterms:condition": {
                tag: [
                    self.view.message(requirement.iri, tag) for requirement in category.requirements
                ]
                for tag in LANGUAGES
            },
            "ceterms:targetCompetency": [
                self._alignment(item)
                for requirement in category.requirements
                for item in requirement.knowledge
            ],
        }
        submitted = list(
            dict.fromkeys(d for requirement in category.requirements for d in requirement.documents)
        )
        if submitted:
            named = [self.view.labels(document) for document in submitted]
            found["ceterms:submissionOf"] = submitted
            found["ceterms:submissionOfDescription"] = {
                tag: [labels[tag] for labels in named] for tag in LANGUAGES
            }
        if category.years is not None:
            found["ceterms:yearsOfExperience"] = str(category.years)
            found["ceterms:experience"] = {
                tag: " ".join(
                    self.view.message(a.iri, tag) for a in category.requirements if a.years
                )
                for tag in LANGUAGES
            }
        alternatives = [
            self._education(requirement, level)
            for requirement in category.requirements
            for level in requirement.levels
        ]
        if alternatives:
            found["ceterms:alternativeCondition"] = alternatives
        return found

    def _education(self, requirement: RequirementView, level: str) -> dict[str, Any]:
        """The education at one of the levels that the requirement accepts."""
        eqf = self.view.counterparts(level, "eqf")
        return {
            "@type": "ceterms:ConditionProfile",
            "ceterms:name": self.view.labels(level),
            "ceterms:description": {
                tag: self.view.message(requirement.iri, tag) for tag in LANGUAGES
            },
            "ceterms:audienceLevelType": [
                self._alignment(iri)
                for iri in (
                    level,
                    *(found.end for found in self.view.counterparts(level, "kz-nqf")),
                    *(found.end for found in eqf),
                )
            ]
            + [self._abroad(match) for found in eqf for match in self.view.abroad(found.end)],
        }

    def _abroad(self, match: Counterpart) -> dict[str, Any]:
        """Another country's level, and how it corresponds to the EQF level of the education."""
        said = {
            tag: f"{self.view.label(match.start, tag)}: "
            f"{sentence(f'crosswalk.{match.relation.value}', tag)}, {match.strength:g}, "
            f"{sentence(f'crosswalk.{match.confirmation}', tag)}"
            for tag in LANGUAGES
        }
        return {**self._alignment(match.end), "ceterms:targetNodeDescription": said}

    def _alignment(self, iri: str) -> dict[str, Any]:
        frameworks = self.view.crosswalk.frameworks
        found: dict[str, Any] = {
            "@type": "ceterms:CredentialAlignmentObject",
            "ceterms:targetNode": iri,
            "ceterms:targetNodeName": self.view.labels(iri),
        }
        slug = frameworks.of(iri)
        if slug in frameworks.all:
            found["ceterms:framework"] = frameworks.all[slug].iri
            found["ceterms:frameworkName"] = self.view.labels(frameworks.all[slug].iri)
            code = frameworks.code(iri)
            if code:
                found["ceterms:codedNotation"] = code
        return found
