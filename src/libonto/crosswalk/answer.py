"""An answer of the crosswalk in every form that the faces give: one value, several renderings.

`correspondences` is what `libonto crosswalk` and `GET /api/crosswalk` call; `rendered`
writes its answer as JSON, CSV, an SSSOM table or Turtle.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from libonto.crosswalk.chains import Counterpart, Crosswalk, Link, Relation
from libonto.graph.mappings import SKOS, Mapping, MappingSet, RowPlace, quads
from libonto.graph.store import Graph
from libonto.graph.terms import BASE, PREFIXES
from libonto.graph.turtle import to_text
from libonto.law.positions import required
from libonto.law.readings import default_alternatives
from libonto.locales import sentence

_CATEGORY = "category"
DERIVED = BASE + "mappings/derived"
CHAINING = PREFIXES["semapv"] + "MappingChaining"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "confidence",
    "ext_confirmation",
    "ext_valid_from",
    "ext_valid_until",
    "author_label",
    "mapping_date",
    "see_also",
    "comment",
)
_EXTENSIONS = (
    ("ext_confirmation", "confirmation", "https://w3id.org/linkml/Uriorcurie"),
    ("ext_valid_from", "validFrom", PREFIXES["xsd"] + "date"),
    ("ext_valid_until", "validUntil", PREFIXES["xsd"] + "date"),
)
"""The slots of ours in an SSSOM table: their names, our properties, the types of their values."""


@dataclass(frozen=True)
class OpenedCategory:
    """A category whose education requirement accepts a level of education that was reached."""

    category: str
    education: str
    fields: tuple[str, ...]
    """The fields in which the requirement accepts it: IRIs."""
    by: Counterpart | None
    """The chain to the level of education; None where it was asked about itself."""


@dataclass(frozen=True)
class Correspondences:
    """What was asked, and what corresponds to it."""

    start: str | None
    """The concept's IRI, or None where all stated mappings were asked for."""
    to: str | None
    bases: tuple[str, ...]
    """The concepts whose counterparts are shown: the start, or what speaks for it."""
    counterparts: tuple[Counterpart, ...]
    gaps: tuple[str, ...]
    """The IRIs of the gaps (`lo:Gap`) that concern it."""
    crosswalk: Crosswalk
    categories: tuple[OpenedCategory, ...] = ()
    """The categories to whose education requirement a level leads."""
    countries: tuple[str, ...] = ()
    """The slugs of other countries' frameworks that correspond too, and were not asked for."""

    @property
    def of_others(self) -> bool:
        """Whether the start has no correspondence of its own."""
        return self.start is not None and all(c.start != self.start for c in self.counterparts)

    def caveats(self, lang: str) -> list[str]:
        """What to beware of, by the frameworks that the ways pass through."""
        frameworks = self.crosswalk.frameworks
        ends = {
            end for c in self.counterparts for link in c.links for end in (link.start, link.end)
        }
        return frameworks.caveats(frozenset(map(frameworks.of, ends)), lang)


def correspondences(
    graph: Graph,
    *,
    start: str | None = None,
    to: str | None = None,
    awarded: date | None = None,
) -> Correspondences:
    """What a concept corresponds to in a framework; without `start`, every stated mapping.

    `start` is an IRI, `FRAMEWORK/CODE` or `KIND/SLUG`; `to` the slugs or IRIs of frameworks,
    with commas between them. Without `to`, other countries' frameworks are counted only, and
    the categories that a level leads to are told too. `awarded` is the day of a document that
    states the level. Raises UsageError for a name that means nothing.
    """
    crosswalk = Crosswalk(graph)
    frameworks = crosswalk.frameworks
    wanted = None if to is None else [name.strip() for name in to.split(",")]
    slugs = (
        None
        if wanted is None
        else frozenset[str]().union(*(frameworks.named(n) for n in wanted if n != _CATEGORY))
    )
    if start is None:
        return Correspondences(None, to, (), tuple(crosswalk.stated_mappings(slugs)), (), crosswalk)
    concept = frameworks.concept(start)
    bases = crosswalk.bases(concept)
    found = [
        c
        for base in bases
        for c in crosswalk.counterparts(base, slugs, awarded=awarded)
        if slugs is None or slugs
    ]
    countries: frozenset[str] = frozenset()
    if slugs is None:
        abroad = frameworks.of_countries - {frameworks.of(concept)}
        countries = frozenset(frameworks.of(c.end) for c in found) & abroad
        passed_over = abroad | {"qualification"}
        found = [c for c in found if frameworks.of(c.end) not in passed_over]
    categories: tuple[OpenedCategory, ...] = ()
    if bases == [concept] and (wanted is None or _CATEGORY in wanted):
        categories = tuple(_opened_categories(crosswalk, concept, awarded))
    return Correspondences(
        start=concept,
        to=to,
        bases=tuple(bases),
        counterparts=tuple(found),
        gaps=_gaps(crosswalk, bases),
        crosswalk=crosswalk,
        categories=categories,
        countries=tuple(sorted(countries)),
    )


def _opened_categories(
    crosswalk: Crosswalk, concept: str, awarded: date | None
) -> Iterator[OpenedCategory]:
    """The categories that a level leads to, in their order, by the default readings."""
    graph = crosswalk.graph
    levels: dict[str, Counterpart | None] = {
        c.end: c
        for c in crosswalk.counterparts(concept, frozenset({"education"}), awarded=awarded)
        if not (c.is_stated and c.relation is Relation.RELATED)
    }
    if graph.is_a(concept, "lo:EducationLevel"):
        levels = {concept: None}
    if not levels:
        return
    for category in graph.in_order(graph.instances("lo:CategoryLevel")):
        for requirement in required(graph, category):
            ways = default_alternatives(graph, requirement)
            accepted = [level for way in ways for level in graph.iris(way, "lo:acceptsLevel")]
            for education in dict.fromkeys(accepted):
                if education in levels:
                    fields = tuple(
                        field
                        for way in ways
                        if education in graph.iris(way, "lo:acceptsLevel")
                        for field in graph.iris(way, "lo:acceptsField")
                    )
                    yield OpenedCategory(category, education, fields, levels[education])


def _gaps(crosswalk: Crosswalk, bases: Sequence[str]) -> tuple[str, ...]:
    """The gaps of the concepts themselves, and of the frameworks that they belong to."""
    graph, frameworks = crosswalk.graph, crosswalk.frameworks
    slugs = filter(frameworks.all.__contains__, map(frameworks.of, bases))
    about = [*bases, *(frameworks.all[slug].iri for slug in slugs)]
    return tuple(sorted({gap for iri in about for gap in graph.subject_iris("lo:gapFor", iri)}))


def rendered(answer: Correspondences, format_: str, lang: str) -> str:
    """The answer as text: `json`, `csv`, `sssom` or `turtle`."""
    if format_ == "json":
        return json.dumps(as_value(answer, lang), ensure_ascii=False, indent=2)
    if format_ == "csv":
        return _as_csv(answer, lang)
    derived = as_mapping_set(answer)
    if format_ == "sssom":
        return as_sssom(derived, answer.crosswalk.graph)
    return to_text(quad.triple for quad in quads(derived))


def as_value(answer: Correspondences, lang: str) -> dict[str, Any]:
    """The answer as a JSON value, its labels and sentences in a language."""
    graph = answer.crosswalk.graph
    concept = partial(_concept, answer.crosswalk, lang=lang)
    return {
        "from": concept(answer.start) if answer.start else None,
        "to": answer.to,
        "correspondences": [
            {
                "from": concept(found.start),
                "to": concept(found.end),
                "predicate": _short(found.relation.predicate),
                "strength": found.strength,
                "confirmation": found.confirmation,
                "stated": found.is_stated,
                "path": [_step(link) for link in found.links],
            }
            for found in answer.counterparts
        ],
        "categories": [
            {
                "category": concept(opened.category),
                "education": concept(opened.education),
                "fields": [concept(field) for field in opened.fields],
                "strength": opened.by.strength if opened.by else 1.0,
                "confirmation": opened.by.confirmation if opened.by else None,
            }
            for opened in answer.categories
        ],
        "countries": list(answer.countries),
        "caveats": answer.caveats(lang),
        "gaps": [
            {
                "iri": gap,
                "label": graph.label(gap, lang),
                "definition": graph.definitions(gap).get(lang),
            }
            for gap in answer.gaps
        ],
    }


def _step(link: Link) -> dict[str, Any]:
    mapping = link.mapping
    return {
        "from": link.start,
        "predicate": _short(link.relation.predicate),
        "to": link.end,
        "confidence": mapping.confidence,
        "confirmation": link.confirmation,
        "justification": mapping.justification,
        "author": mapping.author or None,
        "date": mapping.date or None,
        "sources": list(mapping.see_also),
        "comment": mapping.comment or None,
    }


def _concept(crosswalk: Crosswalk, iri: str, lang: str) -> dict[str, Any]:
    """A concept as people see it: a label, a code, a framework."""
    return {
        "iri": iri,
        "label": crosswalk.graph.label(iri, lang),
        "code": crosswalk.frameworks.code(iri),
        "framework": crosswalk.frameworks.of(iri) or None,
    }


def _as_csv(answer: Correspondences, lang: str) -> str:
    concept = partial(_concept, answer.crosswalk, lang=lang)
    text = io.StringIO()
    writer = csv.writer(text)
    columns = ("iri", "label", "framework")
    header = [f"from_{c}" for c in columns] + [f"to_{c}" for c in ("code", *columns)]
    writer.writerow([*header, "predicate", "strength", "confirmation", "stated", "path"])
    for found in answer.counterparts:
        start, end = concept(found.start), concept(found.end)
        writer.writerow(
            [
                *(start[c] for c in columns),
                *(end[c] for c in ("code", *columns)),
                _short(found.relation.predicate),
                found.strength,
                found.confirmation,
                str(found.is_stated).lower(),
                way(found, answer.crosswalk, ""),
            ]
        )
    return text.getvalue()


def way(found: Counterpart, crosswalk: Crosswalk, lang: str) -> str:
    """The links of a chain in one line; without a language, with IRIs and predicates."""
    parts = []
    for link in found.links:
        name = crosswalk.graph.label(link.end, lang) if lang else link.end
        said = (
            sentence(f"crosswalk.{link.relation.value}", lang)
            if lang
            else _short(link.relation.predicate)
        )
        parts.append(f"{said} {link.mapping.confidence:g} → {name}")
    return " → ".join(parts) if not lang else "; ".join(parts)


def as_mapping_set(answer: Correspondences) -> MappingSet:
    """The answer as a set of mappings: stated ones as they are, chains as derived ones."""
    return MappingSet(
        iri=DERIVED,
        title="Correspondences along chains of mappings",
        version="",
        license=LICENSE,
        mappings=tuple(_row(found, answer.crosswalk) for found in answer.counterparts),
    )


def _row(found: Counterpart, crosswalk: Crosswalk) -> Mapping:
    first = found.links[0]
    if found.is_stated and first.start == crosswalk.frameworks.thing(first.mapping.subject):
        return first.mapping
    weakest = min(found.links, key=lambda link: link.mapping.confidence).mapping
    return Mapping(
        subject=found.start,
        predicate=found.relation.predicate,
        object=found.end,
        justification=first.mapping.justification if found.is_stated else CHAINING,
        confidence=found.strength,
        confirmation=next(
            x.mapping.confirmation for x in found.links if x.confirmation == found.confirmation
        ),
        author=weakest.author,
        date=weakest.date,
        see_also=tuple(dict.fromkeys(s for link in found.links for s in link.mapping.see_also)),
        comment=first.mapping.comment if found.is_stated else way(found, crosswalk, ""),
        subject_source="",
        object_source="",
        place=RowPlace("", 0),
    )


def as_sssom(table: MappingSet, graph: Graph) -> str:
    """A set of mappings as an SSSOM table; identifiers are shortened by prefixes of its own."""
    prefixes: dict[str, str] = {}
    rows = [list(_cells(mapping, prefixes, graph)) for mapping in table.mappings]
    text = io.StringIO()
    header = [
        f"mapping_set_id: {table.iri}",
        f"mapping_set_title: {table.title}",
        f"license: {table.license}",
        "curie_map:",
        *(f"  {prefix}: {namespace}" for namespace, prefix in prefixes.items()),
        "extension_definitions:",
        *(
            f"  - slot_name: {slot}\n#    property: {PREFIXES['lo']}{name}\n#    type_hint: {type_}"
            for slot, name, type_ in _EXTENSIONS
        ),
    ]
    text.write("".join(f"#{line}\n" for line in header))
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(rows)
    return text.getvalue()


def _cells(mapping: Mapping, prefixes: dict[str, str], graph: Graph) -> Iterator[str]:
    yield _curie(mapping.subject, prefixes)
    yield graph.label(mapping.subject, "en")
    yield _short(mapping.predicate)
    yield _curie(mapping.object, prefixes)
    yield graph.label(mapping.object, "en")
    yield mapping.justification.replace(PREFIXES["semapv"], "semapv:")
    yield str(mapping.confidence)
    yield _curie(mapping.confirmation, prefixes)
    yield mapping.valid_from
    yield mapping.valid_until
    yield mapping.author
    yield mapping.date
    yield "|".join(mapping.see_also)
    yield mapping.comment


def _curie(iri: str, prefixes: dict[str, str]) -> str:
    """`n1:6` for an IRI; its namespace gets a prefix that no other has."""
    cut = max(iri.rfind("/"), iri.rfind("#"), iri.rfind(":")) + 1
    namespace, local = iri[:cut], iri[cut:]
    prefix = prefixes.setdefault(namespace, f"n{len(prefixes) + 1}")
    return f"{prefix}:{local}"


def _short(predicate: str) -> str:
    return "skos:" + predicate.removeprefix(SKOS)
