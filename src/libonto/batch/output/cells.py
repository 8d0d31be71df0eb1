"""What a workbook says of one candidate, as a line of JSON: for people, in one language."""

from __future__ import annotations

import json
from datetime import date

from libonto.batch.judge import BatchJudge
from libonto.law.model import Requirement
from libonto.profile.brief import Brief
from libonto.verdict.model import Assessment, CategoryVerdict
from libonto.verdict.outlines import Verdict
from libonto.voice.words import Words


class Cells:
    """Writes the cells of candidates, those of their gaps included."""

    def __init__(self, judge: BatchJudge, lang: str) -> None:
        """Take who judges, and the language of the sentences."""
        self._judge = judge
        self._words = Words(judge.assessor.graph, lang)

    def of(self, brief: Brief, verdict: Verdict, place: int | None) -> bytes:
        """The line of one candidate; `place` is that of the category asked for."""
        words = self._words
        found = self._judge.assessment(brief, verdict)
        wanted = found.categories[place] if place is not None else None
        target = found.category(found.target)
        highest = [
            next((words.short(c.iri) for c in found.categories if c.slug == slug), "")
            for slug in found.highest.values()
        ]
        gaps = self._gaps(found, target)
        line = {
            "name": brief.name,
            "iri": brief.iri,
            "position": found.rules.iri,
            "asked": words.short(wanted.iri) if wanted else "",
            "status": str(wanted.status) if wanted else "",
            "highest": highest,
            "service": words.span(found.service),
            "missing": len(gaps),
            "target": words.short(target.iri),
            "earliest": _iso(target.earliest_on),
            "readings": [words.reading(name) for name in target.depends_on_readings],
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


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
