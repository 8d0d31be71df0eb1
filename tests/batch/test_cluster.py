"""Several machines: a real scheduler, two workers, one of which is killed in the middle."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from benchmarks.generator import people, triples
from tests.batch.conftest import ON

from libonto.batch.cluster import remote
from libonto.batch.model import BatchJob, Task, TaskOutcome
from libonto.batch.run import Run
from libonto.errors import ServiceError, UsageError
from libonto.profile.interchange.mapping import MappingFile
from libonto.verdict.inquiry import Inquiry

pytestmark = pytest.mark.processes

NT = "".join(triples(one) for one in people(400))
AIM = 40_000


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Machines:
    """A scheduler and two workers, each a process on this machine."""

    def __init__(self, folder: Path) -> None:
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self._folder = folder
        port = self.address.rpartition(":")[2]
        self.processes = [self._start("scheduler", "--host", "127.0.0.1", "--port", port)]
        self._wait_for(int(port))
        self.workers = [self._worker(number) for number in (1, 2)]
        self.processes += self.workers

    def _worker(self, number: int) -> subprocess.Popen[bytes]:
        folder = str(self._folder / str(number))
        options = ["--nthreads", "1", "--no-nanny", "--local-directory", folder]
        return self._start("worker", self.address, *options)

    def _start(self, what: str, *args: str) -> subprocess.Popen[bytes]:
        module = f"distributed.cli.dask_{what}"
        with (self._folder / f"{what}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, "--no-dashboard", *args], stdout=log, stderr=log
            )

    @staticmethod
    def _wait_for(port: int) -> None:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                return
            time.sleep(0.1)
        raise TimeoutError


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    made = Machines(tmp_path_factory.mktemp("machines"))
    yield made
    for process in made.processes:
        process.kill()
        process.wait()


def test_nobody_is_lost_and_nobody_judged_twice_when_a_worker_is_killed(
    open_run: Callable[..., Run], machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = open_run({"people.nt": NT})
    alone.complete(AIM)
    expected = alone.order.output.read_bytes()
    run = open_run({"people.nt": NT}, scheduler=machines.address)
    heard: list[int] = []

    def advance(size: int, count: int) -> None:
        heard.append(count)
        if len(heard) == 4:
            os.kill(machines.workers[0].pid, signal.SIGKILL)

    monkeypatch.setattr(run._progress, "advance", advance)
    result = run.complete(AIM)
    assert machines.workers[0].wait(10) == -signal.SIGKILL
    assert run.order.output.read_bytes() == expected
    assert result.tally.people == 400
    assert sum(heard) == 400


def test_what_stands_scattered_is_brought_together(
    open_run: Callable[..., Run], machines: Machines
) -> None:
    alone = open_run({"people.nt": NT})
    alone.complete()
    expected = sorted(alone.order.output.read_bytes().splitlines())
    lines = "".join(sorted(NT.splitlines(keepends=True)))
    run = open_run({"people.nt": lines}, scheduler=machines.address)
    run.complete(AIM * 4)
    assert sorted(run.order.output.read_bytes().splitlines()) == expected


def test_an_error_on_a_worker_is_told_here(
    open_run: Callable[..., Run], machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = open_run({"people.nt": NT}, scheduler=machines.address)
    monkeypatch.setattr(run._workers.__self__, "_digest", "another")
    with pytest.raises(ServiceError) as error:
        run.complete(AIM)
    assert error.value.key == "cluster-differs"


class Context:
    """Stands in for a worker's context: its outcomes have the mapping of its job."""

    def __init__(self, job: BatchJob) -> None:
        self.job = job
        self.judge = self
        self.digest = "the same data"

    def work(self, task: Task, data: list[bytes]) -> TaskOutcome:
        assert self.job.mapping
        return TaskOutcome(task.number, self.job.mapping.text)


def test_a_worker_reads_by_the_mapping_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("libonto.batch.cluster.WorkerContext", Context)
    for mapping in ("one", "another", "another", "one"):
        job = BatchJob(Inquiry(ON), "en", "csv", mapping=MappingFile(mapping))
        assert remote(job, "the same data", Task(0, ()), []) == TaskOutcome(0, mapping)


def test_a_scheduler_that_does_not_answer_is_said(
    open_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libonto.batch.cluster._PATIENCE", 1)
    with pytest.raises(UsageError) as error:
        open_run({"people.nt": NT}, scheduler=f"tcp://127.0.0.1:{free_port()}")
    assert error.value.key == "scheduler-silent"
