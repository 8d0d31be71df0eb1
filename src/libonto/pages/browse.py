"""Browsing: everything by kind, a search over the three languages, and a page for each thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode

from libonto.crosswalk.frameworks import Frameworks
from libonto.graph.description import Description, Source, describe, source
from libonto.graph.formats import GRAPHS, Format
from libonto.graph.terms import BASE, ID, NS, ONTOLOGY, PREFIXES, TERMS, Term, term
from libonto.law.model import PositionRules
from libonto.law.positions import Positions
from libonto.locales import LANGUAGES
from libonto.pages.search import SearchMatch
from libonto.pages.site import OF_EVERYTHING, Page, Resource, host_of, iris_of

KINDS = (
    "lo:Duty",
    "lo:KnowledgeItem",
    "lo:Reading",
    "eli:LegalResource",
    "lo:EducationLevel",
    "lo:FieldOfStudy",
    "lo:Gap",
    *TERMS,
)
"""What is listed by kind, below the trees of positions and of frameworks."""
HITS = 25
"""What a search shows on a page."""
SUGGESTED = 8
MOST_NEIGHBOURS = 16
"""Neighbours in a picture, few enough that it stays readable."""
_TECHNICAL = iris_of("skos:notation", "schema:position", "rdfs:isDefinedBy", "rdfs:comment")
"""What stands last on a page: signs for programs."""
_EVERYWHERE = OF_EVERYTHING | iris_of("owl:annotatedProperty", "skos:hasTopConcept")
"""Relations that would fill a picture and say nothing."""
_FACTS = ("rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range", "owl:inverseOf")
"""What the vocabulary's page tells of a term besides labels and definitions."""
_PLAIN = {term("owl:NamedIndividual").value}
"""Types that say nothing to people."""


@dataclass(frozen=True)
class BrowseNode:
    """A node of a tree: something with a page, or a heading (no IRI) over others.

    `clauses` are the ids of the clauses that state it where it stands.
    """

    label: str
    iri: str = ""
    branches: tuple[BrowseNode, ...] = ()
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """Something that a search leads to; `other` is what it is called in which other language.

    `passage` is the text that has the words, with its language, where that is not its name.
    """

    iri: str
    label: str
    kind: str
    other: tuple[tuple[str, str], ...] = ()
    passage: tuple[str, str] | None = None


def trees(page: Page, positions: Positions) -> list[tuple[str, BrowseNode]]:
    """Everything that has a page, each tree with its slug; of the vocabulary only our own terms.

    A position leads over its ladders and categories to requirements and clauses, a framework
    to its concepts by what is broader; all else stands by kind.
    """
    graph = page.graph
    known = {rules.iri: rules for rules in map(positions.rules, positions.iris)}
    posts = dict.fromkeys([*known, *graph.instances("lo:Position")])
    frameworks = sorted(framework.iri for framework in Frameworks(graph).all.values())
    roots = {
        "lo-Position": [_position(page, iri, known.get(iri)) for iri in posts],
        "skos-ConceptScheme": [_framework(page, iri) for iri in frameworks],
    }
    for class_ in KINDS:
        members = graph.in_order(i for i in graph.instances(class_) if _listed(class_, i))
        roots[class_.replace(":", "-")] = [_branch(page, iri) for iri in members]
    return [
        (slug, BrowseNode(page.say(f"kind.{slug}"), branches=tuple(branches)))
        for slug, branches in roots.items()
        if branches
    ]


def _branch(page: Page, iri: str, branches: Iterable[BrowseNode] = ()) -> BrowseNode:
    return BrowseNode(page.label(iri), iri, tuple(branches))


def _position(page: Page, iri: str, rules: PositionRules | None) -> BrowseNode:
    """A position; one that is described, with its ladders down to the clauses."""
    if rules is None:
        return _branch(page, iri)
    categories = []
    for category in rules.categories:
        requirements = (
            BrowseNode(page.label(r.iri), r.iri, clauses=(r.clause_for(category.iri).id,))
            for r in map(rules.requirement, category.requirements)
        )
        categories.append((category, _branch(page, category.iri, requirements)))
    ladders = (
        _branch(page, rules.ladder_iri(ladder), (b for c, b in categories if c.ladder == ladder))
        for ladder in rules.ladders
    )
    return _branch(page, iri, ladders)


def _framework(page: Page, iri: str) -> BrowseNode:
    """A framework with its concepts, each below the broader one of the same framework."""
    # A scheme that is stated to be in itself would be below itself without end.
    concepts = [c for c in page.graph.subject_iris("skos:inScheme", iri) if c != iri]
    below: dict[str, list[str]] = {}
    for concept in concepts:
        broader = [b for b in page.graph.iris(concept, "skos:broader") if b in concepts]
        below.setdefault(broader[0] if broader else iri, []).append(concept)

    def branch(at: str) -> BrowseNode:
        return _branch(page, at, map(branch, page.graph.in_order(below.get(at, ()))))

    return branch(iri)


def _listed(class_: str, iri: str) -> bool:
    if class_ in TERMS:
        return iri.startswith(NS)
    return class_ != "eli:LegalResource" or iri.startswith(ID + "act/")


def hits(page: Page, words: str, start: int = 0, most: int = HITS) -> tuple[int, list[Hit]]:
    """How many things are called like the words, in any language, and some of them.

    Near misses come last.
    """
    matches = page.site.index.matches(words, page.content)
    return len(matches), [_hit(page, match) for match in matches[start : start + most]]


def _hit(page: Page, match: SearchMatch) -> Hit:
    labels = page.graph.translations(match.iri, "skos:prefLabel")
    kinds = [page.label(scheme) for scheme in page.graph.schemes(match.iri)]
    kinds += [item.label for item in _types(page, page.graph.iris(match.iri, "rdf:type"))]
    other = tuple((c, labels[c]) for c in LANGUAGES if c in labels and c != page.content)
    passage = (match.text.value, match.text.language or "kk") if match.text else None
    return Hit(match.iri, page.word(match.iri), kinds[0] if kinds else "", other, passage)


def described(page: Page, iri: str) -> dict[str, Any] | None:
    """What the page about a resource shows; None for what the graph does not describe."""
    if not page.described(iri):
        return None
    graph, about = page.graph, describe(page.graph, iri)
    values = {p: _values(page, terms) for p, terms in sorted(about.statements, key=_rank)}
    return {
        "iri": iri,
        "types": _types(page, about.types),
        "labels": graph.translations(iri, "skos:prefLabel"),
        "definitions": graph.definitions(iri),
        "sources": [_source(page, s) for s in about.sources or _behind(page, about)],
        "statements": {p: members for p, members in values.items() if members},
        "references": {
            p: [_named(page, subject) for subject in graph.in_order(subjects)]
            for p, subjects in sorted(about.references, key=_rank)
        },
        "twins": _twins(iri),
    }


def _named(page: Page, iri: str) -> dict[str, str]:
    word = page.word(iri)
    outside = word == iri and iri.startswith(("https://", "http://"))
    lang = "zxx" if outside else ""  # an address is of no language (BCP 47)
    return {"iri": iri, "label": host_of(iri) if outside else word, "lang": lang, "typed": ""}


def _rank(relation: tuple[str, object]) -> tuple[int, str]:
    """Our own properties first, then the borrowed ones, then what is for programs."""
    predicate = relation[0]
    if predicate in _TECHNICAL:
        return 3, predicate
    if predicate.startswith((PREFIXES["sh"], PREFIXES["owl"], PREFIXES["rdf"])):
        return 2, predicate
    return (0 if predicate.startswith(NS) else 1), predicate


def _behind(page: Page, about: Description) -> list[Source]:
    """The clauses of what requires or states it, where it cites none itself.

    An act is named by a knowledge item, and the requirement of that item cites the clauses.
    """
    nearest = {
        subject
        for predicate, subjects in about.references
        if predicate.startswith(NS)
        for subject in subjects
        if subject.startswith(ID) and not subject.startswith(ID + "shape/")
    }
    sources = _cited(page, nearest)
    if not sources and term("eli:LegalResource").value in about.types:
        requirements = (page.graph.subject_iris("lo:requiresKnowledge", item) for item in nearest)
        sources = _cited(page, chain.from_iterable(requirements))
    return sources


def _cited(page: Page, iris: Iterable[str]) -> list[Source]:
    clauses = {clause for iri in iris for clause in page.graph.iris(iri, "dcterms:source")}
    sources = {s for clause in clauses if (s := source(page.graph, clause))}
    return sorted(sources, key=lambda s: (s.start, s.end, s.id))


def _source(page: Page, clause: Source) -> dict[str, Any]:
    """A clause with what stands before and after it in its sentence, and its translation."""
    before = after = ""
    text = page.site.texts.of_clause(clause)
    if text:
        first, last = text.sentence(clause.start, clause.end)
        before, after = text.content[first : clause.start], text.content[clause.end : last]
    translation = page.wording.translation(clause)
    return {**vars(clause), "before": before, "after": after, "translation": translation}


def _values(page: Page, values: tuple[Term, ...]) -> list[dict[str, str]]:
    """The values that a reader can use: in their language where there are several."""
    literals = [v for v in values if isinstance(v, Literal)]
    tagged = [v for v in literals if v.language]
    readable = [v for v in tagged if v.language == page.content] or tagged
    readable += [v for v in literals if not v.language]
    iris = page.graph.in_order(v.value for v in values if isinstance(v, NamedNode))
    return [_literal(page, v) for v in readable] + [_named(page, iri) for iri in iris]


def _literal(page: Page, value: Literal) -> dict[str, str]:
    """A value in the reader's way; `typed` says that it is written so in every language."""
    text = value.value
    if value.datatype == term("xsd:date"):
        text = page.day(text)
    elif value.datatype == term("xsd:boolean"):
        text = page.say(f"ask.{text}")
    typed = "" if value.language or text != value.value else "yes"
    return {"iri": "", "label": text, "lang": value.language or "", "typed": typed}


def _types(page: Page, types: Iterable[str]) -> list[Resource]:
    """The classes that people have a name for."""
    return [
        Resource(t, word) for t in types if ":" not in (word := page.word(t)) and t not in _PLAIN
    ]


def _twins(iri: str) -> list[tuple[Format, str]]:
    """The page's content as data; of what has no document of its own, what SPARQL says of it."""
    query = f"DESCRIBE <{iri}>"
    return [
        (
            form,
            f"/{iri[len(BASE) :]}.{form.suffix}"
            if iri.startswith(ID)
            else "/sparql?" + urlencode({"query": query, "format": form.media_type}),
        )
        for form in GRAPHS
    ]


def vocabulary(page: Page) -> dict[str, Any]:
    """The vocabulary's documentation on one page: every class and property."""
    graph = page.graph
    return {
        "abstract": graph.translations(ONTOLOGY, "dcterms:abstract").get(page.lang, ""),
        "namespace": NS,
        "release": graph.text(ONTOLOGY, "owl:versionInfo") or "",
        "groups": [
            (kind.replace(":", "-"), [i for i in graph.instances(kind) if i.startswith(NS)])
            for kind in TERMS
        ],
        "facts": lambda iri: [
            (term(name).value, values) for name in _FACTS if (values := graph.iris(iri, name))
        ],
        "forms": GRAPHS,
    }


def neighbourhood(page: Page, iri: str) -> dict[str, Any]:
    """The resource and its neighbours: nodes, and edges with their words in both directions.

    What is left out of a relation is a node without a page, which says how many they are.
    """
    if not page.described(iri):
        return {"of": "", "nodes": [], "edges": []}
    relations = _relations(page, iri)
    most = _most_of_each([len(members) for _, _, members in relations])

    def node(one: str) -> dict[str, str]:
        return {"id": one, "label": page.word(one), "href": page.link(one)}

    nodes, edges = {iri: node(iri)}, []
    for property_, outgoing, members in relations:
        ends = members[:most]
        nodes |= {one: node(one) for one in ends}
        if (left := len(members) - most) > 0:
            rest = f"{iri} {property_} {outgoing}"
            label = page.say("resource.rest", count=left)
            nodes[rest] = {"id": rest, "label": label, "href": ""}
            ends.append(rest)
        words = {"label": page.word(property_), "back": page.wording.reverse(property_)}
        for one in ends:
            source, target = (iri, one) if outgoing else (one, iri)
            edges.append({"source": source, "target": target, **words})
    return {"of": iri, "nodes": list(nodes.values()), "edges": edges}


def _relations(page: Page, iri: str) -> list[tuple[str, bool, list[str]]]:
    """What people can use: the property, whether it leads from the resource, and to what."""
    about = describe(page.graph, iri)
    outward = [
        (p, True, [v.value for v in values if isinstance(v, NamedNode)])
        for p, values in about.statements
    ]
    inward = [(p, False, list(subjects)) for p, subjects in about.references]
    relations = []
    for property_, outgoing, iris in (*outward, *inward):
        if property_ in _EVERYWHERE or property_.startswith((PREFIXES["sh"], PREFIXES["owl"])):
            continue
        members = [
            member  # shapes are for programs, and what has no name tells nothing
            for member in page.graph.in_order(iris)
            if member != iri and page.label(member) != member and f"{ID}shape/" not in member
        ]
        if members:
            relations.append((property_, outgoing, members))
    return relations[:MOST_NEIGHBOURS]


def _most_of_each(sizes: list[int]) -> int:
    """How many of each relation are shown, so that all of them together are few."""
    most = 1
    while most < max(sizes, default=0) and (
        sum(min(n, most + 1) for n in sizes) <= MOST_NEIGHBOURS
    ):
        most += 1
    return most
