"""What a browser sends with a form."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from libonto.api import exchange
from libonto.api.service import Service
from libonto.errors import UsageError


async def fields_of(
    request: Request, times: int = 1
) -> tuple[list[tuple[str, str]], tuple[bytes, str]]:
    """The fields of a form, urlencoded or multipart, and an uploaded file with its name.

    All of it may be so many `times` as long as an upload.
    """
    service: Service = request.app.state.service
    most = service.options.upload * times
    announced = request.headers.get("content-length", "")
    if not announced.isdigit():
        raise UsageError("bad-request")
    content = await exchange.body(request, most, service.options.patience)

    async def again() -> Any:
        return {"type": "http.request", "body": content, "more_body": False}

    copy = Request(request.scope, again)
    async with copy.form(max_files=1, max_fields=400, max_part_size=most) as data:
        fields: list[tuple[str, str]] = []
        upload = (b"", "")
        for name, value in data.multi_items():
            if isinstance(value, UploadFile):
                upload = (await value.read(), value.filename or "")
            else:
                fields.append((name, value))
        return fields, upload
