"""The fewest things that serve every need, where a need is served by any one of some things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TypeVar

_Thing = TypeVar("_Thing", bound="str | tuple[str, str]")


def smallest_cover(needs: Sequence[frozenset[_Thing]]) -> tuple[_Thing, ...]:
    """As few things as serve all needs, in order; needs that nothing serves are left out."""
    open_ = {need for need in needs if need}
    chosen: list[_Thing] = []
    for need in list(open_):
        if len(need) == 1:  # there is no choice
            chosen += [thing for thing in need if thing not in chosen]
    open_ = {need for need in open_ if need.isdisjoint(chosen)}
    things = _useful(open_)
    for size in range(len(open_) + 1):
        for some in combinations(things, size):
            if all(not need.isdisjoint(some) for need in open_):
                return tuple(sorted([*chosen, *some]))
    return tuple(sorted(chosen))  # not reached: a thing for each need always serves


def _useful(needs: Iterable[frozenset[_Thing]]) -> list[_Thing]:
    """One thing for each set of needs that it serves: others like it add nothing."""
    kept: dict[frozenset[frozenset[_Thing]], _Thing] = {}
    for thing in sorted({thing for need in needs for thing in need}):
        kept.setdefault(frozenset(need for need in needs if thing in need), thing)
    return list(kept.values())
