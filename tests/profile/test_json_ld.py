"""JSON-LD: our own context makes plain JSON the same RDF; nothing is fetched, nothing is lost."""

import json
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse, serialize
from tests.own_graph import vocabulary
from tests.sizes import examples

from libonto.errors import LibontoError, ProfileError, SyntaxFault
from libonto.graph.catalogue import own_folder
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.profile.model import Candidate
from libonto.profile.vocabulary import KEYS, PROFILE_CLASSES, PROFILE_PROPERTIES

Read = Callable[..., list[Any]]
Refuse = Callable[..., LibontoError]

CONTEXT = json.loads((own_folder() / "ontology" / "context.jsonld").read_text("utf-8"))["@context"]
NS, ID = "https://w3id.org/libonto/ns#", "https://w3id.org/libonto/id/"
OWN = "https://w3id.org/libonto/context.jsonld"


# The context and the plain reader


def test_the_context_has_the_keys_of_the_plain_form_and_no_others() -> None:
    keys = {key for keys in KEYS.values() for key in keys}
    terms = {term for term in CONTEXT if not term.startswith("@")}
    assert terms == keys | {"id", "type", "lo", *PROFILE_CLASSES}


def test_the_context_maps_each_key_to_the_property_that_the_reader_means() -> None:
    for class_, keys in KEYS.items():
        for key, (_, property_, how, *_) in keys.items():
            definition = CONTEXT[key]
            if how == "award":  # whose form says whether it is a day, a month or a year
                assert definition == NS + property_
                continue
            assert definition["@id"] == NS + property_
            assert property_ in PROFILE_PROPERTIES[class_]
            if how in {"education", "field", "position", "knowledge", "category"}:
                assert definition["@context"] == {"@vocab": f"{ID}{how}/"}
                assert definition["@type"] == "@vocab"
            elif how == "date":
                assert definition["@type"] == "http://www.w3.org/2001/XMLSchema#date"


def slugs(words: str, kind: str, *others: str) -> st.SearchStrategy[str]:
    """A name of a kind, as a slug or as a full IRI; or one of other words of the vocabulary."""

    def found() -> st.SearchStrategy[str]:
        iris = getattr(vocabulary(), words)
        more = [word for name in others for word in getattr(vocabulary(), name)]
        short = [iri.removeprefix(f"{ID}{kind}/") for iri in iris]
        return st.sampled_from([*sorted(short), *sorted(iris), *sorted(more)])

    return st.deferred(found)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
DATES = st.dates(date(1900, 1, 1), date(2100, 12, 31))
ISCED = st.sampled_from(["snb", "esco"]).flatmap(
    lambda space: st.from_regex(
        f"http://data\\.europa\\.eu/{space}/isced-f/[0-9]{{2,4}}", fullmatch=True
    )
)
FOREIGN = st.sampled_from(["urn:x:field", "https://example.org/тіл", "name:x", "id:x", "lo2:a"])
DETAILS = {
    "employer": TEXTS,
    "workload": TEXTS | st.integers(-1000, 10**15),
    "awardedBy": TEXTS,
    "evidence": TEXTS | st.lists(TEXTS, max_size=3),
}


def one_or_alone(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, or an array that holds it alone."""
    return values | values.map(lambda value: [value])


AWARDS = DATES.map(str) | DATES.map(lambda day: f"{day:%Y-%m}") | DATES.map(lambda day: f"{day:%Y}")
CREDENTIALS = st.fixed_dictionaries(
    {
        "level": one_or_alone(slugs("levels", "education", "framework_levels")),
        "field": one_or_alone(slugs("fields", "field") | ISCED | FOREIGN),
    },
    optional={
        "awarded": one_or_alone(AWARDS) | st.none(),
        "country": st.sampled_from(["KZ", "DE"]),
        "recognised": DATES.map(str),
        "type": st.just("Credential"),
    }
    | DETAILS,
)
GRANTS = st.fixed_dictionaries(
    {"category": slugs("categories", "category")},
    optional={"granted": DATES.map(str), "evidence": TEXTS},
)


@st.composite
def employments(draw: st.DrawFn) -> dict[str, Any]:
    first, last = sorted([draw(DATES), draw(DATES)])
    position = slugs("exact_positions", "position") | FOREIGN
    part = {"position": draw(one_or_alone(position)), "start": str(first)}
    ends = draw(st.sampled_from(["stated", "null", "absent"]))
    part |= {"stated": {"end": str(last)}, "null": {"end": None}, "absent": {}}[ends]
    return part | draw(st.fixed_dictionaries({}, optional=DETAILS))


PROFILES = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["urn:x:1", "https://example.org/үміткер#1", "name:x", "id:5"]),
        "type": st.sampled_from(["Candidate", "lo:Candidate", NS + "Candidate"]),
    },
    optional={
        "name": TEXTS | st.none(),
        "credentials": st.lists(CREDENTIALS, max_size=3),
        "employments": st.lists(employments(), max_size=3),
        "holds": st.lists(GRANTS, max_size=2),
        "knowledge": one_or_alone(slugs("items", "knowledge", "acts"))
        | st.lists(slugs("items", "knowledge"), max_size=5),
        "appliesFor": slugs("categories", "category") | st.just([]),
    }
    | DETAILS,
)


def sorted_parts(candidate: Candidate) -> Candidate:
    return replace(
        candidate,
        credentials=tuple(sorted(candidate.credentials, key=str)),
        employments=tuple(sorted(candidate.employments, key=str)),
        holds=tuple(sorted(candidate.holds, key=str)),
        source="",
    )


@examples(300)
@given(PROFILES)
def test_plain_json_is_json_ld_with_the_context(profile: dict[str, Any]) -> None:
    """Processed by a JSON-LD processor that knows nothing of us, it is the same candidate."""
    reader = Reader(vocabulary())
    document = {"@context": CONTEXT, **profile}
    quads = serialize(
        parse(json.dumps(document), format=RdfFormat.JSON_LD), format=RdfFormat.N_QUADS
    )
    assert quads is not None
    plain = reader.read([Document(json.dumps(profile).encode())])
    as_rdf = reader.read([Document(quads, "", "nquads")])
    assert list(map(sorted_parts, plain)) == list(map(sorted_parts, as_rdf))


def wrong() -> st.SearchStrategy[dict[str, Any]]:
    """Changes of which each makes a profile bad."""
    credential = {"level": "higher", "field": "pedagogy"}
    employment = {"position": "school-librarian", "start": "2018-09-01"}
    return st.sampled_from(
        [
            {"id": "_:x"},
            {"id": "relative"},
            {"id": "urn:a b"},
            {"id": "lo:x"},
            {"nmae": "A"},
            {"name": ["A", "B"]},
            {"knowledge": "bibliografy"},
            {"knowledge": ["name"]},
            {"knowledge": ["Candidate"]},
            {"knowledge": ["id"]},
            {"knowledge": "@type"},
            {"knowledge": "a b"},
            {"knowledge": ""},
            {"knowledge": 5},
            {"appliesFor": "higher-first"},
            {"credentials": [credential, {"level": "higher"}]},
            {"credentials": credential | {"level": "position"}},
            {"credentials": credential | {"field": "../education/higher"}},
            {"credentials": credential | {"field": "lo:x"}},
            {"credentials": "urn:c"},
            {"employments": employment | {"position": "librarian"}},
            {"employments": employment | {"position": "%zz"}},
            {"employments": employment | {"start": "2019-02-30"}},
            {"employments": employment | {"start": 2018}},
            {"employments": employment | {"end": "2018-08-31"}},
            {"employments": employment | {"start": ["2018-09-01", "2018-09-02"]}},
            {"type": "Credential"},
        ]
    )


@examples(200)
@given(PROFILES, wrong())
def test_what_the_plain_reader_refuses_is_refused_as_json_ld_too(
    profile: dict[str, Any], change: dict[str, Any]
) -> None:
    reader = Reader(vocabulary())
    bad = profile | change
    for document in (bad, {"@context": [OWN, {"unused": "urn:unused"}], **bad}):
        with pytest.raises(LibontoError):
            reader.read([Document(json.dumps(document).encode())])


# Contexts of others


def candidate(context: Any, **more: Any) -> dict[str, Any]:
    return {"@context": context, "@id": "urn:x:1", "@type": NS + "Candidate", **more}


class Reached(Exception):
    """Somebody asked for a name of the network."""


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Any:
        raise Reached

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


AWAY = "https://example.org/context.jsonld"
REMOTE = {
    "a string": candidate(AWAY),
    "a relative string": candidate("context.jsonld"),
    "a file": candidate("file:///etc/passwd"),
    "almost our own": candidate("http://w3id.org/libonto/context.jsonld"),
    "in an array": candidate([{"name": NS + "name"}, AWAY]),
    "beside our own": candidate([OWN, AWAY]),
    "imported": candidate({"@import": AWAY}),
    "our own, imported": candidate({"@import": OWN}),
    "of a term": candidate({"a": {"@id": "urn:a", "@context": AWAY}}),
    "in an array of a term": candidate({"a": {"@id": "urn:a", "@context": [{}, AWAY]}}),
    "of a type": candidate({"T": {"@id": "urn:T", "@context": {"@import": AWAY}}}),
    "in a nested node": candidate({}, **{"urn:p": {"@context": AWAY, "urn:q": 1}}),
    "in a graph": {"@context": {}, "@graph": [candidate(AWAY)]},
    "in a plain profile": {"id": "urn:x:1", "credentials": [{"@context": AWAY}]},
    "in an array of plain profiles": [{"id": "urn:x:1"}, {"@context": AWAY, "id": "urn:x:2"}],
}


@pytest.mark.parametrize("where", REMOTE)
@pytest.mark.usefixtures("no_network")
def test_a_remote_context_is_refused_and_not_fetched(where: str, refuse: Refuse) -> None:
    error = refuse(REMOTE[where])
    assert isinstance(error, SyntaxFault)
    assert "lies outside the document, and nothing is fetched" in error.message("en")


@pytest.mark.usefixtures("no_network")
def test_our_own_context_is_known_without_the_network(read: Read) -> None:
    (found,) = read({"@context": OWN, "@graph": [{"id": "urn:x:1", "type": "Candidate"}]})
    assert found.iri == "urn:x:1"


@pytest.mark.parametrize("context", [OWN, [OWN], CONTEXT, [CONTEXT]])
def test_types_are_implied_where_our_own_context_is_named_or_written_out(
    context: Any, read: Read
) -> None:
    profile = {"name": "A", "knowledge": ["bibliography"]}
    assert read([{"@context": context, **profile}, profile]) == read([profile, profile])


def test_nobody_is_lost_among_plain_profiles(read: Read, refuse: Refuse) -> None:
    knows = {
        "@context": {"@vocab": NS},
        "@id": "urn:x:2",
        "hasKnowledgeOf": {"@id": f"{ID}act/K950001000_"},
    }
    assert len(read([{"id": "urn:x:1"}, {**knows, "@type": "Candidate"}])) == 2
    error = refuse([{"id": "urn:x:1"}, knows])
    assert isinstance(error, ProfileError)
    assert error.message("en").startswith("candidate urn:x:2: This looks like a candidate but has")


LOST = {
    "a key that nothing maps": (
        candidate({"name": NS + "name"}, nmae="A"),
        "candidate urn:x:1: No context of the document maps the key “nmae”, so it would be lost."
        " Did you mean “name”?",
    ),
    "a key that nothing maps, like nothing": (
        candidate({"name": NS + "name"}, xyzzy="A"),
        "candidate urn:x:1: No context of the document maps the key “xyzzy”, so it would be lost."
        " Map it, or remove it.",
    ),
    "a key of the plain form under a context of others": (
        candidate({"name": NS + "name"}, knowledge=["bibliography"]),
        "candidate urn:x:1: No context of the document maps the key “knowledge”, so it would be"
        " lost. Map it, or remove it.",
    ),
    "a key of a part": (
        candidate(
            {"hasEmployment": NS + "hasEmployment"}, hasEmployment={"startedOn": "2018-09-01"}
        ),
        "candidate urn:x:1: No context of the document maps the key “startedOn”, so it would be"
        " lost. Map it, or remove it.",
    ),
    "a keyword that is none": (
        candidate({}, **{"@knowledge": "A"}),
        "candidate urn:x:1: No context of the document maps the key “@knowledge”, so it would be"
        " lost. Map it, or remove it.",
    ),
    "an id that is no iri": (
        {**candidate({}), "@id": "urn:a b"},
        "candidate urn:a b, @id: “urn:a b” is no IRI, and what is said of it would be lost. Write"
        " for example urn:example:candidate:1.",
    ),
    "an id under another name": (
        {"@context": {"@vocab": NS, "iri": "@id"}, "iri": "<me>", "@type": "Candidate"},
        "candidate <me>, iri: “<me>” is no IRI, and what is said of it would be lost. Write for"
        " example urn:example:candidate:1.",
    ),
    "a type that is no iri": (
        {**candidate({}), "@type": ["urn:a b", NS + "Candidate"]},
        "candidate urn:x:1, @type: “urn:a b” is no IRI, and what is said of it would be lost."
        " Write for example urn:example:candidate:1.",
    ),
    "a value that is no iri": (
        candidate(
            {"knows": {"@id": NS + "hasKnowledgeOf", "@type": "@id"}}, knows=["urn:a", "urn:a b"]
        ),
        "candidate urn:x:1, knows: “urn:a b” is no IRI, and what is said of it would be lost."
        " Write for example urn:example:candidate:1.",
    ),
    "a key that is no iri": (
        candidate({"@vocab": NS}, **{"na me": "A"}),
        "candidate urn:x:1, na me: “na me” is no IRI, and what is said of it would be lost. Write"
        " for example urn:example:candidate:1.",
    ),
    "a language that is none": (
        candidate({"@vocab": NS}, name={"@value": "A", "@language": "in Kazakh"}),
        "candidate urn:x:1, @language: “in Kazakh” is no language tag, and the text would be lost."
        " Write for example kk.",
    ),
}


@pytest.mark.parametrize("case", LOST)
def test_what_a_processor_would_drop_is_refused(case: str, refuse: Refuse) -> None:
    document, expected = LOST[case]
    error = refuse(document)
    assert isinstance(error, ProfileError)
    assert error.message("en") == expected


def test_a_misspelt_property_of_ours_is_found_behind_a_context(refuse: Refuse) -> None:
    message = refuse(candidate({"@vocab": NS}, nmae="A")).message("en")
    expected = "candidate urn:x:1: Unknown property lo:nmae. Did you mean lo:name? Known: lo:app"
    assert message.startswith(expected)


@pytest.mark.parametrize(
    "context",
    [
        {"@vocab": NS},
        {"lo": NS, "name": "lo:name"},
        [{"lo": NS}, {"name": {"@id": "lo:name"}}],
        [None, {"@vocab": NS, "@language": "kk"}],
        {"@vocab": NS, "name": {"@container": "@set"}, "unused": None},
    ],
)
def test_contexts_in_the_document_are_used(context: Any, read: Read) -> None:
    (found,) = read(candidate(context, name="Айгүл"))
    assert found.name == "Айгүл"


def test_keys_that_are_languages_or_indexes_are_no_properties(read: Read) -> None:
    context = {
        "@vocab": NS,
        "name": {"@container": "@language"},
        "seen": {"@id": "urn:seen", "@container": "@index"},
    }
    (found,) = read(candidate(context, name={"kk": "Айгүл"}, seen={"first": {"urn:p": 1}}))
    assert found.name == "Айгүл"


def test_the_context_can_be_had_as_a_file(tmp_path: Path) -> None:
    """It is JSON with nothing but the context, as a server would hand it out."""
    whole = json.loads((own_folder() / "ontology" / "context.jsonld").read_text("utf-8"))
    assert list(whole) == ["@context"]
