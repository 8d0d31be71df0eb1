"""The judge of a batch: for each position, the compiled shapes on the day, under the readings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from libonto.errors import Problem, UsageError
from libonto.graph.catalogue import Catalogue, own_version
from libonto.law.model import PositionRules
from libonto.profile.model import Candidate, FlatProfile
from libonto.verdict.assessment import Assessor
from libonto.verdict.compiled_judge import CompiledJudge, Verdict
from libonto.verdict.evidence import Evidence
from libonto.verdict.inquiry import Inquiry
from libonto.verdict.model import Assessment, Notice
from libonto.verdict.statuses import ShapeResults

if TYPE_CHECKING:
    from libonto.voice.words import Words


class BatchJudge:
    """Judges profiles; the verdict on a part of one is remembered for the next."""

    def __init__(
        self, inquiry: Inquiry, data: Sequence[str] = (), assessor: Assessor | None = None
    ) -> None:
        """Load the data folders, unless an assessor that has loaded them is given."""
        self.inquiry = inquiry
        self.assessor = assessor or Assessor(Catalogue.of(data))
        self.choices = self.assessor.readings.choose(inquiry.readings)
        self._compiled: dict[str, CompiledJudge] = {}
        self._notices: dict[str, tuple[Notice, ...]] = {}
        self._by_category = lru_cache(None)(self._judge_of)

    @cached_property
    def digest(self) -> str:
        """A digest of our version and of all that is judged by."""
        digest = blake2b(own_version().encode(), digest_size=16)
        for path in self.assessor.graph.catalogue.turtle():
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()

    @cached_property
    def rules(self) -> tuple[PositionRules, ...]:
        """The rules by which candidates may be judged, a position's by the edition of the run."""
        inquiry, positions = self.inquiry, self.assessor.positions
        iris = (inquiry.position,) if inquiry.position else positions.iris
        return tuple(positions.rules(iri, inquiry.edition, inquiry.on) for iri in iris)

    def _judge_of(self, category: str | None) -> CompiledJudge | UsageError:
        try:
            return self._compiled_judge(self.assessor.rules_for(category, self.inquiry))
        except UsageError as error:
            return error

    def _compiled_judge(self, rules: PositionRules) -> CompiledJudge:
        """The judge for one position; DataError for shapes that cannot be compiled."""
        if rules.iri not in self._compiled:
            judge = CompiledJudge(self.assessor, rules, self.choices, self.inquiry.on)
            self._compiled[rules.iri] = judge
        return self._compiled[rules.iri]

    def judge_of(self, profile: FlatProfile) -> CompiledJudge | Problem:
        """The judge for the position of a candidate, or why the inquiry does not fit them."""
        judge = self._by_category(profile.applies_for)
        if isinstance(judge, UsageError):
            return Problem(judge.key, params={**judge.params, "candidate": profile.iri})
        return judge

    def notices(self, rules: PositionRules) -> tuple[Notice, ...]:
        """The notices on every assessment for a position."""
        if rules.iri not in self._notices:
            notices = self.assessor.notices(rules, self.inquiry.on, self.choices)
            self._notices[rules.iri] = notices
        return self._notices[rules.iri]

    def edition(self, rules: PositionRules, words: Words) -> str:
        """The edition by which candidates for a position are judged, as a sentence."""
        return words.judged_by(self.notices(rules), rules.edition_iri)

    def target_category(self, profile: FlatProfile) -> str | None:
        """The category (an IRI) whose status decides; None: any category that is met does."""
        return self.inquiry.category or profile.applies_for

    def prepare(self) -> None:
        """Load the rules and shapes of every position: processes forked later share them."""
        for rules in self.rules:
            self._compiled_judge(rules)
            self.assessor.judge(rules)

    def assessment(self, profile: FlatProfile, verdict: Verdict) -> Assessment:
        """The whole assessment that a verdict stands for."""
        evidence, failed = self.evidence(profile.candidate(), verdict)
        results = ShapeResults(evidence, failed, self.choices)
        return self.assessor.conclude(results, self.inquiry.category, verdict.statuses)

    def evidence(self, candidate: Candidate, verdict: Verdict) -> tuple[Evidence, frozenset[str]]:
        """The evidence of a candidate's verdict, and the shapes that failed."""
        rules = verdict.statuses.rules
        evidence = self.assessor.evidence(candidate, rules, self.inquiry.on)
        return evidence, self._compiled_judge(rules).failed(evidence, verdict.answer)
