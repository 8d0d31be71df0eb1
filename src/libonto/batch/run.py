"""One run of a batch: from the inputs to the output, and on from where an earlier one stopped.

The folder `OUT.partial` has a part for each task that is done, whole or not at all. The output
takes its name when it is complete; then the folder is deleted.
"""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from libonto.batch.inputs import inputs
from libonto.batch.judge import BatchJudge
from libonto.batch.model import BatchJob, BatchSource, Order, RunResult, Task
from libonto.batch.output.files import check_form, check_list, check_size, list_paths, write
from libonto.batch.parts import PartFile, in_sequence, part_path, save
from libonto.batch.plan import aim_of, read_spans, sources_of, tasks_of
from libonto.batch.progress import Progress
from libonto.batch.reconcile import bring_together, doubled, scattered, without
from libonto.batch.triples import StatementCache
from libonto.batch.work import WorkerContext, digest_of
from libonto.errors import UsageError, why
from libonto.files import refuse_inputs, written_whole
from libonto.profile.intake import mapped_names
from libonto.sandbox.process_pool import ProcessPool, collecting_between
from libonto.verdict.assessment import Assessor

STATE = "run.json"
LOCK = "lock"
_OWN_FILES = (STATE, "*.part", "source-*", ".libonto-*")
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


Workers = Callable[[BatchJob, Sequence[Task], Path], Iterator[Task]]
"""Do tasks somewhere, and give each when it is done; then its part is there."""


def local_parts(
    judge: BatchJudge, jobs: int, job: BatchJob, tasks: Sequence[Task], folder: Path
) -> Iterator[Task]:
    """The tasks, as they are done in this process, or in several processes of this machine."""
    context = WorkerContext(job, judge)
    if jobs == 1:
        with collecting_between() as collect:
            for task in tasks:
                do(context, task, folder)
                yield task
                collect()
        return
    judge.prepare()
    with ProcessPool(jobs, lambda task: do(context, task, folder)) as pool:
        for task, _ in pool.results(tasks):
            yield task


def do(context: WorkerContext, task: Task, folder: Path) -> None:
    """Work on a task, and save its part."""
    save(context.work(task, read_spans(context.job.sources, task)), part_path(folder, task))


class Run:
    """A run, from its order on."""

    def __init__(
        self,
        order: Order,
        judge: BatchJudge,
        workers: Workers,
        progress: Progress,
        *,
        afresh: bool = False,
    ) -> None:
        """A run that begins `afresh` deletes the parts of an earlier one."""
        self.order = order
        self._judge = judge
        self._workers = workers
        self._progress = progress
        self.folder = partial_folder(order.output)
        self._afresh = afresh
        self._resumed = False
        self._sources: list[BatchSource] = []

    def complete(self, aim: int | None = None) -> RunResult:
        """Judge all inputs, and write the output; `aim` is about how many bytes a task has.

        UsageError where another run is at work on it, or there is no space on the disk.
        """
        with _locked(self.folder):
            if self._afresh:
                _clear(self.folder)
            try:
                result = self._complete(aim)
            except OSError as error:
                if error.errno not in _NO_SPACE:
                    raise
                path = str(self.folder)
                raise UsageError("output-unwritable", path=path, detail=why(error)) from error
            finally:
                if not (self.folder / STATE).exists():  # nothing that could be gone on with
                    _clear(self.folder)
                    (self.folder / LOCK).unlink(missing_ok=True)
                    # Not empty: a file that is not ours stays, and its folder with it.
                    with suppress(OSError):
                        self.folder.rmdir()
        return result

    def _complete(self, aim: int | None) -> RunResult:
        order, folder = self.order, self.folder
        vocabulary = self._judge.assessor.vocabulary
        self._progress.stage("reading", 0)
        files = inputs(order.paths, folder, format_=order.input_format, encoding=order.encoding)
        fingerprint = _fingerprint(order, files, self._judge)
        stored = self._stored(fingerprint)
        self._sources = sources_of(files, folder, mapped_names(vocabulary, order.mapping))
        if stored is None:
            stored = {**fingerprint, "aim": aim or aim_of(self._sources, order.jobs)}
            with written_whole(folder / STATE) as file:
                file.write(json.dumps(stored).encode())
        aim = int(stored["aim"])
        tasks = tasks_of(self._sources, aim)
        parts = self._parts("judging", tasks)
        recalled = scattered(parts, tasks, self._sources)
        if recalled or any(part.length("left_over") for part in parts):
            self._progress.stage("grouping", 0)
            sources, more = bring_together(
                recalled, parts, tasks, self._sources, folder, aim, StatementCache(vocabulary)
            )
            self._sources += sources
            tasks = sorted([*without(tasks, recalled, "elsewhere"), *more], key=self._in_order)
            parts = self._parts("scattered", tasks)
        pairs = doubled(parts)
        faulty = {place: (parts[place], people) for place, people in pairs.items()}
        if pairs:
            tasks = without(tasks, pairs, "twice")
            parts = self._parts("scattered", tasks)
        self._progress.stage("writing", 0)
        for one, (_, _, *before) in zip(files, fingerprint["inputs"], strict=True):
            if _stat(Path(one.path)) != before:
                raise UsageError("batch-input-changed", path=one.name or "-")
        result = write(order, self._judge, self._sources, parts, faulty)
        _clear(folder)
        return result

    def _stored(self, fingerprint: Mapping[str, Any]) -> dict[str, Any] | None:
        """The state of an unfinished run; UsageError where it was another run."""
        path = self.folder / STATE
        if not path.exists():
            return None
        stored: dict[str, Any] = json.loads(path.read_text("utf-8"))
        for what, value in json.loads(json.dumps(fingerprint)).items():
            if stored.get(what) != value:
                raise UsageError(f"batch-other-{what}")
        self._resumed = True
        return stored

    def _parts(self, stage: str, tasks: Sequence[Task]) -> Sequence[PartFile]:
        """The parts of all tasks in their order, those of an earlier run as they are."""
        job = replace(self.order, sources=tuple(self._sources))
        missing = [task for task in tasks if not self._is_done(job, task)]
        total, left = (sum(map(_size, some)) for some in (tasks, missing))
        resumed = self._resumed and stage == "judging"
        self._progress.stage(stage, total, total - left, resumed=resumed)
        people = 0
        for task in self._workers(job, missing, self.folder) if missing else ():
            part = PartFile(part_path(self.folder, task))
            people += part.count
            check_size(self.order, people)
            self._progress.advance(_size(task), part.count)
        return in_sequence([PartFile(part_path(self.folder, task)) for task in tasks])

    def _is_done(self, job: BatchJob, task: Task) -> bool:
        """Whether an earlier run has done a task; UsageError where it read other bytes."""
        try:
            part = PartFile(part_path(self.folder, task))
        except (OSError, ValueError, KeyError, TypeError):  # there is none, or none that is whole
            return False
        if part.digest != digest_of(job.sources, task, read_spans(job.sources, task)):
            raise UsageError("batch-other-inputs")
        return True

    def _in_order(self, task: Task) -> tuple[int, int]:
        """Scattered statements come after the rest of their source."""
        return self._sources[task.spans[0].source].origin, task.number


def _fingerprint(order: Order, files: Sequence[BatchSource], judge: BatchJudge) -> dict[str, Any]:
    """The options, inputs and data that must not change between the parts of one run."""
    inquiry = order.inquiry
    options = {
        "position": inquiry.position,
        "category": inquiry.category,
        "on": inquiry.on.isoformat(),
        "edition": inquiry.edition,
        "readings": {name: option.name for name, option in judge.choices.items()},
        "lang": order.lang,
        "format": order.form,
        "input-format": order.input_format,
        "encoding": order.encoding,
        "mapping": asdict(order.mapping) if order.mapping else None,
        "trust": order.trust.document.data.hex() if order.trust else None,
        "audit": order.audit,
    }
    inputs = [[one.name, one.format, *_stat(Path(one.path))] for one in files]
    return {"options": options, "inputs": inputs, "data": judge.digest}


def _stat(path: Path) -> list[int]:
    """Size and time of change; each part has a digest of the bytes that were read."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep a second run from the folder; UsageError where there is one."""
    try:
        import fcntl
    except ImportError:  # a system without such locks
        yield
        return
    with (folder / LOCK).open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UsageError("batch-running", path=str(folder)) from error
        yield


def _clear(folder: Path) -> None:
    """Delete a run's own files, but for the lock."""
    for pattern in _OWN_FILES:
        for path in folder.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _size(task: Task) -> int:
    return sum(span.end - span.start for span in task.spans)


def partial_folder(output: Path) -> Path:
    """The folder with the parts of an unfinished run."""
    return output.with_name(output.name + ".partial")


def opened(
    order: Order,
    assessor: Assessor,
    progress: Progress,
    *,
    resume: bool | None = None,
    any_day: bool = False,
) -> Run:
    """A new run, or with `resume` the unfinished one (None: that one if there is one).

    `any_day`: no day of assessment was stated, so that an unfinished run keeps its own.
    UsageError where there is nothing to resume, or the folder cannot be used.
    """
    check_form(order)
    folder = partial_folder(order.output)
    state = folder / STATE
    if order.output.exists() and not order.output.is_file():
        raise UsageError("batch-output-file", path=str(order.output))
    lists = list_paths(order.output)
    for path in (order.output, *lists, folder):
        refuse_inputs(path, [Path(name) for name in order.paths if name != "-"])
    for path in lists:
        check_list(path)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / LOCK).is_file():
        raise UsageError("batch-foreign-file", path=str(folder))
    afresh = resume is False or "-" in order.paths or not state.exists()
    if afresh and resume:
        raise UsageError("batch-nothing-to-resume", path=str(folder))
    if any_day and not afresh:
        day = date.fromisoformat(json.loads(state.read_text("utf-8"))["options"]["on"])
        order = replace(order, inquiry=replace(order.inquiry, on=day))
    judge = BatchJudge(order.inquiry, order.data, assessor)
    _ = judge.rules  # an edition that is not held is refused before anything is judged or written
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise UsageError("output-unwritable", path=str(folder), detail=why(error)) from error
    workers: Workers = partial(local_parts, judge, order.jobs)
    if order.scheduler:
        from libonto.batch.cluster import Cluster

        workers = Cluster(order.scheduler, judge).parts
    return Run(order, judge, workers, progress, afresh=afresh)
