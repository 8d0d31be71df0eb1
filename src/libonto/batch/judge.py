"""Who judges in a batch: for each position, the compiled shapes on the day, under the readings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2b
from importlib.metadata import version
from typing import TYPE_CHECKING

from libonto.errors import Problem
from libonto.graph.catalogue import Catalogue
from libonto.graph.terms import slug_of
from libonto.law.model import PositionRules
from libonto.profile.brief import Brief
from libonto.profile.model import Candidate
from libonto.verdict.assessment import Assessor
from libonto.verdict.compiled_judge import CompiledJudge, Verdict
from libonto.verdict.evidence import Evidence
from libonto.verdict.inquiry import Inquiry
from libonto.verdict.model import Assessment, Notice

if TYPE_CHECKING:
    from libonto.voice.words import Words


class BatchJudge:
    """Judges briefs; what it has learnt of one serves the next."""

    def __init__(
        self, inquiry: Inquiry, data: Sequence[str] = (), assessor: Assessor | None = None
    ) -> None:
        """Load the data folders, unless an assessor that has loaded them is given."""
        self.inquiry = inquiry
        self.assessor = assessor or Assessor(Catalogue.of(data))
        self.choices = self.assessor.readings.choose(inquiry.readings)
        self._compiled: dict[str, CompiledJudge] = {}
        self._owners: dict[str | None, str] = {}
        self._objections: dict[str | None, str] = {None: ""}
        self._notices: dict[str, tuple[Notice, ...]] = {}

    @cached_property
    def digest(self) -> str:
        """A digest of our version and of all that is judged by."""
        found = blake2b(version("libonto").encode(), digest_size=16)
        for path in self.assessor.graph.catalogue.turtle():
            found.update(path.name.encode())
            found.update(path.read_bytes())
        return found.hexdigest()

    def position(self, applies_for: str | None) -> str:
        """The position for which someone who applies for a category (or none) is judged."""
        if applies_for not in self._owners:
            owner = self.inquiry.position or self.assessor.positions.default
            if applies_for:
                owner = self.assessor.positions.owner(applies_for)
            self._owners[applies_for] = owner
        return self._owners[applies_for]

    @property
    def positions(self) -> tuple[str, ...]:
        """The positions for which candidates may be judged."""
        asked = self.inquiry.position
        return (asked,) if asked else self.assessor.positions.iris

    def objection(self, brief: Brief) -> Problem | None:
        """Why someone cannot be judged for the position, or by the edition, that is asked for."""
        wanted = brief.applies_for
        key = self._objections.get(wanted)
        if key is None:
            key = self._objections[wanted] = self._objection(wanted or "")
        if not key:
            return None
        rules = self.rules(self.position(wanted))
        params = {
            "candidate": brief.iri,
            "category": slug_of(wanted or ""),
            "position": slug_of(self.inquiry.position or ""),
            "edition": slug_of(rules.edition.iri) if rules.edition else "–",
            "known": ", ".join(category.slug for category in rules.categories),
        }
        return Problem(key, params=params)

    def _objection(self, wanted: str) -> str:
        position = self.position(wanted)
        if self.inquiry.position not in (None, position):
            return "applies-for-other-position"
        if self.rules(position).category(wanted) is None:
            return "applies-for-other-edition"
        return ""

    def compiled(self, position: str) -> CompiledJudge:
        """What judges for one position; DataError for shapes that cannot be compiled."""
        found = self._compiled.get(position)
        if found is None:
            rules = self.rules(position)
            found = CompiledJudge(self.assessor, rules, self.choices, self.inquiry.on)
            self._compiled[position] = found
        return found

    def rules(self, position: str) -> PositionRules:
        """The rules of a position by the edition asked for, else by that of the day."""
        return self.assessor.positions.rules(position, self.inquiry.edition, self.inquiry.on)

    def notices(self, position: str) -> tuple[Notice, ...]:
        """The notices that hold for everybody who is judged for a position."""
        if position not in self._notices:
            rules, on = self.rules(position), self.inquiry.on
            self._notices[position] = self.assessor.notices(rules, on, self.choices)
        return self._notices[position]

    def edition(self, position: str, words: Words) -> str:
        """By which text everybody is judged for a position, as a sentence."""
        edition = self.rules(position).edition
        return words.judged_by(self.notices(position), edition.iri if edition else None)

    def wanted(self, brief: Brief) -> str | None:
        """The category (an IRI) that decides about someone; None: any that is met does."""
        return self.inquiry.category or brief.applies_for

    def prepare(self) -> None:
        """Load what is needed for every position that can come: processes forked share it."""
        for position in self.positions:
            self.assessor.judge(self.compiled(position).rules)

    def verdict(self, brief: Brief) -> Verdict:
        """The verdict on one candidate."""
        return self.compiled(self.position(brief.applies_for)).judge(brief)

    def assessment(self, brief: Brief, verdict: Verdict) -> Assessment:
        """The whole assessment that a verdict stands for."""
        evidence, failed = self.evidence(brief.candidate(), verdict)
        return self.assessor.conclude(
            verdict.statuses.rules,
            evidence,
            failed,
            self.choices,
            self.inquiry.category,
            verdict.statuses,
        )

    def evidence(self, candidate: Candidate, verdict: Verdict) -> tuple[Evidence, frozenset[str]]:
        """What a candidate's verdict rests on: the evidence, and the shapes that failed."""
        compiled = self.compiled(self.position(candidate.applies_for))
        evidence = self.assessor.evidence(candidate, compiled.rules, self.inquiry.on)
        return evidence, compiled.failed(evidence, verdict.answer)
