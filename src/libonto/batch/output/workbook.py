"""The workbook for people: sheets of verdicts, of gaps, of mistakes, and of how it was judged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib.metadata import version
from itertools import islice, zip_longest
from typing import Any, BinaryIO

from libonto.batch.judge import BatchJudge
from libonto.batch.model import Fault, Order
from libonto.locales import sentence
from libonto.profile.interchange.table_writer import write_cell
from libonto.profile.model import FlatProfile
from libonto.verdict.compiled_judge import Verdict
from libonto.verdict.model import Assessment, CategoryVerdict
from libonto.voice.words import Words

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
"""Texts, numbers, nothing (None), and pairs of a style (a status, or `day`) and its text."""


class Cells:
    """The row of each candidate, and those of its gaps, as a line of JSON, in one language."""

    def __init__(self, judge: BatchJudge, lang: str) -> None:
        self._judge = judge
        self._words = words = Words(judge.assessor.graph, lang)
        ladders = [
            [words.label(iri) for iri in dict.fromkeys(c.ladder_iri for c in rules.categories)]
            for rules in judge.rules
        ]
        self.ladders = [
            " / ".join(dict.fromkeys(filter(None, labels)))
            for labels in zip_longest(*ladders, fillvalue="")
        ]
        """The ladders' labels; several positions share the columns, by the ladders' order."""
        self.levels = {
            category.iri: words.short(category.iri)
            for rules in judge.rules
            for category in rules.categories
        }
        """The labels of the levels; those of each position have columns of their own."""

    def of(self, profile: FlatProfile, verdict: Verdict, requested: str | None) -> bytes:
        """The line of one candidate."""
        words = self._words
        assessment = self._judge.assessment(profile, verdict)
        statuses = {
            c.iri: [c.status, words.category_status(c.status)] for c in assessment.categories
        }
        target = assessment.category(assessment.target)
        by_slug = {category.slug: self.levels[category.iri] for category in assessment.categories}
        highest = [by_slug.get(slug or "", "") for slug in assessment.highest.values()]
        row = [
            profile.name,
            profile.iri,
            self.levels[requested] if requested else "",
            statuses[requested] if requested else "",
            *[*highest, *[""] * len(self.ladders)][: len(self.ladders)],
            words.span(assessment.service),
            words.short(target.iri),
            len(target.unmet),
            ["day", target.earliest_on.isoformat()] if target.earliest_on else "",
            "; ".join(words.reading(name) for name in target.depends_on_readings),
            *(statuses.get(iri, "") for iri in self.levels),
        ]
        person = [profile.name, profile.iri, words.short(target.iri)]
        gaps = [[*person, *self._gap(assessment, target, iri)] for iri in target.unmet]
        return json.dumps([row, gaps], ensure_ascii=False).encode() + b"\n"

    def _gap(self, assessment: Assessment, category: CategoryVerdict, iri: str) -> Iterator[Any]:
        """The cells of a requirement of a category that is not met."""
        words, finding = self._words, assessment.finding(iri)
        clause = finding.requirement.clause_for(category.iri)
        yield words.label(iri)
        yield [finding.status, words.status(finding.status)]
        yield words.expected(finding)
        yield words.evidence(finding, assessment.on)
        yield clause.id
        yield clause.quote


class Book:
    """The workbook of one run."""

    def __init__(self, order: Order, judge: BatchJudge) -> None:
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

        The rows are on the disk meanwhile, and not in memory.
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
        except FileCreateError as error:  # of which the cause is the system's error
            raise error.args[0] from error

    def _say(self, key: str, **params: object) -> str:
        return sentence(f"batch.{key}", self._order.lang, **params)

    def _heads(self, *keys: str) -> list[str]:
        return [self._say(f"head-{key}") for key in keys]

    def _verdicts(self, lines: Iterable[bytes]) -> None:
        """A row for each candidate."""
        cells = Cells(self._judge, self._order.lang)
        heads = [
            *self._heads("number", "name", "candidate", "asked", "verdict"),
            *(self._say("head-highest", ladder=label) for label in cells.ladders),
            *self._heads("service", "target", "missing", "earliest", "readings"),
            *cells.levels.values(),
        ]
        highest = [_LABEL] * len(cells.ladders)
        widths = [6, 28, 34, _LABEL, 14, *highest, 27, _LABEL, 12, 14, 30]
        widths += [17] * len(cells.levels)
        rows = ([number, *json.loads(line)[0]] for number, line in enumerate(lines, start=1))
        self._sheet("sheet-verdicts", heads, widths, rows, frozen="D2")

    def _gaps(self, lines: Iterable[bytes]) -> None:
        """A row for each requirement of the target that a candidate lacks."""
        keys = ("name", "candidate", "target", "requirement", "status", "expected", "found")
        heads = self._heads(*keys, "clause", "quote")
        widths = [28, 34, _LABEL, 44, 16, 50, 50, 8, 60]
        rows = (row for line in lines for row in json.loads(line)[1])
        self._sheet("sheet-gaps", heads, widths, rows, frozen="C2")

    def _faults(self, faults: Iterable[Fault]) -> None:
        heads = self._heads("file", "sheet", "row", "column", "candidate", "message")
        rows = ([f.source, f.sheet, f.row, f.column, f.candidate, f.message] for f in faults)
        self._sheet("sheet-errors", heads, [30, 16, 8, 24, 34, 90], rows, frozen="A2")

    def _about(self) -> None:
        """The editions, readings and notices; every report says that claims are taken as stated."""
        words, judge = self._words, self._judge
        rows: list[Row] = [
            *([judge.edition(rules, words), ""] for rules in judge.rules),
            [words.say("report.on"), words.day(judge.inquiry.on)],
            [words.say("report.generated", version=version("libonto")), ""],
            [words.say("report.claims"), ""],
        ]
        if self._order.mapping:
            rows.append([self._say("mapping"), self._order.mapping.name])
        for name, option in judge.choices.items():
            rows.append([words.reading(name), words.option(name, option.name)])
        for rules in judge.rules:
            others = (n for n in judge.notices(rules) if not n.about_edition)
            rows += [[words.notice(notice), ""] for notice in others]
        self._sheet("sheet-about", self._heads("about", "value"), [80, 60], rows, frozen="A2")

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
        style, text = value if isinstance(value, list) else ("", value)
        if style == "day":
            text = date.fromisoformat(text)
        elif isinstance(text, str):
            if not style and len(text) * 9 > width * 8:
                style = "wrap"
            text = _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)[:_LONGEST]
        if text not in ("", None):
            write_cell(sheet, row, column, text, self._formats.get(style), self._formats["day"])


def _height(row: Row, widths: Sequence[int]) -> int:
    """What the longest text of a row needs in its column; not every program looks itself."""
    lines = [
        -(-len(value) * 9 // (width * 8))  # some letters are wider than a digit
        for value, width in zip(row, widths, strict=True)
        if isinstance(value, str)
    ]
    return _LINE * min(max(lines, default=1) or 1, 20)
