"""A pool does all its work, whoever of it dies."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from libonto.errors import InputError, SyntaxFault, WorkerError
from libonto.sandbox.process_pool import ProcessPool

pytestmark = pytest.mark.processes


def done(work: Callable[[Any], Any], items: list[int], count: int = 2) -> dict[int, Any]:
    with ProcessPool(count, work) as pool:
        return dict(pool.results(items))


def test_every_item_is_done_once() -> None:
    assert done(lambda n: n * n, list(range(50)), 3) == {n: n * n for n in range(50)}


def test_the_work_is_shared_among_processes_that_are_not_this_one() -> None:
    def work(n: int) -> int:
        time.sleep(0.02)
        return os.getpid()

    found = set(done(work, list(range(12))).values())
    assert len(found) == 2
    assert os.getpid() not in found


def test_a_process_that_dies_costs_nothing(tmp_path: Path) -> None:
    def work(n: int) -> int:
        if n == 3 and not (tmp_path / "died").exists():
            (tmp_path / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return n

    assert done(work, list(range(10))) == {n: n for n in range(10)}
    assert (tmp_path / "died").exists()


def test_an_item_that_ends_its_process_twice_ends_the_work() -> None:
    def work(n: int) -> int:
        if n == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return n

    with pytest.raises(WorkerError) as error:
        done(work, list(range(10)))
    assert error.value.status == -signal.SIGTERM


def test_a_process_that_is_stopped_is_given_up_after_its_deadline(tmp_path: Path) -> None:
    def work(n: int) -> int:
        if n == 3 and not (tmp_path / "stopped").exists():
            (tmp_path / "stopped").touch()
            os.kill(os.getpid(), signal.SIGSTOP)
        return n

    with ProcessPool(2, work, deadline=0.5) as pool:
        assert dict(pool.results(range(10))) == {n: n for n in range(10)}
    assert (tmp_path / "stopped").exists()


def test_an_error_of_ours_arrives_as_it_is() -> None:
    def work(n: int) -> int:
        error: InputError = SyntaxFault("syntax", line=n, column=2, detail="odd")
        error.source = "people.nt"
        raise error

    with pytest.raises(SyntaxFault) as error:
        done(work, [7])
    assert error.value.message("en") == "people.nt: line 7, column 2: Syntax error: odd."


def test_no_process_outlives_the_work() -> None:
    def work(n: int) -> int:
        return os.getpid()

    pids = set(done(work, list(range(4))).values())
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_whoever_gives_up_early_leaves_no_process_at_work() -> None:
    def work(n: int) -> int:
        if n:
            time.sleep(60)
        return os.getpid()

    began = time.monotonic()
    with ProcessPool(2, work) as pool:
        next(iter(pool.results([0, 1, 2])))
    assert time.monotonic() - began < 30


def test_more_than_a_pipe_holds_comes_back_whole() -> None:
    assert done(lambda n: b"x" * n, [5_000_000, 7]) == {5_000_000: b"x" * 5_000_000, 7: b"x" * 7}
