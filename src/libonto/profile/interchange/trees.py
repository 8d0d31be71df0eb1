"""JSON-LD that others write, as trees of nodes; the contexts that it names are ours.

A remote context is never fetched. `ontology/contexts/*.jsonld` says for which addresses each
of our own stands (`standsFor`); any other address is refused. Every node and value keeps its
path in the document, so that a report can say what became of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode

from libonto.errors import DataError, SyntaxFault, TooLargeError
from libonto.graph.store import Graph
from libonto.graph.terms import Node, is_iri
from libonto.profile.document import MAX_DEPTH

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_MOST_STEPS = 8
_KEYWORDS = {"@context", "@id", "@type", "@graph"}
Placed = tuple[str, str]
"""A text, and its path in the document."""
Misfit = tuple[str, object, str]
"""The path of a value that cannot be what it is, the value, and the kind that may be there."""


@dataclass(frozen=True)
class Context:
    """One of our contexts: its name (`elm`), the addresses it stands for, and its terms."""

    name: str
    addresses: frozenset[str]
    terms: dict[str, Any]


@dataclass(frozen=True)
class Leaf:
    """A value that is no node: a text, number or truth value, and its path."""

    value: str | int | float | bool
    path: str
    lang: str = ""

    @property
    def placed(self) -> Placed:
        """The text with its path."""
        return str(self), self.path

    def __str__(self) -> str:
        """As people write it."""
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)


@dataclass
class TreeNode:
    """An object: its IRI, its types, its values by the property's IRI, and its path."""

    path: str
    iri: str | None = None
    types: set[str] = field(default_factory=set)
    values: dict[str, list[Leaf | TreeNode]] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    expected: dict[str, set[str]] = field(default_factory=dict)
    """The properties that were read, each with the kinds of values that it may have."""

    def _of(self, property_: str, *kinds: str) -> list[Leaf | TreeNode]:
        self.expected.setdefault(property_, set()).update(kinds)
        return self.values.get(property_, [])

    def all(self, property_: str) -> list[Leaf | TreeNode]:
        """The values of a property, which counts as used from now on."""
        return self._of(property_, "text", "object")

    def nodes(self, property_: str, *further: str) -> list[TreeNode]:
        """The nodes among the values of a property, or at the end of a path of properties."""
        nodes = [v for v in self._of(property_, "object") if isinstance(v, TreeNode)]
        return [inner for node in nodes for inner in node.nodes(*further)] if further else nodes

    def leaves(self, property_: str, *kinds: str) -> list[Leaf]:
        """The texts among the values of a property, or what else is meant."""
        return [v for v in self._of(property_, "text", *kinds) if isinstance(v, Leaf)]

    def text(self, property_: str, *langs: str) -> Leaf | None:
        """The first text in the first of some languages that has one, else the first of all."""

        def rank(leaf: Leaf) -> int:
            return langs.index(leaf.lang) if leaf.lang in langs else len(langs)

        return min(self.leaves(property_), key=rank, default=None)

    def name(self, whole: str, parts: Iterable[str], *langs: str) -> Placed:
        """A person's whole name, else its parts in their order, with the path of the first."""
        name = self.text(whole, *langs)
        self._of(whole, "name")
        texts = [name] if name else list(filter(None, (self.text(p, *langs) for p in parts)))
        return " ".join(map(str, texts)), texts[0].path if texts else self.path

    def day(self, property_: str) -> Leaf | None:
        """The one text that a property of days may have."""
        return next(iter(self.leaves(property_, "day")), None)

    def flags(self, property_: str) -> list[Leaf]:
        """The truth values, or texts, among the values of a property."""
        return self.leaves(property_, "flag")

    def used(self, visited: set[int]) -> Iterator[TreeNode]:
        """The node, and those that are values of what was read, each once."""
        if id(self) not in visited:
            visited.add(id(self))
            yield self
            for property_ in self.expected:
                for value in self.values.get(property_, []):
                    if isinstance(value, TreeNode):
                        yield from value.used(visited)

    def misfits(self) -> Iterator[Misfit]:
        """What is of another kind than was looked for, here and below.

        A number or a truth value is no text and no day, and two days are one too many, as are two
        names in one language.
        """
        for node in self.used(set()):
            for property_, kinds in node.expected.items():
                values = node.values.get(property_, [])
                for value in values:
                    if isinstance(value, TreeNode):
                        if "object" not in kinds and value.path:
                            yield value.path, value.iri or "{…}", "text"
                    elif "text" not in kinds:
                        yield value.path, value.value, "object"
                    elif not isinstance(value.value, str) and not (
                        isinstance(value.value, bool) and "flag" in kinds
                    ):
                        yield value.path, value.value, "text"
                leaves = [value for value in values if isinstance(value, Leaf)]
                texts = {(leaf.lang if "name" in kinds else "", str(leaf)) for leaf in leaves}
                if kinds & {"day", "name"} and len(texts) > len({lang for lang, _ in texts}):
                    several = " · ".join(sorted({text for _, text in texts}))
                    yield node.paths[property_], several, "one"

    def unused(self, besides: frozenset[str] = frozenset()) -> Iterator[str]:
        """The path of every property that no reader looked at, here and below, `besides` some."""
        for node in self.used(set()):
            for property_ in node.values:
                if property_ not in node.expected and property_ not in besides:
                    yield node.paths[property_]


def contexts(graph: Graph) -> list[Context]:
    """Our contexts; DataError for one that cannot be used."""
    ours = []
    for path, document in graph.documents("contexts/*.jsonld").items():
        try:
            addresses = frozenset(document["standsFor"])
            ours.append(Context(path.stem, addresses, document["@context"]))
        except (KeyError, TypeError) as error:
            raise DataError("data-syntax", path=str(path), detail=str(error)) from error
    return ours


class TreeReader:
    """Reads a document under one of our contexts."""

    def __init__(self, context: Context, known: frozenset[str]) -> None:
        """`known` are the addresses of all contexts that we have."""
        self._known = known | context.addresses
        self._terms = dict(context.terms)
        self._named: dict[str, TreeNode] = {}
        self.unmapped: list[str] = []
        """The path of each key that the context does not map."""
        self.misfits: list[Misfit] = []
        """Of each value that cannot be what it is."""

    def read(self, value: Any, prefix: str = "") -> list[TreeNode]:
        """The outermost nodes; SyntaxFault for a context that is none of ours.

        `prefix` is the document's place within a wrapper.
        """
        members = value if isinstance(value, list) else [value]
        roots: list[TreeNode] = []
        for number, member in enumerate(members):
            if not isinstance(member, dict):
                raise SyntaxFault("json-top-level")
            path = f"{prefix}[{number}]" if len(members) > 1 else prefix
            self._context(member.get("@context"))
            if "@graph" in member:
                for inner, item in enumerate(listed(member["@graph"])):
                    where = f"{path}@graph[{inner}]"
                    if isinstance(item, dict):
                        roots.append(self._node(item, where))
                    else:
                        self.misfits.append((where, item, "object"))
            else:
                roots.append(self._node(member, path))
        for node in roots:
            self._resolve(node, set())
        return roots

    def _context(self, context: Any) -> None:
        for item in listed(context):
            if isinstance(item, str) and item not in self._known:
                raise SyntaxFault("remote-context", address=item)
            if isinstance(item, dict):
                if "@import" in item:
                    raise SyntaxFault("remote-context", address=str(item["@import"]))
                self._terms |= {key: term for key, term in item.items() if key != "@version"}

    def _node(self, value: dict[str, Any], path: str) -> TreeNode:
        self._context(value.get("@context"))
        node = TreeNode(path)
        for key, item in value.items():
            meaning = self._expanded(key)
            if meaning in {"@context", "@graph"} or item is None:
                continue
            where = f"{path}.{key}" if path else key
            if meaning == "@id":
                node.iri = self._expanded(item) if isinstance(item, str) else None
                self.misfits += [] if isinstance(item, str) else [(where, item, "text")]
            elif meaning == "@type":
                names = [name for name in listed(item) if isinstance(name, str)]
                self.misfits += [(where, n, "text") for n in listed(item) if n not in names]
                node.types |= {self._expanded(name) or name for name in names}
            elif meaning is None:
                self.unmapped.append(where)
            else:
                definition = self._terms.get(key)
                definition = definition if isinstance(definition, dict) else {}
                node.values.setdefault(meaning, []).extend(self._values(item, where, definition))
                node.paths.setdefault(meaning, where)
        if node.iri and len(node.values) >= len(self._named.get(node.iri, TreeNode("")).values):
            self._named[node.iri] = node
        return node

    def _values(
        self, item: Any, where: str, definition: dict[str, Any]
    ) -> Iterator[Leaf | TreeNode]:
        if isinstance(item, list):
            for number, inner in enumerate(item):
                at = f"{where}[{number}]" if len(item) > 1 else where
                yield from self._values(inner, at, definition)
        elif isinstance(item, str) and definition.get("@type") in {"@id", "@vocab"}:
            yield TreeNode(where, iri=self._expanded(item) or item)
        elif not isinstance(item, dict):
            yield from self._leaf(item, where)
        elif "@value" in item:
            yield from self._leaf(item["@value"], where, str(item.get("@language", "")))
        elif item.keys() & {"@list", "@set"}:
            for inner in listed(item.get("@list", item.get("@set"))):
                yield from self._values(inner, where, definition)
        elif definition.get("@container") == "@language":
            for lang, texts in item.items():
                for text in listed(texts):
                    yield from self._leaf(text, f"{where}.{lang}", lang)
        else:
            yield self._node(item, where)

    def _leaf(self, value: Any, where: str, lang: str = "") -> Iterator[Leaf]:
        if isinstance(value, str | int | float | bool):
            yield Leaf(value, where, lang)
        elif value is not None:
            self.misfits.append((where, value, "text"))

    def _expanded(self, name: str, depth: int = 0) -> str | None:
        """A key, type or IRI in full; None for one that no term and no vocabulary maps."""
        if depth > _MOST_STEPS:  # a ring of terms
            return None
        if name in _KEYWORDS:
            return name
        definition = self._terms.get(name)
        target = definition.get("@id") if isinstance(definition, dict) else definition
        if isinstance(target, str) and target != name:
            return target if target.startswith("@") else self._expanded(target, depth + 1) or target
        prefix, colon, local = name.partition(":")
        if colon and not local.startswith("//") and isinstance(self._terms.get(prefix), str):
            return str(self._terms[prefix]) + local
        if _ABSOLUTE.match(name):
            # one namespace under two addresses
            return re.sub(r"\Ahttp://schema\.org/", "https://schema.org/", name)
        vocabulary = self._terms.get("@vocab")
        return f"{vocabulary}{name}" if isinstance(vocabulary, str) else None

    def _resolve(self, node: TreeNode, visited: set[int]) -> None:
        """Put the description of a node where only its IRI stands; a ring ends where it closes."""
        if id(node) in visited:
            return
        visited.add(id(node))
        for values in node.values.values():
            for place, value in enumerate(values):
                if not isinstance(value, TreeNode):
                    continue
                named = self._named.get(value.iri or "")
                if named is not None and not value.values:
                    values[place] = value = named
                self._resolve(value, visited)


def graph_trees(
    statements: Mapping[Node, Iterable[tuple[str, object]]],
    types: Mapping[Node, Iterable[str]],
) -> list[TreeNode]:
    """An RDF graph as trees: the nodes that no other one refers to, each with its values.

    `statements` are the properties and values of each subject, its types excepted.
    """
    objects = {value for pairs in statements.values() for _, value in pairs}
    nodes: dict[Any, TreeNode] = {}

    def tree(subject: Any, path: str, depth: int = 0) -> TreeNode:
        if subject in nodes:
            return nodes[subject]
        if depth > MAX_DEPTH:
            raise TooLargeError("too-deep", limit=MAX_DEPTH)
        iri = subject.value if isinstance(subject, NamedNode) else None
        node = nodes[subject] = TreeNode(path, iri, set(types.get(subject, ())))
        for predicate, value in statements.get(subject, ()):
            local = re.split(r"[#/]", predicate)[-1]
            where = f"{path}.{local}" if path else local
            values = node.values.setdefault(predicate, [])
            node.paths.setdefault(predicate, where)
            if isinstance(value, Literal):
                values.append(Leaf(value.value, where, value.language or ""))
            else:
                values.append(tree(value, where, depth + 1))
        return node

    return [tree(subject, "") for subject in statements if subject not in objects]


def iri_of(node: TreeNode) -> str | None:
    """A node's IRI where it is an absolute one that RDF accepts."""
    is_absolute = node.iri is not None and _ABSOLUTE.match(node.iri) and is_iri(node.iri)
    return node.iri if is_absolute else None


def listed(value: Any) -> list[Any]:
    """The members of an array, or the one value that stands alone; none for None."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
