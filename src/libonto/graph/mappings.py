"""Correspondences from SSSOM tables: read, checked cell by cell, and made into triples.

A table is a file ``*.sssom.tsv`` in the ``ontology/`` of a data folder: a header of YAML in
comment lines with the set's identifier and its prefixes, then tab-separated columns
(https://mapping-commons.github.io/sssom/). A row becomes the statement itself and an
``owl:Axiom`` that carries its metadata, as SSSOM's own RDF has it.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from libonto.errors import DataError, why
from libonto.graph.terms import ID, PREFIXES, term

PATTERN = "*.sssom.tsv"
SKOS = PREFIXES["skos"]
PREDICATES = tuple(
    SKOS + name
    for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
)
NO_TERM = PREFIXES["sssom"] + "NoTermFound"
EVIDENCE = ID + "evidence/"
UNSTATED = EVIDENCE + "received"
"""What a row without ``ext_confirmation`` rests on: it came so, and nobody confirmed it."""

_BUILT_IN = {**PREFIXES, "orcid": "https://orcid.org/"}
_REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification", "confidence")


class Slot(NamedTuple):
    """A column that is read: its attribute of a mapping, its property in RDF, its kind of value.

    The kinds are `iri`, `iris` (with a bar between), `number` (from 0 to 1), `day` and `text`.
    """

    column: str
    attribute: str
    property: str
    kind: str


SLOTS = (
    Slot("subject_id", "subject", "owl:annotatedSource", "iri"),
    Slot("predicate_id", "predicate", "owl:annotatedProperty", "iri"),
    Slot("object_id", "object", "owl:annotatedTarget", "iri"),
    Slot("mapping_justification", "justification", "sssom:mapping_justification", "iri"),
    Slot("subject_source", "subject_source", "sssom:subject_source", "iri"),
    Slot("object_source", "object_source", "sssom:object_source", "iri"),
    Slot("confidence", "confidence", "sssom:confidence", "number"),
    Slot("ext_confirmation", "confirmation", "lo:confirmation", "iri"),
    Slot("ext_valid_from", "valid_from", "lo:validFrom", "day"),
    Slot("ext_valid_until", "valid_until", "lo:validUntil", "day"),
    Slot("author_label", "author", "sssom:author_label", "text"),
    Slot("mapping_date", "date", "dcterms:created", "day"),
    Slot("see_also", "see_also", "rdfs:seeAlso", "iris"),
    Slot("comment", "comment", "rdfs:comment", "text"),
)
# The other slots of a mapping in SSSOM 1.0: accepted, and not read (a negation is refused).
_OTHER = frozenset(
    """
    author_id creator_id creator_label curation_rule curation_rule_text issue_tracker
    issue_tracker_item license mapping_cardinality mapping_id mapping_provider
    mapping_source mapping_tool mapping_tool_id mapping_tool_version match_string
    object_category object_label object_match_field object_preprocessing
    object_source_version object_type other predicate_label predicate_modifier predicate_type
    publication_date record_id review_date reviewer_agreement reviewer_id reviewer_label
    similarity_measure similarity_score subject_category subject_label subject_match_field
    subject_preprocessing subject_source_version subject_type
    """.split()
)


class RowPlace(NamedTuple):
    """Where a row stands: the file, and the line from 1."""

    path: str = ""
    line: int = 0

    def __str__(self) -> str:
        """As programs print a place: `FILE:LINE`."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Mapping:
    """A row: one correspondence with its metadata; every identifier is a full IRI."""

    subject: str
    predicate: str
    object: str
    justification: str
    confidence: float
    """From 0 to 1."""
    confirmation: str
    author: str
    date: str
    """ISO 8601, or empty."""
    see_also: tuple[str, ...]
    comment: str
    place: RowPlace
    subject_source: str = ""
    object_source: str = ""
    valid_from: str = ""
    valid_until: str = ""
    """The days (ISO 8601) between which a document must have been awarded for the row to tell
    what its level is; the second is the first day on which it no longer does."""

    def holds_on(self, day: str) -> bool:
        """Whether the row tells of a document awarded on that day (ISO 8601)."""
        return self.valid_from <= day and (not self.valid_until or day < self.valid_until)


@dataclass(frozen=True)
class MappingSet:
    """A table: what it is called and what it holds."""

    iri: str
    title: str
    version: str
    license: str
    mappings: tuple[Mapping, ...]


def read_table(path: Path) -> MappingSet:
    """Read one table; DataError names file, line and column of the first thing that is wrong."""
    return _Table(path).read()


def quads(table: MappingSet) -> Iterator[Quad]:
    """The triples of a table: each statement, an axiom with its metadata, and the set itself."""
    set_node = NamedNode(table.iri)
    yield Quad(set_node, term("rdf:type"), term("sssom:MappingSet"))
    for predicate, text in (("dcterms:title", table.title), ("owl:versionInfo", table.version)):
        if text:
            yield Quad(set_node, term(predicate), Literal(text))
    if table.license:
        yield Quad(set_node, term("dcterms:license"), NamedNode(table.license))
    for mapping in table.mappings:
        axiom = BlankNode()
        yield Quad(*map(NamedNode, (mapping.subject, mapping.predicate, mapping.object)))
        yield Quad(axiom, term("sssom:mapping_source"), set_node)
        yield Quad(axiom, term("rdf:type"), term("owl:Axiom"))
        for slot in SLOTS:
            value = getattr(mapping, slot.attribute)
            for part in value if slot.kind == "iris" else [value] if value != "" else []:
                yield Quad(axiom, term(slot.property), _node(part, slot.kind))


def _node(value: object, kind: str) -> NamedNode | Literal:
    if kind in {"iri", "iris"}:
        return NamedNode(str(value))
    types = {"number": "xsd:double", "day": "xsd:date", "text": "xsd:string"}
    return Literal(str(value), datatype=term(types[kind]))


class _Table:
    """One file while it is read: its prefixes, the values for all rows, and its columns."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.prefixes = dict(_BUILT_IN)
        self.defaults: dict[str, str] = {}
        self.columns: list[str] = []
        self.iris: dict[str, str] = {}

    def read(self) -> MappingSet:
        """The table, whole or not at all."""
        try:
            text = Path(self.path).read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise DataError("mapping-encoding", path=self.path) from error
        except OSError as error:
            raise DataError("unreadable", path=self.path, detail=why(error)) from error
        lines = text.splitlines(keepends=True)
        count = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
        self._header([line[1:].rstrip() for line in lines[:count]])
        set_iri = self._iri(self.defaults.get("mapping_set_id", ""), 1, "mapping_set_id")
        return MappingSet(
            iri=set_iri,
            title=self.defaults.get("mapping_set_title", ""),
            version=self.defaults.get("mapping_set_version", ""),
            license=self.defaults.get("license", ""),
            mappings=tuple(self._rows("".join(lines[count:]), count)),
        )

    def _header(self, lines: list[str]) -> None:
        """The scalars of the YAML header and its prefixes; the rest of it is not needed."""
        indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
        outer, section = min(indents, default=0), ""
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            key, colon, value = (part.strip() for part in line.partition(":"))
            if len(line) - len(line.lstrip()) == outer:
                if not colon:
                    raise self._error("mapping-header", number, text=line.strip())
                section, self.defaults[key] = key, _unquoted(value)
            elif section == "curie_map":
                if not colon or not value:
                    raise self._error("mapping-header", number, text=line.strip())
                self.prefixes[_unquoted(key)] = _unquoted(value)

    def _rows(self, text: str, offset: int) -> Iterator[Mapping]:
        reader = csv.reader(io.StringIO(text), delimiter="\t")
        try:
            self.columns = next(reader, [])
            self._check_columns(offset + 1)
            start = reader.line_num
            for cells in reader:
                line, start = offset + start + 1, reader.line_num
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(self.columns):
                    raise self._error(
                        "mapping-cells", line, found=len(cells), expected=len(self.columns)
                    )
                row = dict(zip(self.columns, (cell.strip() for cell in cells), strict=True))
                mapping = self._mapping(row, line)
                if mapping is not None:
                    yield mapping
        except csv.Error as error:
            line = offset + reader.line_num
            raise self._error("mapping-syntax", line, detail=error) from error

    def _check_columns(self, line: int) -> None:
        known = {slot.column for slot in SLOTS} | _OTHER
        for number, name in enumerate(self.columns, start=1):
            is_twice = name in self.columns[: number - 1]
            if is_twice or not (name in known or name.startswith("ext_")):
                key = "mapping-column-twice" if is_twice else "mapping-column"
                raise self._error(key, line, number, value=name)
        for name in _REQUIRED:
            if name not in self.columns and not self.defaults.get(name):
                raise self._error("mapping-column-missing", line, name=name)

    def _mapping(self, row: dict[str, str], line: int) -> Mapping | None:
        cells = {**self.defaults, **{name: cell for name, cell in row.items() if cell}}
        if cells.get("predicate_modifier"):
            raise self._cell_error("mapping-negated", line, "predicate_modifier", "")

        def read(is_iri: bool) -> dict[str, Any]:
            return {
                slot.attribute: self._value(slot, cells.get(slot.column, ""), line)
                for slot in SLOTS
                if (slot.kind == "iri") is is_iri
            }

        iris = read(is_iri=True)
        if iris["predicate"] not in PREDICATES:
            known = ", ".join("skos:" + p.removeprefix(SKOS) for p in PREDICATES)
            raise self._cell_error(
                "mapping-predicate", line, "predicate_id", cells["predicate_id"], known=known
            )
        if NO_TERM in (iris["subject"], iris["object"]):
            return None  # SSSOM's way to say that there is no counterpart
        if iris["subject"] == iris["object"]:
            raise self._cell_error("mapping-to-itself", line, "object_id", cells["object_id"])
        iris["confirmation"] = iris["confirmation"] or UNSTATED
        return Mapping(**iris, **read(is_iri=False), place=RowPlace(self.path, line))

    def _value(self, slot: Slot, text: str, line: int) -> Any:
        """A cell's value by its kind; empty where an optional one is."""
        if slot.kind == "iris":
            return tuple(self._iri(part, line, slot.column) for part in text.split("|") if part)
        if slot.kind == "number":
            return self._confidence(text, line)
        if slot.kind == "iri" and (text or slot.column in _REQUIRED):
            return self._iri(text, line, slot.column)
        if slot.kind != "day" or not text:
            return text
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise self._cell_error("mapping-date", line, slot.column, text) from error

    def _iri(self, text: str, line: int, name: str) -> str:
        """A full IRI from a prefixed name or an IRI; each spelling is looked at once."""
        known = self.iris.get(text)
        if known is None:
            known = self.iris[text] = self._new_iri(text, line, name)
        return known

    def _new_iri(self, text: str, line: int, name: str) -> str:
        prefix, colon, local = text.partition(":")
        full = text
        if colon and not local.startswith("//") and prefix in self.prefixes:
            full = self.prefixes[prefix] + local
        elif not colon or not (local.startswith("//") or prefix == "urn"):
            key = "mapping-prefix" if colon else "mapping-iri"
            raise self._cell_error(key, line, name, text, prefix=prefix)
        try:
            return NamedNode(full).value
        except ValueError as error:
            raise self._cell_error("mapping-iri", line, name, text) from error

    def _confidence(self, text: str, line: int) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not 0 <= value <= 1:
            raise self._cell_error("mapping-confidence", line, "confidence", text)
        return value

    def _cell_error(
        self, key: str, line: int, name: str, value: str, **params: object
    ) -> DataError:
        column = self.columns.index(name) + 1 if name in self.columns else 0
        return self._error(key, line, column, name=name, value=value, **params)

    def _error(self, key: str, line: int, column: int = 0, **params: object) -> DataError:
        where = f"{self.path}:{line}" + (f":{column}" if column else "")
        return DataError(key, path=where, **params)


def _unquoted(text: str) -> str:
    for quote in "\"'":
        if len(text) > 1 and text.startswith(quote) and text.endswith(quote):
            return text[1:-1]
    return text
