"""What a browser or a SPARQL client sends with a form: bounded, then decoded in linear time."""

from __future__ import annotations

import binascii
import re
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from libonto.api import exchange
from libonto.api.service import Service
from libonto.errors import UsageError

URLENCODED = "application/x-www-form-urlencoded"
MOST_FIELDS = 400
_NO_OCTET = re.compile(rb"%(?![0-9A-Fa-f]{2})")


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
    service: Service = request.app.state.service
    most = service.options.upload * times
    if not request.headers.get("content-length", "").isdigit():
        raise UsageError("bad-request")
    content = await exchange.body(request, most, service.options.patience)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == URLENCODED:
        return urlencoded(content), (b"", "")

    async def again() -> Any:
        return {"type": "http.request", "body": content, "more_body": False}

    copy = Request(request.scope, again)
    fields: list[tuple[str, str]] = []
    upload = (b"", "")
    async with copy.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=most) as data:
        for name, value in data.multi_items():
            if isinstance(value, UploadFile):
                upload = (await value.read(), value.filename or "")
            else:
                fields.append((name, value))
    return fields, upload
