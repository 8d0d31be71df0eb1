"""The stores: the graph in memory, a copy on disk opened read-only, a remote endpoint.

All three take the same queries under the same guards (`graph/questions.py`) and give the
same results (`graph/answers.py`). The first two are opened where the query runs; the third
is asked over HTTP (`graph/remote.py`).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions, RdfFormat, Store

from libonto.errors import LibontoError, UsageError
from libonto.graph import formats
from libonto.graph.catalogue import SUBFOLDERS, Catalogue, parsing
from libonto.graph.store import Graph
from libonto.graph.terms import BASE, is_iri

SUFFIXES = (".ttl", ".nt", ".nq", ".trig", ".rdf", ".owl", ".xml", ".jsonld")
"""What can be loaded."""

_ENDPOINT = re.compile(r"https?://", re.IGNORECASE)
_GRAPH_AND_FILE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+:[^\s=]*)=(.+)")


@dataclass(frozen=True)
class Holding:
    """What a store holds: `generation` changes whenever its content does."""

    kind: str
    generation: str
    triples: int
    graphs: dict[str, int]


class LocalStore(Protocol):
    """A store that is opened where the query runs."""

    holding: Holding

    def open(self) -> Store:
        """The engine's store; read only."""


class Embedded:
    """In memory: our graph and the files loaded beside it, named graphs kept apart."""

    def __init__(self, graph: Graph, loads: Sequence[str] = ()) -> None:
        """Load; UsageError for a file that is missing, DataError for one that is broken.

        A folder is looked into here, so that a reload finds the files that came or went.
        """
        digest = hashlib.sha256(generation(graph.catalogue).encode())
        self._store = graph.store
        if loads:
            # A store of its own: what is published beside ours never has a say in a verdict.
            self._store = Store()
            self._store.bulk_extend(graph.store)
            for load in loads_of(loads):
                name, path = split_load(load)
                digest.update((name or "").encode())
                _hash(digest, path)
                _load(self._store, name, path)
            if _has_blank_nodes(self._store, graph.store):
                # Their labels are other ones after each load, and so are the answers.
                digest.update(os.urandom(16))
        named = [node for node in self._store.named_graphs() if isinstance(node, NamedNode)]
        graphs = {node.value: self._size(node) for node in named}
        size = self._size(DefaultGraph())
        self.holding = Holding("memory", digest.hexdigest()[:16], size, graphs)

    def _size(self, graph: NamedNode | DefaultGraph) -> int:
        return sum(1 for _ in self._store.quads_for_pattern(None, None, None, graph))

    def open(self) -> Store:
        """The store itself: a fork shares its memory."""
        return self._store


class OnDisk:
    """A folder that `oxigraph load` or pyoxigraph has made, opened read-only in each worker.

    Nothing may write to it while it is served. Its engine's threads would not survive a
    fork, so it is opened after the fork.
    """

    def __init__(self, path: Path) -> None:
        """Look at the folder; UsageError where it is no store."""
        self.path = path
        if not (path / "CURRENT").is_file():
            raise UsageError("store-missing", path=str(path))
        self._open: Store | None = None
        digest = hashlib.sha256()
        for file in sorted(path.iterdir()):
            about = file.stat()
            digest.update(f"{file.name} {about.st_size} {about.st_mtime_ns}\n".encode())
        self.holding = Holding("disk", digest.hexdigest()[:16], -1, {})

    def open(self) -> Store:
        """The store, opened read-only once in this process."""
        if self._open is None:
            try:
                self._open = Store.read_only(str(self.path))
            except (OSError, ValueError) as error:
                raise UsageError("store-unreadable", path=str(self.path), detail=error) from error
        return self._open


def generation(catalogue: Catalogue) -> str:
    """A digest of every file of the data folders."""
    digest = hashlib.sha256()
    for subfolder in SUBFOLDERS:
        for path in catalogue.files(subfolder, "*"):
            if path.is_file():
                _hash(digest, path)
    return digest.hexdigest()[:16]


def is_endpoint(location: str) -> bool:
    """Whether a store's location is the address of a SPARQL endpoint."""
    return bool(_ENDPOINT.match(location))


def split_load(load: str) -> tuple[str | None, Path]:
    """A file to load, and the graph it goes to: `FILE`, or `GRAPH-IRI=FILE`.

    Raises UsageError for a file that is missing or of an unknown kind.
    """
    match = _GRAPH_AND_FILE.fullmatch(load)
    name, file = (match[1], match[2]) if match and not Path(load).exists() else (None, load)
    path = Path(file)
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError("load-format", path=file, known=", ".join(SUFFIXES))
    if not path.is_file():
        raise UsageError("unreadable", path=file, detail=LibontoError("os-missing"))
    if name is not None and not is_iri(name):
        raise UsageError("load-graph", value=name)
    return name, path


def loads_of(paths: Iterable[str]) -> list[str]:
    """The files to load: a folder stands for every file of a known kind in it, sorted."""
    loads: list[str] = []
    for path in paths:
        folder = Path(path)
        if folder.is_dir():
            files = (f for f in sorted(folder.rglob("*")) if f.suffix.lower() in SUFFIXES)
            loads += [str(file) for file in files if file.is_file()]
        else:
            split_load(path)
            loads.append(path)
    return loads


def local_store(location: str | None, graph: Graph, loads: Sequence[str]) -> LocalStore:
    """The store at a location: a folder on disk, or None for the graph in memory."""
    if location is None:
        return Embedded(graph, loads)
    if loads:
        raise UsageError("store-and-load")
    return OnDisk(Path(location))


def _load(store: Store, name: str | None, path: Path) -> None:
    format_ = formats.RDF_SYNTAXES[formats.SUFFIXES[path.suffix.lower()[1:]]]
    if name is not None and format_.supports_datasets and format_ != RdfFormat.JSON_LD:
        raise UsageError("load-named", path=str(path))
    to_graph = NamedNode(name) if name else None
    with parsing(path):
        store.bulk_load(path=str(path), format=format_, base_iri=name or BASE, to_graph=to_graph)


def _has_blank_nodes(store: Store, known: Store) -> bool:
    """Whether a store has more statements with blank nodes than the one that it was made from."""
    pattern = "?s ?p ?o FILTER(isBlank(?s) || isBlank(?o) || isTRIPLE(?o))"
    query = f"SELECT (COUNT(*) AS ?n) {{ {{ {pattern} }} UNION {{ GRAPH ?g {{ {pattern} }} }} }}"
    answers = (cast(QuerySolutions, each.query(query)) for each in (store, known))
    return len({str(row["n"]) for rows in answers for row in rows}) > 1


def _hash(digest: hashlib._Hash, path: Path) -> None:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
