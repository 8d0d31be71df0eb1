"""RDF that is no profile at all: relative IRIs, and syntax errors with their places."""

import json
from collections.abc import Callable

import pytest

from libonto.errors import LibontoError, ProfileError, SyntaxFault

Refuse = Callable[..., LibontoError]

NS = "https://w3id.org/libonto/ns#"


RELATIVE_XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:lo="https://w3id.org/libonto/ns#"><lo:Candidate rdf:about="{about}">{more}</lo:Candidate>
</rdf:RDF>"""
IN_XML = """<lo:hasEmployment><lo:Employment><lo:inPosition rdf:resource="{}"/></lo:Employment>
</lo:hasEmployment>"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RELATIVE_XML.format(about="me", more=""), "“me” is no absolute IRI"),
        (RELATIVE_XML.format(about="", more=""), "“” is no absolute IRI"),
        (
            RELATIVE_XML.format(about="urn:x:1", more=IN_XML.format("school-librarian")),
            "candidate urn:x:1, employment 1, lo:inPosition: “school-librarian” is no absolute IRI",
        ),
        (
            json.dumps({"@context": {"@vocab": NS}, "@id": "me", "@type": "Candidate"}),
            "“me” is no absolute IRI",
        ),
        (
            json.dumps(
                {
                    "@context": {"@vocab": NS},
                    "@id": "urn:x:1",
                    "@type": "Candidate",
                    "hasKnowledgeOf": {"@id": "bibliography"},
                }
            ),
            "candidate urn:x:1, lo:hasKnowledgeOf: “bibliography” is no absolute IRI",
        ),
        (
            json.dumps({"@id": "urn:x:1", "@type": "Candidat", "urn:p": 1}),
            "candidate urn:x:1, a: “Candidat” is no absolute IRI",
        ),
    ],
)
def test_no_iri_is_relative(text: str, said: str, refuse: Refuse) -> None:
    error = refuse(text)
    assert isinstance(error, ProfileError)
    assert said in error.message("en")
    assert "relative.invalid" not in error.message("en")


@pytest.mark.parametrize(
    ("text", "format_", "place"),
    [
        ("<urn:a> a <urn:b>\n<urn:c> .", "turtle", "line 2, column 1: "),
        ("<urn:a> lo:name 1 .", "turtle", "line 1, column 9: "),
        ("<me> a <urn:b> .", "turtle", "line 1, column 1: "),
        ('<urn:a>\n <urn:b> "open .', "turtle", "line 2, column 10: "),
        ("<urn:a> <urn:b> <urn:c d> .", "ntriples", "line 1, column 17: "),
        ("<urn:a> <urn:b> .", "ntriples", "line 1, column 17: "),
        ("<urn:a> <urn:b> <urn:c> <urn:d> <urn:e> .", "nquads", "line 1, column 33: "),
        ("<urn:g> { <urn:a> <urn:b> ", "trig", "line 1, column 27: "),
        ("<rdf:RDF>", "rdfxml", "line 1, column 10: "),
        ("<a>\n<b></a>", "rdfxml", "line 2, column 6: "),
        ("plain words", "rdfxml", "line 1, column 1: "),
    ],
)
def test_bad_syntax_is_told_with_line_and_column(
    text: str, format_: str, place: str, refuse: Refuse
) -> None:
    error = refuse(text, format=format_)
    assert isinstance(error, SyntaxFault)
    assert error.message("en").startswith(place + "Syntax error: ")
    assert error.message("kk").startswith(place.split(",")[0].removeprefix("line ") + "-жол, ")
    assert error.message("en").count(".") == error.message("en").rstrip(".").count(".") + 1
