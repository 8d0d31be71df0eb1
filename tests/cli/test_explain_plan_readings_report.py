"""The commands explain, plan, readings and report, as a user calls them."""

import json
import re
from pathlib import Path

import pytest

from libonto.cli.frame import run

ROOT = Path(__file__).resolve().parents[2]
LIBRARIAN = str(ROOT / "examples" / "librarian.json")
COLLEGE = str(ROOT / "examples" / "college-librarian.json")
ON = ["--on", "2026-11-22"]
Said = pytest.CaptureFixture[str]


def out(capsys: Said, *args: str, status: int = 0) -> str:
    assert run(args) == status
    return capsys.readouterr().out


def err(capsys: Said, *args: str, status: int = 2) -> str:
    assert run(args) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.strip()


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize(
    "args",
    [
        ["explain", COLLEGE],
        ["explain", LIBRARIAN, "--category", "middle-highest"],
        ["plan", COLLEGE],
        ["plan", LIBRARIAN, "--category", "higher-highest", "--assume", "knowledge=economics"],
        ["readings"],
        ["readings", COLLEGE],
    ],
    ids=" ".join,
)
def test_each_speaks_each_language(capsys: Said, args: list[str], lang: str) -> None:
    text = out(capsys, *args, *ON, "--lang", lang)
    assert text.endswith("\n")
    assert max(map(len, text.splitlines())) <= 80
    assert not re.search(r"[{}]|None\b|\bw3id\.org", text)


def test_the_verdict_comes_first(capsys: Said) -> None:
    first = out(capsys, "explain", COLLEGE, *ON, "--lang", "en").split("\n\n")[1]
    assert first.startswith("✗ Middle level, second category: not met. Another reading")


def test_explain_without_a_category_takes_the_next_step(capsys: Said, tmp_path: Path) -> None:
    profile = json.loads(Path(LIBRARIAN).read_text())
    del profile["appliesFor"]
    path = tmp_path / "profile.json"
    path.write_text(json.dumps(profile))
    explained = json.loads(out(capsys, "explain", str(path), *ON, "--format", "json"))
    assert explained["category"]["category"] == "higher-first"


def test_explain_as_json_holds_the_tree(capsys: Said) -> None:
    args = [
        "explain",
        LIBRARIAN,
        "--category",
        "higher-first",
        *ON,
        "--format",
        "json",
        "--lang",
        "ru",
    ]
    found = json.loads(out(capsys, *args))
    assert found["category"]["status"] == "not-shown"
    assert found["category"]["inherits"]["inherits"]["category"] == "higher-none"
    (knowledge, service) = found["category"]["passages"]
    assert [r["clause"]["id"] for r in knowledge["requirements"]] == ["KS08", "KS09"]
    assert service["requirements"][0]["clause"]["id"] == "X02"
    assert {piece["clause"] for piece in knowledge["pieces"]} == {None, "KS08", "KS09"}
    assert found["robustness"]["holds"] is True
    (fundamentals,) = [
        r["robustness"] for r in knowledge["requirements"] if r["clause"]["id"] == "KS09"
    ]
    assert fundamentals["turns"] == [
        {"status": "met", "readings": {"fundamentals-are-one": "same"}}
    ]


def test_explain_as_html_is_a_page(capsys: Said, tmp_path: Path) -> None:
    path = tmp_path / "why.html"
    assert out(capsys, "explain", COLLEGE, *ON, "--format", "html", "-o", str(path)) == ""
    assert path.read_text().startswith("<!doctype html>")
    assert path.read_text().rstrip().endswith("</html>")


def test_plan_as_json_says_when_and_what_to_do(capsys: Said) -> None:
    args = ["plan", COLLEGE, "--category", "middle-second", *ON, "--format", "json", "--lang", "en"]
    found = json.loads(out(capsys, *args))
    assert found["next"] is None
    (level,) = found["levels"]
    (lack,) = level["time"]
    assert (lack["on"], lack["resume"]["positions"]) == (None, ["school-librarian"])
    assert lack["resume"]["lacking"] == {"years": 1, "months": 2, "days": 1}
    assert level["shortestWay"]["on"] == lack["resume"]["on"] == "2028-01-23"
    assert level["robustness"]["turns"][0]["readings"] == {"college-service": "counted"}


def test_plan_tells_what_an_assumption_changes(capsys: Said) -> None:
    args = ["--assume", "employment=school-librarian@2010-01-01..2012-12-31", *ON]
    found = json.loads(out(capsys, "plan", COLLEGE, *args, "--format", "json"))
    assert found["assumptionsChange"] == [
        {"category": "middle-second", "before": "not-met", "after": "met"},
        {"category": "middle-first", "before": "not-met", "after": "met"},
    ]
    assert "middle-second" not in [level["category"] for level in found["levels"]]


def test_the_checklist_names_what_this_person_brings_for_the_next_step(capsys: Said) -> None:
    plan = json.loads(out(capsys, "plan", COLLEGE, *ON, "--lang", "en", "--format", "json"))
    brought = {each["document"].rpartition("/")[2]: each for each in plan["bring"]}
    assert list(brought) == ["diploma", "record-of-work", "certificate"]
    (target,) = (level for level in plan["levels"] if level["category"] == "middle-second")
    asked = {iri for each in brought.values() for iri in each["requirements"]}
    assert {lack["requirement"] for lack in target["time"] + target["learn"]} <= asked
    assert any("library science" in item.lower() for item in brought["diploma"]["items"])
    assert "Bibliography" in brought["certificate"]["items"]
    text = out(capsys, "plan", COLLEGE, *ON, "--lang", "en")
    assert "What to bring for" in text
    assert "The text names no documents" in text


@pytest.mark.parametrize(
    ("on", "next_"),
    [("2026-11-22", "2027-09-01"), ("2027-08-31", "2027-09-01"), ("2027-09-01", "2028-09-01")],
)
def test_plan_names_the_next_day_of_change(
    capsys: Said, tmp_path: Path, on: str, next_: str
) -> None:
    profile = json.loads(Path(LIBRARIAN).read_text())
    profile["employments"] = [{"position": "school-librarian", "start": "2023-09-01"}]
    profile["knowledge"] += ["library-work-issues", "librarianship-fundamentals"]
    path = tmp_path / "profile.json"
    path.write_text(json.dumps(profile))
    found = json.loads(out(capsys, "plan", str(path), "--on", on, "--format", "json"))
    assert found["next"]["on"] == next_
    assert [c["after"] for c in found["next"]["changes"]] == ["met"]


def test_readings_is_the_register(capsys: Said) -> None:
    found = json.loads(out(capsys, "readings", "--format", "json", "--lang", "en"))
    entries = {entry["reading"]: entry for entry in found["readings"]}
    assert len(entries) == 13
    college = entries["college-service"]
    assert college["clauses"] == ["X01", "X02", "X03", "S01", "X04", "X05", "X06"]
    assert college["default"] == college["chosen"] == "not-counted"
    assert college["reason"].startswith("Clauses X01–X06")
    assert len(college["requirements"]) == 3 and len(college["categories"]) == 6
    assert "candidates" not in found
    assert [o["assessable"] for o in entries["service-years"]["options"]] == [True, True]


def test_readings_of_a_category_and_of_a_choice(capsys: Said) -> None:
    args = ["--category", "higher-none", "--reading", "successor-act=not-accepted"]
    found = json.loads(out(capsys, "readings", *args, "--format", "json"))
    entries = {entry["reading"]: entry["chosen"] for entry in found["readings"]}
    assert entries == {
        "pedagogical-in-any-subject": "accepted",
        "successor-act": "not-accepted",
        "fundamentals-are-one": "separate",
        "foreign-diploma": "recognised-only",
    }


def test_readings_with_a_profile_say_what_they_do_to_it(capsys: Said) -> None:
    found = json.loads(out(capsys, "readings", COLLEGE, *ON, "--format", "json"))
    (candidate,) = found["candidates"]
    effects = {r["reading"]: r for r in candidate["readings"]}
    (counted,) = effects["college-service"]["others"]
    assert counted["categories"] == {
        "middle-second": "met",
        "middle-first": "met",
        "middle-highest": "met",
    }


@pytest.mark.parametrize("name", ["report.pdf", "report.PDF", "report.html"])
def test_report_writes_a_file(capsys: Said, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert out(capsys, "report", LIBRARIAN, COLLEGE, *ON, "--lang", "kk", "-o", str(path)) == ""
    start = path.read_bytes()[:15]
    assert start.startswith(b"%PDF-1.7" if name.lower().endswith("pdf") else b"<!doctype html>")


def test_report_tells_the_fingerprint_of_the_file_that_was_read(
    capsys: Said, tmp_path: Path
) -> None:
    from hashlib import sha256

    path = tmp_path / "report.html"
    out(capsys, "report", LIBRARIAN, COLLEGE, *ON, "-o", str(path))
    for profile in (LIBRARIAN, COLLEGE):
        assert sha256(Path(profile).read_bytes()).hexdigest() in path.read_text()


@pytest.mark.parametrize("args", [[], ["-o", "report.docx"], ["-o", "-"]])
def test_report_asks_for_a_file_it_can_write(capsys: Said, args: list[str]) -> None:
    said = err(capsys, "report", LIBRARIAN, *args, "--lang", "en")
    assert said.startswith("Name the file: -o FILE.pdf or -o FILE.html")


@pytest.mark.parametrize("command", ["explain", "plan", "readings", "report"])
@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--category", "higher-frist"], "higher-first"),
        (["--reading", "college-servic=counted"], "college-service"),
        (["--reading", "service-years=since-then"], "since-previous-category"),
        (["--on", "2026-02-30"], "2026-02-30"),
        (["--position", "school-librarian"], "school-librarian"),
    ],
)
def test_a_wrong_choice_is_one_message(
    capsys: Said, tmp_path: Path, command: str, args: list[str], said: str
) -> None:
    output = ["-o", str(tmp_path / "x.html")] if command == "report" else []
    message = err(capsys, command, LIBRARIAN, *args, *output, "--lang", "en")
    assert said in message and "\n" not in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["explain", "plan", "readings", "report"])
def test_nothing_to_assess_is_status_3(capsys: Said, tmp_path: Path, command: str) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text("[]")
    output = ["-o", str(tmp_path / "x.pdf")] if command == "report" else []
    assert "no candidate" in err(capsys, command, str(empty), *output, "--lang", "en", status=3)


def test_a_wrong_assumption_is_one_message(capsys: Said) -> None:
    message = err(
        capsys, "plan", LIBRARIAN, "--assume", "credential=highr/pedagogy", "--lang", "en"
    )
    assert message.startswith("credential=highr/pedagogy: level: Unknown education level")


def test_a_name_cannot_steer_the_terminal(capsys: Said, tmp_path: Path) -> None:
    profile = json.loads(Path(LIBRARIAN).read_text())
    profile["name"] = "\u001b[31mred\u202eevil\u0007"
    path = tmp_path / "profile.json"
    path.write_text(json.dumps(profile))
    for command in (["explain"], ["plan"], ["readings"], ["assess"]):
        text = out(capsys, *command, str(path), *ON, "--lang", "en")
        assert not re.search("[\x1b\x07\u202e]", text)


def test_an_added_position_is_explained_planned_and_reported_too(
    capsys: Said, tmp_path: Path
) -> None:
    toy = ["--data", str(ROOT / "tests" / "fixtures" / "toy"), "--position", "museum-guide"]
    path = tmp_path / "guide.json"
    path.write_text(
        json.dumps(
            {
                "credentials": [{"level": "higher", "field": "history"}],
                "employments": [{"position": "volunteer-guide", "start": "2019-01-01"}],
            }
        )
    )
    args = [str(path), *toy, "--on", "2021-01-01", "--format", "json"]
    explained = json.loads(out(capsys, "explain", *args))
    (passage,) = explained["category"]["passages"]
    assert [r["clause"]["id"] for r in passage["requirements"]] == ["K1", "X1"]
    planned = json.loads(out(capsys, "plan", *args))
    assert planned["levels"][0]["time"][0]["resume"]["on"] == "2023-01-01"
    register = json.loads(out(capsys, "readings", *args))
    assert [entry["reading"] for entry in register["readings"]] == ["volunteer-service"]
    report = tmp_path / "guide.pdf"
    out(capsys, "report", str(path), *toy, "-o", str(report))
    assert report.read_bytes().startswith(b"%PDF")
