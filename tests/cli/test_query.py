"""`libonto query`, as people call it."""

import csv
import io
import json
import sys
from pathlib import Path

import pytest

from libonto.cli.frame import run
from libonto.locales import sentence

Capture = pytest.CaptureFixture[str]


def test_without_a_name_the_saved_queries_are_listed(capsys: Capture) -> None:
    for lang, word in (("kk", "Санаттың"), ("ru", "категории"), ("en", "level")):
        assert run(["query", "--lang", lang]) == 0
        out = capsys.readouterr().out
        assert "level-requirements" in out and word in out
    assert run(["query", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {"name", "summary", "subject", "parameters"} == set(listed[0])


def test_the_language_is_also_the_query_s(capsys: Capture) -> None:
    said = {}
    for lang in ("kk", "ru"):
        assert run(["query", "level-requirements", "--lang", lang, "--format", "csv"]) == 0
        said[lang] = capsys.readouterr().out
    assert said["kk"] != said["ru"] and "Конституци" in said["ru"]
    args = ["query", "level-requirements", "--lang", "kk", "--param", "lang=ru", "--format", "csv"]
    assert run(args) == 0
    assert capsys.readouterr().out == said["ru"]


def test_parameters_choose(capsys: Capture) -> None:
    rows = {}
    for level in ("higher-none", "higher-highest"):
        assert (
            run(["query", "level-requirements", "--param", f"level={level}", "--format=csv"]) == 0
        )
        rows[level] = len(list(csv.reader(io.StringIO(capsys.readouterr().out))))
    assert rows["higher-none"] < rows["higher-highest"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["nosuch"], "no saved query"),
        (["level-requirement"], "level-requirements"),
        (["level-requirements", "--param", "levl=x"], "“level”"),
        (["level-requirements", "--param", "level=higher-frst"], "librarian/higher-first"),
        (["level-requirements", "--param", "level"], "NAME=VALUE"),
        (["level-requirements", "--param", "=x"], "NAME=VALUE"),
        (["level-requirements", "--param", "lang=kk", "--param", "lang=ru"], "two different"),
        (["level-requirements", "--format", "turtle"], "table, csv, tsv, json, xml"),
        (["level-graph", "--format", "csv"], "turtle"),
        (["acts-no-longer-in-force"], "--param date="),
        (["acts-no-longer-in-force", "--param", "date=tomorrow"], "tomorrow"),
        (["--param", "x=y"], "name the query"),
        (["./nothing.rq"], "nothing.rq"),
        (["clauses", "--data", "/nowhere"], "/nowhere"),
        (["--format", "csv"], "table, json"),
    ],
)
def test_a_wrong_command_is_one_clear_message(capsys: Capture, args: list[str], said: str) -> None:
    assert run(["query", *args, "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and said in err and "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_an_own_file_is_asked(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text(
        "#+ param: level: category\nPREFIX lo: <https://w3id.org/libonto/ns#>\n"
        "ASK { ?level a lo:CategoryLevel }"
    )
    assert run(["query", str(path), "--param", "level=higher-first", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["boolean"] is True
    assert run(["query", str(path), "--param", "level=higher-first", "--lang", "kk"]) == 0
    assert capsys.readouterr().out == "иә\n"


def test_a_query_is_read_from_standard_input(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("SELECT (1 AS ?one) {}"))
    assert run(["query", "-", "--format", "csv"]) == 0
    assert capsys.readouterr().out.split() == ["one", "1"]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "DROP ALL",
        "SELECT * { FILTER(?a<?b#>\n) }",
        "ASK " + "{" * 5000 + "}" * 5000,
        "ASK { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
        "SELECT",
        "",
        "\x00",
    ],
    ids=["service", "from", "update", "ambiguous", "braces", "brackets", "half", "empty", "nul"],
)
def test_hostile_files_are_refused(capsys: Capture, tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.rq"
    path.write_text(text)
    assert run(["query", str(path), "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and str(path) in err and "Traceback" not in err


@pytest.mark.every_case
@pytest.mark.parametrize(
    "args",
    [
        ["query", "{0}/mine.rq"],
        ["position", "review", "{0}"],
        ["show", "E02", "--data", "{0}"],
    ],
    ids=["query", "review", "data"],
)
def test_why_a_file_cannot_be_read_is_said_in_the_reader_s_language(
    capsys: Capture, tmp_path: Path, args: list[str]
) -> None:
    (tmp_path / "ontology" / "mine.ttl").mkdir(parents=True)
    assert run([*(arg.format(tmp_path) for arg in args), "--lang", "kk"]) == 2
    said = capsys.readouterr().err
    assert str(tmp_path) in said
    reasons = ("os-missing", "os-folder")
    assert any(sentence(f"errors.{reason}", "kk") in said for reason in reasons)


def test_a_result_is_written_whole_to_a_file(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert run(["query", "clauses", "--format", "csv", "-o", str(path)]) == 0
    assert capsys.readouterr().out == ""
    assert len(list(csv.reader(path.open()))) > 50
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


def test_an_added_folder_s_queries_are_there(capsys: Capture, tmp_path: Path) -> None:
    room = tmp_path / "queries" / "questions"
    room.mkdir(parents=True)
    (room / "mine.rq").write_text("#+ summary@en: My own\nSELECT (2 AS ?two) {}")
    assert run(["query", "mine", "--data", str(tmp_path), "--format", "csv"]) == 0
    assert capsys.readouterr().out.split() == ["two", "2"]
