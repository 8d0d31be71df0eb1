"""OWL 2's datatypes, and whether a literal has a form of its type."""

from __future__ import annotations

import re
from datetime import date

from pyoxigraph import Literal

from libonto.graph.terms import PREFIXES

DATATYPES = frozenset(
    PREFIXES["xsd"] + name
    for name in [
        "anyURI",
        "base64Binary",
        "boolean",
        "byte",
        "dateTime",
        "dateTimeStamp",
        "decimal",
        "double",
        "float",
        "hexBinary",
        "int",
        "integer",
        "language",
        "long",
        "Name",
        "NCName",
        "negativeInteger",
        "NMTOKEN",
        "nonNegativeInteger",
        "nonPositiveInteger",
        "normalizedString",
        "positiveInteger",
        "short",
        "string",
        "token",
        "unsignedByte",
        "unsignedInt",
        "unsignedLong",
        "unsignedShort",
    ]
) | {
    PREFIXES["rdf"] + "langString",
    PREFIXES["rdf"] + "PlainLiteral",
    PREFIXES["rdf"] + "XMLLiteral",
    PREFIXES["rdfs"] + "Literal",
    PREFIXES["owl"] + "real",
    PREFIXES["owl"] + "rational",
}
"""OWL 2's datatype map (section 4); a language-tagged string is in it as rdf:PlainLiteral."""
EXCEPTION = PREFIXES["xsd"] + "date"
"""The one datatype outside the map that is allowed, and kept from the reasoner."""


def well_formed(value: Literal) -> bool:
    """Whether a literal's text has a form of its datatype (those that ontologies use)."""
    kind = value.datatype.value.removeprefix(PREFIXES["xsd"])
    text = value.value
    if kind == "date":
        try:
            return date.fromisoformat(text).isoformat() == text
        except ValueError:
            return False
    patterns = {
        "boolean": "true|false|0|1",
        "integer": "[+-]?[0-9]+",
        "nonNegativeInteger": r"\+?[0-9]+|-0+",
        "positiveInteger": r"\+?0*[1-9][0-9]*",
        "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
        "double": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        "anyURI": r"[^\s<>\"{}|\\^`]+",
        "language": "[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*",
    }
    return kind not in patterns or re.fullmatch(patterns[kind], text) is not None
