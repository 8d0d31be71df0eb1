"""schema.org: what is taken of a person, what is not, and why.

The documents are written here after the public specifications.
"""

import json
from datetime import date
from typing import Any

import pytest
from tests.interchange.conftest import Take

from libonto.errors import SyntaxFault
from libonto.graph.terms import ID
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.profile.interchange.foreign import ForeignReader, foreign_kind
from libonto.profile.interchange.imports import Import, Note
from libonto.profile.interchange.names import Names
from libonto.profile.model import Candidate, Employment

EQF = "http://data.europa.eu/snb/eqf/"
ISCED_F = "http://data.europa.eu/snb/isced-f/"
FORMAL = "http://data.europa.eu/snb/learning-setting/6fd4685715"
NON_FORMAL = "http://data.europa.eu/snb/learning-setting/e207a81fc7"
SHORT = "http://data.europa.eu/snb/learning-opportunity/74a4a268e8"
SCHOOL = ID + "position/school-librarian"


def person() -> dict[str, Any]:
    return {
        "@context": "https://schema.org/",
        "@type": "Person",
        "@id": "https://example.org/people/ainur",
        "name": "Айнұр Бекова",
        "email": "ainur@example.org",
        "hasCredential": {
            "@type": "EducationalOccupationalCredential",
            "name": "Bachelor of Library Science",
            "educationalLevel": {
                "@type": "DefinedTerm",
                "termCode": "6",
                "inDefinedTermSet": "http://data.europa.eu/snb/eqf/25831c2",
            },
            "about": {"@type": "DefinedTerm", "name": "Libraries", "url": ISCED_F + "0322"},
            "recognizedBy": {"@type": "Organization", "name": "University of Zed"},
            "validFrom": "2019-06-28",
        },
        "hasOccupation": {
            "@type": "Role",
            "startDate": "2019-09-01",
            "endDate": "2021-08-31",
            "hasOccupation": {"@type": "Occupation", "name": "Мектеп кітапханашысы"},
        },
        "worksFor": {
            "@type": "EmployeeRole",
            "roleName": "School librarian",
            "startDate": "2022-09-01",
            "worksFor": {"@type": "Organization", "name": "№ 5 мектеп"},
        },
        "knowsAbout": ["Bibliography", "chess"],
    }


def lost(made: Import) -> list[Note]:
    return [note for note in made.notes if note.kind == "lost"]


def read(document: Any, names: Names, format_: str | None = None) -> list[Candidate]:
    data = json.dumps(document).encode()
    return Reader(names.vocabulary, "en").read([Document(data, "f.json", format_)])


def test_a_person_of_schema_org(take) -> None:
    candidate, made = take(person())
    assert candidate.iri == "https://example.org/people/ainur"
    assert candidate.knowledge == (ID + "knowledge/bibliography",)
    [diploma] = candidate.credentials
    assert (diploma.framework_level, diploma.field, diploma.awarded) == (
        EQF + "6",
        ISCED_F + "0322",
        date(2019, 6, 28),
    )
    assert candidate.employments == (
        Employment(SCHOOL, date(2019, 9, 1), date(2021, 8, 31)),
        Employment(SCHOOL, date(2022, 9, 1), None, (("employer", "№ 5 мектеп"),)),
    )
    ignored = {note.place.path for note in made.notes if note.kind == "ignored"}
    assert ignored == {"knowsAbout[1]", "email"}
    assert not lost(made)


GERMANY = {"@type": "PostalAddress", "addressCountry": "DE"}


@pytest.mark.parametrize(
    ("stated", "country", "passed_over"),
    [
        ({"issuedBy": {"name": "U", "address": GERMANY}}, "DE", False),
        ({"issuedBy": {"address": {"addressCountry": {"name": "Польша"}}}}, "PL", False),
        ({"issuedBy": {"address": {"addressCountry": "KAZ"}}}, "KZ", False),
        ({"issuedBy": {"address": "Berlin"}}, None, True),
        ({"countryOfOrigin": {"@type": "Country", "identifier": "FR"}}, "FR", False),
        ({"countryOfOrigin": "France", "issuedBy": {"address": GERMANY}}, "FR", True),
        # who recognises it may be of another country
        ({"recognizedBy": {"name": "ENIC-Kazakhstan", "address": GERMANY}}, None, True),
    ],
)
def test_the_country_is_that_of_origin_else_of_who_issued_it(
    take, stated: dict[str, Any], country: str | None, passed_over: bool
) -> None:
    document = person()
    document["hasCredential"] |= stated
    candidate, made = take(document)
    assert not lost(made)
    assert candidate.credentials[0].country == country
    ignored = {note.place.path for note in made.notes if note.kind == "ignored"}
    assert any("address" in path for path in ignored) is passed_over


@pytest.mark.parametrize(
    ("level", "country", "found"),
    [
        ("de-dqr/6", "DE", "de-dqr/6"),
        ("tr-tyc/6", None, "tr-tyc/6"),
        ("EQF 6", None, "eqf/6"),
        ("Magister", "PL", "pl-prk/7"),
        ("Lisans", "TR", "tr-tyc/6"),
        ("Magister", None, "diploma-country"),
        ("Специалист", "RU", "diploma-without-level"),
        ("Magister", "FR", "level-unknown"),
    ],
)
def test_a_level_of_a_framework_or_a_diplomas_own_name(
    take, names: Names, level: str, country: str | None, found: str
) -> None:
    document = person()
    document["hasCredential"] |= {"educationalLevel": level, "countryOfOrigin": country}
    candidate, made = take(document)
    known = names.vocabulary.framework_levels.get(found)
    assert [c.framework_level for c in candidate.credentials] == ([known] if known else [])
    assert [note.key for note in lost(made)] == ([] if known else [found])


def test_a_country_that_is_not_known_is_not_passed_over(take) -> None:
    document = person()
    document["hasCredential"]["countryOfOrigin"] = "Ruritania"
    candidate, made = take(document)
    assert candidate.credentials == ()
    [note] = lost(made)
    assert (note.key, note.value) == ("country-unknown", "Ruritania")


def job(*occupations: str, role: str = "") -> dict[str, Any]:
    named = [{"@type": "Occupation", "name": name} for name in occupations]
    inner = named[0] if len(named) == 1 else named
    days = {"startDate": "2019-09-01", "hasOccupation": inner}
    return {"hasOccupation": {"@type": "Role", **days, **({"roleName": role} if role else {})}}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (
            {
                "hasCredential": {
                    "name": "Bachelor",
                    "educationalLevel": "Enlightened",
                    "about": "Library science",
                }
            },
            "level-unknown",
        ),
        ({"hasCredential": {"name": "Bachelor", "about": "Library science"}}, "level-missing"),
        ({"hasCredential": {"educationalLevel": "higher", "about": "Alchemy"}}, "field-unknown"),
        ({"hasCredential": "Bachelor of Arts"}, "level-missing"),
        ({"hasOccupation": {"@type": "Occupation", "name": "School librarian"}}, "date-missing"),
        (
            {
                "hasOccupation": {
                    "@type": "Role",
                    "startDate": "2019-09",
                    "roleName": "School librarian",
                }
            },
            "date-partial",
        ),
        (
            {"hasOccupation": {"@type": "Role", "startDate": "2019-09-01", "roleName": "Wizard"}},
            "position-unknown",
        ),
        (
            {
                "hasOccupation": {
                    "@id": "http://example.org/job/1",
                    "@type": "Role",
                    "startDate": "2019-09-01",
                    "hasOccupation": {
                        "@id": "http://example.org/occupation",
                        "name": "Keeper of books",
                    },
                }
            },
            "position-unknown",
        ),
        ({"worksFor": {"@type": "Organization", "name": "№ 5 мектеп"}}, "position-missing"),
        (job("School librarian", "Teacher"), "position-several"),
        (job("Teacher", "School librarian"), "position-several"),
        (job("School librarian", role="Teacher"), "position-several"),
        (job("School librarian", "Wizard"), "position-unknown"),
        (job("Librarian", "School librarian"), "ambiguous"),
    ],
)
def test_what_schema_org_leaves_open_is_not_guessed(take, change: dict[str, Any], key: str) -> None:
    document = person()
    for name in ("hasCredential", "hasOccupation", "worksFor"):
        del document[name]
    candidate, made = take(document | change)
    assert (candidate.credentials, candidate.employments) == ((), ())
    assert [note.key for note in lost(made)] == [key]


@pytest.mark.parametrize("jobs", [("School librarian",), ("School librarian", "school-librarian")])
@pytest.mark.parametrize("role", ["", "School librarian", "Librarian", "Wizard"])
def test_a_role_that_is_called_otherwise_is_listed(take, jobs: tuple[str, ...], role: str) -> None:
    candidate, made = take(person() | job(*jobs, role=role))
    assert [e.position for e in candidate.employments][:1] == [SCHOOL]
    passed = [(n.value, n.place.path) for n in made.notes if n.kind == "ignored"]
    expected = [(role, "hasOccupation.roleName")] if role in {"Librarian", "Wizard"} else []
    assert [note for note in passed if note[1].startswith("hasOccupation")] == expected


def test_several_employers_are_no_several_occupations(take) -> None:
    bodies = [{"@type": "Organization", "name": name} for name in ("№ 5", "№ 6")]
    names = {"roleName": ["School librarian", "Wizard"]}
    role = {"@type": "Role", "startDate": "2019-09-01", "worksFor": bodies, **names}
    candidate, made = take(person() | {"worksFor": role})
    assert candidate.employments[-1].details == (("employer", "№ 5"),)
    assert "worksFor.roleName[1]" in [n.place.path for n in made.notes if n.kind == "ignored"]


@pytest.mark.parametrize(("key", "known"), [("educationalLevel", "higher"), ("about", "0322")])
@pytest.mark.parametrize("first", [True, False])
def test_what_is_unknown_beside_what_is_known_is_listed(
    take, key: str, known: str, first: bool
) -> None:
    stated = [known, "Alchemy"] if first else ["Alchemy", known]
    diploma = {"educationalLevel": "higher", "about": "0322", key: stated}
    candidate, made = take(person() | {"hasCredential": diploma})
    assert len(candidate.credentials) == 1
    place = f"hasCredential.{key}[{1 if first else 0}]"
    assert ("Alchemy", place) in [
        (n.value, n.place.path) for n in made.notes if n.kind == "ignored"
    ]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        (["A", "B"], 1),
        (["A", "A"], 0),
        ([{"@value": "A", "@language": "kk"}, {"@value": "B", "@language": "ru"}], 0),
        ([{"@value": "A", "@language": "kk"}, {"@value": "B", "@language": "kk"}], 1),
    ],
)
def test_a_person_has_one_name_in_a_language(take, name: Any, wrong: int) -> None:
    _, made = take(person() | {"name": name})
    assert [p.place.path for p in made.problems if p.place] == ["name"] * wrong


PLAIN = {"id": "urn:a", "credentials": [{"level": "higher", "field": "pedagogy"}]}
RESUME = {"basics": {"name": "A"}, "work": []}


@pytest.mark.parametrize(
    ("others", "forms"),
    [
        ([PLAIN], "json, schema-org"),
        ([RESUME], "json-resume, schema-org"),
        ([{"@type": "Person", "name": "B"}], ""),
        ([RESUME, PLAIN], "json, json-resume, schema-org"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_an_array_of_several_forms_is_an_error(
    names: Names, others: list[Any], forms: str, first: bool
) -> None:
    members = [person(), *others] if first else [*others, person()]
    if not forms:
        assert foreign_kind(members) == "schema-org"
        return
    with pytest.raises(SyntaxFault) as caught:
        Reader(names.vocabulary).read([Document(json.dumps(members).encode())])
    assert (caught.value.key, caught.value.params["forms"]) == ("json-mixed", forms)


def test_an_occupation_of_a_known_framework_is_another_position(take) -> None:
    iri = "http://data.europa.eu/esco/occupation/0f3ac2f1-5b3c-4d9a-9b43-2a3f5b6a7c8d"
    document = person() | {
        "hasOccupation": {"@type": "Role", "startDate": "2019-09-01", "hasOccupation": {"@id": iri}}
    }
    assert take(document)[0].employments[0].position == iri


def test_an_aligned_level_and_field(take) -> None:
    def aligned(kind: str, url: str) -> dict[str, str]:
        return {"@type": "AlignmentObject", "alignmentType": kind, "targetUrl": url}

    alignments = [
        aligned("educationalLevel", EQF + "6"),
        aligned("educationalSubject", ISCED_F + "0322"),
    ]
    credential = {"name": "Bachelor", "educationalAlignment": alignments}
    candidate, _ = take(person() | {"hasCredential": credential})
    assert candidate.credentials[0].framework_level == EQF + "6"


def test_what_is_whole_is_read_for_judging(names: Names) -> None:
    [candidate] = read(person(), names)
    assert candidate.credentials[0].framework_level == EQF + "6"


@pytest.mark.parametrize(
    "context",
    [
        ["https://schema.org/", "https://evil.example/context"],
        ["https://schema.org/", {"@import": "https://evil.example/context"}],
    ],
)
def test_a_context_that_is_not_ours_is_never_fetched(names: Names, context: Any) -> None:
    with pytest.raises(SyntaxFault) as caught:
        read(person() | {"@context": context}, names)
    assert caught.value.key == "remote-context"


def test_a_ring_of_terms_and_a_ring_of_nodes_come_to_an_end(names: Names) -> None:
    document = person()
    document["@context"] = ["https://schema.org/", {"a": "b", "b": "a"}]
    document |= {"a": 1, "knows": {"@id": "urn:x:1", "name": "x", "knows": {"@id": "urn:x:2"}}}
    document["colleague"] = {"@id": "urn:x:2", "name": "y", "knows": {"@id": "urn:x:1"}}
    assert read(document, names)[0].name == "Айнұр Бекова"


@pytest.mark.parametrize("value", [1, "text", None, True, [1], {"@value": {"a": 1}}, [[["x"]]], {}])
@pytest.mark.parametrize(
    "key", ["hasCredential", "hasOccupation", "worksFor", "name", "knowsAbout"]
)
def test_values_of_the_wrong_kind_do_no_harm(names: Names, key: str, value: Any) -> None:
    document = person() | {key: value}
    made = list(ForeignReader(names, "en").read(document, "schema-org"))
    assert len(made) == 1


@pytest.mark.parametrize("end", ["", ["", ""], {"@value": ""}])
def test_an_end_that_is_stated_and_empty_is_no_employment_that_goes_on(
    take: Take, end: object
) -> None:
    document = person()
    document["hasOccupation"]["endDate"] = end
    candidate, made = take(document)
    assert date(2019, 9, 1) not in {one.started for one in candidate.employments}
    assert [
        n.place.path for n in made.notes if n.kind == "lost" and "hasOccupation" in n.place.path
    ]
