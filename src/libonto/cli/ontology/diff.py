"""`libonto ontology diff`: two versions, term by term, and whose verdict changes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from libonto.cli.frame import (
    clean,
    data_option,
    emit,
    lang_option,
    output_option,
    text_or_json_option,
)
from libonto.cli.terminal import terminal_style, terminal_width, write_text
from libonto.errors import UsageError
from libonto.graph.wording import in_words
from libonto.locales import sentence

if TYPE_CHECKING:
    from libonto.graph.table import Style
    from libonto.ontology.difference import Change, TermChange
    from libonto.verdict.changes import VerdictChange, VerdictChanges

_MARKS = {"added": "+", "removed": "-", "changed": "~"}


@click.command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option(
    "--profiles",
    metavar="DIR",
    help="Judge every profile of a folder by both versions; A and B must then be folders.",
)
@click.option("--on", metavar="DATE", help="The day of assessment; by default today in Almaty.")
@text_or_json_option
@click.option("--position", metavar="POSITION")
@lang_option
@data_option
@output_option
def command(
    old: str,
    new: str,
    profiles: str | None,
    on: str | None,
    format_: str,
    position: str | None,
    lang: str,
    data: Sequence[str],
    output: str | None,
) -> int:
    """Compare two versions: what is added, removed and changed, grouped by term.

    A and B are folders with ontology/ and shapes/, or Turtle files; or editions of a position.
    Blank nodes are compared by what is said of them. Exit status: 0 nothing differs, 1 something
    does, 2 one of the versions cannot be read.
    """
    if not (Path(old).exists() or Path(new).exists()):
        return _editions(old, new, profiles, on, position, format_, lang, data, output)
    from libonto.ontology.difference import difference, read_version

    before, after = read_version(old), read_version(new)
    changes = difference(before, after)
    verdicts = _verdicts(old, new, profiles, on) if profiles else None
    page = _Page(_labels(before, after), lang, terminal_width(), terminal_style(output))
    if format_ == "json":
        value = page.value(changes, verdicts)
        emit(json.dumps(value, ensure_ascii=False, indent=2), output)
    else:
        emit("\n".join(page.lines(changes, verdicts)), output)
    return 1 if changes or (verdicts and verdicts.changes) else 0


def _editions(
    old: str,
    new: str,
    profiles: str | None,
    on: str | None,
    position: str | None,
    format_: str,
    lang: str,
    data: Sequence[str],
    output: str | None,
) -> int:
    """Compare two editions of a position that the data hold."""
    from libonto.graph.catalogue import Catalogue
    from libonto.law.editions import today
    from libonto.verdict.assessment import Assessor
    from libonto.verdict.edition_changes import edition_changes
    from libonto.verdict.inquiry import parse_day
    from libonto.voice.edition_changes import EditionWords, edition_document, edition_object

    if profiles is not None and not Path(profiles).exists():
        raise UsageError("unreadable", path=profiles, detail="no such file or folder")
    assessor = Assessor(Catalogue.of(data))
    positions = assessor.positions
    post = positions.named(position) if position else positions.default
    day = parse_day(on) if on is not None else today()
    before, after = (
        positions.rules(post, positions.editions.named(name), day) for name in (old, new)
    )
    folder = Path(profiles) if profiles is not None else None
    changes = edition_changes(assessor, before, after, day, folder)
    words = EditionWords(assessor.graph, lang)
    if format_ == "json":
        value = edition_object(changes, words)
        emit(json.dumps(value, ensure_ascii=False, indent=2), output)
    else:
        write_text(edition_document(changes, words), output)
    return 1 if changes.removed or changes.added or changes.affected else 0


def _verdicts(old: str, new: str, profiles: str, on: str | None) -> VerdictChanges:
    from libonto.ontology.difference import version_folder
    from libonto.verdict.assessment import Assessor
    from libonto.verdict.changes import verdict_changes
    from libonto.verdict.inquiry import parse_day

    day = parse_day(on) if on is not None else None
    for name in (old, new):
        if not Path(name).is_dir():
            raise UsageError("diff-needs-folders", path=name)
    if not Path(profiles).is_dir():
        raise UsageError("unreadable", path=profiles, detail="no such folder")
    versions = [Assessor(version_folder(name)) for name in (old, new)]
    return verdict_changes(versions[0], versions[1], Path(profiles), day)


def _labels(*versions: list[Any]) -> dict[tuple[str, str], str]:
    """Labels by IRI and language; the newer version's where both have one."""
    from pyoxigraph import Literal, NamedNode

    from libonto.graph.terms import term

    found = {}
    for triples in versions:
        for triple in triples:
            subject, value = triple.subject, triple.object
            is_label = triple.predicate in (term("skos:prefLabel"), term("sh:name"))
            if is_label and isinstance(value, Literal) and isinstance(subject, NamedNode):
                found[subject.value, value.language or ""] = value.value
    return found


class _Page:
    """The differences as lines or as a JSON value, in one language."""

    def __init__(
        self, labels: dict[tuple[str, str], str], lang: str, width: int, style: Style
    ) -> None:
        self.labels, self.lang, self.style = labels, lang, style
        self.width = min(width, 120)

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
        found: dict[str, Any] = {
            "terms": [
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
        }
        if verdicts is not None:
            found["candidates"] = verdicts.candidates
            found["verdicts"] = [self._verdict_value(v) for v in verdicts.changes]
        return found

    def _statement(self, change: Change) -> Iterator[str]:
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
            moved = self._moved(category.old, category.new, kind="category-")
            yield from self._wrap(f"{self._label(category.iri)}: {moved}", "    ", "strong")
        for requirement in change.requirements:
            old = str(requirement.old.status) if requirement.old else None
            new = str(requirement.new.status) if requirement.new else None
            yield from self._wrap(
                f"{self._label(requirement.iri)}: {self._moved(old, new)}", "    "
            )
            for mark, finding in (("-", requirement.old), ("+", requirement.new)):
                if finding is not None:
                    said = finding.shape.messages.get(self.lang, finding.shape.iri)
                    clauses = ", ".join(c.id for c in finding.requirement.clauses)
                    yield from self._wrap(f"{mark} {said} ({clauses})", "        ")

    def _verdict_value(self, change: VerdictChange) -> dict[str, Any]:
        return {
            "candidate": change.candidate or None,
            "source": change.source,
            "categories": [
                {"category": c.iri, "old": c.old, "new": c.new} for c in change.categories
            ],
            "requirements": [
                {
                    "requirement": r.iri,
                    "old": str(r.old.status) if r.old else None,
                    "new": str(r.new.status) if r.new else None,
                    "expectedOld": r.old.shape.messages.get(self.lang) if r.old else None,
                    "expectedNew": r.new.shape.messages.get(self.lang) if r.new else None,
                }
                for r in change.requirements
            ],
            "oldError": change.old_error.message(self.lang) if change.old_error else None,
            "newError": change.new_error.message(self.lang) if change.new_error else None,
        }

    def _moved(self, old: str | None, new: str | None, *, kind: str = "") -> str:
        return " → ".join(
            sentence(f"status.{kind}{status}", self.lang) if status else self._say("absent")
            for status in (old, new)
        )

    def _label(self, iri: str) -> str:
        for lang in (self.lang, "kk", "ru", "en"):
            if (iri, lang) in self.labels:
                return self.labels[iri, lang]
        return in_words(iri, self.lang)

    def _titled(self, iri: str) -> str:
        if not iri:
            return self._say("axioms")
        label, name = self._label(iri), self._name(iri)
        return name if label == name else f"{label} ({name})"

    @staticmethod
    def _name(iri: str) -> str:
        from libonto.graph.description import known_as

        return known_as(iri)

    def _say(self, key: str, **params: object) -> str:
        return sentence(f"diff.{key}", self.lang, **params)

    def _wrap(self, text: str, indent: str, style: str = "") -> Iterator[str]:
        from libonto.graph.table import wrapped

        flat = clean(" ".join(text.split()))
        for number, line in enumerate(wrapped(flat, max(self.width - len(indent) - 2, 30))):
            said = indent + ("  " if number else "") + line
            yield self.style(said, style) if style else said
