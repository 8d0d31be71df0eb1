"""What is handed out: the rooms of the data folders, merged, in the order of their files."""

from __future__ import annotations

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from libonto.errors import DataError
from libonto.graph.catalogue import Catalogue
from libonto.graph.mappings import PATTERN, quads, read_table
from libonto.graph.terms import BASE


def room(catalogue: Catalogue, name: str) -> tuple[list[Triple], list[str]]:
    """The triples of a room, and what they describe, in the text's order.

    The ontology's tables of correspondences come last. Raises DataError, naming file and
    place, for a file that cannot be parsed.
    """
    triples: list[Triple] = []
    order: dict[str, None] = {}
    for path in catalogue.files(name, "*.ttl"):
        try:
            for quad in parse(
                path=str(path), format=RdfFormat.TURTLE, base_iri=BASE, rename_blank_nodes=True
            ):
                triples.append(quad.triple)
                if isinstance(quad.subject, NamedNode):
                    order.setdefault(quad.subject.value)
        except (SyntaxError, ValueError, OSError) as error:
            raise DataError("data-syntax", path=str(path), detail=str(error)) from error
    for path in catalogue.files(name, PATTERN):
        triples += (quad.triple for quad in quads(read_table(path)))
    return triples, list(order)
