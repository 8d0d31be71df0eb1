"""The application: made by a function, so that nothing exists before it is called.

Its outermost layer, the front door, puts errors into words, adds CORS and security headers,
counts, and writes one line of the log for each request.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import time
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from ipaddress import IPv6Address
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from libonto.api import assess, linked, monitoring, openapi, resources, sparql
from libonto.api.exchange import LANGUAGE, WRITE, Whole, header
from libonto.api.negotiation import prefers_html
from libonto.api.options import Options
from libonto.api.problems import MEDIA_TYPE, HttpProblem, http_problem
from libonto.api.service import Service
from libonto.api.sparql import PATH, PATHS
from libonto.errors import LibontoError, MethodError, NotFoundError, TooLargeError, UsageError
from libonto.locales import LANGUAGES, pick
from libonto.sandbox.worker_parent import WorkerParent

Part = Callable[[FastAPI], None]
LONGEST_HOST = 255
_HOST = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{0,5}))?")
LONGEST_QUERY = 16 * 1024
"""Bytes of parameters in the address, but for /sparql."""
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"ETag, Link, Retry-After, Content-Language, Allow, Location",
    ),
)
_ONLY_DATA = ("/api/", "/healthz", "/metrics")
"""Addresses for programs: an error there is problem+json, whatever else is accepted."""
_ROUTES = ("/sparql", "/api/", "/id/", "/ns", "/.well-known/", "/healthz", "/metrics", "/docs")
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"})


class FrontDoor:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            await Visit(self.service, scope, receive, send).answer(self.app)
        else:
            await self.app(scope, receive, send)


class Visit:
    """One request, from its start to its log line."""

    def __init__(self, service: Service, scope: Scope, receive: Receive, send: Send) -> None:
        self.service = service
        self.scope = scope
        self.receive = receive
        self.send = send
        self.started = time.perf_counter()
        self.status = 0
        self.size = 0

    async def answer(self, app: ASGIApp) -> None:
        """Answer, by the application but for `/sparql`, whatever happens; then count and log."""
        scope = self.scope
        try:
            _check_host(scope)
            if scope["method"] == "OPTIONS" and header(scope, b"access-control-request-method"):
                await self._preflight()
            elif scope["path"] in PATHS:
                await self._respond(await sparql.answer(self.service, scope, self.receive))
            elif len(scope["query_string"]) > LONGEST_QUERY:
                raise TooLargeError("address-too-long", limit=LONGEST_QUERY)
            else:  # a route for GET answers HEAD too: the server leaves out the content
                method = scope["method"].replace("HEAD", "GET")
                await app({**scope, "method": method}, self.receive, self._send)
        except ClientDisconnect:
            self.status = self.status or 499
        except LibontoError as error:
            await self._refuse(http_problem(error, self._language()))
        except Exception as error:
            self.service.log.write("error", level="error", **monitoring.type_and_place(error))
            await self._refuse(http_problem(LibontoError("internal"), self._language()))
        finally:
            self._count()

    def _language(self) -> str:
        if LANGUAGE in self.scope:
            return str(self.scope[LANGUAGE])
        query = self.scope["query_string"].decode("latin-1")
        named = (lang for lang in LANGUAGES if f"lang={lang}" in query)
        return next(named, "") or pick(header(self.scope, b"accept-language"))

    async def _refuse(self, error: HttpProblem) -> None:
        if self.status:
            return  # half of a response has gone; the server closes the connection
        response = self._page(error)
        if response is None:
            headers = {"Vary": "Accept, Accept-Language", **error.headers}
            response = Response(error.body, error.status, headers, MEDIA_TYPE)
        await response(self.scope, self.receive, self._send)

    def _page(self, error: HttpProblem) -> Response | None:
        """The error as a page, where a browser asks."""
        is_data = self.scope["path"].startswith(_ONLY_DATA)
        if is_data or not prefers_html(header(self.scope, b"accept")):
            return None
        state = self.scope["app"].state
        page: Response = state.error_page(Request(self.scope), error, self._language())
        return page

    async def _preflight(self) -> None:
        names = header(self.scope, b"access-control-request-headers") or "Accept, Content-Type"
        headers = {
            "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
            "Access-Control-Allow-Headers": names,
            "Access-Control-Max-Age": "86400",
            "Vary": "Access-Control-Request-Headers",
        }
        response = Response(status_code=204, headers=headers)
        await response(self.scope, self.receive, self._send)

    async def _respond(self, response: Response) -> None:
        """Send it: at once where it is there in full and the server can."""
        write = self.scope.get(WRITE)
        if write is None or not isinstance(response, Whole):
            await response(self.scope, self.receive, self._send)
            return
        self.status, self.size = response.status_code, len(response.body)
        await write(self.status, (*response.raw_headers, *_ALWAYS), response.body)

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            names = {name for name, _ in message["headers"]}
            always = (pair for pair in _ALWAYS if pair[0] not in names)
            message["headers"] = [*message["headers"], *always]
        elif message["type"] == "http.response.body":
            self.size += len(message.get("body", b""))
        await self.send(message)

    def _count(self) -> None:
        route = _route(self.scope["path"])
        method = self.scope["method"] if self.scope["method"] in _METHODS else "other"
        self.service.metrics.request(route, method, self.status)
        seconds = time.perf_counter() - self.started
        self.service.log.request(route, method, self.status, seconds, self.size)


def _check_host(scope: Scope) -> None:
    """Refuse a request whose Host is missing, repeated or none (RFC 9112, 3.2)."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) == 1 and _is_host(hosts[0]):
        return
    if hosts or scope["http_version"] != "1.0":
        raise UsageError("bad-host")


@lru_cache(maxsize=256)
def _is_host(text: bytes) -> bool:
    """Whether a text names a host, by a name or an address, and at most a port."""
    match = _HOST.fullmatch(text[: LONGEST_HOST + 1].decode("latin-1"))
    if match is None or len(text) > LONGEST_HOST or int(match["port"] or 0) > 65535:
        return False
    try:
        return match["address"] is None or bool(IPv6Address(match["address"]))
    except ValueError:
        return False


def _route(path: str) -> str:
    """The kind of an address; never the address itself, which can hold what a visitor typed."""
    if path in PATHS:
        return PATH
    return next((route for route in _ROUTES if path.startswith(route)), "other")


class Application(FastAPI):
    """The framework's application; `/sparql`, which gets most requests, is answered before it."""

    def __init__(self, service: Service, **more: Any) -> None:
        """`more` is for the framework."""
        super().__init__(**more)
        self.state.service = service
        self.add_middleware(FrontDoor, service=service)
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"] in PATHS:
            scope["app"] = self
            await Visit(self._service, scope, receive, send).answer(super().__call__)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    options: Options | None = None, *parts: Part, launched: WorkerParent | None = None
) -> FastAPI:
    """A new application; each of `parts` is called with it, to add routers or pages.

    Its state is `app.state.service` (see `service.py`), ready once the application has started.
    `launched` is the parent of the workers, where it is loading already.
    """
    service = Service(options or Options(), launched)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await service.start()
        # No such signal on this system, or not the main thread, where it would arrive: nothing can
        # be ordered by it, and the server serves without.
        with contextlib.suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGHUP, service.reload_soon)
        try:
            yield
        finally:
            await service.close()

    app = Application(
        service,
        title="libonto",
        version=service.version,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    for router in (
        assess.router,
        resources.positions_router,
        resources.queries_router,
        resources.crosswalk_router,
        assess.profile_router,
        linked.router,
        linked.versioned(service.version),
        resources.system_router,
        openapi.router,
    ):
        app.include_router(router)
    for part in parts:
        part(app)
    for error in (HTTPException, RequestValidationError):
        app.add_exception_handler(error, _raise_on)
    return app


async def _raise_on(request: Request, error: Exception) -> Response:
    """Hand an error of the framework to the front door, as one of ours."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        raise MethodError("method", method=request.method, allowed=_allowed(request))
    if isinstance(error, HTTPException) and error.status_code == 404:
        raise NotFoundError("nothing-there", path=request.url.path)
    raise UsageError("bad-request")


def _allowed(request: Request) -> str:
    """The methods of all routes at an address, as `Allow` has them (RFC 9110, 10.2.1)."""

    def is_answered(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)

    return ", ".join(filter(is_answered, ("GET", "POST"))).replace("GET", "GET, HEAD")
