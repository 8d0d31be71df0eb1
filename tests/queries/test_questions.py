"""Every saved query answers its question: the same rows in two SPARQL engines.

``expected/NAME.json`` holds one case or a list of cases for ``queries/questions/NAME.rq``:
``params``, ``columns``, and either all ``rows`` or, where they are many, a ``sample`` of them
with their exact ``count`` or, where the graph may still grow, ``at_least`` so many. In a row
null is an unbound value and "…" is any text (wording that only the ontology gives). The rows
were derived from the analysis of the text by hand, not from what the queries answered.

pyoxigraph binds only a variable that the outermost SELECT projects, and carries it only into
sub-selects that project it, so every parameter is projected all the way down; a column that
repeats a parameter is not part of the result. rdflib answers a grouping that has no group with
one empty row, which joins with everything; hence every ``HAVING (COUNT(*) > 0)``.
"""

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import rdflib
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryTriples,
    RdfFormat,
    Store,
    Variable,
    serialize,
)

from libonto.graph.mappings import quads, read_table

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "queries" / "questions"
EXPECTED = Path(__file__).resolve().parent / "expected"

ID = "https://w3id.org/libonto/id/"
XSD = "http://www.w3.org/2001/XMLSchema#"
LANGUAGES = ("kk", "ru", "en")
SLUGS = {
    "position", "category", "knowledge", "act", "duty", "requirement", "reading", "education",
    "field",
}  # fmt: skip
LITERALS = {"lang": "string", "string": "string", "date": "date", "integer": "integer"}
ANY = "…"

SUMMARY = re.compile(r"#\+ summary@(kk|ru|en): (\S.*)")
SUBJECT = re.compile(r"#\+ subject: [a-z]+")
PARAM = re.compile(r"#\+ param: ([a-z][a-z_]*): ([a-z]+)(?: = (\S+))?")
NAMES = sorted({file.stem for folder in (QUESTIONS, EXPECTED) for file in folder.iterdir()})

Row = list[str | None]


@dataclass(frozen=True)
class Question:
    name: str
    text: str
    summaries: dict[str, str]
    params: dict[str, tuple[str, str | None]]
    """Type and default, by name."""

    @classmethod
    def read(cls, name: str) -> "Question":
        text = (QUESTIONS / f"{name}.rq").read_text(encoding="utf-8")
        header = [line for line in text.splitlines() if line.startswith("#+")]
        summaries = dict(match.groups() for line in header if (match := SUMMARY.fullmatch(line)))
        found = [match for line in header if (match := PARAM.fullmatch(line))]
        params = {match[1]: (match[2], match[3]) for match in found}
        subjects = [line for line in header if SUBJECT.fullmatch(line)]
        assert len(subjects) == 1, f"{name}: one subject"
        assert len(header) == len(summaries) + 1 + len(params), f"{name}: a header line is not read"
        return cls(name, text, summaries, params)

    def terms(self, given: dict[str, str]) -> dict[str, NamedNode | Literal]:
        assert given.keys() <= self.params.keys()
        return {
            name: term(kind, given.get(name, default))
            for name, (kind, default) in self.params.items()
        }


@dataclass(frozen=True)
class Case:
    question: Question
    expected: dict[str, Any]

    def check(self, columns: list[str], rows: list[Row]) -> None:
        assert columns == self.expected["columns"]
        if "rows" in self.expected:
            wanted = self.expected["rows"]
            assert (
                rows
                == [filled(want, row) for want, row in zip(wanted, rows, strict=False)]
                + wanted[len(rows) :]
            )
            return
        if "count" in self.expected:
            assert len(rows) == self.expected["count"]
        else:
            assert len(rows) >= self.expected["at_least"]
        for want in self.expected["sample"]:
            assert any(row == filled(want, row) for row in rows), want


def term(kind: str, value: str | None) -> NamedNode | Literal:
    assert value is not None, "a parameter without a default has to be given"
    if kind in LITERALS:
        return Literal(value, datatype=NamedNode(XSD + LITERALS[kind]))
    if ":" in value:
        return NamedNode(value)
    assert kind in SLUGS
    return NamedNode(f"{ID}{kind}/{value}")


def filled(want: Row, row: Row) -> Row:
    """The wanted row, with any text that it leaves open taken from the row that was found."""
    if len(want) != len(row):
        return want
    return [
        found if wanted == ANY and found else wanted
        for wanted, found in zip(want, row, strict=True)
    ]


def cases() -> list[Any]:
    found = []
    for name in NAMES:
        if not ((QUESTIONS / f"{name}.rq").is_file() and (EXPECTED / f"{name}.json").is_file()):
            continue  # said by test_a_question_and_its_expected_result_come_together
        stated = json.loads((EXPECTED / f"{name}.json").read_text(encoding="utf-8"))
        question = Question.read(name)
        for expected in stated if isinstance(stated, list) else [stated]:
            given = ",".join(f"{key}={value}" for key, value in expected["params"].items())
            found.append(pytest.param(Case(question, expected), id=f"{name}({given})"))
    return found


CASES = cases()
QUESTION_NAMES = [name for name in NAMES if (QUESTIONS / f"{name}.rq").is_file()]


def turtle() -> list[Path]:
    return sorted(file for room in ("ontology", "shapes") for file in (ROOT / room).rglob("*.ttl"))


def mappings() -> list[Quad]:
    tables = sorted((ROOT / "ontology").rglob("*.sssom.tsv"))
    return [quad for path in tables for quad in quads(read_table(path))]


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    for path in turtle():
        store.bulk_load(path=str(path), format=RdfFormat.TURTLE)
    store.bulk_extend(mappings())
    return store


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in turtle():
        graph.parse(path)
    triples = [quad.triple for quad in mappings()]
    graph.parse(data=serialize(triples, format=RdfFormat.N_TRIPLES) or b"", format="nt")
    return graph


def answer(store: Store, question: Question, given: dict[str, str]) -> tuple[list[str], list[Row]]:
    """Columns and rows by pyoxigraph, the parameters bound; a graph's triples sorted."""
    bound = question.terms(given)
    result = store.query(
        question.text, substitutions={Variable(name): value for name, value in bound.items()}
    )
    if isinstance(result, QueryTriples):
        triples = {(t.subject.value, t.predicate.value, t.object.value) for t in result}
        return ["subject", "predicate", "object"], sorted(list(triple) for triple in triples)
    columns = [v.value for v in result.variables if v.value not in bound]
    return columns, [
        [None if row[column] is None else row[column].value for column in columns] for row in result
    ]


def other_answer(
    graph: rdflib.Graph, question: Question, given: dict[str, str]
) -> tuple[list[str], list[Row]]:
    """The same by rdflib's own engine."""
    bound = {
        name: rdflib.URIRef(value.value)
        if isinstance(value, NamedNode)
        else rdflib.Literal(value.value)
        if value.datatype.value == XSD + "string"
        else rdflib.Literal(value.value, datatype=rdflib.URIRef(value.datatype.value))
        for name, value in question.terms(given).items()
    }
    result = graph.query(question.text, initBindings=bound)
    if result.type == "CONSTRUCT":
        triples = {tuple(str(part) for part in triple) for triple in result.graph}
        return ["subject", "predicate", "object"], sorted(list(triple) for triple in triples)
    columns = [str(v) for v in result.vars if str(v) not in bound]
    return columns, [
        [None if row[column] is None else str(row[column]) for column in columns] for row in result
    ]


def least(question: Question) -> dict[str, str]:
    """Values for the parameters that have no default."""
    values = {"education": "higher", "date": "2026-11-23", "string": "кітапхана"}
    return {n: values[kind] for n, (kind, default) in question.params.items() if default is None}


@pytest.mark.parametrize("name", NAMES)
def test_a_question_and_its_expected_result_come_together(name: str) -> None:
    assert (QUESTIONS / f"{name}.rq").is_file()
    assert (EXPECTED / f"{name}.json").is_file()
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)


@pytest.mark.parametrize("name", QUESTION_NAMES)
def test_the_header_is_complete(name: str) -> None:
    question = Question.read(name)
    assert tuple(question.summaries) == LANGUAGES
    assert len(set(question.summaries.values())) == len(LANGUAGES)
    assert re.search("[әғқңөұүһі]", question.summaries["kk"])
    assert question.summaries["en"].isascii()
    for kind, _ in question.params.values():
        assert kind in SLUGS | LITERALS.keys() | {"iri", "level"}


@pytest.mark.parametrize("name", QUESTION_NAMES)
def test_every_parameter_is_used_and_its_default_is_defined(name: str, store: Store) -> None:
    question = Question.read(name)
    body = "\n".join(line for line in question.text.splitlines() if not line.startswith("#"))
    for param, (kind, default) in question.params.items():
        assert len(re.findall(rf"\?{param}\b", body)) > 1, f"?{param} is not used"
        if kind == "lang" and default:
            assert default in LANGUAGES
        elif default and kind not in LITERALS:
            assert any(store.quads_for_pattern(term(kind, default), None, None)), default
    assert "position" not in question.params or question.params["position"][1] == "librarian"


@pytest.mark.parametrize("name", QUESTION_NAMES)
def test_the_order_of_rows_is_stated(name: str) -> None:
    text = Question.read(name).text
    last = text.rstrip().splitlines()[-1]
    assert last.startswith("ORDER BY ") or "\nCONSTRUCT {" in text


@pytest.mark.every_case
@pytest.mark.parametrize("case", CASES)
def test_the_result_is_the_expected_one(case: Case, store: Store) -> None:
    case.check(*answer(store, case.question, case.expected["params"]))


@pytest.mark.parametrize("case", CASES)
def test_another_engine_gives_the_same_result(
    case: Case, store: Store, graph: rdflib.Graph
) -> None:
    given = case.expected["params"]
    assert other_answer(graph, case.question, given) == answer(store, case.question, given)


@pytest.mark.parametrize("name", [n for n in QUESTION_NAMES if "lang" in Question.read(n).params])
def test_every_language_is_as_complete_as_the_others(name: str, store: Store) -> None:
    question = Question.read(name)
    seen = {}
    for lang in LANGUAGES:
        columns, rows = answer(store, question, {**least(question), "lang": lang})
        assert rows
        seen[lang] = [[value is None for value in row] for row in rows]
        labels = [i for i, column in enumerate(columns) if column.endswith("_label")]
        for row in rows:
            for i in labels:
                if columns[i].removesuffix("_label") in columns:  # a thing, and its label
                    thing = row[columns.index(columns[i].removesuffix("_label"))]
                    assert (row[i] is None) == (thing is None), (columns[i], row)
    assert seen["kk"] == seen["ru"] == seen["en"]


@pytest.mark.parametrize(
    "name", [n for n in QUESTION_NAMES if "position" in Question.read(n).params]
)
def test_a_position_that_no_text_describes_has_no_rows(
    name: str, store: Store, graph: rdflib.Graph
) -> None:
    question = Question.read(name)
    given = {**least(question), "position": "public-librarian"}
    assert answer(store, question, given)[1] == []
    assert other_answer(graph, question, given)[1] == []


@pytest.mark.parametrize(
    "name",
    [n for n in QUESTION_NAMES if any(k in SLUGS for k, _ in Question.read(n).params.values())],
)
def test_a_thing_that_is_not_there_has_no_rows(
    name: str, store: Store, graph: rdflib.Graph
) -> None:
    question = Question.read(name)
    of_ours = {n for n, (kind, _) in question.params.items() if kind in SLUGS}
    given = {**least(question), **dict.fromkeys(of_ours, "no/such-thing")}
    assert answer(store, question, given)[1] == []
    assert other_answer(graph, question, given)[1] == []


@pytest.mark.parametrize("name", QUESTION_NAMES)
def test_a_grouping_without_groups_has_no_rows(name: str) -> None:
    lines = [line.strip() for line in Question.read(name).text.splitlines()]
    for line, following in pairwise(lines):
        if line.startswith("GROUP BY "):
            assert following == "HAVING (COUNT(*) > 0)"


@pytest.mark.parametrize("name", QUESTION_NAMES)
def test_it_answers_at_once(name: str, store: Store) -> None:
    question = Question.read(name)
    start = perf_counter()
    answer(store, question, least(question))
    assert perf_counter() - start < 1  # seconds; all of them take a few milliseconds


def test_a_wrong_row_would_be_seen() -> None:
    question = Question.read("experience-thresholds")
    case = Case(question, {"columns": ["a", "b"], "rows": [["1", ANY], ["2", None]]})
    case.check(["a", "b"], [["1", "x"], ["2", None]])
    for rows in (
        [["1", "x"]],
        [["1", None], ["2", None]],
        [["2", None], ["1", "x"]],
        [["1", "x"], ["2", "y"]],
        [["1", "x"], ["2", None], ["3", "z"]],
    ):
        with pytest.raises(AssertionError):
            case.check(["a", "b"], rows)
