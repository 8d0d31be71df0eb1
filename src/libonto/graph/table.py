"""Tables of text, aligned to a width in columns of a terminal.

Nothing is cut off: a cell that is too long for its column goes on in the next line, and
where even that would leave the columns too narrow to read, each row becomes a block of
`name  value` lines.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

GAP = "  "
NARROWEST = 10
"""Columns below which a table column of longer texts is not narrowed."""

Style = Callable[[str, str], str]
"""Takes a text and one of `strong`, `faint`, …; returns it styled."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def plain(text: str, _: str) -> str:
    """The style of a place without colours."""
    return text


def display_width(text: str) -> int:
    """How many columns of a terminal a text takes: wide letters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def padded(text: str, width: int) -> str:
    """A text filled up with spaces to a width."""
    return text + " " * max(0, width - display_width(text))


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines no wider than `width`, broken at spaces where there are any."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        candidate = f"{line} {word}" if line else word
        if display_width(candidate) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, width)
        lines += full
    return [*lines, line]


def _pieces(word: str, width: int) -> list[str]:
    """A word too long for a line, after a slash or hyphen where there is one near the end."""
    pieces: list[str] = []
    while display_width(word) > width:
        end, used = 0, 0
        while end < len(word) and (end == 0 or used + _columns(word[end]) <= width):
            used += _columns(word[end])
            end += 1
        joint = max(word.rfind(mark, end // 2, end) for mark in "/-_.#,;")
        end = joint + 1 if joint > 0 else end
        pieces.append(word[:end])
        word = word[end:]
    return [*pieces, word]


def delimited(
    rows: Iterable[Iterable[object]], delimiter: str = ",", line_end: str = "\r\n"
) -> str:
    """Rows as delimited text (RFC 4180)."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return text.getvalue()


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    width: int,
    style: Style = plain,
) -> str:
    """The table as text that ends in a line end; a header, a rule, then the rows."""
    cells = [[_CONTROL.sub(" ", cell) for cell in row] for row in rows]
    natural = [
        max(display_width(text) for text in (name, *(row[n] for row in cells)))
        for n, name in enumerate(columns)
    ]
    available = width - len(GAP) * (len(columns) - 1)
    widths = _narrowed(natural, available)
    if widths is None:
        return "\n".join(_blocks(columns, cells, width, style))
    lines = list(_lines(list(columns), widths, lambda text: style(text, "strong")))
    lines.append(style(GAP.join("─" * w for w in widths), "faint"))
    for row in cells:
        lines += _lines(row, widths)
    return "\n".join(lines) + "\n"


def _narrowed(natural: Sequence[int], available: int) -> list[int] | None:
    """The widths, the widest columns narrowed until all fit; None where they cannot."""
    if sum(natural) <= available:
        return list(natural)
    if sum(min(width, NARROWEST) for width in natural) > available:
        return None
    most = max(natural)
    while sum(min(width, most) for width in natural) > available:
        most -= 1
    return [min(width, most) for width in natural]


def _lines(
    row: Sequence[str], widths: Sequence[int], style: Callable[[str], str] = str
) -> Iterator[str]:
    parts = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    for n in range(max(map(len, parts))):
        pieces = [part[n] if n < len(part) else "" for part in parts]
        line = GAP.join(padded(p, w) for p, w in zip(pieces, widths, strict=True)).rstrip()
        yield style(line)


def _blocks(
    columns: Sequence[str], rows: Sequence[Sequence[str]], width: int, style: Style
) -> Iterator[str]:
    side = min(max(map(display_width, columns)), max(width // 3, 1))
    for number, row in enumerate(rows, start=1):
        head = f"── {number} "
        yield style(head + "─" * max(0, width - len(head)), "faint")
        for name, cell in zip(columns, row, strict=True):
            names = wrapped(name, side)
            values = wrapped(cell, max(width - side - len(GAP), 1))
            for n in range(max(len(names), len(values))):
                left = padded(names[n] if n < len(names) else "", side)
                right = values[n] if n < len(values) else ""
                yield (style(left, "strong") + GAP + right).rstrip()
    yield ""
