"""Forms of output that say all: the contract's object, and RDF reports."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from libonto.batch.judge import BatchJudge
from libonto.batch.model import digest
from libonto.graph.terms import ID
from libonto.locales import LANGUAGES
from libonto.profile.brief import Brief
from libonto.verdict.outlines import Verdict
from libonto.voice.json import to_object
from libonto.voice.words import Words


class Objects:
    """A line of JSON for each candidate: the contract's object."""

    def __init__(self, judge: BatchJudge, lang: str) -> None:
        """Take who judges, and the language of the sentences."""
        self._judge = judge
        self._words = Words(judge.assessor.graph, lang)

    def of(self, brief: Brief, verdict: Verdict, place: int | None) -> bytes:
        """The line of one candidate."""
        found = to_object(self._judge.assessment(brief, verdict), self._words)
        return json.dumps(found, ensure_ascii=False).encode() + b"\n"


class Reports:
    """A SHACL validation report for each candidate, in Turtle or in N-Triples."""

    def __init__(self, judge: BatchJudge, form: str) -> None:
        """Take who judges, and the syntax."""
        self._judge = judge
        self._form = form
        self._made = datetime.now(UTC)
        self._words = {lang: Words(judge.assessor.graph, lang) for lang in LANGUAGES}

    def of(self, brief: Brief, verdict: Verdict, place: int | None) -> bytes:
        """The report of one candidate, without the prefixes."""
        from libonto.voice.rdf import ReportWriter

        nodes = f"r{digest(brief.iri.encode()):016x}n"
        writer = ReportWriter(self._judge.assessor.graph, nodes)
        writer.words = self._words
        found = self._judge.assessment(brief, verdict)
        asked = found.categories[place].iri if place is not None else None
        report = writer.report([found], [asked], self._made)
        if self._form == "ntriples":
            return report.serialize(format="nt").encode()
        lines = report.serialize(format="turtle").splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("@prefix ")).encode()


def prefixes(judge: BatchJudge) -> bytes:
    """The prefixes of reports in Turtle."""
    from libonto.voice.rdf import ReportWriter

    writer = ReportWriter(judge.assessor.graph)
    lines = [f"@prefix {name}: <{iri}> .\n" for name, iri in writer.out.namespaces()]
    assert any(ID in line for line in lines)
    return "".join(sorted(lines)).encode()
