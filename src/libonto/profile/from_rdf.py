"""Candidates out of RDF quads; terms of ours that are unknown or misplaced are problems."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from libonto.errors import Problem
from libonto.graph.terms import NS, term
from libonto.profile.raw import RawCandidate, RawNode, Value
from libonto.profile.syntax import RELATIVE_BASE
from libonto.profile.vocabulary import PROFILE_CLASSES, PROFILE_PROPERTIES, Vocabulary

Node = NamedNode | BlankNode
_TYPE = term("rdf:type")
_PARTS = {"hasCredential": "Credential", "hasEmployment": "Employment"}
_CLASS_OF = {NS + name: name for name in PROFILE_CLASSES}
_ALL_PROPERTIES = {name for names in PROFILE_PROPERTIES.values() for name in names}


class RdfProfiles:
    """The candidates of one RDF document, in the order in which they first appear."""

    def __init__(self, quads: Iterable[Quad], vocabulary: Vocabulary, source: str) -> None:
        """Group the statements by subject; named graphs are read as one."""
        self.vocabulary = vocabulary
        self.source = source
        self.problems: list[Problem] = []
        self.statements: dict[Node, list[tuple[str, object]]] = {}
        self.types: dict[Node, set[str]] = {}
        for quad in quads:
            subject = quad.subject
            if isinstance(subject, Triple):
                continue
            if quad.predicate == _TYPE and isinstance(quad.object, NamedNode):
                self.types.setdefault(subject, set()).add(quad.object.value)
                self.statements.setdefault(subject, [])
            else:
                self.statements.setdefault(subject, []).append((quad.predicate.value, quad.object))

    def candidates(self) -> list[RawCandidate]:
        """The candidates; what is wrong with the document's terms is in `problems`."""
        self._check_terms()
        typed = [n for n in self.statements if NS + "Candidate" in self.types.get(n, ())]
        found = [self._candidate(node) for node in typed]
        if typed:
            self._check_loose(set(typed))
        return found

    def untyped(self) -> list[str]:
        """Subjects that are described like a candidate without being called one."""
        return [
            str(node)
            for node, statements in self.statements.items()
            if any(
                predicate in {NS + "hasCredential", NS + "hasEmployment", NS + "hasKnowledgeOf"}
                for predicate, _ in statements
            )
            and NS + "Candidate" not in self.types.get(node, ())
        ]

    def _candidate(self, node: Node) -> RawCandidate:
        raw = RawCandidate(
            iri=node.value if isinstance(node, NamedNode) else None, source=self.source
        )
        self._fill(raw, node, "Candidate")
        parts: dict[str, list[RawNode]] = {"Credential": [], "Employment": []}
        seen: set[tuple[str, object]] = set()
        for predicate, value in self.statements[node]:
            class_ = _PARTS.get(predicate.removeprefix(NS)) if predicate.startswith(NS) else None
            if class_ is None or (class_, value) in seen:
                continue
            seen.add((class_, value))
            part = RawNode(iri=value.value if isinstance(value, NamedNode) else None)
            if isinstance(value, NamedNode | BlankNode):
                self._fill(part, value, class_)
            else:
                self._problem("node-expected", str(node), property_=predicate, value=str(value))
            parts[class_].append(part)
        raw.credentials, raw.employments = parts["Credential"], parts["Employment"]
        return raw

    def _fill(self, raw: RawNode, node: Node, class_: str) -> None:
        for predicate, value in self.statements.get(node, []):
            if not predicate.startswith(NS):
                continue
            name = predicate[len(NS) :]
            if name in PROFILE_PROPERTIES[class_]:
                if name not in _PARTS:
                    raw.add(name, _value(value))
            elif name in _ALL_PROPERTIES:
                self._problem(
                    "property-misplaced", str(node), property_=predicate, **{"class": class_}
                )

    def _check_terms(self) -> None:
        reported: set[tuple[str, str]] = set()
        for node, statements in self.statements.items():
            for class_ in sorted(self.types.get(node, ())):
                self._check_class(node, class_, reported)
            if NS + "Candidate" not in self.types.get(node, ()):
                self._check_iri(node, node, reported)
            for predicate, value in statements:
                self._check_predicate(node, predicate, reported)
                if predicate.removeprefix(NS) not in _ALL_PROPERTIES:
                    self._check_iri(node, value, reported)

    def _check_class(self, node: Node, class_: str, reported: set[tuple[str, str]]) -> None:
        if not class_.startswith(NS) or class_ in _CLASS_OF or ("class", class_) in reported:
            return
        reported.add(("class", class_))
        known = self.vocabulary.is_class(class_)
        nearest = self.vocabulary.nearest(class_, _CLASS_OF)
        key = "class-not-profile" if known else "unknown-class" + ("-nearest" if nearest else "")
        self._problem(key, str(node), value=self.vocabulary.short(class_), nearest=nearest)

    def _check_predicate(self, node: Node, predicate: str, reported: set[tuple[str, str]]) -> None:
        name = predicate.removeprefix(NS)
        if not predicate.startswith(NS) or name in _ALL_PROPERTIES:
            if not predicate.startswith(NS):
                self._check_iri(node, NamedNode(predicate), reported)
            return
        if ("property", predicate) in reported:
            return
        reported.add(("property", predicate))
        known = predicate in self.vocabulary.graph.defined
        nearest = self.vocabulary.nearest(predicate, [NS + n for n in sorted(_ALL_PROPERTIES)])
        key = (
            "property-not-profile"
            if known
            else "unknown-property" + ("-nearest" if nearest else "")
        )
        self._problem(key, str(node), value=self.vocabulary.short(predicate), nearest=nearest)

    def _check_iri(self, node: Node, value: object, reported: set[tuple[str, str]]) -> None:
        if not isinstance(value, NamedNode):
            return
        iri = value.value
        if ("iri", iri) in reported:
            return
        if iri.startswith(RELATIVE_BASE):
            reported.add(("iri", iri))
            self._problem("id-relative", "", value=iri[len(RELATIVE_BASE) :])
        elif self.vocabulary.undefined(iri):
            reported.add(("iri", iri))
            nearest = self.vocabulary.nearest(iri, self.vocabulary.known())
            key = "unknown-iri" + ("-nearest" if nearest else "")
            self._problem(key, str(node), value=iri, nearest=nearest)

    def _check_loose(self, typed: set[Node]) -> None:
        """What would be dropped without a word: parts that no candidate has."""
        linked = {
            value
            for node in typed
            for predicate, value in self.statements[node]
            if predicate in {NS + name for name in _PARTS}
        }
        for node, statements in self.statements.items():
            if node in typed or node in linked:
                continue
            classes = self.types.get(node, set())
            ours = sorted(p for p, _ in statements if p.removeprefix(NS) in _ALL_PROPERTIES)
            ours = [p for p in ours if p.startswith(NS)]
            if classes & {NS + "Credential", NS + "Employment"} or ours:
                shown = self.vocabulary.short(ours[0]) if ours else ""
                self._problem("loose-node", str(node), value=shown)

    def _problem(self, key: str, node: str, property_: str = "", **params: object) -> None:
        self.problems.append(
            Problem(
                key,
                candidate=node,
                property=self.vocabulary.short(property_) if property_ else "",
                source=self.source,
                params=params,
            )
        )


def _value(value: object) -> Value:
    if isinstance(value, NamedNode):
        return Value("iri", value.value, shown=str(value))
    if isinstance(value, BlankNode):
        return Value("blank", value.value, shown=str(value))
    if isinstance(value, Literal):
        return Value("text", value.value, value.datatype.value, shown=str(value))
    return Value("other", str(value))
