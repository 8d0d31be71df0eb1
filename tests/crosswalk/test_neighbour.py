"""A framework that we have not seen is added as files, and found in the crosswalk."""

import json
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Variable

from libonto.cli.frame import run
from libonto.crosswalk.answer import correspondences
from libonto.crosswalk.checks import problems
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph

ROOT = Path(__file__).resolve().parents[2]
CONCEPTS = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix evidence: <https://w3id.org/libonto/id/evidence/> .
@prefix level: <https://example.org/neighbour-nqf/> .
@prefix lo: <https://w3id.org/libonto/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

level:scheme a skos:ConceptScheme ;
    skos:notation "neighbour-nqf" ;
    skos:prefLabel "Көршінің шеңбері"@kk , "Рамка соседа"@ru , "The neighbour's framework"@en ;
    skos:definition "Сынақ үшін."@kk , "Для пробы."@ru , "For a test."@en ;
    owl:versionInfo "1" ;
    lo:caveat "Тек сынақ."@kk , "Только проба."@ru , "A test only."@en ;
    lo:confirmation evidence:seen .
"""
LEVEL = """
level:{n} a skos:Concept ;
    skos:notation "{n}" ; schema:position {n} ; skos:inScheme level:scheme ;
    skos:prefLabel "{n}-деңгей"@kk , "Уровень {n}"@ru , "Level {n}"@en ;
    skos:definition "Сынақ {n}."@kk , "Проба {n}."@ru , "Test {n}."@en ;
    lo:confirmation evidence:seen .
"""
TABLE = """\
#mapping_set_id: https://example.org/neighbour-nqf/to-eqf
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  level: https://example.org/neighbour-nqf/
#  eqf: http://data.europa.eu/snb/eqf/
#  evidence: https://w3id.org/libonto/id/evidence/
subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\text_confirmation
level:5\tskos:closeMatch\teqf:6\tsemapv:ManualMappingCuration\t0.9\tevidence:seen
level:6\tskos:closeMatch\teqf:7\tsemapv:ManualMappingCuration\t0.9\tevidence:seen
"""


@pytest.fixture
def neighbour(tmp_path: Path) -> str:
    (tmp_path / "ontology" / "mappings").mkdir(parents=True)
    concepts = CONCEPTS + "".join(LEVEL.format(n=n) for n in (5, 6))
    (tmp_path / "ontology" / "neighbour.ttl").write_text(concepts, "utf-8")
    (tmp_path / "ontology" / "mappings" / "neighbour.sssom.tsv").write_text(TABLE, "utf-8")
    return str(tmp_path)


def test_a_level_of_theirs_is_found_to_be_related_to_education_here(
    neighbour: str, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["crosswalk", "--from", "neighbour-nqf/5", "--format", "json", "--lang", "en"]
    assert run([*args, "--data", neighbour]) == 0
    answer = json.loads(capsys.readouterr().out)
    found = {c["to"]["iri"]: c for c in answer["correspondences"]}
    eqf = found["http://data.europa.eu/snb/eqf/6"]
    assert (eqf["predicate"], eqf["strength"], eqf["stated"]) == ("skos:closeMatch", 0.9, True)
    here = found["https://w3id.org/libonto/id/education/higher"]
    assert (here["predicate"], here["strength"]) == ("skos:relatedMatch", 0.6)
    assert (here["confirmation"], here["stated"]) == ("inferred", False)
    assert [step["to"] for step in here["path"]] == [eqf["to"]["iri"], here["to"]["iri"]]
    assert "A test only." in answer["caveats"]


def test_it_can_be_asked_for_as_a_target(neighbour: str) -> None:
    graph = Graph(Catalogue.of([neighbour]))
    answer = correspondences(graph, start="education/higher", to="neighbour-nqf")
    assert [(c.end, c.relation.value) for c in answer.counterparts] == [
        ("https://example.org/neighbour-nqf/5", "relatedMatch")
    ]


def test_its_diplomas_are_answered_for_by_the_saved_query(neighbour: str) -> None:
    graph = Graph(Catalogue.of([neighbour]))
    text = (ROOT / "queries" / "questions" / "foreign-levels.rq").read_text("utf-8")
    level = NamedNode("https://example.org/neighbour-nqf/6")
    rows = list(graph.store.query(text, substitutions={Variable("level"): level}))
    assert [row["education"].value for row in rows] == [
        "https://w3id.org/libonto/id/education/postgraduate"
    ]
    assert rows[0]["relation"].value == "relatedMatch"


def test_its_files_pass_every_check(neighbour: str) -> None:
    graph = Graph(Catalogue.of([neighbour]))
    assert problems(graph) == []
    for path in sorted((ROOT / "queries" / "checks").glob("mapping-*.rq")):
        assert list(graph.store.query(path.read_text("utf-8"))) == [], path.name


def test_a_mistake_in_its_table_is_named_by_the_command(
    neighbour: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(neighbour) / "ontology" / "mappings" / "neighbour.sssom.tsv"
    path.write_text(path.read_text("utf-8").replace("level:6", "level:7"), "utf-8")
    assert run(["crosswalk", "--check", "--lang", "en", "--data", neighbour]) == 1
    out = capsys.readouterr().out
    assert f"{path}:9: https://example.org/neighbour-nqf/7 is not described" in out


def test_without_the_files_nothing_is_known_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["crosswalk", "--from", "neighbour-nqf/5", "--lang", "en"]) == 2
    assert "neighbour-nqf/5" in capsys.readouterr().err
