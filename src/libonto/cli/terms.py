"""Terms that are not ours, in words: the graph has no labels for them, the locales have."""

from __future__ import annotations

from libonto.locales import sentences


def in_words(iri: str, lang: str) -> str:
    """A term's name in a language, or its prefixed name where the locale has no words for it."""
    from libonto.graph.description import known_as

    name = known_as(iri)
    return sentences(lang, "borrowed").get(name.replace(":", "-"), name)
