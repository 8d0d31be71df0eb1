"""“Check one person”: the form, the answer, and the downloads."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from libonto.api import exchange
from libonto.api.assess import day
from libonto.api.problems import Refusal, refusal
from libonto.api.service import Service
from libonto.errors import LibontoError, UsageError
from libonto.pages.form import Form, choices, from_fields, from_profile, sample
from libonto.pages.respond import html, opened
from libonto.pages.result import arranged
from libonto.profile.syntax import guess_format

router = APIRouter(include_in_schema=False)

DOWNLOADS = {
    "pdf": ("application/pdf", "pdf", "pdf"),
    "html": ("text/html", "html", "html"),
    "json": ("application/json", "", "json"),
    "turtle": ("text/turtle", "turtle", "ttl"),
}
"""The forms of the answer as a file: media type, report, suffix."""
_GET = ["GET", "HEAD"]


@router.api_route("/check", methods=_GET)
async def empty_form(request: Request) -> Response:
    """The form, empty or with the sample."""
    page = opened(request)
    form = Form()
    if request.query_params.get("sample"):
        service: Service = request.app.state.service
        positions = service.knowledge.positions
        form = from_profile(sample(positions.default.rpartition("/")[2]))
    return _page(request, form.with_rows(credentials=1, employments=1), page=page)


@router.post("/check")
async def answer(request: Request) -> Response:
    """The answer to a filled form or a pasted document; or the form with one more row."""
    page = opened(request)
    fields, (upload, _) = await fields_of(request)
    form = from_fields(fields)
    more = dict(fields).get("more", "")
    if more:
        return _page(request, _with_more(page, form, more), page=page)
    document = upload or form.document.encode()
    if not document.strip():
        document = json.dumps(form.profile(), ensure_ascii=False).encode()
        if form.is_empty:
            problem = page.say("check.nothing-stated")
            return _page(request, form.with_rows(), page=page, problems=[problem], status=422)
    return await _judged(request, page, form, document)


@router.post("/check/download")
async def download(request: Request) -> Response:
    """The same answer as a file."""
    page = opened(request)
    fields, _ = await fields_of(request)
    form = from_fields(fields)
    wanted = dict(fields).get("format", "")
    if wanted not in DOWNLOADS:
        return RedirectResponse(page.url("/check"), 303)
    media_type, report, suffix = DOWNLOADS[wanted]
    content = await _assessed(request, form, form.document.encode(), page.lang, report)
    headers = {
        "Content-Disposition": f'attachment; filename="libonto.{suffix}"',
        "Cache-Control": "no-store",
    }
    return Response(content, headers=headers, media_type=media_type)


async def _judged(request: Request, page: Any, form: Form, document: bytes) -> Response:
    try:
        content = await _assessed(request, form, document, page.lang, "")
    except (LibontoError, Refusal) as error:
        found = error if isinstance(error, Refusal) else refusal(error, page.lang)
        problems = [p["message"] for p in found.problem.get("errors", []) if "message" in p]
        problems = problems or str(found.problem.get("detail", "")).split("\n")
        return _page(
            request,
            form.with_rows(),
            page=page,
            problems=problems,
            status=found.status,
            headers=found.headers,
        )
    answers = json.loads(content)
    answers = answers if isinstance(answers, list) else [answers]
    results = arranged(page, answers, form.category)
    return _page(
        request,
        _filled_from(form, document).with_rows(),
        page=page,
        results=results,
        document=document.decode("utf-8", "replace"),
    )


async def _assessed(request: Request, form: Form, document: bytes, lang: str, report: str) -> bytes:
    service: Service = request.app.state.service
    content, _ = await exchange.while_connected(
        request.receive,
        service.assess(
            document,
            format_=guess_format(document),
            lang=lang,
            category=form.category or None,
            on=day(form.on or None),
            readings=[f"{name}={option}" for name, option in form.readings.items()],
            report=report or None,
        ),
    )
    return content


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


def _filled_from(form: Form, document: bytes) -> Form:
    """The form that says what a document in plain JSON says, for “what if?”."""
    if not form.document and not form.is_empty:
        return form
    try:
        value = json.loads(document)
        value = value[0] if isinstance(value, list) and len(value) == 1 else value
        filled = from_profile(value)
    except (ValueError, AttributeError, TypeError):
        return form  # another format: the form stays as it is
    category = form.category or filled.category
    return replace(filled, category=category, on=form.on, readings=form.readings)


def _with_more(page: Any, form: Form, more: str) -> Form:
    if more == "credential":
        return form.with_rows(credentials=len(form.credentials) + 1)
    if more == "employment":
        return form.with_rows(employments=len(form.employments) + 1)
    if more == "knowledge":
        everything = frozenset(item["slug"] for item in choices(page)["knowledge"])
        return replace(form, knowledge=everything).with_rows()
    return form.with_rows()


def _resubmitted(request: Request, form: Form, has_answer: bool) -> str:
    """The form that says the same again in another language, by its id."""
    if request.method != "POST":
        return ""
    return "kept" if has_answer else "paste" if form.document else "profile"


def _page(
    request: Request,
    form: Form,
    *,
    page: Any,
    results: list[dict[str, Any]] | None = None,
    problems: list[str] | None = None,
    document: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    content = page.render(
        "check.html",
        form=form,
        result=bool(results),
        results=results or [],
        problems=problems or [],
        document=document,
        downloads=list(DOWNLOADS),
        resubmit=_resubmitted(request, form, bool(results)),
        **choices(page),
    )
    return html(content, page, status=status, headers=headers)
