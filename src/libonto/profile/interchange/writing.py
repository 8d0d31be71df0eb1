"""Profiles in the form that is asked for, which reads back as the same profiles.

RDF (Turtle as a person would write it) and the plain JSON of the contract; `table_writer` writes
tables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from libonto.errors import Problem, ProfileError
from libonto.graph.formats import PROFILES
from libonto.graph.terms import ID, NS, Node, term
from libonto.profile.checks import AWARD_TYPES
from libonto.profile.interchange.names import Names
from libonto.profile.model import Candidate, Part
from libonto.profile.vocabulary import PROPERTIES, Property, values_of


def to_bytes(
    candidates: Sequence[Candidate], form: str, names: Names, lang: str, *, marked: bool = False
) -> bytes:
    """Profiles in one of the formats of MEDIA_TYPES; headings and labels of tables are in `lang`.

    `marked`: delimited text begins with a byte order mark, without which Excel takes it for
    text in an old encoding. Raises ProfileError for what a form cannot hold, UsageError where
    a workbook is asked for and xlsxwriter is missing.
    """
    if form in {"csv", "tsv", "xlsx"}:
        from libonto.profile.interchange.table_writer import TableWriter

        writer = TableWriter(names, lang)
        if form == "xlsx":
            return writer.workbook(candidates)
        text = writer.delimited(candidates, "tab" if form == "tsv" else "comma")
        return text.encode("utf-8-sig" if marked else "utf-8")
    if form == "json":
        return to_json(candidates).encode()
    return to_rdf(candidates, "json" if form == "jsonld" else form).encode()


_KINDS = (
    *("education", "framework", "field", "position", "knowledge", "category", "act"),
    "document-kind",
)
_LOCAL = re.compile(r"[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TYPE = term("rdf:type")
_TYPED = {"Candidate", "Credential", "Employment"}
"""The classes that are written; those of the other parts are implied by their properties."""

Statement = tuple[NamedNode, Node | Literal]


def triples(candidates: Iterable[Candidate]) -> Iterator[Triple]:
    """The triples of profiles, in their order.

    Raises ProfileError where two parts have one IRI but say different
    things: in RDF they would become one.
    """
    written: dict[str, list[Statement]] = {}
    for place, candidate in enumerate(candidates, start=1):
        person = NamedNode(candidate.iri)
        for predicate, value in _statements(candidate):
            yield Triple(person, predicate, value)
        for predicate, node, statements in _parts(candidate, str(place), written):
            yield Triple(person, predicate, node)
            for property_, value in statements:
                yield Triple(node, property_, value)


def to_rdf(candidates: Sequence[Candidate], format_: str) -> str:
    """Profiles in one of the RDF formats that are read (`turtle`, `ntriples`, `rdfxml`, …)."""
    if format_ in {"turtle", "trig"}:
        return to_turtle(candidates)
    if format_ == "rdfxml":
        _check_xml(candidates)
    prefixes = {} if format_ in {"ntriples", "nquads"} else _prefixes()
    data = serialize(triples(candidates), format=PROFILES[format_], prefixes=prefixes)
    return data.decode() if data else ""


def _check_xml(candidates: Sequence[Candidate]) -> None:
    """XML has no way to write some characters; ProfileError for a text that has one."""
    for candidate in candidates:
        for value in (triple.object for triple in triples([candidate])):
            if isinstance(value, Literal) and _NOT_IN_XML.search(value.value):
                params: dict[str, object] = {"value": value.value}
                problem = Problem("xml-unwritable", candidate=candidate.iri, params=params)
                raise ProfileError([problem])


def to_turtle(candidates: Iterable[Candidate]) -> str:
    """Turtle as a person would write it: one profile after the other, parts in their place."""
    pieces: list[str] = []
    written: dict[str, list[Statement]] = {}
    for place, candidate in enumerate(candidates, start=1):
        lines = [f"{_name(p)} {_name(v)}" for p, v in _statements(candidate)]
        later: list[str] = []
        for predicate, node, statements in _parts(candidate, str(place), written):
            if isinstance(node, BlankNode):
                lines.append(f"{_name(predicate)} [ {_listed(statements, 2)} ]")
            else:
                lines.append(f"{_name(predicate)} {_name(node)}")
                later.append(f"\n{_name(node)} {_listed(statements, 1)} .\n")
        pieces.append(f"\n{_name(NamedNode(candidate.iri))} " + " ;\n    ".join(lines) + " .\n")
        pieces += later
    text = "".join(pieces)
    used = {
        p: namespace for p, namespace in _prefixes().items() if f" {p}:" in text or f"^{p}:" in text
    }
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in used.items())
    return head + text


def _listed(statements: Sequence[Statement], depth: int) -> str:
    joint = " ;\n" + "    " * depth
    return joint.join(f"{_name(predicate)} {_name(value)}" for predicate, value in statements)


def _statements(part: Candidate | Part) -> Iterator[Statement]:
    """The properties and values of a candidate besides its parts, or of a part."""
    class_ = type(part).__name__
    if class_ in _TYPED:
        yield _TYPE, term(f"lo:{class_}")
    for property_, value in values_of(part):
        if property_.how not in PROPERTIES:
            for item in value if isinstance(value, tuple) else [value]:
                yield NamedNode(NS + property_.name), _term(item, property_.how)


def _term(value: Any, how: str) -> NamedNode | Literal:
    if how in {"award", "date"}:
        text = str(value)
        return Literal(text, datatype=NamedNode(AWARD_TYPES[len(text)]))
    return Literal(value) if how == "text" else NamedNode(value)


def _parts(
    candidate: Candidate, label: str, written: dict[str, list[Statement]]
) -> Iterator[tuple[NamedNode, Node, list[Statement]]]:
    """Each part of a profile: the property that links it, its node, its statements."""
    for link, parts in values_of(candidate):
        kind = link.how.lower()
        for number, part in enumerate(parts if link.how in PROPERTIES else (), start=1):
            blank = f"{kind[0]}{label}-{number}"
            node = NamedNode(part.node) if part.node else BlankNode(blank)
            statements = list(_statements(part))
            if part.node and written.setdefault(part.node, statements) != statements:
                problem = Problem("id-repeated", candidate.iri, kind, number)
                raise ProfileError([replace(problem, params={"value": part.node})])
            yield NamedNode(NS + link.name), node, statements


def _prefixes() -> dict[str, str]:
    kinds = {kind: f"{ID}{kind}/" for kind in _KINDS}
    return {"lo": NS, **kinds, "xsd": "http://www.w3.org/2001/XMLSchema#"}


def _name(value: Node | Literal) -> str:
    """A term in Turtle, with a prefix where there is one."""
    if value == _TYPE:
        return "a"
    if isinstance(value, Literal) and value.datatype.value in AWARD_TYPES.values():
        return f'"{value.value}"^^xsd:{value.datatype.value.rpartition("#")[2]}'
    if isinstance(value, NamedNode):
        for prefix, namespace in _prefixes().items():
            local = value.value.removeprefix(namespace)
            if local != value.value and _LOCAL.fullmatch(local):
                return f"{prefix}:{local}"
            if prefix == "category" and local != value.value:
                return f"{prefix}:{local}".replace("/", "\\/")
    return str(value)


_ORDER = ("name", "credentials", "employments", "knowledge", "holds", "documents", "appliesFor")


def to_object(candidate: Candidate) -> dict[str, Any]:
    """A profile as a JSON object; what is not stated has no key."""
    return {"id": candidate.iri, **_object(candidate)}


def to_json(candidates: Iterable[Candidate]) -> str:
    """One profile as an object, several as an array."""
    objects = [to_object(candidate) for candidate in candidates]
    document = objects[0] if len(objects) == 1 else objects
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _object(part: Candidate | Part) -> dict[str, Any]:
    members = {property_.key: _value(value, property_) for property_, value in values_of(part)}
    return {key: members[key] for key in sorted(members, key=lambda k: (*_ORDER, k).index(k))}


def _value(value: Any, property_: Property) -> Any:
    """A value as JSON has it: of our resources the slug, and of any other the IRI as it is."""
    if property_.attribute == "details":
        return list(value) if value[1:] else value[0]
    if isinstance(value, tuple):
        return [_value(item, property_) for item in value]
    if isinstance(value, Part):
        return ({"id": value.node} if value.node else {}) | _object(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.removeprefix(f"{ID}{property_.how}/")
