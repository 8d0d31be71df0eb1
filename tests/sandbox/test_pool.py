"""The lanes, with a program of the test's own in the workers."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from libonto.errors import (
    BusyError,
    DeadlineError,
    MemoryLimitError,
    ServiceError,
    WorkerError,
)
from libonto.sandbox.limits import MIB, Limits
from libonto.sandbox.pool import WorkerPool
from libonto.sandbox.worker_parent import LoadFailed, ProgramSpec

pytestmark = pytest.mark.processes

PROGRAM = """
import os, signal, threading, time
from pathlib import Path

import pyoxigraph

from libonto.errors import UsageError


class Toy:
    def __init__(self, config):
        if config.get("broken"):
            raise UsageError("unknown-language", value="xx")
        if config.get("raise"):
            raise RuntimeError("no")
        self.info = {"version": config.get("version", 1)}
        self.mark = config.get("version", 1)
        self.readable = config.get("readable", [])
        self.loaded = 0

    def preload(self):
        for self.loaded in (1, 2):
            time.sleep(0.05)
            yield str(self.loaded)

    def tell(self, header, body):
        return {"loaded": self.loaded}, b""

    def prepare(self):
        pass

    def handle(self, header, body):
        return getattr(self, header["do"])(header, body)

    def echo(self, header, body):
        return {"pid": os.getpid(), "version": self.mark}, body

    def sleep(self, header, body):
        time.sleep(header["seconds"])
        return {"pid": os.getpid()}, b"slept"

    def spin(self, header, body):
        while True:
            pass

    def nice(self, header, body):
        time.sleep(header["seconds"])
        threads = [os.getpid(), threading.get_native_id()]
        return {"nice": [os.getpriority(os.PRIO_PROCESS, t) for t in threads]}, b""

    def die(self, header, body):
        signal.raise_signal(header["signal"])
        time.sleep(10)

    def memory(self, header, body):
        taken = bytearray(header["bytes"])
        return {"taken": len(taken)}, b""

    def deep(self, header, body):
        text = "SELECT (" + "(" * header["depth"] + "1" + ")" * header["depth"] + " AS ?x) {}"
        pyoxigraph.Store().query(text)
        return {}, b"parsed"

    def raising(self, header, body):
        raise ValueError("secret")

    def long(self, header, body):
        return {}, b"x" * header["bytes"]

    def descriptors(self, header, body):
        found = []
        for number in range(1024):
            try:
                os.fstat(number)
                found.append(number)
            except OSError:
                pass
        return {"found": found}, b""

    def read(self, header, body):
        return {}, Path(header["path"]).read_bytes()
"""
LIMITS = Limits(fast=2, slow=1, queue=3, patience=0.15, deadline=1.0, memory=64 * MIB, answer=MIB)


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "toy_program.py").write_text(PROGRAM, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def plan(**config: Any) -> ProgramSpec:
    return ProgramSpec("toy_program:Toy", config)


@asynccontextmanager
async def running(limits: Limits = LIMITS, **config: Any) -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(plan(**config), limits)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close(0)


def scene(act: Callable[[WorkerPool], Awaitable[None]], limits: Limits = LIMITS) -> None:
    async def play() -> None:
        async with running(limits) as pool:
            await act(pool)

    asyncio.run(play())


@pytest.mark.usefixtures("toy")
class TestLanes:
    def test_a_job_is_done_and_its_worker_used_again(self) -> None:
        async def act(pool: WorkerPool) -> None:
            answers = [await pool.run({"do": "echo"}, bytes([n])) for n in range(20)]
            assert [body for _, body in answers] == [bytes([n]) for n in range(20)]
            assert len({header["pid"] for header, _ in answers}) <= 2
            assert os.getpid() not in {header["pid"] for header, _ in answers}

        scene(act)

    def test_no_order_is_lost_while_the_parent_does_not_listen(self) -> None:
        async def act(pool: WorkerPool) -> None:
            parent = pool.parent
            assert parent is not None
            assert parent.pid is not None
            spinning = asyncio.create_task(pool.run({"do": "spin"}))  # ends by no other means
            await asyncio.sleep(0.05)
            worker = next(worker for worker in parent.workers.values() if worker.jobs)
            os.kill(parent.pid, signal.SIGSTOP)
            try:
                for _ in range(5000):  # more than a socket holds
                    worker.lower()
                worker.kill()
                assert parent.delay > 0
            finally:
                os.kill(parent.pid, signal.SIGCONT)
            limit = time.monotonic() + 10
            while worker.number in parent.workers:
                assert time.monotonic() < limit
                await asyncio.sleep(0.01)
            assert worker.reason == "order"
            assert not Path(f"/proc/{worker.pid}").exists()
            assert parent.delay < 5
            await asyncio.wait([spinning])
            assert isinstance(spinning.exception(), WorkerError)

        scene(act)

    def test_there_are_never_more_workers_than_may_be(self) -> None:
        async def act(pool: WorkerPool) -> None:
            assert pool.parent is not None
            extra = [await pool.parent.worker() for _ in range(10)]  # whatever it is told
            for _ in range(20):
                await asyncio.sleep(0.02)
                assert pool.numbers()["workers"] <= LIMITS.workers
            for worker in extra:
                worker.kill()
            assert (await pool.run({"do": "echo"}, b"x"))[1] == b"x"

        scene(act)

    def test_what_not_every_job_needs_is_loaded_when_one_does(self) -> None:
        """By the parent, once; the workers that lack it are replaced."""

        async def act(pool: WorkerPool) -> None:
            assert (await pool.run({"do": "tell"}))[0] == {"loaded": 0}
            jobs = [pool.run({"do": "tell"}, preloaded=True) for _ in range(3)]
            answers = [header for header, _ in await asyncio.gather(*jobs)]
            assert answers == [{"loaded": 2}] * 3
            assert (await pool.run({"do": "tell"}))[0] == {"loaded": 2}
            await pool.reload(plan(version=2))
            assert (await pool.run({"do": "tell"}))[0] == {"loaded": 2}

        scene(act)

    def test_jobs_wait_their_turn(self) -> None:
        async def act(pool: WorkerPool) -> None:
            jobs = [pool.run({"do": "sleep", "seconds": 0.05}) for _ in range(5)]
            start = time.monotonic()
            assert {body for _, body in await asyncio.gather(*jobs)} == {b"slept"}
            assert time.monotonic() - start > 0.1

        # However slow the machine is, none of them is moved to the slow lane.
        scene(act, replace(LIMITS, patience=20, deadline=40))

    def test_more_than_may_wait_are_refused_at_once(self) -> None:
        async def act(pool: WorkerPool) -> None:
            jobs = [pool.run({"do": "sleep", "seconds": 0.1}) for _ in range(8)]
            found = await asyncio.gather(*jobs, return_exceptions=True)
            refused = [error.key for error in found if isinstance(error, BusyError)]
            assert refused.count("queue-full") == 3  # two at work, three wait

        scene(act)

    def test_a_worker_has_the_next_short_job_in_advance(self) -> None:
        async def act(pool: WorkerPool) -> None:
            jobs = [asyncio.create_task(pool.run({"do": "sleep", "seconds": 0.1}))]
            jobs += [asyncio.create_task(pool.run({"do": "echo"})) for _ in range(2)]
            await asyncio.sleep(0)
            assert (pool.numbers()["fast"], pool.numbers()["waiting"]) == (1, 2)
            assert pool.parent is not None
            assert [w.jobs for w in pool.parent.workers.values()] == [2]
            for job in jobs:
                await job

        scene(act, replace(LIMITS, fast=1, patience=20, deadline=40))

    def test_what_is_behind_a_job_that_takes_long_is_done_by_another(self) -> None:
        async def act(pool: WorkerPool) -> None:
            long = asyncio.create_task(pool.run({"do": "sleep", "seconds": 3}))
            short = asyncio.create_task(pool.run({"do": "sleep", "seconds": 0.1}))
            await asyncio.sleep(0)
            behind = await asyncio.gather(*(pool.run({"do": "echo"}, b"x") for _ in range(3)))
            assert [body for _, body in behind] == [b"x"] * 3
            assert not long.done()
            # The worker answers it too, when it comes to it: to nobody.
            assert [(await job)[1] for job in (long, short)] == [b"slept"] * 2
            assert (await pool.run({"do": "echo"}, b"y"))[1] == b"y"
            assert pool.numbers() == {"fast": 0, "slow": 0, "waiting": 0, "workers": 2}

        scene(act, replace(LIMITS, patience=20, deadline=40))

    def test_long_jobs_have_none_behind_them(self) -> None:
        async def act(pool: WorkerPool) -> None:
            await pool.run({"do": "sleep", "seconds": 0.5})
            jobs = [pool.run({"do": "sleep", "seconds": 0.1}) for _ in range(3)]
            waiting = asyncio.gather(*jobs)
            await asyncio.sleep(0)
            assert pool.parent is not None
            assert [w.jobs for w in pool.parent.workers.values()] == [2]
            assert len(await waiting) == 3

        scene(act, replace(LIMITS, fast=1, patience=20, deadline=40))

    def test_what_is_behind_a_job_that_ends_its_worker_is_done_by_another(self) -> None:
        async def act(pool: WorkerPool) -> None:
            jobs = [pool.run({"do": "die", "signal": signal.SIGKILL})]
            jobs += [pool.run({"do": "echo"}, b"x") for _ in range(2)]
            found = await asyncio.gather(*jobs, return_exceptions=True)
            assert isinstance(found[0], WorkerError)
            assert [answer[1] for answer in found[1:] if isinstance(answer, tuple)] == [b"x"] * 2

        scene(act, replace(LIMITS, fast=1, patience=20, deadline=40))

    def test_a_client_of_the_next_job_that_goes_away_harms_none(self) -> None:
        async def act(pool: WorkerPool) -> None:
            job = asyncio.create_task(pool.run({"do": "sleep", "seconds": 0.1}))
            behind = asyncio.create_task(pool.run({"do": "spin"}))
            await asyncio.sleep(0.01)
            behind.cancel()
            await asyncio.sleep(0)
            assert pool.numbers()["waiting"] == 0
            assert (await job)[1] == b"slept"
            assert (await pool.run({"do": "echo"}, b"x"))[1] == b"x"

        scene(act, replace(LIMITS, fast=1, patience=20, deadline=40))

    def test_a_slow_job_leaves_the_fast_lane_and_goes_on_at_the_lowest_priority(self) -> None:
        async def act(pool: WorkerPool) -> None:
            own = os.getpriority(os.PRIO_PROCESS, 0)
            slow = asyncio.create_task(pool.run({"do": "nice", "seconds": 1}))
            while pool.numbers() != {"fast": 0, "slow": 1, "waiting": 0, "workers": 3}:
                assert not slow.done()
                await asyncio.sleep(0.02)
            assert (await pool.run({"do": "nice", "seconds": 0}))[0] == {"nice": [own, own]}
            header, _ = await slow
            assert header == {"nice": [19, 19]}
            await asyncio.sleep(0.1)
            assert pool.numbers()["workers"] == 2  # a lowered worker is not used again

        scene(act, replace(LIMITS, deadline=30))

    def test_with_the_slow_lane_full_a_slow_job_is_refused(self) -> None:
        async def act(pool: WorkerPool) -> None:
            jobs = [pool.run({"do": "sleep", "seconds": 0.4}) for _ in range(2)]
            found = await asyncio.gather(*jobs, return_exceptions=True)
            keys = [getattr(error, "key", "done") for error in found]
            assert sorted(keys) == ["done", "slow-lane-full"]
            assert (await pool.run({"do": "echo"}))[1] == b""

        scene(act)

    def test_at_its_deadline_a_job_is_ended(self) -> None:
        async def act(pool: WorkerPool) -> None:
            start = time.monotonic()
            with pytest.raises(DeadlineError):
                await pool.run({"do": "spin"})
            assert 0.9 < time.monotonic() - start < 3
            assert pool.numbers()["slow"] == 0

        scene(act)

    def test_what_was_slow_is_forgotten_in_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def act(pool: WorkerPool) -> None:
            seen: list[str] = []
            pool.observe = lambda lane, *_: seen.append(str(lane))
            for key, seconds in (("a", 0.5), ("b", 30.0), (None, 30.0)):
                monkeypatch.setattr("libonto.sandbox.pool.FORGET", seconds)
                await pool.run({"do": "sleep", "seconds": 0.2}, key=key)
            await asyncio.sleep(0.5)
            for key in ("a", "b", None):
                await pool.run({"do": "sleep", "seconds": 0.0}, key=key)
            assert seen == ["slow", "slow", "slow", "fast", "slow", "fast"]
            monkeypatch.setattr("libonto.sandbox.pool.REMEMBERED", 1)
            for key in ("c", "d"):  # for each of them the oldest one goes
                await pool.run({"do": "sleep", "seconds": 0.2}, key=key)
            await pool.run({"do": "sleep", "seconds": 0.0}, key="b")
            assert seen[6:] == ["slow", "slow", "fast"]

        scene(act)

    def test_what_was_slow_starts_in_the_slow_lane(self) -> None:
        async def act(pool: WorkerPool) -> None:
            seen: list[str] = []
            pool.observe = lambda lane, *_: seen.append(str(lane))
            await pool.run({"do": "sleep", "seconds": 0.2}, key="a")
            await pool.run({"do": "sleep", "seconds": 0.0}, key="a")
            await pool.run({"do": "sleep", "seconds": 0.0}, key="b")
            assert seen == ["slow", "slow", "fast"]
            spinning = asyncio.create_task(pool.run({"do": "spin"}, key="c"))
            await asyncio.sleep(0.3)
            with pytest.raises(BusyError):
                await pool.run({"do": "sleep", "seconds": 0.0}, key="a")
            spinning.cancel()

        scene(act)

    def test_a_caller_that_goes_away_frees_the_worker_at_once(self) -> None:
        async def act(pool: WorkerPool) -> None:
            waiting = [asyncio.create_task(pool.run({"do": "spin"})) for _ in range(3)]
            await asyncio.sleep(0.05)
            assert pool.numbers()["waiting"] == 1
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting)
            assert pool.numbers()["fast"] == pool.numbers()["waiting"] == 0
            start = time.monotonic()
            await pool.run({"do": "echo"})
            assert time.monotonic() - start < 0.5

        scene(act)


async def failure(pool: WorkerPool, job: dict[str, Any]) -> Any:
    """The type of the exception that a job ends with, which is all that is reported of it."""
    reports: list[tuple[str, dict[str, object]]] = []
    pool.report = lambda event, about: reports.append((event, about))
    with pytest.raises(WorkerError) as caught:
        await pool.run(job)
    assert caught.value.key == "job-failed"
    [(event, about)] = reports
    assert (event, [*about]) == ("job-failed", ["job", "type"])
    return about["type"]


@pytest.mark.usefixtures("toy")
class TestEnds:
    @pytest.mark.parametrize("number", [4, 7, 8, 9, 11, 15])
    def test_a_worker_that_dies_is_one_error_and_replaced(self, number: int) -> None:
        async def act(pool: WorkerPool) -> None:
            with pytest.raises(WorkerError) as caught:
                await pool.run({"do": "die", "signal": number})
            assert caught.value.status == -number
            assert (await pool.run({"do": "echo"}, b"again"))[1] == b"again"

        scene(act)

    def test_a_worker_that_aborts_has_had_too_much_memory(self) -> None:
        async def act(pool: WorkerPool) -> None:
            with pytest.raises(MemoryLimitError):
                await pool.run({"do": "die", "signal": 6})

        scene(act)

    def test_memory_is_limited(self) -> None:
        async def act(pool: WorkerPool) -> None:
            assert (await pool.run({"do": "memory", "bytes": 32 * MIB}))[0]["taken"] == 32 * MIB
            with pytest.raises(MemoryLimitError):
                await pool.run({"do": "memory", "bytes": 1024 * MIB})
            assert (await pool.run({"do": "echo"}))[0]["pid"]

        scene(act)

    def test_the_stack_is_deep_enough_for_a_query_of_64_kib(self) -> None:
        async def act(pool: WorkerPool) -> None:
            limits = {"depth": 15000}
            header, body = await pool.run({"do": "deep", **limits})
            assert (header, body) == ({}, b"parsed")

        scene(act, Limits(fast=2, slow=1, deadline=20, patience=10))

    def test_an_exception_tells_its_type_and_nothing_of_its_message(self) -> None:
        async def act(pool: WorkerPool) -> None:
            assert await failure(pool, {"do": "raising"}) == "ValueError"

        scene(act)

    def test_more_than_an_answer_may_have_is_cut_short_with_its_worker(self) -> None:
        async def act(pool: WorkerPool) -> None:
            assert len((await pool.run({"do": "long", "bytes": MIB}))[1]) == MIB
            with pytest.raises(WorkerError):
                await pool.run({"do": "long", "bytes": 3 * MIB})
            assert (await pool.run({"do": "echo"}))[0]["pid"]

        scene(act)

    def test_a_worker_is_replaced_after_so_many_jobs(self) -> None:
        async def act(pool: WorkerPool) -> None:
            pids = [(await pool.run({"do": "echo"}))[0]["pid"] for _ in range(9)]
            assert max(pids.count(pid) for pid in pids) <= 3
            assert len(set(pids)) >= 3

        scene(act, Limits(fast=2, jobs=3))

    def test_nothing_is_taken_on_while_it_closes(self) -> None:
        async def act(pool: WorkerPool) -> None:
            job = asyncio.create_task(pool.run({"do": "sleep", "seconds": 0.3}))
            await asyncio.sleep(0.05)
            closing = asyncio.create_task(pool.close(5))
            await asyncio.sleep(0.05)
            with pytest.raises(BusyError):
                await pool.run({"do": "echo"})
            assert (await job)[1] == b"slept"
            await closing

        scene(act)


@pytest.mark.usefixtures("toy")
class TestLoading:
    def test_a_reload_takes_over_whole(self) -> None:
        async def act(pool: WorkerPool) -> None:
            job = asyncio.create_task(pool.run({"do": "sleep", "seconds": 0.6}))
            await asyncio.sleep(0.05)
            await pool.reload(plan(version=2))
            assert (await pool.run({"do": "echo"}))[0]["version"] == 2
            assert (await job)[1] == b"slept"  # what was under way is done by the old one

        scene(act)

    @pytest.mark.parametrize("config", [{"broken": True}, {"raise": True}])
    def test_a_reload_that_fails_changes_nothing(self, config: dict[str, bool]) -> None:
        async def act(pool: WorkerPool) -> None:
            with pytest.raises(LoadFailed):
                await pool.reload(plan(**config))
            assert (await pool.run({"do": "echo"}))[0]["version"] == 1

        scene(act)

    def test_what_cannot_be_loaded_is_said_in_three_languages(self) -> None:
        async def play() -> None:
            with pytest.raises(LoadFailed) as caught:
                async with running(broken=True):
                    pass
            assert len({caught.value.message(lang) for lang in ("kk", "ru", "en")}) == 3

        asyncio.run(play())

    def test_a_program_that_is_not_there_is_an_error(self) -> None:
        async def play() -> None:
            with pytest.raises(ServiceError):
                await WorkerPool(ProgramSpec("no.such:thing", {}), LIMITS).start()

        asyncio.run(play())


def test_a_worker_has_its_socket_alone(toy: Path) -> None:
    async def act(pool: WorkerPool) -> None:
        found, _ = await pool.run({"do": "descriptors"})
        assert found["found"][:3] == [0, 1, 2]  # of /dev/null
        assert len(found["found"]) == 4

    scene(act)


@pytest.mark.parametrize("is_readable", [True, False])
def test_a_worker_reads_what_its_program_names(toy: Path, is_readable: bool) -> None:
    (toy / "there").write_text("there", encoding="utf-8")
    folders = [str(toy)] if is_readable else []

    async def play() -> None:
        async with running(readable=folders) as pool:
            job = {"do": "read", "path": str(toy / "there")}
            if is_readable:
                assert await pool.run(job) == ({}, b"there")
            else:
                assert await failure(pool, job) == "PermissionError"

    asyncio.run(play())
