"""What a position asks for as qualifications of the European Learning Model 3.

A category has no level, for the text states none: what has one is the education that is
asked for. So each kind of education that a requirement accepts is one qualification for
each EQF level that corresponds to it, with the NQF level beside it, the fields, and as
learning outcomes what every category of the position must know. How sure the levels are is
said in an additional note: Kazakhstan's framework is not referenced to the EQF.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from libonto.crosswalk.chains import Counterpart
from libonto.locales import LANGUAGES, sentence
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
    found: dict[str, dict[str, Any]] = {}
    for category in view.categories:
        for requirement in category.requirements:
            for qualification in _qualifications(view, requirement):
                found.setdefault(qualification["@id"], qualification)
    return {"@context": CONTEXT, "@graph": list(found.values())}


def _qualifications(view: PositionView, requirement: RequirementView) -> Iterator[dict[str, Any]]:
    for level in requirement.levels:
        nqf = view.counterparts(level, "kz-nqf")
        for eqf in view.counterparts(level, "eqf"):
            code = view.crosswalk.frameworks.code(eqf.end)
            beside = _beside(view, nqf, eqf)
            if not beside:
                continue
            yield {
                "@id": _identifier(requirement.iri, level, code or ""),
                "@type": "elm:Qualification",
                "dcterms:title": _titles(view, requirement, level),
                "dcterms:description": {
                    tag: view.message(requirement.iri, tag) for tag in LANGUAGES
                },
                "elm:EQFLevel": {**_concept(view, eqf.end, EQF_SCHEME), **_abroad(view, eqf.end)},
                "elm:NQFLevel": [
                    _concept(view, found.end, view.crosswalk.frameworks.all["kz-nqf"].iri)
                    for found in beside
                ],
                "elm:ISCEDFCode": [
                    _concept(view, found.end, ISCED_SCHEME)
                    for field in requirement.fields
                    for found in view.counterparts(field, "isced-f")
                    if found.end.startswith(_PUBLISHED)
                ],
                "elm:learningOutcome": [_outcome(view, item) for item in _knowledge(view)],
                "elm:isPartialQualification": False,
                "elm:additionalNote": [_note(view, [eqf, *beside])],
            }


def _beside(view: PositionView, nqf: list[Counterpart], eqf: Counterpart) -> list[Counterpart]:
    """The NQF levels that correspond to the EQF level itself; all where none does."""
    ends = {found.end for found in view.counterparts(eqf.end, "kz-nqf")}
    return [found for found in nqf if found.end in ends] or nqf


def _identifier(requirement: str, level: str, code: str) -> str:
    parts = (requirement.rpartition("/")[2], level.rpartition("/")[2], f"eqf-{code}")
    return "urn:libonto:qualification:" + ":".join(parts)


def _titles(view: PositionView, requirement: RequirementView, level: str) -> dict[str, str]:
    return {
        tag: f"{view.label(level, tag)}: "
        + ", ".join(view.label(field, tag) for field in requirement.fields)
        for tag in LANGUAGES
    }


def _knowledge(view: PositionView) -> list[str]:
    """What every category of the position must know."""
    every = [
        [item for requirement in category.requirements for item in requirement.knowledge]
        for category in view.categories
    ]
    return [item for item in (every[0] if every else []) if all(item in one for one in every)]


def _outcome(view: PositionView, item: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@id": item,
        "@type": "elm:LearningOutcome",
        "dcterms:title": view.labels(item),
    }
    skills = [
        {"@id": match.end, "@type": "skos:Concept", "skos:prefLabel": view.labels(match.end)}
        for match in view.counterparts(item, "esco")
    ]
    if skills:
        found["elm:relatedESCOSkill"] = skills
    return found


def _concept(view: PositionView, iri: str, scheme: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@id": iri,
        "@type": "skos:Concept",
        "skos:prefLabel": view.labels(iri),
        "skos:inScheme": {"@id": scheme, "@type": "skos:ConceptScheme"},
    }
    code = view.crosswalk.frameworks.code(iri)
    if code:
        found["skos:notation"] = code
    return found


def _abroad(view: PositionView, eqf: str) -> dict[str, Any]:
    """Other countries' levels by their relation to an EQF level: of the level, of no diploma."""
    found: dict[str, list[dict[str, Any]]] = {}
    for match in view.abroad(eqf):
        scheme = view.crosswalk.frameworks.all[view.crosswalk.frameworks.of(match.end)].iri
        level = _concept(view, match.end, scheme)
        found.setdefault(f"skos:{match.relation.value}", []).append(level)
    return found


def _note(view: PositionView, levels: list[Counterpart]) -> dict[str, Any]:
    """How each level was found, and the caveats of the frameworks."""
    frameworks = view.crosswalk.frameworks
    slugs = frozenset(frameworks.of(found.end) for found in levels)
    said = {}
    for tag in LANGUAGES:
        lines = [
            f"{view.label(found.end, tag)}: {sentence(f'crosswalk.{found.relation.value}', tag)}, "
            f"{found.strength:g}, {sentence(f'crosswalk.{found.confirmation}', tag)}."
            for found in levels
        ]
        said[tag] = " ".join([*lines, *frameworks.caveats(slugs, tag)])
    return {"@type": "elm:Note", "elm:noteLiteral": said}
