"""What a worker is cut off from: memory, files, other processes, the network.

Limits by `setrlimit` hold wherever there is fork. On Linux two more walls are put up without
any privilege: a system-call filter (seccomp, a few instructions of BPF written here), and,
where the kernel lets us, a network namespace with nothing in it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

from libonto.sandbox.limits import Limits

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000

# Linux's numbers of the calls that reach another process, another program or the network.
# Files cannot be written either: RLIMIT_FSIZE is 0.
_REFUSED = {
    "x86_64": {
        "arch": 0xC000003E,
        "socket": 41,
        "connect": 42,
        "bind": 49,
        "listen": 50,
        "accept": 43,
        "accept4": 288,
        "socketpair": 53,
        "fork": 57,
        "vfork": 58,
        "execve": 59,
        "execveat": 322,
        "kill": 62,
        "ptrace": 101,
        "process_vm_readv": 310,
        "process_vm_writev": 311,
        "pidfd_open": 434,
        "io_uring_setup": 425,
        "unshare": 272,
        "setns": 308,
        "mount": 165,
        "bpf": 321,
        "unlink": 87,
        "unlinkat": 263,
        "rename": 82,
        "renameat": 264,
        "renameat2": 316,
        "truncate": 76,
        "chmod": 90,
        "fchmodat": 268,
    },
    "aarch64": {
        "arch": 0xC00000B7,
        "socket": 198,
        "connect": 203,
        "bind": 200,
        "listen": 201,
        "accept": 202,
        "accept4": 242,
        "socketpair": 199,
        "execve": 221,
        "execveat": 281,
        "kill": 129,
        "ptrace": 117,
        "process_vm_readv": 270,
        "process_vm_writev": 271,
        "pidfd_open": 434,
        "io_uring_setup": 425,
        "unshare": 97,
        "setns": 268,
        "mount": 40,
        "bpf": 280,
        "unlinkat": 35,
        "renameat": 38,
        "renameat2": 276,
        "truncate": 45,
        "fchmodat": 53,
    },
}

_LOAD, _JUMP_EQUAL, _JUMP_NOT_BELOW, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM = 1
_X32 = 0x40000000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _prctl(option: int, *args: int) -> bool:
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        padded = [*args, 0, 0, 0, 0][:4]
        return int(libc.prctl(option, *(ctypes.c_ulong(value) for value in padded))) == 0
    except (OSError, AttributeError):
        return False


def die_with(parent: int) -> None:
    """Have the kernel kill this process when the one that started it ends (Linux)."""
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
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


def refuse_calls() -> bool:
    """Have the kernel refuse the calls in the table with EPERM; False where it cannot be done."""
    machine = platform.machine()
    calls = _REFUSED.get("aarch64" if machine == "arm64" else machine)
    if sys.platform != "linux" or calls is None:
        return False
    numbers = [number for name, number in calls.items() if name != "arch"]
    steps = [
        (_LOAD, 0, 0, 4),  # the architecture; another one has other numbers
        (_JUMP_EQUAL, 1, 0, calls["arch"]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # the number of the call
        (_JUMP_NOT_BELOW, len(numbers) + 1, 0, _X32),  # x86's third table of calls
    ]
    for place, number in enumerate(numbers):
        steps.append((_JUMP_EQUAL, len(numbers) - place, 0, number))
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    program = _Program(len(steps), code)
    return _prctl(_PR_SET_NO_NEW_PRIVS, 1) and _prctl(
        _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program)
    )


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
        # The stack of the thread that works, and some slack for the allocator's own maps.
        most = size + limits.memory + limits.stack + 64 * 1024 * 1024
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
