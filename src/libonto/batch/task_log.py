"""The log of a task: rows, faults, digests and counts, and the audit by pySHACL."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from libonto.batch.judge import BatchJudge
from libonto.batch.model import (
    NEXT_ONES,
    BatchJob,
    BatchSource,
    Fault,
    Tally,
    Task,
    TaskOutcome,
    digest,
)
from libonto.batch.output.forms import OutputForm
from libonto.batch.parts import UNNAMED_PREFIX
from libonto.batch.triples import LINKING
from libonto.errors import (
    InputError,
    JudgeError,
    Place,
    Problem,
    ProfileError,
    SyntaxFault,
    column_letters,
    on_one_line,
)
from libonto.graph.terms import slug_of
from libonto.locales import sentence
from libonto.profile.account import Note, Unreadable
from libonto.profile.model import Candidate, FlatProfile
from libonto.verdict.compiled_judge import Verdict
from libonto.verdict.service import END_OF_TIME
from libonto.verdict.statuses import Statuses

_CLAIM = re.compile(r"urn:libonto:candidate:([1-9][0-9]{0,17})")
_FOREIGN = 100
"""So many properties and classes of others are added up over all tasks; further ones are listed
task by task, so that what is held does not grow with the input."""
_FIRST = 20
"""In so many tasks, the first ones, one candidate among as many is judged again by pySHACL."""
_ONE_IN = 5_000
"""In all tasks, about one candidate in so many is."""


class TaskLog:
    """Judges what is read of one task, and collects its rows, faults, digests and counts."""

    def __init__(self, task: Task, job: BatchJob, judge: BatchJudge, form: OutputForm) -> None:
        self.outcome = TaskOutcome(task.number)
        self.count = 0
        self._job = job
        self._judge = judge
        self._form = form
        self._rows: list[bytes] = []
        self._counts: Counter[tuple[Statuses, str | None]] = Counter()
        self._task = task
        self._last: tuple[FlatProfile, Verdict] | None = None
        self._random = random.Random(f"0:{task.number}")
        self._next = self._random.randrange(_FIRST if task.number < _FIRST else 2 * _ONE_IN)
        self._foreign: Counter[str] = Counter()

    def open(self, source: BatchSource) -> None:
        """Begin a source: all that follows is of it."""
        self._source = source
        self.outcome.people.setdefault(source.number, 0)

    def judge(
        self, profile: FlatProfile, row: int = 0, sheet: str = "", audited: Candidate | None = None
    ) -> None:
        """Judge a candidate, and add the verdict to the output.

        `audited` is the candidate itself where it went the slow path: pySHACL judges it, too.
        """
        judge = self._judge.judge_of(profile)
        if isinstance(judge, Problem):
            self.wrong(profile.iri, [judge], row, sheet)
            return
        if self._is_left_out():
            return
        verdict = judge.judge(profile)
        if audited or self._is_sampled():
            self._compare(audited or profile.candidate(), verdict)
        self._last = profile, verdict
        category, statuses = self._judge.target_category(profile), verdict.statuses
        self._rows.append(self._form.of(profile, verdict, category))
        self._counts[statuses, category] += 1
        self._enter(profile.iri, row, sheet)
        for level in statuses.by_service_alone:
            day = verdict.days[verdict.places[level.iri]]
            self._count_soon(f"{statuses.rules.slug}/{level.slug}", day, profile)

    def wrong(
        self,
        iri: str,
        problems: Iterable[Problem | InputError],
        row: int = 0,
        sheet: str = "",
        *,
        key: str = "",
        shift: int = 0,
    ) -> None:
        """Add a candidate who cannot be judged, and why; `key` stands for a missing IRI.

        `shift` is how many rows come before those from which places are counted.
        """
        place = self.count
        if not self._is_left_out():
            self.outcome.tally.wrong += 1
            self._enter(iri, row, sheet, key)
        elif place not in self._task.twice:  # a person listed twice may have other faults, too
            return
        for problem in problems:
            self.fault(problem, on_one_line(iri), row, shift)

    def note(self, note: Note, shift: int) -> None:
        """Add what the intake passed over, or a caveat of it."""
        message = note.message(self._job.lang)
        if note.kind == "caveat":
            self.outcome.tally.caveats[message] += 1
        if note.kind != "ignored":
            return
        fault = self._fault_at(note.place, shift, note.value)
        self.outcome.passed_over.append(replace(fault, message=message))
        self.outcome.tally.passed_over[message] += 1

    def foreign(self, iris: Iterable[str]) -> None:
        """Count properties and classes that profiles have no place for."""
        self._foreign.update(f"{self._source.origin} {iri}" for iri in iris)

    def is_elsewhere(self) -> bool:
        """Whether the next person is judged in another task, with all their statements."""
        return self.count in self._task.elsewhere

    def _is_left_out(self) -> bool:
        """Count one more person; true where this task does not judge them."""
        place = self.count
        self.count += 1
        if place in self._task.elsewhere:
            return True
        self.outcome.people[self._source.number] += 1
        return place in self._task.twice

    def fault(
        self, problem: Problem | InputError, iri: str = "", row: int = 0, shift: int = 0
    ) -> None:
        """Add a problem of the input, at a row or counted from those before it."""
        source, lang = self._source, self._job.lang
        if source.of is not None:  # the line's place in the file is not known any more
            row = 0
        if isinstance(problem, Unreadable):
            problem = problem.error
        if isinstance(problem, ProfileError):
            for one in problem.problems:
                self.fault(one, iri, row, shift)
            return
        fault = Fault(source.name, "", iri, row=row or None)
        if isinstance(problem, Problem) and (place := problem.place):
            fault = self._fault_at(place, shift, iri, row)
            problem = replace(problem, place=Place())
        elif isinstance(problem, Problem):
            fault = replace(fault, candidate=iri or problem.candidate)
            problem = replace(problem, source="", candidate="")
        elif isinstance(problem, SyntaxFault) and problem.key == "syntax":
            if source.of is None:
                line = int(str(problem.params["line"]))
                column = str(problem.params["column"])
                fault = replace(fault, row=row + line - 1 if row else line, column=column)
            problem = SyntaxFault("syntax-nowhere", detail=problem.params["detail"])
        else:
            problem.source = None
        self.outcome.faults.append(replace(fault, message=problem.message(lang)))

    def _fault_at(self, place: Place, shift: int, candidate: str, row: int = 0) -> Fault:
        """A fault without its message; `row` is its row where the place knows none."""
        at = place.row + shift if place.row else row or None  # 0: the headings above the task
        file = place.file or self._source.name
        return Fault(file, "", candidate, place.sheet, at, _column(place))

    def finished(self) -> TaskOutcome:
        """The outcome of the task, its faults in the order of the input."""
        outcome, tally, sources = self.outcome, self.outcome.tally, self._job.sources
        if self._job.audit and self._last and self._task.number < _FIRST and not tally.audited:
            profile, verdict = self._last
            self._compare(profile.candidate(), verdict)
        outcome.rows = b"".join(self._rows)
        self._sum_up_foreign()
        for (statuses, category), count in self._counts.items():
            _sum_up(tally, statuses, category, count)
        tally.next_ones = sorted(tally.next_ones)[:NEXT_ONES]
        numbers = {source.name: source.number for source in sources}
        outcome.faults.sort(key=lambda f: (numbers.get(f.source, 0), f.sheet, f.row or 0))
        return outcome

    def _sum_up_foreign(self) -> None:
        tally, lang = self.outcome.tally, self._job.lang
        if self._foreign:
            tally.passed_over[sentence("imports.no-place", lang)] += self._foreign.total()
        counts = self._foreign.most_common()
        tally.foreign.update(dict(counts[:_FOREIGN]))
        rare = dict(counts[_FOREIGN:])
        self.outcome.passed_over += foreign_terms(rare, self._job.sources, lang)

    def _enter(self, iri: str, row: int, sheet: str, key: str = "") -> None:
        outcome, name = self.outcome, key or iri
        if sheet:
            outcome.sheets[len(outcome.ids)] = sheet
        if claim := _CLAIM.fullmatch(iri):
            outcome.claims[len(outcome.ids)] = int(claim[1])
        if not name or name.startswith(UNNAMED_PREFIX):  # a name that no other person has
            name = f" {outcome.task} {len(outcome.ids)}"
        outcome.ids.append(digest(name.encode()))
        outcome.names.append(on_one_line(iri))
        outcome.places.append(row)

    def _count_soon(self, category: str, day: int | None, profile: FlatProfile) -> None:
        """Count a candidate who lacks nothing but service, if it suffices within a year."""
        on, tally = self._judge.inquiry.on, self.outcome.tally
        if day is None or day >= END_OF_TIME:
            return
        when = on.fromordinal(day)
        if on < when and (when.year - on.year, when.month, when.day) <= (1, on.month, on.day):
            tally.soon[f"{when.year:04}-{when.month:02} {category}"] += 1
            tally.next_ones.append([when.isoformat(), category, profile.name or profile.iri])
            if len(tally.next_ones) > 50 * NEXT_ONES:
                tally.next_ones = sorted(tally.next_ones)[:NEXT_ONES]

    def _is_sampled(self) -> bool:
        """Whether a candidate is judged again: one in so many, and some in every short run."""
        self._next -= 1
        if not self._job.audit or self._next >= 0:
            return False
        self._next = self._random.randrange(2 * _ONE_IN)
        return True

    def _compare(self, candidate: Candidate, verdict: Verdict) -> None:
        """Judge again by pySHACL; JudgeError with both answers where they differ."""
        evidence, compiled = self._judge.evidence(candidate, verdict)
        (judged,) = self._judge.assessor.judge(evidence.rules).judge([evidence])
        if judged != compiled:
            raise JudgeError(
                "audit-difference",
                candidate=candidate.iri,
                judged=_slugs(judged),
                compiled=_slugs(compiled),
            )
        self.outcome.tally.audited += 1


def _column(place: Place) -> str:
    """The column of a place in a table, with its heading; else the path within a document."""
    if place.column is None:
        return place.path
    return f"{column_letters(place.column)} {place.heading}".strip()


def _sum_up(tally: Tally, statuses: Statuses, target: str | None, count: int) -> None:
    rules, by_category = statuses.rules, statuses.categories
    tally.people += count
    for category in rules.categories:
        tally.levels[f"{rules.slug}/{category.slug} {by_category[category.iri]}"] += count
        if category.iri == target:
            for slug in statuses.gaps(category):
                tally.gaps[f"{rules.slug}/{slug}"] += count
    met = any(statuses.highest.values()) if target is None else by_category[target] == "met"
    tally.passed += count * met


def foreign_terms(
    counts: Mapping[str, int], sources: Sequence[BatchSource], lang: str
) -> Iterator[Fault]:
    """A line for each property or class of others: of how many subjects it was stated."""
    reason = sentence("imports.no-place", lang)
    for name, count in counts.items():
        number, _, iri = name.partition(" ")
        text = sentence("imports.passed-over", lang, count=count, reason=reason, places="").strip()
        yield Fault(sources[int(number)].name, text, column=iri)


def mentioned(lines: Iterable[bytes], salt: bytes) -> set[int]:
    """Digests of the subjects of lines, and of what they link to.

    With the salt of their source, as other subjects are known, and without, as persons are.
    """
    digests: set[int] = set()
    last = b""
    for line in lines:
        subject, _, rest = line.partition(b" ")
        nodes = [subject] if subject != last else []
        last = subject
        if any(link in rest for link in LINKING):
            nodes += [token for token in rest.split() if token[:1] in (b"_", b"<")]
        for node in nodes:
            digests |= {digest(salt + node), digest(node[1:-1])}
    return digests


def _slugs(shapes: Iterable[str]) -> str:
    return ", ".join(sorted(slug_of(shape).rpartition("/")[2] for shape in shapes)) or "–"
