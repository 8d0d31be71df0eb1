"""An assessment as a page of text: the verdict first, then what is missing, then the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from libonto.law.model import Clause
from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Status
from libonto.voice.page import MARKS, Page
from libonto.voice.words import Words


@dataclass(frozen=True)
class TextReport:
    """Writes the report of one assessment; `asked` is a category's IRI."""

    assessment: Assessment
    words: Words
    asked: str | None = None
    page: Page = field(default_factory=Page)

    def __str__(self) -> str:
        """The whole page, ending in a line end."""
        sections = (
            self._head(),
            self._levels(),
            self._missing(),
            self._met(),
            self._details(),
            self._readings(),
            self._notices(),
        )
        return "\n\n".join("\n".join(lines) for lines in map(list, sections) if lines) + "\n"

    def _head(self) -> Iterator[str]:
        a, words = self.assessment, self.words
        status = a.category(self.asked).status if self.asked else None
        met = status is Status.MET if status else any(a.highest.values())
        style = str(status) if status else ("met" if met else "not-met")
        other = words.other_readings(a, self.asked) if self.asked or not met else ""
        yield from self.page.wrap(f"{words.verdict(a, self.asked)} {other}".rstrip(), style)
        yield ""
        yield from self.page.wrap(
            " · ".join(filter(None, [a.candidate.name, a.candidate.iri])), "strong"
        )
        yield from self.page.wrap(f"{words.label(a.rules.iri)} · {words.day(a.on)}", "faint")
        yield from self.page.wrap(f"{words.say('report.service')}: {words.span(a.service)}")

    def _levels(self) -> Iterator[str]:
        words = self.words
        yield from self._title("report.categories")
        width = max(len(words.label(c.iri)) for c in self.assessment.categories)
        for category in self.assessment.categories:
            label = words.label(category.iri).ljust(width)
            said = [words.status(category.status)]
            if category.unmet:
                total = len(category.requirements)
                said.append(words.say("report.unmet-count", count=len(category.unmet), total=total))
                if category.earliest_on is None or category.earliest_on > self.assessment.on:
                    said.append(words.earliest(category, self.assessment.on))
            mark = self.page.style(MARKS[category.status], str(category.status))
            yield from self.page.hang(f"  {mark} {label}  ", width + 6, " · ".join(said))

    def _missing(self) -> Iterator[str]:
        words = self.words
        yield from self._title("report.missing")
        goals = self._goals()
        if not goals:
            yield "  " + words.say("report.nothing-missing")
        told: set[str] = set()
        for goal in goals:
            yield from self.page.wrap(words.label(goal.iri), "strong", indent=2)
            for iri in goal.unmet:
                if iri in told:
                    finding = self.assessment.finding(iri)
                    yield f"  {self._mark(finding)} {words.label(iri)} ↑"
                    continue
                told.add(iri)
                yield from self._finding(self.assessment.finding(iri), goal.iri)

    def _goals(self) -> list[CategoryVerdict]:
        """The category asked for, or the next step of each ladder."""
        if self.asked:
            asked = self.assessment.category(self.asked)
            return [asked] if asked.unmet else []
        steps: dict[str, CategoryVerdict] = {}
        for category in self.assessment.categories:
            if category.status is not Status.MET:
                steps.setdefault(category.ladder, category)
        return list(steps.values())

    def _met(self) -> Iterator[str]:
        met = [f for f in self.assessment.findings if f.status is Status.MET]
        if not met:
            return
        words = self.words
        yield from self._title(
            "report.all-requirements", f": {words.status(Status.MET)} ({len(met)})"
        )
        for finding in met:
            label = words.label(finding.requirement.iri)
            found = words.found(finding, self.assessment.on)
            ids = ", ".join(clause.id for clause in finding.requirement.clauses)
            yield from self.page.hang(f"  {self._mark(finding)} ", 4, f"{label} [{ids}]")
            if finding.requirement.kind.refutable:
                yield from self.page.wrap(found, "faint", indent=4)

    def _finding(self, finding: Finding, category: str) -> Iterator[str]:
        words = self.words
        label = words.label(finding.requirement.iri)
        said = f"{label} — {words.status(finding.status)}"
        yield from self.page.hang(f"  {self._mark(finding)} ", 4, said)
        rows = [
            (words.say("report.required"), words.expected(finding)),
            (words.say("report.found"), words.found(finding, self.assessment.on)),
            *self._quoted(finding.requirement.clause_for(category)),
        ]
        yield from self.page.rows(rows, 6)

    def _quoted(self, clause: Clause) -> list[tuple[str, str]]:
        quote = " ".join(clause.quote.split())
        said = f"{clause.id} «{quote}» ({clause.start}–{clause.end})"
        rows = [(self.words.say("report.clause"), said)]
        translation = self.words.translation(clause)
        if translation:
            rows.append((self.words.say("report.translation"), translation))
        return rows

    def _details(self) -> Iterator[str]:
        lines = list(stated_details(self.assessment, self.words))
        if lines:
            yield from self._title("report.details")
            for line in lines:
                yield from self.page.wrap(line, indent=2)

    def _readings(self) -> Iterator[str]:
        words = self.words
        yield from self._title("report.readings")
        for name, option in self.assessment.readings.items():
            said = f"{words.reading(name)}: {words.option(name, option)}"
            yield from self.page.hang("  · ", 4, f"{said} [{name}={option}]")

    def _notices(self) -> Iterator[str]:
        yield from self._title("report.notices")
        for notice in self.assessment.notices:
            yield from self.page.hang("  ! ", 4, self.words.notice(notice))
        yield from self.page.hang("  · ", 4, self.words.say("report.claims"))

    def _title(self, key: str, more: str = "") -> Iterator[str]:
        yield from self.page.wrap(self.words.say(key) + more, "strong")

    def _mark(self, finding: Finding) -> str:
        return self.page.style(MARKS[finding.status], str(finding.status))


def stated_details(assessment: Assessment, words: Words) -> Iterator[str]:
    """What the profile states without effect: employer, workload, awarding body, documents."""
    candidate = assessment.candidate
    nodes = [("", 0, candidate.details)]
    nodes += [("credential", n, c.details) for n, c in enumerate(candidate.credentials, 1)]
    nodes += [("employment", n, e.details) for n, e in enumerate(candidate.employments, 1)]
    for part, number, details in nodes:
        place = words.say(f"places.{part}", number=number) + ", " if part else ""
        for name, text in details:
            yield f"{place}{words.say(f'detail.{name}')}: {text}"
