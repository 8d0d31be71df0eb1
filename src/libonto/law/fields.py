"""A field of study's place in ISCED-F, from its code, by the data of the fields themselves."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import Literal

from libonto.graph.store import Graph


class _Field(NamedTuple):
    iri: str
    codes: frozenset[str]
    prefixes: tuple[str, ...]
    broader: frozenset[str]


def isced_namespaces(graph: Graph) -> tuple[str, ...]:
    """The namespaces in which ISCED-F has its codes."""
    values = [value for _, value in graph.pairs("lo:iscedNamespace")]
    return tuple(value.value for value in values if isinstance(value, Literal))


class Fields:
    """Finds the fields of ours that a stated field is in, or may be in when it is too broad."""

    def __init__(self, graph: Graph) -> None:
        """Read the fields' codes and the namespaces in which ISCED-F codes are written."""
        self._namespaces = isced_namespaces(graph)
        self._fields = [
            _Field(
                iri,
                frozenset(graph.texts(iri, "lo:iscedCode")),
                tuple(graph.texts(iri, "lo:iscedCodePrefix")),
                frozenset(graph.texts(iri, "lo:broaderIscedCode")),
            )
            for iri in graph.instances("lo:FieldOfStudy")
        ]

    def place(self, iri: str) -> tuple[list[str], list[str]]:
        """The fields that a field's IRI is in, and those that it may be in."""
        code = self.code(iri)
        inside, possible = [], []
        for field in self._fields:
            if iri == field.iri or code in field.codes or code.startswith(field.prefixes):
                inside.append(field.iri)
            elif code in field.broader:
                possible.append(field.iri)
        return inside, possible

    def code(self, iri: str) -> str:
        """The ISCED-F code that an IRI stands for, or nothing."""
        for namespace in self._namespaces:
            code = iri.removeprefix(namespace)
            if code != iri and code.isascii() and code.isdigit():
                return code
        return ""
