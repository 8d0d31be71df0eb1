"""What the tests of the profile readers share: one reader, and profiles to start from."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from rdflib import RDF, RDFS, SH, SKOS, Graph, URIRef

from libonto.errors import LibontoError
from libonto.graph.catalogue import own_folder
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.profile.model import Candidate
from libonto.public import assessor
from libonto.verdict.shacl import validate

Read = Callable[..., list[Candidate]]
Refuse = Callable[..., LibontoError]

PREFIXES = """\
@prefix lo: <https://w3id.org/libonto/ns#> .
@prefix position: <https://w3id.org/libonto/id/position/> .
@prefix education: <https://w3id.org/libonto/id/education/> .
@prefix field: <https://w3id.org/libonto/id/field/> .
@prefix knowledge: <https://w3id.org/libonto/id/knowledge/> .
@prefix category: <https://w3id.org/libonto/id/category/librarian/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
PROFILE: dict[str, Any] = {
    "id": "urn:example:candidate:1",
    "name": "Айгүл",
    "credentials": [{"level": "higher", "field": "library-science", "awarded": "2015-06-30"}],
    "employments": [
        {"position": "school-librarian", "start": "2018-09-01", "end": "2021-08-31"},
        {"position": "school-librarian", "start": "2026-09-01"},
    ],
    "knowledge": ["constitution", "bibliography"],
    "appliesFor": "librarian/higher-second",
}


def as_bytes(source: Any) -> bytes:
    """A document: bytes and text as they are, anything else as JSON."""
    if isinstance(source, bytes):
        return source
    return (source if isinstance(source, str) else json.dumps(source)).encode()


@pytest.fixture
def profile() -> dict[str, Any]:
    """The contract's profile in plain JSON, to be changed."""
    return deepcopy(PROFILE)


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(assessor().vocabulary)


@pytest.fixture(scope="session")
def read(reader: Reader) -> Read:
    """Reads documents, each a text, bytes or a JSON value; `format` where it cannot be told."""

    def read(*sources: Any, format: str | None = None) -> list[Candidate]:
        names = [f"file-{n}" for n in range(1, len(sources) + 1)] if len(sources) > 1 else [""]
        documents = zip(sources, names, strict=True)
        return reader.read(Document(as_bytes(s), name, format) for s, name in documents)

    return read


@pytest.fixture(scope="session")
def refuse(read: Read) -> Refuse:
    """Reads what must be refused, and gives the error."""

    def refuse(*sources: Any, format: str | None = None) -> LibontoError:
        with pytest.raises(LibontoError) as caught:
            read(*sources, format=format)
        for lang in ("kk", "ru", "en"):
            assert caught.value.message(lang)
        return caught.value

    return refuse


@pytest.fixture(scope="session")
def turtle() -> Callable[..., str]:
    """A Turtle document: the prefixes, then a candidate with some statements, then the rest."""

    def turtle(statements: str = "", rest: str = "", *, iri: str = "<urn:x:1>") -> str:
        body = f"{iri} a lo:Candidate" + (f" ; {statements}" if statements else "") + " .\n"
        return PREFIXES + body + rest

    return turtle


@pytest.fixture(scope="session")
def shape_results() -> Callable[[Graph], list[str]]:
    """The shapes of `shapes/candidate.ttl` that a profile fails, with the ontology beside it.

    Of the ontology it needs what the shapes ask of it: what things are, and what is too general.
    """
    shapes = Graph().parse(own_folder() / "shapes" / "candidate.ttl")
    whole, kept = Graph(), Graph()
    for path in (own_folder() / "ontology").rglob("*.ttl"):
        whole.parse(path)
    specified = URIRef("https://w3id.org/libonto/ns#specifiedAs")
    ordered = URIRef("https://schema.org/position")
    for predicate in (RDF.type, RDFS.subClassOf, SKOS.inScheme, ordered, specified):
        for triple in whole.triples((None, predicate, None)):
            kept.add(triple)

    def results(profile: Graph) -> list[str]:
        report = validate(kept + profile, shapes)
        return sorted(str(shape) for shape in report.objects(None, SH.sourceShape))

    return results
