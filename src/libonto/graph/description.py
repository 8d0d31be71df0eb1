"""What the graph says about one resource, what it is called, and finding it by that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libonto.errors import DataError, UsageError, nearest, printable
from libonto.graph.store import Graph, in_language
from libonto.graph.terms import ID, NS, PREFIXES, Term, is_iri, term
from libonto.graph.values import framework_levels
from libonto.locales import sentences

_ABSOLUTE = re.compile(r"<?([A-Za-z][A-Za-z0-9+.-]*:[^\s<>]+)>?")
_FORMAL = (f"{ID}eligibility/", f"{ID}shape/", f"{ID}concept/")
"""What only states a thing of the same name once more, in OWL, SHACL or SKOS: a bare slug means
the thing itself. A scheme does so of a position alone: that of `education` is no kind of it."""
_STATED_APART = ("skos:prefLabel", "skos:definition", "lo:gloss", "rdf:type", "dcterms:source")
_STATED_OF_A_CLAUSE = ("oa:hasSelector", "oa:hasSource", "lo:text")


@dataclass(frozen=True)
class Source:
    """A clause that a resource rests on: its id, its exact words and their place."""

    iri: str
    id: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True)
class Description:
    """A resource: what it is, its statements, and the statements about it."""

    iri: str
    types: tuple[str, ...]
    statements: tuple[tuple[str, tuple[Term, ...]], ...]
    """Properties with their values; labels, definitions, types and clauses are not among them."""
    references: tuple[tuple[str, tuple[str, ...]], ...]
    """Properties with the named resources that have this one as their value."""
    sources: tuple[Source, ...]


def find(graph: Graph, name: str) -> str:
    """The IRI of what is called so: an IRI, `lo:Candidate`, `E02`, `KIND/SLUG`, `de-dqr/6`.

    A category's or a requirement's slug means it and not its eligibility class or shape.
    Raises UsageError: `show-unknown` with the nearest name, `show-several` with all of them.
    """
    if (text := printable(name)) != name:  # no name has half of a character or a line's end
        raise UsageError("show-unknown", value=text)
    match = _ABSOLUTE.fullmatch(name)
    if match:
        expanded = _expanded(match[1])
        if _described(graph, expanded):
            return expanded
    namesakes = sorted(_namesakes(graph, name))
    formal = (*_FORMAL, f"{ID}scheme/") if f"{ID}position/{name}" in namesakes else _FORMAL
    candidates = [iri for iri in namesakes if not iri.startswith(formal)] or namesakes
    if len(candidates) > 1:
        raise UsageError("show-several", value=name, known=", ".join(map(known_as, candidates)))
    if candidates:
        return candidates[0]
    level = framework_levels(graph).get(name)
    if level:
        return level
    near = _nearest(graph, name)
    raise UsageError("show-unknown-nearest" if near else "show-unknown", value=name, nearest=near)


def known_as(iri: str) -> str:
    """The shortest name that means this resource and no other: `lo:…`, `KIND/SLUG`, its IRI."""
    if iri.startswith(ID):
        return iri[len(ID) :]
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _nearest(graph: Graph, name: str) -> str:
    """The name of a resource with this label, else the most similar name, or nothing."""
    labelled = [
        node.value
        for node, label in graph.pairs("skos:prefLabel")
        if isinstance(node, NamedNode)
        and isinstance(label, Literal)
        and label.value.casefold() == name.casefold()
    ]
    if labelled:
        return known_as(min(labelled, key=lambda iri: (not iri.startswith(ID), len(iri), iri)))
    within = NS if name.startswith("lo:") else ""
    names: dict[str, str] = {}
    for iri in sorted(graph.defined):
        if iri.startswith(within):
            names.update(dict.fromkeys(_names(iri), known_as(iri)))
    for node, notation in graph.pairs("skos:notation"):
        if not within and isinstance(node, NamedNode) and isinstance(notation, Literal):
            names.setdefault(notation.value, known_as(node.value))
    local = name.removeprefix("lo:")
    if near := nearest(local, names):
        return names[near]
    lower = {spelling.lower(): known for spelling, known in names.items()}
    return lower.get(nearest(local.lower(), lower), "")


def describe(graph: Graph, iri: str) -> Description:
    """What the graph says about a resource, in both directions."""
    node = NamedNode(iri)
    is_clause = source(graph, iri) is not None
    apart = {term(n) for n in (*_STATED_APART, *(_STATED_OF_A_CLAUSE if is_clause else ()))}
    statements: dict[str, list[Term]] = {}
    for quad in graph.store.quads_for_pattern(node, None, None):
        is_source = quad.predicate == term("dcterms:source") and not _is_clause(graph, quad.object)
        if quad.predicate not in apart or is_source:
            statements.setdefault(quad.predicate.value, []).append(quad.object)
    references: dict[str, set[str]] = {}
    for quad in graph.store.quads_for_pattern(None, None, node):
        for predicate, subject in _holders(graph, quad.predicate.value, quad.subject):
            references.setdefault(predicate, set()).add(subject)
    clauses = [iri] if is_clause else []
    clauses += graph.iris(node, "dcterms:source")
    sources = {clause for name in clauses if (clause := source(graph, name))}
    return Description(
        iri=iri,
        types=tuple(graph.iris(node, "rdf:type")),
        statements=tuple((p, tuple(sorted(v, key=str))) for p, v in sorted(statements.items())),
        references=tuple((p, tuple(sorted(iris))) for p, iris in sorted(references.items())),
        sources=tuple(sorted(sources, key=lambda s: (s.start, s.end, s.id))),
    )


def source(graph: Graph, iri: str) -> Source | None:
    """A clause's quote and span (code points), or None for what is no clause.

    DataError for a start or an end that is no whole number.
    """
    quote, start, end = None, None, None
    for selector in graph.nodes(iri, "oa:hasSelector"):
        quote = graph.text(selector, "oa:exact") or quote
        start = graph.text(selector, "oa:start") or start
        end = graph.text(selector, "oa:end") or end
    if quote is None or start is None or end is None:
        return None
    name = graph.text(iri, "skos:notation") or iri.rpartition("/")[2]
    if not (start.isdecimal() and end.isdecimal()):
        span, property_ = f"{start}–{end}", "oa:start, oa:end"
        raise DataError("data-value", subject=iri, property=property_, value=span)
    return Source(iri, name, quote, int(start), int(end))


def bounded(graph: Graph, iri: str) -> Iterator[Triple]:
    """The triples about a resource, its blank nodes' included, and those that name it."""
    yield from graph.reached(NamedNode(iri))
    for quad in graph.store.quads_for_pattern(None, None, NamedNode(iri)):
        if isinstance(quad.subject, NamedNode):
            yield quad.triple


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    if local.startswith("//"):
        return name
    if prefix in PREFIXES:
        return PREFIXES[prefix] + local
    return name


def _described(graph: Graph, iri: str) -> bool:
    return is_iri(iri) and any(graph.store.quads_for_pattern(NamedNode(iri), None, None))


def _namesakes(graph: Graph, name: str) -> set[str]:
    return {iri for iri in graph.defined if name in _names(iri)} | {
        iri
        for notation in (name, name.upper())
        for iri in graph.subject_iris("skos:notation", Literal(notation))
        if iri.startswith((ID, NS))
    }


def _names(iri: str) -> Iterator[str]:
    """What a resource of ours may be called: each tail of its path, and as `KIND:SLUG`."""
    if iri.startswith(NS):
        yield iri[len(NS) :]
    elif iri.startswith(ID):
        parts = iri[len(ID) :].split("/")
        for place in range(len(parts)):
            yield "/".join(parts[place:])
        yield f"{parts[0]}:{'/'.join(parts[1:])}"
        yield f"{parts[0]}:{parts[-1]}"


def _holders(
    graph: Graph, predicate: str, node: NamedNode | BlankNode | Triple, depth: int = 0
) -> Iterator[tuple[str, str]]:
    """A statement's property and subject; for a blank node, those of what holds it."""
    if isinstance(node, NamedNode):
        yield predicate, node.value
    elif isinstance(node, BlankNode) and depth < 50:
        for quad in graph.store.quads_for_pattern(None, None, node):
            yield from _holders(graph, quad.predicate.value, quad.subject, depth + 1)


def _is_clause(graph: Graph, value: Term) -> bool:
    return isinstance(value, NamedNode) and source(graph, value.value) is not None


_OTHER_LABELS = ("sh:name", "rdfs:label", "dcterms:title")
"""What names a resource that has no preferred label, such as a shape."""


class Wording:
    """Words for resources, in one language."""

    def __init__(self, graph: Graph, lang: str) -> None:
        self.graph = graph
        self.lang = lang

    def label(self, iri: str) -> str:
        """A resource's label; the IRI itself where it has none."""
        label = self.graph.label(iri, self.lang)
        if label != iri or not is_iri(iri):
            return label
        names = (self.graph.translations(iri, predicate) for predicate in _OTHER_LABELS)
        return next(filter(None, (in_language(name, self.lang) for name in names)), iri)

    def word(self, iri: str) -> str:
        """A resource's label, also that of a borrowed term; else its name with a prefix."""
        label = self.label(iri)
        return in_words(iri, self.lang) if label == iri else label

    def translation(self, clause: Source) -> str:
        """A clause's text in the language, or nothing where that is the text's own."""
        text = self.graph.translations(clause.iri, "lo:text").get(self.lang, "")
        return "" if text.split() == clause.quote.split() else text

    def reverse(self, iri: str) -> str:
        """What a property is called by the one that it points to: “required by”, “part of it”.

        A property without such a name is called by its own, with an arrow before it.
        """
        return sentences(self.lang, "inverses").get(_key(iri)) or f"← {self.word(iri)}"


def titled(iri: str, label: str) -> str:
    """A resource by its label and, where that is another, its shortest name."""
    name = known_as(iri)
    return name if label == name else f"{label} ({name})"


def in_words(iri: str, lang: str) -> str:
    """A term that is not ours: the graph has no label for it, the locales may; else its name."""
    return sentences(lang, "borrowed").get(_key(iri), known_as(iri))


def _key(iri: str) -> str:
    return known_as(iri).replace(":", "-")
