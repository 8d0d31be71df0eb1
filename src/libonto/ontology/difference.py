"""What differs between two versions: statements by term, blank nodes compared by content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from libonto.errors import UsageError
from libonto.graph.catalogue import ROOMS, Catalogue
from libonto.graph.description import known_as
from libonto.graph.terms import BASE, Node, Term, term
from libonto.ontology.release import room

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
    """A term and what is said otherwise of it; `status` is added, removed or changed."""

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
        return [triple for part in ("ontology", "shapes") for triple in room(catalogue, part)[0]]
    try:
        found = parse(path=str(path), format=RdfFormat.TURTLE, base_iri=BASE)
        return [quad.triple for quad in found]
    except OSError as error:
        detail = error.strerror or str(error)
        raise UsageError("unreadable", path=name, detail=detail) from error
    except (SyntaxError, ValueError) as error:
        raise UsageError("query-syntax-nowhere", path=name, detail=str(error)) from error


def version_folder(name: str) -> Catalogue:
    """A folder of the data layout by itself, without ours; UsageError where it is none."""
    path = Path(name)
    if not any((path / part).is_dir() for part in ROOMS):
        raise UsageError("data-folder", path=name)
    return Catalogue((path,))


def difference(old: Iterable[Triple], new: Iterable[Triple]) -> list[TermChange]:
    """The terms of which something else is said, sorted by how they are called."""
    before, after = _Content(old).by_term, _Content(new).by_term
    found = []
    for iri in before.keys() | after.keys():
        gone = before.get(iri, frozenset()) - after.get(iri, frozenset())
        come = after.get(iri, frozenset()) - before.get(iri, frozenset())
        if not gone and not come:
            continue
        status = "changed"
        if iri not in before or iri not in after:
            status = "added" if iri in after else "removed"
        found.append(TermChange(iri, status, tuple(_paired(gone, come))))
    return sorted(found, key=lambda change: known_as(change.iri))


Statement = tuple[str, str, str]
"""A property, a value by its content, and the value's language."""


def _paired(gone: Iterable[Statement], come: Iterable[Statement]) -> list[StatementChange]:
    """What went and what came in its place: the one value of a property and a language."""
    old: dict[tuple[str, str], list[str]] = {}
    new: dict[tuple[str, str], list[str]] = {}
    for statements, values in ((gone, old), (come, new)):
        for property_, value, language in sorted(statements):
            values.setdefault((property_, language), []).append(value)
    changes = []
    for key in old.keys() | new.keys():
        property_, language = key
        went, came = old.get(key, []), new.get(key, [])
        if len(went) == len(came) == 1:
            changes.append(StatementChange(property_, went[0], came[0], language))
            continue
        changes += [StatementChange(property_, value, "", language) for value in went]
        changes += [StatementChange(property_, "", value, language) for value in came]
    return sorted(changes)


class _Content:
    """Triples by the named term that they are about, each blank node as a text of its content."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.about: dict[Node, list[tuple[NamedNode, Term]]] = {}
        held: set[Term] = set()
        for triple in triples:
            if not isinstance(triple.subject, Triple):
                pair = (triple.predicate, triple.object)
                self.about.setdefault(triple.subject, []).append(pair)
                held.add(triple.object)
        collected: dict[str, set[Statement]] = {}
        for node, pairs in self.about.items():
            if isinstance(node, NamedNode):
                said = collected.setdefault(node.value, set())
                said |= {self._statement(p, value) for p, value in pairs}
            elif node not in held:
                # Nobody's value: an axiom of its own, which belongs to what it is about.
                types = [v for p, v in pairs if p == term("rdf:type") and isinstance(v, NamedNode)]
                kind = types[0].value if types else term("rdf:type").value
                content = (kind, self._text(node, ()), "")
                collected.setdefault(self._owner(node), set()).add(content)
        self.by_term: Mapping[str, frozenset[Statement]] = {
            iri: frozenset(said) for iri, said in collected.items()
        }

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
        found: list[str] = []
        inside = path
        while isinstance(head, BlankNode) and head not in inside:
            inside = (*inside, head)
            said = dict(self.about.get(head, []))
            if term("rdf:first") not in said:
                break
            found.append(self._text(said[term("rdf:first")], inside))
            head = said.get(term("rdf:rest"), term("rdf:nil"))
        return found

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
