"""The same files have the same blank nodes whenever they are loaded: a tag stands for its bytes."""

import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Store

from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.graph.stores import Embedded

PRINTED = """
from pyoxigraph import QueryResultsFormat
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
store = Graph(Catalogue.of(), stable={stable}).store
found = store.query("SELECT * {{ ?s ?p ?o FILTER(isBlank(?s)) }}")
print(found.serialize(format=QueryResultsFormat.CSV).decode())
"""


def printed(stable: bool) -> str:
    code = PRINTED.format(stable=stable)
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.processes
def test_two_processes_answer_with_the_same_bytes() -> None:
    first = printed(True)
    assert first == printed(True)
    assert len(first.splitlines()) > 100
    assert printed(False) != printed(False)  # without it they are others each time


def test_nothing_else_changes() -> None:
    plain, stable = (Graph(Catalogue.of(), stable=s).store for s in (False, True))
    assert len(plain) == len(stable)

    def without_blank_nodes(store: Store) -> set[str]:
        return {
            str(quad)
            for quad in store
            if not isinstance(quad.subject, BlankNode) and not isinstance(quad.object, BlankNode)
        }

    assert without_blank_nodes(plain) == without_blank_nodes(stable)


def test_files_with_blank_nodes_beside_ours_have_a_tag_for_each_load(tmp_path: Path) -> None:
    graph = Graph(Catalogue.of(), stable=True)
    (tmp_path / "plain.ttl").write_text("<x:s> <x:p> <x:o> .", encoding="utf-8")
    (tmp_path / "blank.ttl").write_text("<x:s> <x:p> [ <x:q> 1 ] .", encoding="utf-8")

    def generation(name: str) -> str:
        return Embedded(graph, [str(tmp_path / name)]).holding.generation

    assert generation("plain.ttl") == generation("plain.ttl")
    assert generation("blank.ttl") != generation("blank.ttl")
