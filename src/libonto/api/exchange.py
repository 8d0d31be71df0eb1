"""Reading requests under limits and writing responses: tags, codings, languages, CORS."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from libonto.api.coding import SMALLEST, packed
from libonto.api.negotiation import accepts_gzip
from libonto.errors import FormatError, LateError, TooLargeError, UsageError
from libonto.locales import LANGUAGES, pick

T = TypeVar("T")
LANGUAGE = "libonto.language"
"""Where the scope keeps the language once it is known, for an error's sentence."""
LONGEST = 4096
"""Bytes of a header that are looked at."""
LEAVING = "libonto.leaving"
"""Where the scope keeps what is called when the client goes away: a set of functions."""
WRITE = "libonto.write"
"""Where the scope keeps what writes a response that is there in full: status, headers, content."""
GLANCE = 0.02
"""Seconds after which it is watched whether the client is still there."""


def header(scope: Mapping[str, Any], name: bytes) -> str | None:
    """A header's value; several of the same name joined by commas, as HTTP has it.

    No more of it is read than any client needs to say.
    """
    values = [value for key, value in scope["headers"] if key == name]
    return b", ".join(values)[:LONGEST].decode("latin-1") if values else None


def language(scope: Mapping[str, Any], asked: str | None = None) -> str:
    """The language of sentences: `lang`, else Accept-Language, else Kazakh.

    Raises UsageError for a `lang` that is none of the three.
    """
    if asked is not None:
        if asked not in LANGUAGES:
            raise UsageError("unknown-language", value=asked)
        return asked
    return pick(header(scope, b"accept-language"))


async def body(request: Request, most: int, seconds: float) -> bytes:
    """The request's body; TooLargeError as soon as it is too long, LateError if it never ends.

    FormatError for one that is packed: unpacked it could be of any size.
    """
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"", "identity"}:
        raise FormatError("content-encoding", name=coding)
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most:
        raise TooLargeError("upload-too-large", limit=most)
    content = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                content += part
                if len(content) > most:
                    raise TooLargeError("upload-too-large", limit=most)
    except TimeoutError as error:
        raise LateError("upload-slow", seconds=f"{seconds:g}") from error
    return bytes(content)


async def while_connected(receive: Callable[[], Awaitable[Any]], work: Awaitable[T]) -> T:
    """The result of some work; where the client goes away meanwhile, the work is cancelled.

    Raises ClientDisconnect then. Most work is done before the watch would even begin.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    gone = False
    watch: asyncio.Task[None] | None = None

    def leave(ended: asyncio.Task[None]) -> None:
        nonlocal gone
        if not ended.cancelled():
            gone = True
            task.cancel()

    def begin() -> None:
        nonlocal watch
        watch = loop.create_task(_gone(receive))
        watch.add_done_callback(leave)

    timer = loop.call_later(GLANCE, begin)
    try:
        return await work
    except asyncio.CancelledError:
        if gone and task.uncancel() == 0:
            raise ClientDisconnect from None
        raise
    finally:
        timer.cancel()
        if watch is not None:
            watch.remove_done_callback(leave)
            watch.cancel()


async def while_there(scope: Scope, receive: Callable[[], Awaitable[Any]], work: Awaitable[T]) -> T:
    """The same as `while_connected`, where the connection itself tells that the client has gone.

    It costs no task and no timer.
    """
    leaving: set[Callable[[], None]] | None = scope.get(LEAVING)
    if leaving is None:
        return await while_connected(receive, work)
    task = asyncio.current_task()
    assert task is not None
    gone = False

    def leave() -> None:
        nonlocal gone
        gone = True
        task.cancel()

    leaving.add(leave)
    try:
        return await work
    except asyncio.CancelledError:
        if gone and task.uncancel() == 0:
            raise ClientDisconnect from None
        raise
    finally:
        leaving.discard(leave)


async def _gone(receive: Callable[[], Awaitable[Any]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class Whole:
    """A response that is there in full, sent with as little ado as possible."""

    __slots__ = ("content", "headers", "status")

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], content: bytes) -> None:
        """Take the status, the headers but for the length, and the body."""
        self.status = status
        self.headers = headers
        if status != 304:
            headers.append((b"content-length", b"%d" % len(content)))
        self.content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        start = {"type": "http.response.start", "status": self.status, "headers": self.headers}
        await send(start)
        await send({"type": "http.response.body", "body": self.content})


def matches(condition: str | None, tag: str | None) -> bool:
    """Whether an If-None-Match header names a tag (weak comparison, RFC 9110, 8.8.3.2)."""
    if not condition or tag is None:
        return False
    return any(part.strip().removeprefix("W/") == tag for part in condition.split(","))


def reply(
    request: Request,
    content: bytes,
    media_type: str,
    *,
    vary: str = "Accept",
    lang: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A response with content made here: tagged by its bytes, conditional, compressed."""
    tag = '"' + hashlib.blake2b(content, digest_size=12).hexdigest()
    found = {"Vary": f"{vary}, Accept-Encoding", "Cache-Control": "no-cache", **(headers or {})}
    if lang:
        found["Content-Language"] = lang
    pack = accepts_gzip(request.headers.get("accept-encoding")) and len(content) >= SMALLEST
    tag += '-gzip"' if pack else '"'
    found["ETag"] = tag
    condition = request.headers.get("if-none-match")
    if request.method in {"GET", "HEAD"} and (
        matches(condition, tag) or (condition or "").strip() == "*"
    ):
        return Response(status_code=304, headers=found)
    if pack:
        content = packed(content)
        found["Content-Encoding"] = "gzip"
    return Response(content, headers=found, media_type=media_type)


def private(content: bytes, coding: str, media_type: str, lang: str) -> Response:
    """A response made from an uploaded profile; no cache may store it."""
    headers = {
        "Vary": "Accept, Accept-Encoding, Accept-Language",
        "Cache-Control": "no-store",
        "Content-Language": lang,
    }
    if coding:
        headers["Content-Encoding"] = coding
    return Response(content, headers=headers, media_type=media_type)
