"""`libonto profile convert`, `check` and `template`, and the other commands on tables."""

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from libonto.cli.frame import run
from libonto.graph.formats import MEDIA_TYPES
from libonto.locales import LANGUAGES
from libonto.profile.document import Document, named_format
from libonto.profile.intake import Intake
from libonto.profile.interchange.headings import written
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.writing import to_bytes

PEOPLE = (
    "ID,Name,Level,Field,Awarded,Position,Start,End\n"
    "1,Айгүл,higher,library-science,2015-06-30,school-librarian,2018-09-01,\n"
    "2,Бек,higher,pedagogy,30.06.2015,school-librarian,2020-09-01,2019-01-01\n"
    "3,Сәуле,Higher eduction,pedagogy,,,,\n"
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, "utf-8")
    return path


def test_convert_writes_the_good_ones_and_says_the_others(
    table: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "people.json"
    assert run(["profile", "convert", str(table), "-o", str(output), "--lang", "en"]) == 2
    assert json.loads(output.read_text("utf-8"))["name"] == "Айгүл"
    said = capfd.readouterr().err
    assert f"{table}, row 3, column H (“End”): The employment ends" in said
    assert f"{table}, row 4, column C (“Level”): Unknown value “Higher eduction”" in said


@pytest.mark.parametrize("command", [["assess"], ["plan"], ["profile", "convert"]])
def test_what_is_passed_over_is_said_whatever_the_format(
    command: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.ttl"
    prefixes = (
        "@prefix lo: <https://w3id.org/libonto/ns#> . @prefix f: <http://xmlns.com/foaf/0.1/> ."
    )
    path.write_text(
        f"{prefixes} <urn:x:1> a lo:Candidate ; f:age 50 . <urn:x:2> f:knows <urn:x:1> ."
    )
    assert run([*command, str(path), "--lang", "en"]) in {0, 1}
    said = capfd.readouterr().err
    assert said.startswith("Passed over (2): A profile has no place for this.")
    assert "foaf/0.1/age" in said and "foaf/0.1/knows" in said


def test_a_report_has_what_was_passed_over(
    table: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    table.write_text("Name,Level,Field,Phone\nA,higher,pedagogy,1\n", "utf-8")
    report = tmp_path / "report.txt"
    convert = ["profile", "convert", str(table), "--lang", "en"]
    assert run(convert) == 0
    assert "Phone" in capfd.readouterr().err
    assert run([*convert, "--report", str(report)]) == 0
    assert capfd.readouterr().err == ""
    assert "Phone" in report.read_text("utf-8")


@pytest.mark.parametrize("form", ["ttl", "trig", "nt", "nq", "rdf", "jsonld", "csv", "tsv", "xlsx"])
def test_there_and_back(table: Path, tmp_path: Path, form: str) -> None:
    table.write_text("\n".join(PEOPLE.splitlines()[:2]), "utf-8")
    there, back = tmp_path / f"there.{form}", tmp_path / "back.json"
    direct = tmp_path / "direct.json"
    assert run(["profile", "convert", str(table), "-o", str(there)]) == 0
    assert run(["profile", "convert", str(there), "-o", str(back)]) == 0
    assert run(["profile", "convert", str(table), "-o", str(direct)]) == 0
    assert json.loads(back.read_text("utf-8")) == json.loads(direct.read_text("utf-8"))


def test_a_csv_file_begins_so_that_excel_knows_its_encoding(table: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    run(["profile", "convert", str(table), "-o", str(output)])
    assert output.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_workbook_is_not_printed(table: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["profile", "convert", str(table), "--to", "xlsx", "--lang", "en"]) == 2
    assert "give -o FILE.xlsx" in capfd.readouterr().err


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_report(tmp_path: Path, lang: str) -> None:
    source, text, data = (tmp_path / name for name in ("r.json", "r.txt", "report.json"))
    resume = {"basics": {"name": "Айгүл", "email": "a@b"}, "education": [{"studyType": "BA"}]}
    source.write_text(json.dumps(resume), "utf-8")
    for report in (text, data):
        command = ["profile", "convert", str(source), "--report", str(report), "--lang", lang]
        assert run([*command, "-o", str(tmp_path / "out.ttl")]) == 0
    found = json.loads(data.read_text("utf-8"))
    [profile] = found["inputs"][0]["profiles"]
    assert profile["taken"][0]["path"] == "basics.name"
    assert profile["notTaken"][0]["path"] == "education[0].studyType"
    assert profile["passedOver"] == ["basics.email"]
    assert found["lost"] == 1
    assert profile["notTaken"][0]["message"] in text.read_text("utf-8")


def test_check_says_what_is_wrong_by_place(table: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["profile", "check", str(table), "--lang", "en"]) == 2
    lines = capfd.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[-1] == "Profiles: 1 right, 2 wrong."


def test_check_as_json(table: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["profile", "check", str(table), "--format", "json", "--lang", "en"]) == 2
    found = json.loads(capfd.readouterr().out)
    problems = [p for profile in found["inputs"][0]["profiles"] for p in profile["problems"]]
    assert [(p["row"], p["cell"], p["heading"]) for p in problems] == [
        (3, "H3", "End"),
        (4, "C4", "Level"),
    ]


def test_check_of_what_is_right(table: Path, capfd: pytest.CaptureFixture[str]) -> None:
    table.write_text("\n".join(PEOPLE.splitlines()[:2]), "utf-8")
    assert run(["profile", "check", str(table), "--lang", "ru"]) == 0
    assert capfd.readouterr().out == "Профилей: 1. Всё верно.\n"


@pytest.mark.parametrize("text", ["", "ID,Name\n", "ID,Name\n(example),a\n"])
def test_check_of_nobody(table: Path, text: str) -> None:
    table.write_text(text, "utf-8")
    assert run(["profile", "check", str(table)]) == 3


def test_check_of_several_inputs_in_several_forms(
    table: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    table.write_text("\n".join(PEOPLE.splitlines()[:2]), "utf-8")
    other, broken = tmp_path / "other.json", tmp_path / "broken.ttl"
    other.write_text('{"id": "urn:libonto:person:1"}', "utf-8")
    broken.write_text("<urn:x> a", "utf-8")
    assert run(["profile", "check", str(table), str(other), str(broken), "--lang", "en"]) == 2
    said = capfd.readouterr().out
    assert "described more than once" in said
    assert f"{broken}: line 1" in said
    assert "Profiles: 1 right, 2 wrong." in said


def test_a_table_from_standard_input(
    table: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class Standard:
        buffer = io.BytesIO(PEOPLE.encode("cp1251", errors="replace"))

    monkeypatch.setattr("sys.stdin", Standard())
    command = ["profile", "check", "-", "--from", "csv", "--encoding", "windows-1251"]
    assert run([*command, "--lang", "en"]) == 2
    assert "row 2, column B (“Name”): Letters have been lost" in capfd.readouterr().out


def test_profiles_without_a_name_are_numbered_through_all_inputs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / name for name in ("a.json", "b.csv", "c.json")]
    paths[0].write_text('[{"name": "a"}, {"name": "b"}]', "utf-8")
    paths[1].write_text("Name,Knows\nc,economics\n", "utf-8")
    paths[2].write_text('{"basics": {"name": "d"}}', "utf-8")
    assert run(["profile", "convert", *map(str, paths), "--to", "json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert [c["id"] for c in found] == [f"urn:libonto:candidate:{n}" for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_a_document_that_is_posted_and_its_answer(names: Names, form: str) -> None:
    data = PEOPLE.splitlines()[:2]
    document = Document("\n".join(data).encode("utf-16"), format="csv", encoding="utf-16")
    [entry] = Intake(names.vocabulary, lang="ru").documents([document])
    assert entry.candidate
    written = to_bytes([entry.candidate], form, names, "ru")
    again = Document(written, format=named_format(MEDIA_TYPES[form]))
    [back] = Intake(names.vocabulary, lang="ru").documents([again])
    assert back.candidate
    assert replace(back.candidate, source="") == replace(entry.candidate, source="")


# The other commands


def test_assess_reads_a_table_all_or_nothing(
    table: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["assess", str(table), "--lang", "en"]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert "row 4, column C" in said.err
    table.write_text("\n".join(PEOPLE.splitlines()[:2]), "utf-8")
    assert run(["assess", str(table), "--lang", "en", "--format", "json"]) == 1
    found = json.loads(capfd.readouterr().out)
    assert found["candidate"] == "urn:libonto:person:1"
    assert found["service"]["years"] >= 8


def test_assess_reads_another_encoding_by_the_media_type(table: Path) -> None:
    table.write_bytes("ID;ФИО;Знает\n1;Марат;economics\n".encode("cp1251"))
    command = ["assess", str(table), "--input-format"]
    assert run([*command, "csv"]) == 2
    assert run([*command, "text/csv; charset=windows-1251"]) == 1


# The template


@pytest.fixture
def template(tmp_path: Path):
    def make(lang: str) -> Path:
        path = tmp_path / f"template-{lang}.xlsx"
        assert run(["profile", "template", "-o", str(path), "--lang", lang]) == 0
        return path

    return make


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_template_as_it_comes_holds_nobody(template, lang: str) -> None:
    assert run(["profile", "check", str(template(lang))]) == 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_template_filled_in_is_a_profile(
    template, lang: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = template(lang)
    workbook = load_workbook(path)
    for part in ("candidate", "credential", "employment"):
        workbook[written(f"sheet-{part}", lang)]["A2"] = "007"  # the example, made somebody
    workbook.save(path)
    assert run(["profile", "convert", str(path), "--to", "json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["id"] == "urn:libonto:person:007"
    assert found["credentials"][0]["level"] == "higher"
    assert found["employments"][0]["position"] == "school-librarian"
    assert len(found["knowledge"]) == 19


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_foreign_diploma_and_a_category_held_in_the_template(
    template, names: Names, lang: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = template(lang)
    workbook = load_workbook(path)
    germany = {"kk": "Германия", "ru": "Германия", "en": "Germany"}[lang]
    offered = [*workbook[written("sheet-lists", lang)].columns][4]
    assert germany in [cell.value for cell in offered]
    for part in ("candidate", "credential", "employment", "grant"):
        workbook[written(f"sheet-{part}", lang)]["A2"] = "007"
    sheet = workbook[written("sheet-credential", lang)]
    columns = {cell.value: cell.column for cell in sheet[1]}
    level = {"kk": "DQR: 6-деңгей", "ru": "DQR: уровень 6", "en": "DQR level 6"}[lang]
    stated = {
        written("credential-level", lang): level,
        written("credential-country", lang): germany,
        written("credential-recognised", lang): date(2020, 3, 1),
        f"{written('credential-evidence', lang)} 2": "№ 17",
    }
    for heading, value in stated.items():
        sheet.cell(2, columns[heading]).value = value
    workbook.save(path)
    assert run(["profile", "convert", str(path), "--to", "json"]) == 0
    found = json.loads(capfd.readouterr().out)
    [credential], [held] = found["credentials"], found["holds"]
    assert [credential["level"]] == names.find("education", "de-dqr/6")
    assert credential["country"] == "DE"
    assert credential["recognised"] == "2020-03-01"
    assert "№ 17" in credential["evidence"]
    assert held == {"category": held["category"], "granted": "2021-05-20"}
    again = path.with_name("again.xlsx")
    assert run(["profile", "convert", str(path), "-o", str(again), "--lang", lang]) == 0
    assert run(["profile", "convert", str(again), "--to", "json"]) == 0
    assert json.loads(capfd.readouterr().out) == found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_choice_of_the_template_is_read(template, names: Names, lang: str) -> None:
    workbook = load_workbook(template(lang))
    lists = workbook[written("sheet-lists", lang)]
    kinds = ("category", "education", "field", "position")
    *columns, countries = lists.iter_cols(values_only=True)
    codes = {names.country(str(value)) for value in countries if value}
    assert {"DE", "PL"} <= codes
    assert all(len(code) == 2 for code in codes)
    for kind, column in zip(kinds, columns, strict=True):
        offered = [value for value in column if value]
        assert offered
        for value in offered:
            assert len(names.find(kind, str(value))) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_template_has_drop_downs_and_frozen_headings(template, lang: str) -> None:
    workbook = load_workbook(template(lang))
    assert workbook[written("sheet-lists", lang)].sheet_state == "hidden"
    for part in ("candidate", "credential", "employment", "grant"):
        sheet = workbook[written(f"sheet-{part}", lang)]
        kinds = [validation.type for validation in sheet.data_validations.dataValidation]
        assert "list" in kinds
        for validation in sheet.data_validations.dataValidation:
            assert not str(validation.formula1).startswith("=")  # Excel would call it broken
        assert sheet.freeze_panes
    assert written("sheet-instructions", lang) == workbook.sheetnames[0]


def test_the_template_is_a_workbook(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["profile", "template", "-o", str(tmp_path / "t.csv"), "--lang", "en"]) == 2
    assert "ends in .xlsx" in capfd.readouterr().err
