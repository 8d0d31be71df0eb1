"""The service beside its peers: rdflib-endpoint and the native oxigraph server, in one run.

All are asked the same six queries about the same generated graph, over the loopback, by wrk
with 1 and with 8 connections; answers are compared first. The figures are requests a second,
the processor time of all processes of a server for each request, and ratios of both. Ours is
measured with its cache of finished answers and without it, the native server from memory and
from disk, as it is mostly run.

    python -m benchmarks service
    SERVICE_TRIPLES=50000,1000000 SERVICE_SECONDS=5 python -m benchmarks service

rdflib-endpoint is looked for beside this Python, or at RDFLIB_ENDPOINT.
"""

import json
import math
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx

BIN = Path(sys.executable).parent
SECONDS = int(os.environ.get("SERVICE_SECONDS", "3"))
SIZES = [int(n) for n in os.environ.get("SERVICE_TRIPLES", "50000,1000000").split(",")]
CONNECTIONS = (1, 8)
SLOWEST = 120_000
"""Triples beyond which rdflib-endpoint is left out, unless SERVICE_PATIENT is set."""

PREFIXES = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX ex: <http://example.org/>
"""
QUERIES = {
    "label lookup": "SELECT ?label { ex:c4321 skos:prefLabel ?label }",
    "property path": "SELECT ?above { ex:c4321 skos:broader+ ?above }",
    "aggregation": "SELECT ?kind (COUNT(?c) AS ?n) { ?c ex:kind ?kind } GROUP BY ?kind",
    "OPTIONAL and language": (
        "SELECT ?c ?label ?alt { ?c ex:kind ex:kind7 ; skos:prefLabel ?label "
        'FILTER(LANG(?label) = "kk") OPTIONAL { ?c skos:altLabel ?alt } } LIMIT 100'
    ),
    "CONSTRUCT": (
        "CONSTRUCT { ?c skos:prefLabel ?label ; ex:under ?b } "
        "{ ?c skos:broader ?b ; skos:prefLabel ?label ; ex:kind ex:kind7 } LIMIT 200"
    ),
    "DESCRIBE": "DESCRIBE ex:c4321",
}
GRAPHS = {"CONSTRUCT", "DESCRIBE"}
PATIENT = ("--patience", "5", "--deadline", "60")
"""The peers have no limits: with ours, eight heavy queries at once would be refused."""
ENDLESS = "SELECT (COUNT(*) AS ?n{0}) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }}"


def write_graph(path: Path, triples: int, seed: int = 338) -> None:
    """N-Triples of a made-up thesaurus: labels in three languages, a tree, kinds, dates."""
    chance = random.Random(seed)
    skos = "http://www.w3.org/2004/02/skos/core#"
    xsd = "http://www.w3.org/2001/XMLSchema#"
    written, number = 0, 0
    with path.open("w", encoding="utf-8") as file:
        while written < triples:
            me = f"<http://example.org/c{number}>"
            lines = [
                f'{me} <{skos}prefLabel> "ұғым {number}"@kk .',
                f'{me} <{skos}prefLabel> "понятие {number}"@ru .',
                f'{me} <{skos}prefLabel> "concept {number}"@en .',
                f"{me} <http://example.org/kind> <http://example.org/kind{chance.randrange(50)}> .",
                f'{me} <http://example.org/on> "20{chance.randrange(10, 27)}-01-01"^^<{xsd}date> .',
            ]
            if number:
                lines.append(f"{me} <{skos}broader> <http://example.org/c{number // 3}> .")
            if chance.random() < 0.5:
                lines.append(f'{me} <{skos}altLabel> "another name of {number}"@en .')
            lines = lines[: triples - written]
            file.write("\n".join(lines) + "\n")
            written, number = written + len(lines), number + 1


@dataclass
class Peer:
    """A server under test: its name, its address, and the processes that it consists of."""

    name: str
    url: str
    pid: int

    def address(self, query: str) -> str:
        return f"{self.url}?query={quote(PREFIXES + query)}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def started(command: list[str], ready: Callable[[], bool]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        limit = time.monotonic() + 600
        while not ready():
            if process.poll() is not None or time.monotonic() > limit:
                raise SystemExit(f"{command[0]} does not start")
            time.sleep(0.05)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def answers(url: str) -> Callable[[], bool]:
    def ready() -> bool:
        try:
            found = httpx.get(url, params={"query": "ASK {}"}, headers=JSON, timeout=5)
        except httpx.TransportError:
            return False
        return found.status_code == 200

    return ready


JSON = {"Accept": "application/sparql-results+json"}
TRIPLES = {"Accept": "application/n-triples,text/turtle;q=0.5"}


@contextmanager
def ours(data: Path, *args: str) -> Iterator[Peer]:
    port = free_port()
    url = f"http://127.0.0.1:{port}/sparql"
    command = [str(BIN / "libonto"), "serve", "--port", str(port), "--load", str(data), *args]
    with started(command, answers(url)) as process:
        name = "libonto" if "--cache" in args else "libonto, cached"
        yield Peer(name, url, process.pid)


@contextmanager
def oxigraph(data: Path) -> Iterator[Peer]:
    port = free_port()
    root = f"http://127.0.0.1:{port}"
    command = [str(BIN / "oxigraph"), "serve", "--bind", f"127.0.0.1:{port}"]
    with started(command, answers(f"{root}/query")) as process:
        headers = {"Content-Type": "application/n-triples"}
        with data.open("rb") as file:
            httpx.post(f"{root}/store?default", content=file, headers=headers, timeout=600)
        yield Peer("oxigraph", f"{root}/query", process.pid)


@contextmanager
def oxigraph_on_disk(data: Path) -> Iterator[Peer]:
    port = free_port()
    url = f"http://127.0.0.1:{port}/query"
    with tempfile.TemporaryDirectory() as folder:
        program, location = str(BIN / "oxigraph"), ["--location", folder]
        load = [program, "load", *location, "--file", str(data)]
        subprocess.run(load, check=True, capture_output=True)
        command = [program, "serve-read-only", *location, "--bind", f"127.0.0.1:{port}"]
        with started(command, answers(url)) as process:
            yield Peer("oxigraph, on disk", url, process.pid)


@contextmanager
def rdflib_endpoint(data: Path) -> Iterator[Peer]:
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    found = os.environ.get("RDFLIB_ENDPOINT") or str(BIN / "rdflib-endpoint")
    command = [found, "serve", "--host", "127.0.0.1", "--port", str(port), str(data)]
    with started(command, answers(url)) as process:
        yield Peer("rdflib-endpoint", url, process.pid)


def size_of(peer: Peer, query: str, form: str) -> int:
    """How many rows or triples a peer answers; so that all are asked for the same."""
    headers = TRIPLES if form in GRAPHS else JSON
    found = httpx.get(peer.address(query), headers=headers, timeout=120).raise_for_status()
    if form in GRAPHS:
        import rdflib

        kind = found.headers["content-type"].partition(";")[0]
        form = {"application/n-triples": "nt", "text/turtle": "turtle"}[kind]
        return len(rdflib.Graph().parse(data=found.content, format=form))
    return len(found.json()["results"]["bindings"])


@dataclass(frozen=True)
class Rate:
    """Requests a second, and seconds of processor time for each."""

    requests: float
    processor: float


def rate(peer: Peer, name: str, connections: int) -> Rate:
    """What wrk measures of a peer; an answer that is no 2xx ends the benchmark."""
    headers = TRIPLES if name in GRAPHS else JSON
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--timeout", "60s"]
    command += ["-H", f"Accept: {headers['Accept']}", peer.address(QUERIES[name])]
    before = processor_time(peer.pid)
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    spent = processor_time(peer.pid) - before
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{peer.name}, {name}: {said}")
    # Where none was done, it may be one at most.
    done = max(1, sum(map(int, re.findall(r"(\d+) requests in", said))))
    return Rate(done / SECONDS, spent / done)


def mean(values: list[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values))


def compare(data: Path, triples: int) -> None:
    """Requests a second and ratios for one size."""
    makers: list[Callable[[], AbstractContextManager[Peer]]] = [
        lambda: ours(data, *PATIENT, "--cache", "0"),
        lambda: ours(data, *PATIENT),
        lambda: oxigraph(data),
        lambda: oxigraph_on_disk(data),
    ]
    has_rdflib = os.environ.get("RDFLIB_ENDPOINT") or (BIN / "rdflib-endpoint").exists()
    if has_rdflib and (triples <= SLOWEST or os.environ.get("SERVICE_PATIENT")):
        makers.append(lambda: rdflib_endpoint(data))
    rates: dict[str, dict[tuple[str, int], Rate]] = {}
    sizes: dict[str, set[int]] = {name: set() for name in QUERIES if name != "DESCRIBE"}
    for make in makers:
        with make() as peer:
            for name, found in sizes.items():
                found.add(size_of(peer, QUERIES[name], name))
            rates[peer.name] = {
                (name, c): rate(peer, name, c) for name in QUERIES for c in CONNECTIONS
            }
            memory = resident(peer.pid)
            print(f"  {peer.name}: {memory:,.0f} MiB in all its processes", flush=True)
    for name, found in sizes.items():
        assert len(found) == 1, f"{name}: the answers differ: {found}"
    names = list(rates)
    print(f"\n{triples:,} triples: requests a second (processor time of each)\n")
    print("| query | connections | " + " | ".join(names) + " |")
    print("|---|---|" + "---|" * len(names))
    for query in QUERIES:
        for c in CONNECTIONS:
            cells = " | ".join(shown(rates[name][query, c]) for name in names)
            print(f"| {query} | {c} | {cells} |")
    for mine in names[:2]:
        for peer_name in names[2:]:
            for c in CONNECTIONS:
                pairs = [(rates[mine][q, c], rates[peer_name][q, c]) for q in QUERIES]
                requests = mean([one.requests / other.requests for one, other in pairs])
                processor = mean([other.processor / one.processor for one, other in pairs])
                said = f"{requests:.2f} in requests, {processor:.2f} in processor time"
                print(f"{mine} / {peer_name}, {c} connections: {said} (geometric means)")


def shown(rate: Rate) -> str:
    requests = f"{rate.requests:,.0f}" if rate.requests >= 10 else f"{rate.requests:.1f}"
    return f"{requests} ({rate.processor * 1e6:,.0f} µs)"


def resident(pid: int) -> float:
    """MiB of a process and all below it, what is shared counted once (PSS)."""
    found = re.findall(r"^Pss:\s+(\d+)", "".join(of_all(pid, "smaps_rollup")), re.M)
    return sum(map(int, found)) / 1024


def processor_time(pid: int) -> float:
    """Seconds of a process and all below it, those that have ended among them."""
    fields = (text.rpartition(")")[2].split() for text in of_all(pid, "stat"))
    return sum(sum(map(int, found[11:15])) for found in fields) / os.sysconf("SC_CLK_TCK")


def of_all(pid: int, file: str) -> Iterator[str]:
    """A file in /proc of a process and of all below it."""
    try:
        text = Path(f"/proc/{pid}/{file}").read_text(encoding="utf-8")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:  # it has just ended
        return
    yield text
    for child in children.split():
        yield from of_all(int(child), file)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def small_queries(url: str, seconds: float) -> tuple[list[float], int]:
    """Milliseconds of different small queries one after the other, and how many failed."""
    times, failed, until = [], 0, time.monotonic() + seconds
    with httpx.Client(timeout=30) as client:
        number = 0
        while time.monotonic() < until:
            number += 1
            query = f"{PREFIXES}SELECT ?label {{ ex:c{number % 5000} skos:prefLabel ?label }}"
            start = time.perf_counter()
            found = client.get(url, params={"query": query}, headers=JSON)
            times.append((time.perf_counter() - start) * 1000)
            failed += found.status_code != 200 or not found.json()["results"]["bindings"]
    return times, failed


def under_attack(data: Path) -> None:
    """Small queries while endless ones run: quiet, two, eight."""
    print("\nSmall queries (one after the other, uncached) while endless ones run:\n")
    print("| endless | p50 ms | p99 ms | p99 / quiet p99 | failed |")
    print("|---|---|---|---|---|")
    quiet = 0.0
    with ours(data, "--cache", "0") as peer:
        small_queries(peer.url, 1)
        for endless in (0, 2, 8):
            stop = threading.Event()
            threads = [
                threading.Thread(target=keep_asking, args=(peer.url, n, stop))
                for n in range(endless)
            ]
            for thread in threads:
                thread.start()
            time.sleep(1 if endless else 0)
            times, failed = small_queries(peer.url, max(SECONDS, 5))
            stop.set()
            p99 = percentile(times, 0.99)
            quiet = quiet or p99
            cells = f"{percentile(times, 0.5):.1f} | {p99:.1f} | {p99 / quiet:.1f} | {failed}"
            print(f"| {endless} | {cells} of {len(times)} |", flush=True)
            for thread in threads:
                thread.join()


def keep_asking(url: str, number: int, stop: threading.Event) -> None:
    with httpx.Client(timeout=60) as client:
        while not stop.is_set():
            found = client.get(url, params={"query": ENDLESS.format(number)})
            if found.status_code == 503:
                stop.wait(float(found.headers["Retry-After"]))


def start_times() -> None:
    """Seconds from the start of the command to the first answer, for our own graph."""
    times = []
    for _ in range(5):
        port = free_port()
        url = f"http://127.0.0.1:{port}/sparql"
        start = time.monotonic()
        with started([str(BIN / "libonto"), "serve", "--port", str(port)], answers(url)):
            times.append(time.monotonic() - start)
    print(f"\nReady after {min(times):.2f}–{max(times):.2f} s (our own graph, five starts)")


def main() -> None:
    """Everything, as Markdown."""
    if shutil.which("wrk") is None:
        sys.exit("This benchmark needs wrk (Debian: apt-get install wrk).")
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} processors, load before the start {load:.1f}, {SECONDS} s a figure")
    print(json.dumps({"queries": QUERIES}, indent=1, ensure_ascii=False))
    start_times()
    with tempfile.TemporaryDirectory() as folder:
        for triples in SIZES:
            data = Path(folder) / f"{triples}.nt"
            write_graph(data, triples)
            compare(data, triples)
            if triples == SIZES[0]:
                under_attack(data)


if __name__ == "__main__":
    main()
