"""JSON-LD: our own context is built in, no other is fetched, and nothing gets lost.

A processor of JSON-LD drops without a word what no context maps, and what is no IRI where one
is meant together with all that is said about it. Here each of these is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pyoxigraph import NamedNode

from libonto.errors import DataError, Problem, SyntaxFault, nearest
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


def completed(members: list[Any], own: dict[str, Any]) -> list[Any]:
    """The objects with our own context written where it is named, or implied by its absence."""
    return [{"@context": own, **_named(m, own)} if isinstance(m, dict) else m for m in members]


def _named(value: Any, own: dict[str, Any], *, is_context: bool = False) -> Any:
    if is_context and value == OWN_CONTEXT:
        return own
    if isinstance(value, list):
        return [_named(item, own, is_context=is_context) for item in value]
    if isinstance(value, dict):
        return {k: _named(v, own, is_context=k == "@context") for k, v in value.items()}
    return value


def _contexts(value: Any, own: dict[str, Any]) -> Iterator[Any]:
    """Every context of a document, at any depth, within others too, but not within our own."""
    if isinstance(value, dict) and value is not own:
        yield from _listed(value.get("@context"))
    if isinstance(value, dict | list) and value is not own:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _contexts(item, own)


def refuse_remote_contexts(value: Any) -> None:
    """SyntaxFault for a context, at any depth, that stands at an address other than our own."""
    for context in _contexts(value, {}):
        if isinstance(context, str) and context != OWN_CONTEXT:
            raise SyntaxFault("remote-context", address=context)
        if isinstance(context, dict) and "@import" in context:
            raise SyntaxFault("remote-context", address=str(context["@import"]))


class LossFinder:
    """Finds what a processor would drop from a document whose contexts are all written in it."""

    def __init__(self, document: Any, own: dict[str, Any], source: str) -> None:
        """Gather the terms of all its contexts; `source` is the file's name in messages."""
        self.document = document
        self.source = source
        self._terms: dict[str, dict[str, Any]] = {}
        self._maps_all = False
        for context in _contexts(document, own):
            for term, definition in context.items() if isinstance(context, dict) else ():
                if not term.startswith("@"):
                    is_whole = isinstance(definition, dict)
                    self._terms[term] = definition if is_whole else {"@id": definition}
                elif term == "@vocab" and context is not own:  # whose own is about values alone
                    self._maps_all = self._maps_all or bool(definition)
        self._ids = {"@id", *self._defined("@id", "@id")}
        named = self._ids | {"@type", *self._defined("@id", "@type")}
        self._keywords = _NODE_KEYWORDS | named
        self._iris = named | self._defined("@type", "@id", "@vocab")
        self._keyed = self._defined("@container", *_MAPS)

    def problems(self) -> Iterator[Problem]:
        """Each key and value that would be lost."""
        yield from self._walk(self.document, "")

    def _defined(self, key: str, *values: str) -> set[str]:
        """The terms whose definitions have one of some values."""
        terms = self._terms.items()
        return {t for t, d in terms if any(v in values for v in _listed(d.get(key)))}

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
        near = nearest(key, [*self._terms, *_NODE_KEYWORDS])
        problem = "json-ld-unmapped-key" + ("-nearest" if near else "")
        yield self._problem(problem, candidate, value=key, nearest=near)

    def _check_values(self, key: str, value: Any, candidate: str) -> Iterator[Problem]:
        for item in _listed(value):
            if not isinstance(item, str):
                continue
            if key in self._iris and (item in self._keywords or not _is_iri(item)):
                yield self._problem("json-ld-iri", candidate, key, value=item)
            elif key == "@language" and not _LANGUAGE.fullmatch(item):
                yield self._problem("json-ld-language", candidate, key, value=item)

    def _problem(self, key: str, candidate: str, at: str = "", **params: object) -> Problem:
        return Problem(key, candidate, property=at, source=self.source, params=params)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_iri(text: str) -> bool:
    """Whether a text is an IRI, absolute or relative, or can stand at the end of one."""
    try:
        NamedNode(text if _ABSOLUTE.match(text) else f"x:{text.removeprefix('_:')}")
    except ValueError:
        return False
    return True
