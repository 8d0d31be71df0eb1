"""The MCP server: tools that run in workers that can be killed, and resources by our IRIs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any, Literal

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ToolError

from libonto.errors import LibontoError
from libonto.graph.terms import ID
from libonto.locales import LANGUAGES
from libonto.sandbox.limits import Limits
from libonto.sandbox.pool import WorkerPool
from libonto.sandbox.worker_parent import ProgramSpec

Lang = Literal["kk", "ru", "en"]
Profile = dict[str, Any] | list[dict[str, Any]]
_INSTRUCTIONS = """\
Qualification requirements of posts in Kazakh law, as a knowledge graph, and verdicts by them.
`assess` judges a person's profile, `plan` says what lacks and when, `explain` why. Every answer
has clauses: their identifiers, the quoted words of the law and their place in the text. Cite them
with whatever you tell, state the readings and the notices, and say that claims were taken as
stated. Never state a requirement that no clause of an answer carries. A profile is
{"credentials": [{"level": LEVEL, "field": FIELD, "awarded": "2015-06-30"}],
"employments": [{"position": POST, "start": "2018-09-01", "end": "2021-08-31"}],
"knowledge": [ITEM], "appliesFor": "POSITION/CATEGORY"}; `show` and `search` find the names that
stand for the words in capitals, `query` asks the graph in SPARQL."""

_JUDGING = {
    "assess": """\
Judge one or several profiles: every category, each requirement with its clauses.

`position`, `category` and `edition` are slugs, `on` the day of assessment (ISO, by default
today), by which the edition is chosen where none is named, `readings` choices for what the text
leaves open.""",
    "plan": "Say what lacks for each category, what brings it and from which day on.",
    "explain": "Explain the verdict on one category, clause by clause, in the words of the law.",
}


class ToolPool:
    """The tools, each a job for a worker."""

    def __init__(self, data: Sequence[str], limits: Limits) -> None:
        """`data` are folders; nothing is started yet."""
        config = {"data": list(data), "store": None, "load": [], "answer": limits.answer}
        self.pool = WorkerPool(ProgramSpec("libonto.mcp.work:ToolWork", config), limits)

    async def run(self, tool: str, lang: str, arguments: dict[str, Any]) -> Any:
        """The answer of a tool; ToolError with the sentence of an error."""
        header = {"kind": "tool", "tool": tool, "lang": lang}
        try:
            facts, content = await self.pool.run(header, json.dumps(arguments).encode(), key=tool)
        except LibontoError as error:  # too busy, too slow, ended
            raise ToolError(error.message(lang)) from error
        if "error" in facts:
            raise ToolError(facts["error"]["detail"])
        return json.loads(content)


def create_server(data: Sequence[str] = (), limits: Limits | None = None) -> MCPServer[None]:
    """A server of our data and the folders named; its workers start and end with it."""
    tools = ToolPool(data, limits or Limits())

    @asynccontextmanager
    async def lifespan(_: MCPServer[None]) -> AsyncIterator[None]:
        await tools.pool.start()
        try:
            yield
        finally:
            await tools.pool.close(0)

    server: MCPServer[None] = MCPServer(
        "libonto",
        version=version("libonto"),
        instructions=_INSTRUCTIONS,
        lifespan=lifespan,
        log_level="WARNING",
    )

    def judging(tool: str) -> Callable[..., Awaitable[list[dict[str, Any]]]]:
        async def answer(
            profile: Profile,
            position: str | None = None,
            category: str | None = None,
            edition: str | None = None,
            on: str | None = None,
            readings: dict[str, str] | None = None,
            lang: Lang = "kk",
        ) -> list[dict[str, Any]]:
            terms = {"position": position, "category": category, "edition": edition, "on": on}
            arguments = {"profile": profile, **terms, "readings": readings}
            return list(await tools.run(tool, lang, arguments))

        return answer

    for name, description in _JUDGING.items():
        server.tool(name=name, description=description)(judging(name))

    async def show(name: str, lang: Lang = "kk") -> dict[str, Any]:
        """Tell what is known of a position, category, clause (E02), item, act or term."""
        return dict(await tools.run("show", lang, {"name": name}))

    async def search(words: str, lang: Lang = "kk") -> list[dict[str, Any]]:
        """Find things by what they are called, or by the words of a clause."""
        return list(await tools.run("search", lang, {"words": words}))

    async def query(sparql: str, lang: Lang = "en") -> dict[str, Any]:
        """Ask the graph in SPARQL 1.1: read only, nothing outside, limited in time and size."""
        return dict(await tools.run("query", lang, {"sparql": sparql}))

    for tool in (show, search, query):
        server.tool()(tool)

    async def described(iri: str) -> str:
        try:
            description = await tools.run("show", LANGUAGES[0], {"name": iri})
        except ToolError as error:
            raise ResourceError(str(error)) from error
        return json.dumps(description, ensure_ascii=False, indent=2)

    @server.resource(ID + "position/{slug}", name="position", mime_type="application/json")
    async def position(slug: str) -> str:
        """A position: its levels, duties, knowledge."""
        return await described(f"{ID}position/{slug}")

    @server.resource(
        ID + "clause/{act}/{position}/{clause}", name="clause", mime_type="application/json"
    )
    async def clause(act: str, position: str, clause: str) -> str:
        """A clause of the law: its quote, its place, what follows from it."""
        return await described(f"{ID}clause/{act}/{position}/{clause}")

    return server
