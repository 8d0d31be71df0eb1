"""Every requirement's status, and every mistake, as one by one: thousands of odd profiles."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from benchmarks.generator import person, triples
from tests.batch.mutations import CHANGES, HARMLESS, changed
from tests.sizes import size

from libonto.batch.judge import BatchJudge
from libonto.batch.model import BatchJob, BatchSource, ByteSpan, Task
from libonto.batch.run import Run
from libonto.batch.work import WorkerContext
from libonto.errors import LibontoError, ProfileError
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.profile.model import FlatProfile
from libonto.verdict.assessment import Assessor
from libonto.verdict.compiled_judge import Verdict
from libonto.verdict.inquiry import Inquiry

ON = date(2026, 11, 22)
GROUPS = 12
EACH = 170


class Statuses:
    """Stands in for a form of output: keeps every requirement's status and every level's day."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}

    def of(self, profile: FlatProfile, verdict: Verdict, wanted: str | None) -> bytes:
        found = verdict.statuses
        levels = {
            c.slug: (
                str(found.categories[c.iri]),
                verdict.days[verdict.places[c.iri]],
                found.depends_on[c.iri],
            )
            for c in found.rules.categories
        }
        statuses = {iri: str(status) for iri, status in found.requirements.items()}
        self.found[profile.iri] = (statuses, levels, found.highest)
        return b"-"


def one_by_one(assessor: Assessor, lines: list[str]) -> Any:
    """What the ordinary way says of a profile; None where it is none.

    A credential that nobody has spoils a document. Among many candidates it is a mistake by
    itself: nobody knows whose it is.
    """
    text = ("\n".join(lines) + "\n").encode()
    try:
        candidates = Reader(assessor.vocabulary).read([Document(text, format="nquads")])
    except ProfileError as error:
        if not {problem.key for problem in error.problems} <= {"loose-node", "untyped-candidate"}:
            return None
        loose = [
            problem.candidate or str(problem.params["value"]).partition(",")[0]
            for problem in error.problems
        ]
        loose = [node if node.startswith("_:") else f"<{node}>" for node in loose]
        kept = [line for line in lines if not any(f"{node} " in line + " " for node in loose)]
        return one_by_one(assessor, kept)
    except LibontoError:
        return None
    (found,) = assessor.assess(candidates, on=ON)
    levels = {
        c.slug: (
            str(c.status),
            c.earliest_on.toordinal() if c.earliest_on else None,
            c.depends_on_readings,
        )
        for c in found.categories
    }
    statuses = {f.requirement.iri: str(f.status) for f in found.findings}
    return statuses, levels, dict(found.highest)


@pytest.fixture(scope="module")
def assessor() -> Assessor:
    return Assessor()


def many(assessor: Assessor, data: bytes) -> tuple[dict[str, Any], Any]:
    """What a batch says of many profiles, and its outcome."""
    source = BatchSource(0, "people.nt", "people.nt", "triples", "nquads", len(data))
    job = BatchJob(Inquiry(ON), "en", "csv", True, (source,))
    context = WorkerContext(job, BatchJudge(job.inquiry, assessor=assessor))
    context.form = statuses = Statuses()
    outcome = context.work(Task(0, (ByteSpan(0, 0, len(data), whole=True),)), [data])
    return statuses.found, outcome


def profiles(group: int) -> Iterator[tuple[str, list[str], list[str]]]:
    """IRI, lines and changes of some candidates."""
    chance = random.Random(group)
    for number in range(group * EACH, (group + 1) * EACH):
        pool = list(HARMLESS) if chance.random() < 0.6 else list(CHANGES)
        names = chance.sample(pool, chance.choice((1, 1, 1, 2, 3)))
        one = person(number)
        yield one.iri, changed(triples(one).splitlines(), names, chance), names


@pytest.mark.sampled(1)
@pytest.mark.parametrize("group", range(GROUPS))
def test_odd_profiles_get_the_same_statuses_as_one_by_one(assessor: Assessor, group: int) -> None:
    made = list(profiles(group))
    data = "".join("\n".join(lines) + "\n" for _, lines, _ in made).encode()
    found, outcome = many(assessor, data)
    wrong = {fault.candidate for fault in outcome.faults}
    sound = 0
    for iri, lines, names in made:
        expected = one_by_one(assessor, lines)
        assert found.get(iri) == expected, (names, lines)
        if expected is None and "blank candidate" not in names:
            assert iri in wrong or any(iri in f.message for f in outcome.faults), (names, lines)
        sound += expected is not None
    assert 0.3 * EACH < sound < 0.95 * EACH


def test_every_change_is_tried_and_has_the_effect_that_its_list_says(assessor: Assessor) -> None:
    chance = random.Random(338)
    for name, change in CHANGES.items():
        outcomes = set()
        for number in range(1, size(9, 3)):
            lines = change(triples(person(number)).splitlines(), chance)
            text = ("\n".join(lines) + "\n").encode()
            expected = one_by_one(assessor, lines)
            found, _ = many(assessor, text)
            assert found.get(person(number).iri) == expected, (name, lines)
            outcomes.add(expected is not None)
        assert (name in HARMLESS) in outcomes, name


def test_candidates_split_over_a_file_get_the_same_statuses(
    assessor: Assessor, open_run: Callable[..., Run]
) -> None:
    """The lines of all of them in any order, in pieces that hold nobody whole."""
    made = [
        (iri, lines)
        for iri, lines, names in profiles(GROUPS)
        if not any(name.startswith("broken") for name in names)  # nobody knows whose line it is
    ]
    lines = [line for _, own in made for line in own]
    random.Random(338).shuffle(lines)
    run = open_run({"people.nt": "\n".join(lines) + "\n"}, form="full")
    run.complete(60_000)
    found = {
        one["candidate"]: {r["requirement"]: r["status"] for r in one["requirements"]}
        for one in map(json.loads, run.order.output.read_text("utf-8").splitlines())
    }
    judged = 0
    for iri, own in made:
        expected = one_by_one(assessor, own)
        assert found.get(iri) == (expected and expected[0]), own
        judged += expected is not None
    assert judged > EACH / 3
