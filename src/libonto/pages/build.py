"""“Build with it”: examples that run on this server, downloads, and drafts of positions."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import httpx
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange
from libonto.api.exchange import fields_of
from libonto.api.models import LanguageOf, responds, router_of
from libonto.errors import LibontoError
from libonto.graph.formats import GRAPHS
from libonto.graph.terms import NS, slug_of
from libonto.pages.choices import sample
from libonto.pages.respond import EDITOR_POLICY, OpenPage, PageOf, attachment

router = APIRouter(include_in_schema=False)
docs_router = router_of("pages")
MOST_SHOWN = 6000
"""Characters of an example's answer that the page shows."""
_ANSWER = "answer:"
QUERY = f"""PREFIX lo: <{NS}>
SELECT ?level ?years WHERE {{ ?level lo:hasRequirement/lo:minimumYears ?years }} ORDER BY ?level"""


@dataclass(frozen=True)
class Example:
    """A request to this server that the page shows and can run."""

    id: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    json: str = ""

    @property
    def method(self) -> str:
        """A request with a body is a POST."""
        return "POST" if self.form or self.json else "GET"

    def curl(self, base: str) -> str:
        """The request as a command line."""
        words = ["curl", "-L"] if self.path.startswith("/id/") else ["curl"]
        for name, value in self.headers.items():
            words += ["-H", f"{name}: {value}"]
        words.append(base + self.path)
        for name, value in self.form.items():
            words += ["--data-urlencode", f"{name}={value}"]
        if self.json:
            words += ["-d", self.json]
        text = ""
        for word in map(shlex.quote, words):
            begins = word.startswith("-") and text not in {"", "curl", "curl -L"}
            text += (" \\\n  " if begins else " " if text else "") + word
        return text


@docs_router.get(
    "/docs",
    summary="This description, to be read and tried",
    responses=responds(None, "text/html", errors=(400,)),
)
async def docs(request: Request, query: LanguageOf) -> Response:
    """The API's documentation, to be read and tried; it is in English, and says so."""
    headers = {"Content-Language": "en"}
    lang = exchange.language(request.scope, query.lang)
    return OpenPage(request, lang).answer("docs.html", headers=headers, policy=EDITOR_POLICY)


@router.get("/build")
async def build_page(page: PageOf) -> Response:
    """The page for those who write programs; `run` names an example that is run for it."""
    examples = _examples(page.positions.default, page.lang)
    base = str(page.request.base_url).rstrip("/")
    name = page.query.get("run", "")
    example = next((example for example in examples if example.id == name), None)
    return page.answer(
        "build.html",
        base=base,
        examples=[(each, each.curl(base)) for each in examples],
        run=example.id if example else "",
        answered=await _run(page.request, example, base) if example else None,
        forms=GRAPHS,
    )


def _examples(default: str, lang: str) -> list[Example]:
    profile = {key: value for key, value in sample(default).items() if key != "name"}
    profile["knowledge"] = profile.get("knowledge", [])[:2]
    profile["employments"] = profile.get("employments", [])[:1]
    position, in_lang = slug_of(default), urlencode({"lang": lang})
    return [
        Example(
            "assess",
            f"/api/assess?{in_lang}",
            {"Content-Type": "application/json"},
            json=json.dumps(profile, ensure_ascii=False),
        ),
        Example("query", f"/api/queries/readings?{in_lang}&format=csv"),
        Example("sparql", "/sparql", {"Accept": "text/csv"}, form={"query": QUERY}),
        Example("linked", f"/id/position/{position}", {"Accept": "text/turtle"}),
        Example("positions", f"/api/positions/{position}?{in_lang}"),
        Example("crosswalk", f"/api/crosswalk?from=education/higher&{in_lang}"),
    ]


async def _run(request: Request, example: Example, base: str) -> dict[str, Any]:
    """What this very application answers to an example: the beginning of it is shown."""
    transport = httpx.ASGITransport(app=request.app, client=("127.0.0.1", 0))
    started = perf_counter()
    async with httpx.AsyncClient(
        transport=transport, base_url=base, follow_redirects=True, timeout=None
    ) as client:
        response = await client.request(
            example.method,
            example.path,
            headers=example.headers,
            data=example.form or None,
            content=example.json.encode() if example.json else None,
        )
    milliseconds = round((perf_counter() - started) * 1000)
    text = response.text
    kind = response.headers.get("content-type", "").partition(";")[0]
    if kind.endswith("json"):
        text = json.dumps(response.json(), ensure_ascii=False, indent=2)
    is_cut = len(text) > MOST_SHOWN
    if is_cut:
        text = text[:MOST_SHOWN].rpartition("\n")[0]
    return {
        "status": response.status_code,
        "kind": kind,
        "milliseconds": milliseconds,
        "text": text,
        "is_cut": is_cut,
    }


@router.get("/draft")
async def empty_draft(page: PageOf) -> Response:
    """Where a text is pasted."""
    return page.answer("draft.html", draft={}, sheet=None, problem="")


@router.post("/draft")
async def draft_page(page: PageOf) -> Response:
    """The text in its clauses, or the data folder as a file; nothing of it is kept."""
    pairs, _ = await fields_of(page.request, times=3)
    fields = dict(pairs)
    draft: dict[str, Any] = {
        "text": fields.get("text", ""),
        **{name: fields.get(name, "").strip() for name in ("slug", "edition", "position")},
        "answers": {
            name.removeprefix(_ANSWER): value.strip()
            for name, value in fields.items()
            if name.startswith(_ANSWER) and value.strip()
        },
    }
    as_file = "download" in fields
    try:
        header = {"kind": "draft", "file": as_file}
        _, content = await page.work(header, json.dumps(draft).encode())
    except LibontoError as error:
        problem = error.message(page.lang)
        return page.answer("draft.html", error=error, draft=draft, sheet=None, problem=problem)
    if as_file:
        return attachment(content, "application/zip", f"{draft['slug']}.zip")
    return page.answer("draft.html", draft=draft, sheet=json.loads(content), problem="")
