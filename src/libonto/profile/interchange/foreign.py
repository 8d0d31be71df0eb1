"""The persons of foreign JSON documents, each with an import report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from libonto.errors import SyntaxFault
from libonto.profile.interchange import elm, json_resume, schema_org
from libonto.profile.interchange.imports import Import
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.resolver import Resolver
from libonto.profile.interchange.trees import Context, TreeReader, contexts
from libonto.profile.vocabulary import Vocabulary

_READERS = {"elm": elm.people, "schema-org": schema_org.people}


class ForeignReader:
    """Reads foreign documents against one vocabulary; `lang` is for evidence in words."""

    def __init__(self, vocabulary: Vocabulary | Names, lang: str = "kk") -> None:
        """Take the vocabulary; the contexts and the crosswalk are read when first needed."""
        self._names = vocabulary if isinstance(vocabulary, Names) else Names(vocabulary)
        self._resolver = Resolver(self._names)
        self._lang = lang

    def read(self, value: Any, kind: str, *, file: str = "", before: int = 0) -> Iterator[Import]:
        """The persons of a document; `before` is how many the input had before it.

        Raises SyntaxFault for a context that is none of ours: nothing is fetched.
        """
        if kind == "json-resume":
            yield from json_resume.people(value, self._resolver, file, before, self._lang)
            return
        known = contexts(self._names.vocabulary.graph.catalogue)
        context = next((c for c in known if c.name == kind), None)
        if context is None:
            raise SyntaxFault("context-missing", name=kind)
        reader = TreeReader(context, _addresses(known))
        roots = reader.read(value)
        for made in _READERS[kind](roots, self._resolver, file, before, self._lang):
            made.pass_over(p for p in reader.unmapped if p.startswith(made.place.path))
            yield made


def _addresses(known: list[Context]) -> frozenset[str]:
    return frozenset(address for context in known for address in context.addresses)
