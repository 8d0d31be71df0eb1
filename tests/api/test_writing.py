"""A response that is there in full is written at once, and as HTTP wants it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from libonto.api.exchange import WRITE
from libonto.api.running import AT_ONCE, GuardedProtocol

GET = b"GET /sparql HTTP/1.1\r\nhost: x\r\n\r\n"
TAG = (b"etag", b'"1"')


class Written(asyncio.Transport):
    """A connection that notes each piece that is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.is_closed = False

    def write(self, data: Any) -> None:
        self.pieces.append(bytes(data))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


Scene = Callable[[GuardedProtocol, Written], Awaitable[None]]


def scene(act: Scene, content: bytes = b"found") -> None:
    """Play a scene with an application that answers every request with the content."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.01)
        await scope[WRITE](200, [(b"content-length", b"%d" % len(content)), TAG], content)

    async def play() -> None:
        config = Config(cast(Any, app), log_config=None, lifespan="off", date_header=False)
        config.load()
        protocol, transport = GuardedProtocol(config, ServerState(), {}), Written()
        protocol.connection_made(transport)
        await act(protocol, transport)
        protocol.connection_lost(None)

    asyncio.run(play())


def answer(content: bytes, *, length: int | None = None, more: bytes = b"") -> bytes:
    head = b'HTTP/1.1 200 OK\r\ncontent-length: %d\r\netag: "1"\r\n' % (
        len(content) if length is None else length
    )
    return head + more + b"\r\n" + content


CLOSE = b"connection: close\r\n"


@pytest.mark.parametrize(
    ("request_", "written", "closes"),
    [
        (GET, answer(b"found"), False),
        (GET.replace(b"GET", b"HEAD"), answer(b"", length=5), False),
        (GET.replace(b"1.1", b"1.0"), answer(b"found", more=CLOSE), True),
        (GET.replace(b"\r\n\r\n", b"\r\n" + CLOSE + b"\r\n"), answer(b"found", more=CLOSE), True),
    ],
)
def test_one_piece(request_: bytes, written: bytes, closes: bool) -> None:
    async def act(protocol: GuardedProtocol, transport: Written) -> None:
        protocol.data_received(request_)
        await asyncio.sleep(0.05)
        assert transport.pieces == [written]
        assert transport.is_closed is closes

    scene(act)


@pytest.mark.parametrize(("size", "pieces"), [(AT_ONCE, 1), (AT_ONCE + 1, 2)])
def test_a_large_content_is_not_copied(size: int, pieces: int) -> None:
    async def act(protocol: GuardedProtocol, transport: Written) -> None:
        protocol.data_received(GET)
        await asyncio.sleep(0.05)
        assert len(transport.pieces) == pieces
        assert b"".join(transport.pieces) == answer(b"x" * size)

    scene(act, b"x" * size)


def test_requests_of_one_connection_are_answered_in_their_order() -> None:
    async def act(protocol: GuardedProtocol, transport: Written) -> None:
        protocol.data_received(GET + GET.replace(b"GET", b"HEAD") + GET)
        await asyncio.sleep(0.1)
        found = answer(b"found")
        assert transport.pieces == [found, answer(b"", length=5), found]

    scene(act)


def test_nothing_is_written_for_a_client_that_has_gone() -> None:
    async def act(protocol: GuardedProtocol, transport: Written) -> None:
        protocol.data_received(GET)
        await asyncio.sleep(0)
        protocol.connection_lost(ConnectionResetError())
        await asyncio.sleep(0.05)
        assert transport.pieces == []

    scene(act)


def test_a_head_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("libonto.api.running.HEAD_SECONDS", 0.05)

    async def act(protocol: GuardedProtocol, transport: Written) -> None:
        protocol.data_received(GET)
        await asyncio.sleep(0.1)
        assert not transport.is_closed  # it has ended, and the connection waits for the next
        protocol.data_received(GET[:20])
        await asyncio.sleep(0.1)
        assert transport.is_closed

    scene(act)
