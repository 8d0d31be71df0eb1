"""`libonto serve`: the graph, the saved queries and the assessment over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

import click

from libonto.cli.frame import data_option
from libonto.errors import UsageError

_MIB = 1024 * 1024


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--store",
    metavar="PATH-OR-URL",
    help="A store on disk, opened read-only, or the address of a SPARQL endpoint; by default "
    "the graph is held in memory.",
)
@click.option(
    "--load",
    "loads",
    multiple=True,
    metavar="[GRAPH-IRI=]FILE",
    help="An RDF file or a folder of them, to be asked beside our graph; with a graph's IRI it "
    "becomes that named graph.",
)
@click.option("--base-url", metavar="URL", help="The public address, where a proxy stands before.")
@click.option("--fast", type=click.IntRange(1, 256), help="Workers of the fast lane. [processors]")
@click.option(
    "--slow",
    type=click.IntRange(0, 256),
    default=4,
    show_default=True,
    help="Queries that may run in the slow lane.",
)
@click.option(
    "--queue",
    type=click.IntRange(0),
    default=256,
    show_default=True,
    help="Requests that may wait for the fast lane.",
)
@click.option(
    "--patience",
    type=click.FloatRange(0.01, 60),
    default=0.3,
    show_default=True,
    help="Seconds after which a query leaves the fast lane.",
)
@click.option(
    "--deadline",
    type=click.FloatRange(0.1, 3600),
    default=10.0,
    show_default=True,
    help="Seconds after which a query is ended.",
)
@click.option(
    "--memory",
    type=click.IntRange(64),
    default=512,
    show_default=True,
    help="MiB that a worker may take beyond the graph.",
)
@click.option(
    "--answer",
    type=click.IntRange(1, 1024),
    default=32,
    show_default=True,
    help="MiB that an answer may have.",
)
@click.option(
    "--upload",
    type=click.IntRange(1, 1024),
    default=2,
    show_default=True,
    help="MiB that a profile may have.",
)
@click.option(
    "--cache",
    type=click.IntRange(0),
    default=64,
    show_default=True,
    help="MiB of finished answers that are kept; 0 keeps none.",
)
@data_option
def command(
    host: str,
    port: int,
    store: str | None,
    loads: Sequence[str],
    base_url: str | None,
    fast: int | None,
    slow: int,
    queue: int,
    patience: float,
    deadline: float,
    memory: int,
    answer: int,
    upload: int,
    cache: int,
    data: Sequence[str],
) -> int:
    """Serve SPARQL, the assessment and linked data over HTTP.

    SIGHUP reads all files anew: the new graph takes over whole, or the old one stays and the
    log says why. SIGTERM lets what is under way end, and stops.
    """
    from libonto.sandbox.keeper import fork_is_missing

    if fork_is_missing():
        raise UsageError("fork-missing")
    if any(find_spec(name) is None for name in ("fastapi", "uvicorn", "httptools", "httpx")):
        raise UsageError("extra-missing", extra="serve")
    from libonto.api.app import create_app
    from libonto.api.options import Options
    from libonto.api.running import listen, run
    from libonto.graph.stores import loads_of
    from libonto.pages.routes import add_pages
    from libonto.sandbox.limits import Limits

    limits = Limits(
        fast=fast or 0,
        slow=slow,
        queue=queue,
        patience=patience,
        deadline=deadline,
        memory=memory * _MIB,
        answer=answer * _MIB,
    )
    options = Options(
        data=tuple(data),
        store=store,
        load=tuple(loads_of(loads)),
        base=base_url,
        limits=limits,
        upload=upload * _MIB,
        cache=cache * _MIB,
    )
    app = create_app(options, add_pages)
    listening = listen(host, port)
    is_terminal = sys.stdout.isatty()
    run(
        app,
        listening,
        patience=deadline,
        announce=lambda address: click.echo(address) if is_terminal else None,
    )
    return 0
