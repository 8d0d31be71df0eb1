"""Two editions side by side in words, and who is affected: as a document and as a JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from libonto.crosswalk.chains import Counterpart
from libonto.graph.terms import slug_of
from libonto.law.editions import Edition
from libonto.law.model import Category, PositionRules, Requirement
from libonto.verdict.changes import EditionChanges
from libonto.verdict.model import CategoryVerdict
from libonto.verdict.plan import Lack
from libonto.voice.document import (
    AnswerDocument,
    Block,
    Heading,
    Paragraph,
    Section,
    TextTable,
    bullets,
)
from libonto.voice.words import Words, lowered


class EditionWords(Words):
    """Says how two editions differ."""

    def edition(self, rules: PositionRules) -> str:
        """An edition with the days on which it is in force."""
        edition = rules.edition
        if edition is None:
            return self.label(rules.iri)
        label = self.label(edition.iri)
        if edition.first is None:
            return self.say("editions.undated", edition=label)
        since = self.day(edition.first)
        if edition.until is None:
            return self.say("editions.since", edition=label, since=since)
        return self.say("editions.days", edition=label, since=since, until=self.day(edition.until))

    def correspondence(self, category: Category, links: Sequence[Counterpart]) -> str:
        """What a category answers to in the other edition, as far as a mapping states it."""
        own = [link for link in links if link.start == category.iri]
        if not own:
            return self.say("editions.no-correspondence")
        return "; ".join(
            self.say(
                "editions.correspondence",
                category=self.label(link.end),
                relation=self.say(f"crosswalk.{link.relation.value}"),
                strength=f"{link.strength:g}",
                confirmation=self.say(f"crosswalk.{link.confirmation}"),
            )
            for link in own
        )

    def requirement(self, requirement: Requirement) -> str:
        """A requirement with its first clause, word for word."""
        clauses = "; ".join(
            f"{c.id} {self.quoted(' '.join(c.quote.split()))}" for c in requirement.clauses[:1]
        )
        return f"{self.label(requirement.iri)} [{clauses}]"

    def highest_of(self, verdicts: Sequence[CategoryVerdict]) -> str:
        """The highest categories met, or that there is none."""
        labels = [self.quoted(self.label(verdict.iri)) for verdict in verdicts]
        return self.listed(labels) if labels else self.say("editions.none-met")

    def lack(self, lack: Lack) -> str:
        """A requirement that is not met, by which clause."""
        status = lowered(self.status(lack.finding.status))
        return f"{self.label(lack.finding.requirement.iri)} [{lack.clause.id}] — {status}"


def edition_document(changes: EditionChanges, words: EditionWords) -> AnswerDocument:
    """The editions, their categories and requirements side by side, and who is affected."""
    title = words.say("editions.title", position=words.label(changes.old.iri))
    return AnswerDocument(words.lang, title, [Section(title, list(_blocks(changes, words)))])


def _blocks(changes: EditionChanges, words: EditionWords) -> Iterator[Block]:
    yield bullets([words.edition(changes.old)], "-")
    yield bullets([words.edition(changes.new)], "+")
    yield Heading(words.say("editions.categories"))
    yield TextTable(
        [
            (words.label(c.iri), words.correspondence(c, changes.correspondences))
            for c in changes.old.categories
        ],
        (words.label((changes.old.edition or changes.old).iri), words.say("editions.answers-to")),
    )
    yield Paragraph(
        words.say(
            "editions.new-categories",
            categories="; ".join(words.label(c.iri) for c in changes.new.categories),
        )
    )
    sides = (("removed", changes.removed, "-"), ("added", changes.added, "+"))
    for key, requirements, mark in sides:
        yield Heading(words.say(f"editions.{key}"))
        yield bullets([words.requirement(r) for r in requirements], mark)
    yield Paragraph(words.say("editions.kept", count=len(changes.unchanged)))
    if changes.candidates is not None:
        yield from _people(changes, words)


def _people(changes: EditionChanges, words: EditionWords) -> Iterator[Block]:
    count, total = len(changes.affected), changes.candidates
    key = "affected" if count else "nobody"
    yield Heading(
        words.say(f"editions.{key}", count=count, total=total, date=words.day(changes.on))
    )
    for person in changes.affected:
        name = person.candidate.name or person.candidate.iri
        yield Heading(f"{name} · {person.source}", 3)
        before, after = words.highest_of(person.before), words.highest_of(person.after)
        yield Paragraph(words.say("editions.moved", before=before, after=after))
        yield bullets(map(words.lack, person.lacking), "+")
        yield bullets(map(words.lack, person.lacked), "-")
    if changes.unread:
        yield Heading(words.say("editions.unread"))
        yield bullets(f"{path}: {error.message(words.lang)}" for path, error in changes.unread)


def edition_object(changes: EditionChanges, words: EditionWords) -> dict[str, Any]:
    """The same for programs."""
    content: dict[str, Any] = {
        "position": changes.old.slug,
        "old": _edition(changes.old, words),
        "new": _edition(changes.new, words),
        "correspondences": [
            {
                "old": _category(link.start),
                "new": _category(link.end),
                "predicate": f"skos:{link.relation.value}",
                "confidence": link.strength,
                "confirmation": link.confirmation,
            }
            for link in changes.correspondences
        ],
        "removed": [_requirement(r, words) for r in changes.removed],
        "added": [_requirement(r, words) for r in changes.added],
        "kept": [{"old": old.iri, "new": new.iri} for old, new in changes.unchanged],
    }
    if changes.candidates is None:
        return content
    return {
        **content,
        "on": changes.on.isoformat(),
        "candidates": changes.candidates,
        "affected": [
            {
                "candidate": person.candidate.iri,
                "name": person.candidate.name,
                "source": person.source,
                "before": [_category(verdict.iri) for verdict in person.before],
                "after": [_category(verdict.iri) for verdict in person.after],
                "lacking": [_lack(lack, words) for lack in person.lacking],
                "lacked": [_lack(lack, words) for lack in person.lacked],
            }
            for person in changes.affected
        ],
        "unread": [
            {"source": path, "error": error.message(words.lang)} for path, error in changes.unread
        ],
    }


def _edition(rules: PositionRules, words: EditionWords) -> dict[str, Any]:
    edition = rules.edition or Edition(rules.iri)
    return {
        "edition": edition.iri,
        "label": words.label(edition.iri),
        "from": edition.first and edition.first.isoformat(),
        "until": edition.until and edition.until.isoformat(),
        "categories": [
            {"category": _category(c.iri), "label": words.label(c.iri)} for c in rules.categories
        ],
    }


def _requirement(requirement: Requirement, words: EditionWords) -> dict[str, Any]:
    return {
        "requirement": requirement.iri,
        "label": words.label(requirement.iri),
        "kind": requirement.kind.name,
        "clauses": [{"id": c.id, "quote": c.quote} for c in requirement.clauses],
    }


def _lack(lack: Lack, words: EditionWords) -> dict[str, Any]:
    return {
        "requirement": lack.finding.requirement.iri,
        "status": lack.finding.status,
        "clause": lack.clause.id,
        "quote": lack.clause.quote,
        "said": words.lack(lack),
    }


def _category(iri: str) -> str:
    return slug_of(iri, "category")
