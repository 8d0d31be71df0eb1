"""The law as a page: the text with its clauses, one clause in detail, two levels side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any

from pyoxigraph import NamedNode

from libonto.errors import UsageError
from libonto.graph.description import Source, source
from libonto.graph.store import Graph
from libonto.graph.terms import ID, ONTOLOGY, slug_of, term
from libonto.law.editions import Editions, today
from libonto.law.positions import required
from libonto.pages.site import Page, Resource

_STATING = ("lo:Duty", "lo:KnowledgeItem", "lo:Requirement", "lo:CategoryLevel")
"""What a clause states, besides readings."""
KINDS = (
    "lo:CategoryLevel",
    "lo:Duty",
    "lo:EducationRequirement",
    "lo:ExperienceRequirement",
    "lo:KnowledgeRequirement",
    "lo:Reading",
)
"""The classes of what is looked for in the text, in this order."""
REQUIREMENT_KINDS = ("education", "experience", "knowledge", "category", "document", "")
"""Kinds of requirement in the order in which two levels are compared; the last is any other."""
TRANSLATIONS = ("ru", "en")


@dataclass(frozen=True)
class Segment:
    """A stretch of the text: a clause by its id, or what lies between two.

    `flags` are of `heading`, `defect`, `reading` and `marked`.
    """

    text: str
    id: str = ""
    flags: frozenset[str] = frozenset()


def clauses(graph: Graph) -> list[Source]:
    """The clauses in the text's order; parts of clauses and connectives are left out.

    The text is that of the default position, in the edition by which it is judged today: another
    one has clauses of the same names.
    """
    text = _text(graph)
    sources = (
        source(graph, iri)
        for iri in graph.instances("lo:Clause")
        if text is None or text in graph.iris(iri, "oa:hasSource")
    )
    whole = [s for s in sources if s and _type(graph, s.iri) not in {"part", "connective"}]
    return sorted(whole, key=lambda s: (s.start, s.end))


def _text(graph: Graph) -> str | None:
    default = graph.iri(ONTOLOGY, "lo:defaultPosition")
    edition = Editions(graph).select(default, today()) if default else None
    return graph.iri(edition.iri, "eli:is_embodied_by") if edition else None


def _type(graph: Graph, clause: str) -> str:
    return slug_of(graph.iri(clause, "lo:clauseType") or "", "clause-type")


def paragraphs(page: Page, marked: Collection[str] = ()) -> list[list[Segment]]:
    """The whole text by lines, each cut into its clauses; those named in `marked` are marked."""
    graph = page.graph
    ordered = clauses(graph)
    text = page.site.texts.of_clause(ordered[0]) if ordered else None
    if text is None:
        return []
    defects, readings = graph.instances("lo:Defect"), graph.instances("lo:Reading")
    by_flag = {
        "heading": {c.iri for c in ordered if _type(graph, c.iri) == "heading"},
        "defect": {clause for iri in defects for clause in graph.iris(iri, "oa:hasTarget")},
        "reading": {clause for iri in readings for clause in graph.iris(iri, "dcterms:source")},
        "marked": {c.iri for c in ordered if c.id in marked},
    }
    segments: list[Segment] = []
    place = 0
    for clause in ordered:
        if clause.start < place:
            continue
        flags = frozenset(flag for flag, iris in by_flag.items() if clause.iri in iris)
        segments.append(Segment(text.content[place : clause.start]))
        segments.append(Segment(clause.quote, clause.id, flags))
        place = clause.end
    return lines([*segments, Segment(text.content[place:])])


def lines(segments: Iterable[Segment], idle: str = "") -> list[list[Segment]]:
    """A line end between clauses begins a paragraph; one inside a clause is only layout.

    A line of nothing but `idle` characters and spaces is left out.
    """
    paragraphs: list[list[Segment]] = [[]]
    for segment in segments:
        if segment.id:
            paragraphs[-1].append(segment)
            continue
        first, *rest = segment.text.split("\n")
        paragraphs[-1].append(Segment(first))
        paragraphs += [[Segment(line)] for line in rest]
    return [line for line in paragraphs if any(part.text.strip().strip(idle) for part in line)]


def translations(page: Page, lang: str) -> dict[str, str]:
    """Every clause's translation by its id."""
    texts = {c.id: page.graph.translations(c.iri, "lo:text") for c in clauses(page.graph)}
    return {id_: by_lang[lang] for id_, by_lang in texts.items() if lang in by_lang}


def index(page: Page) -> list[dict[str, Any]]:
    """What can be looked for in the text, by kind: steps, duties, requirements, readings."""
    graph = page.graph

    def options(class_: str) -> list[Resource]:
        iris = graph.in_order(i for i in graph.instances(class_) if i.startswith(ID))
        return [
            Resource(iri, page.label(iri), iri.removeprefix(ID))
            for iri in iris
            if _clauses_of(graph, iri)
        ]

    def groups() -> list[dict[str, Any]]:
        return [
            {"label": page.label(term(class_).value), "options": group}
            for class_ in KINDS
            if (group := options(class_))
        ]

    return page.site.once(f"index {page.lang}", groups)


def concerning(page: Page, name: str) -> dict[str, Any] | None:
    """Where the text speaks of a thing, by its KIND/SLUG: the clauses, from the thing back."""
    iri = f"{ID}{name}"
    about = _clauses_of(page.graph, iri) if name else set()
    if not about:
        return None
    ids = [clause.id for clause in clauses(page.graph) if clause.iri in about]
    return {"iri": iri, "name": name, "clauses": ids}


def _clauses_of(graph: Graph, iri: str) -> set[str]:
    """The clauses that a thing rests on, those about a step, and those about what names an act.

    Raises UsageError where it cannot be the name of a thing.
    """
    try:
        about = {iri, *graph.subject_iris("lo:refersToAct", iri)}
    except ValueError as error:
        raise UsageError("graph-iri", name="of", value=iri) from error
    about |= {r for thing in about for r in graph.subject_iris("lo:requiresKnowledge", thing)}
    rested_on = {c for thing in about for c in graph.iris(thing, "dcterms:source")}
    return rested_on.union(graph.subject_iris("lo:appliesTo", iri))


def detail(page: Page, clause_id: str) -> dict[str, Any] | None:
    """One clause: its words, translations, what it states, its levels, readings and remarks."""
    graph = page.graph
    clause = next((c for c in clauses(graph) if c.id == clause_id), None)
    if clause is None:
        return None
    subjects = graph.subjects("dcterms:source", clause.iri)
    iris = [node.value for node in subjects if isinstance(node, NamedNode)]
    levels = graph.iris(clause.iri, "lo:appliesTo")
    remarks = graph.subject_iris("oa:hasTarget", clause.iri)
    return {
        **vars(clause),
        "translations": graph.translations(clause.iri, "lo:text"),
        "states": [
            {
                "iri": iri,
                "kind": page.label(term(class_).value),
                "name": iri.removeprefix(ID),
                "places": len(_clauses_of(graph, iri)),
            }
            for class_ in _STATING
            for iri in iris
            if _is_kind(graph, iri, class_)
        ],
        "readings": [iri for iri in iris if graph.is_a(iri, "lo:Reading")],
        "levels": graph.in_order(levels),
        "all_levels": len(levels) == len(graph.instances("lo:CategoryLevel")),
        "remarks": sorted(
            ((graph.is_a(iri, "lo:Defect"), page.definition(iri)) for iri in remarks),
            key=lambda remark: not remark[0],
        ),
    }


def _is_kind(graph: Graph, iri: str, class_: str) -> bool:
    if class_ == "lo:Requirement":
        return bool(graph.iris(iri, "lo:kind"))
    return graph.is_a(iri, class_)


def acts(page: Page) -> list[dict[str, Any]]:
    """The acts that the text names, with their status and successor."""
    graph = page.graph
    items = graph.in_order(graph.instances("lo:KnowledgeItem"))
    return [
        {
            "iri": act,
            "name": act.removeprefix(ID),
            "ceased": graph.text(act, "eli:date_no_longer_in_force"),
            "successor": graph.iri(act, "dcterms:isReplacedBy"),
            "evidence": graph.iri(act, "lo:confirmation"),
            "note": graph.translations(act, "skos:editorialNote").get(page.lang, ""),
        }
        for item in items
        for act in graph.iris(item, "lo:refersToAct")
    ]


def levels(page: Page) -> list[Resource]:
    """The category levels in the contract's order, as POSITION/SLUG.

    Where several editions have categories, each is named with its edition.
    """
    graph = page.graph
    iris = graph.in_order(graph.instances("lo:CategoryLevel"))
    editions = {iri: graph.iris(iri, "lo:describedIn") for iri in iris}
    several = len(set(chain.from_iterable(editions.values()))) > 1
    return [
        Resource(
            iri,
            " · ".join(map(page.label, (iri, *(editions[iri] if several else ())))),
            slug_of(iri, "category"),
        )
        for iri in iris
    ]


def levels_stating(page: Page, requirements: Collection[str]) -> list[Resource]:
    """The category levels that state one of some requirements themselves."""
    graph = page.graph
    stating = {
        level for iri in requirements for level in graph.subject_iris("lo:hasRequirement", iri)
    }
    return [level for level in levels(page) if level.iri in stating]


def compared(page: Page, left: str, right: str) -> list[dict[str, Any]]:
    """The requirements of two levels (IRIs) by kind: how each of the two asks for them, if so."""
    graph = page.graph
    sides = {level: set(required(graph, level)) for level in (left, right)}
    rows = [
        {
            "iri": iri,
            "label": page.label(iri),
            "kind": kind,
            "order": REQUIREMENT_KINDS.index(kind),
            "sides": [_side(page, iri, s) if iri in sides[s] else None for s in (left, right)],
            "both": iri in sides[left] & sides[right],
        }
        for iri in graph.in_order(sides[left] | sides[right])
        for kind in [_kind(graph, iri)]
    ]
    return sorted(rows, key=itemgetter("order"))


def _kind(graph: Graph, requirement: str) -> str:
    """The kind of a requirement, one of `REQUIREMENT_KINDS`."""
    kinds = map(slug_of, graph.iris(requirement, "lo:kind"))
    return next((kind for kind in kinds if kind in REQUIREMENT_KINDS), "")


def _side(page: Page, requirement: str, level: str) -> dict[str, Any]:
    """The clauses by which a level asks for a requirement, with the words of the first."""
    graph = page.graph
    sources = [source(graph, clause) for clause in graph.iris(requirement, "dcterms:source")]
    known = [s for s in sources if s]
    here = [s for s in known if level in graph.iris(s.iri, "lo:appliesTo")]
    stating = sorted(here or known, key=lambda s: s.start)
    return {
        "clauses": [s.id for s in stating],
        "quote": stating[0].quote if stating else "",
        "translation": page.wording.translation(stating[0]) if stating else "",
        "inherited": not here,
    }
