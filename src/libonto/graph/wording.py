"""What things are called in a language: resources by their labels, relations in both directions."""

from __future__ import annotations

from pyoxigraph import NamedNode

from libonto.graph.description import known_as
from libonto.graph.store import Graph
from libonto.locales import sentences

_OTHER_LABELS = ("sh:name", "rdfs:label", "dcterms:title")
"""What names a resource that has no preferred label, such as a shape."""


class Wording:
    """Words for resources, in one language."""

    def __init__(self, graph: Graph, lang: str) -> None:
        """Take the graph and the language."""
        self.graph = graph
        self.lang = lang

    def label(self, iri: str) -> str:
        """A resource's label; the IRI itself where it has none."""
        found = self.graph.label(iri, self.lang)
        if found != iri:
            return found
        try:
            node = NamedNode(iri)
        except ValueError:
            return iri
        for predicate in _OTHER_LABELS:
            labels = self.graph.translations(node, predicate)
            for tag in (self.lang, "kk", "ru", "en"):
                if tag in labels:
                    return labels[tag]
        return iri

    def word(self, iri: str) -> str:
        """A resource's label, also that of a borrowed term; else its name with a prefix."""
        label = self.label(iri)
        return in_words(iri, self.lang) if label == iri else label

    def reverse(self, iri: str) -> str:
        """What a property is called by the one that it points to: “required by”, “part of it”.

        A property without such a name is called by its own, with an arrow before it.
        """
        found = sentences(self.lang, "inverses").get(_key(iri))
        return found or f"← {self.word(iri)}"


def in_words(iri: str, lang: str) -> str:
    """A term that is not ours: the graph has no label for it, the locales may; else its name."""
    return sentences(lang, "borrowed").get(_key(iri), known_as(iri))


def _key(iri: str) -> str:
    return known_as(iri).replace(":", "-")
