"""Two lanes of workers, so that a heavy job never holds up a light one.

A job starts in the fast lane, where a worker that is at a short one is sent the next in advance,
so that it need not wait for it. Where a job still runs after `patience`, it leaves the lane: its
worker goes on at the lowest priority in the slow lane, and a fresh worker takes its slot. With
the slow lane full the job is refused at once; at its deadline its worker is killed. A job that
has been slow before starts in the slow lane. An answer is whole, or there is none.
"""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import Callable, Coroutine, Hashable
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import Any, Literal

from libonto.errors import (
    BusyError,
    DeadlineError,
    LibontoError,
    MemoryLimitError,
    ServiceError,
    WorkerError,
)
from libonto.sandbox import wire
from libonto.sandbox.limits import Limits
from libonto.sandbox.worker_parent import (
    Lane,
    ProgramSpec,
    WorkerConnection,
    WorkerJob,
    WorkerParent,
)

SWEEP = 0.02
"""Seconds between two looks at the clock: so much late a limit on time may be kept."""
BRISK = 0.005
"""Seconds that jobs take at most where a worker is sent the next one in advance."""
UNREADY = 3.0
"""Seconds that a ready pool may be without a fast worker, or without an event of the parent."""
PRELOAD_AFTER = 5.0
"""Seconds after the start when what no job has needed yet is loaded all the same."""
START_PATIENCE = 600.0
"""Seconds that loading may take: a large graph needs minutes."""
REMEMBERED = 4096
FORGET = 300.0
"""Seconds after which a job that was slow may try the fast lane again."""


JobOutcome = Literal["done", "busy", "deadline", "died", "gone"]
"""How a job ended, for the metrics."""


class WorkerPool:
    """The workers of one server; `reload` swaps what they run for something new, whole."""

    def __init__(
        self, spec: ProgramSpec, limits: Limits, launched: WorkerParent | None = None
    ) -> None:
        """`launched` is a parent that was started for this pool already."""
        self._launched = launched
        self.spec = spec
        self.limits = limits
        self.observe: Callable[[Lane, JobOutcome, float], None] = lambda *_: None
        self.report: Callable[[str, dict[str, object]], None] = lambda *_: None
        self.parent: WorkerParent | None = None
        self._idle: list[WorkerConnection] = []
        self._fast: set[WorkerJob] = set()
        self._slow: set[WorkerJob] = set()
        self._starting = 0
        self._had_worker = 0.0
        self._preloads = False
        self._waiting: deque[WorkerJob] = deque()
        self._prefetched: set[WorkerJob] = set()
        """Jobs that workers have in advance."""
        self._pace = 0.0
        """Seconds that a job of the fast lane has taken lately."""
        self._slow_until: dict[Hashable, float] = {}
        """The jobs that have been slow lately, by their keys, and until when they are known."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.TimerHandle | None = None
        self._closing = False

    # Its state, for /healthz and /metrics.

    @property
    def ready(self) -> bool:
        """Whether jobs can be done now: the parent takes orders, and a fast worker is there."""
        if self.parent is None or not self.parent.alive or self._closing:
            return False
        has_worker = bool(self._idle or self._fast)
        lacking = 0.0 if has_worker else monotonic() - self._had_worker
        return max(lacking, self.parent.delay) < UNREADY

    def numbers(self) -> dict[str, int]:
        """How many jobs run in each lane, how many wait, how many workers there are."""
        return {
            "fast": len(self._fast),
            "slow": len(self._slow),
            "waiting": len(self._waiting) + len(self._prefetched),
            "workers": self.parent.forked if self.parent else 0,
        }

    @property
    def memory(self) -> int:
        """Bytes of all workers together, beyond what they were forked with."""
        return int(self.parent.state["memory"]) if self.parent else 0

    @property
    def killed(self) -> dict[str, int]:
        """How many workers the parent has killed, by `order`, `deadline` and `memory`."""
        return dict(self.parent.state["killed"]) if self.parent else {}

    # Starting, reloading, ending.

    async def start(self) -> None:
        """Start the parent process and the first workers; LoadFailed where it cannot load."""
        self._loop = asyncio.get_running_loop()
        self.parent = await self._new_parent(self.spec)
        await asyncio.gather(*self._refill())
        self.later(self._preload_later())

    async def _preload_later(self) -> None:
        await asyncio.sleep(PRELOAD_AFTER)
        with suppress(ServiceError):  # the parent has ended: the next one preloads as it starts
            await self.preload()

    async def reload(self, spec: ProgramSpec) -> None:
        """Load anew beside the old; only what has loaded whole takes over. Raises LoadFailed."""
        parent = await self._new_parent(spec)
        old, self.parent, self.spec = self.parent, parent, spec
        self._slow_until.clear()  # the graph has changed
        for worker in self._idle:
            worker.kill()
        self._idle.clear()
        await asyncio.gather(*self._refill())
        if old is not None:
            old.on_end = lambda: None
            self.later(self._end_when_idle(old))

    async def close(self, patience: float) -> None:
        """Refuse new jobs, wait for those under way, then end every process."""
        self._closing = True
        waiting = (*self._prefetched, *self._waiting)
        jobs = [job.answer for job in (*self._fast, *self._slow, *waiting)]
        if jobs:
            await asyncio.wait(jobs, timeout=patience)
        for task in list(self._tasks):
            task.cancel()
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self.parent is not None:
            self.parent.on_end = lambda: None
            self.parent.stop()

    async def preload(self) -> None:
        """Load what not every job needs, once, and replace the workers that lack it."""
        while self.parent is not None:
            self._preloads = True  # so does each new parent, before it takes over
            parent = self.parent
            await parent.preload()
            for worker in [worker for worker in self._idle if worker.is_outdated]:
                self._idle.remove(worker)
                worker.kill()
            self._refill()
            if parent is self.parent:
                return

    async def _new_parent(self, spec: ProgramSpec) -> WorkerParent:
        parent, self._launched = self._launched or WorkerParent(spec, self.limits), None
        try:
            await parent.start(START_PATIENCE)
            if self._preloads:
                await parent.preload()
        except BaseException:
            parent.stop()
            raise
        parent.on_end = self._parent_died
        return parent

    def _parent_died(self) -> None:
        """Start the parent again; the jobs that were under way have ended with their workers."""
        self._idle.clear()
        if not self._closing:
            self.report("parent-died", {})
            self.later(self._restart())

    async def _restart(self) -> None:
        pause = 0.1
        while not self._closing:
            try:
                self.parent = await self._new_parent(self.spec)
            except LibontoError as error:
                self.report("parent-not-restarted", {"detail": str(error)})
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30)
                continue
            self.report("parent-restarted", {})
            await asyncio.gather(*self._refill())
            return

    async def _end_when_idle(self, parent: WorkerParent) -> None:
        limit = monotonic() + self.limits.deadline + 5
        while monotonic() < limit:
            jobs = (*self._fast, *self._slow)
            if not any(job.worker is not None and job.worker.parent is parent for job in jobs):
                break
            await asyncio.sleep(0.05)
        parent.stop()

    # A job's life.

    async def run(
        self,
        header: wire.Header,
        body: bytes = b"",
        *,
        key: Hashable | None = None,
        preloaded: bool = False,
    ) -> tuple[wire.Header, bytes]:
        """Have a job done. `key` names what it does: one that was slow is remembered by it.

        A job that is `preloaded` needs what not every job does. Raises BusyError, DeadlineError,
        WorkerError. When the caller is cancelled (the client has gone) the job's worker is
        killed at once.
        """
        if preloaded:
            try:
                await asyncio.wait_for(self.preload(), self.limits.deadline)
            except (TimeoutError, ServiceError) as error:
                raise BusyError("parent-restarting", seconds=1) from error
        return await self.run_frame(wire.frame(wire.encode(header), body), key=key)

    async def run_frame(
        self, frame: bytes, *, key: Hashable | None = None
    ) -> tuple[wire.Header, bytes]:
        """The same for a job that is a frame already."""
        if self._closing:
            raise BusyError("closing", seconds=1)
        job = WorkerJob(frame, key, self._loop.create_future(), monotonic())
        if self._sweeper is None:
            self._sweeper = self._loop.call_later(SWEEP, self._sweep)
        try:
            if self._slow_until.get(key, 0.0) >= job.arrived:
                self._start_slow(job)
            elif self._idle:
                self._send(job, self._idle.pop())
            elif len(self._waiting) + len(self._prefetched) >= self.limits.queue:
                self._refuse(job, "queue-full")
            elif (worker := self._soon_free()) is not None:
                self._send(job, worker)
            else:
                self._waiting.append(job)
                self._refill()
            return await job.answer
        except asyncio.CancelledError:
            self._drop(job)
            self._count(job, "gone")
            raise

    def _sweep(self) -> None:
        """Look at the clock for every job: one timer for all costs less than two for each."""
        now = monotonic()
        for job in [*self._fast, *self._slow, *self._prefetched, *self._waiting]:
            if now - job.arrived >= self.limits.deadline:
                self._expire(job)
        for job in [*self._fast]:
            if now - job.begun >= self.limits.patience:
                self._slow_down(job)
        for job in [*self._prefetched]:
            ahead = job.worker.job if job.worker is not None else None
            if ahead is not None and now - ahead.begun >= SWEEP:
                self._take_back(job)
        if self._fast or self._slow or self._waiting:
            self._sweeper = self._loop.call_later(SWEEP, self._sweep)
        else:
            self._sweeper = None

    def _send(self, job: WorkerJob, worker: WorkerConnection) -> None:
        """Send a worker a job: it begins with it, or has it in advance."""
        job.worker = worker
        worker.send(job.frame)
        if worker.job is None:
            self._begin(job, worker)
        else:
            worker.next_job = job
            self._prefetched.add(job)

    def _begin(self, job: WorkerJob, worker: WorkerConnection) -> None:
        worker.job = job
        job.begun = self._had_worker = monotonic()
        (self._slow if job.lane == "slow" else self._fast).add(job)

    def _soon_free(self) -> WorkerConnection | None:
        """A worker that may be sent a job while it is at another."""
        if self._waiting or self._pace > BRISK:
            return None
        since = monotonic() - BRISK
        workers = (job.worker for job in self._fast if job.begun > since)
        return next((w for w in workers if w and not w.next_job and self._is_good(w)), None)

    def _is_good(self, worker: WorkerConnection) -> bool:
        """Whether a worker of the fast lane may be given more jobs."""
        is_ours = worker.alive and worker.parent is self.parent and not worker.is_outdated
        return is_ours and worker.jobs < self.limits.jobs

    def _take_back(self, job: WorkerJob | None) -> None:
        """Give a job that a worker has in advance to another too: who answers first, answers."""
        if job is None or job not in self._prefetched or job.worker is None:
            return
        self._prefetched.remove(job)
        job.worker.next_job = replace(job)
        job.worker = None
        if self._idle:
            self._send(job, self._idle.pop())
        else:
            self._waiting.appendleft(job)

    def _answered(self, worker: WorkerConnection, header: wire.Header, body: bytes) -> None:
        job, worker.job = worker.job, None
        if job is None:  # it was given up
            return
        self._leave(job)
        if job.lane == "slow" or "fault" in header:  # a lowered priority cannot be raised again
            self._discard(worker)
        else:
            self._pace += (monotonic() - job.begun - self._pace) / 8
            self._next(worker)
        if header.get("fault") == "memory":
            self._fail(job, "died", self._memory_error())
        elif "fault" in header:
            self.report("job-failed", {"job": header["job"], "type": header["detail"]})
            self._fail(job, "died", WorkerError(None, "job-failed"))
        elif not job.answer.done():
            self._count(job, "done")
            job.answer.set_result((header, body))

    def _slow_down(self, job: WorkerJob) -> None:
        """The job has used up the fast lane's patience."""
        if job.worker is None or job.answer.done():  # no client waits for it
            self._drop(job)
            return
        if job.key is not None:
            self._slow_until.pop(job.key, None)  # the last one added is the last to be forgotten
            self._slow_until[job.key] = monotonic() + FORGET
            if len(self._slow_until) > REMEMBERED:
                del self._slow_until[next(iter(self._slow_until))]
        if len(self._slow) >= self.limits.slow:
            self._drop(job)
            self._refuse(job, "slow-lane-full")
            return
        job.worker.lower()
        self._fast.discard(job)
        job.lane = "slow"
        self._slow.add(job)
        self._take_back(job.worker.next_job)
        self._refill()

    def _start_slow(self, job: WorkerJob) -> None:
        job.lane = "slow"
        if len(self._slow) >= self.limits.slow:
            self._refuse(job, "slow-lane-full")
            return
        self._slow.add(job)  # the slot is taken before its worker is there
        self.later(self._fork_slow(job))

    async def _fork_slow(self, job: WorkerJob) -> None:
        try:
            worker = await self._new_worker()
        except ServiceError:
            self._slow.discard(job)
            self._refuse(job, "parent-restarting")
            return
        if job.answer.done():
            worker.kill()
            self._slow.discard(job)
            return
        worker.lower()
        self._send(job, worker)

    def _expire(self, job: WorkerJob) -> None:
        """The job's deadline."""
        self._drop(job)
        if job.begun or job.lane == "slow":
            self._fail(job, "deadline", self._deadline_error())
        else:
            self._refuse(job, "queue-slow", "deadline")

    def _ended(self, worker: WorkerConnection) -> None:
        """A worker's connection is lost."""
        job, worker.job = worker.job, None
        self._take_back(worker.next_job)
        if job is not None:
            self.later(self._died(job))
            return
        if worker in self._idle:
            self._idle.remove(worker)
        if worker.jobs:
            self._refill()
        else:  # it could not even begin: do not fork as fast as they die
            self._loop.call_later(0.2, self._refill)

    async def _died(self, job: WorkerJob) -> None:
        """The job's worker ended without an answer."""
        worker = job.worker
        self._leave(job)
        self._refill()
        if worker is None or job.answer.done():
            return
        await worker.ending(UNREADY)
        # An engine that cannot have more memory aborts; so does one that finds a fault in
        # itself, which is rare.
        if worker.reason == "deadline":
            self._fail(job, "deadline", self._deadline_error())
        elif worker.reason == "memory" or worker.status == -signal.SIGABRT:
            self._fail(job, "died", self._memory_error())
        else:
            self._fail(job, "died", WorkerError(worker.status))

    def _deadline_error(self) -> DeadlineError:
        return DeadlineError("deadline", seconds=f"{self.limits.deadline:g}")

    def _memory_error(self) -> MemoryLimitError:
        return MemoryLimitError("memory", limit=self.limits.memory)

    def _refuse(self, job: WorkerJob, key: str, outcome: JobOutcome = "busy") -> None:
        """Answer with a BusyError, whose seconds are those after which a slot is likely free."""
        ends = [slow.arrived + self.limits.deadline - monotonic() for slow in self._slow]
        seconds = max(1, round(min(ends, default=1.0)))
        self._fail(job, outcome, BusyError(key, seconds=seconds))

    def _fail(self, job: WorkerJob, outcome: JobOutcome, error: LibontoError) -> None:
        """Answer a job with an error, unless it has been answered."""
        if not job.answer.done():
            self._count(job, outcome)
            job.answer.set_exception(error)

    def _count(self, job: WorkerJob, outcome: JobOutcome) -> None:
        self.observe(job.lane, outcome, monotonic() - job.arrived)

    def _drop(self, job: WorkerJob) -> None:
        """Take a job out of wherever it is, and kill the worker that is at it."""
        worker = job.worker
        self._leave(job)
        self._prefetched.discard(job)
        if worker is not None and worker.job is job:
            worker.job = None
            self._discard(worker)
        elif job in self._waiting:
            self._waiting.remove(job)

    def _leave(self, job: WorkerJob) -> None:
        self._fast.discard(job)
        self._slow.discard(job)

    # Workers between jobs.

    def _next(self, worker: WorkerConnection) -> None:
        """A worker of the fast lane is free: it goes on with the job that it has, or another."""
        self._had_worker = monotonic()
        job, worker.next_job = worker.next_job, None
        if job is not None and not job.answer.cancelled():
            self._prefetched.discard(job)
            self._begin(job, worker)
        elif job is not None or not self._is_good(worker):
            self._discard(worker)
            return
        while self._waiting and self._is_good(worker):
            if worker.job is not None and (worker.next_job is not None or self._pace > BRISK):
                return
            job = self._waiting.popleft()
            if not job.answer.done():
                self._send(job, worker)
        if worker.job is None:
            self._idle.append(worker)

    def _discard(self, worker: WorkerConnection) -> None:
        """Kill a worker, and have a fresh one take its place."""
        self._take_back(worker.next_job)
        worker.kill()
        self._refill()

    def _refill(self) -> list[asyncio.Task[None]]:
        """Have workers forked until every fast slot has one; the tasks that do so."""
        if self._closing or self.parent is None or not self.parent.alive:
            return []
        missing = self.limits.fast - len(self._fast) - len(self._idle) - self._starting
        self._starting += max(0, missing)
        return [self.later(self._start_worker()) for _ in range(missing)]

    async def _new_worker(self) -> WorkerConnection:
        assert self.parent is not None
        worker = await self.parent.worker()
        worker.on_answer, worker.on_end = self._answered, self._ended
        return worker

    async def _start_worker(self) -> None:
        try:
            worker = await self._new_worker()
        except ServiceError:
            return  # the parent has gone; its restart fills the slots
        finally:
            self._starting -= 1
        if not self._is_good(worker):
            self._discard(worker)
        elif len(self._fast) + len(self._idle) < self.limits.fast:
            self._next(worker)
        else:
            worker.kill()

    def later(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Have some work done, at most until the pool is closed."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
