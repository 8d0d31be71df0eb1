"""What differs between two versions: statements by term, blank nodes compared by content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from libonto.errors import UsageError, why
from libonto.graph.catalogue import SUBFOLDERS, Catalogue
from libonto.graph.description import known_as
from libonto.graph.terms import BASE, Node, Term, term
from libonto.ontology.release import parsed_folder

_HOLDING = ("owl:annotatedSource", "owl:members", "owl:distinctMembers")


@dataclass(frozen=True, order=True)
class StatementChange:
    """One statement that was added (`old` is empty), removed (`new` is), or changed."""

    property: str
    old: str
    new: str
    language: str = ""


@dataclass(frozen=True)
class TermChange:
    """A term and the statements about it that differ; `status` is added, removed or changed."""

    iri: str
    status: str
    changes: tuple[StatementChange, ...]


def read_version(name: str) -> list[Triple]:
    """A version's ontology and shapes: a folder of the data layout, or a Turtle file.

    Raises UsageError for neither, DataError or UsageError for what cannot be parsed.
    """
    path = Path(name)
    if path.is_dir():
        catalogue = version_folder(name)
        return [
            triple
            for part in ("ontology", "shapes")
            for triple in parsed_folder(catalogue, part)[0]
        ]
    try:
        quads = parse(path=str(path), format=RdfFormat.TURTLE, base_iri=BASE)
        return [quad.triple for quad in quads]
    except OSError as error:
        raise UsageError("unreadable", path=name, detail=why(error)) from error
    except (SyntaxError, ValueError) as error:
        raise UsageError("query-syntax-nowhere", path=name, detail=str(error)) from error


def version_folder(name: str) -> Catalogue:
    """A folder of the data layout by itself, without ours; UsageError where it is none."""
    path = Path(name)
    if not any((path / part).is_dir() for part in SUBFOLDERS):
        raise UsageError("data-folder", path=name)
    return Catalogue((path,))


def difference(old: Iterable[Triple], new: Iterable[Triple]) -> list[TermChange]:
    """The terms whose statements differ, sorted by their names."""
    before, after = _Content(old).by_term, _Content(new).by_term
    changes = []
    for iri in before.keys() | after.keys():
        gone = before.get(iri, set()) - after.get(iri, set())
        come = after.get(iri, set()) - before.get(iri, set())
        if not gone and not come:
            continue
        status = "changed" if iri in before and iri in after else "added" if come else "removed"
        changes.append(TermChange(iri, status, tuple(_paired(gone, come))))
    return sorted(changes, key=lambda change: known_as(change.iri))


Statement = tuple[str, str, str]
"""A property, a value by its content, and the value's language."""


def _paired(gone: Iterable[Statement], come: Iterable[Statement]) -> list[StatementChange]:
    """What went and what came in its place: the one value of a property and a language."""
    values: dict[tuple[str, str], tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for side, statements in enumerate((gone, come)):
        for property_, value, language in sorted(statements):
            values[property_, language][side].append(value)
    changes = []
    for (property_, language), (old, new) in values.items():
        if len(old) == len(new) == 1:
            changes.append(StatementChange(property_, old[0], new[0], language))
            continue
        changes += [StatementChange(property_, value, "", language) for value in old]
        changes += [StatementChange(property_, "", value, language) for value in new]
    return sorted(changes)


class _Content:
    """Triples by the named term that they are about, each blank node as a text of its content."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.about: dict[Node, list[tuple[NamedNode, Term]]] = {}
        values: set[Term] = set()
        for triple in triples:
            if not isinstance(triple.subject, Triple):
                pair = (triple.predicate, triple.object)
                self.about.setdefault(triple.subject, []).append(pair)
                values.add(triple.object)
        self.by_term: dict[str, set[Statement]] = defaultdict(set)
        for node, pairs in self.about.items():
            if isinstance(node, NamedNode):
                self.by_term[node.value] |= {self._statement(p, value) for p, value in pairs}
            elif node not in values:
                # The value of no property: an axiom of its own, which belongs to what it is about.
                types = [v for p, v in pairs if p == term("rdf:type") and isinstance(v, NamedNode)]
                kind = types[0].value if types else term("rdf:type").value
                self.by_term[self._owner(node)].add((kind, self._text(node, ()), ""))

    def _statement(self, property_: NamedNode, value: Term) -> Statement:
        language = value.language or "" if isinstance(value, Literal) else ""
        return property_.value, self._text(value, ()), language

    def _text(self, value: Term, path: tuple[Term, ...]) -> str:
        if isinstance(value, NamedNode):
            return known_as(value.value)
        if isinstance(value, Literal):
            return value.value
        if not isinstance(value, BlankNode) or value in path:
            return "…"
        pairs = self.about.get(value, [])
        if {p for p, _ in pairs} == {term("rdf:first"), term("rdf:rest")}:
            return "( " + " ".join(self._list(value, path)) + " )"
        inside = (*path, value)
        parts = sorted(f"{known_as(p.value)} {self._text(v, inside)}" for p, v in pairs)
        return "[ " + " ; ".join(parts) + " ]"

    def _list(self, head: Term, path: tuple[Term, ...]) -> list[str]:
        texts: list[str] = []
        inside = path
        while isinstance(head, BlankNode) and head not in inside:
            inside = (*inside, head)
            properties = dict(self.about.get(head, []))
            if term("rdf:first") not in properties:
                break
            texts.append(self._text(properties[term("rdf:first")], inside))
            head = properties.get(term("rdf:rest"), term("rdf:nil"))
        return texts

    def _owner(self, node: Node) -> str:
        """The first named term that an axiom is about."""
        for name in _HOLDING:
            for property_, value in self.about.get(node, []):
                if property_ != term(name):
                    continue
                while isinstance(value, BlankNode):
                    value = dict(self.about.get(value, [])).get(term("rdf:first"), term("rdf:nil"))
                if isinstance(value, NamedNode):
                    return value.value
        return ""
