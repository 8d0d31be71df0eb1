"""The work on one task: the same function in one process, in a pool and on other machines."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from zlib import crc32

from libonto.batch.model import Fault, Job, Outcome, Source, Tally, Task
from libonto.batch.output.rows import Rows
from libonto.batch.panel import Panel
from libonto.batch.terms import Terms
from libonto.batch.triples import Odd, TriplesReader
from libonto.errors import InputError, JudgeError, Problem, ProfileError
from libonto.graph.terms import slug_of
from libonto.profile.brief import Brief, brief_of
from libonto.profile.checks import Checker
from libonto.profile.from_rdf import RdfProfiles
from libonto.profile.model import Candidate
from libonto.profile.syntax import read_rdf
from libonto.verdict.outlines import Outline, Verdict

YEAR = 366


class Bench:
    """Where tasks are worked on: all that is loaded and learnt once in a process."""

    def __init__(self, job: Job, panel: Panel | None = None) -> None:
        """Load what the job needs, unless a panel that has it is given."""
        self.job = job
        self.panel = panel or Panel(job.terms)
        self.rows = Rows()
        self._triples = TriplesReader(Terms(self.panel.assessor.vocabulary))

    def work(self, task: Task, data: bytes) -> Outcome:
        """What comes of a task, given the bytes of its range."""
        return _Work(self, task, self.job.sources[task.source]).triples(self._triples, data)


class _Work:
    """One task in the doing."""

    def __init__(self, bench: Bench, task: Task, source: Source) -> None:
        self._bench = bench
        self._panel = bench.panel
        self._task = task
        self._source = source
        self._outcome = Outcome(task.number)
        self._parts: list[bytes] = []
        self._met: Counter[tuple[Outline, int | None]] = Counter()
        self._briefs: list[Brief] = []

    def triples(self, reader: TriplesReader, data: bytes) -> Outcome:
        """The outcome for lines of RDF."""
        piece = reader.read(data, whole=self._task.whole)
        salt = str(self._source.number).encode()
        nodes, counts = self._outcome.nodes, self._outcome.counts
        for person, subjects in zip(piece.people, piece.nodes, strict=True):
            if isinstance(person, Brief):
                self._brief(person)
            else:
                self._odd(person)
            parts = subjects[1:]
            counts.append(len(parts))
            nodes.extend([digest(salt + part) for part in parts])
        self._outcome.left_over = b"\n".join(piece.left_over)
        self._outcome.records = data.count(b"\n")
        return self._finished()

    def _brief(self, brief: Brief) -> None:
        panel = self._panel
        objection = panel.objection(brief)
        if objection is not None:
            self._wrong(brief.iri, [objection])
            return
        self._write(brief, panel.judge(brief))

    def _write(self, brief: Brief, verdict: Verdict) -> None:
        place = self._panel.place(brief)
        position = slug_of(self._panel.position(brief.applies_for))
        part = self._bench.rows.of(brief, verdict, position, place).encode()
        self._met[verdict.outline, place] += 1
        self._parts.append(part)
        self._outcome.sizes.append(len(part))
        self._outcome.ids.append(digest(brief.iri.encode()))
        self._briefs.append(brief)

    def _odd(self, odd: Odd) -> None:
        """Someone for the ordinary reader, and for the judge."""
        iri = odd.subject[1:-1].decode(errors="replace")
        self._outcome.tally.odd += 1
        try:
            candidates = self._read(b"\n".join(odd.lines) + b"\n")
        except ProfileError as error:
            self._wrong(iri, error.problems)
            return
        except InputError as error:
            self._wrong(iri, [], error)
            return
        for candidate in candidates:
            self._judged(candidate)

    def _read(self, lines: bytes) -> list[Candidate]:
        vocabulary = self._panel.assessor.vocabulary
        profiles = RdfProfiles(read_rdf(lines, "nquads"), vocabulary, "")
        raws = profiles.candidates()
        checker = Checker(vocabulary)
        found = [checker.candidate(raw) for raw in raws]
        problems = [*profiles.problems, *checker.problems]
        if problems:
            raise ProfileError(problems)
        return [candidate for candidate in found if candidate]

    def _judged(self, candidate: Candidate) -> None:
        """Judge by pySHACL, and by the compiled shapes: the two must agree."""
        brief = brief_of(candidate)
        objection = self._panel.objection(brief)
        if objection is not None:
            self._wrong(brief.iri, [objection])
            return
        verdict = self._panel.judge(brief)
        self._compare([candidate], [verdict])
        self._write(brief, verdict)

    def _compare(self, candidates: Sequence[Candidate], verdicts: Sequence[Verdict]) -> None:
        """Judge again; a difference stops everything."""
        panel = self._panel
        for candidate, verdict in zip(candidates, verdicts, strict=True):
            position = panel.position(candidate.applies_for)
            evidence = panel.evidence(candidate, position=position)
            (judged,) = panel.assessor.judge(position).judge([evidence])
            compiled = panel.outlines(position).answers.iris(verdict.answer)
            if judged != compiled:
                raise JudgeError(
                    "audit-difference",
                    candidate=candidate.iri,
                    judged=_named(judged - compiled),
                    compiled=_named(compiled - judged),
                )
            self._outcome.tally.audited += 1

    def _wrong(
        self, iri: str, problems: Iterable[Problem], error: InputError | None = None
    ) -> None:
        outcome, lang = self._outcome, self._bench.job.lang
        outcome.tally.wrong += 1
        outcome.sizes.append(0)
        outcome.ids.append(digest(iri.encode()))
        for problem in problems:
            said = replace(problem, source="", candidate="").message(lang)
            outcome.faults.append(Fault(self._source.name, said, iri))
        if error is not None:
            outcome.faults.append(Fault(self._source.name, error.message(lang), iri))

    def _finished(self) -> Outcome:
        outcome = self._outcome
        outcome.rows = b"".join(self._parts)
        self._audit()
        self._sum_up(outcome.tally)
        return outcome

    def _audit(self) -> None:
        audit = self._bench.job.audit
        if audit is None or not self._briefs:
            return
        chance = random.Random(f"{audit.seed}:{self._task.number}")
        count = len(self._briefs) / audit.one_in
        wanted = int(count) + (chance.random() < count % 1)
        for brief in chance.sample(self._briefs, min(wanted, len(self._briefs))):
            self._compare([brief.candidate()], [self._panel.judge(brief)])

    def _sum_up(self, tally: Tally) -> None:
        for (outline, place), count in self._met.items():
            tally.people += count
            for category in outline.categories:
                tally.levels[f"{category.slug} {category.status}"] += count
            if place is None:
                passed = any(outline.highest.values())
            else:
                passed = outline.categories[place].status == "met"
                for slug in outline.categories[place].unmet:
                    tally.gaps[slug] += count
            tally.passed += count * passed


def digest(name: bytes) -> int:
    """64 bits that tell names apart; where they fail to, only time is lost."""
    return crc32(name) << 32 | crc32(name[::-1])


def _named(shapes: Iterable[str]) -> str:
    return ", ".join(sorted(slug_of(shape) for shape in shapes)) or "–"


def soon(day: int | None, on: date) -> bool:
    """Whether a day lies within a year from the day of assessment, and after it."""
    return day is not None and on.toordinal() < day <= on.toordinal() + YEAR
