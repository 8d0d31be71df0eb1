"""The pages' addresses, added to the server's application."""

from __future__ import annotations

import asyncio
import mimetypes
from functools import lru_cache, partial

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from libonto.api import exchange
from libonto.api.linked import context_document
from libonto.api.models import SearchHit, SearchOf, SearchResults, responds, router_of
from libonto.api.negotiation import accepts_gzip
from libonto.api.service import KnowledgeBase, Service
from libonto.errors import NotFoundError
from libonto.graph.formats import GRAPHS, Format
from libonto.graph.store import Graph
from libonto.graph.terms import NS, ONTOLOGY
from libonto.graph.turtle import to_text
from libonto.law.editions import undecided_questions
from libonto.ontology.level_shapes import level_shapes
from libonto.ontology.release import handed_out
from libonto.pages import ask, browse, build, check, frameworks, law, lists
from libonto.pages.described import about, edition_line
from libonto.pages.respond import OpenPage, PageOf, failure, page_number
from libonto.pages.site import Page, Site, web_folder

router = APIRouter(include_in_schema=False)
search_router = router_of("pages")
_TYPES = {".woff2": "font/woff2"}
"""What Python 3.11 does not know."""
_YEAR = "public, max-age=31536000, immutable"
_DOWNLOADS = ("libonto", "shapes")
_CONTEXT = "context.jsonld"


def add_pages(app: FastAPI) -> None:
    """Add the pages to an application (a `part` of `create_app`)."""

    @lru_cache(maxsize=1)
    def site(graph: Graph) -> Site:
        return Site(graph, web_folder() / "vendor")

    app.state.site = lambda: site(app.state.service.knowledge.graph)  # the graph may be swapped
    app.state.resource_page = lambda request, iri, lang: _resource(OpenPage(request), iri)
    app.state.error_page = failure
    app.state.editor = ask.editor
    for part in (router, search_router, build.docs_router):
        app.include_router(part)
    for module in (check, lists, ask, build, frameworks):
        app.include_router(module.router)


@search_router.get("/", summary="The first page", responses=responds(None, "text/html"))
async def home(page: PageOf) -> Response:
    """The first page: what each position's ladders ask for, at a glance."""
    return page.answer(
        "home.html",
        positions=[_ladders(page, iri) for iri in page.positions.iris],
        before=edition_line(page),
        undecided=undecided_questions(page.graph, page.positions.default),
    )


def _ladders(page: OpenPage, position: str) -> dict[str, list[tuple[str, int]]]:
    """The ladders of a position by today's edition, their levels with the years that they ask for.

    Of a level that asks for no service, the years are -1.
    """
    rules = page.positions.rules(position)
    years = {r.iri: -1 if r.years is None else r.years for r in rules.requirements}
    return {
        rules.ladder_iri(ladder): [
            (category.iri, max(years[requirement] for requirement in category.requirements))
            for category in rules.categories
            if category.ladder == ladder
        ]
        for ladder in rules.ladders
    }


@router.get("/law")
async def law_page(page: PageOf) -> Response:
    """The text, clause by clause."""
    clause_id, of = page.query.get("clause", ""), page.query.get("of", "")
    # Kazakh alone is read by few who chose another language: its translation stands beside it.
    view = page.query.get("view") or (page.lang if page.lang in law.TRANSLATIONS else "original")
    clause = law.detail(page, clause_id) if clause_id else None
    concerned = law.concerning(page, of)
    for name, value, thing in (("clause", clause_id, clause), ("of", of, concerned)):
        if value and thing is None:
            raise NotFoundError("nothing-there", path=f"/law?{name}={value}")
    to = view if view in law.TRANSLATIONS else page.lang if page.lang != "kk" else "ru"
    return page.answer(
        "law.html",
        before=edition_line(page),
        paragraphs=law.paragraphs(page, concerned["clauses"] if concerned else ()),
        chosen=clause,
        chosen_id=clause_id,
        concerned=concerned,
        index=law.index(page),
        acts=law.acts(page),
        view=view,
        to=to,
        translations=law.translations(page, to) if view != "original" else {},
        clauses=law.clauses(page.graph) if view == "table" else [],
    )


@router.get("/law/compare")
async def compare_page(page: PageOf) -> Response:
    """Two levels side by side."""
    levels = law.levels(page)
    by_slug = {level.slug: level for level in levels}
    left = by_slug.get(page.query.get("left", ""), levels[0])
    right = by_slug.get(page.query.get("right", ""), levels[min(1, len(levels) - 1)])
    rows = law.compared(page, left.iri, right.iri)
    return page.answer("compare.html", left=left, right=right, categories=levels, rows=rows)


@router.get("/browse")
async def browse_page(page: PageOf) -> Response:
    """Everything as trees, or what is called like the words that are looked for."""
    words = _words(page)
    number = page_number(page.query.get("page", ""))
    start = browse.HITS * (number - 1)
    total, results = await asyncio.to_thread(browse.hits, page, words, start) if words else (0, [])
    return page.answer(
        "browse.html",
        q=words,
        total=total,
        start=start,
        at=number,
        pages=-(-total // browse.HITS),
        results=results,
        trees=[] if words else browse.trees(page, page.positions),
    )


@search_router.get(
    "/search.json",
    summary="The best of what is called like some words",
    responses=responds(SearchResults, errors=(400,), also=(304,)),
)
async def search(page: PageOf, query: SearchOf) -> Response:
    """The things whose names, definitions or texts hold the words in `q`, the best first."""
    total, hits = await asyncio.to_thread(browse.hits, page, _words(page), 0, browse.SUGGESTED)
    results = [
        SearchHit(iri=hit.iri, label=hit.label, kind=hit.kind, href=page.link(hit.iri))
        for hit in hits
    ]
    content = SearchResults(total=total, results=results).model_dump()
    return exchange.json_reply(page.request, content, page.lang)


@router.get("/ns/{name}")
async def term_page(page: PageOf, name: str) -> Response:
    """A term of the vocabulary."""
    return _resource(page, NS + name)


@router.get("/about")
async def about_page(page: PageOf) -> Response:
    """A resource that is not ours, such as a concept of a framework."""
    return _resource(page, page.query.get("iri", ""))


@router.get("/graph.json")
async def neighbourhood(page: PageOf) -> Response:
    """What stands around a resource, for the picture on its page."""
    around = browse.neighbourhood(page, page.query.get("iri", ""))
    return exchange.json_reply(page.request, around, page.lang)


@router.get("/static/{fingerprint}/{name}")
async def static_file(request: Request, fingerprint: str, name: str) -> Response:
    """A style, a script or a picture; its address changes with its content."""
    site: Site = request.app.state.site()
    path = site.files.get(name)
    if path is None:
        raise NotFoundError("nothing-there", path=request.url.path)
    headers = {
        "Cache-Control": _YEAR,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if accepts_gzip(request.headers.get("accept-encoding")) and (content := site.compressed(name)):
        return Response(content, headers={**headers, "Content-Encoding": "gzip"}, media_type=kind)
    return Response(path.read_bytes(), headers=headers, media_type=kind)


@router.get("/download/{name}")
async def download(request: Request, name: str) -> Response:
    """A file to take away, made once for a graph: the ontology, the shapes, the context."""
    service: Service = request.app.state.service
    site: Site = request.app.state.site()
    stem, _, suffix = name.partition(".")
    form = next((form for form in GRAPHS if form.suffix == suffix), None)
    if form is None or (stem not in _DOWNLOADS and name != _CONTEXT):
        raise NotFoundError("nothing-there", path=request.url.path)
    async with site.exporting:
        content = await asyncio.to_thread(
            site.once, name, partial(_download, service.knowledge, name, stem, form)
        )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return exchange.reply(request, content, form.media_type, headers=headers)


def _download(known: KnowledgeBase, name: str, stem: str, form: Format) -> bytes:
    if name == _CONTEXT:
        return context_document(known.graph)
    if stem == "shapes":
        rules = [known.positions.rules(iri) for iri in known.positions.iris]
        triples, order = level_shapes(known.graph, rules, known.readings.choose(known.choices))
    else:
        triples, order = handed_out(known.graph.catalogue)
    return to_text(triples, form.name, first=order).encode()


def _words(page: Page) -> str:
    """The words that are looked for."""
    return page.query.get("q", "").strip()[:200]


def _resource(page: OpenPage, iri: str) -> Response:
    if iri == ONTOLOGY.value:
        return page.answer("vocabulary.html", section="/build", **browse.vocabulary(page))
    description = browse.described(page, iri)
    if description is None:
        raise NotFoundError("nothing-there", path=page.request.url.path)
    human = about(page, iri)
    position = human["position"] if human else ""
    return page.answer(
        "resource.html",
        section="/browse",
        human=human,
        before=edition_line(page, position) if position else "",
        picture=browse.neighbourhood(page, iri),
        **description,
    )
