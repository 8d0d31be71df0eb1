"""What a position asks for as qualifications of the European Learning Model 3.

A category has no level, for the text states none: what has one is the education that is
asked for. So each kind of education that a requirement accepts is one qualification for
each EQF level that corresponds to it, with the NQF level beside it, the fields, and as
learning outcomes what every category of the position must know. How sure the levels are is
stated in an additional note: Kazakhstan's framework is not referenced to the EQF.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from libonto.crosswalk.chains import Counterpart
from libonto.locales import LANGUAGES
from libonto.ontology.exports.description import PositionView, RequirementView

CONTEXT = {
    "elm": "http://data.europa.eu/snb/model/elm/",
    "dcterms": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms:title": {"@container": "@language"},
    "dcterms:description": {"@container": "@language"},
    "skos:prefLabel": {"@container": "@language"},
    "elm:noteLiteral": {"@container": "@language"},
}
EQF_SCHEME = "http://data.europa.eu/snb/eqf/25831c2"
ISCED_SCHEME = "http://data.europa.eu/snb/isced-f/25831c2"
_PUBLISHED = "http://data.europa.eu/snb/"
"""The addresses under which ELM's controlled vocabularies stand."""


def document(view: PositionView, lang: str) -> dict[str, Any]:
    """A JSON-LD document with its context inside; texts in all three languages."""
    qualifications: dict[str, dict[str, Any]] = {}
    for category in view.categories:
        for requirement in category.requirements:
            for qualification in _qualifications(view, requirement):
                qualifications.setdefault(qualification["@id"], qualification)
    return {"@context": CONTEXT, "@graph": list(qualifications.values())}


def _qualifications(view: PositionView, requirement: RequirementView) -> Iterator[dict[str, Any]]:
    def title(level: str, tag: str) -> str:
        fields = ", ".join(view.label(field, tag) for field in requirement.fields)
        return f"{view.label(level, tag)}: {fields}"

    for level in requirement.levels:
        nqf = view.counterparts(level, "kz-nqf")
        for eqf in view.counterparts(level, "eqf"):
            # The NQF levels that correspond to the EQF level itself; all where none does.
            ends = {match.end for match in view.counterparts(eqf.end, "kz-nqf")}
            beside = [match for match in nqf if match.end in ends] or nqf
            if not beside:
                continue
            names = (requirement.iri.rpartition("/")[2], level.rpartition("/")[2])
            code = view.crosswalk.frameworks.code(eqf.end) or ""
            yield {
                "@id": f"urn:libonto:qualification:{':'.join(names)}:eqf-{code}",
                "@type": "elm:Qualification",
                "dcterms:title": {tag: title(level, tag) for tag in LANGUAGES},
                "dcterms:description": view.messages(requirement.iri),
                "elm:EQFLevel": {**_concept(view, eqf.end, EQF_SCHEME), **_abroad(view, eqf.end)},
                "elm:NQFLevel": [_level(view, match.end, "kz-nqf") for match in beside],
                "elm:ISCEDFCode": [
                    _concept(view, match.end, ISCED_SCHEME)
                    for field in requirement.fields
                    for match in view.counterparts(field, "isced-f")
                    if match.end.startswith(_PUBLISHED)
                ],
                "elm:learningOutcome": [_outcome(view, item) for item in view.shared_knowledge],
                "elm:isPartialQualification": False,
                "elm:additionalNote": [_note(view, [eqf, *beside])],
            }


def _outcome(view: PositionView, item: str) -> dict[str, Any]:
    outcome: dict[str, Any] = {
        "@id": item,
        "@type": "elm:LearningOutcome",
        "dcterms:title": view.labels(item),
    }
    skills = [
        {"@id": match.end, "@type": "skos:Concept", "skos:prefLabel": view.labels(match.end)}
        for match in view.counterparts(item, "esco")
    ]
    if skills:
        outcome["elm:relatedESCOSkill"] = skills
    return outcome


def _concept(view: PositionView, iri: str, scheme: str) -> dict[str, Any]:
    concept: dict[str, Any] = {
        "@id": iri,
        "@type": "skos:Concept",
        "skos:prefLabel": view.labels(iri),
        "skos:inScheme": {"@id": scheme, "@type": "skos:ConceptScheme"},
    }
    if code := view.crosswalk.frameworks.code(iri):
        concept["skos:notation"] = code
    return concept


def _level(view: PositionView, iri: str, framework: str) -> dict[str, Any]:
    return _concept(view, iri, view.crosswalk.frameworks.all[framework].iri)


def _abroad(view: PositionView, eqf: str) -> dict[str, Any]:
    """Other countries' levels by their relation to an EQF level: of the level, of no diploma."""
    levels: dict[str, list[dict[str, Any]]] = {}
    for match in view.abroad(eqf):
        level = _level(view, match.end, view.crosswalk.frameworks.of(match.end))
        levels.setdefault(f"skos:{match.relation.value}", []).append(level)
    return levels


def _note(view: PositionView, levels: list[Counterpart]) -> dict[str, Any]:
    """How each level was found, and the caveats of the frameworks."""
    frameworks = view.crosswalk.frameworks
    slugs = frozenset(frameworks.of(match.end) for match in levels)
    notes = {
        tag: " ".join(
            [
                *(f"{view.sureness(match.end, match, tag)}." for match in levels),
                *frameworks.caveats(slugs, tag),
            ]
        )
        for tag in LANGUAGES
    }
    return {"@type": "elm:Note", "elm:noteLiteral": notes}
