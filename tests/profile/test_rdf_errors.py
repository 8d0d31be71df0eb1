"""What is wrong in RDF is refused, and the message says whose, where, what, and what next."""

from collections.abc import Callable
from typing import Any

import pytest

from libonto.errors import LibontoError, NothingToAssess, ProfileError

Read = Callable[..., list[Any]]
Refuse = Callable[..., LibontoError]
Turtle = Callable[..., str]

CREDENTIAL = "a lo:Credential ; lo:educationLevel education:higher ; lo:fieldOfStudy field:pedagogy"
START = 'lo:startedOn "2018-09-01"^^xsd:date'
EMPLOYMENT = f"a lo:Employment ; lo:inPosition position:school-librarian ; {START}"
HIGHER = "a lo:Credential ; lo:educationLevel education:higher"
HERE = "candidate urn:x:1"
IN_CREDENTIAL, IN_EMPLOYMENT = f"{HERE}, credential 2, ", f"{HERE}, employment 2, "
MISSING = "This is missing and must be stated."
NS = "https://w3id.org/libonto/ns#"
ID = "https://w3id.org/libonto/id/"


def credential(statements: str) -> str:
    """A second credential."""
    return f"lo:hasCredential [ {CREDENTIAL} ] , [ {statements} ]"


def employment(statements: str) -> str:
    """A second employment."""
    return f"lo:hasEmployment [ {EMPLOYMENT} ] , [ {statements} ]"


# What is stated of a candidate, and the whole of the one line that comes out.
CASES: dict[str, tuple[str, str]] = {
    "misspelt property": (
        'lo:nmae "A"',
        f"{HERE}: Unknown property lo:nmae. Did you mean lo:name?",
    ),
    "property like nothing": ("lo:xyzzy 1", f"{HERE}: Unknown property lo:xyzzy."),
    "misspelt property of a part": (
        employment(f'{EMPLOYMENT} ; lo:endOn "2020-01-01"^^xsd:date'),
        f"{HERE}, employment 2: Unknown property lo:endOn. Did you mean lo:endedOn?",
    ),
    "misspelt class": (
        "a lo:Canditate",
        f"{HERE}: Unknown class lo:Canditate. Did you mean lo:Candidate?"
        " Known: lo:Candidate, lo:Credential, lo:Employment, lo:Grant, lo:HeldDocument.",
    ),
    "class that is not for profiles": (
        "a lo:Clause",
        f"{HERE}: lo:Clause is no class of a profile.",
    ),
    "class of a part": (
        "a lo:Credential",
        f"{HERE}: The type lo:Credential does not fit here; Candidate is implied.",
    ),
    "wrong class of a part": (
        credential(f"{CREDENTIAL} ; a lo:Employment"),
        f"{HERE}, credential 2: The type lo:Employment does not fit here; Credential is implied.",
    ),
    "completed years smuggled in": (
        "lo:service [ a lo:ServiceRecord ]",
        f"{HERE}: lo:service cannot be stated in a profile: libonto derives it, or it"
        f" belongs to the ontology.\n{HERE}: lo:ServiceRecord is no class of a profile.",
    ),
    "years smuggled in deeper down": (
        "<urn:p> [ <urn:q> [ lo:completedYears 30 ] ]",
        f"{HERE}: lo:completedYears cannot be stated in a profile: libonto derives it, or it"
        " belongs to the ontology.",
    ),
    "knowledge smuggled in": (
        "lo:showsKnowledge knowledge:bibliography",
        f"{HERE}: lo:showsKnowledge cannot be stated in a profile: libonto derives it, or it"
        " belongs to the ontology.",
    ),
    "a credential smuggled past its date": (
        f"lo:countedCredential [ {CREDENTIAL} ]",
        f"{HERE}: lo:countedCredential cannot be stated in a profile: libonto derives it, or it"
        f" belongs to the ontology.\n{HERE}: This node (lo:educationLevel) belongs to no candidate"
        " and would be lost. Link it with lo:hasCredential, lo:hasEmployment or lo:holdsCategory,"
        " or remove it.",
    ),
    "a field smuggled in": (
        credential(f"{CREDENTIAL} ; lo:inField field:library-science"),
        f"{HERE}, credential 2: lo:inField cannot be stated in a profile: libonto derives it, or it"
        " belongs to the ontology.",
    ),
    "property of a part on the candidate": (
        'lo:startedOn "2018-09-01"^^xsd:date',
        f"{HERE}, lo:startedOn: This property does not belong to the class Candidate.",
    ),
    "property of the candidate on a part": (
        employment(f'{EMPLOYMENT} ; lo:name "A"'),
        f"{IN_EMPLOYMENT}lo:name: This property does not belong to the class Employment.",
    ),
    "property of an employment on a credential": (
        credential(f'{CREDENTIAL} ; lo:endedOn "2018-09-01"^^xsd:date'),
        f"{IN_CREDENTIAL}lo:endedOn: This property does not belong to the class Credential.",
    ),
    "undefined thing of ours, anywhere": (
        f"<urn:p> <{ID}knowledge/bibliografy>",
        f"{HERE}, urn:p: {ID}knowledge/bibliografy is not defined by libonto. Did you mean"
        " “bibliography”?",
    ),
    "undefined property of ours outside the vocabulary": (
        f'<{ID}name> "A"',
        f"{HERE}: {ID}name is not defined by libonto.",
    ),
    "a part of ours that is not defined": (
        f"lo:hasEmployment <{ID}job/7> . <{ID}job/7> lo:inPosition <urn:x> ; "
        'lo:startedOn "2018-09-01"^^xsd:date',
        f"{HERE}, employment 1: {ID}job/7 is not defined by libonto.",
    ),
    "a document of ours that is not defined": (
        f"lo:evidence <{ID}document/7>",
        f"{HERE}, lo:evidence: {ID}document/7 is not defined by libonto.",
    ),
    "undefined class of ours outside the vocabulary": (
        f"a <{ID}kind/person>",
        f"{HERE}, a: {ID}kind/person is not defined by libonto.",
    ),
    "undefined datatype of ours": (
        '<urn:p> "1"^^lo:years',
        f"{HERE}, urn:p: {NS}years is not defined by libonto.",
    ),
    "undefined thing of ours in a triple term": (
        "<urn:p> <<( <urn:a> lo:nmae 1 )>>",
        f"{HERE}, urn:p: {NS}nmae is not defined by libonto.",
    ),
    "two names": (
        'lo:name "A" , "B"',
        f"{HERE}, lo:name: Only one value is meant here, but there are several: A · B. Keep one.",
    ),
    "one name in two languages": (
        'lo:name "A"@kk , "A"@ru',
        f"{HERE}, lo:name: Only one value is meant here, but there are several: A · A. Keep one.",
    ),
    "two categories": (
        "lo:appliesFor category:higher-first , category:middle-first",
        f"{HERE}, lo:appliesFor: Only one value is meant here, but there are several:"
        f" {ID}category/librarian/higher-first · {ID}category/librarian/middle-first. Keep one.",
    ),
    "two fields": (
        credential(f"{CREDENTIAL} , field:library-science"),
        f"{IN_CREDENTIAL}lo:fieldOfStudy: Only one value is meant here, but there are several:"
        f" {ID}field/library-science · {ID}field/pedagogy. Keep one.",
    ),
    "no level": (
        credential("a lo:Credential ; lo:fieldOfStudy field:pedagogy"),
        f"{IN_CREDENTIAL}lo:educationLevel: {MISSING}",
    ),
    "no field": (
        credential("a lo:Credential ; lo:educationLevel education:higher"),
        f"{IN_CREDENTIAL}lo:fieldOfStudy: {MISSING}",
    ),
    "no position": (
        employment('a lo:Employment ; lo:startedOn "2018-09-01"^^xsd:date'),
        f"{IN_EMPLOYMENT}lo:inPosition: {MISSING}",
    ),
    "no start": (
        employment("a lo:Employment ; lo:inPosition position:school-librarian"),
        f"{IN_EMPLOYMENT}lo:startedOn: {MISSING}",
    ),
    "end before start": (
        employment(f'{EMPLOYMENT} ; lo:endedOn "2018-08-31"^^xsd:date'),
        f"{IN_EMPLOYMENT}lo:endedOn: The employment ends (2018-08-31) before it starts"
        " (2018-09-01).",
    ),
    "a day that does not exist": (
        employment(f'{EMPLOYMENT} ; lo:endedOn "2019-02-30"^^xsd:date'),
        f"{IN_EMPLOYMENT}lo:endedOn: “2019-02-30” is a day that does not exist.",
    ),
    **{
        f"date {said}": (
            employment(f'{EMPLOYMENT} ; lo:endedOn "{said}"^^xsd:date'),
            f"{IN_EMPLOYMENT}lo:endedOn: “{said}” is no date. Write year, month and day without a"
            " time zone, like 2018-09-01.",
        )
        for said in ("2018", "2018-09-01Z", "2018-09-01+06:00", "2018-9-1", "", "INF")
    },
    **{
        f"date as {said}": (
            employment(f"{EMPLOYMENT} ; lo:endedOn {said}"),
            f"{IN_EMPLOYMENT}lo:endedOn: “{shown}” is not typed as a date. Write it like"
            ' "2018-09-01"^^xsd:date.',
        )
        for said, shown in (
            ('"2020-09-01"', "2020-09-01"),
            ('"2020-09-01"@kk', "2020-09-01"),
            ('"2020-09-01T00:00:00"^^xsd:dateTime', "2020-09-01T00:00:00"),
            ('"2020"^^xsd:gYear', "2020"),
            ("2020", "2020"),
            ("<urn:2020-09-01>", "urn:2020-09-01"),
            ("_:day", "_:day"),
        )
    },
    "unknown level": (
        credential(
            f"a lo:Credential ; lo:fieldOfStudy field:pedagogy ; lo:educationLevel <{ID}hihger>"
        ),
        f"{IN_CREDENTIAL}lo:educationLevel: Unknown education level “{ID}hihger”. Known:"
        " general-secondary, higher, post-secondary, postgraduate, technical-vocational, or a level"
        " of a framework, such as kz-nqf/6.",
    ),
    "level as a text": (
        credential('a lo:Credential ; lo:fieldOfStudy field:pedagogy ; lo:educationLevel "higher"'),
        f"{IN_CREDENTIAL}lo:educationLevel: “higher” is a text, and an IRI is expected. Write for"
        f" example <{ID}education/higher>.",
    ),
    "field of ours that is a literal": (
        credential(f'{HIGHER} ; lo:fieldOfStudy "{ID}field/pedagogy"'),
        f"{IN_CREDENTIAL}lo:fieldOfStudy: “{ID}field/pedagogy” is a text, and an IRI is expected."
        f" Write for example <{ID}field/pedagogy>.",
    ),
    "a text that is like nothing": (
        employment(f'a lo:Employment ; lo:inPosition "Ақтөбе" ; {START}'),
        f"{IN_EMPLOYMENT}lo:inPosition: “Ақтөбе” is a text, and an IRI is expected. Write for"
        f" example <{ID}position/college-librarian>.",
    ),
    "misspelt position": (
        employment(
            f"a lo:Employment ; lo:inPosition <{ID}position/scool-librarian> ;"
            ' lo:startedOn "2018-09-01"^^xsd:date'
        ),
        f"{IN_EMPLOYMENT}lo:inPosition: Unknown position “{ID}position/scool-librarian”. Did you"
        " mean “school-librarian”?",
    ),
    "the post that is described": (
        employment(f"a lo:Employment ; lo:inPosition position:librarian ; {START}"),
        f"{IN_EMPLOYMENT}lo:inPosition: “{ID}position/librarian” is the post that is described, and"
        " can be held in different libraries. In which kind of library was the work? Write one of:"
        " college-librarian, public-librarian, school-librarian.",
    ),
    "something of ours that is no position": (
        employment(
            'a lo:Employment ; lo:inPosition education:higher ; lo:startedOn "2018-09-01"^^xsd:date'
        ),
        f"{IN_EMPLOYMENT}lo:inPosition: Unknown position “{ID}education/higher”. Known:"
        " college-librarian, other-position, public-librarian, school-librarian,"
        " school-library-head.",
    ),
    "position as a blank node": (
        employment(f"a lo:Employment ; lo:inPosition _:p ; {START}"),
        f"{IN_EMPLOYMENT}lo:inPosition: Unknown position “_:p”. Known: college-librarian,"
        " other-position, public-librarian, school-librarian, school-library-head.",
    ),
    "unknown category": (
        f"lo:appliesFor <{ID}category/librarian/higest>",
        f"{HERE}, lo:appliesFor: Unknown category “{ID}category/librarian/higest”. Did you mean"
        " “librarian/higher-first”?",
    ),
    "knowledge as a text": (
        'lo:hasKnowledgeOf "bibliography"',
        f"{HERE}, lo:hasKnowledgeOf: “bibliography” is a text, and an IRI is expected. Write for"
        f" example <{ID}knowledge/bibliography>.",
    ),
    "knowledge as a triple term": (
        "lo:hasKnowledgeOf knowledge:bibliography , <<( <urn:a> <urn:b> <urn:c> )>>",
        f"{HERE}, lo:hasKnowledgeOf: Unknown knowledge item “<urn:a> <urn:b> <urn:c>”. Known:"
        " bibliography, constitution, economics, education-regulations, fire-safety,"
        " labour-legislation, law-anti-corruption, law-child-rights, law-education, law-languages,"
        " librarianship-fundamentals, library-guidance, library-technology-processes,"
        " library-work-fundamentals, library-work-issues, occupational-safety, pedagogy,"
        " psychology, reader-work; or the IRI of an act.",
    ),
    "a text for a credential": (
        f'lo:hasCredential [ {CREDENTIAL} ] , "diploma"',
        f"{HERE}, credential 2: A description of a credential, an employment or a category held is"
        " expected, not"
        " diploma.",
    ),
    "an iri for a name": ("lo:name <urn:a>", f"{HERE}, lo:name: A text is expected, not urn:a."),
    "a node for an employer": (
        employment(f"{EMPLOYMENT} ; lo:employer _:school"),
        f"{IN_EMPLOYMENT}lo:employer: A text is expected, not _:school.",
    ),
    "a list for a name": (
        'lo:name ( "A" )',
        f"{HERE}, lo:name: A text is expected, not _:",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_statement_is_named_with_its_place(case: str, turtle: Turtle, refuse: Refuse) -> None:
    statements, expected = CASES[case]
    error = refuse(turtle(statements))
    assert isinstance(error, ProfileError)
    message = error.message("en")
    if expected.endswith("_:"):  # the parser's own name for a node
        assert message.startswith(expected)
    elif " Known: " in expected:
        assert message == expected
    else:  # the allowed words may follow
        assert message.partition(" Known: ")[0] == expected


# What stands in the document beside a good candidate, and the beginning of the one line.
BESIDE = {
    "a part of nobody": (
        f"_:lost {EMPLOYMENT} .",
        "This node (_:lost, lo:inPosition) belongs to no candidate and would be lost.",
    ),
    "a part of nobody, only typed": (
        "<urn:lost> a lo:Credential .",
        "This node (urn:lost, lo:Credential) belongs to no candidate and would be lost.",
    ),
    "somebody without a type": (
        'urn:x:2 lo:name "B" .'.replace("urn:x:2", "<urn:x:2>"),
        "This node (urn:x:2, lo:name) belongs to no candidate and would be lost.",
    ),
    "somebody with a part, without a type": (
        f"<urn:x:2> lo:hasEmployment [ {EMPLOYMENT} ] .",
        "candidate urn:x:2: This looks like a candidate but has no type, and would be lost.",
    ),
    "something said of our own things": (
        "category:higher-first lo:hasRequirement <urn:none> .",
        f"candidate {ID}category/librarian/higher-first: lo:hasRequirement cannot be stated in a",
    ),
    "an undefined thing of ours as a subject": (
        f"<{ID}knowledge/chess> <urn:p> 1 .",
        f"{ID}knowledge/chess is not defined by libonto.",
    ),
}


@pytest.mark.parametrize("case", BESIDE)
def test_nothing_beside_the_candidates_is_lost(case: str, turtle: Turtle, refuse: Refuse) -> None:
    rest, expected = BESIDE[case]
    error = refuse(turtle('lo:name "A"', rest))
    assert isinstance(error, ProfileError)
    assert error.message("en").startswith(expected)
    assert "\n" not in error.message("en")


@pytest.mark.parametrize(
    ("iri", "said"),
    [
        ("_:me", "candidate _:me: "),
        ("[]", "candidate 1: "),
        ('[ lo:name "Айгүл" ]', "candidate Айгүл: "),
    ],
)
def test_a_candidate_is_no_blank_node(iri: str, said: str, turtle: Turtle, refuse: Refuse) -> None:
    message = refuse(turtle(iri=iri)).message("en")
    assert message.startswith(said + "A candidate needs an IRI of its own and cannot be a blank")


def test_a_candidate_is_not_in_our_namespace(turtle: Turtle, refuse: Refuse) -> None:
    for iri in (f"{ID}candidate/1", f"{NS}me", f"{ID}position/school-librarian"):
        message = refuse(turtle(iri=f"<{iri}>")).message("en")
        assert f"{iri} lies in libonto's own namespace" in message


def test_a_graph_has_no_undefined_name_of_ours(refuse: Refuse) -> None:
    text = f"<{ID}graph/1> {{ <urn:x:1> a <{NS}Candidate> }}"
    message = refuse(text, format="trig").message("en")
    assert message == f"{ID}graph/1 is not defined by libonto."


@pytest.mark.parametrize(
    "text",
    [
        f"<urn:x:1> <{NS}hasEmployment> [ a <{NS}Employment> ] .",
        f"<urn:x:1> <{NS}hasKnowledgeOf> <{ID}knowledge/bibliography> ; a <urn:Person> .",
    ],
)
def test_who_looks_like_a_candidate_without_being_called_one(text: str, refuse: Refuse) -> None:
    error = refuse(text)
    assert isinstance(error, NothingToAssess)
    assert "urn:x:1 looks like one but has no type: add “a lo:Candidate”" in error.message("en")


def test_a_misspelt_type_is_told_rather_than_that_nobody_is_there(refuse: Refuse) -> None:
    error = refuse(f"<urn:x:1> a <{NS}Candidat> .")
    assert isinstance(error, ProfileError)
    assert "Did you mean lo:Candidate?" in error.message("en")


def test_what_is_accepted(turtle: Turtle, read: Read) -> None:
    (candidate,) = read(
        turtle(
            'lo:name "Айгүл"@kk ; lo:evidence "№ 1" , <https://example.org/1> ;'
            " lo:hasCredential [ lo:educationLevel education:higher ;"
            " lo:fieldOfStudy <http://data.europa.eu/esco/isced-f/0322> ; lo:awardedBy <urn:u> ] ;"
            " lo:hasEmployment <urn:e:1> , <urn:e:2> ;"
            f" lo:hasKnowledgeOf <{ID}act/K950001000_>",
            "<urn:e:1> lo:inPosition position:public-librarian ; lo:workload 0.50 ;"
            ' lo:startedOn "2020-02-29"^^xsd:date .\n'
            '<urn:e:2> lo:inPosition <urn:teacher> ; lo:startedOn "2020-02-29"^^xsd:date ;'
            ' lo:endedOn "2020-02-29"^^xsd:date .',
        )
    )
    assert candidate.name == "Айгүл"
    assert candidate.details == (("evidence", "https://example.org/1"), ("evidence", "№ 1"))
    assert candidate.credentials[0].field == "http://data.europa.eu/esco/isced-f/0322"
    assert candidate.credentials[0].details == (("awardedBy", "urn:u"),)
    assert [e.position for e in candidate.employments] == [
        f"{ID}position/public-librarian",
        "urn:teacher",
    ]
    assert candidate.employments[0].details == (("workload", "0.50"),)
    assert candidate.knowledge == (f"{ID}act/K950001000_",)
