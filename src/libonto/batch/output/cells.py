"""What a workbook says of one candidate, as a line of JSON: for people, in one language."""

from __future__ import annotations

import json
from datetime import date

from libonto.batch.output.full import assessment
from libonto.batch.panel import Panel
from libonto.law.model import Requirement
from libonto.profile.brief import Brief
from libonto.verdict.model import Assessment, CategoryVerdict, Status
from libonto.verdict.outlines import Verdict
from libonto.voice.words import Words


class Cells:
    """Writes the cells of candidates, those of their gaps included."""

    def __init__(self, panel: Panel, lang: str) -> None:
        """Take who judges, and the language of the sentences."""
        self._panel = panel
        self._words = Words(panel.assessor.graph, lang)

    def of(self, brief: Brief, verdict: Verdict, place: int | None) -> bytes:
        """The line of one candidate; `place` is that of the category asked for."""
        words = self._words
        found = assessment(self._panel, brief, verdict)
        wanted = found.categories[place] if place is not None else None
        target = wanted or nearest(found.categories)
        highest = [
            next((words.label(c.iri) for c in found.categories if c.slug == slug), "")
            for slug in found.highest.values()
        ]
        gaps = self._gaps(found, target) if target else []
        line = {
            "name": brief.name,
            "iri": brief.iri,
            "position": found.rules.iri,
            "asked": words.label(wanted.iri) if wanted else "",
            "status": str(wanted.status) if wanted else "",
            "highest": highest,
            "service": words.span(found.service),
            "missing": len(gaps),
            "target": words.label(target.iri) if target else "",
            "earliest": _iso(target.earliest_on) if target else "",
            "readings": [words.reading(name) for name in (target or found.categories[0]).
                         depends_on_readings],
            "levels": [[str(c.status), _iso(c.earliest_on)] for c in found.categories],
            "gaps": gaps,
        }  # fmt: skip
        return json.dumps(line, ensure_ascii=False).encode() + b"\n"

    def _gaps(self, found: Assessment, category: CategoryVerdict) -> list[list[str]]:
        """A row for each requirement of a category that is not met."""
        words, rows = self._words, []
        for iri in category.unmet:
            finding = found.finding(iri)
            requirement: Requirement = finding.requirement
            clause = requirement.clause_for(category.iri)
            rows.append(
                [
                    words.label(iri),
                    str(finding.status),
                    words.expected(finding),
                    words.found(finding, found.on),
                    clause.id,
                    clause.quote,
                ]
            )
        return rows


def nearest(categories: tuple[CategoryVerdict, ...]) -> CategoryVerdict | None:
    """Of the categories that are not met the one that lacks least; None where all are met."""
    open_ = [c for c in categories if c.status is not Status.MET]
    return min(open_, key=lambda c: len(c.unmet), default=None)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
