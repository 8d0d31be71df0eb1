"""RDF that is written depends on nothing but the triples, and reads back as the same graph."""

import random

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from libonto.graph.catalogue import Catalogue, own_folder
from libonto.graph.formats import RDF_SYNTAXES
from libonto.graph.turtle import canonical, to_text
from libonto.ontology.release import parsed_folder


def triples(turtle: str) -> list[Triple]:
    prefixes = "@prefix : <http://x/> . @prefix lo: <https://w3id.org/libonto/ns#> .\n"
    return [q.triple for q in parse(prefixes + turtle, format=RdfFormat.TURTLE)]


def renamed(given: list[Triple], seed: int) -> list[Triple]:
    """The same graph, its triples shuffled and its blank nodes called otherwise."""
    names: dict[BlankNode, BlankNode] = {}

    def other(part: object) -> object:
        return names.setdefault(part, BlankNode()) if isinstance(part, BlankNode) else part

    found = [Triple(other(t.subject), t.predicate, other(t.object)) for t in given]
    random.Random(seed).shuffle(found)
    return found


@pytest.fixture(scope="module")
def ontology() -> tuple[list[Triple], list[str]]:
    return parsed_folder(Catalogue((own_folder(),)), "ontology")


@pytest.mark.parametrize("form", RDF_SYNTAXES)
def test_the_ontology_reads_back_as_the_same_graph(
    ontology: tuple[list[Triple], list[str]], form: str
) -> None:
    text = to_text(ontology[0], form, first=ontology[1])
    back = [q.triple for q in parse(text, format=RDF_SYNTAXES[form])]
    assert canonical(back) == canonical(ontology[0])


@pytest.mark.parametrize("form", RDF_SYNTAXES)
def test_the_same_graph_gives_the_same_bytes(
    ontology: tuple[list[Triple], list[str]], form: str
) -> None:
    given, first = ontology
    assert to_text(renamed(given, 1), form, first=first) == to_text(given, form, first=first)


HARD = {
    "a shared blank node": "_:a :p :b . :x :q _:a . :y :q _:a .",
    "a ring of blank nodes": "_:a :p _:b . _:b :p _:a .",
    "a blank node that is its own value": "_:a :p _:a .",
    "nested lists": ":x :p ( ( 1 2 ) () [ :q ( :a ) ] ) .",
    "a list that is shared": ":x :p _:l . :y :p _:l . _:l <http://www.w3.org/1999/02/22-rdf-"
    "syntax-ns#first> 1 ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> () .",
    "a list without an end": ":x :p [ <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> 1 ] .",
    "literals": ''':x :p "a\\"b\\n\\t\\\\", """long "text" """, "x"@kk, "x"@ru, 01, true, "TRUE"^^
        <http://www.w3.org/2001/XMLSchema#boolean>, 1.0, 1e0, "x"^^:type, "" .''',
    "hard names": "<http://x/a%20b> :p <http://x/a(b)>, <http://x/>, <http://y/z.>, lo:x\\/y .",
    "free blank nodes": "[] :p 1 . [] :p 1 . [ :q [ :r [] ] ] :p 2 .",
}


@pytest.mark.parametrize("turtle", HARD.values(), ids=HARD)
@pytest.mark.parametrize("form", ["turtle", "rdfxml", "jsonld"])
def test_hard_cases_read_back(turtle: str, form: str) -> None:
    given = triples(turtle)
    back = [q.triple for q in parse(to_text(given, form), format=RDF_SYNTAXES[form])]
    assert canonical(back) == canonical(given)


def test_what_goes_first_goes_first() -> None:
    given = [Triple(NamedNode(f"http://x/{c}"), NamedNode("http://x/p"), Literal(c)) for c in "abc"]
    text = to_text(given, first=["http://x/c", "http://x/a"])
    assert text.index('"c"') < text.index('"a"') < text.index('"b"')
