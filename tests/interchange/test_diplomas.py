"""A diploma's own name in the place of a level, in a table: its country tells the level."""

import io
import json

import pytest
from tests.interchange.conftest import People

from libonto.profile.document import Document
from libonto.profile.intake import Intake
from libonto.profile.interchange.mapping import read_mapping
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.tables import open_sheets
from libonto.profile.interchange.tables import people as people_of

HEAD = "ID,Education level,Country,Field\n"


def row(level: str, country: str) -> str:
    return f'{HEAD}1,"{level}",{country},library-science\n'


@pytest.mark.parametrize(
    ("name", "country", "level"),
    [
        ("Magister", "PL", "pl-prk/7"),
        ("Dyplom licencjat", "Poland", "pl-prk/6"),
        ("Staatsprüfung", "DE", "de-dqr/7"),
        ("Diplom (FH)", "Германия", "de-dqr/6"),
        ("licence", "FR", "fr-cncp/6"),
        ("Yüksek Lisans", "tr", "tr-tyc/7"),
        ("Bakalářský studijní program", "CZ", "eqf/6"),  # Czech diplomas stand on EQF levels
    ],
)
def test_a_diploma_of_a_country_by_its_own_name_states_the_level(
    people: People, names: Names, name: str, country: str, level: str
) -> None:
    [(candidate, problems)] = people(row(name, country))
    assert candidate is not None, problems
    [credential] = candidate.credentials
    assert credential.framework_level == names.vocabulary.framework_levels[level]
    assert credential.country == names.country(country)


@pytest.mark.parametrize(
    ("country", "code"), [("Индия", "IN"), ("india", "IN"), ("in", "IN"), ("Үндістан", "IN")]
)
def test_any_country_of_the_world_is_understood(people: People, country: str, code: str) -> None:
    [(candidate, problems)] = people(row("higher", country))
    assert candidate is not None, problems
    assert candidate.credentials[0].country == code


def test_a_country_that_has_another_code_is_told_which(people: People) -> None:
    [(candidate, problems)] = people(row("higher", "UK"))
    assert candidate is None
    assert "“UK” is no country code of ISO 3166-1. Write GB." in problems[0]


def test_the_country_stands_before_or_behind_and_is_that_of_the_same_credential(
    people: People, names: Names
) -> None:
    text = "ID,Country 2,Level 2,Level 1,Country 1,Field 1,Field 2\n"
    text += "1,FR,Licence,Magister,PL,library-science,library-science\n"
    [(candidate, problems)] = people(text)
    assert candidate is not None, problems
    levels = names.vocabulary.framework_levels
    assert {c.country: c.framework_level for c in candidate.credentials} == {
        "PL": levels["pl-prk/7"],
        "FR": levels["fr-cncp/6"],
    }


def test_it_is_told_how_the_name_was_understood(names: Names) -> None:
    sheets = open_sheets(io.BytesIO(row("Magister", "PL").encode()), "")
    [found] = people_of(sheets, names)
    [note] = [note for note in found.notes if note.key == "diploma"]
    assert "“Magister” was understood as PRK level 7" in note.message("en")
    assert "(“Education level”)" in note.place.message("en")


@pytest.mark.parametrize(
    ("name", "country", "sentence"),
    [
        ("Diplom", "DE", "Write one of: DQR level 6; DQR level 7."),
        ("HND", "GB", "Write one of: RQF level 5; SCQF level 8."),
        ("Magister", "", "State the country of the diploma beside it. It is known for: Germany; P"),
        ("Специалист", "RU", "No level is known for the diploma “Специалист” of this country (Rus"),
        ("Licence", "DE", "Unknown value “Licence”."),
        ("Magister", "KZ", "Unknown value “Magister”."),
        ("Baccalaureus", "PL", "Unknown value “Baccalaureus”."),
    ],
)
def test_a_name_that_tells_no_level_is_an_error_with_the_way_out(
    people: People, name: str, country: str, sentence: str
) -> None:
    [(candidate, problems)] = people(row(name, country))
    assert candidate is None
    assert [p for p in problems if sentence in p and "(“Education level”)" in p], problems


def test_without_a_column_of_countries_the_country_is_asked_for(people: People) -> None:
    [(candidate, problems)] = people("ID,Education level,Field\n1,Licence,library-science\n")
    assert candidate is None and "It is known for: France." in problems[0]


def test_a_name_of_a_level_of_education_stays_one_whatever_the_country(people: People) -> None:
    [(candidate, _)] = people(row("Магистр", "RU"))
    assert candidate is not None
    [credential] = candidate.credentials
    assert credential.level.endswith("education/postgraduate") and not credential.framework_level


def test_a_mapping_goes_before_the_names_of_diplomas(names: Names) -> None:
    text = '[values.credential-level]\n"Magister" = "higher"\n'
    mapped = Names(names.vocabulary, read_mapping(text, names))
    document = Document(row("Magister", "PL").encode(), "people.csv")
    [entry] = Intake(mapped).documents([document])
    candidate = entry.candidate
    assert candidate is not None, entry.problems
    assert candidate.credentials[0].level.endswith("education/higher")


def test_plain_json_keeps_to_slugs(names: Names) -> None:
    profile = {
        "id": "urn:x:1",
        "credentials": [{"level": "Magister", "country": "PL", "field": "library-science"}],
    }
    document = Document(json.dumps(profile).encode(), "one.json")
    [entry] = Intake(names, lang="en").documents([document])
    assert entry.candidate is None and entry.problems
