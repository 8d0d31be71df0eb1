"""What a draft states with alternatives, nested years, documents and categories is judged."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import NamedNode
from tests.drafting.judged import ANSWERS, CASES, settled

from libonto.drafting.folder import create, files_of
from libonto.drafting.points import Known
from libonto.drafting.position import Position
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.graph.terms import resource
from libonto.public import as_object, assess

ON = date(2026, 11, 28)


@pytest.fixture(scope="module")
def known() -> Known:
    return Known(Graph(Catalogue.of()))


@pytest.fixture(scope="module")
def folder(known: Known, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("drafted") / "methodist"
    create(settled(known), made, "en")
    return made


def test_everything_that_is_judged_is_answered(known: Known) -> None:
    left = {point.ask for point in settled(known).open}
    assert left <= {"position", "act", "document", "duty", "text"}


def test_each_alternative_is_judged_on_both_sides(folder: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps([given for given, _, _ in CASES.values()]), "utf-8")
    found = [
        as_object(one) for one in assess(profile, position="methodist", on=ON, data=[str(folder)])
    ]
    for (name, (_, education, service)), answer in zip(CASES.items(), found, strict=True):
        statuses = {r["kind"]: r["status"] for r in answer["requirements"]}
        for kind, expected in (("education", education), ("experience", service)):
            if expected:
                assert statuses[kind] == expected, (name, kind)
            else:
                assert statuses[kind] != "met", (name, kind)
    assert found[-1]["highest"] == {"methodist": "methodist"}


def test_the_readings_on_all_requirements_bear_on_drafted_ones(folder: Path) -> None:
    graph = Graph(Catalogue.of([folder]))
    bearing = {
        kind: {
            reading.rpartition("/")[2]
            for requirement in graph.instances(f"lo:{kind}Requirement")
            if "/methodist/" in requirement
            for reading in graph.instances("lo:Reading")
            if requirement in graph.iris(NamedNode(reading), "lo:bearsOn")
        }
        for kind in ("Education", "Experience", "Knowledge")
    }
    assert bearing == {
        "Education": {"foreign-diploma"},
        "Experience": {"service-arithmetic", "service-before-diploma"},
        "Knowledge": set(),
    }


def test_the_successor_of_an_act_shows_a_drafted_item_too(folder: Path, tmp_path: Path) -> None:
    graph = Graph(Catalogue.of([folder]))
    act = graph.iris(resource("knowledge", "law-anti-corruption"), "lo:refersToAct")[0]
    [successor] = graph.iris(NamedNode(act), "dcterms:isReplacedBy")
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps({"knowledge": [successor]}), "utf-8")
    statuses = {}
    for option in ("accepted", "not-accepted"):
        [answer] = assess(
            profile,
            position="methodist",
            on=ON,
            data=[str(folder)],
            readings={"successor-act": option},
        )
        statuses[option] = [
            r["status"]
            for r in as_object(answer)["requirements"]
            if "anti-corruption" in r["requirement"]
        ]
    assert statuses == {"accepted": ["met"], "not-accepted": ["not-shown"]}


def test_what_is_left_unjudged_in_an_alternative_leaves_all_of_it_unjudged(known: Known) -> None:
    position = settled(known).with_answers({"document/P01/same": "left"})
    assert "unstated/P01" in [p.key for p in position.open if p.ask == "unstated"]
    shapes = files_of(position, "en")["shapes/positions/methodist.ttl"].decode()
    assert "lo:countedCredential" not in shapes and "sh:minInclusive 3" in shapes
    unanswered = replace(settled(known).state, answers={**ANSWERS, "join/G01/by": ""})
    shapes = files_of(Position(unanswered, known), "en")["shapes/positions/methodist.ttl"].decode()
    assert "sh:minInclusive 3" not in shapes and "lo:countedCredential" in shapes
