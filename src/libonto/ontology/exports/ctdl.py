"""A position in CTDL: an occupation, and a condition profile for each of its categories.

A condition profile may be read as the description of a person who meets the conditions
(CTDL, ``ceterms:ConditionProfile``); it names the occupation as its target. Where a
requirement accepts several levels of education, each is an alternative condition. What is to
be submitted are the types of document that show the requirements.
"""

from __future__ import annotations

from typing import Any

from libonto.crosswalk.chains import Counterpart
from libonto.locales import LANGUAGES
from libonto.ontology.exports.description import CategoryView, PositionView, RequirementView

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
    occupation = {
        **_thing(view, view.iri, "Occupation"),
        "ceterms:occupationType": [
            _alignment(view, found.end)
            for ladder in view.ladders
            for framework in ("isco-08", "esco-occupations")
            for found in view.counterparts(ladder, framework)
        ],
    }
    profiles = [_profile(view, category) for category in view.categories]
    return {"@context": CONTEXT, "@graph": [occupation, *profiles]}


def _thing(view: PositionView, iri: str, type_: str) -> dict[str, Any]:
    return {
        "@id": iri,
        "@type": f"ceterms:{type_}",
        "ceterms:name": view.labels(iri),
        "ceterms:description": view.definitions(iri),
    }


def _profile(view: PositionView, category: CategoryView) -> dict[str, Any]:
    requirements = category.requirements
    found: dict[str, Any] = {
        **_thing(view, category.iri, "ConditionProfile"),
        "ceterms:targetOccupation": view.iri,
        "ceterms:condition": {
            tag: [view.message(requirement.iri, tag) for requirement in requirements]
            for tag in LANGUAGES
        },
        "ceterms:targetCompetency": [_alignment(view, item) for item in category.knowledge],
    }
    submitted = list(
        dict.fromkeys(d for requirement in requirements for d in requirement.documents)
    )
    if submitted:
        found["ceterms:submissionOf"] = submitted
        found["ceterms:submissionOfDescription"] = {
            tag: [view.labels(document)[tag] for document in submitted] for tag in LANGUAGES
        }
    if category.years is not None:
        found["ceterms:yearsOfExperience"] = str(category.years)
        found["ceterms:experience"] = {tag: view.experience(category, tag) for tag in LANGUAGES}
    alternatives = [
        _education(view, requirement, level)
        for requirement in requirements
        for level in requirement.levels
    ]
    if alternatives:
        found["ceterms:alternativeCondition"] = alternatives
    return found


def _education(view: PositionView, requirement: RequirementView, level: str) -> dict[str, Any]:
    """The education at one of the levels that the requirement accepts."""
    eqf = view.counterparts(level, "eqf")
    levels = [level, *(found.end for found in (*view.counterparts(level, "kz-nqf"), *eqf))]
    return {
        "@type": "ceterms:ConditionProfile",
        "ceterms:name": view.labels(level),
        "ceterms:description": view.messages(requirement.iri),
        "ceterms:audienceLevelType": [
            *(_alignment(view, iri) for iri in levels),
            *(_abroad(view, match) for found in eqf for match in view.abroad(found.end)),
        ],
    }


def _abroad(view: PositionView, match: Counterpart) -> dict[str, Any]:
    """Another country's level, and how it corresponds to the EQF level of the education."""
    said = {tag: view.sureness(match.start, match, tag) for tag in LANGUAGES}
    return {**_alignment(view, match.end), "ceterms:targetNodeDescription": said}


def _alignment(view: PositionView, iri: str) -> dict[str, Any]:
    frameworks = view.crosswalk.frameworks
    found: dict[str, Any] = {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:targetNode": iri,
        "ceterms:targetNodeName": view.labels(iri),
    }
    if framework := frameworks.all.get(frameworks.of(iri)):
        found["ceterms:framework"] = framework.iri
        found["ceterms:frameworkName"] = view.labels(framework.iri)
        if code := frameworks.code(iri):
            found["ceterms:codedNotation"] = code
    return found
