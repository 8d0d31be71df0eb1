"""A client of the official SDK uses the tools, over both transports."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client.stdio import stdio_client

from mcp import Client, StdioServerParameters

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]
ID = "https://w3id.org/libonto/id/"
PROFILE = {
    "credentials": [{"level": "higher", "field": "library-science", "awarded": "2015-06-30"}],
    "employments": [{"position": "school-librarian", "start": "2024-09-01"}],
    "knowledge": ["bibliography"],
}
COMMAND = StdioServerParameters(command=sys.executable, args=["-m", "libonto", "mcp"])


async def called(client: Any, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    found = result.structured_content
    return found["result"] if set(found) == {"result"} else found


async def refused(client: Any, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return " ".join(part.text for part in result.content)


async def drive(client: Any) -> None:
    tools = {tool.name for tool in (await client.list_tools()).tools}
    assert tools == {"assess", "plan", "explain", "show", "search", "query"}

    [verdict] = await called(client, "assess", profile=PROFILE, on="2026-11-22", lang="en")
    [service] = [
        r
        for r in verdict["requirements"]
        if r["kind"] == "experience" and "-3-" in r["requirement"]
    ]
    assert service["status"] == "not-met"
    assert "3 жылдан кем емес" in service["clauses"][0]["quote"]
    [plan] = await called(client, "plan", profile=PROFILE, on="2026-11-22", lang="en")
    assert "2027-09-01" in json.dumps(plan)
    resume = {"basics": {"name": "A. B.", "email": "a@example.org"}}
    for tool in ("assess", "plan", "explain"):
        [answer] = await called(client, tool, profile=resume, lang="en")
        assert "basics.email" in " ".join(answer["remarks"]), tool
    chosen = {"edition": "order-338-source", "readings": {"college-service": "counted"}}
    [verdict] = await called(client, "assess", profile=PROFILE, on="2015-01-01", **chosen)
    assert verdict["edition"]["edition"] == f"{ID}edition/order-338-source"
    assert verdict["readings"]["college-service"] == "counted"
    asked = {"category": "higher-second", "on": "2026-11-22", "lang": "en"}
    [why] = await called(client, "explain", profile=PROFILE, **asked)
    assert "X01" in json.dumps(why)

    assert (await called(client, "show", name="E02", lang="en"))["iri"].endswith("librarian/E02")
    found = await called(client, "search", words="bibliography", lang="en")
    assert f"{ID}knowledge/bibliography" in [one["iri"] for one in found]
    rows = await called(client, "query", sparql="SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert int(rows["results"]["bindings"][0]["n"]["value"]) > 1000

    assert "librarian" in await refused(client, "assess", profile=PROFILE, position="librarien")
    unheld = {"profile": PROFILE, "edition": "order-338-2022"}
    for tool in ("assess", "plan", "explain"):
        assert "order-338-source" in await refused(client, tool, **unheld)
    for query in (
        "SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "SELECT * WHERE {",
    ):
        assert await refused(client, "query", sparql=query)

    clause = await client.read_resource(f"{ID}clause/order-338/librarian/E02")
    assert "бейіні бойынша" in clause.contents[0].text
    position = await client.read_resource(f"{ID}position/librarian")
    assert json.loads(position.contents[0].text)["iri"] == f"{ID}position/librarian"


def run(transport: Callable[[], Any]) -> None:
    async def session() -> None:
        async with Client(transport()) as client:
            await drive(client)

    anyio.run(session)


def test_an_assistant_works_over_standard_input_and_output() -> None:
    run(lambda: stdio_client(COMMAND))


@pytest.fixture
def address() -> Iterator[str]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "libonto", "mcp", "--http", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(30)


def test_an_assistant_works_over_streamable_http(address: str) -> None:
    run(lambda: address)
