"""What a process of ours is cut off from: its parent's death, descriptors, memory, the network.

Limits by `setrlimit` hold wherever there is fork; where the kernel lets us, there is a network
namespace with nothing in it. System calls and files are shut off in `cage.py`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

from libonto.sandbox.cage import prctl
from libonto.sandbox.limits import Limits

SLACK = 8 * 1024 * 1024
"""Bytes for the allocator's own maps and a stack's guard page."""
_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


def die_with(parent: int) -> None:
    """Have the kernel kill this process when the one that started it ends (Linux)."""
    if sys.platform == "linux":
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before that was asked for
        os._exit(1)


def leave_network() -> bool:
    """Move this process, and all that it will fork, to a network namespace with nothing in it.

    False where the kernel does not allow it; call it while there is one thread only.
    """
    if sys.platform != "linux":
        return False
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        return any(
            libc.unshare(ctypes.c_int(flags)) == 0
            for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET)
        )
    except (OSError, AttributeError):
        return False


def keep_only(descriptor: int) -> None:
    """Close every inherited descriptor but one; the standard ones become /dev/null."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        if standard != descriptor:
            os.dup2(null, standard)
    highest = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 1 << 16)
    os.closerange(3, descriptor)
    os.closerange(max(3, descriptor + 1), highest)


def limit_process(limits: Limits) -> None:
    """Set the limits that last for the process: memory, files written, core dumps."""
    size = _address_space()
    if size:
        # The stack of the thread that works is mapped whole.
        most = size + limits.memory + limits.stack + SLACK
        _set(resource.RLIMIT_AS, most, most)
    _set(resource.RLIMIT_CORE, 0, 0)
    _set(resource.RLIMIT_FSIZE, 0, 0)


def _set(what: int, soft: int, hard: int) -> None:
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (soft, hard))


def _address_space() -> int | None:
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return None
    return int(pages) * resource.getpagesize()
