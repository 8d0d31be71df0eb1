"""`POST /api/assess`: the same verdicts as the command, every form, every error with its status."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Dataset, NamedNode, RdfFormat, parse, serialize
from tests.golden.cases import called

from libonto.cli.frame import run

ROOT = Path(__file__).resolve().parents[2]
PLAIN = ROOT / "examples" / "librarian.json"
TURTLE = ROOT / "examples" / "librarian.ttl"
ON = "2026-11-22"
SH = "http://www.w3.org/ns/shacl#"
FORMS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/trig": RdfFormat.TRIG,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}


def post(server: Any, content: bytes | str, kind: str, accept: str = "", **params: Any) -> Any:
    headers = {"Content-Type": kind, **({"Accept": accept} if accept else {})}
    data = content.encode() if isinstance(content, str) else content
    params = {"lang": "en", "on": ON, **params}
    return server.http.post("/api/assess", content=data, headers=headers, params=params)


def by_command(*args: str) -> Any:
    printed = called("assess", "--format", "json", "--on", ON, *args)
    return json.JSONDecoder().raw_decode(printed)[0]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_answer_is_that_of_the_command(server: Any, lang: str) -> None:
    answer = post(server, PLAIN.read_bytes(), "application/json", lang=lang)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Language"] == lang
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json() == by_command(str(PLAIN), "--lang", lang)


@pytest.mark.parametrize("kind", FORMS)
def test_every_form_of_a_profile_is_read(server: Any, kind: str) -> None:
    quads = list(parse(TURTLE.read_bytes(), format=RdfFormat.TURTLE))
    content = serialize([q.triple for q in quads], format=FORMS[kind])
    expected = post(server, TURTLE.read_bytes(), "text/turtle").json()
    answer = post(server, content, kind)
    assert answer.status_code == 200, answer.text
    assert answer.json()["highest"] == expected["highest"]
    assert answer.json()["categories"] == expected["categories"]


def test_the_parameters_are_those_of_the_command(server: Any) -> None:
    profile = ROOT / "examples" / "college-librarian.json"
    content = profile.read_bytes()
    params: dict[str, Any] = {"on": "2025-01-31", "reading": ["college-service=counted"]}
    found = post(server, content, "application/json", **params, category="higher-first").json()
    asked = ("--reading", "college-service=counted", "--category", "higher-first")
    assert found == by_command(str(profile), "--lang", "en", "--on", "2025-01-31", *asked)
    assert found["readings"]["college-service"] == "counted"
    two = ["college-service=counted", "successor-act=not-accepted"]
    found = post(server, content, "application/json", reading=two).json()["readings"]
    assert (found["college-service"], found["successor-act"]) == ("counted", "not-accepted")


def test_one_candidate_is_an_object_and_several_are_an_array(server: Any) -> None:
    one = json.loads(PLAIN.read_text(encoding="utf-8"))
    two = [{**one, "id": f"urn:example:{n}"} for n in (1, 2)]
    assert isinstance(post(server, json.dumps(one), "application/json").json(), dict)
    found = post(server, json.dumps(two), "application/json").json()
    assert [each["candidate"] for each in found] == ["urn:example:1", "urn:example:2"]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_what_was_passed_over_is_said_as_the_command_says_it(
    server: Any, lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "people.csv"
    table.write_text("ID,Level,Field,Phone\n1,higher,0322,7\n2,higher,011,7\nTotal,,,2\n")
    found = post(server, table.read_bytes(), "text/csv", lang=lang).json()
    assert [each["candidate"] for each in found] == ["urn:libonto:person:1", "urn:libonto:person:2"]
    assert len(found[0]["remarks"]) == 2
    run(["assess", str(table), "--on", ON, "--lang", lang])
    said = capsys.readouterr().err.replace(f"{table}, ", "").splitlines()
    assert [each.get("remarks") for each in found] == [said, None]
    assert "remarks" not in post(server, PLAIN.read_bytes(), "application/json").json()


@pytest.mark.parametrize(
    "kind", ["text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"]
)
def test_where_rdf_is_accepted_the_answer_is_a_validation_report(server: Any, kind: str) -> None:
    answer = post(server, PLAIN.read_bytes(), "application/json", kind, category="higher-second")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    report = Dataset(parse(answer.content, format=FORMS[kind]))
    conforms = [q.object for q in report.quads_for_predicate(NamedNode(SH + "conforms"))]
    assert [value.value for value in conforms] == ["true"]
    answer = post(server, PLAIN.read_bytes(), "application/json", kind, category="higher-highest")
    report = Dataset(parse(answer.content, format=FORMS[kind]))
    assert list(report.quads_for_predicate(NamedNode(SH + "result")))


GOOD = '{"credentials": [{"level": "higher", "field": "pedagogy"}]}'


@pytest.mark.parametrize(
    ("content", "kind", "params", "status", "said"),
    [
        (GOOD, "application/json", {"positon": "x"}, 400, "positon"),
        (GOOD, "application/json", {"position": "pilot"}, 400, "pilot"),
        (GOOD, "application/json", {"position": "school-librarian"}, 400, "school-librarian"),
        (GOOD, "application/json", {"category": "higher-frist"}, 400, "higher-first"),
        (GOOD, "application/json", {"on": "2026-02-30"}, 400, "2026-02-30"),
        (GOOD, "application/json", {"on": "20261122"}, 400, "20261122"),
        (GOOD, "application/json", {"lang": "de"}, 400, "de"),
        (GOOD, "application/json", {"reading": "college-service"}, 400, "college-service"),
        (GOOD, "application/json", {"reading": "college-servise=counted"}, 400, "college-service"),
        (
            GOOD,
            "application/json",
            {"reading": ["college-service=counted", "college-service=not-counted"]},
            400,
            "college-service",
        ),
        (GOOD, "application/json", {"on": ["2026-01-01", "2026-01-02"]}, 400, "on"),
        ("{", "application/json", {}, 400, "line 1"),
        ("<a> <b>", "text/turtle", {}, 400, "line 1"),
        ("", "application/json", {}, 422, "empty"),
        ("[]", "application/json", {}, 422, "no candidate"),
        ("<urn:x:a> <urn:x:b> 1 .", "text/turtle", {}, 422, "no candidate"),
        (
            '{"credentials": [{"level": "higher"}]}',
            "application/json",
            {},
            422,
            "credential 1, field",
        ),
        ('{"crdentials": []}', "application/json", {}, 422, "crdentials"),
        (GOOD, "text/plain", {}, 415, "text/plain"),
        (GOOD, "", {}, 415, "Content-Type"),
        (GOOD, "application/json; charset=utf-16", {}, 415, "utf-16"),
    ],
)
def test_an_error_has_its_status_and_says_where(
    server: Any, content: str, kind: str, params: dict[str, Any], status: int, said: str
) -> None:
    answer = post(server, content, kind, **params)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert said in problem["detail"]


def test_every_problem_of_a_profile_is_listed_with_its_place(server: Any) -> None:
    content = (
        '[{"credentials": [{"level": "hi", "field": "pedagogy"}, {"level": "higher"}]}, {"x": 1}]'
    )
    answer = post(server, content, "application/json")
    assert answer.status_code == 422
    places = {
        (p.get("candidate"), p.get("part"), p.get("number"), p.get("property"))
        for p in answer.json()["problems"]
    }
    assert places >= {
        ("urn:libonto:candidate:1", "credential", 1, "level"),
        ("urn:libonto:candidate:1", "credential", 2, "field"),
    }
    assert any(place[0] == "urn:libonto:candidate:2" for place in places)


def test_what_cannot_be_given_is_406_and_other_methods_are_405(server: Any) -> None:
    assert post(server, GOOD, "application/json", "image/png").status_code == 406
    answer = server.http.get("/api/assess")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/positions/librarian", 406),
        ("/api/queries/nothing", 404),
        ("/api/crosswalk?nothing=1", 400),
        ("/api/assess", 405),
    ],
)
def test_an_error_of_the_api_is_a_problem_for_a_browser_too(
    server: Any, path: str, status: int
) -> None:
    answer = server.http.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_the_choices_of_the_installation_are_used_and_shown(serve: Any, tmp_path: Path) -> None:
    server = serve(env={"LIBONTO_READINGS": "college-service=counted"})
    try:
        found = post(server, GOOD, "application/json").json()
        assert found["readings"]["college-service"] == "counted"
        reading = {"reading": "college-service=not-counted"}
        found = post(server, GOOD, "application/json", **reading).json()
        assert found["readings"]["college-service"] == "not-counted"
    finally:
        server.stop()


def test_a_packed_body_is_refused_and_not_unpacked(server: Any) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    for path in ("/api/assess", "/api/batch"):
        answer = server.http.post(
            path, content=gzip.compress(PLAIN.read_bytes()), headers=headers, params={"lang": "en"}
        )
        assert answer.status_code == 415
        assert "gzip" in answer.json()["detail"]
    headers["Content-Encoding"] = "identity"
    plain = server.http.post("/api/assess", content=PLAIN.read_bytes(), headers=headers)
    assert plain.status_code == 200


def test_an_edition_can_be_asked_for_and_one_that_is_not_held_is_refused(server: Any) -> None:
    content = PLAIN.read_bytes()
    day = {"on": "2026-11-22"}
    held = post(server, content, "application/json", edition="order-338-source", **day)
    assert held.json()["edition"]["edition"].endswith("/edition/order-338-source")
    refused = post(server, content, "application/json", edition="order-338-2022", **day)
    assert refused.status_code == 400
    assert "order-338-source" in refused.json()["detail"]
