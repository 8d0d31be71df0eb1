"""JSON that is no profile at all: empty, of bad syntax, too deep, or with too much wrong in it."""

from collections.abc import Callable
from typing import Any

import pytest

from libonto.errors import LibontoError, NothingToAssess, ProfileError, SyntaxFault, TooLargeError

Refuse = Callable[..., LibontoError]


@pytest.mark.parametrize("empty", ["", " \n\t ", "\ufeff", "\ufeff\r\n"])
@pytest.mark.parametrize("format_", [None, "turtle", "json", "rdfxml", "ntriples"])
def test_an_empty_document_is_nothing_to_assess(
    empty: str, format_: str | None, refuse: Refuse
) -> None:
    error = refuse(empty, format=format_)
    assert isinstance(error, NothingToAssess)
    assert error.message("en").startswith("The input is empty")


@pytest.mark.parametrize("nobody", ["[]", "# none\n", "<urn:a> a <urn:b> .", '{"@graph": []}'])
def test_a_document_without_a_candidate_is_nothing_to_assess(nobody: str, refuse: Refuse) -> None:
    assert isinstance(refuse(nobody), NothingToAssess)
    beside = refuse({"id": "urn:x:1"}, nobody)
    assert isinstance(beside, NothingToAssess)
    assert beside.message("en").startswith("file-2: There was no candidate")


def test_what_is_wrong_goes_before_what_is_missing(refuse: Refuse) -> None:
    assert isinstance(refuse("", {"id": "relative"}), ProfileError)
    assert isinstance(refuse("", "{"), SyntaxFault)


@pytest.mark.parametrize("value", ["5", "true", "null", '"text"'])
def test_json_must_be_an_object_or_an_array(value: str, refuse: Refuse) -> None:
    error = refuse(value, format="json")
    assert isinstance(error, SyntaxFault)
    assert "must be an object" in error.message("en")


@pytest.mark.parametrize("member", [5, None, "text", [], True])
def test_each_member_of_an_array_must_be_an_object(member: Any, refuse: Refuse) -> None:
    error = refuse([{"id": "urn:x:1"}, member])
    assert isinstance(error, ProfileError)
    assert error.message("en").startswith("candidate urn:libonto:candidate:2: An object is")


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ('{"id": "urn:x:1"', "line 1, column 17: ", "Syntax error"),
        ('{"id":\n "urn:x:1",\n}', "line 3, column 1: ", "Syntax error"),
        ('{"id": "urn:x:1"} {}', "line 1, column 19: ", "Syntax error: Extra data"),
        ("{'id': 1}", "line 1, column 2: ", "Syntax error"),
        ('{"name": "a\x01b"}', "line 1, column 12: ", "Syntax error"),
        ('{"name": "\\x"}', "line 1, column 11: ", "Syntax error"),
        (
            '[{"id": "urn:x:1"},\n{"name": "A",\n "name": "A"}]',
            "line 3, column 2: ",
            "“name” stands",
        ),
        ('{"name": "A", "\\u006eame": "B"}', "line 1, column 15: ", "“name” stands twice"),
        ('{"a": {"b": 1}, "c": {"b": 1, "b": 2}}', "line 1, column 31: ", "“b” stands twice"),
        ('{"workload": NaN}', "line 1, column 14: ", "NaN is no number"),
        ('{"workload": -Infinity}', "line 1, column 14: ", "-Infinity is no number"),
        ('{"workload":\n1e400}', "line 2, column 1: ", "1e400 is no number"),
        ('{"workload": ' + "1" * 5000 + "}", "line 1, column 14: ", "111… is no number"),
        ('{"name": "\\ud800"}', "line 1, column 10: ", "half of a character"),
        ('{"\\udc00": 1}', "line 1, column 2: ", "half of a character"),
        ('{"a": "\\ud83d\\ude00",\n"b": "\\ude00\\ud83d"}', "line 2, column 6: ", "half of a"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_json_is_told_with_line_and_column(
    text: str, place: str, said: str, refuse: Refuse
) -> None:
    error = refuse(text, format="json")
    assert isinstance(error, SyntaxFault)
    assert error.message("en").startswith(place)
    assert said in error.message("en")


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"credentials":['])
@pytest.mark.parametrize("times", [201, 100_000])
def test_json_that_is_nested_too_deep(opening: str, times: int, refuse: Refuse) -> None:
    closing = {"[": "]", '{"a":': "1}", '{"credentials":[': "]}"}[opening]
    closed = opening * times + closing.replace("1", "") * times
    assert isinstance(refuse(closed.replace(":}", ":1}"), format="json"), TooLargeError)


def test_a_list_of_problems_that_nobody_would_read_is_cut_and_says_so(refuse: Refuse) -> None:
    many = [
        {"id": f"urn:x:{n}", "knowledge": [f"no-{n}-{m}" for m in range(50)]} for n in range(50)
    ]
    lines = refuse(many).message("en").split("\n")
    assert len(lines) == 101
    assert lines[-1] == "There are more problems; these are the first ones."


def test_a_long_value_is_cut_in_the_message(refuse: Refuse) -> None:
    message = refuse({"knowledge": ["x" * 1_000_000]}).message("en")
    assert "x" * 199 + "…" in message
    assert len(message) < 1000


def test_nothing_in_a_message_moves_the_cursor(refuse: Refuse) -> None:
    message = refuse({"id": "urn:\x1b[2J\n\u202e", "na\x1bme\r": 1, "knowledge": "\x9b31m"})
    for lang in ("kk", "ru", "en"):
        said = message.message(lang)
        assert not {"\x1b", "\x9b", "\r", "\u202e"} & set(said)
        assert said.count("\n") == 2
