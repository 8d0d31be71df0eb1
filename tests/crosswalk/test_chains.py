"""From a concept to its counterparts, with the weakest link's strength and the way."""

import pytest

from libonto.crosswalk.chains import Counterpart, Crosswalk, Relation
from libonto.errors import UsageError
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph

ID = "https://w3id.org/libonto/id/"
EQF = "http://data.europa.eu/snb/eqf/"


@pytest.fixture(scope="module")
def crosswalk(ours: Graph) -> Crosswalk:
    return Crosswalk(ours)


def to(crosswalk: Crosswalk, start: str, framework: str) -> dict[str, Counterpart]:
    concept = crosswalk.frameworks.concept(start)
    found = crosswalk.counterparts(concept, crosswalk.frameworks.named(framework))
    return {c.end: c for c in found}


def test_a_stated_mapping_is_found_in_both_directions(crosswalk: Crosswalk) -> None:
    there = to(crosswalk, "education/higher", "eqf")[EQF + "6"]
    back = to(crosswalk, "eqf/6", "education")[ID + "education/higher"]
    for found in (there, back):
        assert found.is_stated
        assert found.relation is Relation.CLOSE
        assert (found.strength, found.confirmation) == (0.6, "inferred")


def test_a_graph_that_has_not_loaded_the_frameworks_yet_loads_them() -> None:
    lazy = Crosswalk(Graph(Catalogue.of(), whole=False))
    assert EQF + "6" in to(lazy, "education/higher", "eqf")


def test_what_is_narrower_one_way_is_broader_the_other(crosswalk: Crosswalk) -> None:
    assert to(crosswalk, "education/postgraduate", "eqf")[EQF + "8"].relation is Relation.NARROW
    found = to(crosswalk, "eqf/8", "education")[ID + "education/postgraduate"]
    assert found.relation is Relation.BROAD


def test_a_chain_of_close_links_is_only_related_and_as_strong_as_its_weakest_link(
    crosswalk: Crosswalk,
) -> None:
    found = to(crosswalk, "isced-2011/7", "kz-nqf")[ID + "framework/kz-nqf/7"]
    assert found.relation is Relation.RELATED
    assert not found.is_stated
    assert [link.end for link in found.links] == [
        ID + "framework/qf-ehea/second-cycle",
        EQF + "7",
        ID + "framework/kz-nqf/7",
    ]
    assert found.strength == min(link.mapping.confidence for link in found.links) == 0.7


def test_a_chain_is_no_firmer_than_its_least_firm_link(crosswalk: Crosswalk) -> None:
    found = to(crosswalk, "education/post-secondary", "qf-ehea")
    assert found[ID + "framework/qf-ehea/short-cycle"].confirmation == "memory-unverified"


def test_two_parts_of_one_group_are_no_counterparts(crosswalk: Crosswalk) -> None:
    # The ladder and the information manager both lie in ISCO-08 2622.
    found = to(crosswalk, "ladder/librarian/higher", "esco-occupations")
    assert [crosswalk.frameworks.code(end) for end in found] == ["2622.2"]


def test_a_category_has_no_level_and_what_it_asks_for_speaks_for_it(
    crosswalk: Crosswalk,
) -> None:
    category = crosswalk.frameworks.concept("librarian/higher-first")
    assert category == ID + "category/librarian/higher-first"
    assert crosswalk.counterparts(category) == []
    assert crosswalk.bases(category) == [
        category,
        ID + "education/higher",
        ID + "education/postgraduate",
        ID + "field/library-science",
        ID + "field/pedagogy",
    ]


def test_a_requirement_that_a_lower_category_states_counts_too(crosswalk: Crosswalk) -> None:
    category = crosswalk.frameworks.concept("librarian/middle-highest")
    assert ID + "education/technical-vocational" in crosswalk.bases(category)


def test_the_best_way_is_shown_a_stated_one_before_any_chain(crosswalk: Crosswalk) -> None:
    found = to(crosswalk, "education/higher", "isced-2011")[ID + "framework/isced-2011/6"]
    assert found.is_stated, "EQF 6 and the first cycle lead there too"


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("eqf/6", EQF + "6"),
        ("isced-f/0322", "http://data.europa.eu/snb/isced-f/0322"),
        ("isco-08/2622", "http://data.europa.eu/esco/isco/C2622"),
        (
            "esco/2622.2",
            "http://data.europa.eu/esco/occupation/60f7eb23-a7ea-4cbe-98a5-1248291f62d5",
        ),
        ("kz-programmes/B043", ID + "framework/kz-programmes/B043"),
        ("framework/kz-nqf/6", ID + "framework/kz-nqf/6"),
        ("education/higher", ID + "education/higher"),
        ("librarian", ID + "position/librarian"),
        (EQF + "6", EQF + "6"),
    ],
)
def test_a_concept_is_found_by_what_it_is_called(crosswalk: Crosswalk, name: str, iri: str) -> None:
    assert crosswalk.frameworks.concept(name) == iri


@pytest.mark.parametrize("name", ["eqf/9", "eqff/6", "nothing", "http://example.org/x", ""])
def test_a_concept_that_does_not_exist_is_an_error(crosswalk: Crosswalk, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        crosswalk.frameworks.concept(name)
    assert caught.value.key.startswith("concept-unknown")


def test_a_name_of_several_things_is_an_error(crosswalk: Crosswalk) -> None:
    with pytest.raises(UsageError) as caught:
        crosswalk.frameworks.concept("pedagogy")
    assert caught.value.key == "show-several"


def test_a_framework_is_named_with_its_parts_and_an_unknown_one_is_an_error(
    crosswalk: Crosswalk,
) -> None:
    named = crosswalk.frameworks.named
    assert named("esco") == {"esco", "esco-occupations", "esco-skills"}
    assert named(ID + "framework/eqf") == {"eqf"}
    with pytest.raises(UsageError) as caught:
        named("escoo")
    assert caught.value.params["nearest"] == "esco"


def test_every_way_is_walkable_and_passes_no_concept_twice(crosswalk: Crosswalk) -> None:
    for start in crosswalk.links:
        for found in crosswalk.counterparts(start):
            at = start
            for link in found.links:
                assert link.start == at
                at = link.end
            assert at == found.end
            passed = [start, *(link.end for link in found.links)]
            assert len(set(passed)) == len(passed)
