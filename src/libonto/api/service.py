"""The state of one server: its workers, its cache, and our own graph.

Pages and routes reach it as `request.app.state.service`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from starlette.requests import Request

from libonto.api import exchange
from libonto.api.monitoring import Log, Metrics, Watchdog, supervised_limit
from libonto.api.options import Options
from libonto.api.problems import HttpProblem
from libonto.errors import LibontoError, UsageError
from libonto.graph.answers import Dataset
from libonto.graph.catalogue import Catalogue, own_version
from libonto.graph.formats import TABLES
from libonto.graph.queries import saved_queries
from libonto.graph.questions import Question, question
from libonto.graph.remote import Endpoint
from libonto.graph.store import Graph
from libonto.graph.stores import is_endpoint
from libonto.law.positions import Positions
from libonto.law.readings import Readings
from libonto.locales import LANGUAGES
from libonto.profile.document import FOREIGN
from libonto.profile.vocabulary import Vocabulary
from libonto.sandbox import wire
from libonto.sandbox.pool import WorkerPool
from libonto.sandbox.worker_parent import WorkerParent
from libonto.settings import chosen_readings

LOOKED_AT_HERE = 2048
"""Characters of a query that are looked at in the server itself: a few milliseconds at most."""
REMEMBERED = 4096
AT_ONCE = frozenset(
    ("query", "look", "parse", "rewrite", "graphs", "saved", "crosswalk", "assess", "answer")
)
"""The kinds of jobs that are done from the start, but for some forms of theirs."""
MOST_GRAPHS = 1000
"""Named graphs that the service description lists."""
OVERHEAD = 512
"""Bytes that an entry takes beside its content, roughly."""

Content = tuple[bytes, str]
"""A body and its content coding (empty for none)."""


class KnowledgeBase:
    """Our own graph and what is read from it: trusted, small, and swapped whole on reload.

    `choices` are the installation's own choices of readings.
    """

    def __init__(self, data: Sequence[str]) -> None:
        """Read the data folders; raises LibontoError."""
        catalogue = Catalogue.of(data)
        self.graph = Graph(catalogue)
        self.vocabulary = Vocabulary(self.graph)
        self.readings = Readings(self.graph)
        self.positions = Positions(self.graph, self.readings)
        for iri in self.positions.iris:
            self.positions.rules(iri)  # what contradicts itself is found now, not by a visitor
        self.queries = saved_queries(catalogue)
        self.choices = chosen_readings(self.readings)


class Cache:
    """The answers used last, `most` bytes of them; none larger than an eighth of that."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self._entries: OrderedDict[Hashable, Content] = OrderedDict()

    def get(self, key: Hashable) -> Content | None:
        """The answer under a key, or None."""
        content = self._entries.get(key)
        if content is not None:
            self._entries.move_to_end(key)
        return content

    def put(self, key: Hashable, content: Content) -> None:
        """Store an answer; the ones not used for longest go."""
        size = len(content[0]) + OVERHEAD
        if size > self.most // 8 or key in self._entries:
            return
        self._entries[key] = content
        self.size += size
        while self.size > self.most:
            _, (oldest, _) = self._entries.popitem(last=False)
            self.size -= len(oldest) + OVERHEAD


class QueryRequest:
    """A query as it was requested: its text, the graphs that the request names, the form.

    `name` is a digest of all of it: a key of caches that stays small however long the query is.
    """

    __slots__ = ("dataset", "format", "gzip", "name", "question")

    def __init__(self, question: Question, dataset: Dataset, format_: str, gzip: bool) -> None:
        """`gzip`: whether the answer is to be compressed."""
        self.question = question
        self.dataset = dataset
        self.format = format_
        self.gzip = gzip
        parts = (question.text, *dataset.default, "|", *dataset.named, format_, str(gzip))
        text = "\0".join(parts).encode("utf-8", "replace")
        self.name = hashlib.blake2b(text, digest_size=16).digest()


class Service:
    """One server's state, from `start` to `close`; `reload` swaps the graph whole or keeps it."""

    def __init__(self, options: Options, launched: WorkerParent | None = None) -> None:
        """`launched` is the workers' parent, where it is loading already."""
        self.options = options
        self.version = own_version()
        self.log = Log()
        self.metrics = Metrics()
        self.cache = Cache(options.cache)
        self.pool = WorkerPool(options.plan(), options.limits, launched)
        self.pool.observe = self.metrics.job
        self.pool.report = self._reported
        self.watchdog = Watchdog(
            self.metrics.lag.observe,
            lambda lag: self.log.write("loop-late", level="warning", seconds=round(lag, 2)),
            supervised_limit(options.supervised),
        )
        self.endpoint: Endpoint | None = None
        self.failure: LibontoError | None = None
        """Why it could not start."""
        self._knowledge: KnowledgeBase | None = None
        self._looked_at: dict[bytes, tuple[str, tuple[str, ...], bool]] = {}
        self._surveyed: dict[str, Any] = {}
        self._reloading = asyncio.Lock()

    @property
    def knowledge(self) -> KnowledgeBase:
        """Our own graph, and what is read from it."""
        assert self._knowledge is not None, "the service has not been started"
        return self._knowledge

    @property
    def info(self) -> dict[str, Any]:
        """What the store holds: kind, generation, triples, graphs."""
        known = self.pool.parent.info if self.pool.parent is not None else {}
        return {**known, **self._surveyed}

    @property
    def cage(self) -> dict[str, Any]:
        """What the kernel has to shut the workers in."""
        return self.pool.parent.cage if self.pool.parent is not None else {}

    @property
    def generation(self) -> str:
        """Changes whenever the graph does; empty where that cannot be known (remote)."""
        parent = self.pool.parent
        return str(parent.info.get("generation", "")) if parent is not None else ""

    def _reported(self, event: str, about: Mapping[str, object]) -> None:
        """Log what the pool reports: a mistake of ours is an error, a process that died is not."""
        level = "error" if event == "job-failed" else "warning"
        self.log.write(event, level=level, **about)

    async def start(self) -> None:
        """Load everything; LibontoError where something cannot be loaded."""
        loading = asyncio.create_task(self.pool.start())
        try:
            self.endpoint = self._endpoint()
            self._knowledge = await asyncio.to_thread(KnowledgeBase, self.options.data)
            await loading
        except BaseException as error:
            self.failure = error if isinstance(error, LibontoError) else None
            loading.cancel()
            with suppress(asyncio.CancelledError, LibontoError):
                await loading
            await self.pool.close(0)
            raise
        if self.endpoint is not None:
            try:
                await self.endpoint.check()
            except LibontoError as error:  # it may come up later: ours is ready
                self.log.write("store-unreachable", level="error", reason=error.message("en"))
        await self._survey()
        self.metrics.watch(self.pool, lambda: self.cache.size)
        self.watchdog.start()
        about = {key: value for key, value in self.info.items() if key != "graphs"}
        self.log.write("ready", **about, **self.cage)
        if lacking := [name for name, has in self.cage.items() if not has]:
            self.log.write("cage-incomplete", level="warning", lacking=lacking)

    def reload_soon(self) -> None:
        """Reload while requests are answered."""
        self.pool.later(self.reload())

    async def reload(self) -> None:
        """Load anew; the new graph takes over whole, or the old one stays and the log says why."""
        async with self._reloading:
            try:
                knowledge = await asyncio.to_thread(KnowledgeBase, self.options.data)
                await self.pool.reload(self.options.plan())
            except LibontoError as error:
                self.log.write("reload-failed", level="error", reason=error.message("en"))
                self.metrics.reloads.labels("failed").inc()
                return
            self._knowledge = knowledge
            self.cache = Cache(self.options.cache)
            await self._survey()
            self.metrics.reloads.labels("done").inc()
            self.log.write("reloaded", generation=self.generation)

    async def close(self) -> None:
        """Wait for the jobs under way, then end every process."""
        self.watchdog.stop()
        await self.pool.close(self.options.patience)
        if self.endpoint is not None:
            await self.endpoint.close()
        self.log.write("stopped")

    async def _survey(self) -> None:
        """Learn the named graphs of a store on disk, which only a worker opens."""
        if self.info.get("kind") != "disk":
            return
        header = {"kind": "graphs", "most": MOST_GRAPHS, "lang": LANGUAGES[0]}
        try:
            answer, _ = await self.do(header, b"")
        except LibontoError as error:
            self.log.write("graphs-unknown", level="warning", type=type(error).__name__)
            return
        self._surveyed = {"graphs": dict.fromkeys(answer["graphs"], -1)}

    def _endpoint(self) -> Endpoint | None:
        location = self.options.store
        if location is None or not is_endpoint(location):
            return None
        if self.options.load:
            raise UsageError("store-and-load")
        limits = self.options.limits
        return Endpoint(
            location, deadline=limits.deadline, most=limits.answer, at_once=limits.workers
        )

    # Queries.

    async def look(self, text: str, lang: str) -> Question:
        """The query as its tokens tell it; LibontoError where it is not allowed.

        A long text takes long to look at, and the server must not be held up: a worker does it.
        """
        if len(text) <= LOOKED_AT_HERE:
            return question(text)
        content = text.encode("utf-8", "replace")
        name = hashlib.blake2b(content, digest_size=16).digest()
        facts = self._looked_at.get(name)
        if facts is None:
            answer, _ = await self.do({"kind": "look", "lang": lang}, content, key=name)
            facts = (answer["form"], tuple(answer["graphs"]), answer["steady"])
            if len(self._looked_at) >= REMEMBERED:
                self._looked_at.clear()
            self._looked_at[name] = facts
        return Question(text, *facts)

    def tag(self, query: QueryRequest) -> str | None:
        """The entity tag of a query's answer; None where the answer may change by itself."""
        generation = self.generation
        if not generation or not query.question.steady:
            return None
        start = f"{self.version}|{generation}|".encode()
        return f'"{hashlib.blake2b(start + query.name, digest_size=12).hexdigest()}"'

    def cached(self, query: QueryRequest) -> Content | None:
        """A query's answer, where it is in the cache and the graph is unchanged."""
        content = self.cache.get(query.name)
        if content is not None:
            self.metrics.cached.inc()
        return content

    async def query(self, query: QueryRequest, lang: str) -> Content:
        """A query's answer; raises HttpProblem and ServiceError."""
        if self.endpoint is not None:
            return await self._ask_endpoint(self.endpoint, query, lang)
        generation = self.generation
        header = _query_header(query.dataset, query.format, query.gzip, lang)
        frame = wire.frame(header, query.question.text.encode())
        answer, body = await self.pool.run_frame(frame, key=query.name)
        content = body, _coding(answer, lang)
        if generation and query.question.steady and generation == self.generation:
            self.cache.put(query.name, content)
        return content

    async def _ask_endpoint(self, endpoint: Endpoint, query: QueryRequest, lang: str) -> Content:
        """The same from a remote endpoint: parsed before it is sent, and again when it is back."""
        question = query.question
        await self.do({"kind": "parse", "lang": lang}, question.text.encode(), key=query.name)
        if not query.dataset:
            await endpoint.check_graphs(question.graphs)
        dataset = await endpoint.with_known_graphs(query.dataset)
        answer = await endpoint.ask(question.text, dataset, is_graph=question.is_graph)
        header = {
            "kind": "rewrite",
            "source": answer.form,
            "graph": question.is_graph,
            "format": query.format,
            "gzip": query.gzip,
            "lang": lang,
        }
        return (await self.do(header, answer.content))[1]

    async def do_for(
        self, request: Request, header: dict[str, Any], body: bytes = b"", *, key: object = None
    ) -> tuple[dict[str, Any], Content]:
        """The same as `do` for a client, with whom the job ends."""
        return await exchange.while_there(request.scope, self.do(header, body, key=key))

    async def do(
        self, header: dict[str, Any], body: bytes, *, key: object = None
    ) -> tuple[dict[str, Any], Content]:
        """Have the workers do a job; raises HttpProblem for an error that they describe."""
        late = _needs_preload(header)
        answer, content = await self.pool.run(header, body, key=key, preloaded=late)
        return answer, (content, _coding(answer, header["lang"]))


def _coding(answer: dict[str, Any], lang: str) -> str:
    """The content coding of a worker's answer, empty for none; raises the problem it holds."""
    if "error" in answer:
        raise HttpProblem(answer["error"], lang)
    return str(answer.get("encoding", ""))


def _needs_preload(header: dict[str, Any]) -> bool:
    """Whether a job needs what workers have only once their parent has loaded the rest."""
    kind = header["kind"]
    late = (*TABLES, *FOREIGN) if kind in {"assess", "answer"} else ("xlsx",)
    is_json = header.get("form", "json") == "json"
    return kind not in AT_ONCE or not is_json or header.get("format") in late


@lru_cache(maxsize=64)
def _query_header(dataset: Dataset, format_: str, gzip: bool, lang: str) -> bytes:
    """The header of a query's frame."""
    graphs = {"default": dataset.default, "named": dataset.named}
    return wire.encode({"kind": "query", **graphs, "format": format_, "gzip": gzip, "lang": lang})
