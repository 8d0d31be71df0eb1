"""Work on several machines, through a Dask scheduler.

The machines need nothing but this package, in the same version and with the same data: the
bytes of a task go to the worker, and its outcome comes back. A worker that dies costs
only its task, which another one does again; each part is written once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from libonto.batch.judge import BatchJudge
from libonto.batch.model import BatchJob, Task, TaskOutcome
from libonto.batch.parts import part_path, save
from libonto.batch.plan import read_spans
from libonto.batch.work import WorkerContext
from libonto.errors import LibontoError, ServiceError, UsageError

RETRIES = 5
"""How often a task may lose its worker."""
_PATIENCE = 20

_thread = threading.local()


class Cluster:
    """Workers behind a Dask scheduler."""

    def __init__(self, address: str, judge: BatchJudge) -> None:
        """Connect to a scheduler; UsageError where Dask is missing or there is no answer."""
        try:
            from distributed import Client
        except ImportError as error:
            raise UsageError("distributed-missing") from error
        self._digest = judge.digest
        try:
            self._client = Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UsageError("scheduler-silent", address=address, detail=str(error)) from error

    def parts(self, job: BatchJob, tasks: Sequence[Task], folder: Path) -> Iterator[Task]:
        """The tasks, as they are done; no more are under way than the workers can begin soon.

        A task's bytes go with it and stay with the scheduler, so that no worker's death loses
        them.
        """
        import dask
        from distributed import as_completed

        client = self._client
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
        waiting = iter(tasks)
        under_way: dict[Any, Task] = {}
        done = as_completed(loop=client.loop, raise_errors=False)

        def submit() -> bool:
            task = next(waiting, None)
            if task is None:
                return False
            data = read_spans(job.sources, task)
            future = client.submit(
                remote, job, self._digest, task, data, pure=False, retries=RETRIES
            )
            under_way[future] = task
            done.add(future)
            return True

        for _ in range(2 * max(1, sum(client.nthreads().values()))):
            submit()
        try:
            for future in done:
                task = under_way.pop(future)
                outcome = _opened(future)
                save(outcome, part_path(folder, task))
                future.release()
                yield task
                submit()
        finally:
            client.cancel(list(under_way))


def remote(job: BatchJob, digest: str, task: Task, data: list[bytes]) -> TaskOutcome | LibontoError:
    """The outcome of a task, on this machine; an error of ours is returned."""
    try:
        return _context(job, digest).work(task, data)
    except LibontoError as error:
        error.__cause__ = error.__context__ = None
        return error


def _context(job: BatchJob, digest: str) -> WorkerContext:
    """This thread's context for a job; that of an earlier job is dropped."""
    trust = job.trust and job.trust.document.data
    key = repr((job.inquiry, job.lang, job.form, job.sources, job.data, job.mapping, trust))
    if getattr(_thread, "key", None) != key:
        vars(_thread).clear()
        context = WorkerContext(job)
        if context.judge.digest != digest:
            raise ServiceError("cluster-differs")
        _thread.key, _thread.context = key, context
    current: WorkerContext = _thread.context
    return current


def _opened(future: Any) -> TaskOutcome:
    error = future.exception()
    if error is not None:
        raise ServiceError("cluster-failed", detail=f"{type(error).__name__}: {error}") from error
    outcome = future.result()
    if isinstance(outcome, LibontoError):
        raise outcome
    assert isinstance(outcome, TaskOutcome)
    return outcome
