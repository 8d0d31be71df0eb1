"""A SPARQL 1.1 endpoint somewhere else, asked over HTTP under a deadline and a byte cap of ours.

What it answers is not trusted: an engine's 200 can be a body that is cut off. So the answer
is read whole, its framing checked, and parsed anew before anybody sees it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx

from libonto.errors import AnswerTooLarge, BusyError, DeadlineError, StoreError, UsageError
from libonto.graph.answers import Dataset
from libonto.graph.formats import RESULT_TYPES, by_media_type
from libonto.graph.terms import BASE

# A line-based form that is cut off looks whole.
_GRAPHS = {**by_media_type("ntriples", "turtle", "rdfxml"), "text/plain": "ntriples"}
_TABLES = {media: form for media, form in RESULT_TYPES.items() if form in {"json", "xml"}}
_TABLE_ACCEPT = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
_GRAPH_ACCEPT = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5"
# Virtuoso tells in these that it has left out a part of the answer, under a 200.
_PARTIAL = ("x-sparql-maxrows", "x-sql-state")
_EXCERPT = 200
EMPTY = "urn:libonto:graph:empty"
"""A graph that nobody has, and that leads nowhere."""


@dataclass(frozen=True)
class EndpointAnswer:
    """What the endpoint answered: the bytes, and their form (`json`, `ntriples`, …)."""

    content: bytes
    form: str


class Endpoint:
    """One endpoint; make it in a running event loop and close it."""

    def __init__(self, address: str, *, deadline: float, most: int, at_once: int) -> None:
        """UsageError for what is no address; `deadline` in seconds, `most` in bytes of an answer.

        The environment has the login: `LIBONTO_STORE_USER` and `LIBONTO_STORE_PASSWORD`, or
        `LIBONTO_STORE_TOKEN`.
        """
        user, password, token = (
            os.environ.get(f"LIBONTO_STORE_{name}", "") for name in ("USER", "PASSWORD", "TOKEN")
        )
        headers = {"User-Agent": "libonto"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            self._url = httpx.URL(address)
            if self._url.userinfo or not self._url.host:
                raise ValueError("no host, or a password in the address")
        except (httpx.InvalidURL, ValueError) as error:
            raise UsageError("store-endpoint", value=address, detail=str(error)) from error
        self._client = httpx.AsyncClient(
            auth=(user, password) if user else None,
            headers=headers,
            timeout=httpx.Timeout(deadline),
            follow_redirects=False,  # a redirect could lead anywhere, with the login
            limits=httpx.Limits(max_connections=at_once),
        )
        self._deadline = deadline
        self._most = most
        self._places = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._known: set[str] = set()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def check(self) -> None:
        """Ask it something small; StoreError, DeadlineError where it does not answer."""
        await self.ask("ASK {}", Dataset(), is_graph=False)

    async def check_graphs(self, graphs: Sequence[str]) -> None:
        """UsageError for a graph that it does not hold: an engine might fetch it instead."""
        for iri in graphs:
            if not await self._holds(iri):
                raise UsageError("graph-unknown", graph=iri)

    async def with_known_graphs(self, dataset: Dataset) -> Dataset:
        """The dataset with an empty graph in the place of each one that it does not hold."""
        default = [iri if await self._holds(iri) else EMPTY for iri in dataset.default]
        named = [iri if await self._holds(iri) else EMPTY for iri in dataset.named]
        return Dataset(tuple(default), tuple(named))

    async def _holds(self, iri: str) -> bool:
        if iri in self._known:
            return True
        if any(character in '<>"{}|^`\\' or character <= " " for character in iri):
            return False
        text = f"ASK {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
        answer = await self.ask(text, Dataset(), is_graph=False)
        if b"true" in answer.content:
            self._known.add(iri)
        return iri in self._known

    async def ask(self, text: str, dataset: Dataset, *, is_graph: bool) -> EndpointAnswer:
        """A query's answer, whole; StoreError, DeadlineError, AnswerTooLarge, BusyError."""
        if self._places.locked() and self._waiting > 256:
            raise BusyError("queue-full", seconds=1)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._deadline):
                async with self._places:
                    return await self._ask(text, dataset, is_graph)
        except TimeoutError as error:
            raise DeadlineError("deadline", seconds=f"{self._deadline:g}") from error
        except httpx.HTTPError as error:
            detail = str(error) or type(error).__name__
            raise StoreError("store-unreachable", detail=detail) from error
        finally:
            self._waiting -= 1

    async def _ask(self, text: str, dataset: Dataset, is_graph: bool) -> EndpointAnswer:
        form: dict[str, str | list[str]] = {"query": f"BASE <{BASE}>\n{text}"}
        if dataset:
            form["default-graph-uri"] = list(dataset.default)
            form["named-graph-uri"] = list(dataset.named)
        headers = {"Accept": _GRAPH_ACCEPT if is_graph else _TABLE_ACCEPT}
        async with self._client.stream("POST", self._url, data=form, headers=headers) as response:
            content = bytearray()
            async for part in response.aiter_bytes():
                content += part
                if len(content) > self._most:
                    raise AnswerTooLarge("answer-too-large", limit=self._most)
            return self._checked(response, bytes(content), is_graph)

    def _checked(self, response: httpx.Response, content: bytes, is_graph: bool) -> EndpointAnswer:
        if response.status_code != 200:
            detail = " ".join(content.decode("utf-8", "replace").split())[:_EXCERPT]
            raise StoreError("store-status", status=response.status_code, detail=detail or "-")
        for name in _PARTIAL:
            if name in response.headers:
                raise StoreError("store-answer-broken", detail=name)
        types: Mapping[str, str] = _GRAPHS if is_graph else _TABLES
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in types:
            raise StoreError("store-answer-broken", detail=kind or "Content-Type")
        # A body that ends where the connection does: a line-based one cut off looks whole.
        framed = "content-length" in response.headers or "chunked" in response.headers.get(
            "transfer-encoding", ""
        )
        if not framed and types[kind] in {"ntriples", "turtle"}:
            raise StoreError("store-answer-broken", detail="Content-Length")
        return EndpointAnswer(content, types[kind])
