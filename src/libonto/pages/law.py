"""The law as a page: the text with its clauses, one clause in detail, two levels side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from libonto.graph.description import Source, source
from libonto.graph.store import Graph
from libonto.graph.terms import slug_of, term
from libonto.pages.site import Item, Page

_STATED = ("lo:Duty", "lo:KnowledgeItem", "lo:Requirement", "lo:CategoryLevel", "lo:Reading")


@dataclass(frozen=True)
class Piece:
    """A stretch of the text: a clause, or what lies between two."""

    text: str
    id: str = ""
    is_heading: bool = False
    defects: bool = False


def clauses(graph: Graph) -> list[Source]:
    """The clauses in the text's order; parts of clauses and connectives are left out."""
    found = [source(graph, iri) for iri in graph.instances("lo:Clause")]
    whole = [s for s in found if s and _type(graph, s.iri) not in {"part", "connective"}]
    return sorted(whole, key=lambda s: (s.start, s.end))


def paragraphs(page: Page) -> list[list[Piece]]:
    """The whole text by lines, each cut into its clauses."""
    graph = page.site.graph
    ordered = clauses(graph)
    if not ordered:
        return []
    first = ordered[0]
    text = page.site.texts.of_clause(first.iri, first.quote, first.start, first.end)
    if text is None:
        return []
    flawed = {
        target.value
        for defect in graph.instances("lo:Defect")
        for target in graph.objects(NamedNode(defect), "oa:hasTarget")
        if isinstance(target, NamedNode)
    }
    pieces: list[Piece] = []
    place = 0
    for clause in ordered:
        if clause.start < place:
            continue
        pieces.append(Piece(text.content[place : clause.start]))
        heading = _type(graph, clause.iri) == "heading"
        pieces.append(Piece(clause.quote, clause.id, heading, clause.iri in flawed))
        place = clause.end
    pieces.append(Piece(text.content[place:]))
    return _lines(pieces)


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
            {"iri": item.iri, "label": item.label, "kind": _class_label(page, class_)}
            for item, class_ in stated
            if class_ != "lo:Reading"
        ],
        "readings": [item for item, class_ in stated if class_ == "lo:Reading"],
        "levels": [page.item(level) for level in _in_order(graph, levels)],
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
                "label": page.label(act),
                "ceased": page.day(ceased) if ceased else "",
                "successor": page.item(successors[0]) if successors else None,
                "evidence": page.label(marks[0]) if marks else "",
            }
        )
    return found


def table(page: Page) -> list[dict[str, str]]:
    """The clauses with their translation into the page's language (Russian for Kazakh readers)."""
    lang = page.lang if page.lang != "kk" else "ru"
    graph = page.site.graph
    return [
        {
            "id": clause.id,
            "quote": clause.quote,
            "translation": graph.translations(NamedNode(clause.iri), "lo:text").get(lang, ""),
        }
        for clause in clauses(graph)
    ]


def levels(page: Page) -> list[Item]:
    """The category levels in the contract's order, as POSITION/SLUG."""
    graph = page.site.graph
    return [
        Item(iri, page.label(iri), slug_of(iri, "category"))
        for iri in _in_order(graph, graph.instances("lo:CategoryLevel"))
    ]


def compared(page: Page, left: str, right: str) -> list[dict[str, Any]]:
    """The requirements of two levels (IRIs), each with the clauses that state it there."""
    graph = page.site.graph
    sides = [_requirements(graph, level) for level in (left, right)]
    everything = _in_order(graph, sorted(sides[0].keys() | sides[1].keys()))
    rows = []
    for requirement in everything:
        cells: list[dict[str, Any] | None] = []
        for level, side in zip((left, right), sides, strict=True):
            if requirement not in side:
                cells.append(None)
                continue
            sources = [
                source(graph, c) for c in graph.iris(NamedNode(requirement), "dcterms:source")
            ]
            known = [s for s in sources if s]
            here = [s for s in known if level in graph.iris(NamedNode(s.iri), "lo:appliesTo")]
            shown = sorted(here or known, key=lambda s: s.start)
            cells.append({"clauses": [s.id for s in shown], "inherited": not here})
        rows.append({"iri": requirement, "label": page.label(requirement), "sides": cells})
    return rows


def _requirements(graph: Graph, level: str) -> dict[str, None]:
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [level]
    while waiting:
        node = NamedNode(waiting.pop())
        if node.value not in seen:
            seen.add(node.value)
            found |= dict.fromkeys(graph.iris(node, "lo:hasRequirement"))
            waiting += graph.iris(node, "lo:inherits")
    return found


def _remarks(page: Page, node: NamedNode) -> list[dict[str, Any]]:
    graph = page.site.graph
    found = []
    for subject in graph.subjects("oa:hasTarget", node):
        if isinstance(subject, NamedNode):
            text = graph.translations(subject, "skos:definition").get(page.lang, "")
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
