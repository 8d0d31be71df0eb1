"""The law as a page: the text with its clauses, one clause in detail, two levels side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
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

_STATED = ("lo:Duty", "lo:KnowledgeItem", "lo:Requirement", "lo:CategoryLevel", "lo:Reading")
KINDS = (
    ("lo:CategoryLevel", "category"),
    ("lo:Duty", "duty"),
    ("lo:EducationRequirement", "requirement"),
    ("lo:ExperienceRequirement", "requirement"),
    ("lo:KnowledgeRequirement", "requirement"),
    ("lo:Reading", "reading"),
)
"""What is looked for in the text, by class and by the kind in its IRI, in this order."""
REQUIREMENT_KINDS = ("education", "experience", "knowledge", "category", "document", "")
"""Kinds of requirement in the order in which two levels are compared; the last is any other."""
TRANSLATIONS = ("ru", "en")


@dataclass(frozen=True)
class Segment:
    """A stretch of the text: a clause, or what lies between two."""

    text: str
    id: str = ""
    is_heading: bool = False
    has_defect: bool = False
    has_reading: bool = False
    is_marked: bool = False


def clauses(graph: Graph) -> list[Source]:
    """The clauses in the text's order; parts of clauses and connectives are left out.

    The text is that of the default position, in the edition by which it is judged today: another
    one has clauses of the same names.
    """
    text = _text(graph)
    found = [
        source(graph, iri)
        for iri in graph.instances("lo:Clause")
        if text is None or text in graph.iris(iri, "oa:hasSource")
    ]
    whole = [s for s in found if s and _type(graph, s.iri) not in {"part", "connective"}]
    return sorted(whole, key=lambda s: (s.start, s.end))


def _text(graph: Graph) -> str | None:
    default = graph.one(ONTOLOGY, "lo:defaultPosition")
    edition = None
    if isinstance(default, NamedNode):
        edition = Editions(graph).select(default.value, today())
    texts = graph.iris(edition.iri, "eli:is_embodied_by") if edition else []
    return texts[0] if texts else None


def _type(graph: Graph, clause: str) -> str:
    types = graph.iris(clause, "lo:clauseType")
    return slug_of(types[0], "clause-type") if types else ""


def paragraphs(page: Page, marked: Collection[str] = ()) -> list[list[Segment]]:
    """The whole text by lines, each cut into its clauses; those named in `marked` are marked."""
    graph = page.graph
    ordered = clauses(graph)
    if not ordered:
        return []
    first = ordered[0]
    text = page.site.texts.of_clause(first.iri, first.quote, first.start, first.end)
    if text is None:
        return []
    defects, readings = graph.instances("lo:Defect"), graph.instances("lo:Reading")
    flawed = {clause for iri in defects for clause in graph.iris(iri, "oa:hasTarget")}
    read = {clause for iri in readings for clause in graph.iris(iri, "dcterms:source")}
    pieces: list[Segment] = []
    place = 0
    for clause in ordered:
        if clause.start < place:
            continue
        pieces.append(Segment(text.content[place : clause.start]))
        pieces.append(
            Segment(
                clause.quote,
                clause.id,
                is_heading=_type(graph, clause.iri) == "heading",
                has_defect=clause.iri in flawed,
                has_reading=clause.iri in read,
                is_marked=clause.id in marked,
            )
        )
        place = clause.end
    pieces.append(Segment(text.content[place:]))
    return lines(pieces)


def lines(pieces: Iterable[Segment], idle: str = "") -> list[list[Segment]]:
    """A line end between clauses begins a paragraph; one inside a clause is only layout.

    A line of nothing but `idle` characters and spaces is left out.
    """
    found: list[list[Segment]] = [[]]
    for piece in pieces:
        if piece.id:
            found[-1].append(piece)
            continue
        first, *rest = piece.text.split("\n")
        found[-1].append(Segment(first))
        found += [[Segment(line)] for line in rest]
    return [line for line in found if any(piece.text.strip().strip(idle) for piece in line)]


def translations(page: Page, lang: str) -> dict[str, str]:
    """Every clause's translation by its id."""
    found = {c.id: page.graph.translations(c.iri, "lo:text") for c in clauses(page.graph)}
    return {id_: texts[lang] for id_, texts in found.items() if lang in texts}


def index(page: Page) -> list[dict[str, Any]]:
    """What can be looked for in the text, by kind: steps, duties, requirements, readings."""
    graph = page.graph

    def groups() -> list[dict[str, Any]]:
        found = {}
        for class_, kind in KINDS:
            iris = graph.in_order(i for i in graph.instances(class_) if i.startswith(ID))
            found[class_] = [
                Resource(iri, page.label(iri), f"{kind}/{slug_of(iri, kind)}")
                for iri in iris
                if _clauses_of(graph, iri)
            ]
        return [
            {"label": page.label(term(class_).value), "options": options}
            for class_, options in found.items()
            if options
        ]

    return page.site.once(f"index {page.lang}", groups)


def concerning(page: Page, name: str) -> dict[str, Any] | None:
    """Where the text speaks of a thing, by its KIND/SLUG: the clauses, from the thing back."""
    iri = f"{ID}{name}"
    named = _clauses_of(page.graph, iri) if name else set()
    if not named:
        return None
    return {
        "iri": iri,
        "name": name,
        "label": page.label(iri),
        "clauses": [c.id for c in clauses(page.graph) if c.iri in named],
    }


def _clauses_of(graph: Graph, iri: str) -> set[str]:
    """The clauses that a thing rests on, those about a step, and those about what names an act.

    Raises UsageError where it cannot be the name of a thing.
    """
    try:
        about = {iri, *graph.subject_iris("lo:refersToAct", iri)}
    except ValueError as error:
        raise UsageError("graph-iri", name="of", value=iri) from error
    about |= {r for thing in about for r in graph.subject_iris("lo:requiresKnowledge", thing)}
    found = {c for thing in about for c in graph.iris(thing, "dcterms:source")}
    return found.union(graph.subject_iris("lo:appliesTo", iri))


def detail(page: Page, clause_id: str) -> dict[str, Any] | None:
    """One clause: its words, translations, what it states, its levels, readings and remarks."""
    graph = page.graph
    found = next((c for c in clauses(graph) if c.id == clause_id), None)
    if found is None:
        return None
    translations = graph.translations(found.iri, "lo:text")
    subjects = graph.subjects("dcterms:source", found.iri)
    stated = [
        (page.resource(subject.value), class_)
        for class_ in _STATED
        for subject in subjects
        if isinstance(subject, NamedNode) and _is_kind(graph, subject.value, class_)
    ]
    levels = graph.iris(found.iri, "lo:appliesTo")
    remarks = [
        {"text": page.definition(i), "is_defect": graph.is_a(i, "lo:Defect")}
        for i in graph.subject_iris("oa:hasTarget", found.iri)
    ]
    return {
        **vars(found),
        "label": page.label(found.iri),
        "translation": translations.get(page.lang, ""),
        "translations": translations,
        "states": [
            {
                **vars(item),
                "kind": page.label(term(class_).value),
                "name": item.iri.removeprefix(ID),
                "places": len(_clauses_of(graph, item.iri)),
            }
            for item, class_ in stated
            if class_ != "lo:Reading"
        ],
        "readings": [item for item, class_ in stated if class_ == "lo:Reading"],
        "levels": [page.resource(level) for level in graph.in_order(levels)],
        "all_levels": len(levels) == len(graph.instances("lo:CategoryLevel")),
        "remarks": sorted(remarks, key=lambda remark: not remark["is_defect"]),
    }


def _is_kind(graph: Graph, iri: str, class_: str) -> bool:
    if class_ == "lo:Requirement":
        return bool(graph.iris(iri, "lo:kind"))
    return graph.is_a(iri, class_)


def acts(page: Page) -> list[dict[str, Any]]:
    """The acts that the text names, with their status and successor."""
    graph = page.graph
    items = graph.in_order(graph.instances("lo:KnowledgeItem"))
    found = []
    for act in (act for item in items for act in graph.iris(item, "lo:refersToAct")):
        ceased = graph.text(act, "eli:date_no_longer_in_force")
        successors = graph.iris(act, "dcterms:isReplacedBy")
        marks = graph.iris(act, "lo:confirmation")
        found.append(
            {
                "iri": act,
                "name": act.removeprefix(ID),
                "label": page.label(act),
                "ceased": page.day(ceased) if ceased else "",
                "ceased_on": ceased or "0",
                "successor": page.resource(successors[0]) if successors else None,
                "evidence": page.label(marks[0]) if marks else "",
                "note": graph.translations(act, "skos:editorialNote").get(page.lang, ""),
            }
        )
    return found


def levels(page: Page) -> list[Resource]:
    """The category levels in the contract's order, as POSITION/SLUG.

    Where several editions have categories, each is named with its edition.
    """
    graph = page.graph
    iris = graph.in_order(graph.instances("lo:CategoryLevel"))
    editions = {iri: graph.iris(iri, "lo:describedIn") for iri in iris}
    several = len({edition for found in editions.values() for edition in found}) > 1
    return [
        Resource(
            iri,
            " · ".join(map(page.label, (iri, *(editions[iri] if several else ())))),
            slug_of(iri, "category"),
        )
        for iri in iris
    ]


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
    shown = sorted(here or known, key=lambda s: s.start)
    return {
        "clauses": [s.id for s in shown],
        "quote": shown[0].quote if shown else "",
        "translation": page.translation(shown[0].iri) if shown else "",
        "inherited": not here,
    }
