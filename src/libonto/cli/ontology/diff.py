"""`libonto ontology diff`: two versions, term by term, and whose verdict changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
from pyoxigraph import Literal, NamedNode

from libonto.cli.answer import Call, answering, format_option, terminal_style, terminal_width
from libonto.cli.frame import clean
from libonto.errors import UsageError
from libonto.graph.catalogue import Catalogue
from libonto.graph.description import in_words, titled
from libonto.graph.table import wrapped
from libonto.graph.terms import term
from libonto.law.editions import today
from libonto.locales import LANGUAGES, sentence
from libonto.ontology.difference import (
    StatementChange,
    TermChange,
    difference,
    read_version,
    version_folder,
)
from libonto.verdict.assessment import Assessor
from libonto.verdict.changes import (
    Difference,
    VerdictChange,
    VerdictChanges,
    edition_changes,
    verdict_changes,
)
from libonto.verdict.inquiry import parse_day
from libonto.verdict.model import CategoryVerdict, Finding
from libonto.voice.edition_changes import EditionWords, edition_document, edition_object

_MARKS = {"added": "+", "removed": "-", "changed": "~"}


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--profiles")
@click.option("--on")
@format_option("text", "json")
@click.option("--position")
@answering
def command(
    call: Call, old: str, new: str, profiles: str | None, on: str | None, position: str | None
) -> int:
    """Compare two versions: what is added, removed and changed, grouped by term.

    A and B are folders with ontology/ and shapes/, or Turtle files; or editions of a position.
    Blank nodes are compared by their statements. Exit status: 0 nothing differs, 1 something
    does, 2 one of the versions cannot be read.
    """
    folder = Path(profiles) if profiles else None
    if not (Path(old).exists() or Path(new).exists()):
        return _editions(call, old, new, folder, on, position)
    before, after = read_version(old), read_version(new)
    changes = difference(before, after)
    day = parse_day(on) if folder and on is not None else None
    verdicts = _verdicts(old, new, folder, day) if folder else None
    writer = _DifferenceWriter(_labels(before, after), call)
    if call.format == "json":
        call.write_json(writer.value(changes, verdicts))
    else:
        call.emit("\n".join(writer.lines(changes, verdicts)))
    return 1 if changes or (verdicts and verdicts.changes) else 0


def _editions(
    call: Call, old: str, new: str, profiles: Path | None, on: str | None, position: str | None
) -> int:
    """Compare two editions of a position that the data hold."""
    if profiles is not None and not profiles.exists():
        raise UsageError("unreadable", path=profiles, detail="no such file or folder")
    assessor = Assessor(Catalogue.of(call.data))
    positions = assessor.positions
    post = positions.named(position) if position else positions.default
    day = parse_day(on) if on is not None else today()
    before, after = (
        positions.rules(post, positions.editions.named(name), day) for name in (old, new)
    )
    changes = edition_changes(assessor, before, after, day, profiles)
    words = EditionWords(assessor.graph, call.lang)
    if call.format == "json":
        call.write_json(edition_object(changes, words))
    else:
        call.write(edition_document(changes, words))
    return 1 if changes.removed or changes.added or changes.affected else 0


def _verdicts(old: str, new: str, profiles: Path, day: date | None) -> VerdictChanges:
    for name in (old, new):
        if not Path(name).is_dir():
            raise UsageError("diff-needs-folders", path=name)
    if not profiles.is_dir():
        raise UsageError("unreadable", path=profiles, detail="no such folder")
    versions = [Assessor(version_folder(name)) for name in (old, new)]
    return verdict_changes(versions[0], versions[1], profiles, day)


def _labels(*versions: list[Any]) -> dict[tuple[str, str], str]:
    """Labels by IRI and language; the newer version's where both have one."""
    labels = {}
    for triples in versions:
        for triple in triples:
            subject, value = triple.subject, triple.object
            is_label = triple.predicate in (term("skos:prefLabel"), term("sh:name"))
            if is_label and isinstance(value, Literal) and isinstance(subject, NamedNode):
                labels[subject.value, value.language or ""] = value.value
    return labels


class _DifferenceWriter:
    """The differences as lines or as a JSON value, in one language."""

    def __init__(self, labels: dict[tuple[str, str], str], call: Call) -> None:
        self.labels, self.lang, self.style = labels, call.lang, terminal_style(call.output)
        self.width = min(terminal_width(), 120)

    def lines(self, changes: list[TermChange], verdicts: VerdictChanges | None) -> Iterator[str]:
        if not changes:
            yield self._say("same")
        for change in changes:
            head = f"{_MARKS[change.status]} {self._titled(change.iri)}"
            yield from self._wrap(head, "", "strong")
            for statement in change.changes:
                yield from self._statement(statement)
            yield ""
        if changes:
            counts = {s: sum(c.status == s for c in changes) for s in _MARKS}
            yield self._say("summary", **counts)
        if verdicts is not None:
            yield ""
            key = "verdicts" if verdicts.changes else "no-verdicts"
            count, total = len(verdicts.changes), verdicts.candidates
            yield self.style(self._say(key, count=count, total=total), "strong")
            for verdict in verdicts.changes:
                yield ""
                yield from self._verdict(verdict)

    def value(self, changes: list[TermChange], verdicts: VerdictChanges | None) -> dict[str, Any]:
        """The same for programs."""
        terms = [
            {
                "term": change.iri,
                "label": self._label(change.iri),
                "status": change.status,
                "statements": [
                    {
                        "property": s.property,
                        "language": s.language or None,
                        "old": s.old or None,
                        "new": s.new or None,
                    }
                    for s in change.changes
                ],
            }
            for change in changes
        ]
        if verdicts is None:
            return {"terms": terms}
        changed = [self._verdict_value(change) for change in verdicts.changes]
        return {"terms": terms, "candidates": verdicts.candidates, "verdicts": changed}

    def _statement(self, change: StatementChange) -> Iterator[str]:
        name = self._label(change.property) + (f" @{change.language}" if change.language else "")
        if change.old and change.new:
            yield from self._wrap(f"~ {name}", "    ", "faint")
            yield from self._wrap(f"- {change.old}", "        ")
            yield from self._wrap(f"+ {change.new}", "        ")
        else:
            mark = "+" if change.new else "-"
            yield from self._wrap(f"{mark} {name}: {change.new or change.old}", "    ")

    def _verdict(self, change: VerdictChange) -> Iterator[str]:
        yield from self._wrap(" · ".join(filter(None, (change.candidate, change.source))), "  ")
        for error, key in ((change.old_error, "old-unread"), (change.new_error, "new-unread")):
            if error is not None:
                yield from self._wrap(self._say(key, error=error.message(self.lang)), "    ")
        for category in change.categories:
            moved = self._moved(category, kind="category-")
            yield from self._wrap(moved, "    ", "strong")
        for changed in change.requirements:
            yield from self._wrap(self._moved(changed), "    ")
            for mark, finding in (("-", changed.old), ("+", changed.new)):
                if finding is not None:
                    message = finding.shape.messages.get(self.lang, finding.shape.iri)
                    clauses = ", ".join(c.id for c in finding.requirement.clauses)
                    yield from self._wrap(f"{mark} {message} ({clauses})", "        ")

    def _verdict_value(self, change: VerdictChange) -> dict[str, Any]:
        return {
            "candidate": change.candidate or None,
            "source": change.source,
            "categories": [
                {"category": c.iri, "old": c.old and c.old.status, "new": c.new and c.new.status}
                for c in change.categories
            ],
            "requirements": [
                {
                    "requirement": r.iri,
                    "old": r.old and r.old.status,
                    "new": r.new and r.new.status,
                    "expectedOld": r.old and r.old.shape.messages.get(self.lang),
                    "expectedNew": r.new and r.new.shape.messages.get(self.lang),
                }
                for r in change.requirements
            ],
            "oldError": change.old_error and change.old_error.message(self.lang),
            "newError": change.new_error and change.new_error.message(self.lang),
        }

    def _moved(
        self, change: Difference[Finding] | Difference[CategoryVerdict], kind: str = ""
    ) -> str:
        """What has another status, and both of them."""
        statuses = " → ".join(
            sentence(f"status.{kind}{of.status}", self.lang) if of else self._say("absent")
            for of in (change.old, change.new)
        )
        return f"{self._label(change.iri)}: {statuses}"

    def _label(self, iri: str) -> str:
        for lang in (self.lang, *LANGUAGES):
            if (iri, lang) in self.labels:
                return self.labels[iri, lang]
        return in_words(iri, self.lang)

    def _titled(self, iri: str) -> str:
        if not iri:
            return self._say("axioms")
        return titled(iri, self._label(iri))

    def _say(self, key: str, **params: object) -> str:
        return sentence(f"diff.{key}", self.lang, **params)

    def _wrap(self, wording: str, indent: str, style: str = "") -> Iterator[str]:
        flat = clean(" ".join(wording.split()))
        for number, line in enumerate(wrapped(flat, max(self.width - len(indent) - 2, 30))):
            text = indent + ("  " if number else "") + line
            yield self.style(text, style) if style else text
