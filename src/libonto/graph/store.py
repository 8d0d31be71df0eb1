"""The embedded store: our graph in memory (pyoxigraph), and small look-ups over it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
)

from libonto.errors import DataError
from libonto.graph.catalogue import Catalogue, parsing
from libonto.graph.mappings import PATTERN, MappingSet, quads, read_table
from libonto.graph.terms import BASE, Node, Term, members, term
from libonto.locales import LANGUAGES

Subject = Node | str
"""The subject of a statement; a resource may be named by its IRI."""

_Value = TypeVar("_Value")

LATER = ("frameworks", "background")
"""The folders of `ontology/` that judging needs for a foreign field's label at most."""


class Graph:
    """The loaded knowledge graph: read only, one store, all statements in its default graph."""

    def __init__(self, catalogue: Catalogue, *, whole: bool = True, stable: bool = False) -> None:
        """Load every Turtle file and every table of correspondences of the catalogue.

        With `whole` false, the frameworks and the correspondences are loaded when they are
        first asked for, so that judging one profile starts sooner. With `stable`, blank nodes
        have the same labels whenever the same files are loaded.
        Raises DataError naming file and place.
        """
        self.catalogue = catalogue
        self._loaded = Store()
        self._later = [path for path in catalogue.turtle() if path.parent.name in LATER]
        self._tables: tuple[MappingSet, ...] | None = None
        self._documents: dict[str, dict[Path, Any]] = {}
        self.texts_read: dict[str, Any] = {}
        """What `Texts` has read, by IRI."""
        self._load(path for path in catalogue.turtle() if path.parent.name not in LATER)
        if whole:
            self._complete()
        if stable:
            self._label_blank_nodes()

    @property
    def store(self) -> Store:
        """The whole graph, for SPARQL."""
        self._complete()
        return self._loaded

    @property
    def tables(self) -> tuple[MappingSet, ...]:
        """The tables of correspondences."""
        return self._complete()

    def _complete(self) -> tuple[MappingSet, ...]:
        if self._tables is None:
            self._load(self._later)
            files = self.catalogue.files("ontology", PATTERN)
            tables = tuple(read_table(path) for path in files)
            self._loaded.bulk_extend(quad for table in tables for quad in quads(table))
            self._tables = tables
        return self._tables

    def fingerprint(self) -> str:
        """The SHA-256, in hexadecimal digits, of the graph's canonical N-Quads (RDFC-1.0).

        The same statements give the same one in any order, format and file, by any program
        that follows the standard.
        """
        dataset = Dataset(self.store)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        return sha256("".join(sorted(f"{quad} .\n" for quad in dataset)).encode()).hexdigest()

    def _label_blank_nodes(self) -> None:
        """Give blank nodes the labels of RDF Dataset Canonicalization (RDFC-1.0)."""
        named = [
            quad
            for quad in self.store
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode | Triple)
        ]
        labelled = Dataset(named)
        labelled.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        for quad in named:
            self._loaded.remove(quad)
        self._loaded.bulk_extend(sorted(labelled, key=str))

    def _load(self, paths: Iterable[Path]) -> None:
        for path in paths:
            with parsing(path):
                self._loaded.bulk_load(path=str(path), format=RdfFormat.TURTLE, base_iri=BASE)

    def documents(self, name: str) -> dict[Path, Any]:
        """The JSON files of `ontology/` with a name, read once; DataError for a broken one."""
        if name not in self._documents:
            contents = {}
            for path in self.catalogue.files("ontology", name):
                with parsing(path):
                    contents[path] = json.loads(path.read_text("utf-8"))
            self._documents[name] = contents
        return self._documents[name]

    def about(self, node: Subject) -> Iterator[Quad]:
        """Every statement that a node is the subject of."""
        return iter(self._loaded.quads_for_pattern(_node(node), None, None))

    def reached(
        self,
        *starts: Node,
        take: Callable[[Quad], bool] | None = None,
        follow: Callable[[Quad], bool] | None = None,
        whole: bool = True,
    ) -> Iterator[Triple]:
        """The triples about some nodes and about all that they lead to, each node once.

        Only statements that `take` admits (all, by default) count. One leads on to its object
        where that is a blank node (a concise bounded description) or `follow` says so. With
        `whole` false, frameworks and correspondences not loaded yet are left alone.
        """
        store = self.store if whole else self._loaded
        waiting = list(starts)
        visited: set[Node] = set()
        while waiting:
            node = waiting.pop()
            if node in visited:
                continue
            visited.add(node)
            for quad in store.quads_for_pattern(node, None, None):
                if take is not None and not take(quad):
                    continue
                yield quad.triple
                if isinstance(quad.object, BlankNode) or (
                    follow is not None and isinstance(quad.object, NamedNode) and follow(quad)
                ):
                    waiting.append(quad.object)

    def objects(self, subject: Subject, predicate: str) -> list[Term]:
        """The values of a property, given as a prefixed name."""
        matches = self._loaded.quads_for_pattern(_node(subject), term(predicate), None)
        return [quad.object for quad in matches]

    def nodes(self, subject: Subject, predicate: str) -> list[Node]:
        """The resources and blank nodes among the values of a property."""
        values = self.objects(subject, predicate)
        return [value for value in values if isinstance(value, NamedNode | BlankNode)]

    def subjects(self, predicate: str, object_: Term | str) -> list[Node]:
        """What has a property with this value."""
        value = NamedNode(object_) if isinstance(object_, str) else object_
        matches = self._loaded.quads_for_pattern(None, term(predicate), value)
        return [quad.subject for quad in matches if not isinstance(quad.subject, Triple)]

    def subject_iris(self, predicate: str, object_: Term | str) -> list[str]:
        """The IRIs of the resources that have a property with this value, sorted."""
        nodes = self.subjects(predicate, object_)
        return sorted({node.value for node in nodes if isinstance(node, NamedNode)})

    def in_order(self, iris: Iterable[str]) -> list[str]:
        """Resources in the order that the graph states (`schema:position`), then of their IRIs."""
        return sorted(iris, key=lambda iri: (self.number(iri, "schema:position"), iri))

    def pairs(self, predicate: str) -> Iterator[tuple[Node, Term]]:
        """Every subject and value of a property."""
        for quad in self._loaded.quads_for_pattern(None, term(predicate), None):
            if not isinstance(quad.subject, Triple):
                yield quad.subject, quad.object

    def one(self, subject: Subject, predicate: str) -> Term | None:
        """The value of a property that has at most one; the first in order where it has more."""
        return min(self.objects(subject, predicate), key=str, default=None)

    def iris(self, subject: Subject, predicate: str) -> list[str]:
        """The IRIs among the values of a property, sorted."""
        values = self.objects(subject, predicate)
        return sorted(value.value for value in values if isinstance(value, NamedNode))

    def iri(self, subject: Subject, predicate: str) -> str | None:
        """The IRI that a property has as its value, the first in order; None where it has none."""
        return min(self.iris(subject, predicate), default=None)

    def texts(self, subject: Subject, predicate: str) -> list[str]:
        """The literal values of a property, in whatever language."""
        return [v.value for v in self.objects(subject, predicate) if isinstance(v, Literal)]

    def text(self, subject: Subject, predicate: str) -> str | None:
        """A literal value without a language, or None."""
        value = self.one(subject, predicate)
        return value.value if isinstance(value, Literal) else None

    def day(self, subject: Subject, predicate: str) -> date | None:
        """A day (ISO 8601), or None; DataError for what is none."""
        return self._read(subject, predicate, date.fromisoformat)

    def integer(self, subject: Subject, predicate: str) -> int | None:
        """A whole number, or None; DataError for what is none."""
        return self._read(subject, predicate, int)

    def number(self, subject: Subject, predicate: str, default: int = 0) -> int:
        """A whole number, or the default where none is stated; DataError for what is none."""
        value = self.integer(subject, predicate)
        return default if value is None else value

    def _read(
        self, subject: Subject, predicate: str, read: Callable[[str], _Value]
    ) -> _Value | None:
        value = self.text(subject, predicate)
        try:
            return None if value is None else read(value)
        except ValueError as error:
            name = subject if isinstance(subject, str) else str(subject)
            raise DataError("data-value", subject=name, property=predicate, value=value) from error

    def members(self, head: Term) -> list[Term] | None:
        """The members of an RDF list, or None for what is no list."""

        def cell(node: Term) -> tuple[Term, Term] | None:
            if not isinstance(node, BlankNode):
                return None
            first, rest = self.one(node, "rdf:first"), self.one(node, "rdf:rest")
            return (first, rest) if first is not None and rest is not None else None

        return members(head, cell)

    def listed(self, subject: Subject, predicate: str) -> list[str]:
        """The IRIs in the RDF lists that a property has as its values."""
        members = (self.members(head) or () for head in self.objects(subject, predicate))
        return [v.value for values in members for v in values if isinstance(v, NamedNode)]

    def flag(self, subject: Subject, predicate: str, default: bool) -> bool:
        """A truth value, or the default where none is stated."""
        value = self.text(subject, predicate)
        return default if value is None else value in {"true", "1"}

    def translations(self, subject: Subject, predicate: str) -> dict[str, str]:
        """The values of a property by language tag."""
        return {
            value.language: value.value
            for value in self.objects(subject, predicate)
            if isinstance(value, Literal) and value.language
        }

    def definitions(self, subject: Subject) -> dict[str, str]:
        """The definition by language; of another system's concept, what we say of it."""
        definitions = self.translations(subject, "skos:definition")
        return definitions or self.translations(subject, "lo:gloss")

    def schemes(self, concept: Subject) -> list[str]:
        """The concept schemes that a concept is stated to be in, of those that are described."""
        schemes = self.iris(concept, "skos:inScheme")
        return [scheme for scheme in schemes if self.is_a(scheme, "skos:ConceptScheme")]

    def label(self, iri: str, lang: str) -> str:
        """The preferred label in a language, else in kk, ru or en, else the IRI itself."""
        try:
            labels = self.translations(iri, "skos:prefLabel")
        except ValueError:
            return iri
        if not labels and self._tables is None:
            self._complete()
            return self.label(iri, lang)
        return in_language(labels, lang) or iri

    def short_label(self, iri: str, lang: str) -> str:
        """The label for tables and pictures; the preferred one where there is no short one."""
        short = self.translations(iri, "lo:shortLabel")
        return short.get(lang) or self.label(iri, lang)

    def is_a(self, iri: str, class_: str) -> bool:
        """Whether an IRI is stated to be an instance of a class."""
        return any(self._loaded.quads_for_pattern(NamedNode(iri), term("rdf:type"), term(class_)))

    def instances(self, class_: str) -> list[str]:
        """The IRIs of a class's stated instances, sorted."""
        return self.subject_iris("rdf:type", term(class_))

    @cached_property
    def defined(self) -> frozenset[str]:
        """Every IRI of ours that the graph describes."""
        return frozenset(
            quad.subject.value
            for quad in self.store
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(BASE)
        )


def in_language(texts: Mapping[str, str], lang: str) -> str | None:
    """The text in a language, else in kk, ru or en; None where there is none."""
    return next((texts[tag] for tag in (lang, *LANGUAGES) if tag in texts), None)


def _node(subject: Subject) -> Node:
    return NamedNode(subject) if isinstance(subject, str) else subject
