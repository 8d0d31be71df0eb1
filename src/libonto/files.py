"""Files that take their name when they are whole, and keep what stood there until then."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from libonto.errors import UsageError, why

_ENDINGS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A temporary file that replaces `path` when all of it is on the disk.

    The mode of a file that is replaced stays; a link is followed. Nothing is left behind by an
    error, nor by SIGTERM or SIGHUP. UsageError where the system does not let it be written.
    """
    name, path = str(path), path.resolve()
    pending: list[Path] = []

    def clear() -> None:
        for temporary in pending:
            temporary.unlink(missing_ok=True)

    with _before_the_end(clear):
        try:
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".libonto-")
            pending.append(Path(temporary))
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            pending[0].chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
            pending[0].replace(path)
        except OSError as error:
            if error.errno is None:  # not the system's: what is written could not be read
                raise
            raise UsageError("output-unwritable", path=name, detail=why(error)) from error
        finally:
            clear()


@contextmanager
def _before_the_end(clear: Callable[[], None]) -> Iterator[None]:
    """Call `clear` before a signal ends the process, where signals can be heard (main thread)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _: FrameType | None) -> None:
        clear()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    heard = [number for number in _ENDINGS if signal.getsignal(number) is signal.SIG_DFL]
    for number in heard:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, signal.SIG_DFL)


def refuse_inputs(output: Path, inputs: Iterable[Path]) -> None:
    """UsageError for an output that is one of the inputs (under any name), or lies in one."""
    folders = [output, *output.absolute().parents]
    for source in inputs:
        if source.is_dir() and any(_same(source, folder) for folder in folders):
            raise UsageError("output-in-input", path=str(output), input=str(source))
        if _same(source, output):
            raise UsageError("output-is-input", path=str(output), input=str(source))


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # one of them does not exist, so nothing can be overwritten
        return False


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
