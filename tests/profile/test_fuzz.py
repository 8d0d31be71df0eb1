"""Whatever is read, the answer is a list of candidates or an error of ours: nothing else."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse, serialize
from tests.sizes import examples

from libonto.errors import LibontoError
from libonto.graph.formats import PROFILES
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.public import assessor

NS, ID = "https://w3id.org/libonto/ns#", "https://w3id.org/libonto/id/"
TURTLE = f"""\
@prefix lo: <{NS}> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:x:1> a lo:Candidate ; lo:name "Айгүл"@kk ; # a comment
  lo:hasCredential [ a lo:Credential ; lo:educationLevel <{ID}education/higher> ;
    lo:fieldOfStudy <{ID}field/library-science> ; lo:awardedOn "2015-06-30"^^xsd:date ] ;
  lo:hasEmployment _:e ; lo:hasKnowledgeOf <{ID}knowledge/bibliography> .
_:e lo:inPosition <{ID}position/school-librarian> ; lo:startedOn "2018-09-01"^^xsd:date ;
  lo:workload 0.5 ; lo:evidence '''half''' ; <urn:p> ( 1 true <<( <urn:a> <urn:b> "c" )>> ) .
"""
PLAIN = json.dumps(
    [
        {
            "id": "urn:x:1",
            "name": "Айгүл \ud83d\ude00",
            "credentials": [{"level": "higher", "field": "pedagogy", "awarded": "2015-06-30"}],
            "employments": [{"position": "school-librarian", "start": "2018-09-01", "end": None}],
            "knowledge": ["bibliography"],
            "workload": 0.5,
        },
        {
            "@context": {"@vocab": NS, "name": {"@language": "kk"}},
            "@id": "urn:x:2",
            "@type": "Candidate",
            "name": "B",
        },
    ]
)
RDF_XML = f"""<?xml version="1.0"?><rdf:RDF xmlns:lo="{NS}"
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><lo:Candidate rdf:about="urn:x:1">
 <lo:name xml:lang="kk">A &amp; &#x411;</lo:name><lo:hasEmployment rdf:parseType="Resource">
 <lo:inPosition rdf:resource="{ID}position/school-librarian"/>
 <lo:startedOn rdf:datatype="http://www.w3.org/2001/XMLSchema#date">2018-09-01</lo:startedOn>
 </lo:hasEmployment>
 </lo:Candidate></rdf:RDF>"""


def written(format_: RdfFormat) -> str:
    triples = list(parse(TURTLE, format=RdfFormat.TURTLE))
    out = serialize(triples, format=format_)
    assert out is not None
    return out.decode()


HEAD, _, BODY = TURTLE.partition("<urn:x:1>")
VALID = {
    "turtle": TURTLE,
    "trig": f"{HEAD}<urn:g> {{<urn:x:1>{BODY}}}",
    "ntriples": written(RdfFormat.N_TRIPLES),
    "nquads": written(RdfFormat.N_QUADS),
    "rdfxml": RDF_XML,
    "json": PLAIN,
}
PIECES = [
    *(
        '"',
        "'",
        '"""',
        "\\",
        "\\u",
        "\\ud800",
        "<",
        ">",
        "<<(",
        ")>>",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
    ),
    *("@", "^^", "_:", ":", ";", ",", ".", "#", "\n", "\r", "\0", "\x1b[31m", "\ufeff", "\ufffe"),
    *("null", "true", "-1e999", "9" * 50, "NaN", "@context", "@id", "@type", "@graph", "@value"),
    *("<!DOCTYPE a>", "<!--", "]]>", "&", "&#0;", "&#xD800;", "rdf:parseType", "\u202e", "٣"),
    *("lo:", "lo:Candidate", "2019-02-30", "a", "GRAPH", "@prefix", "@base", "@version", "BASE"),
]


def check(data: bytes, format_: str | None) -> None:
    """Read it: either there are candidates, or there is an error that can be told."""
    reader = Reader(assessor().vocabulary)
    try:
        found = reader.read([Document(data, "", format_)])
    except LibontoError as error:
        for lang in ("kk", "ru", "en"):
            message = error.message(lang)
            assert message
            assert not {"\x1b", "\0", "\r"} & set(message)
            message.encode()
    else:
        assert found
        for candidate in found:
            str(candidate).encode()


@pytest.mark.parametrize("format_", PROFILES)
def test_what_is_damaged_below_is_sound(format_: str) -> None:
    assert Reader(assessor().vocabulary).read([Document(VALID[format_].encode(), "", format_)])


@st.composite
def mutations(draw: st.DrawFn, text: str) -> bytes:
    """A valid document, cut, doubled, and with pieces put in."""
    data = text.encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 40)))
        piece = draw(st.sampled_from(PIECES).map(str.encode) | st.binary(max_size=3))
        middle = draw(st.sampled_from([b"", data[start:end] * 2, piece, piece * 3]))
        data = data[:start] + middle + data[end:]
    return data


@pytest.mark.parametrize("format_", PROFILES)
@examples(150)
@given(data=st.data())
def test_documents_that_were_damaged(format_: str, data: st.DataObject) -> None:
    check(data.draw(mutations(VALID[format_])), format_)


@pytest.mark.parametrize("format_", [*PROFILES, None])
@examples(60)
@given(
    data=st.binary(max_size=200) | st.lists(st.sampled_from(PIECES)).map("".join).map(str.encode)
)
@example(data=b"")
def test_what_was_never_a_document(format_: str | None, data: bytes) -> None:
    check(data, format_)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["urn:x:1", "higher", "school-librarian", "2018-09-01", "_:b", NS, "a b"])
)
KEYS = st.sampled_from(
    [
        *("id", "name", "credentials", "employments", "knowledge", "appliesFor", "level", "field"),
        *("awarded", "position", "start", "end", "evidence", "workload", "type"),
        *("@id", "@type", "@graph", "@value", "@list", "@language", "@reverse", "@set", "@index"),
        *(NS + "name", NS + "hasCredential", NS + "completedYears", "urn:p", "lo:name"),
    ]
) | st.text(max_size=4)
CONTEXTS = st.recursive(
    st.none() | st.text(max_size=3) | st.sampled_from([NS, "@id", "@type", "@vocab", "lo:name"]),
    lambda inner: (
        st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "@vocab",
                        "@base",
                        "@id",
                        "@type",
                        "@container",
                        "@context",
                        "@language",
                        "name",
                    ),
                    *(
                        "@protected",
                        "@propagate",
                        "@version",
                        "@reverse",
                        "@nest",
                        "id",
                        "credentials",
                    ),
                ]
            ),
            inner,
            max_size=4,
        )
        | st.lists(inner, max_size=2)
    ),
    max_leaves=8,
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.dictionaries(KEYS, inner, max_size=5)
        | st.lists(inner, max_size=3)
        | st.builds(
            lambda value, context: {**value, "@context": context},
            st.dictionaries(KEYS, inner, max_size=4),
            CONTEXTS,
        )
    )


@examples(400)
@given(st.recursive(SCALARS, objects, max_leaves=20))
def test_any_json_value(value: Any) -> None:
    check(json.dumps(value).encode(), "json")
