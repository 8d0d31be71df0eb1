"""The one level that an answer is about (contract, “Verdicts”)."""

from __future__ import annotations

from libonto.verdict.model import Assessment, CategoryVerdict, Status

_BETTER = (Status.MET, Status.NOT_SHOWN, Status.NOT_MET)


def target(a: Assessment, asked: str | None = None) -> CategoryVerdict:
    """The category asked for (an IRI), else the one applied for, else the next in the ladder.

    The ladder is the one that the candidate stands in; where nothing is left in it, the target
    is the highest category met.
    """
    wanted = asked or a.candidate.applies_for
    if wanted:
        return a.category(wanted)
    steps = min(_ladders(a), key=lambda members: _standing(a, members))
    return next((step for step in steps if step.status is not Status.MET), steps[-1])


def _ladders(a: Assessment) -> list[list[CategoryVerdict]]:
    """The categories of each ladder, from the lowest up."""
    found: dict[str, list[CategoryVerdict]] = {}
    for category in a.categories:
        found.setdefault(category.ladder, []).append(category)
    return list(found.values())


def _standing(a: Assessment, steps: list[CategoryVerdict]) -> tuple[int, int]:
    """The less, the rather a candidate stands in this ladder: steps met, then the education."""
    met = max((n for n, step in enumerate(steps, 1) if step.status is Status.MET), default=0)
    education = [
        _BETTER.index(finding.status)
        for finding in map(a.finding, steps[0].requirements)
        if finding.requirement.asks_credential
    ]
    return -met, max(education, default=0)
