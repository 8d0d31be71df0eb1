"""JSON-LD: our own context is built in, no other is fetched, and nothing gets lost.

A processor of JSON-LD drops without a word what no context maps, and what is no IRI where one
is meant together with all that is said about it. Here each of these is a problem.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

from pyoxigraph import NamedNode

from libonto.errors import DataError, Problem, SyntaxFault
from libonto.graph.store import Graph

OWN_CONTEXT = "https://w3id.org/libonto/context.jsonld"
"""The name of our own context, `ontology/context.jsonld`; it is built in and never fetched."""

_NODE_KEYWORDS = {
    *("@id", "@type", "@graph", "@reverse", "@included", "@nest", "@index", "@list", "@set"),
    *("@value", "@language", "@direction", "@context"),
}
_MAPS = ("@language", "@index", "@id", "@type", "@graph")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def own_context(graph: Graph) -> dict[str, Any]:
    """The context of the plain form; DataError where our data folder lacks it."""
    path = graph.catalogue.folders[0] / "ontology" / "context.jsonld"
    try:
        context: dict[str, Any] = graph.documents(path.name)[path]["@context"]
    except (KeyError, TypeError) as error:
        raise DataError("data-syntax", path=str(path), detail=str(error)) from error
    return context


def without_own_context(member: Any, graph: Graph) -> Any:
    """An object that names or holds our own context and no other, without it: the plain form."""
    context = member.get("@context") if isinstance(member, dict) else None
    if isinstance(context, list) and len(context) == 1:
        context = context[0]
    if context == OWN_CONTEXT or (
        isinstance(context, dict) and context and context == own_context(graph)
    ):
        return {key: value for key, value in member.items() if key != "@context"}
    return member


def completed(value: Any, own: dict[str, Any]) -> Any:
    """The document with our own context written where it is named, or implied by its absence."""
    if isinstance(value, list):
        return [completed(item, own) for item in value]
    if not isinstance(value, dict):
        return value
    return {"@context": own, **_named(value, own)}


def _named(value: Any, own: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_named(item, own) for item in value]
    if isinstance(value, dict):
        return {
            k: _context(v, own) if k == "@context" else _named(v, own) for k, v in value.items()
        }
    return value


def _context(context: Any, own: dict[str, Any]) -> Any:
    if context == OWN_CONTEXT:
        return own
    if isinstance(context, list):
        return [_context(item, own) for item in context]
    return _named(context, own)


def refuse_remote_contexts(value: Any) -> None:
    """SyntaxFault for a context, at any depth, that stands at an address other than our own."""
    if isinstance(value, list):
        for item in value:
            refuse_remote_contexts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "@context":
                _refuse_remote(item)
            refuse_remote_contexts(item)


def _refuse_remote(context: Any) -> None:
    for item in context if isinstance(context, list) else [context]:
        if isinstance(item, str) and item != OWN_CONTEXT:
            raise SyntaxFault("remote-context", address=item)
        if isinstance(item, dict) and "@import" in item:
            raise SyntaxFault("remote-context", address=str(item["@import"]))


class LossFinder:
    """Finds what a processor would drop from a document whose contexts are all written in it."""

    def __init__(self, document: Any, own: dict[str, Any], source: str) -> None:
        """Gather the terms of all its contexts; `source` is the file's name in messages."""
        self.document = document
        self.own = own
        self.source = source
        self._terms: dict[str, Any] = {}
        self._maps_all = False
        self._gather(document)
        self._keywords = {*_NODE_KEYWORDS, *self._aliases("@id"), *self._aliases("@type")}
        self._ids = {"@id", *self._aliases("@id")}
        self._iris = {"@id", "@type", *self._aliases("@id"), *self._aliases("@type")} | {
            term
            for term, definition in self._terms.items()
            if isinstance(definition, dict) and definition.get("@type") in ("@id", "@vocab")
        }
        self._keyed = {
            term
            for term, definition in self._terms.items()
            if isinstance(definition, dict)
            and any(kind in _MAPS for kind in _listed(definition.get("@container")))
        }

    def problems(self) -> Iterator[Problem]:
        """Each key and value that would be lost."""
        yield from self._walk(self.document, "")

    def _aliases(self, keyword: str) -> list[str]:
        return [
            term
            for term, definition in self._terms.items()
            if keyword == (definition.get("@id") if isinstance(definition, dict) else definition)
        ]

    def _gather(self, value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                self._gather(item)
        elif isinstance(value, dict):
            for key, item in value.items():
                if key == "@context":
                    self._gather_terms(item)
                else:
                    self._gather(item)

    def _gather_terms(self, context: Any) -> None:
        for item in _listed(context):
            if isinstance(item, dict):
                self._terms |= {k: v for k, v in item.items() if not k.startswith("@")}
                if item is not self.own:  # whose `@vocab` is about values, never about keys
                    self._maps_all = self._maps_all or bool(item.get("@vocab"))
                    self._gather(item)

    def _walk(self, value: Any, candidate: str, *, keyed: bool = False) -> Iterator[Problem]:
        if isinstance(value, list):
            for item in value:
                yield from self._walk(item, candidate, keyed=keyed)
        elif isinstance(value, dict):
            named = [value[key] for key in self._ids if isinstance(value.get(key), str)]
            candidate = named[0] if named else candidate
            for key, item in value.items():
                if key == "@context":
                    continue
                if not keyed:
                    yield from self._check_key(key, candidate)
                yield from self._check_values(key, item, candidate)
                if key != "@value":
                    yield from self._walk(item, candidate, keyed=key in self._keyed)

    def _check_key(self, key: str, candidate: str) -> Iterator[Problem]:
        if key in self._terms or key in _NODE_KEYWORDS:
            return
        mapped = self._maps_all and not key.startswith("@")
        if mapped or _ABSOLUTE.match(key):
            if not _is_iri(key):
                yield self._problem("json-ld-iri", candidate, key, value=key)
            return
        near = difflib.get_close_matches(key, [*self._terms, *_NODE_KEYWORDS], n=1)
        suffix = "-nearest" if near else ""
        yield self._problem(
            "json-ld-unmapped-key" + suffix, candidate, value=key, nearest="".join(near)
        )

    def _check_values(self, key: str, value: Any, candidate: str) -> Iterator[Problem]:
        for item in _listed(value):
            if not isinstance(item, str):
                continue
            if key in self._iris and (item in self._keywords or not _is_iri(item)):
                yield self._problem("json-ld-iri", candidate, key, value=item)
            elif key == "@language" and not _LANGUAGE.fullmatch(item):
                yield self._problem("json-ld-language", candidate, key, value=item)

    def _problem(self, key: str, candidate: str, at: str = "", **params: object) -> Problem:
        return Problem(
            key, candidate=candidate, property=at, source=self.source, params=dict(params)
        )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_iri(text: str) -> bool:
    """Whether a text is an IRI, absolute or relative, or can stand at the end of one."""
    try:
        NamedNode(text if _ABSOLUTE.match(text) else f"x:{text.removeprefix('_:')}")
    except ValueError:
        return False
    return True
