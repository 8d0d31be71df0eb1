"""Many candidates: ours beside pySHACL in a process pool, pyshifty, and the bare parse.

    python -m benchmarks.batch                    10,000 candidates
    python -m benchmarks.batch 10000 100000       several sizes, and how the time grows
    python -m benchmarks.batch --rounds 5 10000   more rounds; the medians are shown

All take part in turn in each round, with as many processes, so that a change of the machine's
speed meets all of them. pySHACL and pyshifty judge evidence that is ready made (its derivation
is not in their time), a sample of it, and their time is scaled up. The bare parse reads the
same N-Triples with pyoxigraph, cut into pieces at lines, and keeps nothing.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import cache, partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rdflib.namespace import SH

from benchmarks.generator import person, triples, write
from libonto.profile.reader import Document, Reader
from libonto.rules.compiled import Compiled
from libonto.rules.shacl import requirement_shapes
from libonto.verdict.assessment import Assessor

ON = date(2026, 11, 22)
PROCESSES = len(os.sched_getaffinity(0))
SAMPLE = 400
CHUNK = 50
PIECE = 16 * 1024 * 1024


@cache
def judge() -> tuple[Assessor, str]:
    assessor = Assessor()
    position = assessor.positions.default
    assessor.judge(position)
    return assessor, position


@cache
def evidences(count: int) -> list[Any]:
    assessor, position = judge()
    data = "".join(triples(person(number)) for number in range(1, count + 1)).encode()
    found = Reader(assessor.vocabulary).read([Document(data, format="ntriples")])
    return [assessor.evidence(one, position=position, on=ON) for one in found]


def by_pyshacl(part: range) -> list[frozenset[str]]:
    assessor, position = judge()
    return assessor.judge(position).judge([evidences(SAMPLE)[n] for n in part])


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


def seconds(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def spent(pool: ProcessPoolExecutor, work: Callable[[Any], Any], parts: Any) -> None:
    """All the parts of some work done in a pool."""
    list(pool.map(work, parts))


def ours(path: Path, form: str, *, audit: bool = True) -> tuple[float, float]:
    """Seconds of the command from its start to its end, and the most memory of a process, MiB."""
    output = path.with_name(f"verdicts.{form}")
    command = [sys.executable, "-m", "libonto", "batch", str(path), "-o", str(output)]
    command += ["--on", ON.isoformat(), "--lang", "en", "--restart"]
    command += ["--audit" if audit else "--no-audit"]
    start = time.perf_counter()
    done = subprocess.run(command, stderr=subprocess.PIPE, check=False)
    passed = time.perf_counter() - start
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    output.unlink()
    return passed, memory


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
    same = sum(a == b for a, b in zip(judged, found, strict=True))
    print(f", pyshifty {same}")


def measure(count: int, rounds: int, folder: Path, *, others: bool) -> dict[str, float]:
    nt, table = folder / f"{count}.nt", folder / f"{count}.csv"
    for path, form in ((nt, "nt"), (table, "csv")):
        with path.open("w", encoding="utf-8") as file:
            write(count, form, file)
    sizes = f"{nt.stat().st_size >> 20} MiB of N-Triples, {table.stat().st_size >> 20} MiB of CSV"
    print(f"\n{count:,} candidates, {sizes}, {PROCESSES} processes, {rounds} rounds")
    times: dict[str, list[float]] = {}
    memory: dict[str, float] = {}
    context = get_context("fork")
    prepare()
    for _ in range(rounds):
        with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
            jobs = pieces(nt)
            add(times, "bare parse", seconds(partial(spent, pool, parse_piece, jobs)))
        for name, path, form in (
            ("N-Triples to CSV", nt, "csv"),
            ("CSV to CSV", table, "csv"),
            ("N-Triples to Parquet", nt, "parquet"),
        ):
            passed, most = ours(path, form)
            add(times, name, passed)
            memory[name] = most
        if count <= 10_000:
            add(times, "N-Triples to JSON lines", ours(nt, "jsonl")[0])
        if others:
            scale = count / SAMPLE
            with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
                list(pool.map(by_pyshacl, parts()[:PROCESSES]))  # the pool is warm
                judged = seconds(partial(spent, pool, by_pyshacl, parts()))
                add(times, "pySHACL", scale * judged)
                try:
                    places = range(len(parts()))
                    list(pool.map(by_pyshifty, places[:PROCESSES]))
                    passed = seconds(partial(spent, pool, by_pyshifty, places))
                    add(times, "pyshifty", scale * passed)
                except Exception as error:
                    print(f"pyshifty: {type(error).__name__}: {error}")
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, value in medians.items():
        beside = f"{value / medians['bare parse']:6.2f} × bare parse"
        if "pySHACL" in medians:
            beside += f"  {medians['pySHACL'] / value:7.1f} × pySHACL's speed"
        most = f"  {memory[name]:4.0f} MiB at most a process" if name in memory else ""
        print(f"{name:24} {value:9.2f} s  {count / value:10,.0f} a second  {beside}{most}")
    return medians


def add(times: dict[str, list[float]], name: str, value: float) -> None:
    times.setdefault(name, []).append(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("counts", type=int, nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--alone", action="store_true", help="without pySHACL and pyshifty")
    arguments = sys.argv[1:] if Path(sys.argv[0]).stem == "batch" else []
    given = parser.parse_args(arguments)
    if not given.alone:
        agreement()
    found = {}
    with tempfile.TemporaryDirectory(prefix="libonto-") as name:
        for count in given.counts or [10_000]:
            found[count] = measure(count, given.rounds, Path(name), others=not given.alone)
    counts = sorted(found)
    for low, high in pairwise(counts):
        for form in ("N-Triples to CSV", "CSV to CSV"):
            growth = found[high][form] / found[low][form] / (high / low)
            print(f"{form}: from {low:,} to {high:,} the time grows {growth:.2f} times as much")


if __name__ == "__main__":
    main()
