"""Forms of output that say all: the contract's object, and RDF reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from libonto.batch.judge import BatchJudge
from libonto.batch.model import digest
from libonto.graph.terms import ID
from libonto.locales import LANGUAGES
from libonto.profile.brief import Brief
from libonto.verdict.model import Finding
from libonto.verdict.outlines import Verdict
from libonto.voice.json import category_object, finding_object, to_object
from libonto.voice.words import Words

_REMEMBERED = 10_000
_HOLE = "\0"
_HOLES = '"requirements": "\\u0000", "categories": "\\u0000"'


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


class Objects:
    """A line of JSON for each candidate: the contract's object.

    What is said of a requirement or a category is the same for many, and is written once.
    """

    def __init__(self, judge: BatchJudge, lang: str) -> None:
        """Take who judges, and the language of the sentences."""
        self._judge = judge
        self._words = Words(judge.assessor.graph, lang)
        self._pieces: dict[Hashable, str] = {}

    def of(self, brief: Brief, verdict: Verdict, place: int | None) -> bytes:
        """The line of one candidate."""
        found = self._judge.assessment(brief, verdict)
        slugs = {category.iri: category.slug for category in found.categories}
        requirements = [self._finding(finding, found.on) for finding in found.findings]
        categories = [self._piece(c, partial(category_object, c, slugs)) for c in found.categories]
        pieces = f'[{", ".join(requirements)}], "categories": [{", ".join(categories)}]'
        line = _text(to_object(found, self._words, _HOLE, _HOLE))
        return line.replace(_HOLES, f'"requirements": {pieces}', 1).encode() + b"\n"

    def _finding(self, finding: Finding, on: date) -> str:
        write = partial(finding_object, finding, self._words, on)
        if finding.credentials or finding.counted or finding.partial or any(finding.held.values()):
            return _text(write())  # it tells of what this candidate states
        about = (finding.shape.iri, finding.status, finding.shown, finding.employed)
        return self._piece((finding.requirement.iri, *about), write)

    def _piece(self, key: Hashable, write: Callable[[], dict[str, Any]]) -> str:
        piece = self._pieces.get(key)
        if piece is None:
            if len(self._pieces) >= _REMEMBERED:
                self._pieces.clear()
            piece = self._pieces[key] = _text(write())
        return piece


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
