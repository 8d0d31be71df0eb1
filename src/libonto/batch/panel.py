"""Who judges in a batch: for each position, the compiled shapes on the day, under the readings."""

from __future__ import annotations

from functools import partial

from libonto.batch.model import Terms
from libonto.errors import Problem
from libonto.graph.catalogue import Catalogue
from libonto.graph.terms import slug_of
from libonto.law.model import PositionRules
from libonto.profile.brief import Brief
from libonto.profile.model import Candidate
from libonto.verdict.assessment import Assessor
from libonto.verdict.compiled import Compiled
from libonto.verdict.evidence import Evidence
from libonto.verdict.outlines import Outlines, Verdict


class Panel:
    """Judges briefs; what it has learnt of one serves the next."""

    def __init__(self, terms: Terms, assessor: Assessor | None = None) -> None:
        """Load the data, unless an assessor that has loaded them is given."""
        self.terms = terms
        self.assessor = assessor or Assessor(Catalogue.of(terms.data))
        self.choices = self.assessor.readings.choose(terms.choices)
        self._outlines: dict[str, Outlines] = {}
        self._owners: dict[str | None, str] = {}
        self._places: dict[str, int] = {}

    def position(self, applies_for: str | None) -> str:
        """The position for which someone who applies for a category (or none) is judged."""
        if applies_for not in self._owners:
            owner = self.terms.position or self.assessor.positions.default
            if applies_for:
                owner = self.assessor.positions.owner(applies_for)
            self._owners[applies_for] = owner
        return self._owners[applies_for]

    def objection(self, brief: Brief) -> Problem | None:
        """Why someone cannot be judged for the position that is asked for."""
        wanted = self.terms.position
        if wanted is None or self.position(brief.applies_for) == wanted:
            return None
        return Problem(
            "applies-for-other-position",
            params={
                "candidate": brief.iri,
                "category": slug_of(brief.applies_for or ""),
                "position": slug_of(wanted),
            },
        )

    def outlines(self, position: str) -> Outlines:
        """What judges for one position; DataError for shapes that cannot be compiled."""
        found = self._outlines.get(position)
        if found is None:
            rules = self.rules(position)
            found = self._outlines[position] = Outlines(
                rules,
                self.assessor.readings,
                self.choices,
                self.terms.on,
                Compiled(self.assessor.graph, rules.node_shape),
                partial(self.evidence, rules=rules),
            )
        return found

    def rules(self, position: str) -> PositionRules:
        """The rules of a position by the edition of the day."""
        return self.assessor.positions.rules(position, on=self.terms.on)

    def evidence(self, candidate: Candidate, *, rules: PositionRules) -> Evidence:
        """What follows from a profile on the day."""
        return self.assessor.evidence(candidate, rules, self.terms.on)

    def place(self, brief: Brief) -> int | None:
        """The place of the category that decides about someone; None: any that is met does."""
        wanted = self.terms.asked or brief.applies_for
        if wanted is None:
            return None
        if wanted not in self._places:
            categories = self.outlines(self.position(wanted)).rules.categories
            self._places |= {c.iri: place for place, c in enumerate(categories)}
        return self._places[wanted]

    def prepare(self) -> None:
        """Load what is needed for every position that can come: processes forked share it."""
        positions = self.assessor.positions
        for position in (self.terms.position,) if self.terms.position else positions.iris:
            self.outlines(position)
            self.assessor.judge(self.rules(position))

    def judge(self, brief: Brief) -> Verdict:
        """The verdict on one candidate."""
        return self.outlines(self.position(brief.applies_for)).judge(brief)
