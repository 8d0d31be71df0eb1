"""Who judges in a batch: for each position, the compiled shapes on the day, under the readings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from importlib.metadata import version
from typing import TYPE_CHECKING

from libonto.errors import Problem, UsageError
from libonto.graph.catalogue import Catalogue
from libonto.law.model import PositionRules
from libonto.profile.model import Candidate, FlatProfile
from libonto.verdict.assessment import Assessor
from libonto.verdict.compiled_judge import CompiledJudge, Verdict
from libonto.verdict.evidence import Evidence
from libonto.verdict.inquiry import Inquiry
from libonto.verdict.model import Assessment, Notice

if TYPE_CHECKING:
    from libonto.voice.words import Words


class BatchJudge:
    """Judges profiles; what it has learnt of one serves the next."""

    def __init__(
        self, inquiry: Inquiry, data: Sequence[str] = (), assessor: Assessor | None = None
    ) -> None:
        """Load the data folders, unless an assessor that has loaded them is given."""
        self.inquiry = inquiry
        self.assessor = assessor or Assessor(Catalogue.of(data))
        self.choices = self.assessor.readings.choose(inquiry.readings)
        self._compiled: dict[str, CompiledJudge] = {}
        self._notices: dict[str, tuple[Notice, ...]] = {}
        self._judge_of = lru_cache(None)(self._found_judge)

    @cached_property
    def digest(self) -> str:
        """A digest of our version and of all that is judged by."""
        found = blake2b(version("libonto").encode(), digest_size=16)
        for path in self.assessor.graph.catalogue.turtle():
            found.update(path.name.encode())
            found.update(path.read_bytes())
        return found.hexdigest()

    @cached_property
    def rules(self) -> tuple[PositionRules, ...]:
        """The rules by which candidates may be judged, a position's by the edition of the run."""
        asked, positions = self.inquiry, self.assessor.positions
        iris = (asked.position,) if asked.position else positions.iris
        return tuple(positions.rules(iri, asked.edition, asked.on) for iri in iris)

    def _found_judge(self, wanted: str | None) -> CompiledJudge | UsageError:
        """Who judges those who apply for a category (or none), or why nobody does."""
        try:
            rules = self.assessor.rules_for(wanted, self.inquiry)
        except UsageError as error:
            return error
        return self._compiled_judge(rules)

    def _compiled_judge(self, rules: PositionRules) -> CompiledJudge:
        """What judges for one position; DataError for shapes that cannot be compiled."""
        if rules.iri not in self._compiled:
            judge = CompiledJudge(self.assessor, rules, self.choices, self.inquiry.on)
            self._compiled[rules.iri] = judge
        return self._compiled[rules.iri]

    def objection(self, profile: FlatProfile) -> Problem | None:
        """Why someone cannot be judged for the position, or by the edition, that is asked for."""
        found = self._judge_of(profile.applies_for)
        if not isinstance(found, UsageError):
            return None
        return Problem(found.key, params={**found.params, "candidate": profile.iri})

    def notices(self, rules: PositionRules) -> tuple[Notice, ...]:
        """The notices that hold for everybody who is judged for a position."""
        if rules.iri not in self._notices:
            found = self.assessor.notices(rules, self.inquiry.on, self.choices)
            self._notices[rules.iri] = found
        return self._notices[rules.iri]

    def edition(self, rules: PositionRules, words: Words) -> str:
        """By which text everybody is judged for a position, as a sentence."""
        return words.judged_by(self.notices(rules), rules.edition.iri if rules.edition else None)

    def target_category(self, profile: FlatProfile) -> str | None:
        """The category (an IRI) that decides about someone; None: any that is met does."""
        return self.inquiry.category or profile.applies_for

    def prepare(self) -> None:
        """Load what is needed for every position that can come: processes forked share it."""
        for rules in self.rules:
            self._compiled_judge(rules)
            self.assessor.judge(rules)

    def verdict(self, profile: FlatProfile) -> Verdict:
        """The verdict on one candidate, to whose being judged there is no objection."""
        judge = self._judge_of(profile.applies_for)
        if isinstance(judge, UsageError):
            raise judge
        return judge.judge(profile)

    def assessment(self, profile: FlatProfile, verdict: Verdict) -> Assessment:
        """The whole assessment that a verdict stands for."""
        statuses, asked = verdict.statuses, self.inquiry.category
        evidence, failed = self.evidence(profile.candidate(), verdict)
        return self.assessor.conclude(
            statuses.rules, evidence, failed, self.choices, asked, statuses
        )

    def evidence(self, candidate: Candidate, verdict: Verdict) -> tuple[Evidence, frozenset[str]]:
        """What a candidate's verdict rests on: the evidence, and the shapes that failed."""
        rules = verdict.statuses.rules
        evidence = self.assessor.evidence(candidate, rules, self.inquiry.on)
        return evidence, self._compiled_judge(rules).failed(evidence, verdict.answer)
