"""`libonto ontology diff`: two versions, and whose verdict changes and why."""

import json
import shutil
from pathlib import Path

import pytest

from libonto.cli.frame import run
from libonto.graph.catalogue import own_folder

Capture = pytest.CaptureFixture[str]
ON = ["--on", "2026-11-22"]
ROOT = Path(__file__).resolve().parents[2]
PROFILES = ROOT / "tests" / "positions" / "librarian" / "met"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A copy of our data in which three years have become six, in text, rules and shapes."""
    folder = tmp_path / "other"
    for room in ("ontology", "shapes"):
        shutil.copytree(own_folder() / room, folder / room)
    for name, old, new in (
        ("ontology/positions/librarian.ttl", "lo:minimumYears 3 ", "lo:minimumYears 6 "),
        ("shapes/positions/librarian.ttl", "sh:minInclusive 3 ", "sh:minInclusive 6 "),
        ("shapes/positions/librarian.ttl", "at least 3 completed", "at least 6 completed"),
    ):
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
    return folder


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    """Two profiles: one that three years made eligible, one without service."""
    folder = tmp_path / "profiles"
    folder.mkdir()
    for name in ("higher-second--overlap-that-is-enough", "higher-none--acts-by-their-own-iris"):
        shutil.copy(PROFILES / f"{name}.ttl", folder)
    (folder / "notes.md").write_text("no profile")
    return folder


def test_a_version_does_not_differ_from_itself(capsys: Capture) -> None:
    same = ["ontology", "diff", str(own_folder()), str(own_folder()), "--profiles", ""]
    assert run([*same, "--lang", "en"]) == 0
    assert "state the same" in capsys.readouterr().out


def test_what_changed_is_told_by_term_with_labels(capsys: Capture, other: Path) -> None:
    said = {}
    for lang in ("kk", "ru", "en"):
        assert run(["ontology", "diff", str(own_folder()), str(other), "--lang", lang]) == 1
        said[lang] = capsys.readouterr().out
    assert "Стаж библиотекаря школы: не менее 3 лет" in said["ru"]
    assert "requirement/librarian/experience-3-years" in said["kk"]
    assert "- 3\n" in said["en"] and "+ 6\n" in said["en"]


def test_whose_verdict_changes_and_why(capsys: Capture, other: Path, profiles: Path) -> None:
    args = ["ontology", "diff", str(own_folder()), str(other), "--profiles", str(profiles), *ON]
    assert run([*args, "--format", "json", "--lang", "en"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["candidates"] == 2
    (verdict,) = found["verdicts"]
    assert verdict["source"].endswith("higher-second--overlap-that-is-enough.ttl")
    assert {(c["old"], c["new"]) for c in verdict["categories"]} == {("met", "not-met")}
    (requirement,) = verdict["requirements"]
    assert "at least 3" in requirement["expectedOld"] and "at least 6" in requirement["expectedNew"]
    assert run([*args, "--lang", "ru"]) == 1
    out = " ".join(capsys.readouterr().out.split())  # however wide the terminal is
    assert "соответствует → не соответствует" in out and "X01" in out


def test_a_profile_that_one_version_cannot_read_is_told(
    capsys: Capture, other: Path, profiles: Path
) -> None:
    core = other / "ontology" / "core.ttl"
    text = core.read_text("utf-8")
    core.write_text(text.replace("education:higher", "education:highest-of-all"), "utf-8")
    shapes = other / "shapes" / "positions" / "librarian.ttl"
    text = shapes.read_text("utf-8")
    shapes.write_text(text.replace("education:higher", "education:highest-of-all"), "utf-8")
    args = ["ontology", "diff", str(own_folder()), str(other), "--profiles", str(profiles), *ON]
    assert run([*args, "--lang", "en"]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "Only the new version cannot read it" in out and "highest-of-all" in out


def test_turtle_files_can_be_compared(capsys: Capture, tmp_path: Path) -> None:
    for name, years in (("a", 3), ("b", 4)):
        (tmp_path / f"{name}.ttl").write_text(f"<http://x/a> <http://x/years> {years} .")
    args = ["ontology", "diff", str(tmp_path / "a.ttl"), str(tmp_path / "b.ttl")]
    assert run([*args, "--format", "json"]) == 1
    (term,) = json.loads(capsys.readouterr().out)["terms"]
    assert (term["term"], term["status"]) == ("http://x/a", "changed")
    assert [(s["old"], s["new"]) for s in term["statements"]] == [("3", "4")]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["nothing.ttl", "nothing.ttl"], "nothing.ttl"),
        (["/", "/"], "ontology/"),
        (["bad.ttl", "bad.ttl"], "bad.ttl"),
        (["good.ttl", "good.ttl", "--profiles", "."], "good.ttl"),
        ([str(own_folder()), str(own_folder()), "--profiles", "nowhere"], "nowhere"),
        ([str(own_folder()), str(own_folder()), "--profiles", "empty"], "no candidate"),
        ([str(own_folder()), str(own_folder()), "--profiles", "empty", "--on", "x"], "x"),
    ],
)
def test_a_wrong_command_is_one_clear_message(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.ttl").write_text("a b")
    (tmp_path / "good.ttl").write_text("<http://x/a> <http://x/b> 1 .")
    (tmp_path / "empty").mkdir()
    assert run(["ontology", "diff", *args, "--lang", "en"]) in {2, 3}
    out, err = capsys.readouterr()
    assert out == "" and said in err and "Traceback" not in err
    assert len(err.strip().splitlines()) == 1
