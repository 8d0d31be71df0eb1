"""An answer of the crosswalk in every form that the faces give: one value, several renderings.

`correspondences` is what `libonto crosswalk` and `GET /api/crosswalk` call; `rendered`
writes its answer as JSON, CSV, an SSSOM table or Turtle.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from libonto.crosswalk.chains import Counterpart, Crosswalk, Link, Relation
from libonto.graph.mappings import SKOS, SLOTS, Mapping, MappingSet, RowPlace, quads
from libonto.graph.store import Graph
from libonto.graph.table import delimited
from libonto.graph.terms import BASE, PREFIXES, term
from libonto.graph.turtle import to_text
from libonto.law.positions import required
from libonto.law.readings import default_alternatives
from libonto.locales import sentence

_CATEGORY = "category"
DERIVED = BASE + "mappings/derived"
CHAINING = PREFIXES["semapv"] + "MappingChaining"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_LABELLED = ("subject", "object")
_COLUMNS = [
    column
    for slot in SLOTS
    if not slot.column.endswith("_source")
    for column in (slot.column, *[f"{end}_label" for end in _LABELLED if end == slot.attribute])
]
_TYPES = {"iri": "https://w3id.org/linkml/Uriorcurie", "day": PREFIXES["xsd"] + "date"}
"""How an SSSOM table calls the kinds of values of the slots that are ours."""


@dataclass(frozen=True)
class OpenedCategory:
    """A category whose education requirement accepts a level of education that was reached."""

    category: str
    education: str
    fields: tuple[str, ...]
    """The fields in which the requirement accepts it: IRIs."""
    by: Counterpart | None
    """The chain to the level of education; None where the start is that level."""


@dataclass(frozen=True)
class Correspondences:
    """A concept and what corresponds to it."""

    start: str | None
    """The concept's IRI, or None for all stated mappings."""
    to: str | None
    bases: tuple[str, ...]
    """The concepts whose counterparts these are: the start, or what speaks for it."""
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
        links = [link for c in self.counterparts for link in c.links]
        ends = {end for link in links for end in (link.start, link.end)}
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
    the categories that a level leads to come with it. `awarded` is the day of a document that
    states the level. Raises UsageError for a name that means nothing.
    """
    crosswalk = Crosswalk(graph)
    frameworks = crosswalk.frameworks
    names = None if to is None else [name.strip() for name in to.split(",")]
    slugs = (
        None
        if names is None
        else frozenset[str]().union(*(frameworks.named(n) for n in names if n != _CATEGORY))
    )
    if start is None:
        return Correspondences(None, to, (), tuple(crosswalk.stated_mappings(slugs)), (), crosswalk)
    concept = frameworks.concept(start)
    bases = crosswalk.bases(concept)
    counterparts = (
        [c for base in bases for c in crosswalk.counterparts(base, slugs, awarded=awarded)]
        if slugs is None or slugs
        else []
    )
    countries: frozenset[str] = frozenset()
    if slugs is None:
        abroad = frameworks.of_countries - {frameworks.of(concept)}
        countries = frozenset(frameworks.of(c.end) for c in counterparts) & abroad
        passed_over = abroad | {"qualification"}
        counterparts = [c for c in counterparts if frameworks.of(c.end) not in passed_over]
    leads_on = bases == [concept] and (names is None or _CATEGORY in names)
    return Correspondences(
        start=concept,
        to=to,
        bases=tuple(bases),
        counterparts=tuple(counterparts),
        gaps=_gaps(crosswalk, bases),
        crosswalk=crosswalk,
        categories=tuple(_opened_categories(crosswalk, concept, awarded)) if leads_on else (),
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
    derived = _as_mapping_set(answer)
    if format_ == "sssom":
        return _as_sssom(derived, answer.crosswalk.graph)
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
                "from": concept(counterpart.start),
                "to": concept(counterpart.end),
                "predicate": _short(counterpart.relation.predicate),
                "strength": counterpart.strength,
                "confirmation": counterpart.confirmation,
                "stated": counterpart.is_stated,
                "path": [_step(link) for link in counterpart.links],
            }
            for counterpart in answer.counterparts
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
    columns = ("iri", "label", "framework")
    header = [f"from_{c}" for c in columns] + [f"to_{c}" for c in ("code", *columns)]
    table = [[*header, "predicate", "strength", "confirmation", "stated", "path"]]
    rows = as_value(answer, lang)["correspondences"]
    for row, counterpart in zip(rows, answer.counterparts, strict=True):
        cells = [*(row["from"][c] for c in columns), *(row["to"][c] for c in ("code", *columns))]
        cells += [row[name] for name in ("predicate", "strength", "confirmation")]
        path = way(counterpart, answer.crosswalk, "")
        table.append([*cells, str(counterpart.is_stated).lower(), path])
    return delimited(table)


def way(counterpart: Counterpart, crosswalk: Crosswalk, lang: str) -> str:
    """The links of a chain in one line; without a language, with IRIs and predicates."""
    if not lang:
        steps = [
            f"{_short(link.relation.predicate)} {link.mapping.confidence:g} → {link.end}"
            for link in counterpart.links
        ]
        return " → ".join(steps)
    return "; ".join(
        f"{sentence(f'crosswalk.{link.relation.value}', lang)} {link.mapping.confidence:g}"
        f" → {crosswalk.graph.label(link.end, lang)}"
        for link in counterpart.links
    )


def _as_mapping_set(answer: Correspondences) -> MappingSet:
    """The answer as a set of mappings: stated ones as they are, chains as derived ones."""
    return MappingSet(
        iri=DERIVED,
        title="Correspondences along chains of mappings",
        version="",
        license=LICENSE,
        mappings=tuple(_mapping(c, answer.crosswalk) for c in answer.counterparts),
    )


def _mapping(counterpart: Counterpart, crosswalk: Crosswalk) -> Mapping:
    links, first = counterpart.links, counterpart.links[0].mapping
    is_stated = counterpart.is_stated
    if is_stated and links[0].start == crosswalk.frameworks.thing(first.subject):
        return first
    weakest = min(links, key=lambda link: link.mapping.confidence).mapping
    return Mapping(
        subject=counterpart.start,
        predicate=counterpart.relation.predicate,
        object=counterpart.end,
        justification=first.justification if is_stated else CHAINING,
        confidence=counterpart.strength,
        confirmation=next(
            x.mapping.confirmation for x in links if x.confirmation == counterpart.confirmation
        ),
        author=weakest.author,
        date=weakest.date,
        see_also=tuple(dict.fromkeys(s for link in links for s in link.mapping.see_also)),
        comment=first.comment if is_stated else way(counterpart, crosswalk, ""),
        place=RowPlace(),
    )


def _as_sssom(table: MappingSet, graph: Graph) -> str:
    """A set of mappings as an SSSOM table; identifiers are shortened by prefixes of its own."""
    prefixes: dict[str, str] = {}
    rows = [_row(mapping, prefixes, graph) for mapping in table.mappings]
    header = [
        f"mapping_set_id: {table.iri}",
        f"mapping_set_title: {table.title}",
        f"license: {table.license}",
        "curie_map:",
        *(f"  {prefix}: {namespace}" for namespace, prefix in prefixes.items()),
        "extension_definitions:",
        *(
            f"  - slot_name: {slot.column}\n#    property: {term(slot.property).value}\n"
            f"#    type_hint: {_TYPES[slot.kind]}"
            for slot in SLOTS
            if slot.column.startswith("ext_")
        ),
    ]
    cells = ([row[column] for column in _COLUMNS] for row in rows)
    return "".join(f"#{line}\n" for line in header) + delimited([_COLUMNS, *cells], "\t", "\n")


def _row(mapping: Mapping, prefixes: dict[str, str], graph: Graph) -> dict[str, str]:
    row = {}
    for slot in SLOTS:
        value = getattr(mapping, slot.attribute)
        if slot.column in {"predicate_id", "mapping_justification"}:
            row[slot.column] = _short(value)
        elif slot.kind == "iri" and slot.column in _COLUMNS:
            row[slot.column] = _curie(value, prefixes)
        else:
            row[slot.column] = "|".join(value) if slot.kind == "iris" else str(value)
    for end in _LABELLED:
        row[f"{end}_label"] = graph.label(getattr(mapping, end), "en")
    return row


def _curie(iri: str, prefixes: dict[str, str]) -> str:
    """`n1:6` for an IRI; its namespace gets a prefix that no other has."""
    cut = max(iri.rfind("/"), iri.rfind("#"), iri.rfind(":")) + 1
    namespace, local = iri[:cut], iri[cut:]
    prefix = prefixes.setdefault(namespace, f"n{len(prefixes) + 1}")
    return f"{prefix}:{local}"


def _short(iri: str) -> str:
    """A relation or a justification by its standard prefix."""
    return iri.replace(SKOS, "skos:").replace(PREFIXES["semapv"], "semapv:")
