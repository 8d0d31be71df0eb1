"""The workbook for people: sheets of verdicts, of gaps, of mistakes, and of how it was judged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib.metadata import version
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any, BinaryIO

from pyoxigraph import NamedNode

from libonto.batch.judge import BatchJudge
from libonto.batch.model import Fault, Order
from libonto.locales import sentence
from libonto.voice.words import Words

if TYPE_CHECKING:
    from xlsxwriter.format import Format

MOST_ROWS = 1_048_575
"""What a sheet of Excel holds below its headings."""
_FILLS = {"met": "#E2F0D9", "not-met": "#F8D7DA", "not-shown": "#FFF2CC"}
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST = 32_000
_LABEL = 34
"""The width of a column that holds a category's label."""
_LINE = 15
"""The height of a line of text, in points."""

Row = Sequence[Any]


class Book:
    """Writes the workbook of one run."""

    def __init__(self, order: Order, judge: BatchJudge) -> None:
        """Take what was asked, and who judged."""
        self._order = order
        self._judge = judge
        self._words = Words(judge.assessor.graph, order.lang)

    def write(
        self,
        lines: Iterable[bytes],
        again: Iterable[bytes],
        faults: Iterable[Fault],
        file: BinaryIO,
    ) -> None:
        """Fill the sheets and save; `lines` are the parts' cells, `again` the same once more.

        Rows wait on the disk, and not in memory.
        """
        from xlsxwriter import Workbook
        from xlsxwriter.exceptions import FileCreateError

        self._book = Workbook(file, {"constant_memory": True})
        plain = {"valign": "top", "text_wrap": True}
        self._formats = {
            "head": self._book.add_format({**plain, "bold": True, "bg_color": "#D9E2F3"}),
            "wrap": self._book.add_format(plain),
            "day": self._book.add_format({"num_format": "yyyy-mm-dd"}),
            **{name: self._book.add_format({"bg_color": fill}) for name, fill in _FILLS.items()},
        }
        self._verdicts(lines)
        self._gaps(again)
        self._faults(faults)
        self._about()
        try:
            self._book.close()
        except FileCreateError as error:  # the system's own error lies within
            raise error.args[0] from error

    def _say(self, key: str, **params: object) -> str:
        return sentence(f"batch.{key}", self._order.lang, **params)

    def _verdicts(self, lines: Iterable[bytes]) -> None:
        """A row for each candidate; the levels of each position stand in columns of their own."""
        columns = self._level_columns()
        ladders = self._ladders()
        heads = [
            *(self._say(f"head-{k}") for k in ("number", "name", "candidate", "asked", "verdict")),
            *(self._say("head-highest", ladder=label) for label in ladders),
            *(self._say(f"head-{k}") for k in ("service", "target", "missing", "earliest")),
            self._say("head-readings"),
            *columns.values(),
        ]
        widths = [6, 28, 34, _LABEL, 14, *[_LABEL] * len(ladders), 27, _LABEL, 12, 14, 30]
        widths += [17] * len(columns)
        rows = (
            self._verdict_row(number, json.loads(line), list(columns), len(ladders))
            for number, line in enumerate(lines, start=1)
        )
        self._sheet("sheet-verdicts", heads, widths, rows, frozen="D2")

    def _verdict_row(
        self, number: int, found: dict[str, Any], columns: list[tuple[str, int]], ladders: int
    ) -> Row:
        levels = {(found["position"], n): level for n, level in enumerate(found["levels"])}
        highest = [*found["highest"], *[""] * ladders][:ladders]
        return [
            number,
            found["name"],
            found["iri"],
            found["asked"],
            self._category_status(found["status"]),
            *highest,
            found["service"],
            found["target"],
            found["missing"],
            _day(found["earliest"]),
            "; ".join(found["readings"]),
            *(self._category_status(levels[key]) if key in levels else "" for key in columns),
        ]

    def _level_columns(self) -> dict[tuple[str, int], str]:
        return {
            (position, place): self._words.short(category.iri)
            for position in self._judge.positions
            for place, category in enumerate(self._judge.rules(position).categories)
        }

    def _ladders(self) -> list[str]:
        """The ladders' labels; several positions share the columns, by the ladders' order."""
        found: list[dict[str, None]] = []
        for position in self._judge.positions:
            ladders: dict[str, None] = {}
            for category in self._judge.rules(position).categories:
                ladder = self._judge.assessor.graph.one(NamedNode(category.iri), "lo:inLadder")
                ladders[self._words.label(str(getattr(ladder, "value", "")))] = None
            found.append(ladders)
        columns = zip_longest(*(list(ladders) for ladders in found), fillvalue="")
        return [" / ".join(dict.fromkeys(filter(None, labels))) for labels in columns]

    def _gaps(self, lines: Iterable[bytes]) -> None:
        keys = ("name", "candidate", "target", "requirement", "status", "expected", "found")
        heads = [self._say(f"head-{key}") for key in (*keys, "clause", "quote")]

        def rows() -> Iterator[Row]:
            for line in lines:
                found = json.loads(line)
                person = [found["name"], found["iri"], found["target"]]
                for label, status, expected, said, clause, quote in found["gaps"]:
                    status = self._status(status)
                    yield [*person, label, status, expected, said, clause, quote]

        widths = [28, 34, _LABEL, 44, 16, 50, 50, 8, 60]
        self._sheet("sheet-gaps", heads, widths, rows(), frozen="C2")

    def _faults(self, faults: Iterable[Fault]) -> None:
        keys = ("file", "sheet", "row", "column", "candidate", "message")
        heads = [self._say(f"head-{key}") for key in keys]
        rows = ([f.source, f.sheet, f.row, f.column, f.candidate, f.message] for f in faults)
        self._sheet("sheet-errors", heads, [30, 16, 8, 24, 34, 90], rows, frozen="A2")

    def _about(self) -> None:
        """By what it was judged; every report says that claims are taken as stated."""
        words, judge = self._words, self._judge
        rows: list[Row] = [
            *([judge.edition(position, words), ""] for position in judge.positions),
            [words.say("report.on"), words.day(judge.inquiry.on)],
            [words.say("report.generated", version=version("libonto")), ""],
            [words.say("report.claims"), ""],
        ]
        if self._order.mapping:
            rows.append([self._say("mapping"), self._order.mapping.name])
        for name, option in judge.choices.items():
            rows.append([words.reading(name), words.option(name, option.name)])
        for position in self._judge.positions:
            others = (n for n in judge.notices(position) if not n.about_edition)
            rows += [[words.notice(notice), ""] for notice in others]
        heads = [self._say("head-about"), self._say("head-value")]
        self._sheet("sheet-about", heads, [80, 60], rows, frozen="A2")

    def _category_status(self, status: str) -> Any:
        return self._status(status, kind="category-")

    def _status(self, status: str, *, kind: str = "") -> Any:
        return _Status(status, self._words.say(f"status.{kind}{status}")) if status else ""

    def _sheet(
        self,
        key: str,
        heads: Sequence[str],
        widths: Sequence[int],
        rows: Iterable[Row],
        frozen: str,
    ) -> None:
        """A sheet with filters and frozen headings; one that is full is followed by another."""
        title = self._say(key)
        rest = iter(rows)
        number = 1
        while True:
            sheet = self._book.add_worksheet(title if number == 1 else f"{title} {number}")
            sheet.freeze_panes(frozen)
            sheet.autofilter(0, 0, MOST_ROWS, len(heads) - 1)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
            sheet.set_row(0, _height(heads, widths))
            for column, head in enumerate(heads):
                sheet.write_string(0, column, head, self._formats["head"])
            count = 0
            for count, row in enumerate(islice(rest, MOST_ROWS), start=1):
                height = _height(row, widths)
                sheet.set_row(count, height if height > _LINE else None)
                for column, (value, width) in enumerate(zip(row, widths, strict=True)):
                    self._write(sheet, count, column, value, width)
            if count < MOST_ROWS:
                return
            number += 1

    def _write(self, sheet: Any, row: int, column: int, value: Any, width: int) -> None:
        """One cell; nothing that a candidate states is a formula."""
        form: Format | None = None
        if isinstance(value, _Status):
            form, value = self._formats[value.status], value.said
        if isinstance(value, str):
            if form is None and len(value) * 9 > width * 8:
                form = self._formats["wrap"]
            text = _UNFIT.sub("\N{REPLACEMENT CHARACTER}", value)[:_LONGEST]
            if text:
                sheet.write_string(row, column, text, form)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._formats["day"])
        elif value is not None:
            sheet.write_number(row, column, value)


class _Status:
    """A status in words, coloured by what it is."""

    def __init__(self, status: str, said: str) -> None:
        self.status = status
        self.said = said


def _height(row: Row, widths: Sequence[int]) -> int:
    """What the longest text of a row needs in its column; not every program looks itself."""
    lines = [
        -(-len(value) * 9 // (width * 8))  # some letters are wider than a digit
        for value, width in zip(row, widths, strict=True)
        if isinstance(value, str)
    ]
    return _LINE * min(max(lines, default=1) or 1, 20)


def _day(text: str) -> date | str:
    return date.fromisoformat(text) if text else ""
