"""The pages' addresses, added to the server's application."""

from __future__ import annotations

import asyncio
import mimetypes
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from libonto.api.models import SearchHit, SearchOf, SearchResults, responds, router_of
from libonto.api.negotiation import accepts_gzip
from libonto.api.service import Service
from libonto.errors import NotFoundError
from libonto.graph.terms import NS, ONTOLOGY
from libonto.pages import (
    ask,
    browse,
    build,
    check,
    compare,
    crosswalk,
    diplomas,
    downloads,
    draft,
    law,
    lists,
    neighbours,
    vocabulary,
)
from libonto.pages.described import about, edition_said, undecided
from libonto.pages.failure import failure
from libonto.pages.home import positions
from libonto.pages.respond import html, opened, page_number
from libonto.pages.site import Site, web_folder

router = APIRouter(include_in_schema=False)
search_router = router_of("pages")
_TYPES = {".woff2": "font/woff2"}
"""What Python 3.11 does not know."""
_YEAR = "public, max-age=31536000, immutable"


def add_pages(app: FastAPI) -> None:
    """Add the pages to an application (a `part` of `create_app`)."""
    kept: dict[int, Site] = {}

    def site() -> Site:
        """The site for the graph that is served now; made anew when the graph was swapped."""
        service: Service = app.state.service
        graph = service.knowledge.graph
        if id(graph) not in kept:
            kept.clear()
            kept[id(graph)] = Site(graph, web_folder() / "vendor")
        return kept[id(graph)]

    app.state.site = site
    app.state.resource_page = lambda request, iri, lang: _resource(request, iri)
    app.state.error_page = failure
    app.state.editor = ask.editor
    app.include_router(router)
    app.include_router(search_router)
    app.include_router(build.docs_router)
    for part in (check, lists, ask, build, compare, crosswalk, diplomas, downloads, draft):
        app.include_router(part.router)


@search_router.get(
    "/", summary="The first page", responses=responds(None, "text/html", errors=(405, 500))
)
async def home(request: Request) -> Response:
    """The first page."""
    page = opened(request)
    service: Service = request.app.state.service
    known = service.knowledge.positions
    values = {
        "positions": positions(page),
        "before": edition_said(page, known),
        "undecided": undecided(page, known.default),
    }
    return html(page.render("home.html", **values), page)


@router.get("/law")
async def law_page(request: Request) -> Response:
    """The text, clause by clause."""
    page = opened(request)
    query = request.query_params
    clause_id, of = query.get("clause", ""), query.get("of", "")
    # Kazakh alone is read by few who chose another language: its translation stands beside it.
    view = query.get("view") or (page.lang if page.lang in law.TRANSLATIONS else "original")
    chosen = law.detail(page, clause_id) if clause_id else None
    if clause_id and chosen is None:
        raise NotFoundError("nothing-there", path=f"/law?clause={clause_id}")
    concerned = law.concerning(page, of)
    if of and concerned is None:
        raise NotFoundError("nothing-there", path=f"/law?of={of}")
    to = view if view in law.TRANSLATIONS else page.lang if page.lang != "kk" else "ru"
    content = page.render(
        "law.html",
        before=edition_said(page, request.app.state.service.knowledge.positions),
        paragraphs=law.paragraphs(page, concerned["clauses"] if concerned else ()),
        chosen=chosen,
        chosen_id=clause_id,
        concerned=concerned,
        index=law.index(page),
        acts=law.acts(page),
        view=view,
        to=to,
        translations=law.translations(page, to) if view != "original" else {},
        clauses=law.clauses(page.site.graph) if view == "table" else [],
    )
    return html(content, page)


@router.get("/law/compare")
async def compare_page(request: Request) -> Response:
    """Two levels side by side."""
    page = opened(request)
    levels = law.levels(page)
    by_slug = {level.slug: level for level in levels}
    left = by_slug.get(request.query_params.get("left", ""), levels[0])
    right = by_slug.get(request.query_params.get("right", ""), levels[min(1, len(levels) - 1)])
    content = page.render(
        "compare.html",
        left=left,
        right=right,
        categories=levels,
        **compare.compared(page, left.iri, right.iri),
    )
    return html(content, page)


@router.get("/browse")
async def browse_page(request: Request) -> Response:
    """Everything as trees, or what is called like the words that are looked for."""
    page = opened(request)
    words = _words(request)
    number = page_number(request.query_params.get("page", ""))
    start = browse.HITS * (number - 1)
    total, results = await asyncio.to_thread(browse.found, page, words, start) if words else (0, [])
    content = page.render(
        "browse.html",
        q=words,
        total=total,
        start=start,
        at=number,
        pages=-(-total // browse.HITS),
        results=results,
        trees=[] if words else browse.trees(page, request.app.state.service.knowledge.positions),
    )
    return html(content, page)


@search_router.get(
    "/search.json",
    summary="The best of what is called like some words",
    responses=responds(SearchResults, errors=(400, 405, 500)),
)
async def search(request: Request, query: SearchOf) -> Response:
    """The things whose names, definitions or texts hold the words in `q`, the best first."""
    page = opened(request)
    total, hits = await asyncio.to_thread(browse.found, page, _words(request), 0, browse.SUGGESTED)
    results = [
        SearchHit(iri=hit.iri, label=hit.label, kind=hit.kind, href=page.link(hit.iri))
        for hit in hits
    ]
    return JSONResponse(SearchResults(total=total, results=results).model_dump())


@router.get("/ns/{name}")
async def term_page(request: Request, name: str) -> Response:
    """A term of the vocabulary."""
    return _resource(request, NS + name)


@router.get("/about")
async def about_page(request: Request) -> Response:
    """A resource that is not ours, such as a concept of a framework."""
    return _resource(request, request.query_params.get("iri", ""))


@router.get("/graph.json")
async def neighbourhood(request: Request) -> dict[str, Any]:
    """What stands around a resource, for the picture on its page."""
    return neighbours.neighbourhood(opened(request), request.query_params.get("iri", ""))


@router.get("/static/{fingerprint}/{name}")
async def static_file(request: Request, fingerprint: str, name: str) -> Response:
    """A style, a script or a picture; its address changes with its content."""
    site: Site = request.app.state.site()
    path = site.assets.files.get(name)
    if path is None:
        raise NotFoundError("nothing-there", path=request.url.path)
    headers = {
        "Cache-Control": _YEAR,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if accepts_gzip(request.headers.get("accept-encoding")) and (
        packed := site.assets.packed(name)
    ):
        return Response(packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=kind)
    return FileResponse(Path(path), headers=headers, media_type=kind)


def _words(request: Request) -> str:
    """The words that are looked for."""
    return request.query_params.get("q", "").strip()[:200]


def _resource(request: Request, iri: str) -> Response:
    page = opened(request)
    if iri == ONTOLOGY.value:
        content = page.render("vocabulary.html", section="/build", **vocabulary.reference(page))
        return html(content, page)
    shown = browse.described(page, iri)
    if shown is None:
        raise NotFoundError("nothing-there", path=request.url.path)
    service: Service = request.app.state.service
    known = service.knowledge.positions
    human = about(page, known, iri)
    before = edition_said(page, known, human["position"]) if human and human["position"] else ""
    picture = neighbours.neighbourhood(page, iri)
    content = page.render(
        "resource.html", section="/browse", human=human, before=before, picture=picture, **shown
    )
    return html(content, page)
