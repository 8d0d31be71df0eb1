"""Tables keep to their width, in columns of a terminal, and lose nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libonto.graph.table import display_width, table, wrapped

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]) | st.just(" "),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("кітап", 5), ("漢字", 4), ("e\u0301", 1), ("Ә", 1), ("й", 1), ("", 0)],
)
def test_width_is_counted_in_columns(text: str, width: int) -> None:
    assert display_width(text) == width


def test_columns_are_aligned() -> None:
    found = table(["a", "b"], [["кітап", "1"], ["漢字", "2"]], width=40)
    assert found == "a      b\n─────  ─\nкітап  1\n漢字   2\n"


def test_a_cell_that_is_too_long_goes_on_in_the_next_line() -> None:
    found = table(["name", "text"], [["1", "one two three four five six seven"]], width=24)
    assert max(map(display_width, found.splitlines())) <= 24
    assert " ".join(found.split("\n")[2:]).replace("1", " ").split() == (
        ["one", "two", "three", "four", "five", "six", "seven"]
    )


def test_where_columns_would_be_too_narrow_each_row_is_a_block() -> None:
    columns = [f"column{n}" for n in range(9)]
    found = table(columns, [["a long enough text"] * 9] * 2, width=40)
    assert found.count("column8") == 2
    assert max(map(display_width, found.splitlines())) <= 40


def test_control_characters_do_not_reach_the_terminal() -> None:
    found = table(["a"], [["x\x1b[31m\ny\r\x07\x9b"]], width=40)
    assert not any((ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 for c in found)
    assert len(found.splitlines()) == 3


@given(TEXT, st.integers(2, 30))
def test_wrapping_keeps_every_character_and_the_width(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(display_width(line) <= width for line in lines)


@given(st.lists(st.lists(TEXT, min_size=3, max_size=3), max_size=4), st.integers(20, 120))
def test_no_line_is_wider_than_the_table(rows: list[list[str]], width: int) -> None:
    found = table(["one", "two", "three"], rows, width=width)
    assert all(display_width(line) <= width for line in found.splitlines())


def test_a_table_without_rows_has_its_head() -> None:
    assert table(["one"], [], width=20) == "one\n───\n"
