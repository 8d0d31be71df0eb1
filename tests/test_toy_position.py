"""A position that is invented, in a folder of its own, and not one line of Python for it.

The museum guide has two levels: without a category (technical or higher education in
history), and with one (what is below, the museum's history, and two years as a guide). Its
own reading asks whether a volunteer's time counts.
"""

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib.namespace import SH

import libonto
from libonto.cli.frame import run
from libonto.public import assessor
from libonto.verdict.shacl import results, validate

ROOT = Path(__file__).resolve().parents[1]
TOY = ROOT / "tests" / "fixtures" / "toy"
PROFILES = ROOT / "tests" / "positions" / "librarian"
LO = rdflib.Namespace("https://w3id.org/libonto/ns#")
SNB = "http://data.europa.eu/snb/isced-f/"

EDUCATION, KNOWLEDGE, SERVICE = (
    "education-history",
    "knowledge-museum-history",
    "experience-2-years",
)
HISTORIAN = {"level": "higher", "field": "history"}
GUIDE = {"position": "museum-guide", "start": "2019-01-01"}
VOLUNTEER = {"position": "volunteer-guide", "start": "2019-01-01"}
COUNTED = ["volunteer-service=counted"]

Unmet = dict[str, str]


def profile(**changed: Any) -> dict[str, Any]:
    """A guide who has everything two years after 2019-01-01, but for what is changed."""
    whole = {
        "id": "urn:example:guide",
        "credentials": [HISTORIAN],
        "employments": [GUIDE],
        "knowledge": ["museum-history"],
    }
    return whole | changed


# What is changed, the day, the readings; then what is not met of the level with a category.
CASES: list[tuple[dict[str, Any], str, list[str], Unmet]] = [
    ({}, "2021-01-01", [], {}),
    ({}, "2020-12-31", [], {SERVICE: "not-met"}),
    ({"employments": []}, "2021-01-01", [], {SERVICE: "not-shown"}),
    ({"employments": [VOLUNTEER]}, "2021-01-01", [], {SERVICE: "not-met"}),
    ({"employments": [VOLUNTEER]}, "2021-01-01", COUNTED, {}),
    ({"employments": [VOLUNTEER]}, "2020-12-31", COUNTED, {SERVICE: "not-met"}),
    ({"employments": [{**GUIDE, "position": "school-librarian"}]}, "2021-01-01", [],
     {SERVICE: "not-met"}),
    ({"knowledge": []}, "2021-01-01", [], {KNOWLEDGE: "not-shown"}),
    ({"knowledge": ["bibliography"]}, "2021-01-01", [], {KNOWLEDGE: "not-shown"}),
    ({"credentials": [{**HISTORIAN, "level": "technical-vocational"}]}, "2021-01-01", [], {}),
    ({"credentials": [{**HISTORIAN, "level": "general-secondary"}]}, "2021-01-01", [],
     {EDUCATION: "not-met"}),
    ({"credentials": [{**HISTORIAN, "field": SNB + "0222"}]}, "2021-01-01", [], {}),
    ({"credentials": [{**HISTORIAN, "field": SNB + "022"}]}, "2021-01-01", [],
     {EDUCATION: "not-shown"}),
    ({"credentials": [{**HISTORIAN, "field": "library-science"}]}, "2021-01-01", [],
     {EDUCATION: "not-met"}),
    ({"credentials": []}, "2021-01-01", [], {EDUCATION: "not-shown"}),
    ({"credentials": [], "employments": [VOLUNTEER], "knowledge": []}, "2021-01-01", [],
     {EDUCATION: "not-shown", KNOWLEDGE: "not-shown", SERVICE: "not-met"}),
]  # fmt: skip


def status_of(unmet: Unmet) -> str:
    if not unmet:
        return "met"
    return "not-met" if "not-met" in unmet.values() else "not-shown"


def check(result: dict[str, Any], unmet: Unmet) -> None:
    assert result["position"] == "museum-guide"
    below, above = result["categories"]
    assert (below["category"], above["category"]) == ("guide-none", "guide-certified")
    assert above["inherits"] == "guide-none"
    slugs = {entry["requirement"]: entry for entry in result["requirements"]}
    found = {iri.rpartition("/")[2]: slugs[iri]["status"] for iri in above["unmet"]}
    assert found == unmet
    assert above["status"] == status_of(unmet)
    assert below["status"] == status_of({k: v for k, v in unmet.items() if k == EDUCATION})
    highest = [c["category"] for c in (below, above) if c["status"] == "met"]
    assert result["highest"] == {"guide": highest[-1] if highest else None}


@pytest.mark.parametrize(("changed", "on", "readings", "unmet"), CASES)
def test_the_command_line_judges_it(
    changed: dict[str, Any],
    on: str,
    readings: list[str],
    unmet: Unmet,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "guide.json"
    file.write_text(json.dumps(profile(**changed)), encoding="utf-8")
    args = ["assess", str(file), "--data", str(TOY), "--position", "museum-guide", "--on", on]
    args += ["--category", "guide-certified", "--format", "json"]
    args += [word for reading in readings for word in ("--reading", reading)]
    status = run(args)
    result = json.loads(capsys.readouterr().out)
    check(result, unmet)
    assert status == (1 if unmet else 0)
    assert result["assessedOn"] == on


@pytest.mark.parametrize(("changed", "on", "readings", "unmet"), CASES)
def test_the_python_api_judges_it(
    changed: dict[str, Any], on: str, readings: list[str], unmet: Unmet
) -> None:
    (assessment,) = libonto.assess(
        json.dumps(profile(**changed)).encode(),
        position="museum-guide",
        on=date.fromisoformat(on),
        readings=dict(reading.split("=") for reading in readings),
        data=[str(TOY)],
    )
    found = {
        f.requirement.slug: str(f.status)
        for f in assessment.findings
        if f.status is not libonto.Status.MET
    }
    assert found == unmet
    assert assessment.rules.slug == "museum-guide"


def test_the_category_applied_for_names_the_position(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "guide.json"
    file.write_text(
        json.dumps(profile(appliesFor="museum-guide/guide-certified")), encoding="utf-8"
    )
    command = ["assess", str(file), "--data", str(TOY), "--format", "json", "--on"]
    assert run([*command, "2021-01-01"]) == 0
    check(json.loads(capsys.readouterr().out), {})
    assert run([*command, "2020-12-31"]) == 1
    later = json.loads(capsys.readouterr().out)
    check(later, {SERVICE: "not-met"})
    assert [c["earliestOn"] for c in later["categories"]] == ["2020-12-31", "2021-01-01"]


def test_the_folder_may_be_named_by_the_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIBONTO_DATA", str(TOY))
    file = tmp_path / "guide.json"
    file.write_text(json.dumps(profile()), encoding="utf-8")
    args = ["assess", str(file), "--on", "2021-01-01", "--category"]
    assert run([*args, "museum-guide/guide-certified", "--format", "json"]) == 0
    check(json.loads(capsys.readouterr().out), {})


def test_its_reading_is_stated_and_what_depends_on_it() -> None:
    (assessment,) = libonto.assess(
        json.dumps(profile(employments=[VOLUNTEER])).encode(),
        position="museum-guide",
        on=date(2021, 1, 1),
        data=[str(TOY)],
    )
    assert assessment.readings["volunteer-service"] == "not-counted"
    below, above = assessment.categories
    assert below.depends_on_readings == ()
    assert above.depends_on_readings == ("volunteer-service",)


def test_its_clauses_are_spans_of_its_text() -> None:
    text = (TOY / "ontology/source/toy-order/museum-guide.kk.txt").read_text(encoding="utf-8")
    (assessment,) = libonto.assess(
        json.dumps(profile()).encode(), position="museum-guide", data=[str(TOY)]
    )
    result = libonto.as_object(assessment, lang="ru", data=[str(TOY)])
    assert [[c["id"] for c in r["clauses"]] for r in result["requirements"]] == [
        ["E1"], ["K1"], ["X1"],
    ]  # fmt: skip
    for requirement in result["requirements"]:
        for clause in requirement["clauses"]:
            assert text[clause["start"] : clause["end"]] == clause["quote"]
            assert clause["quote"]


@pytest.mark.parametrize("format_", ["text", "html", "turtle"])
@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_report_can_show_it(
    format_: str, lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "guide.json"
    file.write_text(json.dumps(profile(knowledge=[])), encoding="utf-8")
    args = ["assess", str(file), "--data", str(TOY), "--position", "museum-guide"]
    assert run([*args, "--on", "2021-01-01", "--lang", lang, "--format", format_]) == 0
    said = {"kk": "Мұражай тарихы", "ru": "История музея", "en": "History of the museum"}
    assert said[lang] in capsys.readouterr().out


def test_a_requirement_may_leave_the_level_of_education_open(tmp_path: Path) -> None:
    folder = tmp_path / "toy"
    shutil.copytree(TOY, folder)
    of_level = r"(\[ sh:path lo:educationLevel [^]]* \] , |    lo:acceptsLevel [^;]*;\n)"
    for path in folder.rglob("museum-guide.ttl"):
        text = re.sub(of_level, "", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    for field, status in (("history", "met"), ("pedagogy", "not-met")):
        stated = profile(credentials=[{"level": "general-secondary", "field": field}])
        (assessment,) = libonto.assess(
            json.dumps(stated).encode(), position="museum-guide", data=[str(folder)]
        )
        education = libonto.as_object(assessment, lang="en", data=[str(folder)])["requirements"][0]
        assert education["status"] == status
        assert "General secondary" in education["found"]


def test_its_own_query_and_the_saved_ones_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["query", "museum-guide-clauses", "--data", str(TOY), "--format", "csv"]) == 0
    assert re.split(r"[\r\n]+", capsys.readouterr().out.strip()) == [
        "requirement_slug,clause_id",
        "education-history,E1",
        "knowledge-museum-history,K1",
        "experience-2-years,X1",
    ]
    saved = ["query", "level-requirements", "--data", str(TOY), "--lang", "en"]
    params = ["--param", "level=museum-guide/guide-certified"]
    assert run([*saved, *params, "--format", "csv"]) == 0
    answer = capsys.readouterr().out
    assert "Education in history" in answer  # inherited
    assert "Guide service: at least 2 years" in answer


def test_its_shapes_and_evidence_are_written_for_other_engines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toy = ["--data", str(TOY), "--position", "museum-guide"]
    assert run(["ontology", "export", "--shapes", *toy]) == 0
    shapes = rdflib.Graph().parse(data=capsys.readouterr().out, format="turtle")
    level = rdflib.URIRef("https://w3id.org/libonto/id/shape/museum-guide/guide-certified")
    assert len(set(shapes.objects(level, SH.property))) == 3  # the inherited one too
    assert (level, SH.targetClass, None) in shapes
    file = tmp_path / "guide.json"
    file.write_text(json.dumps(profile()), encoding="utf-8")
    assert run(["profile", "derive", str(file), *toy, "--on", "2021-01-01"]) == 0
    evidence = rdflib.Graph().parse(data=capsys.readouterr().out, format="turtle")
    assert "2" in {str(v) for v in evidence.objects(None, LO.completedYears)}
    assert results(validate(evidence, shapes)) == {}
    incomplete = rdflib.Graph()
    for triple in evidence:
        if triple[1] != LO.showsKnowledge:
            incomplete.add(triple)
    (failing,) = results(validate(incomplete, shapes)).values()
    assert {shape.rpartition("/")[2] for shape in failing} == {KNOWLEDGE}


def test_without_its_folder_it_is_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "guide.json"
    file.write_text(json.dumps({"id": "urn:example:guide"}), encoding="utf-8")
    assert run(["assess", str(file), "--position", "museum-guide", "--lang", "en"]) == 2
    assert "museum-guide" in capsys.readouterr().err


def test_another_position_changes_no_verdict(tmp_path: Path) -> None:
    """Also with fields of its own that share codes with the librarian's."""
    other = tmp_path / "other" / "ontology"
    other.mkdir(parents=True)
    (other / "fields.ttl").write_text(
        "@prefix lo: <https://w3id.org/libonto/ns#> .\n"
        "@prefix field: <https://w3id.org/libonto/id/field/> .\n"
        'field:archives a lo:FieldOfStudy ; lo:iscedCode "0322" ; lo:broaderIscedCode "03" .\n'
        'field:training a lo:FieldOfStudy ; lo:iscedCodePrefix "01" ; lo:broaderIscedCode "0" .\n',
        encoding="utf-8",
    )
    more = assessor(str(TOY), str(other.parent))
    paths = [path for path in sorted(PROFILES.glob("*/*.ttl")) if "--isced" in path.name]
    assert len(paths) > 10
    for path in paths:
        (alone,) = libonto.assess(path, on=date(2021, 9, 1))
        (joined,) = more.assess(libonto.read_profiles(path), on=date(2021, 9, 1))
        assert joined.categories == alone.categories, path.name


def test_its_iris_may_lie_in_a_namespace_of_its_own(tmp_path: Path) -> None:
    """Whoever keeps a position elsewhere names it, and what belongs to it, by full IRIs."""
    ours, theirs = "https://w3id.org/libonto/id/", "https://example.org/museum/"
    own = r"(position|knowledge|field|reading):((?:museum|volunteer)-[a-z\\/-]+|history)"
    for path in sorted(TOY.rglob("*.ttl")):
        text = path.read_text(encoding="utf-8")
        text = re.sub(
            rf"{ours}([a-z]+/(?:museum-guide|toy-order/museum-guide)/)", rf"{theirs}\1", text
        )
        text = re.sub(
            rf"(?<=\s){own}(?=\s)",
            lambda found: f"<{theirs}{found[1]}/{found[2]}>".replace("\\", ""),
            text,
        )
        copy = tmp_path / path.relative_to(TOY)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
    stated = profile(
        credentials=[{"level": "higher", "field": theirs + "field/history"}],
        employments=[{"position": theirs + "position/volunteer-guide", "start": "2019-01-01"}],
        knowledge=[theirs + "knowledge/museum-history"],
    )
    for option, unmet in (("counted", {}), ("not-counted", {SERVICE: "not-met"})):
        (assessment,) = libonto.assess(
            json.dumps(stated).encode(),
            position=theirs + "position/museum-guide",
            on=date(2021, 1, 1),
            readings={"volunteer-service": option},
            data=[str(tmp_path)],
        )
        found = {
            f.requirement.slug: str(f.status)
            for f in assessment.findings
            if f.status is not libonto.Status.MET
        }
        assert found == unmet
        assert all(f.requirement.iri.startswith(theirs) for f in assessment.findings)


def test_no_python_knows_of_it() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        assert not re.search("museum|guide-|volunteer", path.read_text(encoding="utf-8")), path
