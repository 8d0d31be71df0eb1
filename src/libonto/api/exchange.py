"""Reading requests under limits and writing responses: tags, codings, languages, CORS.

Bodies and forms are bounded, then decoded in linear time.
"""

from __future__ import annotations

import asyncio
import binascii
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeVar

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Scope

from libonto.api.negotiation import SMALLEST, accepts_gzip, gzipped
from libonto.errors import FormatError, LateError, TooLargeError, UsageError
from libonto.locales import LANGUAGES, pick
from libonto.profile.document import charset

T = TypeVar("T")
LANGUAGE = "libonto.language"
"""The scope's key for the language once it is known, for an error's sentence."""
LONGEST = 4096
"""Bytes of a header that are looked at."""
LEAVING = "libonto.leaving"
"""The scope's key for a set of functions that are called when the client goes away."""
WRITE = "libonto.write"
"""The scope's key for a function that writes a whole response: status, headers, content."""
URLENCODED = "application/x-www-form-urlencoded"
MOST_FIELDS = 500
"""Fields of a form: the one for a person has some 430 where it is full."""
_NO_OCTET = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def header(scope: Mapping[str, Any], name: bytes) -> str | None:
    """A header's value; several of the same name joined by commas, as HTTP has it.

    No more of it is read than any client needs to say.
    """
    values = [value for key, value in scope["headers"] if key == name]
    return b", ".join(values)[:LONGEST].decode("latin-1") if values else None


def language(scope: Mapping[str, Any], lang: str | None = None) -> str:
    """The language of sentences: `lang`, else Accept-Language, else Kazakh.

    Raises UsageError for a `lang` that is none of the three.
    """
    if lang is None:
        return pick(header(scope, b"accept-language"))
    if lang not in LANGUAGES:
        raise UsageError("unknown-language", value=lang)
    return lang


async def body(request: Request, most: int, seconds: float) -> bytes:
    """The request's body; TooLargeError as soon as it is too long, LateError if it never ends.

    FormatError for one that is compressed: it could be of any size.
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


async def upload(request: Request, times: int = 1) -> bytes:
    """The request's body, which may be `times` as long as an upload."""
    options = request.app.state.service.options
    return await body(request, options.upload * times, options.patience)


def media_type(request: Request) -> str:
    """The media type of the body as Content-Type has it, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def known_type(request: Request, known: Iterable[str], key: str = "content-type") -> str:
    """The same, of those that are known; FormatError for others, and for other encodings."""
    name = media_type(request)
    if name not in known:
        raise FormatError(key, name=name or "-", known=", ".join(known))
    encoding = charset(request.headers["content-type"]) or "utf-8"
    if encoding.lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise FormatError("charset", name=encoding.lower())
    return name


def urlencoded(content: bytes) -> list[tuple[str, str]]:
    """The names and values of a query string or an urlencoded form, in their order.

    Raises UsageError for more than MOST_FIELDS of them, for a percent sign without two hexadecimal
    digits, and for what is not UTF-8.
    """
    if content.count(b"&") >= MOST_FIELDS:
        raise UsageError("too-many-fields", limit=MOST_FIELDS)
    if _NO_OCTET.search(content):
        raise UsageError("percent")
    # `=` separates here and escapes in quoted-printable, whose decoder in C has the memory and the
    # time of a copy; urllib's makes an object for every percent sign.
    parts = (part.partition(b"=") for part in content.replace(b"+", b" ").split(b"&") if part)
    try:
        return [(_decoded(name), _decoded(value)) for name, _, value in parts]
    except UnicodeDecodeError as error:
        raise UsageError("not-utf8-query") from error


def _decoded(text: bytes) -> str:
    return binascii.a2b_qp(text.replace(b"=", b"%3D").replace(b"%", b"=")).decode()


async def fields_of(
    request: Request, times: int = 1
) -> tuple[list[tuple[str, str]], tuple[bytes, str]]:
    """The fields of a form, urlencoded or multipart, and an uploaded file with its name.

    All of it may be `times` as long as an upload.
    """
    if not request.headers.get("content-length", "").isdigit():
        raise UsageError("bad-request")
    content = await upload(request, times)
    if media_type(request) == URLENCODED:
        return urlencoded(content), (b"", "")

    async def again() -> Any:
        return {"type": "http.request", "body": content, "more_body": False}

    copy = Request(request.scope, again)
    fields: list[tuple[str, str]] = []
    file = (b"", "")
    most = len(content)
    try:
        async with copy.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=most) as data:
            for name, value in data.multi_items():
                if isinstance(value, UploadFile):
                    file = (await value.read(), value.filename or "")
                else:
                    fields.append((name, value))
    except HTTPException as error:
        if "fields" not in error.detail:  # “Too many fields”, else the form is broken
            raise
        raise UsageError("too-many-fields", limit=MOST_FIELDS) from error
    return fields, file


async def while_there(scope: Scope, work: Awaitable[T]) -> T:
    """The result of some work; where the client goes away meanwhile, the work is cancelled.

    Raises ClientDisconnect then. The connection's own callback does it, without a task or a timer.
    """
    leaving: set[Callable[[], None]] = scope.get(LEAVING, set())
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


class Whole(Response):
    """A whole response, with its headers as they are sent."""

    background = None

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], content: bytes) -> None:
        """`headers` but for the length, which is added."""
        if status != 304:
            headers.append((b"content-length", b"%d" % len(content)))
        self.status_code, self.raw_headers, self.body = status, headers, content


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
    pack = len(content) >= SMALLEST and accepts_gzip(request.headers.get("accept-encoding"))
    tag += '-gzip"' if pack else '"'
    sent = {"Vary": f"{vary}, Accept-Encoding", "Cache-Control": "no-cache", **(headers or {})}
    sent |= {"Content-Language": lang, "ETag": tag} if lang else {"ETag": tag}
    condition = request.headers.get("if-none-match", "")
    if request.method in {"GET", "HEAD"} and (matches(condition, tag) or condition.strip() == "*"):
        return Response(status_code=304, headers=sent)
    if pack:
        content, sent["Content-Encoding"] = gzipped(content), "gzip"
    return Response(content, headers=sent, media_type=media_type)


def json_reply(request: Request, value: Any, lang: str) -> Response:
    """The same for a value as JSON, whose sentences are in a language."""
    content = json.dumps(value, ensure_ascii=False).encode()
    vary = "Accept, Accept-Language"
    return reply(request, content, "application/json", vary=vary, lang=lang)
