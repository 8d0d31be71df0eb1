"""What is wrong in plain JSON is refused, with whose it is, where, what, and what to do."""

from collections.abc import Callable
from typing import Any

import pytest

from libonto.errors import LibontoError, ProfileError, SyntaxFault

Read = Callable[..., list[Any]]
Refuse = Callable[..., LibontoError]

KNOWN = (
    "Known: college-librarian, other-position, public-librarian, school-librarian,"
    " school-library-head."
)
CREDENTIAL = {"level": "higher", "field": "library-science", "awarded": "2015-06-30"}
EMPLOYMENT = {"position": "school-librarian", "start": "2018-09-01", "end": "2021-08-31"}
HERE = "candidate urn:example:candidate:1"


def credentials(**changed: Any) -> dict[str, Any]:
    """A second credential that differs from a good one in what is given; None leaves a key out."""
    return {"credentials": [CREDENTIAL, without_none(CREDENTIAL | changed)]}


def employments(**changed: Any) -> dict[str, Any]:
    """A third employment that differs from a good one in what is given; None leaves a key out."""
    return {"employments": [EMPLOYMENT, EMPLOYMENT, without_none(EMPLOYMENT | changed)]}


def without_none(part: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if value is not None}


IN_CREDENTIAL, IN_EMPLOYMENT = f"{HERE}, credential 2, ", f"{HERE}, employment 3, "
NO_DATE = "is no date. Write year, month and day without a time zone, like 2018-09-01."

# What is changed in a good profile, and the whole of the one line that comes out.
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "country that has another code": (
        credentials(country="UK"),
        f"{IN_CREDENTIAL}country: “UK” is no country code of ISO 3166-1. Write GB.",
    ),
    "id of ours that is not defined": (
        credentials(id="https://w3id.org/libonto/id/diploma/7"),
        f"{HERE}, credential 2: https://w3id.org/libonto/id/diploma/7 is not defined by libonto.",
    ),
    "country that is no more": (
        credentials(country="CS"),
        f"{IN_CREDENTIAL}country: “CS” is no country code of ISO 3166-1. Write RS, ME.",
    ),
    "country of three letters": (
        credentials(country="DEU"),
        f"{IN_CREDENTIAL}country: “DEU” is no country code of ISO 3166-1. Write DE.",
    ),
    "country in small letters": (
        credentials(country="de"),
        f"{IN_CREDENTIAL}country: “de” is no country code of ISO 3166-1. Write DE.",
    ),
    "country that there is not": (
        credentials(country="XX"),
        f"{IN_CREDENTIAL}country: “XX” is no country code."
        " Write the two capital letters of ISO 3166-1, for example KZ.",
    ),
    "country that is a union": (
        credentials(country="EU"),
        f"{IN_CREDENTIAL}country: “EU” is no country code."
        " Write the two capital letters of ISO 3166-1, for example KZ.",
    ),
    "relative id": (
        {"id": "aigul"},
        "candidate urn:libonto:candidate:1, id: “aigul” is no absolute IRI."
        " Write for example urn:example:candidate:1.",
    ),
    "id with a space": (
        {"id": "urn:a b"},
        "candidate urn:a b, id: “urn:a b” is no absolute IRI."
        " Write for example urn:example:candidate:1.",
    ),
    "blank node": (
        {"id": "_:a"},
        "candidate urn:libonto:candidate:1, id: “_:a” is no absolute IRI."
        " Write for example urn:example:candidate:1.",
    ),
    "id that is a number": (
        {"id": 5},
        "candidate urn:libonto:candidate:1, id: “5” is no absolute IRI."
        " Write for example urn:example:candidate:1.",
    ),
    "id in our namespace": (
        {"id": "https://w3id.org/libonto/id/candidate/1"},
        "candidate https://w3id.org/libonto/id/candidate/1:"
        " https://w3id.org/libonto/id/candidate/1 lies in libonto's own namespace and cannot name"
        " a candidate. Use an IRI of your own, for example urn:example:candidate:1.",
    ),
    "id in our namespace, with its prefix": (
        {"id": "lo:me"},
        "candidate https://w3id.org/libonto/ns#me: https://w3id.org/libonto/ns#me lies in"
        " libonto's own namespace and cannot name a candidate. Use an IRI of your own, for example"
        " urn:example:candidate:1.",
    ),
    "two ids": (
        {"@id": "urn:x:2"},
        "candidate urn:libonto:candidate:1, id: Only one value is meant here, but there are"
        " several: urn:example:candidate:1 · urn:x:2. Keep one.",
    ),
    "misspelt key": (
        {"knowlege": []},
        f"{HERE}: Unknown key “knowlege”. Did you mean “knowledge”? Known keys: id, name,"
        " knowledge, appliesFor, credentials, employments, holds, documents, employer, workload,"
        " awardedBy, evidence.",
    ),
    "key like nothing": (
        {"xyz": 1},
        f"{HERE}: Unknown key “xyz”. Known keys: id, name, knowledge, appliesFor, credentials,"
        " employments, holds, documents, employer, workload, awardedBy, evidence.",
    ),
    "key of ours as an iri": (
        {"https://w3id.org/libonto/ns#completedYears": 30},
        f"{HERE}: Unknown key “https://w3id.org/libonto/ns#completedYears”. Known keys: id, name,"
        " knowledge, appliesFor, credentials, employments, holds, documents, employer, workload,"
        " awardedBy, evidence.",
    ),
    "misspelt key in a credential": (
        credentials(feild="pedagogy", field="pedagogy"),
        f"{HERE}, credential 2: Unknown key “feild”. Did you mean “field”? Known keys: id, level,"
        " field, awarded, country, recognised, employer, workload, awardedBy, evidence.",
    ),
    "an object for a list": (
        {"credentials": {"level": "higher", "field": "pedagogy"}},
        f'{HERE}, credentials: A list ([…]) is expected, not {{"level": "higher", "field":'
        ' "pedagogy"}.',
    ),
    "misspelt key in an employment": (
        employments(strat="2018-09-01"),
        f"{HERE}, employment 3: Unknown key “strat”. Did you mean “start”? Known keys: id,"
        " position, start, end, employer, workload, awardedBy, evidence.",
    ),
    "a derived property smuggled in": (
        {"schoolLibraryService": {"completedYears": 30}},
        f"{HERE}: Unknown key “schoolLibraryService”. Known keys: id, name, knowledge, appliesFor,"
        " credentials, employments, holds, documents, employer, workload, awardedBy, evidence.",
    ),
    "wrong type": (
        {"type": "Person"},
        f"{HERE}, type: The type Person does not fit here; Candidate is implied.",
    ),
    "type that is an object": (
        {"type": [{"a": None}]},
        f'{HERE}, type: The type {{"a": null}} does not fit here; Candidate is implied.',
    ),
    "wrong type of a credential": (
        credentials(type="Employment"),
        f"{IN_CREDENTIAL}type: The type Employment does not fit here; Credential is implied.",
    ),
    "two names": (
        {"name": ["A", "B"]},
        f"{HERE}, name: Only one value is meant here, but there are several: A · B. Keep one.",
    ),
    "two categories": (
        {"appliesFor": ["librarian/higher-first", "librarian/higher-second"]},
        f"{HERE}, appliesFor: Only one value is meant here, but there are several:"
        " librarian/higher-first · librarian/higher-second. Keep one.",
    ),
    "two levels": (
        credentials(level=["higher", "postgraduate"]),
        f"{IN_CREDENTIAL}level: Only one value is meant here, but there are several: higher ·"
        " postgraduate. Keep one.",
    ),
    "two starts": (
        employments(start=["2018-09-01", "2019-09-01"]),
        f"{IN_EMPLOYMENT}start: Only one value is meant here, but there are several: 2018-09-01 ·"
        " 2019-09-01. Keep one.",
    ),
    "no level": (
        credentials(level=None),
        f"{IN_CREDENTIAL}level: This is missing and must be stated.",
    ),
    "no field": (
        credentials(field=None),
        f"{IN_CREDENTIAL}field: This is missing and must be stated.",
    ),
    "no position": (
        employments(position=None),
        f"{IN_EMPLOYMENT}position: This is missing and must be stated.",
    ),
    "no start": (
        employments(start=None),
        f"{IN_EMPLOYMENT}start: This is missing and must be stated.",
    ),
    "start that is null": (
        {"employments": [{**EMPLOYMENT, "start": None}]},
        f"{HERE}, employment 1, start: This is missing and must be stated.",
    ),
    "start in an empty array": (
        employments(start=[]),
        f"{IN_EMPLOYMENT}start: This is missing and must be stated.",
    ),
    "end before start": (
        employments(end="2018-08-31"),
        f"{IN_EMPLOYMENT}end: The employment ends (2018-08-31) before it starts (2018-09-01).",
    ),
    "a day that does not exist": (
        employments(start="2019-02-30"),
        f"{IN_EMPLOYMENT}start: “2019-02-30” is a day that does not exist.",
    ),
    "29 February of no leap year": (
        credentials(awarded="1900-02-29"),
        f"{IN_CREDENTIAL}awarded: “1900-02-29” is a day that does not exist.",
    ),
    "the year nought": (
        credentials(awarded="0000-01-01"),
        f"{IN_CREDENTIAL}awarded: “0000-01-01” is a day that does not exist.",
    ),
    **{
        f"date {said!r}": (employments(end=said), f"{IN_EMPLOYMENT}end: “{said}” {NO_DATE}")
        for said in (
            *("2021", "2021-09-01Z", "2021-09-01+05:00", "2021-9-1", "2021-09-01T00:00:00"),
            *("01.09.2021", "2021-W35-1", "-2021-09-01", "12021-09-01", " 2021-09-01", ""),
            *("２０２１-09-01", "2021-09-01\\n"),
        )
    },
    "date that is a number": (
        employments(start=2018),
        f"{IN_EMPLOYMENT}start: A text is expected, not 2018.",
    ),
    "unknown level": (
        credentials(level="hihger"),
        f"{IN_CREDENTIAL}level: Unknown education level “hihger”. Did you mean “higher”? Known:"
        " general-secondary, higher, post-secondary, postgraduate, technical-vocational, or a level"
        " of a framework, such as kz-nqf/6.",
    ),
    "foreign level": (
        credentials(level="urn:isced:6"),
        f"{IN_CREDENTIAL}level: Unknown education level “urn:isced:6”. Known:"
        " general-secondary, higher, post-secondary, postgraduate, technical-vocational, or a level"
        " of a framework, such as kz-nqf/6.",
    ),
    "unknown field": (
        credentials(field="library-sciense"),
        f"{IN_CREDENTIAL}field: Unknown field of study “library-sciense”. Did you mean"
        " “library-science”? Known: library-science, other-field, pedagogy, or an ISCED-F IRI.",
    ),
    "unknown field of ours": (
        credentials(field="https://w3id.org/libonto/id/field/music"),
        f"{IN_CREDENTIAL}field: Unknown field of study “https://w3id.org/libonto/id/field/music”."
        " Known: library-science, other-field, pedagogy, or an ISCED-F IRI.",
    ),
    "field that is no iri": (
        credentials(field="http://a b"),
        f"{IN_CREDENTIAL}field: Unknown field of study “http://a b”. Known: library-science,"
        " other-field, pedagogy, or an ISCED-F IRI.",
    ),
    "unknown position": (
        employments(position="teacher"),
        f"{IN_EMPLOYMENT}position: Unknown position “teacher”. {KNOWN}",
    ),
    "misspelt position": (
        employments(position="school-libarian"),
        f"{IN_EMPLOYMENT}position: Unknown position “school-libarian”. Did you mean"
        f" “school-librarian”? {KNOWN}",
    ),
    "position that is no iri": (
        employments(position="http://a b"),
        f"{IN_EMPLOYMENT}position: Unknown position “http://a b”. {KNOWN}",
    ),
    "the post that is described": (
        employments(position="librarian"),
        f"{IN_EMPLOYMENT}position: “librarian” is the post that is described, and can be held in"
        " different libraries. In which kind of library was the work? Write one of:"
        " college-librarian, public-librarian, school-librarian.",
    ),
    "unknown knowledge": (
        {"knowledge": ["constitution", "bibliografy"]},
        f"{HERE}, knowledge: Unknown knowledge item “bibliografy”. Did you mean “bibliography”?"
        " Known: bibliography, constitution, economics, education-regulations, fire-safety,"
        " labour-legislation, law-anti-corruption, law-child-rights, law-education, law-languages,"
        " librarianship-fundamentals, library-guidance, library-technology-processes,"
        " library-work-fundamentals, library-work-issues, occupational-safety, pedagogy,"
        " psychology, reader-work; or the IRI of an act.",
    ),
    "foreign knowledge": (
        {"knowledge": "urn:isbn:1"},
        f"{HERE}, knowledge: Unknown knowledge item “urn:isbn:1”. Known: bibliography,"
        " constitution, economics, education-regulations, fire-safety, labour-legislation,"
        " law-anti-corruption, law-child-rights, law-education, law-languages,"
        " librarianship-fundamentals, library-guidance, library-technology-processes,"
        " library-work-fundamentals, library-work-issues, occupational-safety, pedagogy,"
        " psychology, reader-work; or the IRI of an act.",
    ),
    "the address of an act": (
        {"knowledge": ["https://adilet.zan.kz/kaz/docs/K950001000_"]},
        f"{HERE}, knowledge: “https://adilet.zan.kz/kaz/docs/K950001000_” is the address of a"
        " page. Use the act's IRI: https://w3id.org/libonto/id/act/K950001000_.",
    ),
    "unknown category": (
        {"appliesFor": "librarian/higher-frist"},
        f"{HERE}, appliesFor: Unknown category “librarian/higher-frist”. Did you mean"
        " “librarian/higher-first”? Known: librarian/higher-first, librarian/higher-highest,"
        " librarian/higher-none, librarian/higher-second, librarian/middle-first,"
        " librarian/middle-highest, librarian/middle-none, librarian/middle-second.",
    ),
    "category without its position": (
        {"appliesFor": "higher-first"},
        f"{HERE}, appliesFor: Unknown category “higher-first”. Did you mean"
        " “librarian/higher-first”? Known: librarian/higher-first, librarian/higher-highest,"
        " librarian/higher-none, librarian/higher-second, librarian/middle-first,"
        " librarian/middle-highest, librarian/middle-none, librarian/middle-second.",
    ),
    "null in an array": (
        {"knowledge": ["constitution", None]},
        f"{HERE}, knowledge: A text is expected, not null.",
    ),
    "an object for a text": (
        {"name": {"@value": "A"}},
        f'{HERE}, name: A text is expected, not {{"@value": "A"}}.',
    ),
    "an object for a slug": (
        credentials(level={"id": "higher"}),
        f'{IN_CREDENTIAL}level: A text is expected, not {{"id": "higher"}}.',
    ),
    "a text for a credential": (
        {"credentials": [CREDENTIAL, "diploma"]},
        f"{IN_CREDENTIAL}credentials: An object is expected, not diploma.",
    ),
    "null for a credential": (
        {"credentials": [None]},
        f"{HERE}, credential 1, credentials: An object is expected, not null.",
    ),
    "true for a name": ({"name": True}, f"{HERE}, name: A text is expected, not true."),
    "a relative id of a part": (
        credentials(id="c1"),
        f"{IN_CREDENTIAL}id: “c1” is no absolute IRI. Write for example urn:example:candidate:1.",
    ),
    "an id of a part that is no iri": (
        credentials(id="urn:c 1"),
        f"{HERE}, credential 2, id: “urn:c 1” is no absolute IRI. Write for example"
        " urn:example:candidate:1.",
    ),
    "an id for two parts": (
        {
            "credentials": [{**CREDENTIAL, "id": "urn:c:1"}],
            "employments": [{**EMPLOYMENT, "id": "urn:c:1"}],
        },
        f"{HERE}, employment 1, id: “urn:c:1” already names another thing of this candidate. Give"
        " each its own id, or none.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_value_is_named_with_its_place(
    case: str, profile: dict[str, Any], refuse: Refuse
) -> None:
    changed, expected = CASES[case]
    error = refuse(profile | changed)
    assert isinstance(error, ProfileError)
    assert error.message("en") == expected


def test_every_problem_is_told_at_once(profile: dict[str, Any], refuse: Refuse) -> None:
    bad = profile | {"names": "A", **employments(position="librarian", end="2018-08-31")}
    message = refuse([bad, {"id": "urn:x:2", "name": {}, "appliesFor": "x"}]).message("en")
    places = [
        f"{HERE}: Unknown key",
        f"{HERE}, employment 3, position: ",
        f"{HERE}, employment 3, end: ",
        "candidate urn:x:2, name: ",
        "candidate urn:x:2, appliesFor: ",
    ]
    lines = message.split("\n")
    assert len(lines) == len(places)
    assert all(map(str.startswith, lines, places)), lines


def test_the_file_is_named(refuse: Refuse) -> None:
    error = refuse({}, {"id": "relative"})
    assert error.message("en").startswith("file-2: candidate urn:libonto:candidate:2, id: ")


def test_one_candidate_twice_in_one_file_or_in_two(refuse: Refuse) -> None:
    one = {"id": "urn:x:1"}
    message = "candidate urn:x:1: This candidate is described more than once (also in: {}). Keep"
    assert refuse([one, one]).message("en").startswith(message.format("-"))
    in_turtle = "<urn:x:1> a <https://w3id.org/libonto/ns#Candidate> ."
    assert refuse(in_turtle, one).message("en").startswith("file-2: " + message.format("file-1"))


def test_nobody_is_read_when_one_is_bad(refuse: Refuse, profile: dict[str, Any]) -> None:
    assert isinstance(refuse([profile, {"id": "urn:x:2", "name": {}}]), ProfileError)
    assert isinstance(refuse(profile, "{", profile), SyntaxFault)


def test_what_is_accepted(read: Read) -> None:
    profile = {
        "type": ["Candidate", "lo:Candidate", "https://w3id.org/libonto/ns#Candidate"],
        "id": "urn:x:1",
        "name": None,
        "workload": 0.5,
        "evidence": ["№ 1", "https://example.org/1"],
        "credentials": [{"level": "higher", "field": "http://data.europa.eu/snb/isced-f/0322"}],
        "employments": [
            {"position": "public-librarian", "start": "0001-01-01", "end": "9999-12-31"},
            {"position": "https://example.org/teacher", "start": "2020-02-29", "end": None},
            {"position": "school-librarian", "start": "2018-09-01", "end": "2018-09-01"},
        ],
        "knowledge": "https://w3id.org/libonto/id/act/K950001000_",
        "appliesFor": [],
    }
    (candidate,) = read(profile)
    assert candidate.name is None
    assert candidate.applies_for is None
    assert candidate.details == (
        ("workload", "0.5"),
        ("evidence", "https://example.org/1"),
        ("evidence", "№ 1"),
    )
    assert [e.position.rpartition("/")[2] for e in candidate.employments] == [
        "public-librarian",
        "teacher",
        "school-librarian",
    ]
    assert candidate.knowledge == ("https://w3id.org/libonto/id/act/K950001000_",)


def test_a_number_is_shown_as_it_was_written(read: Read) -> None:
    (candidate,) = read('{"workload": 0.50, "evidence": "№ 1"}')
    assert candidate.details == (("workload", "0.50"), ("evidence", "№ 1"))


def test_only_a_workload_may_be_a_number(refuse: Refuse, profile: dict[str, Any]) -> None:
    for key in ("name", "employer", "awardedBy", "evidence"):
        said = str(refuse(profile | {key: 12345678901234567890}))
        assert f"{key}: A text is expected, not 12345678901234567890." in said
    assert "evidence: A text is expected, not 7." in str(refuse(profile | {"evidence": ["1", 7]}))
    assert "workload: A text is expected, not true." in str(refuse(profile | {"workload": True}))


def test_control_characters_never_leave_the_reader(read: Read) -> None:
    (candidate,) = read(
        {"name": "A\x1b[31m\u0000\u202eB\nC", "evidence": "\x9b2J", "id": "urn:x:1"}
    )
    assert candidate.name == "A\ufffd[31m\ufffd\ufffdB C"
    assert candidate.details == (("evidence", "\ufffd2J"),)
