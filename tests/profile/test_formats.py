"""One candidate, written in every format that the contract names, is always the same candidate."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from libonto.graph.formats import PROFILES
from libonto.profile.document import Document, guess_format, named_format
from libonto.profile.intake import Reader
from libonto.profile.model import Candidate, Credential, Employment

ID = "https://w3id.org/libonto/id/"
SCHOOL = ID + "position/school-librarian"
NS = "https://w3id.org/libonto/ns#"
XSD_DATE = "http://www.w3.org/2001/XMLSchema#date"

EXPECTED = Candidate(
    iri="urn:example:candidate:1",
    name="Айгүл",
    credentials=(
        Credential(ID + "education/higher", ID + "field/library-science", date(2015, 6, 30)),
    ),
    employments=(
        Employment(SCHOOL, date(2018, 9, 1), date(2021, 8, 31)),
        Employment(SCHOOL, date(2026, 9, 1)),
    ),
    knowledge=(ID + "knowledge/bibliography", ID + "knowledge/constitution"),
    applies_for=ID + "category/librarian/higher-second",
)

TURTLE = """\
@prefix lo: <https://w3id.org/libonto/ns#> .
@prefix id: <https://w3id.org/libonto/id/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<urn:example:candidate:1> a lo:Candidate ;
    lo:name "Айгүл" ;
    lo:hasCredential [ a lo:Credential ;
        lo:educationLevel <https://w3id.org/libonto/id/education/higher> ;
        lo:fieldOfStudy <https://w3id.org/libonto/id/field/library-science> ;
        lo:awardedOn "2015-06-30"^^xsd:date ] ;
    lo:hasEmployment [ a lo:Employment ;
        lo:inPosition <https://w3id.org/libonto/id/position/school-librarian> ;
        lo:startedOn "2018-09-01"^^xsd:date ;
        lo:endedOn "2021-08-31"^^xsd:date ] ,      # last day worked; absent: still employed
      [ a lo:Employment ;
        lo:inPosition <https://w3id.org/libonto/id/position/school-librarian> ;
        lo:startedOn "2026-09-01"^^xsd:date ] ;
    lo:hasKnowledgeOf <https://w3id.org/libonto/id/knowledge/bibliography> ,
        <https://w3id.org/libonto/id/knowledge/constitution> ;
    lo:appliesFor <https://w3id.org/libonto/id/category/librarian/higher-second> .
"""
RDF_XML = """\
<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns:lo="https://w3id.org/libonto/ns#"
         xml:base="https://w3id.org/libonto/id/">
  <lo:Candidate rdf:about="urn:example:candidate:1" lo:name="Айгүл">
    <lo:hasCredential><lo:Credential>
      <lo:educationLevel rdf:resource="education/higher"/>
      <lo:fieldOfStudy rdf:resource="field/library-science"/>
      <lo:awardedOn rdf:datatype="http://www.w3.org/2001/XMLSchema#date">2015-06-30</lo:awardedOn>
    </lo:Credential></lo:hasCredential>
    <lo:hasEmployment><lo:Employment>
      <lo:inPosition rdf:resource="position/school-librarian"/>
      <lo:startedOn rdf:datatype="http://www.w3.org/2001/XMLSchema#date">2018-09-01</lo:startedOn>
      <lo:endedOn rdf:datatype="http://www.w3.org/2001/XMLSchema#date">2021-08-31</lo:endedOn>
    </lo:Employment></lo:hasEmployment>
    <lo:hasEmployment><lo:Employment>
      <lo:inPosition rdf:resource="position/school-librarian"/>
      <lo:startedOn rdf:datatype="http://www.w3.org/2001/XMLSchema#date">2026-09-01</lo:startedOn>
    </lo:Employment></lo:hasEmployment>
    <lo:hasKnowledgeOf rdf:resource="knowledge/bibliography"/>
    <lo:hasKnowledgeOf rdf:resource="knowledge/constitution"/>
    <lo:appliesFor rdf:resource="category/librarian/higher-second"/>
  </lo:Candidate>
</rdf:RDF>
"""
JSON_LD: dict[str, Any] = {
    "@context": {
        "@vocab": NS,
        "id": ID,
        "inPosition": {"@type": "@id"},
        "startedOn": {"@type": XSD_DATE},
        "endedOn": {"@type": XSD_DATE},
    },
    "@id": "urn:example:candidate:1",
    "@type": "Candidate",
    "name": "Айгүл",
    "hasCredential": {
        "@type": "Credential",
        "educationLevel": {"@id": "id:education/higher"},
        "fieldOfStudy": {"@id": "id:field/library-science"},
        "awardedOn": {"@value": "2015-06-30", "@type": XSD_DATE},
    },
    "hasEmployment": [
        {
            "@type": "Employment",
            "inPosition": "id:position/school-librarian",
            "startedOn": "2018-09-01",
            "endedOn": "2021-08-31",
        },
        {
            "@type": "Employment",
            "inPosition": "id:position/school-librarian",
            "startedOn": "2026-09-01",
        },
    ],
    "hasKnowledgeOf": [{"@id": "id:knowledge/bibliography"}, {"@id": "id:knowledge/constitution"}],
    "appliesFor": {"@id": "id:category/librarian/higher-second"},
}


def quads() -> list[Quad]:
    return list(parse(TURTLE, format=RdfFormat.TURTLE))


def in_named_graphs() -> list[Quad]:
    """Every statement in a graph of its own."""
    return [
        Quad(q.subject, q.predicate, q.object, NamedNode(f"urn:g:{n}"))
        for n, q in enumerate(quads())
    ]


def written(format_: RdfFormat, statements: list[Quad]) -> str:
    out = serialize(statements, format=format_)
    assert out is not None
    return out.decode()


def name_of(node: Any) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def expanded() -> str:
    """Expanded JSON-LD: full IRIs, no context."""
    rows: dict[str, dict[str, Any]] = {}
    for quad in quads():
        row = rows.setdefault(name_of(quad.subject), {"@id": name_of(quad.subject)})
        if quad.predicate.value.endswith("#type"):
            row["@type"] = [name_of(quad.object)]
        elif isinstance(quad.object, Literal):
            said = {"@value": quad.object.value, "@type": quad.object.datatype.value}
            row.setdefault(quad.predicate.value, []).append(said)
        else:
            row.setdefault(quad.predicate.value, []).append({"@id": name_of(quad.object)})
    return json.dumps(list(rows.values()))


PLAIN = {
    "id": "urn:example:candidate:1",
    "name": "Айгүл",
    "credentials": [{"level": "higher", "field": "library-science", "awarded": "2015-06-30"}],
    "employments": [
        {"position": "school-librarian", "start": "2018-09-01", "end": "2021-08-31"},
        {"position": "school-librarian", "start": "2026-09-01"},
    ],
    "knowledge": ["constitution", "bibliography"],
    "appliesFor": "librarian/higher-second",
}
OWN = "https://w3id.org/libonto/context.jsonld"
DOCUMENTS = {
    "turtle": (TURTLE, "turtle"),
    "turtle with a byte order mark": ("\ufeff" + TURTLE, "turtle"),
    "n-triples": (written(RdfFormat.N_TRIPLES, quads()), "ntriples"),
    "n-quads": (written(RdfFormat.N_QUADS, in_named_graphs()), "nquads"),
    "trig": (written(RdfFormat.TRIG, in_named_graphs()), "trig"),
    "rdf/xml": (RDF_XML, "rdfxml"),
    "json-ld": (json.dumps(JSON_LD), "json"),
    "json-ld in an array": (json.dumps([JSON_LD]), "json"),
    "json-ld with a graph": (
        json.dumps({"@context": JSON_LD["@context"], "@graph": [JSON_LD]}),
        "json",
    ),
    "expanded json-ld": (expanded(), "json"),
    "plain json": (json.dumps(PLAIN), "json"),
    "plain json in an array": (json.dumps([PLAIN]), "json"),
    "plain json that names its context": (json.dumps({"@context": OWN, **PLAIN}), "json"),
    "plain json that names its context in an array": (
        json.dumps({"@context": [OWN], **PLAIN, "type": "Candidate"}),
        "json",
    ),
    "plain json with full iris": (
        json.dumps(
            PLAIN
            | {
                "knowledge": [ID + "knowledge/constitution", "bibliography"],
                "appliesFor": ID + "category/librarian/higher-second",
            }
        ),
        "json",
    ),
    "our context beside another": (
        json.dumps(
            {
                "@context": [OWN, {"seen": "https://schema.org/dateModified"}],
                "@graph": [{**PLAIN, "type": "Candidate", "seen": "2026-11-01"}],
            }
        ),
        "json",
    ),
    "the prefix lo without a context": (
        json.dumps(
            {
                "@id": "urn:example:candidate:1",
                "@type": "lo:Candidate",
                "lo:name": "Айгүл",
                "lo:hasCredential": PLAIN["credentials"],
                "lo:hasEmployment": PLAIN["employments"],
                "lo:hasKnowledgeOf": [{"@id": ID + "knowledge/" + k} for k in PLAIN["knowledge"]],
                "lo:appliesFor": {"@id": ID + "category/librarian/higher-second"},
            }
        ),
        "json",
    ),
}


def without_order(candidate: Candidate) -> Candidate:
    """RDF has no order: employments by their first day."""
    return replace(
        candidate,
        employments=tuple(sorted(candidate.employments, key=lambda e: e.started)),
        source="",
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_same_candidate_whatever_the_format(name: str, reader: Reader) -> None:
    text, format_ = DOCUMENTS[name]
    found = reader.read([Document(text.encode(), "", format_)])
    assert list(map(without_order, found)) == [EXPECTED]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_format_is_told_from_how_the_text_begins(name: str, reader: Reader) -> None:
    found = reader.read([Document(DOCUMENTS[name][0].encode())])
    assert list(map(without_order, found)) == [EXPECTED]


@pytest.mark.parametrize(
    ("file", "format_"),
    [
        ("a.ttl", "turtle"),
        ("a.TTL", "turtle"),
        ("a.trig", "trig"),
        ("a.nt", "ntriples"),
        ("a.nq", "nquads"),
        ("a.rdf", "rdfxml"),
        ("a.owl", "rdfxml"),
        ("a.xml", "rdfxml"),
        ("a.json", "json"),
        ("dir.ttl/a.jsonld", "json"),
    ],
)
def test_the_format_is_told_from_the_extension(file: str, format_: str) -> None:
    assert guess_format(b"whatever it holds", file) == format_


@pytest.mark.parametrize(
    ("start", "format_"),
    [
        ("[] a <urn:x> .", "trig"),
        ("[ a <urn:x> ] .", "trig"),
        ("<urn:a> a <urn:b> .", "trig"),
        ("{ <urn:a> a <urn:b> }", "trig"),
        ('# quads\n<urn:a> <urn:b> "c"@kk <urn:g> .', "nquads"),
        ("_:a <urn:b> _:c _:g .", "nquads"),
        ('<urn:a> <urn:b> "<<( c" <urn:g> .', "nquads"),
        ("<urn:a> <urn:b> <<( <urn:a> <urn:b> 5 )>> .", "trig"),
        ("<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 100_000, "trig"),
        ("\ufeff_:a <urn:b> _:c. # one\n\n<urn:a><urn:b>_:c.d<urn:g>.", "nquads"),
        ('<urn:a> <urn:b> "c" .\n# two\n<urn:a> <urn:b> "d\\"." <urn:g> .\n', "nquads"),
        ("@prefix a: <urn:a> .\n<urn:a> <urn:b> <urn:c> <urn:g> .", "trig"),
        ("<urn:a> <urn:b> <urn:c> .\n<urn:d> <urn:e> <urn:f> .", "trig"),
        ("GRAPH <urn:g> {}", "trig"),
        ("# a comment\n<urn:a> a <urn:b> .", "trig"),
        ("[]", "json"),
        (" { } \n", "json"),
        ('[ ["a"] ]', "trig"),
        ('\n[\n {"a": 1}]', "json"),
        ("<?xml version='1.0'?><a/>", "rdfxml"),
        ("<!-- here --><a/>", "rdfxml"),
        ("<lo:Candidate xmlns:lo='urn:x'/>", "rdfxml"),
    ],
)
def test_the_format_is_told_from_the_beginning(start: str, format_: str) -> None:
    assert guess_format(start.encode()) == format_


@pytest.mark.parametrize(
    "hostile", ["<urn:a> <urn:b> _:c" + " " * 10**6, "_:" + "_:<a>" * 10**5, '"\\' * 10**5]
)
def test_no_text_takes_long_to_tell_apart(hostile: str) -> None:
    assert guess_format(hostile.encode()) == "trig"


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("ttl", "turtle"),
        ("Turtle", "turtle"),
        ("text/turtle; charset=utf-8", "turtle"),
        ("json-ld", "json"),
        ("application/ld+json", "json"),
        ("rdf/xml", "rdfxml"),
        ("n-quads", "nquads"),
        *((name, name) for name in PROFILES),
    ],
)
def test_formats_have_the_names_that_people_use(name: str, format_: str) -> None:
    assert named_format(name) == format_


def test_named_graphs_are_read_as_one(reader: Reader) -> None:
    text = """
    @prefix lo: <https://w3id.org/libonto/ns#> .
    <urn:g:1> { <urn:x:1> a lo:Candidate . }
    <urn:g:2> { <urn:x:1> lo:hasEmployment _:e . }
    { _:e lo:startedOn "2018-09-01"^^<http://www.w3.org/2001/XMLSchema#date> . }
    GRAPH _:g { _:e lo:inPosition <https://w3id.org/libonto/id/position/school-librarian> . }
    """
    (candidate,) = reader.read([Document(text.encode(), "", "trig")])
    assert candidate.employments == (Employment(SCHOOL, date(2018, 9, 1)),)


def test_several_candidates_in_one_file_keep_their_order(reader: Reader) -> None:
    texts = "".join(f"<urn:x:{n}> a <https://w3id.org/libonto/ns#Candidate> .\n" for n in (3, 1, 2))
    found = reader.read([Document(texts.encode(), "", "turtle")])
    assert [c.iri for c in found] == ["urn:x:3", "urn:x:1", "urn:x:2"]


def test_plain_candidates_without_an_id_are_called_by_their_place_in_the_input(
    reader: Reader,
) -> None:
    several = json.dumps([{}, {"id": "urn:x:1"}, {}]).encode()
    turtle = b"<urn:x:2> a <https://w3id.org/libonto/ns#Candidate> ."
    documents = [Document(several, "a.json"), Document(turtle, "b.ttl"), Document(b"{}", "c.json")]
    assert [c.iri for c in reader.read(documents)] == [
        "urn:libonto:candidate:1",
        "urn:x:1",
        "urn:libonto:candidate:3",
        "urn:x:2",
        "urn:libonto:candidate:5",
    ]


def test_an_array_may_mix_plain_json_and_json_ld(reader: Reader) -> None:
    other = {**JSON_LD, "@id": "urn:x:2"}
    found = reader.read([Document(json.dumps([PLAIN, other, {}]).encode())])
    assert [c.iri for c in found] == [
        "urn:example:candidate:1",
        "urn:x:2",
        "urn:libonto:candidate:3",
    ]
    assert replace(without_order(found[1]), iri=EXPECTED.iri) == EXPECTED


def test_foreign_statements_are_no_concern_of_ours(reader: Reader) -> None:
    more = TURTLE + (
        '<urn:example:candidate:1> <http://xmlns.com/foaf/0.1/nick> "A"@kk ; a <urn:Person> .\n'
        "<urn:other> a <urn:Thing> ; <urn:p> [ <urn:q> 1e999 ] .\n"
        "<urn:example:candidate:1> <urn:said> <<( <urn:a> <urn:b> 1 )>> .\n"
    )
    found = reader.read([Document(more.encode(), "", "turtle")])
    assert list(map(without_order, found)) == [EXPECTED]


def test_a_value_stated_twice_is_one_value(reader: Reader) -> None:
    repeated = {
        **PLAIN,
        "appliesFor": ["librarian/higher-second", ID + "category/librarian/higher-second"],
        "knowledge": ["constitution", "constitution", "bibliography"],
    }
    found = reader.read([Document(json.dumps(repeated).encode())])
    assert list(map(without_order, found)) == [EXPECTED]
