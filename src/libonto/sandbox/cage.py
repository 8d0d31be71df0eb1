"""What a process of ours is cut off from, and the cage of a worker on Linux.

From its parent's death, descriptors, memory and the network by limits that hold wherever there is
fork, and, where the kernel lets us, by a network namespace with nothing in it. The cage: which
system calls a worker may make, and which files it may read.

By allow-list, and without any privilege: `no_new_privs`, a system-call filter (seccomp, whose BPF
is made here), and Landlock, under which only the folders that are named can be read, and nothing
can be written, connected to or signalled. `offered` says what the kernel has of it; what it
has and refuses ends the worker.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from libonto.sandbox.limits import Limits

_PR_SET_PDEATHSIG, _PR_SET_NAME, _PR_GET_SECCOMP, _PR_SET_SECCOMP = 1, 15, 21, 22
_PR_SET_NO_NEW_PRIVS = 38
SLACK = 8 * 1024 * 1024
"""Bytes for the allocator's own maps and a stack's guard page."""
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_SECCOMP_MODE_FILTER = 2
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# The calls that are always allowed, with Linux's numbers for x86_64 and aarch64. The ones that are
# made most come first.
_ALLOWED = """
read 0 63, recvfrom 45 207, sendmsg 46 211, futex 202 98, mmap 9 222, munmap 11 215, brk 12 214,
madvise 28 233, mremap 25 216, mprotect 10 226, write 1 64, sendto 44 206, recvmsg 47 212,
close 3 57, fstat 5 80, newfstatat 262 79, lseek 8 62, pread64 17 67, preadv 295 69, readv 19 65,
writev 20 66, fadvise64 221 223, statx 332 291, stat 4 -, lstat 6 -, access 21 -,
faccessat 269 48, faccessat2 439 439, readlink 89 -, readlinkat 267 78, getdents64 217 61,
getcwd 79 17, rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, sigaltstack 131 132,
restart_syscall 219 128, sched_yield 24 124, sched_getaffinity 204 123, getrandom 318 278,
clock_gettime 228 113, clock_getres 229 114, clock_nanosleep 230 115, nanosleep 35 101,
gettimeofday 96 169, time 201 -, getpid 39 172, gettid 186 178, getppid 110 173, getuid 102 174,
geteuid 107 175, getgid 104 176, getegid 108 177, getpriority 140 141, getrusage 98 165,
uname 63 160, poll 7 -, ppoll 271 73, set_robust_list 273 99, rseq 334 293, exit 60 93,
exit_group 231 94
"""
_CLONE3 = 435


@dataclass(frozen=True)
class _Condition:
    """A call that is allowed where an argument, masked, has one of some values."""

    name: str
    numbers: tuple[str, str]
    argument: int
    mask: int
    values: tuple[int, ...]


def _conditions() -> tuple[_Condition, ...]:
    """The calls that are allowed for some arguments only; of the process that asks for them."""
    writing = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC
    thread, tcgets, dupfd_cloexec = 0x00010000, 0x5401, 1030
    every = 2**32 - 1
    return (
        _Condition("openat", ("257", "56"), 2, writing, (os.O_RDONLY,)),
        _Condition("open", ("2", "-"), 1, writing, (os.O_RDONLY,)),
        _Condition("clone", ("56", "220"), 0, thread, (thread,)),
        _Condition("fcntl", ("72", "25"), 1, every, (1, 2, 3, dupfd_cloexec)),
        _Condition("ioctl", ("16", "29"), 1, every, (tcgets,)),
        _Condition("prctl", ("157", "167"), 0, every, (_PR_SET_NAME,)),
        _Condition("prlimit64", ("302", "261"), 2, 2**64 - 1, (0,)),  # to ask, not to set
        _Condition("tgkill", ("234", "131"), 0, every, (os.getpid(),)),  # a signal to itself
    )


_LOAD, _AND, _JUMP_EQUAL, _RETURN = 0x20, 0x54, 0x15, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_Step = tuple[int, int, int, int]


def _filter(place: int, architecture: int) -> list[_Step]:
    """The filter's steps; `place` is that of the machine's numbers in the tables."""
    steps: list[_Step] = [
        (_LOAD, 0, 0, 4),  # another architecture has other numbers
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
    ]
    for call in _ALLOWED.split(","):
        number = call.split()[1 + place]
        if number != "-":
            steps += [(_JUMP_EQUAL, 0, 1, int(number)), (_RETURN, 0, 0, _ALLOW)]
    for condition in _conditions():
        if condition.numbers[place] != "-":
            block = [step for value in condition.values for step in _where(condition, value)]
            block.append((_RETURN, 0, 0, _ERRNO | errno.EPERM))
            steps += [(_JUMP_EQUAL, 0, len(block), int(condition.numbers[place])), *block]
    # The C library falls back on clone, whose flags can be looked at.
    steps += [(_JUMP_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    return [*steps, (_RETURN, 0, 0, _ERRNO | errno.EPERM)]


def _where(condition: _Condition, value: int) -> list[_Step]:
    """Steps that allow a call where its argument has a value, and go on otherwise."""
    words = []
    for word in range(2 if condition.mask >= 2**32 else 1):
        mask, part = (n >> 32 * word & (2**32 - 1) for n in (condition.mask, value))
        words.append((16 + 8 * condition.argument + 4 * word, mask, part))
    steps: list[_Step] = []
    for left, (offset, mask, part) in zip(range(len(words), 0, -1), words, strict=True):
        steps += [(_LOAD, 0, 0, offset), (_AND, 0, 0, mask)]
        steps.append((_JUMP_EQUAL, 0, 3 * (left - 1) + 1, part))
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


# Landlock (linux/landlock.h); its three calls have the same numbers everywhere.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many rights over files there are, by the version that brought them."""
_NETWORK, _SCOPES = 3, 3
"""TCP (version 4); abstract sockets and signals (version 6)."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


_LIBC = ctypes.CDLL(None, use_errno=True)


def _call(number: int, *args: int | bytes | None) -> int:
    typed = [ctypes.c_long(a) if isinstance(a, int) else ctypes.c_char_p(a) for a in args]
    return int(_LIBC.syscall(ctypes.c_long(number), *typed))


def prctl(option: int, *args: int) -> int:
    """The result of the system call of this name; -1 where it fails."""
    return int(_LIBC.prctl(option, *map(ctypes.c_ulong, [*args, 0, 0, 0, 0][:4])))


def offered() -> dict[str, bool | int]:
    """What the kernel has for the cage; `landlock` is the version of it, 0 for none."""
    if sys.platform != "linux":
        return {"seccomp": False, "landlock": 0}
    seccomp = platform.machine() in _ARCHITECTURES and prctl(_PR_GET_SECCOMP) == 0
    return {"seccomp": seccomp, "landlock": max(0, _call(_CREATE_RULESET, None, 0, 1))}


def enter(readable: Iterable[str]) -> None:
    """Shut this process, and every thread that it will start, in; OSError where that fails.

    `readable` are the folders and files that can be read from now on, where Landlock is offered.
    """
    kernel = offered()
    if not any(kernel.values()):
        return
    if prctl(_PR_SET_NO_NEW_PRIVS, 1):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    if kernel["landlock"]:
        _restrict(int(kernel["landlock"]), readable)
    if kernel["seccomp"]:
        machine = platform.machine()
        steps = _filter(list(_ARCHITECTURES).index(machine), _ARCHITECTURES[machine])
        code = b"".join(struct.pack("=HBBI", *step) for step in steps)
        program = _Program(len(steps), code)
        if prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program)):
            raise OSError(ctypes.get_errno(), "seccomp")


def _restrict(version: int, readable: Iterable[str]) -> None:
    rights = (1 << max(n for since, n in _RIGHTS.items() if since <= version)) - 1
    parts = [rights, *([_NETWORK] if version >= 4 else []), *([_SCOPES] if version >= 6 else [])]
    attributes = struct.pack(f"={len(parts)}Q", *parts)
    ruleset = _call(_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "landlock")
    for path in readable:
        try:
            folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except (FileNotFoundError, PermissionError):  # there is nothing to be read
            continue
        right = _READ_FILE | _READ_DIR if Path(path).is_dir() else _READ_FILE
        if _call(_ADD_RULE, ruleset, 1, struct.pack("=Qi", right, folder), 0):
            raise OSError(ctypes.get_errno(), "landlock", path)
        os.close(folder)
    if _call(_RESTRICT_SELF, ruleset, 0):
        raise OSError(ctypes.get_errno(), "landlock")
    os.close(ruleset)


def die_with(parent: int) -> None:
    """Have the kernel kill this process when the one that started it ends (Linux)."""
    if sys.platform == "linux":
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the call
        os._exit(1)


def leave_network() -> bool:
    """Move this process, and all that it will fork, to a network namespace with nothing in it.

    False where the kernel does not allow it; call it while there is one thread only.
    """
    if sys.platform != "linux":
        return False
    try:
        return any(
            _LIBC.unshare(ctypes.c_int(flags)) == 0
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
    size, _ = memory("self")
    if size:
        # The stack of the thread that works is mapped whole.
        _limit(resource.RLIMIT_AS, size + limits.memory + limits.stack + SLACK)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)


def _limit(kind: int, most: int) -> None:
    """Set a limit, or keep a lower hard one; OSError or ValueError where it cannot be set."""
    _, hard = resource.getrlimit(kind)
    lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (lowest, lowest))


def memory(process: int | str) -> tuple[int, int]:
    """Bytes of a process's address space, and of its memory that no file holds.

    What it shares with the parent it was forked from is among the latter, before and after. Both
    are 0 where the system does not tell, or the process has just ended.
    """
    try:
        fields = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0, 0
    whole, resident, shared = (int(field) * resource.getpagesize() for field in fields[:3])
    return whole, resident - shared
