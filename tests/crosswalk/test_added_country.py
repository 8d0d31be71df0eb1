"""A country is two files in a data folder: its framework with diplomas, and a table to the EQF."""

from datetime import date
from pathlib import Path

import pytest

from libonto.cli.frame import run
from libonto.crosswalk.chains import Crosswalk
from libonto.crosswalk.checks import problems
from libonto.crosswalk.foreign import Abroad
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.ontology.checks import run_checks

FRAMEWORK = """\
@prefix country: <https://w3id.org/libonto/id/country/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix evidence: <https://w3id.org/libonto/id/evidence/> .
@prefix framework: <https://w3id.org/libonto/id/framework/> .
@prefix kind: <https://w3id.org/libonto/id/qualification-kind/> .
@prefix level: <https://w3id.org/libonto/id/framework/xx-nqf/> .
@prefix lo: <https://w3id.org/libonto/ns#> .
@prefix qualification: <https://w3id.org/libonto/id/qualification/xx-nqf/> .
@prefix referencing-status: <https://w3id.org/libonto/id/referencing-status/> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

country:XX a lo:Country ; skos:notation "XX" ;
    skos:prefLabel "Ел"@kk , "Страна"@ru , "Land"@en ;
    skos:definition "Сынақ."@kk , "Проба."@ru , "A test."@en .

framework:xx-nqf a skos:ConceptScheme ; skos:notation "xx-nqf" ; dcterms:spatial country:XX ;
    skos:prefLabel "Шеңбер"@kk , "Рамка"@ru , "Frame"@en ;
    skos:definition "Сынақ."@kk , "Проба."@ru , "A test."@en ;
    lo:referencing [ a lo:Referencing ; lo:referencedTo framework:eqf ;
        lo:referencingStatus referencing-status:referenced ;
        dcterms:source <https://example.org/report> ; lo:confirmation evidence:seen ] ;
    lo:confirmation evidence:seen .

level:E a skos:Concept ; skos:notation "E" ; schema:position 5 ; skos:inScheme framework:xx-nqf ;
    skos:prefLabel "E деңгейі"@kk , "Уровень E"@ru , "Level E"@en ;
    skos:definition "Сынақ."@kk , "Проба."@ru , "A test."@en ;
    lo:confirmation evidence:seen .

qualification:laurea a lo:Qualification ; dcterms:spatial country:XX ; dcterms:type kind:bachelor ;
    dcterms:title "Laurea"@la ; lo:onLevel level:E ; lo:confirmation evidence:seen ;
    skos:prefLabel "Бакалавр"@kk , "Бакалавр"@ru , "Bachelor"@en ;
    skos:definition "Сынақ."@kk , "Проба."@ru , "A test."@en .
"""
TABLE = """\
#mapping_set_id: https://example.org/xx-nqf
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  level: https://w3id.org/libonto/id/framework/xx-nqf/
#  eqf: http://data.europa.eu/snb/eqf/
#  evidence: https://w3id.org/libonto/id/evidence/
subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\text_confirmation\t\
ext_valid_from\text_valid_until
level:E\tskos:closeMatch\teqf:6\tsemapv:ManualMappingCuration\t0.9\tevidence:seen\t\
2010-01-01\t2020-01-01
"""


@pytest.fixture
def added(tmp_path: Path) -> Path:
    (tmp_path / "ontology" / "frameworks").mkdir(parents=True)
    (tmp_path / "ontology" / "mappings").mkdir()
    (tmp_path / "ontology" / "frameworks" / "xx-nqf.ttl").write_text(FRAMEWORK, "utf-8")
    (tmp_path / "ontology" / "mappings" / "xx-nqf.sssom.tsv").write_text(TABLE, "utf-8")
    return tmp_path


def test_its_diplomas_lead_here_on_the_days_that_the_row_holds(added: Path) -> None:
    abroad = Abroad(Crosswalk(Graph(Catalogue.of([added]))))
    (diploma,) = abroad.diplomas("xx")
    assert (diploma.name, diploma.language) == ("Laurea", "la")
    (level,) = diploma.levels
    for day, known in (
        (date(2009, 12, 31), False),
        (date(2010, 1, 1), True),
        (date(2019, 12, 31), True),
        (date(2020, 1, 1), False),
    ):
        amount = abroad.amount(level, day)
        assert (amount.sure is not None) is known
        assert amount.other_scale is not known
    national = [i.kind for i in abroad.recognition("XX", date(2024, 1, 1))]
    assert national.count("national-procedure") == 2


def test_its_files_pass_every_check(added: Path) -> None:
    assert problems(Graph(Catalogue.of([added]))) == []
    checks = {"referencing-without-source", "level-twice", "diploma-out-of-place"}
    checks |= {"mapping-levels-crossed", "mapping-end-undescribed", "term-without-labels"}
    found = run_checks(Catalogue.of([added]), only=checks)
    assert {check.name for check in found} == checks
    assert [(c.name, c.faults) for c in found if not c.passed] == []


def test_a_profile_may_state_its_level_and_the_crosswalk_knows_it(
    added: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["crosswalk", "--from", "xx-nqf/E", "--data", str(added), "--lang", "en"]) == 0
    assert "Higher education" in capsys.readouterr().out
    profile = tmp_path / "profile.json"
    profile.write_text(
        '{"credentials": [{"level": "xx-nqf/E", "field": "library-science", "country": "XX"}]}'
    )
    assert run(["assess", str(profile), "--data", str(added), "--lang", "en"]) in {0, 1}
    assert run(["assess", str(profile), "--lang", "en"]) == 2
    assert "xx-nqf/E" in capsys.readouterr().err
