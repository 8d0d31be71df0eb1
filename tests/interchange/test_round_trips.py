"""A profile that is written in any form reads back as the same profile."""

import json
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from tests.sizes import examples

from libonto.errors import ProfileError, printable
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.profile.interchange.fragments import is_readable
from libonto.profile.interchange.names import Names
from libonto.profile.interchange.table_writer import TableWriter
from libonto.profile.interchange.writing import to_json, to_object, to_rdf
from libonto.profile.model import Candidate, Credential, Employment, Grant, HeldDocument, last_day
from libonto.profile.vocabulary import Vocabulary

Part = TypeVar("Part", Credential, Employment, Grant, HeldDocument)

LATER_EDITION = Path(__file__).parents[1] / "fixtures" / "later-edition"


@cache
def vocabulary() -> Vocabulary:
    """Our words and those of a later edition, in which documents can be held."""
    return Vocabulary(Graph(Catalogue.of([str(LATER_EDITION)])))


_ISCED = "http://data.europa.eu/snb/isced-f/"
_LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff")
_TEXTS = (
    st.one_of(
        st.sampled_from(
            [
                "Айгүл Серікқызы",
                "=1+1",
                "+7 701 000 00 00",
                "-",
                "@имя",
                "'=x",
                "a,b;c\td|e",
                "«Өрлеу»\nекінші жол",
                'кавычки "внутри"',
                "_x000D_",
                "\ttab",
                " пробелы ",
                "0012",
                "1e5",
                "2018-09-01",
                "TRUE",
            ]
        ),
        st.text(_LETTERS, min_size=1, max_size=30),
    )
    .map(printable)
    .filter(lambda text: is_readable(text) and not text.strip().startswith("#"))
)
_DAYS = st.dates(date(1850, 1, 1), date(2100, 1, 1))
_NODES = st.none() | st.integers(0, 10**9).map(lambda n: f"urn:example:part:{n}")


@st.composite
def _details(draw: st.DrawFn) -> tuple[tuple[str, str], ...]:
    single = draw(st.dictionaries(st.sampled_from(["awardedBy", "employer", "workload"]), _TEXTS))
    documents = draw(st.sets(_TEXTS, max_size=3))
    order = ("employer", "workload", "awardedBy")
    found = [(name, single[name]) for name in order if name in single]
    return (*found, *(("evidence", text) for text in sorted(documents)))


@st.composite
def _credentials(draw: st.DrawFn) -> Credential:
    level: str = draw(st.sampled_from(["", *sorted(vocabulary().levels)]))
    frameworks = sorted(set(vocabulary().framework_levels.values()))
    fields = [*sorted(vocabulary().fields), _ISCED + "0322", "http://example.org/field/1?x=1;y"]
    day, precise = draw(st.none() | _DAYS), draw(st.sampled_from([4, 7, 10]))
    awarded, precision = last_day(day.isoformat()[:precise]) if day else (None, "day")
    return Credential(
        level=level,
        framework_level=None if level else draw(st.sampled_from(frameworks)),
        field=draw(st.sampled_from(fields)),
        awarded=awarded,
        precision=precision,
        country=draw(st.sampled_from([None, "KZ", "DE", "CN"])),
        recognised=draw(st.none() | _DAYS),
        details=draw(_details()),
        node=draw(_NODES),
    )


_GRANTS = st.builds(
    Grant,
    category=st.deferred(lambda: st.sampled_from(sorted(vocabulary().categories))),
    granted=st.none() | _DAYS,
    details=_details(),
    node=_NODES,
)
_DOCUMENTS = st.builds(
    HeldDocument,
    kind=st.deferred(lambda: st.sampled_from(sorted(vocabulary().document_kinds))),
    issued=st.none() | _DAYS,
    details=_details(),
    node=_NODES,
)


@st.composite
def _employments(draw: st.DrawFn) -> Employment:
    started, ended = sorted([draw(_DAYS), draw(_DAYS)])
    positions = [p for p in sorted(vocabulary().positions) if not vocabulary().specified_as(p)]
    return Employment(
        position=draw(st.sampled_from([*positions, "http://example.org/position/teacher"])),
        started=started,
        ended=ended if draw(st.booleans()) else None,
        details=draw(_details()),
        node=draw(_NODES),
    )


@st.composite
def candidates(draw: st.DrawFn, number: int) -> Candidate:
    parts = (
        draw(st.lists(_credentials(), max_size=3)),
        draw(st.lists(_employments(), max_size=3)),
        draw(st.lists(_GRANTS, max_size=2)),
        draw(st.lists(_DOCUMENTS, max_size=2)),
    )
    seen: set[str] = set()

    def named(part: Part) -> Part:
        """Each part with an IRI of its own, or none."""
        node = f"{part.node}:{number}" if part.node else None
        if node is None or node in seen:
            return replace(part, node=None)
        seen.add(node)
        return replace(part, node=node)

    credentials, employments, grants, documents = (tuple(map(named, kind)) for kind in parts)
    return Candidate(
        iri=f"urn:example:candidate:{number}",
        name=draw(st.none() | _TEXTS),
        credentials=credentials,
        employments=employments,
        holds=grants,
        documents=documents,
        knowledge=tuple(
            sorted(draw(st.sets(st.sampled_from(sorted(vocabulary().items | vocabulary().acts)))))
        ),
        applies_for=draw(st.none() | st.sampled_from(sorted(vocabulary().categories))),
        details=draw(_details()),
    )


@st.composite
def people(draw: st.DrawFn) -> list[Candidate]:
    return [draw(candidates(number)) for number in range(1, draw(st.integers(1, 3)) + 1)]


def states_something(profiles: list[Candidate]) -> list[Candidate]:
    """The profiles, each with something that a table's row cannot be passed over for."""
    item = sorted(vocabulary().items)[0]
    return [
        p if p.credentials or p.employments or p.applies_for else replace(p, knowledge=(item,))
        for p in profiles
    ]


EXACT = examples(15, suppress_health_check=[HealthCheck.too_slow])


def read(data: str | bytes, format_: str) -> list[Candidate]:
    text = data.encode() if isinstance(data, str) else data
    return [
        replace(c, source="") for c in Reader(vocabulary()).read([Document(text, format=format_)])
    ]


@EXACT
@given(people())
def test_json(profiles: list[Candidate]) -> None:
    assert read(to_json(profiles), "json") == profiles


@EXACT
@given(people())
def test_turtle(profiles: list[Candidate]) -> None:
    assert read(to_rdf(profiles, "turtle"), "turtle") == profiles


@pytest.mark.parametrize("format_", ["ntriples", "nquads", "trig", "rdfxml", "json"])
@EXACT
@given(profiles=people())
def test_other_rdf(format_: str, profiles: list[Candidate]) -> None:
    assert read(to_rdf(profiles, format_), format_) == profiles


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@EXACT
@given(
    profiles=people().map(states_something),
    delimiter=st.sampled_from(["comma", "semicolon", "tab", "pipe"]),
)
def test_delimited(lang: str, delimiter: str, profiles: list[Candidate]) -> None:
    text = TableWriter(Names(vocabulary()), lang).delimited(profiles, delimiter)
    assert read(text, "csv") == profiles


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@EXACT
@given(profiles=people().map(states_something))
def test_workbook(lang: str, profiles: list[Candidate]) -> None:
    assert read(TableWriter(Names(vocabulary()), lang).workbook(profiles), "xlsx") == profiles


def test_what_xml_cannot_write_is_said() -> None:
    with pytest.raises(ProfileError) as caught:
        to_rdf([Candidate("urn:example:1", name="a\uffff")], "rdfxml")
    assert "cannot write" in caught.value.message("en")


def test_one_part_that_two_people_describe_differently_is_said() -> None:
    first = Credential(sorted(vocabulary().levels)[0], sorted(vocabulary().fields)[0], node="urn:c")
    people = [
        Candidate("urn:example:1", credentials=(first,)),
        Candidate("urn:example:2", credentials=(replace(first, awarded=date(2020, 1, 1)),)),
    ]
    for form in ("turtle", "ntriples"):
        with pytest.raises(ProfileError):
            to_rdf(people, form)


@pytest.mark.parametrize("key", ["employer", "evidence"])
def test_an_empty_text_stays_in_json(key: str) -> None:
    stated = {"id": "urn:x:1", "name": "A", "knowledge": ["bibliography"], key: ""}
    [candidate] = Reader(vocabulary()).read([Document(json.dumps(stated).encode(), format="json")])
    assert to_object(candidate)[key] == ""
