"""A query's answer as people read it: labels for IRIs and slugs, days and numbers as written.

For the pages and Excel files. `graph.answers` writes the answers for programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, QuerySolutions, Triple

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
    """A part of a cell: its words, and what they stand for.

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
MOST_NESTED = 50
"""How deep things without a name are shown in one another."""
Properties = dict[Term, dict[str, list[Term]]]
"""The values of a graph's subjects by property."""


@dataclass(frozen=True)
class ResultColumn:
    """A column: its variable, and its heading in the reader's language."""

    name: str
    heading: str
    same: bool = False


@dataclass(frozen=True)
class ResultTable:
    """A table of cells, a row for each solution."""

    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    """How many rows the answer has, which can be more than are here."""


@dataclass(frozen=True)
class Subject:
    """One thing of a graph: its properties, each with its values."""

    name: CellPart
    statements: tuple[tuple[CellPart, Cell], ...]


class Readable:
    """Makes answers readable in one language."""

    def __init__(self, graph: Graph, lang: str, position: str = "") -> None:
        """`position` is a slug: other positions' levels have the same ones."""
        self._wording = Wording(graph, lang)
        self._lang = lang
        self._iris: dict[tuple[str, str], str] = {}
        for node, notation in graph.pairs("skos:notation"):
            if isinstance(node, NamedNode) and node.value.startswith(ID):
                kind, _, rest = node.value.removeprefix(ID).partition("/")
                key = (kind, notation.value if isinstance(notation, Literal) else "")
                if key not in self._iris or rest.startswith(f"{position}/"):
                    self._iris[key] = node.value
        levels = ID + f"category/{position}/"
        self._all_levels = {iri for iri in self._iris.values() if iri.startswith(levels)}

    def saved(self, solutions: QuerySolutions, hidden: Iterable[str]) -> ResultTable:
        """The answer to a saved query, without the columns that repeat its parameters.

        What has its label in a column of its own is shown once: its cell is the label.
        """
        names = [v.value for v in solutions.variables if v.value not in set(hidden)]
        labels = {name: f"{name}_label" for name in names if f"{name}_label" in names}
        columns = [name for name in names if name not in labels.values()]

        def cell(row: QuerySolution, name: str) -> Cell:
            label = row[labels[name]] if name in labels else None
            is_labelled = label is not None and isinstance(row[name], Literal)
            return self._cell(name, label if is_labelled else row[name])

        rows = tuple(tuple(cell(row, name) for name in columns) for row in solutions)
        return ResultTable(tuple(map(self._heading, columns)), rows, len(rows))

    def own(
        self, solutions: QuerySolutions, window: slice = slice(None), order: Sequence[str] = ()
    ) -> ResultTable:
        """The answer to a query that was typed: every column, under its variable's name.

        The rows of the `window` are made readable; the others are only counted. The columns
        stand in the `order` of names, those that it lacks last: for `SELECT *` an engine is
        free to give them in any.
        """
        names = [v.value for v in solutions.variables]
        names.sort(key=lambda name: order.index(name) if name in order else len(order))
        before = sum(1 for _ in islice(solutions, window.start or 0))
        size = None if window.stop is None else window.stop - before
        page = islice(solutions, size)
        rows = tuple(tuple(self.value(row[name]) for name in names) for row in page)
        columns = tuple(ResultColumn(name, name, same=True) for name in names)
        return ResultTable(columns, rows, before + len(rows) + sum(1 for _ in solutions))

    def truth(self, value: bool) -> ResultTable:
        """The answer to ASK."""
        words = sentence(f"pages.ask-{str(value).lower()}", self._lang)
        heading = sentence("pages.ask-answer-is", self._lang)
        return ResultTable((ResultColumn("answer", heading),), (((CellPart(words),),),), 1)

    def statements(self, triples: Iterable[Triple], most: int) -> tuple[tuple[Subject, ...], int]:
        """The first things of a graph, and how many there are more.

        A thing without a name stands where it is a value: once in each thing, and no deeper than
        MOST_NESTED, since such things may refer to each other in any number of ways.
        """
        graph: Properties = {}
        for triple in sorted(triples, key=str):
            values = graph.setdefault(triple.subject, {}).setdefault(triple.predicate.value, [])
            values.append(triple.object)
        objects = {o for properties in graph.values() for v in properties.values() for o in v}
        named = [s for s in graph if not isinstance(s, BlankNode) or s not in objects]
        subjects = tuple(self._subject(subject, graph) for subject in named[:most])
        return subjects, len(named) - len(subjects)

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
        if not isinstance(value, Literal) or value.language:
            return self.value(value)
        text = value.value
        lang = _LANGUAGES.get(column.rpartition("_")[2])
        if lang and value.datatype.value == _XSD + "string":
            return (CellPart(text, lang=lang if lang != self._lang else ""),)
        if column in _WORDS:
            word = sentences(self._lang, "columns").get(f"value-{text.replace(' ', '-')}")
            if word:
                return (CellPart(word),)
        if column.rpartition("_")[2] in _SAME:
            return (CellPart(text, same=True),)
        return self._slugs(column, text) or self.value(value)

    def _slugs(self, column: str, text: str) -> Cell:
        """The things that a column of slugs names; none where a word of it is not known."""
        is_clause = column.endswith(("clause", "clauses"))
        kind = "clause" if is_clause else _SLUGS.get(column, "")
        words = text.split()
        iris = [self._iris.get((kind, word), "") for word in words]
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

    def _subject(self, subject: Term, graph: Properties) -> Subject:
        placed: set[Term] = {subject}
        return Subject(
            self.value(subject)[0],
            tuple(
                (self._property(predicate), self._values(values, graph, placed))
                for predicate, values in graph[subject].items()
            ),
        )

    def _values(
        self, values: Sequence[Term], graph: Properties, placed: set[Term], depth: int = 0
    ) -> Cell:
        """The values' words; `placed` are the things whose statements stand somewhere already."""
        parts: list[CellPart] = []
        for value in sorted(values, key=self._foreign):
            is_open = isinstance(value, BlankNode) and value in graph and depth < MOST_NESTED
            if is_open and value not in placed:
                placed.add(value)
                for predicate, inner in graph[value].items():
                    parts.append(self._property(predicate))
                    parts += self._values(inner, graph, placed, depth + 1)
            else:
                parts += self.value(value)
        return tuple(parts)
