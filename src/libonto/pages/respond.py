"""How a page is opened from a request, and how it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from libonto.api import exchange
from libonto.api.negotiation import SMALLEST, accepts_gzip, gzipped
from libonto.api.problems import HttpProblem, http_problem
from libonto.api.service import Service
from libonto.errors import LibontoError
from libonto.law.positions import Positions
from libonto.locales import LANGUAGES
from libonto.pages.site import Page

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
EDITOR_POLICY = CONTENT_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""Editors and Swagger UI style elements by attributes; scripts stay as strict as everywhere."""

BUSY = frozenset({502, 503})
"""Statuses of a problem that is no fault of what was sent: the same may be sent again."""
PRIVATE = {"Cache-Control": "no-store"}
_ERRORS = {404: "not-found", 413: "too-large", 503: "busy"}


class OpenPage(Page):
    """The page of a request: it knows the service, and is answered."""

    def __init__(self, request: Request, lang: str | None = None) -> None:
        """The page in `lang`, else in the language that the request asks for."""
        self.request = request
        self.service: Service = request.app.state.service
        parameter = request.query_params.get("lang")
        lang = lang or exchange.language(
            request.scope, parameter if parameter in LANGUAGES else None
        )
        super().__init__(request.app.state.site(), lang, request.url.path, request.query_params)

    @property
    def positions(self) -> Positions:
        """The positions that are described."""
        return self.service.knowledge.positions

    def answer(
        self,
        template: str,
        *,
        error: LibontoError | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        policy: str = CONTENT_POLICY,
        **values: Any,
    ) -> Response:
        """A template as a response, compressed where the browser takes it, and never cached.

        With an error, its status and headers; the template has whether the server is `busy`, and
        for how many `seconds`.
        """
        if error is not None:
            problem = http_problem(error, self.lang)
            status, headers = problem.status, problem.headers
        headers = dict(headers or {})
        wait = {"busy": status in BUSY, "seconds": headers.get("Retry-After", "")}
        body = self.render(template, **{**wait, **values}).encode()
        if len(body) >= SMALLEST and accepts_gzip(self.request.headers.get("accept-encoding")):
            body, headers = gzipped(body), {"Content-Encoding": "gzip", **headers}
        return HTMLResponse(
            body,
            status_code=status,
            headers={
                "Content-Language": self.lang,
                "Content-Security-Policy": policy,
                "Referrer-Policy": "same-origin",
                "X-Content-Type-Options": "nosniff",
                **PRIVATE,
                "Vary": "Accept-Language, Accept-Encoding",
                **headers,
            },
        )

    async def work(self, header: Mapping[str, Any], data: bytes) -> tuple[Any, bytes]:
        """What a worker answers to a job, in the page's language: facts, and content."""
        facts, (content, _) = await self.service.do_for(
            self.request, {"lang": self.lang, **header}, data
        )
        return facts, content


async def _open(request: Request) -> OpenPage:
    return OpenPage(request)


PageOf = Annotated[OpenPage, Depends(_open)]
"""A route's page, opened for it."""


def attachment(
    content: str | bytes, media_type: str, name: str, headers: Mapping[str, str] = PRIVATE
) -> Response:
    """A file to be saved under a name."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers={**disposition, **headers}, media_type=media_type)


def page_number(text: str) -> int:
    """Which page of something long is meant, from 1; the first by what is no such number."""
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 5 else 1


def failure(request: Request, problem: HttpProblem, lang: str) -> Response:
    """A problem as a page with its status and headers (a hook of the front door)."""
    page = OpenPage(request, lang)
    key = _ERRORS.get(problem.status)
    return page.answer(
        "error.html",
        error=problem,
        title=str(problem.problem.get("title", "")),
        lead=page.say(f"error.{key}") if key else "",
        lines=str(problem).split("\n"),
        resends=request.method == "POST",
    )
