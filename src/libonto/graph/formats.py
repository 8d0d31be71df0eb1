"""The forms in which data come and go: name, label, media type and ending, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A form of a document: our name for it, people's, its media type, its files' ending."""

    name: str
    label: str
    media_type: str
    suffix: str


GRAPHS = (
    Format("turtle", "Turtle", "text/turtle", "ttl"),
    Format("jsonld", "JSON-LD", "application/ld+json", "jsonld"),
    Format("rdfxml", "RDF/XML", "application/rdf+xml", "rdf"),
    Format("ntriples", "N-Triples", "application/n-triples", "nt"),
)
"""The syntaxes of one graph, in which everything that has an address can be had."""
DATASETS = (
    Format("trig", "TriG", "application/trig", "trig"),
    Format("nquads", "N-Quads", "application/n-quads", "nq"),
)
OTHERS = (
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
MEDIA_TYPES = {form.name: form.media_type for form in (*GRAPHS, *DATASETS, *OTHERS)}
"""The media type of a form by its name."""
ENDINGS = {form.suffix: form.name for form in (*GRAPHS, *DATASETS, *OTHERS)} | {
    "owl": "rdfxml",
    "xml": "rdfxml",
}
"""The form of a file by the ending of its name."""


def by_media_type(*names: str) -> dict[str, str]:
    """Some forms by their media types, the one preferred first."""
    return {MEDIA_TYPES[name]: name for name in names}


TABLE_TYPES = {
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


def sent_types(types: Mapping[str, str]) -> dict[str, str]:
    """The media type that is sent for each form: the first of its names."""
    found: dict[str, str] = {}
    for media_type, form in types.items():
        found.setdefault(form, media_type)
    return found
