"""A position's rules as the graph states them: categories, requirements, shapes, measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from libonto.graph.terms import NS
from libonto.law.editions import Edition
from libonto.law.readings import Choices, Reading


@dataclass(frozen=True)
class Clause:
    """A span of the text: its id, exact quote, code points [start, end), and levels' IRIs."""

    iri: str
    id: str
    quote: str
    start: int
    end: int
    applies_to: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kind:
    """A kind of requirement: what of a profile is its evidence, and whether it can be refuted."""

    name: str
    evidence: str
    refutable: bool


@dataclass(frozen=True)
class Measure:
    """A way of counting service: the property it is stated by, what counts, the arithmetic."""

    property: str
    positions: frozenset[str]
    arithmetic: str


@dataclass(frozen=True)
class RequirementShape:
    """The shape that judges a requirement where all the options in `under` are chosen.

    `undecided` is the shape that an unmet requirement conforms to when the profile leaves
    it open; `measure` is the service it looks at, for an experience requirement; `items`
    are the knowledge items any of which it accepts.
    """

    iri: str
    under: frozenset[str]
    messages: Mapping[str, str]
    undecided: str | None = None
    measure: Measure | None = None
    items: frozenset[str] = frozenset()

    def applies(self, choices: Choices) -> bool:
        """Whether every option that it needs is chosen."""
        return not self.under or self.under <= {option.iri for option in choices.values()}


@dataclass(frozen=True)
class Requirement:
    """One requirement, whatever number of levels and clauses state it."""

    iri: str
    slug: str
    kind: Kind
    clauses: tuple[Clause, ...]
    shapes: tuple[RequirementShape, ...]
    years: int | None = None
    levels: tuple[str, ...] = ()
    item: str | None = None

    @property
    def asks_credential(self) -> bool:
        """Whether a profile's credentials are its evidence."""
        return self.kind.evidence == NS + "hasCredential"

    def shape(self, choices: Choices) -> RequirementShape:
        """The one shape that applies under these choices (checked when the rules are read)."""
        if len(self.shapes) == 1:
            return self.shapes[0]
        chosen = {option.iri for option in choices.values()}
        return next(shape for shape in self.shapes if shape.under <= chosen)

    def clause_for(self, category: str) -> Clause:
        """The clause that states it for a category, else (inherited) the first that states it."""
        return next((c for c in self.clauses if category in c.applies_to), self.clauses[0])


@dataclass(frozen=True)
class Category:
    """A category level with all its requirements, inherited ones included, in the text's order."""

    iri: str
    slug: str
    ladder: str
    inherits: str | None
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class PositionRules:
    """Everything by which candidates for one position are judged, by one edition of the law.

    `fields` are the fields of study that its requirements name; another position's fields
    are nothing to it.
    """

    iri: str
    slug: str
    node_shape: str
    requirements: tuple[Requirement, ...]
    categories: tuple[Category, ...]
    ladders: tuple[str, ...]
    measures: tuple[Measure, ...]
    fields: frozenset[str]
    acts: tuple[str, ...]
    edition: Edition | None = None

    def category(self, iri: str) -> Category | None:
        """The category with this IRI, where the edition has it."""
        return next((category for category in self.categories if category.iri == iri), None)

    def requirement(self, iri: str) -> Requirement:
        """The requirement with this IRI."""
        return next(r for r in self.requirements if r.iri == iri)

    def under(self, reading: Reading) -> list[Requirement]:
        """The requirements that have a shape for an option of a reading."""
        if reading.iri not in self._under:
            options = {option.iri for option in reading.options}
            self._under[reading.iri] = [
                r for r in self.requirements if any(options & shape.under for shape in r.shapes)
            ]
        return self._under[reading.iri]

    @cached_property
    def _under(self) -> dict[str, list[Requirement]]:
        return {}
