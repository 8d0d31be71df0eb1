"""What an assessment says, as frozen values; `voice/` turns them into words and triples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from libonto.law.model import Category, Measure, PositionRules, Requirement, RequirementShape, Way
from libonto.profile.model import Candidate, Credential
from libonto.verdict.evidence import Evidence, KnowledgeEvidence
from libonto.verdict.foreign import Doubt
from libonto.verdict.service import Counted, Span


class Status(StrEnum):
    """A requirement's or a category's status (contract, “Verdicts”)."""

    MET = "met"
    NOT_MET = "not-met"
    NOT_SHOWN = "not-shown"


@dataclass(frozen=True)
class Finding:
    """One requirement's status, the shapes that applied, and what of the profile bears on it.

    `ways` are those that apply and `best` the one that lacks least; `shape` is one that is
    conformed to, else the first. `statuses` are by the shapes' IRIs, `partial` the service that a
    further condition counts, with its measure. `counted` is the whole service by `measure`;
    `doubts` are why it cannot be told whether a credential does;
    `holdings` are the categories and the kinds of document stated, by the kind of requirement.
    """

    requirement: Requirement
    shape: RequirementShape
    status: Status
    active: tuple[RequirementShape, ...]
    ways: tuple[Way, ...]
    best: Way
    statuses: Mapping[str, Status]
    partial: Mapping[str, tuple[Measure, Counted]]
    credentials: tuple[Credential, ...] = ()
    counted: Counted | None = None
    measure: Measure | None = None
    employed: bool = False
    knowledge: tuple[KnowledgeEvidence, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    holdings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def service(self) -> Span | None:
        """The length of the service that counts; None for another kind of requirement."""
        return self.counted.span if self.counted else None

    @property
    def lacks_day(self) -> bool:
        """Whether only a day that a reading counts service from (a grant's) is not stated."""
        serving = self.requirement.years is not None
        return serving and self.employed and self.status is Status.NOT_SHOWN

    @property
    def items(self) -> frozenset[str]:
        """The knowledge items any of which would do."""
        return frozenset(item for shape in self.active for item in shape.items)


@dataclass(frozen=True, kw_only=True)
class CategoryVerdict(Category):
    """A category with its status, the requirements not met, and when time alone brings it."""

    status: Status
    unmet: tuple[str, ...]
    earliest_on: date | None
    depends_on_readings: tuple[str, ...]


@dataclass(frozen=True)
class Notice:
    """Something that everyone who relies on the verdict should know.

    `subject` is the IRI of an edition, an act or a position; `evidence` the slug of how sure we
    are (`seen`, `memory-unverified`, …). Of an edition: `in_force` is the one in force on the
    day, and `text_available` whether its text is held. `part` and `number` name a credential or
    an employment of the profile, `options` the IRIs of options of readings.
    """

    kind: str
    subject: str = ""
    successor: str | None = None
    since: str | None = None
    evidence: str | None = None
    in_force: str | None = None
    text_available: bool = False
    part: str = ""
    number: int = 0
    options: tuple[str, ...] = ()

    @property
    def about_edition(self) -> bool:
        """Whether it says by which text is judged: it stands before the verdict."""
        return self.kind.startswith("edition")


@dataclass(frozen=True)
class Assessment:
    """A candidate's verdicts for one position on one day, and the readings that were used.

    `failed` holds the IRIs of the shapes, those of all readings, that the evidence does not
    conform to. `edition_on_day` is the edition (an IRI) that is in force on the day, if one is.
    `requested_category` is the category (an IRI) asked or applied for, `target` the one that an
    answer is about (contract, “Verdicts”).
    """

    candidate: Candidate
    rules: PositionRules
    on: date
    readings: Mapping[str, str]
    service: Span
    highest: Mapping[str, str | None]
    findings: tuple[Finding, ...]
    categories: tuple[CategoryVerdict, ...]
    notices: tuple[Notice, ...]
    evidence: Evidence
    failed: frozenset[str]
    edition_on_day: str | None
    target: str
    requested_category: str | None = None

    @property
    def passed(self) -> bool:
        """Whether the category asked or applied for is met, without one whether any is."""
        if self.requested_category is None:
            return any(self.highest.values())
        return self.category(self.requested_category).status is Status.MET

    @property
    def status(self) -> Status:
        """The status that an answer leads with; without a category asked for, of the best ones."""
        return Status.MET if self.passed else self.category(self.target).status

    @property
    def best(self) -> tuple[CategoryVerdict, ...]:
        """The highest category that is met in each ladder."""
        return tuple(c for c in self.categories if self.highest[c.ladder] == c.slug)

    def category(self, iri: str) -> CategoryVerdict:
        """The verdict on the category with this IRI."""
        return next(category for category in self.categories if category.iri == iri)

    def finding(self, requirement: str) -> Finding:
        """The finding on the requirement with this IRI."""
        return next(f for f in self.findings if f.requirement.iri == requirement)
