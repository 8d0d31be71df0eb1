"""The exit statuses of `libonto assess`: 2 before 3, 3 before 1 (contract, “Command line”)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
Write = Callable[..., Path]
Profile = dict[str, Any]

ON = ("--on", "2026-11-22")
NS = "https://w3id.org/libonto/ns#"
ORDER = [
    *("higher-none", "higher-second", "higher-first", "higher-highest"),
    *("middle-none", "middle-second", "middle-first", "middle-highest"),
]
MET = {"higher-none", "higher-second"}
"""What the sample librarian meets on 2026-11-22."""


@pytest.fixture
def sample(aigul: Profile, write: Write) -> Path:
    return write("sample.json", aigul)


def turtle(profile: Profile) -> str:
    return f"<{profile['id']}> a <{NS}Candidate> ."


# Exit status 0 and 1


@pytest.mark.parametrize("category", ORDER)
@pytest.mark.parametrize(
    "written", ["{}", "librarian/{}", "https://w3id.org/libonto/id/category/librarian/{}"]
)
def test_the_category_asked_for_decides(
    category: str, written: str, sample: Path, cli: Cli
) -> None:
    done = cli("assess", sample, *ON, "--category", written.format(category))
    assert (done.status, done.err) == (0 if category in MET else 1, "")


@pytest.mark.parametrize("category", ORDER)
def test_else_the_category_applied_for_decides(
    category: str, aigul: Profile, write: Write, cli: Cli
) -> None:
    path = write("a.json", aigul | {"appliesFor": f"librarian/{category}"})
    assert cli("assess", path, *ON).status == (0 if category in MET else 1)


def test_the_category_asked_for_goes_before_the_one_applied_for(
    aigul: Profile, write: Write, cli: Cli
) -> None:
    path = write("a.json", aigul | {"appliesFor": "librarian/higher-first"})
    assert cli("assess", path, *ON).status == 1
    assert cli("assess", path, *ON, "--category", "higher-second").status == 0


def test_else_at_least_one_category_must_be_met(aigul: Profile, write: Write, cli: Cli) -> None:
    open_ = {key: value for key, value in aigul.items() if key != "appliesFor"}
    assert cli("assess", write("a.json", open_), *ON).status == 0
    without = {key: value for key, value in open_.items() if key != "knowledge"}
    assert cli("assess", write("b.json", without), *ON).status == 1


def test_every_candidate_must_meet_it(aigul: Profile, write: Write, cli: Cli) -> None:
    good, bad = write("good.json", aigul), write("bad.json", {"id": "urn:x:2"})
    other = write("other.json", aigul | {"id": "urn:x:3"})
    assert cli("assess", good, other, *ON).status == 0
    assert cli("assess", good, bad, *ON).status == 1
    assert cli("assess", bad, good, *ON).status == 1
    both = write("both.json", [aigul, {"id": "urn:x:2"}])
    assert cli("assess", both, *ON).status == 1


# Exit status 2 and 3


def test_nothing_to_assess(write: Write, cli: Cli) -> None:
    for name, text in [("a.ttl", ""), ("b.json", "[]"), ("c.ttl", "<urn:a> a <urn:b> .")]:
        path = write(name, text)
        done = cli("assess", path, *ON)
        assert (done.status, done.out) == (3, "")
        assert done.err.startswith(f"{path}: ")


def test_3_goes_before_1_and_0(aigul: Profile, write: Write, cli: Cli) -> None:
    empty, good = write("empty.ttl", ""), write("good.json", aigul)
    bad = write("bad.json", {"id": "urn:x:2"})
    for files in ((good, empty), (empty, good), (bad, empty)):
        done = cli("assess", *files, *ON)
        assert (done.status, done.out) == (3, "")


WRONG: dict[str, tuple[list[str], str]] = {
    "unknown category": (
        ["--category", "higher-frist"],
        "Unknown category “higher-frist”. Did you mean “higher-first”?",
    ),
    "category of nothing": (["--category", ""], "Unknown category “”. Known: higher-none"),
    "unknown position": (["--position", "teacher"], "Unknown position “teacher”. Known: librarian"),
    "misspelt position": (
        ["--position", "libraryan"],
        "Unknown position “libraryan”. Did you mean “librarian”? Known: librarian",
    ),
    "undescribed position": (
        ["--position", "school-librarian"],
        "libonto has no requirements for the position “school-librarian”.",
    ),
    "unknown reading": (
        ["--reading", "colege-service=counted"],
        "Unknown reading “colege-service”. Did you mean “college-service”?",
    ),
    "unknown option": (
        ["--reading", "college-service=yes"],
        "The reading “college-service” has no option “yes”. Its options: not-counted, counted.",
    ),
    "reading without an option": (
        ["--reading", "college-service"],
        "“college-service” is no choice of a reading. Write NAME=OPTION",
    ),
    "contradictory readings": (
        ["--reading", "college-service=counted", "--reading", "college-service=not-counted"],
        "The reading “college-service” is given two different options. Keep one.",
    ),
    **{
        f"day {day!r}": (["--on", day], f"“{day}” is no date.")
        for day in ("2026", "22.11.2026", "2026-02-30", "2026-W01-1", "20261122", "today", "")
    },
    "unknown language": (
        ["--lang", "de"],
        "Error: The value of '--lang' does not fit. “de” is none",
    ),
    "unknown format": (
        ["--format", "pdf"],
        "“pdf” is none of these: 'text', 'json', 'turtle', 'html'",
    ),
    "unknown input format": (
        ["--input-format", "yaml"],
        "Unknown format “yaml”. Known formats: turtle",
    ),
    "unknown option of the command": (
        ["--categry", "a"],
        "There is no option “--categry”. Did you mean '--category'?",
    ),
    "an option without its value": (["--on"], "The option “--on” needs a value."),
    "a data folder that is none": (["--data", "/nowhere"], "/nowhere is no data folder"),
    "output in no folder": (
        ["-o", "/nowhere/a.txt"],
        "/nowhere/a.txt cannot be written: there is no",
    ),
    "output that is a folder": (["-o", "/tmp"], "/tmp cannot be written: it is a folder."),
}


@pytest.mark.parametrize("case", WRONG)
def test_2_goes_before_everything(case: str, sample: Path, write: Write, cli: Cli) -> None:
    args, said = WRONG[case]
    empty = write("empty.ttl", "")
    for files in ((sample,), (empty,), (sample, empty)):
        done = cli("assess", *files, *args)
        assert (done.status, done.out) == (2, "")
        assert said in done.err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.ttl", "<urn:a> <urn:b>", "line 1, column 16: Syntax error: "),
        ("a.json", '{"id": "urn:me", "name": {}}', "candidate urn:me, name: A text is expected"),
        ("a.xml", "<!DOCTYPE a><a/>", "line 1, column 1: A document type declaration (DOCTYPE)"),
        ("a.json", b"\xff", "line 1, column 1: The text is not UTF-8."),
    ],
)
def test_2_goes_before_3_and_1(
    name: str, content: Any, said: str, sample: Path, write: Write, cli: Cli
) -> None:
    wrong, empty = write(name, content), write("empty.ttl", "")
    for files in ((wrong,), (wrong, sample), (sample, wrong), (empty, wrong), (wrong, empty)):
        done = cli("assess", *files, *ON)
        assert (done.status, done.out) == (2, "")
        assert f"{wrong}: {said}" in done.err


def test_the_files_that_cannot_be_read(tmp_path: Path, sample: Path, cli: Cli) -> None:
    for path, why in [
        (tmp_path / "nothing.ttl", "there is no such file or folder"),
        (tmp_path, "it is a folder"),
        (sample / "inside.ttl", "there is no such file or folder"),
        (tmp_path / ("x" * 300), "the name is too long"),
        ("a\0b", "embedded null byte"),
    ]:
        done = cli("assess", sample, path)
        assert (done.status, done.out) == (2, "")
        assert why in done.err


def test_one_bad_candidate_among_good_ones_and_nothing_is_printed(
    aigul: Profile, write: Write, tmp_path: Path, cli: Cli
) -> None:
    bad = {"id": "urn:x:2", "employments": [{"position": "librarian", "start": "2020-01-01"}]}
    path, out = write("both.json", [aigul, bad]), tmp_path / "out"
    for more in ([], ["--format", "json"], ["-o", out]):
        done = cli("assess", path, *ON, *more)
        assert (done.status, done.out) == (2, "")
        assert "In which kind of library was the work?" in done.err
        assert "urn:x:2, employment 1, position" in done.err
    assert not out.exists()


def test_an_applicant_for_another_position(
    aigul: Profile, write: Write, cli: Cli, tmp_path: Path
) -> None:
    done = cli("assess", write("a.json", aigul), "--position", "librarian", *ON)
    assert done.status == 0
    done = cli("assess", write("a.json", aigul), "--category", "guide/one", *ON)
    assert (done.status, done.out) == (2, "")


def test_a_file_s_name_cannot_make_a_second_message(write: Write, cli: Cli) -> None:
    path = write("a\nall is well\x1b[2J.json", "{")
    done = cli("assess", path)
    assert done.status == 2
    assert done.err.count("\n") == 1
    assert "\x1b" not in done.err
