"""A query's answer as people read it: labels for IRIs and slugs, days and numbers as written.

The pages show it, and Excel files hold it. An answer for programs is `graph.results`' affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple

from libonto.graph.description import Wording
from libonto.graph.store import Graph
from libonto.graph.terms import ID, PREFIXES, Term
from libonto.locales import LANGUAGES, decimal, long_date, sentence, sentences

_XSD = PREFIXES["xsd"]
_NUMBERS = frozenset(
    f"{_XSD}{name}" for name in ("integer", "decimal", "double", "float", "int", "long")
)
_SLUGS = {
    "ladder": "ladder",
    "inherits": "category",
    "level": "category",
    "levels": "category",
    "stated_at": "category",
    "first_level": "category",
    "education": "education",
    "education_levels": "education",
    "fields": "field",
    "kind": "requirement-kind",
    "reading": "reading",
    "readings": "reading",
    "requirements": "requirement",
    "evidence": "evidence",
}
"""Columns of saved queries that hold slugs, several with spaces between, and their kinds."""
_WORDS = {"change", "kind", "relation"}
"""Columns in which a saved query writes words of its own."""
_SAME = {"slug", "code", "sha256", "number", "version"}
"""Columns of signs that no language changes."""
_LANGUAGES = {"comment": "en", "quote": "kk", **{lang: lang for lang in LANGUAGES}}
"""The languages of columns whose texts have no tag: remarks of tables, and the law's own words."""


@dataclass(frozen=True)
class CellPart:
    """A part of a cell: its words, and what is known about them.

    `iri` is what it names; `lang` its language where that is not the reader's; `same` says that
    it is written so in every language; `number` and `day` are its value.
    """

    text: str
    iri: str = ""
    lang: str = ""
    same: bool = False
    number: float | None = None
    day: date | None = None


Cell = tuple[CellPart, ...]


@dataclass(frozen=True)
class ResultColumn:
    """A column: its variable, and what it is called in the reader's language."""

    name: str
    heading: str
    same: bool = False


@dataclass(frozen=True)
class ResultTable:
    """A table of cells, a row for each solution."""

    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    """How many rows the answer has, which can be more than stand here."""


@dataclass(frozen=True)
class Subject:
    """What a graph says about one thing: its properties, each with its values."""

    name: CellPart
    statements: tuple[tuple[CellPart, Cell], ...]


class Readable:
    """Makes answers readable in one language."""

    def __init__(self, graph: Graph, lang: str, position: str = "") -> None:
        """`position` is a slug: other positions' levels have the same ones."""
        self._wording = Wording(graph, lang)
        self._lang = lang
        self._named: dict[tuple[str, str], str] = {}
        for node, notation in graph.pairs("skos:notation"):
            if isinstance(node, NamedNode) and node.value.startswith(ID):
                kind, _, rest = node.value.removeprefix(ID).partition("/")
                key = (kind, notation.value if isinstance(notation, Literal) else "")
                if key not in self._named or rest.startswith(f"{position}/"):
                    self._named[key] = node.value
        levels = ID + f"category/{position}/"
        self._all_levels = {iri for iri in self._named.values() if iri.startswith(levels)}

    def saved(self, found: QuerySolutions, hidden: Iterable[str]) -> ResultTable:
        """The answer to a saved query, without the columns that repeat its parameters.

        What has its label in a column of its own is shown once: its cell is the label.
        """
        names = [v.value for v in found.variables if v.value not in set(hidden)]
        shown = [name for name in names if name.removesuffix("_label") not in {*names} - {name}]
        rows = []
        for row in found:
            cells = []
            for name in shown:
                value, label = row[name], f"{name}_label"
                if isinstance(value, Literal) and label in names and row[label] is not None:
                    value = row[label]
                cells.append(self._cell(name, value))
            rows.append(tuple(cells))
        return ResultTable(tuple(self._heading(name) for name in shown), tuple(rows), len(rows))

    def own(
        self, found: QuerySolutions, shown: slice = slice(None), order: Sequence[str] = ()
    ) -> ResultTable:
        """The answer to a query that was typed: every column, under its variable's name.

        The rows `shown` are made readable; the others are only counted. The columns
        stand in the `order` of names that is given, those that it lacks last: for `SELECT *`
        an engine is free to give them in any.
        """
        names = [v.value for v in found.variables]
        names.sort(key=lambda name: order.index(name) if name in order else len(order))
        before = sum(1 for _ in islice(found, shown.start or 0))
        size = None if shown.stop is None else shown.stop - before
        rows = tuple(tuple(self.value(row[name]) for name in names) for row in islice(found, size))
        columns = tuple(ResultColumn(name, name, same=True) for name in names)
        return ResultTable(columns, rows, before + len(rows) + sum(1 for _ in found))

    def truth(self, value: bool) -> ResultTable:
        """The answer to ASK."""
        words = sentence(f"pages.ask-{str(value).lower()}", self._lang)
        heading = sentence("pages.ask-answer-is", self._lang)
        return ResultTable((ResultColumn("answer", heading),), (((CellPart(words),),),), 1)

    def statements(self, triples: Iterable[Triple]) -> tuple[Subject, ...]:
        """A graph, thing by thing; a thing without a name stands where it is a value."""
        held: dict[Term, dict[str, list[Term]]] = {}
        for triple in sorted(triples, key=str):
            values = held.setdefault(triple.subject, {}).setdefault(triple.predicate.value, [])
            values.append(triple.object)
        inner = {v for said in held.values() for values in said.values() for v in values}
        return tuple(
            Subject(
                self.value(subject)[0],
                tuple(
                    (self._property(predicate), self._values(values, held))
                    for predicate, values in said.items()
                ),
            )
            for subject, said in held.items()
            if not (isinstance(subject, BlankNode) and subject in inner)
        )

    def value(self, value: Term | None) -> Cell:
        """A term's words: one part, or none where there is no value."""
        if value is None:
            return ()
        if isinstance(value, NamedNode):
            word = self._wording.word(value.value)
            return (CellPart(word, iri=value.value, same=word in value.value or ":" in word),)
        if isinstance(value, BlankNode):
            return (CellPart(sentence("pages.ask-nameless", self._lang)),)
        if isinstance(value, Triple):
            parts = (value.subject, value.predicate, value.object)
            return tuple(part for term in parts for part in self.value(term))
        return (self._literal(value),)

    def _literal(self, value: Literal) -> CellPart:
        text, lang, datatype = value.value, value.language or "", value.datatype.value
        if lang:
            return CellPart(
                text, lang=lang if lang != self._lang else "", same=lang not in LANGUAGES
            )
        try:
            if datatype == _XSD + "date":
                day = date.fromisoformat(text)
                return CellPart(long_date(day, self._lang), day=day)
            if datatype in _NUMBERS:
                return CellPart(decimal(text, self._lang), number=float(text))
        except ValueError:  # a value that is not what its datatype says
            return CellPart(text, same=True)
        if datatype == _XSD + "boolean" and text in {"true", "false"}:
            return CellPart(sentence(f"pages.ask-{text}", self._lang))
        if text.startswith(("https://", "http://")) and " " not in text:
            return CellPart(text, iri=text, same=True)
        return CellPart(text, same=datatype != _XSD + "string")

    def _cell(self, column: str, value: Term | None) -> Cell:
        """A cell of a saved query, whose columns are known."""
        if not isinstance(value, Literal):
            return self.value(value)
        text = value.value
        if value.language:
            return self.value(value)
        lang = _LANGUAGES.get(column.rpartition("_")[2])
        if lang and value.datatype.value == _XSD + "string":
            return (CellPart(text, lang=lang if lang != self._lang else ""),)
        if column in _WORDS:
            known = sentences(self._lang, "columns").get(f"value-{text.replace(' ', '-')}")
            if known:
                return (CellPart(known),)
        if column.rpartition("_")[2] in _SAME:
            return (CellPart(text, same=True),)
        return self._slugs(column, text) or self.value(value)

    def _slugs(self, column: str, text: str) -> Cell:
        """What a column of slugs names; nothing where a word of it is not known."""
        is_clause = column.endswith(("clause", "clauses"))
        kind = "clause" if is_clause else _SLUGS.get(column, "")
        words = text.split()
        iris = [self._named.get((kind, word), "") for word in words]
        if not kind or not all(iris):
            return ()
        if kind == "category" and len(iris) > 1 and set(iris) == self._all_levels:
            return (CellPart(sentence("pages.ask-all-steps", self._lang)),)
        return tuple(
            CellPart(word if is_clause else self._wording.label(iri), iri=iri, same=is_clause)
            for word, iri in zip(words, iris, strict=True)
        )

    def _heading(self, column: str) -> ResultColumn:
        """A column's name; of a query that is not ours, the variable's."""
        try:
            name = column.removesuffix("_label")
            return ResultColumn(column, sentence(f"columns.{name}", self._lang))
        except KeyError:
            return ResultColumn(column, column.replace("_", " "), same=True)

    def _foreign(self, value: Term) -> bool:
        """Whether a text is in another language than the reader's, which comes first."""
        return isinstance(value, Literal) and value.language not in (None, self._lang)

    def _property(self, iri: str) -> CellPart:
        return CellPart(self._wording.word(iri), iri=iri)

    def _values(
        self,
        values: Sequence[Term],
        held: dict[Term, dict[str, list[Term]]],
        above: frozenset[Term] = frozenset(),
    ) -> Cell:
        parts: list[CellPart] = []
        for value in sorted(values, key=self._foreign):
            if isinstance(value, BlankNode) and value in held and value not in above:
                for predicate, inner in held[value].items():
                    parts.append(self._property(predicate))
                    parts += self._values(inner, held, above | {value})
            else:
                parts += self.value(value)
        return tuple(parts)
