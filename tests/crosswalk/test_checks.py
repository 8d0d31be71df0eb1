"""What is wrong with a table is found, by file and line, and by the queries over the graph."""

from collections.abc import Callable
from pathlib import Path

import pytest

from libonto.crosswalk.checks import problems
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph

Rows = list[tuple[str, ...]]
ROOT = Path(__file__).resolve().parents[2]
CHECKS = ROOT / "queries" / "checks"

RETIRED = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix evidence: <https://w3id.org/libonto/id/evidence/> .
@prefix lo: <https://w3id.org/libonto/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ex: <https://example.org/nqf/> .

ex:nqf a skos:ConceptScheme ; skos:notation "ex" ; lo:confirmation evidence:seen .
ex:5 a skos:Concept ; skos:inScheme ex:nqf ; skos:notation "5" ; schema:position 5 ;
    skos:prefLabel "Five"@en ; lo:confirmation evidence:seen .
ex:6 a skos:Concept ; skos:inScheme ex:nqf ; skos:notation "6" ; schema:position 6 ;
    skos:prefLabel "Six"@en ; lo:confirmation evidence:seen .
ex:old a skos:Concept ; skos:inScheme ex:nqf ; skos:prefLabel "Old"@en ; owl:deprecated true ;
    lo:confirmation evidence:seen .
"""

WRONG = [
    ("end", "mapping-end-undescribed", [("ex:7", "close", "eqf:7", "0.5")], 0),
    ("retired", "mapping-to-retired-concept", [("eqf:6", "close", "ex:old", "0.5")], 0),
    (
        "pair",
        "mapping-contradiction",
        [("ex:6", "close", "eqf:6", "0.5"), ("ex:6", "broad", "eqf:6", "0.5")],
        1,
    ),
    (
        "pair",
        "mapping-contradiction",
        [("ex:6", "broad", "eqf:6", "0.5"), ("eqf:6", "broad", "ex:6", "0.5")],
        1,
    ),
    (
        "order",
        "mapping-levels-crossed",
        [("ex:5", "close", "eqf:6", "0.5"), ("ex:6", "close", "eqf:5", "0.5")],
        1,
    ),
    (
        "order",
        "mapping-levels-crossed",
        [
            ("ex:5", "narrow", "eqf:4", "0.5"),
            ("ex:5", "narrow", "eqf:7", "0.5"),
            ("ex:6", "close", "eqf:6", "0.5"),
        ],
        2,
    ),
    ("exact", "exact-match-without-source", [("ex:6", "exact", "eqf:6", "1")], 0),
]


def graph_with(folder: Path) -> Graph:
    (folder / "ontology" / "nqf.ttl").write_text(RETIRED, "utf-8")
    return Graph(Catalogue.of([str(folder)]))


def rows(graph: Graph, check: str) -> list[object]:
    return list(graph.store.query((CHECKS / f"{check}.rq").read_text("utf-8")))


@pytest.mark.parametrize(("key", "check", "mappings", "row"), WRONG)
def test_a_mistake_is_found(
    folder: Callable[[Rows], Path],
    first_line: int,
    key: str,
    check: str,
    mappings: Rows,
    row: int,
) -> None:
    graph = graph_with(folder(mappings))
    found = problems(graph)
    line = first_line + row
    assert [(p.key, p.place.line) for p in found] == [(key, line)]
    for lang in ("kk", "ru", "en"):
        assert found[0].message(lang).startswith(f"{found[0].place.path}:{line}: ")
    assert rows(graph, check)


def test_right_tables_are_not_blamed(folder: Callable[[Rows], Path]) -> None:
    right: Rows = [
        ("ex:5", "narrow", "eqf:4", "0.5"),
        ("ex:5", "narrow", "eqf:5", "0.5"),
        ("ex:6", "close", "eqf:5", "0.5"),
        ("ex:6", "related", "eqf:6", "0.5"),
    ]
    graph = graph_with(folder(right))
    assert problems(graph) == []
    for _, check, _, _ in WRONG:
        assert rows(graph, check) == [], check


def test_an_exact_match_with_an_official_source_is_right(folder: Callable[[Rows], Path]) -> None:
    row = ("ex:6", "exact", "eqf:6", "1", "https://example.org/report", "evidence:seen")
    graph = graph_with(folder([row]))
    assert problems(graph) == []
    assert rows(graph, "exact-match-without-source") == []


def test_an_evidence_status_that_does_not_exist_is_found(folder: Callable[[Rows], Path]) -> None:
    row = ("ex:6", "close", "eqf:6", "0.5", "", "evidence:surely")
    assert [p.key for p in problems(graph_with(folder([row])))] == ["confirmation"]


def test_our_graph_passes_every_check_of_frameworks_and_mappings(ours: Graph) -> None:
    names = [p.stem for p in CHECKS.glob("*.rq") if p.stem.startswith(("mapping-", "exact-"))]
    for check in [*names, "framework-without-evidence", "unconfirmed-code-in-use"]:
        assert rows(ours, check) == [], check
    assert len(names) == 5


def test_a_code_that_nobody_confirmed_may_not_be_used(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    statement = '<urn:x> <http://www.w3.org/2004/02/skos/core#notation> "6B03201" .\n'
    (tmp_path / "ontology" / "used.ttl").write_text(statement, "utf-8")
    assert len(rows(Graph(Catalogue.of([str(tmp_path)])), "unconfirmed-code-in-use")) == 1


def test_a_framework_must_say_how_far_it_is_confirmed(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    statement = "<urn:x> a <http://www.w3.org/2004/02/skos/core#ConceptScheme> .\n"
    (tmp_path / "ontology" / "scheme.ttl").write_text(statement, "utf-8")
    assert len(rows(Graph(Catalogue.of([str(tmp_path)])), "framework-without-evidence")) == 1
