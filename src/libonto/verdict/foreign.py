"""Credentials from other countries, and those that state a level of a framework.

A foreign credential counts from the day of its recognition (`recognised-only`), or by the level
to which a sure chain of correspondences leads (`by-level`); else what it would fit is left open.
The frameworks are loaded when the first such credential is met.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import Any, Literal

from libonto.crosswalk.chains import Counterpart, Crosswalk
from libonto.crosswalk.foreign import HOME, OWN, Abroad, Amount
from libonto.graph.store import Graph
from libonto.profile.model import Credential

READING, BY_LEVEL = "foreign-diploma", "by-level"

Doubt = Literal["pending", "unrecognised", "level", "field"]
"""Why it cannot be told whether a credential satisfies a shape.

It may not have been awarded yet, it is foreign and not recognised, its level is one of a framework
without a sure counterpart here, its field is too broad.
"""


@dataclass(frozen=True)
class CredentialEffect:
    """What a credential comes to on a day: as what it counts, or as what it might.

    The credentials in it state a level of education in the place of a framework's level. `doubt`
    is why it only might count: it is not recognised, or its level has no sure counterpart.
    """

    counted: tuple[Credential, ...] = ()
    open: tuple[Credential, ...] = ()
    doubt: Doubt = "level"


class ForeignCredentials:
    """As what credentials count; one for a graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    @cached_property
    def _abroad(self) -> Abroad:
        return Abroad(Crosswalk(self._graph))

    def is_foreign(self, credential: Credential) -> bool:
        """Whether its country is not Kazakhstan; without one, whether its level is of elsewhere."""
        if credential.country is not None:
            return credential.country != HOME
        level = credential.framework_level
        if level is None:
            return False  # and no framework need be loaded to know it
        frameworks = self._abroad.crosswalk.frameworks
        return frameworks.of(frameworks.level(level)) != OWN

    def amount(self, credential: Credential) -> Amount | None:
        """What its framework's level amounts to here; None where it states none."""
        level = credential.framework_level
        if not level:
            return None
        return self._abroad.amount(
            self._abroad.crosswalk.frameworks.level(level), credential.awarded
        )

    def effect(self, credential: Credential, on: date, *, by_level: bool) -> CredentialEffect:
        """What it comes to on a day, under one option of the reading `foreign-diploma`.

        A domestic credential counts as it is; one that is not awarded by the day does not.
        """
        if credential.awarded is not None and credential.awarded > on:
            return CredentialEffect()
        foreign = self.is_foreign(credential)
        amount = self.amount(credential)
        if amount is None and not foreign:
            return CredentialEffect(counted=(credential,))
        sure, near = self._levels(credential, amount)
        recognised = credential.recognised is not None and credential.recognised <= on
        counts = sure
        if foreign and recognised:
            counts = sure or (near if len(near) == 1 else ())
        elif foreign and not by_level:
            counts = ()
        if counts:
            return CredentialEffect(counted=_with_levels(credential, counts))
        waits = foreign and not recognised and not by_level
        return CredentialEffect(
            open=_with_levels(
                credential, sure or near or self._graph.instances("lo:EducationLevel")
            ),
            doubt="unrecognised" if waits else "level",
        )

    def _levels(
        self, credential: Credential, amount: Amount | None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The level that it surely has, and those that it may have."""
        if amount is None:
            return (credential.level,), ()
        near = tuple(dict.fromkeys(way.end for way in amount.near))
        return ((amount.sure.end,) if amount.sure else ()), near

    def evidence(self, credential: Credential, on: date, lang: str) -> dict[str, Any]:
        """Of a foreign one the chain, its weakest link and the recognition that applies."""
        amount = self.amount(credential)
        chain = (amount.sure or next(iter(amount.near), None)) if amount else None
        steps = _chain(chain) if chain else []
        covered = frozenset({chain.end} if chain else {credential.level} - {""})
        instruments = self._abroad.recognition(credential.country or "", on, covered)
        day = credential.recognised
        return {
            "country": credential.country,
            "level": credential.framework_level or credential.level,
            "sure": amount.sure is not None if amount else None,
            "chain": steps,
            "weakest": min(steps, key=itemgetter("confidence"), default=None),
            "recognisedOn": day.isoformat() if day else None,
            "recognition": [
                {
                    "instrument": i.iri,
                    "label": self._graph.label(i.iri, lang),
                    "kind": i.kind,
                    "since": i.since.isoformat() if i.since else None,
                    "forceSeen": i.force_seen,
                }
                for i in instruments
                if i.kind != "principle"
            ],
        }


def _with_levels(credential: Credential, levels: Sequence[str]) -> tuple[Credential, ...]:
    return tuple(replace(credential, level=level, framework_level=None) for level in levels)


def _chain(way: Counterpart) -> list[dict[str, Any]]:
    return [
        {
            "from": link.start,
            "to": link.end,
            "predicate": f"skos:{link.relation.value}",
            "confidence": link.mapping.confidence,
            "confirmation": link.confirmation,
        }
        for link in way.links
    ]
