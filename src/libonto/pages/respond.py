"""How a page is opened from a request, and how it is answered."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from libonto.api import exchange
from libonto.api.negotiation import SMALLEST, accepts_gzip, packed
from libonto.locales import LANGUAGES
from libonto.pages.site import Page, Site

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
EDITOR_POLICY = CONTENT_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""Editors and Swagger UI style elements by attributes; scripts stay as strict as everywhere."""

BUSY = frozenset({502, 503})
"""Statuses of a refusal that is no fault of what was sent: the same may be sent again."""


def opened(request: Request, lang: str | None = None) -> Page:
    """The page of a request, in `lang`, else in the language that it asks for."""
    site: Site = request.app.state.site()
    chosen = request.query_params.get("lang")
    lang = lang or exchange.language(request.scope, chosen if chosen in LANGUAGES else None)
    packed = accepts_gzip(request.headers.get("accept-encoding"))
    return Page(site, lang, request.url.path, request.query_params, gzip=packed)


def page_number(text: str) -> int:
    """Which page of something long is meant, from 1; the first by what is no such number."""
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 5 else 1


def html(
    content: str,
    page: Page,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    policy: str = CONTENT_POLICY,
) -> Response:
    """A page as a response, compressed where the browser takes it; no cache keeps any of it."""
    body = content.encode()
    coding = {}
    if page.gzip and len(body) >= SMALLEST:
        body, coding = packed(body), {"Content-Encoding": "gzip"}
    return HTMLResponse(
        body,
        status_code=status,
        headers={
            "Content-Language": page.lang,
            "Content-Security-Policy": policy,
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Vary": "Accept-Language, Accept-Encoding",
            **coding,
            **(headers or {}),
        },
    )
