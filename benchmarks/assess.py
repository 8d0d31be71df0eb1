"""One profile from bytes to JSON, beside a bare pySHACL call on the same shapes and data.

Both run in turn in one process, so that a change of the machine's speed meets both. The bare
call gets the evidence graph and the shapes ready made; ours starts from the profile's bytes
and ends with the JSON text, readings, dates and notices included.
"""

import json
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyshacl

from libonto.profile.document import Document
from libonto.profile.intake import Reader
from libonto.verdict.assessment import Assessor
from libonto.verdict.shacl import graph_of, requirement_shapes
from libonto.voice.json import to_object
from libonto.voice.words import Words

RUNS = 300
WARM_UP = 20
ON = date(2026, 11, 22)
SAMPLE = Path(__file__).resolve().parent.parent / "examples" / "librarian.ttl"


def main() -> None:
    assessor = Assessor()
    reader = Reader(assessor.vocabulary)
    words = Words(assessor.graph, "kk")
    data = SAMPLE.read_bytes()
    candidate = reader.read([Document(data, "librarian.ttl")])[0]
    position = assessor.positions.default
    evidence = graph_of(
        assessor.evidence(candidate, assessor.positions.rules(position), ON).triples
    )
    node_shape = assessor.positions.rules(position).node_shape
    shapes = requirement_shapes(assessor.graph, node_shape)

    def ours() -> None:
        candidates = reader.read([Document(data, "librarian.ttl")])
        for assessment in assessor.assess(candidates, on=ON):
            json.dumps(to_object(assessment, words), ensure_ascii=False)

    def bare() -> None:
        pyshacl.validate(data_graph=evidence, shacl_graph=shapes)

    ours_times, bare_times = paired(ours, bare)
    show("libonto, bytes to JSON", ours_times)
    show("bare pyshacl.validate", bare_times)
    print(f"ratio of the medians: {median(ours_times) / median(bare_times):.2f} (aim: at most 1.5)")


Times = tuple[list[float], list[float]]


def paired(first: Callable[[], None], second: Callable[[], None]) -> Times:
    """Seconds of each run, the two in turn."""
    times: Times = ([], [])
    for run in range(WARM_UP + RUNS):
        for place, call in enumerate((first, second)):
            start = time.perf_counter()
            call()
            if run >= WARM_UP:
                times[place].append(time.perf_counter() - start)
    return times


def median(times: list[float]) -> float:
    return statistics.median(times)


def show(name: str, times: list[float]) -> None:
    p99 = statistics.quantiles(times, n=100)[98]
    print(f"{name:26} median {median(times) * 1000:6.2f} ms   p99 {p99 * 1000:6.2f} ms")
