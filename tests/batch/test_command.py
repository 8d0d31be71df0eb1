"""`libonto batch` as people call it: what it says, and how it ends."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from benchmarks.generator import HEADINGS, Person, people, person, row, triples

from libonto.cli.frame import run
from libonto.errors import JudgeError
from libonto.locales import LANGUAGES, sentence

HEAD = ",".join(HEADINGS) + "\n"
GOOD = HEAD + "".join(row(one) for one in people(20))


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def batch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Runs the command in this process, in a folder of its own."""
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)

    def call(*args: object, **files: str) -> Done:
        for name, text in files.items():
            (tmp_path / name.replace("_", ".")).write_text(text, "utf-8")
        capsys.readouterr()
        status = run(["batch", *map(str, args), "--on", "2026-11-22", "--jobs", "1"])
        return Done(status, *capsys.readouterr())

    return call


def met(number: int) -> Person:
    """Somebody who meets the category that they apply for."""
    one = person(number)
    one.applies_for = "librarian/higher-none"
    one.credentials = [("higher", "library-science", None)]
    one.knowledge = person(1).knowledge
    return one


def test_zero_where_everybody_meets_the_category(batch: Any) -> None:
    done = batch("a.csv", "-o", "out.csv", a_csv=HEAD + row(met(1)) + row(met(2)))
    assert done.status == 0, done.err
    assert done.out == ""
    assert "Candidates judged: 2; of them 2 meet" in done.err


def test_one_where_somebody_does_not(batch: Any) -> None:
    assert batch("a.csv", "-o", "out.csv", a_csv=GOOD).status == 1


def test_two_where_something_is_wrong_and_the_others_are_judged(batch: Any, tmp_path: Path) -> None:
    text = HEAD + row(met(1)) + row(met(2)).replace("librarian/", "library/")
    done = batch("a.csv", "-o", "out.csv", a_csv=text)
    assert done.status == 2
    assert (tmp_path / "out.csv").read_text("utf-8").count("\n") == 9
    assert "library/higher-none" in (tmp_path / "out.csv.errors.csv").read_text("utf-8")
    assert "mistakes listed: 1" in done.err


@pytest.mark.parametrize("text", ["", HEAD, "\n\n"])
def test_three_where_there_is_nobody(batch: Any, tmp_path: Path, text: str) -> None:
    done = batch("a.csv", "-o", "out.csv", a_csv=text)
    assert done.status == 3, done.err
    assert not (tmp_path / "out.csv.partial").exists()


def test_three_where_one_of_the_files_is_empty(batch: Any) -> None:
    done = batch("a.csv", "b.csv", "-o", "out.csv", a_csv=HEAD + row(met(1)), b_csv=HEAD)
    assert done.status == 3
    assert "b.csv: nobody to judge." in done.err


def test_the_category_asked_for_decides(batch: Any) -> None:
    text = HEAD + row(met(1))
    assert batch("a.csv", "-o", "o.csv", "--category", "higher-none", a_csv=text).status == 0
    assert batch("a.csv", "-o", "o.csv", "--category", "middle-highest", a_csv=text).status == 1


WRONG = {
    "no output": ["a.csv"],
    "an output whose form nobody can tell": ["a.csv", "-o", "out.docx"],
    "a category that is not known": ["a.csv", "-o", "o.csv", "--category", "top"],
    "a position that is not known": ["a.csv", "-o", "o.csv", "--position", "cook"],
    "a reading that is not known": ["a.csv", "-o", "o.csv", "--reading", "x=y"],
    "an input that is not there": ["nowhere.csv", "-o", "o.csv"],
    "an output in no folder": ["a.csv", "-o", "nowhere/o.csv"],
    "an output that is a folder": ["a.csv", "-o", "."],
    "an encoding that is not known": ["a.csv", "-o", "o.csv", "--encoding", "ebcdic"],
    "a format that is not known": ["a.csv", "-o", "o.csv", "--input-format", "docx"],
    "nothing to resume": ["a.csv", "-o", "o.csv", "--resume"],
    "no input": ["-o", "o.csv"],
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_command_is_said_in_one_message(batch: Any, name: str, tmp_path: Path) -> None:
    done = batch(*WRONG[name], a_csv=GOOD)
    assert done.status == 2
    assert done.err.strip()
    assert "Traceback" not in done.err
    assert not [*tmp_path.glob("o.csv*")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_summary_speaks_three_languages(batch: Any, lang: str) -> None:
    done = batch("a.csv", "-o", "out.csv", "--lang", lang, a_csv=GOOD)
    for key in ("gaps", "soon", "next"):
        assert sentence(f"batch.{key}", lang).strip() in done.err
    assert sentence("status.not-shown", lang) in done.err


def test_standard_input_is_read(
    batch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch("a.csv", "-o", "expected.csv", a_csv=GOOD)
    for text in (GOOD, "".join(triples(one) for one in people(20))):
        stdin = io.TextIOWrapper(io.BytesIO(text.encode()))
        monkeypatch.setattr("sys.stdin", stdin)
        assert batch("-", "-o", "out.csv").status == 1
        assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "expected.csv").read_bytes()


def test_a_reading_is_used(batch: Any, tmp_path: Path) -> None:
    one = met(1)
    one.applies_for = "librarian/higher-highest"
    one.employments = [("college-librarian", day, None) for _, day, _ in one.employments[:1]]
    args = ["a.csv", "-o", "out.csv"]
    assert batch(*args, a_csv=HEAD + row(one)).status == 1
    text = (tmp_path / "out.csv").read_text("utf-8")
    assert "college-service" in text
    assert batch(*args, "--reading", "college-service=counted").status == 0
    rows = csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines())
    assert {row["readings"] for row in rows} == {"college-service=counted"}


def test_a_position_of_which_no_line_of_python_knows(batch: Any, tmp_path: Path) -> None:
    """Its own shapes are compiled, and its candidates stand among the others."""
    toy = Path(__file__).resolve().parents[1] / "fixtures" / "toy"
    guide = {
        "credentials": [{"level": "higher", "field": "history"}],
        "employments": [{"position": "museum-guide", "start": "2019-01-01"}],
        "knowledge": ["museum-history"],
        "appliesFor": "museum-guide/guide-certified",
    }
    lines = [
        {**guide, "id": "urn:example:guide"},
        {**guide, "id": "urn:example:volunteer", "employments": [
            {"position": "volunteer-guide", "start": "2019-01-01"}]},
    ]  # fmt: skip
    text = "".join(json.dumps(line) + "\n" for line in lines)
    files = {"a_csv": HEAD + row(met(1)), "b_jsonl": text}
    done = batch("a.csv", "b.jsonl", "-o", "out.csv", "--data", toy, **files)
    assert done.status == 1, done.err
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines()))
    assert [r["status"] for r in rows if r["asked"] == "true"] == ["met", "met", "not-met"]
    assert {r["position"] for r in rows} == {"librarian", "museum-guide"}
    (volunteer,) = [
        r
        for r in rows
        if r["candidate"].endswith("volunteer") and r["category"] == "guide-certified"
    ]
    assert volunteer["gaps"] == "experience-2-years"
    assert volunteer["dependsOnReadings"] == "volunteer-service"
    only = batch("a.csv", "b.jsonl", "-o", "o2.csv", "--data", toy, "--position", "museum-guide")
    assert only.status == 2
    assert "urn:example:candidate:1" in (tmp_path / "o2.csv.errors.csv").read_text("utf-8")


def test_a_difference_between_the_engines_stops_the_run(
    batch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from libonto.verdict.compiled import Compiled

    plain = Compiled.__init__

    def wrong(self: Any, *args: Any) -> None:
        plain(self, *args)
        self.members = tuple(
            m.__class__(m.iri, lambda _: True, m.heads, m.mentions)
            if m.iri.endswith("knowledge-bibliography")
            else m
            for m in self.members
        )

    one = met(1)
    one.knowledge = []
    monkeypatch.setattr(Compiled, "__init__", wrong)
    done = batch("a.csv", "-o", "out.csv", a_csv=HEAD + row(one))
    assert done.status == 2
    judged, compiled = done.err.split("By the compiled shapes:")
    assert "knowledge-bibliography" in judged
    assert "knowledge-bibliography" not in compiled
    assert not (tmp_path / "out.csv").exists()
    assert batch("a.csv", "-o", "o2.csv", "--no-audit").status == 1
    assert JudgeError


@pytest.mark.processes
def test_progress_is_plain_lines_where_there_is_no_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(GOOD, "utf-8")
    args = ["-m", "libonto", "batch", "a.csv", "-o", "o.csv", "--lang", "en", "--jobs", "2"]
    done = subprocess.run(
        [sys.executable, *args], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "\x1b" not in done.stderr
    assert "\r" not in done.stderr
    assert done.stdout == ""


@pytest.mark.processes
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="has no terminals")
def test_progress_is_a_bar_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text("".join(triples(one) for one in people(900)), "utf-8")
    ours, theirs = os.openpty()
    args = ["-m", "libonto", "batch", "a.nt", "-o", "o.csv", "--lang", "en", "--jobs", "1"]
    process = subprocess.Popen([sys.executable, *args], cwd=tmp_path, stderr=theirs)
    os.close(theirs)
    said = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:
            break
        if not data:
            break
        said += data
    assert process.wait() == 1
    text = said.decode()
    assert "█" in text
    assert "candidates a second" in text
    assert "left" in text
    assert text.rindex("Candidates judged: 900") > text.rindex("█")


@pytest.mark.processes
def test_a_table_without_headings_is_one_error_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "none.csv").write_text("a;b\n" * 5000, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "libonto", "profile", "check", "none.csv", "--lang", "en"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2 and "Traceback" not in done.stderr and "ignored" not in done.stderr


def test_an_edition_that_is_not_held_is_refused_before_anything_is_written(
    batch: Any, tmp_path: Path
) -> None:
    toy = Path(__file__).resolve().parents[1] / "fixtures" / "toy"
    options = ["--data", str(toy), "--edition", "order-338-source", "--jobs", "1"]
    done = batch("people.csv", "-o", "out.csv", *options, people_csv=GOOD)
    assert done.status == 2 and "not held" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]
