"""The graph, and small data folders written by the tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph

HEADER = """\
#mapping_set_id: https://example.org/mappings/test
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  education: https://w3id.org/libonto/id/education/
#  eqf: http://data.europa.eu/snb/eqf/
#  evidence: https://w3id.org/libonto/id/evidence/
#  ex: https://example.org/nqf/
"""
COLUMNS = ("subject_id", "predicate_id", "object_id", "confidence", "mapping_justification")
COLUMNS_TOO = ("see_also", "ext_confirmation")
MANUAL = "semapv:ManualMappingCuration"
FIRST_LINE = HEADER.count("\n") + 2
"""Of the rows."""

Rows = list[tuple[str, ...]]


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # no label is broken over two lines


@pytest.fixture(scope="session")
def ours() -> Graph:
    return Graph(Catalogue.of())


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Rows], Path]:
    """Writes rows (subject, predicate, object, confidence, …) as a table into a data folder."""

    def write(rows: Rows) -> Path:
        path = tmp_path / "ontology" / "mappings" / "test.sssom.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ["\t".join([*COLUMNS, *COLUMNS_TOO])]
        for subject, predicate, target, confidence, *rest in rows:
            cells = [subject, f"skos:{predicate}Match", target, confidence, MANUAL, *rest]
            lines.append("\t".join(cells + [""] * (7 - len(cells))))
        path.write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
        return tmp_path

    return write


@pytest.fixture
def first_line() -> int:
    return FIRST_LINE
