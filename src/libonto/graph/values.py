"""Typed values as people write them: slugs, IRIs, languages, days, numbers and texts."""

from __future__ import annotations

import difflib
import re
from datetime import date

from pyoxigraph import Literal, NamedNode

from libonto.errors import UsageError
from libonto.graph.store import Graph
from libonto.graph.terms import ID, ONTOLOGY, is_ours, slug_of, term
from libonto.locales import LANGUAGES

RESOURCES = (
    "position",
    "category",
    "knowledge",
    "act",
    "duty",
    "requirement",
    "reading",
    "education",
    "field",
)
"""The types whose values are resources of ours: the part of the IRI after `id/`."""
OPEN = ("field",)
"""The resource types of which an IRI that is not ours may be a value too."""
TYPES = (*RESOURCES, "lang", "date", "integer", "string", "iri")

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN = 30
"""How many allowed values a message lists; the nearest one is always named."""


class Values:
    """Reads parameter values against what the graph defines."""

    def __init__(self, graph: Graph) -> None:
        """Take the graph whose resources can be named."""
        self.graph = graph

    def read(
        self, name: str, kind: str, text: str, position: NamedNode | None = None
    ) -> NamedNode | Literal:
        """The term of one value; UsageError `param-value…` says which values are allowed.

        A category, duty or requirement may be written without its position, which is then
        `position`, else the ontology's default one.
        """
        if kind in RESOURCES:
            return self._resource(name, kind, text, position)
        if kind == "iri":
            return self._iri(name, kind, text)
        if kind == "lang" and text not in LANGUAGES:
            raise self._wrong(name, kind, text, LANGUAGES)
        if kind == "date":
            return Literal(self._day(name, kind, text), datatype=term("xsd:date"))
        if kind == "integer":
            if not _INTEGER.fullmatch(text):
                raise UsageError("param-value", value=text, param=name, type=kind)
            return Literal(str(int(text)), datatype=term("xsd:integer"))
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise UsageError("param-value", value=ascii(text), param=name, type=kind)
        return Literal(text)

    def slugs(self, kind: str) -> list[str]:
        """Every value of a resource type as it can be written, sorted."""
        prefix = f"{ID}{kind}/"
        found = [iri[len(prefix) :] for iri in self.graph.defined if iri.startswith(prefix)]
        if kind == "reading":  # an option lies below its reading
            found = [slug for slug in found if "/" not in slug]
        return sorted(found)

    def _resource(self, name: str, kind: str, text: str, position: NamedNode | None) -> NamedNode:
        allowed = self.slugs(kind)
        if _ABSOLUTE.fullmatch(text):
            if not is_ours(text) and kind in OPEN:
                return self._node(name, kind, text)
            slug = text.removeprefix(f"{ID}{kind}/")
        else:
            slug = text
        if slug not in allowed and "/" not in slug:
            slug = f"{self._position(position)}/{slug}"
        if slug not in allowed:
            raise self._wrong(name, kind, text, allowed)
        return NamedNode(f"{ID}{kind}/{slug}")

    def _position(self, position: NamedNode | None) -> str:
        stated = position or self.graph.one(ONTOLOGY, "lo:defaultPosition")
        return slug_of(stated.value, "position") if isinstance(stated, NamedNode) else ""

    def _iri(self, name: str, kind: str, text: str) -> NamedNode:
        node = self._node(name, kind, text)
        if is_ours(text) and text not in self.graph.defined:
            raise self._wrong(name, kind, text, sorted(self.graph.defined))
        return node

    def _node(self, name: str, kind: str, text: str) -> NamedNode:
        try:
            if not _ABSOLUTE.fullmatch(text):
                raise ValueError(text)
            return NamedNode(text)
        except ValueError as error:
            raise UsageError("param-value", value=text, param=name, type=kind) from error

    def _day(self, name: str, kind: str, text: str) -> str:
        try:
            if not _DAY.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise UsageError("param-value", value=text, param=name, type=kind) from error

    def _wrong(
        self, name: str, kind: str, text: str, allowed: tuple[str, ...] | list[str]
    ) -> UsageError:
        near = difflib.get_close_matches(text, allowed, n=1, cutoff=0.5)
        if not near:  # compared without the position that stands before it
            tails = {slug.rpartition("/")[2]: slug for slug in allowed}
            ends = difflib.get_close_matches(text.rpartition("/")[2], tails, n=1, cutoff=0.5)
            near = [tails[end] for end in ends]
        shown = list(allowed) if len(allowed) <= _SHOWN else []
        key = "param-value" + ("-nearest" if near else "") + ("-allowed" if shown else "")
        return UsageError(
            key,
            value=text,
            param=name,
            type=kind,
            nearest=near[0] if near else "",
            known=", ".join(shown),
        )
