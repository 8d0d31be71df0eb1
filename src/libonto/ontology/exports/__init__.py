"""Positions in the forms of other systems: our RDF, Protégé, schema.org, ELM, CTDL."""

from __future__ import annotations

import json

from libonto.crosswalk.coverage import described_position
from libonto.graph.formats import by_media_type
from libonto.graph.store import Graph
from libonto.graph.terms import ONTOLOGY
from libonto.ontology.exports import ctdl, elm, own_rdf, schema_org
from libonto.ontology.exports.description import PositionView

RDF_FORMS = ("turtle", "ntriples", "rdfxml", "jsonld", "trig")
_DOCUMENTS = {"schema.org": schema_org.document, "elm": elm.document, "ctdl": ctdl.document}
FORMS = (*RDF_FORMS, "protege", *_DOCUMENTS)
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
    if form not in _DOCUMENTS:
        return own_rdf.written(view, form)
    return json.dumps(_DOCUMENTS[form](view, lang), ensure_ascii=False, indent=2)
