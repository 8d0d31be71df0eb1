"""Attempts to escape by code that has taken a worker over, as root and as another user."""

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from libonto.sandbox import cage
from libonto.sandbox.limits import Limits

NOBODY = 65534
USERS = [os.getuid(), NOBODY] if os.getuid() == 0 else [os.getuid()]

# What is tried; every attempt that the kernel does not refuse is told.
ATTEMPTS = """
import ctypes, fcntl, json, mmap, os, resource, signal, socket, subprocess, sys, threading
from pathlib import Path
sys.path.insert(0, {source!r})
from libonto.sandbox import cage

folder, victim = Path(sys.argv[1]), int(sys.argv[2])
if int(sys.argv[3]) != os.getuid():
    os.setgroups([])
    os.setgid(int(sys.argv[3]))
    os.setuid(int(sys.argv[3]))
libc = ctypes.CDLL(None, use_errno=True)
numbers = {numbers!r}

def call(name, *args):
    found = libc.syscall(ctypes.c_long(numbers[name]), *(ctypes.c_long(a) for a in args))
    if found < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))

writable = os.open(folder / "there", os.O_RDONLY)
published = os.open(folder / "published", os.O_RDONLY)
stdlib = Path(os.__file__).parent
cage.enter([])
attempts = {{
    "read a secret": lambda: Path("/etc/shadow").read_text(),
    "read another file": lambda: (folder / "there").read_text(),
    "list a folder": lambda: os.listdir(folder),
    "read published data": lambda: (folder / "published" / "data").read_text(),
    "read code": lambda: (stdlib / "colorsys.py").read_text(),
    "list the root": lambda: os.listdir("/"),
    "read what the kernel tells": lambda: Path("/proc/cpuinfo").read_text(),
    "read what is told of itself": lambda: Path("/proc/self/maps").read_text(),
    "read a device": lambda: Path("/dev/zero").open("rb"),
    "open a descriptor anew": lambda: os.open(f"/proc/self/fd/{{writable}}", os.O_RDONLY),
    "a path beside a descriptor": lambda: os.open("../there", os.O_RDONLY, dir_fd=published),
    "read another process": lambda: Path(f"/proc/{{victim}}/environ").read_bytes(),
    "create a file": lambda: (folder / "new").write_text("x"),
    "open to append": lambda: (folder / "there").open("a"),
    "open to write": lambda: os.open(folder / "published" / "data", os.O_RDWR),
    "truncate": lambda: os.truncate(folder / "there", 0),
    "truncate an open file": lambda: os.ftruncate(writable, 0),
    "remove": lambda: (folder / "there").unlink(),
    "rename": lambda: (folder / "there").rename(folder / "gone"),
    "link": lambda: os.link(folder / "there", folder / "linked"),
    "symlink": lambda: os.symlink("/etc/shadow", folder / "symlinked"),
    "make a folder": lambda: (folder / "made").mkdir(),
    "change the mode": lambda: (folder / "there").chmod(0o777),
    "change the owner": lambda: os.chown(folder / "there", os.getuid(), os.getgid()),
    "touch": lambda: os.utime(folder / "there"),
    "a pipe in a folder": lambda: os.mkfifo(folder / "fifo"),
    "an anonymous file": lambda: os.memfd_create("x"),
    "signal another process": lambda: os.kill(victim, 0),
    "kill another process": lambda: os.kill(victim, signal.SIGKILL),
    "kill all": lambda: os.kill(-1, 0),
    "signal by its thread": lambda: call("tgkill", victim, victim, 0),
    "signal by a descriptor": lambda: os.pidfd_open(victim),
    "trace": lambda: call("ptrace", 16, victim, 0, 0),
    "read another's memory": lambda: call("process_vm_readv", victim, 0, 0, 0, 0, 0),
    "fork": lambda: os.fork() or os._exit(0),
    "vfork and run": lambda: subprocess.run(["/bin/true"]),
    "run": lambda: os.execv("/bin/true", ["true"]),
    "a socket": lambda: socket.socket(),
    "a local socket": lambda: socket.socket(socket.AF_UNIX),
    "a pair of sockets": lambda: socket.socketpair(),
    "another user": lambda: os.setuid(1),
    "raise a limit": lambda: resource.setrlimit(
        resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)),
    "lower another's limit": lambda: resource.prlimit(victim, resource.RLIMIT_NOFILE, (0, 0)),
    "a priority": lambda: os.setpriority(os.PRIO_PROCESS, 0, 1),
    "another's priority": lambda: os.setpriority(os.PRIO_PROCESS, victim, 19),
    "chroot": lambda: os.chroot(folder),
    "mount": lambda: call("mount", 0, 0, 0, 0, 0),
    "unshare": lambda: call("unshare", 0x10000000),
    "BPF": lambda: call("bpf", 0, 0, 0),
    "io_uring": lambda: call("io_uring_setup", 1, 0),
    "keys": lambda: call("keyctl", 0, 0, 0, 0, 0),
    "shared memory": lambda: call("shmget", 0, 4096, 0o1600),
    "own a descriptor": lambda: fcntl.fcntl(writable, 8, victim),
    "a terminal": lambda: fcntl.ioctl(0, 0x5412, b"x"),
    "the host's name": lambda: socket.sethostname("x"),
}}
done = []
for name, act in attempts.items():
    try:
        act()
        done.append(name)
    except (OSError, ValueError):
        pass

def works(act):
    try:
        act()
        return True
    except (OSError, ImportError) as error:
        return str(error)

thread = threading.Thread(target=lambda: None)
needed = {{
    "a thread": works(lambda: (thread.start(), thread.join())),
    "memory": works(lambda: mmap.mmap(-1, 1 << 22)),
    "random": works(lambda: os.urandom(8)),
    "own signals": works(lambda: signal.raise_signal(signal.SIGCONT)),
}}
print(json.dumps([done, needed]))
"""
NUMBERS = {  # Linux's, for x86_64 and aarch64
    "tgkill": (234, 131),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "mount": (165, 40),
    "unshare": (272, 97),
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "keyctl": (250, 219),
    "shmget": (29, 194),
}


def test_this_kernel_has_what_the_tests_are_about() -> None:
    """Where it has not, what the documentation promises is not shown here."""
    assert cage.offered()["seccomp"]
    assert cage.offered()["landlock"]


@pytest.mark.processes
@pytest.mark.parametrize("user", USERS)
def test_an_escape(tmp_path: Path, user: int) -> None:
    place = 0 if platform.machine() == "x86_64" else 1
    source = str(Path(cage.__file__).resolve().parents[2])
    numbers = {name: both[place] for name, both in NUMBERS.items()}
    code = ATTEMPTS.format(source=source, numbers=numbers)
    (tmp_path / "published").mkdir()
    for file in (tmp_path / "published" / "data", tmp_path / "there"):
        file.write_text("kept", encoding="utf-8")
    os.chown(tmp_path, user, -1)
    os.chown(tmp_path / "there", user, -1)
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(0o755)
    victim = subprocess.Popen(["/bin/sleep", "60"], user=user)
    try:
        found = subprocess.run(
            [sys.executable, "-I", "-c", code, str(tmp_path), str(victim.pid), str(user)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert found.stdout, found.stderr
        done, needed = json.loads(found.stdout)
        assert done == []
        assert set(needed.values()) == {True}, needed
        assert victim.poll() is None
    finally:
        victim.kill()
        victim.wait()
    assert (tmp_path / "there").read_text(encoding="utf-8") == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["published", "there"]


def test_the_workers_of_a_server_are_in_the_cage_that_it_tells_of(serve: Any) -> None:
    server = serve()
    told = server.http.get("/healthz").json()["cage"]
    assert told == {"network_namespace": told["network_namespace"], **cage.offered()}
    ready = server.wait_for("ready")
    assert {name: ready[name] for name in told} == told
    limit = time.monotonic() + 20
    while not (workers := server.descendants()[1:]):  # they are about to be forked
        assert time.monotonic() < limit
    for pid in workers:
        status = ""
        while "\nSeccomp:\t2\n" not in status:  # one that was forked just now enters it first
            assert time.monotonic() < limit, status
            status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        assert "\nNoNewPrivs:\t1\n" in status
    server.stop()


LIMITED = """
import resource
from libonto.sandbox import cage
from libonto.sandbox.limits import Limits

kinds = (resource.RLIMIT_AS, resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)
if {lower}:
    resource.setrlimit(resource.RLIMIT_AS, ({lower}, {lower}))
cage.limit_process(Limits())
print(*(number for kind in kinds for number in resource.getrlimit(kind)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("lower", [0, 1 << 29])
def test_limits_are_set_and_a_lower_one_stays(lower: int) -> None:
    run = subprocess.run(
        [sys.executable, "-c", LIMITED.format(lower=lower)],
        capture_output=True,
        text=True,
        check=True,
    )
    memory, hard, *others = map(int, run.stdout.split())
    assert memory == hard > 0
    assert (memory == lower) == bool(lower)
    assert others == [0] * 4


def test_a_limit_that_cannot_be_set_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError("no such limit")

    monkeypatch.setattr("resource.setrlimit", refused)
    with pytest.raises(OSError, match="no such limit"):
        cage.limit_process(Limits())
