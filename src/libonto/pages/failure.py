"""The page about an error, for a browser: what is wrong, and what to do next."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from libonto.api.problems import Refusal
from libonto.pages.respond import BUSY, html, opened

_SAID = {404: "not-found", 413: "too-large", 503: "busy"}


def failure(request: Request, refusal: Refusal, lang: str) -> Response:
    """A refusal as a page with the refusal's status and headers (a hook of the front door)."""
    page = opened(request, lang)
    key = _SAID.get(refusal.status)
    content = page.render(
        "error.html",
        title=str(refusal.problem.get("title", "")),
        lead=page.say(f"error.{key}") if key else "",
        lines=str(refusal.problem.get("detail", "")).split("\n"),
        retry=refusal.status in BUSY,
        resends=request.method == "POST",
        seconds=refusal.headers.get("Retry-After", ""),
    )
    return html(content, page, status=refusal.status, headers=refusal.headers)
