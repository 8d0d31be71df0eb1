"""The vocabulary's documentation on one page: every class and property, in three languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from libonto.graph.formats import GRAPHS
from libonto.graph.terms import NS, ONTOLOGY, term
from libonto.locales import LANGUAGES
from libonto.pages.site import Item, Page

KINDS = ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")
_FACTS = ("rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range", "owl:inverseOf")


@dataclass(frozen=True)
class Term:
    """A class or a property: its name, what it means in each language, and its place."""

    name: str
    iri: str
    label: str
    definition: str
    others: tuple[tuple[str, str, str], ...]
    """The other languages with label and definition."""
    facts: tuple[tuple[str, tuple[Item, ...]], ...]


def reference(page: Page) -> dict[str, Any]:
    """What the page shows."""
    graph = page.site.graph
    titles = graph.translations(ONTOLOGY, "dcterms:title")
    abstracts = graph.translations(ONTOLOGY, "dcterms:abstract")
    groups = []
    for kind in KINDS:
        iris = [iri for iri in graph.instances(kind) if iri.startswith(NS)]
        slug = kind.replace(":", "-")
        groups.append((slug, page.say(f"kind.{slug}"), [_term(page, iri) for iri in iris]))
    return {
        "title": titles.get(page.lang, ""),
        "abstract": abstracts.get(page.lang, ""),
        "namespace": NS,
        "release": graph.text(ONTOLOGY, "owl:versionInfo") or "",
        "groups": groups,
        "forms": GRAPHS,
    }


def _term(page: Page, iri: str) -> Term:
    graph = page.site.graph
    node = NamedNode(iri)
    labels = graph.translations(node, "skos:prefLabel")
    definitions = graph.definitions(node)
    facts = []
    for name in _FACTS:
        values = tuple(Item(v, page.word(v)) for v in graph.iris(node, name))
        if values:
            facts.append((page.word(term(name).value), values))
    return Term(
        name=iri.removeprefix(NS),
        iri=iri,
        label=labels.get(page.lang, iri),
        definition=definitions.get(page.lang, ""),
        others=tuple(
            (lang, labels.get(lang, ""), definitions.get(lang, ""))
            for lang in LANGUAGES
            if lang != page.lang
        ),
        facts=tuple(facts),
    )
