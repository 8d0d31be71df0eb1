"""The register of readings: clauses, options, reasons, and what each reading bears on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from libonto.law.editions import citations
from libonto.law.model import PositionRules
from libonto.law.passages import Passage, Passages
from libonto.law.readings import Option, Reading
from libonto.verdict.assessment import Assessor, category_status
from libonto.verdict.model import Assessment, Status
from libonto.verdict.robustness import Combinations, Effects, Turn, effects


@dataclass(frozen=True)
class Entry:
    """One reading: the option chosen, the passages it is about, and what it bears on.

    `reasons` say why the default is what it is, by language.
    """

    reading: Reading
    chosen: Option
    reasons: dict[str, str]
    passages: tuple[Passage, ...]
    effects: Effects


@dataclass(frozen=True)
class Effect:
    """What one option, all else as chosen, would give a candidate: (IRI, status) pairs."""

    option: Option
    requirements: tuple[tuple[str, Status], ...]
    categories: tuple[tuple[str, Status], ...]


@dataclass(frozen=True)
class ReadingEffects:
    """What a reading's other options do to a candidate.

    `together` are the categories (IRIs) with the turns in which the reading takes part only
    with others.
    """

    reading: Reading
    others: tuple[Effect, ...]
    together: tuple[tuple[str, Turn], ...]


def register(assessor: Assessor, rules: PositionRules, chosen: dict[str, str]) -> tuple[Entry, ...]:
    """The register for one position, under an installation's or a call's choices.

    A reading belongs to the position when it bears on a requirement of it, or is about a
    clause of its text.
    """
    passages = Passages(assessor.positions)
    choices = assessor.readings.choose(chosen)
    bearing = effects(rules, assessor.readings)
    own = {citation.text for citation in citations(assessor.graph, rules.edition) if citation.text}
    return tuple(
        Entry(
            reading=reading,
            chosen=choices[reading.name],
            reasons=assessor.graph.translations(NamedNode(reading.iri), "lo:reason"),
            passages=tuple(passages.of(map(assessor.positions.clause, reading.clauses))),
            effects=bearing[reading.name],
        )
        for reading in assessor.readings.all
        if bearing[reading.name].requirements or own & _sources(assessor, reading)
    )


def premises(assessor: Assessor, rules: PositionRules) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is taken for granted of a position, without options: its IRI and the clauses' ids."""
    graph = assessor.graph
    found = [
        iri
        for iri in graph.instances("lo:Premise")
        if rules.iri in graph.iris(NamedNode(iri), "schema:about")
    ]
    found.sort(key=lambda iri: graph.number(NamedNode(iri), "schema:position"))
    clause = assessor.positions.clause
    return tuple(
        (iri, tuple(clause(c).id for c in graph.iris(NamedNode(iri), "dcterms:source")))
        for iri in found
    )


def _sources(assessor: Assessor, reading: Reading) -> set[str]:
    """The texts that a reading's clauses stand in."""
    clauses = map(NamedNode, reading.clauses)
    return {text for clause in clauses for text in assessor.graph.iris(clause, "oa:hasSource")}


def effects_on(
    assessor: Assessor, assessment: Assessment, entries: Sequence[Entry]
) -> tuple[ReadingEffects, ...]:
    """What every reading does to one candidate."""
    combinations = Combinations(assessment, assessor.readings)
    turns = [
        (category.iri, turn)
        for category in assessment.categories
        for turn in combinations.category(category.iri).turns
        if len(turn.changes) > 1
    ]
    found = []
    for entry in entries:
        others = [o for o in entry.reading.options if o.assessable and o != entry.chosen]
        found.append(
            ReadingEffects(
                reading=entry.reading,
                others=tuple(_effect(assessment, combinations, entry.reading, o) for o in others),
                together=tuple(
                    (category, turn)
                    for category, turn in turns
                    if any(change.reading == entry.reading.name for change in turn.changes)
                ),
            )
        )
    return tuple(found)


def _effect(
    assessment: Assessment, combinations: Combinations, reading: Reading, option: Option
) -> Effect:
    statuses = combinations.with_option(reading.name, option.name)
    then = {c.iri: category_status(c, statuses) for c in assessment.rules.categories}
    return Effect(
        option=option,
        requirements=tuple(
            (f.requirement.iri, statuses[f.requirement.iri])
            for f in assessment.findings
            if statuses[f.requirement.iri] is not f.status
        ),
        categories=tuple(
            (c.iri, then[c.iri]) for c in assessment.categories if then[c.iri] is not c.status
        ),
    )
