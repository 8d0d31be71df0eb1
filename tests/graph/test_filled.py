"""A saved query with its values written in answers as it does when they are bound."""

import pytest
from pyoxigraph import QueryBoolean, QuerySolutions

from libonto.graph.catalogue import Catalogue
from libonto.graph.queries import SavedQuery, bind, evaluate, filled, parse, run, saved_queries
from libonto.graph.store import Graph

CATALOGUE = Catalogue.of(())
QUERIES = saved_queries(CATALOGUE)
EXAMPLES = {"date": "2026-11-22", "education": "higher", "string": "кітапхана"}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph(CATALOGUE)


def given(query: SavedQuery) -> dict[str, str]:
    """A value for each parameter: that of `lang` is not the default."""
    return {
        p.name: "ru" if p.type == "lang" else EXAMPLES[p.type]
        for p in query.parameters
        if p.default is None or p.type == "lang"
    }


@pytest.mark.parametrize("name", QUERIES)
def test_the_text_answers_as_the_query_does(graph: Graph, name: str) -> None:
    query = QUERIES[name]
    text = filled(query, bind(query, given(query), graph), "ru")
    found, result = evaluate(graph, text), run(query, given(query), graph)
    raw = result.raw
    assert not isinstance(raw, QueryBoolean)
    assert not isinstance(found, QueryBoolean)
    if not isinstance(raw, QuerySolutions):
        assert {str(triple) for triple in found} == {str(triple) for triple in raw}
        return
    assert isinstance(found, QuerySolutions)
    columns = [v.value for v in raw.variables if v.value not in result.hidden]
    assert [v.value for v in found.variables] == columns
    rows = [[str(row[column]) for column in columns] for row in raw]
    assert [[str(row[column]) for column in columns] for row in found] == rows
    assert rows


def test_the_text_begins_with_what_it_answers_in_the_language(graph: Graph) -> None:
    query = QUERIES["readings"]
    text = filled(query, bind(query, {}, graph), "en")
    assert text.startswith("# The readings: ")
    assert "#+" not in text
    assert "?position" not in text


def test_a_value_is_written_as_a_term_and_cannot_become_a_query(graph: Graph) -> None:
    query = parse("#+ param: text: string\nSELECT ?x ?text { BIND(?text AS ?x) }", "own")
    value = '" } # '
    text = filled(query, bind(query, {"text": value}, graph), "en")
    found = evaluate(graph, text)
    assert isinstance(found, QuerySolutions)
    assert [row["x"].value for row in found] == [value]


def test_strings_comments_and_other_variables_are_left_alone(graph: Graph) -> None:
    body = 'SELECT ?x ?text WHERE {\n\n  # ?text\n  BIND("?text" AS ?x) ?textual ?y ?z\n}'
    query = parse(f"#+ param: text: string\n{body}", "own")
    text = filled(query, bind(query, {"text": "a"}, graph), "en")
    assert (
        text == '# own\n\nSELECT ?x WHERE {\n\n  # ?text\n  BIND("?text" AS ?x) ?textual ?y ?z\n}\n'
    )
