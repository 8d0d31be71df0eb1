"""The compiled shapes answer what pySHACL answers, or refuse to be compiled."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from libonto.errors import DataError
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.graph.terms import NS, PREFIXES, term
from libonto.verdict.assessment import Assessor
from libonto.verdict.compiled import TYPE, Compiled, FactNode, Value
from libonto.verdict.evidence import Evidence
from libonto.verdict.shacl import Judge

EX = "urn:example:"
SHAPE = EX + "shape"
PREFIX = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in {**PREFIXES, "ex": EX}.items())

# A property shape each; facts have ex:p, ex:q, ex:r with IRIs, numbers, days and nodes.
UNDERSTOOD = [
    "sh:path ex:p ; sh:hasValue ex:a",
    "sh:path ex:p ; sh:hasValue ex:a , ex:b",
    "sh:path ex:p ; sh:hasValue 3",
    'sh:path ex:p ; sh:hasValue "2020-01-01"^^xsd:date',
    "sh:path ex:p ; sh:in ( ex:a ex:b 3 )",
    "sh:path ex:p ; sh:minCount 1",
    "sh:path ex:p ; sh:minCount 0",
    "sh:path ex:p ; sh:minCount 2",
    "sh:path ex:p ; sh:maxCount 0",
    "sh:path ex:p ; sh:maxCount 1",
    "sh:path ex:number ; sh:minInclusive 3",
    "sh:path ex:number ; sh:minExclusive 3",
    "sh:path ex:number ; sh:maxInclusive 3",
    "sh:path ex:number ; sh:maxExclusive 3",
    "sh:path ex:number ; sh:minInclusive 2.5",
    'sh:path ex:day ; sh:maxExclusive "2020-01-02"^^xsd:date',
    "sh:path ex:number ; sh:minCount 1 ; sh:minInclusive 3 ; sh:maxInclusive 3",
    "sh:path ( ex:n ex:number ) ; sh:minCount 1 ; sh:minInclusive 3",
    "sh:path ( ex:n ex:p ) ; sh:maxCount 2",
    "sh:path [ sh:alternativePath ( ex:p ex:q ) ] ; sh:hasValue ex:a",
    "sh:path [ sh:alternativePath ( ex:p ( ex:n ex:q ) ) ] ; sh:maxCount 2",
    "sh:path ex:p ; sh:nodeKind sh:IRI",
    "sh:path ex:n ; sh:nodeKind sh:BlankNode",
    "sh:path ex:p ; sh:nodeKind sh:Literal",
    "sh:path [ sh:alternativePath ( ex:p ex:n ) ] ; sh:nodeKind sh:IRIOrLiteral",
    "sh:path ex:p ; sh:datatype xsd:integer",
    "sh:path ex:p ; sh:datatype xsd:date",
    "sh:path ex:n ; sh:class ex:Thing",
    "sh:path ex:p ; sh:qualifiedValueShape [ sh:in ( ex:a ex:b ) ] ; sh:qualifiedMinCount 1",
    "sh:path ex:p ; sh:qualifiedValueShape [ sh:in ( ex:a ex:b ) ] ; sh:qualifiedMaxCount 1",
    "sh:path ex:p ; sh:qualifiedValueShape [ sh:hasValue ex:a ] ; sh:qualifiedMinCount 1",
    "sh:path ex:p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 2",
    """sh:path ex:n ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ a sh:NodeShape ;
       sh:property [ sh:path ex:p ; sh:in ( ex:a ex:b ) ; sh:minCount 1 ] ,
                   [ sh:path ex:q ; sh:maxCount 1 ] ]""",
    """sh:path ex:n ; sh:qualifiedMinCount 2 ; sh:qualifiedValueShape [
       sh:property [ sh:path ex:number ; sh:minInclusive 2 ] ]""",
    "sh:path ex:n ; sh:node [ sh:property [ sh:path ex:p ; sh:minCount 1 ] ]",
    "sh:path ex:n ; sh:node ex:inner",
    "sh:path ex:n ; sh:property [ sh:path ex:p ; sh:minCount 1 ]",
    "sh:path ex:n ; sh:minCount 1 ; sh:property [ sh:path ex:p ; sh:minCount 1 ]",
    'sh:path ex:p ; sh:minCount 1 ; sh:message "…"@en ; sh:name "…" ; sh:order 2 ; '
    "sh:severity sh:Warning ; sh:deactivated true",
]
ALWAYS_MET = {
    "sh:path ex:p ; sh:minCount 0",
    "sh:path ex:n ; sh:nodeKind sh:BlankNode",
    "sh:path ex:n ; sh:property [ sh:path ex:p ; sh:minCount 1 ]",
}
"""By the candidate itself: what an inner property finds is about the value."""
NOT_UNDERSTOOD = [
    'sh:path ex:p ; sh:pattern "a"',
    'sh:path ex:p ; sh:languageIn ( "kk" )',
    "sh:path ex:p ; sh:uniqueLang true",
    "sh:path ex:p ; sh:equals ex:q",
    "sh:path ex:p ; sh:lessThan ex:q",
    "sh:path ex:p ; sh:or ( [ sh:minCount 1 ] )",
    "sh:path ex:p ; sh:not [ sh:in ( ex:a ) ]",
    'sh:path ex:p ; sh:sparql [ sh:select "SELECT $this WHERE { }" ]',
    "sh:path ex:p ; sh:minLength 3",
    "sh:path ex:p ; sh:datatype xsd:string",
    'sh:path ex:p ; sh:hasValue "a"',
    "sh:path ex:p ; sh:hasValue 1.5",
    'sh:path ex:p ; sh:hasValue "2020-01-01Z"^^xsd:date',
    'sh:path ex:p ; sh:hasValue "2019-02-30"^^xsd:date',
    'sh:path ex:p ; sh:in ( "a" )',
    "sh:path ex:p ; sh:in ( ex:a ) , ( ex:b )",
    'sh:path ex:p ; sh:minInclusive "1e1"^^xsd:double',
    'sh:path ex:p ; sh:minInclusive "NaN"^^xsd:decimal',
    "sh:path ex:p ; sh:minInclusive ex:a",
    'sh:path ex:p ; sh:minCount "1"',
    "sh:path ex:p ; sh:minCount 1 , 2",
    "sh:path [ sh:inversePath ex:p ] ; sh:minCount 1",
    "sh:path [ sh:zeroOrMorePath ex:p ] ; sh:minCount 1",
    "sh:path ex:p , ex:q ; sh:minCount 1",
    "sh:path ex:p ; sh:qualifiedValueShape [ sh:in ( ex:a ) ]",
    """sh:path ex:p ; sh:qualifiedValueShape [ sh:in ( ex:a ) ] ; sh:qualifiedMinCount 1 ;
       sh:qualifiedValueShapesDisjoint true""",
    "sh:path ex:n ; sh:property [ sh:path ex:p ; sh:pattern 'a' ]",
    "sh:path ex:n ; sh:node ex:nowhere",
    "sh:path ex:n ; sh:class ex:Thing ; sh:targetClass ex:Thing",
    "sh:path ex:n ; sh:closed true",
]  # fmt: skip


def graph_of(shape: str, folder: Path) -> Graph:
    text = (
        f"{PREFIX} <{SHAPE}> a sh:NodeShape ; sh:targetClass lo:Candidate ; sh:property ex:one ."
        f" ex:inner a sh:NodeShape ; sh:property [ sh:path ex:q ; sh:hasValue ex:a ] ."
        f" ex:one a sh:PropertyShape ; {shape} ."
    )
    (folder / "shapes").mkdir()
    (folder / "shapes" / "one.ttl").write_text(text, "utf-8")
    return Graph(Catalogue((folder,)))


def evidence_of(facts: FactNode, iri: str) -> Evidence:
    candidate: Any = SimpleNamespace(iri=iri)
    nothing: Any = None
    return Evidence(candidate, date(2026, 11, 22), nothing, (), (), nothing, (), facts, nothing)


IRIS: list[Value] = [EX + "a", EX + "b", EX + "c"]
NUMBERS: list[Value] = [2, 3, 4]
DAYS: list[Value] = [date(2020, 1, 1), date(2020, 1, 2)]
POOLS = {
    "p": [*IRIS, 3, DAYS[0]],
    "q": [*IRIS[:2], 4],
    "number": IRIS[:1] + NUMBERS,
    "day": IRIS[:1] + DAYS,
}


def node(chance: random.Random, depth: int) -> FactNode:
    values: dict[str, tuple[Value, ...]] = {
        EX + name: tuple(chance.sample(pool, chance.choice((0, 0, 1, 1, 2, 3))))
        for name, pool in POOLS.items()
    }
    if depth:
        count = chance.choice((0, 1, 1, 2, 3))
        values[EX + "n"] = tuple(node(chance, depth - 1) for _ in range(count))
        values[TYPE] = (NS + "Candidate",)
    elif chance.random() < 0.5:
        values[TYPE] = (EX + "Thing",)
    return FactNode(values)


@pytest.fixture(scope="module")
def corpus() -> list[Evidence]:
    chance = random.Random(20)
    return [evidence_of(node(chance, 1), f"urn:example:candidate:{n}") for n in range(80)]


@pytest.mark.parametrize("shape", UNDERSTOOD)
def test_a_construct_that_is_understood_means_what_it_means_to_pyshacl(
    shape: str, corpus: list[Evidence], tmp_path: Path
) -> None:
    graph = graph_of(shape, tmp_path)
    rules: Any = SimpleNamespace(node_shape=SHAPE, requirements=())
    judged = Judge(graph, rules).judge(corpus)
    compiled = Compiled(graph, SHAPE)
    assert [compiled.failed(evidence.facts) for evidence in corpus] == judged
    if shape not in ALWAYS_MET:
        assert 0 < sum(map(bool, judged)) < len(judged), "the corpus does not tell"


@pytest.mark.parametrize("shape", NOT_UNDERSTOOD)
def test_what_is_not_understood_is_an_error_and_never_a_guess(shape: str, tmp_path: Path) -> None:
    graph = graph_of(shape, tmp_path)
    with pytest.raises(DataError) as error:
        Compiled(graph, SHAPE)
    assert error.value.key == "shape-not-compiled"
    assert "shape" in error.value.message("en")


def test_a_day_is_never_compared_with_a_number(tmp_path: Path) -> None:
    compiled = Compiled(graph_of("sh:path ex:p ; sh:maxInclusive 3", tmp_path), SHAPE)
    assert compiled.failed(FactNode({EX + "p": (4,)}))
    with pytest.raises(DataError):
        compiled.failed(FactNode({EX + "p": (date(2020, 1, 1),)}))


def test_a_node_shape_that_says_more_than_its_properties_is_an_error(tmp_path: Path) -> None:
    graph = graph_of("sh:path ex:p ; sh:minCount 1", tmp_path)
    closed = Quad(
        NamedNode(SHAPE), term("sh:closed"), Literal("true", datatype=term("xsd:boolean"))
    )
    graph.store.add(closed)
    with pytest.raises(DataError):
        Compiled(graph, SHAPE)


# Our own shapes, changed: both engines see the change, and see the same.

_BASE = "https://w3id.org/libonto/id/"


def changed(change: str) -> Assessor:
    """An assessor whose shapes were changed in one place."""
    assessor = Assessor()
    store = assessor.graph.store
    shape = NamedNode(_BASE + "shape/librarian/experience-3-years")
    if change in {"threshold up", "threshold down"}:
        (quad,) = store.quads_for_pattern(shape, term("sh:minInclusive"), None)
        store.remove(quad)
        years = {"threshold up": "4", "threshold down": "2"}[change]
        limit = Literal(years, datatype=term("xsd:integer"))
        store.add(Quad(shape, term("sh:minInclusive"), limit))
    elif change == "item dropped from a list":
        shape = NamedNode(_BASE + "shape/librarian/education-higher-in-profile")
        dropped = NamedNode(_BASE + "field/library-science")
        for head in _lists_below(store, shape):
            for quad in list(store.quads_for_pattern(head, term("rdf:first"), dropped)):
                store.remove(quad)
                store.add(Quad(head, term("rdf:first"), NamedNode("urn:example:other")))
    elif change == "another item asked for":
        shape = NamedNode(_BASE + "shape/librarian/knowledge-bibliography")
        (quad,) = store.quads_for_pattern(shape, term("sh:hasValue"), None)
        store.remove(quad)
        store.add(Quad(shape, term("sh:hasValue"), NamedNode(_BASE + "knowledge/psychology")))
    return assessor


def _lists_below(store: Store, start: Any) -> Iterator[Any]:
    waiting, seen = [start], set()
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for quad in store.quads_for_pattern(current, None, None):
            if quad.predicate == term("rdf:first"):
                yield current
            if type(quad.object) is not Literal and (
                quad.predicate.value.startswith((PREFIXES["sh"], PREFIXES["rdf"]))
            ):
                waiting.append(quad.object)


CHANGES = [
    "threshold up",
    "threshold down",
    "item dropped from a list",
    "another item asked for",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_shape_changes_both_engines_alike(change: str) -> None:
    from benchmarks.generator import person, triples

    from libonto.profile.document import Document
    from libonto.profile.intake import Reader

    before, after = changed("none"), changed(change)
    data = "".join(triples(person(number)) for number in range(1, 41)).encode()
    candidates = Reader(before.vocabulary).read([Document(data, format="ntriples")])
    position = before.positions.default
    node_shape = before.positions.rules(position).node_shape
    on = date(2026, 11, 22)
    evidences = [before.evidence(c, before.positions.rules(position), on) for c in candidates]
    answers = []
    for assessor in (before, after):
        compiled = Compiled(assessor.graph, node_shape)
        judged = Judge(assessor.graph, before.positions.rules(position)).judge(evidences)
        assert [compiled.failed(evidence.facts) for evidence in evidences] == judged
        answers.append(judged)
    assert answers[0] != answers[1], "nobody of the forty was concerned"
