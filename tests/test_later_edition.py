"""A made-up later edition of the librarian's description, as files alone, behind every face.

It has three categories of other names, two years in the place of three, four and five, and each
kind of condition that an alternative can have: a document held, service counted by itself, a
category held, an achievement with its evidence.
"""

import csv
import io
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
from tests.verdict.conftest import after_way

import libonto
from libonto.cli.frame import run
from libonto.ontology.level_shapes import level_shapes
from libonto.public import assessor
from libonto.verdict.compiled import Compiled
from libonto.verdict.model import Assessment
from libonto.verdict.plan import Planner
from libonto.verdict.shacl import graph_of, results, validate

ROOT = Path(__file__).resolve().parents[1]
LATER = ROOT / "tests" / "fixtures" / "later-edition"
DATA = ["--data", str(LATER)]
TOY, SEED = "order-338-toy", "order-338-source"
CATEGORY = "https://w3id.org/libonto/id/category/librarian/order-338-toy/"
BEFORE, FIRST, AFTER = "2029-12-31", "2030-01-01", "2035-01-01"
Capture = pytest.CaptureFixture[str]

TECHNICAL = {"level": "technical-vocational", "field": "pedagogy", "awarded": "2015-06-30"}
RETRAINED = {"kind": "retraining-certificate", "issued": "2016-05-01"}
AWARD = {"kind": "contest-award", "issued": "2029-05-05", "evidence": "№ 5"}
WORK = {"position": "school-librarian", "start": "2028-01-01", "end": "2028-12-31"}
HEAD = {"position": "school-library-head", "start": "2029-01-01"}


def profile(**changed: Any) -> dict[str, Any]:
    """Somebody who has all that the expert needs on 2030-01-01, but for what is changed."""
    return {
        "id": "urn:example:candidate",
        "credentials": [TECHNICAL],
        "employments": [WORK, HEAD],
        "knowledge": ["bibliography"],
        "documents": [RETRAINED, AWARD],
    } | changed


def assess(on: str = FIRST, **changed: Any) -> Assessment:
    content = json.dumps(profile(**changed)).encode()
    (found,) = libonto.assess(content, on=date.fromisoformat(on), data=[str(LATER)])
    return found


UNMET = [
    ({}, FIRST, {}),
    ({"documents": [AWARD]}, FIRST, {"education": "not-shown"}),
    ({"documents": [{**RETRAINED, "issued": "2030-01-02"}, AWARD]}, FIRST,
     {"education": "not-shown"}),
    ({"documents": [{"kind": "retraining-certificate"}, AWARD]}, FIRST, {}),
    ({"credentials": [{**TECHNICAL, "field": "other-field"}]}, FIRST, {"education": "not-met"}),
    ({"credentials": [{"level": "higher", "field": "library-science"}], "documents": [AWARD]},
     FIRST, {}),
    ({"credentials": []}, FIRST, {"education": "not-shown"}),
    ({"documents": [RETRAINED]}, FIRST, {"achievement": "not-shown"}),
    ({"documents": [RETRAINED, {"kind": "contest-award"}]}, FIRST,
     {"achievement": "not-shown"}),
    ({"employments": [{**WORK, "start": "2027-01-01", "end": "2029-12-31"}]}, FIRST,
     {"experience-2-years": "not-shown"}),
    ({"employments": [WORK, {**HEAD, "start": "2029-01-02"}], "holds": [
        {"category": "librarian/higher-second"}]}, FIRST, {"experience-2-years": "not-met"}),
    ({"employments": [WORK, {**HEAD, "start": "2029-01-02"}], "holds": [
        {"category": "librarian/higher-second"}]}, "2030-01-02", {}),
    ({"employments": [], "holds": [{"category": "librarian/higher-first"}]}, FIRST, {}),
    ({"employments": [], "holds": [
        {"category": "librarian/higher-first", "granted": "2030-01-02"}]}, FIRST,
     {"experience-2-years": "not-shown"}),
    ({"employments": []}, FIRST, {"experience-2-years": "not-shown"}),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "on", "unmet"), UNMET)
def test_each_kind_of_condition_on_both_sides(
    changed: dict[str, Any], on: str, unmet: dict[str, str]
) -> None:
    found = assess(on, **changed)
    statuses = {f.requirement.slug: str(f.status) for f in found.findings}
    assert {slug: s for slug, s in statuses.items() if s != "met"} == unmet
    compiled = Compiled(assessor(str(LATER)).graph, found.rules.node_shape)
    assert compiled.failed(found.evidence.facts) == found.failed


@pytest.mark.parametrize(("changed", "on", "unmet"), UNMET)
def test_another_engine_judges_by_the_shapes_written_for_it(
    changed: dict[str, Any], on: str, unmet: dict[str, str]
) -> None:
    found, whole = assess(on, **changed), assessor(str(LATER))
    choices = whole.readings.choose({})
    shapes, _ = level_shapes(whole.graph, [found.rules], choices)
    evidence = graph_of(found.evidence.as_triples(found.evidence.facts_under(choices)))
    failing = results(validate(evidence, graph_of(shapes)))
    levels = {
        c.slug
        for c in found.rules.categories
        if any(
            name == f"https://w3id.org/libonto/id/shape/librarian/{c.slug}"
            or rdflib.URIRef(name) in _members(shapes, c.slug)
            for name in failing.get("urn:example:candidate", ())
        )
    }
    assert levels == {c.slug for c in found.categories if str(c.status) != "met"}


def _members(shapes: Any, slug: str) -> set[rdflib.URIRef]:
    level = f"https://w3id.org/libonto/id/shape/librarian/{slug}"
    return {
        rdflib.URIRef(t.object.value)
        for t in shapes
        if t.subject.value == level and t.predicate.value.endswith("#property")
    }


@pytest.mark.parametrize(("changed", "on", "unmet"), UNMET)
def test_the_plan_leads_where_it_says(
    changed: dict[str, Any], on: str, unmet: dict[str, str]
) -> None:
    found = assess(on, **changed)
    whole = assessor(str(LATER))
    plan = Planner(whole).plan(found)
    for level in plan.levels:
        if level.way.on is None or str(level.verdict.status) == "met":
            continue
        (then,) = whole.assess([after_way(level.way, found.candidate)], on=level.way.on)
        assert str(then.category(level.verdict.iri).status) == "met", level.verdict.slug
    expert = plan.levels[-1]
    assert {lack.finding.requirement.slug for lack in expert.obtain} <= set(unmet)


def asked(tmp_path: Path, **changed: Any) -> str:
    path = tmp_path / "person.json"
    path.write_text(json.dumps(profile(**changed)), encoding="utf-8")
    return str(path)


def out(capsys: Capture, *args: str, status: int = 0) -> str:
    assert run([*args, *DATA, "--lang", "en"]) == status
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("on", "edition", "notice"),
    [
        (BEFORE, SEED, "edition-superseded"),
        (FIRST, TOY, None),
        ("2034-12-31", TOY, None),
        (AFTER, TOY, "edition-superseded"),
        ("2014-01-28", SEED, "edition-not-yet-in-force"),
    ],
)
def test_the_day_chooses_the_edition(
    on: str, edition: str, notice: str | None, tmp_path: Path, capsys: Capture
) -> None:
    path = asked(tmp_path)
    assert run(["assess", path, *DATA, "--on", on, "--format", "json", "--lang", "en"]) in (0, 1)
    found = json.loads(capsys.readouterr().out)
    assert found["edition"]["edition"].rpartition("/")[2] == edition
    kinds = [n["kind"] for n in found["notices"] if n["kind"].startswith("edition")]
    assert kinds == ([notice] if notice else [])
    slugs = [c["category"] for c in found["categories"]]
    assert slugs == ["junior", "leading", "expert"] if edition == TOY else len(slugs) == 8
    for command in (["assess"], ["plan"], ["assess", "--format", "html"]):
        assert run([*command, path, *DATA, "--on", on, "--lang", "en"]) in (0, 1)
        text = capsys.readouterr().out
        verdict = min(text.index(said) for said in VERDICTS if said in text)
        assert ("The text judged by" in text[:verdict]) == bool(notice), command
        assert ("was in force on the day" in text[:verdict]) == (notice is None), command


VERDICTS = ("Highest category met", "The requirements of no category are met")


def test_an_edition_can_be_asked_for_and_its_categories(tmp_path: Path, capsys: Capture) -> None:
    path = asked(tmp_path)
    by = ["assess", path, "--format", "json", "--on", BEFORE]
    later = json.loads(out(capsys, *by, "--edition", TOY))
    assert later["edition"]["inForce"] is False
    assert later["notices"][0]["kind"] == "edition-not-yet-in-force"
    for name in ("junior", "librarian/junior", f"librarian/{TOY}/junior", f"{CATEGORY}junior"):
        assert json.loads(out(capsys, *by, "--edition", TOY, "--category", name))["target"] == (
            "junior"
        )
    assert run([*by, *DATA, "--category", "expert", "--lang", "en"]) == 2
    assert "higher-none, higher-second" in capsys.readouterr().err
    assert run([*by, *DATA, "--edition", TOY, "--category", "higher-first", "--lang", "en"]) == 2
    assert "junior, leading, expert" in capsys.readouterr().err
    applying = asked(tmp_path, appliesFor=f"librarian/{TOY}/leading")
    assert run(["assess", applying, *DATA, "--on", BEFORE, "--lang", "en"]) == 2
    assert "higher-none, higher-second" in capsys.readouterr().err
    assert "Leading specialist: met" in out(capsys, "assess", applying, "--on", FIRST)


def test_the_chain_of_editions_is_asked_by_a_day(capsys: Capture) -> None:
    for day, edition in ((BEFORE, "order-338-2026-06-19"), (FIRST, TOY), ("2034-12-31", TOY)):
        rows = csv.DictReader(
            io.StringIO(
                out(capsys, "query", "editions", "--param", f"date={day}", "--format", "csv")
            )
        )
        held = [r["edition"].rpartition("/")[2] for r in rows if r["is_in_force"] == "true"]
        assert held == [edition]
    shown = out(capsys, "show", f"category/librarian/{TOY}/expert")
    assert ("Expert specialist" in shown and "A1" in shown) or "I2" in shown


def test_both_editions_stand_side_by_side(tmp_path: Path, capsys: Capture) -> None:
    people = tmp_path / "people"
    people.mkdir()
    second = {"level": "higher", "field": "library-science", "awarded": "2015-06-30"}
    staff = [
        profile(id="urn:example:gains", name="Айгүл"),
        profile(id="urn:example:neither", credentials=[], employments=[], documents=[]),
    ]
    (people / "staff.json").write_text(json.dumps(staff), encoding="utf-8")
    known = assessor()
    items = [r.item for r in known.positions.rules(known.positions.default).requirements if r.item]
    whole = json.loads((ROOT / "web" / "samples" / "librarian.json").read_text("utf-8"))
    loses = whole | {"id": "urn:example:loses", "credentials": [second], "knowledge": items}
    loses["employments"] = [{"position": "school-librarian", "start": "2018-09-01"}]
    loses.pop("appliesFor", None)
    (people / "one.json").write_text(json.dumps(loses), encoding="utf-8")
    args = ["ontology", "diff", SEED, TOY, "--profiles", str(people), "--on", FIRST]
    found = json.loads(out(capsys, *args, "--format", "json", status=1))
    assert [c["category"] for c in found["new"]["categories"]] == [
        f"librarian/{TOY}/{slug}" for slug in ("junior", "leading", "expert")
    ]
    pairs = {(c["old"], c["new"].rpartition("/")[2]) for c in found["correspondences"]}
    assert ("librarian/higher-first", "leading") in pairs
    assert len(found["kept"]) == 1  # bibliography
    assert {r["clauses"][0]["id"] for r in found["added"]} == {"E1", "X1", "A1"}
    affected = {person["candidate"]: person for person in found["affected"]}
    assert found["candidates"] == 3
    assert set(affected) == {"urn:example:gains", "urn:example:loses"}
    loses = affected["urn:example:loses"]
    assert loses["before"] == ["librarian/higher-highest"]
    assert loses["after"] == [f"librarian/{TOY}/junior"]
    assert [(r["clause"], r["status"]) for r in loses["lacking"]] == [
        ("X1", "not-shown"),
        ("A1", "not-shown"),
    ]
    gains = affected["urn:example:gains"]
    assert gains["before"] == [] and gains["after"] == [f"librarian/{TOY}/expert"]
    assert gains["lacked"] and all(reason["quote"] for reason in gains["lacked"])
    for lang, said in (("kk", "адамның"), ("ru", "затронуты"), ("en", "are affected")):
        assert run([*args, *DATA, "--lang", lang]) == 1
        assert said in capsys.readouterr().out
    assert run(["ontology", "diff", SEED, "order-338-2022", *DATA, "--lang", "en"]) == 2
    assert SEED in capsys.readouterr().err


def test_a_list_is_judged_by_the_edition_of_the_day(tmp_path: Path, capsys: Capture) -> None:
    people = [profile(**changed, id=f"urn:example:{n}") for n, (changed, on, _) in
              enumerate(UNMET) if on == FIRST]  # fmt: skip
    source = tmp_path / "people.jsonl"
    source.write_text("\n".join(map(json.dumps, people)), encoding="utf-8")
    for on, slugs in ((FIRST, ["junior", "leading", "expert"]), (BEFORE, None)):
        target = tmp_path / f"{on}.jsonl"
        assert run(["batch", str(source), "-o", str(target), *DATA, "--on", on]) == 1
        lines = [json.loads(line) for line in target.read_text().splitlines()]
        for line, (changed, _, _) in zip(lines, [u for u in UNMET if u[1] == FIRST], strict=True):
            one = assess(on, **changed)
            assert [c["status"] for c in line["categories"]] == [
                str(c.status) for c in one.categories
            ]
            assert [c["earliestOn"] for c in line["categories"]] == [
                c.earliest_on and c.earliest_on.isoformat() for c in one.categories
            ]
            assert slugs is None or [c["category"] for c in line["categories"]] == slugs
    capsys.readouterr()


@pytest.mark.parametrize(("on", "conforms"), [(FIRST, True), (BEFORE, False)])
def test_its_shapes_are_exported_and_judge_the_evidence_of_the_day(
    on: str, conforms: bool, tmp_path: Path, capsys: Capture
) -> None:
    asked = ["--edition", TOY, "--category", "expert"]
    shapes = out(capsys, "ontology", "export", "--shapes", *asked)
    path = tmp_path / "person.json"
    path.write_text(json.dumps(profile()), encoding="utf-8")
    evidence = out(capsys, "profile", "derive", str(path), "--on", on, *asked)
    graphs = [rdflib.Graph().parse(data=text, format="turtle") for text in (evidence, shapes)]
    assert pyshacl.validate(graphs[0], shacl_graph=graphs[1])[0] is conforms
    unheld = ["ontology", "export", "--shapes", "--edition", "order-338-2022", *DATA]
    assert run(unheld) == 2 and TOY in capsys.readouterr().err
    assert run(["ontology", "export", "--edition", TOY, *DATA]) == 2


def test_a_list_names_whoever_applies_for_a_category_that_the_edition_lacks(
    tmp_path: Path, capsys: Capture
) -> None:
    people = [profile(), profile(appliesFor="librarian/higher-first")]
    for someone in people:
        someone.pop("id")
    source, target = tmp_path / "people.json", tmp_path / "verdicts.csv"
    source.write_text(json.dumps(people), encoding="utf-8")
    asked = ["batch", str(source), "-o", str(target), *DATA, "--on", FIRST, "--lang", "en"]
    assert run(asked) == 2
    [mistake] = csv.DictReader(io.StringIO(Path(f"{target}.errors.csv").read_text("utf-8-sig")))
    assert mistake["candidate"] == "urn:libonto:candidate:2"
    expected = "Candidate urn:libonto:candidate:2 applies for librarian/higher-first, which the"
    assert mistake["message"].startswith(expected)
    assert mistake["message"].endswith("It has: junior, leading, expert.")
    capsys.readouterr()


@pytest.mark.parametrize(
    ("stated", "written", "subject"),
    [
        ('"2030-01-01"^^xsd:date', '"2030"^^xsd:gYear', "edition/order-338-toy"),
        ("lo:minimumYears 1 ;", "lo:minimumYears 1.5 ;", "condition/librarian/order-338-toy/"),
        ("oa:end 139 ", 'oa:end "x" ', "clause/order-338-toy/librarian/E1"),
        ("schema:position 3 ;", "schema:position 3.5 ;", "/librarian/order-338-toy/"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(
    stated: str, written: str, subject: str, tmp_path: Path, capsys: Capture
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(LATER, folder)
    path = folder / "ontology" / "positions" / "librarian-order-338-toy.ttl"
    text = path.read_text("utf-8")
    assert stated in text
    path.write_text(text.replace(stated, written), encoding="utf-8")
    args = ["assess", asked(tmp_path), "--data", str(folder), "--on", FIRST, "--lang", "en"]
    assert run(args) == 2
    mistake = capsys.readouterr().err
    assert subject in mistake and "cannot be the value of" in mistake


@pytest.fixture(scope="module")
def later(serve: Callable[..., Any]) -> Any:
    return serve(*DATA)


def test_the_service_and_the_pages_judge_by_it(later: Any) -> None:
    def post(on: str, **asked: str) -> Any:
        return later.http.post("/api/assess", params={"on": on, "lang": "en", **asked},
                               json=profile())  # fmt: skip

    assert post(FIRST).json()["highest"] == {"specialist": "expert"}
    assert post(BEFORE).json()["edition"]["edition"].endswith(SEED)
    assert post(BEFORE, edition=TOY).json()["edition"]["edition"].endswith(TOY)
    refused = post(FIRST, category="higher-first")
    assert refused.status_code == 400 and "junior, leading, expert" in refused.json()["detail"]
    home = later.http.get("/?lang=en").text
    assert "Higher ladder" in home and "Specialist ladder" not in home  # not in force before 2030
    form = later.http.get("/check?lang=en").text
    assert f'<option value="{TOY}">' in form and f'<option value="librarian/{TOY}/junior">' in form
    page = later.http.post(
        "/check?lang=en",
        data={"document": json.dumps(profile()), "on": BEFORE, "edition": TOY},
    ).text
    verdict = page.index('id="verdict"')
    assert "is in force only from" in page[:verdict]
    assert "Expert specialist" in page[verdict:]
    assert f'name="edition" value="{TOY}"' in page
    expert = later.http.get(f"/id/category/librarian/{TOY}/expert.html?lang=en").text
    assert "An achievement in a professional contest" in expert
