"""The formats in which data come and go, in one table, and which of them are for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat, RdfFormat


@dataclass(frozen=True)
class Format:
    """A format: its short name, label, media type and file suffix, and the engine's name for it."""

    name: str
    label: str
    media_type: str
    suffix: str
    rdf: RdfFormat | None = None


GRAPHS = (
    Format("turtle", "Turtle", "text/turtle", "ttl", RdfFormat.TURTLE),
    Format("jsonld", "JSON-LD", "application/ld+json", "jsonld", RdfFormat.JSON_LD),
    Format("rdfxml", "RDF/XML", "application/rdf+xml", "rdf", RdfFormat.RDF_XML),
    Format("ntriples", "N-Triples", "application/n-triples", "nt", RdfFormat.N_TRIPLES),
)
"""The syntaxes of one graph, in which everything that has an address can be had."""
FORMATS = (
    *GRAPHS,
    Format("trig", "TriG", "application/trig", "trig", RdfFormat.TRIG),
    Format("nquads", "N-Quads", "application/n-quads", "nq", RdfFormat.N_QUADS),
    Format("json", "JSON", "application/json", "json"),
    Format("csv", "CSV", "text/csv", "csv"),
    Format("tsv", "TSV", "text/tab-separated-values", "tsv"),
    Format(
        "xlsx",
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
)
"""What profiles can be written in."""
MEDIA_TYPES = {form.name: form.media_type for form in FORMATS}
"""The media type of a format by its name."""
RDF_SYNTAXES = {form.name: form.rdf for form in FORMATS if form.rdf is not None}
"""The syntaxes of graphs and datasets as the engine names them."""
RESULTS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
"""The formats of SELECT's and ASK's answers as the engine names them."""
SUFFIXES = {form.suffix: form.name for form in FORMATS} | {"owl": "rdfxml", "xml": "rdfxml"}
"""The format of a file by the suffix of its name."""
TABLES = ("csv", "tsv", "xlsx", "ods")
"""The formats of tables of people."""
TABLE_SUFFIXES = {name: name for name in TABLES} | {"tab": "tsv", "xlsm": "xlsx"}
PROFILES = {
    **{name: RDF_SYNTAXES[name] for name in ("turtle", "trig", "ntriples", "nquads", "rdfxml")},
    "json": RdfFormat.JSON_LD,
}
"""The formats of RDF and JSON in which profiles are read; JSON is JSON-LD with our context."""
PROFILE_SUFFIXES = SUFFIXES | {"jsonld": "json"} | TABLE_SUFFIXES


def by_media_type(*names: str) -> dict[str, str]:
    """Some formats by their media types, the one preferred first."""
    return {MEDIA_TYPES[name]: name for name in names}


RESULT_TYPES = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    **by_media_type("csv", "tsv"),
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
"""Media types of SPARQL's tables and truth values, the one that is preferred first."""
GRAPH_TYPES = {
    **by_media_type("turtle", "ntriples", "rdfxml", "jsonld"),
    "application/json": "jsonld",
    "application/xml": "rdfxml",
    "text/xml": "rdfxml",
    "text/plain": "ntriples",
    "application/x-turtle": "turtle",
    "text/n3": "turtle",
    "text/rdf+n3": "turtle",
}
"""Media types of graphs."""
ANSWER_NAMES = {"json": MEDIA_TYPES["json"], "xml": "application/xml"} | {
    alias: MEDIA_TYPES[name]
    for name, *others in (
        ("csv",),
        ("tsv",),
        ("turtle", "ttl", "n3"),
        ("ntriples", "nt"),
        ("rdfxml", "rdf+xml", "rdf"),
        ("jsonld", "json-ld"),
    )
    for alias in (name, *others)
}
"""What `format` may be, for clients that cannot set a header. It is no parameter of the SPARQL
protocol, and clients send it beside a right Accept, several times and with names of their own:
the first value that names a format of this answer counts, and no value is an error."""
PROFILE_TYPES = {
    **by_media_type(*PROFILES),
    "application/xml": "rdfxml",
    "text/xml": "rdfxml",
    "application/x-turtle": "turtle",
    "application/ld+json": "json",
    **by_media_type("csv", "tsv", "xlsx"),
    "application/vnd.ms-excel.sheet.macroenabled.12": "xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
"""Media types of profiles."""
CROSSWALK_TYPES = {
    **by_media_type("json", "csv"),
    MEDIA_TYPES["tsv"]: "sssom",
    **by_media_type("turtle"),
}
"""Media types of correspondences; a table of mappings is TSV by SSSOM's rules."""


def sent_types(types: Mapping[str, str]) -> dict[str, str]:
    """The media type that is sent for each format: the first of its names."""
    sent: dict[str, str] = {}
    for media_type, name in types.items():
        sent.setdefault(name, media_type)
    return sent
