"""Forms of output, candidate by candidate: rows of CSV, lean and whole JSON lines, RDF reports.

For each set of statuses a row or a lean line is written once, as a template; only the candidate
and the days are filled in.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from typing import Any, Protocol

from libonto.batch.judge import BatchJudge
from libonto.batch.model import digest
from libonto.graph.terms import slug_of
from libonto.locales import LANGUAGES
from libonto.profile.interchange.sheets import escaped
from libonto.profile.model import UNDATED, FlatProfile
from libonto.verdict.compiled_judge import Verdict
from libonto.verdict.model import Finding, Notice
from libonto.verdict.notices import LONGEST_WORKING_LIFE, edition_on_day, profile_notices
from libonto.verdict.service import Span
from libonto.verdict.statuses import Statuses
from libonto.voice.json import (
    category_object,
    edition_object,
    finding_object,
    notice_facts,
    to_object,
)
from libonto.voice.words import Words

COLUMNS = (
    "candidate name position category status earliestOn gaps dependsOnReadings asked target "
    "edition readings"
).split()
HEADING = ",".join(COLUMNS) + "\n"
SEPARATOR = ";"
"""Between the gaps, and between the readings, of one row; `readings` are the options that were
chosen and are not the default, as `NAME=OPTION`."""
REMEMBERED = 50_000
_FILLED = 4_000
"""Templates filled with days that are remembered, of about 2 KB each."""
_HOLE = "\0"
_HOLES = '"requirements": "\\u0000", "categories": "\\u0000"'


class OutputForm(Protocol):
    """A form of output, candidate by candidate."""

    def of(self, profile: FlatProfile, verdict: Verdict, requested: str | None) -> bytes:
        """The bytes of one candidate; `requested` is the category asked or applied for, or None."""


def form(name: str, judge: BatchJudge, lang: str) -> OutputForm:
    """The form of output of that name."""
    match name:
        case "csv" | "parquet":
            return CsvRows(judge)
        case "jsonl":
            return LeanObjects(judge)
        case "full":
            return Objects(judge, lang)
        case "xlsx":
            from libonto.batch.output.workbook import Cells

            return Cells(judge, lang)
    return Reports(judge, name)


class CsvRows:
    """The rows of candidates, as lines of CSV."""

    def __init__(self, judge: BatchJudge) -> None:
        self._template = lru_cache(REMEMBERED)(self._template_of)
        self._texts: dict[Hashable, list[str]] = {}
        self._chosen = SEPARATOR.join(
            f"{reading.name}={judge.choices[reading.name].name}"
            for reading in judge.assessor.readings.all
            if judge.choices[reading.name] != reading.default
        )

    def of(self, profile: FlatProfile, verdict: Verdict, requested: str | None) -> bytes:
        """The lines of one candidate, one for each category."""
        key = verdict.statuses, requested, verdict.days
        texts = self._texts.get(key)
        if texts is None:
            if len(self._texts) >= _FILLED:
                self._texts.clear()
            days = [*map(day_text, verdict.days)]
            filled = self._template(verdict.statuses, requested) % tuple(
                [days[place] for place in verdict.places.values()]
            )
            texts = self._texts[key] = filled.split(_HOLE)
        name = profile.name
        if name and not name.isalpha():
            name = _quoted(escaped(name))
        iri = profile.iri
        if "," in iri:
            iri = _quoted(iri)
        return f"{iri},{name}".join(texts).encode()

    def _template_of(self, statuses: Statuses, requested: str | None) -> str:
        rules = statuses.rules
        target = statuses.target(requested)
        lines = [
            (
                _HOLE,
                rules.slug,
                category.slug,
                statuses.categories[category.iri],
                "%s",
                SEPARATOR.join(statuses.gaps(category)),
                SEPARATOR.join(statuses.depends_on[category.iri]),
                "true" if category.iri == requested else "false",
                "true" if category.iri == target else "false",
                slug_of(rules.edition_iri or ""),
                self._chosen,
            )
            for category in rules.categories
        ]
        return "".join(",".join(cells) + "\n" for cells in lines)


@lru_cache(REMEMBERED)
def day_text(day: int | None) -> str:
    """A day, from its ordinal; nothing where there is none."""
    return "" if day is None else date.fromordinal(day).isoformat()


def _quoted(text: str) -> str:
    """A cell of CSV (RFC 4180)."""
    if any(sign in text for sign in ',"\n\r'):
        return '"' + text.replace('"', '""') + '"'
    return text


def line(cells: Iterable[str]) -> str:
    """A line of CSV whose cells no spreadsheet takes for formulas."""
    return ",".join(_quoted(escaped(cell)) for cell in cells) + "\n"


def _lean_text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lean_notice(notice: Notice) -> dict[str, Any]:
    """A notice's kind, and what it is about."""
    return dict(list(notice_facts(notice).items())[:2])


@lru_cache(REMEMBERED)
def _span(span: Span) -> str:
    return _lean_text(span._asdict())


class LeanObjects:
    """A line of JSON for each candidate, in slugs, days and numbers (contract, “Command line”)."""

    def __init__(self, judge: BatchJudge) -> None:
        self._judge = judge
        self._template = lru_cache(REMEMBERED)(self._template_of)
        self._undated: dict[tuple[bool, ...], list[str]] = {}
        on = judge.inquiry.on
        self._implausible = date(max(on.year - LONGEST_WORKING_LIFE, 1), 1, 1).toordinal() + 365

    def of(self, profile: FlatProfile, verdict: Verdict, requested: str | None) -> bytes:
        """The line of one candidate."""
        template, shared = self._template(verdict.statuses, requested)
        days = [f'"{day_text(day)}"' if day else "null" for day in verdict.days]
        notices = shared + self._own_notices(profile)
        filled = template % (
            json.dumps(profile.iri, ensure_ascii=False),
            json.dumps(profile.name, ensure_ascii=False) if profile.name else "null",
            _span(verdict.service),
            *[days[place] for place in verdict.places.values()],
            ",".join(notices),
        )
        return filled.encode()

    def _template_of(self, statuses: Statuses, requested: str | None) -> tuple[str, list[str]]:
        """The line, with holes, and the notices that every candidate gets."""
        judge, rules = self._judge, statuses.rules
        editions, on = judge.assessor.positions.editions, judge.inquiry.on
        target = statuses.target(requested)
        line: dict[str, Any] = {
            "candidate": _HOLE,
            "name": _HOLE,
            "position": rules.slug,
            "assessedOn": on.isoformat(),
            "edition": edition_object(rules.edition, on, edition_on_day(editions, rules, on)),
            "readings": {name: option.name for name, option in judge.choices.items()},
            "service": _HOLE,
            "highest": statuses.highest,
            "target": rules.slugs[target],
            "categories": [
                {
                    "category": category.slug,
                    "status": str(statuses.categories[category.iri]),
                    "gaps": statuses.gaps(category),
                    "earliestOn": _HOLE,
                    "dependsOnReadings": list(statuses.depends_on[category.iri]),
                }
                for category in rules.categories
            ],
            "notices": [_HOLE],
        }
        text = _lean_text(line).replace("%", "%%").replace(json.dumps(_HOLE), "%s") + "\n"
        return text, [_lean_text(_lean_notice(n)) for n in judge.notices(rules)]

    def _own_notices(self, profile: FlatProfile) -> list[str]:
        """The notices on what a profile states."""
        early = any(start < self._implausible for _, start, _ in profile.employments)
        undated = tuple([day == UNDATED for _, _, day in profile.credentials])
        if not early and not any(undated):
            return []
        texts = None if early else self._undated.get(undated)
        if texts is None:
            notices = profile_notices(profile.candidate(), self._judge.inquiry.on)
            texts = [_lean_text(_lean_notice(notice)) for notice in notices]
            if not early and len(self._undated) < REMEMBERED:
                self._undated[undated] = texts
        return texts


class Objects:
    """A line of JSON for each candidate: the contract's object.

    The object of a requirement or a category is the same for many, and is written once.
    """

    def __init__(self, judge: BatchJudge, lang: str) -> None:
        self._judge = judge
        self._words = Words(judge.assessor.graph, lang)
        self._texts: dict[Hashable, str] = {}

    def of(self, profile: FlatProfile, verdict: Verdict, requested: str | None) -> bytes:
        """The line of one candidate."""
        assessment = self._judge.assessment(profile, verdict)
        slugs = assessment.rules.slugs
        requirements = ", ".join(self._finding(f, assessment.on) for f in assessment.findings)
        categories = ", ".join(
            self._remembered(c, partial(category_object, c, slugs)) for c in assessment.categories
        )
        line = _text(to_object(assessment, self._words, _HOLE, _HOLE))
        filled = f'"requirements": [{requirements}], "categories": [{categories}]'
        return line.replace(_HOLES, filled, 1).encode() + b"\n"

    def _finding(self, finding: Finding, on: date) -> str:
        write = partial(finding_object, finding, self._words, on)
        own = (finding.credentials, finding.counted, finding.partial, *finding.holdings.values())
        if any(own):
            return _text(write())  # it is about this candidate's own statements
        about = (finding.shape.iri, finding.status, finding.knowledge, finding.employed)
        return self._remembered((finding.requirement.iri, *about), write)

    def _remembered(self, key: Hashable, write: partial[dict[str, Any]]) -> str:
        text = self._texts.get(key)
        if text is None:
            if len(self._texts) >= REMEMBERED // 5:
                self._texts.clear()
            text = self._texts[key] = _text(write())
        return text


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


class Reports:
    """A SHACL validation report for each candidate, in Turtle or in N-Triples."""

    def __init__(self, judge: BatchJudge, form: str) -> None:
        self._judge = judge
        self._form = form
        self._generated = datetime.now(UTC)
        self._words = {lang: Words(judge.assessor.graph, lang) for lang in LANGUAGES}

    def of(self, profile: FlatProfile, verdict: Verdict, requested: str | None) -> bytes:
        """The report of one candidate, without the prefixes."""
        from libonto.voice.rdf import ReportWriter

        nodes = f"r{digest(profile.iri.encode()):016x}n"
        writer = ReportWriter(self._judge.assessor.graph, nodes)
        writer.words = self._words
        assessment = self._judge.assessment(profile, verdict)
        report = writer.report([assessment], self._generated)
        if self._form == "ntriples":
            return report.serialize(format="nt").encode()
        lines = report.serialize(format="turtle").splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("@prefix ")).encode()


def prefixes(judge: BatchJudge) -> bytes:
    """The prefixes of reports in Turtle."""
    from libonto.voice.rdf import ReportWriter

    writer = ReportWriter(judge.assessor.graph)
    lines = [f"@prefix {name}: <{iri}> .\n" for name, iri in writer.out.namespaces()]
    return "".join(sorted(lines)).encode()
