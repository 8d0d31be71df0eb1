"""From a profile to verdicts: one assessment, whatever face asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from libonto.errors import UsageError
from libonto.graph.catalogue import Catalogue
from libonto.graph.store import Graph
from libonto.graph.terms import slug_of
from libonto.law.editions import today
from libonto.law.model import Counting, PositionRules
from libonto.law.positions import Positions
from libonto.law.readings import Choices, Readings
from libonto.profile.model import Candidate
from libonto.profile.vocabulary import Vocabulary
from libonto.verdict.evidence import Deriver, Evidence
from libonto.verdict.inquiry import Inquiry
from libonto.verdict.model import Assessment, CategoryVerdict, Notice
from libonto.verdict.notices import edition_on_day, notices, profile_notices
from libonto.verdict.service import ARITHMETICS, END_OF_TIME, ServiceCounter, Span, first_day_with
from libonto.verdict.shacl import Judge
from libonto.verdict.statuses import ShapeResults, Statuses


class ServiceDays:
    """When the service that each category requires suffices, under some choices.

    Categories that ask for the same service have one place in `days`; `place` gives it by IRI.
    """

    def __init__(self, rules: PositionRules, choices: Choices) -> None:
        self._counting = next(
            (c for r in rules.requirements if (c := rules.counting(r, choices))), None
        )
        self._services = {
            r.iri: [rules.services(r, way, choices) for way in r.active_ways(choices)]
            for r in rules.requirements
            if rules.services(r, r.shapes, choices)
        }
        self._needs: dict[tuple[str, ...], int] = {}
        self.place = {
            category.iri: self._needs.setdefault(
                tuple(iri for iri in category.requirements if iri in self._services),
                len(self._needs),
            )
            for category in rules.categories
        }

    def service(self, counter: ServiceCounter) -> Span:
        """The service of the first requirement that asks for any."""
        return counter.by(self._counting).span if self._counting else Span()

    def days(self, counter: ServiceCounter, on: int) -> tuple[int | None, ...]:
        """The first days, from `on` on, if employments run as stated; None: never."""
        first = {iri: _first_day(ways, counter, on) for iri, ways in self._services.items()}
        days: list[int | None] = []
        for need in self._needs:
            latest = on
            for iri in need:
                if first[iri] > latest:
                    latest = first[iri]
            days.append(latest if latest < END_OF_TIME else None)
        return tuple(days)


def _first_day(
    ways: Sequence[Sequence[tuple[int, Counting]]], counter: ServiceCounter, on: int
) -> int:
    """The first day, from `on` on, on which all the service of some way suffices; END_OF_TIME.

    A way is a list of years, each with how they are counted.
    """
    first = END_OF_TIME
    for way in ways:
        latest = on
        for years, counting in way:
            counted = counter.by(counting)
            if not counted.known or counted.span.years < years:
                arithmetic = ARITHMETICS[counting.measure.arithmetic]
                day = first_day_with(years, counted.periods, arithmetic, on)
                latest = max(latest, day or END_OF_TIME)
        if latest < first:
            first = latest
    return first


class Assessor:
    """Judges candidates by the rules of one set of data folders; make one and keep it."""

    def __init__(
        self, catalogue: Catalogue | None = None, *, whole: bool = True, stable: bool = False
    ) -> None:
        """Load the graph, the whole of it or what judging needs first (`Graph`).

        Raises DataError for a data folder that cannot be used.
        """
        self.graph = Graph(catalogue or Catalogue.of(), whole=whole, stable=stable)
        self.vocabulary = Vocabulary(self.graph)
        self.readings = Readings(self.graph)
        self.positions = Positions(self.graph, self.readings)
        self.deriver = Deriver(self.graph)
        self._judges: dict[str, Judge] = {}

    def assess(
        self,
        candidates: Sequence[Candidate],
        *,
        position: str | None = None,
        category: str | None = None,
        edition: str | None = None,
        on: date | None = None,
        readings: Mapping[str, str] | None = None,
    ) -> list[Assessment]:
        """An assessment of each candidate, in order; see `answer`.

        `position`, `category` and `edition` are IRIs; `readings` overrides defaults by name.
        """
        inquiry = Inquiry(on or today(), position, category, edition, readings or {})
        return self.answer(candidates, inquiry)

    def answer(self, candidates: Sequence[Candidate], inquiry: Inquiry) -> list[Assessment]:
        """An assessment of each candidate by what an inquiry asks, in order.

        Raises UsageError for an unknown reading, or a category that the edition does not have;
        JudgeError when the engine fails.
        """
        choices = self.readings.choose(inquiry.readings)
        evidences = []
        places: dict[str, list[int]] = {}
        for place, candidate in enumerate(candidates):
            try:
                rules = self.rules_for(candidate.applies_for, inquiry)
            except UsageError as error:
                error.params["candidate"] = candidate.iri
                raise
            evidences.append(self.deriver.derive(candidate, inquiry.on, rules))
            places.setdefault(rules.iri, []).append(place)
        failed: dict[int, frozenset[str]] = {}
        for group in places.values():
            judge = self.judge(evidences[group[0]].rules)
            failed |= zip(group, judge.judge([evidences[place] for place in group]), strict=True)
        return [
            self.conclude(ShapeResults(evidence, failed[place], choices), inquiry.category)
            for place, evidence in enumerate(evidences)
        ]

    def rules_for(self, applied_for: str | None, inquiry: Inquiry) -> PositionRules:
        """The rules by which a candidate who applies for a category (or none) is judged.

        They are those of the position asked for, else of the category's, else of the default one,
        by the edition asked for, else that of the day. Raises UsageError for a category of another
        position, or one that the edition does not have; the message names the candidate.
        """
        position = self.positions.owner(applied_for) if applied_for else None
        if position and inquiry.position not in (None, position):
            raise UsageError(
                "applies-for-other-position",
                category=slug_of(applied_for or ""),
                position=slug_of(inquiry.position or ""),
            )
        position = position or inquiry.position or self.positions.default
        rules = self.positions.rules(position, inquiry.edition, inquiry.on)
        if applied_for and rules.category(applied_for) is None:
            raise UsageError(
                "applies-for-other-edition",
                category=slug_of(applied_for),
                edition=slug_of(rules.edition.iri) if rules.edition else "–",
                known=", ".join(category.slug for category in rules.categories),
            )
        return rules

    def judge(self, rules: PositionRules) -> Judge:
        """The judge for one position and edition; its shapes are loaded once."""
        if rules.node_shape not in self._judges:
            self._judges[rules.node_shape] = Judge(self.graph, rules)
        return self._judges[rules.node_shape]

    def evidence(self, candidate: Candidate, rules: PositionRules, on: date) -> Evidence:
        """What follows from a profile on a day, for one position."""
        return self.deriver.derive(candidate, on, rules)

    def notices(self, rules: PositionRules, on: date, choices: Choices) -> tuple[Notice, ...]:
        """The notices that hold for every candidate."""
        return notices(self.graph, rules, self.positions.editions, on, choices)

    def conclude(
        self, results: ShapeResults, requested: str | None = None, statuses: Statuses | None = None
    ) -> Assessment:
        """The assessment that follows from shapes that failed; `statuses` where known.

        `requested` is the category (an IRI) asked for.
        """
        evidence, choices = results.evidence, results.choices
        rules, candidate, on = evidence.rules, evidence.candidate, evidence.on
        requested = requested or candidate.applies_for
        statuses = statuses or results.statuses(self.readings)
        counter, service_days = evidence.counter(choices), ServiceDays(rules, choices)
        days = service_days.days(counter, on.toordinal())
        earliest = {iri: days[place] for iri, place in service_days.place.items()}
        return Assessment(
            candidate=candidate,
            rules=rules,
            on=on,
            readings={name: option.name for name, option in choices.items()},
            service=service_days.service(counter),
            highest=statuses.highest,
            findings=tuple(
                results.finding(r, statuses.requirements[r.iri]) for r in rules.requirements
            ),
            categories=tuple(
                CategoryVerdict(
                    **vars(category),
                    status=statuses.categories[category.iri],
                    unmet=statuses.unmet[category.iri],
                    earliest_on=date.fromordinal(day) if (day := earliest[category.iri]) else None,
                    depends_on_readings=statuses.depends_on[category.iri],
                )
                for category in rules.categories
            ),
            notices=(*self.notices(rules, on, choices), *profile_notices(candidate, on)),
            evidence=evidence,
            failed=results.failed,
            edition_on_day=edition_on_day(self.positions.editions, rules, on),
            target=statuses.target(requested),
            requested_category=requested,
        )
