"""A resource is found by what people call it, and described in both directions."""

import pytest
from pyoxigraph import NamedNode

from libonto.errors import UsageError
from libonto.graph.catalogue import Catalogue, own_folder
from libonto.graph.description import bounded, describe, find
from libonto.graph.store import Graph

ID = "https://w3id.org/libonto/id/"
NS = "https://w3id.org/libonto/ns#"
E02 = f"{ID}clause/order-338/librarian/E02"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph(Catalogue((own_folder(),)))


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("E02", E02),
        ("e02", E02),
        (E02, E02),
        (f"<{E02}>", E02),
        ("clause:E02", E02),
        ("clause/order-338/librarian/E02", E02),
        ("lo:Candidate", f"{NS}Candidate"),
        ("Candidate", f"{NS}Candidate"),
        (f"{NS}Candidate", f"{NS}Candidate"),
        ("bibliography", f"{ID}knowledge/bibliography"),
        ("knowledge/bibliography", f"{ID}knowledge/bibliography"),
        ("category:higher-first", f"{ID}category/librarian/higher-first"),
        ("higher-first", f"{ID}category/librarian/higher-first"),
        ("librarian/middle-none", f"{ID}category/librarian/middle-none"),
        ("education-higher", f"{ID}requirement/librarian/education-higher"),
        (
            "education-middle-post-secondary",
            f"{ID}shape/librarian/education-middle-post-secondary",
        ),
        ("K950001000_", f"{ID}act/K950001000_"),
        ("skos:prefLabel", "http://www.w3.org/2004/02/skos/core#prefLabel"),
        ("https://w3id.org/libonto/ns", "https://w3id.org/libonto/ns"),
    ],
)
def test_a_resource_is_found(graph: Graph, name: str, iri: str) -> None:
    assert find(graph, name) == iri


def test_a_slug_of_several_things_names_them_all(graph: Graph) -> None:
    with pytest.raises(UsageError) as caught:
        find(graph, "pedagogy")
    assert caught.value.key == "show-several"
    known = str(caught.value.params["known"])
    assert "field/pedagogy" in known
    assert "knowledge/pedagogy" in known
    for name in known.split(", "):
        assert find(graph, name)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("bibliografy", "knowledge/bibliography"),
        ("lo:Candidat", "lo:Candidate"),
        ("библиография", "knowledge/bibliography"),  # a label, whatever the language and case
        ("higher education", "education/higher"),
        (f"{ID}knowledge/bibliografy", None),
        ("zzzzzz", None),
        ("", None),
        ("http://example.org/nothing", None),
        ("<a b>", None),
        ("x:y", None),
    ],
)
def test_an_unknown_name_is_an_error(graph: Graph, name: str, nearest: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        find(graph, name)
    assert caught.value.key.startswith("show-unknown")
    if nearest:
        assert caught.value.params["nearest"] == nearest


def test_a_clause_comes_with_its_words_and_place(graph: Graph) -> None:
    (source,) = describe(graph, E02).sources
    assert (source.id, source.start, source.end) == ("E02", 2106, 2204)
    assert source.quote.endswith("немесе бейіні бойынша.")
    assert len(source.quote) == source.end - source.start


def test_a_requirement_comes_with_its_clauses_in_the_text_s_order(graph: Graph) -> None:
    about = describe(graph, f"{ID}requirement/librarian/education-higher")
    assert [source.id for source in about.sources] == ["E01", "E03", "E04", "E05"]


def test_what_refers_to_it_is_there_also_from_within_blank_nodes(graph: Graph) -> None:
    about = describe(graph, f"{ID}knowledge/bibliography")
    subjects = {subject for _, found in about.references for subject in found}
    assert f"{ID}requirement/librarian/knowledge-bibliography" in subjects
    assert f"{ID}eligibility/librarian/knowledge-bibliography" in subjects  # in a restriction


def test_the_triples_hold_the_blank_nodes_and_both_directions(graph: Graph) -> None:
    found = set(bounded(graph, E02))
    assert any(t.predicate.value.endswith("#exact") for t in found)
    assert any(t.object == NamedNode(E02) for t in found)
