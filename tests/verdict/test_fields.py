"""Where a stated field of study lies, by its ISCED-F code (contract, “Positions … Fields”)."""

import pytest

from libonto.law.fields import Fields
from libonto.public import assessor

SNB = "http://data.europa.eu/snb/isced-f/"
ESCO = "http://data.europa.eu/esco/isced-f/"
OURS = "https://w3id.org/libonto/id/field/"
LIBRARY, PEDAGOGY = OURS + "library-science", OURS + "pedagogy"

INSIDE = {
    "0322": LIBRARY,
    "011": PEDAGOGY,
    "0110": PEDAGOGY,
    "0111": PEDAGOGY,
    "0112": PEDAGOGY,
    "0113": PEDAGOGY,
    "0114": PEDAGOGY,
    "0119": PEDAGOGY,
}
TOO_BROAD = {"01": PEDAGOGY, "03": LIBRARY, "032": LIBRARY}
NEITHER = [
    "0", "1", "3", "32", "322", "00", "001", "010", "012", "018", "0188", "02", "022", "031",
    "0311", "0320", "0321", "0323", "0329", "033", "038", "03221", "039", "04", "10", "99",
    "", "0322/", "0322#x", "0322x", "x0322", "c_0322", "٠٣٢٢", "０３２２",
]  # fmt: skip


@pytest.fixture(scope="module")
def fields() -> Fields:
    return Fields(assessor().graph)


@pytest.mark.parametrize("namespace", [SNB, ESCO])
def test_a_code_lies_in_a_field_or_may_lie_in_one_or_in_neither(
    fields: Fields, namespace: str
) -> None:
    for code, field in INSIDE.items():
        assert fields.place(namespace + code) == ([field], []), code
    for code, field in TOO_BROAD.items():
        assert fields.place(namespace + code) == ([], [field]), code
    for code in NEITHER:
        assert fields.place(namespace + code) == ([], []), code


@pytest.mark.parametrize("field", [LIBRARY, PEDAGOGY])
def test_our_own_fields_are_themselves(fields: Fields, field: str) -> None:
    assert fields.place(field) == ([field], [])


@pytest.mark.parametrize(
    "iri",
    [
        "https://data.europa.eu/snb/isced-f/0322",
        "http://data.europa.eu/snb/isced-f#0322",
        "http://data.europa.eu/snb/ISCED-F/0322",
        "http://data.europa.eu/snb/isced/0322",
        "urn:isced-f:0322",
        "https://example.org/field/library-science",
    ],
)
def test_any_other_iri_is_neither(fields: Fields, iri: str) -> None:
    assert fields.place(iri) == ([], [])
