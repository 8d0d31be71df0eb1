"""What a command costs from a cold start, beside the import of what it stands on."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 15
SAMPLE = Path(__file__).resolve().parent.parent / "examples" / "librarian.ttl"
PAIRS = [
    (
        "libonto assess PROFILE",
        ["-m", "libonto", "assess", str(SAMPLE)],
        "import pyshacl",
        1.5,
    ),
    ("libonto --help", ["-m", "libonto", "--help"], "import click", 2.0),
]


def main() -> None:
    for name, command, peer, aim in PAIRS:
        ours, theirs = [], []
        for run in range(RUNS + 1):
            a, b = seconds(command), seconds(["-c", peer])
            if run:  # the first of each only warms the disk's cache
                ours.append(a)
                theirs.append(b)
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        print(f"{name:26} median {statistics.median(ours) * 1000:4.0f} ms")
        print(f"{'python -c ' + repr(peer):26} median {statistics.median(theirs) * 1000:4.0f} ms")
        print(f"ratio, median of the pairs: {ratio:.2f} (aim: at most {aim})")


def seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "LANG": "C.UTF-8"},
    )
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    return time.perf_counter() - start
