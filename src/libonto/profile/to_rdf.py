"""Profiles as RDF, which reads back as the same profiles: readable Turtle, and other forms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from libonto.errors import Problem, ProfileError
from libonto.graph.terms import ID, NS, term
from libonto.profile.model import Candidate, Credential, Details, Employment
from libonto.profile.syntax import FORMATS

_KINDS = ("education", "field", "position", "knowledge", "category", "act")
_LOCAL = re.compile(r"[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DATE = term("xsd:date")
_TYPE = term("rdf:type")

Node = NamedNode | BlankNode
Statement = tuple[NamedNode, Node | Literal]


def triples(candidates: Iterable[Candidate]) -> Iterator[Triple]:
    """The triples of profiles, in their order.

    Raises ProfileError where two credentials or employments have one IRI but say different
    things: in RDF they would become one.
    """
    said: dict[str, list[Statement]] = {}
    for place, candidate in enumerate(candidates, start=1):
        person = NamedNode(candidate.iri)
        for predicate, value in _person(candidate):
            yield Triple(person, predicate, value)
        for predicate, node, statements in _parts(candidate, str(place), said):
            yield Triple(person, predicate, node)
            for property_, value in statements:
                yield Triple(node, property_, value)


def to_rdf(candidates: Sequence[Candidate], format_: str) -> str:
    """Profiles in one of the RDF formats that are read (`turtle`, `ntriples`, `rdfxml`, …)."""
    if format_ in {"turtle", "trig"}:
        return to_turtle(candidates)
    if format_ == "rdfxml":
        candidates = list(candidates)
        _check_xml(candidates)
    prefixes = {} if format_ in {"ntriples", "nquads"} else _prefixes()
    data = serialize(triples(candidates), format=FORMATS[format_], prefixes=prefixes)
    return data.decode() if data else ""


def _check_xml(candidates: Sequence[Candidate]) -> None:
    """XML has no way to write some characters; ProfileError for a text that has one."""
    for candidate in candidates:
        details = [candidate.details, *(c.details for c in candidate.credentials)]
        details += [employment.details for employment in candidate.employments]
        texts = [text for pairs in details for _, text in pairs]
        for text in [candidate.name or "", *texts]:
            if _NOT_IN_XML.search(text):
                params: dict[str, object] = {"value": text}
                problem = Problem("xml-unwritable", candidate=candidate.iri, params=params)
                raise ProfileError([problem])


def to_turtle(candidates: Iterable[Candidate]) -> str:
    """Turtle as a person would write it: one profile after the other, parts in their place."""
    pieces: list[str] = []
    said: dict[str, list[Statement]] = {}
    for place, candidate in enumerate(candidates, start=1):
        lines = [f"{_name(p)} {_name(v)}" for p, v in _person(candidate)]
        later: list[str] = []
        for predicate, node, statements in _parts(candidate, str(place), said):
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


def _person(candidate: Candidate) -> Iterator[Statement]:
    yield _TYPE, term("lo:Candidate")
    if candidate.name is not None:
        yield term("lo:name"), Literal(candidate.name)
    for iri in candidate.knowledge:
        yield term("lo:hasKnowledgeOf"), NamedNode(iri)
    if candidate.applies_for:
        yield term("lo:appliesFor"), NamedNode(candidate.applies_for)
    yield from _details(candidate.details)


def _parts(
    candidate: Candidate, label: str, said: dict[str, list[Statement]]
) -> Iterator[tuple[NamedNode, Node, list[Statement]]]:
    """Each credential and employment: how it is linked, its node, what is said of it."""
    for number, credential in enumerate(candidate.credentials, start=1):
        node = _node(credential.node, f"c{label}-{number}")
        statements = list(_credential(credential))
        _check_same(node, statements, said, candidate, "credential", number)
        yield term("lo:hasCredential"), node, statements
    for number, employment in enumerate(candidate.employments, start=1):
        node = _node(employment.node, f"e{label}-{number}")
        statements = list(_employment(employment))
        _check_same(node, statements, said, candidate, "employment", number)
        yield term("lo:hasEmployment"), node, statements


def _check_same(
    node: Node,
    statements: list[Statement],
    said: dict[str, list[Statement]],
    candidate: Candidate,
    part: str,
    number: int,
) -> None:
    if not isinstance(node, NamedNode) or said.setdefault(node.value, statements) == statements:
        return
    raise ProfileError(
        [
            Problem(
                "id-repeated",
                candidate=candidate.iri,
                part=part,
                number=number,
                params={"value": node.value},
            )
        ]
    )


def _credential(credential: Credential) -> Iterator[Statement]:
    yield _TYPE, term("lo:Credential")
    yield term("lo:educationLevel"), NamedNode(credential.level)
    yield term("lo:fieldOfStudy"), NamedNode(credential.field)
    if credential.awarded:
        yield term("lo:awardedOn"), _day(credential.awarded)
    yield from _details(credential.details)


def _employment(employment: Employment) -> Iterator[Statement]:
    yield _TYPE, term("lo:Employment")
    yield term("lo:inPosition"), NamedNode(employment.position)
    yield term("lo:startedOn"), _day(employment.started)
    if employment.ended:
        yield term("lo:endedOn"), _day(employment.ended)
    yield from _details(employment.details)


def _details(details: Details) -> Iterator[Statement]:
    for name, text in details:
        yield NamedNode(NS + name), Literal(text)


def _node(iri: str | None, label: str) -> Node:
    return NamedNode(iri) if iri else BlankNode(label)


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=_DATE)


def _prefixes() -> dict[str, str]:
    kinds = {kind: f"{ID}{kind}/" for kind in _KINDS}
    return {"lo": NS, **kinds, "xsd": "http://www.w3.org/2001/XMLSchema#"}


def _name(value: Node | Literal) -> str:
    """A term in Turtle, with a prefix where there is one."""
    if value == _TYPE:
        return "a"
    if isinstance(value, Literal) and value.datatype == _DATE:
        return f'"{value.value}"^^xsd:date'
    if isinstance(value, NamedNode):
        for prefix, namespace in _prefixes().items():
            local = value.value.removeprefix(namespace)
            if local != value.value and _LOCAL.fullmatch(local):
                return f"{prefix}:{local}"
            if prefix == "category" and local != value.value:
                return f"{prefix}:{local}".replace("/", "\\/")
    return str(value)
