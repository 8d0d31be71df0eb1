"""Forms of output that say all: the contract's object, and RDF reports."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from libonto.batch.model import digest
from libonto.batch.panel import Panel
from libonto.graph.terms import ID
from libonto.locales import LANGUAGES
from libonto.profile.brief import Brief
from libonto.verdict.model import Assessment
from libonto.verdict.outlines import Verdict
from libonto.voice.json import to_object
from libonto.voice.words import Words


def assessment(panel: Panel, brief: Brief, verdict: Verdict) -> Assessment:
    """The whole assessment that a verdict stands for."""
    position = panel.position(brief.applies_for)
    outlines = panel.outlines(position)
    evidence = panel.evidence(brief.candidate(), rules=outlines.rules)
    failed = outlines.answers.iris(verdict.answer)
    return panel.assessor.conclude(
        outlines.rules, evidence, failed, panel.choices, panel.terms.asked
    )


def asked(panel: Panel, brief: Brief, place: int | None) -> str | None:
    """The IRI of the category that is asked for."""
    if place is None:
        return None
    return panel.outlines(panel.position(brief.applies_for)).rules.categories[place].iri


class Objects:
    """A line of JSON for each candidate: the contract's object."""

    def __init__(self, panel: Panel, lang: str) -> None:
        """Take who judges, and the language of the sentences."""
        self._panel = panel
        self._words = Words(panel.assessor.graph, lang)

    def of(self, brief: Brief, verdict: Verdict, place: int | None) -> bytes:
        """The line of one candidate."""
        found = to_object(assessment(self._panel, brief, verdict), self._words)
        return json.dumps(found, ensure_ascii=False).encode() + b"\n"


class Reports:
    """A SHACL validation report for each candidate, in Turtle or in N-Triples."""

    def __init__(self, panel: Panel, form: str) -> None:
        """Take who judges, and the syntax."""
        self._panel = panel
        self._form = form
        self._made = datetime.now(UTC)
        self._words = {lang: Words(panel.assessor.graph, lang) for lang in LANGUAGES}

    def of(self, brief: Brief, verdict: Verdict, place: int | None) -> bytes:
        """The report of one candidate, without the prefixes."""
        from libonto.voice.rdf import ReportWriter

        nodes = f"r{digest(brief.iri.encode()):016x}n"
        writer = ReportWriter(self._panel.assessor.graph, nodes)
        writer.words = self._words
        found = assessment(self._panel, brief, verdict)
        report = writer.report([found], [asked(self._panel, brief, place)], self._made)
        if self._form == "ntriples":
            return report.serialize(format="nt").encode()
        lines = report.serialize(format="turtle").splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("@prefix ")).encode()


def prefixes(panel: Panel) -> bytes:
    """The prefixes of reports in Turtle."""
    from libonto.voice.rdf import ReportWriter

    writer = ReportWriter(panel.assessor.graph)
    lines = [f"@prefix {name}: <{iri}> .\n" for name, iri in writer.out.namespaces()]
    assert any(ID in line for line in lines)
    return "".join(sorted(lines)).encode()
