"""Running the application: the socket, the limits on connections, and a whole end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import socket
from collections.abc import Callable, Iterable
from typing import Any, cast

import uvicorn
from fastapi import FastAPI
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from libonto.api.exchange import LEAVING, WRITE, language
from libonto.api.monitoring import Handler, notify
from libonto.api.problems import MEDIA_TYPE, http_problem
from libonto.api.service import Service
from libonto.errors import HeadTooLargeError, LibontoError, UsageError

HEAD_SECONDS = 10.0
"""Seconds in which a request's line and headers must be there."""
HEAD_BYTES = 224 * 1024
"""Bytes that a request's line and headers may have: a query of 64 KiB, percent-encoded."""
_TOO_LARGE = HeadTooLargeError("head-too-large", limit=HEAD_BYTES)
UNWANTED = 1024 * 1024
"""Bytes of a body that are read, and thrown away, after the answer has been given."""
PIPELINED = 16
"""Requests of one connection that may wait for the one before; then no more is read of it."""
AT_ONCE = 64 * 1024
"""Bytes of a response's content up to which it is joined to the head, to be sent as one."""


class GuardedProtocol(HttpToolsProtocol):
    """HTTP with limits on a request's head, and on answers that are not read.

    What waits to be written must be read in `write_seconds` and as long as it takes at
    `write_rate` bytes a second. All connections together may have as much waiting as one whole
    answer for each worker: beyond it the one that has most is cut off.
    """

    write_seconds = 10.0
    write_rate = 64 * 1024
    _timer: asyncio.TimerHandle
    _write_timer: asyncio.TimerHandle | None = None
    _head = 0
    _in_head = True
    _unwanted = 0
    _fault: LibontoError = UsageError("bad-request")
    """What is said of bytes that are no request."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock: a connection that says nothing is closed."""
        super().connection_made(cast(asyncio.Transport, transport))
        self._leaving: set[Callable[[], None]] = set()
        self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks, and tell those who work for this client."""
        self._timer.cancel()
        self._stop_write_timer()
        super().connection_lost(exc)
        for leave in tuple(self._leaving):
            leave()

    def data_received(self, data: bytes) -> None:
        """Count the bytes of the head; more than there may be end the connection."""
        if self._in_head:
            self._head += len(data)
        super().data_received(data)
        if not self._in_head or self.transport.is_closing():
            return
        if self._head > HEAD_BYTES:
            self._fault = _TOO_LARGE
            self.send_400_response("")
        elif self._timer.cancelled():  # most heads are there in one piece, and need no clock
            self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, or has too large a head, as everything else is refused."""
        problem = http_problem(self._fault, language({"headers": self.headers or ()}))
        size = str(len(problem.body))
        more = {"Content-Type": MEDIA_TYPE, "Content-Length": size, "Connection": "close"}
        headers = [(n.encode(), v.encode()) for n, v in (problem.headers | more).items()]
        lines = [STATUS_LINE[problem.status]]
        lines += [b"%b: %b\r\n" % h for h in (*self.server_state.default_headers, *headers)]
        self.transport.write(b"".join([*lines, b"\r\n", problem.body]))
        self.transport.close()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        cast(dict[str, Any], self.scope)[LEAVING] = self._leaving
        self._in_head, self._unwanted = True, 0

    def on_headers_complete(self) -> None:
        """The head is there; one that is too large is refused."""
        self._timer.cancel()
        self._in_head, self._head = False, 0
        if len(self.url) + sum(len(n) + len(v) for n, v in self.headers) > HEAD_BYTES:
            self._fault = _TOO_LARGE
            raise ValueError("the head of the request is too large")
        # httptools takes an address apart up to 64 KiB; a query's is longer.
        self.url, _, query = self.url.partition(b"#")[0].partition(b"?")
        super().on_headers_complete()
        self.scope["query_string"] = query
        if 0 < len(self.pipeline) < PIPELINED:
            self.flow.resume_reading()  # else the end of the connection would not be seen

    def on_body(self, body: bytes) -> None:
        """A part of a body; one that goes on long after it has been answered is cut off."""
        super().on_body(body)
        if self.cycle.response_complete:
            self._unwanted += len(body)
            if self._unwanted > UNWANTED:
                self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Answer a request; those of one connection are answered one after the other."""
        self._answered = cycle
        cast(dict[str, Any], cycle.scope)[WRITE] = self._write
        super()._start_asgi_task(cycle, app)

    async def _write(
        self, status: int, headers: Iterable[tuple[bytes, bytes]], content: bytes
    ) -> None:
        """Write a response that is there in full: most of them in one system call.

        The headers are ours and well-formed, and among them is the content's length.
        """
        cycle = self._answered
        if self.flow.write_paused and not cycle.disconnected:
            await self.flow.drain()
        if cycle.disconnected:
            return
        lines = [STATUS_LINE[status]]
        lines += [b"%b: %b\r\n" % h for h in (*self.server_state.default_headers, *headers)]
        lines.append(b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n")
        if cycle.scope["method"] == "HEAD":
            content = b""
        if len(content) <= AT_ONCE:
            lines.append(content)
            content = b""
        self.transport.write(b"".join(lines))
        if content:
            self.transport.write(content)
        cycle.waiting_for_100_continue = False
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()

    def pause_writing(self) -> None:
        """The client reads slower than it is answered: start the clock, and look at all of them."""
        super().pause_writing()
        service: Service = cast(FastAPI, self.config.app).state.service
        self._stop_write_timer()
        seconds = self.write_seconds + self.unwritten / self.write_rate
        self._write_timer = self.loop.call_later(seconds, self._cut_off, service)
        limits = service.options.limits
        waiting = {p: p.unwritten for p in self.connections if isinstance(p, GuardedProtocol)}
        while sum(waiting.values()) > limits.workers * limits.answer:
            largest = max(waiting, key=lambda p: waiting[p])
            largest._cut_off(service)
            del waiting[largest]

    def resume_writing(self) -> None:
        """It has caught up."""
        super().resume_writing()
        self._stop_write_timer()

    @property
    def unwritten(self) -> int:
        """Bytes that wait to be written."""
        return self.transport.get_write_buffer_size() if self.flow.write_paused else 0

    def _cut_off(self, service: Service) -> None:
        service.log.write("slow-reader", level="warning", bytes=self.unwritten)
        self.transport.abort()

    def _stop_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None


class Server(uvicorn.Server):
    """uvicorn's server with a callback for when it listens, which ends with a status of ours."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        """`on_ready` is called once connections are accepted."""
        super().__init__(config)
        self._on_ready = on_ready

    async def _serve(self, sockets: list[socket.socket] | None = None) -> None:
        await super()._serve(sockets)
        # A signal has been obeyed in full; it need not kill the process once more.
        self._captured_signals.clear()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then call `on_ready`."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()


def run(
    app: FastAPI,
    listening: socket.socket,
    *,
    patience: float,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; raises what kept the application from starting.

    `announce` gets the server's address once it accepts connections.
    """
    service: Service = app.state.service
    _log_as_ours(service)
    # Where it cannot be raised, the server has the files that it had: fewer connections at once.
    with contextlib.suppress(ValueError, OSError):
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    config = uvicorn.Config(
        app,
        http=GuardedProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=int(patience) + 5,
    )
    host, port = listening.getsockname()[:2]
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{port}"

    def ready() -> None:
        service.log.write("listening", address=address)
        notify("READY=1")
        if announce is not None:
            announce(address)

    try:
        Server(config, ready).run(sockets=[listening])
    except SystemExit:
        if service.failure is None:
            raise
    finally:
        listening.close()
    if service.failure is not None:
        raise service.failure


def _log_as_ours(service: Service) -> None:
    handler = Handler(service.log)
    for name in ("uvicorn", "uvicorn.error", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.WARNING)
        logger.propagate = False
