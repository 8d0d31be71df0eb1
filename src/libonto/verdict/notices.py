"""Notices: the edition and the acts on the day, the readings together, and the profile's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from libonto.graph.store import Graph
from libonto.graph.terms import slug_of, term
from libonto.law.editions import Editions
from libonto.law.model import PositionRules
from libonto.law.readings import Choices
from libonto.profile.model import Candidate
from libonto.verdict.model import Notice

LONGEST_WORKING_LIFE = 70
"""Years before the day of assessment beyond which the start of an employment is implausible."""


def edition_on_day(editions: Editions, rules: PositionRules, on: date) -> str | None:
    """The edition (an IRI) of the same act as is judged by that is in force on a day."""
    act = rules.edition and rules.edition.act
    current = editions.in_force(act, on) if act else None
    return current.iri if current else None


def notices(
    graph: Graph,
    rules: PositionRules,
    editions: Editions,
    on: date,
    choices: Choices,
) -> tuple[Notice, ...]:
    """The notices for one position on a day under some readings, the edition's first."""
    first = [edition_notice(rules, editions, on), *(_of_act(graph, act, on) for act in rules.acts)]
    drafted = bool(graph.subjects("lo:openPointOf", rules.iri))  # and not reviewed yet
    return (
        *filter(None, first),
        *_at_odds(graph, choices),
        *([Notice("unreviewed", rules.iri)] if drafted else []),
    )


def profile_notices(candidate: Candidate, on: date) -> Iterator[Notice]:
    """The notices on what a profile states."""
    for number, credential in enumerate(candidate.credentials, start=1):
        if credential.awarded is None:
            yield Notice("undated-credential", part="credential", number=number)
    for number, employment in enumerate(candidate.employments, start=1):
        day = employment.started
        if (day.year + LONGEST_WORKING_LIFE, day.month, day.day) < (on.year, on.month, on.day):
            since = day.isoformat()
            yield Notice("implausible-date", since=since, part="employment", number=number)


def edition_notice(rules: PositionRules, editions: Editions, on: date) -> Notice | None:
    """That a position's edition is not the one in force on a day, or has no dates; else nothing."""
    edition = rules.edition
    if edition is None or edition.first is None:
        return Notice("edition-undated", subject=edition.iri if edition else rules.iri)
    if edition.in_force(on):
        return None
    current = editions.in_force(edition.act, on)
    described = {e.iri for e in editions.of_position(rules.iri)}
    before = on < edition.first
    since = edition.first if before else edition.until
    sure = editions.by_iri[edition.successor] if edition.successor and not before else edition
    return Notice(
        kind="edition-not-yet-in-force" if before else "edition-superseded",
        subject=edition.iri,
        successor=None if before else edition.successor,
        since=since.isoformat() if since else None,
        evidence=sure.evidence,
        in_force=current.iri if current else None,
        text_available=current is not None and current.iri in described,
    )


def _of_act(graph: Graph, act: str, on: date) -> Notice | None:
    """That an act is not in force on a day."""
    ended = graph.day(act, "eli:date_no_longer_in_force")
    if ended is not None and ended <= on:
        successor = graph.iri(act, "dcterms:isReplacedBy")
        sure = _confirmation(graph, act, "eli:date_no_longer_in_force")
        return Notice("act-no-longer-in-force", act, successor, ended.isoformat(), sure)
    began = graph.day(act, "eli:first_date_entry_in_force") or graph.day(act, "eli:date_document")
    if began is not None and on < began:
        sure = _confirmation(graph, act, "eli:first_date_entry_in_force")
        return Notice("act-not-yet-in-force", act, since=began.isoformat(), evidence=sure)
    return None


def _at_odds(graph: Graph, choices: Choices) -> list[Notice]:
    """Options chosen that the ontology says are at odds with each other."""
    pairs = {
        tuple(sorted((option, other)))
        for option in choices.iris
        for other in graph.iris(option, "lo:atOddsWith")
        if other in choices.iris
    }
    return [Notice("readings-at-odds", options=pair) for pair in sorted(pairs)]


def _confirmation(graph: Graph, subject: str, property_: str) -> str | None:
    """How sure a statement about an act is: by its own mark, else by the act's description."""
    marks = [
        mark
        for mark in graph.subjects("owl:annotatedSource", subject)
        if graph.one(mark, "owl:annotatedProperty") == term(property_)
    ]
    for about in (*marks, subject):
        if mark := graph.iri(about, "lo:confirmation"):
            return slug_of(mark, "evidence")
    return None
