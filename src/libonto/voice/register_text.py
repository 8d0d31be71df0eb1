"""The register of readings as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from libonto.law.model import Clause
from libonto.verdict.model import Assessment
from libonto.verdict.register import Effect, Entry, ReadingEffects
from libonto.voice.page import Page
from libonto.voice.reading_words import turn_said
from libonto.voice.words import Words, within


@dataclass(frozen=True)
class RegisterText:
    """Writes the register, and what it does to some candidates."""

    entries: Sequence[Entry]
    words: Words
    candidates: Sequence[tuple[Assessment, Sequence[ReadingEffects]]] = ()
    page: Page = field(default_factory=Page)

    def __str__(self) -> str:
        """The whole page, ending in a line end."""
        title = [self.page.style(self.words.say("readings.title"), "strong")]
        sections = [title, *map(self._entry, self.entries)]
        sections += [self._candidate(a, found) for a, found in self.candidates]
        return "\n\n".join("\n".join(lines) for lines in map(list, sections)) + "\n"

    def _entry(self, entry: Entry) -> Iterator[str]:
        words, reading = self.words, entry.reading
        yield from self.page.wrap(f"{words.label(reading.iri)} [{reading.name}]", "strong")
        yield from self.page.wrap(words.definition(reading.iri), indent=2)
        yield ""
        for option in reading.options:
            notes = []
            if option == entry.chosen:
                notes.append(words.say("readings.is-chosen"))
            if option == reading.default:
                notes.append(words.say("readings.is-default"))
            mark = "●" if option == entry.chosen else "○"
            said = f"{words.label(option.iri)} [{option.name}]"
            if notes:
                said += f" — {', '.join(notes)}"
            yield from self.page.hang(f"  {mark} ", 4, said)
            yield from self.page.wrap(words.definition(option.iri), "faint", 4)
        yield ""
        rows = [(words.say("readings.reason"), entry.reasons.get(words.lang, ""))]
        rows += list(self._bearing(entry))
        yield from self.page.rows(rows, 2)
        yield ""
        clauses = [clause for passage in entry.passages for clause in passage.clauses]
        yield from self.page.rows([row for c in clauses for row in self._quoted(c)], 2)

    def _bearing(self, entry: Entry) -> Iterator[tuple[str, str]]:
        words = self.words
        if not entry.effects.requirements:
            key = "no-effect" if entry.reading.affects_verdict else "no-verdict"
            yield words.say("readings.bears-on"), words.say(f"readings.{key}")
            return
        requirements = "; ".join(words.label(iri) for iri in entry.effects.requirements)
        categories = "; ".join(words.label(iri) for iri in entry.effects.categories)
        yield words.say("readings.bears-on"), requirements
        yield words.say("report.categories").lower(), categories

    def _quoted(self, clause: Clause) -> Iterator[tuple[str, str]]:
        words = self.words
        place = words.say("explain.place", start=clause.start, end=clause.end)
        yield clause.id, f"«{' '.join(clause.quote.split())}» ({place})"
        translation = words.translation(clause)
        if translation:
            yield clause.id, f"{words.say('report.translation')}: {translation}"

    def _candidate(self, a: Assessment, found: Sequence[ReadingEffects]) -> Iterator[str]:
        words = self.words
        name = a.candidate.name or a.candidate.iri
        yield from self.page.wrap(words.say("readings.for", candidate=name), "strong")
        yield from self.page.wrap(f"{a.candidate.iri} · {words.day(a.on)}", "faint")
        for effects in found:
            yield ""
            yield from self.page.wrap(words.label(effects.reading.iri), indent=2)
            for said in candidate_effects(effects, words):
                yield from self.page.hang("    · ", 6, said)


def candidate_effects(effects: ReadingEffects, words: Words) -> Iterator[str]:
    """What a reading does to a candidate, option by option."""
    for effect in effects.others:
        yield _said(effect, words)
    for option in effects.reading.options:
        if not option.assessable:
            yield words.say("readings.not-assessable", option=words.label(option.iri))
    for category, turn in effects.together:
        yield f"{words.label(category)}: {turn_said(turn, words)}"


def _said(effect: Effect, words: Words) -> str:
    option = words.label(effect.option.iri)
    changed = [*effect.requirements, *effect.categories]
    if not changed:
        return words.say("readings.other-nothing", option=option)
    changes = [
        words.say("readings.changed", label=within(words.label(iri)), status=words.status(status))
        for iri, status in changed
    ]
    return words.say("readings.other-changes", option=option, changes="; ".join(changes))
