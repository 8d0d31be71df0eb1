"""`libonto serve` and `libonto mcp`: the graph and the assessment over HTTP, and for assistants."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Sequence
from dataclasses import fields
from importlib.util import find_spec
from typing import Any

import click

from libonto.cli.frame import data_option, trust_option
from libonto.errors import UsageError, why

BACKLOG = 2048
_PUBLIC_ADDRESS = re.compile(r"https?://[^/?#@]+(/[^?#]*)?", re.IGNORECASE)


class Mebibytes(click.IntRange):
    """A number of MiB, which becomes a number of bytes."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The bytes; an error for what is no number of the range."""
        return int(super().convert(value, param, ctx)) * 1024 * 1024


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; UsageError where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        reason = why(error) if isinstance(error, OSError) else str(error)
        raise UsageError("cannot-listen", host=host, port=port, detail=reason) from error


def public_address(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """The address before which the server's paths can stand; UsageError for any other text."""
    from libonto.graph.terms import is_iri

    if value is not None and not (_PUBLIC_ADDRESS.fullmatch(value) and is_iri(value)):
        raise UsageError("base-url", value=value)
    return value


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--store", metavar="PATH-OR-URL")
@trust_option
@click.option("--load", multiple=True, metavar="[GRAPH-IRI=]FILE")
@click.option("--base-url", "base", metavar="URL", callback=public_address)
@click.option("--fast", type=click.IntRange(1, 256), show_default="processors")
@click.option("--slow", type=click.IntRange(0, 256), default=4, show_default=True)
@click.option("--queue", type=click.IntRange(0), default=256, show_default=True)
@click.option("--patience", type=click.FloatRange(0.01, 60), default=0.3, show_default=True)
@click.option("--deadline", type=click.FloatRange(0.1, 3600), default=10.0, show_default=True)
@click.option("--memory", type=Mebibytes(64), default=512, show_default=True)
@click.option("--total-memory", "total", type=Mebibytes(64))
@click.option("--answer", type=Mebibytes(1, 1024), default=32, show_default=True)
@click.option("--upload", type=Mebibytes(1, 1024), default=2, show_default=True)
@click.option("--cache", type=Mebibytes(0), default=64, show_default=True)
@click.option("--supervised", is_flag=True)
@data_option
def serve(host: str, port: int, data: Sequence[str], **choices: Any) -> int:
    """Serve SPARQL, the assessment and linked data over HTTP.

    SIGHUP reads all files anew: the new graph takes over whole, or the old one stays and the
    log says why. SIGTERM lets what is under way end, and stops.
    """
    _require("serve", "fastapi", "uvicorn", "httptools", "httpx")
    from libonto.api.options import Options
    from libonto.graph.stores import loads_of
    from libonto.profile.interchange.signatures import trusted_keys
    from libonto.sandbox.limits import Limits
    from libonto.sandbox.worker_parent import WorkerParent

    values = {field.name: choices.pop(field.name, None) for field in fields(Limits)}
    limits = Limits(**{name: value for name, value in values.items() if value is not None})
    options = Options(data=tuple(data), limits=limits, **choices)
    trusted_keys(options.trust)
    loads_of(options.load)  # what is missing is an error before anything starts
    # It loads while this process imports what it needs.
    parent = WorkerParent(options.plan(), options.limits)
    from libonto.api.app import create_app
    from libonto.api.running import run
    from libonto.pages.routes import add_pages

    app = create_app(options, add_pages, launched=parent)
    listening = listen(host, port)
    announce = click.echo if sys.stdout.isatty() else None
    run(app, listening, patience=options.limits.deadline, announce=announce)
    return 0


@click.command("mcp")
@click.option("--http", is_flag=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535))
@data_option
def mcp(http: bool, host: str, port: int, data: Sequence[str]) -> int:
    """Serve tools for assistants over standard input and output, or over HTTP."""
    from libonto.graph.catalogue import Catalogue

    _require("mcp", "mcp")
    from libonto.mcp.server import create_server

    Catalogue.of(data)  # a folder that is missing is an error before anything starts
    server = create_server(data)
    if http:
        listen(host, port).close()  # what cannot be had is an error of ours, before the server's
        server.run("streamable-http", host=host, port=port)
    else:
        server.run("stdio")
    return 0


def _require(extra: str, *modules: str) -> None:
    """UsageError where processes cannot be forked, or the modules of an extra are missing."""
    from libonto.sandbox.worker_parent import fork_is_missing

    if fork_is_missing():
        raise UsageError("fork-missing")
    if any(find_spec(name) is None for name in modules):
        raise UsageError("extra-missing", extra=extra)
