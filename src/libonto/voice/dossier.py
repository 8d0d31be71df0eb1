"""All that a report on an assessment says, as plain data: the templates only lay it out.

Every text in it is a string that is shown as it is; no template may read markup in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from importlib.metadata import version
from typing import Any

from libonto.graph.fingerprint import fingerprint
from libonto.graph.store import Graph
from libonto.law.citation import Citation, citations
from libonto.law.model import Clause
from libonto.law.passages import Passage, Passages, Piece
from libonto.law.positions import Positions
from libonto.law.readings import Readings
from libonto.profile.model import Credential, Details, Employment
from libonto.verdict.model import Assessment, CategoryVerdict, Finding, Status
from libonto.verdict.robustness import Combinations
from libonto.voice.explanation_text import source_rows
from libonto.voice.legible import legible
from libonto.voice.page import MARKS
from libonto.voice.reading_words import robustness_said
from libonto.voice.words import Words

Data = dict[str, Any]
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TOGETHER = re.compile(r"(?<=№) | (?=г\.)")
SHORT = 60
"""Letters of a name that the foot of a page has room for."""
MEMBERS = 3
"""Places for signatures of the commission's members, beside the chair's."""
_TITLES = (
    "dossier.levels",
    "dossier.evidence",
    "dossier.requirements",
    "dossier.fingerprint",
    "dossier.signatures",
    "dossier.signature",
    "dossier.signed-name",
    "dossier.signed-on",
    "dossier.page",
    "dossier.counts",
    "dossier.counts-not",
    "explain.source",
    "readings.robustness",
    "report.claims",
    "report.credentials",
    "report.employments",
    "report.found",
    "report.knowledge",
    "report.missing",
    "report.none-stated",
    "report.nothing-missing",
    "report.notices",
    "report.readings",
    "report.required",
    "report.service",
    "dossier.report-title",
    "report.translation",
)


class Dossiers:
    """Makes the data of reports in one language; one for a graph."""

    def __init__(
        self, graph: Graph, words: Words, digests: Mapping[str, str] | None = None
    ) -> None:
        """Take the graph, and the SHA-256 of the documents that were read, by their names."""
        self.graph = graph
        self.words = words
        self._digests = digests or {}
        self._readings = Readings(graph)
        self._passages = Passages(Positions(graph, self._readings))

    def report(
        self,
        assessments: Sequence[Assessment],
        asked: Sequence[str | None],
        made: datetime | None = None,
    ) -> Data:
        """The whole report: one section for each candidate; `made` is when it was made."""
        words = self.words
        generated = words.say("report.generated", version=version("libonto"))
        if made is not None:
            generated = f"{generated}, {words.day(made.date())}"
        data: Data = safe(
            {
                "lang": words.lang,
                "say": {key.partition(".")[2]: words.say(key) for key in _TITLES},
                "generated": generated,
                "sections": [
                    self._section(assessment, category)
                    for assessment, category in zip(assessments, asked, strict=True)
                ],
            }
        )
        return data

    def _section(self, a: Assessment, asked: str | None) -> Data:
        words = self.words
        status = a.category(asked).status if asked else None
        met = status is Status.MET if status else any(a.highest.values())
        goals = [a.category(asked)] if asked else next_steps(a)
        name = a.candidate.name or a.candidate.iri
        return {
            "name": name,
            "short": name if len(name) <= SHORT else name[:SHORT].rstrip() + "…",
            "iri": a.candidate.iri if a.candidate.name else "",
            "position": words.label(a.rules.iri),
            "day": words.day(a.on),
            "verdict": words.verdict(a, asked),
            "status": str(status) if status else ("met" if met else "not-met"),
            "other": words.other_readings(a, asked) if asked or not met else "",
            "service": words.span(a.service),
            "levels": [self._level(a, category, asked) for category in a.categories],
            "missing": [self._missing(a, goal) for goal in goals if goal.unmet],
            "evidence": self._evidence(a),
            "passages": self._requirements(a, asked),
            "readings": [
                {"label": words.reading(name), "option": words.option(name, option)}
                for name, option in a.readings.items()
            ],
            "robustness": self._robustness(a, asked),
            "notices": [words.notice(notice) for notice in a.notices],
            "sources": self.sources(citations(self.graph, a.rules.iri)),
            "fingerprints": self._fingerprints(a),
            "signatures": [
                words.say("dossier.chair"),
                *[words.say("dossier.member")] * MEMBERS,
                words.say("dossier.candidate"),
            ],
        }

    def sources(self, cited: Iterable[Citation]) -> list[Data]:
        """Acts and editions as named texts."""
        return [
            _row(name, value)
            for citation in cited
            for name, value in source_rows(citation, self.words)
        ]

    def _level(self, a: Assessment, category: CategoryVerdict, asked: str | None) -> Data:
        words = self.words
        notes = []
        if category.unmet:
            total = len(category.requirements)
            notes.append(words.say("report.unmet-count", count=len(category.unmet), total=total))
            if category.earliest_on is None or category.earliest_on > a.on:
                notes.append(words.earliest(category, a.on))
        return {
            "label": words.label(category.iri),
            "status": str(category.status),
            "mark": MARKS[category.status],
            "said": words.status(category.status),
            "note": " · ".join(notes),
            "asked": category.iri == asked,
        }

    def _missing(self, a: Assessment, goal: CategoryVerdict) -> Data:
        findings = [a.finding(iri) for iri in goal.unmet]
        return {
            "label": self.words.label(goal.iri),
            "requirements": [
                self.requirement(a, f, f.requirement.clause_for(goal.iri)) for f in findings
            ],
        }

    def requirement(
        self, a: Assessment, finding: Finding, clause: Clause, *, tersely: bool = False
    ) -> Data:
        """A finding, and the clause by which it is cited here.

        `tersely`: what is shown by its own name is not named once more.
        """
        words = self.words
        brief = finding.status is Status.MET and not finding.requirement.kind.refutable
        by_name = any(shown.stated == shown.item for shown in finding.shown)
        return {
            "label": words.label(finding.requirement.iri),
            "status": str(finding.status),
            "mark": MARKS[finding.status],
            "said": words.status(finding.status),
            "required": words.expected(finding),
            "found": "" if tersely and brief and by_name else words.found(finding, a.on),
            "brief": brief,
            "clause": clause.id,
            "quote": " ".join(clause.quote.split()),
            "place": words.say("explain.place", start=clause.start, end=clause.end),
            "translation": words.translation(clause),
            "turns": [],
        }

    def _requirements(self, a: Assessment, asked: str | None) -> list[Data]:
        """The requirements of the category asked for, or all, each under its passage."""
        wanted = (
            a.category(asked).requirements if asked else [f.requirement.iri for f in a.findings]
        )
        chosen = [
            (f, f.requirement.clause_for(asked or ""))
            for f in a.findings
            if f.requirement.iri in wanted
        ]
        statuses = {clause.id: str(finding.status) for finding, clause in chosen}
        return [
            {
                **self.passage(passage, statuses),
                "requirements": [
                    self.requirement(a, finding, clause, tersely=True)
                    for finding, clause in sorted(chosen, key=lambda pair: pair[1].start)
                    if clause in passage.clauses
                ],
            }
            for passage in self._passages.of(clause for _, clause in chosen)
        ]

    def passage(self, passage: Passage, statuses: Mapping[str, str] | None = None) -> Data:
        """A passage; `statuses` by clause colour the marks."""
        translation = passage.translations.get(self.words.lang, ())
        return {
            "pieces": list(_pieces(passage.pieces, statuses or {})),
            "translation": list(_pieces(translation, statuses or {})),
            "place": self.words.say("explain.place", start=passage.start, end=passage.end),
        }

    def _evidence(self, a: Assessment) -> Data:
        words, candidate = self.words, a.candidate
        counting = self._counting(a)
        return {
            "credentials": [
                {
                    "said": words.credential(credential, a.on),
                    "counts": _awarded(credential, a.on),
                    "details": self._details(credential.details),
                }
                for credential in candidate.credentials
            ],
            "employments": [
                {
                    "said": words.label(employment.position),
                    "period": self._period(employment),
                    "counts": employment.position in counting and employment.started < a.on,
                    "details": self._details(employment.details),
                }
                for employment in candidate.employments
            ],
            "knowledge": [words.label(item) for item in self._known(a)],
            "details": self._details(candidate.details),
        }

    @staticmethod
    def _known(a: Assessment) -> list[str]:
        """The items and acts that the profile states, in the order of the requirements."""
        order = {r.item: place for place, r in enumerate(a.rules.requirements)}
        return sorted(a.candidate.knowledge, key=lambda item: (order.get(item, len(order)), item))

    @staticmethod
    def _counting(a: Assessment) -> frozenset[str]:
        """The posts service in which counts under the readings chosen."""
        found: frozenset[str] = frozenset()
        for finding in a.findings:
            if finding.shape.measure:
                found |= finding.shape.measure.positions
        return found

    def _period(self, employment: Employment) -> str:
        end = self.words.say("report.still-employed")
        if employment.ended:
            end = self.words.day(employment.ended)
        return f"{self.words.day(employment.started)} – {end}"

    def _details(self, details: Details) -> list[str]:
        return [f"{self.words.say(f'detail.{name}')}: {text}" for name, text in details]

    def _robustness(self, a: Assessment, asked: str | None) -> list[Data]:
        combinations = Combinations(a, self._readings)
        return [
            {
                "label": self.words.label(category.iri),
                "said": robustness_said(combinations.category(category.iri), self.words),
            }
            for category in a.categories
            if asked in (None, category.iri)
        ]

    def _fingerprints(self, a: Assessment) -> list[Data]:
        rows = []
        if digest := self._digests.get(a.candidate.source):
            rows.append((self.words.say("dossier.input-digest"), digest))
        rows.append((self.words.say("dossier.graph-digest"), self._graph_digest))
        return [_row(name, value) for name, value in rows]

    @cached_property
    def _graph_digest(self) -> str:
        return fingerprint(self.graph)


def next_steps(a: Assessment) -> list[CategoryVerdict]:
    """In each ladder the first category that is not met."""
    steps: dict[str, CategoryVerdict] = {}
    for category in a.categories:
        if category.status is not Status.MET:
            steps.setdefault(category.ladder, category)
    return list(steps.values())


def _row(name: str, value: str) -> Data:
    """A named text; `code` for a fingerprint, which is shown in another type."""
    return {"name": name, "value": value, "code": bool(_DIGEST.fullmatch(value))}


def _awarded(credential: Credential, on: date) -> bool:
    return credential.awarded is None or credential.awarded <= on


def _pieces(pieces: Iterable[Piece], statuses: Mapping[str, str]) -> Iterable[Data]:
    for piece in pieces:
        clause = piece.clause.id if piece.clause else ""
        yield {"text": piece.text, "clause": clause, "status": statuses.get(clause, "")}


def safe(value: Any) -> Any:
    """The same data with every string made safe to show; no line breaks before «г.» or after №."""
    if isinstance(value, str):
        return _TOGETHER.sub("\N{NO-BREAK SPACE}", legible(value))
    if isinstance(value, list):
        return [safe(item) for item in value]
    if isinstance(value, dict):
        return {key: safe(item) for key, item in value.items()}
    return value
