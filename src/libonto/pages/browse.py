"""Browsing: everything by kind, a search over the three languages, and a page for each thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode

from libonto.crosswalk.frameworks import Frameworks
from libonto.graph.description import Description, Source, describe, source
from libonto.graph.formats import GRAPHS
from libonto.graph.store import Term
from libonto.graph.terms import BASE, ID, NS, PREFIXES, term
from libonto.law.model import Category, PositionRules
from libonto.law.positions import Positions
from libonto.locales import LANGUAGES
from libonto.pages.search import Found
from libonto.pages.site import Item, Page, host_of

KINDS = (
    "lo:Duty",
    "lo:KnowledgeItem",
    "lo:Reading",
    "eli:LegalResource",
    "lo:EducationLevel",
    "lo:FieldOfStudy",
    "lo:Gap",
    "owl:Class",
    "owl:ObjectProperty",
    "owl:DatatypeProperty",
    "owl:AnnotationProperty",
)
"""What is listed by kind, below the trees of positions and of frameworks."""
HITS = 25
"""What a search shows on a page."""
SUGGESTED = 8
MOST_SOURCES = 2
"""Clauses that are quoted at once; the others are folded up."""
MOST_AT_ONCE = 10
"""Values of a property that are shown at once; of a longer list the others are folded up."""
_TECHNICAL = ("skos:notation", "schema:position", "rdfs:isDefinedBy", "rdfs:comment")
"""What stands last on a page: signs for programs."""
_PLAIN = {term("owl:NamedIndividual").value}
"""Types that say nothing to people."""


@dataclass(frozen=True)
class Branch:
    """A node of a tree: something with a page, or a heading (no IRI) over others.

    `clauses` are the ids of the clauses that state it where it stands.
    """

    label: str
    iri: str = ""
    branches: tuple[Branch, ...] = ()
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """Something that a search found; `other` is what it is called in which other language.

    `passage` is the text in which it was found, with its language, where that is not its name.
    """

    iri: str
    label: str
    kind: str
    other: tuple[tuple[str, str], ...] = ()
    passage: tuple[str, str] | None = None


def trees(page: Page, positions: Positions) -> list[tuple[str, Branch]]:
    """Everything that has a page, each tree with its slug; of the vocabulary only our own terms.

    A position leads over its ladders and categories to requirements and clauses, a framework
    to its concepts by what is broader; all else stands by kind.
    """
    graph = page.site.graph
    known = {rules.iri: rules for rules in map(positions.rules, positions.iris)}
    frameworks = Frameworks(graph).all
    posts = dict.fromkeys([*known, *graph.instances("lo:Position")])
    found = [
        ("lo-Position", [_position(page, iri, known.get(iri)) for iri in posts]),
        (
            "skos-ConceptScheme",
            [_framework(page, iri) for iri in sorted(f.iri for f in frameworks.values())],
        ),
    ]
    for class_ in KINDS:
        members = _in_order(page, (i for i in graph.instances(class_) if _listed(class_, i)))
        found.append((class_.replace(":", "-"), [_leaf(page, iri) for iri in members]))
    return [
        (slug, Branch(page.say(f"kind.{slug}"), branches=tuple(branches)))
        for slug, branches in found
        if branches
    ]


def _leaf(page: Page, iri: str) -> Branch:
    return Branch(page.label(iri), iri)


def _position(page: Page, iri: str, rules: PositionRules | None) -> Branch:
    """A position; one that is described, with its ladders down to the clauses."""
    if rules is None:
        return _leaf(page, iri)
    ladders = [
        Branch(
            page.label(rules.ladder_iri(ladder)),
            rules.ladder_iri(ladder),
            tuple(_category(page, rules, c) for c in rules.categories if c.ladder == ladder),
        )
        for ladder in rules.ladders
    ]
    return Branch(page.label(iri), iri, tuple(ladders))


def _category(page: Page, rules: PositionRules, category: Category) -> Branch:
    requirements = map(rules.requirement, category.requirements)
    return Branch(
        page.label(category.iri),
        category.iri,
        tuple(
            Branch(page.label(r.iri), r.iri, clauses=(r.clause_for(category.iri).id,))
            for r in requirements
        ),
    )


def _framework(page: Page, iri: str) -> Branch:
    """A framework with its concepts, each below the broader one of the same framework."""
    graph = page.site.graph
    nodes = graph.subjects("skos:inScheme", NamedNode(iri))
    concepts = {node.value for node in nodes if isinstance(node, NamedNode)}
    below: dict[str, list[str]] = {}
    for concept in concepts:
        broader = [b for b in graph.iris(NamedNode(concept), "skos:broader") if b in concepts]
        below.setdefault(broader[0] if broader else iri, []).append(concept)

    def branch(at: str) -> Branch:
        members = _in_order(page, below.get(at, ()))
        return Branch(page.label(at), at, tuple(map(branch, members)))

    return branch(iri)


def _in_order(page: Page, iris: Iterable[str]) -> list[str]:
    graph = page.site.graph
    return sorted(iris, key=lambda i: (graph.number(NamedNode(i), "schema:position"), i))


def found(page: Page, words: str, start: int = 0, most: int = HITS) -> tuple[int, list[Hit]]:
    """How many things are called like the words, in any language, and some of them.

    Near misses come last.
    """
    everything = page.site.index.found(words, page.content)
    return len(everything), [_hit(page, one) for one in everything[start : start + most]]


def described(page: Page, iri: str) -> dict[str, Any] | None:
    """What the page about a resource shows; None for what the graph does not describe."""
    graph = page.site.graph
    if not page.described(iri):
        return None
    node = NamedNode(iri)
    about = describe(graph, iri)
    labels = graph.translations(node, "skos:prefLabel")
    definitions = graph.definitions(node)
    sources = [_source(page, s) for s in about.sources or _behind(page, about)]
    return {
        "iri": iri,
        "label": page.word(iri),
        "definition": definitions.get(page.content, ""),
        "types": _types(page, about.types),
        "sources": sources[:MOST_SOURCES],
        "more_sources": sources[MOST_SOURCES:],
        "statements": [
            {"iri": p, "label": page.word(p), **_folded(shown)}
            for p, values in sorted(about.statements, key=lambda s: _rank(s[0]))
            if (shown := _values(page, values))
        ],
        "references": [
            {
                "iri": p,
                "label": page.wording.reverse(p),
                **_folded([_named(page, s) for s in _in_order(page, subjects)]),
            }
            for p, subjects in sorted(about.references, key=lambda r: _rank(r[0]))
        ],
        "translations": [
            (code, labels[code], definitions.get(code, "")) for code in LANGUAGES if code in labels
        ],
        "twins": _twins(iri),
    }


def _folded(members: list[dict[str, str]]) -> dict[str, Any]:
    """What is shown of a list at once, and what is folded up."""
    most = MOST_AT_ONCE if len(members) > MOST_AT_ONCE + 2 else len(members)
    return {"members": members[:most], "folded": members[most:]}


def _named(page: Page, iri: str) -> dict[str, str]:
    word = page.word(iri)
    outside = word == iri and iri.startswith(("https://", "http://"))
    lang = "zxx" if outside else ""  # an address is of no language (BCP 47)
    return {"iri": iri, "label": host_of(iri) if outside else word, "lang": lang, "typed": ""}


def _rank(predicate: str) -> tuple[int, str]:
    """Our own properties first, then the borrowed ones, then what is for programs."""
    if predicate in {term(name).value for name in _TECHNICAL}:
        return 3, predicate
    if predicate.startswith((PREFIXES["sh"], PREFIXES["owl"], PREFIXES["rdf"])):
        return 2, predicate
    return (0 if predicate.startswith(NS) else 1), predicate


def _behind(page: Page, about: Description) -> list[Source]:
    """The clauses of what requires or states it, where it cites none itself.

    An act is named by a knowledge item, and the requirement of that item cites the clauses.
    """
    graph = page.site.graph
    nearest = {
        subject
        for predicate, subjects in about.references
        if predicate.startswith(NS)
        for subject in subjects
        if subject.startswith(ID) and not subject.startswith(ID + "shape/")
    }
    found = _cited(page, nearest)
    if not found and any(t == term("eli:LegalResource").value for t in about.types):
        items = (NamedNode(iri) for iri in nearest)
        further = {
            node.value
            for item in items
            for node in graph.subjects("lo:requiresKnowledge", item)
            if isinstance(node, NamedNode)
        }
        found = _cited(page, further)
    return found


def _cited(page: Page, iris: Iterable[str]) -> list[Source]:
    graph = page.site.graph
    clauses = {clause for iri in iris for clause in graph.iris(NamedNode(iri), "dcterms:source")}
    found = {one for clause in clauses if (one := source(graph, clause))}
    return sorted(found, key=lambda s: (s.start, s.end, s.id))


def _listed(class_: str, iri: str) -> bool:
    if class_.startswith("owl:"):
        return iri.startswith(NS)
    return class_ != "eli:LegalResource" or iri.startswith(ID + "act/")


def _hit(page: Page, found: Found) -> Hit:
    graph = page.site.graph
    node = NamedNode(found.iri)
    labels = graph.translations(node, "skos:prefLabel")
    schemes = graph.schemes(node)
    kinds = [page.label(scheme) for scheme in schemes]
    kinds += [item.label for item in _types(page, graph.iris(node, "rdf:type"))]
    other = tuple((c, labels[c]) for c in LANGUAGES if c in labels and c != page.content)
    passage = (found.text.value, found.text.language or "kk") if found.text else None
    return Hit(found.iri, page.word(found.iri), kinds[0] if kinds else "", other, passage)


def _source(page: Page, found: Source) -> dict[str, Any]:
    """A clause with what stands before and after it in its sentence, and its translation."""
    before = after = translation = ""
    text = page.site.texts.of_clause(found.iri, found.quote, found.start, found.end)
    if text:
        first, last = text.sentence(found.start, found.end)
        before, after = text.content[first : found.start], text.content[found.end : last]
    if page.content != "kk":
        texts = page.site.graph.translations(NamedNode(found.iri), "lo:text")
        translation = texts.get(page.content, "")
    return {
        "id": found.id,
        "quote": found.quote,
        "start": found.start,
        "end": found.end,
        "before": before,
        "after": after,
        "translation": translation,
    }


def _values(page: Page, values: tuple[Term, ...]) -> list[dict[str, str]]:
    """The values that a reader can use: in their language where there are several."""
    literals = [v for v in values if isinstance(v, Literal)]
    tagged = [v for v in literals if v.language]
    shown = [v for v in tagged if v.language == page.content] or tagged
    shown += [v for v in literals if not v.language]
    found = [_literal(page, v) for v in shown]
    iris = (v.value for v in values if isinstance(v, NamedNode))
    found += [_named(page, iri) for iri in _in_order(page, iris)]
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


def _types(page: Page, types: Iterable[str]) -> list[Item]:
    """The classes that people have a name for."""
    return [Item(t, word) for t in types if ":" not in (word := page.word(t)) and t not in _PLAIN]


def _twins(iri: str) -> list[dict[str, str]]:
    """The page's content as data; of what has no document of its own, what SPARQL says of it."""
    if iri.startswith(ID):
        stem = "/" + iri[len(BASE) :]
        return [
            {"name": form.label, "href": f"{stem}.{form.suffix}", "media": form.media_type}
            for form in GRAPHS
        ]
    query = {"query": f"DESCRIBE <{iri}>"}
    return [
        {
            "name": form.label,
            "href": "/sparql?" + urlencode({**query, "format": form.media_type}),
            "media": form.media_type,
        }
        for form in GRAPHS
    ]
