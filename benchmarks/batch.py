"""Many candidates: ours beside pySHACL in a process pool, pyshifty, and the bare parse.

    python -m benchmarks batch                    10,000, 100,000 and 1,000,000 candidates
    python -m benchmarks.batch 10000              one size, or several
    python -m benchmarks.batch --rounds 5 10000   more rounds; the medians are shown

A million candidates need 9 GB in the folder for temporary files (TMPDIR) and about half an
hour on two processors; BATCH_MOST=100000 leaves them out.

All take part in turn in each round, with as many processes, so that a change of the machine's
speed meets all of them. pySHACL and pyshifty judge evidence that is ready made (its derivation
is not in their time), a sample of it, and their time is scaled up. The bare parse reads the
same N-Triples with pyoxigraph, cut into pieces at lines, and keeps nothing. Memory is what all
processes of the command take together, what they share counted once (PSS).
"""

import argparse
import itertools
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import cache
from multiprocessing import Process, get_context
from pathlib import Path
from typing import Any

from rdflib.namespace import SH

from benchmarks.generator import person, triples, write
from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.verdict.assessment import Assessor
from libonto.verdict.compiled import Compiled
from libonto.verdict.shacl import requirement_shapes

ON = date(2026, 11, 22)
PROCESSES = len(os.sched_getaffinity(0))
SAMPLE = 400
COUNTS = (10_000, 100_000, 1_000_000)
SMALL = 10_000
ROOM = 9_000
"""Bytes of disk that a candidate needs, with the inputs, the parts and the output."""
CHUNK = 50
PIECE = 16 * 1024 * 1024


@cache
def judge() -> tuple[Assessor, str]:
    assessor = Assessor()
    position = assessor.positions.default
    assessor.judge(assessor.positions.rules(position))
    return assessor, position


@cache
def evidences(count: int) -> list[Any]:
    assessor, position = judge()
    data = "".join(triples(person(number)) for number in range(1, count + 1)).encode()
    found = Reader(assessor.vocabulary).read([Document(data, format="ntriples")])
    return [assessor.evidence(one, assessor.positions.rules(position), ON) for one in found]


def by_pyshacl(part: range) -> list[frozenset[str]]:
    assessor, position = judge()
    return assessor.judge(assessor.positions.rules(position)).judge(
        [evidences(SAMPLE)[n] for n in part]
    )


@cache
def shapes_text() -> str:
    assessor, position = judge()
    shapes = requirement_shapes(assessor.graph, assessor.positions.rules(position).node_shape)
    return str(shapes.serialize(format="turtle"))


@cache
def data_texts() -> tuple[str, ...]:
    """The evidence of each chunk as N-Triples."""
    return tuple(
        "".join(f"{t} .\n" for n in part for t in evidences(SAMPLE)[n].triples) for part in parts()
    )


@cache
def prepared() -> Any:
    import shifty

    return shifty.PreparedValidator(shapes_text().encode())


def by_pyshifty(place: int) -> int:
    """How many nodes fail, by pyshifty, whose answers are not turned into a report here."""
    data = data_texts()[place].encode()
    return len(prepared().validate_algebra(data, infer=False, sort_results=False).violations)


def reported_by_pyshifty(place: int) -> set[tuple[str, str]]:
    """The candidates and the shapes that they fail, from pyshifty's report."""
    import shifty

    shapes = shapes_text().encode()
    _, report, _ = shifty.validate(data_texts()[place].encode(), shapes, infer=False)
    return {
        (str(report.value(r, SH.focusNode)), str(report.value(r, SH.sourceShape)))
        for r in report.subjects(SH.focusNode)
    }


def parts() -> list[range]:
    return [range(start, min(start + CHUNK, SAMPLE)) for start in range(0, SAMPLE, CHUNK)]


def parse_piece(job: tuple[str, int, int]) -> int:
    from pyoxigraph import RdfFormat, parse

    path, start, end = job
    with Path(path).open("rb") as file:
        file.seek(start)
        data = file.read(end - start)
    return sum(1 for _ in parse(data, format=RdfFormat.N_TRIPLES))


def pieces(path: Path) -> list[tuple[str, int, int]]:
    size, found, start = path.stat().st_size, [], 0
    aim = min(PIECE, size // (4 * PROCESSES) + 1)
    with path.open("rb") as file:
        while start < size:
            file.seek(min(start + aim, size))
            file.readline()
            found.append((str(path), start, file.tell()))
            start = file.tell()
    return found


def in_a_pool(call: Callable[[Any], Any], jobs: Sequence[Any], warm: int = 0) -> float:
    """Seconds until all jobs are done, after the first `warm` ones were done once."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        list(pool.map(call, jobs[:warm]))
        start = time.perf_counter()
        list(pool.map(call, jobs))
        passed = time.perf_counter() - start
    return passed


def processor_time() -> float:
    """Seconds of all processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def ours(path: Path, form: str) -> float:
    """Run the command from its start to its end; the most memory that it took, MiB."""
    output = path.with_name(f"verdicts.{'jsonl' if form == 'full' else form}")
    command = [sys.executable, "-m", "libonto", "batch", str(path), "-o", str(output)]
    command += ["--on", ON.isoformat(), "--lang", "en", "--restart"]
    command += ["--full"] if form == "full" else []
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stderr=said)
        memory = Memory(process.pid)
        memory.start()
        process.wait()
        memory.join()
        if process.returncode not in (0, 1):
            said.seek(0)
            raise SystemExit(said.read().decode())
    output.unlink()
    return memory.most / 1024


class Memory(threading.Thread):
    """Looks from time to time at what a process and its children take together, in KiB."""

    def __init__(self, number: int) -> None:
        super().__init__(daemon=True)
        self._number = number
        self.most = 0

    def run(self) -> None:
        while processes := list(self._family(self._number)):
            self.most = max(self.most, sum(map(self._share, processes)))
            time.sleep(0.25)

    def _family(self, number: int) -> Iterator[int]:
        try:
            text = Path(f"/proc/{number}/task/{number}/children").read_text()
        except OSError:
            return
        yield number
        for child in text.split():
            yield from self._family(int(child))

    @staticmethod
    def _share(number: int) -> int:
        try:
            lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
        except OSError:
            return 0
        return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def prepare() -> None:
    """Load what the processes of a pool then share."""
    judge()
    evidences(SAMPLE)
    data_texts()
    prepared()


def agreement() -> None:
    """Ours, pySHACL's and pyshifty's answers on the sample, compared."""
    assessor, position = judge()
    compiled = Compiled(assessor.graph, assessor.positions.rules(position).node_shape)
    judged = [answer for part in parts() for answer in by_pyshacl(part)]
    mine = [compiled.failed(one.facts) for one in evidences(SAMPLE)]
    same = sum(a == b for a, b in zip(judged, mine, strict=True))
    print(f"agree with pySHACL on {SAMPLE} candidates: ours {same}", end="")
    try:
        theirs: dict[str, set[str]] = {}
        for place in range(len(parts())):
            for focus, shape in reported_by_pyshifty(place):
                theirs.setdefault(focus, set()).add(shape)
    except Exception as error:
        print(f"; pyshifty does not judge them ({type(error).__name__}: {error})")
        return
    known = {m.iri for m in compiled.members}
    found = [theirs.get(one.candidate.iri, set()) & known for one in evidences(SAMPLE)]
    # A report names the shape alone, not the years that fall short.
    shapes = [{name.partition("=")[0] for name in failed} for failed in judged]
    same = sum(a == b for a, b in zip(shapes, found, strict=True))
    print(f", pyshifty {same}")


FORMS = (
    ("N-Triples to CSV", "nt", "csv"),
    ("CSV to CSV", "csv", "csv"),
    ("N-Triples to Parquet", "nt", "parquet"),
    ("N-Triples to JSON lines", "nt", "jsonl"),
    ("the same, the whole object", "nt", "full"),
)


class Figures:
    """What was measured of each participant."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._times: dict[str, list[float]] = {}
        self._processors: dict[str, list[float]] = {}
        self.memory: dict[str, float] = {}

    def add(self, name: str, seconds: float) -> None:
        self._times.setdefault(name, []).append(seconds)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        before, start = processor_time(), time.perf_counter()
        yield
        self.add(name, time.perf_counter() - start)
        self._processors.setdefault(name, []).append(processor_time() - before)

    def medians(self) -> dict[str, float]:
        return {name: statistics.median(values) for name, values in self._times.items()}

    def cell(self, name: str, one_by_pyshacl: float) -> str:
        """A participant's cell in a table: seconds, and beside the others."""
        medians = self.medians()
        if name not in medians:
            return ""
        said = [f"{medians[name]:.1f} s", f"{medians[name] / medians['bare parse']:.2f} × parse"]
        if one_by_pyshacl:
            said.append(f"{one_by_pyshacl * self.count / medians[name]:.0f} × pySHACL")
        if name in self.memory:
            said.append(f"{self.memory[name]:.0f} MiB")
        return ", ".join(said)

    def show(self) -> None:
        medians = self.medians()
        spent = {name: statistics.median(values) for name, values in self._processors.items()}
        for name, value in medians.items():
            said = [f"{name:24}{value:9.2f} s {self.count / value:10,.0f} a second"]
            said.append(f"{value / medians['bare parse']:7.2f} × bare parse")
            if name in spent:
                said.append(f"(processors {spent[name] / spent['bare parse']:5.2f} ×)")
            if "pySHACL" in medians:
                said.append(f"{medians['pySHACL'] / value:7.1f} × pySHACL's speed")
            if name in self.memory:
                said.append(f"{self.memory[name]:5.0f} MiB")
            print("  ".join(said), flush=True)


def measure(count: int, rounds: int, folder: Path, *, others: bool) -> Figures:
    nt, table = folder / f"{count}.nt", folder / f"{count}.csv"
    made = [Process(target=make, args=(count, path)) for path in (nt, table)]
    for process in made:
        process.start()
    for process in made:
        process.join()
    sizes = f"{nt.stat().st_size >> 20} MiB of N-Triples, {table.stat().st_size >> 20} MiB of CSV"
    print(f"\n{count:,} candidates, {sizes}, {PROCESSES} processes, {rounds} rounds", flush=True)
    found = Figures(count)
    for _ in range(rounds):
        with found.of("bare parse"):
            in_a_pool(parse_piece, pieces(nt))
        for name, path, form in FORMS:
            if form != "full" or count <= SMALL:
                with found.of(name):
                    found.memory[name] = ours(nt if path == "nt" else table, form)
        if others:
            prepare()
            scale, places = count / SAMPLE, range(len(parts()))
            found.add("pySHACL", scale * in_a_pool(by_pyshacl, parts(), PROCESSES))
            found.add("pyshifty", scale * in_a_pool(by_pyshifty, places, PROCESSES))
    found.show()
    nt.unlink()
    table.unlink()
    return found


def make(count: int, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        write(count, path.suffix.removeprefix("."), file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("counts", type=int, nargs="*")
    parser.add_argument("--rounds", type=int, default=0, help="3, of a million 1")
    parser.add_argument("--alone", action="store_true", help="without pySHACL and pyshifty")
    arguments = sys.argv[1:] if Path(sys.argv[0]).stem == "batch" else []
    given = parser.parse_args(arguments)
    most = int(os.environ.get("BATCH_MOST", COUNTS[-1]))
    counts = sorted(given.counts) or [count for count in COUNTS if count <= most]
    if not given.alone:
        agreement()
    found = []
    with tempfile.TemporaryDirectory(prefix="libonto-") as name:
        free = shutil.disk_usage(name).free
        if free < counts[-1] * ROOM:
            sys.exit(f"{counts[-1] * ROOM >> 20} MiB are needed in {name}, {free >> 20} are free.")
        for count in counts:
            rounds = given.rounds or (1 if count > 500_000 else 3)
            others = not given.alone and count == counts[0]
            found.append(measure(count, rounds, Path(name), others=others))
    tell(found)


def tell(found: Sequence[Figures]) -> None:
    """Everything in one table, and how the time grows."""
    speeds = found[0].medians()
    print("\n| | " + " | ".join(f"{one.count:,}" for one in found) + " |")
    print("|---|" + "---|" * len(found))
    for name in speeds:
        cells = [one.cell(name, speeds.get("pySHACL", 0) / found[0].count) for one in found]
        print(f"| {name} | " + " | ".join(cells) + " |")
    for low, high in itertools.combinations(found, 2):
        for form in ("N-Triples to CSV", "CSV to CSV"):
            growth = high.medians()[form] / low.medians()[form] / (high.count / low.count)
            said = f"from {low.count:,} to {high.count:,} the time grows {growth:.2f} times as much"
            print(f"{form}: {said}")


if __name__ == "__main__":
    main()
