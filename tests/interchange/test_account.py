"""Nothing that was stated is dropped: the law over every importer.

A value of every type is put in every place of a document. Afterwards it is taken, passed over
by its place, or an error; and what was passed over can be left out without any change.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.interchange.test_brought import BROUGHT, HEADS, ROW, saved, text
from tests.own_graph import vocabulary

from libonto.profile.account import ProfileEntry
from libonto.profile.document import Document
from libonto.profile.intake import Intake
from libonto.profile.interchange.names import Names
from libonto.profile.model import Candidate

EXACT = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
VALUES: list[Any] = [
    *(0, 1, 2021, -1.5, True, False, "", "x", "#N/A", "2021-13-45"),
    *([], {}, [1], ["x", "y"], {"x": 1}, {"@value": 7}, {"@id": "urn:x"}, [[]], [None]),
]
NOTHING: tuple[Any, ...] = ("", None, [], {}, [None], [[]])

PLAIN = {
    "id": "urn:example:1",
    "name": "А.",
    "credentials": [{"level": "higher", "field": "library-science", "awarded": "2015-06-30"}],
    "employments": [
        {"position": "school-librarian", "start": "2018-09-01", "end": "2021-08-31"},
    ],
    "knowledge": ["bibliography"],
    "appliesFor": "librarian/higher-second",
}
DOCUMENTS: dict[str, Any] = {
    "json": PLAIN,
    "json-resume": json.loads((BROUGHT / "instant-in-utc.json").read_text("utf-8")),
    "schema-org": {
        "@context": "https://schema.org",
        "@type": "Person",
        "name": "А.",
        "knowsAbout": ["Bibliography"],
        "hasCredential": [
            {
                "@type": "EducationalOccupationalCredential",
                "educationalLevel": "Higher education",
                "about": "Library science",
                "dateCreated": "2015-06-30",
            }
        ],
        "hasOccupation": [
            {
                "@type": "Role",
                "roleName": "School librarian",
                "startDate": "2018-09-01",
                "endDate": "2021-08-31",
            }
        ],
    },
    "elm": json.loads((BROUGHT / "elm-presentation.json").read_text("utf-8"))[
        "verifiableCredential"
    ][0],
}


def intake() -> Intake:
    return Intake(Names(vocabulary()), lang="en")


def entries(document: Any) -> list[ProfileEntry]:
    data = json.dumps(document).encode()
    return list(intake().documents([Document(data, "d.json")]))


def people(found: list[ProfileEntry]) -> list[Candidate]:
    return [replace(entry.candidate, source="") for entry in found if entry.candidate]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value in a document, by keys and indices; not of contexts and types."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in members:
        if key not in {"@context", "@type", "type", "id", "$schema", "@id"}:
            yield (*path, key)
            if isinstance(item, dict | list):
                yield from places(item, (*path, key))


def put(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    made = copy.deepcopy(document)
    holder = made
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return made


def without(document: Any, place: tuple[Any, ...]) -> Any:
    made = copy.deepcopy(document)
    holder = made
    for key in place[:-1]:
        holder = holder[key]
    del holder[place[-1]]
    return made


def keys(path: str) -> list[str]:
    """The keys of a path, without the indices: a list of one has none."""
    return [part.partition("[")[0] for part in path.split(".") if part.partition("[")[0]]


def is_told(found: list[ProfileEntry], place: tuple[Any, ...]) -> bool:
    """Whether something is said of a place, of what it lies in, or of what lies in it."""
    if any(p.place is None for e in found for p in e.problems):
        return True  # the whole document is refused, or the plain form's own checks speak
    wanted = [str(key) for key in place if not isinstance(key, int)]
    told = [keys(n.place.path) for e in found for n in e.notes]
    told += [keys(p.place.path) for e in found for p in e.problems if p.place]
    return any(wanted[: len(t)] == t[: len(wanted)] for t in told if t)


@pytest.mark.parametrize("form", DOCUMENTS)
@EXACT
@given(data=st.data())
def test_every_value_in_every_place_is_accounted_for(form: str, data: st.DataObject) -> None:
    document = DOCUMENTS[form]
    place = data.draw(st.sampled_from(list(places(document))))
    value = data.draw(st.sampled_from(VALUES))
    found = entries(put(document, place, value))
    if people(found) == people(entries(without(document, place))):
        # it changed nothing: then it is nothing, or somebody is told that it was passed over
        assert value in NOTHING or is_told(found, place), (place, value)
    else:
        assert any(entry.problems or entry.lost or entry.candidate for entry in found)


@pytest.mark.parametrize("form", [form for form in DOCUMENTS if form != "json"])
@EXACT
@given(data=st.data())
def test_what_is_passed_over_can_be_left_out(form: str, data: st.DataObject) -> None:
    document = DOCUMENTS[form]
    holders = [(), *(p for p in places(document) if isinstance(_at(document, p), dict))]
    place = (*data.draw(st.sampled_from(holders)), "unheardOf")
    value = data.draw(st.sampled_from([value for value in VALUES if value not in NOTHING]))
    found = entries(put(document, place, value))
    assert people(found) == people(entries(document)) or any(e.problems or e.lost for e in found)
    assert is_told(found, place), (place, value)


def _at(document: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        document = document[key]
    return document


CELLS: list[Any] = [
    *(0, 2021, 44439, -1.5, True, False, "x", "#N/A", "#REF!", "=A1", "да", "-", "2021", "  "),
    *("03/04/2021", "31.08.2021 8:30", "31 августа 2021 г.", "н.в.", "(x)"),
]


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
@EXACT
@given(column=st.integers(0, len(HEADS) - 1), value=st.sampled_from(CELLS))
def test_every_cell_is_accounted_for(name: str, column: int, value: Any) -> None:
    row = [*ROW[:column], value, *ROW[column + 1 :]]
    data = saved([HEADS, row]) if name.endswith("xlsx") else text([HEADS, row])
    found = list(intake().documents([Document(data, name)]))
    letters = "ABCDEF"[column]
    told = any(f"column {letters}" in p.message("en") for e in found for p in e.problems)
    [ordinary] = people(list(intake().documents([Document(text([HEADS, ROW]), "list.csv")])))
    for candidate in people(found):
        if HEADS[column] == "Телефон":
            assert candidate == ordinary
        elif candidate == ordinary:
            assert str(value) == str(ROW[column]) or value == "31 августа 2021 г."
        elif HEADS[column] == "Дата увольнения" and not candidate.employments[0].ended:
            assert value in {"-", "н.в.", "  "}  # nothing else means “still employed”
    assert told or people(found) or any(entry.passed_over for entry in found)


TEXTS: dict[str, list[tuple[Any, ...]]] = {
    "json": [("name",), *(("credentials", 0, key) for key in ("awardedBy", "evidence"))],
    "json-resume": [("basics", "name"), ("work", 0, "position"), ("work", 0, "name")],
    "schema-org": [
        ("name",),
        ("hasCredential", 0, "educationalLevel"),
        ("hasCredential", 0, "about"),
        ("hasCredential", 0, "name"),
        ("hasOccupation", 0, "roleName"),
        ("knowsAbout", 0),
    ],
    "elm": [("credentialSubject", "fullName", "kk"), ("credentialSubject", "givenName", "kk")],
}
"""Places of each form where a text is meant."""


@pytest.mark.every_case
@pytest.mark.parametrize(("form", "place"), [(f, p) for f, found in TEXTS.items() for p in found])
@EXACT
@given(value=st.one_of(st.integers(), st.floats(allow_nan=False), st.booleans(), st.just({"x": 1})))
def test_only_a_text_is_taken_for_a_text(form: str, place: tuple[Any, ...], value: Any) -> None:
    document = copy.deepcopy(DOCUMENTS[form])
    holder = document
    for key in place[:-1]:
        holder = holder.setdefault(key, {}) if isinstance(holder, dict) else holder[key]
    if form == "schema-org" and isinstance(value, dict):
        value = [value, True]  # an object may be a node that something names
    holder[place[-1]] = value
    found = entries(document)
    assert not people(found), (place, value)
    assert any(entry.problems for entry in found)
    assert is_told(found, place)
