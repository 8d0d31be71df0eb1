"""Browsing: everything by kind, a search over the three languages, and a page for each thing."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode

from libonto.graph.description import Source, describe
from libonto.graph.store import Term
from libonto.graph.terms import BASE, ID, NS, PREFIXES, term
from libonto.locales import LANGUAGES
from libonto.pages.result import in_sentence
from libonto.pages.site import Item, Page

KINDS = (
    "lo:Position",
    "lo:CategoryLevel",
    "lo:Duty",
    "lo:KnowledgeItem",
    "lo:EducationRequirement",
    "lo:ExperienceRequirement",
    "lo:KnowledgeRequirement",
    "lo:Reading",
    "eli:LegalResource",
    "lo:EducationLevel",
    "lo:FieldOfStudy",
    "skos:ConceptScheme",
    "owl:Class",
    "owl:ObjectProperty",
    "owl:DatatypeProperty",
)
MOST_REFERENCES = 60
MOST_RESULTS = 50
MOST_IN_PICTURE = 14
TWINS = (
    ("Turtle", ".ttl", "text/turtle"),
    ("JSON-LD", ".jsonld", "application/ld+json"),
    ("RDF/XML", ".rdf", "application/rdf+xml"),
    ("N-Triples", ".nt", "application/n-triples"),
)


@dataclass(frozen=True)
class Group:
    """The members of one kind."""

    label: str
    members: list[Item]


@dataclass(frozen=True)
class Hit:
    """Something that a search found; `other` is what it is called in which other language."""

    iri: str
    label: str
    kind: str
    other: tuple[tuple[str, str], ...] = ()


def groups(page: Page) -> list[Group]:
    """Everything that has a page, by kind; of the vocabulary only our own terms."""
    graph = page.site.graph
    found = []
    for class_ in KINDS:
        members = [iri for iri in graph.instances(class_) if _listed(class_, iri)]
        members.sort(key=lambda iri: (graph.number(NamedNode(iri), "schema:position"), iri))
        if members:
            label = page.label(term(class_).value)
            label = label if "://" not in label else page.say(f"kind.{class_.replace(':', '-')}")
            found.append(Group(label, [page.item(iri) for iri in members]))
    return found


def found(page: Page, wanted: str) -> list[Hit]:
    """What is called like the words, in any of the three languages; near misses come last."""
    graph = page.site.graph
    needle = wanted.casefold()
    scored: list[tuple[float, str]] = []
    names: dict[str, list[str]] = {}
    for predicate in ("skos:prefLabel", "skos:notation"):
        for node, value in graph.pairs(predicate):
            if isinstance(node, NamedNode) and isinstance(value, Literal):
                names.setdefault(node.value, []).append(value.value.casefold())
    for iri, called in names.items():
        score = max(_score(needle, name) for name in called)
        if score > 0:
            scored.append((-score, iri))
    return [_hit(page, iri) for _, iri in sorted(scored)[:MOST_RESULTS]]


def resource(page: Page, iri: str) -> dict[str, Any] | None:
    """What the page about a resource shows; None for what the graph does not describe."""
    graph = page.site.graph
    try:
        node = NamedNode(iri)
    except ValueError:
        return None
    if not any(graph.store.quads_for_pattern(node, None, None)):
        return None
    about = describe(graph, iri)
    labels = graph.translations(node, "skos:prefLabel")
    return {
        "iri": iri,
        "label": page.label(iri),
        "definition": graph.translations(node, "skos:definition").get(page.lang, ""),
        "types": [page.item(t) for t in about.types if _has_label(page, t)],
        "sources": [_source(page, s) for s in about.sources],
        "statements": [
            {"iri": p, "label": page.word(p), "members": _values(page, values)}
            for p, values in about.statements
            if _values(page, values)
        ],
        "references": [
            {
                "iri": p,
                "label": page.word(p),
                "members": [page.item(s) for s in subjects[:MOST_REFERENCES]],
                "more": max(0, len(subjects) - MOST_REFERENCES),
            }
            for p, subjects in about.references
        ],
        "labels": [(code, labels[code]) for code in LANGUAGES if code in labels],
        "twins": _twins(iri),
    }


def neighbourhood(page: Page, iri: str) -> dict[str, Any]:
    """Nodes and edges around a resource: at most so many that a picture stays readable."""
    graph = page.site.graph
    empty: dict[str, Any] = {"centre": iri, "nodes": [], "edges": []}
    try:
        if not any(graph.about(NamedNode(iri))):
            return empty
    except ValueError:
        return empty
    about = describe(graph, iri)
    found = [
        (iri, p, v.value) for p, vs in about.statements for v in vs if isinstance(v, NamedNode)
    ]
    found += [(subject, p, iri) for p, subjects in about.references for subject in subjects]
    edges = _few_of_each([e for e in found if _has_label(page, e[0]) and _has_label(page, e[2])])
    names = dict.fromkeys([iri, *(n for start, _, end in edges for n in (start, end))])
    return {
        "centre": iri,
        "nodes": [
            {"id": n, "label": page.label(n), "href": page.link(n), "centre": n == iri}
            for n in names
        ],
        "edges": [
            {"source": start, "target": end, "label": page.word(p)} for start, p, end in edges
        ],
    }


def _few_of_each(edges: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """So many edges that a picture stays readable: of each property some, in their order."""
    most = 1
    kept: list[tuple[str, str, str]] = []
    while len(kept) < len(edges):
        counts: dict[str, int] = {}
        wider = []
        for edge in edges:
            counts[edge[1]] = counts.get(edge[1], 0) + 1
            wider += [edge] if counts[edge[1]] <= most else []
        if len(wider) > MOST_IN_PICTURE:
            break
        kept, most = wider, most + 1
    return kept or edges[:MOST_IN_PICTURE]


def _listed(class_: str, iri: str) -> bool:
    if class_.startswith("owl:"):
        return iri.startswith(NS)
    return class_ != "eli:LegalResource" or iri.startswith(ID + "act/")


def _score(needle: str, name: str) -> float:
    if needle == name:
        return 4
    if name.startswith(needle):
        return 3
    if needle in name:
        return 2
    if len(needle) < 4:
        return 0
    words = [name, *name.split()]
    best = max(difflib.SequenceMatcher(None, needle, word).ratio() for word in words)
    return best if best >= 0.78 else 0


def _hit(page: Page, iri: str) -> Hit:
    graph = page.site.graph
    labels = graph.translations(NamedNode(iri), "skos:prefLabel")
    kinds = [page.label(t) for t in graph.iris(NamedNode(iri), "rdf:type") if _has_label(page, t)]
    other = tuple((c, labels[c]) for c in LANGUAGES if c in labels and c != page.lang)
    return Hit(iri, page.label(iri), kinds[0] if kinds else "", other)


def _source(page: Page, found: Source) -> dict[str, Any]:
    around = in_sentence(page, found.iri, found.quote, found.start, found.end)
    return {
        "id": found.id,
        "quote": found.quote,
        "start": found.start,
        "end": found.end,
        **around,
    }


def _values(page: Page, values: tuple[Term, ...]) -> list[dict[str, str]]:
    """The values that a reader can use: in their language where there are several."""
    literals = [v for v in values if isinstance(v, Literal)]
    tagged = [v for v in literals if v.language]
    shown = [v for v in tagged if v.language == page.lang] or tagged
    shown += [v for v in literals if not v.language]
    found = [_literal(page, v) for v in shown]
    found += [
        {"iri": v.value, "label": page.word(v.value), "lang": "", "typed": ""}
        for v in values
        if isinstance(v, NamedNode)
    ]
    return found


def _literal(page: Page, value: Literal) -> dict[str, str]:
    """A value in the reader's way; `typed` says that it is written so in every language."""
    text, datatype = value.value, value.datatype.value
    if datatype == PREFIXES["xsd"] + "date":
        text = page.day(text)
    elif datatype == PREFIXES["xsd"] + "boolean":
        text = page.say(f"ask.{text}")
    typed = "" if value.language or text != value.value else "yes"
    return {"iri": "", "label": text, "lang": value.language or "", "typed": typed}


def _has_label(page: Page, iri: str) -> bool:
    return page.label(iri) != iri


def _twins(iri: str) -> list[dict[str, str]]:
    if not iri.startswith(ID):
        return []
    stem = "/" + iri[len(BASE) :]
    return [{"name": name, "href": stem + suffix, "media": media} for name, suffix, media in TWINS]
