"""The progress of a run, and its summary, in words.

The progress is a bar on a terminal, plain lines elsewhere, on standard error; the summary counts
by level and by gap, and names those who qualify soon.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from libonto.batch.judge import BatchJudge
from libonto.batch.model import RunResult
from libonto.errors import on_one_line
from libonto.locales import sentence
from libonto.verdict.model import Status
from libonto.voice.words import Words

_PAUSE = 10.0
"""Seconds between two plain lines."""
_FRAME = 0.1
_WIDTH = 30


class Progress:
    """The progress of a run, written to `out`; a `bar` is one line that is written over."""

    def __init__(self, lang: str, out: TextIO | None, *, bar: bool) -> None:
        self._lang = lang
        self._out = out
        self._bar = bar
        self._stage = ""
        self._total = self._done = self._before = self._people = 0
        self._began = self._last = 0.0

    def stage(self, name: str, total: int, done: int = 0, *, resumed: bool = False) -> None:
        """A stage begins: `total` bytes, `done` of them already; `resumed`: by an earlier run."""
        self._stage, self._total, self._done, self._before = name, total, done, done
        self._people = 0
        self._began = time.monotonic()
        self._last = 0.0
        if done and resumed:
            self.end()
            percent = _percent(done, total)
            self._write(sentence("batch.resumed", self._lang, percent=percent) + "\n")
        self._show()

    def advance(self, size: int, people: int) -> None:
        """So many bytes more, and so many persons."""
        self._done += size
        self._people += people
        if time.monotonic() - self._last >= (_FRAME if self._bar else _PAUSE):
            self._show()

    def end(self) -> None:
        """Delete the bar."""
        if self._bar:
            self._write("\r\x1b[2K")

    def _show(self) -> None:
        self._last = time.monotonic()
        text = sentence(f"batch.stage-{self._stage}", self._lang)
        if self._total:
            text = self._measured(text)
        if self._bar:
            self._write(f"\r\x1b[2K{text}")
        elif self._total and self._people:
            self._write(text + "\n")

    def _measured(self, text: str) -> str:
        share = self._done / self._total
        seconds = max(time.monotonic() - self._began, 1e-6)
        new = self._done - self._before
        parts = [text]
        if self._bar:
            filled = int(share * _WIDTH)
            parts.append("█" * filled + "░" * (_WIDTH - filled))
        parts.append(_percent(self._done, self._total))
        if self._people:
            rate = round(self._people / seconds)
            parts.append(sentence("batch.rate", self._lang, rate=_grouped(rate)))
            left = (self._total - self._done) * seconds / max(new, 1)
            parts.append(sentence("batch.left", self._lang, left=_clock(left)))
        return "  ".join(parts)

    def _write(self, text: str) -> None:
        if self._out is not None:
            self._out.write(text)
            self._out.flush()


@contextmanager
def progress(lang: str) -> Iterator[Progress]:
    """The progress on standard error while a run goes on."""
    out = sys.stderr
    display = Progress(lang, out, bar=out is not None and out.isatty())
    try:
        yield display
    finally:
        display.end()


def _percent(done: int, total: int) -> str:
    return f"{done * 100 // max(total, 1)} %"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


_MOST_LISTED = 8
"""How many gaps, and how many months, are listed."""


@dataclass(frozen=True)
class Summary:
    """A run's result in one language; `str()` gives the text."""

    result: RunResult
    judge: BatchJudge
    lang: str

    def __str__(self) -> str:
        """The whole summary."""
        tally = self.result.tally
        words = Words(self.judge.assessor.graph, self.lang)
        lines = [
            self.judge.edition(rules, words)
            for rules in self.judge.rules
            if any(key.startswith(f"{rules.slug}/") for key in tally.levels)
        ]
        lines.append(self._say("judged", people=tally.people, passed=tally.passed))
        if tally.audited:
            lines.append(self._say("audited", count=tally.audited))
        if self.result.faults:
            lines.append(self._say("wrong", count=tally.wrong, faults=self.result.faults))
            lines.append(self._say("listed", path=self.result.listed or "-"))
        for key, counts in (("passed-over", tally.passed_over), ("beware", tally.caveats)):
            for reason, count in sorted(counts.items()):
                lines.append(self._say(key, count=count, reason=reason))
        if self.result.passed_over:
            lines.append(self._say("listed-over", path=self.result.passed_over))
        lines += [self._say("empty", name=name or "-") for name in self.result.empty]
        if tally.people:
            lines += ["", *self._levels()]
        if tally.gaps:
            lines += ["", self._say("gaps"), *_table(self._gaps())]
        if tally.soon:
            lines += ["", *self._soon()]
        return "\n".join(lines)

    def _say(self, key: str, **params: object) -> str:
        texts = {k: _grouped(v) if isinstance(v, int) else v for k, v in params.items()}
        return sentence(f"batch.{key}", self.lang, **texts)

    def _levels(self) -> list[str]:
        """A line for each level: how many meet it, do not, have not shown it."""
        statuses = list(Status)
        rows = [["", *(sentence(f"status.category-{status}", self.lang) for status in statuses)]]
        levels = self.result.tally.levels
        for name, label in self._categories().items():
            counts = [levels.get(f"{name} {status}", 0) for status in statuses]
            if any(counts):
                rows.append([label, *map(_grouped, counts)])
        return _table(rows)

    def _categories(self) -> dict[str, str]:
        """Every level's label, by its name in the tally."""
        graph = self.judge.assessor.graph
        return {
            f"{rules.slug}/{category.slug}": graph.short_label(category.iri, self.lang)
            for rules in self.judge.rules
            for category in rules.categories
        }

    def _gaps(self) -> list[list[str]]:
        graph = self.judge.assessor.graph
        labels = {
            f"{rules.slug}/{requirement.slug}": graph.label(requirement.iri, self.lang)
            for rules in self.judge.rules
            for requirement in rules.requirements
        }
        counts = self.result.tally.gaps.most_common(_MOST_LISTED)
        return [[labels.get(name, name), _grouped(count)] for name, count in counts]

    def _soon(self) -> list[str]:
        """By level how many qualify within a year, and by month."""
        months: Counter[str] = Counter()
        by_level: Counter[str] = Counter()
        for key, count in self.result.tally.soon.items():
            month, _, level = key.partition(" ")
            months[month] += count
            by_level[level] += count
        labels = self._categories()
        rows = [[labels[name], _grouped(by_level[name])] for name in labels if name in by_level]
        when = ", ".join(f"{month}: {_grouped(months[month])}" for month in sorted(months))
        first = [
            [f"{day}  {labels.get(level, level)}", on_one_line(who)]
            for day, level, who in self.result.tally.next_ones[:_MOST_LISTED]
        ]
        soon = [self._say("soon"), *_table(rows), self._say("months", months=when)]
        return [*soon, self._say("next"), *_table(first)]


def _table(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  "
        + "  ".join(
            cell.rjust(width) if cell[:1].isdigit() and place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
