"""The legal acts and the questions left open claim no more than was found of them.

`acts.json` holds what was found and how: seen in a source, or from memory.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode

from libonto.graph.catalogue import Catalogue, own_folder
from libonto.graph.store import Graph
from libonto.graph.terms import ID

FACTS = json.loads((Path(__file__).parent / "acts.json").read_text("utf-8"))
ROWS = {row["concept"]: row for row in FACTS["laws"]}
EVIDENCE = f"{ID}evidence/"
WITHOUT_CODE = {
    "act:model-staff-2008": "decree-77-2008",
    "act:service-by-specialty-2002": "order-105-2002",
    "act:attestation-rules": "order-83-2016",
    "act:university-library-regulation": "order-827-2000",
    "act:recognition-convention": "law-260-2026",
    "act:culture-order-209": "order-209-2017",
}
"""The acts whose code in the official collection was not seen."""


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph(Catalogue((own_folder(),)))


def act(concept: str) -> NamedNode:
    slug = ROWS[concept].get("adilet_code") or WITHOUT_CODE[concept]
    return NamedNode(f"{ID}act/{slug}")


def firm(text: str) -> str:
    return "memory-unverified" if "memory" in text else "seen"


def test_every_act_found_is_described_and_no_other(graph: Graph) -> None:
    found = {act(concept).value for concept in ROWS}
    order = FACTS["order_338"]
    found |= {ID + "act/" + order["id"], ID + "act/" + order["predecessor"]["id"]}
    found |= {f"{ID}act/{a['id']}" for a in order["amendments"] if "id" in a}
    named = set(graph.instances("eli:LegalResource")) - found
    text = json.dumps(FACTS, ensure_ascii=False)
    for iri in named:  # one that a row names: by number and day
        node = NamedNode(iri)
        number, day = graph.text(node, "eli:number"), graph.text(node, "eli:date_document")
        year, month, of_month = str(day).split("-")
        assert re.search(rf"No\. {number} of {of_month}\.{month}\.{year}", text), iri


@pytest.mark.parametrize("concept", sorted(ROWS))
def test_an_act_states_what_was_found_of_it(graph: Graph, concept: str) -> None:
    row, node = ROWS[concept], act(concept)
    stated = graph.text(node, "eli:number")
    wanted = str(row["number"]).split(" ")[0] if row["number"] else None
    assert stated == wanted or (stated or "").split("-")[0] == wanted
    day = graph.text(node, "eli:date_document")
    assert day == (row["date"] if len(row["date"]) == 10 else None)
    assert graph.iris(node, "lo:confirmation") == [EVIDENCE + firm(row["evidence"])]
    for property_, key in (
        ("eli:first_date_entry_in_force", "first_date_entry_in_force"),
        ("eli:date_no_longer_in_force", "date_no_longer_in_force"),
    ):
        said = graph.text(node, property_)
        assert said is None or said == row.get(key) or marked(graph, node, property_)
    if replaced := row.get("replaced_by"):
        assert graph.iris(node, "dcterms:isReplacedBy") == [act(replaced).value]
    titles = graph.translations(node, "eli:title")
    known = row.get("title", {})
    assert all(lang in known for lang in titles)
    if status := status_of(row):
        in_force = graph.iris(node, "eli:in_force")
        assert in_force == [f"http://data.europa.eu/eli/ontology#InForce-{status}"]
    else:
        assert graph.iris(node, "eli:in_force") == []


def status_of(row: dict[str, Any]) -> str | None:
    status = row["status"].lower()
    if status.startswith(("ceased", "repealed")) or "repealed by" in status:
        return "notInForce"
    return "inForce" if status.startswith("in force") or "cited as in force" in status else None


def marked(graph: Graph, act: NamedNode, property_: str) -> bool:
    """Whether the statement carries a mark of its own that it was not seen."""
    name = property_.partition(":")[2]
    for mark in graph.subjects("owl:annotatedSource", act):
        (about,) = graph.iris(mark, "owl:annotatedProperty")
        if about.endswith(f"#{name}"):
            return graph.iris(mark, "lo:confirmation") != [EVIDENCE + "seen"]
    return False


def test_an_amendment_of_the_order_is_as_sure_as_it_was_found(graph: Graph) -> None:
    of = {
        graph.text(NamedNode(iri), "eli:number"): NamedNode(iri)
        for iri in graph.instances("eli:LegalResource")
        if graph.iris(NamedNode(iri), "eli:amends") == [ID + "act/V090005750_"]
    }
    found = {}
    for amendment in FACTS["order_338"]["amendments"]:
        text = json.dumps(amendment, ensure_ascii=False)
        numbers = (
            [amendment["number"]] if "number" in amendment else re.findall(r"No\. (\d+)", text)
        )
        if numbers:  # the rest are editions whose act was not seen
            found[numbers[0]] = [EVIDENCE + firm(amendment["evidence"])]
    assert {number: graph.iris(node, "lo:confirmation") for number, node in of.items()} == found


def test_each_question_left_open_says_how_far_its_answer_is_confirmed(graph: Graph) -> None:
    asked = {
        "pedagogue": 0,
        "leave": 0,
        "pay": 1,
        "validity": 2,
        "pay-by-degree": 3,
    }
    rows = FACTS["questions_this_act_does_not_decide"]
    assert set(asked.values()) == set(range(len(rows)))
    questions = graph.instances("lo:UndecidedQuestion")
    assert {iri.removeprefix(f"{ID}question/") for iri in questions} == set(asked)
    acts = set(graph.instances("eli:LegalResource"))
    for slug, place in asked.items():
        node = NamedNode(f"{ID}question/{slug}")
        evidence = rows[place]["evidence"]
        wanted = [] if evidence == "none" else [EVIDENCE + "seen"]
        assert graph.iris(node, "lo:confirmation") == wanted
        for lang, opening in (("kk", "Бұл акт "), ("ru", ""), ("en", "This act does not decide")):
            assert graph.translations(node, "skos:definition")[lang].startswith(opening)
        named = set(graph.iris(node, "dcterms:references"))
        assert named & acts or evidence == "none"
        described = acts | set(graph.instances("lo:Reading")) | set(questions)
        assert named <= described
