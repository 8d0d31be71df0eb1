"""What a query from outside may not do is seen on its tokens, however it is written."""

import random
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

from libonto.graph.questions import MAX_DEPTH, form, refusal, tokens

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "PREFIX ex: <http://127.0.0.1:1/> PREFIX : <urn:x:> "
PATTERN = "{ ?s ?p ?o }"

HARMLESS = {
    "a word in a string": 'SELECT * { ?s ?p "SERVICE FROM LOAD" }',
    "a word in a long string": 'SELECT * { ?s ?p """a "b" \\" SERVICE <http://x>""" }',
    "a word in a comment": "SELECT * { # SERVICE <http://x>\n ?s ?p ?o }",
    "a word in an IRI": "SELECT * { ?s <http://x/SERVICE#FROM> ?o }",
    "variables": "SELECT ?service ?from { ?service ?from ?load }",
    "local names": "PREFIX ex: <urn:x:> SELECT * { ?s ex:service ex:from.x }",
    "a language": 'SELECT * { ?s ?p "x"@from }',
    "IRIs with a fragment beside each other": (
        "SELECT * { VALUES (?a ?b) { (<http://a#b> <http://c#d>) } }"
    ),
    "comparisons": "SELECT * { ?s ?p ?a, ?b FILTER(?a<?b && ?b>?a) }",
}

REACHING_OUT = {
    "plain": f"SELECT * {{ SERVICE <http://x> {PATTERN} }}",
    "small letters": f"SELECT * {{ service <http://x> {PATTERN} }}",
    "silent, without spaces": f"SELECT * {{ SERVICESILENT<http://x> {PATTERN} }}",
    "a variable without a space": f"SELECT * {{ SERVICE?v {PATTERN} }}",
    "a prefixed name without a space": f"{PREFIX}SELECT * {{ SERVICEex:a {PATTERN} }}",
    "after a number without a space": f"SELECT * {{ ?a ?b 1SERVICE <http://x> {PATTERN} }}",
    "after a truth value": f"SELECT * {{ ?a ?b trueSERVICE <http://x> {PATTERN} }}",
    "after a language": f'SELECT * {{ ?a ?b "x"@en.SERVICE <http://x> {PATTERN} }}',
    "after the second dot of a name": (
        f"{PREFIX}SELECT * {{ ?s ?p ex:a.b.SERVICE <http://x> {PATTERN} }}"
    ),
    "after a comment that ends in a carriage return": (
        f"SELECT * {{ #x\rSERVICE <http://x> {PATTERN} }}"
    ),
    "after strings that look like one long string": (
        f'SELECT * {{ VALUES ?v {{"""a"}} SERVICE <http://x> {PATTERN} #\\x"""}}\n}}'
    ),
    "written with escapes": f"SELECT * {{ \\u0053ERVICE <http://x> {PATTERN} }}",
    "FROM": f"SELECT * FROM <http://x> {PATTERN}",
    "FROM NAMED": f"SELECT * FROM NAMED <http://x> {PATTERN}",
    "FROM after ASK": f"{PREFIX}ASKFROM<http://x> {PATTERN}",
}

TWO_READINGS = {
    "a comment that hides a service": (
        f"SELECT * {{ FILTER(1<2)SERVICE#>\n<http://x> {PATTERN} }}"
    ),
    "a comment that hides the start of a string": (
        f'{PREFIX}SELECT * {{ FILTER(?a<?b#>"""\n) SERVICE <http://x> {PATTERN} #"""\n}}'
    ),
}


@pytest.mark.parametrize("query", HARMLESS.values(), ids=HARMLESS)
def test_a_word_that_is_no_keyword_is_let_through(query: str) -> None:
    assert refusal(query) is None
    Store().query(query)  # it is a query


@pytest.mark.parametrize("query", REACHING_OUT.values(), ids=REACHING_OUT)
def test_what_reaches_out_is_refused(query: str) -> None:
    found = refusal(query)
    assert found and found.reason == "outside"
    assert found.word in {"SERVICE", "FROM"}


@pytest.mark.parametrize("query", TWO_READINGS.values(), ids=TWO_READINGS)
def test_what_can_be_read_in_two_ways_is_refused(query: str) -> None:
    found = refusal(query)
    assert found and found.reason == "ambiguous"


@pytest.mark.parametrize(
    "query",
    [
        q
        for q in (*REACHING_OUT.values(), *TWO_READINGS.values())
        if "SERVICE" in q and "\\" not in q
    ],
)
def test_the_engine_would_have_run_it(query: str) -> None:
    """Each of these is a query to the engine: refusing it is no pedantry."""
    Store().query(query)


FRAGMENTS = [
    *"{}()<>.;,=/|#\n\r\"'",
    *("<?b", "#>", '"""', "'''", "\\x", '\\"', "?a", "$b", "1", "1e5", "true", "a:b", "a:b.c."),
    *("_:x.", "@en", "@en-", "^^", "&&", "FILTER(", "VALUES ?v {", "UNDEF", "?s ?p ?o", "OPTIONAL"),
    *("UNION", "GRAPH ?g", "AS", "<urn:x", "<a#", "<<", "SERVICE", "SILENT", " ", "a:\\,", "<="),
]
PLACES = [
    "?s ?p ?o . FILTER(1<2)%s",
    "?s ?p ?o %s",
    "VALUES ?v {%s} ?s ?p ?o",
    "FILTER(?a<%s) ?s ?p ?o",
    "BIND(1<%s AS ?z)",
]


def test_whatever_the_engine_would_send_out_is_refused() -> None:
    """Random texts around a SERVICE; the engine itself says which of them reach out."""
    random_ = random.Random(338)
    store = Store()
    store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:o")))
    sent = 0
    for _ in range(20_000):
        before = "".join(random_.choices(FRAGMENTS, k=random_.randrange(4)))
        after = "".join(random_.choices(FRAGMENTS, k=random_.randrange(3)))
        word = random_.choice(["SERVICE", "service", "SERVICE#>\n"])
        target = random_.choice(["<http://127.0.0.1:9/>", " a:b"])
        inside = random_.choice(PLACES) % f"{before}{word}{target}{PATTERN}{after}"
        query = f"PREFIX a: <http://127.0.0.1:9/> SELECT * {{{inside}}}"
        try:
            list(store.query(query))
        except OSError:  # the engine refuses port 9, and says so without a network
            sent += 1
            assert refusal(query), query
        except SyntaxError:
            pass
    assert sent > 100


def test_a_refusal_says_where() -> None:
    found = refusal("SELECT *\n{\n  ?s ?p ?o .\n  SERVICE <http://x> {}\n}")
    assert found and (found.word, found.line, found.column) == ("SERVICE", 4, 3)


@pytest.mark.parametrize(
    "query", ["INSERT DATA {}", "PREFIX a: <b:> delete where {}", "LOAD <a:b>"]
)
def test_updates_are_refused(query: str) -> None:
    found = refusal(query)
    assert found and found.reason in {"update", "outside"}


def test_brackets_may_be_nested_only_so_deep() -> None:
    deep = "ASK {" + "{" * (MAX_DEPTH - 1) + "}" * (MAX_DEPTH - 1) + "}"
    assert refusal(deep) is None
    found = refusal("ASK {" + deep + "}")
    assert found and found.reason == "too-deep"


def test_a_long_query_is_refused() -> None:
    found = refusal("ASK {}" + " " * 64 * 1024)
    assert found and found.reason == "too-large"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("BASE <a:> PREFIX b: <c:> construct where {}", "CONSTRUCT"),
        ("ASK{}", "ASK"),
        ("# SELECT\nDESCRIBE <a:b>", "DESCRIBE"),
        ("SELECT(1 AS ?x) {}", "SELECT"),
        ("with <a:b> delete {} where {}", "WITH"),
        ("", ""),
    ],
)
def test_the_form_is_the_first_keyword(query: str, expected: str) -> None:
    assert form(list(tokens(query))) == expected


@pytest.mark.parametrize("path", sorted(ROOT.glob("queries/*/*.rq")), ids=lambda path: path.stem)
def test_our_own_queries_are_let_through_and_each_token_stands_where_it_says(path: Path) -> None:
    text = path.read_text("utf-8")
    assert refusal(text) is None
    lines = text.split("\n")
    found = list(tokens(text))
    assert found
    for token in found:
        first = token.text.split("\n")[0]
        assert lines[token.line - 1][token.column - 1 :].startswith(first)
