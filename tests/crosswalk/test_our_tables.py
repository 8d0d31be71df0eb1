"""Our own tables: valid SSSOM, honest about their strength, and right when read together."""

import logging
from pathlib import Path

import pytest

from libonto.crosswalk.checks import problems
from libonto.graph.mappings import EVIDENCE, SKOS
from libonto.graph.store import Graph

ROOT = Path(__file__).resolve().parents[2]
TABLES = sorted((ROOT / "ontology" / "mappings").glob("*.sssom.tsv"))
HIGH = 0.8
"""A confidence from which only what was seen in a source may have."""


def test_there_are_tables() -> None:
    names = {path.name.partition(".")[0] for path in TABLES}
    assert {"duties", "education", "fields", "knowledge", "levels", "occupations"} <= names


@pytest.mark.extra("sssom")
@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_sssoms_own_package_finds_nothing_wrong(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    with caplog.at_level(logging.ERROR):
        table = parse_sssom_table(path)
        validate(table, fail_on_error=True)
    assert not caplog.records
    rows = path.read_text("utf-8").count("\n") - path.read_text("utf-8").count("\n#") - 2
    assert len(table.df) == rows


@pytest.mark.extra("sssom")
def test_the_package_would_find_something_wrong(tmp_path: Path) -> None:
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    text = (
        (ROOT / "ontology" / "mappings" / "duties.sssom.tsv")
        .read_text("utf-8")
        .replace("semapv:ManualMappingCuration", "guess")
    )
    path = tmp_path / "bad.sssom.tsv"
    path.write_text(text, "utf-8")
    with pytest.raises(Exception, match="36 validation errors"):  # two for each of 18 rows
        validate(parse_sssom_table(path), fail_on_error=True)


def test_nothing_is_called_exactly_the_same_without_an_official_source(ours: Graph) -> None:
    exact = [
        mapping
        for table in ours.tables
        for mapping in table.mappings
        if mapping.predicate == SKOS + "exactMatch"
    ]
    assert exact == []


def test_only_what_was_seen_has_a_high_confidence(ours: Graph) -> None:
    rows = [mapping for table in ours.tables for mapping in table.mappings]
    assert [m for m in rows if m.confidence >= HIGH and m.confirmation != EVIDENCE + "seen"] == []
    assert all(m.see_also or m.comment for m in rows), "every row says where it comes from"
    assert all(m.author and m.date for m in rows)


def test_a_category_is_mapped_to_no_level(ours: Graph) -> None:
    ends = {e for t in ours.tables for m in t.mappings for e in (m.subject, m.object)}
    assert not [end for end in ends if "/id/category/" in end]


def test_they_are_right_when_read_together(ours: Graph) -> None:
    assert problems(ours) == []
