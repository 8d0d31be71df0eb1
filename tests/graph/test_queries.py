"""Saved queries: header, parameters, values bound and not pasted, and results in every form."""

import csv
import io
import json
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Variable
from pyoxigraph import parse as parse_rdf

from libonto.errors import DataError, UsageError
from libonto.graph.answers import Result, write
from libonto.graph.catalogue import Catalogue, own_folder
from libonto.graph.queries import (
    SavedQuery,
    bind,
    check_outside,
    evaluate,
    named,
    own_query,
    parse,
    run,
    saved_queries,
    with_deep_stack,
)
from libonto.graph.questions import syntax_fault
from libonto.graph.store import Graph

ID = "https://w3id.org/libonto/id/"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph(Catalogue((own_folder(),)))


@pytest.fixture(scope="module")
def queries(graph: Graph) -> dict[str, SavedQuery]:
    return saved_queries(graph.catalogue)


def query(*params: str, body: str = "SELECT ?x { ?x ?y ?z }") -> SavedQuery:
    return parse("\n".join([*(f"#+ param: {p}" for p in params), body]), "test")


def value(graph: Graph, kind: str, text: str) -> NamedNode | Literal:
    return bind(query(f"x: {kind}"), {"x": text}, graph)[Variable("x")]


# The header


def test_a_header_is_read() -> None:
    found = parse("#+ summary@en: A b\n#+ param: level: category = a/b\nASK {}", "name")
    assert found.summary("en") == "A b"
    assert found.summary("kk") == "A b"  # the one that there is
    parameter = found.parameter("level")
    assert parameter and (parameter.type, parameter.default) == ("category", "a/b")


@pytest.mark.parametrize(
    "line",
    [
        "#+ sumary@en: x",
        "#+ summary: x",
        "#+ summary@en:",
        "#+ param: level",
        "#+ param: level: colour",
        "#+ param: 1: string",
        "#+ param: x: string\n#+ param: x: string",
        "#+ summary@en: a\n#+ summary@en: b",
    ],
)
def test_a_header_line_that_is_not_understood_is_an_error(line: str) -> None:
    with pytest.raises(DataError) as caught:
        parse(f"{line}\nASK {{}}", "name", "folder/name.rq")
    assert caught.value.key == "query-header"
    assert "folder/name.rq" in str(caught.value)


def test_every_folder_s_queries_are_found_and_a_name_only_once(tmp_path: Path) -> None:
    room = tmp_path / "queries" / "questions"
    room.mkdir(parents=True)
    (room / "mine.rq").write_text("#+ summary@en: Mine\nASK {}")
    found = saved_queries(Catalogue((own_folder(), tmp_path)))
    assert "mine" in found and "level-requirements" in found
    (room / "clauses.rq").write_text("ASK {}")
    with pytest.raises(DataError) as caught:
        saved_queries(Catalogue((own_folder(), tmp_path)))
    assert caught.value.key == "query-twice"


def test_the_nearest_name_is_suggested(queries: dict[str, SavedQuery]) -> None:
    with pytest.raises(UsageError) as caught:
        named(queries, "level-requirement")
    assert caught.value.params["nearest"] == "level-requirements"


# Parameters


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("position", "librarian", f"{ID}position/librarian"),
        ("category", "librarian/higher-first", f"{ID}category/librarian/higher-first"),
        ("category", "higher-first", f"{ID}category/librarian/higher-first"),
        ("requirement", "experience-3-years", f"{ID}requirement/librarian/experience-3-years"),
        ("act", "K950001000_", f"{ID}act/K950001000_"),
        ("act", f"{ID}act/K950001000_", f"{ID}act/K950001000_"),
        ("field", "pedagogy", f"{ID}field/pedagogy"),
        ("field", "http://data.europa.eu/snb/isced-f/0322", None),
        ("iri", "http://example.org/x", None),
        ("iri", "https://w3id.org/libonto/ns#Candidate", None),
    ],
)
def test_a_resource_is_named_by_slug_or_iri(
    graph: Graph, kind: str, text: str, expected: str | None
) -> None:
    assert value(graph, kind, text) == NamedNode(expected or text)


@pytest.mark.parametrize(
    ("kind", "text", "lexical"),
    [("date", "2024-02-29", "2024-02-29"), ("integer", "+007", "7"), ("integer", "-3", "-3")],
)
def test_a_typed_value_is_read(graph: Graph, kind: str, text: str, lexical: str) -> None:
    found = value(graph, kind, text)
    assert isinstance(found, Literal) and found.value == lexical
    assert found.datatype.value.endswith(f"#{kind}")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("position", "libraryan"),
        ("position", f"{ID}category/librarian/higher-first"),  # ours, but no position
        ("position", "http://example.org/position"),
        ("position", ""),
        ("category", "librarian"),
        ("reading", "college-service/counted"),  # an option, no reading
        ("field", f"{ID}field/nothing"),
        ("field", "no such field"),
        ("iri", "relative"),
        ("iri", "http://example.org/a b"),
        ("iri", "https://w3id.org/libonto/ns#Candidat"),
        ("lang", "de"),
        ("date", "2023-02-29"),
        ("date", "2023-2-1"),
        ("date", "2026-W47-7"),
        ("date", "2023-02-01Z"),
        ("integer", "1e3"),
        ("integer", "١"),
        ("integer", "9" * 40),
    ],
)
def test_a_wrong_value_is_an_error(graph: Graph, kind: str, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        value(graph, kind, text)
    assert caught.value.key.startswith("param-value")


def test_a_wrong_value_s_nearest_and_allowed_ones_are_named(graph: Graph) -> None:
    with pytest.raises(UsageError) as caught:
        value(graph, "category", "higer-first")
    assert caught.value.params["nearest"] == "librarian/higher-first"
    assert "librarian/middle-highest" in str(caught.value)


def test_unknown_and_missing_parameters_are_errors(graph: Graph) -> None:
    asked = query("level: category", "lang: lang = kk")
    for given, key in (
        ({"levl": "x"}, "param-unknown-nearest"),
        ({"zzz": "x"}, "param-unknown"),
        ({}, "param-missing"),
    ):
        with pytest.raises(UsageError) as caught:
            bind(asked, given, graph)
        assert caught.value.key == key
    with pytest.raises(UsageError) as caught:
        bind(query(), {"x": "1"}, graph)
    assert caught.value.key == "param-none"


def test_a_category_without_a_position_is_the_given_position_s(graph: Graph) -> None:
    asked = query("level: category", "position: position")
    with pytest.raises(UsageError):
        bind(asked, {"level": "higher-first", "position": "school-librarian"}, graph)


def test_a_value_is_bound_and_never_becomes_part_of_the_query(graph: Graph) -> None:
    asked = query("text: string", body="SELECT (STRLEN(?text) AS ?n) ?text {}")
    hostile = '" AS ?x) } SERVICE <http://x> { #'
    answer = json.loads(write(run(asked, {"text": hostile}, graph), "json"))
    assert answer["results"]["bindings"][0]["n"]["value"] == str(len(hostile))


# Results


def test_columns_that_repeat_parameters_are_left_out_in_every_form(
    graph: Graph, queries: dict[str, SavedQuery]
) -> None:
    asked = queries["level-requirements"]

    def text(form: str) -> str:
        return write(run(asked, {"lang": "en"}, graph), form)

    rows = list(csv.reader(io.StringIO(text("csv"))))
    assert "level" not in rows[0] and "lang" not in rows[0]
    document = json.loads(text("json"))
    assert document["head"]["vars"] == rows[0]
    assert len(document["results"]["bindings"]) == len(rows) - 1
    assert text("tsv").splitlines()[0] == "\t".join(f"?{name}" for name in rows[0])
    assert 'name="level"' not in text("xml") and 'name="requirement"' in text("xml")
    assert "level" not in text("table").splitlines()[0].split()


@pytest.mark.parametrize("hidden", [frozenset(), frozenset({"p"})])
def test_every_kind_of_value_survives(graph: Graph, hidden: frozenset[str]) -> None:
    body = """SELECT ?v ?p { VALUES (?v ?p) {
        ("a,\\"b\\"\\n\\tc" 1) ("x"@kk 1) (1.5 1) (true 1) (<http://x/y> 1) (UNDEF 1)
        ("1"^^<http://x/type> 1) } }"""

    def text(form: str) -> str:
        return write(Result(evaluate(graph, body), hidden), form)

    found = [row.get("v") for row in json.loads(text("json"))["results"]["bindings"]]
    assert found[0] == {"type": "literal", "value": 'a,"b"\n\tc'}
    assert found[1] == {"type": "literal", "value": "x", "xml:lang": "kk"}
    assert found[2]["value"] == "1.5" and found[2]["datatype"].endswith("decimal")
    assert found[4] == {"type": "uri", "value": "http://x/y"}
    assert found[5] is None
    assert found[6]["datatype"] == "http://x/type"
    rows = list(csv.reader(io.StringIO(text("csv"), newline="")))
    assert rows[1][0] == 'a,"b"\n\tc'
    assert text("tsv").splitlines()[1].split("\t")[0] == '"a,\\"b\\"\\n\\tc"'


def test_a_graph_is_written_as_rdf_and_not_as_bindings(
    graph: Graph, queries: dict[str, SavedQuery]
) -> None:
    asked = queries["level-graph"]
    turtle = write(run(asked, {}, graph), "turtle")
    triples = set(parse_rdf(turtle, format=RdfFormat.TURTLE))
    assert triples == set(parse_rdf(write(run(asked, {}, graph), "xml"), format=RdfFormat.RDF_XML))
    assert triples == set(parse_rdf(write(run(asked, {}, graph), "json"), format=RdfFormat.JSON_LD))
    assert turtle == write(run(asked, {}, graph), "turtle")
    with pytest.raises(UsageError) as caught:
        write(run(asked, {}, graph), "csv")
    assert caught.value.key == "query-format"


def test_a_truth_value_in_every_form(graph: Graph) -> None:
    def text(form: str) -> str:
        return write(Result(evaluate(graph, "ASK {}")), form)

    assert text("table") == "true\n"
    assert json.loads(text("json"))["boolean"] is True
    assert text("csv").strip() == "true"
    with pytest.raises(UsageError):
        text("turtle")


# Own files, and bad queries


def test_an_own_file_is_refused_what_reaches_out(tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text("SELECT * { SERVICE <http://x> { ?s ?p ?o } }")
    with pytest.raises(UsageError) as caught:
        check_outside(own_query(path).text, str(path))
    assert caught.value.key == "query-outside"


@pytest.mark.parametrize(
    ("content", "key"), [(b"\xff", "query-not-utf8"), (b" " * 70000, "query-too-large")]
)
def test_a_file_that_is_no_query_text_is_an_error(tmp_path: Path, content: bytes, key: str) -> None:
    path = tmp_path / "mine.rq"
    path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        own_query(path)
    assert caught.value.key == key


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        own_query(tmp_path / "nothing.rq")
    assert caught.value.key == "unreadable"


def test_a_syntax_error_says_where_in_one_line(graph: Graph) -> None:
    with pytest.raises(UsageError) as caught:
        evaluate(graph, "SELECT *\n{ ?s ?p }", path="mine.rq")
    assert caught.value.key == "query-syntax"
    assert caught.value.params["line"] == 2
    assert "near “}”" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * {\n  ?s a lo:Duty }", "line 2, column 8: Syntax error: the prefix “lo:”"),
        ("SELECT * { ?s a lo:Duty }", "Add PREFIX lo: <https://w3id.org/libonto/ns#>"),
        ("SELECT * { ?s ex:p 1 }", "Add PREFIX ex: <…>"),
        ("PREFIX ex: <http://ex/> SELECT * { ?s ex:p }", "near “}” something is missing"),
        ("SELECT * { ?s ?p ?o", "near “?o” something is missing"),
        ("SELEC * {}", "line 1, column 10"),
    ],
)
def test_a_syntax_error_says_what_is_wrong_in_words(text: str, expected: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        Store().query(text)
    said = syntax_fault(str(caught.value), text).message("en")
    assert expected in said
    assert "expected one of" not in said


def test_an_error_in_the_deep_stack_comes_out(graph: Graph) -> None:
    def fail() -> str:
        return write(Result(evaluate(graph, "CONSTRUCT WHERE { ?s a ?o }")), "csv")

    with pytest.raises(UsageError):
        with_deep_stack(fail)
    deep = "ASK { FILTER(" + "(" * 190 + "1" + ")" * 190 + ") }"
    assert bool(with_deep_stack(lambda: write(Result(evaluate(graph, deep)), "csv")))
