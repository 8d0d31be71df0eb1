"""“Draft a position”: a text with its clauses, each open point beside its place, and the folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from libonto.api.exchange import fields_of
from libonto.api.problems import Refusal, refusal
from libonto.api.service import Service
from libonto.errors import LibontoError
from libonto.pages.respond import html, opened
from libonto.pages.site import Page

router = APIRouter(include_in_schema=False)
_ANSWER = "answer:"


@router.get("/draft")
async def empty(request: Request) -> Response:
    """Where a text is pasted."""
    return _page(opened(request), {})


@router.post("/draft")
async def drafted(request: Request) -> Response:
    """The text in its clauses, or the data folder as a file; nothing of it is kept."""
    page = opened(request)
    pairs, _ = await fields_of(request, times=3)
    fields = dict(pairs)
    draft = {
        "text": fields.get("text", ""),
        "slug": fields.get("slug", "").strip(),
        "edition": fields.get("edition", "").strip(),
        "position": fields.get("position", "").strip(),
        "answers": {
            name.removeprefix(_ANSWER): value.strip()
            for name, value in fields.items()
            if name.startswith(_ANSWER) and value.strip()
        },
    }
    as_file = "download" in fields
    try:
        service: Service = request.app.state.service
        header = {"kind": "draft", "lang": page.lang, "file": as_file}
        _, (content, _) = await service.do_for(request, header, json.dumps(draft).encode())
    except (LibontoError, Refusal) as error:
        found = error if isinstance(error, Refusal) else refusal(error, page.lang)
        problem = str(found.problem.get("detail", ""))
        return _page(page, draft, problem=problem, status=found.status, headers=found.headers)
    if as_file:
        name = f"{draft['slug']}.zip"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
        return Response(content, headers=headers, media_type="application/zip")
    return _page(page, draft, sheet=json.loads(content))


def _page(
    page: Page,
    draft: Mapping[str, Any],
    *,
    sheet: Mapping[str, Any] | None = None,
    problem: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    values = {"text": "", "slug": "", "edition": "", "position": "", "answers": {}} | dict(draft)
    content = page.render(
        "draft.html", section="/draft", draft=values, sheet=sheet, problem=problem
    )
    return html(content, page, status=status, headers=headers)
