"""The application: made by a function, so that nothing exists before it is called."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from libonto.api import assess, linked, positions, queries, system
from libonto.api.frontdoor import FrontDoor
from libonto.api.options import Options
from libonto.api.service import Service
from libonto.api.sparql import PATHS
from libonto.errors import LibontoError, MethodError, NotFoundError, UsageError
from libonto.sandbox.worker_parent import WorkerParent

Part = Callable[[FastAPI], None]


class Application(FastAPI):
    """The framework's application; what is asked most goes through our front door alone."""

    def __init__(self, service: Service, **more: Any) -> None:
        """Take the server's state, and what the framework wants to know."""
        super().__init__(**more)
        self.state.service = service
        self.add_middleware(FrontDoor, service=service)
        self._door = FrontDoor(super().__call__, service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"] in PATHS:
            scope["app"] = self
            await self._door(scope, receive, send)
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
        with _reload_on_hangup(service):
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
        positions.router,
        queries.router,
        queries.crosswalk_router,
        assess.profile_router,
        linked.router,
        linked.versioned(service.version),
        system.router,
    ):
        app.include_router(router)
    for part in parts:
        part(app)
    for error in (LibontoError, HTTPException, RequestValidationError):
        app.add_exception_handler(error, _raise_on)
    return app


async def _raise_on(request: Request, error: Exception) -> Response:
    """Hand an error to the front door, as one of ours."""
    if isinstance(error, LibontoError):
        raise error
    if isinstance(error, HTTPException) and error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "GET")
        raise MethodError("method", method=request.method, allowed=allowed)
    if isinstance(error, HTTPException) and error.status_code == 404:
        raise NotFoundError("nothing-there", path=request.url.path)
    raise UsageError("bad-request")


@contextlib.contextmanager
def _reload_on_hangup(service: Service) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()

    def reload() -> None:
        task = loop.create_task(service.reload())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    try:
        loop.add_signal_handler(signal.SIGHUP, reload)
    except (AttributeError, NotImplementedError, RuntimeError, ValueError):
        # No such signal on this system, or not the main thread, where it would arrive: nothing
        # can be asked by it, and the server serves without.
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
