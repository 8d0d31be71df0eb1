"""Candidates out of RDF quads; terms of ours that are unknown or misplaced are problems."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from libonto.errors import Problem
from libonto.graph.terms import NS, Node, term
from libonto.profile.checks import Problems, RawCandidate, RawNode, Value
from libonto.profile.document import RELATIVE_BASE
from libonto.profile.vocabulary import PARTS, PROFILE_CLASSES, PROFILE_PROPERTIES, Vocabulary

_TYPE = term("rdf:type")
_CANDIDATE = NS + "Candidate"
_TELLING = {NS + name for name in (*PARTS, "hasKnowledgeOf")}
"""The properties of candidates only."""
_CLASS_OF = {NS + name: name for name in PROFILE_CLASSES}
_ALL_PROPERTIES = {name for names in PROFILE_PROPERTIES.values() for name in names}
_OUR_PROPERTIES = {NS + name for name in _ALL_PROPERTIES}
_ANONYMOUS = re.compile(r"[0-9a-f]{24,32}")
_Place = tuple[str, str, int]
"""Which candidate, which kind of part of it (or none), and the part's number."""


class RdfProfiles:
    """The candidates of one RDF document, in the order in which they first appear."""

    def __init__(self, quads: Iterable[Quad], vocabulary: Vocabulary, source: str) -> None:
        """Group the statements by subject; named graphs are read as one."""
        self.vocabulary = vocabulary
        self.source = source
        self.problems = Problems()
        self.statements: dict[Node, list[tuple[str, object]]] = {}
        self.types: dict[Node, dict[str, None]] = {}
        self._graphs: dict[Node, None] = {}
        self._places: dict[Node, _Place] = {}
        self._reported: set[tuple[str, str]] = set()
        for quad in quads:
            subject = quad.subject
            if isinstance(subject, Triple):  # of RDF-star; RDF 1.2 has none
                continue
            if not isinstance(quad.graph_name, DefaultGraph):
                self._graphs.setdefault(quad.graph_name)
            statements = self.statements.setdefault(subject, [])
            if quad.predicate == _TYPE and isinstance(quad.object, NamedNode):
                self.types.setdefault(subject, {}).setdefault(quad.object.value)
            else:
                statements.append((quad.predicate.value, quad.object))

    def candidates(self) -> list[RawCandidate]:
        """The candidates; what is wrong with the document's terms is in `problems`."""
        typed = [n for n in self.statements if _CANDIDATE in self.types.get(n, ())]
        for number, node in enumerate(typed, start=1):
            self._places[node] = (self._label(node, number), "", 0)
        for node in typed:
            for class_, number, value in self._parts(node):
                if isinstance(value, NamedNode | BlankNode):
                    place = (self._places[node][0], class_.lower(), number)
                    self._places.setdefault(value, place)
        described = set(self._places)
        self._place_the_rest()
        self._check_terms()
        candidates = [self._candidate(node) for node in typed]
        if typed:
            self._check_loose(described)
        return candidates

    def _terms(self) -> Iterator[tuple[Node, str]]:
        """The types and properties of each node, as IRIs."""
        for node, statements in self.statements.items():
            for iri in (*self.types.get(node, ()), *(predicate for predicate, _ in statements)):
                yield node, iri

    def names_any(self, namespace: str) -> bool:
        """Whether some type or property lies in a namespace."""
        return any(iri.startswith(namespace) for _, iri in self._terms())

    def imply_types(self) -> None:
        """Call what is described like a candidate one, where nothing else is called so.

        The plain form implies the types, and a processor of JSON-LD makes none of it.
        """
        if not any(_CANDIDATE in types for types in self.types.values()):
            for node in [node for node in self.statements if self._is_untyped(node)]:
                self.types.setdefault(node, {})[_CANDIDATE] = None

    def report_loose(self) -> None:
        """Add to `problems` what is wrong with statements of which none is a candidate's."""
        self._check_terms()
        self._check_loose(set())

    def foreign(self) -> dict[tuple[str, str], None]:
        """The properties and classes that a profile has no place for, as IRIs.

        Each has the label of the candidate that it describes, or else of its subject.
        """
        terms = self._terms()
        return {(self._place(n)[0], iri): None for n, iri in terms if not iri.startswith(NS)}

    def untyped(self) -> list[str]:
        """Subjects that are described like a candidate without being called one."""
        return [_label(node) for node in self.statements if self._is_untyped(node)]

    def _is_untyped(self, node: Node) -> bool:
        predicates = {predicate for predicate, _ in self.statements[node]}
        return bool(_TELLING & predicates) and _CANDIDATE not in self.types.get(node, ())

    def _label(self, node: Node, number: int) -> str:
        """How messages call a candidate: its IRI, its blank node's name, its name, its number."""
        if label := _label(node):
            return label
        for predicate, value in self.statements[node]:
            if predicate == NS + "name" and isinstance(value, Literal):
                return value.value
        return str(number)

    def _parts(self, node: Node) -> Iterator[tuple[str, int, object]]:
        """A candidate's credentials and employments, each numbered among its kind."""
        parts: dict[str, dict[object, None]] = defaultdict(dict)
        for predicate, value in self.statements[node]:
            class_ = PARTS.get(predicate.removeprefix(NS))
            if class_ and value not in parts[class_]:
                parts[class_][value] = None
                yield class_, len(parts[class_]), value

    def _place_the_rest(self) -> None:
        """Give blank nodes the place of the candidate or part that they describe."""
        waiting = list(self._places)
        while waiting:
            node = waiting.pop()
            for _, value in self.statements.get(node, []):
                if isinstance(value, BlankNode) and value not in self._places:
                    self._places[value] = self._places[node]
                    waiting.append(value)

    def _candidate(self, node: Node) -> RawCandidate:
        place = self._places[node]
        raw = RawCandidate(iri=_iri(node), source=self.source, label=place[0])
        self._fill(raw, node, "Candidate", place)
        for class_, number, value in self._parts(node):
            part = raw.append(class_, RawNode(iri=_iri(value)))
            place = (raw.label, part.part, number)
            if isinstance(value, NamedNode | BlankNode):
                self._fill(part, value, class_, place)
            else:
                part.faulty = set(PROFILE_PROPERTIES[class_])
                self._problem("node-expected", place, value=_text(value))
        return raw

    def _fill(self, raw: RawNode, node: Node, class_: str, place: _Place) -> None:
        for other in self.types.get(node, ()):
            if other in _CLASS_OF and other != NS + class_:
                wrong = {"value": _short(other), "expected": class_}
                self._problem("class-misplaced", place, **wrong)
        for predicate, value in self.statements.get(node, []):
            name = predicate.removeprefix(NS)
            if name in PROFILE_PROPERTIES[class_]:
                if _is_relative(value):
                    raw.faulty.add(name)
                elif name not in PARTS:
                    raw.add(name, _value(value))
            elif name in _ALL_PROPERTIES:
                self._problem("property-misplaced", place, predicate, expected=class_)

    def _check_terms(self) -> None:
        for node, statements in self.statements.items():
            place = self._place(node)
            for class_ in self.types.get(node, ()):
                self._check_term(place, class_, "class", _CLASS_OF)
            if _CANDIDATE not in self.types.get(node, ()) or _is_relative(node):
                self._check_iri(place, node)
            for predicate, value in statements:
                self._check_term(place, predicate, "property", _OUR_PROPERTIES)
                if predicate not in _OUR_PROPERTIES or _is_relative(value):
                    self._check_iri(place, value, predicate)
        for graph in self._graphs:
            self._check_iri(("", "", 0), graph)

    def _place(self, node: Node) -> _Place:
        return self._places.get(node, (_label(node), "", 0))

    def _first(self, kind: str, iri: str) -> bool:
        """Whether this is the first time that something is the matter with a term."""
        if (kind, iri) in self._reported or self.problems.full:
            return False
        self._reported.add((kind, iri))
        return True

    def _check_term(self, place: _Place, iri: str, kind: str, known: Collection[str]) -> None:
        """A class or a property of ours is one of a profile's, which are `known`."""
        if not iri.startswith(NS):
            self._check_iri(place, NamedNode(iri), _TYPE.value if kind == "class" else "")
        elif iri not in known and self._first(kind, iri):
            graph, nearest = self.vocabulary.graph, self.vocabulary.nearest(iri, sorted(known))
            key = f"unknown-{kind}" + ("-nearest" if nearest else "")
            if graph.is_a(iri, "owl:Class") if kind == "class" else iri in graph.defined:
                key = f"{kind}-not-profile"
            allowed = ", ".join(sorted(map(_short, known)))
            self._problem(key, place, value=_short(iri), nearest=nearest, allowed=allowed)

    def _check_iri(self, place: _Place, value: object, predicate: str = "") -> None:
        """An IRI anywhere, in literals' datatypes and triple terms too: ours, or absolute."""
        if isinstance(value, Triple):
            for part in (value.subject, value.predicate, value.object):
                self._check_iri(place, part, predicate)
        elif isinstance(value, Literal):
            self._check_iri(place, value.datatype, predicate)
        elif isinstance(value, NamedNode):
            iri = value.value
            if _is_relative(value):
                if self._first("iri", iri):
                    relative = iri.removeprefix(RELATIVE_BASE)
                    self._problem("id-relative", _but(place, iri), predicate, value=relative)
            elif self.vocabulary.undefined(iri) and self._first("iri", iri):
                nearest = self.vocabulary.nearest(iri, self.vocabulary.known())
                key = "unknown-iri" + ("-nearest" if nearest else "")
                self._problem(key, _but(place, iri), predicate, value=iri, nearest=nearest)

    def _check_loose(self, described: set[Node]) -> None:
        """What would be dropped without a word: parts that no candidate has."""
        untyped = [node for node in self.statements if self._is_untyped(node)]
        parts = {part for node in untyped for _, _, part in self._parts(node)}
        for node, statements in self.statements.items():
            ours = sorted(p for p, _ in statements if p in _OUR_PROPERTIES)
            ours += sorted(self.types.get(node, {}).keys() & _CLASS_OF.keys())
            if not ours or node in described or node in parts or self.problems.full:
                continue
            if node in untyped:
                self._problem("untyped-candidate", (_label(node), "", 0))
            else:
                name = ", ".join(filter(None, (_label(node), _short(ours[0]))))
                place = self._places.get(node, ("", "", 0))
                self._problem("loose-node", place, value=name)

    def _problem(self, key: str, place: _Place, predicate: str = "", **params: object) -> None:
        self.problems.append(Problem(key, *place, _short(predicate), self.source, params))


def _iri(node: object) -> str | None:
    return node.value if isinstance(node, NamedNode) else None


def _is_relative(value: object) -> bool:
    return isinstance(value, NamedNode) and value.value.startswith(RELATIVE_BASE)


def _but(place: _Place, iri: str) -> _Place:
    """The place, but not where it would be the wrong IRI itself."""
    return ("", "", 0) if place[0] == iri else place


def _short(iri: str) -> str:
    return Vocabulary.short(iri) if iri != _TYPE.value else "a"


def _label(node: Node) -> str:
    """An IRI, or the name of a blank node; nothing for one that only the parser named."""
    if isinstance(node, NamedNode):
        return node.value
    return "" if _ANONYMOUS.fullmatch(node.value) else str(node)


def _text(value: object) -> str:
    return value.value if isinstance(value, NamedNode | Literal) else str(value)


def _value(value: object) -> Value:
    if isinstance(value, NamedNode):
        return Value("iri", value.value)
    if isinstance(value, BlankNode):
        return Value("blank", value.value, original=str(value))
    if isinstance(value, Literal):
        return Value("text", value.value, value.datatype.value, value.language or "")
    return Value("other", str(value))
