"""`libonto crosswalk` in every form and language, and what it says of its own limits."""

import csv
import io
import json
from pathlib import Path

import pytest
import rdflib

from libonto.cli.frame import run
from libonto.crosswalk.answer import correspondences, rendered
from libonto.graph.formats import CROSSWALK_TYPES
from libonto.graph.mappings import read_table
from libonto.graph.store import Graph
from libonto.locales import LANGUAGES, sentences


def said(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    assert run(["crosswalk", *args]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("kk", ("Жоғары білім", "жақын", "ресми түрде салыстырылмаған", "Ескеріңіз")),
        ("ru", ("Высшее образование", "близко", "официально не соотнесена", "Учтите")),
        ("en", ("Higher education", "close", "not officially referenced", "Beware")),
    ],
)
def test_the_table_is_in_the_language_asked_for(
    capsys: pytest.CaptureFixture[str], lang: str, words: tuple[str, ...]
) -> None:
    out = said(capsys, "--from", "eqf/6", "--lang", lang)
    for word in words:
        assert word in out


def test_a_category_is_answered_for_by_what_it_asks_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = said(capsys, "--from", "librarian/higher-first", "--to", "kz-nqf", "--lang", "en")
    assert "has no correspondence of its own" in out
    assert "Higher education" in out


def test_gaps_of_the_concept_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "--from", "position/librarian", "--to", "esco", "--lang", "en")
    assert "NK RK 01-2017" in out
    out = said(capsys, "--from", "education/technical-vocational", "--to", "eqf", "--lang", "en")
    assert "it may be 3 or 4" in out


def test_json_has_the_path_of_each_counterpart(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "--from", "isced-2011/6", "--to", "kz-nqf", "--format", "json")
    [found] = json.loads(out)["correspondences"]
    assert found["predicate"] == "skos:relatedMatch"
    assert found["to"]["code"] == "6"
    assert len(found["path"]) == 3, "stronger than the two links over an education level"
    assert found["strength"] == min(step["confidence"] for step in found["path"])


def test_csv_has_a_row_for_each_counterpart(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "--from", "eqf/6", "--format", "csv", "--lang", "en")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["to_framework"] for row in rows] == ["qf-ehea", "kz-nqf", "education", "isced-2011"]
    assert rows[-1]["stated"] == "false"
    assert rows[0]["strength"] == "0.9"


def test_without_a_concept_every_stated_mapping_is_listed(
    capsys: pytest.CaptureFixture[str], ours: Graph
) -> None:
    out = said(capsys, "--format", "csv")
    assert len(list(csv.DictReader(io.StringIO(out)))) == sum(len(t.mappings) for t in ours.tables)


def test_with_a_framework_only_they_are_turned_so_as_to_end_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = said(capsys, "--to", "education", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["to_framework"] for row in rows} == {"education"}
    [found] = [row for row in rows if row["from_iri"] == "http://data.europa.eu/snb/eqf/8"]
    assert found["predicate"] == "skos:broadMatch"


@pytest.mark.extra("sssom")
def test_sssom_can_be_read_again_by_us_and_by_its_own_package(tmp_path: Path, ours: Graph) -> None:
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    path = tmp_path / "out.sssom.tsv"
    args = ["--from", "isced-2011/7", "--format", "sssom", "-o", str(path)]
    assert run(["crosswalk", *args]) == 0
    table = read_table(path)
    answer = correspondences(ours, start="isced-2011/7")
    assert [m.object for m in table.mappings] == [c.end for c in answer.counterparts]
    assert [m.confidence for m in table.mappings] == [c.strength for c in answer.counterparts]
    derived = [m for m in table.mappings if m.justification.endswith("MappingChaining")]
    assert [m.object for m in derived] == [c.end for c in answer.counterparts if not c.is_stated]
    validate(parse_sssom_table(path), fail_on_error=True)


def test_turtle_states_each_correspondence_with_its_strength(ours: Graph) -> None:
    text = rendered(correspondences(ours, start="eqf/6"), "turtle", "kk")
    graph = rdflib.Graph().parse(data=text, format="turtle")
    axioms = set(graph.subjects(rdflib.RDF.type, rdflib.OWL.Axiom))
    assert len(axioms) == 4
    confidence = rdflib.URIRef("https://w3id.org/sssom/confidence")
    assert all(graph.value(axiom, confidence) is not None for axiom in axioms)


@pytest.mark.parametrize("form", CROSSWALK_TYPES.values())
def test_every_form_can_be_made_of_an_answer_without_a_row(ours: Graph, form: str) -> None:
    answer = correspondences(ours, start="eqf/1", to="esco")
    assert answer.counterparts == ()
    assert rendered(answer, form, "en").strip()


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (("--from", "eqf/99"), 2),
        (("--to", "nowhere"), 2),
        (("--from", "eqf/6\x1b[2J"), 2),
        (("--from", "a" * 5000), 2),
        (("--from", "http://["), 2),
        (("--from", ""), 2),
        (("--check",), 0),
    ],
)
def test_a_name_that_means_nothing_is_one_clear_message(
    args: tuple[str, ...], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["crosswalk", *args, "--lang", "en"]) == status
    captured = capsys.readouterr()
    assert "\x1b" not in captured.err
    assert "Traceback" not in captured.err
    assert bool(captured.err) == (status == 2)


def test_the_sentences_are_there_in_all_three_languages() -> None:
    kk, ru, en = (sentences(lang, "crosswalk") for lang in LANGUAGES)
    assert kk.keys() == ru.keys() == en.keys()
