"""A credential may state a level of any framework in the place of a level of education."""

import pytest

from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.profile.interchange.names import Names
from libonto.profile.vocabulary import Vocabulary

SIX = "http://data.europa.eu/snb/qdr/c_6919ed25"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(Graph(Catalogue.of(), whole=False))


def test_a_level_is_named_by_its_framework_and_code(vocabulary: Vocabulary) -> None:
    levels = vocabulary.framework_levels
    assert levels["de-dqr/6"] == SIX
    assert levels["eqf/6"] == "http://data.europa.eu/snb/eqf/6"
    assert levels["nl-nlqf/4+"] == levels["nl-nlqf/4-plus"]
    assert not [slug for slug in levels if slug.startswith("c_")]
    assert not [slug for slug in levels if " " in slug], "it would be no IRI in JSON-LD"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("de-dqr/6", SIX),
        ("DQR: уровень 6", SIX),
        ("gb-eng-nir-rqf/Entry 3", "http://data.europa.eu/snb/qdr/c_b3a26e65"),
        ("EQF 6", "http://data.europa.eu/snb/eqf/6"),
        ("ЕБШ 6-деңгейі", "http://data.europa.eu/snb/eqf/6"),
    ],
)
def test_tables_may_write_it_as_people_do(vocabulary: Vocabulary, text: str, level: str) -> None:
    assert Names(vocabulary).find("education", text) == [level]
