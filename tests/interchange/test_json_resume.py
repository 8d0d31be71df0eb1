"""JSON Resume: what is taken, what is not, and why; and how the forms are told apart.

The documents are written here after the public specifications.
"""

import json
from datetime import date
from typing import Any

import pytest

from libonto.errors import ProfileError
from libonto.graph.terms import ID
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.profile.interchange.foreign import ForeignReader, foreign_kind
from libonto.profile.interchange.imports import Import, Note
from libonto.profile.interchange.names import Names
from libonto.profile.model import Candidate, Credential

EQF = "http://data.europa.eu/snb/eqf/"
ISCED_F = "http://data.europa.eu/snb/isced-f/"
FORMAL = "http://data.europa.eu/snb/learning-setting/6fd4685715"
NON_FORMAL = "http://data.europa.eu/snb/learning-setting/e207a81fc7"
SHORT = "http://data.europa.eu/snb/learning-opportunity/74a4a268e8"
HIGHER = ID + "education/higher"
SCHOOL = ID + "position/school-librarian"


def resume() -> dict[str, Any]:
    return {
        "$schema": "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
        "basics": {"name": "Айнұр Бекова", "email": "ainur@example.org"},
        "education": [
            {
                "institution": "University of Zed",
                "studyType": "Higher education",
                "area": "Library science",
                "startDate": "2015-09-01",
                "endDate": "2019-06-28",
            }
        ],
        "work": [{"name": "№ 5 мектеп", "position": "School librarian", "startDate": "2019-09-01"}],
        "skills": [{"name": "Bibliography", "keywords": ["pedagogy", "chess"]}],
    }


def lost(made: Import) -> list[Note]:
    return [note for note in made.notes if note.kind == "lost"]


def read(document: Any, names: Names, format_: str | None = None) -> list[Candidate]:
    data = json.dumps(document).encode()
    return Reader(names.vocabulary, "en").read([Document(data, "f.json", format_)])


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"@context": ["http://data.europa.eu/snb/model/context/edc-ap"]}, "elm"),
        ({"type": ["VerifiableCredential", "EuropeanDigitalCredential"]}, "elm"),
        ([{"@context": "https://schema.org/"}], "schema-org"),
        ({"@context": "http://schema.org", "@type": "Person"}, "schema-org"),
        (resume(), "json-resume"),
        ({"name": "a", "credentials": []}, None),
        ({"@context": {"@vocab": "http://example.org/"}, "basics": {}}, None),
        ({"@context": "https://example.org/context"}, None),
        ([], None),
    ],
)
def test_the_form_is_told_by_the_document(document: Any, kind: str | None) -> None:
    assert foreign_kind(document) == kind


def test_a_resume(take) -> None:
    candidate, made = take(resume())
    assert candidate.iri == "urn:libonto:candidate:1"
    assert candidate.credentials == (
        Credential(
            HIGHER,
            ID + "field/library-science",
            date(2019, 6, 28),
            (("awardedBy", "University of Zed"),),
        ),
    )
    assert candidate.employments[0].position == SCHOOL
    assert candidate.knowledge == (ID + "knowledge/bibliography", ID + "knowledge/pedagogy")
    assert any(note.key == "study-end" for note in made.notes)


@pytest.mark.parametrize(
    ("section", "change", "key", "path"),
    [
        ("education", {"studyType": "Enlightened"}, "level-unknown", "education[0].studyType"),
        ("education", {"studyType": ""}, "level-missing", "education[0].studyType"),
        ("education", {"area": "Alchemy"}, "field-unknown", "education[0].area"),
        ("education", {"endDate": None}, "study-without-end", "education[0]"),
        ("work", {"position": "Wizard"}, "position-unknown", "work[0].position"),
        ("work", {"position": None}, "position-missing", "work[0].position"),
        ("work", {"startDate": "2019-09"}, "date-partial", "work[0].startDate"),
        ("work", {"startDate": None}, "date-missing", "work[0].startDate"),
        ("work", {"endDate": "2019-02-30"}, "date-impossible", "work[0].endDate"),
        ("work", {"endDate": "soon"}, "date-form", "work[0].endDate"),
    ],
)
def test_what_a_resume_leaves_open_is_not_guessed(
    take, section: str, change: dict[str, Any], key: str, path: str
) -> None:
    document = resume()
    document[section][0].update(change)
    _, made = take(document)
    [note] = lost(made)
    assert (note.key, note.place.path) == (key, path)


@pytest.mark.parametrize(
    ("written", "stated"), [("EQF 6", EQF + "6"), ("Higher education", None), ("kz-nqf/6", None)]
)
def test_a_level_of_elsewhere_stands_as_it_was_stated(take, written: str, stated: str) -> None:
    document = resume()
    document["education"][0]["studyType"] = written
    [diploma] = take(document)[0].credentials
    assert (diploma.level, diploma.framework_level) == ("" if stated else HIGHER, stated)


def test_what_is_whole_is_read_for_judging(names: Names) -> None:
    [candidate] = read(resume(), names)
    assert candidate.credentials[0].level == HIGHER


def test_the_checks_name_the_place_in_the_document(names: Names) -> None:
    document = resume()
    document["work"][0]["endDate"] = "2018-01-01"
    with pytest.raises(ProfileError) as caught:
        read(document, names)
    assert caught.value.message("en").startswith("f.json, work[0].endDate: The employment ends")


@pytest.mark.parametrize("value", [1, "text", None, [], [1], {"a": 1}, [{"position": 1}]])
@pytest.mark.parametrize("key", ["basics", "work", "education", "skills"])
def test_a_resume_of_the_wrong_kind_does_no_harm(names: Names, key: str, value: Any) -> None:
    made = list(ForeignReader(names, "en").read(resume() | {key: value}, "json-resume"))
    assert len(made) == 1
