"""`libonto mcp`: the assessment and the graph for assistants."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

import click

from libonto.cli.frame import data_option
from libonto.errors import UsageError


@click.command("mcp")
@click.option("--http", is_flag=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535))
@data_option
def command(http: bool, host: str, port: int, data: Sequence[str]) -> int:
    """Serve tools for assistants over standard input and output, or over HTTP."""
    from libonto.graph.catalogue import Catalogue
    from libonto.sandbox.worker_parent import fork_is_missing

    if fork_is_missing():
        raise UsageError("fork-missing")
    if find_spec("mcp") is None:
        raise UsageError("extra-missing", extra="mcp")
    from libonto.mcp.server import create_server

    Catalogue.of(data)  # a folder that is missing is told before anything starts
    server = create_server(data)
    if http:
        server.run("streamable-http", host=host, port=port)
    else:
        server.run("stdio")
    return 0
