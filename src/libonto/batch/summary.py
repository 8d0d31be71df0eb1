"""What a run came to, in words: by level, by most frequent gap, and who is soon to qualify."""

from __future__ import annotations

from libonto.batch.judge import BatchJudge
from libonto.batch.model import Result
from libonto.errors import on_one_line
from libonto.graph.terms import slug_of
from libonto.locales import sentence
from libonto.verdict.model import Status
from libonto.voice.words import Words

MOST = 8
"""How many gaps, and how many months, are listed."""


class Summary:
    """A run's result in one language; `str()` gives the text."""

    def __init__(self, result: Result, judge: BatchJudge, lang: str) -> None:
        """Take the result, and who judged: their rules give the labels."""
        self._result = result
        self._judge = judge
        self._lang = lang

    def __str__(self) -> str:
        """The whole summary."""
        tally = self._result.tally
        words = Words(self._judge.assessor.graph, self._lang)
        lines = [
            self._judge.edition(position, words)
            for position in self._judge.positions
            if any(key.startswith(f"{slug_of(position)}/") for key in tally.levels)
        ]
        lines += [self._say("judged", people=_grouped(tally.people), passed=_grouped(tally.passed))]
        if tally.audited:
            lines.append(self._say("audited", count=_grouped(tally.audited)))
        if self._result.faults:
            said = self._say(
                "wrong", count=_grouped(tally.wrong), faults=_grouped(self._result.faults)
            )
            lines += [said, self._say("listed", path=self._result.listed or "-")]
        for reason, count in sorted(tally.passed_over.items()):
            lines.append(self._say("passed-over", count=_grouped(count), reason=reason))
        for reason, count in sorted(tally.caveats.items()):
            lines.append(self._say("beware", count=_grouped(count), reason=reason))
        if self._result.passed_over:
            lines.append(self._say("listed-over", path=self._result.passed_over))
        lines += [self._say("empty", name=name or "-") for name in self._result.empty]
        if tally.people:
            lines += ["", *self._levels()]
        if tally.gaps:
            lines += ["", *self._gaps()]
        if tally.soon:
            lines += ["", *self._soon()]
        return "\n".join(lines)

    def _say(self, key: str, **params: object) -> str:
        return sentence(f"batch.{key}", self._lang, **params)

    def _levels(self) -> list[str]:
        """A line for each level: how many meet it, do not, have not shown it."""
        statuses = list(Status)
        heading = ["", *(sentence(f"status.category-{status}", self._lang) for status in statuses)]
        rows = [heading]
        levels = self._result.tally.levels
        for label, name in self._categories():
            counts = [levels.get(f"{name} {status}", 0) for status in statuses]
            if any(counts):
                rows.append([label, *map(_grouped, counts)])
        return _table(rows)

    def _categories(self) -> list[tuple[str, str]]:
        """Every level's label, and its name in the tally."""
        graph = self._judge.assessor.graph
        return [
            (graph.short_label(category.iri, self._lang), f"{slug_of(position)}/{category.slug}")
            for position in self._judge.positions
            for category in self._judge.rules(position).categories
        ]

    def _gaps(self) -> list[str]:
        labels = self._requirements()
        rows = [
            [labels.get(name, name), _grouped(count)]
            for name, count in self._result.tally.gaps.most_common(MOST)
        ]
        return [self._say("gaps"), *_table(rows)]

    def _requirements(self) -> dict[str, str]:
        graph = self._judge.assessor.graph
        return {
            f"{slug_of(position)}/{requirement.slug}": graph.label(requirement.iri, self._lang)
            for position in self._judge.positions
            for requirement in self._judge.rules(position).requirements
        }

    def _soon(self) -> list[str]:
        """By level how many qualify within a year, and by month."""
        months: dict[str, int] = {}
        by_level: dict[str, int] = {}
        for key, count in self._result.tally.soon.items():
            month, _, level = key.partition(" ")
            months[month] = months.get(month, 0) + count
            by_level[level] = by_level.get(level, 0) + count
        rows = [
            [label, _grouped(by_level[name])]
            for label, name in self._categories()
            if name in by_level
        ]
        when = ", ".join(f"{month}: {_grouped(months[month])}" for month in sorted(months))
        lines = [self._say("soon"), *_table(rows), self._say("months", months=when)]
        labels = {name: label for label, name in self._categories()}
        first = [
            [f"{day}  {labels.get(level, level)}", on_one_line(who)]
            for day, level, who in self._result.tally.next_ones[:MOST]
        ]
        return [*lines, self._say("next"), *_table(first)]


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


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")
