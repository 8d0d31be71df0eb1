"""The one level that an answer is about (contract, “Verdicts”)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from libonto.law.model import Category, PositionRules
from libonto.verdict.model import Status

_BETTER = (Status.MET, Status.NOT_SHOWN, Status.NOT_MET)


def target_category(
    rules: PositionRules,
    categories: Mapping[str, Status],
    requirements: Mapping[str, Status],
    wanted: str | None,
) -> str:
    """The IRI of the category that an answer is about, from the statuses by IRI.

    It is the one asked or applied for; else the next that is not met in the ladder that the
    candidate stands in; else, with nothing left there, the highest one met.
    """
    if wanted is not None:
        return wanted
    ladders = [[c for c in rules.categories if c.ladder == ladder] for ladder in rules.ladders]
    reached = [_reached(ladder, categories) for ladder in ladders]
    if any(reached):
        place = reached.index(max(reached))
    else:
        lowest = [_education(rules, ladder[0], requirements) for ladder in ladders]
        place = lowest.index(min(lowest))
    ladder, met = ladders[place], reached[place]
    return ladder[min(met, len(ladder) - 1)].iri


def _reached(ladder: Sequence[Category], categories: Mapping[str, Status]) -> int:
    """The number of the highest step that is met, from 1; 0 for none."""
    met = [n for n, c in enumerate(ladder, start=1) if categories[c.iri] is Status.MET]
    return met[-1] if met else 0


def _education(rules: PositionRules, category: Category, requirements: Mapping[str, Status]) -> int:
    """How well a category's education requirements stand: 0 is best."""
    found = [
        _BETTER.index(requirements[iri])
        for iri in category.requirements
        if rules.requirement(iri).asks_credential
    ]
    return max(found, default=0)
