"""Levels of other countries' frameworks: on to what counts here, and by the document's day."""

import json
from datetime import date

import pytest
from pyoxigraph import Literal, NamedNode, Variable

from libonto.cli.frame import run
from libonto.crosswalk.answer import correspondences
from libonto.crosswalk.chains import Crosswalk
from libonto.errors import UsageError
from libonto.graph.catalogue import own_folder
from libonto.graph.mappings import read_table
from libonto.graph.store import Graph
from libonto.graph.terms import ID, term
from libonto.graph.values import Values

HIGHER = ID + "education/higher"


def asked(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, list[dict[str, object]]]:
    assert run(["crosswalk", *args, "--format", "json", "--lang", "en"]) == 0
    found: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)
    return found


def test_a_level_goes_on_to_the_framework_education_and_categories_here(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = asked(capsys, "--from", "de-dqr/6")
    frameworks = [c["to"]["framework"] for c in answer["correspondences"]]
    assert frameworks == ["eqf", "qf-ehea", "isced-2011", "kz-nqf", "education"]
    categories = [c["category"]["iri"] for c in answer["categories"]]
    slugs = [str(iri).rpartition("/")[2] for iri in categories]
    assert slugs == ["higher-none", "higher-second", "higher-first", "higher-highest"]
    assert {c["strength"] for c in answer["categories"]} == {0.6}
    assert "pl-prk" in answer["countries"] and "de-dqr" not in answer["countries"]


def test_a_category_goes_back_to_several_frameworks_in_one_answer(ours: Graph) -> None:
    answer = correspondences(ours, start="category/librarian/higher-second", to="pl-prk,de-dqr")
    frameworks = answer.crosswalk.frameworks
    reached = {(frameworks.of(c.end), frameworks.code(c.end)) for c in answer.counterparts}
    assert {("pl-prk", "6"), ("de-dqr", "6")} <= reached
    assert {framework for framework, _ in reached} == {"pl-prk", "de-dqr"}
    assert answer.categories == ()


def test_categories_alone_can_be_asked_for(ours: Graph) -> None:
    answer = correspondences(ours, start="eqf/4", to="category")
    assert answer.counterparts == ()
    assert {o.category.rpartition("/")[2].partition("-")[0] for o in answer.categories} == {
        "middle"
    }


@pytest.mark.parametrize(
    ("level", "day", "education"),
    [
        ("de-dqr/6", None, HIGHER),
        ("de-dqr/6", date(1995, 6, 30), HIGHER),
        ("fr-cncp/6", date(2018, 12, 31), None),  # the numbers were others
        ("fr-cncp/6", date(2019, 1, 1), HIGHER),
        ("fr-cncp/II", date(2018, 12, 31), HIGHER),
        ("fr-cncp/II", date(2019, 1, 1), None),
        ("ie-nfq/8", None, None),  # half of an EQF level: not close
        ("de-dqr/7", None, None),  # postgraduate education is more than a master's
        ("tr-tyc/6", None, None),  # only inferred
        ("ua-nrk/6", date(2021, 6, 30), None),
    ],
)
def test_a_level_amounts_to_education_here_by_a_sure_chain_or_not_at_all(
    ours: Graph, level: str, day: date | None, education: str | None
) -> None:
    crosswalk = Crosswalk(ours)
    found = crosswalk.domestic(crosswalk.frameworks.concept(level), day)
    assert (found.end if found else None) == education
    if found:
        assert found.strength == min(link.mapping.confidence for link in found.links)


@pytest.mark.parametrize(
    ("day", "levels"),
    [(date(2022, 7, 31), {"lv-lki/6", "lv-lki/7"}), (date(2022, 8, 1), set())],
)
def test_a_former_level_leads_on_only_for_diplomas_of_its_days(
    ours: Graph, day: date, levels: set[str]
) -> None:
    """Latvia's fifth level of professional qualification stood on two of today's."""
    answer = correspondences(ours, start="lv-lki/pk-5", to="lv-lki", awarded=day)
    frameworks = answer.crosswalk.frameworks
    assert {f"lv-lki/{frameworks.code(found.end)}" for found in answer.counterparts} == levels
    assert answer.categories == ()


def test_all_level_tables_are_one_set_to_download(ours: Graph) -> None:
    """Each row that ends on a level of the EQF, whoever's it is, and none twice."""
    answer = correspondences(ours, to="eqf")
    found = [(one.start, one.end) for one in answer.counterparts]
    rows = {
        (row.subject, row.object)
        for path in (own_folder() / "ontology/mappings").glob("*.sssom.tsv")
        for row in read_table(path).mappings
        if row.object.startswith("http://data.europa.eu/snb/eqf/")
    }
    assert len(found) == len(set(found)) and rows <= set(found)


@pytest.mark.parametrize(
    ("country", "day", "known"),
    [
        ("CZ", "2021-06-30", {"chain", "weak", "no-education"}),  # on levels of the EQF itself
        ("RU", "2021-06-30", {"no-level"}),
        *((state, "2021-06-30", {"no-level"}) for state in ("CN", "UZ", "AM", "GE")),
        *((state, "2021-06-30", {"not-known"}) for state in ("MN", "by")),
        ("FR", "2018-12-31", {"other-scale"}),
        ("FR", "2019-01-01", {"chain", "weak", "no-education"}),
        ("UA", "2020-06-30", {"other-scale"}),
        ("UA", "2020-07-01", {"weak", "no-education"}),
    ],
)
def test_what_a_diploma_of_a_country_and_day_amounts_to_is_told_or_said_to_be_unknown(
    ours: Graph, country: str, day: str, known: set[str]
) -> None:
    text = (own_folder() / "queries" / "questions" / "foreign-diplomas.rq").read_text("utf-8")
    given = {
        Variable("country"): Literal(country),
        Variable("awarded"): Literal(day, datatype=term("xsd:date")),
        Variable("lang"): Literal("en"),
    }
    rows = list(ours.store.query(text, substitutions=given))
    assert rows and {row["known"].value for row in rows} == known
    assert known != {"not-known"} or (len(rows) == 1 and rows[0]["diploma"] is None)
    for row in rows:
        assert (row["education"] is None) == (row["known"].value not in {"chain", "weak"})


@pytest.mark.parametrize("level", ["eqf/6", "EQF 6", "framework/eqf/6", ID + "framework/eqf/6"])
def test_a_question_takes_a_level_as_people_write_it(ours: Graph, level: str) -> None:
    six = NamedNode("http://data.europa.eu/snb/eqf/6")
    assert Values(ours).read("level", "level", level) == six
    assert Values(ours).read("level", "level", six.value) == six
    with pytest.raises(UsageError, match="is no value"):
        Values(ours).read("level", "level", level + "6")


@pytest.mark.parametrize("field", ["0322", "isced-f/0322", "ISCED-F 0322"])
def test_a_question_takes_a_field_by_its_code(ours: Graph, field: str) -> None:
    isced = NamedNode("http://data.europa.eu/snb/isced-f/0322")
    assert Values(ours).read("field", "field", field) == isced
    with pytest.raises(UsageError, match="is no value"):
        Values(ours).read("field", "field", field.replace("0322", "9876"))


def test_every_instrument_has_a_day_or_is_a_principle(ours: Graph) -> None:
    for iri in ours.instances("lo:RecognitionInstrument"):
        node = NamedNode(iri)
        days = [
            ours.text(node, p)
            for p in ("eli:first_date_entry_in_force", "dcterms:dateAccepted", "eli:date_document")
        ]
        is_principle = ours.iris(node, "dcterms:type") == [ID + "instrument-type/principle"]
        assert any(days) is not is_principle, iri
