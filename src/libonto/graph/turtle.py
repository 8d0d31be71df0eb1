"""Triples as text that depends on nothing but the triples: Turtle to be read, and other forms.

The same graph gives the same bytes, whatever its blank nodes are called and in whatever
order its triples come. Blank nodes are named by RDF Dataset Canonicalization (RDFC-1.0),
then, in Turtle, nested where they stand; lists are written as lists.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from libonto.graph.formats import RDF_SYNTAXES
from libonto.graph.terms import BASE, ID, PREFIXES, PROLOGUE, Node, Term, members, term

WIDTH = 100

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[\w./-]*[\w-])?", re.ASCII)
_INTEGER = re.compile(r"[+-]?[0-9]+")
_ROOT = re.compile(r'<rdf:RDF((?: xmlns:[\w.-]+="[^"]*")*)>')

_UNWRITTEN = {PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString"}
"""Datatypes that no form of RDF writes out."""


def parse_turtle(turtle: str) -> list[Triple]:
    """The triples of statements in Turtle, in their order; our prefixes need no declaration."""
    quads = parse(PROLOGUE + turtle, format=RdfFormat.TURTLE, base_iri=BASE)
    return [quad.triple for quad in quads]


def canonical(triples: Iterable[Triple]) -> list[Triple]:
    """The triples, each once, sorted, their blank nodes named by their statements."""
    data = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    data.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in data), key=_key)


def to_text(
    triples: Iterable[Triple], format_: str = "turtle", *, first: Sequence[str] = ()
) -> str:
    """Triples in one of RDF_SYNTAXES; the descriptions of the IRIs `first` go first, in order."""
    ordered = canonical(triples)
    if format_ in ("turtle", "trig"):
        return "".join(_Turtle(ordered, first).lines())
    prefixes = prefixes_of(ordered) if format_ == "rdfxml" else {}
    text = (serialize(ordered, format=RDF_SYNTAXES[format_], prefixes=prefixes) or b"").decode()
    if format_ == "jsonld":  # expanded: one object for each subject, its keys sorted
        return json.dumps(json.loads(text), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return _ROOT.sub(_sorted_root, text, count=1)


def prefixes_of(triples: Iterable[Triple]) -> dict[str, str]:
    """The prefixes that some triples need, sorted: ours, the standard ones, one for a kind."""
    iris: set[str] = set()
    for triple in triples:
        for part in (triple.subject, triple.predicate, triple.object):
            if isinstance(part, NamedNode):
                iris.add(part.value)
            elif isinstance(part, Literal) and part.datatype.value not in _UNWRITTEN:
                iris.add(part.datatype.value)
    prefixes = {
        prefix: namespace
        for prefix, namespace in PREFIXES.items()
        if any(iri.startswith(namespace) and iri != namespace for iri in iris)
    }
    paths: dict[str, set[str]] = {}
    for iri in iris:
        if iri.startswith(ID):
            kind, _, rest = iri[len(ID) :].partition("/")
            folder = rest.rpartition("/")[0]
            paths.setdefault(kind, set()).add(folder)
    for kind, folders in paths.items():
        # One folder below the kind (category/POSITION/…): the prefix leads into it.
        folder = next(iter(folders)) if len(folders) == 1 else ""
        prefixes.setdefault(kind, f"{ID}{kind}/{folder}{'/' if folder else ''}")
    return dict(sorted(prefixes.items()))


class _Turtle:
    """Writes canonical triples as Turtle."""

    def __init__(self, triples: Sequence[Triple], first: Sequence[str]) -> None:
        self.prefixes = prefixes_of(triples)
        self.about: dict[Node, dict[NamedNode, list[Term]]] = {}
        used: dict[BlankNode, int] = {}
        for triple in triples:
            assert not isinstance(triple.subject, Triple)  # RDF 1.2 has them as objects only
            values = self.about.setdefault(triple.subject, {})
            values.setdefault(triple.predicate, []).append(triple.object)
            if isinstance(triple.object, BlankNode):
                used[triple.object] = used.get(triple.object, 0) + 1
        self.nested = {node for node, times in used.items() if times == 1}
        self.mentioned = used.keys()
        self.written: set[Node] = set()
        places = {iri: place for place, iri in enumerate(first)}
        self.order = sorted(
            self.about,
            key=lambda node: (
                isinstance(node, BlankNode),
                places.get(node.value, len(places)),
                node.value,
            ),
        )

    def lines(self) -> Iterator[str]:
        for prefix, namespace in self.prefixes.items():
            yield f"@prefix {prefix}: <{namespace}> .\n"
        for node in self.order:
            if node not in self.nested:
                yield from self._statement(node)
        for node in self.order:  # blank nodes in a ring, which stand in nobody's description
            if node not in self.written:
                self.nested.discard(node)
                yield from self._statement(node)

    def _statement(self, node: Node) -> Iterator[str]:
        self.written.add(node)
        is_free = isinstance(node, BlankNode) and node not in self.mentioned
        head = "[]" if is_free else self._term(node, 0)
        yield f"\n{head}{self._properties(node, 1)} .\n"

    def _properties(self, node: Node, depth: int) -> str:
        statements = self.about[node]
        parts = []
        for predicate in sorted(statements, key=lambda p: (p != term("rdf:type"), p.value)):
            name = "a" if predicate == term("rdf:type") else self._term(predicate, depth)
            values = [self._term(value, depth) for value in statements[predicate]]
            parts.append(f"{name} {' , '.join(values)}")
        joint = " ;\n" + "    " * depth
        return (" " if len(parts) == 1 or depth == 1 else "") + joint.join(parts)

    def _term(self, value: Term, depth: int) -> str:
        if isinstance(value, NamedNode):
            return self._iri(value.value)
        if isinstance(value, Literal):
            return self._literal(value)
        if not isinstance(value, BlankNode):
            return str(value)
        if value not in self.nested or value in self.written:
            return str(value)
        listed = self._list(value)
        if listed is not None:
            return "( " + "".join(self._term(item, depth) + " " for item in listed) + ")"
        self.written.add(value)
        if value not in self.about:
            return "[]"
        properties = self._properties(value, depth + 1).strip()
        if "\n" not in properties:
            return f"[ {properties} ]"
        flat = re.sub(r" ;\n +", " ; ", properties)
        if len(flat) <= WIDTH - 10 and '"""' not in flat:
            return f"[ {flat} ]"
        return "[\n" + "    " * (depth + 1) + properties + "\n" + "    " * depth + "]"

    def _list(self, head: BlankNode) -> list[Term] | None:
        """The members of a list all of whose nodes are nested; its nodes count as written."""
        first, rest = term("rdf:first"), term("rdf:rest")
        nodes: list[BlankNode] = []

        def cell(node: Term) -> tuple[Term, Term] | None:
            if not isinstance(node, BlankNode) or node not in self.nested:
                return None
            nodes.append(node)
            values = self.about.get(node, {})
            if values.keys() != {first, rest} or len(values[first]) != 1 or len(values[rest]) != 1:
                return None
            return values[first][0], values[rest][0]

        listed = members(head, cell)
        if listed is not None:
            self.written.update(nodes)
        return listed

    def _iri(self, iri: str) -> str:
        best = ""
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace) and len(namespace) > len(self.prefixes.get(best, "")):
                best = prefix
        local = iri[len(self.prefixes[best]) :] if best else ""
        if not best or not _LOCAL.fullmatch(local):
            return f"<{iri}>"
        return f"{best}:" + local.replace("/", "\\/")

    def _literal(self, value: Literal) -> str:
        type_ = value.datatype.value
        if type_ == PREFIXES["xsd"] + "boolean" and value.value in {"true", "false"}:
            return value.value
        if type_ == PREFIXES["xsd"] + "integer" and _INTEGER.fullmatch(value.value):
            return value.value
        text, mark, tail = str(value).rpartition("^^")
        if mark and tail == f"<{type_}>":
            return f"{text}^^{self._iri(type_)}"
        return str(value)


def _sorted_root(match: re.Match[str]) -> str:
    names = sorted(re.findall(r'xmlns:[\w.-]+="[^"]*"', match[1]))
    return "<rdf:RDF" + "".join(f"\n\t{name}" for name in names) + ">"


def _key(triple: Triple) -> tuple[bool, str, bool, str, str]:
    return (
        isinstance(triple.subject, BlankNode),
        str(triple.subject),
        triple.predicate != term("rdf:type"),
        triple.predicate.value,
        str(triple.object),
    )
