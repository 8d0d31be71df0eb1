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

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from libonto.errors import DataError
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
_IRIS = (
    *_REQUIRED[:-1],
    "subject_source",
    "object_source",
    "ext_confirmation",
)
_USED = (
    *_REQUIRED,
    "subject_source",
    "object_source",
    "author_label",
    "mapping_date",
    "see_also",
    "comment",
    "predicate_modifier",
    "ext_confirmation",
    "ext_valid_from",
    "ext_valid_until",
)
# The other slots of a mapping in SSSOM 1.0; they are accepted, and not read.
_OTHER = frozenset(
    """
    author_id creator_id creator_label curation_rule curation_rule_text issue_tracker
    issue_tracker_item license mapping_cardinality mapping_id mapping_provider
    mapping_source mapping_tool mapping_tool_id mapping_tool_version match_string
    object_category object_label object_match_field object_preprocessing
    object_source_version object_type other predicate_label predicate_type publication_date
    record_id review_date reviewer_agreement reviewer_id reviewer_label similarity_measure
    similarity_score subject_category subject_label subject_match_field
    subject_preprocessing subject_source_version subject_type
    """.split()
)


@dataclass(frozen=True)
class RowPlace:
    """Where a row stands: the file, and the line from 1."""

    path: str
    line: int


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
    subject_source: str
    object_source: str
    place: RowPlace
    valid_from: str = ""
    valid_until: str = ""
    """The days (ISO 8601) between which a document must have been awarded for the row to tell
    what the level that it states is; the second is the first day on which it no longer does."""

    def holds_on(self, stated: str) -> bool:
        """Whether the row tells of a document awarded on that day (ISO 8601)."""
        return self.valid_from <= stated and (not self.valid_until or stated < self.valid_until)


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
        ends = NamedNode(mapping.subject), NamedNode(mapping.predicate), NamedNode(mapping.object)
        yield Quad(*ends)
        yield Quad(axiom, term("sssom:mapping_source"), set_node)
        yield Quad(axiom, term("rdf:type"), term("owl:Axiom"))
        for part, node in zip(("Source", "Property", "Target"), ends, strict=True):
            yield Quad(axiom, term(f"owl:annotated{part}"), node)
        for property_, value in _metadata(mapping):
            yield Quad(axiom, term(property_), value)


def _metadata(mapping: Mapping) -> Iterator[tuple[str, NamedNode | Literal]]:
    yield "sssom:confidence", Literal(str(mapping.confidence), datatype=term("xsd:double"))
    for property_, iri in (
        ("sssom:mapping_justification", mapping.justification),
        ("lo:confirmation", mapping.confirmation),
        *(("rdfs:seeAlso", address) for address in mapping.see_also),
        ("sssom:subject_source", mapping.subject_source),
        ("sssom:object_source", mapping.object_source),
    ):
        if iri:
            yield property_, NamedNode(iri)
    for property_, day in (
        ("dcterms:created", mapping.date),
        ("lo:validFrom", mapping.valid_from),
        ("lo:validUntil", mapping.valid_until),
    ):
        if day:
            yield property_, Literal(day, datatype=term("xsd:date"))
    for property_, text in (
        ("sssom:author_label", mapping.author),
        ("rdfs:comment", mapping.comment),
    ):
        if text:
            yield property_, Literal(text)


class _Table:
    """The reading of one file; keeps the prefixes and the columns while it goes."""

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
            raise DataError("data-syntax", path=self.path, detail=error.strerror) from error
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
        seen: set[str] = set()
        for number, name in enumerate(self.columns, start=1):
            known = name in _USED or name in _OTHER or name.startswith("ext_")
            if not known or name in seen:
                key = "mapping-column-twice" if name in seen else "mapping-column"
                raise self._error(key, line, number, value=name)
            seen.add(name)
        for name in _REQUIRED:
            if name not in seen and not self.defaults.get(name):
                raise self._error("mapping-column-missing", line, name=name)

    def _mapping(self, row: dict[str, str], line: int) -> Mapping | None:
        cells = {name: row.get(name) or self.defaults.get(name, "") for name in _USED}
        if cells["predicate_modifier"]:
            raise self._cell_error("mapping-negated", line, "predicate_modifier", "")
        iris = {
            name: self._iri(cells[name], line, name) if cells[name] or name in _REQUIRED else ""
            for name in _IRIS
        }
        predicate, target = iris["predicate_id"], iris["object_id"]
        if predicate not in PREDICATES:
            known = ", ".join("skos:" + p.removeprefix(SKOS) for p in PREDICATES)
            raise self._cell_error(
                "mapping-predicate", line, "predicate_id", cells["predicate_id"], known=known
            )
        if NO_TERM in (iris["subject_id"], target):
            return None  # SSSOM's way to say that there is no counterpart
        if iris["subject_id"] == target:
            raise self._cell_error("mapping-to-itself", line, "object_id", cells["object_id"])
        return Mapping(
            subject=iris["subject_id"],
            predicate=predicate,
            object=target,
            justification=iris["mapping_justification"],
            confidence=self._confidence(cells["confidence"], line),
            confirmation=iris["ext_confirmation"] or UNSTATED,
            author=cells["author_label"],
            date=self._date(cells["mapping_date"], line, "mapping_date"),
            see_also=tuple(
                self._iri(part, line, "see_also") for part in cells["see_also"].split("|") if part
            ),
            comment=cells["comment"],
            subject_source=iris["subject_source"],
            object_source=iris["object_source"],
            place=RowPlace(self.path, line),
            valid_from=self._date(cells["ext_valid_from"], line, "ext_valid_from"),
            valid_until=self._date(cells["ext_valid_until"], line, "ext_valid_until"),
        )

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

    def _date(self, text: str, line: int, name: str) -> str:
        try:
            return date.fromisoformat(text).isoformat() if text else ""
        except ValueError as error:
            raise self._cell_error("mapping-date", line, name, text) from error

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
