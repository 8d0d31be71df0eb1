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
            _alignment(view, match.end)
            for ladder in view.ladders
            for framework in ("isco-08", "esco-occupations")
            for match in view.counterparts(ladder, framework)
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
    profile: dict[str, Any] = {
        **_thing(view, category.iri, "ConditionProfile"),
        "ceterms:targetOccupation": view.iri,
        "ceterms:condition": {
            tag: [view.message(requirement.iri, tag) for requirement in requirements]
            for tag in LANGUAGES
        },
        "ceterms:targetCompetency": [_alignment(view, item) for item in category.knowledge],
    }
    submitted = [*dict.fromkeys(d for requirement in requirements for d in requirement.documents)]
    if submitted:
        profile["ceterms:submissionOf"] = submitted
        profile["ceterms:submissionOfDescription"] = {
            tag: [view.labels(document)[tag] for document in submitted] for tag in LANGUAGES
        }
    if category.years is not None:
        profile["ceterms:yearsOfExperience"] = str(category.years)
        profile["ceterms:experience"] = {tag: view.experience(category, tag) for tag in LANGUAGES}
    alternatives = [
        _education(view, requirement, level)
        for requirement in requirements
        for level in requirement.levels
    ]
    if alternatives:
        profile["ceterms:alternativeCondition"] = alternatives
    return profile


def _education(view: PositionView, requirement: RequirementView, level: str) -> dict[str, Any]:
    """The education at one of the levels that the requirement accepts."""
    eqf = [match.end for match in view.counterparts(level, "eqf")]
    levels = [level, *(match.end for match in view.counterparts(level, "kz-nqf")), *eqf]
    return {
        "@type": "ceterms:ConditionProfile",
        "ceterms:name": view.labels(level),
        "ceterms:description": view.messages(requirement.iri),
        "ceterms:audienceLevelType": [
            *(_alignment(view, iri) for iri in levels),
            *(_abroad(view, match) for end in eqf for match in view.abroad(end)),
        ],
    }


def _abroad(view: PositionView, match: Counterpart) -> dict[str, Any]:
    """Another country's level, and how it corresponds to the EQF level of the education."""
    sureness = {tag: view.sureness(match.start, match, tag) for tag in LANGUAGES}
    return {**_alignment(view, match.end), "ceterms:targetNodeDescription": sureness}


def _alignment(view: PositionView, iri: str) -> dict[str, Any]:
    frameworks = view.crosswalk.frameworks
    alignment: dict[str, Any] = {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:targetNode": iri,
        "ceterms:targetNodeName": view.labels(iri),
    }
    if framework := frameworks.all.get(frameworks.of(iri)):
        alignment["ceterms:framework"] = framework.iri
        alignment["ceterms:frameworkName"] = view.labels(framework.iri)
        if code := frameworks.code(iri):
            alignment["ceterms:codedNotation"] = code
    return alignment
