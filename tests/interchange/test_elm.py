"""European Learning Model 3: what is taken of a credential, what is not, and why.

The documents are written here after the public specifications.
"""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from libonto.errors import ProfileError
from libonto.graph.terms import ID
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.profile.interchange.foreign import ForeignReader
from libonto.profile.interchange.imports import Import, Note
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.trees import contexts
from libonto.profile.model import Candidate

EQF = "http://data.europa.eu/snb/eqf/"
ISCED_F = "http://data.europa.eu/snb/isced-f/"
FORMAL = "http://data.europa.eu/snb/learning-setting/6fd4685715"
NON_FORMAL = "http://data.europa.eu/snb/learning-setting/e207a81fc7"
SHORT = "http://data.europa.eu/snb/learning-opportunity/74a4a268e8"
COUNTRIES = "http://publications.europa.eu/resource/authority/country/"
HIGHER = ID + "education/higher"
SCHOOL = ID + "position/school-librarian"


def concept(iri: str, label: str = "x") -> dict[str, Any]:
    scheme = {"id": iri.rpartition("/")[0] + "/25831c2", "type": "ConceptScheme"}
    return {"id": iri, "type": "Concept", "inScheme": scheme, "prefLabel": {"en": label}}


def digital_credential() -> dict[str, Any]:
    """A diploma as Europass issues it: the envelope, the person, one achievement."""
    return {
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            "http://data.europa.eu/snb/model/context/edc-ap",
        ],
        "id": "urn:credential:6b0ad0b4-93b0-4cc3-8c4d-b2a7ac1d4a6e",
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "validFrom": "2019-07-01T00:00:00+02:00",
        "credentialSubject": {
            "id": "urn:epass:person:1",
            "type": "Person",
            "givenName": {"en": "Ainur", "kk": "Айнұр"},
            "familyName": {"en": "Bekova", "kk": "Бекова"},
            "dateOfBirth": "1997-03-02T00:00:00Z",
            "hasClaim": [
                {
                    "id": "urn:epass:learningAchievement:1",
                    "type": "LearningAchievement",
                    "title": {"en": "Bachelor of Library Science"},
                    "specifiedBy": {
                        "id": "urn:epass:qualification:1",
                        "type": "Qualification",
                        "title": {"en": "Bachelor of Library Science"},
                        "eqfLevel": concept(EQF + "6", "Level 6"),
                        "thematicArea": [concept(ISCED_F + "032"), concept(ISCED_F + "0322")],
                        "learningSetting": concept(FORMAL, "formal learning"),
                        "isPartialQualification": False,
                    },
                    "awardedBy": {
                        "id": "urn:epass:awardingProcess:1",
                        "type": "AwardingProcess",
                        "awardingDate": "2019-06-28T00:00:00+02:00",
                        "awardingBody": {
                            "id": "urn:epass:org:1",
                            "type": "Organisation",
                            "legalName": {"en": "University of Zed"},
                        },
                    },
                }
            ],
        },
    }


def located(code: str) -> dict[str, Any]:
    address = {"type": "Address", "countryCode": concept(COUNTRIES + code)}
    return {"type": "Location", "address": address}


def qualification(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["credentialSubject"]["hasClaim"][0]["specifiedBy"]
    return found


def lost(made: Import) -> list[Note]:
    return [note for note in made.notes if note.kind == "lost"]


def read(document: Any, names: Names, format_: str | None = None) -> list[Candidate]:
    data = json.dumps(document).encode()
    return Reader(names.vocabulary, "en").read([Document(data, "f.json", format_)])


def test_a_diploma_of_europass(take) -> None:
    candidate, made = take(digital_credential())
    assert candidate.iri == "urn:libonto:candidate:1"
    assert candidate.name == "Bekova Ainur"
    [diploma] = candidate.credentials
    assert (diploma.level, diploma.framework_level) == ("", EQF + "6")
    assert diploma.field == ISCED_F + "0322"  # the narrower of two, one within the other
    assert diploma.awarded == date(2019, 6, 28)
    assert ("awardedBy", "University of Zed") in diploma.details
    assert not lost(made)


def test_the_strength_of_the_link_is_evidence_in_the_language_asked_for(take) -> None:
    for lang, said in (
        ("en", "relation: close, strength 0.60"),
        ("ru", "близко, надёжность: 0.60"),
        ("kk", "сенімділігі: 0.60"),
    ):
        candidate, _ = take(digital_credential(), lang)
        evidence = [text for name, text in candidate.credentials[0].details if name == "evidence"]
        assert any(said in text and EQF + "6" in text for text in evidence), evidence


def test_the_caveat_of_the_framework_and_what_was_not_verified_are_said(take) -> None:
    _, made = take(digital_credential())
    caveats = " ".join(note.message("en") for note in made.notes if note.kind == "caveat")
    assert "only after it has been recognised" in caveats
    assert "signature and validity were not verified" in caveats


@pytest.mark.parametrize(
    ("change", "key", "where"),
    [
        ({"isPartialQualification": True}, "partial-qualification", "isPartialQualification"),
        ({"learningSetting": concept(NON_FORMAL)}, "not-formal", "learningSetting"),
        ({"dcType": concept(SHORT)}, "not-a-programme", "dcType"),
        ({"eqfLevel": concept(EQF + "4")}, "level-ambiguous", "eqfLevel"),
        ({"eqfLevel": concept(ID + "framework/kz-nqf/1")}, "level-without-counterpart", "eqfLevel"),
        ({"eqfLevel": None}, "level-missing", "specifiedBy"),
        (
            {"eqfLevel": None, "nqfLevel": concept("http://data.europa.eu/snb/qdr/c_1")},
            "level-without-counterpart",
            "nqfLevel",
        ),
        ({"educationLevel": concept(ID + "framework/kz-nqf/7")}, "level-contradicts", "eqfLevel"),
        ({"thematicArea": None}, "field-unknown", "specifiedBy"),
        (
            {"thematicArea": [concept(ISCED_F + "0322"), concept(ISCED_F + "0110")]},
            "field-several",
            "thematicArea",
        ),
        ({"thematicArea": concept("http://example.org/field")}, "field-unknown", "thematicArea"),
        ({"type": "LearningAchievementSpecification"}, "not-a-qualification", "hasClaim"),
    ],
)
def test_an_achievement_that_shows_no_education_of_a_level_is_not_taken(
    take, change: dict[str, Any], key: str, where: str
) -> None:
    document = digital_credential()
    qualification(document).update(change)
    candidate, made = take(document)
    assert candidate.credentials == ()
    [note] = lost(made)
    assert note.key == key
    assert note.place.path.startswith("credentialSubject.hasClaim")
    assert where in note.place.path
    for lang in ("kk", "ru", "en"):
        assert note.message(lang)


def test_a_level_of_two_names_that_agree(take) -> None:
    document = digital_credential()
    qualification(document)["nqfLevel"] = concept(ID + "framework/kz-nqf/6")
    assert take(document)[0].credentials[0].level == HIGHER


@pytest.mark.parametrize(
    ("eqf", "national", "level"),
    [
        (None, "http://data.europa.eu/snb/qdr/c_f4b6cea8", "tr-tyc/6"),  # only inferred
        (None, "http://data.europa.eu/snb/qdr/c_218a7e54", "ie-nfq/8"),  # half of an EQF level
        (None, "http://data.europa.eu/snb/qdr/c_6919ed25", "de-dqr/6"),
        (None, ID + "framework/fr-cncp/6", "fr-cncp/6"),
        (EQF + "2", None, "eqf/2"),  # what it corresponds to here is not known
        (EQF + "6", "http://data.europa.eu/snb/qdr/c_f4b6cea8", "eqf/6"),  # the surer one
    ],
)
def test_a_level_of_a_country_stands_as_it_is_stated(
    take, names: Names, eqf: str | None, national: str | None, level: str
) -> None:
    document = digital_credential()
    qualification(document)["eqfLevel"] = concept(eqf) if eqf else None
    qualification(document)["nqfLevel"] = concept(national) if national else None
    candidate, made = take(document)
    assert not lost(made)
    [credential] = candidate.credentials
    assert credential.framework_level == names.vocabulary.framework_levels[level]


@pytest.mark.parametrize(
    ("title", "country", "level", "key"),
    [
        ("Dyplom magister", "POL", "pl-prk/7", None),
        ("licence", "FRA", "fr-cncp/6", None),
        ("Magister", None, None, "diploma-country"),
        ("Специалист", "RUS", None, "diploma-without-level"),
        ("Diplom", "DEU", None, "ambiguous"),
        ("Baccalaureus", "POL", None, "level-missing"),
    ],
)
def test_the_own_name_of_a_diploma_tells_its_level_where_none_is_stated(
    take, names: Names, title: str, country: str | None, level: str | None, key: str | None
) -> None:
    document = digital_credential()
    qualification(document).update({"eqfLevel": None, "title": {"pl": title}})
    awarded = document["credentialSubject"]["hasClaim"][0]["awardedBy"]
    awarded |= {"location": located(country)} if country else {}
    candidate, made = take(document)
    assert [note.key for note in lost(made)] == ([key] if key else [])
    levels = [credential.framework_level for credential in candidate.credentials]
    assert levels == ([names.vocabulary.framework_levels[level]] if level else [])


@pytest.mark.parametrize(("eqf", "taken"), [("4", False), ("6", True)])
def test_a_level_that_is_stated_goes_before_the_own_name_of_a_diploma(
    take, eqf: str, taken: bool
) -> None:
    document = digital_credential()
    qualification(document).update({"eqfLevel": concept(EQF + eqf), "title": {"pl": "magister"}})
    document["credentialSubject"]["hasClaim"][0]["awardedBy"] |= {"location": located("POL")}
    candidate, made = take(document)
    assert [c.framework_level for c in candidate.credentials] == [EQF + eqf] * taken
    assert [note.key for note in lost(made)] == ["level-ambiguous"] * (not taken)


def test_a_level_that_ours_includes(take) -> None:
    document = digital_credential()
    qualification(document)["eqfLevel"] = concept(EQF + "7")
    candidate, _ = take(document)
    assert candidate.credentials[0].framework_level == EQF + "7"
    assert any("broader" in text for _, text in candidate.credentials[0].details)


def test_a_moment_within_a_day_is_said_to_depend_on_the_time_zone(take) -> None:
    document = digital_credential()
    document["credentialSubject"]["hasClaim"][0]["awardedBy"]["awardingDate"] = (
        "2019-06-27T22:00:00Z"
    )
    candidate, made = take(document)
    assert candidate.credentials[0].awarded == date(2019, 6, 28)
    assert any(note.key == "time-zone" for note in made.notes)
    assert all(note.key != "time-zone" for note in take(digital_credential())[1].notes)


def test_claims_of_other_kinds_and_personal_data_are_passed_over_by_name_only(take) -> None:
    document = digital_credential()
    claims = document["credentialSubject"]["hasClaim"]
    claims.append({"id": "urn:x", "type": "LearningActivity", "title": {"en": "Course"}})
    _, made = take(document)
    ignored = {note.place.path: note for note in made.notes if note.kind == "ignored"}
    assert ignored["credentialSubject.hasClaim[1]"].key == "claim-kind"
    assert ignored["credentialSubject.dateOfBirth"].value == ""


@pytest.mark.parametrize(
    ("body", "process", "country"),
    [
        (None, None, None),
        ("DEU", None, "DE"),
        ("KAZ", None, "KZ"),
        (None, "FRA", "FR"),
        ("DEU", "FRA", "FR"),  # where it was awarded goes before where the body is
    ],
)
def test_the_country_is_that_of_the_awarding_else_of_the_body(
    take, body: str | None, process: str | None, country: str | None
) -> None:
    document = digital_credential()
    awarded = document["credentialSubject"]["hasClaim"][0]["awardedBy"]
    awarded |= {"location": located(process)} if process else {}
    awarded["awardingBody"] |= {"location": located(body)} if body else {}
    candidate, made = take(document)
    assert candidate.credentials[0].country == country
    assert not lost(made)
    taken = [n.place.path for n in made.notes if n.params.get("property") == "lo:country"]
    assert len(taken) == (country is not None)
    assert all(path.endswith("location.address.countryCode") for path in taken)


@pytest.mark.parametrize(
    ("codes", "key"),
    [(["DEU", "FRA"], "country-several"), (["XQX"], "country-unknown"), (["DEU", "DEU"], None)],
)
def test_a_credential_of_no_one_country_that_is_known_is_not_taken(
    take, codes: list[str], key: str | None
) -> None:
    document = digital_credential()
    awarded = document["credentialSubject"]["hasClaim"][0]["awardedBy"]
    body = awarded["awardingBody"]
    awarded["awardingBody"] = [
        body | {"id": f"urn:epass:org:{n}", "location": located(code)}
        for n, code in enumerate(codes)
    ]
    candidate, made = take(document)
    assert [note.key for note in lost(made)] == ([key] if key else [])
    assert [c.country for c in candidate.credentials] == ([] if key else ["DE"])


def test_the_second_version_has_the_country_too(names: Names) -> None:
    fixture = Path(__file__).parents[1] / "fixtures" / "brought" / "elm-second-version.xml"
    text = fixture.read_text("utf-8")
    place = f'<hasLocation><hasAddress><country uri="{COUNTRIES}POL"/></hasAddress></hasLocation>'
    body = '<organization id="urn:epass:org:1">'
    assert body in text
    for document, country in ((text, None), (text.replace(body, body + place), "PL")):
        [candidate] = Reader(names.vocabulary, "en").read([Document(document.encode(), "f.xml")])
        assert [c.country for c in candidate.credentials] == [country]


def test_two_credentials_of_one_person(names: Names) -> None:
    first, second = digital_credential(), digital_credential()
    qualification(second)["eqfLevel"] = concept(EQF + "7")
    [made] = ForeignReader(names, "en").read([first, second], "elm")
    assert len(made.raw.parts["Credential"]) == 2


def test_a_name_within_one_document_does_not_make_one_person_of_two(names: Names) -> None:
    data = json.dumps(digital_credential()).encode()
    found = Reader(names.vocabulary).read([Document(data, "a.json"), Document(data, "b.json")])
    assert [c.iri for c in found] == ["urn:libonto:candidate:1", "urn:libonto:candidate:2"]


def test_any_other_name_of_a_person_is_kept(take) -> None:
    document = digital_credential()
    document["credentialSubject"]["id"] = "did:ebsi:zcX1"
    assert take(document)[0].iri == "did:ebsi:zcX1"


def test_a_description_that_stands_elsewhere_in_the_document(take) -> None:
    document = digital_credential()
    body = document["credentialSubject"]["hasClaim"][0]["awardedBy"]["awardingBody"]
    document["issuer"] = copy.deepcopy(body)
    document["credentialSubject"]["hasClaim"][0]["awardedBy"]["awardingBody"] = {"id": body["id"]}
    assert ("awardedBy", "University of Zed") in take(document)[0].credentials[0].details


def test_full_names_and_prefixes_are_read_like_the_short_ones(take) -> None:
    text = json.dumps(digital_credential())
    text = text.replace('"hasClaim"', '"elm:hasClaim"').replace(
        '"eqfLevel"', '"http://data.europa.eu/snb/model/elm/EQFLevel"'
    )
    assert take(json.loads(text))[0].credentials[0].framework_level == EQF + "6"


def test_our_context_means_to_a_processor_what_it_means_to_us(names: Names) -> None:
    document = digital_credential()
    found = contexts(names.vocabulary.graph)
    assert {context.name for context in found} == {"elm", "elm-2", "schema-org"}
    document["@context"] = next(c.terms for c in found if c.name == "elm")
    quads = list(parse(json.dumps(document), format=RdfFormat.JSON_LD))
    levels = [q.object for q in quads if q.predicate.value.endswith("elm/EQFLevel")]
    assert levels == [NamedNode(EQF + "6")]


def test_what_is_whole_is_read_for_judging(names: Names) -> None:
    [candidate] = read(digital_credential(), names)
    assert candidate.credentials[0].framework_level == EQF + "6"


def test_what_is_not_taken_is_an_error_there(names: Names) -> None:
    document = digital_credential()
    qualification(document)["eqfLevel"] = concept(EQF + "4")
    with pytest.raises(ProfileError) as caught:
        read(document, names)
    message = caught.value.message("en")
    assert message.startswith("f.json, credentialSubject.hasClaim.specifiedBy.eqfLevel: ")
    assert "General secondary education; Technical and vocational education" in message
