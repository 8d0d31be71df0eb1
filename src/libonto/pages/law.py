"""The law as a page: the text with its clauses, one clause in detail, two levels side by side."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from libonto.errors import UsageError
from libonto.graph.description import Source, source
from libonto.graph.store import Graph
from libonto.graph.terms import ID, ONTOLOGY, slug_of, term
from libonto.law.editions import Editions, today
from libonto.pages.site import Item, Page

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
TRANSLATIONS = ("ru", "en")


@dataclass(frozen=True)
class Piece:
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
        if text is None or text in graph.iris(NamedNode(iri), "oa:hasSource")
    ]
    whole = [s for s in found if s and _type(graph, s.iri) not in {"part", "connective"}]
    return sorted(whole, key=lambda s: (s.start, s.end))


def _text(graph: Graph) -> str | None:
    default = graph.one(ONTOLOGY, "lo:defaultPosition")
    edition = None
    if isinstance(default, NamedNode):
        edition = Editions(graph).chosen(default.value, today())
    texts = graph.iris(NamedNode(edition.iri), "eli:is_embodied_by") if edition else []
    return texts[0] if texts else None


def paragraphs(page: Page, marked: Collection[str] = ()) -> list[list[Piece]]:
    """The whole text by lines, each cut into its clauses; those named in `marked` are marked."""
    graph = page.site.graph
    ordered = clauses(graph)
    if not ordered:
        return []
    first = ordered[0]
    text = page.site.texts.of_clause(first.iri, first.quote, first.start, first.end)
    if text is None:
        return []
    flawed, read = _flawed(graph), _read_otherwise(graph)
    pieces: list[Piece] = []
    place = 0
    for clause in ordered:
        if clause.start < place:
            continue
        pieces.append(Piece(text.content[place : clause.start]))
        pieces.append(
            Piece(
                clause.quote,
                clause.id,
                is_heading=_type(graph, clause.iri) == "heading",
                has_defect=clause.iri in flawed,
                has_reading=clause.iri in read,
                is_marked=clause.id in marked,
            )
        )
        place = clause.end
    pieces.append(Piece(text.content[place:]))
    return _lines(pieces)


def translations(page: Page, lang: str) -> dict[str, str]:
    """Every clause's translation by its id."""
    graph = page.site.graph
    found = {c.id: graph.translations(NamedNode(c.iri), "lo:text") for c in clauses(graph)}
    return {id_: texts[lang] for id_, texts in found.items() if lang in texts}


def index(page: Page) -> list[dict[str, Any]]:
    """What can be looked for in the text, by kind: steps, duties, requirements, readings."""
    kept = page.site.kept
    if ("index", page.lang) not in kept:
        graph = page.site.graph
        kept["index", page.lang] = [
            {
                "label": page.label(term(class_).value),
                "options": [
                    Item(iri, page.label(iri), f"{kind}/{slug_of(iri, kind)}")
                    for iri in _in_order(graph, _instances(graph, class_))
                    if _clauses_of(graph, iri)
                ],
            }
            for class_, kind in KINDS
        ]
    found: list[dict[str, Any]] = kept["index", page.lang]
    return [group for group in found if group["options"]]


def concerning(page: Page, name: str) -> dict[str, Any] | None:
    """Where the text speaks of a thing, by its KIND/SLUG: the clauses, from the thing back."""
    iri = f"{ID}{name}"
    graph = page.site.graph
    named = _clauses_of(graph, iri) if name else set()
    if not named:
        return None
    return {
        "iri": iri,
        "name": name,
        "label": page.label(iri),
        "clauses": [c.id for c in clauses(graph) if c.iri in named],
    }


def _clauses_of(graph: Graph, iri: str) -> set[str]:
    """The clauses that a thing rests on, those about a step, and those about what names an act.

    Raises UsageError where it cannot be the name of a thing.
    """
    try:
        node = NamedNode(iri)
    except ValueError as error:
        raise UsageError("graph-iri", name="of", value=iri) from error
    about = {iri}
    for property_ in ("lo:refersToAct", "lo:requiresKnowledge"):
        subjects = [s for thing in about for s in graph.subjects(property_, NamedNode(thing))]
        about |= {s.value for s in subjects if isinstance(s, NamedNode)}
    found = {c for thing in about for c in graph.iris(NamedNode(thing), "dcterms:source")}
    applying = graph.subjects("lo:appliesTo", node)
    return found | {s.value for s in applying if isinstance(s, NamedNode)}


def _instances(graph: Graph, class_: str) -> list[str]:
    return [iri for iri in graph.instances(class_) if iri.startswith(ID)]


def _flawed(graph: Graph) -> set[str]:
    return {
        target.value
        for defect in graph.instances("lo:Defect")
        for target in graph.objects(NamedNode(defect), "oa:hasTarget")
        if isinstance(target, NamedNode)
    }


def _read_otherwise(graph: Graph) -> set[str]:
    readings = graph.instances("lo:Reading")
    return {c for reading in readings for c in graph.iris(NamedNode(reading), "dcterms:source")}


def _lines(pieces: list[Piece]) -> list[list[Piece]]:
    """A line end between clauses begins a paragraph; one inside a clause is only layout."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.id:
            lines[-1].append(piece)
            continue
        first, *rest = piece.text.split("\n")
        lines[-1].append(Piece(first))
        lines += [[Piece(line)] for line in rest]
    return [line for line in lines if any(piece.text.strip() for piece in line)]


def detail(page: Page, clause_id: str) -> dict[str, Any] | None:
    """One clause: its words, translations, what it states, its levels, readings and remarks."""
    graph = page.site.graph
    found = next((c for c in clauses(graph) if c.id == clause_id), None)
    if found is None:
        return None
    node = NamedNode(found.iri)
    translations = graph.translations(node, "lo:text")
    stated = [
        (page.item(subject.value, ""), class_)
        for class_ in _STATED
        for subject in graph.subjects("dcterms:source", node)
        if isinstance(subject, NamedNode) and _is_kind(graph, subject.value, class_)
    ]
    levels = graph.iris(node, "lo:appliesTo")
    return {
        "iri": found.iri,
        "id": found.id,
        "label": page.label(found.iri),
        "quote": found.quote,
        "start": found.start,
        "end": found.end,
        "translation": translations.get(page.lang, ""),
        "translations": translations,
        "states": [
            {
                "iri": item.iri,
                "label": item.label,
                "kind": _class_label(page, class_),
                "name": item.iri.removeprefix(ID),
                "places": len(_clauses_of(graph, item.iri)),
            }
            for item, class_ in stated
            if class_ != "lo:Reading"
        ],
        "readings": [item for item, class_ in stated if class_ == "lo:Reading"],
        "levels": [page.item(level) for level in _in_order(graph, levels)],
        "name": found.iri.removeprefix(ID),
        "all_levels": len(levels) == len(graph.instances("lo:CategoryLevel")),
        "remarks": list(_remarks(page, node)),
    }


def acts(page: Page) -> list[dict[str, Any]]:
    """The acts that the text names, with their status and successor."""
    graph = page.site.graph
    named = [
        act
        for item in _in_order(graph, graph.instances("lo:KnowledgeItem"))
        for act in graph.iris(NamedNode(item), "lo:refersToAct")
    ]
    found = []
    for act in named:
        node = NamedNode(act)
        ceased = graph.text(node, "eli:date_no_longer_in_force")
        successors = graph.iris(node, "dcterms:isReplacedBy")
        marks = graph.iris(node, "lo:confirmation")
        found.append(
            {
                "iri": act,
                "name": act.removeprefix(ID),
                "label": page.label(act),
                "ceased": page.day(ceased) if ceased else "",
                "ceased_on": ceased or "0",
                "successor": page.item(successors[0]) if successors else None,
                "evidence": page.label(marks[0]) if marks else "",
                "note": graph.translations(node, "skos:editorialNote").get(page.lang, ""),
            }
        )
    return found


def levels(page: Page) -> list[Item]:
    """The category levels in the contract's order, as POSITION/SLUG.

    Where several editions have categories, each is named with its edition.
    """
    graph = page.site.graph
    iris = _in_order(graph, graph.instances("lo:CategoryLevel"))
    editions = {iri: graph.iris(NamedNode(iri), "lo:describedIn") for iri in iris}
    several = len({edition for found in editions.values() for edition in found}) > 1
    return [
        Item(
            iri,
            " · ".join([page.label(iri), *(map(page.label, editions[iri]) if several else ())]),
            slug_of(iri, "category"),
        )
        for iri in iris
    ]


def _remarks(page: Page, node: NamedNode) -> list[dict[str, Any]]:
    graph = page.site.graph
    found = []
    for subject in graph.subjects("oa:hasTarget", node):
        if isinstance(subject, NamedNode):
            text = graph.definitions(subject).get(page.lang, "")
            is_defect = graph.is_a(subject.value, "lo:Defect")
            found.append({"text": text, "is_defect": is_defect, "iri": subject.value})
    return sorted(found, key=lambda remark: (not remark["is_defect"], remark["iri"]))


def _type(graph: Graph, clause: str) -> str:
    types = graph.iris(NamedNode(clause), "lo:clauseType")
    return slug_of(types[0], "clause-type") if types else ""


def _is_kind(graph: Graph, iri: str, class_: str) -> bool:
    if class_ == "lo:Requirement":
        return bool(graph.iris(NamedNode(iri), "lo:kind"))
    return graph.is_a(iri, class_)


def _class_label(page: Page, class_: str) -> str:
    return page.label(term(class_).value)


def _in_order(graph: Graph, iris: list[str]) -> list[str]:
    return sorted(iris, key=lambda iri: (graph.number(NamedNode(iri), "schema:position"), iri))
