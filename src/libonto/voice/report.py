"""The report to be signed: verdict, gaps, evidence, every clause, sources, fingerprints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from libonto.graph.catalogue import own_version
from libonto.law.editions import Citation, citations
from libonto.law.passages import Passages
from libonto.law.positions import Positions
from libonto.law.readings import Readings
from libonto.verdict.model import Assessment
from libonto.verdict.statuses import Combinations
from libonto.voice import document as doc
from libonto.voice.assessment import (
    counting,
    levels,
    missing,
    notices,
    quotation,
    requirement,
    section,
    to_bring,
)
from libonto.voice.words import Words

MEMBERS = 3
"""Places for signatures of the commission's members, beside the chair's."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


def report(
    candidates: Sequence[Assessment],
    words: Words,
    digests: Mapping[str, str] | None = None,
    moment: datetime | None = None,
) -> doc.AnswerDocument:
    """A section for each candidate; `moment` is when it is made.

    `digests` are the SHA-256 of the documents that were read, by their names.
    """
    readings = Readings(words.graph)
    passages = Passages(Positions(words.graph, readings))
    graph = _row(words.say("dossier.graph-digest"), words.graph.fingerprint())

    def blocks(a: Assessment) -> Iterator[doc.Block]:
        yield doc.Heading(words.say("dossier.levels"))
        yield levels(a, words)
        yield from missing(a, words)
        yield from to_bring(a, words)
        yield doc.Heading(words.say("dossier.evidence"))
        yield doc.Definitions(list(evidence_rows(a, words)))
        yield doc.Paragraph(words.say("report.claims"), "faint")
        yield doc.Heading(words.say("dossier.requirements"))
        yield from _requirements(a, words, passages)
        yield doc.Heading(words.say("report.readings"))
        yield doc.TextTable(
            [(words.reading(name), words.option(name, o)) for name, o in a.readings.items()]
        )
        yield doc.Heading(words.say("readings.robustness"))
        yield doc.Definitions(list(_robustness(a, words, readings)))
        yield from notices(a, words)
        yield from sources(citations(words.graph, a.rules.edition), words)
        yield doc.Heading(words.say("dossier.fingerprint"))
        digest = (digests or {}).get(a.candidate.source)
        rows = [_row(words.say("dossier.input-digest"), digest)] if digest else []
        yield doc.Definitions((*rows, graph))
        yield doc.Heading(words.say("dossier.signatures"))
        members = [words.say("dossier.member")] * MEMBERS
        under = ("signature", "signed-name", "signed-on")
        yield doc.Signatures(
            roles=[words.say("dossier.chair"), *members, words.say("dossier.candidate")],
            under=[words.say(f"dossier.{name}") for name in under],
        )

    return doc.AnswerDocument(
        lang=words.lang,
        title=words.say("dossier.report-title"),
        sections=[section(a, words, blocks(a)) for a in candidates],
        colophon=made_by(words, moment),
    )


def _requirements(a: Assessment, words: Words, passages: Passages) -> Iterator[doc.Block]:
    """The requirements of the category asked or applied for, or all, each under its passage."""
    category = a.requested_category
    findings = [
        (finding, finding.requirement.clause_for(category or ""))
        for finding in a.findings
        if category is None or finding.requirement.iri in a.category(category).requirements
    ]
    statuses = {clause.id: str(finding.status) for finding, clause in findings}
    for passage in passages.of(clause for _, clause in findings):
        yield quotation(passage, words, statuses)
        for finding, clause in sorted(findings, key=lambda pair: pair[1].start):
            if clause in passage.clauses:
                yield requirement(a, finding, category or "", words, tersely=True)


def _robustness(a: Assessment, words: Words, readings: Readings) -> Iterator[doc.Definition]:
    combinations = Combinations(a, readings)
    for category in a.categories:
        if a.requested_category in (None, category.iri):
            wording = words.robustness(combinations.category(category.iri))
            yield doc.Definition(words.label(category.iri), wording)


def evidence_rows(a: Assessment, words: Words) -> Iterator[doc.Definition]:
    """What the profile states, with what has no effect, and which employments count."""
    candidate = a.candidate
    nothing = [words.say("report.none-stated")]
    counted = counting(a)
    credentials = [
        line
        for credential in candidate.credentials
        for line in [words.credential(credential, a.on), *words.details(credential.details)]
    ]
    yield doc.Definition(words.say("report.credentials"), credentials or nothing)
    employments = []
    for employment in candidate.employments:
        counts = employment.position in counted and employment.started < a.on
        wording = words.say("dossier.counts" if counts else "dossier.counts-not")
        period = words.period(employment)
        employments.append(f"{words.label(employment.position)}: {period} — {wording}")
        employments += words.details(employment.details)
    yield doc.Definition(words.say("report.employments"), employments or nothing)
    yield doc.Definition(words.say("report.service"), (words.span(a.service),))
    order = {r.item: place for place, r in enumerate(a.rules.requirements)}
    known = sorted(candidate.knowledge, key=lambda item: (order.get(item, len(order)), item))
    wording = "; ".join(map(words.label, known))
    yield doc.Definition(words.say("report.knowledge"), (wording or nothing[0],))
    yield from (doc.Definition("", (detail,)) for detail in words.details(candidate.details))


def made_by(words: Words, moment: datetime | None = None) -> str:
    """By what an answer was made, and when."""
    wording = words.say("report.generated", version=own_version())
    return f"{wording}, {words.day(moment.date())}" if moment else wording


def sources(cited: Iterable[Citation], words: Words) -> Iterator[doc.Block]:
    """Act, edition and text by which was judged, or nothing where none is named."""
    rows = []
    for citation in cited:
        rows.append(_row(words.say("explain.act"), words.cited(citation)))
        edition = f"{words.label(citation.edition)}. {words.definition(citation.edition)}"
        rows.append(_row(words.say("explain.edition"), edition))
        if citation.sure:
            rows.append(_row(words.say("explain.sure"), words.sure(citation.sure)))
        if citation.digest:
            rows.append(_row(words.say("explain.digest"), citation.digest))
    if rows:
        yield doc.Heading(words.say("explain.source"))
        yield doc.Definitions(rows)


def _row(name: str, text: str) -> doc.Definition:
    """A named text; a fingerprint is shown as code."""
    return doc.Definition(name, (text,), "code" if _DIGEST.fullmatch(text) else "")
