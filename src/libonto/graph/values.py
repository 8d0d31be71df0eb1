"""Typed values as people write them: slugs, IRIs, languages, days, numbers and texts."""

from __future__ import annotations

import difflib
import re
from datetime import date
from functools import cached_property

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
TYPES = (*RESOURCES, "level", "lang", "date", "integer", "string", "iri")

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_ISCED_F = re.compile(r"(?:isced-f[ /])?([0-9]{2,4})", re.IGNORECASE)
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_GAP = re.compile(r"[\s/-]+")
_SHOWN = 30
"""How many allowed values a message lists; the nearest one is always named."""


def iso_day(text: str) -> date:
    """A day written as year, month and day; ValueError for anything else (2026-W47-7 is none)."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def framework_levels(graph: Graph) -> dict[str, str]:
    """The IRIs of the frameworks' levels by slug, such as `de-dqr/6`: they have an order.

    A slug has no space, so that it is the end of an IRI in JSON-LD as well. The frameworks are
    loaded for it.
    """
    _ = graph.tables
    found: dict[str, str] = {}
    for level, _position in graph.pairs("schema:position"):
        for scheme in graph.schemes(level):
            framework = graph.text(NamedNode(scheme), "skos:notation") or slug_of(scheme)
            for notation in graph.objects(level, "skos:notation"):
                if isinstance(notation, Literal):
                    found[f"{framework}/{'-'.join(notation.value.split())}"] = level.value
    return found


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
        if kind == "level":
            return self._level(name, kind, text)
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
        if kind in OPEN and (code := _ISCED_F.fullmatch(text.strip())):
            fields = self._coded(code[1])
            if fields:
                return fields[-1]
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

    def _coded(self, code: str) -> list[NamedNode]:
        """The field of ISCED-F with a code, by each of the addresses under which it stands."""
        _ = self.graph.tables  # asking for them loads the frameworks too
        found = self.graph.subjects("skos:notation", Literal(code))
        scheme = f"{ID}framework/isced-f"
        fields = (n for n in found if isinstance(n, NamedNode) and scheme in self.graph.schemes(n))
        return sorted(fields, key=lambda node: node.value)

    def _position(self, position: NamedNode | None) -> str:
        stated = position or self.graph.one(ONTOLOGY, "lo:defaultPosition")
        return slug_of(stated.value, "position") if isinstance(stated, NamedNode) else ""

    def _level(self, name: str, kind: str, text: str) -> NamedNode:
        """A framework's level by its slug (`de-dqr/6`, as a table has it: `EQF 6`) or its IRI."""
        slug = text.strip().removeprefix(ID).removeprefix("framework/")
        key = _GAP.sub(" ", slug).casefold()
        for known, level in self._levels.items():
            if _GAP.sub(" ", known).casefold() == key:
                return NamedNode(level)
        if _ABSOLUTE.fullmatch(text) and not is_ours(text):
            return self._node(name, kind, text)
        raise self._wrong(name, kind, text, sorted(self._levels))

    @cached_property
    def _levels(self) -> dict[str, str]:
        return framework_levels(self.graph)

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
            return iso_day(text).isoformat()
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
