"""Why a category is met or not, and the register of readings with what they do to it.

An explanation is a category's requirements as a tree, each with its clause inside the text.
A category holds what it adds to the one it inherits from; the inherited category is its
child, so that every requirement stands once, where the text first asks for it on the way
up the ladder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from libonto.law.editions import Citation, citations
from libonto.law.model import Clause, PositionRules
from libonto.law.passages import Passage, Passages
from libonto.law.readings import Option, Reading
from libonto.verdict.assessment import Assessor
from libonto.verdict.model import Assessment, CategoryVerdict, Finding
from libonto.verdict.statuses import Combinations, Effect, Robustness, Turn


@dataclass(frozen=True)
class ExplainedRequirement:
    """A requirement's finding, the clause that states it here, and what readings do to it."""

    finding: Finding
    clause: Clause
    robustness: Robustness


@dataclass(frozen=True)
class Group:
    """The requirements that one passage of the text states."""

    passage: Passage
    requirements: tuple[ExplainedRequirement, ...]


@dataclass(frozen=True)
class Repeated:
    """A requirement that a category states again, and the clauses that say so."""

    requirement: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class ExplainedCategory:
    """A category: what it adds, what it repeats, and the category whose requirements it includes.

    `inheritance` is the passage that says so.
    """

    verdict: CategoryVerdict
    groups: tuple[Group, ...]
    repeated: tuple[Repeated, ...]
    inherited: ExplainedCategory | None
    inheritance: Passage | None


@dataclass(frozen=True)
class UsedReading:
    """A reading that bears on the category, the option chosen, and what others would change.

    Of the others' effects stand those on the category and its requirements.
    """

    reading: Reading
    option: Option
    others: tuple[Effect, ...]


@dataclass(frozen=True)
class Explanation:
    """Why a candidate has or has not a category, with everything that the answer rests on."""

    assessment: Assessment
    category: ExplainedCategory
    robustness: Robustness
    readings: tuple[UsedReading, ...]
    citations: tuple[Citation, ...]


class Explainer:
    """Explains assessments; one for an assessor."""

    def __init__(self, assessor: Assessor) -> None:
        self._assessor = assessor
        self._passages = Passages(assessor.positions)

    def explain(self, assessment: Assessment, category: str) -> Explanation:
        """The explanation of one category's verdict; `category` is an IRI."""
        combinations = Combinations(assessment, self._assessor.readings)
        return Explanation(
            assessment=assessment,
            category=self._category(category, combinations),
            robustness=combinations.category(category),
            readings=tuple(self._used(category, combinations)),
            citations=citations(self._assessor.graph, assessment.rules.edition),
        )

    def _category(
        self, iri: str, combinations: Combinations, above: frozenset[str] = frozenset()
    ) -> ExplainedCategory:
        assessment = combinations.assessment
        verdict = assessment.category(iri)
        inherited = None
        if verdict.inherits and verdict.inherits not in above:  # a circle ends where it closes
            inherited = self._category(verdict.inherits, combinations, above | {iri})
        below = set(inherited.verdict.requirements) if inherited else set()
        added = [
            ExplainedRequirement(
                finding=finding,
                clause=finding.requirement.clause_for(iri),
                robustness=combinations.requirement(finding.requirement.iri),
            )
            for finding in assessment.findings
            if finding.requirement.iri in {*verdict.requirements} - below
        ]
        # What the category states anew, by clauses that do not speak of the lower one as well.
        repeated = []
        for requirement in assessment.rules.requirements:
            clauses = tuple(
                clause
                for clause in requirement.clauses
                if iri in clause.applies_to and verdict.inherits not in clause.applies_to
            )
            if clauses and requirement.iri in below:
                repeated.append(Repeated(requirement.iri, clauses))
        return ExplainedCategory(
            verdict=verdict,
            groups=tuple(self._groups(added)),
            repeated=tuple(repeated),
            inherited=inherited,
            inheritance=self._inheritance(iri) if inherited else None,
        )

    def _groups(self, added: list[ExplainedRequirement]) -> Iterable[Group]:
        for passage in self._passages.of(r.clause for r in added):
            here = [r for r in added if r.clause in passage.clauses]
            yield Group(passage, tuple(sorted(here, key=lambda r: r.clause.start)))

    def _inheritance(self, category: str) -> Passage | None:
        """The clause that includes the lower category's requirements (its type says so)."""
        graph = self._assessor.graph
        for iri in graph.iris(category, "dcterms:source"):
            types = graph.iris(iri, "lo:clauseType")
            if "inheritance" in [graph.text(t, "skos:notation") for t in types]:
                return self._passages.of([self._assessor.positions.clause(iri)])[0]
        return None

    def _used(self, category: str, combinations: Combinations) -> Iterable[UsedReading]:
        assessment = combinations.assessment
        required = assessment.category(category).requirements
        own = [assessment.rules.requirement(iri) for iri in required]
        counting = {name for requirement in own for name in requirement.readings}
        needed = {option for requirement in own for option in requirement.needed}
        for reading in self._assessor.readings.all:
            if reading.name in counting or not needed.isdisjoint(o.iri for o in reading.options):
                yield UsedReading(
                    reading=reading,
                    option=reading.option(assessment.readings[reading.name]),
                    others=tuple(
                        e.on({category, *required}) for e in combinations.effects(reading)
                    ),
                )


@dataclass(frozen=True)
class RegisterEntry:
    """One reading: the option chosen, the passages it is about, and what it bears on.

    `reasons` say why the default is what it is, by language; `requirements` and `categories` are
    the IRIs of those whose status an option can change.
    """

    reading: Reading
    option: Option
    reasons: dict[str, str]
    passages: tuple[Passage, ...]
    requirements: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True)
class ReadingEffects:
    """What a reading's other options do to a candidate.

    `together` are the categories (IRIs) with the turns in which the reading takes part only
    with others.
    """

    reading: Reading
    others: tuple[Effect, ...]
    together: tuple[tuple[str, Turn], ...]


def register(
    assessor: Assessor, rules: PositionRules, choices: Mapping[str, str]
) -> tuple[RegisterEntry, ...]:
    """The register for one position, under an installation's or a call's choices.

    A reading belongs to the position when it bears on a requirement of it, or is about a
    clause of its text.
    """
    graph, readings, clause = assessor.graph, assessor.readings, assessor.positions.clause
    passages, options = Passages(assessor.positions), readings.choose(choices)
    texts = {citation.text for citation in citations(graph, rules.edition) if citation.text}
    entries = []
    for reading in readings.all:
        requirements = tuple(r.iri for r in rules.under(reading, readings))
        sources = {text for c in reading.clauses for text in graph.iris(c, "oa:hasSource")}
        if requirements or texts & sources:
            entry = RegisterEntry(
                reading=reading,
                option=options[reading.name],
                reasons=graph.translations(reading.iri, "lo:reason"),
                passages=tuple(passages.of(map(clause, reading.clauses))),
                requirements=requirements,
                categories=tuple(
                    c.iri
                    for c in rules.categories
                    if not set(requirements).isdisjoint(c.requirements)
                ),
            )
            entries.append(entry)
    return tuple(entries)


def premises(assessor: Assessor, rules: PositionRules) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is taken for granted of a position, without options: its IRI and the clauses' ids."""
    graph, clause = assessor.graph, assessor.positions.clause
    return tuple(
        (iri, tuple(clause(c).id for c in graph.iris(iri, "dcterms:source")))
        for iri in graph.in_order(graph.instances("lo:Premise"))
        if rules.iri in graph.iris(iri, "schema:about")
    )


def effects_on(
    assessor: Assessor, assessment: Assessment, entries: Sequence[RegisterEntry]
) -> tuple[ReadingEffects, ...]:
    """What every reading does to one candidate."""
    combinations = Combinations(assessment, assessor.readings)
    turns = [
        (category.iri, turn)
        for category in assessment.categories
        for turn in combinations.category(category.iri).turns
        if len(turn.changes) > 1
    ]
    return tuple(
        ReadingEffects(
            reading=entry.reading,
            others=tuple(combinations.effects(entry.reading)),
            together=tuple(
                (category, turn)
                for category, turn in turns
                if any(change.reading == entry.reading.name for change in turn.changes)
            ),
        )
        for entry in entries
    )
