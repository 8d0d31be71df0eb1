"""“Draft a position”: a text with its clauses, each open point beside its place, and the folder."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from libonto.api.exchange import fields_of
from libonto.api.problems import HttpProblem
from libonto.errors import LibontoError
from libonto.pages.respond import OpenPage, attachment

router = APIRouter(include_in_schema=False)
_ANSWER = "answer:"


@router.get("/draft")
async def empty(request: Request) -> Response:
    """Where a text is pasted."""
    return OpenPage(request).answer("draft.html", draft={}, sheet=None, problem="")


@router.post("/draft")
async def drafted(request: Request) -> Response:
    """The text in its clauses, or the data folder as a file; nothing of it is kept."""
    page = OpenPage(request)
    pairs, _ = await fields_of(request, times=3)
    fields = dict(pairs)
    draft: dict[str, Any] = {
        "text": fields.get("text", ""),
        **{name: fields.get(name, "").strip() for name in ("slug", "edition", "position")},
        "answers": {
            name.removeprefix(_ANSWER): value.strip()
            for name, value in fields.items()
            if name.startswith(_ANSWER) and value.strip()
        },
    }
    as_file = "download" in fields
    try:
        header = {"kind": "draft", "file": as_file}
        _, content = await page.work(header, json.dumps(draft).encode())
    except (LibontoError, HttpProblem) as error:
        answer = page.http_problem(error)
        problem = str(answer.problem.get("detail", ""))
        return page.answer("draft.html", error=answer, draft=draft, sheet=None, problem=problem)
    if as_file:
        return attachment(content, "application/zip", f"{draft['slug']}.zip")
    return page.answer("draft.html", draft=draft, sheet=json.loads(content), problem="")
