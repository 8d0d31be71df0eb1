"""Profiles as RDF, which reads back as the same profiles: readable Turtle, and other forms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from libonto.errors import Problem, ProfileError
from libonto.graph.terms import ID, NS, term
from libonto.profile.checks import AWARD_TYPES
from libonto.profile.model import Candidate, Credential, Details, Employment, Grant, HeldDocument
from libonto.profile.syntax import FORMATS

_KINDS = (
    *("education", "framework", "field", "position", "knowledge", "category", "act"),
    "document-kind",
)
_LOCAL = re.compile(r"[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DATE = term("xsd:date")
_TYPE = term("rdf:type")

Part = Credential | Employment | Grant | HeldDocument
Node = NamedNode | BlankNode
Statement = tuple[NamedNode, Node | Literal]


def triples(candidates: Iterable[Candidate]) -> Iterator[Triple]:
    """The triples of profiles, in their order.

    Raises ProfileError where two parts have one IRI but say different
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
        parts: list[Part] = [*candidate.credentials, *candidate.employments]
        parts += [*candidate.holds, *candidate.documents]
        details = [candidate.details, *(part.details for part in parts)]
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
    """Each part of a profile: how it is linked, its node, what is said of it."""
    groups: tuple[tuple[str, str, Sequence[Part]], ...] = (
        ("hasCredential", "credential", candidate.credentials),
        ("hasEmployment", "employment", candidate.employments),
        ("holdsCategory", "grant", candidate.holds),
        ("holdsDocument", "helddocument", candidate.documents),
    )
    for link, kind, parts in groups:
        for number, part in enumerate(parts, start=1):
            node = _node(part.node, f"{kind[0]}{label}-{number}")
            statements = [*_part(part), *_details(part.details)]
            _check_same(node, statements, said, candidate, kind, number)
            yield term(f"lo:{link}"), node, statements


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


def _part(part: Part) -> Iterator[Statement]:
    if isinstance(part, Credential):
        yield _TYPE, term("lo:Credential")
        if part.level:
            yield term("lo:educationLevel"), NamedNode(part.level)
        if part.framework_level:
            yield term("lo:frameworkLevel"), NamedNode(part.framework_level)
        yield term("lo:fieldOfStudy"), NamedNode(part.field)
        if part.awarded:
            stated = part.awarded_text
            datatype = NamedNode(AWARD_TYPES[len(stated)])
            yield term("lo:awardedOn"), Literal(stated, datatype=datatype)
        if part.country:
            yield term("lo:country"), Literal(part.country)
        if part.recognised:
            yield term("lo:recognisedOn"), _day(part.recognised)
    elif isinstance(part, Employment):
        yield _TYPE, term("lo:Employment")
        yield term("lo:inPosition"), NamedNode(part.position)
        yield term("lo:startedOn"), _day(part.started)
        if part.ended:
            yield term("lo:endedOn"), _day(part.ended)
    elif isinstance(part, HeldDocument):
        yield term("lo:documentKind"), NamedNode(part.kind)
        if part.issued:
            yield term("lo:issuedOn"), _day(part.issued)
    else:
        yield term("lo:category"), NamedNode(part.category)
        if part.granted:
            yield term("lo:grantedOn"), _day(part.granted)


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
