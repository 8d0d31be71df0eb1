"""The forms in which data come and go: name, label, media type and ending, in one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """A form of a document: our name for it, people's, its media type, its files' ending."""

    name: str
    label: str
    media_type: str
    suffix: str

    @property
    def content_type(self) -> str:
        """The media type as a header states it: of a text with its encoding."""
        is_text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if is_text else self.media_type


GRAPHS = (
    Form("turtle", "Turtle", "text/turtle", "ttl"),
    Form("jsonld", "JSON-LD", "application/ld+json", "jsonld"),
    Form("rdfxml", "RDF/XML", "application/rdf+xml", "rdf"),
    Form("ntriples", "N-Triples", "application/n-triples", "nt"),
)
"""The syntaxes of one graph, in which everything that has an address can be had."""
DATASETS = (
    Form("trig", "TriG", "application/trig", "trig"),
    Form("nquads", "N-Quads", "application/n-quads", "nq"),
)
OTHERS = (
    Form("json", "JSON", "application/json", "json"),
    Form("csv", "CSV", "text/csv", "csv"),
    Form("tsv", "TSV", "text/tab-separated-values", "tsv"),
    Form(
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
