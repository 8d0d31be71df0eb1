"""Two versions are compared by what they say, not by how they are written."""

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from libonto.errors import UsageError
from libonto.graph.catalogue import own_folder
from libonto.ontology.difference import difference, read_version

HEAD = "@prefix : <http://x/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"


def triples(turtle: str) -> list[Triple]:
    return [q.triple for q in parse(HEAD + turtle, format=RdfFormat.TURTLE)]


def changes(old: str, new: str) -> list[tuple[str, str, list[tuple[str, str, str, str]]]]:
    return [
        (c.iri, c.status, [(s.property, s.old, s.new, s.language) for s in c.changes])
        for c in difference(triples(old), triples(new))
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (":a :p 1 ; :q 2 .", ":a :q 2 . :a :p 1 ."),
        (":a :p [ :q 1 ; :r 2 ] .", "_:x :r 2 . _:x :q 1 . :a :p _:x ."),
        (":a :p ( 1 [ :q :b ] ) .", ":a :p ( 1 [ :q :b ] ) ."),
        ("[] a owl:Axiom ; owl:annotatedSource :a .", "[ owl:annotatedSource :a ] a owl:Axiom ."),
        ("_:a :p _:b . _:b :p _:a .", "_:x :p _:y . _:y :p _:x ."),
    ],
)
def test_the_same_said_otherwise_is_no_difference(old: str, new: str) -> None:
    assert changes(old, new) == []


def test_a_value_that_changed_is_one_change() -> None:
    assert changes(":a :p 3 .", ":a :p 4 .") == [
        ("http://x/a", "changed", [("http://x/p", "3", "4", "")])
    ]


def test_languages_are_compared_each_by_itself() -> None:
    found = changes(':a :p "x"@kk, "y"@ru .', ':a :p "x"@kk, "z"@ru .')
    assert found == [("http://x/a", "changed", [("http://x/p", "y", "z", "ru")])]


def test_what_was_added_and_removed() -> None:
    found = changes(":a :p 1 . :b :p 1 .", ":a :p 1, 2, 3 . :c :p 1 .")
    assert [(iri, status) for iri, status, _ in found] == [
        ("http://x/a", "changed"),
        ("http://x/b", "removed"),
        ("http://x/c", "added"),
    ]
    assert found[0][2] == [("http://x/p", "", "2", ""), ("http://x/p", "", "3", "")]


def test_a_change_deep_in_a_blank_node_is_the_named_term_s() -> None:
    (found,) = changes(":a :p [ :q ( 1 [ :r 3 ] ) ] .", ":a :p [ :q ( 1 [ :r 4 ] ) ] .")
    assert found[0] == "http://x/a"
    assert found[2] == [
        (
            "http://x/p",
            "[ http://x/q ( 1 [ http://x/r 3 ] ) ]",
            "[ http://x/q ( 1 [ http://x/r 4 ] ) ]",
            "",
        )
    ]


def test_an_axiom_of_its_own_belongs_to_what_it_is_about() -> None:
    (found,) = changes("", "[] a owl:AllDisjointClasses ; owl:members ( :b :a ) .")
    assert found[0] == "http://x/b"


def test_a_version_is_a_folder_or_a_file(tmp_path: Path) -> None:
    assert len(read_version(str(own_folder()))) > 5000
    file = tmp_path / "one.ttl"
    file.write_text(HEAD + ":a :p 1 .")
    assert len(read_version(str(file))) == 1


@pytest.mark.parametrize("name", ["nothing", "empty", "bad.ttl"])
def test_what_is_no_version_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.ttl").write_text("a b")
    with pytest.raises(UsageError):
        read_version(str(tmp_path / name))
