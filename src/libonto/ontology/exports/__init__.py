"""Positions in the forms of other systems: our RDF, Protégé, schema.org, ELM, CTDL."""

from __future__ import annotations

from libonto.crosswalk.coverage import described_position
from libonto.graph.formats import by_media_type
from libonto.graph.store import Graph
from libonto.graph.terms import ONTOLOGY
from libonto.ontology.exports.description import PositionView

RDF_FORMS = ("turtle", "ntriples", "rdfxml", "jsonld", "trig")
FORMS = (*RDF_FORMS, "protege", "schema.org", "elm", "ctdl")
"""The forms that a position can be written in."""

MEDIA_TYPES = by_media_type(*RDF_FORMS)
"""The forms that have a media type of their own."""


def export(graph: Graph, position: str | None, form: str, lang: str) -> str:
    """A position (slug or IRI; the default one where None) in one of FORMS.

    `lang` is the language where a form has one language. UsageError for a position that is
    not described.
    """
    name = position or graph.iri(ONTOLOGY, "lo:defaultPosition") or ""
    view = PositionView(graph, described_position(graph, name))
    if form in RDF_FORMS or form == "protege":
        from libonto.ontology.exports.own_rdf import written

        return written(view, form)
    if form == "schema.org":
        from libonto.ontology.exports.schema_org import document
    elif form == "elm":
        from libonto.ontology.exports.elm import document
    else:
        from libonto.ontology.exports.ctdl import document
    import json

    return json.dumps(document(view, lang), ensure_ascii=False, indent=2)
