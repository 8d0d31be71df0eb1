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


def test_text_begins_with_the_verdict_after_the_notice_of_the_edition(
    sample: Path, cli: Cli
) -> None:
    lines = {}
    for lang in ("kk", "ru", "en"):
        done = cli("assess", sample, *ON, "--lang", lang)
        notice, lines[lang], *_ = done.out.split("\n\n")
        assert "338" in notice and done.out.count(notice) == 1
    assert lines["en"] == "✓ Higher level, second category: met."
    assert len(set(lines.values())) == 3


def test_without_a_category_the_next_step_is_named(aigul: Profile, write: Write, cli: Cli) -> None:
    profile = {k: v for k, v in aigul.items() if k != "appliesFor"}
    head = " ".join(cli("assess", write("a.json", profile), *ON).out.split("\n\n")[1].split())
    assert head == (
        "✓ Highest category met: Higher level, second category."
        " Another reading would change this: “Truncated alternative”, “Higher education"
        " on the middle ladder”. Next step: Higher level, first category."
    )


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
    head = " ".join(done.out.split("\n\n")[1].split())
    assert head.startswith("✗ Middle level, second category: not met. Another reading would change")
    assert done.status == 1
    counted = cli("assess", path, *ON, "--reading", "college-service=counted")
    assert counted.status == 0


def test_only_a_reading_that_changes_the_highest_category_is_named(
    aigul: Profile, write: Write, cli: Cli
) -> None:
    known = [item for item in aigul["knowledge"] if item != "constitution"]
    successor = "https://w3id.org/libonto/id/act/K2600000000"
    college = [{"position": "college-librarian", "start": "2018-09-01"}]
    profile = {k: v for k, v in aigul.items() if k != "appliesFor"}
    profile |= {"employments": college, "knowledge": [*known, successor]}
    refused = ("--reading", "successor-act=not-accepted")
    done = cli("assess", write("a.json", profile), *ON, *refused)
    head = " ".join(done.out.split("\n\n")[1].split())
    none = "The requirements of no category are met."
    step = "Next step: Higher level, no category."
    by = "By a reading other than the default: “Successor act” – not accepted."
    assert head == f"? {none} {by} Another reading would change this: “Successor act”. {step}"
    accepted = cli("assess", write("a.json", profile), *ON)
    head = " ".join(accepted.out.split("\n\n")[1].split())
    assert "✓ Highest category met: Higher level, no category. Another reading" in head
    assert "“Successor act”" in head and "“Service in a college”" in head
    nothing = cli("assess", write("b.json", profile | {"knowledge": known}), *ON)
    assert " ".join(nothing.out.split("\n\n")[1].split()) == f"? {none} {step}"


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
    monkeypatch.setattr("libonto.verdict.inquiry.today", lambda: date(2030, 1, 2))
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
