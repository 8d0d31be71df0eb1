"""One table of formats: every media type, suffix and name leads to one of them."""

from collections.abc import Mapping

import pytest

from libonto.graph import formats
from libonto.graph.formats import (
    CROSSWALK_TYPES,
    FORMATS,
    GRAPH_TYPES,
    MEDIA_TYPES,
    PROFILE_SUFFIXES,
    PROFILE_TYPES,
    PROFILES,
    RDF_SYNTAXES,
    RESULT_TYPES,
    RESULTS,
    SUFFIXES,
    TABLES,
    sent_types,
)


@pytest.mark.parametrize("attribute", ["name", "label", "media_type", "suffix"])
def test_no_two_formats_share_what_tells_them_apart(attribute: str) -> None:
    values = [getattr(form, attribute) for form in FORMATS]
    assert len(set(values)) == len(values)


@pytest.mark.parametrize(
    ("names", "known"),
    [
        (PROFILE_TYPES, {*PROFILES, *TABLES}),
        (PROFILE_SUFFIXES, {*PROFILES, *TABLES}),
        (RESULT_TYPES, {*RESULTS}),
        (GRAPH_TYPES, {*RDF_SYNTAXES} - {"trig", "nquads"}),
        (SUFFIXES, {*MEDIA_TYPES}),
        (CROSSWALK_TYPES, {"json", "csv", "sssom", "turtle"}),
    ],
    ids=["profile-types", "profile-suffixes", "results", "graphs", "suffixes", "crosswalk"],
)
@pytest.mark.every_case
def test_every_name_leads_to_a_format_and_every_format_has_one(
    names: Mapping[str, str], known: set[str]
) -> None:
    assert set(names.values()) == known


def test_the_syntaxes_of_rdf_are_those_of_the_engine() -> None:
    for name, syntax in RDF_SYNTAXES.items():
        assert syntax.media_type == MEDIA_TYPES[name], name
    assert {form.name for form in formats.GRAPHS} < RDF_SYNTAXES.keys()


def test_the_first_of_a_formats_media_types_is_sent() -> None:
    sent = sent_types({"a/first": "x", "a/other": "y", "a/second": "x"})
    assert sent == {"x": "a/first", "y": "a/other"}
    assert sent_types(RESULT_TYPES)["json"] == "application/sparql-results+json"
