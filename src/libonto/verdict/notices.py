"""Notices: the edition that was superseded, and acts no longer in force on the day."""

from __future__ import annotations

from datetime import date

from pyoxigraph import Literal, NamedNode

from libonto.graph.store import Graph
from libonto.graph.terms import slug_of
from libonto.law.model import PositionRules
from libonto.verdict.model import Notice


def notices(graph: Graph, rules: PositionRules, on: date) -> tuple[Notice, ...]:
    """The notices for one position on a day, the edition's first."""
    found = [notice for e in _editions(graph, rules) for notice in _superseded(graph, e)]
    found += [notice for act in rules.acts for notice in _ceased(graph, act, on)]
    if graph.subjects("lo:openPointOf", NamedNode(rules.iri)):  # a draft that is not reviewed
        found.append(Notice("unreviewed", rules.iri, None, None, None))
    return tuple(found)


def _editions(graph: Graph, rules: PositionRules) -> list[str]:
    return graph.iris(NamedNode(rules.iri), "lo:describedIn")


def _superseded(graph: Graph, edition: str) -> list[Notice]:
    node = NamedNode(edition)
    successors = graph.iris(node, "lo:supersededBy")
    if not successors:
        return []
    since = graph.one(node, "lo:supersededIn") or graph.one(node, "lo:supersededOn")
    return [
        Notice(
            kind="edition-superseded",
            subject=edition,
            successor=successors[0],
            since=since.value if isinstance(since, Literal) else None,
            evidence=_confirmation(graph, successors[0]),
        )
    ]


def _ceased(graph: Graph, act: str, on: date) -> list[Notice]:
    since = graph.text(NamedNode(act), "eli:date_no_longer_in_force")
    if since is None or date.fromisoformat(since) > on:
        return []
    successors = graph.iris(NamedNode(act), "dcterms:isReplacedBy")
    return [
        Notice(
            kind="act-no-longer-in-force",
            subject=act,
            successor=successors[0] if successors else None,
            since=since,
            evidence=_confirmation(graph, act),
        )
    ]


def _confirmation(graph: Graph, subject: str) -> str | None:
    values = graph.iris(NamedNode(subject), "lo:confirmation")
    return slug_of(values[0], "evidence") if values else None
