"""The facts that shapes look at: a tree of nodes with values by property."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from libonto.graph.terms import NS, PREFIXES

TYPE = PREFIXES["rdf"] + "type"
DERIVED_FROM = PREFIXES["prov"] + "wasDerivedFrom"
SPECIALIZATION_OF = PREFIXES["prov"] + "specializationOf"
COUNTED = NS + "countedCredential"
SERVICE = NS + "service"
PARTIAL_SERVICE = NS + "partialService"
SUCCESSOR = NS + "showsKnowledgeThroughSuccessor"


class Node:
    """A node without a name: its values by property IRI. It is equal to itself only."""

    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, tuple[Value, ...]]) -> None:
        """`values` stand in the order in which they are to be stated."""
        self.values = values


Value = str | int | date | Node
"""An IRI, a whole number, a day, or a node."""
