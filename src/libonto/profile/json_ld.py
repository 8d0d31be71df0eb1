"""JSON: the plain form, a closed model, and JSON-LD, of which nothing gets lost.

The keys of the plain form are those of the contract; they are the terms of `context.jsonld`,
which makes the same document JSON-LD. A test holds the two readings together. That context is
built in, no other is fetched. A processor of JSON-LD drops without a word what no context maps,
and what is no IRI where one is meant together with all that is stated of it. Here each of these
is a problem.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from libonto.errors import DataError, Problem, SyntaxFault, nearest
from libonto.graph.store import Graph
from libonto.graph.terms import ID, NS, is_iri
from libonto.profile.checks import XSD_DATE, XSD_STRING, Problems, RawCandidate, RawNode, Value
from libonto.profile.model import GIVEN_OUT
from libonto.profile.vocabulary import KEYS, Property

OWN_CONTEXT = "https://w3id.org/libonto/context.jsonld"
"""The name of our own context, `ontology/context.jsonld`; it is built in and never fetched."""

_NODE_KEYWORDS = {
    *("@id", "@type", "@graph", "@reverse", "@included", "@nest", "@index", "@list", "@set"),
    *("@value", "@language", "@direction", "@context"),
}
_MAPS = ("@language", "@index", "@id", "@type", "@graph")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ABSOLUTE_KEY = re.compile(_ABSOLUTE.pattern + r"\S")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_OUR_PREFIX = "lo:"
_NAMED = {
    class_: {"id": "id"} | {p.name: key for key, p in keys.items()} for class_, keys in KEYS.items()
}
"""What the plain form calls the properties of a class."""


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
    return [{"@context": own, **_resolved(m, own)} if isinstance(m, dict) else m for m in members]


def _resolved(value: Any, own: dict[str, Any], *, is_context: bool = False) -> Any:
    if is_context and value == OWN_CONTEXT:
        return own
    if isinstance(value, list):
        return [_resolved(item, own, is_context=is_context) for item in value]
    if isinstance(value, dict):
        return {k: _resolved(v, own, is_context=k == "@context") for k, v in value.items()}
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
            iris = [value[key] for key in self._ids if isinstance(value.get(key), str)]
            candidate = iris[0] if iris else candidate
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
        if _ABSOLUTE.match(key) or (self._maps_all and not key.startswith("@")):
            if not _is_reference(key):
                yield self._problem("json-ld-iri", candidate, key, value=key)
            return
        near = nearest(key, [*self._terms, *_NODE_KEYWORDS])
        problem = "json-ld-unmapped-key" + ("-nearest" if near else "")
        yield self._problem(problem, candidate, value=key, nearest=near)

    def _check_values(self, key: str, value: Any, candidate: str) -> Iterator[Problem]:
        for item in _listed(value):
            if not isinstance(item, str):
                continue
            if key in self._iris and (item in self._keywords or not _is_reference(item)):
                yield self._problem("json-ld-iri", candidate, key, value=item)
            elif key == "@language" and not _LANGUAGE.fullmatch(item):
                yield self._problem("json-ld-language", candidate, key, value=item)

    def _problem(self, key: str, candidate: str, at: str = "", **params: object) -> Problem:
        return Problem(key, candidate, property=at, source=self.source, params=params)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_reference(text: str) -> bool:
    """Whether a text is an IRI, absolute or relative, or can be the end of one."""
    return is_iri(text if _ABSOLUTE.match(text) else f"x:{text.removeprefix('_:')}")


def is_plain(member: Any) -> bool:
    """Whether a JSON object is in the plain form (not JSON-LD with a context or full IRIs).

    An object with a key of the plain form is plain: any other key in it is unknown.
    """
    if not isinstance(member, dict):
        return True
    if "@context" in member or "@graph" in member:
        return False
    return not any(map(_ABSOLUTE_KEY.match, member)) or any(k in KEYS["Candidate"] for k in member)


class PlainProfile:
    """A candidate out of a plain object; what is wrong with the object's form is in `problems`."""

    def __init__(self, member: Any, number: int, source: str) -> None:
        """`number` is the object's place in the input, from 1; `source` the file's name."""
        self.candidate = RawCandidate(iri=f"{GIVEN_OUT}{number}", source=source)
        self.problems = Problems()
        self._ids: set[str] = set()
        if isinstance(member, dict):
            self._read(self.candidate, member, "Candidate")
        else:
            self._problem("json-object-expected", self.candidate, value=_text(member))

    def _read(self, node: RawNode, member: dict[str, Any], class_: str) -> None:
        node.named = _NAMED[class_]
        self._read_id(node, member)
        for key, value in member.items():
            property_ = KEYS[class_].get(key)
            if key in {"type", "@type"}:
                for name in _listed(value):
                    if name not in (class_, f"{_OUR_PREFIX}{class_}", NS + class_, None):
                        wrong = {"value": _text(name), "expected": class_}
                        self._problem("class-misplaced", node, "type", **wrong)
            elif property_ is None and key not in {"id", "@id"}:
                self._unknown_key(key, node, class_)
            elif property_ and property_.how in KEYS and value is not None:
                self._read_parts(value, property_)
            elif property_ and value is not None:
                self._read_values(node, value, property_)

    def _read_id(self, node: RawNode, member: dict[str, Any]) -> None:
        ids = [member[key] for key in ("id", "@id") if member.get(key) is not None]
        if len(ids) > 1:
            self._problem("two-values", node, "id", values=" · ".join(map(_text, ids)))
        elif ids and not (isinstance(ids[0], str) and _ABSOLUTE.match(ids[0])):
            self._problem("id-relative", node, "id", value=_text(ids[0]))
        elif ids:
            iri = _expanded(ids[0])
            if iri in self._ids:  # as RDF, they would be one thing with both descriptions
                self._problem("id-repeated", node, "id", value=iri)
            self._ids.add(iri)
            node.iri = iri

    def _unknown_key(self, key: str, node: RawNode, class_: str) -> None:
        if self.problems.full:
            return
        known = ["id", *KEYS[class_]]
        near = nearest(key, known, 0.5)
        params = {"value": key, "nearest": near, "allowed": ", ".join(known)}
        self._problem("json-unknown-key-nearest" if near else "json-unknown-key", node, **params)

    def _read_parts(self, value: Any, property_: Property) -> None:
        if not isinstance(value, list):
            wrong = _text(value)
            self._problem("json-list-expected", self.candidate, property_.key, value=wrong)
            return
        for member in value:
            node = self.candidate.append(property_.how, RawNode())
            if isinstance(member, dict):
                self._read(node, member, property_.how)
            else:
                node.faulty = set(_NAMED[property_.how])
                self._problem("json-object-expected", node, property_.key, value=_text(member))

    def _read_values(self, node: RawNode, value: Any, property_: Property) -> None:
        for item in _listed(value):
            read = _value(item, "number" if property_.key == "workload" else property_.how)
            if read is None:
                node.faulty.add(property_.name)
                self._problem("json-text-expected", node, property_.key, value=_text(item))
            else:
                node.add(property_.name, read)

    def _problem(self, key: str, node: RawNode, property_: str = "", **params: object) -> None:
        raw = self.candidate
        of = (raw.iri or "", node.part, node.number)
        self.problems.append(Problem(key, *of, property_, raw.source, params))


def _value(item: Any, how: str) -> Value | None:
    if how == "number" and isinstance(item, int | float) and not isinstance(item, bool):
        return Value("text", str(item), XSD_STRING)
    if not isinstance(item, str):
        return None
    if how in {"text", "number", "award", "date"}:
        return Value("text", item, XSD_DATE if how == "date" else XSD_STRING)
    iri = _expanded(item) if _ABSOLUTE.match(item) else f"{ID}{how}/{item}"
    return Value("iri", iri, original=item)


def _expanded(iri: str) -> str:
    """An absolute IRI, also where it is written with the one prefix that the context has."""
    return NS + iri.removeprefix(_OUR_PREFIX) if iri.startswith(_OUR_PREFIX) else iri


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
