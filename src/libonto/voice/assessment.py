"""An assessment as a page for a terminal, and the parts that every answer has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from libonto.law.passages import Passage, TextRun
from libonto.verdict.model import Assessment, Finding, Status
from libonto.voice import document as doc
from libonto.voice.words import Words, within


def assessments(candidates: Sequence[Assessment], words: Words) -> doc.AnswerDocument:
    """The page about each candidate."""
    sections = [section(a, words, _blocks(a, words), facts=[words.service(a)]) for a in candidates]
    return doc.AnswerDocument(words.lang, words.say("report.title"), sections)


def section(
    a: Assessment,
    words: Words,
    blocks: Iterable[doc.Block],
    *,
    facts: Sequence[str] = (),
) -> doc.Section:
    """The answer about a candidate: the edition judged by, the verdict, the next step.

    Without a category asked for the verdict is on the highest ones met.
    """
    answers = [words.chosen_readings(a), words.other_readings(a), words.next_step(a)]
    return doc.Section(
        name=a.candidate.name or a.candidate.iri,
        iri=a.candidate.iri if a.candidate.name and not a.candidate.is_anonymous else "",
        facts=(f"{words.label(a.rules.iri)} · {words.day(a.on)}", *facts, *words.grants(a)),
        before=(words.judged_by(a.notices, a.rules.edition_iri),),
        verdict=words.verdict(a),
        status=a.status,
        more=" ".join(filter(None, answers)),
        blocks=list(blocks),
    )


def levels(a: Assessment, words: Words) -> doc.StatusList:
    """Every category with its status, what is open, and when service suffices."""
    lines = []
    for category in a.categories:
        notes = []
        if category.unmet:
            total = len(category.requirements)
            notes.append(words.say("report.unmet-count", count=len(category.unmet), total=total))
            if category.earliest_on is None or category.earliest_on > a.on:
                notes.append(words.earliest(category, a))
        line = doc.StatusLine(
            label=words.short(category.iri),
            status=category.status,
            wording=words.category_status(category.status),
            note=" · ".join(notes),
            strong=category.iri == a.requested_category,
        )
        lines.append(line)
    return doc.StatusList(lines)


def missing(a: Assessment, words: Words) -> Iterator[doc.Block]:
    """What the target lacks, with the clauses."""
    goal = a.category(a.target)
    yield doc.Heading(words.say("report.missing"))
    if not goal.unmet:
        yield doc.Paragraph(words.say("report.nothing-missing"))
        return
    yield doc.Heading(words.label(goal.iri), 3)
    for iri in goal.unmet:
        yield requirement(a, a.finding(iri), goal.iri, words, quoted=True)


@dataclass(frozen=True)
class Bring:
    """A type of document (an IRI), the requirements that it shows, and what it has to show."""

    document: str
    requirements: tuple[str, ...]
    items: tuple[str, ...]


def checklist(a: Assessment, words: Words) -> tuple[Bring, ...]:
    """What a candidate brings for the target: a document for each thing stated, or lacking."""
    findings: dict[str, list[Finding]] = {}
    required = map(a.finding, a.category(a.target).requirements)
    for finding in sorted(required, key=lambda finding: not finding.requirement.kind.refutable):
        for document in finding.requirement.documents:
            findings.setdefault(document, []).append(finding)
    return tuple(
        Bring(
            document,
            tuple(finding.requirement.iri for finding in by_it),
            tuple(dict.fromkeys(item for f in by_it for item in _to_show(a, f, words))),
        )
        for document, by_it in findings.items()
    )


def _to_show(a: Assessment, finding: Finding, words: Words) -> Sequence[str]:
    """What the documents of one requirement have to show, for this candidate."""
    requirement = finding.requirement
    if requirement.item:
        return [words.label(requirement.item)]
    if requirement.asks_credential and finding.status is Status.MET:
        return [words.credential(credential, a.on) for credential in finding.credentials]
    counted = counting(a) if requirement.years is not None else ()
    employments = [e for e in a.candidate.employments if e.position in counted]
    if employments:
        return [f"{words.label(e.position)}: {words.period(e)}" for e in employments]
    return [words.expected(finding).removesuffix(".")]


def to_bring(a: Assessment, words: Words) -> Iterator[doc.Block]:
    """The checklist of documents for the target."""
    brought = checklist(a, words)
    if brought:
        yield doc.Heading(words.say("report.bring", category=within(words.label(a.target))))
        yield doc.Bullets(
            [doc.Item(words.label(b.document), "☐", "; ".join(b.items)) for b in brought]
        )
        yield doc.Paragraph(words.say("report.bring-ours"), "faint")


def counting(a: Assessment) -> frozenset[str]:
    """The posts service in which counts under the readings chosen."""
    measures = [finding.measure for finding in a.findings]
    return frozenset().union(*(measure.positions for measure in measures if measure))


def requirement(
    a: Assessment,
    finding: Finding,
    category: str,
    words: Words,
    *,
    quoted: bool = False,
    tersely: bool = False,
    turns: Iterable[str] = (),
) -> doc.StatusLine:
    """A finding with the clause that states it for a category.

    `quoted`: with the clause's words; `tersely`: what is shown by its own name is not named
    once more; `turns` are what other readings make of it.
    """
    clause = finding.requirement.clause_for(category)
    evidence = words.evidence(finding, a.on)
    brief = finding.status is Status.MET and not finding.requirement.kind.refutable
    by_name = any(knowledge.claim == knowledge.item for knowledge in finding.knowledge)
    rows: list[doc.Definition] = []
    if not brief:
        rows += [
            doc.Definition(words.say("report.required"), (words.expected(finding),)),
            doc.Definition(words.say("report.found"), (evidence,)),
        ]
    if quoted:
        rows += words.quoted_clause(clause)
    rows += [doc.Definition(words.say("explain.reading"), (turn,)) for turn in turns]
    return doc.StatusLine(
        label=words.label(finding.requirement.iri),
        status=finding.status,
        wording=words.status(finding.status),
        reference="" if quoted else clause.id,
        note=evidence if brief and not (tersely and by_name) else "",
        rows=rows,
        brief=brief,
    )


def quotation(
    passage: Passage, words: Words, statuses: dict[str, str] | None = None
) -> doc.Quotation:
    """A passage of the text; `statuses` by clause colour the marks."""

    def spans(runs: Iterable[TextRun]) -> Iterator[doc.MarkedText]:
        for run in runs:
            clause = run.clause.id if run.clause else ""
            yield doc.MarkedText(run.text, clause, (statuses or {}).get(clause, ""))

    return doc.Quotation(
        spans=list(spans(passage.runs)),
        place=words.place(passage.start, passage.end),
        translation=list(spans(passage.translations.get(words.lang, ()))),
        translated=words.say("report.translation"),
    )


def notices(a: Assessment, words: Words) -> Iterator[doc.Block]:
    """What everyone who relies on the verdict should know; the edition's stands before it."""
    yield doc.Heading(words.say("report.notices"))
    yield doc.bullets(
        (words.notice(notice) for notice in a.notices if not notice.about_edition), "!"
    )
    yield doc.bullets([words.say("report.claims")])


def _blocks(a: Assessment, words: Words) -> Iterator[doc.Block]:
    yield doc.Heading(words.say("report.categories"))
    yield levels(a, words)
    yield from missing(a, words)
    met = [f for f in a.findings if f.status is Status.MET]
    if met:
        count = f": {words.status(Status.MET)} ({len(met)})"
        yield doc.Heading(words.say("report.all-requirements") + count)
        yield doc.Bullets([_met(a, finding, words) for finding in met])
    foreign = list(_foreign(a, words))
    if foreign:
        yield doc.Heading(words.say("report.foreign"))
        yield doc.bullets(foreign)
    details = list(_details(a, words))
    if details:
        yield doc.Heading(words.say("report.details"))
        yield from map(doc.Paragraph, details)
    yield doc.Heading(words.say("report.readings"))
    yield doc.bullets(
        f"{words.reading(name)}: {words.option(name, option)} [{name}={option}]"
        for name, option in a.readings.items()
    )
    yield from notices(a, words)


def _met(a: Assessment, finding: Finding, words: Words) -> doc.Item:
    ids = ", ".join(clause.id for clause in finding.requirement.clauses)
    return doc.Item(
        text=f"{words.label(finding.requirement.iri)} [{ids}]",
        mark="✓",
        note=words.evidence(finding, a.on) if finding.requirement.kind.refutable else "",
        status=finding.status,
    )


def _foreign(a: Assessment, words: Words) -> Iterator[str]:
    """Of each foreign credential the chain with its weakest link, and the recognition."""
    for facts in words.foreign(a):
        steps = [
            f"{words.label(step['from'])} → {words.label(step['to'])} ({step['confidence']:g}, "
            f"{words.say('crosswalk.' + step['confirmation'])})"
            for step in facts["chain"]
        ]
        weakest = ""
        if facts["weakest"]:
            confidence = f"{facts['weakest']['confidence']:g}"
            weakest = "; " + words.say("report.foreign-weakest", confidence=confidence)
        day = facts["recognisedOn"]
        yield words.say(
            "report.foreign-recognised" if day else "report.foreign-not-recognised",
            place=words.say("places.credential", number=facts["credential"]),
            chain="; ".join(steps) or words.say("report.foreign-no-chain"),
            weakest=weakest,
            day=words.day(date.fromisoformat(day)) if day else "",
            acts="; ".join(i["label"] for i in facts["recognition"]) or "–",
        )


def _details(a: Assessment, words: Words) -> Iterator[str]:
    """What the profile states without effect: employer, workload, awarding body, documents."""
    candidate = a.candidate
    nodes = [("", 0, candidate.details)]
    nodes += [("credential", n, c.details) for n, c in enumerate(candidate.credentials, 1)]
    nodes += [("employment", n, e.details) for n, e in enumerate(candidate.employments, 1)]
    for part, number, details in nodes:
        place = words.say(f"places.{part}", number=number) + ", " if part else ""
        yield from (f"{place}{wording}" for wording in words.details(details))
