"""`libonto assess`, to the letter of the contract's “Command line”."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, SH, Graph, Literal

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
        "Unknown position “libraryan”. Did you mean “librarian”?",
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
    "an option that nothing could show": (
        ["--reading", "service-years=since-previous-category"],
        "The option “service-years=since-previous-category” cannot be judged",
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


# Formats


def test_json_of_one_candidate_is_the_contract_s_object(sample: Path, cli: Cli) -> None:
    done = cli("assess", sample, *ON, "--format", "json")
    found = json.loads(done.out)
    keys = {
        *("candidate", "position", "assessedOn", "service", "readings", "highest"),
        *("requirements", "categories", "notices"),
    }
    assert keys <= found.keys()
    assert found["candidate"] == "urn:example:candidate:aigul"
    assert found["position"] == "librarian"
    assert found["assessedOn"] == "2026-11-22"
    assert found["service"] == {"years": 7, "months": 2, "days": 21}
    assert found["highest"] == {"higher": "higher-second", "middle": None}
    assert [c["category"] for c in found["categories"]] == ORDER
    assert {c["category"] for c in found["categories"] if c["status"] == "met"} == MET
    assert done.out.endswith("}\n")


def test_json_of_several_candidates_is_one_object_a_line(
    aigul: Profile, write: Write, cli: Cli
) -> None:
    one, two = (
        write("1.json", [aigul, {"id": "urn:x:2"}]),
        write("2.ttl", turtle({"id": "urn:x:3"})),
    )
    done = cli("assess", one, two, *ON, "--format", "json")
    lines = done.out.splitlines()
    assert [json.loads(line)["candidate"] for line in lines] == [aigul["id"], "urn:x:2", "urn:x:3"]
    assert done.status == 1


def test_json_has_no_control_character_of_the_input(aigul: Profile, write: Write, cli: Cli) -> None:
    path = write("a.json", aigul | {"name": "A\x1b[31m\x9bB", "employer": "C\x07"})
    for format_ in ("json", "text", "html", "turtle"):
        done = cli("assess", path, *ON, "--format", format_)
        assert not {"\x1b", "\x9b", "\x07"} & set(done.out)


def report(text: str) -> tuple[Graph, set[str]]:
    graph = Graph().parse(data=text, format="turtle")
    return graph, {
        str(o).rpartition("/")[2] for o in graph.objects(None, None) if "/category/" in o
    }


def test_turtle_is_a_validation_report_on_the_category_asked_for(sample: Path, cli: Cli) -> None:
    graph, categories = report(cli("assess", sample, *ON, "--format", "turtle").out)
    assert categories == {"higher-second"}
    (found,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(found, SH.conforms) == Literal(True)
    done = cli("assess", sample, *ON, "--format", "turtle", "--category", "higher-first")
    graph, categories = report(done.out)
    assert (categories, done.status) == ({"higher-first"}, 1)
    (found,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(found, SH.conforms) == Literal(False)
    assert len(list(graph.objects(found, SH.result))) == 2


def test_turtle_is_on_all_eight_where_none_is_asked_for(
    aigul: Profile, write: Write, cli: Cli
) -> None:
    open_ = {key: value for key, value in aigul.items() if key != "appliesFor"}
    _, categories = report(cli("assess", write("a.json", open_), *ON, "--format", "turtle").out)
    assert categories == set(ORDER)


def test_html_is_one_page(sample: Path, cli: Cli) -> None:
    done = cli("assess", sample, *ON, "--format", "html", "--lang", "ru")
    assert done.out.lower().startswith("<!doctype html>")
    assert '<html lang="ru"' in done.out
    assert done.out.count("<html") == 1


def test_text_says_the_verdict_first(sample: Path, cli: Cli) -> None:
    first = {
        "kk": "Жоғары деңгей",
        "ru": "Высший уровень",
        "en": "Higher level, second category: met.",
    }
    lines = {}
    for lang in first:
        done = cli("assess", sample, *ON, "--lang", lang)
        lines[lang] = done.out.splitlines()[0]
    assert lines["en"] == first["en"]
    assert len(set(lines.values())) == 3


def test_text_of_several_candidates_has_a_page_for_each(
    aigul: Profile, write: Write, cli: Cli
) -> None:
    done = cli("assess", write("a.json", [aigul, {"id": "urn:x:2"}]), *ON)
    assert done.out.count("Readings used") == 2
    assert "urn:x:2" in done.out


def test_a_first_line_that_is_not_met_says_when_another_reading_would_change_it(
    write: Write, cli: Cli
) -> None:
    path = Path(__file__).resolve().parents[2] / "examples" / "college-librarian.json"
    done = cli("assess", path, *ON)
    head = " ".join(done.out.split("\n\n")[0].split())
    assert head.startswith("Middle level, second category: not met. Another reading would change")
    assert done.status == 1
    counted = cli("assess", path, *ON, "--reading", "college-service=counted")
    assert counted.status == 0


# The day, the readings


def test_the_day_decides(aigul: Profile, write: Write, cli: Cli) -> None:
    starting = [{"position": "school-librarian", "start": "2018-09-01"}]
    path = write("a.json", aigul | {"employments": starting})
    assert cli("assess", path, "--on", "2021-08-31").status == 1
    assert cli("assess", path, "--on", "2021-09-01").status == 0


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2024-02-29"])
def test_the_ends_of_the_calendar_are_days(day: str, sample: Path, cli: Cli) -> None:
    done = cli("assess", sample, "--on", day, "--format", "json")
    assert json.loads(done.out)["assessedOn"] == day


def test_without_a_day_it_is_today_in_almaty(
    sample: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libonto.verdict.assessment.today", lambda: date(2030, 1, 2))
    done = cli("assess", sample, "--format", "json")
    assert json.loads(done.out)["assessedOn"] == "2030-01-02"


def test_readings_may_be_repeated(sample: Path, cli: Cli) -> None:
    options = ("college-service=counted", "successor-act=not-accepted", "college-service=counted")
    args = [arg for option in options for arg in ("--reading", option)]
    found = json.loads(cli("assess", sample, *ON, "--format", "json", *args).out)["readings"]
    assert found["college-service"] == "counted"
    assert found["successor-act"] == "not-accepted"
    assert found["service-arithmetic"] == "end-to-end"


# Standard input


class Bytes:
    """Stands in for standard input."""

    def __init__(self, data: bytes) -> None:
        from io import BytesIO

        self.buffer = BytesIO(data)


def test_a_dash_reads_standard_input(
    aigul: Profile, write: Write, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write("other.json", {"id": "urn:x:2"})
    for data in (json.dumps(aigul), turtle(aigul)):
        monkeypatch.setattr("sys.stdin", Bytes(data.encode()))
        done = cli("assess", "-", other, *ON, "--format", "json")
        found = [json.loads(line)["candidate"] for line in done.out.splitlines()]
        assert found == [aigul["id"], "urn:x:2"]


def test_the_input_format_can_be_said(
    cli: Cli, write: Write, monkeypatch: pytest.MonkeyPatch, aigul: Profile
) -> None:
    path = write("a.json", turtle(aigul))
    assert cli("assess", path, *ON).status == 2
    assert cli("assess", path, *ON, "--input-format", "turtle").status == 1
    monkeypatch.setattr("sys.stdin", Bytes(b"{}"))
    assert cli("assess", "-", *ON, "--input-format", "ttl").status == 2


def test_an_error_on_standard_input_has_a_line(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Bytes(b'{"id":\n}'))
    done = cli("assess", "-")
    assert done.status == 2
    assert done.err.startswith("line 2, column 1: Syntax error: ")


# Languages


@pytest.mark.parametrize(
    ("settings", "lang"),
    [
        ({"LC_ALL": "ru_RU.UTF-8"}, "ru"),
        ({"LC_ALL": "kk_KZ.UTF-8", "LANG": "ru_RU.UTF-8"}, "kk"),
        ({"LC_ALL": "", "LC_MESSAGES": "en_US", "LANG": "ru_RU"}, "en"),
        ({"LANG": "ru"}, "ru"),
        ({"LANG": "en_GB.UTF-8@euro"}, "en"),
        ({"LC_ALL": "C"}, "kk"),
        ({"LC_ALL": "C.UTF-8", "LANG": "ru_RU.UTF-8"}, "kk"),
        ({"LANG": "POSIX"}, "kk"),
        ({"LANG": "de_DE.UTF-8"}, "kk"),
        ({}, "kk"),
    ],
    ids=str,
)
def test_the_language_is_the_locale_s_where_it_is_one_of_the_three(
    settings: dict[str, str], lang: str, sample: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert json.loads(cli("assess", sample, *ON, "--format", "json").out)["lang"] == lang
    said = {"kk": "«x» күн емес", "ru": "«x» — не дата", "en": "“x” is no date"}
    assert said[lang] in cli("assess", sample, "--on", "x").err


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize("how", ["--lang={}", "--lang {}"])
def test_errors_speak_the_language_that_is_asked_for(
    lang: str, how: str, sample: Path, cli: Cli
) -> None:
    said = {"kk": "«x» күн емес", "ru": "«x» — не дата", "en": "“x” is no date"}
    assert said[lang] in cli("assess", *how.format(lang).split(), sample, "--on", "x").err
