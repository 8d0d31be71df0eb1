"""A run that is ended in the middle goes on where it stopped: nothing lost, nothing twice."""

import errno
import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks.generator import HEADINGS, people, person, row, triples

from libonto.batch.model import BatchJob, Task
from libonto.batch.progress import Progress
from libonto.batch.run import Run, do
from libonto.batch.work import WorkerContext
from libonto.errors import UsageError

AIM = 20_000
LINES = "".join(triples(one) for one in people(120))
SCATTERED = "".join(sorted(LINES.splitlines(keepends=True)))

# Runs a batch in a process of its own, which ends itself when it has heard of so many tasks.
PROGRAM = """
import os, signal, sys
from datetime import date
from pathlib import Path
from libonto.batch.model import Order
from libonto.batch.progress import Progress
from libonto.verdict.inquiry import Inquiry
from libonto.batch.run import opened
from libonto.verdict.assessment import Assessor

class Ending(Progress):
    left = int(sys.argv[3])
    def advance(self, size, people):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), int(sys.argv[4]))

order = Order(paths=[sys.argv[1]], output=Path(sys.argv[2]), form="csv", lang="en",
              inquiry=Inquiry(date(2026, 11, 22)), audit=True, jobs=int(sys.argv[5]))
opened(order, Assessor(), Ending("en", None, bar=False)).complete(20_000)
"""


class Counting:
    """Works in this process, and notes which tasks were asked of it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.done: list[tuple[int, int]] = []

    def __call__(self, job: BatchJob, tasks: Iterable[Task], folder: Path) -> Iterator[Task]:
        context = WorkerContext(job, self.run._judge)
        for task in tasks:
            do(context, task, folder)
            self.done.append((task.number, task.revision))
            yield task


def ended(path: Path, output: Path, after: int, number: int, jobs: int = 1) -> None:
    args = [str(path), str(output), str(after), str(int(number)), str(jobs)]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *args], check=False, stderr=subprocess.PIPE
    )
    assert done.returncode in (-number, 130, 1), done.stderr.decode()
    assert not output.exists()


@pytest.fixture
def expected(open_run: Callable[..., Run]) -> bytes:
    run = open_run({"expected.nt": LINES})
    run.complete(AIM)
    found = run.order.output.read_bytes()
    run.order.output.unlink()
    return found


@pytest.mark.processes
@pytest.mark.parametrize(
    ("number", "jobs", "after"),
    [
        (signal.SIGKILL, 1, 3),
        (signal.SIGKILL, 2, 9),
        (signal.SIGTERM, 2, 5),
        (signal.SIGINT, 1, 7),
    ],
)
def test_nothing_is_lost_and_nothing_is_done_twice(
    open_run: Callable[..., Run],
    expected: bytes,
    tmp_path: Path,
    number: int,
    jobs: int,
    after: int,
) -> None:
    path = tmp_path / "people.nt"
    path.write_text(LINES, "utf-8")
    ended(path, tmp_path / "out.csv", after, number, jobs)
    folder = tmp_path / "out.csv.partial"
    there = {part.name for part in folder.glob("*.part")}
    assert len(there) >= after
    run = open_run([str(path)], resume=True)
    run._workers = counting = Counting(run)
    result = run.complete()
    assert run.order.output.read_bytes() == expected
    assert result.tally.people == 120
    assert not folder.exists()
    assert not {f"{task:06}-{revision}.part" for task, revision in counting.done} & there
    assert len(counting.done) + len(there) == len(LINES) // AIM + 1 or counting.done


@pytest.mark.processes
def test_scattered_statements_survive_too(
    open_run: Callable[..., Run], expected: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "people.nt"
    path.write_text(SCATTERED, "utf-8")
    tasks = len(SCATTERED) // AIM
    for after in (tasks // 2, tasks // 2 + 6, 4):
        ended(path, tmp_path / "out.csv", after, signal.SIGKILL)
    run = open_run([str(path)], resume=True)
    result = run.complete()
    found = run.order.output.read_bytes()
    assert sorted(found.splitlines()) == sorted(expected.splitlines())
    assert result.tally.people == 120


def begun(open_run: Callable[..., Run], given: Any, **options: Any) -> Run:
    """A run that was left unfinished after two tasks."""
    run = open_run(given, **options)

    class Stop(Exception):
        pass

    class Two(Counting):
        def __call__(self, job: BatchJob, tasks: Iterable[Task], folder: Path) -> Iterator[Task]:
            for task in super().__call__(job, tasks, folder):
                yield task
                if len(self.done) == 2:
                    raise Stop

    run._workers = Two(run)
    with pytest.raises(Stop):
        run.complete(AIM)
    return run


def test_without_being_told_a_run_goes_on(open_run: Callable[..., Run], expected: bytes) -> None:
    first = begun(open_run, {"people.nt": LINES})
    again = open_run(list(first.order.paths))
    again._workers = counting = Counting(again)
    again.complete()
    assert (0, 0) not in counting.done
    assert again.order.output.read_bytes() == expected


def test_restart_does_it_all_again(open_run: Callable[..., Run], expected: bytes) -> None:
    first = begun(open_run, {"people.nt": LINES})
    again = open_run(list(first.order.paths), resume=False)
    again._workers = counting = Counting(again)
    again.complete(AIM)
    assert (0, 0) in counting.done
    assert again.order.output.read_bytes() == expected


def test_a_changed_input_is_noticed(open_run: Callable[..., Run], tmp_path: Path) -> None:
    first = begun(open_run, {"people.nt": LINES})
    (tmp_path / "people.nt").write_text(LINES.replace("2019", "2018"), "utf-8")
    with pytest.raises(UsageError) as error:
        open_run(list(first.order.paths)).complete()
    assert error.value.key == "batch-other-inputs"
    assert "--restart" in error.value.message("en")
    assert (tmp_path / "out.csv.partial").exists()


@pytest.mark.parametrize(
    "options",
    [
        {"lang": "kk"},
        {"asked": "https://w3id.org/libonto/id/category/librarian/higher-first"},
        {"input_format": "nquads"},
    ],
)
def test_other_options_are_noticed(open_run: Callable[..., Run], options: dict[str, Any]) -> None:
    first = begun(open_run, {"people.nt": LINES})
    with pytest.raises(UsageError) as error:
        open_run(list(first.order.paths), **options).complete()
    assert error.value.key.startswith("batch-other-")


def test_there_must_be_something_to_resume(open_run: Callable[..., Run]) -> None:
    with pytest.raises(UsageError) as error:
        open_run({"people.nt": LINES}, resume=True)
    assert error.value.key == "batch-nothing-to-resume"


def with_other_sections(part: bytes) -> bytes:
    """The part as another version might have written it: its sections in another order."""
    line, _, rest = part.partition(b"\n")
    head = json.loads(line)
    (name, length), *others = reversed(head["sections"].items())
    head["sections"] = {name: length, **dict(reversed(others))}
    return json.dumps(head).encode() + b"\n" + rest[-length:] + rest[:-length]


@pytest.mark.parametrize("damaged", [lambda part: part[:-20], with_other_sections])
def test_a_part_that_is_not_whole_or_of_another_version_is_done_again(
    open_run: Callable[..., Run],
    expected: bytes,
    tmp_path: Path,
    damaged: Callable[[bytes], bytes],
) -> None:
    first = begun(open_run, {"people.nt": LINES})
    part = sorted((tmp_path / "out.csv.partial").glob("*.part"))[0]
    part.write_bytes(damaged(part.read_bytes()))
    again = open_run(list(first.order.paths))
    again._workers = counting = Counting(again)
    again.complete()
    assert (0, 0) in counting.done
    assert again.order.output.read_bytes() == expected


def test_two_runs_cannot_work_on_one_output(open_run: Callable[..., Run]) -> None:
    run = open_run({"people.nt": LINES})

    class Second(Counting):
        def __call__(self, job: BatchJob, tasks: Iterable[Task], folder: Path) -> Iterator[Task]:
            with pytest.raises(UsageError) as error:
                open_run(list(run.order.paths)).complete()
            assert error.value.key == "batch-running"
            yield from super().__call__(job, tasks, folder)

    run._workers = Second(run)
    run.complete()


def test_an_output_of_an_earlier_run_stays_until_the_new_one_is_whole(
    open_run: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "out.csv").write_text("earlier")
    begun(open_run, {"people.nt": LINES})
    assert (tmp_path / "out.csv").read_text() == "earlier"


def test_to_begin_anew_does_not_disturb_a_run_that_is_at_work(
    open_run: Callable[..., Run], expected: bytes
) -> None:
    run = open_run({"people.nt": LINES})

    class Second(Counting):
        def __call__(self, job: BatchJob, tasks: Iterable[Task], folder: Path) -> Iterator[Task]:
            for task in super().__call__(job, tasks, folder):
                with pytest.raises(UsageError) as error:
                    open_run(list(run.order.paths), resume=False).complete()
                assert error.value.key == "batch-running"
                yield task

    run._workers = Second(run)
    run.complete(AIM)
    assert run.order.output.read_bytes() == expected


def test_an_input_that_changes_while_it_is_read_is_noticed(
    open_run: Callable[..., Run], tmp_path: Path
) -> None:
    run = open_run({"people.nt": LINES})

    class Meanwhile(Counting):
        def __call__(self, job: BatchJob, tasks: Iterable[Task], folder: Path) -> Iterator[Task]:
            yield from super().__call__(job, tasks, folder)
            (tmp_path / "people.nt").write_text(LINES + "\n", "utf-8")

    run._workers = Meanwhile(run)
    with pytest.raises(UsageError) as error:
        run.complete(AIM)
    assert error.value.key == "batch-input-changed"
    assert not run.order.output.exists()


def test_a_disk_that_is_full_is_said_and_the_run_goes_on_later(
    open_run: Callable[..., Run], expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = open_run({"people.nt": LINES})
    calls = []

    def sync(number: int) -> None:
        calls.append(number)
        if len(calls) > 3:
            raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", sync)
        with pytest.raises(UsageError) as error:
            run.complete(AIM)
    assert error.value.key == "output-unwritable"
    assert "no space" in error.value.message("en")
    again = open_run(list(run.order.paths))
    again._workers = counting = Counting(again)
    again.complete()
    assert (0, 0) not in counting.done
    assert again.order.output.read_bytes() == expected


def test_only_a_run_that_goes_on_says_so(open_run: Callable[..., Run]) -> None:
    def said(run: Run) -> str:
        out = io.StringIO()
        run._progress = Progress("en", out, bar=False)
        run.complete(AIM)
        return out.getvalue()

    again = ",".join(HEADINGS) + "\n" + row(person(1))
    assert "Going on" not in said(open_run({"a.nt": LINES, "b.csv": again}))
    first = begun(open_run, {"a.nt": LINES})
    assert said(open_run(list(first.order.paths))).count("Going on") == 1
