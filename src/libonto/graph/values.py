"""Typed values as people write them: slugs, IRIs, languages, days, numbers and texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from libonto.errors import UsageError, nearest
from libonto.graph.store import Graph
from libonto.graph.terms import ID, ONTOLOGY, is_ours, slug_of, term
from libonto.locales import LANGUAGES

CLASSES = {
    "position": "lo:Position",
    "category": "lo:CategoryLevel",
    "knowledge": "lo:KnowledgeItem",
    "act": "eli:LegalResource",
    "duty": "lo:Duty",
    "reading": "lo:Reading",
    "education": "lo:EducationLevel",
    "field": "lo:FieldOfStudy",
    "document-kind": "lo:DocumentKind",
}
"""The classes of our resources by their kind, the part of the IRI after `id/`."""
RESOURCES = (*CLASSES, "requirement")
"""The types whose values are resources of ours."""
OPEN = ("field",)
"""The resource types of which an IRI that is not ours may be a value too."""
TYPES = (*RESOURCES, "level", "lang", "date", "integer", "string", "iri")

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_ISCED_F = re.compile(r"(?:isced-f[ /])?([0-9]{2,4})", re.IGNORECASE)
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_GAP = re.compile(r"[\s/-]+")
_LISTED = 30
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
    levels: dict[str, str] = {}
    for level, _position in graph.pairs("schema:position"):
        for scheme in graph.schemes(level):
            framework = graph.text(scheme, "skos:notation") or slug_of(scheme)
            for notation in graph.texts(level, "skos:notation"):
                levels[f"{framework}/{'-'.join(notation.split())}"] = level.value
    return levels


class _Refused(ValueError):
    """A text that is no value of its type; `allowed` are those that are, as far as they end."""

    def __init__(self, allowed: Sequence[str] = ()) -> None:
        super().__init__()
        self.allowed = allowed


class Values:
    """Reads parameter values against what the graph defines."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def read(
        self, name: str, kind: str, text: str, position: NamedNode | None = None
    ) -> NamedNode | Literal:
        """The term of one value; UsageError `param-value…` says which values are allowed.

        A category, duty or requirement may be written without its position, which is then
        `position`, else the ontology's default one.
        """
        try:
            return self._term(kind, text, position)
        except UnicodeEncodeError as error:  # half a character, which could not be shown either
            raise UsageError("param-value", value=ascii(text), param=name, type=kind) from error
        except ValueError as error:
            allowed = error.allowed if isinstance(error, _Refused) else ()
            raise _wrong(name, kind, text, allowed) from error

    def slugs(self, kind: str) -> list[str]:
        """Every value of a resource type as it can be written, sorted."""
        prefix = f"{ID}{kind}/"
        slugs = [iri[len(prefix) :] for iri in self.graph.defined if iri.startswith(prefix)]
        if kind == "reading":  # an option lies below its reading
            slugs = [slug for slug in slugs if "/" not in slug]
        return sorted(slugs)

    def _term(self, kind: str, text: str, position: NamedNode | None) -> NamedNode | Literal:
        if kind in RESOURCES:
            return self._resource(kind, text, position)
        if kind == "level":
            return self._level(text)
        if kind == "iri":
            node = _node(text)
            if is_ours(text) and text not in self.graph.defined:
                raise _Refused(sorted(self.graph.defined))
            return node
        if kind == "date":
            return Literal(iso_day(text).isoformat(), datatype=term("xsd:date"))
        if kind == "integer":
            if not _INTEGER.fullmatch(text):
                raise _Refused
            return Literal(str(int(text)), datatype=term("xsd:integer"))
        if kind == "lang" and text not in LANGUAGES:
            raise _Refused(LANGUAGES)
        text.encode()
        return Literal(text)

    def _resource(self, kind: str, text: str, position: NamedNode | None) -> NamedNode:
        allowed = self.slugs(kind)
        if kind in OPEN and (code := _ISCED_F.fullmatch(text.strip())):
            fields = self._coded(code[1])
            if fields:
                return NamedNode(fields[-1])
        slug = text
        if _ABSOLUTE.fullmatch(text):
            if not is_ours(text) and kind in OPEN:
                return _node(text)
            slug = text.removeprefix(f"{ID}{kind}/")
        if slug not in allowed and "/" not in slug:
            owner = position.value if position else self.graph.iri(ONTOLOGY, "lo:defaultPosition")
            slug = f"{slug_of(owner or '', 'position')}/{slug}"
        if slug not in allowed:
            raise _Refused(allowed)
        return NamedNode(f"{ID}{kind}/{slug}")

    def _coded(self, code: str) -> list[str]:
        """The field of ISCED-F with a code, by each of the addresses under which it stands."""
        _ = self.graph.tables  # asking for them loads the frameworks too
        scheme = f"{ID}framework/isced-f"
        concepts = self.graph.subject_iris("skos:notation", Literal(code))
        return [iri for iri in concepts if scheme in self.graph.schemes(iri)]

    def _level(self, text: str) -> NamedNode:
        """A framework's level by its slug (`de-dqr/6`, as a table has it: `EQF 6`) or its IRI."""
        slug = text.strip().removeprefix(ID).removeprefix("framework/")
        key = _GAP.sub(" ", slug).casefold()
        for known, level in self._levels.items():
            if _GAP.sub(" ", known).casefold() == key:
                return NamedNode(level)
        if _ABSOLUTE.fullmatch(text) and not is_ours(text):
            return _node(text)
        raise _Refused(sorted(self._levels))

    @cached_property
    def _levels(self) -> dict[str, str]:
        return framework_levels(self.graph)


def _node(text: str) -> NamedNode:
    if not _ABSOLUTE.fullmatch(text):
        raise _Refused
    return NamedNode(text)


def _wrong(name: str, kind: str, text: str, allowed: Sequence[str]) -> UsageError:
    near = nearest(text, allowed, 0.5)
    if not near:  # compared without the position that stands before it
        tails = {slug.rpartition("/")[2]: slug for slug in allowed}
        near = tails.get(nearest(text.rpartition("/")[2], tails, 0.5), "")
    is_short = 0 < len(allowed) <= _LISTED
    return UsageError(
        "param-value" + ("-nearest" if near else "") + ("-allowed" if is_short else ""),
        value=text,
        param=name,
        type=kind,
        nearest=near,
        known=", ".join(allowed) if is_short else "",
    )
