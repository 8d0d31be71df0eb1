"""`libonto profile derive`: what follows from a profile, beside what it comes from."""

import json
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, parse
from rdflib import Graph

from libonto.cli.frame import run

Capture = pytest.CaptureFixture[str]
ROOT = Path(__file__).resolve().parents[2]
SAMPLE = str(ROOT / "examples" / "librarian.ttl")
XSD_DATE = "http://www.w3.org/2001/XMLSchema#date"
PREFIX = "PREFIX lo: <https://w3id.org/libonto/ns#> PREFIX prov: <http://www.w3.org/ns/prov#> "


def derived(capsys: Capture, *args: str) -> Store:
    assert run(["profile", "derive", *args]) == 0
    store = Store()
    store.extend(parse(capsys.readouterr().out, format=RdfFormat.TURTLE))
    return store


def ask(store: Store, pattern: str) -> bool:
    return bool(store.query(f"{PREFIX}ASK {{ {pattern} }}"))


def test_what_is_derived_names_what_it_comes_from(capsys: Capture) -> None:
    store = derived(capsys, SAMPLE, "--on", "2026-11-22")
    assert ask(
        store,
        "?c a lo:Candidate ; lo:service ?s ; lo:hasEmployment ?e ."
        " ?s lo:completedYears ?n ; prov:wasDerivedFrom ?e . ?e lo:startedOn ?d",
    )
    assert ask(store, "?c lo:countedCredential ?d ; lo:hasCredential ?d . ?d lo:inField ?f")
    assert ask(store, "?c lo:showsKnowledge ?k ; lo:hasKnowledgeOf ?k")


def test_the_day_decides(capsys: Capture) -> None:
    years = {}
    for day in ("2021-08-31", "2021-09-01"):
        store = derived(capsys, SAMPLE, "--on", day)
        (row,) = store.query(f"{PREFIX}SELECT ?n {{ ?c lo:service/lo:completedYears ?n }}")
        years[day] = row["n"].value
        assert ask(store, f'?c a lo:Candidate ; lo:assessedOn "{day}"^^<{XSD_DATE}>')
    assert years == {"2021-08-31": "2", "2021-09-01": "3"}


COLLEGE = {
    "employments": [{"position": "college-librarian", "start": "2018-09-01"}],
    "holds": [{"category": "librarian/higher-second", "granted": "2022-11-22"}],
}


@pytest.mark.parametrize(
    ("readings", "years", "apart"),
    [
        ([], "0", {}),
        (["college-service=counted"], "8", {}),
        (
            ["college-service=counted", "service-years=since-previous-category"],
            "8",
            {"experience-4-years": "4", "experience-5-years": "0"},
        ),
    ],
)
def test_the_readings_chosen_count_the_service(
    capsys: Capture, tmp_path: Path, readings: list[str], years: str, apart: dict[str, str]
) -> None:
    """Service that a requirement counts otherwise than the first one is stated for it alone."""
    path = tmp_path / "college.json"
    path.write_text(json.dumps(COLLEGE))
    chosen = [part for reading in readings for part in ("--reading", reading)]
    store = derived(capsys, str(path), "--on", "2026-11-22", *chosen)
    (row,) = store.query(f"{PREFIX}SELECT ?n {{ ?c lo:service/lo:completedYears ?n }}")
    assert row["n"].value == years
    rows = store.query(f"{PREFIX}SELECT ?r ?n {{ ?s lo:countedFor ?r ; lo:completedYears ?n }}")
    assert {r["r"].value.rpartition("/")[2]: r["n"].value for r in rows} == apart


@pytest.mark.parametrize(
    ("options", "counts"), [([], False), (["--reading", "foreign-diploma=by-level"], True)]
)
def test_a_foreign_diploma_counts_by_the_reading_chosen(
    capsys: Capture, tmp_path: Path, options: list[str], counts: bool
) -> None:
    path = tmp_path / "foreign.json"
    diploma = {"country": "DE", "level": "de-dqr/6", "field": "library-science"}
    path.write_text(json.dumps({"credentials": [diploma]}))
    store = derived(capsys, str(path), "--on", "2026-11-22", *options)
    assert ask(store, "?c lo:hasCredential ?d")
    assert ask(store, "?c lo:countedCredential/lo:educationLevel ?level") is counts


def test_the_edition_asked_for_says_what_is_derived(capsys: Capture, tmp_path: Path) -> None:
    """Only the made-up later edition counts the head of a school library apart."""
    path = tmp_path / "head.json"
    head = {"position": "school-library-head", "start": "2018-09-01"}
    path.write_text(json.dumps({"employments": [head]}))
    args = [str(path), "--on", "2026-11-22", "--data", str(ROOT / "tests/fixtures/later-edition")]
    counted = "?c lo:partialService/lo:completedYears 8"
    assert not ask(derived(capsys, *args), counted)
    assert ask(derived(capsys, *args, "--edition", "order-338-toy"), counted)


@pytest.mark.parametrize(
    ("form", "name"), [("ntriples", "nt"), ("rdfxml", "xml"), ("jsonld", "json-ld")]
)
def test_every_form_holds_the_same_graph(capsys: Capture, form: str, name: str) -> None:
    assert run(["profile", "derive", SAMPLE, "--on", "2026-11-22", "--format", form]) == 0
    found = Graph().parse(data=capsys.readouterr().out, format=name)
    store = derived(capsys, SAMPLE, "--on", "2026-11-22")
    assert len(found) == len(store)


def test_several_candidates_stand_beside_each_other(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "two.json"
    path.write_text(json.dumps([{"id": "urn:x:1"}, {"id": "urn:x:2"}]))
    store = derived(capsys, str(path), "--on", "2026-11-22")
    assert {q.subject for q in store} == {NamedNode("urn:x:1"), NamedNode("urn:x:2")}


@pytest.mark.parametrize(
    ("text", "status"), [("", 3), ("{", 2), ('{"nmae": "x"}', 2), ('{"id": "x"}', 2)]
)
def test_a_bad_profile_is_a_message(
    capsys: Capture, tmp_path: Path, text: str, status: int
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)
    assert run(["profile", "derive", str(path), "--lang", "en"]) == status
    out, err = capsys.readouterr()
    assert out == "" and err and "Traceback" not in err
