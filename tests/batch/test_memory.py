"""Memory does not grow with the input, in order or not: four times as much in the same room."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.generator import people, row, triples, HEADINGS  # isort: skip

# Runs a batch in a process of its own that may take only so much more address space than it
# has when all is loaded. Pieces and buckets are small, so that there are many of them.
PROGRAM = """
import resource, sys
from datetime import date
from pathlib import Path
from libonto.batch import reconcile
from libonto.batch.model import Order
from libonto.batch.progress import Progress
from libonto.verdict.inquiry import Inquiry
from libonto.batch.run import opened
from libonto.verdict.assessment import Assessor

reconcile.KEYS, reconcile.BUCKET = 2_000, 250_000
terms = Inquiry(date(2026, 11, 22))
order = Order(paths=[sys.argv[1]], output=Path(sys.argv[2]), form="csv", inquiry=terms, lang="en",
              audit=True)
run = opened(order, Assessor(), Progress("en", None, bar=False))
run._judge.prepare()
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
run.complete(int(sys.argv[4]))
"""
PEOPLE = 8_000
ROOM = 40 * 1024 * 1024
PIECE = 250_000


def judge(path: Path, piece: int) -> subprocess.CompletedProcess[str]:
    args = [str(path), str(path.with_suffix(".out")), str(ROOM), str(piece)]
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *args], capture_output=True, text=True, check=False
    )


@pytest.mark.processes
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.sampled(1)
@pytest.mark.parametrize("form", ["in order", "sorted", "table"])
def test_an_input_of_any_size_is_judged_in_the_same_room(tmp_path: Path, form: str) -> None:
    count = PEOPLE * (6 if form == "table" else 1)  # a row is so much shorter than the triples
    path = tmp_path / f"people.{'csv' if form == 'table' else 'nt'}"
    if form == "table":
        text = ",".join(HEADINGS) + "\n" + "".join(row(one) for one in people(count))
    else:
        lines = "".join(triples(one) for one in people(count)).splitlines(keepends=True)
        text = "".join(sorted(lines) if form == "sorted" else lines)
    path.write_text(text, "utf-8")
    in_pieces = judge(path, PIECE)
    assert in_pieces.returncode == 0, in_pieces.stderr[-2000:]
    assert path.with_suffix(".out").read_text("utf-8").count("\n") == 8 * count + 1
    at_once = judge(path, 1_000_000_000)
    assert at_once.returncode != 0, "the room is so large that nothing is shown"
    assert "MemoryError" in at_once.stderr
